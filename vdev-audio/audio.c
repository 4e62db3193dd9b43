/* Who is heard where, and who hears: what decisions, policy, jacks and volumes make of gains. */
#include "vdev-audio/audio.h"
#include <errno.h>
#include "vdev/log.h"
#include "vdev-audio/engine.h"

#define MUTE_MS 10 /* of the microphone's ramp when it is given to somebody, or switched on and off */

int audio_init(struct audio *audio, const struct audio_config *config)
{
	int rc;

	__builtin_memset(audio, 0, sizeof(*audio));
	audio->config = *config;
	audio_policy_default(&audio->policy);
	audio->mic_owner = POLICY_NONE;
	gain_set(&audio->mic_gain, GAIN_ONE);
	for (unsigned r = 0; r < ROLE_COUNT; r++) {
		audio->role_volume[r] = 1000;
		audio->decision.role[r].gain_permille = POLICY_GAIN_FULL;
	}
	rc = mixer_init(&audio->mixer, config->output, config->channels, config->bits);
	if (!rc)
		voice_init(&audio->voice, &config->voice, config->rate);
	return rc;
}

static bool is_voice(unsigned role)
{
	return role == ROLE_VOICE || role == ROLE_EMERGENCY;
}

int audio_add(
	struct audio *audio, struct sound *snd, unsigned partition, const char *partition_name, bool can_cork)
{
	const struct sound_config *config = &snd->config;

	if (audio->stream_count + config->stream_count > AUDIO_STREAM_MAX) {
		vdev_log(VDEV_LOG_ERROR, "%s: %u streams, room for %u", snd->vdev.name, config->stream_count,
			AUDIO_STREAM_MAX - audio->stream_count);
		return -ENOSPC;
	}
	for (unsigned s = 0; s < config->stream_count; s++) {
		struct audio_stream *st = &audio->stream[audio->stream_count++];

		*st = (struct audio_stream){.snd = snd,
			.partition_name = partition_name,
			.stream = (uint8_t)s,
			.partition = (uint8_t)partition,
			.role = config->stream[s].role,
			.input = config->stream[s].direction == VIRTIO_SND_D_INPUT,
			.can_cork = can_cork};
		if (audio->config.dsp && audio->resamplers_used < audio->config.resampler_count)
			st->resampler = audio->config.resampler[audio->resamplers_used++];
		else if (audio->config.dsp)
			vdev_log(VDEV_LOG_WARN,
				"%s: stream %u: no converter is left: it is heard at %u Hz only",
				snd->vdev.name, s, audio->config.rate);
	}
	snd->latency_rate = audio->config.rate;
	return 0;
}

struct audio_stream *audio_stream_of(struct audio *audio, const struct sound *snd, unsigned stream)
{
	for (uint32_t i = 0; i < audio->stream_count; i++)
		if (audio->stream[i].snd == snd && audio->stream[i].stream == stream)
			return &audio->stream[i];
	return NULL;
}

/*
 * Gains.
 */

static unsigned situation(const struct audio *audio)
{
	return audio->speaker ? SITUATION_SPEAKER : audio->headset ? SITUATION_HEADSET : SITUATION_HANDSET;
}

/* The call's voice is an emergency's while the call is one. */
static unsigned role_of(const struct audio *audio, const struct audio_stream *st)
{
	bool emergency = audio->decision.role[ROLE_EMERGENCY].holders >> st->partition & 1;

	return st->role == ROLE_VOICE && emergency ? ROLE_EMERGENCY : st->role;
}

/* Roles that follow the call belong to whoever has the call. */
static bool may_be_heard(const struct audio *audio, const struct audio_stream *st)
{
	if (!is_voice(st->role) && st->role != ROLE_RING)
		return true;
	return (audio->decision.role[role_of(audio, st)].holders >> st->partition & 1) != 0;
}

