/*
 * In a Linux with a sound card: our mixer beside ALSA's plug, softvol and dmix, which want a card of the kernel's. As many
 * streams for both, every second one at 44.1 kHz, each with its own gain; each stream of dmix's is a process, as players
 * are. Prints name<TAB>value<TAB>unit. docs/audio.md says what each includes; the streams' ALSA names are in asound.conf.
 */
#include <alsa/asoundlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tests/bench/audio/mix.h"

#define DEVICES	     1u
#define STREAMS	     (DEVICES * SOUND_STREAM_MAX) /* dmix does not keep up with three times as many */
#define SECONDS	     5u
#define WARM_UP	     1u	 /* s, before and after them, in which others start or end */
#define CARD_PERIODS 4u	 /* asound.conf's */
#define SOFTVOL	     150 /* of 255, the first stream's */

/* A run of dmix's. */
struct setup {
	const char *figure, *converter;
	unsigned period_frames;
	unsigned key; /* a dmix of its own, which takes the next number too */
};

struct result {
	double seconds; /* of the processor */
	unsigned xruns; /* while it was measured */
	bool done;
};

static int complain(const char *what, int error)
{
	fprintf(stderr, "mixers: %s: %s\n", what, snd_strerror(error));
	return error;
}

static snd_pcm_t *open_stream(unsigned stream, const struct setup *setup)
{
	char name[64];
	snd_pcm_t *pcm;
	int error;

	snprintf(name, sizeof(name), "stream:%u,%s,%u,%u", stream, setup->converter, setup->period_frames,
		setup->key);
	error = snd_pcm_open(&pcm, name, SND_PCM_STREAM_PLAYBACK, 0);
	if (error < 0)
		complain(name, error);
	return error < 0 ? NULL : pcm;
}

/*
 * softvol is at 0 dB, where it does nothing, until somebody turns the control that it makes when the stream is opened
 * for the first time; nobody else may turn it until that one is closed.
 */
static int set_volume(unsigned stream, const struct setup *setup)
{
	snd_pcm_t *pcm = open_stream(stream, setup);
	snd_ctl_elem_value_t *value;
	char name[64];
	snd_ctl_t *ctl;
	int error;

	if (!pcm)
		return -ENODEV;
	snd_pcm_close(pcm);
	error = snd_ctl_open(&ctl, "hw:0", 0);
	if (error < 0)
		return complain("the card's controls", error);
	snprintf(name, sizeof(name), "Stream %u", stream);
	snd_ctl_elem_value_alloca(&value);
	snd_ctl_elem_value_set_interface(value, SND_CTL_ELEM_IFACE_MIXER);
	snd_ctl_elem_value_set_name(value, name);
	for (unsigned channel = 0; channel < 2; channel++)
		snd_ctl_elem_value_set_integer(value, channel, SOFTVOL + (long)stream);
	error = snd_ctl_elem_write(ctl, value);
	snd_ctl_close(ctl);
	return error < 0 ? complain(name, error) : 0;
}

/* Writes the tone in pieces of 10 ms; how often the card had none left, or a negative errno. */
static int play(snd_pcm_t *pcm, unsigned rate, unsigned seconds)
{
	snd_pcm_uframes_t frames = rate / (MIX_RATE / MIX_FRAMES);
	int xruns = 0;

	for (unsigned p = 0; p < seconds * MIX_RATE / MIX_FRAMES; p++) {
		snd_pcm_sframes_t written = snd_pcm_writei(pcm, mix_tone(), frames);

		if (written == -EPIPE && ++xruns)
			written = snd_pcm_recover(pcm, -EPIPE, 1);
		if (written < 0)
			return complain("writei", (int)written);
	}
	return xruns;
}

