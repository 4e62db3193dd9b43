/* What a well-behaved driver asks, and what it is promised (VIRTIO 1.3 5.7). */
#include <string.h>
#include "tests/unit/fb/suites.h"

#define OK   VIRTIO_GPU_RESP_OK_NODATA
#define XRGB VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM

static void display_info_names_the_one_screen(void)
{
	struct virtio_gpu_ctrl_hdr cmd = {.type = VIRTIO_GPU_CMD_GET_DISPLAY_INFO};
	struct virtio_gpu_resp_display_info info;

	rig_start();
	EXPECT_EQ(rig_send(&rig.control, &cmd, sizeof(cmd), NULL, 0, &info, sizeof(info)),
		VIRTIO_GPU_RESP_OK_DISPLAY_INFO);
	EXPECT_EQ(info.pmodes[0].enabled, 1);
	EXPECT_EQ(info.pmodes[0].r.width, RIG_WIDTH);
	EXPECT_EQ(info.pmodes[0].r.height, RIG_HEIGHT);
	for (unsigned i = 1; i < VIRTIO_GPU_MAX_SCANOUTS; i++)
		EXPECT_EQ(info.pmodes[i].enabled, 0);
}

static void edid_comes_back_whole(void)
{
	struct virtio_gpu_get_edid cmd = {{.type = VIRTIO_GPU_CMD_GET_EDID}, 0, 0};
	struct virtio_gpu_resp_edid answer;

	rig_start();
	EXPECT_EQ(rig_send(&rig.control, &cmd, sizeof(cmd), NULL, 0, &answer, sizeof(answer)),
		VIRTIO_GPU_RESP_OK_EDID);
	EXPECT_EQ(answer.size, FB_EDID_BYTES);
	EXPECT_EQ(memcmp(answer.edid, rig.fb.edid, FB_EDID_BYTES), 0);
	EXPECT_EQ(answer.edid[FB_EDID_BYTES], 0);
	cmd.scanout = 1;
	EXPECT_EQ(rig_send(&rig.control, &cmd, sizeof(cmd), NULL, 0, &answer, sizeof(answer)),
		VIRTIO_GPU_RESP_ERR_INVALID_SCANOUT_ID);
}

static void a_picture_reaches_the_scanout(void)
{
	struct fb_view view;

	rig_start();
	rig_picture(1, XRGB, RIG_WIDTH, RIG_HEIGHT, RIG_POOL_ADDR);
	CU_ASSERT_FALSE(fb_scanout(&rig.fb, &view));
	EXPECT_EQ(rig_scanout(1, 0, 0, RIG_WIDTH, RIG_HEIGHT), OK);
	EXPECT_EQ(rig_transfer(1, 0, 0, 0, RIG_WIDTH, RIG_HEIGHT), OK);
	EXPECT_EQ(rig_flush(1, 10, 20, 30, 40), OK);
	EXPECT_EQ(rig.flush_count, 1);
	EXPECT_EQ(rig.flushed.x, 10);
	EXPECT_EQ(rig.flushed.h, 40);
	CU_ASSERT_TRUE_FATAL(fb_scanout(&rig.fb, &view));
	EXPECT_EQ(view.part.w, RIG_WIDTH);
	EXPECT_EQ(view.resource->id, 1);
}

static void resource_0_switches_the_scanout_off(void)
{
	struct fb_view view;

	rig_start();
	rig_picture(1, XRGB, 64, 64, RIG_POOL_ADDR);
	EXPECT_EQ(rig_scanout(1, 0, 0, 64, 64), OK);
	CU_ASSERT_TRUE(fb_scanout(&rig.fb, &view));
	EXPECT_EQ(rig_scanout(0, 0, 0, 0, 0), OK);
	CU_ASSERT_FALSE(fb_scanout(&rig.fb, &view));
}

