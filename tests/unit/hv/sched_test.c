/* Scheduling and restart: hv/core/sched.h and restart.h, on the fake processor. */
#include "tests/unit/hv/machine.h"

#define BELL	 81u
#define SLICE_US 1000u

static void start(uint32_t partitions)
{
	machine_reset(partitions);
	EXPECT_EQ(machine_start(), true);
}

/* p's guest sleeps, and BELL would wake it. */
static void put_to_sleep(uint32_t p)
{
	EXPECT_EQ(machine_running(), p);
	machine_gic_enable(p, BELL, 0x80, true);
	machine_wait();
}

static void answer(uint32_t p)
{
	EXPECT_EQ(machine_running(), p);
	EXPECT_EQ(fake_guest_ack(), BELL);
	fake_guest_end(BELL);
}

static void test_most_urgent_starts_first(void)
{
	start(3);
	machine_run();
	EXPECT_EQ(machine_running(), 0);
	machine_advance_us(1000000);
	EXPECT_EQ(machine_running(), 0); /* strictly: the others have to wait */
	EXPECT_EQ(machine_partition(2)->vcpu[0].cpu_ticks, 0);
	EXPECT_EQ(machine_partition(1)->state, PL_PARTITION_RESTARTING); /* its loading is not paid by p0 */
}

static void test_lower_runs_while_higher_waits(void)
{
	start(3);
	machine_run();
	put_to_sleep(0);
	EXPECT_EQ(machine_running(), 1);
	put_to_sleep(1);
	EXPECT_EQ(machine_running(), 2);
}

static void test_doorbell_preempts_at_once(void)
{
	start(2);
	machine_run();
	put_to_sleep(0);
	EXPECT_EQ(machine_running(), 1);
	vgic_pulse(machine_partition(0), BELL);
	machine_run();
	answer(0);
	machine_wait();
	EXPECT_EQ(machine_running(), 1);
	EXPECT_EQ(machine_partition(0)->vcpu[0].wake_count, 2); /* its start was the first */
}

static void test_doorbell_of_lower_does_not_preempt(void)
{
	start(2);
	machine_run();
	put_to_sleep(0);
	put_to_sleep(1);
	vgic_pulse(machine_partition(0), BELL);
	machine_run();
	vgic_pulse(machine_partition(1), BELL);
	machine_run();
	answer(0);
	machine_wait();
	answer(1);
}

static void test_wfi_with_something_pending_goes_on(void)
{
	start(2);
	machine_run();
	machine_gic_enable(0, BELL, 0x80, true);
	vgic_pulse(machine_partition(0), BELL);
	machine_wait();
	answer(0);
}

static void test_equal_priorities_share_in_equal_slices(void)
{
	uint32_t switches = 0, last;

	machine_reset(3);
	for (uint32_t i = 1; i < 3; i++) {
		machine_config.partition[i].priority = 1;
		machine_config.partition[i].slice_us = SLICE_US;
	}
	EXPECT_EQ(machine_start(), true);
	machine_run();
	put_to_sleep(0);
	last = machine_running();
	for (uint32_t i = 0; i < 1000; i++) {
		machine_advance_us(SLICE_US / 10);
		switches += machine_running() != last;
		last = machine_running();
	}
	EXPECT_EQ(switches, 100);
	sched_charge(cpu_this());
	EXPECT_EQ(machine_partition(1)->vcpu[0].cpu_ticks, FAKE_HZ * SLICE_US * 50 / 1000000);
	EXPECT_EQ(machine_partition(2)->vcpu[0].cpu_ticks, FAKE_HZ * SLICE_US * 50 / 1000000);
}

#define PERIOD_US 10000u

static void give_budget(uint32_t p, uint32_t budget_us)
{
	machine_config.partition[p].budget_us = budget_us;
	machine_config.partition[p].period_us = PERIOD_US;
}

/* Ticks that p has had so far, in microseconds. */
static uint64_t had_us(uint32_t p)
{
	sched_charge(cpu_this());
	return machine_partition(p)->vcpu[0].cpu_ticks * 1000000 / FAKE_HZ;
}

