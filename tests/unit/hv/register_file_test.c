/* The virtio-mmio register file: VIRTIO 1.3 4.2.2 as include/abi/device.h and hypercall.h promise it. */
#include <errno.h>
#include "abi/device.h"
#include "abi/virtio_mmio.h"
#include "hv/core/vmmio.h"
#include "tests/unit/hv/fake.h"

enum { HOST, GUEST, OTHER, PARTITIONS };
enum { INPUT, GPU }; /* devices */

#define PAGE(device)	 (0x0a000000ull + 0x1000u * (device))
#define HOST_PAGE(device) (0x0b000000ull + 0x1000u * (device))
#define VIRQ(device)	 (48u + (device))
#define HOST_VIRQ	 80u
#define VERSION_1	 (1ull << 32)
#define ACCESS_PLATFORM	 (1ull << 33)
#define FEATURES	 (VERSION_1 | ACCESS_PLATFORM | 1u)
#define REQUIRED	 (VERSION_1 | ACCESS_PLATFORM)
#define QUEUES		 2u
#define CONFIG_BYTES	 16u
#define BOUND_US	 10000u

static struct vcpu *guest_vcpu(void)
{
	return &fake_partition[GUEST].vcpu[0];
}

static const struct pl_dev_host *view(uint32_t device)
{
	return fake_page(HOST, HOST_PAGE(device));
}

/* What a guest reads without an exit. */
static uint32_t reg(uint32_t device, uint32_t offset)
{
	return ((const volatile uint32_t *)fake_page(GUEST, PAGE(device)))[offset / 4];
}

static int set(uint32_t device, uint32_t offset, uint32_t value)
{
	return fake_write(GUEST, PAGE(device) + offset, 4, value);
}

static int64_t offer(uint32_t device, uint64_t features, uint64_t required)
{
	return fake_hvc(HOST, PL_HVC_DEV_OFFER, device, features, required,
		fake_config.device[device].device_id | (uint64_t)QUEUES << 32, CONFIG_BYTES);
}

static void bring_up(uint32_t device)
{
	EXPECT_EQ(offer(device, FEATURES, REQUIRED), 0);
	for (uint32_t q = 0; q < QUEUES; q++)
		EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_QUEUE_MAX, device, q, 64, 0, 0), 0);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_READY, device, 0, 0, 0, 0), 0);
}

static void machine(void)
{
	static const uint32_t id[] = {[INPUT] = VIRTIO_ID_INPUT, [GPU] = VIRTIO_ID_GPU};

	fake_reset(PARTITIONS);
	fake_config.device_count = 2;
	for (uint32_t d = 0; d < 2; d++)
		fake_config.device[d] = (struct pl_config_device){
			.name = "device",
			.frontend = GUEST,
			.host = HOST,
			.virq = VIRQ(d),
			.device_id = id[d],
			.ipa = PAGE(d),
			.host_ipa = HOST_PAGE(d),
		};
	EXPECT_EQ(devices_init(&fake_config), 0);
}

static void accept_features(uint32_t device, uint64_t features)
{
	set(device, VIRTIO_MMIO_STATUS, VIRTIO_STATUS_ACKNOWLEDGE);
	set(device, VIRTIO_MMIO_STATUS, VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER);
	for (uint32_t half = 0; half < 2; half++) {
		set(device, VIRTIO_MMIO_DRIVER_FEATURES_SEL, half);
		set(device, VIRTIO_MMIO_DRIVER_FEATURES, (uint32_t)(features >> (32 * half)));
	}
	set(device, VIRTIO_MMIO_STATUS,
		VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER | VIRTIO_STATUS_FEATURES_OK);
}

static void enable_queue(uint32_t device, uint32_t queue, uint32_t size, uint64_t desc)
{
	set(device, VIRTIO_MMIO_QUEUE_SEL, queue);
	set(device, VIRTIO_MMIO_QUEUE_SIZE, size);
	set(device, VIRTIO_MMIO_QUEUE_DESC_LOW, (uint32_t)desc);
	set(device, VIRTIO_MMIO_QUEUE_DESC_HIGH, (uint32_t)(desc >> 32));
	set(device, VIRTIO_MMIO_QUEUE_DRIVER_LOW, (uint32_t)desc + 0x1000);
	set(device, VIRTIO_MMIO_QUEUE_DEVICE_LOW, (uint32_t)desc + 0x2000);
	set(device, VIRTIO_MMIO_QUEUE_READY, 1);
}

