/* The virtio-mmio register file: VIRTIO 1.3 4.2.2 as include/abi/device.h and hypercall.h promise it. */
#include "tests/unit/hv/driver.h"

static void test_no_device_before_ready(void)
{
	start_machine();
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_MAGIC_VALUE), 0x74726976);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_VERSION), 2);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_DEVICE_ID), 0);
	EXPECT_EQ(!vmmio_device_missing(1u << INPUT), false);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_READY, INPUT, 0, 0, 0, 0), -EINVAL);
	EXPECT_EQ(offer(INPUT, FEATURES, REQUIRED), 0);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_READY, INPUT, 0, 0, 0, 0), -EINVAL); /* no queue sizes yet */
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_DEVICE_ID), 0);
}

static void test_appearing_signals_the_frontend(void)
{
	start_machine();
	bring_up(INPUT);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_DEVICE_ID), VIRTIO_ID_INPUT);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_INTERRUPT_STATUS), VIRTIO_INTERRUPT_CONFIG);
	EXPECT_EQ(fake_seen[GUEST].pulses[VIRQ(INPUT)], 1);
	EXPECT_EQ(fake_ready_reports, 1);
	EXPECT_EQ(!vmmio_device_missing(1u << INPUT), true);
	EXPECT_EQ(!vmmio_device_missing(1u << INPUT | 1u << GPU), false);
	EXPECT_STR(vmmio_device_missing(1u << INPUT | 1u << GPU), fake_config.device[GPU].name);
}

static void test_shm_regions_are_absent(void)
{
	start_bound();
	EXPECT_EQ(set_reg(INPUT, VIRTIO_MMIO_SHM_SEL, 1), 0);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_SHM_LEN_LOW), 0xffffffffu);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_SHM_LEN_HIGH), 0xffffffffu);
}

static void test_features_ok_needs_offered_and_required(void)
{
	start_machine();
	bring_up(INPUT);
	accept_features(INPUT, VERSION_1); /* without ACCESS_PLATFORM */
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_STATUS), 3);
	accept_features(INPUT, FEATURES | 2); /* 2 was not offered */
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_STATUS), 3);
	accept_features(INPUT, REQUIRED);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_STATUS), 11);
	EXPECT_EQ(view(INPUT)->driver_features, REQUIRED);
	accept_features(INPUT, FEATURES); /* settled */
	EXPECT_EQ(view(INPUT)->driver_features, REQUIRED);
}

static void test_driver_ok_needs_features_ok(void)
{
	start_machine();
	bring_up(INPUT);
	set_reg(INPUT, VIRTIO_MMIO_STATUS, 7);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_STATUS), 3);
	EXPECT_EQ(view(INPUT)->status, 3);
}

static void test_selectors_choose_what_is_shown(void)
{
	start_bound();
	set_reg(INPUT, VIRTIO_MMIO_DEVICE_FEATURES_SEL, 0);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_DEVICE_FEATURES), 1);
	set_reg(INPUT, VIRTIO_MMIO_DEVICE_FEATURES_SEL, 1);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_DEVICE_FEATURES), 3);
	set_reg(INPUT, VIRTIO_MMIO_DEVICE_FEATURES_SEL, 2);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_DEVICE_FEATURES), 0);
	set_reg(INPUT, VIRTIO_MMIO_QUEUE_SEL, 0);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_QUEUE_READY), 1);
	set_reg(INPUT, VIRTIO_MMIO_QUEUE_SEL, 1);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_QUEUE_READY), 0);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_QUEUE_SIZE_MAX), 64);
	set_reg(INPUT, VIRTIO_MMIO_QUEUE_SEL, 0xffffffff);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_QUEUE_SIZE_MAX), 0);
}

