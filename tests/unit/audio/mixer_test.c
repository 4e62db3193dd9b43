/* Gains to the sample, sums to the bit. */
#include <stdlib.h>
#include "tests/unit/expect.h"
#include "vdev-audio/mixer.h"

#define FRAMES 240

static const struct mixer_output mono_and_stereo[OUTPUT_COUNT] = {
	[OUTPUT_EARPIECE] = {0, 1}, [OUTPUT_SPEAKER] = {2, 2}, [OUTPUT_HEADSET] = {2, 2}};
static struct mixer mixer;
static int32_t out[4 * FRAMES], in[2 * FRAMES];

static int32_t s16(int value)
{
	return (int32_t)((uint32_t)value << 16);
}

static void linear_ramp_is_exact_at_each_frame(void)
{
	struct gain_ramp ramp;
	int32_t gain[20];

	gain_set(&ramp, GAIN_ONE);
	gain_ramp_to(&ramp, 0, 8, GAIN_LINEAR);
	gain_fill(&ramp, gain, 20);
	for (int i = 0; i < 20; i++)
		EXPECT_EQ(gain[i], i < 8 ? GAIN_ONE - GAIN_ONE / 8 * (i + 1) : 0);
	EXPECT_EQ(gain_at_rest(&ramp), true);
	EXPECT_EQ(gain_silent(&ramp), true);
}

static void first_frame_after_the_order_is_changed(void)
{
	struct gain_ramp ramp;
	int32_t gain[1];

	for (unsigned shape = 0; shape < GAIN_SHAPE_COUNT; shape++) {
		gain_set(&ramp, GAIN_ONE);
		gain_ramp_to(&ramp, 0, 2400, shape);
		gain_fill(&ramp, gain, 1);
		EXPECT_EQ(gain[0] < GAIN_ONE, true);
	}
}

static void ramp_ends_at_its_length_to_the_bit(void)
{
	static const uint32_t lengths[] = {1, 2, 3, 7, 240, 2399, 2400, 48000};
	static int32_t gain[48001];
	struct gain_ramp ramp;

	for (unsigned shape = 0; shape < GAIN_SHAPE_COUNT; shape++) {
		for (unsigned n = 0; n < sizeof(lengths) / sizeof(lengths[0]); n++) {
			gain_set(&ramp, 12345);
			gain_ramp_to(&ramp, GAIN_ONE, lengths[n], shape);
			gain_fill(&ramp, gain, lengths[n] + 1);
			EXPECT_EQ(gain[lengths[n] - 1], GAIN_ONE);
			EXPECT_EQ(gain[lengths[n]], GAIN_ONE);
			if (lengths[n] > 1 && shape == GAIN_LINEAR)
				EXPECT_EQ(gain[lengths[n] - 2] < GAIN_ONE, true);
		}
	}
}

static void no_step_is_larger_than_the_slope(void)
{
	static int32_t gain[4800];
	struct gain_ramp ramp;

	for (unsigned shape = 0; shape < GAIN_SHAPE_COUNT; shape++) {
		int32_t last = GAIN_ONE, worst = 0;

		gain_set(&ramp, GAIN_ONE);
		gain_ramp_to(&ramp, GAIN_ONE / 5, 2400, shape);
		gain_fill(&ramp, gain, 4800);
		for (unsigned i = 0; i < 4800; last = gain[i++]) {
			EXPECT_EQ(gain[i] <= last, true);
			worst = last - gain[i] > worst ? last - gain[i] : worst;
		}
		EXPECT_EQ(worst <= gain_step_max(GAIN_ONE, GAIN_ONE / 5, 2400, shape), true);
		EXPECT_EQ(worst > 0, true);
	}
}

static void ramp_turned_round_starts_where_it_is(void)
{
	struct gain_ramp ramp;
	int32_t gain[100], before;

	gain_set(&ramp, GAIN_ONE);
	gain_ramp_to(&ramp, 0, 100, GAIN_LINEAR);
	gain_fill(&ramp, gain, 30);
	before = gain_now(&ramp);
	EXPECT_EQ(gain[29], before);
	gain_ramp_to(&ramp, GAIN_ONE, 100, GAIN_LINEAR);
	gain_fill(&ramp, gain, 100);
	EXPECT_EQ(gain[0] > before && gain[0] - before <= GAIN_ONE / 100, true);
	EXPECT_EQ(gain[99], GAIN_ONE);
}

static void same_order_twice_does_not_start_again(void)
{
	struct gain_ramp ramp;
	int32_t gain[100];

	gain_set(&ramp, GAIN_ONE);
	gain_ramp_to(&ramp, 0, 100, GAIN_LINEAR);
	gain_fill(&ramp, gain, 60);
	gain_ramp_to(&ramp, 0, 100, GAIN_LINEAR);
	gain_fill(&ramp, gain, 40);
	EXPECT_EQ(gain[39], 0);
}

