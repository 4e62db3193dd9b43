/* The virtual sound card: protocol, hostile drivers, a backend that restarts. */
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
 * Protocol.
 */

static void device_says_what_it_has(void)
{
	const struct virtio_snd_query_info streams = {VIRTIO_SND_R_PCM_INFO, 0, 3, 32};
	const struct virtio_snd_query_info jacks = {VIRTIO_SND_R_JACK_INFO, 0, 1, 24};
	const struct virtio_snd_query_info maps = {VIRTIO_SND_R_CHMAP_INFO, 1, 2, 24};
	struct virtio_snd_config area;
	struct virtio_snd_pcm_info info[3];
	struct virtio_snd_jack_info jack;
	struct virtio_snd_chmap_info map[2];

	setup();
	loopback_config_read(&rig.lb, 0, &area, sizeof(area));
	EXPECT_EQ(area.streams, 3);
	EXPECT_EQ(area.jacks, 1);
	EXPECT_EQ(area.chmaps, 3);
	EXPECT_EQ(rig_ask(&rig, &streams, sizeof(streams), info, sizeof(info)), OK);
	EXPECT_EQ(info[0].direction, VIRTIO_SND_D_OUTPUT);
	EXPECT_EQ(info[2].direction, VIRTIO_SND_D_INPUT);
	EXPECT_EQ(info[1].hda_fn_nid, 1);
	EXPECT_EQ(info[0].formats >> S16 & 1, 1);
	EXPECT_EQ(info[0].rates >> HZ48 & 1, 1);
	EXPECT_EQ(info[0].channels_max, 2);
	EXPECT_EQ(rig_ask(&rig, &jacks, sizeof(jacks), &jack, sizeof(jack)), OK);
	EXPECT_EQ(jack.connected, 0);
	EXPECT_EQ(rig_ask(&rig, &maps, sizeof(maps), map, sizeof(map)), OK);
	EXPECT_EQ(map[0].positions[0], VIRTIO_SND_CHMAP_FL);
	EXPECT_EQ(map[1].direction, VIRTIO_SND_D_INPUT);
	rig_finish(&rig);
}

static void longer_items_are_padded_with_zeroes(void)
{
	const struct virtio_snd_query_info query = {VIRTIO_SND_R_PCM_INFO, 0, 2, 40};
	uint8_t items[80];

	setup();
	EXPECT_EQ(rig_ask(&rig, &query, sizeof(query), items, sizeof(items)), OK);
	EXPECT_EQ(items[40], 1); /* the second stream's nid */
	for (unsigned i = 32; i < 40; i++)
		EXPECT_EQ(items[i], 0);
	rig_finish(&rig);
}

/* Off by one and beyond (CVE-2024-6505, CVE-2011-2512), arithmetic that wraps (CVE-2026-3196). */
static void questions_beyond_what_there_is_are_refused(void)
{
	static const struct virtio_snd_query_info bad[] = {{VIRTIO_SND_R_PCM_INFO, 3, 1, 32},
		{VIRTIO_SND_R_PCM_INFO, 0, 4, 32}, {VIRTIO_SND_R_PCM_INFO, 0xffffffff, 2, 32},
		{VIRTIO_SND_R_PCM_INFO, 1, 0xffffffff, 32}, {VIRTIO_SND_R_PCM_INFO, 0, 3, 0xffffffff},
		{VIRTIO_SND_R_PCM_INFO, 0, 3, 31}, {VIRTIO_SND_R_PCM_INFO, 0, 3, 0},
		{VIRTIO_SND_R_JACK_INFO, 1, 1, 24}, {VIRTIO_SND_R_CHMAP_INFO, 2, 2, 24},
		{VIRTIO_SND_R_PCM_INFO, 0, 3, 33}};
	uint8_t items[3 * 32];

	setup();
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		EXPECT_EQ(rig_ask(&rig, &bad[i], sizeof(bad[i]), items, sizeof(items)), BAD);
	}
	EXPECT_EQ(rig.snd.vdev.broken, false);
	rig_finish(&rig);
}

static void unknown_requests_are_not_supported(void)
{
	const uint32_t request[4] = {0x0300, 0, 0, 0}, remap[4] = {VIRTIO_SND_R_JACK_REMAP, 0, 0, 0};

	setup();
	EXPECT_EQ(rig_ask(&rig, request, 16, NULL, 0), VIRTIO_SND_S_NOT_SUPP);
	EXPECT_EQ(rig_ask(&rig, remap, 16, NULL, 0), VIRTIO_SND_S_NOT_SUPP);
	EXPECT_EQ(rig_ask(&rig, request, 2, NULL, 0), BAD);
	rig_finish(&rig);
}

