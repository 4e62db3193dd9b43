/* Each side of the virtqueue against a peer that breaks the rules, class of attack by class. */
#include "tests/unit/vdev/rings.h"

static void chain_loop_is_refused(void) /* CVE-2022-2132 */
{
	setup();
	desc_set(0, DATA, 4, VQ_DESC_F_NEXT, 1);
	desc_set(1, DATA, 4, VQ_DESC_F_NEXT, 0);
	offer(0);
	expect_refused("chain loops");
}

static void chain_loop_in_indirect_table_is_refused(void)
{
	struct vq_desc *table;

	setup();
	table = vmem_at(&mem, DATA, 32);
	table[0] = (struct vq_desc){.addr = DATA, .len = 4, .flags = VQ_DESC_F_NEXT, .next = 0};
	desc_set(0, DATA, 32, VQ_DESC_F_INDIRECT, 0);
	offer(0);
	expect_refused("segments in a chain");
}

static void head_out_of_range_is_refused(void)
{
	setup();
	offer(SIZE);
	expect_refused("descriptor index");
	setup();
	offer(0xffff);
	expect_refused("descriptor index");
}

static void next_out_of_range_is_refused(void)
{
	setup();
	desc_set(0, DATA, 4, VQ_DESC_F_NEXT, SIZE);
	offer(0);
	expect_refused("descriptor index");
}

static void segment_across_the_banks_end_is_refused(void)
{
	static const struct {
		uint64_t addr;
		uint32_t len;
	} bad[] = {{BANK_END - 4, 5}, {BANK_END, 1}, {BANK_BASE - 1, 2}, {0, 4}, {UINT64_MAX - 3, 8},
		{DATA, UINT32_MAX}, {BANK_BASE + (1ull << 32), 4}};

	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		setup();
		desc_set(0, bad[i].addr, bad[i].len, 0, 0);
		offer(0);
		expect_refused("address of a segment");
	}
	setup();
	desc_set(0, BANK_END - 4, 4, VQ_DESC_F_WRITE, 0);
	offer(0);
	EXPECT_EQ(vq_pop(&dev, &chain), 1);
	EXPECT_EQ(vq_write(&chain, 0, "12345", 5), 4);
}

static void avail_idx_jump_is_refused(void)
{
	setup();
	drv.avail->idx = SIZE + 1;
	expect_refused("avail idx ahead");
	EXPECT_EQ(vq_pending(&dev), SIZE);
	setup();
	drv.avail->idx = 0xffff;
	expect_refused("avail idx ahead");
}

static void more_in_flight_than_the_queue_holds_is_refused(void) /* CVE-2016-5403 */
{
	setup();
	desc_set(0, DATA, 4, 0, 0);
	for (unsigned i = 0; i < SIZE; i++) {
		offer(0);
		EXPECT_EQ(vq_pop(&dev, &chain), 1);
	}
	offer(0);
	expect_refused("requests in flight");
}

static void descriptor_is_read_once(void) /* XSA-155 */
{
	setup();
	desc_set(0, DATA, 4, VQ_DESC_F_WRITE, 0);
	offer(0);
	EXPECT_EQ(vq_pop(&dev, &chain), 1);
	desc_set(0, 0, UINT32_MAX, 0, 0);
	EXPECT_EQ(chain.write_bytes, 4);
	EXPECT_EQ(vq_write(&chain, 0, "12345678", 8), 4);
	EXPECT_EQ(memcmp(vmem_at(&mem, DATA, 5), "1234\0", 5), 0);
}

static void empty_segment_is_refused(void)
{
	setup();
	desc_set(0, DATA, 0, 0, 0);
	offer(0);
	expect_refused("empty segment");
}

static void readable_after_writable_is_refused(void)
{
	setup();
	desc_set(0, DATA, 4, VQ_DESC_F_WRITE | VQ_DESC_F_NEXT, 1);
	desc_set(1, DATA, 4, 0, 0);
	offer(0);
	expect_refused("readable segment after");
}

static void chains_bytes_do_not_overflow(void)
{
	/* 4 GiB + 1 byte in overlapping segments of a huge bank: the window is real, the memory is not touched. */
	struct vmem huge = {.guest_base = 0, .bytes = 1ull << 40};

	setup();
	huge.base = mem.base;
	dev.memory = &huge;
	desc_set(0, DATA, 0x80000000u, VQ_DESC_F_NEXT, 1);
	desc_set(1, DATA, 0x80000000u, 0, 0);
	offer(0);
	expect_refused("bytes in a chain");
}

static void bad_indirect_length_is_refused(void)
{
	static const uint32_t bad[] = {0, 1, 15, 17, 40};

	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		setup();
		desc_set(0, DATA, bad[i], VQ_DESC_F_INDIRECT, 0);
		offer(0);
		expect_refused("length of indirect table");
	}
}

