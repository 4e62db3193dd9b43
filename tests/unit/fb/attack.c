/* What a hostile driver tries: one test for each class of attack that other devices fell to (docs/screen.md). */
#include <string.h>
#include "tests/unit/fb/suites.h"

#define OK	    VIRTIO_GPU_RESP_OK_NODATA
#define XRGB	    VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM
#define BAD_PARAM   VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER
#define BAD_ID	    VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID
#define BAD_SCANOUT VIRTIO_GPU_RESP_ERR_INVALID_SCANOUT_ID
#define NO_MEMORY   VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY
#define UNSPEC	    VIRTIO_GPU_RESP_ERR_UNSPEC

/* Size overflow in resource arithmetic (CVE-2026-3886). */
static void sizes_that_overflow_are_refused(void)
{
	rig_start();
	EXPECT_EQ(rig_create(1, XRGB, 0x40000000, 4), BAD_PARAM);
	EXPECT_EQ(rig_create(1, XRGB, 0xffffffff, 0xffffffff), BAD_PARAM);
	EXPECT_EQ(rig_create(1, XRGB, FB_DIM_MAX + 1, 1), BAD_PARAM);
	EXPECT_EQ(rig_create(1, XRGB, 0, 10), BAD_PARAM);
	EXPECT_EQ(rig_create(1, XRGB, FB_DIM_MAX, FB_DIM_MAX), OK);
}

static void unknown_formats_are_refused(void)
{
	rig_start();
	EXPECT_EQ(rig_create(1, 0, 10, 10), BAD_PARAM);
	EXPECT_EQ(rig_create(1, 3, 10, 10), BAD_PARAM);
	EXPECT_EQ(rig_create(1, 0xffffffff, 10, 10), BAD_PARAM);
}

static void ids_in_use_and_id_0_are_refused(void)
{
	rig_start();
	EXPECT_EQ(rig_create(0, XRGB, 10, 10), BAD_ID);
	EXPECT_EQ(rig_create(1, XRGB, 10, 10), OK);
	EXPECT_EQ(rig_create(1, XRGB, 10, 10), BAD_ID);
	EXPECT_EQ(rig_ref(VIRTIO_GPU_CMD_RESOURCE_UNREF, 0), BAD_ID);
}

/* Index out of range for scanout (CVE-2016-10029's class). */
static void scanout_numbers_are_bounded(void)
{
	struct virtio_gpu_set_scanout cmd = {{.type = VIRTIO_GPU_CMD_SET_SCANOUT}, {0, 0, 10, 10}, 1, 1};
	struct virtio_gpu_update_cursor cursor = {
		{.type = VIRTIO_GPU_CMD_UPDATE_CURSOR}, 0xffffffff, 0, 0, 0, 0, 0, 0, 0};

	rig_start();
	rig_picture(1, XRGB, 10, 10, RIG_POOL_ADDR);
	EXPECT_EQ(rig_command(&cmd, sizeof(cmd)), BAD_SCANOUT);
	cmd.scanout_id = 0xffffffff;
	EXPECT_EQ(rig_command(&cmd, sizeof(cmd)), BAD_SCANOUT);
	EXPECT_EQ(rig_send(&rig.cursor, &cursor, sizeof(cursor), NULL, 0, NULL, 24), BAD_SCANOUT);
}

static void rectangles_outside_their_resource_are_refused(void)
{
	static const struct virtio_gpu_rect bad[] = {
		{0, 0, 65, 64},
		{0, 0, 64, 65},
		{64, 0, 1, 1},
		{0, 64, 1, 1},
		{1, 0, 64, 64},
		{0xffffffff, 0, 2, 2},
		{2, 0, 0xffffffff, 1},
		{0, 0xfffffff0, 16, 0x20},
		{0, 0, 0, 1},
		{0, 0, 1, 0},
	};

	rig_start();
	rig_picture(1, XRGB, 64, 64, RIG_POOL_ADDR);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct virtio_gpu_rect *r = &bad[i];

		EXPECT_EQ(rig_scanout(1, r->x, r->y, r->width, r->height), BAD_PARAM);
		EXPECT_EQ(rig_flush(1, r->x, r->y, r->width, r->height), BAD_PARAM);
		EXPECT_EQ(rig_transfer(1, 0, r->x, r->y, r->width, r->height), BAD_PARAM);
	}
}

