/* The virtual sound card against drivers that do wrong, and a backend that restarts. */
#include <stdlib.h>
#include "tests/unit/audio/rig.h"
#include "vdev/log.h"

#define S16   VIRTIO_SND_FMT_S16
#define HZ48  VIRTIO_SND_RATE_48000
#define OK    VIRTIO_SND_S_OK
#define BAD   VIRTIO_SND_S_BAD_MSG
#define MEDIA 0u
#define ALERT 1u
#define MIC   2u
#define START VIRTIO_SND_R_PCM_START
#define STOP  VIRTIO_SND_R_PCM_STOP
#define TXQ   VIRTIO_SND_TXQ
#define RXQ   VIRTIO_SND_RXQ

static struct rig rig;
static struct sound_config config;
static int32_t frames[4096];
static int16_t data[1024];

static void setup(void)
{
	rig_config(&config);
	rig_start(&rig, "test-snd", &config, NULL, NULL);
	for (int i = 0; i < 1024; i++)
		data[i] = (int16_t)(i * 31);
}

/*
 * Hostile drivers.
 */

struct shape {
	uint32_t stream, header, payload, room;
	uint32_t status; /* expected; 0: no room to say it */
};

static void try_shape(unsigned q, const struct shape *s)
{
	const uint64_t at = RIG_MESSAGES + (RIG_MESSAGE_COUNT - 1) * (uint64_t)RIG_MESSAGE_BYTES;
	bool out = q == TXQ;
	struct vq_buf buf[2] = {{at, s->header + (out ? s->payload : 0)}, {at + 0x1000, s->room}};
	uint32_t written, status = 0, reads = buf[0].bytes ? 1 : 0, writes = s->room ? 1 : 0;
	uint32_t end = out ? 0 : s->room - 8;

	memcpy(rig_at(&rig, at), &s->stream, 4);
	memset(rig_at(&rig, at + 0x1000), 0, 0x800);
	EXPECT_EQ(rig_put(&rig, q, reads ? buf : buf + 1, reads, writes) >= 0, true);
	EXPECT_EQ(vq_get(&rig.queue[q], &written) >= 0, true);
	memset(rig.slot_used, 0, sizeof(rig.slot_used));
	if (s->room >= 8)
		memcpy(&status, rig_at(&rig, at + 0x1000 + end), 4);
	EXPECT_EQ(status, s->status);
	EXPECT_EQ(written <= s->room, true);
}

/* CVE-2024-7730: a message of a status alone; short ones; too many; wrong streams and directions. */
static void bad_messages_get_an_error_each(void)
{
	static const struct shape tx[] = {{MEDIA, 4, 0, 8, BAD}, {MEDIA, 4, 961, 8, BAD}, {3, 4, 960, 8, BAD},
		{0xffffffff, 4, 960, 8, BAD}, {MIC, 4, 960, 8, BAD}, {MEDIA, 3, 0, 8, BAD},
		{MEDIA, 0, 0, 8, BAD}, {MEDIA, 4, 960, 7, 0}, {MEDIA, 4, 960, 0, 0},
		{ALERT, 4, 960, 8, VIRTIO_SND_S_IO_ERR}};
	static const struct shape rx[] = {{MIC, 4, 0, 8, BAD}, {MIC, 4, 0, 9, BAD}, {MIC, 4, 0, 7, 0},
		{MIC, 4, 0, 1, 0}, {MEDIA, 4, 0, 968, BAD}, {77, 4, 0, 968, BAD}, {MIC, 2, 0, 968, BAD}};

	setup();
	rig_open(&rig, MEDIA, 2, S16, HZ48, true);
	rig_open(&rig, MIC, 1, S16, HZ48, true);
	for (unsigned i = 0; i < sizeof(tx) / sizeof(tx[0]); i++)
		try_shape(TXQ, &tx[i]);
	for (unsigned i = 0; i < sizeof(rx) / sizeof(rx[0]); i++)
		try_shape(RXQ, &rx[i]);
	EXPECT_EQ(rig.snd.vdev.broken, false);
	EXPECT_EQ(rig_send(&rig, MEDIA, data, 960), true);
	EXPECT_EQ(sound_read(&rig.snd, MEDIA, frames, 240), 240);
	rig_finish(&rig);
}

