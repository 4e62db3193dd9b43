/*
 * Figures of the sound path that need no machine: latencies and gaps in virtual time, the mixer's speed natively,
 * beside SDL's in the same run. Prints name<TAB>value<TAB>unit. docs/audio.md says what each means.
 */
#include <dlfcn.h>
#include <math.h>
#include <stdlib.h>
#include "examples/handset/call/sound.h"
#include "tests/bench/audio/mix.h"
#include "tests/unit/audio/echo.h"
#include "tests/unit/audio/world.h"
#include "tools/audioplot/analyse.h"

#define SECOND	   WORLD_RATE
#define TRACE_MAX  (SECOND * 6)
#define MINUTES	   10
#define MIX_ROUNDS 2000
#define FRAME_MS   20.0		 /* the modem's */
#define LINE_US	   720		 /* that a frame is on the line: measured at 1 ns an instruction */
#define PHASES	   10		 /* of the modem's frames in a period of the card */
#define SETTLED	   (SECOND * 60) /* by then the jitter buffers are at their set points */

static struct world w;
static double played[TRACE_MAX + 2 * SECOND], spoken[TRACE_MAX + 2 * SECOND];

static void print(const char *name, double value, const char *unit)
{
	printf("%s\t%.6g\t%s\n", name, value, unit);
	fflush(stdout);
}

static double ms(double frames)
{
	return frames * 1000 / SECOND;
}

/*
 * Ducking: a steady value is played, so that every change of the output is a change of gain.
 */

static void play_steady(void)
{
	int16_t frame[960];

	for (unsigned i = 0; i < 960; i++)
		frame[i] = 32767;
	rig_drain(&w.linux_side, VIRTIO_SND_TXQ);
	while (sound_frames_queued(&w.linux_side.snd, LINUX_MEDIA) < 1920)
		if (!rig_send(&w.linux_side, LINUX_MEDIA, frame, sizeof(frame)))
			break;
}

static int32_t speaker_at(unsigned frame)
{
	return w.out[frame * WORLD_CHANNELS + SPEAKER];
}

static void measure_ramp(void)
{
	int32_t worst = 0, last;
	/* Smooth, from 1.0 to 0.2 within 50 ms; and one step of the card's 16 bits. */
	double slope = 1.5 * 0.8 / (0.05 * SECOND) + 1.0 / 32768;

	world_start(&w);
	rig_open(&w.linux_side, LINUX_MEDIA, 2, VIRTIO_SND_FMT_S16, VIRTIO_SND_RATE_48000, true);
	for (unsigned p = 0; p < 20; p++) {
		play_steady();
		world_period(&w);
	}
	last = speaker_at(WORLD_PERIOD - 1);
	world_act(&w, ROLE_MEDIA, ACTION_DUCK, 200, 50);
	world_decide(&w);
	for (unsigned p = 0; p < 20; p++) {
		play_steady();
		world_period(&w);
		for (unsigned i = 0; i < WORLD_PERIOD; last = speaker_at(i++))
			worst = abs(last - speaker_at(i)) > worst ? abs(last - speaker_at(i)) : worst;
	}
	world_finish(&w);
	print("audio.ramp_max_step", worst / 2147483648.0, "of full scale");
	print("audio.ramp_slope", slope, "of full scale");
}

/* Decided at every frame of a period: until the next period begins, then what the card has queued. */
static void measure_duck(void)
{
	double worst = 0;

	for (unsigned phase = 0; phase < WORLD_PERIOD; phase += 7) {
		unsigned wait = WORLD_PERIOD - phase, first = 0;

		world_start(&w);
		rig_open(&w.linux_side, LINUX_MEDIA, 2, VIRTIO_SND_FMT_S16, VIRTIO_SND_RATE_48000, true);
		play_steady();
		world_period(&w);
		world_act(&w, ROLE_MEDIA, ACTION_DUCK, 200, 50);
		world_decide(&w);
		play_steady();
		world_period(&w);
		while (first < WORLD_PERIOD && speaker_at(first) == 32767 << 16)
			first++;
		worst = fmax(worst, ms(wait + WORLD_QUEUED + first));
		world_finish(&w);
	}
	print("audio.duck_pipeline_ms", worst, "ms");
	print("audio.card_queue_ms", ms(WORLD_QUEUED), "ms");
	print("audio.card_period_ms", ms(WORLD_PERIOD), "ms");
	print("audio.modem_frame_ms", FRAME_MS, "ms");
}

