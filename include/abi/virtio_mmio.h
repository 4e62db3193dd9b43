/*
 * The virtio-mmio register page, version 2 (VIRTIO 1.3 4.2.2), and the device-independent constants
 * that go with it. All registers are 32 bits, little endian. The frontend reads the page without an
 * exit and writes it with one; see device.h for what the hypervisor keeps behind it.
 */
#ifndef ABI_VIRTIO_MMIO_H
#define ABI_VIRTIO_MMIO_H

#define VIRTIO_MMIO_MAGIC_VALUE		0x000 /* R  "virt" */
#define VIRTIO_MMIO_VERSION		0x004 /* R  2 */
#define VIRTIO_MMIO_DEVICE_ID		0x008 /* R  0: no device */
#define VIRTIO_MMIO_VENDOR_ID		0x00c /* R */
#define VIRTIO_MMIO_DEVICE_FEATURES	0x010 /* R  32 bits chosen by the selector */
#define VIRTIO_MMIO_DEVICE_FEATURES_SEL 0x014 /* W */
#define VIRTIO_MMIO_DRIVER_FEATURES	0x020 /* W */
#define VIRTIO_MMIO_DRIVER_FEATURES_SEL 0x024 /* W */
#define VIRTIO_MMIO_QUEUE_SEL		0x030 /* W */
#define VIRTIO_MMIO_QUEUE_SIZE_MAX	0x034 /* R  0: no such queue */
#define VIRTIO_MMIO_QUEUE_SIZE		0x038 /* W */
#define VIRTIO_MMIO_QUEUE_READY		0x044 /* RW */
#define VIRTIO_MMIO_QUEUE_NOTIFY	0x050 /* W  queue index */
#define VIRTIO_MMIO_INTERRUPT_STATUS	0x060 /* R  VIRTIO_INTERRUPT_* */
#define VIRTIO_MMIO_INTERRUPT_ACK	0x064 /* W */
#define VIRTIO_MMIO_STATUS		0x070 /* RW VIRTIO_STATUS_*; writing 0 resets */
#define VIRTIO_MMIO_QUEUE_DESC_LOW	0x080 /* W */
#define VIRTIO_MMIO_QUEUE_DESC_HIGH	0x084
#define VIRTIO_MMIO_QUEUE_DRIVER_LOW	0x090
#define VIRTIO_MMIO_QUEUE_DRIVER_HIGH	0x094
#define VIRTIO_MMIO_QUEUE_DEVICE_LOW	0x0a0
#define VIRTIO_MMIO_QUEUE_DEVICE_HIGH	0x0a4
#define VIRTIO_MMIO_SHM_SEL		0x0ac /* W */
#define VIRTIO_MMIO_SHM_LEN_LOW		0x0b0 /* R  all ones: no such region */
#define VIRTIO_MMIO_SHM_LEN_HIGH	0x0b4
#define VIRTIO_MMIO_SHM_BASE_LOW	0x0b8
#define VIRTIO_MMIO_SHM_BASE_HIGH	0x0bc
#define VIRTIO_MMIO_QUEUE_RESET		0x0c0 /* only with RING_RESET, which is not offered */
#define VIRTIO_MMIO_CONFIG_GENERATION	0x0fc /* R */
#define VIRTIO_MMIO_CONFIG		0x100 /* configuration area, device class's own */

#define VIRTIO_MMIO_MAGIC	   0x74726976u
#define VIRTIO_MMIO_VERSION_MODERN 2
#define VIRTIO_MMIO_VENDOR	   0x454c5450u /* "PTLE", as the bytes lie */

/* InterruptStatus and InterruptACK (4.2.2). */
#define VIRTIO_INTERRUPT_USED	1u
#define VIRTIO_INTERRUPT_CONFIG 2u

/* Status (2.1). */
#define VIRTIO_STATUS_ACKNOWLEDGE 1u
#define VIRTIO_STATUS_DRIVER	  2u
#define VIRTIO_STATUS_DRIVER_OK	  4u
#define VIRTIO_STATUS_FEATURES_OK 8u
#define VIRTIO_STATUS_NEEDS_RESET 64u
#define VIRTIO_STATUS_FAILED	  128u

#endif
