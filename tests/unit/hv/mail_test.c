/* Two CPUs, hv/core/mail.h: the test is now one, now the other. */
#include <string.h>
#include "hv/core/mail.h"
#include "tests/unit/hv/machine.h"

#define BELL  81u
#define OTHER (1u << 1)

static struct cpu other;
static struct cpu *first;

/* p0 on CPU 0; p1 with a vCPU on each, its home the CPU given. */
static void start(uint8_t home)
{
	machine_reset(2);
	machine_config.cpu_count = 2;
	machine_config.partition[1].vcpu_count = 2;
	machine_config.partition[1].cpu[0] = home;
	machine_config.partition[1].cpu[1] = 1 - home;
	machine_config.partition[1].restart = PL_RESTART_ON_FAILURE;
	memset(&other, 0, sizeof(other));
	other.index = 1;
	sched_init(&other);
	EXPECT_EQ(machine_start(), true);
	first = cpu_this();
}

static void be(struct cpu *c)
{
	fake_cpu.cpu = c;
}

static struct vcpu *vcpu(uint32_t n)
{
	return &machine_partition(1)->vcpu[n];
}

/* CPU 1 takes its interrupt and goes on with what it finds. */
static struct vcpu *other_runs(void)
{
	struct vcpu *v;

	be(&other);
	mail_handle(&other);
	v = other.ready;
	if (v && other.loaded != v)
		v = sched_next(&other);
	be(first);
	return v;
}

static void test_partition_starts_on_its_own_cpu(void)
{
	start(1);
	EXPECT_EQ(fake_cpu.sent & OTHER, OTHER);
	machine_run();
	EXPECT_EQ(machine_running(), 0);
	EXPECT_EQ(machine_partition(1)->state, PL_PARTITION_RESTARTING);
	EXPECT_EQ(other_runs() == vcpu(0), true);
	EXPECT_EQ(machine_partition(1)->state, PL_PARTITION_RUNNING);
}

static void test_doorbell_of_another_cpu_is_not_lost(void)
{
	start(1);
	(void)other_runs();
	fake_cpu.now += FAKE_HZ / 1000; /* the start's mail is long over */
	fake_cpu.sent = 0;
	vgic_pulse(machine_partition(1), BELL);
	vgic_pulse(machine_partition(1), BELL);
	EXPECT_EQ(fake_cpu.sent, OTHER);
	EXPECT_EQ(machine_partition(1)->vgic.spi[BELL / 32 - 1].pending, 0); /* not this CPU's to write */
	(void)other_runs();
	EXPECT_EQ(machine_partition(1)->vgic.spi[BELL / 32 - 1].pending, 1u << BELL % 32);
}

/* p1 on CPU 1 is rung ten times in a pause, and takes each at once. */
static void test_ringing_interrupts_another_cpu_once_in_a_pause(void)
{
	const uint32_t rings = 1000, pause = FAKE_HZ * MAIL_PAUSE_US / 1000000, step = pause / 10;
	uint32_t interrupts = 0;

	start(1);
	(void)other_runs();
	fake_cpu.now += FAKE_HZ / 1000;
	for (uint32_t i = 0; i < rings; i++) {
		fake_cpu.sent = 0;
		timer_expire(first);
		vgic_pulse(machine_partition(1), BELL);
		interrupts += fake_cpu.sent == OTHER;
		if (fake_cpu.sent)
			(void)other_runs();
		fake_cpu.now += step;
	}
	EXPECT_EQ(interrupts, rings / 10);
	fake_cpu.now += pause;
	fake_cpu.sent = 0;
	timer_expire(first); /* the last ring is not forgotten */
	EXPECT_EQ(fake_cpu.sent, OTHER);
}

static void test_level_that_fell_meanwhile_is_gone(void)
{
	start(1);
	(void)other_runs();
	vgic_set_level(machine_partition(1), BELL, true);
	vgic_set_level(machine_partition(1), BELL, false);
	vgic_set_level(machine_partition(1), BELL + 1, true);
	(void)other_runs();
	EXPECT_EQ(machine_partition(1)->vgic.spi[BELL / 32 - 1].line, 2u << BELL % 32);
}

static void cpu_on(uint32_t n)
{
	vcpu(0)->arch.x[0] = PSCI_CPU_ON_64;
	vcpu(0)->arch.x[1] = n;
	vcpu(0)->arch.x[2] = 0x1000;
	vcpu(0)->arch.x[0] = (uint64_t)hypercall(vcpu(0));
}