/* Every request in every state, against the diagram in sound.h. */
static void stream_follows_its_diagram(void)
{
	static const uint32_t code[] = {
		VIRTIO_SND_R_PCM_SET_PARAMS, VIRTIO_SND_R_PCM_PREPARE, START, STOP, VIRTIO_SND_R_PCM_RELEASE};
	static const uint8_t next[SOUND_PCM_COUNT][5] = {
		/* 0xff: refused */
		[SOUND_PCM_NONE] = {SOUND_PCM_SET, 0xff, 0xff, 0xff, 0xff},
		[SOUND_PCM_SET] = {SOUND_PCM_SET, SOUND_PCM_PREPARED, 0xff, 0xff, 0xff},
		[SOUND_PCM_PREPARED] = {SOUND_PCM_SET, SOUND_PCM_PREPARED, SOUND_PCM_RUNNING, 0xff,
			SOUND_PCM_RELEASED},
		[SOUND_PCM_RUNNING] = {0xff, 0xff, 0xff, SOUND_PCM_STOPPED, 0xff},
		[SOUND_PCM_STOPPED] = {0xff, 0xff, SOUND_PCM_RUNNING, 0xff, SOUND_PCM_RELEASED},
		[SOUND_PCM_RELEASED] = {SOUND_PCM_SET, SOUND_PCM_PREPARED, 0xff, 0xff, 0xff},
	};

	setup();
	EXPECT_EQ(rig_params(&rig, MEDIA, 2, S16, HZ48, 960), OK);
	for (unsigned from = 0; from < SOUND_PCM_COUNT; from++) {
		for (unsigned c = 0; c < 5; c++) {
			bool refused = next[from][c] == 0xff;
			uint32_t status;

			rig.state->stream[MEDIA].pcm = from;
			status = c ? rig_pcm(&rig, code[c], MEDIA)
				   : rig_params(&rig, MEDIA, 2, S16, HZ48, 960);
			EXPECT_EQ(status, refused ? BAD : OK);
			EXPECT_EQ(rig.state->stream[MEDIA].pcm, refused ? from : next[from][c]);
		}
	}
	rig_finish(&rig);
}

static void absurd_parameters_are_refused(void)
{
	static const struct virtio_snd_pcm_set_params good = {
		{VIRTIO_SND_R_PCM_SET_PARAMS, 0}, 3840, 960, 0, 2, S16, HZ48, 0};
	struct virtio_snd_pcm_set_params p;

#define TRY(field, value, status)                                                                            \
	p = good;                                                                                            \
	p.field = value;                                                                                     \
	EXPECT_EQ(rig_ask(&rig, &p, sizeof(p), NULL, 0), status)
	setup();
	TRY(channels, 0, VIRTIO_SND_S_NOT_SUPP);
	TRY(channels, 3, VIRTIO_SND_S_NOT_SUPP);
	TRY(format, VIRTIO_SND_FMT_U8, VIRTIO_SND_S_NOT_SUPP);
	TRY(format, 69, VIRTIO_SND_S_NOT_SUPP); /* 5 + 64: a shift that wraps */
	TRY(format, 255, VIRTIO_SND_S_NOT_SUPP);
	TRY(rate, VIRTIO_SND_RATE_384000, VIRTIO_SND_S_NOT_SUPP);
	TRY(rate, 71, VIRTIO_SND_S_NOT_SUPP);
	TRY(rate, 255, VIRTIO_SND_S_NOT_SUPP);
	TRY(features, 1u << VIRTIO_SND_PCM_F_SHMEM_GUEST, VIRTIO_SND_S_NOT_SUPP);
	TRY(period_bytes, 0, BAD);
	TRY(period_bytes, 961, BAD);
	TRY(period_bytes, 3844, BAD); /* more than the buffer */
	TRY(buffer_bytes, 0xfffffffc, BAD);
	TRY(buffer_bytes, 3841, BAD);
	TRY(hdr.stream_id, 3, BAD);
	TRY(hdr.stream_id, 0xffffffff, BAD);
	EXPECT_EQ(rig_ask(&rig, &good, sizeof(good) - 1, NULL, 0), BAD);
	EXPECT_EQ(rig.state->stream[0].pcm, SOUND_PCM_NONE);
	EXPECT_EQ(rig_ask(&rig, &good, sizeof(good), NULL, 0), OK);
	EXPECT_EQ(rig.snd.vdev.broken, false);
	rig_finish(&rig);
#undef TRY
}

