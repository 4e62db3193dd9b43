/* What is painted, pixel by pixel, computed here by other means than pixman's. */
#include <stdlib.h>
#include <string.h>
#include "backends/pixman/render.h"
#include "tests/unit/fb/suites.h"
#include "vdev-fb/compose.h"

#define XRGB   VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM
#define ARGB   VIRTIO_GPU_FORMAT_B8G8R8A8_UNORM
#define WIDTH  64
#define HEIGHT 48
#define POISON 0xdeadbeefu
#define BLACK  0xff000000u

static struct compose compose;
static uint32_t pixels[COMPOSE_BUFFER_MAX][HEIGHT][WIDTH];

static struct fb_target target_of(unsigned buffer)
{
	return (struct fb_target){pixels[buffer], WIDTH * 4, WIDTH, HEIGHT};
}

static void poison(void)
{
	for (unsigned b = 0; b < COMPOSE_BUFFER_MAX; b++)
		for (unsigned i = 0; i < WIDTH * HEIGHT; i++)
			(&pixels[b][0][0])[i] = POISON;
}

static void paint(unsigned buffer)
{
	struct fb_target target = target_of(buffer);
	struct compose_frame frame;

	compose_paint(&compose, buffer, &target, &pixman_render, &frame);
}

/* A second device of its own memory, for layers that differ. */
static struct fb other;
static struct fb_state other_state;
static uint32_t other_bank[WIDTH * HEIGHT * 2];

static void other_start(uint32_t format, uint32_t width, uint32_t height, uint32_t value)
{
	const struct fb_mode mode = {WIDTH, HEIGHT, 60, 0, 0};

	memset(&other_state, 0, sizeof(other_state));
	EXPECT_EQ(
		fb_init(&other, "other-fb", &mode, &other_state, sizeof(other_state), &rig_events, NULL), 0);
	other.vdev.memory = (struct vmem){(uint8_t *)other_bank, 0x1000, sizeof(other_bank)};
	other_state.resource[0] = (struct fb_resource){.id = 1,
		.format = format,
		.width = width,
		.height = height,
		.entry_count = 1,
		.entry[0] = {0x1000, width * height * 4, 0}};
	other_state.scanout = (struct fb_scanout_state){1, 0, 0, width, height};
	for (unsigned i = 0; i < width * height; i++)
		other_bank[i] = value;
}

/* Two devices: the rig's picture of one colour below, the other one's above. */
static void start(uint32_t below, uint32_t above_format, uint32_t above)
{
	struct compose_place place = {
		.visible = true, .band = COMPOSE_BOTTOM, .region = {0, 0, WIDTH, HEIGHT}, .opacity = 255};

	rig_start();
	rig_picture(1, XRGB, WIDTH, HEIGHT, RIG_POOL_ADDR);
	for (unsigned i = 0; i < WIDTH * HEIGHT; i++)
		rig_pixels(RIG_POOL_ADDR)[i] = below;
	rig_scanout(1, 0, 0, WIDTH, HEIGHT);
	other_start(above_format, WIDTH, HEIGHT, above);
	compose_init(&compose, WIDTH, HEIGHT, BLACK);
	EXPECT_EQ(compose_layer_add(&compose, &rig.fb), 0);
	EXPECT_EQ(compose_layer_add(&compose, &other), 1);
	compose_place(&compose, 0, &place, 0);
	poison();
}

static void place_other(struct fb_rect region, uint8_t opacity, uint32_t fade_ms, uint64_t now)
{
	struct compose_place place = {.visible = true,
		.band = COMPOSE_OVERLAY,
		.region = region,
		.opacity = opacity,
		.fade_ms = fade_ms};

	compose_place(&compose, 1, &place, now);
}

static uint32_t rgb(uint32_t pixel)
{
	return pixel & 0xffffff;
}

static unsigned differing(uint32_t a, uint32_t b)
{
	unsigned most = 0;

	for (unsigned shift = 0; shift < 24; shift += 8) {
		unsigned d = (unsigned)abs((int)(a >> shift & 0xff) - (int)(b >> shift & 0xff));

		most = d > most ? d : most;
	}
	return most;
}

/* Source (premultiplied, scaled by opacity) over destination, in real numbers. */
static uint32_t over(uint32_t source, uint32_t dest, double opacity)
{
	double alpha = (source >> 24) / 255.0 * opacity;
	uint32_t out = 0;

	for (unsigned shift = 0; shift < 24; shift += 8) {
		double c = (source >> shift & 0xff) * opacity + (dest >> shift & 0xff) * (1 - alpha);

		out |= (uint32_t)(c + 0.5) << shift;
	}
	return out;
}

