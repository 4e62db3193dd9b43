/* The device: its life, its queues, its events. */
#include "vdev-audio/sound.h"
#include <errno.h>
#include "vdev/log.h"
#include "vdev-audio/private.h"

#define REQUESTS_PER_ROUND 16

static const char *const pcm_names[SOUND_PCM_COUNT] = {
	"none", "set", "prepared", "running", "stopped", "released"};

const char *sound_pcm_str(unsigned pcm)
{
	return pcm < SOUND_PCM_COUNT ? pcm_names[pcm] : "?";
}

uint32_t sound_rate(const struct sound *snd, unsigned stream)
{
	const struct sound_stream_state *s = &snd->state->stream[stream];

	return s->pcm == SOUND_PCM_NONE ? 0 : sound_rate_hz(s->rate);
}

unsigned sound_channels(const struct sound *snd, unsigned stream)
{
	return snd->state->stream[stream].channels;
}

/*
 * Events (5.14.6.1): owed until the driver has a buffer for each.
 */

static bool event_send(struct sound *snd, uint32_t code, uint32_t data)
{
	const struct virtio_snd_event event = {code, data};
	struct vq *vq = &snd->vdev.queue[VIRTIO_SND_EVENTQ];
	int rc;

	if (!snd->vdev.live || !vq->ready)
		return false;
	rc = vq_pop(vq, &snd->chain);
	if (rc < 0)
		vdev_break_queue(&snd->vdev, VIRTIO_SND_EVENTQ);
	if (rc <= 0)
		return false;
	/* A buffer that is too short tells nothing: it goes back empty, and the event with it. */
	if (snd->chain.write_bytes < sizeof(event))
		snd->error_count++;
	vq_push(vq, snd->chain.head,
		snd->chain.write_bytes < sizeof(event) ? 0 : vq_write(&snd->chain, 0, &event, sizeof(event)));
	vdev_kick(&snd->vdev, VIRTIO_SND_EVENTQ);
	return true;
}

void sound_events_pump(struct sound *snd)
{
	for (unsigned j = 0; j < snd->config.jack_count; j++) {
		uint32_t code = snd->state->jacks_in >> j & 1 ? VIRTIO_SND_EVT_JACK_CONNECTED
							      : VIRTIO_SND_EVT_JACK_DISCONNECTED;

		if ((snd->state->jacks_owed >> j & 1) && event_send(snd, code, j))
			snd->state->jacks_owed &= ~(1u << j);
	}
	for (unsigned s = 0; s < snd->config.stream_count; s++)
		if ((snd->state->xruns_owed >> s & 1) && event_send(snd, VIRTIO_SND_EVT_PCM_XRUN, s))
			snd->state->xruns_owed &= ~(1u << s);
}

/* Only to a driver that asked for it (5.14.6.6.3). */
void sound_event_xrun(struct sound *snd, unsigned stream)
{
	if (!(snd->state->stream[stream].features & 1u << VIRTIO_SND_PCM_F_EVT_XRUNS))
		return;
	snd->state->xruns_owed |= 1u << stream;
	sound_events_pump(snd);
}

void sound_jack(struct sound *snd, unsigned jack, bool in)
{
	uint32_t bit = 1u << jack;

	if (jack >= snd->config.jack_count || ((snd->state->jacks_in & bit) != 0) == in)
		return;
	snd->state->jacks_in ^= bit;
	snd->state->jacks_owed |= bit;
	sound_events_pump(snd);
}

/*
 * Life.
 */

static void state_clear(struct sound_state *state, uint32_t epoch)
{
	state->magic = 0;
	state->version = SOUND_STATE_VERSION;
	state->bytes = sizeof(*state);
	state->epoch = epoch;
	state->answered = 0;
	state->answer = 0;
	state->xruns_owed = 0;
	state->jacks_owed = 0;
	__builtin_memset(state->stream, 0, sizeof(state->stream));
	for (unsigned d = 0; d < SOUND_DIRECTIONS; d++)
		for (unsigned i = 0; i < SOUND_MESSAGE_MAX; i++)
			state->message[d][i].state = SOUND_MESSAGE_FREE;
	__atomic_store_n(&state->magic, SOUND_STATE_MAGIC, __ATOMIC_RELEASE);
}

