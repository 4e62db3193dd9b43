/* Writes that wait for a backend, and resets: no frontend hangs on a dead one (hv/core/vmmio.h). */
#include "tests/unit/hv/driver.h"

static void test_config_write_waits_for_its_answer(void)
{
	start_bound();
	EXPECT_EQ(fake_write(GUEST, PAGE(INPUT) + VIRTIO_MMIO_CONFIG + 1, 1, 0x15), 0);
	EXPECT_EQ(guest_vcpu()->asleep, VCPU_BLOCKED);
	EXPECT_EQ(view(INPUT)->config_seq, 1);
	EXPECT_EQ(view(INPUT)->config_offset, 1);
	EXPECT_EQ(view(INPUT)->config_bytes, 1);
	EXPECT_EQ(view(INPUT)->config_value, 0x15);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_CONFIG_DONE, INPUT, 7, 0, 0, 0), -ESTALE);
	EXPECT_EQ(guest_vcpu()->asleep, VCPU_BLOCKED);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_CONFIG_SET, INPUT, 2, 9, 1, 0), 0);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_CONFIG_DONE, INPUT, 1, 0, 0, 0), 0);
	EXPECT_EQ(guest_vcpu()->asleep, 0);
	EXPECT_EQ(view(INPUT)->config_done, 1);
	fake_advance_us(2 * BOUND_US);
	EXPECT_EQ(get_config(INPUT, 2, 1), 9);
}

static void test_config_write_gives_up_with_zeroes(void)
{
	start_bound();
	fake_hvc(HOST, PL_HVC_DEV_CONFIG_SET, INPUT, 2, 9, 1, 0);
	fake_write(GUEST, PAGE(INPUT) + VIRTIO_MMIO_CONFIG, 1, 1);
	fake_advance_us(BOUND_US - 1);
	EXPECT_EQ(guest_vcpu()->asleep, VCPU_BLOCKED);
	fake_advance_us(2);
	EXPECT_EQ(guest_vcpu()->asleep, 0);
	EXPECT_EQ(get_config(INPUT, 2, 1), 0);
	EXPECT_EQ(view(INPUT)->config_done, view(INPUT)->config_seq);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_CONFIG_DONE, INPUT, 1, 0, 0, 0), -ESTALE);
}

static void test_reply_bound_is_the_configured_one(void)
{
	start_bound();
	fake_config.device[INPUT].reply_bound_us = 500;
	fake_write(GUEST, PAGE(INPUT) + VIRTIO_MMIO_CONFIG, 1, 1);
	fake_advance_us(501);
	EXPECT_EQ(guest_vcpu()->asleep, 0);
}

static void test_dead_backend_never_makes_wait(void)
{
	start_bound();
	fake_hvc(HOST, PL_HVC_DEV_CONFIG_SET, INPUT, 2, 9, 1, 0);
	fake_write(GUEST, PAGE(INPUT) + VIRTIO_MMIO_CONFIG, 1, 1);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_DOWN, INPUT, 0, 0, 0, 0), 0); /* in the middle of the wait */
	EXPECT_EQ(guest_vcpu()->asleep, 0);
	EXPECT_EQ(get_config(INPUT, 2, 1), 0);
	fake_write(GUEST, PAGE(INPUT) + VIRTIO_MMIO_CONFIG, 1, 1);
	EXPECT_EQ(guest_vcpu()->asleep, 0);
	set_reg(INPUT, VIRTIO_MMIO_STATUS, 0);
	EXPECT_EQ(guest_vcpu()->asleep, 0);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_STATUS), 0);
	EXPECT_EQ(view(INPUT)->epoch, 1);
}