static void test_queue_state_reaches_the_host(void)
{
	uint32_t events;

	start_bound();
	EXPECT_EQ(view(INPUT)->queue[0].ready, 1);
	EXPECT_EQ(view(INPUT)->queue[0].num, 64);
	EXPECT_EQ(view(INPUT)->queue[0].desc, 0x7c020000);
	EXPECT_EQ(view(INPUT)->queue[0].driver, 0x7c021000);
	EXPECT_EQ(view(INPUT)->queue[0].device, 0x7c022000);
	EXPECT_EQ(view(INPUT)->queue[0].enable_count, 1);
	events = view(INPUT)->event_count;
	enable_queue(INPUT, 1, 32, 0x1234567800000000ull);
	EXPECT_EQ(view(INPUT)->queue[1].desc, 0x1234567800000000ull);
	EXPECT_EQ(view(INPUT)->event_count, events + 1);
}

static void test_live_queue_cannot_be_moved(void)
{
	start_bound();
	set_reg(INPUT, VIRTIO_MMIO_QUEUE_SEL, 0);
	set_reg(INPUT, VIRTIO_MMIO_QUEUE_DESC_LOW, 0xdead0000);
	set_reg(INPUT, VIRTIO_MMIO_QUEUE_SIZE, 8);
	EXPECT_EQ(view(INPUT)->queue[0].desc, 0x7c020000);
	EXPECT_EQ(view(INPUT)->queue[0].num, 64);
}

static void test_queue_without_size_does_not_get_ready(void)
{
	start_bound();
	set_reg(INPUT, VIRTIO_MMIO_QUEUE_SEL, 1);
	set_reg(INPUT, VIRTIO_MMIO_QUEUE_SIZE, 65); /* above QueueSizeMax */
	set_reg(INPUT, VIRTIO_MMIO_QUEUE_READY, 1);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_QUEUE_READY), 0);
	EXPECT_EQ(view(INPUT)->queue[1].enable_count, 0);
}

static void test_notify_counts_and_signals_the_host(void)
{
	uint32_t events, pulses;

	start_bound();
	events = view(INPUT)->event_count;
	pulses = fake_seen[HOST].pulses[HOST_VIRQ];
	EXPECT_EQ(set_reg(INPUT, VIRTIO_MMIO_QUEUE_NOTIFY, 1), 0);
	EXPECT_EQ(view(INPUT)->queue[1].notify_count, 1);
	EXPECT_EQ(view(INPUT)->queue[0].notify_count, 0);
	EXPECT_EQ(view(INPUT)->event_count, events + 1);
	EXPECT_EQ(fake_seen[HOST].pulses[HOST_VIRQ], pulses + 1);
	EXPECT_EQ(guest_vcpu()->asleep, 0);
	EXPECT_EQ(set_reg(INPUT, VIRTIO_MMIO_QUEUE_NOTIFY, QUEUES), -EINVAL);
	EXPECT_EQ(view(INPUT)->event_count, events + 1);
}

static void test_interrupt_is_set_and_acknowledged(void)
{
	uint32_t pulses, generation;

	start_bound();
	set_reg(INPUT, VIRTIO_MMIO_INTERRUPT_ACK, 3);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_INTERRUPT_STATUS), 0);
	pulses = fake_seen[GUEST].pulses[VIRQ(INPUT)];
	generation = get_reg(INPUT, VIRTIO_MMIO_CONFIG_GENERATION);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_INTERRUPT, INPUT, 0, 1, 0, 0), 0);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_CONFIG_GENERATION), generation);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_INTERRUPT, INPUT, 0, 2, 0, 0), 0);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_CONFIG_GENERATION), generation + 1);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_INTERRUPT_STATUS), 3);
	EXPECT_EQ(fake_seen[GUEST].pulses[VIRQ(INPUT)], pulses + 2);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_INTERRUPT, INPUT, 0, 4, 0, 0), -EINVAL);
	set_reg(INPUT, VIRTIO_MMIO_INTERRUPT_ACK, 1);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_INTERRUPT_STATUS), 2);
}

