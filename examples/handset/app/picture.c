#include "examples/handset/app/picture.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "examples/handset/app/marker.h"
#include "examples/handset/app/paint.h"

#define WAVE_COUNT  3
#define WAVE_TOP    500 /* no wave reaches above this row */
#define WAVE_BOTTOM 740 /* nor does any colour change below */
#define DISC_RADIUS 96
#define DISC_X	    240
#define DISC_Y	    336
#define BAR_COUNT   24

static const uint32_t wave_colour[WAVE_COUNT] = {0x2e8bc0, 0x7b5cd6, 0xe0608f};

static struct {
	uint32_t still[PICTURE_WIDTH * PICTURE_HEIGHT]; /* what does not move */
	uint32_t row[PICTURE_HEIGHT][WAVE_COUNT + 1];	/* colour of a row under 0 to 3 waves */
	uint8_t angle[2 * DISC_RADIUS + 1][2 * DISC_RADIUS + 1];
	uint16_t coverage[2 * DISC_RADIUS + 1][2 * DISC_RADIUS + 1];
	uint32_t vinyl[256]; /* the record's colour by angle */
	int16_t sine[1024];  /* one turn, amplitude 256 */
} art;

static int sine(uint32_t turn_1024)
{
	return art.sine[turn_1024 & 1023];
}

static void prepare_rows(void)
{
	for (uint32_t y = 0; y < PICTURE_HEIGHT; y++) {
		uint32_t colour = paint_mix(0x141a33, 0x1f4868, y * 256 / PICTURE_HEIGHT);

		art.row[y][0] = colour;
		for (int wave = 0; wave < WAVE_COUNT; wave++) {
			colour = paint_mix(colour, wave_colour[wave], 120);
			art.row[y][wave + 1] = colour;
		}
		for (uint32_t x = 0; x < PICTURE_WIDTH; x++)
			art.still[y * PICTURE_WIDTH + x] = art.row[y][y < WAVE_BOTTOM ? 0 : WAVE_COUNT];
	}
}

static void prepare_disc(void)
{
	for (int y = -DISC_RADIUS; y <= DISC_RADIUS; y++) {
		for (int x = -DISC_RADIUS; x <= DISC_RADIUS; x++) {
			float turn = atan2f((float)y, (float)x) / 6.2831853f + 1.0f;
			uint32_t hole = paint_disc_coverage(x, y, 10);

			art.angle[y + DISC_RADIUS][x + DISC_RADIUS] = (uint8_t)(int)(turn * 256.0f);
			art.coverage[y + DISC_RADIUS][x + DISC_RADIUS] =
				(uint16_t)(paint_disc_coverage(x, y, DISC_RADIUS) - hole);
		}
	}
	for (int i = 0; i < 256; i++) {
		uint32_t light = (uint32_t)(128 + sine((uint32_t)i * 8) / 2);

		art.vinyl[i] = paint_mix(
			paint_mix(0xff8a5c, 0x8e44ad, (uint32_t)abs(i - 128) * 2), 0xffffff, light / 4);
	}
}

static void prepare_cards(const struct canvas *canvas)
{
	paint_card(canvas, 28, 212, 424, 360, 28, 0xffffff, 22);
	paint_card(canvas, 0, 748, 480, 52, 0, 0x0c1222, 200);
	paint_text(canvas, PAINT_FONT_SMALL, 20, 32, 0xc8d4ea, "Debian GNU/Linux");
	paint_text(canvas, PAINT_FONT_TITLE, 240 - paint_text_width(PAINT_FONT_TITLE, "Shared Wires") / 2,
		476, 0xffffff, "Shared Wires");
	paint_text(canvas, PAINT_FONT_SMALL, 240 - paint_text_width(PAINT_FONT_SMALL, "The Party Line") / 2,
		504, 0xc8d4ea, "The Party Line");
}

void picture_init(void)
{
	struct canvas canvas = {art.still, PICTURE_WIDTH, PICTURE_WIDTH, PICTURE_HEIGHT};

	for (int i = 0; i < 1024; i++)
		art.sine[i] = (int16_t)lrintf(256.0f * sinf((float)i * 6.2831853f / 1024.0f));
	prepare_rows();
	prepare_disc();
	prepare_cards(&canvas);
}

/* Heights of the waves' upper edges, in 1/256 of a row. */
static void wave_edges(int edge[WAVE_COUNT][PICTURE_WIDTH], uint32_t time_ms)
{
	for (uint32_t wave = 0; wave < WAVE_COUNT; wave++) {
		for (uint32_t x = 0; x < PICTURE_WIDTH; x++) {
			int slow = sine(x * (2 + wave) + time_ms * (3 + wave) / 16 + wave * 300);
			int fast = sine(x * 5 - time_ms * (5 - wave) / 14);

			edge[wave][x] = 256 * (580 + 44 * (int)wave) + 44 * slow + 14 * fast;
		}
	}
}