/* A driver as after its probe. */
static void bind(uint32_t device)
{
	accept_features(device, FEATURES);
	enable_queue(device, 0, 64, 0x7c020000);
	set(device, VIRTIO_MMIO_STATUS, 0xf);
}

static void start(void)
{
	machine();
	bring_up(INPUT);
	bring_up(GPU);
	bind(INPUT);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_STATUS), 0xf);
}

static void test_no_device_before_ready(void)
{
	machine();
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_MAGIC_VALUE), 0x74726976);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_VERSION), 2);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_DEVICE_ID), 0);
	EXPECT_EQ(vmmio_devices_ready(1u << INPUT), false);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_READY, INPUT, 0, 0, 0, 0), -EINVAL);
	EXPECT_EQ(offer(INPUT, FEATURES, REQUIRED), 0);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_READY, INPUT, 0, 0, 0, 0), -EINVAL); /* no queue sizes yet */
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_DEVICE_ID), 0);
}

static void test_appearing_signals_the_frontend(void)
{
	machine();
	bring_up(INPUT);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_DEVICE_ID), VIRTIO_ID_INPUT);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_INTERRUPT_STATUS), VIRTIO_INTERRUPT_CONFIG);
	EXPECT_EQ(fake_partition[GUEST].pulses[VIRQ(INPUT)], 1);
	EXPECT_EQ(fake_ready_reports, 1);
	EXPECT_EQ(vmmio_devices_ready(1u << INPUT), true);
	EXPECT_EQ(vmmio_devices_ready(1u << INPUT | 1u << GPU), false);
}

static void test_shm_regions_are_absent(void)
{
	start();
	EXPECT_EQ(set(INPUT, VIRTIO_MMIO_SHM_SEL, 1), 0);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_SHM_LEN_LOW), 0xffffffffu);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_SHM_LEN_HIGH), 0xffffffffu);
}

static void test_features_ok_needs_offered_and_required(void)
{
	machine();
	bring_up(INPUT);
	accept_features(INPUT, VERSION_1); /* without ACCESS_PLATFORM */
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_STATUS), 3);
	accept_features(INPUT, FEATURES | 2); /* 2 was not offered */
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_STATUS), 3);
	accept_features(INPUT, REQUIRED);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_STATUS), 11);
	EXPECT_EQ(view(INPUT)->driver_features, REQUIRED);
	accept_features(INPUT, FEATURES); /* settled */
	EXPECT_EQ(view(INPUT)->driver_features, REQUIRED);
}

static void test_driver_ok_needs_features_ok(void)
{
	machine();
	bring_up(INPUT);
	set(INPUT, VIRTIO_MMIO_STATUS, 7);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_STATUS), 3);
	EXPECT_EQ(view(INPUT)->status, 3);
}

static void test_selectors_choose_what_is_shown(void)
{
	start();
	set(INPUT, VIRTIO_MMIO_DEVICE_FEATURES_SEL, 0);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_DEVICE_FEATURES), 1);
	set(INPUT, VIRTIO_MMIO_DEVICE_FEATURES_SEL, 1);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_DEVICE_FEATURES), 3);
	set(INPUT, VIRTIO_MMIO_DEVICE_FEATURES_SEL, 2);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_DEVICE_FEATURES), 0);
	set(INPUT, VIRTIO_MMIO_QUEUE_SEL, 0);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_QUEUE_READY), 1);
	set(INPUT, VIRTIO_MMIO_QUEUE_SEL, 1);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_QUEUE_READY), 0);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_QUEUE_SIZE_MAX), 64);
	set(INPUT, VIRTIO_MMIO_QUEUE_SEL, 0xffffffff);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_QUEUE_SIZE_MAX), 0);
}

static void test_queue_state_reaches_the_host(void)
{
	uint32_t events;

	start();
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
	start();
	set(INPUT, VIRTIO_MMIO_QUEUE_SEL, 0);
	set(INPUT, VIRTIO_MMIO_QUEUE_DESC_LOW, 0xdead0000);
	set(INPUT, VIRTIO_MMIO_QUEUE_SIZE, 8);
	EXPECT_EQ(view(INPUT)->queue[0].desc, 0x7c020000);
	EXPECT_EQ(view(INPUT)->queue[0].num, 64);
}

