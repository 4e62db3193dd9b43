/* One period: frames from the devices to the card, and from the microphone to its owner. */
#include "vdev-audio/engine.h"

#define VOICE_IDLE_MS  100 /* without a frame from the modem: the card's clock counts */
#define VOICE_OWED_MS  100 /* that nobody took are forgotten */
#define VOICE_AHEAD_MS 200 /* that the modem's side may be ahead before its frames wait in the ring */
#define VOICE_FRAME_MS 20  /* a modem's */
#define VOICE_SLEPT_MS 60  /* of the modem's frames at once: more than any late thread leaves */

static void silence(int32_t *sample, uint32_t count)
{
	__builtin_memset(sample, 0, count * sizeof(*sample));
}

static bool all_silent(const struct audio_stream *st)
{
	for (unsigned o = 0; o < OUTPUT_COUNT; o++)
		if (!gain_silent(&st->source.gain[o]))
			return false;
	return true;
}

/*
 * Input for a resampler, behind what it left: not one frame more than the output takes, because it swallows all,
 * and a driver that stops when its last frame was taken would lose what was not played. False: the stream has none.
 */
static bool refill(struct audio *audio, struct audio_stream *st, unsigned channels, uint32_t out_wanted)
{
	uint64_t need = (uint64_t)out_wanted * st->rate / audio->config.rate;
	uint32_t room = MIXER_FRAMES_MAX - st->left;
	uint32_t want = need > st->left ? (uint32_t)need - st->left : 1;
	uint32_t got = sound_read(st->snd, st->stream, audio->frame, want < room ? want : room);

	for (uint32_t i = 0; i < got * channels; i++)
		st->in[st->left * channels + i] = (float)audio->frame[i] / DSP_SCALE;
	st->left += got;
	return got != 0;
}

/* Up to `frames` frames at the card's rate into audio->out; how many. */
static uint32_t resample(struct audio *audio, struct audio_stream *st, unsigned channels, uint32_t frames)
{
	uint32_t done = 0;

	while (done < frames) {
		uint32_t in, out = frames - done;
		bool more = refill(audio, st, channels, out);

		in = st->left;
		audio->config.dsp->resampler_run(
			st->resampler, st->in, &in, audio->out + (size_t)done * channels, &out);
		st->left -= in;
		__builtin_memmove(
			st->in, st->in + (size_t)in * channels, st->left * channels * sizeof(st->in[0]));
		done += out;
		if (!more && out == 0)
			break;
	}
	return done;
}

static void play_converted(struct audio *audio, struct audio_stream *st, uint32_t frames)
{
	unsigned channels = sound_channels(st->snd, st->stream);
	uint32_t got = resample(audio, st, channels, frames);

	for (uint32_t i = 0; i < got * channels; i++)
		audio->frame[i] = dsp_sample(audio->out[i]);
	silence(audio->frame + (size_t)got * channels, (frames - got) * channels);
	mixer_add(&audio->mixer, &st->source, audio->frame, channels);
}

static void play_plain(struct audio *audio, struct audio_stream *st, uint32_t frames)
{
	unsigned channels = sound_channels(st->snd, st->stream);
	uint32_t got = sound_read(st->snd, st->stream, audio->frame, frames);

	silence(audio->frame + (size_t)got * channels, (frames - got) * channels);
	mixer_add(&audio->mixer, &st->source, audio->frame, channels);
}

/*
 * Somebody slept: the card's side, whose system was suspended, or the modem's. What has piled up would be latency for the rest of
 * the call, in both directions. The next frame begins anew.
 */
static void voice_catch_up(struct audio *audio, struct audio_stream *st)
{
	uint32_t queued = sound_frames_queued(st->snd, st->stream);

	if (queued <= audio->voice.rate / 1000 * VOICE_SLEPT_MS)
		return;
	jitter_restart(&audio->voice.down, queued);
	for (uint32_t got = 1; queued && got; queued -= got)
		got = sound_read(st->snd, st->stream, audio->frame,
			queued < MIXER_FRAMES_MAX ? queued : MIXER_FRAMES_MAX);
	audio->voice_owed = 0;
}