/* Would we ourselves have written this? */
static bool stream_sound(const struct sound_config *config, unsigned n, const struct sound_stream_state *s)
{
	const struct sound_stream_config *c = &config->stream[n];

	if (s->pcm == SOUND_PCM_NONE)
		return true;
	return n < config->stream_count && s->pcm < SOUND_PCM_COUNT && s->format < 64 && s->rate < 64 &&
	       (c->formats >> s->format & 1) && (c->rates >> s->rate & 1) && s->channels >= c->channels_min &&
	       s->channels <= c->channels_max;
}

static bool message_sound(const struct sound *snd, unsigned direction, const struct sound_message *m)
{
	const struct sound_stream_state *s;

	if (m->state == SOUND_MESSAGE_FREE)
		return true;
	if (m->stream >= snd->config.stream_count || sound_direction(snd, m->stream) != direction)
		return false;
	s = &snd->state->stream[m->stream];
	return s->pcm != SOUND_PCM_NONE && m->read_count + m->write_count <= SOUND_SEGMENT_MAX &&
	       m->payload_bytes <= SOUND_PAYLOAD_MAX && m->done_bytes <= m->payload_bytes &&
	       m->payload_bytes % sound_frame_bytes(s) == 0 && m->done_bytes % sound_frame_bytes(s) == 0;
}

static bool state_sound(const struct sound *snd)
{
	const struct sound_state *state = snd->state;

	if (state->magic != SOUND_STATE_MAGIC || state->version != SOUND_STATE_VERSION ||
		state->bytes != sizeof(*state))
		return false;
	for (unsigned n = 0; n < SOUND_STREAM_MAX; n++)
		if (!stream_sound(&snd->config, n, &state->stream[n]))
			return false;
	for (unsigned d = 0; d < SOUND_DIRECTIONS; d++)
		for (unsigned i = 0; i < SOUND_MESSAGE_MAX; i++)
			if (!message_sound(snd, d, &state->message[d][i]))
				return false;
	return true;
}

static void tell(struct sound *snd, unsigned stream, bool started)
{
	if (!snd->events || snd->state->stream[stream].pcm != SOUND_PCM_RUNNING)
		return;
	if (started && snd->events->started)
		snd->events->started(snd->events_data, snd, stream);
	if (!started && snd->events->stopped)
		snd->events->stopped(snd->events_data, snd, stream);
}

/* The driver is gone, or has lost its device: no stream runs any more. */
static void end_streams(struct sound *snd)
{
	for (unsigned s = 0; s < snd->config.stream_count; s++) {
		tell(snd, s, false);
		snd->state->stream[s].pcm = SOUND_PCM_NONE;
		snd->stream[s].starving = false;
	}
	sound_messages_forget(snd);
}

static void reset(struct vdev *dev)
{
	struct sound *snd = dev->class_data;

	end_streams(snd);
	state_clear(snd->state, dev->epoch);
	snd->replay = false;
}

/* Streams and messages are those of the state page if it is the driver that made them. */
static void driver_ok(struct vdev *dev)
{
	struct sound *snd = dev->class_data;
	unsigned running = 0;

	if (snd->state->epoch != dev->epoch || !dev->resumed) {
		state_clear(snd->state, dev->epoch);
		sound_messages_forget(snd);
		return;
	}
	snd->replay = true;
	sound_messages_resume(snd);
	for (unsigned s = 0; s < snd->config.stream_count; s++) {
		running += snd->state->stream[s].pcm == SOUND_PCM_RUNNING;
		tell(snd, s, true);
	}
	vdev_log(VDEV_LOG_INFO, "%s: took up %u running streams of epoch %u", dev->name, running, dev->epoch);
}

bool sound_wait(struct sound *snd, struct vq *vq)
{
	if (!snd->polled)
		return snd->vdev.live && vq_wait_prepare(vq);
	vq_poll_mode(vq);
	return false;
}