static void test_reset_waits_for_the_backend(void)
{
	start_bound();
	set_reg(INPUT, VIRTIO_MMIO_STATUS, 0);
	EXPECT_EQ(guest_vcpu()->asleep, VCPU_BLOCKED);
	EXPECT_EQ(view(INPUT)->epoch, 1);
	EXPECT_EQ(view(INPUT)->status, 0);
	EXPECT_EQ(view(INPUT)->queue[0].ready, 0);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_INTERRUPT, INPUT, 0, 1, 0, 0), -ESTALE);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_RESET_DONE, INPUT, 0, 0, 0, 0), -ESTALE);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_RESET_DONE, INPUT, 1, 0, 0, 0), 0);
	EXPECT_EQ(guest_vcpu()->asleep, 0);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_STATUS), 0);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_INTERRUPT_STATUS), 0);
	EXPECT_EQ(view(INPUT)->reset_done, 1);
	bind_driver(INPUT);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_STATUS), 0xf);
	EXPECT_EQ(view(INPUT)->queue[0].enable_count, 2);
}

static void test_reset_gives_up_under_a_new_epoch(void)
{
	start_bound();
	set_reg(INPUT, VIRTIO_MMIO_STATUS, 0);
	fake_advance_us(BOUND_US + 1);
	EXPECT_EQ(guest_vcpu()->asleep, 0);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_STATUS), 0);
	bind_driver(INPUT); /* the driver goes on */
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_INTERRUPT, INPUT, 0, 1, 0, 0), -ESTALE);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_RESET_DONE, INPUT, 1, 0, 0, 0), 0); /* late, but of this epoch */
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_STATUS), 0xf);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_INTERRUPT, INPUT, 1, 1, 0, 0), 0);
}

static void test_unconfirmed_reset_is_waited_for_again(void)
{
	start_bound();
	set_reg(INPUT, VIRTIO_MMIO_STATUS, 0);
	fake_advance_us(BOUND_US + 1);
	set_reg(INPUT, VIRTIO_MMIO_STATUS, 0); /* status is 0, but the backend may still hold buffers */
	EXPECT_EQ(guest_vcpu()->asleep, VCPU_BLOCKED);
	EXPECT_EQ(view(INPUT)->epoch, 2);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_RESET_DONE, INPUT, 1, 0, 0, 0), -ESTALE);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_RESET_DONE, INPUT, 2, 0, 0, 0), 0);
	EXPECT_EQ(guest_vcpu()->asleep, 0);
}

static void test_idle_device_resets_at_once(void)
{
	start_machine();
	bring_up(INPUT);
	set_reg(INPUT, VIRTIO_MMIO_STATUS, 0);
	EXPECT_EQ(guest_vcpu()->asleep, 0);
	EXPECT_EQ(view(INPUT)->epoch, 0);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_INTERRUPT_STATUS), 0);
}

static void test_second_waiting_write_ends_the_first(void)
{
	struct vcpu *second = &fake_partition[GUEST].vcpu[1];
	struct mmio m = {.ipa = ipa(PAGE(INPUT) + VIRTIO_MMIO_CONFIG), .value = 2, .bytes = 1, .write = true};

	start_bound();
	fake_write(GUEST, PAGE(INPUT) + VIRTIO_MMIO_CONFIG, 1, 1);
	mmio_handle(second, &m);
	EXPECT_EQ(guest_vcpu()->asleep, 0);
	EXPECT_EQ(second->asleep, VCPU_BLOCKED);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_CONFIG_DONE, INPUT, 1, 0, 0, 0), -ESTALE);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_CONFIG_DONE, INPUT, 2, 0, 0, 0), 0);
	EXPECT_EQ(second->asleep, 0);
}

static void restart_devices(struct partition *p)
{
	for (uint32_t i = 0; vmmio_partition_reset(p, i); i++)
		;
	vmmio_partition_look(p);
}

