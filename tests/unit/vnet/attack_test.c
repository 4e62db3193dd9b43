/* One test for each class of attack that network devices fell to (shared list of known cases), and captures. */
#include <stdlib.h>
#include <unistd.h>
#include "tests/unit/vnet/rig.h"

static uint32_t udp(unsigned from, unsigned to, uint32_t bytes)
{
	return rig_ipv4(from, to, PROTOCOL_UDP, 1, 2, bytes);
}

/* Port p broke its own device; the two others still talk. */
static bool only_its_own_is_broken(unsigned p)
{
	unsigned a = (p + 1) % 3, b = (p + 2) % 3;

	return rig.d[p].port.vdev.broken && !rig.d[a].port.vdev.broken && !rig.d[b].port.vdev.broken &&
	       rig_passes(a, b, udp(a, b, 100)) && rig_passes(b, a, udp(b, a, 100));
}

static void start(void)
{
	rig_start(3);
	rig_up_all();
}

/* CVE-2022-2132 */
static void a_chain_that_loops_breaks_its_sender_only(void)
{
	struct vq *txq;

	start();
	txq = &rig.d[0].txq;
	rig_queue(0, NULL, udp(0, 1, 100));
	txq->desc[0].flags = VQ_DESC_F_NEXT;
	txq->desc[0].next = 0;
	rig_notify(0);
	EXPECT_EQ(only_its_own_is_broken(0), true);
	rig_finish();
}

/* CVE-2023-6693, CVE-2021-3748: lengths and addresses beyond the bank, also by wrapping around. */
static void an_address_outside_the_bank_breaks_its_sender_only(void)
{
	static const uint64_t addr[] = {
		0, RIG_BANK_BASE - 1, RIG_BANK_BASE + RIG_BANK_BYTES - 50, UINT64_MAX - 50};

	for (unsigned i = 0; i < 4; i++) {
		start();
		rig_queue(0, NULL, udp(0, 1, 100));
		rig.d[0].txq.desc[0].addr = addr[i];
		rig_notify(0);
		EXPECT_EQ(only_its_own_is_broken(0), true);
		EXPECT_EQ(rig.d[1].port.count.received_frames, 1);
		rig_finish();
	}
}

/* A receiver's bad buffers are the receiver's fault: the sender's frame is lost, and nothing else. */
static void receive_buffers_that_lie_break_their_owner_only(void)
{
	for (unsigned i = 0; i < 5; i++) {
		struct vq_desc *desc;

		start();
		desc = rig.d[1].rxq.desc;
		switch (i) {
		case 0: desc[0].addr = RIG_BANK_BASE + RIG_BANK_BYTES - 100; break;
		case 1: desc[0].len = 11; break;  /* no room for the header */
		case 2: desc[0].flags = 0; break; /* not to be written to */
		case 3: desc[0].flags = VQ_DESC_F_WRITE | VQ_DESC_F_NEXT, desc[0].next = 0; break;
		default: rig.d[1].rxq.avail->idx = (uint16_t)(rig.d[1].rxq.avail->idx + 1000); break;
		}
		rig_send(0, udp(0, 1, 100));
		EXPECT_EQ(rig_drops(0, VNET_DROP_NO_BUFFER), 1);
		EXPECT_EQ(only_its_own_is_broken(1), true);
		rig_up(1, RIG_MERGEABLE, 2048, 32);
		EXPECT_EQ(rig_passes(0, 1, udp(0, 1, 100)), true);
		rig_finish();
	}
}

/* CVE-2021-3748: buffers that a merged frame was about to use are given back when the driver goes away. */
static void a_reset_while_a_frame_waits_uses_nothing_of_the_old_rings(void)
{
	start();
	udp(0, 1, 1400);
	for (unsigned i = 0; i < 40; i++)
		rig_queue(0, NULL, 1400);
	rig_notify(0);
	EXPECT_EQ(rig.d[0].port.held_on == &rig.d[1].port, true);
	loopback_reset(&rig.d[1].lb);
	memset(rig.d[1].bank, 0x5a, RIG_BANK_BYTES);
	rig_wait(VNET_HOLD_NS);
	for (unsigned i = 0; i < RIG_BANK_BYTES; i += 997)
		EXPECT_EQ(rig.d[1].bank[i], 0x5a);
	rig_up(1, RIG_MERGEABLE, 2048, 32);
	EXPECT_EQ(rig_passes(0, 1, udp(0, 1, 100)), true);
	rig_finish();
}

