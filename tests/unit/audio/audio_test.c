/* The engine: who is heard where, how loud, and who hears, by decisions, routes, jacks and volumes. */
#include <math.h>
#include <stdlib.h>
#include "tests/unit/audio/world.h"
#include "tools/audioplot/analyse.h"
#include "vdev/log.h"
#include "vdev-audio/sizes.h"

#define SECOND WORLD_RATE

static struct world w;
/* Since the last listen(): each channel of the card. */
static double heard[WORLD_CHANNELS][8 * SECOND];
static size_t heard_count;

static void listen(void)
{
	world_period(&w);
	for (unsigned i = 0; i < WORLD_PERIOD; i++, heard_count++)
		for (unsigned c = 0; c < WORLD_CHANNELS; c++)
			heard[c][heard_count] = w.out[i * WORLD_CHANNELS + c] / 2147483648.0;
}

static void listen_for(double seconds)
{
	size_t periods = (size_t)(seconds * SECOND / WORLD_PERIOD);

	heard_count = 0;
	for (size_t p = 0; p < periods; p++)
		listen();
}

static int level(unsigned channel)
{
	return (int)lround(analyse_level(heard[channel], heard_count));
}

static void start_media(void)
{
	world_start(&w);
	world_play(&w, 1000, 0.5, 48000);
	listen_for(0.5);
}

static void media_is_heard_on_the_speaker(void)
{
	start_media();
	EXPECT_EQ(level(SPEAKER), -6);
	EXPECT_EQ(level(EAR), -144);
	EXPECT_EQ(level(HEADSET_LEFT), -144);
	world_finish(&w);
}

static void media_at_another_rate_is_converted(void)
{
	world_start(&w);
	world_play(&w, 1000, 0.5, 44100);
	listen_for(0.5);
	listen_for(1);
	EXPECT_EQ(level(SPEAKER), -6);
	EXPECT_EQ(analyse_band(heard[SPEAKER], heard_count, SECOND, 950, 1050) > -6.5, true);
	EXPECT_EQ(analyse_clicks(heard[SPEAKER], heard_count, SECOND, 6000).db < -60, true);
	EXPECT_EQ(w.linux_side.snd.stream[LINUX_MEDIA].xrun_count, 0);
	world_finish(&w);
}

/* Each action, in and out: the level where it belongs, without a click. */
static void every_action_of_the_matrix_is_heard(void)
{
	static const struct {
		unsigned action, permille;
		int db;
	} acts[] = {{ACTION_DUCK, 200, -20}, {ACTION_CORK, 0, -144}, {ACTION_REJECT, 0, -144},
		{ACTION_DUCK, 500, -12}, {ACTION_MIX, 1000, -6}};

	start_media();
	for (unsigned a = 0; a < sizeof(acts) / sizeof(acts[0]); a++) {
		for (unsigned b = 0; b < sizeof(acts) / sizeof(acts[0]); b++) {
			world_act(&w, ROLE_MEDIA, acts[a].action, acts[a].permille, 50);
			world_decide(&w);
			listen_for(0.1);
			world_act(&w, ROLE_MEDIA, acts[b].action, acts[b].permille, 50);
			world_decide(&w);
			listen_for(0.1);
			EXPECT_EQ(analyse_clicks(heard[SPEAKER], heard_count, SECOND, 6000).db < -60, true);
			listen_for(0.2);
			EXPECT_EQ(level(SPEAKER), acts[b].db);
		}
	}
	EXPECT_EQ(w.linux_side.snd.stream[LINUX_MEDIA].xrun_count, 0);
	world_finish(&w);
}

static void first_frame_after_a_decision_is_ducked(void)
{
	double plain;

	start_media();
	w.audio.policy.ramp_shape = GAIN_LINEAR;
	world_act(&w, ROLE_MEDIA, ACTION_DUCK, 0, 1);
	world_decide(&w);
	listen_for(0.005);
	/* The tone of 1 kHz begins every period at phase 0, so its second frame tells: the ramp has 48. */
	plain = 0.5 * sin(2 * M_PI * 1000 / SECOND);
	EXPECT_EQ(fabs(heard[SPEAKER][1] - plain * 46 / 48) < 1.0 / 32768, true);
	EXPECT_EQ(heard[SPEAKER][48] == 0, true);
	world_finish(&w);
}