static void test_queue_without_size_does_not_get_ready(void)
{
	start();
	set(INPUT, VIRTIO_MMIO_QUEUE_SEL, 1);
	set(INPUT, VIRTIO_MMIO_QUEUE_SIZE, 65); /* above QueueSizeMax */
	set(INPUT, VIRTIO_MMIO_QUEUE_READY, 1);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_QUEUE_READY), 0);
	EXPECT_EQ(view(INPUT)->queue[1].enable_count, 0);
}

static void test_notify_counts_and_signals_the_host(void)
{
	uint32_t events, pulses;

	start();
	events = view(INPUT)->event_count;
	pulses = fake_partition[HOST].pulses[HOST_VIRQ];
	EXPECT_EQ(set(INPUT, VIRTIO_MMIO_QUEUE_NOTIFY, 1), 0);
	EXPECT_EQ(view(INPUT)->queue[1].notify_count, 1);
	EXPECT_EQ(view(INPUT)->queue[0].notify_count, 0);
	EXPECT_EQ(view(INPUT)->event_count, events + 1);
	EXPECT_EQ(fake_partition[HOST].pulses[HOST_VIRQ], pulses + 1);
	EXPECT_EQ(guest_vcpu()->blocked, false);
	EXPECT_EQ(set(INPUT, VIRTIO_MMIO_QUEUE_NOTIFY, QUEUES), -EINVAL);
	EXPECT_EQ(view(INPUT)->event_count, events + 1);
}

static void test_interrupt_is_set_and_acknowledged(void)
{
	uint32_t pulses, generation;

	start();
	set(INPUT, VIRTIO_MMIO_INTERRUPT_ACK, 3);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_INTERRUPT_STATUS), 0);
	pulses = fake_partition[GUEST].pulses[VIRQ(INPUT)];
	generation = reg(INPUT, VIRTIO_MMIO_CONFIG_GENERATION);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_INTERRUPT, INPUT, 0, 1, 0, 0), 0);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_CONFIG_GENERATION), generation);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_INTERRUPT, INPUT, 0, 2, 0, 0), 0);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_CONFIG_GENERATION), generation + 1);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_INTERRUPT_STATUS), 3);
	EXPECT_EQ(fake_partition[GUEST].pulses[VIRQ(INPUT)], pulses + 2);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_INTERRUPT, INPUT, 0, 4, 0, 0), -EINVAL);
	set(INPUT, VIRTIO_MMIO_INTERRUPT_ACK, 1);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_INTERRUPT_STATUS), 2);
}

static void test_config_is_read_as_the_host_set_it(void)
{
	uint32_t generation;

	start();
	generation = reg(INPUT, VIRTIO_MMIO_CONFIG_GENERATION);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_CONFIG_SET, INPUT, 3, 0x0102030405060708ull, 8, 0), 0);
	EXPECT_EQ(fake_read(GUEST, PAGE(INPUT) + VIRTIO_MMIO_CONFIG + 3, 8), 0x0102030405060708ll);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_CONFIG_GENERATION) != generation, true);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_CONFIG_SET, INPUT, 9, 0, 8, 0), -EINVAL);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_CONFIG_SET, INPUT, UINT64_MAX, 0, 8, 0), -EINVAL);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_CONFIG_SET, INPUT, 0, 0, 9, 0), -EINVAL);
}

static void test_config_write_waits_for_its_answer(void)
{
	start();
	EXPECT_EQ(fake_write(GUEST, PAGE(INPUT) + VIRTIO_MMIO_CONFIG + 1, 1, 0x15), 0);
	EXPECT_EQ(guest_vcpu()->blocked, true);
	EXPECT_EQ(view(INPUT)->config_seq, 1);
	EXPECT_EQ(view(INPUT)->config_offset, 1);
	EXPECT_EQ(view(INPUT)->config_bytes, 1);
	EXPECT_EQ(view(INPUT)->config_value, 0x15);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_CONFIG_DONE, INPUT, 7, 0, 0, 0), -ESTALE);
	EXPECT_EQ(guest_vcpu()->blocked, true);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_CONFIG_SET, INPUT, 2, 9, 1, 0), 0);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_CONFIG_DONE, INPUT, 1, 0, 0, 0), 0);
	EXPECT_EQ(guest_vcpu()->blocked, false);
	EXPECT_EQ(view(INPUT)->config_done, 1);
	fake_advance_us(2 * BOUND_US);
	EXPECT_EQ(fake_read(GUEST, PAGE(INPUT) + VIRTIO_MMIO_CONFIG + 2, 1), 9);
}

