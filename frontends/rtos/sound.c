#include "frontends/rtos/sound.h"
#include <errno.h>
#include "abi/virtio_mmio.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/mem.h"

#define REQUEST_BYTES 128u /* a stream's request, and behind it the answer */
#define ANSWER_OFFSET 64u
#define EVENTS_OFFSET (VSND_CONTROL_OFFSET + 1024u)
#define DATA_OFFSET   16u /* in a slot: behind the header, with the data aligned */
#define STATUS_OFFSET (VSND_SLOT_BYTES - 8u)
#define RUN_ROUND     64u /* completions handled in one vsnd_run */

/* What is asked next on the way to running, and away from it. */
enum step { STEP_DOWN, STEP_PARAMS, STEP_PREPARE, STEP_START, STEP_UP, STEP_STOP, STEP_RELEASE };

static void *at(const struct vsnd *snd, uint64_t offset, uint64_t bytes)
{
	return vmem_at(snd->mmio.memory, snd->area_addr + offset, bytes);
}

static uint64_t slot_offset(unsigned stream, unsigned slot)
{
	return VSND_SLOTS_OFFSET + (stream * (uint64_t)VSND_SLOT_COUNT + slot) * VSND_SLOT_BYTES;
}

static uint64_t request_offset(unsigned stream)
{
	return VSND_CONTROL_OFFSET + (uint64_t)stream * REQUEST_BYTES;
}

int vsnd_init(struct vsnd *snd)
{
	snd->mmio.device_id = VIRTIO_ID_SOUND;
	for (unsigned q = 0; q < VIRTIO_SND_QUEUE_COUNT; q++) {
		snd->mmio.ring_addr[q] = snd->area_addr + q * 4096ull;
		snd->mmio.queue_size[q] = VSND_QUEUE_SIZE;
	}
	if (snd->area_addr % 4096 || !at(snd, 0, VSND_AREA_BYTES) || snd->stream_count > VSND_STREAM_MAX ||
		vq_ring_bytes(VSND_QUEUE_SIZE) > 4096) {
		log_line("%s: %u streams in an area of %u bytes at 0x%llx: not in the bank", snd->mmio.name,
			snd->stream_count, VSND_AREA_BYTES, (unsigned long long)snd->area_addr);
		return -EINVAL;
	}
	return 0;
}

/*
 * Requests: one at a time of each stream, so that streams which start together do not wait for each other.
 */

_Static_assert(VSND_STREAM_MAX *REQUEST_BYTES <= EVENTS_OFFSET - VSND_CONTROL_OFFSET, "events lie behind");

static uint32_t request_code(unsigned step)
{
	switch (step) {
	case STEP_PARAMS: return VIRTIO_SND_R_PCM_SET_PARAMS;
	case STEP_PREPARE: return VIRTIO_SND_R_PCM_PREPARE;
	case STEP_START: return VIRTIO_SND_R_PCM_START;
	case STEP_STOP: return VIRTIO_SND_R_PCM_STOP;
	default: return VIRTIO_SND_R_PCM_RELEASE;
	}
}

static void ask(struct vsnd *snd, unsigned stream)
{
	const struct vsnd_stream *s = &snd->stream[stream];
	const struct virtio_snd_pcm_set_params p = {
		.hdr = {request_code(s->step), s->id},
		.buffer_bytes = (uint32_t)s->period_bytes * VSND_SLOT_COUNT,
		.period_bytes = s->period_bytes,
		.features = 1u << VIRTIO_SND_PCM_F_EVT_XRUNS,
		.channels = s->channels,
		.format = VIRTIO_SND_FMT_S16,
		.rate = s->rate,
	};
	uint32_t bytes = s->step == STEP_PARAMS ? sizeof(p) : sizeof(p.hdr);
	uint64_t request = request_offset(stream), answer = request + ANSWER_OFFSET;
	struct vq_buf buf[2] = {
		{snd->area_addr + request, bytes}, {snd->area_addr + answer, sizeof(uint32_t)}};
	int id;

	memcpy(at(snd, request, bytes), &p, bytes);
	id = vq_add(&snd->mmio.queue[VIRTIO_SND_CONTROLQ], buf, 1, 1);
	if (id < 0)
		return;
	snd->request_of[id] = (uint8_t)stream;
	snd->stream[stream].asking = true;
	virtio_mmio_kick(&snd->mmio, VIRTIO_SND_CONTROLQ);
}