static void alpha_blends_premultiplied_colours(void)
{
	const uint32_t source = 0x80402010; /* half of 0x804020 */

	start(0x00ff8040, ARGB, source);
	place_other((struct fb_rect){0, 0, WIDTH, 10}, 255, 0, 0);
	paint(0);
	CU_ASSERT(differing(pixels[0][5][5], over(source, 0xff8040, 1)) <= 1);
	EXPECT_EQ(rgb(pixels[0][10][5]), 0xff8040);
	start(0x00ff8040, ARGB, source);
	place_other((struct fb_rect){0, 0, WIDTH, 10}, 100, 0, 0);
	paint(0);
	CU_ASSERT(differing(pixels[0][5][5], over(source, 0xff8040, 100 / 255.0)) <= 2);
}

static void opacity_dims_an_opaque_picture(void)
{
	start(0x00000000, XRGB, 0x00ffffff);
	place_other((struct fb_rect){0, 0, WIDTH, HEIGHT}, 51, 0, 0);
	paint(0);
	CU_ASSERT(differing(pixels[0][0][0], 0x333333) <= 1);
}

static void only_damage_is_painted(void)
{
	unsigned touched = 0;

	start(0x00112233, XRGB, 0);
	paint(0);
	poison();
	compose_flush(&compose, 0, (struct fb_rect){8, 4, 16, 8});
	paint(0);
	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++) {
			bool inside = x >= 8 && x < 24 && y >= 4 && y < 12;

			touched += pixels[0][y][x] != POISON;
			if (inside != (pixels[0][y][x] != POISON))
				CU_FAIL("painted outside the damage, or not inside");
		}
	EXPECT_EQ(touched, 16 * 8);
	EXPECT_EQ(rgb(pixels[0][4][8]), 0x112233);
}

static void each_buffer_gets_what_it_missed(void)
{
	start(0x00112233, XRGB, 0);
	for (unsigned b = 0; b < 3; b++)
		paint(b);
	poison();
	compose_flush(&compose, 0, (struct fb_rect){0, 0, 4, 4});
	paint(0);
	compose_flush(&compose, 0, (struct fb_rect){40, 40, 4, 4});
	paint(1);
	EXPECT_EQ(pixels[0][40][40], POISON);
	EXPECT_EQ(rgb(pixels[1][0][0]), 0x112233);
	EXPECT_EQ(rgb(pixels[1][40][40]), 0x112233);
	EXPECT_EQ(pixels[1][20][20], POISON);
	paint(2);
	EXPECT_EQ(rgb(pixels[2][0][0]), 0x112233);
}

static void an_opaque_overlay_hides_and_spares_what_is_below(void)
{
	uint64_t before;

	start(0x00ff0000, XRGB, 0x0000ff00);
	place_other((struct fb_rect){0, 0, WIDTH, HEIGHT}, 255, 0, 0);
	paint(0);
	EXPECT_EQ(rgb(pixels[0][7][7]), 0x00ff00);
	before = compose.pixels_painted;
	compose_flush(&compose, 0, (struct fb_rect){0, 0, WIDTH, HEIGHT});
	paint(0);
	EXPECT_EQ(compose.pixels_painted - before, WIDTH * HEIGHT); /* the overlay alone */
	EXPECT_EQ(rgb(pixels[0][7][7]), 0x00ff00);
}

/* The lower one's place in the list, z and flushes do not matter: bands do. */
static void nothing_below_reaches_over_a_higher_band(void)
{
	struct compose_place place = {.visible = true,
		.band = COMPOSE_TOP,
		.z = INT32_MAX,
		.region = {-1000, -1000, 4000, 4000},
		.opacity = 255,
		.backdrop = 0xffffffff};

	start(0x00ff0000, XRGB, 0x0000ff00);
	place_other((struct fb_rect){0, 0, WIDTH, 10}, 255, 0, 0);
	compose_place(&compose, 0, &place, 0);
	rig_flush(1, 0, 0, WIDTH, HEIGHT);
	compose_flush(&compose, 0, (struct fb_rect){0, 0, 4000, 4000});
	paint(0);
	for (int y = 0; y < 10; y++)
		for (int x = 0; x < WIDTH; x++)
			EXPECT_EQ(rgb(pixels[0][y][x]), 0x00ff00);
	EXPECT_EQ(rgb(pixels[0][10][0]), 0xffffff);
}

static void an_opaque_backdrop_hides_inside_its_region_only(void)
{
	struct compose_place place = {.visible = true,
		.band = COMPOSE_OVERLAY,
		.region = {8, 8, 10, 10},
		.opacity = 255,
		.backdrop = 0xff0000ff};

	start(0x00ff0000, XRGB, 0x0000ff00);
	other_state.scanout.resource_id = 0;
	compose_place(&compose, 1, &place, 0);
	compose_damage_all(&compose);
	paint(0);
	EXPECT_EQ(rgb(pixels[0][8][8]), 0x0000ff);
	EXPECT_EQ(rgb(pixels[0][7][7]), 0xff0000);
}