static bool control_work(struct sound *snd)
{
	struct vq *vq = &snd->vdev.queue[VIRTIO_SND_CONTROLQ];
	unsigned served = 0;
	int rc = 1;

	for (; served < REQUESTS_PER_ROUND && snd->vdev.live; served++) {
		uint16_t index = vq->last_used;
		uint32_t written;

		rc = vq_pop(vq, &snd->request);
		if (rc <= 0)
			break;
		written = sound_control(snd, index);
		if (snd->vdev.live) /* RELEASE looks into another queue, which may break the device */
			vq_push(vq, snd->request.head, written);
	}
	if (rc < 0)
		vdev_break_queue(&snd->vdev, VIRTIO_SND_CONTROLQ);
	snd->request_count += served;
	if (served)
		vdev_kick(&snd->vdev, VIRTIO_SND_CONTROLQ);
	return served == REQUESTS_PER_ROUND || sound_wait(snd, vq);
}

static bool queue_work(struct vdev *dev, unsigned q)
{
	struct sound *snd = dev->class_data;
	bool more = false;

	switch (q) {
	case VIRTIO_SND_CONTROLQ: more = control_work(snd); break;
	case VIRTIO_SND_EVENTQ: sound_events_pump(snd); break;
	default: more = sound_messages_take(snd, q); break;
	}
	if (dev->broken)
		end_streams(snd);
	return more;
}

static const struct vdev_impl sound_impl = {
	.name = "audio",
	.device_id = VIRTIO_ID_SOUND,
	.queue_count = VIRTIO_SND_QUEUE_COUNT,
	.queue_size = SOUND_QUEUE_SIZE,
	.config_bytes = sizeof(struct virtio_snd_config),
	.queue_work = queue_work,
	.reset = reset,
	.driver_ok = driver_ok,
};

static bool config_stream_sound(const struct sound_stream_config *c)
{
	for (unsigned f = 0; f < 64; f++)
		if ((c->formats >> f & 1) && !sound_format_bytes(f))
			return false;
	return c->formats && c->rates && (c->rates >> VIRTIO_SND_RATE_COUNT) == 0 && c->channels_min &&
	       c->channels_min <= c->channels_max && c->channels_max <= 2 && c->direction < SOUND_DIRECTIONS;
}

static int config_check(const char *name, const struct sound_config *config)
{
	if (config->stream_count > SOUND_STREAM_MAX || config->jack_count > SOUND_JACK_MAX) {
		vdev_log(VDEV_LOG_ERROR, "%s: %u streams, %u jacks, at most %u and %u", name,
			config->stream_count, config->jack_count, SOUND_STREAM_MAX, SOUND_JACK_MAX);
		return -EINVAL;
	}
	for (unsigned s = 0; s < config->stream_count; s++) {
		if (config_stream_sound(&config->stream[s]))
			continue;
		vdev_log(VDEV_LOG_ERROR, "%s: stream %u cannot be offered as it is described", name, s);
		return -EINVAL;
	}
	return 0;
}

int sound_init(struct sound *snd, const char *name, const struct sound_config *config, void *state,
	uint64_t state_bytes, const struct sound_events *events, void *events_data)
{
	const struct virtio_snd_config area = {
		.jacks = config->jack_count, .streams = config->stream_count, .chmaps = config->stream_count};
	int rc = config_check(name, config);

	__builtin_memset(snd, 0, sizeof(*snd));
	if (rc)
		return rc;
	if (state_bytes < sizeof(struct sound_state)) {
		vdev_log(VDEV_LOG_ERROR, "%s: state page of %llu bytes, %zu needed", name,
			(unsigned long long)state_bytes, sizeof(struct sound_state));
		return -ENOSPC;
	}
	snd->config = *config;
	snd->state = state;
	snd->events = events;
	snd->events_data = events_data;
	vdev_init(&snd->vdev, &sound_impl, name, snd);
	if (!state_sound(snd)) {
		state_clear(snd->state, 0);
		snd->state->jacks_in = 0;
	}
	for (unsigned d = 0; d < SOUND_DIRECTIONS; d++)
		for (unsigned i = SOUND_MESSAGE_MAX; i-- > 0;)
			snd->free[d][snd->free_count[d]++] = (uint8_t)i;
	vdev_config_set(&snd->vdev, 0, &area, sizeof(area));
	return 0;
}