static void flush_is_told_in_scanout_coordinates(void)
{
	rig_start();
	rig_picture(1, XRGB, 200, 100, RIG_POOL_ADDR);
	EXPECT_EQ(rig_scanout(1, 50, 10, 100, 50), OK);
	EXPECT_EQ(rig_flush(1, 0, 0, 200, 100), OK);
	EXPECT_EQ(rig.flushed.x, 0);
	EXPECT_EQ(rig.flushed.w, 100);
	EXPECT_EQ(rig_flush(1, 60, 15, 10, 10), OK);
	EXPECT_EQ(rig.flushed.x, 10);
	EXPECT_EQ(rig.flushed.y, 5);
	EXPECT_EQ(rig_flush(1, 0, 0, 50, 100), OK); /* beside what is shown */
	EXPECT_EQ(rig.flush_count, 2);
}

static void flush_of_a_hidden_resource_is_silent(void)
{
	rig_start();
	rig_picture(1, XRGB, 64, 64, RIG_POOL_ADDR);
	EXPECT_EQ(rig_flush(1, 0, 0, 64, 64), OK);
	EXPECT_EQ(rig.flush_count, 0);
}

static void fences_come_back_with_their_context(void)
{
	struct virtio_gpu_ctrl_hdr answer, cmd = {.type = VIRTIO_GPU_CMD_GET_CAPSET,
						   .flags = VIRTIO_GPU_FLAG_FENCE,
						   .fence_id = 0x123456789abcull,
						   .ctx_id = 7};

	rig_start();
	EXPECT_EQ(rig_send(&rig.control, &cmd, sizeof(cmd), NULL, 0, &answer, sizeof(answer)),
		VIRTIO_GPU_RESP_ERR_UNSPEC);
	EXPECT_EQ(answer.flags, VIRTIO_GPU_FLAG_FENCE);
	EXPECT_EQ(answer.fence_id, cmd.fence_id);
	EXPECT_EQ(answer.ctx_id, 7);
	cmd.flags = 0;
	rig_send(&rig.control, &cmd, sizeof(cmd), NULL, 0, &answer, sizeof(answer));
	EXPECT_EQ(answer.flags, 0);
	EXPECT_EQ(answer.fence_id, 0);
}

static void an_unreferenced_resource_leaves_the_scanout(void)
{
	struct fb_view view;

	rig_start();
	rig_picture(5, XRGB, 64, 64, RIG_POOL_ADDR);
	rig_scanout(5, 0, 0, 64, 64);
	EXPECT_EQ(rig_ref(VIRTIO_GPU_CMD_RESOURCE_UNREF, 5), OK);
	CU_ASSERT_FALSE(fb_scanout(&rig.fb, &view));
	EXPECT_EQ(rig_create(5, XRGB, 64, 64), OK);
}

static void a_detached_resource_shows_nothing_until_attached(void)
{
	struct virtio_gpu_mem_entry entry = {RIG_POOL_ADDR, 64 * 64 * 4, 0};
	struct fb_view view;

	rig_start();
	rig_picture(5, XRGB, 64, 64, RIG_POOL_ADDR);
	rig_scanout(5, 0, 0, 64, 64);
	EXPECT_EQ(rig_ref(VIRTIO_GPU_CMD_RESOURCE_DETACH_BACKING, 5), OK);
	CU_ASSERT_FALSE(fb_scanout(&rig.fb, &view));
	EXPECT_EQ(rig_attach(5, &entry, 1), OK);
	CU_ASSERT_TRUE(fb_scanout(&rig.fb, &view));
}

static void the_cursor_is_placed_by_its_hot_spot(void)
{
	struct fb_view view;
	int32_t x, y;

	rig_start();
	rig_picture(9, VIRTIO_GPU_FORMAT_B8G8R8A8_UNORM, 64, 64, RIG_POOL_ADDR);
	EXPECT_EQ(rig_cursor(VIRTIO_GPU_CMD_UPDATE_CURSOR, 9, 100, 50, 3, 4), OK);
	CU_ASSERT_TRUE_FATAL(fb_cursor(&rig.fb, &view, &x, &y));
	EXPECT_EQ(x, 97);
	EXPECT_EQ(y, 46);
	EXPECT_EQ(rig_cursor(VIRTIO_GPU_CMD_MOVE_CURSOR, 0, (uint32_t)-5, 0, 0, 0), OK);
	CU_ASSERT_TRUE(fb_cursor(&rig.fb, &view, &x, &y));
	EXPECT_EQ(x, -8);
	EXPECT_EQ(rig_cursor(VIRTIO_GPU_CMD_UPDATE_CURSOR, 0, 0, 0, 0, 0), OK);
	CU_ASSERT_FALSE(fb_cursor(&rig.fb, &view, &x, &y));
}