static void gains_stay_within_bounds(void)
{
	struct gain_ramp ramp;

	gain_set(&ramp, INT32_MAX);
	EXPECT_EQ(gain_now(&ramp), GAIN_MAX);
	gain_set(&ramp, -1);
	EXPECT_EQ(gain_now(&ramp), 0);
	EXPECT_EQ(gain_from_permille(UINT32_MAX), GAIN_MAX);
	EXPECT_EQ(gain_from_permille(1000), GAIN_ONE);
	EXPECT_EQ(gain_multiply(GAIN_ONE, 777), 777);
}

static void setup(unsigned bits)
{
	EXPECT_EQ(mixer_init(&mixer, mono_and_stereo, 4, bits), 0);
	memset(in, 0, sizeof(in));
	memset(out, 0xee, sizeof(out));
}

static struct mixer_source source_to(unsigned output, int32_t gain)
{
	struct mixer_source source = {0};

	gain_set(&source.gain[output], gain);
	return source;
}

static void noise(int32_t *sample, unsigned count, unsigned seed)
{
	for (unsigned i = 0; i < count; i++) {
		seed = seed * 1103515245u + 12345u;
		sample[i] = (int32_t)seed;
	}
}

static void one_stream_at_full_gain_is_unchanged(void)
{
	struct mixer_source source = source_to(OUTPUT_SPEAKER, GAIN_ONE);

	setup(32);
	noise(in, 2 * FRAMES, 1);
	mixer_begin(&mixer, FRAMES);
	mixer_add(&mixer, &source, in, 2);
	mixer_end(&mixer, out);
	for (unsigned i = 0; i < FRAMES; i++) {
		EXPECT_EQ(out[4 * i], 0);
		EXPECT_EQ(out[4 * i + 2], in[2 * i]);
		EXPECT_EQ(out[4 * i + 3], in[2 * i + 1]);
	}
	EXPECT_EQ(mixer.saturated_count, 0);
}

static void every_16_bit_value_survives(void)
{
	struct mixer_source source = source_to(OUTPUT_SPEAKER, GAIN_ONE);

	setup(16);
	for (int value = -32768; value < 32768;) {
		mixer_begin(&mixer, FRAMES);
		for (unsigned i = 0; i < 2 * FRAMES; i++)
			in[i] = s16(value + (int)i / 2);
		mixer_add(&mixer, &source, in, 2);
		mixer_end(&mixer, out);
		for (unsigned i = 0; i < FRAMES && value < 32768; i++, value++)
			EXPECT_EQ(out[4 * i + 2], s16(value));
	}
}

/* The mixer against the sum worked out with more bits than it has. */
static void sum_of_many_is_exact_to_the_bit(void)
{
	static int32_t sample[MIXER_SOURCE_MAX][2 * FRAMES];
	struct mixer_source source[MIXER_SOURCE_MAX];

	setup(16);
	mixer_begin(&mixer, FRAMES);
	for (unsigned s = 0; s < MIXER_SOURCE_MAX; s++) {
		source[s] = source_to(OUTPUT_SPEAKER, (int32_t)(GAIN_ONE / 32 + s * 1234567 % GAIN_ONE / 64));
		noise(sample[s], 2 * FRAMES, s);
		mixer_add(&mixer, &source[s], sample[s], 2);
	}
	mixer_end(&mixer, out);
	for (unsigned i = 0; i < FRAMES; i++) {
		__int128 sum = 0;

		for (unsigned s = 0; s < MIXER_SOURCE_MAX; s++)
			sum += (__int128)sample[s][2 * i] * gain_now(&source[s].gain[OUTPUT_SPEAKER]);
		sum = (sum + ((__int128)1 << (GAIN_BITS + 15))) >> (GAIN_BITS + 16);
		EXPECT_EQ(out[4 * i + 2], s16((int)(sum > 32767 ? 32767 : sum < -32768 ? -32768 : sum)));
	}
}

static void full_scale_of_every_source_saturates_and_never_wraps(void)
{
	struct mixer_source source[MIXER_SOURCE_MAX];
	const int32_t extremes[] = {INT32_MIN, INT32_MAX};

	for (unsigned e = 0; e < 2; e++) {
		setup(16);
		for (unsigned i = 0; i < 2 * FRAMES; i++)
			in[i] = extremes[e];
		mixer_begin(&mixer, FRAMES);
		for (unsigned s = 0; s < MIXER_SOURCE_MAX; s++) {
			source[s] = source_to(OUTPUT_SPEAKER, GAIN_MAX);
			gain_set(&source[s].gain[OUTPUT_HEADSET], GAIN_MAX);
			gain_set(&source[s].gain[OUTPUT_EARPIECE], GAIN_MAX);
			mixer_add(&mixer, &source[s], in, 2);
		}
		mixer_end(&mixer, out);
		for (unsigned c = 0; c < 4; c++)
			EXPECT_EQ(out[c], c == 1 ? 0 : e ? s16(32767) : s16(-32768));
		EXPECT_EQ(mixer.saturated_count, 3 * FRAMES);
	}
}