static void indirect_table_across_the_banks_end_is_refused(void)
{
	setup();
	desc_set(0, BANK_END - 16, 32, VQ_DESC_F_INDIRECT, 0);
	offer(0);
	expect_refused("address of indirect table");
	setup();
	desc_set(0, DATA, 0xfffffff0u, VQ_DESC_F_INDIRECT, 0);
	offer(0);
	expect_refused("address of indirect table");
}

static void indirect_with_next_is_refused(void)
{
	setup();
	desc_set(0, DATA, 16, VQ_DESC_F_INDIRECT | VQ_DESC_F_NEXT, 1);
	offer(0);
	expect_refused("indirect descriptor with NEXT");
}

static void nested_indirect_is_refused(void)
{
	struct vq_desc *table;

	setup();
	table = vmem_at(&mem, DATA, 16);
	table[0] = (struct vq_desc){.addr = DATA, .len = 16, .flags = VQ_DESC_F_INDIRECT};
	desc_set(0, DATA, 16, VQ_DESC_F_INDIRECT, 0);
	offer(0);
	expect_refused("in an indirect table");
}

static void indirect_next_outside_its_table_is_refused(void)
{
	struct vq_desc *table;

	setup();
	table = vmem_at(&mem, DATA, 32);
	table[0] = (struct vq_desc){.addr = DATA, .len = 4, .flags = VQ_DESC_F_NEXT, .next = 2};
	desc_set(0, DATA, 32, VQ_DESC_F_INDIRECT, 0);
	offer(0);
	expect_refused("descriptor index");
}

static void indirect_not_negotiated_is_refused(void)
{
	setup_features(SIZE, EVENT);
	desc_set(0, DATA, 16, VQ_DESC_F_INDIRECT, 0);
	offer(0);
	expect_refused("not negotiated");
}

static void chain_through_indirect(unsigned entries)
{
	struct vq_desc *table;

	setup();
	table = vmem_at(&mem, DATA + 8, 16 * entries); /* a table need not be aligned */
	for (unsigned i = 0; i < entries; i++) {
		struct vq_desc entry = {.addr = DATA,
			.len = 4,
			.flags = (uint16_t)(i + 1 < entries ? VQ_DESC_F_NEXT : 0),
			.next = (uint16_t)(i + 1)};

		memcpy((uint8_t *)table + 16 * i, &entry, 16);
	}
	desc_set(0, DATA + 8, 16 * entries, VQ_DESC_F_INDIRECT | VQ_DESC_F_WRITE, 0);
	offer(0);
}

static void indirect_chain_may_be_longer_than_the_queue(void)
{
	chain_through_indirect(VQ_SEGS_MAX);
	EXPECT_EQ(vq_pop(&dev, &chain), 1);
	EXPECT_EQ(chain.read_count, VQ_SEGS_MAX);
	EXPECT_EQ(chain.read_bytes, 4 * VQ_SEGS_MAX);
}

static void too_many_segments_are_refused(void)
{
	chain_through_indirect(VQ_SEGS_MAX + 1);
	expect_refused("segments in a chain");
}

static void indirect_may_end_a_direct_chain(void) /* 2.7.5.3.2 */
{
	struct vq_desc *table;

	setup();
	table = vmem_at(&mem, DATA, 16);
	table[0] = (struct vq_desc){.addr = DATA, .len = 4, .flags = VQ_DESC_F_WRITE};
	desc_set(0, DATA, 8, VQ_DESC_F_NEXT, 1);
	desc_set(1, DATA, 16, VQ_DESC_F_INDIRECT, 0);
	offer(0);
	EXPECT_EQ(vq_pop(&dev, &chain), 1);
	EXPECT_EQ(chain.read_bytes, 8);
	EXPECT_EQ(chain.write_bytes, 4);
}

static int attach(uint32_t size, uint64_t desc, uint64_t driver, uint64_t device)
{
	return vq_attach(&dev, &mem, (uint16_t)size, desc, driver, device, 0);
}

static void bad_rings_are_not_attached(void)
{
	setup();
	EXPECT_EQ(attach(0, RING, RING + 0x1000, RING + 0x2000), -EINVAL);
	EXPECT_EQ(attach(12, RING, RING + 0x1000, RING + 0x2000), -EINVAL);
	EXPECT_EQ(attach(2048, RING, RING + 0x10000, RING + 0x20000), -EINVAL);
	EXPECT_EQ(attach(16, RING + 8, RING + 0x1000, RING + 0x2000), -EINVAL);
	EXPECT_EQ(attach(16, RING, RING + 0x1001, RING + 0x2000), -EINVAL);
	EXPECT_EQ(attach(16, RING, RING + 0x1000, RING + 0x2002), -EINVAL);
	EXPECT_EQ(attach(16, BANK_END - 240, RING + 0x1000, RING + 0x2000), -EINVAL);
	EXPECT_EQ(attach(16, RING, BANK_END - 36, RING + 0x2000), -EINVAL);
	EXPECT_EQ(attach(16, RING, RING + 0x1000, BANK_END - 132), -EINVAL);
	EXPECT_EQ(attach(16, 0, 0, 0), -EINVAL);
	EXPECT_EQ(dev.ready, 0);
	EXPECT_EQ(attach(16, BANK_END - 256, RING + 0x1000, RING + 0x2000), 0);
}