/* A stream that stands where it should has nothing to ask. */
static bool turn(struct vsnd_stream *s)
{
	if (s->step == STEP_DOWN && s->wanted && !s->failed)
		s->step = STEP_PARAMS;
	if (s->step == STEP_UP && !s->wanted)
		s->step = STEP_STOP;
	/* On the way up, but not wanted any more: prepared streams are released, others are down. */
	if (!s->wanted && s->step == STEP_START)
		s->step = STEP_RELEASE;
	if (!s->wanted && (s->step == STEP_PARAMS || s->step == STEP_PREPARE))
		s->step = STEP_DOWN;
	return s->step != STEP_DOWN && s->step != STEP_UP;
}

static void ask_next(struct vsnd *snd)
{
	for (unsigned i = 0; i < snd->stream_count && snd->mmio.state == VIRTIO_LIVE; i++)
		if (!snd->stream[i].asking && turn(&snd->stream[i]))
			ask(snd, i);
}

/*
 * Messages.
 */

static int message_send(struct vsnd *snd, unsigned stream, unsigned slot, uint32_t bytes)
{
	struct vsnd_stream *s = &snd->stream[stream];
	uint64_t base = slot_offset(stream, slot);
	unsigned q = s->input ? VIRTIO_SND_RXQ : VIRTIO_SND_TXQ;
	struct vq_buf buf[3] = {{snd->area_addr + base, sizeof(struct virtio_snd_pcm_xfer)},
		{snd->area_addr + base + DATA_OFFSET, bytes},
		{snd->area_addr + base + STATUS_OFFSET, sizeof(struct virtio_snd_pcm_status)}};
	int id;

	memcpy(at(snd, base, sizeof(s->id)), &s->id, sizeof(s->id));
	id = vq_add(&snd->mmio.queue[q], buf, s->input ? 1 : 2, s->input ? 2 : 1);
	if (id < 0)
		return -EAGAIN;
	snd->message_of[s->input][id] = (uint8_t)(stream * VSND_SLOT_COUNT + slot);
	s->slots_out |= 1u << slot;
	virtio_mmio_kick(&snd->mmio, q);
	return 0;
}

static bool takes_messages(const struct vsnd *snd, const struct vsnd_stream *s)
{
	return snd->mmio.state == VIRTIO_LIVE && s->wanted && (s->step == STEP_START || s->step == STEP_UP);
}

unsigned vsnd_room(const struct vsnd *snd, unsigned stream)
{
	const struct vsnd_stream *s = stream < snd->stream_count ? &snd->stream[stream] : NULL;

	if (!s || s->input || !takes_messages(snd, s))
		return 0;
	return VSND_SLOT_COUNT - (unsigned)__builtin_popcount(s->slots_out);
}

int vsnd_write(struct vsnd *snd, unsigned stream, const int16_t *sample, unsigned count)
{
	struct vsnd_stream *s = stream < snd->stream_count ? &snd->stream[stream] : NULL;
	unsigned slot = 0;

	if (!s || s->input || count == 0 || count > VSND_DATA_BYTES / 2)
		return -EINVAL;
	if (!takes_messages(snd, s))
		return -ENODEV;
	while (slot < VSND_SLOT_COUNT && (s->slots_out >> slot & 1))
		slot++;
	if (slot == VSND_SLOT_COUNT)
		return -EAGAIN;
	memcpy(at(snd, slot_offset(stream, slot) + DATA_OFFSET, count * 2), sample, count * 2);
	return message_send(snd, stream, slot, count * 2);
}

static void offer_room(struct vsnd *snd, unsigned stream)
{
	struct vsnd_stream *s = &snd->stream[stream];

	for (unsigned slot = 0; slot < VSND_SLOT_COUNT; slot++)
		if (!(s->slots_out >> slot & 1))
			message_send(snd, stream, slot, s->period_bytes);
}

void vsnd_pace(struct vsnd *snd, unsigned stream, bool paced)
{
	struct vsnd_stream *s = stream < snd->stream_count ? &snd->stream[stream] : NULL;

	if (!s || !s->input || s->paced == paced)
		return;
	s->paced = paced;
	if (!paced && takes_messages(snd, s))
		offer_room(snd, stream);
}