/* Everything that the modem sent goes into the jitter buffer, unless its side runs away. */
static void voice_fetch(struct audio *audio, struct audio_stream *st)
{
	int16_t frame[MIXER_FRAMES_MAX];
	struct voice *v = &audio->voice;
	uint32_t most = v->rate / 1000 * VOICE_FRAME_MS; /* two that come at once are two */

	voice_catch_up(audio, st);
	while (v->down.fill < v->rate / 1000 * VOICE_AHEAD_MS) {
		uint32_t count = sound_frames_queued(st->snd, st->stream);

		count = count < most ? count : most;
		if (count)
			count = sound_read(st->snd, st->stream, audio->frame, count);
		if (!count)
			break;
		for (uint32_t i = 0; i < count; i++)
			frame[i] = (int16_t)(audio->frame[i] >> 16);
		voice_push(v, frame, count);
	}
}

static void play(struct audio *audio, struct audio_stream *st, uint32_t frames)
{
	bool corked = audio->decision.role[st->role].action >= ACTION_CORK && st->can_cork;

	if (corked && all_silent(st))
		return;
	if (st->voice) {
		voice_fetch(audio, st);
		voice_play(&audio->voice, audio->mono, frames);
		mixer_add(&audio->mixer, &st->source, audio->mono, 1);
	} else if (st->rate) {
		play_converted(audio, st, frames);
	} else if (sound_rate(st->snd, st->stream) == audio->config.rate) {
		play_plain(audio, st, frames);
	} else {
		/* No converter was left for it: its time goes on, unheard. */
		sound_read(st->snd, st->stream, audio->frame, frames);
	}
}

/*
 * Recording.
 */

static void apply(struct audio *audio, struct gain_ramp *ramp, int32_t *sample, uint32_t frames)
{
	gain_fill(ramp, audio->gain, frames);
	for (uint32_t i = 0; i < frames; i++)
		sample[i] = gain_multiply(sample[i], audio->gain[i]);
}

/* Mono to as many channels as the stream has, in place, from the end. */
static void spread(int32_t *sample, uint32_t frames, unsigned channels)
{
	for (uint32_t i = frames * channels; i-- > 0;)
		sample[i] = sample[i / channels];
}

static void record_plain(struct audio *audio, struct audio_stream *st, uint32_t frames)
{
	unsigned channels = sound_channels(st->snd, st->stream);
	uint32_t in = frames, out = MIXER_FRAMES_MAX;

	if (st->rate) {
		for (uint32_t i = 0; i < frames; i++)
			st->in[i * channels] = st->in[i * channels + channels - 1] =
				(float)audio->mic[i] / DSP_SCALE;
		audio->config.dsp->resampler_run(st->resampler, st->in, &in, audio->out, &out);
		for (uint32_t i = 0; i < out; i++)
			audio->frame[i] = dsp_sample(audio->out[i * channels]);
	} else {
		out = frames;
		__builtin_memcpy(audio->frame, audio->mic, frames * sizeof(audio->frame[0]));
	}
	apply(audio, &st->record, audio->frame, out);
	spread(audio->frame, out, channels);
	sound_write(st->snd, st->stream, audio->frame, out);
}

/* What the modem's clock, or without one the card's, says is due; before the modem's first frame nothing is. */
static void voice_due(struct audio *audio, uint32_t frames)
{
	const struct voice *v = &audio->voice;

	audio->voice_idle += frames;
	if (audio->voice_down &&
		(!audio->voice_came || audio->voice_idle < audio->config.rate / 1000 * VOICE_IDLE_MS))
		return;
	audio->voice_part += frames * v->rate;
	audio->voice_owed += audio->voice_part / audio->config.rate;
	audio->voice_part %= audio->config.rate;
}

