/* Bus masters: hv/core/dma.h, with a PCI configuration space in memory and the null SMMU. */
#include <errno.h>
#include "hv/core/dma.h"
#include "tests/unit/hv/machine.h"

#define ECAM_PA	     (MACHINE_RAM_PA + (64ull << 20))
#define BUSES	     2u
#define RAM_PA	     (ECAM_PA + (4ull << 20))
#define EVENT_IRQ    106u
#define MASTER	     4u
#define BRIDGE_RESET 0x40u
#define FLR	     0x8000u
#define AF_RESET     1u
#define TRST_US	     1000u /* PCI 4.3.2: at least */

static volatile uint8_t *function_at(uint32_t bus, uint32_t slot, uint32_t function)
{
	return hv_ptr(paddr(ECAM_PA + (bus << 20) + (slot << 15) + (function << 12)));
}

static uint16_t *half_at(uint32_t bus, uint32_t slot, uint32_t function, uint32_t offset)
{
	return (uint16_t *)(uintptr_t)(function_at(bus, slot, function) + offset);
}

/* Nobody answers: all ones. */
static void bus_clear(void)
{
	memset(hv_ptr(paddr(ECAM_PA)), 0xff, BUSES << 20);
}

static void function_add(uint32_t bus, uint32_t slot, uint32_t function, uint8_t header)
{
	memset((void *)(uintptr_t)function_at(bus, slot, function), 0, 4096);
	*half_at(bus, slot, function, 0) = 0x1234;
	*half_at(bus, slot, function, 4) = MASTER | 3;
	function_at(bus, slot, function)[0x0e] = header;
}

static void capability_add(uint32_t bus, uint32_t slot, uint8_t at, uint8_t id, uint8_t next)
{
	volatile uint8_t *f = function_at(bus, slot, 0);

	f[6] |= 0x10;
	if (!f[0x34])
		f[0x34] = at;
	f[at] = id;
	f[at + 1] = next;
}

static void reset(void)
{
	machine_reset(2);
	bus_clear();
	machine_config.smmu_pa = 0x09050000;
	machine_config.smmu_irq[0] = EVENT_IRQ;
	machine_config.smmu_irq[1] = EVENT_IRQ + 1;
	machine_config.master_count = 1;
	machine_config.master[0] = (struct pl_config_master){.partition = 0,
		.stream_first = 0,
		.stream_count = 512,
		.pci_bus_count = BUSES,
		.ecam_pa = ECAM_PA};
	machine_config.region_count = 1;
	machine_config.region[0] = (struct pl_config_region){.partition = 0,
		.kind = PL_REGION_RAM,
		.perm = 7,
		.ipa = RAM_PA,
		.pa = RAM_PA,
		.bytes = 2u << 20};
}

static void start(void)
{
	EXPECT_EQ(machine_start(), true);
	machine_run();
}

static enum pl_partition_state state_of(uint32_t p)
{
	return machine_partition(p)->state;
}

static void restart_run(void)
{
	EXPECT_EQ(partition_control(machine_partition(0), PL_CONTROL_RESTART), 0);
	machine_advance_us(2 * TRST_US);
}

static void test_streams_open_when_the_partition_boots(void)
{
	reset();
	EXPECT_EQ(machine_start(), true);
	EXPECT_EQ(fake_cpu.smmu.state[0], SMMU_ABORT);
	machine_run();
	EXPECT_EQ(state_of(0), PL_PARTITION_RUNNING);
	EXPECT_EQ(fake_cpu.smmu.state[0], SMMU_TRANSLATE);
	EXPECT_EQ(fake_cpu.smmu.vttbr[0], machine_partition(0)->vttbr);
}

static void test_streams_abort_from_the_moment_it_ends(void)
{
	reset();
	start();
	EXPECT_EQ(partition_control(machine_partition(0), PL_CONTROL_RESTART), 0);
	EXPECT_EQ(fake_cpu.smmu.state[0], SMMU_ABORT);
	machine_advance_us(2 * TRST_US);
	EXPECT_EQ(state_of(0), PL_PARTITION_RUNNING);
	EXPECT_EQ(fake_cpu.smmu.state[0], SMMU_TRANSLATE);
}

static void test_stopped_partition_keeps_no_stream(void)
{
	reset();
	start();
	EXPECT_EQ(partition_control(machine_partition(0), PL_CONTROL_STOP), 0);
	machine_advance_us(2 * TRST_US);
	EXPECT_EQ(state_of(0), PL_PARTITION_STOPPED);
	EXPECT_EQ(fake_cpu.smmu.state[0], SMMU_ABORT);
}

/* Without the words, with an SMMU or without, with streams or without. */
static void test_what_nothing_confines_is_not_started(void)
{
	for (uint32_t i = 0; i < 4; i++) {
		reset();
		if (i == 0)
			machine_config.master[0].stream_count = 0;
		else if (i == 1)
			machine_config.smmu_pa = 0;
		else
			fake_cpu.smmu.absent = true;
		machine_config.partition[0].flags = i == 3 ? PL_PARTITION_UNCONFINED_DMA : 0;
		start();
		EXPECT_EQ(state_of(0), i == 3 ? PL_PARTITION_RUNNING : PL_PARTITION_STOPPED);
		EXPECT_EQ(state_of(1), i == 3 ? PL_PARTITION_RESTARTING : PL_PARTITION_RUNNING);
	}
}