static void frames_arrive_in_order_and_complete_as_they_are_played(void)
{
	struct rig_done done;

	setup();
	rig_open(&rig, MEDIA, 2, S16, HZ48, false);
	EXPECT_EQ(rig_send(&rig, MEDIA, data, 960), true);
	EXPECT_EQ(rig_send(&rig, MEDIA, data + 480, 960), true);
	EXPECT_EQ(sound_read(&rig.snd, MEDIA, frames, 100), 0); /* not started */
	EXPECT_EQ(rig_pcm(&rig, START, MEDIA), OK);
	EXPECT_EQ(rig.started, 1);
	EXPECT_EQ(sound_frames_queued(&rig.snd, MEDIA), 480);
	EXPECT_EQ(sound_read(&rig.snd, MEDIA, frames, 239), 239);
	EXPECT_EQ(rig_get(&rig, TXQ, &done), false);
	EXPECT_EQ(sound_read(&rig.snd, MEDIA, frames + 478, 2), 2);
	rig.snd.latency_frames = 480;
	EXPECT_EQ(rig_get(&rig, TXQ, &done), true);
	EXPECT_EQ(done.written, 8);
	EXPECT_EQ(done.status.status, OK);
	EXPECT_EQ(rig_get(&rig, TXQ, &done), false);
	for (unsigned i = 0; i < 482; i++)
		EXPECT_EQ(frames[i] >> 16, data[i]);
	rig_finish(&rig);
}

static void latency_is_told_in_the_streams_own_bytes(void)
{
	struct rig_done done;

	setup();
	rig.snd.latency_rate = 48000;
	rig.snd.latency_frames = 480;
	rig_open(&rig, MEDIA, 1, S16, VIRTIO_SND_RATE_8000, true);
	rig_send(&rig, MEDIA, data, 160);
	sound_read(&rig.snd, MEDIA, frames, 80);
	EXPECT_EQ(rig_get(&rig, TXQ, &done), true);
	EXPECT_EQ(done.status.latency_bytes, 480 / 6 * 2);
	rig_finish(&rig);
}

static void streams_complete_in_any_order(void)
{
	struct rig_done done;

	setup();
	rig_open(&rig, MEDIA, 2, S16, HZ48, true);
	rig_open(&rig, ALERT, 2, S16, HZ48, true);
	rig_send(&rig, MEDIA, data, 960);
	for (unsigned i = 0; i < 200; i++) { /* more than the queue holds, past one that waits */
		EXPECT_EQ(rig_send(&rig, ALERT, data, 960), true);
		EXPECT_EQ(sound_read(&rig.snd, ALERT, frames, 240), 240);
		EXPECT_EQ(rig_get(&rig, TXQ, &done), true);
		EXPECT_EQ(done.status.status, OK);
	}
	EXPECT_EQ(sound_frames_queued(&rig.snd, MEDIA), 240);
	EXPECT_EQ(rig.snd.vdev.broken, false);
	rig_finish(&rig);
}

static void recording_fills_messages(void)
{
	struct rig_done done;

	setup();
	rig_open(&rig, MIC, 1, S16, HZ48, true);
	EXPECT_EQ(rig_room(&rig, MIC, 200), true);
	for (int i = 0; i < 100; i++)
		frames[i] = (i - 50) * 65536;
	EXPECT_EQ(sound_write(&rig.snd, MIC, frames, 99), 99);
	EXPECT_EQ(rig_get(&rig, RXQ, &done), false);
	EXPECT_EQ(sound_write(&rig.snd, MIC, frames + 99, 1), 1);
	EXPECT_EQ(rig_get(&rig, RXQ, &done), true);
	EXPECT_EQ(done.written, 208);
	EXPECT_EQ(done.status.status, OK);
	for (int i = 0; i < 100; i++)
		EXPECT_EQ(((const int16_t *)(const void *)done.data)[i], i - 50);
	rig_finish(&rig);
}

