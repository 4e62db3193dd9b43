/* The virtual interrupt controller, hv/core/vgic.h: nothing lost, nothing twice, however few list registers. */
#include "tests/unit/hv/machine.h"

#define GICD		PL_GICD_IPA
#define ISENABLER(virq) (GICD + 0x100 + (virq) / 32 * 4)
#define ICENABLER(virq) (GICD + 0x180 + (virq) / 32 * 4)
#define ISPENDR(virq)	(GICD + 0x200 + (virq) / 32 * 4)
#define BIT(virq)	(1u << (virq) % 32)
#define EDGE		true
#define LEVEL		false

static struct partition *p(void)
{
	return machine_partition(0);
}

static void start(void)
{
	machine_reset(2);
	EXPECT_EQ(machine_start(), true);
	machine_run();
	EXPECT_EQ(machine_running(), 0);
}

static uint32_t ack(void)
{
	machine_run(); /* maintenance, if it is due */
	return fake_guest_ack();
}

static void end(uint32_t virq)
{
	fake_guest_end(virq);
	machine_run();
}

static void test_edge_is_delivered_once(void)
{
	start();
	machine_gic_enable(0, 48, 0x80, EDGE);
	vgic_pulse(p(), 48);
	EXPECT_EQ(ack(), 48);
	end(48);
	EXPECT_EQ(ack(), FAKE_NO_INTID);
}

static void test_pulses_before_the_ack_are_one(void)
{
	start();
	machine_gic_enable(0, 48, 0x80, EDGE);
	for (uint32_t i = 0; i < 5; i++)
		vgic_pulse(p(), 48);
	EXPECT_EQ(ack(), 48);
	end(48);
	EXPECT_EQ(ack(), FAKE_NO_INTID);
}

static void test_edge_while_active_comes_again(void)
{
	start();
	machine_gic_enable(0, 48, 0x80, EDGE);
	vgic_pulse(p(), 48);
	EXPECT_EQ(ack(), 48);
	vgic_pulse(p(), 48);
	EXPECT_EQ(ack(), FAKE_NO_INTID);
	end(48);
	EXPECT_EQ(ack(), 48);
	end(48);
	EXPECT_EQ(ack(), FAKE_NO_INTID);
}

static void test_pending_while_disabled_is_not_lost(void)
{
	start();
	machine_gic_enable(0, 48, 0x80, EDGE);
	machine_gic_write(0, ICENABLER(48), BIT(48));
	vgic_pulse(p(), 48);
	EXPECT_EQ(ack(), FAKE_NO_INTID);
	EXPECT_EQ(machine_gic_read(0, ISPENDR(48)), BIT(48));
	machine_gic_write(0, ISENABLER(48), BIT(48));
	EXPECT_EQ(ack(), 48);
}

static void test_disabled_before_the_ack_is_kept(void)
{
	start();
	machine_gic_enable(0, 48, 0x80, EDGE);
	vgic_pulse(p(), 48); /* in a list register now */
	machine_gic_write(0, ICENABLER(48), BIT(48));
	EXPECT_EQ(ack(), FAKE_NO_INTID);
	machine_gic_write(0, ISENABLER(48), BIT(48));
	EXPECT_EQ(ack(), 48);
}

static void test_level_comes_until_the_line_falls(void)
{
	start();
	machine_gic_enable(0, 33, 0x80, LEVEL);
	vgic_set_level(p(), 33, true);
	for (uint32_t i = 0; i < 3; i++) {
		EXPECT_EQ(ack(), 33);
		end(33);
	}
	EXPECT_EQ(ack(), 33);
	vgic_set_level(p(), 33, false);
	end(33);
	EXPECT_EQ(ack(), FAKE_NO_INTID);
}

static void test_withdrawn_level_is_not_delivered(void)
{
	start();
	machine_gic_enable(0, 33, 0x80, LEVEL);
	vgic_set_level(p(), 33, true);
	vgic_set_level(p(), 33, false);
	EXPECT_EQ(ack(), FAKE_NO_INTID);
}

static void test_more_than_list_registers_all_arrive_in_order(void)
{
	start();
	for (uint32_t i = 0; i < 20; i++)
		machine_gic_enable(0, 40 + i, (uint8_t)((20 - i) * 8), EDGE);
	for (uint32_t i = 0; i < 20; i++)
		vgic_pulse(p(), 40 + i);
	for (uint32_t i = 20; i > 0; i--) {
		EXPECT_EQ(ack(), 40 + i - 1);
		end(40 + i - 1);
	}
	EXPECT_EQ(ack(), FAKE_NO_INTID);
}

static void test_urgent_one_gets_past_full_list_registers(void)
{
	start();
	for (uint32_t i = 0; i < 6; i++) {
		machine_gic_enable(0, 40 + i, 0x80, EDGE);
		vgic_pulse(p(), 40 + i);
	}
	machine_gic_enable(0, 90, 0x10, EDGE);
	vgic_pulse(p(), 90);
	EXPECT_EQ(ack(), 90);
}