static void message_in_too_many_pieces_is_refused(void)
{
	const uint64_t at = RIG_MESSAGES;
	struct vq_buf buf[SOUND_SEGMENT_MAX + 1];
	uint32_t written, status;

	setup();
	rig_open(&rig, MEDIA, 2, S16, HZ48, true);
	memset(rig_at(&rig, at), 0, 0x1000);
	for (unsigned i = 0; i < SOUND_SEGMENT_MAX; i++)
		buf[i] = (struct vq_buf){at + 4 * i, 4};
	buf[SOUND_SEGMENT_MAX] = (struct vq_buf){at + 0x1000, 8};
	rig_put(&rig, TXQ, buf, SOUND_SEGMENT_MAX, 1);
	EXPECT_EQ(vq_get(&rig.queue[TXQ], &written) >= 0, true);
	memcpy(&status, rig_at(&rig, at + 0x1000), 4);
	EXPECT_EQ(status, BAD);
	buf[SOUND_SEGMENT_MAX - 1] = buf[SOUND_SEGMENT_MAX]; /* one piece fewer is taken */
	rig_put(&rig, TXQ, buf, SOUND_SEGMENT_MAX - 1, 1);
	EXPECT_EQ(sound_frames_queued(&rig.snd, MEDIA), SOUND_SEGMENT_MAX - 2);
	rig_finish(&rig);
}

static void payload_over_the_limit_is_refused(void)
{
	struct vq_buf buf[2] = {{RIG_MESSAGES, SOUND_PAYLOAD_MAX + 8}, {RIG_MESSAGES + 0x80000, 8}};
	uint32_t written, status;

	setup();
	rig_open(&rig, MEDIA, 2, S16, HZ48, true);
	memset(rig_at(&rig, RIG_MESSAGES), 0, 8);
	rig_put(&rig, TXQ, buf, 1, 1);
	EXPECT_EQ(vq_get(&rig.queue[TXQ], &written) >= 0, true);
	memcpy(&status, rig_at(&rig, RIG_MESSAGES + 0x80000), 4);
	EXPECT_EQ(status, BAD);
	rig_finish(&rig);
}

/* XSA-155: the header is read once; what it says later has no effect. */
static void header_changed_after_the_fact_has_no_effect(void)
{
	uint32_t other = ALERT;
	uint8_t slot = 0;

	setup();
	rig_open(&rig, MEDIA, 2, S16, HZ48, true);
	rig_open(&rig, ALERT, 2, S16, HZ48, true);
	rig_send(&rig, MEDIA, data, 960);
	memcpy(rig_at(&rig, RIG_MESSAGES + slot), &other, 4);
	EXPECT_EQ(sound_frames_queued(&rig.snd, MEDIA), 240);
	EXPECT_EQ(sound_frames_queued(&rig.snd, ALERT), 0);
	EXPECT_EQ(sound_read(&rig.snd, MEDIA, frames, 240), 240);
	rig_finish(&rig);
}

static void unanswerable_requests_are_given_back_empty(void)
{
	const struct virtio_snd_pcm_hdr hdr = {START, 0};
	struct vq_buf buf[2] = {{RIG_REQUEST, sizeof(hdr)}, {RIG_ANSWER, 3}};
	uint32_t written = 99;

	setup();
	rig_open(&rig, MEDIA, 2, S16, HZ48, false);
	memcpy(rig_at(&rig, RIG_REQUEST), &hdr, sizeof(hdr));
	for (unsigned writes = 0; writes < 2; writes++) {
		EXPECT_EQ(vq_add(&rig.queue[0], buf, 1, writes) >= 0, true);
		vq_publish(&rig.queue[0]);
		loopback_notify(&rig.lb, 0);
		rig_run(&rig);
		EXPECT_EQ(vq_get(&rig.queue[0], &written) >= 0, true);
		EXPECT_EQ(written, 0);
	}
	EXPECT_EQ(rig.state->stream[MEDIA].pcm, SOUND_PCM_PREPARED);
	rig_finish(&rig);
}