static void quiet_sources_keep_their_bits_until_the_end(void)
{
	struct mixer_source source[4];

	setup(16);
	for (unsigned i = 0; i < 2 * FRAMES; i++)
		in[i] = s16(1);
	mixer_begin(&mixer, FRAMES);
	for (unsigned s = 0; s < 4; s++) { /* four quarters of the lowest bit are one */
		source[s] = source_to(OUTPUT_SPEAKER, GAIN_ONE / 4);
		mixer_add(&mixer, &source[s], in, 2);
	}
	mixer_end(&mixer, out);
	EXPECT_EQ(out[2], s16(1));
}

static void stereo_on_a_mono_output_is_its_mean(void)
{
	struct mixer_source source = source_to(OUTPUT_EARPIECE, GAIN_ONE);

	setup(16);
	for (unsigned i = 0; i < FRAMES; i++) {
		in[2 * i] = s16(1000);
		in[2 * i + 1] = s16(-400);
	}
	mixer_begin(&mixer, FRAMES);
	mixer_add(&mixer, &source, in, 2);
	mixer_end(&mixer, out);
	EXPECT_EQ(out[0], s16(300));
	EXPECT_EQ(out[2], 0);
}

static void mono_on_a_stereo_output_is_on_both_sides(void)
{
	struct mixer_source source = source_to(OUTPUT_SPEAKER, GAIN_ONE / 2);

	setup(16);
	in[0] = s16(1000);
	mixer_begin(&mixer, FRAMES);
	mixer_add(&mixer, &source, in, 1);
	mixer_end(&mixer, out);
	EXPECT_EQ(out[2], s16(500));
	EXPECT_EQ(out[3], s16(500));
	EXPECT_EQ(out[0], 0);
}

static void levels_are_measured(void)
{
	struct mixer_source source = source_to(OUTPUT_SPEAKER, GAIN_ONE / 2);

	setup(16);
	in[6] = INT32_MIN;
	mixer_begin(&mixer, FRAMES);
	mixer_add(&mixer, &source, in, 2);
	mixer_end(&mixer, out);
	EXPECT_EQ(mixer_source_peak(&source), INT32_MAX);
	EXPECT_EQ(mixer_source_peak(&source), 0);
	EXPECT_EQ(mixer_output_peak(&mixer, OUTPUT_SPEAKER), INT32_MAX / 2);
	EXPECT_EQ(mixer_output_peak(&mixer, OUTPUT_EARPIECE), 0);
}

static void ramps_go_on_while_a_source_is_silent(void)
{
	struct mixer_source source = source_to(OUTPUT_SPEAKER, GAIN_ONE);

	setup(16);
	gain_ramp_to(&source.gain[OUTPUT_SPEAKER], 0, 2 * FRAMES, GAIN_LINEAR);
	for (unsigned i = 0; i < 2; i++) {
		mixer_begin(&mixer, FRAMES);
		mixer_skip(&mixer, &source);
		mixer_end(&mixer, out);
	}
	EXPECT_EQ(gain_silent(&source.gain[OUTPUT_SPEAKER]), true);
}

static void impossible_cards_are_refused(void)
{
	const struct mixer_output outside[OUTPUT_COUNT] = {{3, 2}};

	EXPECT_EQ(mixer_init(&mixer, outside, 4, 16) < 0, true);
	EXPECT_EQ(mixer_init(&mixer, mono_and_stereo, 0, 16) < 0, true);
	EXPECT_EQ(mixer_init(&mixer, mono_and_stereo, MIXER_CHANNEL_MAX + 1, 16) < 0, true);
	EXPECT_EQ(mixer_init(&mixer, mono_and_stereo, 4, 8) < 0, true);
}

static const struct unit_test tests[] = {
	{"a linear ramp is exact at each frame", linear_ramp_is_exact_at_each_frame},
	{"the first frame after the order is changed", first_frame_after_the_order_is_changed},
	{"a ramp ends at its length, to the bit", ramp_ends_at_its_length_to_the_bit},
	{"no step is larger than the slope", no_step_is_larger_than_the_slope},
	{"a ramp turned round starts where it is", ramp_turned_round_starts_where_it_is},
	{"the same order twice does not start again", same_order_twice_does_not_start_again},
	{"gains stay within bounds", gains_stay_within_bounds},
	{"one stream at full gain is unchanged", one_stream_at_full_gain_is_unchanged},
	{"every 16-bit value survives", every_16_bit_value_survives},
	{"the sum of many is exact to the bit", sum_of_many_is_exact_to_the_bit},
	{"full scale of every source saturates and never wraps",
		full_scale_of_every_source_saturates_and_never_wraps},
	{"quiet sources keep their bits until the end", quiet_sources_keep_their_bits_until_the_end},
	{"stereo on a mono output is its mean", stereo_on_a_mono_output_is_its_mean},
	{"mono on a stereo output is on both sides", mono_on_a_stereo_output_is_on_both_sides},
	{"levels are measured", levels_are_measured},
	{"ramps go on while a source is silent", ramps_go_on_while_a_source_is_silent},
	{"impossible cards are refused", impossible_cards_are_refused},
};

UNIT_MAIN("audio-mixer", tests)