static void record_voice(struct audio *audio, struct audio_stream *st, uint32_t frames)
{
	int16_t up[MIXER_FRAMES_MAX];
	struct voice *v = &audio->voice;

	voice_due(audio, frames);
	while (audio->voice_owed) {
		uint32_t room = sound_frames_queued(st->snd, st->stream);
		uint32_t count = audio->voice_owed < room ? audio->voice_owed : room;

		count = count < MIXER_FRAMES_MAX ? count : MIXER_FRAMES_MAX;
		if (!count)
			break;
		voice_take(v, up, count);
		for (uint32_t i = 0; i < count; i++)
			audio->frame[i] = (int32_t)((uint32_t)up[i] << 16);
		apply(audio, &st->record, audio->frame, count);
		sound_write(st->snd, st->stream, audio->frame, count);
		audio->voice_owed -= count;
	}
	if (audio->voice_owed > v->rate / 1000 * VOICE_OWED_MS)
		audio->voice_owed = v->rate / 1000 * VOICE_OWED_MS;
}

/*
 * A period that the microphone did not give in time: cut off and taken up again, it would click in the sidetone
 * and at the modem. What came last is played backwards instead, which begins where that ended, and fades.
 */
static void mend(struct audio *audio, bool there, uint32_t frames)
{
	uint32_t count = audio->mic_last_count < frames ? audio->mic_last_count : frames;

	gain_ramp_to(&audio->mic_gain, there ? GAIN_ONE : 0, there ? frames : count, GAIN_SMOOTH);
	for (uint32_t i = 0; !there && i < count; i++)
		audio->mic[i] = audio->mic_last[audio->mic_last_count - 1 - i];
	audio->mic_last_count = there ? frames : 0;
	if (there)
		__builtin_memcpy(audio->mic_last, audio->mic, frames * sizeof(audio->mic[0]));
	apply(audio, &audio->mic_gain, audio->mic, frames);
}

static void hear(struct audio *audio, const int32_t *in, uint32_t frames, uint32_t latency)
{
	unsigned channels = audio->config.channels_in;

	for (uint32_t i = 0; i < frames; i++)
		audio->mic[i] = in && channels ? in[i * channels] : 0;
	mend(audio, in != NULL, frames);
	if (audio->voice_up)
		voice_hear(&audio->voice, audio->mic, frames, latency);
}

static void note_played(struct audio *audio, const int32_t *out, uint32_t frames)
{
	unsigned channels = audio->config.channels;

	for (uint32_t i = 0; i < frames; i++) {
		int64_t sum = 0;

		for (unsigned c = 0; c < channels; c++)
			sum += out[i * channels + c];
		audio->mono[i] = (int32_t)(sum / (int64_t)channels);
	}
	voice_played(&audio->voice, audio->mono, frames);
}

void audio_period(struct audio *audio, const int32_t *in, int32_t *out, uint32_t frames, uint32_t queued,
	uint32_t heard)
{
	if (frames > MIXER_FRAMES_MAX)
		frames = MIXER_FRAMES_MAX;
	audio->queued = queued;
	audio->heard = heard;
	hear(audio, in, frames, queued + heard);
	mixer_begin(&audio->mixer, frames);
	for (uint32_t i = 0; i < audio->stream_count; i++) {
		struct audio_stream *st = &audio->stream[i];

		st->snd->latency_frames = queued + frames;
		if (st->running && !st->input && sound_running(st->snd, st->stream))
			play(audio, st, frames);
		else
			mixer_skip(&audio->mixer, &st->source);
	}
	mixer_add(&audio->mixer, &audio->sidetone, audio->mic, 1);
	mixer_end(&audio->mixer, out);
	note_played(audio, out, frames);
	for (uint32_t i = 0; i < audio->stream_count; i++) {
		struct audio_stream *st = &audio->stream[i];

		if (!st->input || !st->running || !sound_running(st->snd, st->stream))
			continue;
		if (st->voice)
			record_voice(audio, st, frames);
		else if (st->rate || sound_rate(st->snd, st->stream) == audio->config.rate)
			record_plain(audio, st, frames);
	}
	audio->frame_count += frames;
}