static int64_t affinity(uint32_t n)
{
	vcpu(0)->arch.x[0] = PSCI_AFFINITY_INFO_64;
	vcpu(0)->arch.x[1] = n;
	vcpu(0)->arch.x[2] = 0;
	vcpu(0)->arch.x[0] = (uint64_t)hypercall(vcpu(0));
	return (int64_t)vcpu(0)->arch.x[0];
}

static void start_both(void)
{
	start(0);
	machine_run();
	machine_gic_enable(0, BELL, 0x80, true);
	machine_wait();
	EXPECT_EQ(machine_running(), 1);
	cpu_on(1);
	EXPECT_EQ(vcpu(0)->arch.x[0], 0);
}

static void test_second_vcpu_is_turned_on_once(void)
{
	start_both();
	EXPECT_EQ(affinity(1), 2); /* ON_PENDING */
	cpu_on(1);
	EXPECT_EQ((int64_t)vcpu(0)->arch.x[0], -5);
	EXPECT_EQ(other_runs() == vcpu(1), true);
	EXPECT_EQ(affinity(1), 0);
	cpu_on(1);
	EXPECT_EQ((int64_t)vcpu(0)->arch.x[0], PSCI_ALREADY_ON);
}

static void test_distributor_is_served_at_home(void)
{
	struct mmio m = {.ipa = ipa(PL_GICD_IPA + 4), .bytes = 4};

	start_both();
	(void)other_runs();
	be(&other);
	EXPECT_EQ(vgic_request(vcpu(1), &m, 0), true);
	EXPECT_EQ(vcpu(1)->asleep, VCPU_BLOCKED);
	be(first);
	mail_handle(first);
	EXPECT_EQ(vcpu(1)->request.value != 0, true); /* GICD_TYPER */
	EXPECT_EQ(vcpu(1)->asleep, VCPU_BLOCKED);
	(void)other_runs();
	EXPECT_EQ(vcpu(1)->asleep, 0);
}

static void test_restart_waits_until_the_other_cpu_has_stopped(void)
{
	start_both();
	EXPECT_EQ(other_runs() == vcpu(1), true);
	partition_fault(vcpu(0), PL_FAULT_RESET, ipa(0), true);
	for (uint32_t i = 0; i < 10; i++)
		restart_step(machine_partition(1));
	EXPECT_EQ(machine_partition(1)->restart.phase, PL_PHASE_HALT);
	EXPECT_EQ(vcpu(1)->asleep, 0);
	vcpu_wake(vcpu(1), VCPU_WAITING); /* what comes too late is void */
	(void)other_runs();
	EXPECT_EQ(vcpu(1)->asleep, VCPU_OFF);
	restart_step(machine_partition(1));
	EXPECT_EQ(machine_partition(1)->restart.phase != PL_PHASE_HALT, true);
}

static void test_fault_of_the_second_vcpu_ends_the_partition_at_home(void)
{
	start_both();
	(void)other_runs();
	be(&other);
	partition_fault(vcpu(1), PL_FAULT_MEMORY, ipa(0x1000), true);
	EXPECT_EQ(vcpu(1)->asleep, VCPU_OFF);
	EXPECT_EQ(machine_partition(1)->state, PL_PARTITION_RUNNING); /* not this CPU's to write */
	be(first);
	mail_handle(first);
	EXPECT_EQ(machine_partition(1)->state, PL_PARTITION_RESTARTING);
	EXPECT_EQ(machine_partition(1)->fault.cause, PL_FAULT_MEMORY);
}

static const struct unit_test tests[] = {
	{"partition_starts_on_its_own_cpu", test_partition_starts_on_its_own_cpu},
	{"doorbell_of_another_cpu_is_not_lost", test_doorbell_of_another_cpu_is_not_lost},
	{"ringing_interrupts_another_cpu_once_in_a_pause",
		test_ringing_interrupts_another_cpu_once_in_a_pause},
	{"level_that_fell_meanwhile_is_gone", test_level_that_fell_meanwhile_is_gone},
	{"second_vcpu_is_turned_on_once", test_second_vcpu_is_turned_on_once},
	{"distributor_is_served_at_home", test_distributor_is_served_at_home},
	{"restart_waits_until_the_other_cpu_has_stopped", test_restart_waits_until_the_other_cpu_has_stopped},
	{"fault_of_the_second_vcpu_ends_the_partition_at_home",
		test_fault_of_the_second_vcpu_ends_the_partition_at_home},
};

UNIT_MAIN("mail", tests)
