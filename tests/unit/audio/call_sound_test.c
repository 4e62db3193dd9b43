/*
 * The call's sound as a whole, in virtual time: the modem simulator's voice with a clock of its own, its line,
 * the call firmware's sound, the RTOS's driver, the device, the engine and a card.
 */
#include <math.h>
#include <stdlib.h>
#include "examples/handset/call/sound.h"
#include "examples/handset/modem/voice.h"
#include "frontends/rtos/mmio.h"
#include "tests/unit/audio/slow_line.h"
#include "tests/unit/audio/world.h"
#include "tools/audioplot/analyse.h"

#define BASE	  0x0a000000ull
#define STEP_NS	  1000000ull
#define NS_PER_S  1000000000ull
#define HEARD_MAX (WORLD_RATE * 70)
#define UP_PILOT  2000

static struct world w;
static struct call_sound call;
static struct pcm modem;
static uint64_t now_ns;
static double ppm;
static bool flood;
static unsigned changed_count;
static double ear[HEARD_MAX], speaker[HEARD_MAX], up[16000 * 70];
static size_t heard_count, up_count;
static uint64_t first_down_ns, first_up_ns; /* the first sample that is no silence, at either end */
static uint32_t up_missing, up_dropped;
static uint64_t sent_ns, shortest_ns, longest_ns; /* an answer's wait for the modem */
static unsigned turn_ms, turn_at;		  /* of the card, and where in the modem's clock */

/* Of the modem's frame half is there at once. */
static void receive(const void *bytes, size_t count), end_up(const void *bytes, size_t count);
static struct slow_line line_down = {.deliver = receive}, line_up = {.deliver = end_up};
static unsigned line_ms;

/* The seam of frontends/rtos/mmio.h. */
uint32_t mmio_read32(uint64_t addr)
{
	return loopback_read(&w.call.lb, (uint32_t)(addr - BASE));
}

void mmio_write32(uint64_t addr, uint32_t value)
{
	loopback_write(&w.call.lb, (uint32_t)(addr - BASE), value, 4);
}

void mmio_write64(uint64_t addr, uint64_t value)
{
	loopback_write(&w.call.lb, (uint32_t)(addr - BASE), value, 8);
}

void mmio_barrier(void)
{
}

static uint64_t own_ns(void)
{
	return (uint64_t)((double)now_ns * (1 + ppm / 1e6));
}

/* In pieces, as a line brings them. */
static void receive(const void *bytes, size_t count)
{
	const uint8_t *from = bytes;

	for (size_t at = 0; at < count; at += 32)
		call_sound_receive(&call, now_ns, from + at, count - at < 32 ? count - at : 32);
}

static void end_up(const void *bytes, size_t count)
{
	pcm_receive(&modem, bytes, count);
}

static void to_modem(void *data, const void *bytes, size_t count)
{
	(void)data;
	sent_ns = now_ns;
	slow_line_put(&line_up, now_ns + line_ms * STEP_NS, bytes, count);
}

static void to_call(void *data, const void *bytes, size_t count)
{
	const uint8_t *from = bytes;

	(void)data;
	receive(from, count / 2);
	slow_line_put(&line_down, now_ns + line_ms * STEP_NS, from + count / 2, count - count / 2);
}

static void changed(void *data)
{
	(void)data;
	changed_count++;
}

static void record(void *data, struct pcm_frame *f)
{
	(void)data;
	if (sent_ns) {
		shortest_ns = now_ns - sent_ns < shortest_ns ? now_ns - sent_ns : shortest_ns;
		longest_ns = now_ns - sent_ns > longest_ns ? now_ns - sent_ns : longest_ns;
	}
	up_missing += f->missing;
	up_dropped = f->dropped;
	for (uint32_t i = 0; i < f->rate / 50; i++) {
		if (f->heard[i] && !first_up_ns)
			first_up_ns = now_ns;
		if (up_count < sizeof(up) / sizeof(up[0]))
			up[up_count++] = f->heard[i] / 32768.0;
	}
}

static const struct call_sound_impl call_impl = {to_modem, changed};
static const struct pcm_io modem_io = {to_call, record, NULL};