static void ramp_takes_what_policy_says_to_the_frame(void)
{
	start_media();
	world_act(&w, ROLE_MEDIA, ACTION_CORK, 0, 20);
	world_decide(&w);
	listen_for(0.1);
	for (unsigned i = 960; i < heard_count; i++)
		EXPECT_EQ(heard[SPEAKER][i] == 0, true);
	EXPECT_EQ(analyse_gaps(heard[SPEAKER], 900, 60, -100).count, 0);
	world_finish(&w);
}

static void corked_media_of_linux_goes_on_unheard(void)
{
	uint64_t before;

	start_media();
	world_act(&w, ROLE_MEDIA, ACTION_CORK, 0, 50);
	world_decide(&w);
	listen_for(0.5);
	before = w.linux_side.snd.stream[LINUX_MEDIA].frame_count;
	listen_for(1);
	EXPECT_EQ(w.linux_side.snd.stream[LINUX_MEDIA].frame_count - before, SECOND);
	world_finish(&w);
}

static void corked_stream_that_can_be_paused_waits(void)
{
	static const int16_t tone[480] = {1000};
	uint64_t before;

	world_start(&w);
	rig_open(&w.call, CALL_ALERT, 1, VIRTIO_SND_FMT_S16, VIRTIO_SND_RATE_48000, true);
	for (unsigned i = 0; i < 4; i++)
		rig_send(&w.call, CALL_ALERT, tone, sizeof(tone));
	world_act(&w, ROLE_ALERT, ACTION_CORK, 0, 5);
	world_decide(&w);
	listen_for(0.01);
	before = sound_frames_queued(&w.call.snd, CALL_ALERT);
	listen_for(1);
	EXPECT_EQ(sound_frames_queued(&w.call.snd, CALL_ALERT), before);
	EXPECT_EQ(before > 0, true);
	world_act(&w, ROLE_ALERT, ACTION_MIX, 1000, 5);
	world_decide(&w);
	listen_for(0.1);
	EXPECT_EQ(sound_frames_queued(&w.call.snd, CALL_ALERT), 0);
	world_finish(&w);
}

static void send_ring(void)
{
	int16_t tone[960];

	for (unsigned i = 0; i < 480; i++)
		tone[2 * i] = tone[2 * i + 1] = (int16_t)(16384 * sin(2 * M_PI * 2000 * i / SECOND));
	rig_drain(&w.call, VIRTIO_SND_TXQ);
	while (sound_frames_queued(&w.call.snd, CALL_RING) < SECOND / 2)
		if (!rig_send(&w.call, CALL_RING, tone, sizeof(tone)))
			break;
}

static void ring_is_heard_only_while_the_call_rings_and_never_at_the_ear(void)
{
	world_start(&w);
	rig_open(&w.call, CALL_RING, 2, VIRTIO_SND_FMT_S16, VIRTIO_SND_RATE_48000, true);
	send_ring();
	listen_for(0.1);
	EXPECT_EQ(level(SPEAKER), -144); /* nobody rings */
	world_hold(&w, ROLE_RING, WORLD_CALL);
	world_decide(&w);
	send_ring();
	listen_for(0.06);
	send_ring();
	listen_for(0.2);
	EXPECT_EQ(level(SPEAKER), -6);
	EXPECT_EQ(level(EAR), -144);
	audio_set_headset(&w.audio, true);
	send_ring();
	listen_for(0.06);
	send_ring();
	listen_for(0.2);
	EXPECT_EQ(level(SPEAKER), -6);
	EXPECT_EQ(level(HEADSET_LEFT), -6);
	EXPECT_EQ(level(EAR), -144);
	world_finish(&w);
}