/* The client's buffer is the card's, and so is its period: a dmix that others began with another one would show here. */
static int configure(snd_pcm_t *pcm, unsigned rate, const struct setup *setup)
{
	unsigned latency_us = (unsigned)(setup->period_frames * CARD_PERIODS * 1000000ull / MIX_RATE);
	snd_pcm_uframes_t buffer, period = 0, wanted = setup->period_frames * rate / MIX_RATE;
	int error = snd_pcm_set_params(
		pcm, SND_PCM_FORMAT_S16_LE, SND_PCM_ACCESS_RW_INTERLEAVED, 2, rate, 1, latency_us);

	if (error < 0)
		return complain("set_params", error);
	snd_pcm_get_params(pcm, &buffer, &period);
	if (period == wanted)
		return 0;
	fprintf(stderr, "mixers: %s: the period is %lu frames instead of %lu\n", setup->figure, period,
		wanted);
	return -EINVAL;
}

static int client(unsigned stream, const struct setup *setup, struct result *result)
{
	unsigned rate = stream % 2 ? 44100 : MIX_RATE;
	snd_pcm_t *pcm = open_stream(stream, setup);
	double start;
	int error, xruns;

	if (!pcm)
		return -ENODEV;
	error = configure(pcm, rate, setup);
	if (error < 0)
		return error;
	play(pcm, rate, WARM_UP);
	start = mix_cpu_seconds();
	xruns = play(pcm, rate, SECONDS);
	result->seconds = mix_cpu_seconds() - start;
	if (xruns < 0)
		return xruns;
	result->xruns = (unsigned)xruns;
	result->done = true;
	play(pcm, rate, WARM_UP);
	return 0;
}

static void print(const char *name, double value)
{
	printf("audio.mix_streams_per_core_%s\t%.0f\tstreams\n", name, value);
	fflush(stdout);
}

/* The last dmix's server keeps the card for a while after its clients have gone; returns when it has let go. */
static int wait_for_card(void)
{
	snd_pcm_t *pcm;
	int error = snd_pcm_open(&pcm, "hw:0,0", SND_PCM_STREAM_PLAYBACK, 0);

	if (error < 0)
		return complain("hw:0,0", error);
	snd_pcm_close(pcm);
	return 0;
}

/* All streams at once. */
static int measure_dmix(const struct setup *setup)
{
	struct result *result = mmap(
		NULL, STREAMS * sizeof(*result), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	double used = 0;
	unsigned xruns = 0, done = 0;

	for (unsigned i = 0; i < STREAMS; i++)
		if (fork() == 0)
			_exit(client(i, setup, &result[i]) != 0);
	for (unsigned i = 0; i < STREAMS; i++)
		wait(NULL);
	for (unsigned i = 0; i < STREAMS; i++) {
		used += result[i].seconds;
		xruns += result[i].xruns;
		done += result[i].done;
	}
	munmap(result, STREAMS * sizeof(*result));
	if (done != STREAMS || xruns) {
		fprintf(stderr, "mixers: %s: %u of %u streams came to their end, with %u xruns\n",
			setup->figure, done, STREAMS, xruns);
		return -EIO;
	}
	print(setup->figure, STREAMS * (double)SECONDS / used);
	return 0;
}

int main(void)
{
	static const struct setup volumes = {"volumes", "linear", MIX_FRAMES, 4800};
	static const struct setup setups[] = {{"dmix", "speexrate", MIX_FRAMES, 4810},
		{"dmix_100ms", "speexrate", 10 * MIX_FRAMES, 4820},
		{"dmix_linear", "linear", MIX_FRAMES, 4830},
		{"dmix_linear_100ms", "linear", 10 * MIX_FRAMES, 4840}};
	int failed = 0;

	print("arm64", mix_streams_per_core(DEVICES, SECONDS * MIX_RATE / MIX_FRAMES, false));
	print("arm64_fed", mix_streams_per_core(DEVICES, SECONDS * MIX_RATE / MIX_FRAMES, true));
	for (unsigned i = 0; i < STREAMS; i++)
		failed |= set_volume(i, &volumes);
	for (unsigned i = 0; i < sizeof(setups) / sizeof(setups[0]) && !failed; i++)
		failed |= wait_for_card() || measure_dmix(&setups[i]);
	return failed ? 1 : 0;
}
