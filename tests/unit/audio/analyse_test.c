/* The ears of the other tests: what they would miss or make up. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include "tests/unit/expect.h"
#include "tools/audioplot/analyse.h"
#include "tools/audioplot/plot.h"

#define RATE  48000
#define COUNT (2 * RATE)

static double sound[COUNT], other[COUNT];

static void sine(double hz, double level)
{
	for (size_t i = 0; i < COUNT; i++)
		sound[i] = level * sin(2 * M_PI * hz * (double)i / RATE);
}

static long tenths(double db)
{
	return lround(db * 10);
}

static void levels_are_those_of_a_sine(void)
{
	sine(1000, 1);
	EXPECT_EQ(tenths(analyse_level(sound, COUNT)), 0);
	sine(440, 0.1);
	EXPECT_EQ(tenths(analyse_level(sound, COUNT)), -200);
	memset(sound, 0, sizeof(sound));
	EXPECT_EQ(tenths(analyse_level(sound, COUNT)), -1440);
	EXPECT_EQ(tenths(analyse_level(sound, 0)), -1440);
}

static void bands_tell_two_tones_apart(void)
{
	sine(440, 0.1);
	for (size_t i = 0; i < COUNT; i++)
		sound[i] += 0.5 * sin(2 * M_PI * 3000 * (double)i / RATE);
	EXPECT_EQ(labs(tenths(analyse_band(sound, COUNT, RATE, 380, 500)) + 200) <= 2, true);
	EXPECT_EQ(labs(tenths(analyse_band(sound, COUNT, RATE, 2900, 3100)) + 60) <= 2, true);
	EXPECT_EQ(analyse_band(sound, COUNT, RATE, 6000, 20000) < -80, true);
}

static void click_is_found_where_it_is(void)
{
	struct analyse_click click;

	sine(440, 0.5);
	EXPECT_EQ(analyse_clicks(sound, COUNT, RATE, 6000).db < -90, true);
	for (size_t i = 30000; i < COUNT; i++)
		sound[i] *= 0.9; /* a step of gain without a ramp */
	click = analyse_clicks(sound, COUNT, RATE, 6000);
	EXPECT_EQ(click.db > -60, true);
	EXPECT_EQ(labs((long)click.at - 30000) < 5, true);
	sine(440, 0.5);
	sound[12345] += 0.01;
	EXPECT_EQ(labs((long)analyse_clicks(sound, COUNT, RATE, 6000).at - 12345) < 3, true);
}

static void ramp_is_no_click(void)
{
	sine(440, 0.5);
	for (size_t i = 0; i < COUNT; i++)
		sound[i] *= i < 30000 ? 1 : i > 32400 ? 0.2 : 1 - 0.8 * (double)(i - 30000) / 2400;
	EXPECT_EQ(analyse_clicks(sound, COUNT, RATE, 6000).db < -60, true);
}

static void gaps_are_counted(void)
{
	struct analyse_gaps gaps;

	sine(440, 0.5);
	EXPECT_EQ(analyse_gaps(sound, COUNT, 12, -70).count, 0);
	memset(sound + 10010, 0, 100 * sizeof(sound[0]));
	memset(sound + 20010, 0, 5 * sizeof(sound[0]));
	gaps = analyse_gaps(sound, COUNT, 12, -70);
	EXPECT_EQ(gaps.count, 1);
	EXPECT_EQ(gaps.samples >= 100 && gaps.samples <= 102, true);
	EXPECT_EQ(gaps.first >= 10009 && gaps.first <= 10010, true);
	memset(sound, 0, sizeof(sound));
	gaps = analyse_gaps(sound, COUNT, 12, -70);
	EXPECT_EQ(gaps.samples, COUNT);
}

static void delay_is_found_and_noise_has_none(void)
{
	srand(1);
	for (size_t i = 0; i < COUNT; i++) {
		sound[i] = rand() / (double)RAND_MAX - 0.5;
		other[i] = i >= 777 ? 0.1 * sound[i - 777] : 0;
	}
	EXPECT_EQ(analyse_delay(sound, other, 20000, 2000), 777);
	for (size_t i = 0; i < COUNT; i++)
		other[i] = rand() / (double)RAND_MAX - 0.5;
	EXPECT_EQ(analyse_delay(sound, other, 20000, 2000), -1);
}

/* Two samples of a tone are left out in the middle of a crossfade: no click, no gap, but a slip. */
static void a_slip_is_found_and_drift_is_none(void)
{
	struct analyse_slip slip;

	sine(3000.05, 0.1);
	EXPECT_EQ(analyse_slip(sound, COUNT, RATE, 3000).samples < 0.05, true);
	for (size_t i = RATE; i < COUNT; i++) {
		double x = i < RATE + 100 ? (double)(i - RATE) / 100 : 1;

		sound[i] = 0.1 * ((1 - x) * sin(2 * M_PI * 3000 * (double)i / RATE) +
					 x * sin(2 * M_PI * 3000 * (double)(i + 2) / RATE));
	}
	slip = analyse_slip(sound, COUNT, RATE, 3000);
	EXPECT_EQ(lround(slip.samples), 2);
	EXPECT_EQ(labs((long)slip.at - RATE) <= 480, true);
}

static uint32_t pixel(const struct plot_picture *p, uint32_t x, uint32_t y)
{
	const uint8_t *at = p->rgb + ((size_t)y * p->width + x) * 3;

	return (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
}

/* The tone's line lies at its frequency, and the wave fills its strip. */
static void plot_shows_the_tone_where_it_is(void)
{
	static struct plot plot;
	struct plot_picture picture;
	uint32_t x = PLOT_WIDTH / 2, line;

	sine(2000, 0.5);
	plot = (struct plot){.seconds = (double)COUNT / RATE,
		.track = {{.name = "tone", .sample = sound, .frames = COUNT, .rate = RATE}},
		.track_count = 1,
		.event = {{0, 1.0, "ringing"}, {0.5, 0, "answered"}},
		.event_count = 2};
	line = PLOT_SPECTRUM_TOP + (uint32_t)plot_row(2000, RATE);
	EXPECT_EQ(plot_create(&picture, PLOT_WIDTH, plot_height(1)), 0);
	plot_draw(&picture, &plot);
	EXPECT_EQ((pixel(&picture, x, line) >> 16) > 0xe0, true);
	EXPECT_EQ((pixel(&picture, x, line - 20) >> 16) < 0x20, true);
	EXPECT_EQ((pixel(&picture, x, line + 20) >> 16) < 0x20, true);
	EXPECT_EQ(pixel(&picture, x, PLOT_WAVE_TOP + PLOT_WAVE / 2 - 10), 0x58d6a4);
	EXPECT_EQ(pixel(&picture, x, PLOT_WAVE_TOP), 0x0a0d12);
	plot_destroy(&picture);
}

static const struct unit_test tests[] = {
	{"levels are those of a sine", levels_are_those_of_a_sine},
	{"bands tell two tones apart", bands_tell_two_tones_apart},
	{"a click is found where it is", click_is_found_where_it_is},
	{"a ramp is no click", ramp_is_no_click},
	{"gaps are counted", gaps_are_counted},
	{"a delay is found, and noise has none", delay_is_found_and_noise_has_none},
	{"a slip is found, and drift is none", a_slip_is_found_and_drift_is_none},
	{"a plot shows the tone where it is", plot_shows_the_tone_where_it_is},
};

UNIT_MAIN("audio-analyse", tests)