static void test_highest_cannot_run_away(void)
{
	machine_reset(2);
	give_budget(0, 3000);
	EXPECT_EQ(machine_start(), true);
	machine_advance_us(2998);
	EXPECT_EQ(machine_running(), 0);
	machine_advance_us(4);
	EXPECT_EQ(machine_running(), 1);
	machine_advance_us(6996);
	EXPECT_EQ(machine_running(), 1);
	machine_advance_us(4); /* a new period */
	EXPECT_EQ(machine_running(), 0);
	machine_advance_us(PERIOD_US * 100 - PERIOD_US - 2);
	EXPECT_EQ(had_us(0), 3000 * 100);
	EXPECT_EQ(had_us(1), 7000 * 100);
}

static void test_lowest_gets_its_share(void)
{
	machine_reset(3);
	give_budget(0, 3000);
	give_budget(1, 5000);
	give_budget(2, 2000);
	EXPECT_EQ(machine_start(), true);
	for (uint32_t i = 1; i <= 50; i++) {
		machine_advance_us(PERIOD_US);
		EXPECT_EQ(had_us(0), 3000 * i);
		EXPECT_EQ(had_us(1), 5000 * i);
		EXPECT_EQ(had_us(2), 2000 * i); /* in each period, not only on average */
	}
}

static void test_what_is_left_over_goes_to_the_most_urgent(void)
{
	machine_reset(3);
	give_budget(0, 1000);
	give_budget(1, 2000);
	give_budget(2, 3000);
	EXPECT_EQ(machine_start(), true);
	machine_advance_us(PERIOD_US * 50);
	EXPECT_EQ(had_us(0), (1000 + 4000) * 50);
	EXPECT_EQ(had_us(1), 2000 * 50);
	EXPECT_EQ(had_us(2), 3000 * 50);
}

static void test_budget_is_kept_while_asleep_and_not_carried_over(void)
{
	machine_reset(2);
	give_budget(0, 3000);
	EXPECT_EQ(machine_start(), true);
	machine_run();
	put_to_sleep(0);
	machine_advance_us(PERIOD_US * 3 + 6000);
	EXPECT_EQ(machine_running(), 1);
	vgic_pulse(machine_partition(0), BELL);
	machine_run();
	answer(0);
	machine_advance_us(2999);
	EXPECT_EQ(machine_running(), 0); /* late in the period, and still all of it */
	machine_advance_us(2);
	EXPECT_EQ(machine_running(), 1);
}

static void test_time_that_nobody_wanted_is_not_paid_from_the_next_budget(void)
{
	machine_reset(2);
	give_budget(0, 3000);
	EXPECT_EQ(machine_start(), true);
	machine_run();
	put_to_sleep(0);
	put_to_sleep(1);
	vgic_pulse(machine_partition(0), BELL);
	machine_run();
	answer(0);
	/* alone, mostly in the background, until a period has just begun */
	machine_advance_us(PERIOD_US * 3 + 100 - fake_cpu.now * 1000000 / FAKE_HZ % PERIOD_US);
	vgic_pulse(machine_partition(1), BELL);
	machine_run();
	EXPECT_EQ(machine_running(), 0);
	machine_advance_us(2800);
	EXPECT_EQ(machine_running(), 0);
	machine_advance_us(200);
	EXPECT_EQ(machine_running(), 1);
}

static void test_restart_does_not_fill_the_budget(void)
{
	machine_reset(2);
	machine_config.partition[0].restart = PL_RESTART_ON_FAILURE;
	give_budget(0, 3000);
	EXPECT_EQ(machine_start(), true);
	machine_advance_us(2000);
	partition_fault(cpu_this()->running, PL_FAULT_RESET, ipa(0), true);
	machine_advance_us(999);
	EXPECT_EQ(machine_running(), 0);
	EXPECT_EQ(machine_partition(0)->generation, 1);
	machine_advance_us(2);
	EXPECT_EQ(machine_running(), 1);
}

static void test_preempted_slice_is_not_lost(void)
{
	machine_reset(3);
	for (uint32_t i = 1; i < 3; i++) {
		machine_config.partition[i].priority = 1;
		machine_config.partition[i].slice_us = SLICE_US;
	}
	EXPECT_EQ(machine_start(), true);
	machine_run();
	put_to_sleep(0);
	EXPECT_EQ(machine_running(), 1);
	machine_advance_us(SLICE_US / 2);
	vgic_pulse(machine_partition(0), BELL);
	machine_run();
	answer(0);
	machine_advance_us(SLICE_US * 3);
	machine_wait();
	EXPECT_EQ(machine_running(), 1); /* goes on where it was */
	machine_advance_us(SLICE_US / 2 - 1);
	EXPECT_EQ(machine_running(), 1);
	machine_advance_us(2);
	EXPECT_EQ(machine_running(), 2);
}

