/* The backend's process ends and another takes over: the driver notices nothing. */
#include <string.h>
#include "tests/unit/fb/suites.h"

#define OK   VIRTIO_GPU_RESP_OK_NODATA
#define XRGB VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM

static void the_picture_outlives_the_process(void)
{
	struct fb_view view;
	int32_t x, y;

	rig_start();
	rig_picture(1, XRGB, 100, 80, RIG_POOL_ADDR);
	rig_picture(2, VIRTIO_GPU_FORMAT_B8G8R8A8_UNORM, 64, 64, RIG_POOL_ADDR + 0x10000);
	rig_scanout(1, 4, 8, 64, 32);
	rig_cursor(VIRTIO_GPU_CMD_UPDATE_CURSOR, 2, 30, 40, 1, 2);
	rig_restart_backend();
	CU_ASSERT_TRUE_FATAL(fb_scanout(&rig.fb, &view));
	EXPECT_EQ(view.resource->id, 1);
	EXPECT_EQ(view.part.x, 4);
	EXPECT_EQ(view.part.h, 32);
	CU_ASSERT_TRUE_FATAL(fb_cursor(&rig.fb, &view, &x, &y));
	EXPECT_EQ(x, 29);
	EXPECT_EQ(rig_flush(1, 0, 0, 100, 80), OK);
	EXPECT_EQ(rig_create(1, XRGB, 8, 8), VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID);
	EXPECT_EQ(rig_create(3, XRGB, 8, 8), OK);
}

static void commands_sent_while_it_was_away_are_served(void)
{
	struct virtio_gpu_resource_create_2d cmd = {
		{.type = VIRTIO_GPU_CMD_RESOURCE_CREATE_2D}, 7, XRGB, 8, 8};
	uint32_t bytes = 0;

	rig_start();
	rig_backend_down();
	rig_queue(&cmd, sizeof(cmd));
	rig_backend_up();
	loopback_run(&rig.loopback, 10);
	CU_ASSERT(vq_get(&rig.control, &bytes) >= 0);
	EXPECT_EQ(bytes, 24);
	EXPECT_EQ(rig.fb.state->resource[0].id, 7);
	CU_ASSERT(loopback_take_interrupt(&rig.loopback) != 0);
}

/* Executes a command as a process does that dies before it returns the chain. */
static void execute_and_die(void)
{
	struct vq *vq = &rig.fb.vdev.queue[VIRTIO_GPU_CONTROLQ];
	struct vq stopped;
	uint16_t used = vq->used->idx;

	loopback_run(&rig.loopback, 1);
	stopped = *vq;
	stopped.used->idx = used; /* the push that never happened */
	rig_backend_down();
}

static uint32_t answer_after_restart(const void *cmd, uint32_t bytes)
{
	uint32_t written = 0, type;

	rig_queue(cmd, bytes);
	execute_and_die();
	rig_backend_up();
	memset(vmem_at(&rig.memory, RIG_GUEST_BASE + 0x80000, 4), 0, 4);
	loopback_run(&rig.loopback, 10);
	CU_ASSERT(vq_get(&rig.control, &written) >= 0);
	EXPECT_EQ(written, 24);
	memcpy(&type, vmem_at(&rig.memory, RIG_GUEST_BASE + 0x80000, 4), 4);
	return type;
}

static void a_command_done_but_not_answered_is_answered_well(void)
{
	struct virtio_gpu_resource_create_2d create = {
		{.type = VIRTIO_GPU_CMD_RESOURCE_CREATE_2D}, 7, XRGB, 8, 8};
	struct virtio_gpu_resource_ref unref = {{.type = VIRTIO_GPU_CMD_RESOURCE_UNREF}, 7, 0};

	rig_start();
	EXPECT_EQ(answer_after_restart(&create, sizeof(create)), OK);
	EXPECT_EQ(answer_after_restart(&unref, sizeof(unref)), OK);
	/* That mercy is for the interrupted command alone. */
	EXPECT_EQ(rig_ref(VIRTIO_GPU_CMD_RESOURCE_UNREF, 7), VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID);
}

static void a_reset_while_it_was_away_leaves_nothing(void)
{
	struct fb_view view;

	rig_start();
	rig_picture(1, XRGB, 8, 8, RIG_POOL_ADDR);
	rig_scanout(1, 0, 0, 8, 8);
	rig_backend_down();
	loopback_reset(&rig.loopback);
	rig_driver(rig.loopback.offered);
	rig_backend_up();
	CU_ASSERT_FALSE(fb_scanout(&rig.fb, &view));
	EXPECT_EQ(rig_create(1, XRGB, 8, 8), OK);
}

static void a_state_page_of_another_version_is_not_believed(void)
{
	struct fb_view view;

	rig_start();
	rig_picture(1, XRGB, 8, 8, RIG_POOL_ADDR);
	rig_scanout(1, 0, 0, 8, 8);
	rig.fb.state->version++;
	rig_restart_backend();
	CU_ASSERT_FALSE(fb_scanout(&rig.fb, &view));
}

static void a_state_page_with_nonsense_is_not_believed(void)
{
	for (unsigned i = 0; i < 8; i++) {
		struct fb_resource *r;
		struct fb_view view;

		rig_start();
		rig_picture(1, XRGB, 8, 8, RIG_POOL_ADDR);
		rig_scanout(1, 0, 0, 8, 8);
		r = &rig.fb.state->resource[0];
		switch (i) {
		case 0: r->width = 0; break;
		case 1: r->width = FB_DIM_MAX + 1; break;
		case 2: r->height = 0; break;
		case 3: r->height = UINT32_MAX; break;
		case 4: r->base = 2; break;
		case 5: r->entry_count = FB_ENTRY_MAX + 1; break;
		case 6: r->entry[0].bytes = 0; break;
		default: r->entry[0].addr++; break;
		}
		rig_restart_backend();
		CU_ASSERT_FALSE(fb_scanout(&rig.fb, &view));
		EXPECT_EQ(rig.fb.state->resource[0].id, 0);
	}
}

static void a_small_state_page_is_refused(void)
{
	static struct fb other;
	static uint64_t page[512];
	const struct fb_mode mode = {480, 800, 60, 0, 0};

	CU_ASSERT(fb_init(&other, "x", &mode, page, sizeof(page), &rig_events, NULL) < 0);
}

CU_TestInfo resume_tests[] = {
	{"the picture outlives the process", the_picture_outlives_the_process},
	{"commands sent while it was away are served", commands_sent_while_it_was_away_are_served},
	{"a command done but not answered is answered well",
		a_command_done_but_not_answered_is_answered_well},
	{"a reset while it was away leaves nothing", a_reset_while_it_was_away_leaves_nothing},
	{"a state page of another version is not believed", a_state_page_of_another_version_is_not_believed},
	{"a state page with nonsense is not believed", a_state_page_with_nonsense_is_not_believed},
	{"a small state page is refused", a_small_state_page_is_refused},
	CU_TEST_INFO_NULL,
};