/* The device is looked at once a period, and again while its driver asks on (backends/partylined/sound.c). */
static void serve(void)
{
	for (unsigned i = 0; i < 4; i++) {
		loopback_run(&w.call.lb, 100);
		call_sound_run(&call, now_ns);
	}
}

static void settle(void)
{
	for (unsigned i = 0; i < 20; i++) {
		call_sound_run(&call, now_ns);
		loopback_run(&w.call.lb, 100);
	}
}

static void setup(uint32_t rate, double drift)
{
	struct audio_policy policy;

	world_start(&w);
	audio_policy_default(&policy);
	policy.echo = policy.noise = false; /* they take a steady tone for noise */
	memset(policy.sidetone, 0, sizeof(policy.sidetone));
	EXPECT_EQ(audio_set_policy(&w.audio, &policy), 0);
	loopback_reset(&w.call.lb);
	now_ns = NS_PER_S;
	ppm = drift;
	flood = false;
	heard_count = up_count = changed_count = 0;
	first_down_ns = first_up_ns = 0;
	up_missing = up_dropped = 0;
	sent_ns = 0;
	turn_ms = 5;
	turn_at = 0;
	line_ms = 1;
	line_down.count = line_up.count = 0;
	memset(&call, 0, sizeof(call));
	call.snd.mmio.name = "snd";
	call.snd.mmio.base = BASE;
	call.snd.mmio.memory = &w.call.memory;
	call.snd.area_addr = RIG_BANK_BASE + 0x20000;
	EXPECT_EQ(call_sound_init(&call, now_ns, &call_impl, NULL), 0);
	call_sound_set_rate(&call, rate);
	pcm_init(&modem, &modem_io);
	settle();
	EXPECT_EQ(call.snd.mmio.state, VIRTIO_LIVE);
}

/* As partylined does it for the arbiter. */
static void arbitrate(enum pl_call_state state)
{
	world_drop(&w, ROLE_RING);
	world_drop(&w, ROLE_VOICE);
	if (state == PL_CALL_RINGING)
		world_hold(&w, ROLE_RING, WORLD_CALL);
	if (state == PL_CALL_ACTIVE || state == PL_CALL_DIALING)
		world_hold(&w, ROLE_VOICE, WORLD_CALL);
	world_act(&w, ROLE_VOICE, ACTION_MIX, 1000, 10);
	world_act(&w, ROLE_RING, ACTION_MIX, 1000, 20);
	world_act(&w, ROLE_MEDIA, state == PL_CALL_ACTIVE ? ACTION_CORK : ACTION_MIX,
		state == PL_CALL_ACTIVE ? 0 : 1000, 50);
	world_decide(&w);
}

static void enter(enum pl_call_state state)
{
	call_sound_state(&call, now_ns, state, false);
	arbitrate(state);
	pcm_set(&modem, state == PL_CALL_ACTIVE, call.rate, own_ns());
}

/* The microphone hears a tone. */
static void speak(void)
{
	for (unsigned i = 0; i < WORLD_PERIOD; i++)
		w.in[i] = (int32_t)(0.1 * 2147483647.0 *
				    sin(2 * M_PI * UP_PILOT * (double)(w.frame + i) / WORLD_RATE));
}

static void hear(void)
{
	for (unsigned i = 0; i < WORLD_PERIOD && heard_count < HEARD_MAX; i++) {
		ear[heard_count] = w.out[i * WORLD_CHANNELS + EAR] / 2147483648.0;
		speaker[heard_count] = w.out[i * WORLD_CHANNELS + SPEAKER] / 2147483648.0;
		if (ear[heard_count] != 0 && !first_down_ns)
			first_down_ns = now_ns + (WORLD_QUEUED + i) * NS_PER_S / WORLD_RATE;
		heard_count++;
	}
}

