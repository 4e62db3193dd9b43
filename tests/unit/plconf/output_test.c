/* What plconf makes of good machines: the configuration, the guests' trees, the loader's list. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libfdt.h>

#include "tests/unit/expect.h"
#include "tests/unit/plconf/support.h"

enum { RT, HOST, GUEST };
enum { CALL, IO, LINUX, MODEM };

static struct attempt *good(const char *directory)
{
	struct attempt *a = attempt_create(FIXTURES_BUILT "/good.dtb", "good.dts", directory);

	EXPECT_STR(a->messages ? a->messages : "", "");
	EXPECT_EQ(a->result, 0);
	return a;
}

static struct attempt *handset(const char *name, const char *directory)
{
	char path[256];
	struct attempt *a;

	snprintf(path, sizeof(path), FIXTURES_BUILT "/handset/%s.dtb", name);
	a = attempt_create(path, name, directory);
	EXPECT_STR(a->messages ? a->messages : "", "");
	return a;
}

static const void *tree_of(const struct attempt *a, uint32_t p)
{
	return a->machine.partition[p].tree->data;
}

static uint32_t cell(const void *fdt, const char *path, const char *name, int index)
{
	int bytes = 0;
	const fdt32_t *p = fdt_getprop(fdt, fdt_path_offset(fdt, path), name, &bytes);

	return p && 4 * index < bytes ? fdt32_to_cpu(p[index]) : 0xdeadbeef;
}

static int length(const void *fdt, const char *path, const char *name)
{
	int bytes = -1;

	fdt_getprop(fdt, fdt_path_offset(fdt, path), name, &bytes);
	return bytes;
}

static const char *string(const void *fdt, const char *path, const char *name)
{
	return fdt_getprop(fdt, fdt_path_offset(fdt, path), name, NULL);
}

static const struct pl_config_region *region(
	const struct pl_config *c, uint32_t p, uint32_t kind, uint64_t ipa)
{
	for (uint32_t i = 0; i < c->region_count; i++)
		if (c->region[i].partition == p && c->region[i].kind == kind && c->region[i].ipa == ipa)
			return &c->region[i];
	return NULL;
}

static void partitions_are_as_the_machine_says(void)
{
	struct attempt *a = good(NULL);
	const struct pl_config *c = &a->config;

	EXPECT_EQ(c->magic, PL_CONFIG_MAGIC);
	EXPECT_EQ(c->version, PL_CONFIG_VERSION);
	EXPECT_EQ(c->bytes, sizeof(*c));
	EXPECT_EQ(c->partition_count, 3);
	EXPECT_STR(c->partition[GUEST].name, "guest");
	EXPECT_EQ(c->partition[RT].priority, 0);
	EXPECT_EQ(c->partition[GUEST].priority, 2);
	EXPECT_EQ(c->partition[RT].restart, PL_RESTART_NEVER);
	EXPECT_EQ(c->partition[HOST].restart, PL_RESTART_ON_FAILURE);
	EXPECT_EQ(c->partition[GUEST].restart, PL_RESTART_ALWAYS);
	EXPECT_EQ(c->partition[HOST].flags, PL_PARTITION_UNCONFINED_DMA);
	EXPECT_EQ(c->partition[HOST].device_event_virq, 80);
	EXPECT_EQ(c->partition[GUEST].device_event_virq, PL_NONE);
	EXPECT_EQ(c->partition[GUEST].wait_devices, 1 << 1);
	EXPECT_EQ(c->partition[RT].vcpu_count, 1);
	EXPECT_EQ(c->trace_pa, 0x40e00000);
	EXPECT_EQ(c->hv_pool_bytes, 0x200000);
	attempt_destroy(a);
}

static void the_sum_tells_of_any_change(void)
{
	struct attempt *a = good(NULL);
	struct pl_config *c = &a->config;

	EXPECT_EQ(c->sum, pl_config_sum(c));
	for (size_t i = 0; i < offsetof(struct pl_config, sum); i++) {
		((uint8_t *)c)[i] ^= 1;
		CU_ASSERT_NOT_EQUAL(c->sum, pl_config_sum(c));
		((uint8_t *)c)[i] ^= 1;
	}
	attempt_destroy(a);
}

static void memory_is_given_to_whom_it_belongs(void)
{
	struct attempt *a = good(NULL);
	const struct pl_config *c = &a->config;
	const struct pl_config_region *bank = region(c, GUEST, PL_REGION_BANK, 0x7e000000);
	const struct pl_config_region *ram = region(c, GUEST, PL_REGION_RAM, 0x80000000);

	EXPECT_EQ(c->region_count, 3 + 2 * 2 + 1 + 3); /* ram, banks with their hosts, state, windows */
	CU_ASSERT_PTR_NOT_NULL_FATAL(bank);
	CU_ASSERT_PTR_NOT_NULL_FATAL(ram);
	EXPECT_EQ(bank->scrubbed, 1);
	EXPECT_EQ(ram->scrubbed, 1);
	EXPECT_EQ(bank->perm, PL_PERM_R | PL_PERM_W);
	EXPECT_EQ(ram->perm, PL_PERM_R | PL_PERM_W | PL_PERM_X);
	CU_ASSERT_PTR_NOT_NULL_FATAL(region(c, HOST, PL_REGION_BANK, 0x7e000000));
	EXPECT_EQ(region(c, HOST, PL_REGION_BANK, 0x7e000000)->scrubbed, 0);
	CU_ASSERT_PTR_NOT_NULL_FATAL(region(c, HOST, PL_REGION_STATE, 0x54200000));
	EXPECT_EQ(region(c, HOST, PL_REGION_STATE, 0x54200000)->scrubbed, 0);
	CU_ASSERT_PTR_NULL(region(c, RT, PL_REGION_STATE, 0x54200000));
	CU_ASSERT_PTR_NULL(region(c, HOST, PL_REGION_RAM, 0x80000000));
	EXPECT_EQ(c->irq_count, 4);
	EXPECT_EQ(c->irq[0].pirq, 35);
	EXPECT_EQ(c->irq[0].virq, 35);
	EXPECT_EQ(c->irq[0].level, 1);
	attempt_destroy(a);
}

