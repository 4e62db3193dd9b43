/* network.conf, and the network that partylined makes of it. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include "backends/network/network.h"
#include "tests/unit/expect.h"
#include "vnet/bytes.h"

static struct network_config config;
static char error[NETWORK_ERROR_BYTES];
static struct network network;

static uint64_t now_ns(void *data)
{
	(void)data;
	return 1000000000;
}

static void addresses_filters_and_priorities_are_understood(void)
{
	const struct vnet_port_config *call = &config.port[0];

	EXPECT_EQ(network_conf_load(&config, "tests/unit/vnet/network.conf", error), 0);
	EXPECT_EQ(config.port_count, 3);
	EXPECT_EQ(config.age_ns, 120000000000);
	EXPECT_EQ(config.hold_ns, 1000000);
	EXPECT_STR(call->name, "call");
	EXPECT_EQ(call->priority, 0);
	EXPECT_EQ(call->hold, false);
	EXPECT_EQ(mac_number(call->mac), 0x525400000001);
	EXPECT_EQ(call->address_count, 3);
	EXPECT_EQ(call->address[0].bits, 32);
	EXPECT_EQ(call->address[2].family, 6);
	EXPECT_EQ(call->address[2].bits, 10);
	EXPECT_EQ(call->rule_count, 4);
	EXPECT_EQ(call->rule[0].match, VNET_MATCH_PROTOCOL | VNET_MATCH_TO | VNET_MATCH_DPORT);
	EXPECT_EQ(call->rule[0].dport[1], 5010);
	EXPECT_EQ(call->rule[1].deny, true);
	EXPECT_EQ(call->rule[2].ethertype, 0x88cc);
	EXPECT_EQ(call->rule[2].direction, VNET_OUT);
	EXPECT_EQ(call->rule[3].dport[0], 8);
	EXPECT_EQ(call->default_deny[VNET_IN], true);
	EXPECT_EQ(call->default_deny[VNET_OUT], false);
}

static void limits_vlans_uplinks_and_captures_are_understood(void)
{
	const struct vnet_port_config *linux_port = &config.port[1];

	EXPECT_EQ(network_conf_load(&config, "tests/unit/vnet/network.conf", error), 0);
	EXPECT_EQ(linux_port->mtu, 9000);
	EXPECT_EQ(linux_port->bytes.per_second, 12500000);
	EXPECT_EQ(linux_port->bytes.burst, 1048576);
	EXPECT_EQ(linux_port->frames.per_second, 20000);
	EXPECT_EQ(linux_port->broadcast.burst, 50);
	EXPECT_EQ(linux_port->multicast.per_second, 0);
	EXPECT_EQ(linux_port->vlan, 0);
	EXPECT_EQ(vnet_vlan_allowed(linux_port, 10) && vnet_vlan_allowed(linux_port, 22), true);
	EXPECT_EQ(vnet_vlan_allowed(linux_port, 19) || vnet_vlan_allowed(linux_port, 23), false);
	EXPECT_EQ(linux_port->other_mac_count, 1);
	EXPECT_EQ(linux_port->mac_limit, 8);
	EXPECT_EQ(linux_port->bind_mac, false);
	EXPECT_EQ(config.device[2], NETWORK_NULL);
	EXPECT_STR(config.capture, "net.pcapng");
	EXPECT_EQ(config.capture_bytes, 1000);
}

static const struct {
	const char *text, *reason;
} bad[] = {
	{"mtu = 1500\n", "f:1: unknown section []"},
	{"[wire]\na = b\n", "f:2: unknown section [wire]"},
	{"[port ]\nmtu = 1500\n", "f:2: "},
	{"[port a name that is long]\nmtu = 1500\n", "f:2: \"a name that is long\" is no port's name"},
	{"[port a]\nspeed = 1\n", "f:2: unknown key \"speed\""},
	{"[port a]\nmtu = 9001\n", "f:2: mtu: 9001 is outside 68 to 9000"},
	{"[port a]\nmtu = -1\n", "f:2: mtu: \"-1\" is no number"},
	{"[port a]\nmtu = 1500 1500\n", "f:2: mtu: one value"},
	{"[port a]\nmtu =\n", "f:2: mtu: one value"},
	{"[port a]\npriority = 4\n", "f:2: priority: 4 is outside 0 to 3"},
	{"[port a]\nmac = 52:54:00:00:00\n", "f:2: \"52:54:00:00:00\" is no MAC address"},
	{"[port a]\nmac = 53:54:00:00:00:01\n", "is the address of a group"},
	{"[port a]\naddress = 10.0.0.256\n", "is no IPv4 or IPv6 address"},
	{"[port a]\naddress = 10.0.0.1/33\n", "is outside 0 to 32"},
	{"[port a]\naddress = 10.0.0.1/24\n", "has bits set beyond its prefix"},
	{"[port a]\naddress = 1.1.1.1 1.1.1.2 1.1.1.3 1.1.1.4 1.1.1.5 1.1.1.6 1.1.1.7 1.1.1.8 "
	 "1.1.1.9\n",
		"f:2: more than 8 addresses"},
	{"[port a]\nvlan = 4095\n", "vlan: 4095 is outside 1 to 4094"},
	{"[port a]\nvlan = none\n", "f: a belongs to no VLAN"},
	{"[port a]\ntrunk = 20-10\n", "trunk: 10 is outside 20 to 4094"},
	{"[port a]\ntrunk = 0\n", "trunk: VLAN 0 is none"},
	{"[port a]\nrate = 100Mbit\n", "rate: \"100Mbit\" is no number"},
	{"[port a]\nrate = 4\n", "rate: 4 is outside 8"},
	{"[port a]\nrate = 100M later\n", "where burst NUMBER may follow"},
	{"[port a]\nrate = 800 burst 1G\n", "the burst is worth more than an hour"},
	{"[port a]\nhold = maybe\n", "neither yes nor no"},
	{"[port a]\ndefault-in = drop\n", "neither allow nor deny"},
	{"[port a]\nrule = allow tcp\n", "f:2: rule: begins with in or out"},
	{"[port a]\nrule = in drop\n", "rule: allow or deny comes second"},
	{"[port a]\nrule = in deny port 22\n", "rule: unknown word \"port\""},
	{"[port a]\nrule = in deny dport\n", "rule: nothing after \"dport\""},
	{"[port a]\nrule = in deny dport 22 dport 23\n", "rule: \"dport\" twice"},
	{"[port a]\nrule = in deny dport 65536\n", "dport: 65536 is outside 0 to 65535"},
	{"[port a]\nrule = in deny ethertype 5\n", "neither a name nor 0x0600 to 0xffff"},
	{"[port a]\nrule = in deny from 10.0.0.1 to fd00::1\n", "of different families"},
	{"[port a]\ndevice = null\n", "device: only an [uplink] has one"},
	{"[uplink u]\nmtu = 1500\n", "f: [uplink u] has no device"},
	{"[uplink u]\ndevice = tap\n", "device: tap INTERFACE"},
	{"[uplink u]\ndevice = tap a/b\n", "device: tap INTERFACE"},
	{"[uplink a]\ndevice = null\n[port a]\nmtu = 1500\n", "f:4: a is both a port and an uplink"},
	{"[port a]\nmac = 52:54:00:00:00:01\n[port b]\nmac = 52:54:00:00:00:01\n",
		"have the same MAC address"},
	{"[switch]\nhold = 2\n", "hold: \"2\" is no time"},
	{"[switch]\nhold = 2s\n", "hold: 2s is over 1000 ms"},
	{"[switch]\nspeed = 2\n", "unknown key \"speed\" in [switch]"},
	{"[capture]\nbytes = 5\n", "bytes: 5 is outside 14"},
	{"[port a]\nnonsense\n", "f:2: neither [section] nor key = value"},
};

static void a_bad_file_is_refused_with_line_and_reason(void)
{
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		config.port_count = 77;
		error[0] = '\0';
		EXPECT_EQ(network_conf_text(&config, "f", bad[i].text, error), -EINVAL);
		EXPECT_CONTAINS(error, bad[i].reason);
		EXPECT_EQ(config.port_count, 77);
	}
}

static void more_than_the_switch_holds_is_refused(void)
{
	char text[4000] = "";

	for (unsigned i = 0; i < 17; i++)
		sprintf(text + strlen(text), "[port p%u]\nmtu = 1500\n", i);
	EXPECT_EQ(network_conf_text(&config, "f", text, error), -EINVAL);
	EXPECT_CONTAINS(error, "f:34: more than 16 ports");
	strcpy(text, "[port a]\n");
	for (unsigned i = 0; i < 33; i++)
		strcat(text, "rule = in deny dport 1\n");
	EXPECT_EQ(network_conf_text(&config, "f", text, error), -EINVAL);
	EXPECT_CONTAINS(error, "f:34: more than 32 rules for a");
}

static void a_port_without_a_mac_gets_one_of_its_own(void)
{
	EXPECT_EQ(network_conf_text(&config, "f", "[port a]\nmtu = 1500\n[port b]\nmtu = 1500\n", error), 0);
	EXPECT_EQ(config.port[0].mac[0], 2);
	EXPECT_EQ(memcmp(config.port[0].mac, config.port[1].mac, 6) != 0, true);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	EXPECT_EQ(file != NULL, true);
	if (file) {
		fputs(text, file);
		fclose(file);
	}
}

static void without_a_file_every_partition_has_a_port(void)
{
	struct vdev *a, *b;

	EXPECT_EQ(network_start(&network, "there/is/no/such/file", now_ns, NULL), 0);
	a = network_add(&network, "call", "call-net");
	b = network_add(&network, "linux", "linux-net");
	EXPECT_EQ(a && b && a != b, true);
	EXPECT_STR(b ? b->name : "", "linux-net");
	EXPECT_EQ(network_add(&network, "call", "call-net") == NULL, true);
	EXPECT_EQ(network_fd(&network), -1);
	network_stop(&network);
}

static void a_partition_that_the_file_does_not_name_has_no_port(void)
{
	char path[] = "/tmp/network.XXXXXX";

	close(mkstemp(path));
	write_file(path, "[port call]\nmtu = 2000\n[uplink u]\ndevice = null\n");
	EXPECT_EQ(network_start(&network, path, now_ns, NULL), 0);
	EXPECT_EQ(network_add(&network, "call", "call-net") != NULL, true);
	EXPECT_EQ(network_add(&network, "linux", "linux-net") == NULL, true);
	EXPECT_EQ(network_add(&network, "u", "x") == NULL, true);
	EXPECT_EQ(network.v.port_count, 2);
	EXPECT_EQ(network_run(&network), false);
	network_stop(&network);
	unlink(path);
}

static void a_bad_reload_leaves_the_old_configuration(void)
{
	char path[] = "/tmp/network.XXXXXX";

	close(mkstemp(path));
	write_file(path, "[port call]\nmtu = 2000\n");
	EXPECT_EQ(network_start(&network, path, now_ns, NULL), 0);
	EXPECT_EQ(network_add(&network, "call", "call-net") != NULL, true);
	write_file(path, "[port call]\nmtu = 20000\n");
	EXPECT_EQ(network_reload(&network, path), -EINVAL);
	EXPECT_EQ(network.port[0].config->mtu, 2000);
	write_file(path, "[port call]\nmtu = 3000\n[port more]\nmtu = 1500\n");
	EXPECT_EQ(network_reload(&network, path), -EINVAL);
	EXPECT_EQ(network.port[0].config->mtu, 2000);
	write_file(path, "[port call]\nmtu = 3000\nrule = in deny proto tcp\n");
	EXPECT_EQ(network_reload(&network, path), 0);
	EXPECT_EQ(network.port[0].config->mtu, 3000);
	EXPECT_EQ(network.port[0].config->rule_count, 1);
	network_stop(&network);
	unlink(path);
}

/* Each example of the documentation, as it stands there. */
static void the_documentations_examples_are_understood(void)
{
	FILE *file = fopen("docs/network.md", "r");
	char line[400], text[4000] = "";
	bool inside = false;
	unsigned count = 0;

	EXPECT_EQ(file != NULL, true);
	while (file && fgets(line, sizeof(line), file)) {
		if (strcmp(line, "```ini\n") == 0) {
			inside = true;
			text[0] = '\0';
		} else if (inside && strcmp(line, "```\n") == 0) {
			inside = false;
			count++;
			error[0] = '\0';
			EXPECT_EQ(network_conf_text(&config, "docs/network.md", text, error), 0);
			EXPECT_STR(error, "");
		} else if (inside) {
			strncat(text, line, sizeof(text) - strlen(text) - 1);
		}
	}
	if (file)
		fclose(file);
	EXPECT_EQ(count >= 6, true);
}