static void transfers_outside_the_backing_are_refused(void)
{
	rig_start();
	rig_picture(1, XRGB, 64, 64, RIG_POOL_ADDR);
	EXPECT_EQ(rig_transfer(1, 0, 0, 0, 64, 64), OK);
	EXPECT_EQ(rig_transfer(1, 4, 0, 0, 64, 64), BAD_PARAM);
	EXPECT_EQ(rig_transfer(1, UINT64_MAX - 3, 0, 0, 64, 64), BAD_PARAM);
	EXPECT_EQ(rig_transfer(1, UINT64_MAX - 16383, 0, 0, 64, 64), BAD_PARAM);
	EXPECT_EQ(rig_transfer(1, 2, 0, 0, 1, 1), BAD_PARAM); /* half a pixel */
	EXPECT_EQ(rig_transfer(1, 0, 0, 1, 1, 1), BAD_PARAM); /* pixel (0, 0) would lie before the backing */
	EXPECT_EQ(rig_transfer(2, 0, 0, 0, 1, 1), BAD_ID);
	EXPECT_EQ(rig_create(3, XRGB, 8, 8), OK);
	EXPECT_EQ(rig_transfer(3, 0, 0, 0, 1, 1), UNSPEC); /* no backing */
}

/* Translation across a region's end, and addresses of other memory. */
static void backing_outside_the_bank_is_refused(void)
{
	const uint64_t end = RIG_GUEST_BASE + RIG_BANK_BYTES;
	const struct virtio_gpu_mem_entry bad[] = {
		{RIG_GUEST_BASE - 4096, 4096, 0},
		{RIG_GUEST_BASE - 4, 8, 0},
		{end, 4, 0},
		{end - 4, 8, 0},
		{RIG_GUEST_BASE, RIG_BANK_BYTES + 4, 0},
		{UINT64_MAX - 3, 8, 0},
		{0, 4096, 0},
		{RIG_POOL_ADDR, 0, 0},
		{RIG_POOL_ADDR + 1, 4, 0},
		{RIG_POOL_ADDR, 0xffffffff, 0},
	};
	struct virtio_gpu_mem_entry two[2] = {{RIG_POOL_ADDR, 4096, 0}, {end, 4096, 0}};

	rig_start();
	EXPECT_EQ(rig_create(1, XRGB, 64, 64), OK);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		EXPECT_EQ(rig_attach(1, &bad[i], 1), BAD_PARAM);
	EXPECT_EQ(rig_attach(1, two, 2), BAD_PARAM);
	EXPECT_EQ(rig.fb.state->resource[0].entry_count, 0);
	two[1].addr = end - 4096;
	EXPECT_EQ(rig_attach(1, two, 2), OK);
}

/* Trusting a count that the chain does not hold (CVE-2016-7994's class), and its product with 16. */
static void entry_counts_are_bounded_by_the_chain_and_the_table(void)
{
	static struct virtio_gpu_mem_entry entry[FB_ENTRY_MAX + 1];
	struct virtio_gpu_resource_attach_backing cmd = {
		{.type = VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING}, 1, 3};

	rig_start();
	for (unsigned i = 0; i <= FB_ENTRY_MAX; i++)
		entry[i] = (struct virtio_gpu_mem_entry){RIG_POOL_ADDR + 8ull * i, 4, 0};
	EXPECT_EQ(rig_create(1, XRGB, 64, 64), OK);
	EXPECT_EQ(rig_send(&rig.control, &cmd, sizeof(cmd), entry, 32, NULL, 24), BAD_PARAM);
	cmd.nr_entries = 0x10000001;
	EXPECT_EQ(rig_send(&rig.control, &cmd, sizeof(cmd), entry, 16, NULL, 24), BAD_PARAM);
	cmd.nr_entries = 0;
	EXPECT_EQ(rig_send(&rig.control, &cmd, sizeof(cmd), entry, 16, NULL, 24), BAD_PARAM);
	EXPECT_EQ(rig_attach(1, entry, FB_ENTRY_MAX + 1), NO_MEMORY);
	EXPECT_EQ(rig_attach(1, entry, FB_ENTRY_MAX), OK);
	EXPECT_EQ(rig_attach(1, entry, 1), UNSPEC); /* attached already: nothing leaks */
	EXPECT_EQ(rig_ref(VIRTIO_GPU_CMD_RESOURCE_DETACH_BACKING, 1), OK);
	EXPECT_EQ(rig_ref(VIRTIO_GPU_CMD_RESOURCE_DETACH_BACKING, 1), UNSPEC);
}