static void test_config_write_gives_up_with_zeroes(void)
{
	start();
	fake_hvc(HOST, PL_HVC_DEV_CONFIG_SET, INPUT, 2, 9, 1, 0);
	fake_write(GUEST, PAGE(INPUT) + VIRTIO_MMIO_CONFIG, 1, 1);
	fake_advance_us(BOUND_US - 1);
	EXPECT_EQ(guest_vcpu()->blocked, true);
	fake_advance_us(2);
	EXPECT_EQ(guest_vcpu()->blocked, false);
	EXPECT_EQ(fake_read(GUEST, PAGE(INPUT) + VIRTIO_MMIO_CONFIG + 2, 1), 0);
	EXPECT_EQ(view(INPUT)->config_done, view(INPUT)->config_seq);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_CONFIG_DONE, INPUT, 1, 0, 0, 0), -ESTALE);
}

static void test_reply_bound_is_the_configured_one(void)
{
	start();
	fake_config.device[INPUT].reply_bound_us = 500;
	fake_write(GUEST, PAGE(INPUT) + VIRTIO_MMIO_CONFIG, 1, 1);
	fake_advance_us(501);
	EXPECT_EQ(guest_vcpu()->blocked, false);
}

static void test_dead_backend_never_makes_wait(void)
{
	start();
	fake_hvc(HOST, PL_HVC_DEV_CONFIG_SET, INPUT, 2, 9, 1, 0);
	fake_write(GUEST, PAGE(INPUT) + VIRTIO_MMIO_CONFIG, 1, 1);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_DOWN, INPUT, 0, 0, 0, 0), 0); /* in the middle of the wait */
	EXPECT_EQ(guest_vcpu()->blocked, false);
	EXPECT_EQ(fake_read(GUEST, PAGE(INPUT) + VIRTIO_MMIO_CONFIG + 2, 1), 0);
	fake_write(GUEST, PAGE(INPUT) + VIRTIO_MMIO_CONFIG, 1, 1);
	EXPECT_EQ(guest_vcpu()->blocked, false);
	set(INPUT, VIRTIO_MMIO_STATUS, 0);
	EXPECT_EQ(guest_vcpu()->blocked, false);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_STATUS), 0);
	EXPECT_EQ(view(INPUT)->epoch, 1);
}

static void test_reset_waits_for_the_backend(void)
{
	start();
	set(INPUT, VIRTIO_MMIO_STATUS, 0);
	EXPECT_EQ(guest_vcpu()->blocked, true);
	EXPECT_EQ(view(INPUT)->epoch, 1);
	EXPECT_EQ(view(INPUT)->status, 0);
	EXPECT_EQ(view(INPUT)->queue[0].ready, 0);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_INTERRUPT, INPUT, 0, 1, 0, 0), -ESTALE);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_RESET_DONE, INPUT, 0, 0, 0, 0), -ESTALE);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_RESET_DONE, INPUT, 1, 0, 0, 0), 0);
	EXPECT_EQ(guest_vcpu()->blocked, false);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_STATUS), 0);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_INTERRUPT_STATUS), 0);
	EXPECT_EQ(view(INPUT)->reset_done, 1);
	bind(INPUT);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_STATUS), 0xf);
	EXPECT_EQ(view(INPUT)->queue[0].enable_count, 2);
}

static void test_reset_gives_up_under_a_new_epoch(void)
{
	start();
	set(INPUT, VIRTIO_MMIO_STATUS, 0);
	fake_advance_us(BOUND_US + 1);
	EXPECT_EQ(guest_vcpu()->blocked, false);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_STATUS), 0);
	bind(INPUT); /* the driver goes on */
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_INTERRUPT, INPUT, 0, 1, 0, 0), -ESTALE);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_RESET_DONE, INPUT, 1, 0, 0, 0), 0); /* late, but of this epoch */
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_STATUS), 0xf);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_INTERRUPT, INPUT, 1, 1, 0, 0), 0);
}

static void test_idle_device_resets_at_once(void)
{
	machine();
	bring_up(INPUT);
	set(INPUT, VIRTIO_MMIO_STATUS, 0);
	EXPECT_EQ(guest_vcpu()->blocked, false);
	EXPECT_EQ(view(INPUT)->epoch, 0);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_INTERRUPT_STATUS), 0);
}