/* A pixel takes the next colour for each edge above it; the row that an edge crosses is mixed. */
static void draw_waves(const struct canvas *canvas, uint32_t time_ms)
{
	static int edge[WAVE_COUNT][PICTURE_WIDTH];

	wave_edges(edge, time_ms);
	for (int y = WAVE_TOP; y < WAVE_BOTTOM; y++) {
		uint32_t *pixel = canvas->pixels + (uint32_t)y * canvas->stride;
		int at = y * 256;

		for (int x = 0; x < PICTURE_WIDTH; x++) {
			int under = (at > edge[0][x]) + (at > edge[1][x]) + (at > edge[2][x]);

			if (under)
				pixel[x] = art.row[y][under];
		}
	}
	for (int wave = 0; wave < WAVE_COUNT; wave++) {
		for (int x = 0; x < PICTURE_WIDTH; x++) {
			int y = edge[wave][x] / 256;
			uint32_t *pixel = canvas->pixels + (uint32_t)y * canvas->stride + x;

			*pixel =
				paint_mix(*pixel, pixel[canvas->stride], 256 - (uint32_t)edge[wave][x] % 256);
		}
	}
}

static void draw_disc(const struct canvas *canvas, uint32_t time_ms)
{
	uint32_t phase = time_ms * 256 / 4000;

	for (int y = 0; y <= 2 * DISC_RADIUS; y++) {
		uint32_t *pixel = canvas->pixels + (uint32_t)(DISC_Y - DISC_RADIUS + y) * canvas->stride +
				  DISC_X - DISC_RADIUS;

		for (int x = 0; x <= 2 * DISC_RADIUS; x++) {
			uint32_t coverage = art.coverage[y][x];
			uint32_t colour = art.vinyl[(art.angle[y][x] - phase) & 255];

			if (coverage == 256)
				pixel[x] = colour;
			else if (coverage)
				pixel[x] = paint_mix(pixel[x], colour, coverage);
		}
	}
}

static void draw_player(const struct canvas *canvas, uint32_t time_ms)
{
	int done = (int)(time_ms / 100 % 1840) * 360 / 1840;

	for (uint32_t bar = 0; bar < BAR_COUNT; bar++) {
		int height = 18 + (sine(time_ms / 3 + bar * 171) + sine(time_ms / 2 - bar * 97)) / 32;

		paint_rect(canvas, 63 + (int)bar * 15, 714 - height, 9, height, 0xffe7c2);
	}
	paint_card(canvas, 60, 532, 360, 8, 4, 0xffffff, 60);
	paint_card(canvas, 60, 532, 8 + done * 352 / 360, 8, 4, 0xffb347, 256);
}

static void draw_numbers(const struct canvas *canvas, const struct picture_state *state)
{
	uint32_t seconds = state->time_ms / 1000;
	bool flash = state->key_count && state->key_age_ms < 300;
	char text[32];

	snprintf(text, sizeof(text), "%u:%02u", seconds / 60, seconds % 60);
	paint_text(canvas, PAINT_FONT_CLOCK, 240 - paint_text_width(PAINT_FONT_CLOCK, text) / 2, 160,
		0xffffff, text);
	snprintf(text, sizeof(text), "%u keys", state->key_count);
	if (flash)
		paint_card(canvas, 368, 10, 104, 32, 16, 0xffb347, 256 - state->key_age_ms * 256 / 300);
	/* Dark while the pill behind it is bright. */
	paint_text(canvas, PAINT_FONT_SMALL, 460 - paint_text_width(PAINT_FONT_SMALL, text), 32,
		flash && state->key_age_ms < 150 ? 0x1b1530 : 0xc8d4ea, text);
}

static void draw_marker(const struct canvas *canvas, const struct picture_state *state)
{
	uint32_t word = marker_encode(state->frame, state->key_count);

	for (int bit = 0; bit < MARKER_BITS; bit++)
		paint_rect(canvas, MARKER_X + bit * MARKER_BLOCK_WIDTH, MARKER_Y, MARKER_BLOCK_WIDTH,
			MARKER_BLOCK_HEIGHT, word >> (31 - bit) & 1 ? MARKER_ONE : MARKER_ZERO);
}

void picture_draw(uint32_t *pixels, uint32_t pitch, const struct picture_state *state)
{
	struct canvas canvas = {pixels, pitch / 4, PICTURE_WIDTH, PICTURE_HEIGHT};

	for (uint32_t y = 0; y < PICTURE_HEIGHT; y++)
		memcpy(pixels + y * canvas.stride, art.still + y * PICTURE_WIDTH, PICTURE_WIDTH * 4);
	draw_waves(&canvas, state->time_ms);
	draw_disc(&canvas, state->time_ms);
	draw_player(&canvas, state->time_ms);
	draw_numbers(&canvas, state);
	draw_marker(&canvas, state);
}
