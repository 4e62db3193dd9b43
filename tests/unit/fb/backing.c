/* From pixels to memory: whatever way a backing is cut, each pixel is found once, and the right one. */
#include <string.h>
#include "tests/unit/fb/suites.h"

#define XRGB   VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM
#define WIDTH  37
#define HEIGHT 29

static uint32_t seen[HEIGHT][WIDTH];
static unsigned count[HEIGHT][WIDTH];
static unsigned holes;

static void collect(void *data, const struct fb_run *run)
{
	(void)data;
	for (int32_t y = 0; y < run->rect.h; y++)
		for (int32_t x = 0; x < run->rect.w; x++) {
			const uint8_t *at = run->pixels;

			count[run->rect.y + y][run->rect.x + x]++;
			if (!at)
				holes++;
			else
				memcpy(&seen[run->rect.y + y][run->rect.x + x],
					at + (uint32_t)y * run->stride_bytes + (uint32_t)x * 4, 4);
		}
}

static void collect_rect(struct fb_rect r)
{
	struct fb_view view;

	memset(seen, 0, sizeof(seen));
	memset(count, 0, sizeof(count));
	holes = 0;
	CU_ASSERT_TRUE_FATAL(fb_scanout(&rig.fb, &view));
	fb_runs(&view, r, collect, NULL);
}

static unsigned wrong_in(struct fb_rect r, uint32_t base)
{
	unsigned wrong = 0;

	for (int32_t y = 0; y < HEIGHT; y++)
		for (int32_t x = 0; x < WIDTH; x++) {
			bool inside = x >= r.x && x < r.x + r.w && y >= r.y && y < r.y + r.h;

			wrong += count[y][x] != inside;
			wrong += inside && seen[y][x] != base + (uint32_t)(y * WIDTH + x);
		}
	return wrong;
}

/* A resource whose n-th pixel has the value n, in pieces of `piece` pixels, backwards in memory with gaps. */
static void scattered(uint32_t piece, uint32_t lead)
{
	static struct virtio_gpu_mem_entry entry[FB_ENTRY_MAX];
	uint32_t total = lead + WIDTH * HEIGHT, n = 0, pixel = 0;

	rig_start();
	EXPECT_EQ(rig_create(1, XRGB, WIDTH, HEIGHT), VIRTIO_GPU_RESP_OK_NODATA);
	while (pixel < total) {
		uint32_t pixels = total - pixel < piece ? total - pixel : piece;
		uint64_t addr = RIG_POOL_ADDR + 0x200000 - 8ull * (pixel + pixels);

		for (uint32_t i = 0; i < pixels; i++)
			rig_pixels(addr)[i] = pixel++;
		entry[n++] = (struct virtio_gpu_mem_entry){addr, pixels * 4, 0};
	}
	EXPECT_EQ(rig_attach(1, entry, n), VIRTIO_GPU_RESP_OK_NODATA);
	EXPECT_EQ(rig_scanout(1, 0, 0, WIDTH, HEIGHT), VIRTIO_GPU_RESP_OK_NODATA);
}

static void every_cut_gives_every_pixel_once(void)
{
	static const uint32_t piece[] = {2, 3, 36, 37, 38, 73, 74, 100, 500, 5000};
	static const struct fb_rect part[] = {{0, 0, WIDTH, HEIGHT}, {0, 0, 1, 1}, {36, 28, 1, 1},
		{5, 7, 20, 11}, {0, 3, WIDTH, 2}, {10, 0, 1, HEIGHT}};

	for (unsigned i = 0; i < sizeof(piece) / sizeof(piece[0]); i++) {
		scattered(piece[i], 0);
		for (unsigned p = 0; p < sizeof(part) / sizeof(part[0]); p++) {
			collect_rect(part[p]);
			EXPECT_EQ(wrong_in(part[p], 0), 0);
			EXPECT_EQ(holes, 0);
		}
	}
}