static void test_backend_restart_is_not_noticed(void)
{
	struct pl_dev_host before;
	uint32_t pulses;

	start();
	before = *view(INPUT);
	pulses = fake_partition[GUEST].pulses[VIRQ(INPUT)];
	fake_hvc(HOST, PL_HVC_DEV_DOWN, INPUT, 0, 0, 0, 0);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_DEVICE_ID), VIRTIO_ID_INPUT);
	set(INPUT, VIRTIO_MMIO_QUEUE_NOTIFY, 0);
	bring_up(INPUT);
	EXPECT_EQ(view(INPUT)->status, before.status);
	EXPECT_EQ(view(INPUT)->driver_features, before.driver_features);
	EXPECT_EQ(view(INPUT)->queue[0].desc, before.queue[0].desc);
	EXPECT_EQ(view(INPUT)->queue[0].notify_count, before.queue[0].notify_count + 1);
	EXPECT_EQ(view(INPUT)->epoch, before.epoch);
	EXPECT_EQ(fake_partition[GUEST].pulses[VIRQ(INPUT)], pulses);
}

static void test_other_offer_is_refused_while_bound(void)
{
	start();
	EXPECT_EQ(offer(INPUT, FEATURES, REQUIRED), 0);
	EXPECT_EQ(offer(INPUT, FEATURES | 4, REQUIRED), -EBUSY);
	fake_hvc(HOST, PL_HVC_DEV_DOWN, INPUT, 0, 0, 0, 0);
	EXPECT_EQ(offer(INPUT, FEATURES | 4, REQUIRED), -EBUSY); /* the driver is still there */
	set(INPUT, VIRTIO_MMIO_STATUS, 0);
	EXPECT_EQ(offer(INPUT, FEATURES | 4, REQUIRED), 0);
}

static void test_bad_offers_are_refused(void)
{
	const uint64_t id = VIRTIO_ID_INPUT;

	machine();
	EXPECT_EQ(offer(INPUT, VERSION_1, REQUIRED), -EINVAL); /* requires what it does not offer */
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_OFFER, INPUT, FEATURES, 0, VIRTIO_ID_GPU | 1ull << 32, 0), -EINVAL);
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
	start();
	for (uint32_t f = PL_HVC_DEV_OFFER; f <= PL_HVC_DEV_NEEDS_RESET; f++) {
		EXPECT_EQ(fake_hvc(GUEST, f, INPUT, 0, 0, 0, 0), -EPERM);
		EXPECT_EQ(fake_hvc(HOST, f, 2, 0, 0, 0, 0), -EINVAL);
		EXPECT_EQ(fake_hvc(HOST, f, UINT64_MAX, 0, 0, 0, 0), -EINVAL);
	}
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_NEEDS_RESET + 1, INPUT, 0, 0, 0, 0), -ENOSYS);
}

static void test_needs_reset_is_shown_and_signalled(void)
{
	start();
	set(INPUT, VIRTIO_MMIO_INTERRUPT_ACK, 3);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_NEEDS_RESET, INPUT, 1, 0, 0, 0), -ESTALE);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_NEEDS_RESET, INPUT, 0, 0, 0, 0), 0);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_STATUS), 0xf | VIRTIO_STATUS_NEEDS_RESET);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_INTERRUPT_STATUS), VIRTIO_INTERRUPT_CONFIG);
}

static void test_bad_accesses_are_recorded_and_ignored(void)
{
	static const struct {
		uint32_t offset, bytes;
	} bad[] = {
		{VIRTIO_MMIO_MAGIC_VALUE, 4}, {VIRTIO_MMIO_DEVICE_ID, 4}, {VIRTIO_MMIO_INTERRUPT_STATUS, 4},
		{VIRTIO_MMIO_CONFIG_GENERATION, 4}, {VIRTIO_MMIO_SHM_LEN_LOW, 4}, {0x0c0, 4}, {0x018, 4},
		{VIRTIO_MMIO_STATUS, 1}, {VIRTIO_MMIO_STATUS, 2}, {VIRTIO_MMIO_STATUS, 8}, {0x071, 4},
		{VIRTIO_MMIO_CONFIG + CONFIG_BYTES, 1}, {VIRTIO_MMIO_CONFIG + CONFIG_BYTES - 1, 2}, {0xffc, 4},
	};

	start();
	for (uint32_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		EXPECT_EQ(fake_write(GUEST, PAGE(INPUT) + bad[i].offset, bad[i].bytes, 0), -EINVAL);
		EXPECT_EQ(fake_partition[GUEST].faults, i + 1);
		EXPECT_EQ(fake_partition[GUEST].fault_ipa, PAGE(INPUT) + bad[i].offset);
	}
	EXPECT_EQ(fake_partition[GUEST].cause, PL_FAULT_DEVICE_ACCESS);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_STATUS), 0xf);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_MAGIC_VALUE), 0x74726976);
	EXPECT_EQ(guest_vcpu()->blocked, false);
}