static void devices_take_their_usual_places(void)
{
	struct attempt *a = good(NULL);
	const struct pl_config *c = &a->config;

	EXPECT_EQ(c->device_count, 2);
	EXPECT_EQ(c->device[1].frontend, GUEST);
	EXPECT_EQ(c->device[1].host, HOST);
	EXPECT_EQ(c->device[1].ipa, 0x0a000000);
	EXPECT_EQ(c->device[1].host_ipa, 0x0b001000);
	EXPECT_EQ(c->device[1].virq, 48);
	EXPECT_EQ(c->uart_count, 3 + 2);
	EXPECT_EQ(c->uart[3].kind, PL_UART_LINE);
	EXPECT_EQ(c->uart[3].partition, RT);
	EXPECT_EQ(c->uart[3].peer, 4);
	EXPECT_EQ(c->uart[4].peer, 3);
	EXPECT_EQ(c->doorbell[0].virq, 81);
	EXPECT_EQ(c->doorbell[0].from_mask, 1 << RT);
	attempt_destroy(a);
}

static void files_lie_in_the_store_and_in_ram(void)
{
	struct attempt *a = good(NULL);
	const struct pl_config_partition *rt = &a->config.partition[RT], *guest = &a->config.partition[GUEST];
	const struct pl_config_partition *host = &a->config.partition[HOST];

	EXPECT_EQ(rt->load_count, 1);
	EXPECT_EQ(rt->load[0].bytes, 4096);
	EXPECT_EQ(rt->load[0].ipa, 0x50000000);
	EXPECT_EQ(rt->load[0].pa, 0x50000000);
	EXPECT_EQ(rt->entry_ipa, 0x50000000);
	EXPECT_EQ(rt->arg, 0);
	EXPECT_EQ(guest->load_count, 2);
	EXPECT_EQ(guest->entry_ipa, 0x80200000);
	EXPECT_EQ(guest->arg, 0x80000000);
	EXPECT_EQ(host->load_count, 3);
	EXPECT_EQ(host->load[1].ipa, 0x60600000); /* behind all that the kernel's head asks for */
	EXPECT_EQ(guest->load[0].store_pa, host->load[0].store_pa); /* one kernel for both */
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(host->load[i].store_pa % BLOCK_BYTES, 0);
	attempt_destroy(a);
}