/*
 * Voice.
 */

static int16_t noise_at(uint64_t n)
{
	uint64_t z = n + 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return (int16_t)((int)(z >> 40 & 0x3fff) - 8192);
}

/* Below a kilohertz, so that a trim of the rate does not shift it by much of a wave. */
static int16_t says_noise(struct world *world, uint64_t frame)
{
	int sum = 0;

	for (uint64_t i = 0; i < world->modem_rate / 1000; i++)
		sum += noise_at(frame + i);
	return (int16_t)(sum / 4);
}

static void start_voice(uint32_t rate, double ppm, bool clean)
{
	struct audio_policy policy;

	world_start(&w);
	audio_policy_default(&policy);
	policy.echo = policy.noise = clean;
	memset(policy.sidetone, 0, sizeof(policy.sidetone));
	audio_set_policy(&w.audio, &policy);
	world_hold(&w, ROLE_VOICE, WORLD_CALL);
	world_act(&w, ROLE_MEDIA, ACTION_CORK, 0, 50);
	world_decide(&w);
	world_call(&w, rate, ppm);
	w.modem_hold = SECOND / 1e6 * (LINE_US + call_sound_hold_us(LINE_US, SOUND_RESERVE_US));
}

static void print_voice(const char *what, const char *way, uint32_t rate, double value)
{
	char name[64];

	snprintf(name, sizeof(name), "audio.%s_%s_%uk_ms", what, way, rate / 1000);
	print(name, value, "ms");
}

/* What a jitter buffer held at the end of each period, once it has settled. */
static struct {
	double sum;
	unsigned count;
} held;

static void note_held(uint32_t frames)
{
	if (w.frame < SETTLED)
		return;
	held.sum += frames;
	held.count++;
}

static double mean_held_ms(uint32_t rate)
{
	double mean = held.sum / held.count * 1000 / rate;

	held.sum = held.count = 0;
	return mean;
}

/* Traces begin when the call has settled. */
static void note(double *trace, size_t frame, double value)
{
	if (frame >= SETTLED && frame - SETTLED < TRACE_MAX)
		trace[frame - SETTLED] = value;
}

static double delay_ms(void)
{
	return ms((double)analyse_delay(spoken, played, SECOND / 5 + 6000, 6000));
}

/*
 * From a sample's moment at the modem to the moment at which the card plays it. A sample waits in the buffer as long as the
 * mean fill lasts. Half a modem's frame of that is counted with the modem's frame already: its first sample waits for the
 * frame to be whole, its last one for the others to be taken.
 */
static void measure_down(uint32_t rate)
{
	double total, wait;

	memset(played, 0, sizeof(played));
	memset(spoken, 0, sizeof(spoken));
	start_voice(rate, 0, true);
	w.modem_says = says_noise;
	while (w.frame < SETTLED + TRACE_MAX) {
		for (unsigned i = 0; i < WORLD_PERIOD; i++) /* the first frame was complete at 100 */
			note(spoken, w.frame + i,
				says_noise(&w, (w.frame + i + 860) * rate / SECOND) / 32768.0);
		world_period(&w);
		note_held(w.audio.voice.down.fill);
		for (unsigned i = 0; i < WORLD_PERIOD; i++)
			note(played, w.frame - WORLD_PERIOD + i + WORLD_QUEUED,
				w.out[i * WORLD_CHANNELS + EAR] / 2147483648.0);
	}
	total = delay_ms();
	wait = mean_held_ms(rate) - FRAME_MS / 2;
	print_voice("voice_total", "down", rate, total);
	print_voice("jitter_target", "down", rate,
		jitter_target(&w.audio.voice.down) * 1000.0 / rate - FRAME_MS / 2);
	print_voice("jitter_wait", "down", rate, wait);
	print_voice("voice_added", "down", rate, total - FRAME_MS - wait - ms(WORLD_QUEUED));
	world_finish(&w);
}