static void test_fifo_runs_until_it_waits(void)
{
	machine_reset(3);
	machine_config.partition[1].priority = machine_config.partition[2].priority = 1;
	EXPECT_EQ(machine_start(), true);
	machine_run();
	put_to_sleep(0);
	machine_advance_us(10000000);
	EXPECT_EQ(machine_running(), 1);
	put_to_sleep(1);
	EXPECT_EQ(machine_running(), 2);
	vgic_pulse(machine_partition(1), BELL);
	machine_run();
	EXPECT_EQ(machine_running(), 2); /* behind its equal */
}

static void test_all_idle_sleeps(void)
{
	start(2);
	machine_run();
	put_to_sleep(0);
	machine_gic_enable(1, BELL, 0x80, true);
	machine_advance_us(1000000); /* the console's own work is done */
	vcpu_wait(cpu_this()->loaded);
	EXPECT_EQ(machine_run() == NULL, true);
	EXPECT_EQ(machine_running(), PL_NONE);
	EXPECT_EQ(fake_cpu.idles > 0, true);
	vgic_pulse(machine_partition(1), BELL);
	machine_run();
	answer(1);
}

static uint32_t fired;

static void fire(struct hv_timer *t)
{
	fired = fired * 10 + t->priority;
}

static void test_less_urgent_timers_wait_and_give_way(void)
{
	struct hv_timer of_1 = {.fire = fire, .priority = 1}, of_2 = {.fire = fire, .priority = 2};

	start(3);
	machine_run();
	put_to_sleep(0);
	fired = 0;
	hv_timer_arm(&of_2, fake_cpu.now + FAKE_HZ / 1000);
	hv_timer_arm(&of_1, fake_cpu.now + FAKE_HZ / 500);
	machine_advance_us(1500);
	EXPECT_EQ(machine_running(), 1);
	EXPECT_EQ(fired, 0); /* p1 does not pay for p2 */
	machine_advance_us(1000);
	EXPECT_EQ(fired, 1);
	put_to_sleep(1);
	EXPECT_EQ(fired, 12);

	hv_timer_arm(&of_2, fake_cpu.now + FAKE_HZ / 1000);
	hv_timer_arm(&of_1, fake_cpu.now + FAKE_HZ / 1000);
	fake_cpu.now += FAKE_HZ / 500;
	machine_run();
	EXPECT_EQ(machine_running(), 2);
	EXPECT_EQ(fired, 1212);
}

static void test_blocked_vcpu_does_not_run(void)
{
	struct vcpu *v;

	start(2);
	v = machine_run();
	machine_gic_enable(0, BELL, 0x80, true);
	vcpu_block(v);
	machine_run();
	EXPECT_EQ(machine_running(), 1);
	vgic_pulse(machine_partition(0), BELL); /* no interrupt ends that wait */
	machine_run();
	EXPECT_EQ(machine_running(), 1);
	vcpu_resume(v);
	machine_run();
	answer(0);
}

static void test_partition_waits_for_its_devices(void)
{
	uint64_t offer[6] = {PL_HVC_DEV_OFFER, 0, 1ull << 32, 0, 18 | 1ull << 32, 8};
	uint64_t max[6] = {PL_HVC_DEV_QUEUE_MAX, 0, 0, 64}, ready[6] = {PL_HVC_DEV_READY};
	struct vcpu *host;

	machine_reset(2);
	machine_config.device_count = 1;
	machine_config.device[0] = (struct pl_config_device){.name = "input",
		.frontend = 0,
		.host = 1,
		.virq = 48,
		.device_id = 18,
		.ipa = 0x0a000000,
		.host_ipa = 0x0b000000};
	machine_config.partition[0].wait_devices = 1;
	EXPECT_EQ(machine_start(), true);
	machine_run();
	EXPECT_EQ(machine_running(), 1);
	EXPECT_EQ(machine_partition(0)->state, PL_PARTITION_WAITING);
	host = cpu_this()->running;
	EXPECT_EQ(vmmio_host_call(host->partition, PL_HVC_DEV_OFFER, offer), 0);
	EXPECT_EQ(vmmio_host_call(host->partition, PL_HVC_DEV_QUEUE_MAX, max), 0);
	EXPECT_EQ(machine_partition(0)->state, PL_PARTITION_WAITING);
	EXPECT_EQ(vmmio_host_call(host->partition, PL_HVC_DEV_READY, ready), 0);
	machine_run();
	EXPECT_EQ(machine_partition(0)->state, PL_PARTITION_RUNNING);
	EXPECT_EQ(machine_running(), 0);
}