static void short_event_buffers_harm_nobody(void)
{
	struct vq_buf buf = {RIG_EVENTS, 7};
	uint32_t written = 99;

	setup();
	vq_add(&rig.queue[VIRTIO_SND_EVENTQ], &buf, 0, 1);
	vq_publish(&rig.queue[VIRTIO_SND_EVENTQ]);
	sound_jack(&rig.snd, 0, true);
	EXPECT_EQ(vq_get(&rig.queue[VIRTIO_SND_EVENTQ], &written) >= 0, true);
	EXPECT_EQ(written, 0);
	EXPECT_EQ(rig.snd.vdev.broken, false);
	rig_finish(&rig);
}

/* Use after reset (CVE-2021-3748): nothing of the old driver is written to, or completed. */
static void reset_forgets_every_message(void)
{
	uint8_t before[RIG_MESSAGE_BYTES];

	setup();
	rig_open(&rig, MEDIA, 2, S16, HZ48, true);
	rig_open(&rig, MIC, 1, S16, HZ48, true);
	rig_send(&rig, MEDIA, data, 960);
	rig_room(&rig, MIC, 960);
	loopback_reset(&rig.lb);
	EXPECT_EQ(rig.stopped, 2);
	memset(rig.bank, 0x55, RIG_BANK_BYTES);
	memset(before, 0x55, sizeof(before));
	EXPECT_EQ(sound_read(&rig.snd, MEDIA, frames, 240), 0);
	EXPECT_EQ(sound_write(&rig.snd, MIC, frames, 240), 0);
	sound_jack(&rig.snd, 0, true);
	EXPECT_EQ(memcmp(rig_at(&rig, RIG_MESSAGES + RIG_MESSAGE_BYTES), before, sizeof(before)), 0);
	rig_driver(&rig, VDEV_FEATURES_OFFERED);
	EXPECT_EQ(rig_pcm(&rig, START, MEDIA), BAD);
	rig_open(&rig, MEDIA, 2, S16, HZ48, true);
	EXPECT_EQ(sound_frames_queued(&rig.snd, MEDIA), 0);
	rig_finish(&rig);
}

static void broken_ring_stops_the_streams_until_reset(void)
{
	setup();
	rig_open(&rig, MEDIA, 2, S16, HZ48, true);
	rig_send(&rig, MEDIA, data, 960);
	rig.queue[TXQ].avail->idx = (uint16_t)(rig.queue[TXQ].avail->idx + 1000);
	loopback_notify(&rig.lb, TXQ);
	rig_run(&rig);
	EXPECT_EQ(rig.snd.vdev.broken, true);
	EXPECT_EQ(rig.stopped, 1);
	EXPECT_EQ(sound_read(&rig.snd, MEDIA, frames, 240), 0);
	rig_driver(&rig, VDEV_FEATURES_OFFERED);
	EXPECT_EQ(rig.snd.vdev.broken, false);
	rig_open(&rig, MEDIA, 2, S16, HZ48, true);
	rig_send(&rig, MEDIA, data, 960);
	EXPECT_EQ(sound_read(&rig.snd, MEDIA, frames, 240), 240);
	rig_finish(&rig);
}

static void impossible_configurations_are_refused(void)
{
	struct sound_config bad;
	static struct sound snd;
	static struct sound_state state;

	rig_config(&bad);
	bad.stream[0].formats = RIG_FORMAT(0);
	EXPECT_EQ(sound_init(&snd, "bad", &bad, &state, sizeof(state), NULL, NULL) < 0, true);
	rig_config(&bad);
	bad.stream_count = SOUND_STREAM_MAX + 1;
	EXPECT_EQ(sound_init(&snd, "bad", &bad, &state, sizeof(state), NULL, NULL) < 0, true);
	rig_config(&bad);
	bad.stream[1].channels_max = 3;
	EXPECT_EQ(sound_init(&snd, "bad", &bad, &state, sizeof(state), NULL, NULL) < 0, true);
	rig_config(&bad);
	EXPECT_EQ(sound_init(&snd, "bad", &bad, &state, sizeof(state) - 1, NULL, NULL) < 0, true);
}