/* Unbounded resources (CVE-2016-5403's class). */
static void the_number_of_resources_is_bounded(void)
{
	rig_start();
	for (uint32_t id = 1; id <= FB_RESOURCE_MAX; id++)
		EXPECT_EQ(rig_create(id, XRGB, 8, 8), OK);
	EXPECT_EQ(rig_create(FB_RESOURCE_MAX + 1, XRGB, 8, 8), NO_MEMORY);
	EXPECT_EQ(rig_ref(VIRTIO_GPU_CMD_RESOURCE_UNREF, 17), OK);
	EXPECT_EQ(rig_create(FB_RESOURCE_MAX + 1, XRGB, 8, 8), OK);
}

/* Trusting a length: requests shorter than they claim to be. */
static void short_requests_are_refused(void)
{
	static const uint32_t type[] = {
		VIRTIO_GPU_CMD_RESOURCE_CREATE_2D,
		VIRTIO_GPU_CMD_RESOURCE_UNREF,
		VIRTIO_GPU_CMD_SET_SCANOUT,
		VIRTIO_GPU_CMD_RESOURCE_FLUSH,
		VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D,
		VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING,
		VIRTIO_GPU_CMD_RESOURCE_DETACH_BACKING,
		VIRTIO_GPU_CMD_GET_EDID,
	};

	rig_start();
	for (unsigned i = 0; i < sizeof(type) / sizeof(type[0]); i++) {
		struct virtio_gpu_ctrl_hdr cmd = {.type = type[i]};

		EXPECT_EQ(rig_command(&cmd, sizeof(cmd)), BAD_PARAM);
	}
	CU_ASSERT_FALSE(rig.fb.vdev.broken);
}

/* Status-only and short buffers (CVE-2024-7730's class). */
static void a_chain_without_room_for_a_header_breaks_its_device_alone(void)
{
	struct virtio_gpu_ctrl_hdr cmd = {.type = VIRTIO_GPU_CMD_GET_DISPLAY_INFO};

	rig_start();
	EXPECT_EQ(rig_send(&rig.control, &cmd, sizeof(cmd), NULL, 0, NULL, 0), 0);
	CU_ASSERT_TRUE(rig.fb.vdev.broken);
	EXPECT_EQ(rig.loopback.status & 0x40, 0x40);
	loopback_reset(&rig.loopback);
	rig_driver(rig.loopback.offered);
	EXPECT_EQ(rig_create(1, XRGB, 8, 8), OK);
	EXPECT_EQ(rig_send(&rig.control, &cmd, 23, NULL, 0, NULL, 24), 0);
	CU_ASSERT_TRUE(rig.fb.vdev.broken);
	loopback_reset(&rig.loopback);
	rig_driver(rig.loopback.offered);
	rig_send(&rig.cursor, &cmd, 8, NULL, 0, NULL, 0);
	CU_ASSERT_TRUE(rig.fb.vdev.broken);
}

/* Answers larger than their buffer, and memory of ours in them (CVE-2021-3545's class). */
static void answers_neither_overflow_nor_leak(void)
{
	struct virtio_gpu_ctrl_hdr cmd = {.type = VIRTIO_GPU_CMD_GET_DISPLAY_INFO};
	struct virtio_gpu_resp_display_info info;
	uint8_t answer[sizeof(info)];
	unsigned stray = 0;

	rig_start();
	EXPECT_EQ(rig_send(&rig.control, &cmd, sizeof(cmd), NULL, 0, answer, 100), UNSPEC);
	for (unsigned i = 24; i < 100; i++)
		stray += answer[i] != 0xee;
	EXPECT_EQ(stray, 0); /* what was not answered was not touched */
	rig_send(&rig.control, &cmd, sizeof(cmd), NULL, 0, &info, sizeof(info));
	memcpy(answer, &info, sizeof(info));
	for (unsigned i = 24 + sizeof(info.pmodes[0]); i < sizeof(info); i++)
		stray += answer[i] != 0;
	EXPECT_EQ(stray, 0);
}

/* Use after unmap: what is shown is looked up again, never kept as a pointer. */
static void a_freed_resource_is_used_by_nothing(void)
{
	struct fb_view view;
	int32_t x, y;

	rig_start();
	rig_picture(1, XRGB, 64, 64, RIG_POOL_ADDR);
	rig_scanout(1, 0, 0, 64, 64);
	rig_cursor(VIRTIO_GPU_CMD_UPDATE_CURSOR, 1, 0, 0, 0, 0);
	EXPECT_EQ(rig_ref(VIRTIO_GPU_CMD_RESOURCE_UNREF, 1), OK);
	CU_ASSERT_FALSE(fb_scanout(&rig.fb, &view));
	CU_ASSERT_FALSE(fb_cursor(&rig.fb, &view, &x, &y));
	EXPECT_EQ(rig_flush(1, 0, 0, 64, 64), BAD_ID);
	EXPECT_EQ(rig_scanout(1, 0, 0, 64, 64), BAD_ID);
	rig_picture(1, XRGB, 64, 64, RIG_POOL_ADDR);
	CU_ASSERT_FALSE(fb_scanout(&rig.fb, &view)); /* the new one of that number was not put there */
}