static int32_t target(const struct audio *audio, const struct audio_stream *st, unsigned output)
{
	unsigned r = role_of(audio, st);
	const struct decision_role *role = &audio->decision.role[r];
	int32_t gain = gain_from_permille(audio->policy.route[situation(audio)][r][output]);

	if (!may_be_heard(audio, st))
		return 0;
	gain = gain_multiply(gain, gain_from_permille(role->gain_permille));
	return gain_multiply(gain, gain_from_permille(audio->role_volume[r]));
}

static uint32_t frames_of(uint32_t ms, uint32_t rate)
{
	return (uint32_t)((uint64_t)ms * rate / 1000);
}

void audio_aim(struct audio *audio, struct audio_stream *st, uint32_t ms)
{
	for (unsigned o = 0; o < OUTPUT_COUNT; o++)
		gain_ramp_to(&st->source.gain[o], target(audio, st, o), frames_of(ms, audio->config.rate),
			audio->policy.ramp_shape);
}

static unsigned mic_owner(const struct audio *audio)
{
	uint32_t holders =
		audio->decision.role[ROLE_EMERGENCY].holders | audio->decision.role[ROLE_VOICE].holders;

	return holders ? (unsigned)__builtin_ctz(holders) : audio->policy.microphone;
}

bool audio_call_has_mic(const struct audio *audio)
{
	return (audio->decision.role[ROLE_EMERGENCY].holders | audio->decision.role[ROLE_VOICE].holders) != 0;
}

/* Whoever loses the microphone hears not one frame more. */
void audio_aim_record(struct audio *audio, struct audio_stream *st)
{
	bool owner = st->partition == audio->mic_owner && audio->mic_owner != POLICY_NONE;
	bool muted = audio->muted && audio_call_has_mic(audio);
	uint32_t rate = st->running ? sound_rate(st->snd, st->stream) : audio->config.rate;

	if (!owner)
		gain_set(&st->record, 0);
	else
		gain_ramp_to(&st->record, muted ? 0 : GAIN_ONE, frames_of(MUTE_MS, rate),
			audio->policy.ramp_shape);
}

static void aim_sidetone(struct audio *audio)
{
	bool on = audio_call_has_mic(audio) && !audio->muted && !audio->speaker;

	for (unsigned o = 0; o < OUTPUT_COUNT; o++) {
		bool routed = audio->policy.route[situation(audio)][ROLE_VOICE][o] != 0;

		gain_ramp_to(&audio->sidetone.gain[o],
			on && routed ? gain_from_permille(audio->policy.sidetone[o]) : 0,
			frames_of(audio->policy.ramp_ms, audio->config.rate), audio->policy.ramp_shape);
	}
}

static void aim_all(struct audio *audio, bool by_decision)
{
	audio->mic_owner = (uint8_t)mic_owner(audio);
	for (uint32_t i = 0; i < audio->stream_count; i++) {
		struct audio_stream *st = &audio->stream[i];
		uint32_t ms = by_decision ? audio->decision.role[role_of(audio, st)].ramp_ms
					  : audio->policy.ramp_ms;

		if (st->input)
			audio_aim_record(audio, st);
		else
			audio_aim(audio, st, ms);
	}
	aim_sidetone(audio);
}

/*
 * What changes them.
 */

void audio_decide(struct audio *audio, const struct decision *decision)
{
	audio->decision = *decision;
	aim_all(audio, true);
}

int audio_set_policy(struct audio *audio, const struct audio_policy *policy)
{
	char reason[AUDIO_REASON_BYTES];

	if (audio_policy_check(policy, reason)) {
		vdev_log(VDEV_LOG_ERROR, "audio: policy refused: %s: the old one stays", reason);
		return -EINVAL;
	}
	audio->policy = *policy;
	aim_all(audio, false);
	return 0;
}

void audio_set_headset(struct audio *audio, bool in)
{
	const struct sound *last = NULL;

	audio->headset = in;
	for (uint32_t i = 0; i < audio->stream_count; i++) {
		if (audio->stream[i].snd != last)
			sound_jack(audio->stream[i].snd, 0, in);
		last = audio->stream[i].snd;
	}
	aim_all(audio, false);
}