/*
 * Another process takes over.
 */

static void restarted_backend_goes_on_at_the_same_frame(void)
{
	struct rig_done done;

	setup();
	rig_open(&rig, MEDIA, 2, S16, HZ48, true);
	rig_send(&rig, MEDIA, data, 960);
	rig_send(&rig, MEDIA, data + 480, 960);
	sound_read(&rig.snd, MEDIA, frames, 100);
	rig_restart(&rig);
	EXPECT_EQ(rig.started, 2);
	EXPECT_EQ(sound_frames_queued(&rig.snd, MEDIA), 380);
	EXPECT_EQ(sound_read(&rig.snd, MEDIA, frames + 200, 380), 380);
	for (unsigned i = 0; i < 960; i++)
		EXPECT_EQ(frames[i] >> 16, data[i]);
	EXPECT_EQ(rig_get(&rig, TXQ, &done), true);
	EXPECT_EQ(rig_get(&rig, TXQ, &done), true);
	EXPECT_EQ(rig_get(&rig, TXQ, &done), false);
	rig_finish(&rig);
}

static void restart_keeps_streams_apart_that_completed_out_of_order(void)
{
	setup();
	rig_open(&rig, MEDIA, 2, S16, HZ48, true);
	rig_open(&rig, ALERT, 2, S16, HZ48, true);
	rig_send(&rig, MEDIA, data, 960);
	for (unsigned i = 0; i < 150; i++) { /* the ring goes round past the one that waits */
		rig_send(&rig, ALERT, data, 960);
		sound_read(&rig.snd, ALERT, frames, 240);
		rig_drain(&rig, TXQ);
	}
	rig_send(&rig, ALERT, data + 10, 960);
	rig_send(&rig, MEDIA, data + 480, 960);
	rig_restart(&rig);
	EXPECT_EQ(sound_frames_queued(&rig.snd, MEDIA), 480);
	EXPECT_EQ(sound_frames_queued(&rig.snd, ALERT), 240);
	EXPECT_EQ(sound_read(&rig.snd, MEDIA, frames, 480), 480);
	for (unsigned i = 0; i < 960; i++)
		EXPECT_EQ(frames[i] >> 16, data[i]);
	EXPECT_EQ(sound_read(&rig.snd, ALERT, frames, 240), 240);
	EXPECT_EQ(frames[0] >> 16, data[10]);
	EXPECT_EQ(rig_drain(&rig, TXQ), 3);
	rig_send(&rig, ALERT, data, 960);
	EXPECT_EQ(sound_read(&rig.snd, ALERT, frames, 240), 240);
	EXPECT_EQ(rig_drain(&rig, TXQ), 1);
	EXPECT_EQ(rig.snd.vdev.broken, false);
	rig_finish(&rig);
}

/* The process ends between the push and the note of it, or before the push. */
static void restart_in_the_middle_of_a_completion_completes_once(void)
{
	for (unsigned pushed = 0; pushed < 2; pushed++) {
		struct sound_message *m;

		setup();
		rig_open(&rig, MEDIA, 2, S16, HZ48, true);
		rig_send(&rig, MEDIA, data, 960);
		rig_send(&rig, MEDIA, data + 480, 960);
		m = &rig.state->message[0][rig.snd.stream[MEDIA].fifo[0]];
		m->done_bytes = m->payload_bytes;
		m->used_index = rig.snd.vdev.queue[TXQ].last_used;
		m->state = SOUND_MESSAGE_ENDING;
		if (pushed)
			vq_push(&rig.snd.vdev.queue[TXQ], m->head, 8);
		rig_restart(&rig);
		EXPECT_EQ(sound_read(&rig.snd, MEDIA, frames, 240), 240);
		EXPECT_EQ(frames[0] >> 16, data[480]);
		EXPECT_EQ(rig_drain(&rig, TXQ), 2);
		EXPECT_EQ(rig.snd.vdev.broken, false);
		rig_finish(&rig);
	}
}