static void run_ms(uint64_t ms)
{
	for (uint64_t i = 0; i < ms; i++) {
		now_ns += STEP_NS;
		slow_line_run(&line_down, now_ns);
		slow_line_run(&line_up, now_ns);
		pcm_tick(&modem, own_ns());
		call_sound_run(&call, now_ns);
		if ((now_ns / STEP_NS + turn_at) % turn_ms)
			continue;
		serve();
		for (unsigned p = 0; p < turn_ms / 5; p++) {
			speak();
			world_period(&w);
			hear();
		}
		call_sound_run(&call, now_ns);
	}
}

static void voice_is_there_within_50_ms_of_the_answer(void)
{
	for (unsigned phase = 0; phase < 20; phase++) {
		setup(16000, 0);
		enter(PL_CALL_RINGING);
		run_ms(1000 + phase);
		enter(PL_CALL_ACTIVE);
		uint64_t answer = now_ns;

		first_down_ns = first_up_ns = 0;
		run_ms(200);
		CU_ASSERT_TRUE(first_down_ns && first_up_ns);
		if (first_down_ns - answer > 50 * STEP_NS || first_up_ns - answer > 50 * STEP_NS)
			printf("phase %u: down after %.1f ms, up after %.1f ms\n", phase,
				(double)(first_down_ns - answer) / 1e6, (double)(first_up_ns - answer) / 1e6);
		CU_ASSERT_TRUE(first_down_ns - answer <= 50 * STEP_NS);
		CU_ASSERT_TRUE(first_up_ns - answer <= 50 * STEP_NS);
		world_finish(&w);
	}
}

/* However soon after the ring: not one frame of the other end is lost, and the microphone is there a frame later. */
static void an_answer_at_once_loses_nothing(void)
{
	for (unsigned phase = 0; phase < 40; phase++) {
		setup(16000, 0);
		run_ms(phase % 5);
		enter(PL_CALL_RINGING);
		run_ms(phase / 5);
		enter(PL_CALL_ACTIVE);
		uint64_t answer = now_ns;

		run_ms(200);
		EXPECT_EQ(call.refused_frames, 0);
		EXPECT_EQ(call.down_frames + (line_down.count != 0), modem.frame.number);
		CU_ASSERT_TRUE(first_down_ns && first_down_ns - answer <= 50 * STEP_NS);
		CU_ASSERT_TRUE(first_up_ns && first_up_ns - answer <= 70 * STEP_NS);
		if (first_up_ns - answer > 70 * STEP_NS || first_down_ns - answer > 50 * STEP_NS)
			printf("phase %u: down after %.1f ms, up after %.1f ms\n", phase,
				(double)(first_down_ns - answer) / 1e6, (double)(first_up_ns - answer) / 1e6);
		/* What came at once is no backlog: the latency is that of any call. */
		run_ms(1000);
		EXPECT_EQ(modem.frame.waiting < SOUND_FRAME_MAX, true);
		EXPECT_EQ(up_dropped, 0);
		world_finish(&w);
	}
}

static void forget_waits(void)
{
	shortest_ns = UINT64_MAX;
	longest_ns = 0;
}

/* An answer's wait for the modem, from where it has come to where it is taken. */
static void talk_over_line(unsigned ms, unsigned phase)
{
	setup(16000, 0);
	line_ms = ms;
	turn_at = phase;
	enter(PL_CALL_RINGING);
	run_ms(500);
	enter(PL_CALL_ACTIVE);
	run_ms(100);
	up_missing = 0; /* of the first frame, which nobody could answer */
	forget_waits();
	run_ms(800);
}

/* In the first second room is always there. Then what is left to be late in is the reserve, and as much more as the card's period was sooner. */
static void an_answer_is_fresh_once_the_call_has_settled(void)
{
	for (unsigned ms = 1; ms <= 4; ms++)
		for (unsigned phase = 0; phase < 5; phase++) {
			const uint64_t taken_ns = ms * STEP_NS + SOUND_RESERVE_US * 1000ull;

			talk_over_line(ms, phase);
			CU_ASSERT(shortest_ns >= (15 - ms) * STEP_NS);
			run_ms(1000);
			forget_waits();
			run_ms(2000);
			CU_ASSERT(shortest_ns + STEP_NS >= taken_ns); /* what is due is done a step later */
			CU_ASSERT(longest_ns <= taken_ns + SOUND_PERIOD_US * 1000ull);
			EXPECT_EQ(call.reserve_us, SOUND_RESERVE_US);
			EXPECT_EQ(up_missing, 0);
			EXPECT_EQ(up_dropped, 0);
			world_finish(&w);
		}
}