static void z_orders_within_a_band(void)
{
	struct compose_place place = {.visible = true,
		.band = COMPOSE_OVERLAY,
		.z = 1,
		.region = {0, 0, WIDTH, HEIGHT},
		.opacity = 255};

	start(0x00ff0000, XRGB, 0x0000ff00);
	place_other((struct fb_rect){0, 0, WIDTH, HEIGHT}, 255, 0, 0);
	compose_place(&compose, 0, &place, 0);
	paint(0);
	EXPECT_EQ(rgb(pixels[0][0][0]), 0xff0000);
	place.z = -1;
	compose_place(&compose, 0, &place, 0);
	paint(0);
	EXPECT_EQ(rgb(pixels[0][0][0]), 0x00ff00);
}

static void the_region_clips_and_moves_the_picture(void)
{
	start(0x00000000, XRGB, 0x0000ff00);
	other_bank[0] = 0x00ffffff;
	place_other((struct fb_rect){20, 10, 5, 6}, 255, 0, 0);
	paint(0);
	EXPECT_EQ(rgb(pixels[0][10][20]), 0xffffff);
	EXPECT_EQ(rgb(pixels[0][15][24]), 0x00ff00);
	EXPECT_EQ(rgb(pixels[0][16][24]), 0);
	EXPECT_EQ(rgb(pixels[0][15][25]), 0);
	place_other((struct fb_rect){-3, -2, 5, 6}, 255, 0, 0); /* partly off the output */
	paint(0);
	EXPECT_EQ(rgb(pixels[0][3][1]), 0x00ff00);
	EXPECT_EQ(rgb(pixels[0][4][1]), 0);
	EXPECT_EQ(rgb(pixels[0][10][20]), 0);
}

static void the_backdrop_shows_where_there_is_no_picture(void)
{
	struct compose_place place = {.visible = true,
		.band = COMPOSE_BOTTOM,
		.region = {0, 0, WIDTH, HEIGHT},
		.opacity = 255,
		.backdrop = 0xff202428};

	start(0x00ff0000, XRGB, 0);
	compose_place(&compose, 0, &place, 0);
	rig_scanout(1, 0, 0, 10, 10);
	paint(0);
	EXPECT_EQ(rgb(pixels[0][9][9]), 0xff0000);
	EXPECT_EQ(rgb(pixels[0][9][10]), 0x202428);
	EXPECT_EQ(rgb(pixels[0][10][9]), 0x202428);
	loopback_reset(&rig.loopback); /* its partition restarts */
	compose_scanout(&compose, 0);
	paint(0);
	EXPECT_EQ(rgb(pixels[0][9][9]), 0x202428);
}

static void a_hidden_layer_is_not_painted(void)
{
	start(0x00ff0000, XRGB, 0x0000ff00);
	place_other((struct fb_rect){0, 0, WIDTH, HEIGHT}, 255, 0, 0);
	paint(0);
	compose_place(&compose, 1, &(struct compose_place){.visible = false}, 0);
	paint(0);
	EXPECT_EQ(rgb(pixels[0][0][0]), 0xff0000);
	compose_flush(&compose, 1, (struct fb_rect){0, 0, 10, 10});
	CU_ASSERT_FALSE(compose_pending(&compose));
}

static void a_fade_goes_from_what_is_shown_to_what_is_wanted(void)
{
	const uint64_t ms = 1000000, frame = 16666667;
	struct fb_rect all = {0, 0, WIDTH, HEIGHT};

	start(0x00000000, XRGB, 0x00ffffff);
	place_other(all, 255, 100, 5 * ms + frame);
	CU_ASSERT_TRUE(compose_advance(&compose, 55 * ms));
	paint(0);
	CU_ASSERT(differing(pixels[0][0][0], 0x7f7f7f) <= 1);
	CU_ASSERT_FALSE(compose_advance(&compose, 105 * ms));
	paint(0);
	EXPECT_EQ(rgb(pixels[0][0][0]), 0xffffff);
	compose_place(&compose, 1, &(struct compose_place){.region = all, .fade_ms = 100}, 200 * ms + frame);
	CU_ASSERT_TRUE(compose_advance(&compose, 275 * ms));
	paint(0);
	CU_ASSERT(differing(pixels[0][0][0], 0x3f3f3f) <= 1);
	CU_ASSERT_FALSE(compose_advance(&compose, 300 * ms));
	CU_ASSERT_TRUE(compose_pending(&compose));
	paint(0);
	EXPECT_EQ(rgb(pixels[0][0][0]), 0);
}