static void test_config_is_read_as_the_host_set_it(void)
{
	uint32_t generation;

	start_bound();
	generation = get_reg(INPUT, VIRTIO_MMIO_CONFIG_GENERATION);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_CONFIG_SET, INPUT, 3, 0x0102030405060708ull, 8, 0), 0);
	EXPECT_EQ(get_config(INPUT, 3, 8), 0x0102030405060708ll);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_CONFIG_GENERATION) != generation, true);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_CONFIG_SET, INPUT, 9, 0, 8, 0), -EINVAL);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_CONFIG_SET, INPUT, UINT64_MAX, 0, 8, 0), -EINVAL);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_CONFIG_SET, INPUT, 0, 0, 9, 0), -EINVAL);
}

static void test_backend_restart_is_not_noticed(void)
{
	struct pl_dev_host before;
	uint32_t pulses;

	start_bound();
	before = *view(INPUT);
	pulses = fake_seen[GUEST].pulses[VIRQ(INPUT)];
	fake_hvc(HOST, PL_HVC_DEV_DOWN, INPUT, 0, 0, 0, 0);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_DEVICE_ID), VIRTIO_ID_INPUT);
	set_reg(INPUT, VIRTIO_MMIO_QUEUE_NOTIFY, 0);
	bring_up(INPUT);
	EXPECT_EQ(view(INPUT)->status, before.status);
	EXPECT_EQ(view(INPUT)->driver_features, before.driver_features);
	EXPECT_EQ(view(INPUT)->queue[0].desc, before.queue[0].desc);
	EXPECT_EQ(view(INPUT)->queue[0].notify_count, before.queue[0].notify_count + 1);
	EXPECT_EQ(view(INPUT)->epoch, before.epoch);
	EXPECT_EQ(fake_seen[GUEST].pulses[VIRQ(INPUT)], pulses);
}

static void test_other_offer_is_refused_while_bound(void)
{
	start_bound();
	EXPECT_EQ(offer(INPUT, FEATURES, REQUIRED), 0);
	EXPECT_EQ(offer(INPUT, FEATURES | 4, REQUIRED), -EBUSY);
	fake_hvc(HOST, PL_HVC_DEV_DOWN, INPUT, 0, 0, 0, 0);
	EXPECT_EQ(offer(INPUT, FEATURES | 4, REQUIRED), -EBUSY); /* the driver is still there */
	set_reg(INPUT, VIRTIO_MMIO_STATUS, 0);
	EXPECT_EQ(offer(INPUT, FEATURES | 4, REQUIRED), 0);
}

static void test_bad_offers_are_refused(void)
{
	const uint64_t id = VIRTIO_ID_INPUT;

	start_machine();
	EXPECT_EQ(offer(INPUT, VERSION_1, REQUIRED), -EINVAL); /* requires what it does not offer */
	EXPECT_EQ(
		fake_hvc(HOST, PL_HVC_DEV_OFFER, INPUT, FEATURES, 0, VIRTIO_ID_GPU | 1ull << 32, 0), -EINVAL);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_OFFER, INPUT, FEATURES, 0, id, 0), -EINVAL);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_OFFER, INPUT, FEATURES, 0, id | 9ull << 32, 0), -EINVAL);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_OFFER, INPUT, FEATURES, 0, id | 1ull << 32, 257), -EINVAL);
	EXPECT_EQ(view(INPUT)->offered, 0);
	EXPECT_EQ(offer(INPUT, FEATURES, REQUIRED), 0);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_QUEUE_MAX, INPUT, 2, 64, 0, 0), -EINVAL);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_QUEUE_MAX, INPUT, 0, 63, 0, 0), -EINVAL);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_QUEUE_MAX, INPUT, 0, 2048, 0, 0), -EINVAL);
}

