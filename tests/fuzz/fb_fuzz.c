/* A virtual screen against a driver that writes garbage, while its pixels are being looked at. */
#include "abi/virtio_gpu.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/expect.h"
#include "vdev-fb/fb.h"

static struct fb fb;
static struct fb_state fb_state;
static uint32_t pixels_seen;
static volatile uint32_t sum;

static void look_run(void *data, const struct fb_run *run)
{
	(void)data;
	for (int32_t y = 0; run->pixels && y < run->rect.h; y++) {
		const uint32_t *row =
			(const void *)((const uint8_t *)run->pixels + (size_t)run->stride_bytes * (size_t)y);

		for (int32_t x = 0; x < run->rect.w; x++, pixels_seen++)
			sum += row[x];
	}
}

static int32_t some_coordinate(void)
{
	return (int32_t)fuzz_below(128) - 16;
}

static void look_view(const struct fb_view *view)
{
	struct fb_rect rect = {some_coordinate(), some_coordinate(), some_coordinate(), some_coordinate()};

	fb_runs(view, rect, look_run, NULL);
}

static void look(void)
{
	struct fb_view view;
	int32_t x, y;

	if (fb_scanout(&fb, &view))
		look_view(&view);
	if (fb_cursor(&fb, &view, &x, &y))
		look_view(&view);
}

static void on_scanout(void *data, struct fb *from)
{
	(void)data;
	(void)from;
	look();
}

static void on_flush(void *data, struct fb *from, struct fb_rect damage)
{
	(void)data;
	(void)from;
	(void)damage;
	look();
}

static const struct fb_events events = {on_scanout, on_flush, on_scanout};

static struct vdev *create(const struct vmem *bank, bool fresh)
{
	static const struct fb_mode mode = {.width = 480, .height = 800, .refresh_hz = 60};

	(void)bank;
	if (fresh)
		memset(&fb_state, 0, sizeof(fb_state));
	EXPECT_EQ(fb_init(&fb, "fuzz-fb", &mode, &fb_state, sizeof(fb_state), &events, NULL), 0);
	return &fb.vdev;
}

static uint32_t small(uint32_t limit)
{
	return fuzz_below(24) ? fuzz_below(limit) : (uint32_t)fuzz_number();
}

/* A request's numbers are 32 bits each after the header, but for addresses and the offset. */
static uint32_t rect_fill(uint32_t *word)
{
	for (unsigned i = 0; i < 4; i++)
		word[i] = small(i < 2 ? 8 : 64);
	return 4;
}

static uint32_t create_fill(uint32_t *word)
{
	static const uint32_t formats[] = {1, 2, 67, 134, 1, 2, 67, 3};

	word[0] = small(5);
	word[1] = formats[fuzz_below(8)];
	word[2] = small(80);
	word[3] = small(80);
	return 4;
}

static uint32_t attach_fill(uint32_t *word)
{
	uint32_t count = 1 + fuzz_below(4), used = 2;

	word[0] = small(5);
	word[1] = fuzz_below(16) ? count : (uint32_t)fuzz_number();
	for (uint32_t i = 0; i < count; i++, used += 4) {
		uint64_t addr = fuzz_below(12) ? FUZZ_DATA + 4 * fuzz_below(0x8000) : fuzz_number();

		word[used] = (uint32_t)addr;
		word[used + 1] = (uint32_t)(addr >> 32);
		word[used + 2] = fuzz_below(12) ? 4 * fuzz_below(8192) : (uint32_t)fuzz_number();
		word[used + 3] = 0;
	}
	return used;
}

static uint32_t cursor_fill(uint32_t *word)
{
	word[0] = fuzz_below(16) == 0;
	word[1] = small(500);
	word[2] = small(800);
	word[3] = 0;
	word[4] = small(5);
	word[5] = small(64);
	word[6] = small(64);
	word[7] = 0;
	return 8;
}