/* The modem gives a frame's samples out from its tick on, at which it takes the frame. */
static void hears(struct world *world, const int16_t *frame, uint32_t count)
{
	uint32_t repeat = SECOND / world->modem_rate;

	for (uint32_t i = 0; i < count * repeat; i++)
		note(played, (size_t)world->modem_arrives + i, frame[i / repeat] / 32768.0);
}

/* Noise with the rhythm of speech, which the suppressor does not take for noise. */
static double talker(double *low, uint64_t frame)
{
	*low += 0.2 * (noise_at(frame) / 32768.0 - *low);
	return *low * (0.5 + 0.5 * sin(2 * M_PI * 4 * (double)frame / SECOND));
}

/* From a sample's moment at the microphone to the moment at which the modem has it on its way. */
static double up_total_ms(void)
{
	double low = 0;

	memset(played, 0, sizeof(played));
	memset(spoken, 0, sizeof(spoken));
	w.modem_hears = hears;
	while (w.frame < SETTLED + TRACE_MAX) {
		for (unsigned i = 0; i < WORLD_PERIOD; i++) {
			double value = talker(&low, w.frame + i);

			w.in[i] = (int32_t)(value * 2147483647.0);
			/* What is there at the begin of a period was heard in the one before. */
			if (w.frame >= WORLD_PERIOD)
				note(spoken, w.frame - WORLD_PERIOD + i, value);
		}
		world_period(&w);
		note_held(w.audio.voice.up.left);
	}
	return delay_ms();
}

/* Voice upwards, all in ms: means of all phases in which the modem's clock and the card's can meet, and the worst. */
struct up {
	double total, wait, target, converter, added, worst;
};

/*
 * What is added: by the converter, by the suppressor's overlapping windows, and by an answer's wait for the modem, which takes
 * it when it sends its next frame. What the jitter buffer holds is what a pull leaves there.
 */
static struct up up_of(uint32_t rate, bool clean, bool loud)
{
	const struct voice *v = &w.audio.voice;
	struct up up = {0};

	for (unsigned phase = 0; phase < PHASES; phase++) {
		double total, wait;

		start_voice(rate, 0, clean);
		audio_set_speaker(&w.audio, loud);
		w.modem_due = w.modem_arrives = w.modem_due + phase * WORLD_PERIOD / PHASES;
		total = up_total_ms();
		wait = mean_held_ms(rate);
		up.total += total / PHASES;
		up.wait += wait / PHASES;
		up.added += (total - wait - FRAME_MS) / PHASES;
		up.worst = fmax(up.worst, total - wait - FRAME_MS);
		up.target = jitter_target(&v->up) * 1000.0 / rate - FRAME_MS / 2;
		up.converter = ms(v->dsp.impl->resampler_delay(v->dsp.heard));
		world_finish(&w);
	}
	return up;
}

static void measure_up(uint32_t rate)
{
	struct up ear = up_of(rate, true, false), loud = up_of(rate, true, true),
		  plain = up_of(rate, false, false);

	print_voice("voice_total", "up", rate, ear.total);
	print_voice("jitter_target", "up", rate, ear.target);
	print_voice("jitter_wait", "up", rate, ear.wait);
	print_voice("voice_added", "up", rate, ear.added);
	print_voice("voice_added_worst", "up", rate, ear.worst);
	print_voice("voice_added", "loud", rate, loud.added);
	print_voice("voice_added_worst", "loud", rate, loud.worst);
	print_voice("voice_converter", "up", rate, ear.converter);
	print_voice("voice_suppressor", "up", rate, ear.added - plain.added);
	print_voice("voice_turn", "up", rate, plain.added - plain.converter);
}