static void hostile_used_idx_on_resume_is_safe(void)
{
	setup();
	add(1, 0, 4);
	vq_publish(&drv);
	drv.used->idx = 2; /* ahead of avail: 65535 open */
	EXPECT_EQ(resume(), -EPROTO);
	EXPECT_EQ(dev.ready, 0);
	drv.used->idx = (uint16_t)(1 - SIZE - 1);
	EXPECT_EQ(resume(), -EPROTO);
	drv.used->idx =
		(uint16_t)(1 -
			   SIZE); /* plausible: stale requests are seen again, all inside the bank or refused */
	EXPECT_EQ(resume(), 0);
	EXPECT_EQ(vq_pending(&dev), SIZE);
	while (vq_pop(&dev, &chain) == 1)
		vq_push(&dev, chain.head, 0);
}

static void lying_device_is_found_out(void)
{
	uint32_t bytes;

	setup();
	add(1, 1, 4);
	vq_publish(&drv);
	drv.used->idx = 2;
	EXPECT_EQ(vq_get(&drv, &bytes), -EPROTO);
	EXPECT_CONTAINS(drv.error, "used idx");
	drv.used->idx = 1;
	drv.used->ring[0] = (struct vq_used_elem){.id = SIZE, .len = 0};
	EXPECT_EQ(vq_get(&drv, &bytes), -EPROTO);
	drv.used->ring[0] = (struct vq_used_elem){.id = 1, .len = 0};
	EXPECT_EQ(vq_get(&drv, &bytes), -EPROTO);
	drv.used->ring[0] = (struct vq_used_elem){.id = 0, .len = 5};
	EXPECT_EQ(vq_get(&drv, &bytes), -EPROTO);
	EXPECT_CONTAINS(drv.error, "bytes written");
}

static void device_cannot_steer_the_drivers_free_list(void)
{
	uint32_t bytes;

	setup();
	add(2, 1, 4);
	vq_publish(&drv);
	for (unsigned i = 0; i < SIZE; i++)
		drv.desc[i].next = 0xffff;
	vq_pop(&dev, &chain);
	drv.used->ring[0] = (struct vq_used_elem){.id = 0, .len = 0};
	drv.used->idx = 1;
	EXPECT_EQ(vq_get(&drv, &bytes), 0);
	EXPECT_EQ(drv.free_count, SIZE);
	EXPECT_EQ(add(SIZE / 2, SIZE / 2, 4), 0);
	for (unsigned i = 0; i + 1 < SIZE; i++)
		EXPECT_EQ(drv.desc[i].next < SIZE, 1);
}

static const struct unit_test tests[] = {
	{"a chain loop is refused (CVE-2022-2132)", chain_loop_is_refused},
	{"a chain loop in an indirect table is refused", chain_loop_in_indirect_table_is_refused},
	{"a head out of range is refused", head_out_of_range_is_refused},
	{"a next out of range is refused", next_out_of_range_is_refused},
	{"a segment across the bank's end is refused", segment_across_the_banks_end_is_refused},
	{"an avail idx jump is refused", avail_idx_jump_is_refused},
	{"more in flight than the queue holds is refused (CVE-2016-5403)",
		more_in_flight_than_the_queue_holds_is_refused},
	{"a descriptor is read once (XSA-155)", descriptor_is_read_once},
	{"an empty segment is refused", empty_segment_is_refused},
	{"readable after writable is refused", readable_after_writable_is_refused},
	{"a chain's bytes do not overflow", chains_bytes_do_not_overflow},
	{"a bad indirect length is refused", bad_indirect_length_is_refused},
	{"an indirect table across the bank's end is refused",
		indirect_table_across_the_banks_end_is_refused},
	{"indirect with NEXT is refused", indirect_with_next_is_refused},
	{"nested indirect is refused", nested_indirect_is_refused},
	{"an indirect next outside its table is refused", indirect_next_outside_its_table_is_refused},
	{"indirect that was not negotiated is refused", indirect_not_negotiated_is_refused},
	{"an indirect chain may be longer than the queue", indirect_chain_may_be_longer_than_the_queue},
	{"too many segments are refused", too_many_segments_are_refused},
	{"an indirect table may end a direct chain", indirect_may_end_a_direct_chain},
	{"bad rings are not attached", bad_rings_are_not_attached},
	{"a hostile used idx on resume is safe", hostile_used_idx_on_resume_is_safe},
	{"a lying device is found out", lying_device_is_found_out},
	{"a device cannot steer the driver's free list", device_cannot_steer_the_drivers_free_list},
};

UNIT_MAIN("virtqueue-hostile", tests)