static void release_gives_everything_back_first(void)
{
	struct rig_done done;
	unsigned count = 0;

	setup();
	rig_open(&rig, MEDIA, 2, S16, HZ48, true);
	rig_open(&rig, MIC, 1, S16, HZ48, true);
	for (unsigned i = 0; i < 5; i++) {
		rig_send(&rig, MEDIA, data, 960);
		rig_room(&rig, MIC, 200);
	}
	sound_write(&rig.snd, MIC, frames, 10);
	rig_pcm(&rig, STOP, MEDIA);
	rig_pcm(&rig, STOP, MIC);
	EXPECT_EQ(rig.stopped, 2);
	EXPECT_EQ(rig_drain(&rig, TXQ), 0);
	EXPECT_EQ(rig_pcm(&rig, VIRTIO_SND_R_PCM_RELEASE, MEDIA), OK);
	EXPECT_EQ(rig_drain(&rig, TXQ), 5);
	EXPECT_EQ(rig_pcm(&rig, VIRTIO_SND_R_PCM_RELEASE, MIC), OK);
	while (rig_get(&rig, RXQ, &done)) { /* what was never recorded is silence, not what lay there */
		count++;
		for (unsigned i = 20; i < 200; i++)
			EXPECT_EQ(done.data[i], 0);
	}
	EXPECT_EQ(count, 5);
	EXPECT_EQ(rig_pcm(&rig, VIRTIO_SND_R_PCM_PREPARE, MEDIA), OK);
	rig_finish(&rig);
}

static void starving_is_counted_and_told_once_an_episode(void)
{
	struct virtio_snd_event event;

	setup();
	rig_give_events(&rig, 4);
	rig_open(&rig, MEDIA, 2, S16, HZ48, true);
	rig_send(&rig, MEDIA, data, 960);
	EXPECT_EQ(sound_read(&rig.snd, MEDIA, frames, 480), 240);
	sound_read(&rig.snd, MEDIA, frames, 480);
	EXPECT_EQ(rig.snd.stream[MEDIA].xrun_count, 1);
	EXPECT_EQ(rig_event(&rig, &event), true);
	EXPECT_EQ(event.code, VIRTIO_SND_EVT_PCM_XRUN);
	EXPECT_EQ(event.data, MEDIA);
	EXPECT_EQ(rig_event(&rig, &event), false);
	rig_send(&rig, MEDIA, data, 960);
	EXPECT_EQ(sound_read(&rig.snd, MEDIA, frames, 240), 240);
	sound_read(&rig.snd, MEDIA, frames, 1);
	EXPECT_EQ(rig_event(&rig, &event), true);
	EXPECT_EQ(rig.snd.stream[MEDIA].xrun_count, 2);
	rig_finish(&rig);
}

static void jacks_are_told_when_there_is_room(void)
{
	const struct virtio_snd_query_info query = {VIRTIO_SND_R_JACK_INFO, 0, 1, 24};
	struct virtio_snd_jack_info jack;
	struct virtio_snd_event event;

	setup();
	sound_jack(&rig.snd, 0, true);
	sound_jack(&rig.snd, 7, true); /* no such jack */
	EXPECT_EQ(rig_event(&rig, &event), false);
	rig_give_events(&rig, 2);
	EXPECT_EQ(rig_event(&rig, &event), true);
	EXPECT_EQ(event.code, VIRTIO_SND_EVT_JACK_CONNECTED);
	EXPECT_EQ(event.data, 0);
	rig_ask(&rig, &query, sizeof(query), &jack, sizeof(jack));
	EXPECT_EQ(jack.connected, 1);
	sound_jack(&rig.snd, 0, true); /* no change */
	sound_jack(&rig.snd, 0, false);
	EXPECT_EQ(rig_event(&rig, &event), true);
	EXPECT_EQ(event.code, VIRTIO_SND_EVT_JACK_DISCONNECTED);
	rig_finish(&rig);
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
	{"the device says what it has", device_says_what_it_has},
	{"longer items are padded with zeroes", longer_items_are_padded_with_zeroes},
	{"questions beyond what there is are refused", questions_beyond_what_there_is_are_refused},
	{"unknown requests are not supported", unknown_requests_are_not_supported},
	{"a stream follows its diagram", stream_follows_its_diagram},
	{"absurd parameters are refused", absurd_parameters_are_refused},
	{"frames arrive in order and complete as they are played",
		frames_arrive_in_order_and_complete_as_they_are_played},
	{"latency is told in the stream's own bytes", latency_is_told_in_the_streams_own_bytes},
	{"streams complete in any order", streams_complete_in_any_order},
	{"recording fills messages", recording_fills_messages},
	{"release gives everything back first", release_gives_everything_back_first},
	{"starving is counted and told once an episode", starving_is_counted_and_told_once_an_episode},
	{"jacks are told when there is room", jacks_are_told_when_there_is_room},
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

UNIT_MAIN("audio-sound", tests)
