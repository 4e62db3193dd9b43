/* Rings in a bank, with both sides attached, for the tests of the virtqueue. */
#ifndef TESTS_UNIT_VDEV_RINGS_H
#define TESTS_UNIT_VDEV_RINGS_H

#include <errno.h>
#include <stdlib.h>
#include "tests/unit/expect.h"
#include "vdev/device.h"
#include "vdev/virtqueue.h"

#define BANK_BYTES 0x40000u
#define BANK_BASE  0x7c000000ull
#define RING	   BANK_BASE
#define DATA	   (BANK_BASE + 0x20000)
#define BANK_END   (BANK_BASE + BANK_BYTES)
#define SIZE	   16
#define EVENT	   VDEV_BIT(VIRTIO_F_EVENT_IDX)
#define INDIRECT   VDEV_BIT(VIRTIO_F_INDIRECT_DESC)

/* The bank is an allocation of its own, so that the sanitizer sees what lies beyond its end. */
static struct vmem mem;
static struct vq drv, dev;
static struct vq_chain chain;

static inline void setup_features(uint16_t size, uint64_t features)
{
	free(mem.base);
	mem = (struct vmem){
		.base = aligned_alloc(4096, BANK_BYTES), .guest_base = BANK_BASE, .bytes = BANK_BYTES};
	memset(mem.base, 0, BANK_BYTES);
	EXPECT_EQ(vq_driver_init(&drv, &mem, size, RING, features), 0);
	EXPECT_EQ(vq_attach(&dev, &mem, size, vq_desc_addr(&drv), vq_avail_addr(&drv), vq_used_addr(&drv),
			  features),
		0);
}

static inline void setup(void)
{
	setup_features(SIZE, EVENT | INDIRECT);
}

static inline int add(unsigned reads, unsigned writes, uint32_t bytes)
{
	struct vq_buf buf[SIZE];

	for (unsigned i = 0; i < reads + writes; i++)
		buf[i] = (struct vq_buf){.addr = DATA + i * 0x100, .bytes = bytes};
	return vq_add(&drv, buf, reads, writes);
}

/* A driver that writes the rings as it likes. */
static inline void desc_set(unsigned i, uint64_t addr, uint32_t len, uint16_t flags, uint16_t next)
{
	drv.desc[i] = (struct vq_desc){.addr = addr, .len = len, .flags = flags, .next = next};
}

static inline void offer(uint16_t head)
{
	drv.avail->ring[drv.avail->idx % SIZE] = head;
	drv.avail->idx++;
}

static inline void expect_refused(const char *reason)
{
	EXPECT_EQ(vq_pop(&dev, &chain), -EPROTO);
	EXPECT_CONTAINS(dev.error, reason);
	EXPECT_EQ(vq_pop(&dev, &chain), -EPROTO);
}

static inline int resume(void)
{
	return vq_resume(
		&dev, &mem, SIZE, vq_desc_addr(&drv), vq_avail_addr(&drv), vq_used_addr(&drv), EVENT);
}

#endif