/* In its second piece of RAM, and that elsewhere than the partition sees it. */
static void a_load_says_where_its_ram_really_is(void)
{
	struct attempt *a = attempt_create(FIXTURES_BUILT "/ram-elsewhere.dtb", "ram-elsewhere.dts", NULL);
	const struct pl_config_partition *rt = &a->config.partition[RT];

	EXPECT_STR(a->messages ? a->messages : "", "");
	EXPECT_EQ(rt->load_count, 1);
	EXPECT_EQ(rt->load[0].ipa, 0x50401000);
	EXPECT_EQ(rt->load[0].pa, 0x56001000);
	attempt_destroy(a);
}

static void a_stock_guest_is_confined_by_its_tree(void)
{
	struct attempt *a = good(NULL);
	const void *t = tree_of(a, GUEST);

	/* memory: the bank first, then its own; the bus of its devices sees the bank alone */
	EXPECT_EQ(cell(t, "/memory@7e000000", "reg", 1), 0x7e000000);
	EXPECT_EQ(cell(t, "/memory@7e000000", "reg", 3), 0x02000000);
	EXPECT_EQ(cell(t, "/memory@7e000000", "reg", 5), 0x80000000);
	EXPECT_EQ(length(t, "/virtual-devices", "dma-ranges"), 3 * 8);
	EXPECT_EQ(cell(t, "/virtual-devices", "dma-ranges", 1), 0x7e000000);
	EXPECT_EQ(cell(t, "/virtual-devices", "dma-ranges", 3), 0x7e000000);
	EXPECT_EQ(cell(t, "/virtual-devices", "dma-ranges", 5), 0x02000000);
	EXPECT_EQ(length(t, "/virtual-devices", "dma-coherent"), 0);
	EXPECT_EQ(length(t, "/virtual-devices/virtio@a000000", "dma-coherent"), 0);
	EXPECT_EQ(cell(t, "/virtual-devices/virtio@a000000", "interrupts", 1), 16);
	EXPECT_EQ(cell(t, "/virtual-devices/virtio@a000000", "interrupts", 2), 1); /* edge */
	EXPECT_STR(string(t, "/chosen", "bootargs"),
		"console=ttyAMA0 panic=1 cma=0 swiotlb=8192 sysctl.vm.lowmem_reserve_ratio=1 quiet");
	EXPECT_STR(string(t, "/psci", "method"), "hvc");
	EXPECT_STR(string(t, "/aliases", "serial1"), "/serial-lines/serial@9040000");
	EXPECT_EQ(cell(t, "/serial-lines/serial@9040000", "reg", 1), 0x9040000);
	EXPECT_EQ(length(t, "/partyline", "compatible"), -FDT_ERR_BADOFFSET);
	attempt_destroy(a);
}

static void a_host_finds_its_banks_and_devices(void)
{
	struct attempt *a = good(NULL);
	const void *t = tree_of(a, HOST);

	EXPECT_STR(string(t, "/partyline", "compatible"), "partyline,host");
	EXPECT_EQ(cell(t, "/partyline", "partyline,partition", 0), HOST);
	EXPECT_EQ(length(t, "/partyline", "interrupts"), 2 * 12);
	EXPECT_EQ(cell(t, "/partyline", "interrupts", 1), 80 - 32);
	EXPECT_EQ(cell(t, "/partyline", "interrupts", 4), 81 - 32);
	EXPECT_EQ(cell(t, "/partyline", "partyline,doorbells", 0), 0);
	EXPECT_EQ(cell(t, "/partyline/bank@54000000", "partyline,guest", 0), RT);
	EXPECT_EQ(cell(t, "/partyline/bank@54000000", "reg", 5), 0x54200000);
	EXPECT_EQ(length(t, "/partyline/bank@7e000000", "reg"), 16); /* without state */
	EXPECT_EQ(cell(t, "/partyline/bank@7e000000", "partyline,index", 0), 1);
	EXPECT_STR(string(t, "/partyline/device@b001000", "label"), "guest-fb");
	EXPECT_EQ(cell(t, "/partyline/device@b001000", "partyline,frontend", 0), GUEST);
	EXPECT_EQ(cell(t, "/partyline/device@b001000", "partyline,bank", 0), 1);
	EXPECT_EQ(cell(t, "/partyline/device@b001000", "partyline,device-id", 0), 16);
	EXPECT_STR(string(t, "/chosen", "bootargs"), "console=ttyAMA0 panic=1");
	EXPECT_EQ(cell(t, "/chosen", "linux,initrd-end", 1), 0x60600000 + 1000);
	attempt_destroy(a);
}

