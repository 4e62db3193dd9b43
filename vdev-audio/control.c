/* Control requests (VIRTIO 1.3 5.14.6): what there is, and the life of a stream. */
#include <stdbool.h>
#include "vdev-audio/private.h"

#define CONTROL_BYTES	32u /* longest request */
#define ITEM_BYTES	64u /* longest item of an answer, with room for newer drivers */
#define RELEASE_ROUNDS	16  /* of messages taken: more than a queue holds */
#define JACK_PRESENCE	4u  /* HDA pin capability: presence detection */
#define STREAM_FEATURES (1u << VIRTIO_SND_PCM_F_EVT_XRUNS)

static uint32_t jack_info(const struct sound *snd, uint32_t id, uint8_t item[ITEM_BYTES])
{
	const struct virtio_snd_jack_info info = {
		.hda_fn_nid = snd->config.jack[id].nid,
		.hda_reg_defconf = snd->config.jack[id].defconf,
		.hda_reg_caps = JACK_PRESENCE,
		.connected = snd->state->jacks_in >> id & 1,
	};

	__builtin_memcpy(item, &info, sizeof(info));
	return sizeof(info);
}

static uint32_t pcm_info(const struct sound *snd, uint32_t id, uint8_t item[ITEM_BYTES])
{
	const struct sound_stream_config *config = &snd->config.stream[id];
	const struct virtio_snd_pcm_info info = {
		.hda_fn_nid = config->nid,
		.features = STREAM_FEATURES,
		.formats = config->formats,
		.rates = config->rates,
		.direction = config->direction,
		.channels_min = config->channels_min,
		.channels_max = config->channels_max,
	};

	__builtin_memcpy(item, &info, sizeof(info));
	return sizeof(info);
}

/* One for each stream, of its largest number of channels. */
static uint32_t chmap_info(const struct sound *snd, uint32_t id, uint8_t item[ITEM_BYTES])
{
	const struct sound_stream_config *config = &snd->config.stream[id];
	struct virtio_snd_chmap_info info = {
		.hda_fn_nid = config->nid,
		.direction = config->direction,
		.channels = config->channels_max,
		.positions = {VIRTIO_SND_CHMAP_MONO},
	};

	if (info.channels == 2) {
		info.positions[0] = VIRTIO_SND_CHMAP_FL;
		info.positions[1] = VIRTIO_SND_CHMAP_FR;
	}
	__builtin_memcpy(item, &info, sizeof(info));
	return sizeof(info);
}

/* Items behind the status; *written counts them. A driver that knows a longer item sees zeroes. */
static uint32_t query(struct sound *snd, const struct virtio_snd_query_info *q, uint32_t *written)
{
	uint32_t limit = snd->config.stream_count;
	uint32_t (*make)(const struct sound *, uint32_t, uint8_t *) = pcm_info;

	if (q->code == VIRTIO_SND_R_JACK_INFO) {
		make = jack_info;
		limit = snd->config.jack_count;
	} else if (q->code == VIRTIO_SND_R_CHMAP_INFO) {
		make = chmap_info;
	}
	if (q->start_id > limit || q->count > limit - q->start_id || q->size > ITEM_BYTES)
		return VIRTIO_SND_S_BAD_MSG;
	for (uint32_t i = 0; i < q->count; i++) {
		uint8_t item[ITEM_BYTES] = {0};

		if (make(snd, q->start_id + i, item) > q->size ||
			vq_write(&snd->request, *written, item, q->size) != q->size)
			return VIRTIO_SND_S_BAD_MSG;
		*written += q->size;
	}
	return VIRTIO_SND_S_OK;
}

static bool sizes_sound(const struct virtio_snd_pcm_set_params *p, uint32_t frame_bytes)
{
	return p->period_bytes && p->period_bytes <= SOUND_PAYLOAD_MAX &&
	       p->buffer_bytes <= SOUND_BUFFER_MAX && p->period_bytes <= p->buffer_bytes &&
	       p->period_bytes % frame_bytes == 0 && p->buffer_bytes % frame_bytes == 0;
}

static uint32_t set_params(struct sound *snd, unsigned id, const struct virtio_snd_pcm_set_params *p)
{
	const struct sound_stream_config *config = &snd->config.stream[id];
	struct sound_stream_state *s = &snd->state->stream[id];
	bool offered = p->format < 64 && p->rate < 64 && (config->formats >> p->format & 1) &&
		       (config->rates >> p->rate & 1) && p->channels >= config->channels_min &&
		       p->channels <= config->channels_max && (p->features & ~STREAM_FEATURES) == 0;

	if (s->pcm == SOUND_PCM_RUNNING || s->pcm == SOUND_PCM_STOPPED)
		return VIRTIO_SND_S_BAD_MSG;
	if (!offered)
		return VIRTIO_SND_S_NOT_SUPP;
	if (!sizes_sound(p, p->channels * sound_format_bytes(p->format)))
		return VIRTIO_SND_S_BAD_MSG;
	sound_messages_return(snd, id);
	s->buffer_bytes = p->buffer_bytes;
	s->period_bytes = p->period_bytes;
	s->features = p->features;
	s->channels = p->channels;
	s->format = p->format;
	s->rate = p->rate;
	s->pcm = SOUND_PCM_SET;
	return VIRTIO_SND_S_OK;
}

static uint32_t prepare(struct sound *snd, unsigned id)
{
	struct sound_stream_state *s = &snd->state->stream[id];

	if (s->pcm != SOUND_PCM_SET && s->pcm != SOUND_PCM_PREPARED && s->pcm != SOUND_PCM_RELEASED)
		return VIRTIO_SND_S_BAD_MSG;
	snd->stream[id].starving = false;
	s->pcm = SOUND_PCM_PREPARED;
	return VIRTIO_SND_S_OK;
}

