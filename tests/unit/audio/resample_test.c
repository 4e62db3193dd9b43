/* Rate conversion: pitch, level, images, and that the audio thread never allocates. */
#include <malloc.h>
#include <math.h>
#include <stdlib.h>
#include "backends/speex/speex.h"
#include "tests/unit/expect.h"
#include "tools/audioplot/analyse.h"

#define OUT_MAX 48000

static struct speex speex;
static double left[OUT_MAX], right[OUT_MAX];

/* A second of a stereo tone, right half as loud, through a converter in uneven pieces. */
static uint32_t convert(struct dsp_resampler *r, uint32_t rate_in, double hz)
{
	float in[2 * 512], out[2 * 1024];
	uint32_t fed = 0, made = 0, held = 0;

	while (made < OUT_MAX && fed < rate_in + 4096) {
		uint32_t take = 1 + (fed * 7) % 200, got = 1024, done;

		for (uint32_t i = 0; i < take; i++, fed++) {
			float value = (float)(0.5 * sin(2 * M_PI * hz * fed / rate_in));

			in[2 * (held + i)] = value;
			in[2 * (held + i) + 1] = value / 2;
		}
		done = held + take;
		speex_impl.resampler_run(r, in, &done, out, &got);
		held = held + take - done;
		memmove(in, in + 2 * done, held * 2 * sizeof(in[0]));
		for (uint32_t i = 0; i < got && made < OUT_MAX; i++, made++) {
			left[made] = out[2 * i];
			right[made] = out[2 * i + 1];
		}
	}
	return made;
}

static void tone_keeps_pitch_and_level_and_has_no_images(void)
{
	static const uint32_t rates[] = {8000, 16000, 44100};

	EXPECT_EQ(speex_create(&speex, 1, 3, 48000, 0), 0);
	for (unsigned i = 0; i < 6; i++) {
		uint32_t rate = rates[i % 3];

		speex_impl.resampler_set(speex.resampler[0], rate, 48000, 2);
		if (i >= 3) /* the library instead of the table */
			speex_impl.resampler_trim(speex.resampler[0], 0);
		EXPECT_EQ(convert(speex.resampler[0], rate, 1000), OUT_MAX);
		EXPECT_EQ(lround(10 * analyse_band(left + 4000, 40000, 48000, 950, 1050)), -60);
		EXPECT_EQ(lround(10 * analyse_band(right + 4000, 40000, 48000, 950, 1050)), -120);
		EXPECT_EQ(analyse_band(left + 4000, 40000, 48000, 2000, 23900) < -60, 1);
	}
	speex_destroy(&speex);
}

/* Shorter filters, less latency: still nothing that an ear would tell. */
static void voice_converters_have_no_images(void)
{
	struct voice_dsp dsp;

	EXPECT_EQ(speex_create(&speex, 3, 3, 48000, 0), 0);
	speex_voice(&speex, &dsp);
	for (uint32_t rate = 8000; rate <= 16000; rate *= 2) {
		speex_impl.resampler_set(dsp.down, rate, 48000, 2);
		speex_impl.resampler_trim(dsp.down, 100);
		EXPECT_EQ(speex_impl.resampler_delay(dsp.down), 16);
		EXPECT_EQ(convert(dsp.down, rate, 1000), OUT_MAX);
		EXPECT_EQ(lround(10 * analyse_band(left + 4000, 40000, 48000, 950, 1050)), -60);
		EXPECT_EQ(analyse_band(left + 4000, 40000, 48000, 2000, 23900) < -60, 1);
	}
	speex_destroy(&speex);
}

static void trim_moves_the_rate_by_its_parts_in_a_million(void)
{
	/* To 16 in a million: fractions that the library takes are no finer near 1/6. */
	for (int ppm = -1000; ppm <= 1000; ppm += 250) {
		float in[2 * 480] = {0}, out[2 * 4096];
		uint64_t taken = 0, made = 0;

		EXPECT_EQ(speex_create(&speex, 1, 3, 48000, 0), 0);
		speex_impl.resampler_set(speex.resampler[0], 8000, 48000, 1);
		speex_impl.resampler_trim(speex.resampler[0], ppm);
		for (unsigned n = 0; n < 20000; n++) {
			uint32_t done = 480, got = 4096;

			speex_impl.resampler_run(speex.resampler[0], in, &done, out, &got);
			taken += done;
			made += got;
		}
		EXPECT_EQ(labs(lround((6.0 * (double)taken / (double)made - 1) * 1e6) - ppm) <= 16, 1);
		speex_destroy(&speex);
	}
}

static void audio_thread_never_allocates(void)
{
	static const uint32_t rates[] = {8000, 16000, 44100, 48000};
	size_t before, during;
	struct voice_dsp dsp;
	int16_t frame[160] = {0}, left_over[160];

	EXPECT_EQ(speex_create(&speex, 3, 3, 48000, 200), 0);
	speex_voice(&speex, &dsp);
	before = mallinfo2().uordblks;
	for (unsigned i = 0; i < 4; i++) {
		for (unsigned k = 0; k < 4; k++) {
			speex_impl.resampler_set(dsp.down, rates[i], rates[k], 1 + i % 2);
			for (int ppm = -1000; ppm <= 1000; ppm += 333)
				speex_impl.resampler_trim(dsp.down, ppm);
		}
	}
	speex_impl.canceller_set(dsp.canceller, 16000, true, true);
	speex_impl.canceller_run(dsp.canceller, frame, frame, left_over, true);
	during = mallinfo2().uordblks;
	EXPECT_EQ(during, before);
	speex_destroy(&speex);
}

/* Largest difference between two samples of a tone of 200 Hz, whose period is what the suppressors' delays differ by. */
static int largest_step(bool changes)
{
	struct voice_dsp dsp;
	int16_t frame[160], nothing[160] = {0}, out[160], last = 0;
	int worst = 0;

	EXPECT_EQ(speex_create(&speex, 3, 3, 48000, 200), 0);
	speex_voice(&speex, &dsp);
	speex_impl.canceller_set(dsp.canceller, 16000, true, true);
	for (unsigned n = 0; n < 100; n++) {
		for (unsigned i = 0; i < 160; i++)
			frame[i] = (int16_t)(8000 * sin(2 * M_PI * i / 80));
		speex_impl.canceller_run(dsp.canceller, frame, nothing, out, changes && n % 10 >= 5);
		for (unsigned i = 0; i < 160; last = out[i++])
			if (n > 10 && abs(out[i] - last) > worst)
				worst = abs(out[i] - last);
	}
	speex_destroy(&speex);
	return worst;
}

static void speakerphone_is_switched_without_a_click(void)
{
	int steady = largest_step(false);

	EXPECT_EQ(steady > 200, true);
	EXPECT_EQ(largest_step(true) <= steady + steady / 5, true);
}

static const struct unit_test tests[] = {
	{"a tone keeps pitch and level and has no images", tone_keeps_pitch_and_level_and_has_no_images},
	{"voice converters have no images", voice_converters_have_no_images},
	{"a trim moves the rate by its parts in a million", trim_moves_the_rate_by_its_parts_in_a_million},
	{"the audio thread never allocates", audio_thread_never_allocates},
	{"the speakerphone is switched without a click", speakerphone_is_switched_without_a_click},
};

UNIT_MAIN("audio-resample", tests)