static void a_sender_reset_while_it_waits_is_forgotten(void)
{
	start();
	udp(0, 1, 1400);
	for (unsigned i = 0; i < 40; i++)
		rig_queue(0, NULL, 1400);
	rig_notify(0);
	loopback_reset(&rig.d[0].lb);
	EXPECT_EQ(vnet_deadline(&rig.v), VNET_NEVER);
	rig_drain(1);
	rig_up(0, RIG_MERGEABLE, 2048, 32);
	EXPECT_EQ(rig_passes(0, 1, udp(0, 1, 100)), true);
	rig_finish();
}

/* CVE-2021-3544 to 3546: answers that leak what was in memory before. */
static void a_received_header_holds_nothing_of_others(void)
{
	const struct virtio_net_hdr junk = {.flags = 0,
		.gso_type = 0,
		.hdr_len = 0xdead,
		.gso_size = 0xbeef,
		.csum_start = 0xaaaa,
		.csum_offset = 0x5555,
		.num_buffers = 0x7777};
	const struct virtio_net_hdr clean = {.num_buffers = 1};

	start();
	rig_send_with(0, &junk, udp(0, 1, 100));
	EXPECT_EQ(rig_take(1), 100);
	EXPECT_EQ(memcmp(&rig.d[1].hdr, &clean, sizeof(clean)), 0);
	rig_finish();
}

static void no_byte_beyond_the_frame_is_written(void)
{
	uint8_t *buffer;

	start();
	buffer = rig.d[1].bank + (RIG_RX_BUFFERS - RIG_BANK_BASE);
	memset(buffer, 0x5a, 2048);
	rig_send(0, udp(0, 1, 100));
	EXPECT_EQ(rig_take(1), 100);
	for (unsigned i = 112; i < 2048; i++)
		EXPECT_EQ(buffer[i], 0x5a);
	rig_finish();
}

/* CVE-2016-5403: more requests in flight than the ring can hold. */
static void a_ring_that_claims_more_than_it_holds_breaks_its_sender_only(void)
{
	start();
	rig.d[0].txq.avail->idx = 0x8000;
	loopback_notify(&rig.d[0].lb, VIRTIO_NET_TXQ);
	rig_wait(0);
	EXPECT_EQ(only_its_own_is_broken(0), true);
	rig_finish();
}

/* CVE-2016-6834: pieces of nothing, for ever. */
static void empty_pieces_break_their_sender_only(void)
{
	start();
	rig_queue(0, NULL, udp(0, 1, 100));
	rig.d[0].txq.desc[0].len = 0;
	rig_notify(0);
	EXPECT_EQ(only_its_own_is_broken(0), true);
	rig_finish();
}

/* The other way round: a driver's features that depend on others it declined (5.1.3.1). */
static void a_driver_without_checksums_gets_no_large_frames(void)
{
	const struct virtio_net_hdr hdr = {.flags = 1,
		.gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
		.gso_size = 1000,
		.csum_start = 34,
		.csum_offset = 16};

	rig_start(2);
	rig_up(0, RIG_OFFLOADS, 2048, 8);
	rig_up(1, RIG_MERGEABLE | F(GUEST_TSO4), 2048, 60);
	rig_send_with(0, &hdr, rig_ipv4(0, 1, PROTOCOL_TCP, 1, 2, 5054));
	EXPECT_EQ(rig_drain(1), 5);
	rig_finish();
}

/*
 * Captures.
 */

struct file {
	uint8_t bytes[20000];
	uint32_t count;
};

static void sink(void *data, const void *bytes, uint32_t count)
{
	struct file *file = data;

	if (count <= sizeof(file->bytes) - file->count)
		memcpy(file->bytes + file->count, bytes, count);
	file->count += count;
}

static uint32_t word(const struct file *file, uint32_t at)
{
	uint32_t value;

	memcpy(&value, file->bytes + at, 4);
	return value;
}

static struct file *capture(void)
{
	static struct file file;

	memset(&file, 0, sizeof(file));
	start();
	vnet_capture(&rig.v, sink, &file, 300);
	rig_send(0, udp(0, 1, 101));
	rig_send(0, udp(0, 1, 1400));
	rig_send(0, rig_ether(1, 2, 0x88b5, 64)); /* spoofed */
	vnet_capture(&rig.v, NULL, NULL, 0);
	rig_send(0, udp(0, 1, 101));
	return &file;
}