static uint32_t start(struct sound *snd, unsigned id)
{
	struct sound_stream_state *s = &snd->state->stream[id];

	if (s->pcm != SOUND_PCM_PREPARED && s->pcm != SOUND_PCM_STOPPED)
		return VIRTIO_SND_S_BAD_MSG;
	s->pcm = SOUND_PCM_RUNNING;
	snd->stream[id].starving = false;
	if (snd->events && snd->events->started)
		snd->events->started(snd->events_data, snd, id);
	return VIRTIO_SND_S_OK;
}

static uint32_t stop(struct sound *snd, unsigned id)
{
	struct sound_stream_state *s = &snd->state->stream[id];

	if (s->pcm != SOUND_PCM_RUNNING)
		return VIRTIO_SND_S_BAD_MSG;
	s->pcm = SOUND_PCM_STOPPED;
	if (snd->events && snd->events->stopped)
		snd->events->stopped(snd->events_data, snd, id);
	return VIRTIO_SND_S_OK;
}

/* 5.14.6.6.5.1: all messages are given back before the request is. */
static uint32_t release(struct sound *snd, unsigned id)
{
	struct sound_stream_state *s = &snd->state->stream[id];

	if (s->pcm != SOUND_PCM_PREPARED && s->pcm != SOUND_PCM_STOPPED)
		return VIRTIO_SND_S_BAD_MSG;
	/* What lies in the ring already belongs to this stream's past too. */
	for (unsigned i = 0; i < RELEASE_ROUNDS; i++)
		if (!sound_messages_take(snd, sound_queue_of(sound_direction(snd, id))))
			break;
	sound_messages_return(snd, id);
	s->pcm = SOUND_PCM_RELEASED;
	return VIRTIO_SND_S_OK;
}

static uint32_t stream_request(struct sound *snd, const uint8_t *request, uint32_t bytes)
{
	struct virtio_snd_pcm_set_params p;

	__builtin_memcpy(&p, request, sizeof(p));
	if (bytes < sizeof(p.hdr) || p.hdr.stream_id >= snd->config.stream_count)
		return VIRTIO_SND_S_BAD_MSG;
	switch (p.hdr.code) {
	case VIRTIO_SND_R_PCM_SET_PARAMS:
		return bytes < sizeof(p) ? VIRTIO_SND_S_BAD_MSG : set_params(snd, p.hdr.stream_id, &p);
	case VIRTIO_SND_R_PCM_PREPARE: return prepare(snd, p.hdr.stream_id);
	case VIRTIO_SND_R_PCM_START: return start(snd, p.hdr.stream_id);
	case VIRTIO_SND_R_PCM_STOP: return stop(snd, p.hdr.stream_id);
	default: return release(snd, p.hdr.stream_id);
	}
}

static uint32_t execute(struct sound *snd, const uint8_t *request, uint32_t bytes, uint32_t *written)
{
	struct virtio_snd_query_info q;

	__builtin_memcpy(&q, request, sizeof(q));
	if (bytes < sizeof(q.code))
		return VIRTIO_SND_S_BAD_MSG;
	switch (q.code) {
	case VIRTIO_SND_R_JACK_INFO:
	case VIRTIO_SND_R_PCM_INFO:
	case VIRTIO_SND_R_CHMAP_INFO:
		return bytes < sizeof(q) ? VIRTIO_SND_S_BAD_MSG : query(snd, &q, written);
	case VIRTIO_SND_R_PCM_SET_PARAMS:
	case VIRTIO_SND_R_PCM_PREPARE:
	case VIRTIO_SND_R_PCM_RELEASE:
	case VIRTIO_SND_R_PCM_START:
	case VIRTIO_SND_R_PCM_STOP: return stream_request(snd, request, bytes);
	default: return VIRTIO_SND_S_NOT_SUPP;
	}
}

/* Asked twice, answered twice; everything else changes something. */
static bool is_query(const uint8_t *request)
{
	uint32_t code;

	__builtin_memcpy(&code, request, sizeof(code));
	return code == VIRTIO_SND_R_JACK_INFO || code == VIRTIO_SND_R_PCM_INFO ||
	       code == VIRTIO_SND_R_CHMAP_INFO;
}

/* A request that our predecessor did, and did not live to give back, is not done a second time. */
static uint32_t execute_once(
	struct sound *snd, const uint8_t *request, uint32_t bytes, uint16_t index, uint32_t *written)
{
	bool again = snd->replay && snd->state->answered == (SOUND_ANSWERED | index);
	uint32_t status;

	snd->replay = false;
	if (again && !is_query(request))
		return snd->state->answer;
	status = execute(snd, request, bytes, written);
	snd->state->answer = status;
	__atomic_store_n(&snd->state->answered, SOUND_ANSWERED | index, __ATOMIC_RELEASE);
	return status;
}

uint32_t sound_control(struct sound *snd, uint16_t index)
{
	uint8_t request[CONTROL_BYTES] = {0};
	uint32_t bytes = vq_read(&snd->request, 0, request, sizeof(request));
	uint32_t written = sizeof(struct virtio_snd_hdr);
	uint32_t status;

	if (snd->request.write_bytes < sizeof(struct virtio_snd_hdr)) {
		snd->error_count++;
		return 0; /* no room for an answer: nothing was asked */
	}
	status = execute_once(snd, request, bytes, index, &written);
	if (status != VIRTIO_SND_S_OK) {
		snd->error_count++;
		written = sizeof(struct virtio_snd_hdr);
	}
	vq_write(&snd->request, 0, &status, sizeof(status));
	return written;
}
