#include "tests/unit/audio/rig.h"
#include <stdlib.h>

void rig_config(struct sound_config *config)
{
	const uint64_t rates = RIG_RATE(VIRTIO_SND_RATE_8000) | RIG_RATE(VIRTIO_SND_RATE_16000) |
			       RIG_RATE(VIRTIO_SND_RATE_44100) | RIG_RATE(VIRTIO_SND_RATE_48000);
	const struct sound_stream_config stream = {.channels_min = 1,
		.channels_max = 2,
		.formats = RIG_FORMAT(VIRTIO_SND_FMT_S16) | RIG_FORMAT(VIRTIO_SND_FMT_S32),
		.rates = rates};

	*config = (struct sound_config){.stream_count = 3, .jack_count = 1, .jack = {{3, 0x00210000}}};
	for (uint8_t s = 0; s < 3; s++) {
		config->stream[s] = stream;
		config->stream[s].nid = s;
	}
	config->stream[0].role = ROLE_MEDIA;
	config->stream[1].role = ROLE_ALERT;
	config->stream[2].role = ROLE_MEDIA;
	config->stream[2].direction = VIRTIO_SND_D_INPUT;
}

static void count_started(void *data, struct sound *snd, unsigned stream)
{
	(void)snd, (void)stream;
	((struct rig *)data)->started++;
}

static void count_stopped(void *data, struct sound *snd, unsigned stream)
{
	(void)snd, (void)stream;
	((struct rig *)data)->stopped++;
}

static void count_queued(void *data, struct sound *snd, unsigned stream, uint32_t frames)
{
	(void)snd, (void)stream;
	((struct rig *)data)->queued += frames;
}

static const struct sound_events counting = {count_started, count_stopped, count_queued};

void rig_start(struct rig *rig, const char *name, const struct sound_config *config,
	const struct sound_events *events, void *data)
{
	memset(rig, 0, sizeof(*rig));
	rig->bank = aligned_alloc(4096, RIG_BANK_BYTES);
	rig->state = calloc(1, sizeof(*rig->state));
	memset(rig->bank, 0, RIG_BANK_BYTES);
	rig->memory = (struct vmem){rig->bank, RIG_BANK_BASE, RIG_BANK_BYTES};
	rig->config = *config;
	rig->name = name;
	rig->events = events ? events : &counting;
	rig->events_data = events ? data : rig;
	EXPECT_EQ(sound_init(&rig->snd, name, config, rig->state, sizeof(*rig->state), rig->events,
			  rig->events_data),
		0);
	loopback_init(&rig->lb, &rig->snd.vdev, &rig->memory);
	rig_driver(rig, VDEV_FEATURES_OFFERED);
}

void rig_finish(struct rig *rig)
{
	free(rig->bank);
	free(rig->state);
	memset(rig, 0, sizeof(*rig));
}

void rig_driver(struct rig *rig, uint64_t features)
{
	memset(rig->bank, 0, 0x10000);
	memset(rig->slot_used, 0, sizeof(rig->slot_used));
	EXPECT_EQ(loopback_negotiate(&rig->lb, features), 0);
	for (unsigned q = 0; q < VIRTIO_SND_QUEUE_COUNT; q++) {
		EXPECT_EQ(vq_driver_init(&rig->queue[q], &rig->memory, RIG_SIZE, RIG_RING(q), features), 0);
		EXPECT_EQ(loopback_queue_enable(&rig->lb, q, &rig->queue[q]), 0);
	}
	loopback_driver_ok(&rig->lb);
	rig_run(rig);
}

void rig_restart(struct rig *rig)
{
	loopback_backend_down(&rig->lb);
	memset(&rig->snd, 0xa5, sizeof(rig->snd)); /* nothing of the process is left */
	EXPECT_EQ(sound_init(&rig->snd, rig->name, &rig->config, rig->state, sizeof(*rig->state), rig->events,
			  rig->events_data),
		0);
	loopback_backend_up(&rig->lb, &rig->snd.vdev);
	rig_run(rig);
}

void rig_run(struct rig *rig)
{
	loopback_run(&rig->lb, 1000);
	loopback_take_interrupt(&rig->lb);
}

static void publish(struct rig *rig, unsigned q)
{
	if (vq_publish(&rig->queue[q]))
		loopback_notify(&rig->lb, q);
	loopback_run(&rig->lb, 1000);
}

uint32_t rig_ask(struct rig *rig, const void *request, uint32_t bytes, void *items, uint32_t item_bytes)
{
	struct vq_buf buf[2] = {{RIG_REQUEST, bytes}, {RIG_ANSWER, 4 + item_bytes}};
	uint32_t status = 0, written = 0;
	int id;

	memcpy(rig_at(rig, RIG_REQUEST), request, bytes);
	memset(rig_at(rig, RIG_ANSWER), 0xee, 4 + item_bytes);
	id = vq_add(&rig->queue[VIRTIO_SND_CONTROLQ], buf, 1, 1);
	publish(rig, VIRTIO_SND_CONTROLQ);
	if (id < 0 || vq_get(&rig->queue[VIRTIO_SND_CONTROLQ], &written) != id || written < 4)
		return 0;
	memcpy(&status, rig_at(rig, RIG_ANSWER), 4);
	if (item_bytes)
		memcpy(items, rig_at(rig, RIG_ANSWER + 4), item_bytes);
	return status;
}