/* Slot s, pin p is wired to interrupt (s + p) mod 4: the PCI-to-PCI bridge rule, as QEMU virt has it. */
static void pci_pins_are_swizzled(void)
{
	struct attempt *a = good(NULL);
	const void *t = tree_of(a, HOST);

	EXPECT_EQ(length(t, "/pcie@10000000", "interrupt-map"), 16 * 8 * 4);
	for (uint32_t slot = 0; slot < 4; slot++)
		for (uint32_t pin = 0; pin < 4; pin++) {
			const int at = (int)(slot * 4 + pin) * 8;

			EXPECT_EQ(cell(t, "/pcie@10000000", "interrupt-map", at), slot << 11);
			EXPECT_EQ(cell(t, "/pcie@10000000", "interrupt-map", at + 3), pin + 1);
			EXPECT_EQ(cell(t, "/pcie@10000000", "interrupt-map", at + 6), 3 + (slot + pin) % 4);
			EXPECT_EQ(cell(t, "/pcie@10000000", "interrupt-map", at + 7), 4); /* level */
		}
	EXPECT_EQ(cell(t, "/pcie@10000000", "bus-range", 1), 15);
	EXPECT_EQ(cell(t, "/pcie@10000000", "ranges", 4), 0x3eff0000);
	EXPECT_EQ(cell(t, "/pcie@10000000", "ranges", 11), 0x10000000);
	EXPECT_EQ(length(t, "/pcie@10000000", "dma-coherent"), 0);
	attempt_destroy(a);
}

static char *output(const char *directory, const char *name, size_t *bytes)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return support_read(path, bytes);
}

static void the_loader_gets_all_files(void)
{
	const char *directory = support_directory();
	struct attempt *a = handset("machine", directory);
	size_t bytes, blob_bytes;
	char *args = output(directory, "load.args", &bytes),
	     *blob = output(directory, "hv.blob", &blob_bytes);
	char *tree = output(directory, "io.dtb", &bytes), *map = output(directory, "partylined.map", &bytes);
	unsigned loaders = 0;

	EXPECT_CONTAINS(args, "/hv.elf,cpu-num=0\n");
	EXPECT_CONTAINS(args, "/hv.blob,addr=0x41000000,force-raw=on\n");
	EXPECT_CONTAINS(args, "/call.bin,addr=0x42000000,force-raw=on\n");
	for (const char *s = args; (s = strstr(s, "-device\nloader,file=")); s++)
		loaders++;
	EXPECT_EQ(loaders, 2 + 7); /* hypervisor, blob; call, modem, a kernel, two initrds, two trees */
	EXPECT_EQ(blob_bytes, sizeof(struct pl_config));
	EXPECT_EQ(memcmp(blob, &a->config, blob_bytes), 0);
	EXPECT_EQ(fdt_check_header(tree), 0);
	EXPECT_CONTAINS(map, "trace\t0x40e00000\t0x200000\t1\n");
	EXPECT_CONTAINS(map, "partition\t3\tmodem\t0\n");
	free(args);
	free(blob);
	free(tree);
	free(map);
	attempt_destroy(a);
}

/* A program of two segments, compressed: what is loaded is how it stands in memory, gap included. */
static void images_are_unpacked(void)
{
	const char *directory = support_directory();
	struct attempt *a = attempt_create(FIXTURES_BUILT "/image-unpacked.dtb", "image-unpacked", directory);
	const struct pl_config_partition *rt = &a->config.partition[RT];
	size_t bytes;
	char *image = output(directory, "image-0.bin", &bytes),
	     *args = output(directory, "load.args", &bytes);

	EXPECT_EQ(a->result, 0);
	EXPECT_EQ(rt->load[0].ipa, 0x50001000);
	EXPECT_EQ(rt->load[0].bytes, 0x140); /* its data that is not in the file is zero there anyway */
	EXPECT_EQ(rt->entry_ipa, 0x50001110);
	EXPECT_EQ(image[0], (char)0xa0);
	EXPECT_EQ(image[0x3f], (char)0xa0);
	EXPECT_EQ(image[0x40], 0);
	EXPECT_EQ(image[0xff], 0);
	EXPECT_EQ(image[0x13f], (char)0xa1);
	EXPECT_CONTAINS(args, "/image-0.bin,addr=0x");
	free(image);
	free(args);
	attempt_destroy(a);
}