static void give_ram(uint32_t p, uint64_t pa, uint64_t bytes)
{
	machine_config.region[machine_config.region_count++] =
		(struct pl_config_region){.partition = (uint8_t)p,
			.kind = PL_REGION_RAM,
			.perm = 7,
			.scrubbed = 1,
			.ipa = pa,
			.pa = pa,
			.bytes = bytes};
}

static void load(uint32_t p, uint64_t store_pa, const char *text, uint64_t to)
{
	struct pl_config_partition *c = &machine_config.partition[p];

	strcpy(hv_ptr(paddr(store_pa)), text);
	c->load[c->load_count++] = (struct pl_config_load){store_pa, strlen(text) + 1, to, to};
	c->entry_ipa = to;
	c->restart = PL_RESTART_ON_FAILURE;
}

#define STORE  MACHINE_FREE_PA
#define RAM(p) (MACHINE_FREE_PA + 0x200000ull * (1 + (p)))

static void start_with_images(void)
{
	machine_reset(2);
	for (uint32_t p = 0; p < 2; p++) {
		give_ram(p, RAM(p), 0x200000);
		load(p, STORE + 0x1000 * p, p == 0 ? "first" : "second", RAM(p) + 0x1000);
	}
	EXPECT_EQ(machine_start(), true);
}

static void test_images_are_loaded_and_entered(void)
{
	start_with_images();
	machine_run();
	EXPECT_EQ(machine_running(), 0);
	EXPECT_STR((char *)hv_ptr(paddr(RAM(0) + 0x1000)), "first");
	EXPECT_EQ(cpu_this()->running->arch.pc, RAM(0) + 0x1000);
}

static void test_fault_restarts_the_one_and_leaves_the_other(void)
{
	char *mine, *other;

	start_with_images();
	machine_run();
	put_to_sleep(0);
	EXPECT_EQ(machine_running(), 1);
	mine = hv_ptr(paddr(RAM(1)));
	other = hv_ptr(paddr(RAM(0)));
	strcpy(mine + 0x5000, "left over");
	strcpy(mine + 0x1000, "damaged");
	strcpy(other + 0x5000, "kept");
	partition_fault(cpu_this()->running, PL_FAULT_MEMORY, ipa(0xdead000), true);
	EXPECT_EQ(machine_partition(1)->state, PL_PARTITION_RESTARTING);
	machine_run();
	EXPECT_EQ(machine_running(), 1);
	EXPECT_EQ(machine_partition(1)->generation, 1);
	EXPECT_STR(mine + 0x1000, "second");
	EXPECT_STR(mine + 0x5000, ""); /* scrubbed */
	EXPECT_STR(other + 0x5000, "kept");
	EXPECT_EQ(machine_partition(0)->generation, 0);
	EXPECT_EQ(machine_partition(1)->fault.cause, PL_FAULT_MEMORY);
	EXPECT_EQ(machine_partition(1)->fault.ipa, 0xdead000);
	EXPECT_EQ(machine_partition(1)->fault.fatal, 1);
	vgic_pulse(machine_partition(0), BELL);
	machine_run();
	answer(0);
}

static void test_interrupts_of_the_last_life_are_gone(void)
{
	start_with_images();
	machine_run();
	put_to_sleep(0);
	machine_gic_enable(1, BELL, 0x80, true);
	vgic_pulse(machine_partition(1), BELL);
	partition_fault(cpu_this()->running, PL_FAULT_RESET, ipa(0), true);
	machine_run();
	EXPECT_EQ(machine_running(), 1);
	EXPECT_EQ(fake_guest_ack(), FAKE_NO_INTID);
	machine_gic_enable(1, BELL, 0x80, true);
	machine_run();
	EXPECT_EQ(fake_guest_ack(), FAKE_NO_INTID);
}

static void test_restart_limit_stops_it(void)
{
	start_with_images();
	machine_config.partition[1].restart_limit = 2;
	machine_config.partition[1].restart_window_ms = 1000;
	machine_run();
	put_to_sleep(0);
	for (uint32_t i = 0; i < 2; i++) {
		partition_fault(cpu_this()->running, PL_FAULT_RESET, ipa(0), true);
		machine_run();
		EXPECT_EQ(machine_running(), 1);
	}
	partition_fault(cpu_this()->running, PL_FAULT_RESET, ipa(0), true);
	EXPECT_EQ(machine_partition(1)->state, PL_PARTITION_STOPPED);
	EXPECT_EQ(machine_partition(1)->fault.number, 3);
}