static void headset_takes_media_over_without_a_click(void)
{
	struct virtio_snd_event event;

	start_media();
	rig_give_events(&w.linux_side, 4);
	audio_set_headset(&w.audio, true);
	EXPECT_EQ(rig_event(&w.linux_side, &event), true);
	EXPECT_EQ(event.code, VIRTIO_SND_EVT_JACK_CONNECTED);
	listen_for(0.2);
	EXPECT_EQ(analyse_clicks(heard[SPEAKER], heard_count, SECOND, 6000).db < -60, true);
	EXPECT_EQ(analyse_clicks(heard[HEADSET_LEFT], heard_count, SECOND, 6000).db < -60, true);
	listen_for(0.2);
	EXPECT_EQ(level(SPEAKER), -144);
	EXPECT_EQ(level(HEADSET_LEFT), -6);
	EXPECT_EQ(level(HEADSET_RIGHT), -6);
	audio_set_headset(&w.audio, false);
	EXPECT_EQ(rig_event(&w.linux_side, &event), true);
	EXPECT_EQ(event.code, VIRTIO_SND_EVT_JACK_DISCONNECTED);
	listen_for(0.1);
	listen_for(0.2);
	EXPECT_EQ(level(SPEAKER), -6);
	EXPECT_EQ(level(HEADSET_LEFT), -144);
	world_finish(&w);
}

static void volume_is_by_role(void)
{
	start_media();
	audio_set_volume(&w.audio, ROLE_MEDIA, 500);
	audio_set_volume(&w.audio, ROLE_NAVIGATION, 0);
	audio_set_volume(&w.audio, ROLE_COUNT, 0);
	listen_for(0.1);
	EXPECT_EQ(analyse_clicks(heard[SPEAKER], heard_count, SECOND, 6000).db < -60, true);
	listen_for(0.2);
	EXPECT_EQ(level(SPEAKER), -12);
	world_finish(&w);
}

/*
 * The microphone.
 */

/* Largest sample that Linux recorded; a mic of a steady value is put in. */
static int linux_records(double seconds)
{
	size_t periods = (size_t)(seconds * SECOND / WORLD_PERIOD);
	int largest = 0;

	for (size_t p = 0; p < periods; p++) {
		struct rig_done done;

		for (unsigned i = 0; i < WORLD_PERIOD; i++)
			w.in[i] = 10000 << 16;
		world_period(&w);
		while (rig_get(&w.linux_side, VIRTIO_SND_RXQ, &done)) {
			for (unsigned i = 0; i < done.bytes / 2; i++) {
				int16_t value = ((const int16_t *)(const void *)done.data)[i];

				largest = abs(value) > largest ? abs(value) : largest;
			}
			rig_room(&w.linux_side, LINUX_MIC, 960);
		}
	}
	return largest;
}

static void start_recording(void)
{
	struct audio_policy policy;

	world_start(&w);
	audio_policy_default(&policy);
	policy.microphone = WORLD_LINUX;
	EXPECT_EQ(audio_set_policy(&w.audio, &policy), 0);
	rig_open(&w.linux_side, LINUX_MIC, 1, VIRTIO_SND_FMT_S16, VIRTIO_SND_RATE_48000, true);
	for (unsigned i = 0; i < 8; i++)
		rig_room(&w.linux_side, LINUX_MIC, 960);
}

static void microphone_belongs_to_the_call_from_the_first_frame(void)
{
	start_recording();
	EXPECT_EQ(linux_records(0.5), 10000);
	world_hold(&w, ROLE_VOICE, WORLD_CALL);
	world_decide(&w);
	linux_records(0.02); /* messages begun before */
	EXPECT_EQ(linux_records(0.5), 0);
	world_drop(&w, ROLE_VOICE);
	world_decide(&w);
	linux_records(0.1);
	EXPECT_EQ(linux_records(0.5), 10000);
	world_finish(&w);
}

