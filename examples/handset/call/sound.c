#include "examples/handset/call/sound.h"
#include "frontends/rtos/mem.h"

#define NS_PER_US    1000ull
#define NS_PER_MS    1000000ull
#define PAUSE_NS     (10 * NS_PER_MS)  /* on the line, between two frames */
#define STALLED_NS   (100 * NS_PER_MS) /* without a frame: the modem sets no pace */
#define MARGIN_US    1500	       /* of the reserve, above what was needed */
#define HOLD_STEP_US 100 /* a frame: the jitter buffer has to follow an answer that is made sooner */
#define LINE_AVERAGE 8	 /* frames */
#define LINGER_NS    (400 * NS_PER_MS) /* a stream runs on while what it played fades out */
#define SHOWN_NS     (2000 * NS_PER_MS)
#define TUNE_FRAMES  (RINGTONE_RATE * SOUND_FRAME_MS / 1000)
#define TUNE_AHEAD   4 /* periods */
#define FIRST_VOLUME 8

/* Per mille: 3 dB for each step. */
static const uint16_t volume_permille[SOUND_VOLUME_MAX + 1] = {
	32, 45, 63, 89, 126, 178, 251, 355, 501, 708, 1000};

uint32_t call_sound_permille(const struct call_sound *s)
{
	return volume_permille[s->volume];
}

/*
 * What the card gives and takes.
 */

/* Room is always there, for a second from the next frame on. */
static void let_flow(struct call_sound *s)
{
	s->calm_frames = 0;
	s->offer_ns = SOUND_NEVER;
	s->asked_ns = 0;
	vsnd_pace(&s->snd, CALL_STREAM_MIC, false);
}

/* What the device needed beside its period is kept in reserve for the rest of the call. After a gap all begins anew. */
static void note_lateness(struct call_sound *s)
{
	uint64_t taken_us = s->asked_ns ? (s->now_ns - s->asked_ns) / NS_PER_US : 0;
	uint64_t usual_us = s->hold_us + SOUND_PERIOD_US;
	uint64_t late_us = taken_us > usual_us ? taken_us - usual_us : 0;

	s->asked_ns = 0;
	s->unanswered = false;
	if (late_us > s->late_us)
		s->late_us = (uint32_t)late_us;
	if (late_us + MARGIN_US > s->reserve_us)
		s->reserve_us = late_us + MARGIN_US < SOUND_RESERVE_US_MAX ? (uint32_t)late_us + MARGIN_US
									   : SOUND_RESERVE_US_MAX;
	if (taken_us > SOUND_FRAME_MS * 1000)
		let_flow(s);
}

static void recorded(void *data, unsigned stream, const int16_t *sample, unsigned count)
{
	struct call_sound *s = data;

	if (stream != CALL_STREAM_MIC || s->state != PL_CALL_ACTIVE)
		return;
	note_lateness(s);
	s->up_frames++;
	s->impl->send(s->data, sample, count * sizeof(*sample));
}

static void jack(void *data, uint32_t number, bool in)
{
	struct call_sound *s = data;

	(void)number;
	s->headset = in;
	s->impl->changed(s->data);
}

static bool is_tune(unsigned stream)
{
	return stream == CALL_STREAM_RING || stream == CALL_STREAM_ALERT;
}

/* A tune is always TUNE_AHEAD periods ahead, with silence when it is over. */
static void play_tune(struct call_sound *s, unsigned stream)
{
	int16_t frame[TUNE_FRAMES];

	while (vsnd_room(&s->snd, stream) > VSND_SLOT_COUNT - TUNE_AHEAD) {
		ringtone_fill(&s->tune[stream - CALL_STREAM_RING], frame, TUNE_FRAMES);
		if (vsnd_write(&s->snd, stream, frame, TUNE_FRAMES))
			break;
	}
}