static void test_nested_interrupts_beyond_list_registers(void)
{
	start();
	for (uint32_t i = 0; i < 8; i++)
		machine_gic_enable(0, 40 + i, (uint8_t)(0xf0 - i * 0x10), EDGE);
	for (uint32_t i = 0; i < 8; i++) { /* each preempts the one before */
		vgic_pulse(p(), 40 + i);
		EXPECT_EQ(ack(), 40 + i);
	}
	for (uint32_t i = 8; i > 0; i--)
		end(40 + i - 1);
	for (uint32_t i = 0; i < 8; i++) /* none is left active: each comes again */
		vgic_pulse(p(), 40 + i);
	for (uint32_t i = 8; i > 0; i--) {
		EXPECT_EQ(ack(), 40 + i - 1);
		end(40 + i - 1);
	}
}

static void test_ends_without_list_register_are_made_up_for(void)
{
	start();
	for (uint32_t i = 0; i < 6; i++) {
		machine_gic_enable(0, 40 + i, (uint8_t)(0xf0 - i * 0x10), EDGE);
		vgic_pulse(p(), 40 + i);
		EXPECT_EQ(ack(), 40 + i);
	}
	for (uint32_t i = 6; i > 0; i--) /* faster than anybody could refill the four registers */
		fake_guest_end(40 + i - 1);
	machine_run();
	for (uint32_t i = 0; i < 6; i++) {
		vgic_pulse(p(), 40 + i);
		EXPECT_EQ(ack(), 40 + i);
		end(40 + i);
	}
}

static void test_levels_beyond_list_registers_do_not_storm(void)
{
	start();
	for (uint32_t i = 0; i < 10; i++) {
		machine_gic_enable(0, 40 + i, 0x80, LEVEL);
		vgic_set_level(p(), 40 + i, true);
	}
	machine_run(); /* the fake processor aborts when the maintenance interrupt does not end */
	for (uint32_t i = 0; i < 10; i++) {
		uint32_t virq = ack();

		EXPECT_EQ(virq >= 40 && virq < 50, true);
		vgic_set_level(p(), virq, false);
		end(virq);
	}
	EXPECT_EQ(ack(), FAKE_NO_INTID);
}

static void test_state_survives_a_switch(void)
{
	start();
	machine_gic_enable(0, 48, 0x80, EDGE);
	machine_gic_enable(0, 49, 0x40, EDGE);
	vgic_pulse(p(), 48);
	EXPECT_EQ(ack(), 48);
	vcpu_block(&p()->vcpu[0]);
	machine_run();
	EXPECT_EQ(machine_running(), 1);
	EXPECT_EQ(fake_guest_ack(), FAKE_NO_INTID); /* not the neighbour's */
	vgic_pulse(p(), 49);
	vcpu_resume(&p()->vcpu[0]);
	EXPECT_EQ(ack(), 49);
	end(49);
	end(48);
	vgic_pulse(p(), 48);
	EXPECT_EQ(ack(), 48);
}

/* Assigned physical interrupts. Each test takes one of its own: assignments last for the program's life. */
static void start_assigned(uint16_t pirq)
{
	machine_reset(2);
	machine_config.irq_count = 1;
	machine_config.irq[0] = (struct pl_config_irq){.partition = 0, .level = 1, .pirq = pirq, .virq = 35};
	EXPECT_EQ(machine_start(), true);
	machine_run();
}

static void test_physical_interrupt_is_the_guests_to_end(void)
{
	start_assigned(100);
	EXPECT_EQ(fake_cpu.gic[100].enabled, false);
	machine_gic_enable(0, 35, 0x80, LEVEL);
	EXPECT_EQ(fake_cpu.gic[100].enabled, true);
	fake_raise(100);
	EXPECT_EQ(ack(), 35);
	EXPECT_EQ(fake_cpu.gic[100].active, true);
	end(35);
	EXPECT_EQ(fake_cpu.gic[100].active, false);
	fake_raise(100);
	EXPECT_EQ(ack(), 35);
}

static void test_disabling_an_active_one_does_not_orphan_it(void)
{
	start_assigned(101);
	machine_gic_enable(0, 35, 0x80, LEVEL);
	fake_raise(101);
	EXPECT_EQ(ack(), 35);
	machine_gic_write(0, ICENABLER(35), BIT(35));
	end(35);
	EXPECT_EQ(fake_cpu.gic[101].active, false);
	machine_gic_write(0, ISENABLER(35), BIT(35));
	fake_raise(101);
	EXPECT_EQ(ack(), 35);
}