static uint32_t body_fill(uint32_t type, uint32_t *word)
{
	uint32_t used;

	switch (type) {
	case VIRTIO_GPU_CMD_RESOURCE_CREATE_2D: return create_fill(word);
	case VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING: return attach_fill(word);
	case VIRTIO_GPU_CMD_SET_SCANOUT:
		used = rect_fill(word);
		word[used++] = fuzz_below(16) == 0;
		word[used++] = small(5);
		return used;
	case VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D:
		used = rect_fill(word);
		word[used++] = small(4096);
		word[used++] = fuzz_below(16) == 0;
		word[used++] = small(5);
		word[used++] = 0;
		return used;
	case VIRTIO_GPU_CMD_RESOURCE_FLUSH:
		used = rect_fill(word);
		word[used++] = small(5);
		word[used++] = 0;
		return used;
	case VIRTIO_GPU_CMD_UPDATE_CURSOR:
	case VIRTIO_GPU_CMD_MOVE_CURSOR: return cursor_fill(word);
	default:
		word[0] = small(5);
		word[1] = 0;
		return 2;
	}
}

static uint32_t request(uint8_t *to, unsigned queue)
{
	struct virtio_gpu_ctrl_hdr hdr = {.flags = fuzz_below(2), .fence_id = fuzz_number()};
	uint32_t body[32], words;

	hdr.type = queue ? VIRTIO_GPU_CMD_UPDATE_CURSOR + fuzz_below(2)
			 : VIRTIO_GPU_CMD_GET_DISPLAY_INFO + fuzz_below(12);
	words = body_fill(hdr.type, body);
	memcpy(to, &hdr, sizeof(hdr));
	memcpy(to + sizeof(hdr), body, 4 * words);
	return (uint32_t)sizeof(hdr) + 4 * words - (fuzz_below(16) ? 0 : fuzz_below(24));
}

static bool done(const void *command, uint32_t bytes)
{
	struct virtio_gpu_ctrl_hdr answer;

	return fuzz_ask(0, command, bytes, &answer, sizeof(answer)) &&
	       answer.type == VIRTIO_GPU_RESP_OK_NODATA;
}

/* A picture is made, given memory, shown and seen; nothing of an earlier one is left. */
static bool picture_works(void)
{
	const struct virtio_gpu_resource_create_2d make = {.hdr.type = VIRTIO_GPU_CMD_RESOURCE_CREATE_2D,
		.resource_id = 1,
		.format = VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM,
		.width = 8,
		.height = 8};
	const struct {
		struct virtio_gpu_resource_attach_backing attach;
		struct virtio_gpu_mem_entry entry;
	} back = {{.hdr.type = VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING, .resource_id = 1, .nr_entries = 1},
		{.addr = FUZZ_DATA + 0x4000, .length = 8 * 8 * 4}};
	const struct virtio_gpu_set_scanout show = {
		.hdr.type = VIRTIO_GPU_CMD_SET_SCANOUT, .r = {0, 0, 8, 8}, .scanout_id = 0, .resource_id = 1};
	const uint32_t before = pixels_seen;
	struct fb_view view;

	if (fb_scanout(&fb, &view) || !done(&make, sizeof(make)) || !done(&back, sizeof(back)) ||
		!done(&show, sizeof(show)) || !fb_scanout(&fb, &view))
		return false;
	pixels_seen = 0;
	fb_runs(&view, (struct fb_rect){0, 0, 8, 8}, look_run, NULL);
	pixels_seen += before;
	return pixels_seen - before == 64;
}

static bool works(void)
{
	const struct virtio_gpu_ctrl_hdr ask = {.type = VIRTIO_GPU_CMD_GET_DISPLAY_INFO};
	struct virtio_gpu_resp_display_info info;

	return fuzz_ask(0, &ask, sizeof(ask), &info, sizeof(info)) &&
	       info.hdr.type == VIRTIO_GPU_RESP_OK_DISPLAY_INFO && info.pmodes[0].r.width == 480 &&
	       picture_works();
}

static const struct fuzz_target target = {"fb", 64, create, look, request, works};

static void garbage_breaks_only_until_reset(void)
{
	EXPECT_EQ(fuzz_run(&target, 3000), 0);
	/* A fuzzer that never gets to either end of the device tests nothing. */
	EXPECT_EQ(fuzz.broken_count > 0, 1);
	EXPECT_EQ(fuzz.served_count > 0, 1);
	EXPECT_EQ(pixels_seen > 0, 1);
}

static const struct unit_test tests[] = {
	{"garbage breaks a screen only until it is reset", garbage_breaks_only_until_reset},
};

UNIT_MAIN("fuzz-fb", tests)