static void cursor_commands_need_no_room_for_an_answer(void)
{
	struct virtio_gpu_update_cursor cmd = {{.type = VIRTIO_GPU_CMD_MOVE_CURSOR}, 0, 1, 2, 0, 0, 0, 0, 0};

	rig_start();
	rig_send(&rig.cursor, &cmd, sizeof(cmd), NULL, 0, NULL, 0);
	CU_ASSERT_FALSE(rig.fb.vdev.broken);
	EXPECT_EQ(rig.fb.state->cursor.x, 1);
}

static void a_new_mode_is_announced(void)
{
	const struct fb_mode mode = {320, 240, 50, 0, 0};
	struct virtio_gpu_config config;

	rig_start();
	loopback_take_interrupt(&rig.loopback);
	EXPECT_EQ(fb_set_mode(&rig.fb, &mode), 0);
	EXPECT_EQ(loopback_take_interrupt(&rig.loopback), 2);
	loopback_config_read(&rig.loopback, 0, &config, sizeof(config));
	EXPECT_EQ(config.events_read, VIRTIO_GPU_EVENT_DISPLAY);
	EXPECT_EQ(config.num_scanouts, 1);
	loopback_write(&rig.loopback, 0x100 + offsetof(struct virtio_gpu_config, events_clear),
		VIRTIO_GPU_EVENT_DISPLAY, 4);
	loopback_config_read(&rig.loopback, 0, &config, sizeof(config));
	EXPECT_EQ(config.events_read, 0);
}

static void a_reset_forgets_everything(void)
{
	struct fb_view view;

	rig_start();
	rig_picture(1, XRGB, 64, 64, RIG_POOL_ADDR);
	rig_scanout(1, 0, 0, 64, 64);
	loopback_reset(&rig.loopback);
	CU_ASSERT_FALSE(fb_scanout(&rig.fb, &view));
	rig_driver(rig.loopback.offered);
	EXPECT_EQ(rig_create(1, XRGB, 64, 64), OK);
}

static void more_commands_than_one_round_are_all_served(void)
{
	struct virtio_gpu_ctrl_hdr cmd = {.type = VIRTIO_GPU_CMD_GET_CAPSET};
	uint32_t bytes;
	unsigned done = 0;

	rig_start();
	for (unsigned i = 0; i < 20; i++)
		rig_queue(&cmd, sizeof(cmd));
	loopback_run(&rig.loopback, 100);
	while (vq_get(&rig.control, &bytes) >= 0)
		done++;
	EXPECT_EQ(done, 20);
}

CU_TestInfo protocol_tests[] = {
	{"display info names the one screen", display_info_names_the_one_screen},
	{"EDID comes back whole", edid_comes_back_whole},
	{"a picture reaches the scanout", a_picture_reaches_the_scanout},
	{"resource 0 switches the scanout off", resource_0_switches_the_scanout_off},
	{"flush is told in scanout coordinates", flush_is_told_in_scanout_coordinates},
	{"flush of a hidden resource is silent", flush_of_a_hidden_resource_is_silent},
	{"fences come back with their context", fences_come_back_with_their_context},
	{"an unreferenced resource leaves the scanout", an_unreferenced_resource_leaves_the_scanout},
	{"a detached resource shows nothing until attached",
		a_detached_resource_shows_nothing_until_attached},
	{"the cursor is placed by its hot spot", the_cursor_is_placed_by_its_hot_spot},
	{"cursor commands need no room for an answer", cursor_commands_need_no_room_for_an_answer},
	{"a new mode is announced", a_new_mode_is_announced},
	{"a reset forgets everything", a_reset_forgets_everything},
	{"more commands than one round are all served", more_commands_than_one_round_are_all_served},
	CU_TEST_INFO_NULL,
};