static void cursors_are_bounded(void)
{
	struct fb_view view;
	int32_t x, y;

	rig_start();
	rig_picture(1, XRGB, 64, 64, RIG_POOL_ADDR);
	EXPECT_EQ(rig_cursor(VIRTIO_GPU_CMD_UPDATE_CURSOR, 2, 0, 0, 0, 0), BAD_ID);
	EXPECT_EQ(rig_cursor(VIRTIO_GPU_CMD_UPDATE_CURSOR, 1, 0, 0, 64, 0), BAD_PARAM);
	EXPECT_EQ(rig_cursor(VIRTIO_GPU_CMD_UPDATE_CURSOR, 1, 0x7fffffff, 0x80000000, 63, 63), OK);
	CU_ASSERT_TRUE_FATAL(fb_cursor(&rig.fb, &view, &x, &y));
	CU_ASSERT(x <= 16384 && y >= -16384 - 64);
}

static void wrong_queue_and_unknown_commands_are_refused(void)
{
	struct virtio_gpu_update_cursor cmd = {{.type = 0xffffffff}, 0, 0, 0, 0, 0, 0, 0, 0};

	rig_start();
	EXPECT_EQ(rig_command(&cmd, sizeof(cmd)), UNSPEC);
	cmd.hdr.type = VIRTIO_GPU_CMD_UPDATE_CURSOR;
	EXPECT_EQ(rig_command(&cmd, sizeof(cmd)), UNSPEC);
	cmd.hdr.type = VIRTIO_GPU_CMD_RESOURCE_UNREF;
	EXPECT_EQ(rig_send(&rig.cursor, &cmd, sizeof(cmd), NULL, 0, NULL, 24), UNSPEC);
}

static void errors_cannot_fill_the_log(void)
{
	rig_start();
	for (unsigned i = 0; i < 1000; i++)
		rig_create(0, XRGB, 1, 1);
	EXPECT_EQ(rig.fb.error_count, 1000);
	EXPECT_EQ(rig.log_count, 10); /* 1, 2, 4, … 512 */
}

/* Chain loops (CVE-2022-2132's class): the ring is the virtqueue's, the consequence ours. */
static void a_looping_chain_breaks_its_device_alone(void)
{
	struct virtio_gpu_ctrl_hdr cmd = {.type = VIRTIO_GPU_CMD_GET_DISPLAY_INFO};

	rig_start();
	rig_queue(&cmd, sizeof(cmd));
	for (unsigned i = 0; i < rig.control.size; i++) {
		rig.control.desc[i].flags = VQ_DESC_F_NEXT;
		rig.control.desc[i].next = (uint16_t)i;
	}
	loopback_run(&rig.loopback, 10);
	CU_ASSERT_TRUE(rig.fb.vdev.broken);
	CU_ASSERT_FALSE(rig.fb.vdev.live);
}

CU_TestInfo attack_tests[] = {
	{"sizes that overflow are refused", sizes_that_overflow_are_refused},
	{"unknown formats are refused", unknown_formats_are_refused},
	{"ids in use and id 0 are refused", ids_in_use_and_id_0_are_refused},
	{"scanout numbers are bounded", scanout_numbers_are_bounded},
	{"rectangles outside their resource are refused", rectangles_outside_their_resource_are_refused},
	{"transfers outside the backing are refused", transfers_outside_the_backing_are_refused},
	{"backing outside the bank is refused", backing_outside_the_bank_is_refused},
	{"entry counts are bounded by the chain and the table",
		entry_counts_are_bounded_by_the_chain_and_the_table},
	{"the number of resources is bounded", the_number_of_resources_is_bounded},
	{"short requests are refused", short_requests_are_refused},
	{"a chain without room for a header breaks its device alone",
		a_chain_without_room_for_a_header_breaks_its_device_alone},
	{"answers neither overflow nor leak", answers_neither_overflow_nor_leak},
	{"a freed resource is used by nothing", a_freed_resource_is_used_by_nothing},
	{"cursors are bounded", cursors_are_bounded},
	{"wrong queue and unknown commands are refused", wrong_queue_and_unknown_commands_are_refused},
	{"errors cannot fill the log", errors_cannot_fill_the_log},
	{"a looping chain breaks its device alone", a_looping_chain_breaks_its_device_alone},
	CU_TEST_INFO_NULL,
};
