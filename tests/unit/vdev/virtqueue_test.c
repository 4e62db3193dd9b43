/* Both sides of the virtqueue against each other. */
#include "tests/unit/vdev/rings.h"

static void request_travels_there_and_back(void)
{
	uint32_t bytes = 0;
	char got[8] = "";
	int id;

	setup();
	memcpy(vmem_at(&mem, DATA, 8), "question", 8);
	id = add(1, 1, 8);
	EXPECT_EQ(vq_publish(&drv), true);
	EXPECT_EQ(vq_pop(&dev, &chain), 1);
	EXPECT_EQ(chain.read_bytes, 8);
	EXPECT_EQ(chain.write_bytes, 8);
	EXPECT_EQ(vq_read(&chain, 0, got, 8), 8);
	EXPECT_EQ(memcmp(got, "question", 8), 0);
	EXPECT_EQ(vq_write(&chain, 0, "answer", 6), 6);
	vq_push(&dev, chain.head, 6);
	EXPECT_EQ(vq_get(&drv, &bytes), id);
	EXPECT_EQ(bytes, 6);
	EXPECT_EQ(memcmp(vmem_at(&mem, DATA + 0x100, 6), "answer", 6), 0);
	EXPECT_EQ(vq_get(&drv, &bytes), -EAGAIN);
}

static void indices_wrap_and_descriptors_come_back(void)
{
	uint32_t bytes;

	setup();
	for (unsigned i = 0; i < 70000; i++) {
		int id = add(1, i % 3, 4);

		vq_publish(&drv);
		if (vq_pop(&dev, &chain) != 1)
			break;
		vq_push(&dev, chain.head, 0);
		if (vq_get(&drv, &bytes) != id)
			break;
	}
	EXPECT_EQ(dev.last_used, 70000 % 65536);
	EXPECT_EQ(drv.free_count, SIZE);
}

static void full_queue_is_refused_not_overwritten(void)
{
	setup();
	for (unsigned i = 0; i < SIZE / 2; i++)
		EXPECT_EQ(add(1, 1, 4) >= 0, 1);
	EXPECT_EQ(add(1, 0, 4), -ENOSPC);
	EXPECT_EQ(vq_pending(&dev), 0);
	vq_publish(&drv);
	EXPECT_EQ(vq_pending(&dev), SIZE / 2);
}

static void completions_may_come_in_any_order(void)
{
	uint16_t head[4];
	uint32_t bytes;

	setup();
	for (unsigned i = 0; i < 4; i++)
		add(2, 2, 4);
	vq_publish(&drv);
	for (unsigned i = 0; i < 4; i++) {
		EXPECT_EQ(vq_pop(&dev, &chain), 1);
		head[i] = chain.head;
	}
	for (unsigned i = 4; i-- > 0;) {
		vq_push(&dev, head[i], 8);
		EXPECT_EQ(vq_get(&drv, &bytes), head[i]);
	}
	EXPECT_EQ(drv.free_count, SIZE);
	for (unsigned i = 0; i < 4; i++)
		EXPECT_EQ(add(2, 2, 4) >= 0, 1);
}

static void event_index_asks_for_one_signal_a_drain(void)
{
	setup();
	EXPECT_EQ(vq_wait_prepare(&dev), false);
	add(1, 0, 4);
	EXPECT_EQ(vq_publish(&drv), true);
	vq_poll_mode(&dev);
	add(1, 0, 4);
	EXPECT_EQ(vq_publish(&drv), false);
	EXPECT_EQ(vq_pop(&dev, &chain), 1);
	EXPECT_EQ(vq_wait_prepare(&dev), true);
	EXPECT_EQ(vq_pop(&dev, &chain), 1);
	EXPECT_EQ(vq_wait_prepare(&dev), false);
	add(1, 0, 4);
	EXPECT_EQ(vq_publish(&drv), true);
}

static void event_index_suppresses_interrupts(void)
{
	uint32_t bytes;

	setup();
	for (unsigned i = 0; i < 4; i++)
		add(1, 0, 4);
	vq_publish(&drv);
	EXPECT_EQ(vq_driver_wait_prepare(&drv), false);
	EXPECT_EQ(vq_pop(&dev, &chain), 1);
	vq_push(&dev, chain.head, 0);
	EXPECT_EQ(vq_should_notify(&dev), true);
	EXPECT_EQ(vq_pop(&dev, &chain), 1);
	vq_push(&dev, chain.head, 0);
	EXPECT_EQ(vq_should_notify(&dev), false);
	EXPECT_EQ(vq_get(&drv, &bytes) >= 0, 1);
	EXPECT_EQ(vq_driver_wait_prepare(&drv), true);
	EXPECT_EQ(vq_get(&drv, &bytes) >= 0, 1);
	EXPECT_EQ(vq_driver_wait_prepare(&drv), false);
	EXPECT_EQ(vq_pop(&dev, &chain), 1);
	vq_push(&dev, chain.head, 0);
	EXPECT_EQ(vq_should_notify(&dev), true);
}