void audio_set_speaker(struct audio *audio, bool on)
{
	audio->speaker = on;
	audio->voice.loud = on;
	aim_all(audio, false);
}

void audio_set_muted(struct audio *audio, bool muted)
{
	audio->muted = muted;
	aim_all(audio, false);
}

void audio_set_volume(struct audio *audio, unsigned role, unsigned permille)
{
	if (role >= ROLE_COUNT)
		return;
	audio->role_volume[role] = (uint16_t)(permille < 2000 ? permille : 2000);
	aim_all(audio, false);
}

/*
 * Streams come and go.
 */

static bool voice_fits(const struct audio *audio, const struct audio_stream *st)
{
	const struct audio_stream *other = st->input ? audio->voice_down : audio->voice_up;
	uint32_t rate = sound_rate(st->snd, st->stream);

	if (!is_voice(st->role) || sound_channels(st->snd, st->stream) != 1 ||
		(st->input ? audio->voice_up : audio->voice_down))
		return false;
	return other ? audio->voice.rate == rate : rate == 8000 || rate == 16000;
}

static bool voice_begin(struct audio *audio, struct audio_stream *st)
{
	const struct voice_options options = {audio->policy.echo, audio->policy.noise,
		audio->policy.slack_min_ms, audio->policy.slack_max_ms};
	bool running = audio->voice_down || audio->voice_up;

	if (!audio->config.voice.impl || !voice_fits(audio, st))
		return false;
	if (!running && voice_start(&audio->voice, sound_rate(st->snd, st->stream), &options))
		return false;
	if (!running)
		audio->voice_owed = 0;
	audio->voice_idle = audio->voice_part = 0;
	if (st->input) {
		audio->voice_up = st;
		return true;
	}
	audio->voice_down = st;
	/* What the modem sent while the stream was made ready counts, too. */
	audio->voice_owed = sound_frames_queued(st->snd, st->stream);
	audio->voice_came = audio->voice_owed != 0;
	return true;
}

static void started(void *data, struct sound *snd, unsigned stream)
{
	struct audio *audio = data;
	struct audio_stream *st = audio_stream_of(audio, snd, stream);
	uint32_t rate = sound_rate(snd, stream);

	if (!st)
		return;
	st->running = true;
	st->left = 0;
	st->rate = 0;
	st->voice = voice_begin(audio, st);
	if (!st->voice && rate != audio->config.rate && st->resampler) {
		st->rate = rate;
		audio->config.dsp->resampler_set(st->resampler, st->input ? audio->config.rate : rate,
			st->input ? rate : audio->config.rate, sound_channels(snd, stream));
	}
	if (st->input) {
		gain_set(&st->record, 0);
		audio_aim_record(audio, st);
	} else {
		audio_aim(audio, st, 0);
	}
}

static void stopped(void *data, struct sound *snd, unsigned stream)
{
	struct audio *audio = data;
	struct audio_stream *st = audio_stream_of(audio, snd, stream);

	if (!st)
		return;
	st->running = st->voice = false;
	if (audio->voice_down == st)
		audio->voice_down = NULL;
	if (audio->voice_up == st)
		audio->voice_up = NULL;
}

/* The modem's clock: as many frames go up as came down. */
static void queued(void *data, struct sound *snd, unsigned stream, uint32_t frames)
{
	struct audio *audio = data;

	if (!audio->voice_down || audio->voice_down->snd != snd || audio->voice_down->stream != stream)
		return;
	/* Until somebody records there is nothing to be made up for: the newest frame is answered with one. */
	audio->voice_owed = audio->voice_up ? audio->voice_owed + frames : frames;
	audio->voice_came = true;
	audio->voice_idle = 0;
}

const struct sound_events audio_sound_events = {started, stopped, queued};