/* Bring each stream to where it should be; one that is still on its way down is asked again later. */
static void settle(struct call_sound *s, uint64_t now_ns)
{
	for (unsigned i = 0; i < CALL_STREAM_COUNT; i++) {
		const struct vsnd_stream *st = &s->snd.stream[i];
		bool wanted = now_ns < s->until_ns[i] && (is_tune(i) || s->rate);

		if (!wanted && st->wanted)
			vsnd_stop(&s->snd, i);
		else if (wanted && !st->wanted && is_tune(i))
			(void)vsnd_start(&s->snd, i, RINGTONE_RATE, 1, TUNE_FRAMES);
		else if (wanted && !st->wanted)
			(void)vsnd_start(&s->snd, i, s->rate, 1, s->rate / 1000 * SOUND_FRAME_MS);
		if (wanted && is_tune(i))
			play_tune(s, i);
	}
}

static void play_kept(struct call_sound *s)
{
	if (s->kept && !vsnd_write(&s->snd, CALL_STREAM_VOICE, s->frame_kept, s->kept)) {
		s->down_frames++;
		s->kept = 0;
	}
}

/* Once for each frame of the modem's that was not answered yet. If none comes any more there is nothing to wait for. */
static void offer_when_due(struct call_sound *s, uint64_t now_ns)
{
	if (now_ns < s->offer_ns)
		return;
	if (now_ns - s->last_ns >= STALLED_NS) {
		let_flow(s);
		return;
	}
	if (s->unanswered && !vsnd_offer(&s->snd, CALL_STREAM_MIC))
		s->asked_ns = s->last_ns;
	s->offer_ns = s->last_ns + STALLED_NS;
}

bool call_sound_run(struct call_sound *s, uint64_t now_ns)
{
	bool more;

	s->now_ns = now_ns;
	more = vsnd_run(&s->snd, now_ns);
	offer_when_due(s, now_ns);
	settle(s, now_ns);
	play_kept(s);
	if (now_ns >= s->volume_until_ns) {
		s->volume_until_ns = SOUND_NEVER;
		s->impl->changed(s->data);
	}
	return more;
}

uint64_t call_sound_deadline(const struct call_sound *s)
{
	uint64_t due = vsnd_deadline(&s->snd);

	for (unsigned i = 0; i < CALL_STREAM_COUNT; i++)
		if (s->snd.stream[i].wanted && s->until_ns[i] < due)
			due = s->until_ns[i];
	due = s->offer_ns < due ? s->offer_ns : due;
	return s->volume_until_ns < due ? s->volume_until_ns : due;
}

/*
 * What the call wants.
 */

static void set_until(struct call_sound *s, unsigned stream, bool wanted, uint64_t now_ns)
{
	bool was = s->until_ns[stream] == SOUND_NEVER;

	if (wanted)
		s->until_ns[stream] = SOUND_NEVER;
	else if (was)
		s->until_ns[stream] = now_ns + LINGER_NS;
}

static void tunes_state(struct call_sound *s, uint64_t now_ns, enum pl_call_state state, bool lost)
{
	if (state == PL_CALL_RINGING && s->state != PL_CALL_RINGING) {
		s->silenced = false;
		ringtone_start(&s->tune[0], RINGTONE_RING);
	} else if (state != PL_CALL_RINGING) {
		ringtone_fade(&s->tune[0]);
	}
	if (lost) {
		ringtone_start(&s->tune[1], RINGTONE_CHIME);
		s->until_ns[CALL_STREAM_ALERT] = now_ns + 4 * LINGER_NS;
	}
}

void call_sound_state(struct call_sound *s, uint64_t now_ns, enum pl_call_state state, bool lost)
{
	bool talks = state == PL_CALL_RINGING || state == PL_CALL_DIALING || state == PL_CALL_ACTIVE;

	tunes_state(s, now_ns, state, lost);
	set_until(s, CALL_STREAM_RING, state == PL_CALL_RINGING, now_ns);
	set_until(s, CALL_STREAM_VOICE, talks, now_ns);
	set_until(s, CALL_STREAM_MIC, talks, now_ns);
	if (!talks) {
		s->kept = 0;
		s->reserve_us = SOUND_RESERVE_US;
		s->late_us = 0;
		let_flow(s);
	}
	s->state = state;
	settle(s, now_ns);
}

void call_sound_set_rate(struct call_sound *s, uint32_t rate)
{
	if (rate == s->rate)
		return;
	vsnd_stop(&s->snd, CALL_STREAM_VOICE);
	vsnd_stop(&s->snd, CALL_STREAM_MIC);
	s->rate = rate;
	s->fill = s->kept = 0;
}