static void test_power_off_is_not_a_failure(void)
{
	start_with_images();
	machine_run();
	put_to_sleep(0);
	partition_fault(cpu_this()->running, PL_FAULT_OFF, ipa(0), true);
	EXPECT_EQ(machine_partition(1)->state, PL_PARTITION_STOPPED);
	EXPECT_EQ(machine_partition(1)->generation, 0);
}

static void test_watchdog_restarts_who_forgets_it(void)
{
	start_with_images();
	machine_run();
	put_to_sleep(0);
	partition_watchdog(machine_partition(1), 50);
	machine_advance_us(49000);
	partition_watchdog(machine_partition(1), 50);
	machine_advance_us(49000);
	EXPECT_EQ(machine_partition(1)->generation, 0);
	machine_advance_us(2000);
	EXPECT_EQ(machine_partition(1)->generation, 1);
	EXPECT_EQ(machine_partition(1)->fault.cause, PL_FAULT_WATCHDOG);
	EXPECT_EQ(machine_running(), 1); /* up again, its watchdog as the configuration says: off */
	machine_advance_us(1000000);
	EXPECT_EQ(machine_partition(1)->generation, 1);
}

static void test_harmless_faults_do_not_push_out_the_record(void)
{
	start_with_images();
	machine_run();
	for (uint32_t i = 0; i < 100; i++)
		partition_fault(cpu_this()->running, PL_FAULT_DEVICE_ACCESS, ipa(i), false);
	EXPECT_EQ(machine_partition(0)->state, PL_PARTITION_RUNNING);
	EXPECT_EQ(machine_partition(0)->fault.number, 100);
	EXPECT_EQ(machine_partition(0)->fault.ipa, 7);
}

static const struct unit_test tests[] = {
	{"most_urgent_starts_first", test_most_urgent_starts_first},
	{"lower_runs_while_higher_waits", test_lower_runs_while_higher_waits},
	{"doorbell_preempts_at_once", test_doorbell_preempts_at_once},
	{"doorbell_of_lower_does_not_preempt", test_doorbell_of_lower_does_not_preempt},
	{"wfi_with_something_pending_goes_on", test_wfi_with_something_pending_goes_on},
	{"equal_priorities_share_in_equal_slices", test_equal_priorities_share_in_equal_slices},
	{"highest_cannot_run_away", test_highest_cannot_run_away},
	{"lowest_gets_its_share", test_lowest_gets_its_share},
	{"what_is_left_over_goes_to_the_most_urgent", test_what_is_left_over_goes_to_the_most_urgent},
	{"budget_is_kept_while_asleep_and_not_carried_over",
		test_budget_is_kept_while_asleep_and_not_carried_over},
	{"time_that_nobody_wanted_is_not_paid_from_the_next_budget",
		test_time_that_nobody_wanted_is_not_paid_from_the_next_budget},
	{"restart_does_not_fill_the_budget", test_restart_does_not_fill_the_budget},
	{"preempted_slice_is_not_lost", test_preempted_slice_is_not_lost},
	{"fifo_runs_until_it_waits", test_fifo_runs_until_it_waits},
	{"all_idle_sleeps", test_all_idle_sleeps},
	{"less_urgent_timers_wait_and_give_way", test_less_urgent_timers_wait_and_give_way},
	{"blocked_vcpu_does_not_run", test_blocked_vcpu_does_not_run},
	{"partition_waits_for_its_devices", test_partition_waits_for_its_devices},
	{"images_are_loaded_and_entered", test_images_are_loaded_and_entered},
	{"fault_restarts_the_one_and_leaves_the_other", test_fault_restarts_the_one_and_leaves_the_other},
	{"interrupts_of_the_last_life_are_gone", test_interrupts_of_the_last_life_are_gone},
	{"restart_limit_stops_it", test_restart_limit_stops_it},
	{"power_off_is_not_a_failure", test_power_off_is_not_a_failure},
	{"watchdog_restarts_who_forgets_it", test_watchdog_restarts_who_forgets_it},
	{"harmless_faults_do_not_push_out_the_record", test_harmless_faults_do_not_push_out_the_record},
};

UNIT_MAIN("scheduler", tests)
