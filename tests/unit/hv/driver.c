#include "tests/unit/hv/driver.h"

#include <string.h>

struct vcpu *guest_vcpu(void)
{
	return &fake_partition[GUEST].vcpu[0];
}

const struct pl_dev_host *view(uint32_t device)
{
	return fake_page(HOST, HOST_PAGE(device));
}

uint32_t get_reg(uint32_t device, uint32_t offset)
{
	return ((const volatile uint32_t *)fake_page(GUEST, PAGE(device)))[offset / 4];
}

int set_reg(uint32_t device, uint32_t offset, uint32_t value)
{
	return fake_write(GUEST, PAGE(device) + offset, 4, value);
}

int64_t offer(uint32_t device, uint64_t features, uint64_t required)
{
	return fake_hvc(HOST, PL_HVC_DEV_OFFER, device, features, required,
		fake_config.device[device].device_id | (uint64_t)QUEUES << 32, CONFIG_BYTES);
}

void bring_up(uint32_t device)
{
	EXPECT_EQ(offer(device, FEATURES, REQUIRED), 0);
	for (uint32_t q = 0; q < QUEUES; q++)
		EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_QUEUE_MAX, device, q, 64, 0, 0), 0);
	EXPECT_EQ(fake_hvc(HOST, PL_HVC_DEV_READY, device, 0, 0, 0, 0), 0);
}

void start_machine(void)
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
	EXPECT_EQ(fake_start(), true);
}

void accept_features(uint32_t device, uint64_t features)
{
	set_reg(device, VIRTIO_MMIO_STATUS, VIRTIO_STATUS_ACKNOWLEDGE);
	set_reg(device, VIRTIO_MMIO_STATUS, VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER);
	for (uint32_t half = 0; half < 2; half++) {
		set_reg(device, VIRTIO_MMIO_DRIVER_FEATURES_SEL, half);
		set_reg(device, VIRTIO_MMIO_DRIVER_FEATURES, (uint32_t)(features >> (32 * half)));
	}
	set_reg(device, VIRTIO_MMIO_STATUS,
		VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER | VIRTIO_STATUS_FEATURES_OK);
}

void enable_queue(uint32_t device, uint32_t queue, uint32_t size, uint64_t desc)
{
	set_reg(device, VIRTIO_MMIO_QUEUE_SEL, queue);
	set_reg(device, VIRTIO_MMIO_QUEUE_SIZE, size);
	set_reg(device, VIRTIO_MMIO_QUEUE_DESC_LOW, (uint32_t)desc);
	set_reg(device, VIRTIO_MMIO_QUEUE_DESC_HIGH, (uint32_t)(desc >> 32));
	set_reg(device, VIRTIO_MMIO_QUEUE_DRIVER_LOW, (uint32_t)desc + 0x1000);
	set_reg(device, VIRTIO_MMIO_QUEUE_DEVICE_LOW, (uint32_t)desc + 0x2000);
	set_reg(device, VIRTIO_MMIO_QUEUE_READY, 1);
}

void bind_driver(uint32_t device)
{
	accept_features(device, FEATURES);
	enable_queue(device, 0, 64, 0x7c020000);
	set_reg(device, VIRTIO_MMIO_STATUS, 0xf);
}

void start_bound(void)
{
	start_machine();
	bring_up(INPUT);
	bring_up(GPU);
	bind_driver(INPUT);
	EXPECT_EQ(get_reg(INPUT, VIRTIO_MMIO_STATUS), 0xf);
}

uint64_t get_config(uint32_t device, uint32_t offset, uint32_t bytes)
{
	uint64_t value = 0;

	memcpy(&value, (const uint8_t *)fake_page(GUEST, PAGE(device)) + VIRTIO_MMIO_CONFIG + offset, bytes);
	return value;
}