static void test_order_does_not_start_it_either(void)
{
	reset();
	machine_config.smmu_pa = 0;
	start();
	EXPECT_EQ(partition_control(machine_partition(0), PL_CONTROL_START), 0);
	machine_advance_us(2 * TRST_US);
	EXPECT_EQ(state_of(0), PL_PARTITION_STOPPED);
}

static void test_streams_that_are_no_whole_blocks_are_refused(void)
{
	reset();
	machine_config.master[0].stream_count = 500;
	EXPECT_EQ(machine_start(), false);
}

static void test_every_function_loses_bus_mastering(void)
{
	reset();
	function_add(0, 0, 0, 0);
	function_add(0, 3, 0, 0x80);
	function_add(0, 3, 7, 0);
	function_add(0, 31, 0, 1);
	function_add(1, 0, 0, 0);
	function_add(1, 31, 0, 0);
	start();
	restart_run();
	EXPECT_EQ(state_of(0), PL_PARTITION_RUNNING);
	EXPECT_EQ(*half_at(0, 0, 0, 4) & MASTER, 0);
	EXPECT_EQ(*half_at(0, 3, 0, 4) & MASTER, 0);
	EXPECT_EQ(*half_at(0, 3, 7, 4) & MASTER, 0);
	EXPECT_EQ(*half_at(0, 31, 0, 4) & MASTER, 0);
	EXPECT_EQ(*half_at(1, 0, 0, 4) & MASTER, 0);
	EXPECT_EQ(*half_at(1, 31, 0, 4) & MASTER, 0);
	EXPECT_EQ(*half_at(0, 4, 0, 4), 0xffff);
}

static void test_functions_that_can_are_reset(void)
{
	reset();
	function_add(0, 1, 0, 0);
	capability_add(0, 1, 0x40, 0x05, 0x60);
	capability_add(0, 1, 0x60, 0x10, 0);
	function_at(0, 1, 0)[0x67] = 0x10; /* FLR in Device Capabilities */
	function_add(0, 2, 0, 0);
	capability_add(0, 2, 0x40, 0x13, 0);
	function_at(0, 2, 0)[0x43] = 2;
	function_add(0, 4, 0, 0);
	capability_add(0, 4, 0x40, 0x10, 0);
	start();
	restart_run();
	EXPECT_EQ(*half_at(0, 1, 0, 0x68), FLR);
	EXPECT_EQ(function_at(0, 2, 0)[0x44], AF_RESET);
	EXPECT_EQ(*half_at(0, 4, 0, 0x48), 0); /* has none */
}

static void test_circle_of_capabilities_ends(void)
{
	reset();
	function_add(0, 1, 0, 0);
	capability_add(0, 1, 0x40, 0x05, 0x40);
	start();
	restart_run();
	EXPECT_EQ(state_of(0), PL_PARTITION_RUNNING);
}

static void test_buses_behind_bridges_are_held_in_reset(void)
{
	reset();
	function_add(0, 5, 0, 1);
	EXPECT_EQ(machine_start(), true);
	machine_advance_us(10);
	EXPECT_EQ(partition_control(machine_partition(0), PL_CONTROL_RESTART), 0);
	machine_advance_us(TRST_US - 1);
	EXPECT_EQ(state_of(0), PL_PARTITION_RESTARTING);
	EXPECT_EQ(*half_at(0, 5, 0, 0x3e), BRIDGE_RESET);
	EXPECT_EQ(machine_running(), 1); /* the pause is nobody's time */
	machine_advance_us(2);
	EXPECT_EQ(*half_at(0, 5, 0, 0x3e), 0);
	EXPECT_EQ(state_of(0), PL_PARTITION_RUNNING);
}

/* An order comes while its buses are in reset. */
static void test_stop_within_the_pause_lets_buses_out_of_reset(void)
{
	reset();
	function_add(0, 5, 0, 1);
	start();
	EXPECT_EQ(partition_control(machine_partition(0), PL_CONTROL_RESTART), 0);
	machine_advance_us(TRST_US / 2);
	EXPECT_EQ(partition_control(machine_partition(0), PL_CONTROL_STOP), 0);
	machine_advance_us(TRST_US - 1);
	EXPECT_EQ(*half_at(0, 5, 0, 0x3e), BRIDGE_RESET); /* its own millisecond */
	machine_advance_us(TRST_US);
	EXPECT_EQ(*half_at(0, 5, 0, 0x3e), 0);
	EXPECT_EQ(state_of(0), PL_PARTITION_STOPPED);
}

static void event(uint32_t stream, uint64_t address, uint32_t count)
{
	fake_cpu.smmu.event = (struct smmu_event){.stream = stream, .type = 0x10, .address = address};
	fake_cpu.smmu.events = count;
	fake_raise(EVENT_IRQ);
	machine_advance_us(100);
}