/* The audio thread is up to 10 ms late, for a second: it is asked sooner from then on. */
static void a_late_device_is_asked_sooner(void)
{
	unsigned sooner = 0;

	for (unsigned phase = 0; phase < 10; phase++) {
		talk_over_line(2, phase);
		run_ms(1100);
		turn_ms = 15;
		run_ms(1000);
		turn_ms = 5;
		run_ms(2000);
		up_missing = 0; /* of late ones */
		run_ms(2000);
		sooner += call.reserve_us > SOUND_RESERVE_US;
		EXPECT_EQ(call.reserve_us <= SOUND_RESERVE_US_MAX, true);
		EXPECT_EQ(up_missing, 0);
		world_finish(&w);
	}
	CU_ASSERT_TRUE(sooner > 0);
}

/* One that sends nothing any more sets no pace: what is recorded goes up by the card's clock, and the next frame is answered at once. */
static void a_modem_that_stalls_is_answered_again(void)
{
	uint32_t before;

	setup(16000, 0);
	enter(PL_CALL_RINGING);
	run_ms(500);
	enter(PL_CALL_ACTIVE);
	run_ms(3000);
	before = call.up_frames;
	for (unsigned ms = 0; ms < 1000; ms++) {
		now_ns += STEP_NS;
		call_sound_run(&call, now_ns);
		if (now_ns / STEP_NS % 5 == 0) {
			serve();
			speak();
			world_period(&w);
		}
	}
	CU_ASSERT_TRUE(call.up_frames - before >= 40);
	pcm_set(&modem, true, call.rate, own_ns());
	before = call.up_frames;
	run_ms(1000);
	CU_ASSERT_TRUE(call.up_frames - before >= 49);
	world_finish(&w);
}

/* The I/O domain is suspended for a second: what piled up meanwhile is no latency afterwards, at either end. */
static void a_suspend_leaves_no_latency(void)
{
	uint32_t before;

	setup(16000, 0);
	enter(PL_CALL_RINGING);
	run_ms(500);
	enter(PL_CALL_ACTIVE);
	run_ms(3000);
	before = w.audio.voice.down.fill;
	for (unsigned ms = 0; ms < 1000; ms++) {
		now_ns += STEP_NS;
		pcm_tick(&modem, own_ns());
		call_sound_run(&call, now_ns);
	}
	run_ms(3000);
	CU_ASSERT_TRUE(w.audio.voice.down.fill <= before + 320);
	CU_ASSERT_TRUE(w.audio.voice.down.dropped_frames > 0);
	EXPECT_EQ(modem.frame.waiting < SOUND_FRAME_MAX, true);
	EXPECT_EQ(modem.frame.missing, 0);
	world_finish(&w);
}

/* A minute each, beside a Linux that floods and panics. */
static void no_sample_is_lost_whatever_the_clocks_do(void)
{
	static const struct {
		uint32_t rate;
		double drift;
	} calls[] = {{8000, -200}, {8000, 200}, {16000, 0}, {16000, -200}, {16000, 200}};

	for (size_t c = 0; c < sizeof(calls) / sizeof(calls[0]); c++) {
		double slip;

		setup(calls[c].rate, calls[c].drift);
		enter(PL_CALL_RINGING);
		run_ms(500);
		enter(PL_CALL_ACTIVE);
		run_ms(100);
		up_missing = 0;
		for (unsigned s = 0; s < 60; s++) {
			if (s % 10 == 3)
				world_play(&w, 3000, 1.0, 44100);
			if (s % 10 == 7) {
				w.media_on = false;
				loopback_reset(&w.linux_side.lb);
				rig_driver(&w.linux_side, VDEV_FEATURES_OFFERED);
			}
			run_ms(1000);
		}
		EXPECT_EQ(w.audio.voice.down.gap_frames, 0);
		EXPECT_EQ(w.audio.voice.down.dropped_frames, 0);
		EXPECT_EQ(w.audio.voice.up.gap_frames, 0);
		EXPECT_EQ(w.audio.voice.up.dropped_frames, 0);
		EXPECT_EQ(up_missing, 0);
		EXPECT_EQ(up_dropped, 0);
		EXPECT_EQ(call.refused_frames, 0);
		EXPECT_EQ(call.torn_frames, 0);
		slip = analyse_slip(ear + WORLD_RATE, heard_count - WORLD_RATE, WORLD_RATE, PCM_PILOT_HZ)
			       .samples;
		CU_ASSERT_TRUE(slip < 0.5);
		if (slip >= 0.5)
			printf("down slips by %g frames\n", slip);
		slip = analyse_slip(
			up + calls[c].rate / 2, up_count - calls[c].rate / 2, calls[c].rate, UP_PILOT)
			       .samples;
		CU_ASSERT_TRUE(slip < 0.5);
		if (slip >= 0.5)
			printf("up slips by %g frames\n", slip);
		world_finish(&w);
	}
}