static void test_garbage_does_not_reach_the_neighbour(void)
{
	struct pl_dev_host before;
	uint32_t x = 1;

	start();
	before = *view(GPU);
	for (uint32_t i = 0; i < 100000; i++) {
		x = x * 1664525u + 1013904223u;
		fake_write(GUEST, PAGE(INPUT) + (x >> 20), 1u << (x >> 8 & 3), x ^ x << 7);
		if (guest_vcpu()->blocked)
			fake_advance_us(BOUND_US + 1);
	}
	EXPECT_EQ(memcmp(&before, view(GPU), sizeof(before)), 0);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_DEVICE_ID), VIRTIO_ID_INPUT);
	EXPECT_EQ(view(INPUT)->queue_count, QUEUES);
	/* and a reset puts it right */
	set(INPUT, VIRTIO_MMIO_STATUS, 0);
	fake_advance_us(BOUND_US + 1);
	bind(INPUT);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_STATUS), 0xf);
}

static void test_other_partition_has_no_such_page(void)
{
	start();
	EXPECT_EQ(fake_write(OTHER, PAGE(INPUT) + VIRTIO_MMIO_STATUS, 4, 0), -ENODEV);
	EXPECT_EQ(fake_write(HOST, HOST_PAGE(INPUT), 4, 0), -ENODEV); /* the host only reads its page */
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_STATUS), 0xf);
}

static void test_second_waiting_write_ends_the_first(void)
{
	struct vcpu *second = &fake_partition[GUEST].vcpu[1];
	struct mmio m = {.ipa = ipa(PAGE(INPUT) + VIRTIO_MMIO_CONFIG), .value = 2, .bytes = 1, .write = true};

	start();
	fake_write(GUEST, PAGE(INPUT) + VIRTIO_MMIO_CONFIG, 1, 1);
	mmio_handle(second, &m);
	EXPECT_EQ(guest_vcpu()->blocked, false);
	EXPECT_EQ(second->blocked, true);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_CONFIG_DONE, INPUT, 1, 0, 0, 0), -ESTALE);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_CONFIG_DONE, INPUT, 2, 0, 0, 0), 0);
	EXPECT_EQ(second->blocked, false);
}

static void test_partition_restart_waits_for_all_devices(void)
{
	start();
	bind(GPU);
	fake_partition[GUEST].running = false;
	vmmio_partition_reset(&fake_partition[GUEST]);
	EXPECT_EQ(fake_partition[GUEST].devices_reset, 0);
	EXPECT_EQ(view(INPUT)->frontend_generation, 1);
	EXPECT_EQ(view(INPUT)->epoch, 1);
	fake_hvc(HOST, PL_HVC_DEV_RESET_DONE, INPUT, 1, 0, 0, 0);
	EXPECT_EQ(fake_partition[GUEST].devices_reset, 0);
	fake_hvc(HOST, PL_HVC_DEV_RESET_DONE, GPU, 1, 0, 0, 0);
	EXPECT_EQ(fake_partition[GUEST].devices_reset, 1);
	EXPECT_EQ(reg(INPUT, VIRTIO_MMIO_STATUS), 0);
	fake_advance_us(1000000);
	EXPECT_EQ(fake_partition[GUEST].devices_reset, 1);
}

static void test_partition_restart_gives_up_after_its_bound(void)
{
	start();
	vmmio_partition_reset(&fake_partition[GUEST]);
	fake_hvc(HOST, PL_HVC_DEV_RESET_DONE, INPUT, 1, 0, 0, 0);
	fake_advance_us(VMMIO_RESTART_BOUND_MS * 1000 - 1);
	EXPECT_EQ(fake_partition[GUEST].devices_reset, 0);
	fake_advance_us(2);
	EXPECT_EQ(fake_partition[GUEST].devices_reset, 1);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_INTERRUPT, GPU, 0, 1, 0, 0), -ESTALE);
}