static void a_capture_is_a_row_of_whole_blocks(void)
{
	const struct file *file = capture();
	uint32_t at = 0, blocks = 0, packets = 0;

	EXPECT_EQ(word(file, 0), 0x0a0d0d0a);
	EXPECT_EQ(word(file, 8), 0x1a2b3c4d);
	while (at + 12 <= file->count) {
		uint32_t bytes = word(file, at + 4);

		EXPECT_EQ(bytes % 4 == 0 && bytes >= 12 && bytes <= file->count - at, true);
		if (bytes < 12 || bytes > file->count - at)
			break;
		EXPECT_EQ(word(file, at + bytes - 4), bytes);
		packets += word(file, at) == 6;
		at += bytes;
		blocks++;
	}
	EXPECT_EQ(at, file->count);
	EXPECT_EQ(packets, 3);
	EXPECT_EQ(blocks, 1 + 3 + 3);
	rig_finish();
}

/* Is `text` somewhere in the file? */
static bool contains(const struct file *file, const char *text)
{
	return memmem(file->bytes, file->count, text, strlen(text)) != NULL;
}

static void a_capture_tells_the_port_and_why_a_frame_was_dropped(void)
{
	const struct file *file = capture();

	EXPECT_EQ(contains(file, "spoofed MAC"), true);
	udp(0, 1, 1400);
	EXPECT_EQ(memmem(file->bytes, file->count, rig_frame, 300) != NULL, true);
	EXPECT_EQ(memmem(file->bytes, file->count, rig_frame, 301) == NULL, true);
	rig_finish();
}

/* What Wireshark's own reader makes of it, where there is one. */
static void wireshark_reads_a_capture(void)
{
	static const char expected[] = "a||101\na||1400\na|spoofed MAC|64\n";
	const struct file *file = capture();
	char path[] = "/tmp/capture.XXXXXX", command[200], text[400] = "";
	FILE *pipe;

	rig_finish();
	if (system("command -v tshark >/dev/null")) {
		printf(" (skipped: no tshark) ");
		return;
	}
	close(mkstemp(path));
	pipe = fopen(path, "w");
	EXPECT_EQ(pipe && fwrite(file->bytes, file->count, 1, pipe) == 1 && fclose(pipe) == 0, true);
	snprintf(command, sizeof(command),
		"tshark -n -r %s -T fields -E 'separator=|' -e frame.interface_name -e frame.comment -e "
		"frame.len "
		"2>/dev/null",
		path);
	pipe = popen(command, "r");
	EXPECT_EQ(pipe != NULL, true);
	if (pipe) {
		text[fread(text, 1, sizeof(text) - 1, pipe)] = '\0';
		pclose(pipe);
	}
	EXPECT_STR(text, expected);
	unlink(path);
}

static const struct unit_test tests[] = {
	{"a chain that loops breaks its sender only", a_chain_that_loops_breaks_its_sender_only},
	{"an address outside the bank breaks its sender only",
		an_address_outside_the_bank_breaks_its_sender_only},
	{"receive buffers that lie break their owner only", receive_buffers_that_lie_break_their_owner_only},
	{"a reset while a frame waits uses nothing of the old rings",
		a_reset_while_a_frame_waits_uses_nothing_of_the_old_rings},
	{"a sender reset while it waits is forgotten", a_sender_reset_while_it_waits_is_forgotten},
	{"a received header holds nothing of others", a_received_header_holds_nothing_of_others},
	{"no byte beyond the frame is written", no_byte_beyond_the_frame_is_written},
	{"a ring that claims more than it holds breaks its sender only",
		a_ring_that_claims_more_than_it_holds_breaks_its_sender_only},
	{"empty pieces break their sender only", empty_pieces_break_their_sender_only},
	{"a driver without checksums gets no large frames", a_driver_without_checksums_gets_no_large_frames},
	{"a capture is a row of whole blocks", a_capture_is_a_row_of_whole_blocks},
	{"Wireshark reads a capture", wireshark_reads_a_capture},
	{"a capture tells the port and why a frame was dropped",
		a_capture_tells_the_port_and_why_a_frame_was_dropped},
};

UNIT_MAIN("vnet-attack", tests)
