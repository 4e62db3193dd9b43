#include "vdev-audio/mixer.h"
#include <errno.h>
#include <stddef.h>
#include "vdev/log.h"

#define SUM_BITS (GAIN_BITS + 1) /* fraction bits of a sum */

int mixer_init(struct mixer *mixer, const struct mixer_output output[OUTPUT_COUNT], unsigned channel_count,
	unsigned bits)
{
	*mixer = (struct mixer){.channel_count = (uint8_t)channel_count, .bits = (uint8_t)bits};
	if (channel_count == 0 || channel_count > MIXER_CHANNEL_MAX ||
		(bits != 16 && bits != 24 && bits != 32)) {
		vdev_log(VDEV_LOG_ERROR,
			"mixer: a card of %u channels of %u bits, at most %u of 16, 24 or 32", channel_count,
			bits, MIXER_CHANNEL_MAX);
		return -EINVAL;
	}
	for (unsigned o = 0; o < OUTPUT_COUNT; o++) {
		if (output[o].channel_count > 2 ||
			output[o].first_channel + output[o].channel_count > channel_count) {
			vdev_log(VDEV_LOG_ERROR, "mixer: %s on channels %u+%u of %u", audio_output_str(o),
				output[o].first_channel, output[o].channel_count, channel_count);
			return -EINVAL;
		}
		mixer->output[o] = output[o];
	}
	return 0;
}

void mixer_begin(struct mixer *mixer, uint32_t frames)
{
	mixer->frames = frames < MIXER_FRAMES_MAX ? frames : MIXER_FRAMES_MAX;
	for (unsigned o = 0; o < OUTPUT_COUNT; o++)
		mixer->used[o] = false;
}

static void output_use(struct mixer *mixer, unsigned o)
{
	if (mixer->used[o])
		return;
	mixer->used[o] = true;
	for (unsigned c = 0; c < mixer->output[o].channel_count; c++)
		__builtin_memset(mixer->sum[o][c], 0, mixer->frames * sizeof(mixer->sum[o][c][0]));
}

/* Four loops, because one with the choice inside would be what the mixer spends its time on. */
static void add_mono_to_mono(
	int64_t *restrict sum, const int32_t *restrict s, const int32_t *restrict g, uint32_t frames)
{
	for (uint32_t i = 0; i < frames; i++)
		sum[i] += (int64_t)s[i] * g[i] * 2;
}

static void add_stereo_to_mono(
	int64_t *restrict sum, const int32_t *restrict s, const int32_t *restrict g, uint32_t frames)
{
	for (uint32_t i = 0; i < frames; i++)
		sum[i] += ((int64_t)s[2 * i] + s[2 * i + 1]) * g[i];
}

static void add_stereo_channel(
	int64_t *restrict sum, const int32_t *restrict s, const int32_t *restrict g, uint32_t frames)
{
	for (uint32_t i = 0; i < frames; i++)
		sum[i] += (int64_t)s[2 * i] * g[i] * 2;
}

static void add_to_output(struct mixer *mixer, unsigned o, const int32_t *sample, unsigned channels)
{
	uint32_t frames = mixer->frames;

	if (channels == 1) {
		for (unsigned c = 0; c < mixer->output[o].channel_count; c++)
			add_mono_to_mono(mixer->sum[o][c], sample, mixer->gain, frames);
	} else if (mixer->output[o].channel_count == 1) {
		add_stereo_to_mono(mixer->sum[o][0], sample, mixer->gain, frames);
	} else {
		add_stereo_channel(mixer->sum[o][0], sample, mixer->gain, frames);
		add_stereo_channel(mixer->sum[o][1], sample + 1, mixer->gain, frames);
	}
}

/* |-2^31| is one more than fits: it counts as full scale. */
static uint32_t magnitude(int32_t sample)
{
	return sample < 0 ? ~(uint32_t)sample : (uint32_t)sample;
}

static void note_peak(uint32_t *peak, const int32_t *sample, uint32_t count)
{
	uint32_t largest = *peak;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t size = magnitude(sample[i]);

		largest = size > largest ? size : largest;
	}
	*peak = largest;
}

void mixer_add(struct mixer *mixer, struct mixer_source *source, const int32_t *sample, unsigned channels)
{
	note_peak(&source->peak, sample, mixer->frames * channels);
	for (unsigned o = 0; o < OUTPUT_COUNT; o++) {
		if (gain_silent(&source->gain[o]))
			continue;
		gain_fill(&source->gain[o], mixer->gain, mixer->frames);
		if (mixer->output[o].channel_count == 0)
			continue;
		output_use(mixer, o);
		add_to_output(mixer, o, sample, channels);
	}
}

void mixer_skip(struct mixer *mixer, struct mixer_source *source)
{
	for (unsigned o = 0; o < OUTPUT_COUNT; o++)
		if (!gain_at_rest(&source->gain[o]))
			gain_fill(&source->gain[o], mixer->gain, mixer->frames);
}

/* Round to the card's bits, half up; then saturate. */
static int32_t finish(struct mixer *mixer, int64_t sum)
{
	unsigned drop = 32u - mixer->bits;
	int64_t limit = ((int64_t)1 << (mixer->bits - 1)) - 1;
	int64_t value = (sum + ((int64_t)1 << (SUM_BITS + drop - 1))) >> (SUM_BITS + drop);

	if (value > limit) {
		mixer->saturated_count++;
		value = limit;
	} else if (value < -limit - 1) {
		mixer->saturated_count++;
		value = -limit - 1;
	}
	return (int32_t)((uint32_t)value << drop);
}

static void note_output_peaks(struct mixer *mixer)
{
	for (unsigned o = 0; o < OUTPUT_COUNT; o++) {
		for (unsigned c = 0; mixer->used[o] && c < mixer->output[o].channel_count; c++) {
			for (uint32_t i = 0; i < mixer->frames; i++) {
				int64_t value = mixer->sum[o][c][i] >> SUM_BITS;
				uint64_t size = (uint64_t)(value < 0 ? ~value : value);
				uint32_t level = size > INT32_MAX ? INT32_MAX : (uint32_t)size;

				mixer->peak[o] = level > mixer->peak[o] ? level : mixer->peak[o];
			}
		}
	}
}

void mixer_end(struct mixer *mixer, int32_t *frame)
{
	unsigned channels = mixer->channel_count;

	note_output_peaks(mixer);
	for (unsigned c = 0; c < channels; c++) {
		const int64_t *part[OUTPUT_COUNT] = {NULL};
		unsigned parts = 0;

		for (unsigned o = 0; o < OUTPUT_COUNT; o++) {
			unsigned at = c - mixer->output[o].first_channel;

			if (mixer->used[o] && at < mixer->output[o].channel_count)
				part[parts++] = mixer->sum[o][at];
		}
		for (uint32_t i = 0; i < mixer->frames; i++) {
			int64_t sum = 0;

			for (unsigned p = 0; p < parts; p++)
				sum += part[p][i];
			frame[i * channels + c] = parts ? finish(mixer, sum) : 0;
		}
	}
}

uint32_t mixer_source_peak(struct mixer_source *source)
{
	uint32_t peak = source->peak;

	source->peak = 0;
	return peak;
}

uint32_t mixer_output_peak(struct mixer *mixer, unsigned output)
{
	uint32_t peak = mixer->peak[output];

	mixer->peak[output] = 0;
	return peak;
}