/* The call partition's end of a line is at `ipa`, and `peer` has the other. */
static void expect_line(const struct pl_config *c, uint64_t ipa, uint32_t virq, unsigned peer)
{
	for (uint32_t i = 0; i < c->uart_count; i++) {
		if (c->uart[i].partition != CALL || c->uart[i].ipa != ipa)
			continue;
		EXPECT_EQ(c->uart[i].kind, PL_UART_LINE);
		EXPECT_EQ(c->uart[i].virq, virq);
		EXPECT_EQ(c->uart[c->uart[i].peer].partition, peer);
		return;
	}
	CU_FAIL("the call partition has no line there");
}

/* The parts agree on these in docs/contract.md. */
static void the_handset_is_as_the_contract_says(void)
{
	struct attempt *a = handset("machine", NULL);
	const struct pl_config *c = &a->config;
	static const struct {
		const char *name;
		uint32_t frontend, id, place;
	} devices[] = {
		{"call-fb", CALL, 16, 0},
		{"call-input", CALL, 18, 1},
		{"linux-fb", LINUX, 16, 0},
		{"linux-input", LINUX, 18, 1},
		{"call-net", CALL, 1, 2},
		{"linux-net", LINUX, 1, 2},
		{"call-snd", CALL, 25, 3},
		{"linux-snd", LINUX, 25, 3},
	};

	EXPECT_EQ(a->result, 0);
	EXPECT_EQ(c->partition_count, 4);
	EXPECT_STR(c->partition[MODEM].name, "modem");
	EXPECT_EQ(c->partition[LINUX].wait_devices, 0xac);
	EXPECT_EQ(c->partition[CALL].wait_devices, 0);
	EXPECT_EQ(c->device_count, 8);
	for (uint32_t i = 0; i < 8; i++) {
		EXPECT_STR(c->device[i].name, devices[i].name);
		EXPECT_EQ(c->device[i].frontend, devices[i].frontend);
		EXPECT_EQ(c->device[i].host, IO);
		EXPECT_EQ(c->device[i].device_id, devices[i].id);
		EXPECT_EQ(c->device[i].ipa, 0x0a000000 + devices[i].place * 0x1000);
		EXPECT_EQ(c->device[i].host_ipa, 0x0b000000 + i * 0x1000);
		EXPECT_EQ(c->device[i].virq, 48 + devices[i].place);
	}
	expect_line(c, 0x09040000, 40, MODEM);
	expect_line(c, 0x09050000, 41, LINUX);
	CU_ASSERT_PTR_NOT_NULL_FATAL(region(c, LINUX, PL_REGION_BANK, 0x7c000000));
	EXPECT_EQ(region(c, LINUX, PL_REGION_BANK, 0x7c000000)->bytes, 64 << 20);
	EXPECT_EQ(c->doorbell[0].to, IO);
	EXPECT_EQ(c->doorbell[0].virq, 81);
	attempt_destroy(a);
}

static void bus_masters_are_confined(void)
{
	struct attempt *a = handset("machine", NULL);
	const struct pl_config *c = &a->config;

	EXPECT_EQ(c->partition[IO].flags, 0);
	EXPECT_EQ(c->smmu_pa, 0x09050000);
	EXPECT_EQ(c->smmu_irq[0], 106);
	EXPECT_EQ(c->smmu_irq[1], 109);
	EXPECT_EQ(c->master_count, 1);
	EXPECT_EQ(c->master[0].partition, IO);
	EXPECT_EQ(c->master[0].stream_first, 0);
	EXPECT_EQ(c->master[0].stream_count, 16 * 256);
	EXPECT_EQ(c->master[0].ecam_pa, 0x3f000000);
	EXPECT_EQ(c->master[0].pci_bus_count, 16);
	attempt_destroy(a);
}