static void with_a_bad_file_the_links_are_down(void)
{
	char path[] = "/tmp/network.XXXXXX";

	close(mkstemp(path));
	write_file(path, "[port call]\nmtu = 20000\n");
	EXPECT_EQ(network_start(&network, path, now_ns, NULL), 0);
	EXPECT_EQ(network_add(&network, "call", "call-net") != NULL, true);
	EXPECT_EQ(network.port[0].link, false);
	network_stop(&network);
	unlink(path);
}

static const struct unit_test tests[] = {
	{"addresses, filters and priorities are understood", addresses_filters_and_priorities_are_understood},
	{"limits, VLANs, uplinks and captures are understood",
		limits_vlans_uplinks_and_captures_are_understood},
	{"the documentation's examples are understood", the_documentations_examples_are_understood},
	{"a bad file is refused with line and reason", a_bad_file_is_refused_with_line_and_reason},
	{"more than the switch holds is refused", more_than_the_switch_holds_is_refused},
	{"a port without a MAC gets one of its own", a_port_without_a_mac_gets_one_of_its_own},
	{"without a file every partition has a port", without_a_file_every_partition_has_a_port},
	{"a partition that the file does not name has no port",
		a_partition_that_the_file_does_not_name_has_no_port},
	{"with a bad file the links are down", with_a_bad_file_the_links_are_down},
	{"a bad reload leaves the old configuration", a_bad_reload_leaves_the_old_configuration},
};

UNIT_MAIN("vnet-conf", tests)