static void not_one_frame_of_a_call_is_heard_by_linux(void)
{
	struct rig_done done;
	unsigned at = 0;

	start_recording();
	linux_records(0.1);
	world_hold(&w, ROLE_EMERGENCY, WORLD_CALL);
	world_decide(&w);
	/* 960 bytes are two periods: whatever they hold of before, they hold nothing of after. */
	for (unsigned p = 0; p < 4; p++) {
		for (unsigned i = 0; i < WORLD_PERIOD; i++)
			w.in[i] = -20000 * 65536;
		world_period(&w);
		for (; rig_get(&w.linux_side, VIRTIO_SND_RXQ, &done); at++)
			for (unsigned i = 0; i < done.bytes / 2; i++)
				EXPECT_EQ(((const int16_t *)(const void *)done.data)[i] >= 0, true);
	}
	EXPECT_EQ(at > 0, true);
	world_finish(&w);
}

static void without_policy_nobody_has_the_microphone(void)
{
	world_start(&w);
	rig_open(&w.linux_side, LINUX_MIC, 2, VIRTIO_SND_FMT_S16, VIRTIO_SND_RATE_44100, true);
	for (unsigned i = 0; i < 8; i++)
		rig_room(&w.linux_side, LINUX_MIC, 960);
	EXPECT_EQ(linux_records(0.5), 0);
	EXPECT_EQ(w.linux_side.snd.stream[LINUX_MIC].frame_count > SECOND / 2 * 9 / 10 * 44100 / 48000, true);
	world_finish(&w);
}

/* Once in a while a period, or two in a row, are not there in time. */
static void missing_period_of_the_microphone_does_not_click(void)
{
	struct world_tone tone = {777, 0.5, 0};

	world_start(&w);
	world_hold(&w, ROLE_VOICE, WORLD_CALL);
	world_decide(&w);
	heard_count = 0;
	for (unsigned p = 0; p < SECOND / WORLD_PERIOD; p++) {
		for (unsigned i = 0; i < WORLD_PERIOD; i++)
			w.in[i] = world_tone(&tone, SECOND);
		w.deaf = p > 20 && (p % 23 == 0 || p % 31 < 2);
		listen();
	}
	EXPECT_EQ(analyse_level(heard[EAR], heard_count) > -40, true);
	EXPECT_EQ(analyse_clicks(heard[EAR], heard_count, SECOND, 12000).db < -60, true);
	world_finish(&w);
}

static void sidetone_is_heard_in_a_call_and_not_when_muted(void)
{
	world_start(&w);
	for (unsigned i = 0; i < WORLD_PERIOD; i++) /* 200 Hz: whole turns in a period */
		w.in[i] = (int32_t)(1000000000 * sin(2 * M_PI * 200 * i / SECOND));
	listen_for(0.2);
	EXPECT_EQ(level(EAR), -144);
	world_hold(&w, ROLE_VOICE, WORLD_CALL);
	world_decide(&w);
	listen_for(0.1);
	listen_for(0.2);
	EXPECT_EQ(level(EAR), (int)lround(20 * log10(0.06 * 1e9 / 2147483648.0)));
	EXPECT_EQ(level(SPEAKER), -144);
	audio_set_muted(&w.audio, true);
	listen_for(0.1);
	listen_for(0.2);
	EXPECT_EQ(level(EAR), -144);
	world_finish(&w);
}

/*
 * Policy.
 */

static void bad_policies_are_refused_with_the_reason_and_the_old_one_stays(void)
{
	struct audio_policy good, p;
	char reason[AUDIO_REASON_BYTES] = "";

#define TRY(change, words)                                                                                   \
	p = good;                                                                                            \
	change;                                                                                              \
	EXPECT_EQ(audio_set_policy(&w.audio, &p) < 0, true);                                                 \
	audio_policy_check(&p, reason);                                                                      \
	EXPECT_CONTAINS(reason, words);                                                                      \
	EXPECT_EQ(memcmp(&w.audio.policy, &good, sizeof(good)), 0)
	world_start(&w);
	audio_policy_default(&good);
	EXPECT_EQ(audio_set_policy(&w.audio, &good), 0);
	TRY(p.route[SITUATION_HANDSET][ROLE_RING][OUTPUT_EARPIECE] = 1,
		"handset, ring: never on the earpiece");
	TRY(p.route[SITUATION_SPEAKER][ROLE_ALERT][OUTPUT_EARPIECE] = 1, "alert: never on the earpiece");
	TRY(p.route[SITUATION_HEADSET][ROLE_VOICE][OUTPUT_HEADSET] = 0, "headset, voice: heard nowhere");
	TRY(p.route[SITUATION_HANDSET][ROLE_MEDIA][OUTPUT_SPEAKER] = 2001, "over 200%");
	TRY(p.sidetone[OUTPUT_SPEAKER] = 1001, "sidetone");
	TRY(p.ramp_shape = GAIN_SHAPE_COUNT, "ramp");
	TRY(p.ramp_ms = 5001, "ramp");
	TRY(p.slack_min_ms = 0, "jitter");
	TRY(p.slack_max_ms = 201, "jitter");
	world_finish(&w);
#undef TRY
}