int vsnd_offer(struct vsnd *snd, unsigned stream)
{
	struct vsnd_stream *s = stream < snd->stream_count ? &snd->stream[stream] : NULL;

	if (!s || !s->input)
		return -EINVAL;
	if (!takes_messages(snd, s))
		return -ENODEV;
	return s->slots_out ? -EBUSY : message_send(snd, stream, 0, s->period_bytes);
}

/* The device's memory: copied, then looked at. */
static void message_done(struct vsnd *snd, bool input, unsigned message, uint32_t bytes)
{
	unsigned stream = message / VSND_SLOT_COUNT, slot = message % VSND_SLOT_COUNT;
	struct vsnd_stream *s = &snd->stream[stream];
	struct virtio_snd_pcm_status status = {0};

	s->slots_out &= ~(1u << slot);
	if (bytes >= sizeof(status))
		memcpy(&status, at(snd, slot_offset(stream, slot) + STATUS_OFFSET, 8), sizeof(status));
	if (status.status != VIRTIO_SND_S_OK)
		s->error_count++;
	if (!input) {
		if (snd->played)
			snd->played(snd->data, stream, status.latency_bytes);
		return;
	}
	bytes = bytes >= sizeof(status) ? bytes - (uint32_t)sizeof(status) : 0;
	if (bytes > s->period_bytes)
		bytes = s->period_bytes;
	if (s->step == STEP_UP && status.status == VIRTIO_SND_S_OK && bytes && snd->recorded) {
		memcpy(snd->sample, at(snd, slot_offset(stream, slot) + DATA_OFFSET, bytes), bytes);
		snd->recorded(snd->data, stream, snd->sample, bytes / 2);
	}
	if (takes_messages(snd, s) && status.status == VIRTIO_SND_S_OK && !s->paced)
		message_send(snd, stream, slot, s->period_bytes);
}

/*
 * Answers.
 */

static void step_done(struct vsnd *snd, unsigned stream)
{
	struct vsnd_stream *s = &snd->stream[stream];

	switch (s->step) {
	case STEP_PARAMS: s->step = STEP_PREPARE; break;
	case STEP_PREPARE:
		s->step = STEP_START;
		if (s->input && s->wanted)
			offer_room(snd, stream);
		break;
	case STEP_START: s->step = STEP_UP; break;
	case STEP_STOP: s->step = STEP_RELEASE; break;
	default: s->step = STEP_DOWN; break;
	}
	s->runs = s->step == STEP_UP;
}

static void answered(struct vsnd *snd, unsigned stream, uint32_t bytes, uint64_t now_ns)
{
	struct vsnd_stream *s = &snd->stream[stream];
	uint32_t status = 0;

	s->asking = false;
	if (bytes >= sizeof(status))
		memcpy(&status, at(snd, request_offset(stream) + ANSWER_OFFSET, sizeof(status)),
			sizeof(status));
	if (status == VIRTIO_SND_S_OK) {
		step_done(snd, stream);
		return;
	}
	log_line("%s: stream %u: request 0x%x answered with 0x%x", snd->mmio.name, s->id,
		request_code(s->step), status);
	s->error_count++;
	s->runs = false;
	/* A device that refuses to let go is set up anew; one that refuses to begin leaves the stream down. */
	if (s->step >= STEP_UP)
		virtio_mmio_break(&snd->mmio, now_ns, "a stream that does not stop, id", s->id);
	else
		s->failed = true;
	s->step = s->step == STEP_START ? STEP_RELEASE : STEP_DOWN;
}

static void event_offer(struct vsnd *snd, unsigned n)
{
	struct vq_buf buf = {snd->area_addr + EVENTS_OFFSET + n * 8ull, sizeof(struct virtio_snd_event)};
	int id = vq_add(&snd->mmio.queue[VIRTIO_SND_EVENTQ], &buf, 0, 1);

	if (id >= 0)
		snd->event_of[id] = (uint8_t)n;
}