static void test_fault_is_recorded_with_stream_and_address(void)
{
	reset();
	start();
	event(0x108, 0x80001234, 1);
	EXPECT_EQ(machine_partition(0)->fault.cause, PL_FAULT_DMA);
	EXPECT_EQ(machine_partition(0)->fault.ipa, 0x80001234);
	EXPECT_EQ(machine_partition(0)->fault.far, 0x108);
	EXPECT_EQ(machine_partition(0)->fault.fatal, 0);
	EXPECT_EQ(state_of(0), PL_PARTITION_RUNNING);
}

static void test_faults_at_once_are_all_counted_and_the_first_recorded(void)
{
	reset();
	start();
	event(0x108, 0x80001234, 5);
	EXPECT_EQ(machine_partition(0)->fault.number, 5);
	EXPECT_EQ(machine_partition(0)->fault.ipa, 0x80001234);
	for (uint32_t i = 0; i < 10; i++)
		event(8, 0x1000, 2);
	EXPECT_EQ(machine_partition(0)->fault.number, 25);
}

static void test_end_of_a_partition_is_not_overwritten_by_its_devices(void)
{
	reset();
	start();
	fake_cpu.smmu.event = (struct smmu_event){.stream = 8, .type = 0x10, .address = 0x1000};
	fake_cpu.smmu.events = 3;
	EXPECT_EQ(dma_interrupt(EVENT_IRQ), true);
	restart_run();
	EXPECT_EQ(machine_partition(0)->fault.cause, PL_FAULT_CONTROL);
	EXPECT_EQ(machine_partition(0)->fault.number, 4);
}

static void test_fault_of_nobodys_stream_is_nobodys(void)
{
	reset();
	start();
	event(512, 0x80001234, 1);
	EXPECT_EQ(machine_partition(0)->fault.number, 0);
	EXPECT_EQ(machine_partition(1)->fault.number, 0);
}

static void test_flood_of_faults_is_cut_off_for_that_life(void)
{
	reset();
	start();
	for (uint32_t i = 0; i < 31; i++)
		event(8, 0x1000, 1);
	EXPECT_EQ(fake_cpu.smmu.state[0], SMMU_TRANSLATE);
	event(8, 0x1000, 1);
	EXPECT_EQ(fake_cpu.smmu.state[0], SMMU_QUIET);
	EXPECT_EQ(machine_partition(0)->fault.number, 32);
	restart_run();
	EXPECT_EQ(fake_cpu.smmu.state[0], SMMU_TRANSLATE);
}

/* The rest of a burst comes a little later: what others wait for comes in between. */
static void test_no_interrupt_serves_more_than_one_fault(void)
{
	reset();
	EXPECT_EQ(machine_start(), true);
	fake_cpu.smmu.event = (struct smmu_event){.stream = 512};
	fake_cpu.smmu.events = 2 * SMMU_EVENT_COUNT;
	EXPECT_EQ(dma_interrupt(EVENT_IRQ), true);
	EXPECT_EQ(fake_cpu.smmu.events, 2 * SMMU_EVENT_COUNT - 1);
	machine_advance_us(1000);
	EXPECT_EQ(fake_cpu.smmu.events, 0);
	EXPECT_EQ(dma_interrupt(EVENT_IRQ + 2), false);
}

static const struct unit_test tests[] = {
	{"streams_open_when_the_partition_boots", test_streams_open_when_the_partition_boots},
	{"streams_abort_from_the_moment_it_ends", test_streams_abort_from_the_moment_it_ends},
	{"stopped_partition_keeps_no_stream", test_stopped_partition_keeps_no_stream},
	{"what_nothing_confines_is_not_started", test_what_nothing_confines_is_not_started},
	{"order_does_not_start_it_either", test_order_does_not_start_it_either},
	{"streams_that_are_no_whole_blocks_are_refused", test_streams_that_are_no_whole_blocks_are_refused},
	{"every_function_loses_bus_mastering", test_every_function_loses_bus_mastering},
	{"functions_that_can_are_reset", test_functions_that_can_are_reset},
	{"circle_of_capabilities_ends", test_circle_of_capabilities_ends},
	{"buses_behind_bridges_are_held_in_reset", test_buses_behind_bridges_are_held_in_reset},
	{"stop_within_the_pause_lets_buses_out_of_reset", test_stop_within_the_pause_lets_buses_out_of_reset},
	{"fault_is_recorded_with_stream_and_address", test_fault_is_recorded_with_stream_and_address},
	{"faults_at_once_are_all_counted_and_the_first_recorded",
		test_faults_at_once_are_all_counted_and_the_first_recorded},
	{"end_of_a_partition_is_not_overwritten_by_its_devices",
		test_end_of_a_partition_is_not_overwritten_by_its_devices},
	{"fault_of_nobodys_stream_is_nobodys", test_fault_of_nobodys_stream_is_nobodys},
	{"flood_of_faults_is_cut_off_for_that_life", test_flood_of_faults_is_cut_off_for_that_life},
	{"no_interrupt_serves_more_than_one_fault", test_no_interrupt_serves_more_than_one_fault},
};

UNIT_MAIN("bus masters", tests)