static void test_partition_restart_drops_its_waiting_write(void)
{
	start();
	fake_write(GUEST, PAGE(INPUT) + VIRTIO_MMIO_CONFIG, 1, 1);
	vmmio_partition_reset(&fake_partition[GUEST]);
	EXPECT_EQ(guest_vcpu()->resumes, 0); /* that vCPU starts anew instead */
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_CONFIG_DONE, INPUT, 1, 0, 0, 0), -ESTALE);
	fake_advance_us(BOUND_US * 2);
	EXPECT_EQ(guest_vcpu()->resumes, 0);
}

static void test_host_death_frees_its_frontends(void)
{
	start();
	set(INPUT, VIRTIO_MMIO_STATUS, 0);
	EXPECT_EQ(guest_vcpu()->blocked, true);
	vmmio_host_down(&fake_partition[HOST]);
	EXPECT_EQ(guest_vcpu()->blocked, false);
	EXPECT_EQ(vmmio_devices_ready(1u << INPUT), false);
	vmmio_partition_reset(&fake_partition[GUEST]); /* at once */
	EXPECT_EQ(fake_partition[GUEST].devices_reset, 1);
}

static void test_doorbell_rings_for_those_it_was_given_to(void)
{
	start();
	fake_config.doorbell_count = 1;
	fake_config.doorbell[0] = (struct pl_config_doorbell){.from_mask = 1u << GUEST, .to = HOST, .virq = 81};
	EXPECT_EQ(fake_hvc(GUEST, PL_HVC_DOORBELL, 0, 0, 0, 0, 0), 0);
	EXPECT_EQ(fake_partition[HOST].pulses[81], 1);
	EXPECT_EQ(fake_hvc(OTHER, PL_HVC_DOORBELL, 0, 0, 0, 0, 0), -EPERM);
	EXPECT_EQ(fake_hvc(GUEST, PL_HVC_DOORBELL, 1, 0, 0, 0, 0), -EINVAL);
	EXPECT_EQ(fake_hvc(GUEST, PL_HVC_DOORBELL, 0x100000000ull, 0, 0, 0, 0), -EINVAL);
	EXPECT_EQ(fake_partition[HOST].pulses[81], 1);
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
	{"config_write_waits_for_its_answer", test_config_write_waits_for_its_answer},
	{"config_write_gives_up_with_zeroes", test_config_write_gives_up_with_zeroes},
	{"reply_bound_is_the_configured_one", test_reply_bound_is_the_configured_one},
	{"dead_backend_never_makes_wait", test_dead_backend_never_makes_wait},
	{"reset_waits_for_the_backend", test_reset_waits_for_the_backend},
	{"reset_gives_up_under_a_new_epoch", test_reset_gives_up_under_a_new_epoch},
	{"idle_device_resets_at_once", test_idle_device_resets_at_once},
	{"backend_restart_is_not_noticed", test_backend_restart_is_not_noticed},
	{"other_offer_is_refused_while_bound", test_other_offer_is_refused_while_bound},
	{"bad_offers_are_refused", test_bad_offers_are_refused},
	{"only_the_host_may_serve", test_only_the_host_may_serve},
	{"needs_reset_is_shown_and_signalled", test_needs_reset_is_shown_and_signalled},
	{"bad_accesses_are_recorded_and_ignored", test_bad_accesses_are_recorded_and_ignored},
	{"garbage_does_not_reach_the_neighbour", test_garbage_does_not_reach_the_neighbour},
	{"other_partition_has_no_such_page", test_other_partition_has_no_such_page},
	{"second_waiting_write_ends_the_first", test_second_waiting_write_ends_the_first},
	{"partition_restart_waits_for_all_devices", test_partition_restart_waits_for_all_devices},
	{"partition_restart_gives_up_after_its_bound", test_partition_restart_gives_up_after_its_bound},
	{"partition_restart_drops_its_waiting_write", test_partition_restart_drops_its_waiting_write},
	{"host_death_frees_its_frontends", test_host_death_frees_its_frontends},
	{"doorbell_rings_for_those_it_was_given_to", test_doorbell_rings_for_those_it_was_given_to},
};

UNIT_MAIN("register file", tests)