static void event_done(struct vsnd *snd, unsigned n, uint32_t bytes)
{
	struct virtio_snd_event event;

	memcpy(&event, at(snd, EVENTS_OFFSET + n * 8ull, sizeof(event)), sizeof(event));
	event_offer(snd, n);
	if (bytes != sizeof(event))
		return;
	if (event.code == VIRTIO_SND_EVT_PCM_XRUN) {
		for (unsigned i = 0; i < snd->stream_count; i++)
			snd->stream[i].xrun_count += snd->stream[i].id == event.data;
	} else if (snd->jack && (event.code == VIRTIO_SND_EVT_JACK_CONNECTED ||
					event.code == VIRTIO_SND_EVT_JACK_DISCONNECTED)) {
		snd->jack(snd->data, event.data, event.code == VIRTIO_SND_EVT_JACK_CONNECTED);
	}
}

static void begin(struct vsnd *snd)
{
	for (unsigned i = 0; i < snd->stream_count; i++) {
		snd->stream[i].asking = false;
		snd->stream[i].step = STEP_DOWN;
		snd->stream[i].runs = false;
		snd->stream[i].slots_out = 0;
	}
	for (unsigned n = 0; n < VSND_EVENT_COUNT; n++)
		event_offer(snd, n);
	virtio_mmio_kick(&snd->mmio, VIRTIO_SND_EVENTQ);
}

/* At most RUN_ROUND completions of a queue: a backend that keeps them coming is served again, after others. */
static bool drain(struct vsnd *snd, unsigned q, uint64_t now_ns)
{
	unsigned n = 0;
	uint32_t bytes;
	int id;

	for (; n < RUN_ROUND; n++) {
		id = virtio_mmio_get(&snd->mmio, now_ns, q, &bytes);
		if (id < 0)
			break;
		if (q == VIRTIO_SND_CONTROLQ)
			answered(snd, snd->request_of[id], bytes, now_ns);
		else if (q == VIRTIO_SND_EVENTQ)
			event_done(snd, snd->event_of[id], bytes);
		else
			message_done(
				snd, q == VIRTIO_SND_RXQ, snd->message_of[q == VIRTIO_SND_RXQ][id], bytes);
	}
	if (n && q == VIRTIO_SND_EVENTQ)
		virtio_mmio_kick(&snd->mmio, q);
	return n == RUN_ROUND;
}

bool vsnd_run(struct vsnd *snd, uint64_t now_ns)
{
	bool more = false;

	if (virtio_mmio_poll(&snd->mmio, now_ns))
		begin(snd);
	for (unsigned q = 0; q < VIRTIO_SND_QUEUE_COUNT; q++)
		more |= drain(snd, q, now_ns);
	if (snd->mmio.state != VIRTIO_LIVE)
		for (unsigned i = 0; i < snd->stream_count; i++)
			snd->stream[i].runs = false;
	ask_next(snd);
	return more;
}

uint64_t vsnd_deadline(const struct vsnd *snd)
{
	return virtio_mmio_deadline(&snd->mmio);
}

/*
 * What the owner wants.
 */

static int rate_of(uint32_t hz)
{
	switch (hz) {
	case 8000: return VIRTIO_SND_RATE_8000;
	case 16000: return VIRTIO_SND_RATE_16000;
	case 44100: return VIRTIO_SND_RATE_44100;
	case 48000: return VIRTIO_SND_RATE_48000;
	default: return -EINVAL;
	}
}

int vsnd_start(struct vsnd *snd, unsigned stream, uint32_t rate_hz, unsigned channels, unsigned frames)
{
	struct vsnd_stream *s = stream < snd->stream_count ? &snd->stream[stream] : NULL;
	uint32_t bytes = frames * channels * 2;
	int rate = rate_of(rate_hz);

	if (!s || rate < 0 || channels < 1 || channels > 2 || frames < 1 || frames > VSND_DATA_BYTES ||
		bytes > VSND_DATA_BYTES)
		return -EINVAL;
	if (s->step != STEP_DOWN &&
		(s->rate != rate || s->channels != channels || s->period_bytes != bytes || !s->wanted))
		return -EBUSY;
	s->wanted = true;
	s->failed = false;
	s->rate = (uint8_t)rate;
	s->channels = (uint8_t)channels;
	s->period_bytes = (uint16_t)bytes;
	ask_next(snd);
	return 0;
}

void vsnd_stop(struct vsnd *snd, unsigned stream)
{
	if (stream >= snd->stream_count)
		return;
	snd->stream[stream].wanted = false;
	snd->stream[stream].failed = false;
	ask_next(snd);
}