static void test_only_the_host_may_serve(void)
{
	start_bound();
	for (uint32_t f = PL_HVC_DEV_OFFER; f <= PL_HVC_DEV_NEEDS_RESET; f++) {
		EXPECT_EQ(fake_hvc(GUEST, f, INPUT, 0, 0, 0, 0), -EPERM);
		EXPECT_EQ(fake_hvc(HOST, f, 2, 0, 0, 0, 0), -EINVAL);
		EXPECT_EQ(fake_hvc(HOST, f, UINT64_MAX, 0, 0, 0, 0), -EINVAL);
	}
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_NEEDS_RESET + 1, INPUT, 0, 0, 0, 0), -ENOSYS);
}

static void test_needs_reset_is_shown_and_signalled(void)
{
	start_bound();
	set_reg(INPUT, VIRTIO_MMIO_INTERRUPT_ACK, 3);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_NEEDS_RESET, INPUT, 1, 0, 0, 0), -ESTALE);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_NEEDS_RESET, INPUT, 0, 0, 0, 0), 0);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_STATUS), 0xf | VIRTIO_STATUS_NEEDS_RESET);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_INTERRUPT_STATUS), VIRTIO_INTERRUPT_CONFIG);
}

static void test_bad_accesses_are_recorded_and_ignored(void)
{
	static const struct {
		uint32_t offset, bytes;
	} bad[] = {
		{VIRTIO_MMIO_MAGIC_VALUE, 4},
		{VIRTIO_MMIO_DEVICE_ID, 4},
		{VIRTIO_MMIO_INTERRUPT_STATUS, 4},
		{VIRTIO_MMIO_CONFIG_GENERATION, 4},
		{VIRTIO_MMIO_SHM_LEN_LOW, 4},
		{0x0c0, 4},
		{0x018, 4},
		{VIRTIO_MMIO_STATUS, 1},
		{VIRTIO_MMIO_STATUS, 2},
		{VIRTIO_MMIO_STATUS, 8},
		{0x071, 4},
		{VIRTIO_MMIO_CONFIG + CONFIG_BYTES, 1},
		{VIRTIO_MMIO_CONFIG + CONFIG_BYTES - 1, 2},
		{0xffc, 4},
	};

	start_bound();
	for (uint32_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		EXPECT_EQ(fake_write(GUEST, PAGE(INPUT) + bad[i].offset, bad[i].bytes, 0), -EINVAL);
		EXPECT_EQ(fake_partition[GUEST].fault.number, i + 1);
		EXPECT_EQ(fake_partition[GUEST].fault.ipa, PAGE(INPUT) + bad[i].offset);
	}
	EXPECT_EQ(fake_partition[GUEST].fault.cause, PL_FAULT_DEVICE_ACCESS);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_STATUS), 0xf);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_MAGIC_VALUE), 0x74726976);
	EXPECT_EQ(guest_vcpu()->asleep, 0);
}

static void test_reads_that_exit_are_counted(void)
{
	start_bound();
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_STATUS), 0xf); /* as a guest reads it, by its mapping */
	EXPECT_EQ(fake_partition[GUEST].virtio_read_exit_count, 0);
	EXPECT_EQ(fake_read(GUEST, PAGE(INPUT) + VIRTIO_MMIO_STATUS, 4), 0); /* as if that were missing */
	EXPECT_EQ(fake_partition[GUEST].fault.cause, PL_FAULT_DEVICE_ACCESS);
	EXPECT_EQ(fake_partition[GUEST].virtio_read_exit_count, 1);
	set_reg(INPUT, VIRTIO_MMIO_INTERRUPT_ACK, 3);
	EXPECT_EQ(fake_partition[GUEST].virtio_read_exit_count, 1);
}

static void test_garbage_does_not_reach_the_neighbour(void)
{
	struct pl_dev_host before;
	uint32_t x = 1;

	start_bound();
	before = *view(GPU);
	for (uint32_t i = 0; i < 100000; i++) {
		x = x * 1664525u + 1013904223u;
		fake_write(GUEST, PAGE(INPUT) + (x >> 20), 1u << (x >> 8 & 3), x ^ x << 7);
		if (guest_vcpu()->asleep)
			fake_advance_us(BOUND_US + 1);
	}
	EXPECT_EQ(memcmp(&before, view(GPU), sizeof(before)), 0);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_DEVICE_ID), VIRTIO_ID_INPUT);
	EXPECT_EQ(view(INPUT)->queue_count, QUEUES);
	/* and a reset puts it right */
	set_reg(INPUT, VIRTIO_MMIO_STATUS, 0);
	fake_advance_us(BOUND_US + 1);
	bind_driver(INPUT);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_STATUS), 0xf);
}

