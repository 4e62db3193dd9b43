#include "examples/handset/modem/voice.h"
#include "examples/handset/tone.h"
#include "frontends/rtos/mem.h"

/* A syllable: rises, holds and falls within SYLLABLE_MS, then the next one, on another pitch. */
#define SYLLABLE_MS    320u
#define EDGE_MS	       50u
#define HARMONIC_COUNT 14
#define VOICE_LEVEL    0.16f

/*
 * The other end's voice.
 */

/* Weights of the harmonics of three vowels: what a mouth does to a voice, roughly. */
static const float vowel[3][HARMONIC_COUNT] = {
	{0.6f, 0.7f, 0.8f, 1.0f, 0.9f, 0.6f, 0.5f, 0.45f, 0.3f, 0.15f, 0.08f, 0.05f, 0.03f, 0.02f},
	{0.9f, 1.0f, 0.5f, 0.2f, 0.1f, 0.06f, 0.05f, 0.08f, 0.15f, 0.3f, 0.35f, 0.3f, 0.2f, 0.1f},
	{0.8f, 1.0f, 0.9f, 0.5f, 0.3f, 0.15f, 0.08f, 0.04f, 0.03f, 0.02f, 0.02f, 0.01f, 0.01f, 0.01f},
};
static const uint16_t pitch_hz[] = {131, 147, 165, 147, 131, 110, 123, 131};

static float edge(uint32_t rate, uint32_t at)
{
	uint32_t length = rate * SYLLABLE_MS / 1000, ramp = rate * EDGE_MS / 1000, left = length - at;
	uint32_t from_edge = at < left ? at : left;
	float x = from_edge < ramp ? (float)from_edge / (float)ramp : 1.0f;

	return x * x * (3 - 2 * x);
}

int16_t pcm_far_sample(uint32_t rate, uint64_t n)
{
	uint32_t length = rate * SYLLABLE_MS / 1000, at = (uint32_t)(n % length);
	uint64_t syllable = n / length;
	uint32_t base = at * tone_step(pitch_hz[syllable % 8], rate);
	const float *weight = vowel[syllable * 2 % 3];
	float sum = 0, pilot = tone_sine((uint32_t)n * tone_step(PCM_PILOT_HZ, rate));

	for (uint32_t k = 0; k < HARMONIC_COUNT; k++)
		sum += weight[k] * tone_sine(base * (k + 1));
	sum = sum * edge(rate, at) * (VOICE_LEVEL / 2.5f) + pilot * PCM_PILOT_LEVEL;
	return (int16_t)(sum * 32767.0f);
}

/*
 * Frames.
 */

void pcm_init(struct pcm *v, const struct pcm_io *io)
{
	memset(v, 0, sizeof(*v));
	v->io = io;
	v->due = PCM_NEVER;
}

void pcm_set(struct pcm *v, bool on, uint32_t rate, uint64_t own_ns)
{
	if (on == v->on)
		return;
	v->on = on;
	v->flowing = false;
	v->rate = rate;
	v->fill = 0;
	v->frame.number = v->frame.dropped = 0;
	v->due = on ? (own_ns / PCM_FRAME_NS + 1) * PCM_FRAME_NS : PCM_NEVER;
}

/* What the network does not take is dropped from the oldest frame on: latency never grows for good. */
static void drop_frame(struct pcm *v)
{
	size_t bytes = v->rate / 1000 * PCM_FRAME_MS * 2;

	memmove(v->fifo, v->fifo + bytes, v->fill - bytes);
	v->fill -= bytes;
	v->frame.dropped += (uint32_t)bytes / 2;
}

void pcm_receive(struct pcm *v, const void *bytes, size_t count)
{
	const uint8_t *from = bytes;

	if (!v->on)
		return;
	while (count) {
		size_t room = sizeof(v->fifo) - v->fill, part = count < room ? count : room;

		memcpy(v->fifo + v->fill, from, part);
		v->fill += part;
		from += part;
		count -= part;
		if (count)
			drop_frame(v);
	}
}

/* The network takes a frame, from the first moment on at which a whole one is there. */
static void take_frame(struct pcm *v)
{
	size_t wanted = v->rate / 1000 * PCM_FRAME_MS * 2, got = v->fill - v->fill % 2;
	struct pcm_frame *f = &v->frame;

	v->flowing |= v->fill >= wanted;
	if (!v->flowing)
		got = 0;
	got = got < wanted ? got : wanted;
	memset(f->heard, 0, sizeof(f->heard));
	memcpy(f->heard, v->fifo, got);
	memmove(v->fifo, v->fifo + got, v->fill - got);
	v->fill -= got;
	f->missing = (uint16_t)((wanted - got) / 2);
	f->waiting = (uint16_t)(v->fill / 2);
}

static void send_frame(struct pcm *v)
{
	uint32_t count = v->rate / 1000 * PCM_FRAME_MS;
	struct pcm_frame *f = &v->frame;

	f->rate = v->rate;
	for (uint32_t i = 0; i < count; i++)
		f->said[i] = pcm_far_sample(v->rate, (uint64_t)f->number * count + i);
	v->io->send(v->io->data, f->said, (size_t)count * 2);
	take_frame(v);
	if (v->io->record)
		v->io->record(v->io->data, f);
	f->number++;
}

void pcm_tick(struct pcm *v, uint64_t own_ns)
{
	if (own_ns < v->due)
		return;
	send_frame(v);
	v->due += PCM_FRAME_NS;
	/* A clock that jumped (AT a prompt: drift) makes one pause or one frame at once, no flood. */
	if (own_ns >= v->due)
		v->due = (own_ns / PCM_FRAME_NS + 1) * PCM_FRAME_NS;
}