static void ringtone_is_on_the_speaker_and_ends_without_a_click(void)
{
	size_t rung, answered;
	struct analyse_click click;

	setup(16000, 0);
	enter(PL_CALL_RINGING);
	run_ms(2000);
	rung = heard_count;
	CU_ASSERT_TRUE(analyse_level(speaker, rung) > -30);
	EXPECT_EQ(analyse_level(ear, rung) <= ANALYSE_SILENCE_DB, true);
	enter(PL_CALL_ACTIVE);
	run_ms(1000);
	answered = rung + WORLD_RATE / 10;
	CU_ASSERT_TRUE(analyse_level(speaker + answered, heard_count - answered) < -100);
	click = analyse_clicks(speaker, heard_count, WORLD_RATE, 12000);
	CU_ASSERT_TRUE(click.db < -60);
	if (click.db >= -60)
		printf("a click of %g dB at %zu, answered at %zu\n", click.db, click.at, rung);
	EXPECT_EQ(call.snd.stream[CALL_STREAM_RING].runs, false);
	world_finish(&w);
}

static void volume_key_silences_the_ringtone_and_only_this_one(void)
{
	size_t at;

	setup(16000, 0);
	enter(PL_CALL_RINGING);
	run_ms(300);
	CU_ASSERT_TRUE(call_sound_key(&call, now_ns, KEY_VOLUMEDOWN));
	EXPECT_EQ(call.silenced, true);
	run_ms(200);
	at = heard_count;
	run_ms(1000);
	CU_ASSERT_TRUE(analyse_level(speaker + at, heard_count - at) < -100);
	enter(PL_CALL_IDLE);
	run_ms(1000);
	enter(PL_CALL_RINGING);
	at = heard_count;
	run_ms(1000);
	CU_ASSERT_TRUE(analyse_level(speaker + at, heard_count - at) > -30);
	world_finish(&w);
}

static void volume_keys_step_by_3_db_and_stop_at_the_ends(void)
{
	uint32_t last;

	setup(8000, 0);
	EXPECT_EQ(call_sound_key(&call, now_ns, 113), false);
	enter(PL_CALL_ACTIVE);
	for (unsigned i = 0; i < 20; i++)
		call_sound_key(&call, now_ns, KEY_VOLUMEUP);
	EXPECT_EQ(call_sound_permille(&call), 1000);
	for (unsigned i = 0; i < SOUND_VOLUME_MAX; i++) {
		last = call_sound_permille(&call);
		call_sound_key(&call, now_ns, KEY_VOLUMEDOWN);
		CU_ASSERT_DOUBLE_EQUAL((double)call_sound_permille(&call) / last, 0.708, 0.01);
	}
	last = call_sound_permille(&call);
	call_sound_key(&call, now_ns, KEY_VOLUMEDOWN);
	EXPECT_EQ(call_sound_permille(&call), last);
	/* It is shown for two seconds, and the screen is told when they are over. */
	EXPECT_EQ(call.volume_until_ns, now_ns + 2 * NS_PER_S);
	changed_count = 0;
	run_ms(2001);
	EXPECT_EQ(changed_count, 1);
	EXPECT_EQ(call.volume_until_ns, SOUND_NEVER);
	world_finish(&w);
}