/* Ten minutes of a call, with a Linux that floods, panics and restarts beside it. */
static void measure_gaps(uint32_t rate, double ppm)
{
	char name[64];
	uint64_t gaps;

	start_voice(rate, ppm, false);
	for (unsigned s = 0; s < MINUTES * 60; s++) {
		if (s % 10 == 3)
			world_play(&w, 3000, 1.0, s % 20 == 3 ? 48000 : 44100);
		if (s % 10 == 7) {
			w.media_on = false;
			loopback_reset(&w.linux_side.lb);
			rig_driver(&w.linux_side, VDEV_FEATURES_OFFERED);
		}
		for (unsigned p = 0; p < SECOND / WORLD_PERIOD; p++)
			world_period(&w);
	}
	gaps = w.audio.voice.down.gap_frames + w.audio.voice.up.gap_frames +
	       w.audio.voice.down.dropped_frames + w.audio.voice.up.dropped_frames;
	snprintf(name, sizeof(name), "audio.voice_gap_samples_%uk_%+gppm", rate / 1000, ppm);
	print(name, (double)gaps, "samples");
	world_finish(&w);
}

/* The same as mix_streams_per_core, by SDL's converter and mixer, if the library is there. */
#define SDL_S16	   0x8010
#define SDL_VOLUME 3

static void measure_sdl(void)
{
	void *lib = dlopen("libSDL2-2.0.so.0", RTLD_NOW);
	void *(*stream_new)(uint16_t, uint8_t, int, uint16_t, uint8_t, int);
	int (*put)(void *, const void *, int), (*get)(void *, void *, int);
	void (*mix)(uint8_t *, const uint8_t *, uint16_t, uint32_t, int);
	void *stream[MIX_STREAMS] = {0};
	static int16_t out[2 * MIX_FRAMES], part[2 * MIX_FRAMES];
	double start;

	if (!lib)
		return;
	stream_new =
		(void *(*)(uint16_t, uint8_t, int, uint16_t, uint8_t, int))dlsym(lib, "SDL_NewAudioStream");
	put = (int (*)(void *, const void *, int))dlsym(lib, "SDL_AudioStreamPut");
	get = (int (*)(void *, void *, int))dlsym(lib, "SDL_AudioStreamGet");
	mix = (void (*)(uint8_t *, const uint8_t *, uint16_t, uint32_t, int))dlsym(lib, "SDL_MixAudioFormat");
	if (!stream_new || !put || !get || !mix)
		return;
	for (unsigned i = 1; i < MIX_STREAMS; i += 2)
		stream[i] = stream_new(SDL_S16, 2, 44100, SDL_S16, 2, 48000);
	start = mix_cpu_seconds();
	for (unsigned r = 0; r < MIX_ROUNDS; r++) {
		memset(out, 0, sizeof(out));
		for (unsigned i = 0; i < MIX_STREAMS; i++) {
			const int16_t *from = mix_tone();

			if (stream[i]) {
				put(stream[i], mix_tone(), MIX_FRAMES * 441 / 480 * 4);
				if (get(stream[i], part, sizeof(part)) > 0)
					from = part;
			}
			mix((uint8_t *)out, (const uint8_t *)from, SDL_S16, sizeof(out), SDL_VOLUME);
		}
	}
	print("audio.mix_streams_per_core_sdl",
		MIX_STREAMS * (MIX_ROUNDS * (double)MIX_FRAMES / SECOND) / (mix_cpu_seconds() - start),
		"streams");
}

int main(void)
{
	double plain_echo;
	static const double ppm[] = {-200, 0, 200};

	measure_ramp();
	measure_duck();
	for (uint32_t rate = 8000; rate <= 16000; rate += 8000) {
		measure_down(rate);
		measure_up(rate);
		for (unsigned i = 0; i < 3; i++)
			measure_gaps(rate, ppm[i]);
	}
	plain_echo = echo_level(false, false);
	print("audio.echo_return_loss_db", plain_echo - echo_level(true, false), "dB");
	print("audio.echo_return_loss_suppressed_db", plain_echo - echo_level(true, true), "dB");
	print("audio.mix_streams_per_core", mix_streams_per_core(MIX_DEVICES, MIX_ROUNDS, false), "streams");
	measure_sdl();
	return 0;
}