static void parts_outside_the_picture_are_left_out(void)
{
	scattered(50, 0);
	collect_rect((struct fb_rect){-10, -10, 1000, 1000});
	EXPECT_EQ(wrong_in((struct fb_rect){0, 0, WIDTH, HEIGHT}, 0), 0);
	collect_rect((struct fb_rect){WIDTH, 0, 10, 10});
	EXPECT_EQ(wrong_in((struct fb_rect){0, 0, 0, 0}, 0), 0);
}

/* Several pictures in one backing: the transfer's offset says which (5.7.6.8, TRANSFER_TO_HOST_2D). */
static void a_transfer_moves_the_picture_in_its_backing(void)
{
	scattered(41, 100);
	EXPECT_EQ(rig_transfer(1, 100 * 4 + (2 * WIDTH + 3) * 4, 3, 2, 5, 5), VIRTIO_GPU_RESP_OK_NODATA);
	collect_rect((struct fb_rect){0, 0, WIDTH, HEIGHT});
	EXPECT_EQ(wrong_in((struct fb_rect){0, 0, WIDTH, HEIGHT}, 100), 0);
}

static void neighbouring_entries_become_one(void)
{
	struct virtio_gpu_mem_entry entry[] = {
		{RIG_POOL_ADDR, 4096, 0}, {RIG_POOL_ADDR + 4096, 4096, 0}, {RIG_POOL_ADDR + 16384, 4096, 0}};

	rig_start();
	EXPECT_EQ(rig_create(1, XRGB, WIDTH, HEIGHT), VIRTIO_GPU_RESP_OK_NODATA);
	EXPECT_EQ(rig_attach(1, entry, 3), VIRTIO_GPU_RESP_OK_NODATA);
	EXPECT_EQ(rig.fb.state->resource[0].entry_count, 2);
	EXPECT_EQ(rig.fb.state->resource[0].entry[0].bytes, 8192);
}

static void missing_backing_is_told_as_a_hole(void)
{
	struct virtio_gpu_mem_entry entry = {RIG_POOL_ADDR, WIDTH * 4 * 10 + 40, 0};

	rig_start();
	EXPECT_EQ(rig_create(1, XRGB, WIDTH, HEIGHT), VIRTIO_GPU_RESP_OK_NODATA);
	EXPECT_EQ(rig_attach(1, &entry, 1), VIRTIO_GPU_RESP_OK_NODATA);
	EXPECT_EQ(rig_scanout(1, 0, 0, WIDTH, HEIGHT), VIRTIO_GPU_RESP_OK_NODATA);
	collect_rect((struct fb_rect){0, 0, WIDTH, HEIGHT});
	EXPECT_EQ(holes, WIDTH * HEIGHT - WIDTH * 10 - 10);
}

/* The bank's window is checked at use too: an entry that was good under another window is a hole now. */
static void addresses_are_checked_again_at_use(void)
{
	for (uint32_t piece = 20; piece <= 5000; piece += 4980) {
		scattered(piece, 0);
		rig.fb.vdev.memory.bytes = 4096;
		collect_rect((struct fb_rect){0, 0, WIDTH, HEIGHT});
		EXPECT_EQ(holes, WIDTH * HEIGHT);
	}
}

/* An entry that begins inside the window and ends outside is a hole, whole. */
static void an_entry_across_the_windows_end_is_a_hole(void)
{
	scattered(20, 0); /* the first entry lies highest */
	rig.fb.vdev.memory.bytes = RIG_POOL_ADDR + 0x200000 - 8 * 20 + 8 - RIG_GUEST_BASE;
	collect_rect((struct fb_rect){0, 0, WIDTH, HEIGHT});
	EXPECT_EQ(holes, 20);
}

CU_TestInfo backing_tests[] = {
	{"every cut gives every pixel once", every_cut_gives_every_pixel_once},
	{"parts outside the picture are left out", parts_outside_the_picture_are_left_out},
	{"a transfer moves the picture in its backing", a_transfer_moves_the_picture_in_its_backing},
	{"neighbouring entries become one", neighbouring_entries_become_one},
	{"missing backing is told as a hole", missing_backing_is_told_as_a_hole},
	{"addresses are checked again at use", addresses_are_checked_again_at_use},
	{"an entry across the window's end is a hole", an_entry_across_the_windows_end_is_a_hole},
	CU_TEST_INFO_NULL,
};