/*
 * Hostile and dying frontends.
 */

static void silence_stands_for_a_stream_that_starves(void)
{
	start_media();
	w.media_on = false;
	listen_for(0.2);
	listen_for(0.2);
	EXPECT_EQ(level(SPEAKER), -144);
	EXPECT_EQ(w.linux_side.snd.stream[LINUX_MEDIA].xrun_count, 1);
	world_finish(&w);
}

static void death_of_a_frontend_leaves_the_others_sounding(void)
{
	start_media();
	rig_open(&w.call, CALL_RING, 2, VIRTIO_SND_FMT_S16, VIRTIO_SND_RATE_48000, true);
	world_hold(&w, ROLE_RING, WORLD_CALL);
	world_decide(&w);
	send_ring();
	loopback_reset(&w.linux_side.lb);
	w.media_on = false;
	listen_for(0.1);
	send_ring();
	listen_for(0.2);
	EXPECT_EQ(level(SPEAKER), -6);
	EXPECT_EQ(analyse_band(heard[SPEAKER], heard_count, SECOND, 900, 1100) < -60, true);
	world_finish(&w);
}

static void report_says_who_is_heard_and_why(void)
{
	static char text[8192];

	start_media();
	world_hold(&w, ROLE_VOICE, WORLD_CALL);
	world_act(&w, ROLE_MEDIA, ACTION_DUCK, 200, 50);
	w.decision.state = PHONE_ACTIVE;
	strcpy(w.decision.reason, "call answered");
	world_decide(&w);
	listen_for(0.2);
	EXPECT_EQ(audio_report(&w.audio, text, sizeof(text)) < sizeof(text), true);
	EXPECT_CONTAINS(text, "active: call answered");
	EXPECT_CONTAINS(text, "role media: duck by voice (call), gain 200, ramp 50 ms");
	EXPECT_CONTAINS(text, "stream linux/0 media out running 48000 Hz peak -6.");
	EXPECT_CONTAINS(text, "speaker 200 latency ");
	EXPECT_CONTAINS(text, " xruns 0 errors 0");
	EXPECT_EQ(audio_report(&w.audio, text, 20) < 20, true);
	world_finish(&w);
}

/* A driver stops when its last message is back: what was not played by then is lost. */
static void converted_stream_is_given_back_as_it_is_played(void)
{
	int16_t frame[500];
	unsigned sent = 0, periods = 0;

	world_start(&w);
	rig_open(&w.linux_side, LINUX_MEDIA, 1, VIRTIO_SND_FMT_S16, VIRTIO_SND_RATE_8000, true);
	memset(frame, 0x11, sizeof(frame));
	while (periods < 2 * SECOND / WORLD_PERIOD) {
		rig_drain(&w.linux_side, VIRTIO_SND_TXQ);
		while (sent < 8000 && sound_frames_queued(&w.linux_side.snd, LINUX_MEDIA) < 2000 &&
			rig_send(&w.linux_side, LINUX_MEDIA, frame, sizeof(frame)))
			sent += 500;
		if (!sound_frames_queued(&w.linux_side.snd, LINUX_MEDIA))
			break;
		world_period(&w);
		periods++;
	}
	EXPECT_EQ(sent, 8000);
	EXPECT_EQ(periods, SECOND / WORLD_PERIOD);
	world_finish(&w);
}