bool call_sound_key(struct call_sound *s, uint64_t now_ns, uint16_t code)
{
	if (code != KEY_VOLUMEDOWN && code != KEY_VOLUMEUP)
		return false;
	if (s->state == PL_CALL_RINGING) {
		/* As on every phone: enough of that. */
		s->silenced = true;
		ringtone_fade(&s->tune[0]);
	} else if (s->state == PL_CALL_ACTIVE || s->state == PL_CALL_DIALING) {
		s->volume = (uint8_t)(s->volume + (code == KEY_VOLUMEUP && s->volume < SOUND_VOLUME_MAX) -
				      (code == KEY_VOLUMEDOWN && s->volume > 0));
		s->volume_until_ns = now_ns + SHOWN_NS;
	}
	s->impl->changed(s->data);
	return true;
}

/*
 * The line.
 */

static void note_line(struct call_sound *s)
{
	int64_t took_us = (int64_t)((s->last_ns - s->first_ns) / NS_PER_US);

	s->line_us = (uint32_t)((int64_t)s->line_us + (took_us - (int64_t)s->line_us) / LINE_AVERAGE);
}

/* Later at once, sooner by and by. */
static void set_hold(struct call_sound *s)
{
	uint32_t wanted = call_sound_hold_us(s->line_us, s->reserve_us);

	if (s->hold_us > wanted + HOLD_STEP_US)
		s->hold_us -= HOLD_STEP_US;
	else
		s->hold_us = wanted;
}

static void expect_answer(struct call_sound *s)
{
	note_line(s);
	if (s->state != PL_CALL_ACTIVE)
		return;
	set_hold(s);
	if (s->calm_frames < SOUND_SETTLED_FRAMES) {
		s->calm_frames++;
		return;
	}
	vsnd_pace(&s->snd, CALL_STREAM_MIC, true);
	s->unanswered = true;
	s->offer_ns = s->last_ns + s->hold_us * NS_PER_US;
}

/* An answer may be quicker than the streams that the ring had started: the newest frame waits for them. */
static void frame_done(struct call_sound *s)
{
	int16_t sample[SOUND_FRAME_MAX];
	unsigned count = s->fill / sizeof(sample[0]);

	play_kept(s);
	s->fill = 0;
	expect_answer(s);
	memcpy(sample, s->frame, count * sizeof(sample[0]));
	if (!s->kept && !vsnd_write(&s->snd, CALL_STREAM_VOICE, sample, count)) {
		s->down_frames++;
		return;
	}
	s->refused_frames += s->kept != 0;
	memcpy(s->frame_kept, sample, count * sizeof(sample[0]));
	s->kept = count;
}

void call_sound_receive(struct call_sound *s, uint64_t now_ns, const void *bytes, size_t count)
{
	uint32_t whole = s->rate / 1000 * SOUND_FRAME_MS * 2;
	const uint8_t *from = bytes;

	if (now_ns - s->last_ns >= PAUSE_NS) {
		s->torn_frames += s->aligned && s->fill > 0;
		s->aligned = true;
		s->fill = 0;
		s->first_ns = now_ns;
	}
	s->last_ns = now_ns;
	/* Started in the middle of a frame: its rest would put every sample's bytes the wrong way round. */
	for (; s->aligned && whole && count; count--) {
		s->frame[s->fill++] = *from++;
		if (s->fill == whole)
			frame_done(s);
	}
}

int call_sound_init(struct call_sound *s, uint64_t now_ns, const struct call_sound_impl *impl, void *data)
{
	s->impl = impl;
	s->data = data;
	s->last_ns = now_ns; /* what comes at once may be the rest of a frame */
	s->volume = FIRST_VOLUME;
	s->offer_ns = SOUND_NEVER;
	s->reserve_us = SOUND_RESERVE_US;
	s->volume_until_ns = SOUND_NEVER;
	s->snd.stream_count = CALL_STREAM_COUNT;
	for (unsigned i = 0; i < CALL_STREAM_COUNT; i++)
		s->snd.stream[i].id = i;
	s->snd.stream[CALL_STREAM_MIC].input = true;
	s->snd.recorded = recorded;
	s->snd.jack = jack;
	s->snd.data = s;
	return vsnd_init(&s->snd);
}