/* START done and not given back is not an error when it is taken again. */
static void request_done_by_the_predecessor_is_not_done_twice(void)
{
	const struct virtio_snd_pcm_hdr hdr = {START, MEDIA};
	struct vq_buf buf[2] = {{RIG_REQUEST, sizeof(hdr)}, {RIG_ANSWER, 4}};
	uint32_t written, status;

	setup();
	rig_open(&rig, MEDIA, 2, S16, HZ48, false);
	memcpy(rig_at(&rig, RIG_REQUEST), &hdr, sizeof(hdr));
	vq_add(&rig.queue[0], buf, 1, 1);
	vq_publish(&rig.queue[0]);
	rig.state->answered = SOUND_ANSWERED | rig.snd.vdev.queue[0].last_used;
	rig.state->answer = OK;
	rig.state->stream[MEDIA].pcm = SOUND_PCM_RUNNING;
	rig_restart(&rig);
	EXPECT_EQ(vq_get(&rig.queue[0], &written) >= 0, true);
	memcpy(&status, rig_at(&rig, RIG_ANSWER), 4);
	EXPECT_EQ(status, OK);
	EXPECT_EQ(rig_pcm(&rig, START, MEDIA), BAD); /* the next one counts as itself */
	rig_finish(&rig);
}

static void state_of_another_driver_is_not_taken_up(void)
{
	setup();
	rig_open(&rig, MEDIA, 2, S16, HZ48, true);
	rig_send(&rig, MEDIA, data, 960);
	rig.state->epoch += 7;
	rig_restart(&rig);
	EXPECT_EQ(rig.state->stream[MEDIA].pcm, SOUND_PCM_NONE);
	rig_finish(&rig);
}

static void spoilt_state_is_no_state(void)
{
	for (unsigned at = 0; at < 12; at++) {
		uint32_t *words;

		setup();
		rig_open(&rig, MEDIA, 2, S16, HZ48, true);
		rig_send(&rig, MEDIA, data, 960);
		words = (uint32_t *)(void *)(at < 6 ? (void *)rig.state->stream
						    : (void *)rig.state->message[0]);
		words[at % 6] = 0xffffffffu;
		rig_restart(&rig);
		EXPECT_EQ(sound_read(&rig.snd, MEDIA, frames, 240) <= 240, true);
		rig_driver(&rig, VDEV_FEATURES_OFFERED);
		rig_open(&rig, MEDIA, 2, S16, HZ48, true);
		rig_send(&rig, MEDIA, data, 960);
		EXPECT_EQ(sound_read(&rig.snd, MEDIA, frames, 240), 240);
		rig_finish(&rig);
	}
}

static const struct unit_test tests[] = {
	{"bad messages get an error each", bad_messages_get_an_error_each},
	{"a message in too many pieces is refused", message_in_too_many_pieces_is_refused},
	{"a payload over the limit is refused", payload_over_the_limit_is_refused},
	{"a header changed after the fact has no effect", header_changed_after_the_fact_has_no_effect},
	{"unanswerable requests are given back empty", unanswerable_requests_are_given_back_empty},
	{"short event buffers harm nobody", short_event_buffers_harm_nobody},
	{"a reset forgets every message", reset_forgets_every_message},
	{"a broken ring stops the streams until reset", broken_ring_stops_the_streams_until_reset},
	{"impossible configurations are refused", impossible_configurations_are_refused},
	{"a restarted backend goes on at the same frame", restarted_backend_goes_on_at_the_same_frame},
	{"a restart keeps streams apart that completed out of order",
		restart_keeps_streams_apart_that_completed_out_of_order},
	{"a restart in the middle of a completion completes once",
		restart_in_the_middle_of_a_completion_completes_once},
	{"a request done by the predecessor is not done twice",
		request_done_by_the_predecessor_is_not_done_twice},
	{"the state of another driver is not taken up", state_of_another_driver_is_not_taken_up},
	{"a spoilt state is no state", spoilt_state_is_no_state},
};

UNIT_MAIN("audio-attack", tests)
