#include "tests/bench/audio/mix.h"
#include <math.h>
#include <stdlib.h>
#include <time.h>
#include "backends/speex/speex.h"
#include "tests/unit/audio/rig.h"
#include "vdev-audio/audio.h"

#define TONE_FRAMES 1024

/* The rigs of the unit tests check themselves; here a failed check ends the run. */
CU_BOOL CU_assertImplementation(CU_BOOL value, unsigned line, const char *condition, const char *file,
	const char *function, CU_BOOL fatal)
{
	(void)function, (void)fatal;
	if (value)
		return CU_TRUE;
	fprintf(stderr, "%s:%u: %s\n", file, line, condition);
	exit(1);
}

double mix_cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

const int16_t *mix_tone(void)
{
	static int16_t tone[2 * TONE_FRAMES];
	static bool made;

	for (unsigned i = 0; i < 2 * TONE_FRAMES && !made; i++)
		tone[i] = (int16_t)(8000 * sin(i / 2 * 0.1));
	made = true;
	return tone;
}

static void mix_config(struct sound_config *c)
{
	*c = (struct sound_config){.stream_count = SOUND_STREAM_MAX};
	for (uint8_t s = 0; s < SOUND_STREAM_MAX; s++)
		c->stream[s] = (struct sound_stream_config){.role = ROLE_MEDIA,
			.channels_min = 1,
			.channels_max = 2,
			.nid = s,
			.formats = RIG_FORMAT(VIRTIO_SND_FMT_S16),
			.rates = RIG_RATE(VIRTIO_SND_RATE_44100) | RIG_RATE(VIRTIO_SND_RATE_48000)};
}

static void mix_feed(struct rig *rig)
{
	rig_drain(rig, VIRTIO_SND_TXQ);
	for (uint32_t s = 0; s < SOUND_STREAM_MAX; s++)
		while (sound_frames_queued(&rig->snd, s) < 2 * MIX_FRAMES)
			if (!rig_send(rig, s, mix_tone(), MIX_FRAMES * 4))
				return;
}

/* Everything that the mixer works on; static, because each rig has a device's whole state. */
static struct {
	struct rig rig[MIX_DEVICES];
	struct audio audio;
	struct speex speex;
	int32_t out[2 * MIX_FRAMES];
} mix;

static void mix_start(unsigned devices)
{
	struct sound_config sounds;
	struct audio_config config = {.rate = MIX_RATE,
		.channels = 2,
		.bits = 16,
		.dsp = &speex_impl,
		.output = {[OUTPUT_SPEAKER] = {0, 2}}};

	speex_create(&mix.speex, MIX_STREAMS, 3, MIX_RATE, 0);
	config.resampler = mix.speex.resampler;
	config.resampler_count = mix.speex.resampler_count;
	audio_init(&mix.audio, &config);
	mix_config(&sounds);
	for (unsigned d = 0; d < devices; d++) {
		rig_start(&mix.rig[d], "mix", &sounds, &audio_sound_events, &mix.audio);
		audio_add(&mix.audio, &mix.rig[d].snd, d, "mix", false);
		for (uint32_t s = 0; s < SOUND_STREAM_MAX; s++)
			rig_open(&mix.rig[d], s, 2, VIRTIO_SND_FMT_S16,
				s % 2 ? VIRTIO_SND_RATE_44100 : VIRTIO_SND_RATE_48000, true);
	}
	for (unsigned i = 0; i < devices * SOUND_STREAM_MAX; i++)
		gain_set(&mix.audio.stream[i].source.gain[OUTPUT_SPEAKER], GAIN_ONE / 40 + (int32_t)i);
}

double mix_streams_per_core(unsigned devices, unsigned periods, bool with_feeding)
{
	double used = 0, start;

	mix_start(devices);
	for (unsigned p = 0; p < periods; p++) {
		start = mix_cpu_seconds();
		for (unsigned d = 0; d < devices; d++)
			mix_feed(&mix.rig[d]);
		if (!with_feeding)
			start = mix_cpu_seconds();
		audio_period(&mix.audio, NULL, mix.out, MIX_FRAMES, 0, 0);
		used += mix_cpu_seconds() - start;
	}
	for (unsigned d = 0; d < devices; d++)
		rig_finish(&mix.rig[d]);
	speex_destroy(&mix.speex);
	return devices * SOUND_STREAM_MAX * ((double)periods * MIX_FRAMES / MIX_RATE) / used;
}