static void test_disabled_physical_one_comes_after_enabling(void)
{
	start_assigned(102);
	machine_gic_enable(0, 35, 0x80, LEVEL);
	fake_raise(102);
	machine_run(); /* taken, listed */
	machine_gic_write(0, ICENABLER(35), BIT(35));
	EXPECT_EQ(ack(), FAKE_NO_INTID);
	machine_gic_write(0, ISENABLER(35), BIT(35));
	EXPECT_EQ(ack(), 35);
	end(35);
	EXPECT_EQ(fake_cpu.gic[102].active, false);
}

static void test_restart_silences_assigned_interrupts(void)
{
	start_assigned(103);
	machine_gic_enable(0, 35, 0x80, LEVEL);
	fake_raise(103);
	EXPECT_EQ(ack(), 35);
	machine_config.partition[0].restart = PL_RESTART_ALWAYS;
	partition_fault(&p()->vcpu[0], PL_FAULT_RESET, ipa(0), true);
	machine_run();
	EXPECT_EQ(fake_cpu.gic[103].enabled, false);
	EXPECT_EQ(fake_cpu.gic[103].active, false);
	EXPECT_EQ(machine_running(), 0);
	EXPECT_EQ(ack(), FAKE_NO_INTID);
}

static void test_stray_physical_interrupt_is_switched_off(void)
{
	start();
	fake_cpu.gic[200].enabled = true;
	fake_raise(200);
	machine_run();
	EXPECT_EQ(fake_cpu.gic[200].enabled, false);
	EXPECT_EQ(fake_cpu.gic[200].active, false);
}

static void test_interrupt_given_twice_is_refused(void)
{
	machine_reset(2);
	machine_config.irq_count = 2;
	machine_config.irq[0] = (struct pl_config_irq){.partition = 0, .pirq = 110, .virq = 35};
	machine_config.irq[1] = (struct pl_config_irq){.partition = 1, .pirq = 110, .virq = 35};
	EXPECT_EQ(machine_start(), false);
}

static void test_sgi_reaches_the_named_vcpus(void)
{
	machine_reset(1);
	machine_config.partition[0].vcpu_count = 2;
	EXPECT_EQ(machine_start(), true);
	machine_run();
	machine_gic_enable(0, 3, 0x80, EDGE);
	vgic_sgi(&p()->vcpu[0], 3u << 24 | 1u << 1); /* vCPU 1 */
	EXPECT_EQ(ack(), FAKE_NO_INTID);
	EXPECT_EQ(p()->vcpu[1].vgic.word.pending, 1u << 3);
	vgic_sgi(&p()->vcpu[0], 3u << 24 | 1u << 0); /* itself */
	EXPECT_EQ(ack(), 3);
}

static void test_unknown_interrupt_numbers_are_harmless(void)
{
	start();
	vgic_pulse(p(), PL_VIRQ_COUNT);
	vgic_pulse(p(), PL_NONE);
	vgic_pulse(NULL, 48);
	EXPECT_EQ(ack(), FAKE_NO_INTID);
}

static const struct unit_test tests[] = {
	{"edge_is_delivered_once", test_edge_is_delivered_once},
	{"pulses_before_the_ack_are_one", test_pulses_before_the_ack_are_one},
	{"edge_while_active_comes_again", test_edge_while_active_comes_again},
	{"pending_while_disabled_is_not_lost", test_pending_while_disabled_is_not_lost},
	{"disabled_before_the_ack_is_kept", test_disabled_before_the_ack_is_kept},
	{"level_comes_until_the_line_falls", test_level_comes_until_the_line_falls},
	{"withdrawn_level_is_not_delivered", test_withdrawn_level_is_not_delivered},
	{"more_than_list_registers_all_arrive_in_order", test_more_than_list_registers_all_arrive_in_order},
	{"urgent_one_gets_past_full_list_registers", test_urgent_one_gets_past_full_list_registers},
	{"nested_interrupts_beyond_list_registers", test_nested_interrupts_beyond_list_registers},
	{"ends_without_list_register_are_made_up_for", test_ends_without_list_register_are_made_up_for},
	{"levels_beyond_list_registers_do_not_storm", test_levels_beyond_list_registers_do_not_storm},
	{"state_survives_a_switch", test_state_survives_a_switch},
	{"physical_interrupt_is_the_guests_to_end", test_physical_interrupt_is_the_guests_to_end},
	{"disabling_an_active_one_does_not_orphan_it", test_disabling_an_active_one_does_not_orphan_it},
	{"disabled_physical_one_comes_after_enabling", test_disabled_physical_one_comes_after_enabling},
	{"restart_silences_assigned_interrupts", test_restart_silences_assigned_interrupts},
	{"stray_physical_interrupt_is_switched_off", test_stray_physical_interrupt_is_switched_off},
	{"interrupt_given_twice_is_refused", test_interrupt_given_twice_is_refused},
	{"sgi_reaches_the_named_vcpus", test_sgi_reaches_the_named_vcpus},
	{"unknown_interrupt_numbers_are_harmless", test_unknown_interrupt_numbers_are_harmless},
};

UNIT_MAIN("virtual GIC", tests)