static void test_other_partition_has_no_such_page(void)
{
	start_bound();
	EXPECT_EQ(fake_write(OTHER, PAGE(INPUT) + VIRTIO_MMIO_STATUS, 4, 0), -ENODEV);
	EXPECT_EQ(fake_write(HOST, HOST_PAGE(INPUT), 4, 0), -ENODEV); /* the host only reads its page */
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_STATUS), 0xf);
}

static void test_doorbell_rings_for_those_it_was_given_to(void)
{
	start_bound();
	fake_config.doorbell_count = 1;
	fake_config.doorbell[0] =
		(struct pl_config_doorbell){.from_mask = 1u << GUEST, .to = HOST, .virq = 81};
	EXPECT_EQ(fake_hvc(GUEST, PL_HVC_DOORBELL, 0, 0, 0, 0, 0), 0);
	EXPECT_EQ(fake_seen[HOST].pulses[81], 1);
	EXPECT_EQ(fake_hvc(OTHER, PL_HVC_DOORBELL, 0, 0, 0, 0, 0), -EPERM);
	EXPECT_EQ(fake_hvc(GUEST, PL_HVC_DOORBELL, 1, 0, 0, 0, 0), -EINVAL);
	EXPECT_EQ(fake_hvc(GUEST, PL_HVC_DOORBELL, 0x100000000ull, 0, 0, 0, 0), -EINVAL);
	EXPECT_EQ(fake_seen[HOST].pulses[81], 1);
}

static const struct unit_test tests[] = {
	{"no_device_before_ready", test_no_device_before_ready},
	{"appearing_signals_the_frontend", test_appearing_signals_the_frontend},
	{"shm_regions_are_absent", test_shm_regions_are_absent},
	{"features_ok_needs_offered_and_required", test_features_ok_needs_offered_and_required},
	{"driver_ok_needs_features_ok", test_driver_ok_needs_features_ok},
	{"selectors_choose_what_is_shown", test_selectors_choose_what_is_shown},
	{"queue_state_reaches_the_host", test_queue_state_reaches_the_host},
	{"live_queue_cannot_be_moved", test_live_queue_cannot_be_moved},
	{"queue_without_size_does_not_get_ready", test_queue_without_size_does_not_get_ready},
	{"notify_counts_and_signals_the_host", test_notify_counts_and_signals_the_host},
	{"interrupt_is_set_and_acknowledged", test_interrupt_is_set_and_acknowledged},
	{"config_is_read_as_the_host_set_it", test_config_is_read_as_the_host_set_it},
	{"backend_restart_is_not_noticed", test_backend_restart_is_not_noticed},
	{"other_offer_is_refused_while_bound", test_other_offer_is_refused_while_bound},
	{"bad_offers_are_refused", test_bad_offers_are_refused},
	{"only_the_host_may_serve", test_only_the_host_may_serve},
	{"needs_reset_is_shown_and_signalled", test_needs_reset_is_shown_and_signalled},
	{"bad_accesses_are_recorded_and_ignored", test_bad_accesses_are_recorded_and_ignored},
	{"reads_that_exit_are_counted", test_reads_that_exit_are_counted},
	{"garbage_does_not_reach_the_neighbour", test_garbage_does_not_reach_the_neighbour},
	{"other_partition_has_no_such_page", test_other_partition_has_no_such_page},
	{"doorbell_rings_for_those_it_was_given_to", test_doorbell_rings_for_those_it_was_given_to},
};

UNIT_MAIN("register file", tests)