static void a_device_of_its_own_is_in_the_guests_tree(void)
{
	struct attempt *a = handset("machine", NULL);
	const void *t = tree_of(a, LINUX);
	const struct pl_config_region *clock = region(&a->config, LINUX, PL_REGION_DEVICE, 0x09010000);

	CU_ASSERT_PTR_NOT_NULL(clock);
	EXPECT_STR(string(t, "/clock@9010000", "compatible"), "arm,pl031");
	EXPECT_EQ(length(t, "/clock@9010000", "compatible"), sizeof("arm,pl031\0arm,primecell"));
	EXPECT_STR(string(t, "/clock@9010000", "clock-names"), "apb_pclk");
	attempt_destroy(a);
}

static void make_run_has_the_real_modem_uart(void)
{
	struct attempt *a = handset("machine-run", NULL);
	const struct pl_config *c = &a->config;
	const struct pl_config_region *uart = region(c, CALL, PL_REGION_DEVICE, 0x09040000);

	EXPECT_EQ(a->result, 0);
	EXPECT_EQ(c->partition_count, 3);
	CU_ASSERT_PTR_NOT_NULL_FATAL(uart);
	EXPECT_EQ(uart->pa, 0x09040000);
	EXPECT_EQ(c->irq[0].partition, CALL);
	EXPECT_EQ(c->irq[0].pirq, 40);
	EXPECT_EQ(c->irq[0].virq, 40);
	attempt_destroy(a);
}

static int plconf(const char *arguments)
{
	char command[1024];

	snprintf(command, sizeof(command), "%s %s 2>/dev/null", PLCONF, arguments);
	return WEXITSTATUS(system(command));
}

static void the_tool_writes_nothing_that_it_refuses(void)
{
	const char *directory = support_directory(), *images = support_images();
	char arguments[512];

	snprintf(arguments, sizeof(arguments), "-I %s -o %s %s/overlap-ram.dtb", images, directory,
		FIXTURES_BUILT);
	EXPECT_EQ(plconf(arguments), 1);
	EXPECT_EQ(rmdir(directory), 0); /* still empty */
	EXPECT_EQ(plconf(""), 2);
	snprintf(arguments, sizeof(arguments), "-o %s nowhere.dtb", images);
	EXPECT_EQ(plconf(arguments), 1);
	snprintf(
		arguments, sizeof(arguments), "-I %s -o %s/none %s/good.dtb", images, images, FIXTURES_BUILT);
	EXPECT_EQ(plconf(arguments), 1);
	snprintf(arguments, sizeof(arguments), "-I %s -o %s %s/good.dtb", images, images, FIXTURES_BUILT);
	EXPECT_EQ(plconf(arguments), 0);
}

static const struct unit_test tests[] = {
	{"partitions-are-as-the-machine-says", partitions_are_as_the_machine_says},
	{"the-sum-tells-of-any-change", the_sum_tells_of_any_change},
	{"memory-is-given-to-whom-it-belongs", memory_is_given_to_whom_it_belongs},
	{"devices-take-their-usual-places", devices_take_their_usual_places},
	{"files-lie-in-the-store-and-in-ram", files_lie_in_the_store_and_in_ram},
	{"a-load-says-where-its-ram-really-is", a_load_says_where_its_ram_really_is},
	{"a-stock-guest-is-confined-by-its-tree", a_stock_guest_is_confined_by_its_tree},
	{"a-host-finds-its-banks-and-devices", a_host_finds_its_banks_and_devices},
	{"pci-pins-are-swizzled", pci_pins_are_swizzled},
	{"the-loader-gets-all-files", the_loader_gets_all_files},
	{"images-are-unpacked", images_are_unpacked},
	{"the-tool-writes-nothing-that-it-refuses", the_tool_writes_nothing_that_it_refuses},
	{"the-handset-is-as-the-contract-says", the_handset_is_as_the_contract_says},
	{"a-device-of-its-own-is-in-the-guests-tree", a_device_of_its_own_is_in_the_guests_tree},
	{"bus-masters-are-confined", bus_masters_are_confined},
	{"make-run-has-the-real-modem-uart", make_run_has_the_real_modem_uart},
};

UNIT_MAIN("plconf's output", tests)