uint32_t rig_pcm(struct rig *rig, uint32_t code, uint32_t stream)
{
	const struct virtio_snd_pcm_hdr hdr = {code, stream};

	return rig_ask(rig, &hdr, sizeof(hdr), NULL, 0);
}

uint32_t rig_params(struct rig *rig, uint32_t stream, unsigned channels, unsigned format, unsigned rate,
	uint32_t period_bytes)
{
	const struct virtio_snd_pcm_set_params p = {.hdr = {VIRTIO_SND_R_PCM_SET_PARAMS, stream},
		.buffer_bytes = 4 * period_bytes,
		.period_bytes = period_bytes,
		.features = 1u << VIRTIO_SND_PCM_F_EVT_XRUNS,
		.channels = (uint8_t)channels,
		.format = (uint8_t)format,
		.rate = (uint8_t)rate};

	return rig_ask(rig, &p, sizeof(p), NULL, 0);
}

void rig_open(struct rig *rig, uint32_t stream, unsigned channels, unsigned format, unsigned rate, bool run)
{
	EXPECT_EQ(rig_params(rig, stream, channels, format, rate, 960), VIRTIO_SND_S_OK);
	EXPECT_EQ(rig_pcm(rig, VIRTIO_SND_R_PCM_PREPARE, stream), VIRTIO_SND_S_OK);
	if (run)
		EXPECT_EQ(rig_pcm(rig, VIRTIO_SND_R_PCM_START, stream), VIRTIO_SND_S_OK);
}

static int slot_take(struct rig *rig)
{
	for (unsigned i = 0; i < RIG_MESSAGE_COUNT; i++) {
		if (rig->slot_used[i])
			continue;
		rig->slot_used[i] = true;
		return (int)i;
	}
	return -1;
}

static uint64_t slot_addr(int slot)
{
	return RIG_MESSAGES + (uint64_t)slot * RIG_MESSAGE_BYTES;
}

int rig_put(struct rig *rig, unsigned q, const struct vq_buf *buf, unsigned reads, unsigned writes)
{
	int slot = slot_take(rig), id = slot < 0 ? -1 : vq_add(&rig->queue[q], buf, reads, writes);

	if (id < 0) {
		if (slot >= 0)
			rig->slot_used[slot] = false;
		return -1;
	}
	rig->slot_of[q][id] = (uint16_t)slot;
	publish(rig, q);
	return slot;
}

/* Header at the slot's start, frames from 16 on, the status at its end. */
static bool message_put(struct rig *rig, unsigned q, uint32_t stream, const void *data, uint32_t bytes)
{
	int slot = slot_take(rig);
	uint64_t at = slot_addr(slot);
	bool out = q == VIRTIO_SND_TXQ;
	struct vq_buf buf[3] = {{at, 4}, {at + 16, bytes}, {at + RIG_MESSAGE_BYTES - 8, 8}};

	if (slot < 0)
		return false;
	rig->slot_used[slot] = false;
	memcpy(rig_at(rig, at), &stream, 4);
	if (data)
		memcpy(rig_at(rig, at + 16), data, bytes);
	else
		memset(rig_at(rig, at + 16), 0xee, bytes);
	memset(rig_at(rig, at + RIG_MESSAGE_BYTES - 8), 0xee, 8);
	return rig_put(rig, q, buf, out ? 2 : 1, out ? 1 : 2) == slot;
}

bool rig_send(struct rig *rig, uint32_t stream, const void *data, uint32_t bytes)
{
	return message_put(rig, VIRTIO_SND_TXQ, stream, data, bytes);
}

bool rig_room(struct rig *rig, uint32_t stream, uint32_t bytes)
{
	return message_put(rig, VIRTIO_SND_RXQ, stream, NULL, bytes);
}

bool rig_get(struct rig *rig, unsigned q, struct rig_done *done)
{
	uint32_t written = 0;
	int id = vq_get(&rig->queue[q], &written);
	uint64_t at;

	if (id < 0)
		return false;
	at = slot_addr(rig->slot_of[q][id]);
	rig->slot_used[rig->slot_of[q][id]] = false;
	*done = (struct rig_done){.written = written, .data = rig_at(rig, at + 16)};
	done->bytes = written >= 8 ? written - 8 : 0;
	memcpy(&done->status, rig_at(rig, at + RIG_MESSAGE_BYTES - 8), 8);
	return true;
}

unsigned rig_drain(struct rig *rig, unsigned q)
{
	struct rig_done done;
	unsigned count = 0;

	while (rig_get(rig, q, &done))
		count++;
	return count;
}

void rig_give_events(struct rig *rig, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct vq_buf buf = {RIG_EVENTS + 8 * i, 8};

		vq_add(&rig->queue[VIRTIO_SND_EVENTQ], &buf, 0, 1);
	}
	publish(rig, VIRTIO_SND_EVENTQ);
}

bool rig_event(struct rig *rig, struct virtio_snd_event *event)
{
	struct vq *vq = &rig->queue[VIRTIO_SND_EVENTQ];
	uint32_t written;
	int id = vq_get(vq, &written);

	if (id < 0)
		return false;
	memcpy(event, vmem_at(&rig->memory, vq->desc[id].addr, 8), 8);
	return written == 8;
}