static void the_cursor_is_painted_over_its_own_picture_only(void)
{
	start(0x00101010, XRGB, 0x0000ff00);
	rig_picture(2, ARGB, 8, 8, RIG_POOL_ADDR + 0x100000);
	for (unsigned i = 0; i < 64; i++)
		rig_pixels(RIG_POOL_ADDR + 0x100000)[i] = 0xffff00ff;
	place_other((struct fb_rect){0, 0, WIDTH, 10}, 255, 0, 0);
	rig_cursor(VIRTIO_GPU_CMD_UPDATE_CURSOR, 2, 4, 6, 0, 0);
	compose_cursor(&compose, 0);
	paint(0);
	EXPECT_EQ(rgb(pixels[0][9][5]), 0x00ff00); /* the call's band stays the call's */
	EXPECT_EQ(rgb(pixels[0][10][5]), 0xff00ff);
	EXPECT_EQ(rgb(pixels[0][14][5]), 0x101010);
	rig_cursor(VIRTIO_GPU_CMD_MOVE_CURSOR, 0, 40, 30, 0, 0);
	compose_cursor(&compose, 0);
	paint(0);
	EXPECT_EQ(rgb(pixels[0][10][5]), 0x101010);
	EXPECT_EQ(rgb(pixels[0][30][40]), 0xff00ff);
}

/* However the driver's memory is cut, the picture is the same. */
static void scattered_backing_paints_the_same_picture(void)
{
	static struct virtio_gpu_mem_entry entry[200];
	unsigned n = 0;

	start(0, XRGB, 0);
	rig_ref(VIRTIO_GPU_CMD_RESOURCE_DETACH_BACKING, 1);
	for (uint32_t pixel = 0; pixel < WIDTH * HEIGHT; n++) {
		uint32_t count = 17 + n % 90;

		if (count > WIDTH * HEIGHT - pixel)
			count = WIDTH * HEIGHT - pixel;
		entry[n] = (struct virtio_gpu_mem_entry){RIG_POOL_ADDR + 0x100000 - 0x400 * n, count * 4, 0};
		for (uint32_t i = 0; i < count; i++)
			rig_pixels(entry[n].addr)[i] = pixel++;
	}
	EXPECT_EQ(rig_attach(1, entry, n), VIRTIO_GPU_RESP_OK_NODATA);
	paint(0);
	for (uint32_t i = 0; i < WIDTH * HEIGHT; i++)
		if (rgb((&pixels[0][0][0])[i]) != i)
			EXPECT_EQ(rgb((&pixels[0][0][0])[i]), i);
}

static void damage_in_excess_is_merged_and_never_lost(void)
{
	struct fb_damage damage = {0};
	unsigned lost = 0;

	for (int i = 0; i < 100; i++) {
		struct fb_rect r = {i * 37 % 400, i * 53 % 300, 5, 7};
		bool held = false;

		fb_damage_add(&damage, r);
		for (unsigned d = 0; d < damage.count; d++)
			held |= fb_rect_contains(damage.rect[d], r);
		lost += !held;
	}
	EXPECT_EQ(lost, 0);
	CU_ASSERT(damage.count <= FB_DAMAGE_MAX);
}

CU_TestInfo compose_tests[] = {
	{"alpha blends premultiplied colours", alpha_blends_premultiplied_colours},
	{"opacity dims an opaque picture", opacity_dims_an_opaque_picture},
	{"only damage is painted", only_damage_is_painted},
	{"each buffer gets what it missed", each_buffer_gets_what_it_missed},
	{"an opaque overlay hides and spares what is below",
		an_opaque_overlay_hides_and_spares_what_is_below},
	{"nothing below reaches over a higher band", nothing_below_reaches_over_a_higher_band},
	{"an opaque backdrop hides inside its region only", an_opaque_backdrop_hides_inside_its_region_only},
	{"z orders within a band", z_orders_within_a_band},
	{"the region clips and moves the picture", the_region_clips_and_moves_the_picture},
	{"the backdrop shows where there is no picture", the_backdrop_shows_where_there_is_no_picture},
	{"a hidden layer is not painted", a_hidden_layer_is_not_painted},
	{"a fade goes from what is shown to what is wanted",
		a_fade_goes_from_what_is_shown_to_what_is_wanted},
	{"the cursor is painted over its own picture only", the_cursor_is_painted_over_its_own_picture_only},
	{"scattered backing paints the same picture", scattered_backing_paints_the_same_picture},
	{"damage in excess is merged and never lost", damage_in_excess_is_merged_and_never_lost},
	CU_TEST_INFO_NULL,
};