static void without_event_index_flags_decide(void)
{
	setup_features(SIZE, 0);
	vq_poll_mode(&dev);
	add(1, 0, 4);
	EXPECT_EQ(vq_publish(&drv), false);
	EXPECT_EQ(vq_wait_prepare(&dev), true);
	add(1, 0, 4);
	EXPECT_EQ(vq_publish(&drv), true);
	vq_pop(&dev, &chain);
	vq_push(&dev, chain.head, 0);
	EXPECT_EQ(vq_should_notify(&dev), true);
	drv.avail->flags = VQ_AVAIL_F_NO_INTERRUPT;
	EXPECT_EQ(vq_should_notify(&dev), false);
}

static void copies_cross_segments_and_stop_at_the_end(void)
{
	char got[12];

	setup();
	memset(vmem_at(&mem, DATA, 0x100), 'a', 4);
	memset(vmem_at(&mem, DATA + 0x100, 4), 'b', 4);
	add(2, 1, 4);
	vq_publish(&drv);
	EXPECT_EQ(vq_pop(&dev, &chain), 1);
	EXPECT_EQ(vq_read(&chain, 2, got, 12), 6);
	EXPECT_EQ(memcmp(got, "aabbbb", 6), 0);
	EXPECT_EQ(vq_read(&chain, 8, got, 1), 0);
	EXPECT_EQ(vq_read(&chain, UINT32_MAX, got, 12), 0);
	EXPECT_EQ(vq_write(&chain, 3, "xyz", 3), 1);
}

static void restarted_backend_answers_each_request_once(void)
{
	unsigned answers[SIZE] = {0};
	uint32_t bytes;
	int id;

	setup();
	for (unsigned i = 0; i < 6; i++)
		add(1, 1, 4);
	vq_publish(&drv);
	for (unsigned i = 0; i < 4; i++) { /* four taken, two answered, then the process ends */
		EXPECT_EQ(vq_pop(&dev, &chain), 1);
		if (i < 2)
			vq_push(&dev, chain.head, 4);
	}
	EXPECT_EQ(resume(), 0);
	while (vq_pop(&dev, &chain) == 1)
		vq_push(&dev, chain.head, 4);
	EXPECT_EQ(vq_should_notify(&dev), true);
	while ((id = vq_get(&drv, &bytes)) >= 0)
		answers[id]++;
	EXPECT_EQ(id, -EAGAIN);
	for (unsigned i = 0; i < 12; i += 2)
		EXPECT_EQ(answers[i], 1);
}

static void what_is_staged_shows_all_together(void)
{
	uint32_t bytes;

	setup();
	for (unsigned i = 0; i < 3; i++)
		add(1, 0, 4);
	vq_publish(&drv);
	for (unsigned i = 0; i < 3; i++) {
		EXPECT_EQ(vq_pop(&dev, &chain), 1);
		vq_stage(&dev, chain.head, 0);
	}
	EXPECT_EQ(vq_get(&drv, &bytes), -EAGAIN);
	vq_commit(&dev);
	for (unsigned i = 0; i < 3; i++)
		EXPECT_EQ(vq_get(&drv, &bytes) >= 0, true);
	EXPECT_EQ(vq_get(&drv, &bytes), -EAGAIN);
}

static void driver_refuses_what_it_cannot_ask(void)
{
	struct vq_buf outside = {.addr = BANK_END - 1, .bytes = 2}, empty = {.addr = DATA, .bytes = 0};

	setup();
	EXPECT_EQ(vq_add(&drv, &outside, 1, 0), -EINVAL);
	EXPECT_EQ(vq_add(&drv, &empty, 0, 1), -EINVAL);
	EXPECT_EQ(vq_add(&drv, &empty, 0, 0), -EINVAL);
	EXPECT_EQ(vq_driver_init(&drv, &mem, 512, RING, 0), -EINVAL);
	EXPECT_EQ(vq_driver_init(&drv, &mem, 256, BANK_END - 64, 0), -EINVAL);
}

static const struct unit_test tests[] = {
	{"a request travels there and back", request_travels_there_and_back},
	{"indices wrap and descriptors come back", indices_wrap_and_descriptors_come_back},
	{"a full queue is refused, not overwritten", full_queue_is_refused_not_overwritten},
	{"completions may come in any order", completions_may_come_in_any_order},
	{"event index asks for one signal a drain", event_index_asks_for_one_signal_a_drain},
	{"event index suppresses interrupts", event_index_suppresses_interrupts},
	{"without event index the flags decide", without_event_index_flags_decide},
	{"copies cross segments and stop at the end", copies_cross_segments_and_stop_at_the_end},
	{"a restarted backend answers each request once", restarted_backend_answers_each_request_once},
	{"what is staged shows all together", what_is_staged_shows_all_together},
	{"a driver refuses what it cannot ask", driver_refuses_what_it_cannot_ask},
};

UNIT_MAIN("virtqueue", tests)
