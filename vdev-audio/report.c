/* What an engineer wants to see: levels, routes, who is ducked by whom and why, xruns, latencies. */
#include "vdev-audio/engine.h"
#include "vdev/log.h"

struct text {
	char *at;
	size_t left, used;
};

#define SAY(t, ...)                                                                                          \
	do {                                                                                                 \
		size_t n = vdev_format((t)->at, (t)->left, __VA_ARGS__);                                     \
		(t)->at += n;                                                                                \
		(t)->left -= n;                                                                              \
		(t)->used += n;                                                                              \
	} while (0)

/* Tenths of a decibel below full scale, by halves of 6.02 dB and a straight line between them. */
static int32_t level_ddb(uint32_t peak)
{
	int32_t octave = 0;

	if (peak < 0x8000)
		return -960;
	while (peak < 0x40000000u) {
		peak <<= 1;
		octave++;
	}
	return -602 * octave / 10 - (int32_t)((uint64_t)(0x7fffffffu - peak) * 60 / 0x40000000u);
}

static void say_level(struct text *t, uint32_t peak)
{
	int32_t ddb = level_ddb(peak);

	SAY(t, " peak %s%d.%d dBFS", ddb ? "-" : "", -ddb / 10, -ddb % 10);
}

static uint32_t permille(int32_t gain)
{
	return (uint32_t)(((int64_t)gain * 1000 + GAIN_ONE / 2) >> GAIN_BITS);
}

/*
 * From a driver's message to the card's output, or from the microphone to a driver: what waits in the device, in
 * the jitter buffer of a voice, in the card.
 */
static uint32_t latency_ms(const struct audio *audio, const struct audio_stream *st)
{
	uint32_t rate = sound_rate(st->snd, st->stream);
	uint32_t card = st->input ? audio->heard : audio->queued;
	uint32_t ms = (uint32_t)((uint64_t)card * 1000 / audio->config.rate);

	if (st->voice)
		ms += (st->input ? audio->voice.up.fill : audio->voice.down.fill) * 1000 / audio->voice.rate;
	if (!st->input && rate)
		ms += (uint32_t)((uint64_t)sound_frames_queued(st->snd, st->stream) * 1000 / rate);
	return ms;
}

static void say_stream(struct audio *audio, struct text *t, struct audio_stream *st)
{
	const struct sound_stream *s = &st->snd->stream[st->stream];

	SAY(t, "stream %s/%u %s %s %s", st->partition_name, st->stream, audio_role_str(st->role),
		st->input ? "in" : "out", sound_pcm_str(st->snd->state->stream[st->stream].pcm));
	if (st->running) {
		SAY(t, " %u Hz", sound_rate(st->snd, st->stream));
		say_level(t, mixer_source_peak(&st->source));
		for (unsigned o = 0; o < OUTPUT_COUNT && !st->input; o++)
			if (!gain_silent(&st->source.gain[o]))
				SAY(t, " %s %u%s", audio_output_str(o),
					permille(gain_now(&st->source.gain[o])),
					gain_at_rest(&st->source.gain[o]) ? "" : "~");
		SAY(t, " latency %u ms", latency_ms(audio, st));
		if (st->input)
			SAY(t, " %s", st->partition == audio->mic_owner ? "microphone" : "silence");
	}
	SAY(t, " xruns %u errors %u\n", s->xrun_count, s->error_count);
}

/* Partitions that hold a role, by the names that their streams know. */
static void say_holders(const struct audio *audio, struct text *t, unsigned role)
{
	uint32_t left = audio->decision.role[role].holders;

	for (uint32_t i = 0; i < audio->stream_count; i++) {
		const struct audio_stream *st = &audio->stream[i];

		if (!(left >> st->partition & 1))
			continue;
		left &= ~(1u << st->partition);
		SAY(t, " (%s)", st->partition_name);
	}
}

/* "role media: cork by voice (call), gain 0, ramp 100 ms" */
static void say_role(const struct audio *audio, struct text *t, unsigned role)
{
	const struct decision_role *d = &audio->decision.role[role];

	if (d->action == ACTION_MIX)
		return;
	SAY(t, "role %s: %s by", audio_role_str(role), role_action_str(d->action));
	for (unsigned r = 0; r < ROLE_COUNT; r++)
		if (r != role && audio->decision.role[r].holders &&
			audio->decision.role[r].action == ACTION_MIX) {
			SAY(t, " %s", audio_role_str(r));
			say_holders(audio, t, r);
		}
	SAY(t, ", gain %u, ramp %u ms\n", d->gain_permille, d->ramp_ms);
}

static void say_jitter(struct text *t, const char *name, const struct jitter *j, int32_t ppm)
{
	uint32_t rate = j->rate ? j->rate : 1;

	SAY(t, "voice %s: %u Hz target %u ms fill %u ms drift %d ppm gaps %u frames %llu dropped %llu\n",
		name, j->rate, jitter_target(j) * 1000 / rate, j->fill * 1000 / rate, ppm, j->gap_count,
		(unsigned long long)j->gap_frames, (unsigned long long)j->dropped_frames);
}

size_t audio_report(struct audio *audio, char *text, size_t bytes)
{
	struct text t = {text, bytes, 0};

	SAY(&t, "decision %u: %s: %s\n", audio->decision.number, phone_state_str(audio->decision.state),
		audio->decision.reason);
	SAY(&t,
		"card %u Hz %u bits frames %llu saturated %llu queued %u us headset %u speakerphone %u muted "
		"%u\n",
		audio->config.rate, audio->config.bits, (unsigned long long)audio->frame_count,
		(unsigned long long)audio->mixer.saturated_count,
		(unsigned)((uint64_t)audio->queued * 1000000 / audio->config.rate), audio->headset,
		audio->speaker, audio->muted);
	for (unsigned o = 0; o < OUTPUT_COUNT; o++) {
		SAY(&t, "output %s", audio_output_str(o));
		say_level(&t, mixer_output_peak(&audio->mixer, o));
		SAY(&t, "\n");
	}
	for (unsigned r = 0; r < ROLE_COUNT; r++)
		say_role(audio, &t, r);
	for (uint32_t i = 0; i < audio->stream_count; i++)
		say_stream(audio, &t, &audio->stream[i]);
	if (audio->voice_down)
		say_jitter(&t, "down", &audio->voice.down, audio->voice.down_ppm);
	if (audio->voice_up)
		say_jitter(&t, "up", &audio->voice.up, audio->voice.up_ppm);
	return t.used;
}