static void call_is_heard_again_after_its_backend_was_restarted(void)
{
	size_t at;

	setup(16000, 0);
	enter(PL_CALL_ACTIVE);
	run_ms(1000);
	loopback_backend_down(&w.call.lb);
	now_ns += 30 * STEP_NS;
	pcm_tick(&modem, own_ns());
	loopback_backend_up(&w.call.lb, &w.call.snd.vdev);
	run_ms(500);
	at = heard_count;
	run_ms(1000);
	CU_ASSERT_TRUE(analyse_band(ear + at, heard_count - at, WORLD_RATE, 2900, 3100) > -50);
	world_finish(&w);
}

static void a_torn_frame_costs_itself_and_nothing_else(void)
{
	int16_t sample[SOUND_FRAME_MAX];
	uint8_t bytes[2 * SOUND_FRAME_MAX];

	setup(16000, 0);
	enter(PL_CALL_ACTIVE);
	run_ms(100);
	pcm_set(&modem, false, 0, own_ns());
	run_ms(50);
	call.down_frames = 0;
	for (unsigned i = 0; i < SOUND_FRAME_MAX; i++)
		sample[i] = (int16_t)(256 + i);
	memcpy(bytes, sample, sizeof(bytes));
	call_sound_receive(&call, now_ns, bytes, 101);
	EXPECT_EQ(call.down_frames, 0);
	run_ms(20);
	call_sound_receive(&call, now_ns, bytes, sizeof(bytes));
	EXPECT_EQ(call.torn_frames, 1);
	EXPECT_EQ(call.down_frames, 1);
	EXPECT_EQ(call.fill, 0);
	world_finish(&w);
}

static void what_comes_in_the_middle_of_a_frame_is_left_out(void)
{
	static const uint8_t rest[311];

	setup(16000, 0);
	enter(PL_CALL_ACTIVE);
	memset(&call.frame, 0, sizeof(call.frame));
	call.aligned = false;
	call.last_ns = now_ns;
	call_sound_receive(&call, now_ns + 1, rest, sizeof(rest));
	EXPECT_EQ(call.fill, 0);
	now_ns += 20 * STEP_NS;
	call_sound_receive(&call, now_ns, rest, 100);
	EXPECT_EQ(call.fill, 100);
	world_finish(&w);
}

static const struct unit_test tests[] = {
	{"voice_is_there_within_50_ms_of_the_answer", voice_is_there_within_50_ms_of_the_answer},
	{"an_answer_at_once_loses_nothing", an_answer_at_once_loses_nothing},
	{"an_answer_is_fresh_once_the_call_has_settled", an_answer_is_fresh_once_the_call_has_settled},
	{"a_late_device_is_asked_sooner", a_late_device_is_asked_sooner},
	{"a_modem_that_stalls_is_answered_again", a_modem_that_stalls_is_answered_again},
	{"a_suspend_leaves_no_latency", a_suspend_leaves_no_latency},
	{"no_sample_is_lost_whatever_the_clocks_do", no_sample_is_lost_whatever_the_clocks_do},
	{"ringtone_is_on_the_speaker_and_ends_without_a_click",
		ringtone_is_on_the_speaker_and_ends_without_a_click},
	{"volume_key_silences_the_ringtone_and_only_this_one",
		volume_key_silences_the_ringtone_and_only_this_one},
	{"volume_keys_step_by_3_db_and_stop_at_the_ends", volume_keys_step_by_3_db_and_stop_at_the_ends},
	{"call_is_heard_again_after_its_backend_was_restarted",
		call_is_heard_again_after_its_backend_was_restarted},
	{"a_torn_frame_costs_itself_and_nothing_else", a_torn_frame_costs_itself_and_nothing_else},
	{"what_comes_in_the_middle_of_a_frame_is_left_out", what_comes_in_the_middle_of_a_frame_is_left_out},
};

UNIT_MAIN("call-sound", tests)
