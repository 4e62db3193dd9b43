/* The virtual sound card as an honest driver sees it. */
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
};

UNIT_MAIN("audio-sound", tests)