/* Who is there decides how far ahead the card is: from the moment at which a driver sets a stream up. */
static void shortest_sizes_of_those_who_are_there_hold(void)
{
	struct audio_sizes_by_role by_role = {.idle = {960, 2880}};

	for (unsigned r = 0; r < ROLE_COUNT; r++)
		by_role.role[r] = (struct audio_sizes){240, 720};
	by_role.role[ROLE_MEDIA] = (struct audio_sizes){960, 1920};
	by_role.role[ROLE_NAVIGATION] = (struct audio_sizes){480, 2400};
	world_start(&w);
	EXPECT_EQ(audio_roles(&w.audio), 0);
	EXPECT_EQ(audio_sizes_of(&by_role, 0).queue_frames, 2880);
	rig_open(&w.linux_side, LINUX_MEDIA, 2, VIRTIO_SND_FMT_S16, VIRTIO_SND_RATE_48000, false);
	EXPECT_EQ(audio_roles(&w.audio), 1u << ROLE_MEDIA);
	EXPECT_EQ(audio_sizes_of(&by_role, 1u << ROLE_MEDIA).wake_frames, 960);
	EXPECT_EQ(audio_sizes_of(&by_role, 1u << ROLE_MEDIA | 1u << ROLE_NAVIGATION).wake_frames, 480);
	EXPECT_EQ(audio_sizes_of(&by_role, 1u << ROLE_MEDIA | 1u << ROLE_NAVIGATION).queue_frames, 1920);
	world_hold(&w, ROLE_RING, WORLD_CALL);
	world_decide(&w);
	EXPECT_EQ(audio_roles(&w.audio), 1u << ROLE_MEDIA | 1u << ROLE_RING);
	EXPECT_EQ(audio_sizes_of(&by_role, audio_roles(&w.audio)).queue_frames, 720);
	world_finish(&w);
}

static const struct unit_test tests[] = {
	{"the shortest sizes of those who are there hold", shortest_sizes_of_those_who_are_there_hold},
	{"media is heard on the speaker", media_is_heard_on_the_speaker},
	{"media at another rate is converted", media_at_another_rate_is_converted},
	{"a converted stream is given back as it is played", converted_stream_is_given_back_as_it_is_played},
	{"every action of the matrix is heard", every_action_of_the_matrix_is_heard},
	{"the first frame after a decision is ducked", first_frame_after_a_decision_is_ducked},
	{"a ramp takes what policy says, to the frame", ramp_takes_what_policy_says_to_the_frame},
	{"corked media of Linux goes on unheard", corked_media_of_linux_goes_on_unheard},
	{"a corked stream that can be paused waits", corked_stream_that_can_be_paused_waits},
	{"the ring is heard only while the call rings, and never at the ear",
		ring_is_heard_only_while_the_call_rings_and_never_at_the_ear},
	{"a headset takes media over without a click", headset_takes_media_over_without_a_click},
	{"volume is by role", volume_is_by_role},
	{"the microphone belongs to the call from the first frame",
		microphone_belongs_to_the_call_from_the_first_frame},
	{"not one frame of a call is heard by Linux", not_one_frame_of_a_call_is_heard_by_linux},
	{"without policy nobody has the microphone", without_policy_nobody_has_the_microphone},
	{"a missing period of the microphone does not click",
		missing_period_of_the_microphone_does_not_click},
	{"sidetone is heard in a call and not when muted", sidetone_is_heard_in_a_call_and_not_when_muted},
	{"bad policies are refused with the reason and the old one stays",
		bad_policies_are_refused_with_the_reason_and_the_old_one_stays},
	{"silence stands for a stream that starves", silence_stands_for_a_stream_that_starves},
	{"the death of a frontend leaves the others sounding",
		death_of_a_frontend_leaves_the_others_sounding},
	{"the report says who is heard and why", report_says_who_is_heard_and_why},
};

UNIT_MAIN("audio-engine", tests)