static void test_partition_restart_waits_for_all_devices(void)
{
	start_bound();
	bind_driver(GPU);
	fake_partition[GUEST].state = PL_PARTITION_RESTARTING;
	restart_devices(&fake_partition[GUEST]);
	EXPECT_EQ(fake_seen[GUEST].devices_reset, 0);
	EXPECT_EQ(view(INPUT)->frontend_generation, 1);
	EXPECT_EQ(view(INPUT)->epoch, 1);
	fake_hvc(HOST, PL_HVC_DEV_RESET_DONE, INPUT, 1, 0, 0, 0);
	EXPECT_EQ(fake_seen[GUEST].devices_reset, 0);
	fake_hvc(HOST, PL_HVC_DEV_RESET_DONE, GPU, 1, 0, 0, 0);
	EXPECT_EQ(fake_seen[GUEST].devices_reset, 1);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_STATUS), 0);
	fake_advance_us(1000000);
	EXPECT_EQ(fake_seen[GUEST].devices_reset, 1);
}

static void test_partition_restart_gives_up_after_its_bound(void)
{
	start_bound();
	restart_devices(&fake_partition[GUEST]);
	fake_hvc(HOST, PL_HVC_DEV_RESET_DONE, INPUT, 1, 0, 0, 0);
	fake_advance_us(VMMIO_RESTART_BOUND_US - 1);
	EXPECT_EQ(fake_seen[GUEST].devices_reset, 0);
	fake_advance_us(2);
	EXPECT_EQ(fake_seen[GUEST].devices_reset, 1);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_INTERRUPT, GPU, 0, 1, 0, 0), -ESTALE);
}

static void test_partition_restart_drops_its_waiting_write(void)
{
	start_bound();
	fake_write(GUEST, PAGE(INPUT) + VIRTIO_MMIO_CONFIG, 1, 1);
	restart_devices(&fake_partition[GUEST]);
	EXPECT_EQ(guest_vcpu()->wake_count, 0); /* that vCPU starts anew instead */
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_CONFIG_DONE, INPUT, 1, 0, 0, 0), -ESTALE);
	fake_advance_us(BOUND_US * 2);
	EXPECT_EQ(guest_vcpu()->wake_count, 0);
}

static void test_host_death_frees_its_frontends(void)
{
	start_bound();
	set_reg(INPUT, VIRTIO_MMIO_STATUS, 0);
	EXPECT_EQ(guest_vcpu()->asleep, VCPU_BLOCKED);
	vmmio_host_down(&fake_partition[HOST]);
	EXPECT_EQ(guest_vcpu()->asleep, 0);
	EXPECT_EQ(!vmmio_device_missing(1u << INPUT), false);
	restart_devices(&fake_partition[GUEST]); /* at once */
	EXPECT_EQ(fake_seen[GUEST].devices_reset, 1);
}

static const struct unit_test tests[] = {
	{"config_write_waits_for_its_answer", test_config_write_waits_for_its_answer},
	{"config_write_gives_up_with_zeroes", test_config_write_gives_up_with_zeroes},
	{"reply_bound_is_the_configured_one", test_reply_bound_is_the_configured_one},
	{"dead_backend_never_makes_wait", test_dead_backend_never_makes_wait},
	{"reset_waits_for_the_backend", test_reset_waits_for_the_backend},
	{"reset_gives_up_under_a_new_epoch", test_reset_gives_up_under_a_new_epoch},
	{"unconfirmed_reset_is_waited_for_again", test_unconfirmed_reset_is_waited_for_again},
	{"idle_device_resets_at_once", test_idle_device_resets_at_once},
	{"second_waiting_write_ends_the_first", test_second_waiting_write_ends_the_first},
	{"partition_restart_waits_for_all_devices", test_partition_restart_waits_for_all_devices},
	{"partition_restart_gives_up_after_its_bound", test_partition_restart_gives_up_after_its_bound},
	{"partition_restart_drops_its_waiting_write", test_partition_restart_drops_its_waiting_write},
	{"host_death_frees_its_frontends", test_host_death_frees_its_frontends},
};

UNIT_MAIN("waiting writes", tests)
