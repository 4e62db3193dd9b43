/* I/O messages (VIRTIO 1.3 5.14.6.8): taken, read or filled frame by frame, given back. */
#include <errno.h>
#include "vdev/log.h"
#include "vdev/ring.h"
#include "vdev-audio/private.h"

#define TAKE_ROUND   16	  /* messages taken in one round */
#define CHUNK_BYTES  2048 /* of frames converted at a time; a multiple of every frame's size */
#define HEADER_BYTES ((uint32_t)sizeof(struct virtio_snd_pcm_xfer))
#define STATUS_BYTES ((uint32_t)sizeof(struct virtio_snd_pcm_status))

/*
 * Copies between `local` and the message's readable or writable part, from `offset` on. Addresses lay in the
 * bank when the message was taken; they are looked up again, and what is not there is skipped.
 */
static void part_copy(struct sound *snd, const struct sound_message *m, bool writable, uint32_t offset,
	uint8_t *local, uint32_t bytes)
{
	const struct sound_segment *seg = m->segment + (writable ? m->read_count : 0);
	unsigned count = writable ? m->write_count : m->read_count;

	for (; count && bytes; seg++, count--) {
		uint32_t part = seg->bytes > offset ? seg->bytes - offset : 0;
		uint8_t *at;

		if (!part) {
			offset -= seg->bytes;
			continue;
		}
		part = part < bytes ? part : bytes;
		at = vmem_at(&snd->vdev.memory, seg->addr + offset, part);
		if (at && writable)
			ring_copy(at, local, part);
		else if (at)
			ring_copy(local, at, part);
		else if (!writable)
			__builtin_memset(local, 0, part);
		local += part;
		bytes -= part;
		offset = 0;
	}
}

static struct sound_message *message_at(struct sound *snd, unsigned stream, uint32_t n)
{
	const struct sound_stream *s = &snd->stream[stream];
	unsigned index = s->fifo[(s->first + n) % SOUND_MESSAGE_MAX];

	return &snd->state->message[sound_direction(snd, stream)][index];
}

static uint32_t latency_bytes(const struct sound *snd, const struct sound_stream_state *s)
{
	uint64_t frames = snd->latency_frames;

	if (!snd->latency_rate)
		return 0;
	return (uint32_t)(frames * sound_rate_hz(s->rate) / snd->latency_rate * sound_frame_bytes(s));
}

/* A message that recorded less than its payload says silence for the rest: nothing unwritten is claimed. */
static void pad_recording(struct sound *snd, struct sound_message *m)
{
	uint8_t nothing[CHUNK_BYTES] = {0};

	while (m->done_bytes < m->payload_bytes) {
		uint32_t left = m->payload_bytes - m->done_bytes;
		uint32_t part = left < sizeof(nothing) ? left : (uint32_t)sizeof(nothing);

		part_copy(snd, m, true, m->done_bytes, nothing, part);
		m->done_bytes += part;
	}
}

/* Give the oldest message of a stream back. */
static void message_end(struct sound *snd, unsigned stream, uint32_t status)
{
	unsigned direction = sound_direction(snd, stream);
	struct sound_stream *s = &snd->stream[stream];
	struct sound_message *m = message_at(snd, stream, 0);
	struct vq *vq = &snd->vdev.queue[sound_queue_of(direction)];
	struct virtio_snd_pcm_status answer = {status, latency_bytes(snd, &snd->state->stream[stream])};
	uint32_t written = direction == VIRTIO_SND_D_INPUT ? m->payload_bytes : 0;

	if (direction == VIRTIO_SND_D_INPUT)
		pad_recording(snd, m);
	part_copy(snd, m, true, written, (uint8_t *)&answer, sizeof(answer));
	m->used_index = vq->last_used;
	__atomic_store_n(&m->state, SOUND_MESSAGE_ENDING, __ATOMIC_RELEASE);
	vq_push(vq, m->head, written + STATUS_BYTES);
	__atomic_store_n(&m->state, SOUND_MESSAGE_FREE, __ATOMIC_RELEASE);
	snd->free[direction][snd->free_count[direction]++] = s->fifo[s->first];
	s->first = (s->first + 1) % SOUND_MESSAGE_MAX;
	s->count--;
}

void sound_messages_return(struct sound *snd, unsigned stream)
{
	bool any = snd->stream[stream].count != 0;

	while (snd->stream[stream].count)
		message_end(snd, stream, VIRTIO_SND_S_OK);
	if (any)
		vdev_kick(&snd->vdev, sound_queue_of(sound_direction(snd, stream)));
}

/* The chain cannot be played or recorded: say so where there is room for it. */
static void refuse(struct sound *snd, unsigned q, uint32_t status)
{
	struct virtio_snd_pcm_status answer = {.status = status};
	uint32_t room = snd->chain.write_bytes;
	uint32_t at = q == VIRTIO_SND_RXQ && room >= STATUS_BYTES ? room - STATUS_BYTES : 0;
	uint32_t written = 0;

	snd->error_count++;
	if (room >= STATUS_BYTES) {
		vq_write(&snd->chain, at, &answer, sizeof(answer));
		/* Of a recording nothing was written before the status, so no more can be claimed (2.7.8). */
		written = at ? 0 : STATUS_BYTES;
	}
	vq_push(&snd->vdev.queue[q], snd->chain.head, written);
}

/* What is wrong with the message in snd->chain; VIRTIO_SND_S_OK, with its stream and payload, if nothing. */
static uint32_t inspect(struct sound *snd, unsigned q, uint32_t *stream, uint32_t *payload)
{
	const struct vq_chain *chain = &snd->chain;
	const struct sound_stream_state *s;
	struct virtio_snd_pcm_xfer xfer;
	bool output = q == VIRTIO_SND_TXQ;

	if (vq_read(chain, 0, &xfer, sizeof(xfer)) < sizeof(xfer) ||
		xfer.stream_id >= snd->config.stream_count || chain->write_bytes < STATUS_BYTES ||
		chain->read_count + chain->write_count > SOUND_SEGMENT_MAX)
		return VIRTIO_SND_S_BAD_MSG;
	s = &snd->state->stream[xfer.stream_id];
	*stream = xfer.stream_id;
	*payload = output ? chain->read_bytes - HEADER_BYTES : chain->write_bytes - STATUS_BYTES;
	if (sound_queue_of(sound_direction(snd, *stream)) != q)
		return VIRTIO_SND_S_BAD_MSG;
	if (!sound_takes_messages(s))
		return VIRTIO_SND_S_IO_ERR;
	if (*payload == 0 || *payload > SOUND_PAYLOAD_MAX || *payload % sound_frame_bytes(s))
		return VIRTIO_SND_S_BAD_MSG;
	return VIRTIO_SND_S_OK;
}

static void message_keep(struct sound *snd, unsigned direction, unsigned stream, uint32_t payload)
{
	struct sound_stream *s = &snd->stream[stream];
	uint8_t index = snd->free[direction][--snd->free_count[direction]];
	struct sound_message *m = &snd->state->message[direction][index];
	const struct vq_chain *chain = &snd->chain;

	m->order = snd->order[direction]++;
	m->payload_bytes = payload;
	m->done_bytes = 0;
	m->head = chain->head;
	m->stream = (uint8_t)stream;
	m->read_count = (uint8_t)chain->read_count;
	m->write_count = (uint8_t)chain->write_count;
	for (unsigned i = 0; i < m->read_count + m->write_count; i++) {
		const uint8_t *at = chain->seg[i].data;

		m->segment[i].addr = snd->vdev.memory.guest_base + (uint64_t)(at - snd->vdev.memory.base);
		m->segment[i].bytes = chain->seg[i].bytes;
	}
	__atomic_store_n(&m->state, SOUND_MESSAGE_QUEUED, __ATOMIC_RELEASE);
	s->fifo[(s->first + s->count++) % SOUND_MESSAGE_MAX] = index;
}

/* 1: took one; 0: none there, or the device broke. */
static int take_one(struct sound *snd, unsigned q)
{
	unsigned direction = q == VIRTIO_SND_TXQ ? VIRTIO_SND_D_OUTPUT : VIRTIO_SND_D_INPUT;
	uint32_t stream = SOUND_STREAM_MAX, payload = 0, status;
	int rc = vq_pop(&snd->vdev.queue[q], &snd->chain);

	if (rc < 0)
		vdev_break_queue(&snd->vdev, q);
	if (rc <= 0)
		return 0;
	status = inspect(snd, q, &stream, &payload);
	/* Cannot be: a queue has no more in flight than there are messages. */
	if (status == VIRTIO_SND_S_OK && snd->free_count[direction] == 0)
		status = VIRTIO_SND_S_IO_ERR;
	if (status != VIRTIO_SND_S_OK) {
		if (stream < SOUND_STREAM_MAX)
			snd->stream[stream].error_count++;
		refuse(snd, q, status);
		vdev_kick(&snd->vdev, q);
		return 1;
	}
	message_keep(snd, direction, stream, payload);
	if (snd->events && snd->events->queued)
		snd->events->queued(snd->events_data, snd, stream,
			payload / sound_frame_bytes(&snd->state->stream[stream]));
	return 1;
}

bool sound_messages_take(struct sound *snd, unsigned q)
{
	struct vq *vq = &snd->vdev.queue[q];
	unsigned taken = 0;

	if (!vq->ready)
		return false;
	vq_poll_mode(vq);
	while (snd->vdev.live && taken < TAKE_ROUND && take_one(snd, q))
		taken++;
	return taken == TAKE_ROUND || sound_wait(snd, vq);
}

/*
 * Frames.
 */

bool sound_running(const struct sound *snd, unsigned stream)
{
	return snd->vdev.live && snd->state->stream[stream].pcm == SOUND_PCM_RUNNING;
}

uint32_t sound_frames_queued(const struct sound *snd, unsigned stream)
{
	const struct sound_stream *s = &snd->stream[stream];
	unsigned direction = sound_direction(snd, stream);
	uint32_t bytes = 0;

	for (uint32_t n = 0; n < s->count; n++) {
		const struct sound_message *m =
			&snd->state->message[direction][s->fifo[(s->first + n) % SOUND_MESSAGE_MAX]];

		bytes += m->payload_bytes - m->done_bytes;
	}
	return s->count ? bytes / sound_frame_bytes(&snd->state->stream[stream]) : 0;
}

static void note_xrun(struct sound *snd, unsigned stream)
{
	struct sound_stream *s = &snd->stream[stream];

	if (s->starving)
		return;
	s->starving = true;
	s->xrun_count++;
	sound_event_xrun(snd, stream);
}

/* Move frames of the oldest message, at most `frames`; how many. */
static uint32_t move(struct sound *snd, unsigned stream, int32_t *sample, uint32_t frames)
{
	const struct sound_stream_state *state = &snd->state->stream[stream];
	struct sound_message *m = message_at(snd, stream, 0);
	uint32_t frame_bytes = sound_frame_bytes(state), left = m->payload_bytes - m->done_bytes;
	bool input = sound_direction(snd, stream) == VIRTIO_SND_D_INPUT;
	uint32_t offset = input ? m->done_bytes : m->done_bytes + HEADER_BYTES;
	uint8_t raw[CHUNK_BYTES];

	if (frames > left / frame_bytes)
		frames = left / frame_bytes;
	if (frames > sizeof(raw) / frame_bytes)
		frames = (uint32_t)sizeof(raw) / frame_bytes;
	if (input)
		sound_encode(state->format, sample, raw, frames * state->channels);
	part_copy(snd, m, input, offset, raw, frames * frame_bytes);
	if (!input)
		sound_decode(state->format, raw, sample, frames * state->channels);
	m->done_bytes += frames * frame_bytes;
	return frames;
}

static uint32_t transfer(struct sound *snd, unsigned stream, int32_t *sample, uint32_t frames)
{
	struct sound_stream *s = &snd->stream[stream];
	unsigned channels = snd->state->stream[stream].channels;
	uint32_t done = 0, ended = 0;

	if (!sound_running(snd, stream))
		return 0;
	while (done < frames && s->count) {
		const struct sound_message *m = message_at(snd, stream, 0);

		done += move(snd, stream, sample + (size_t)done * channels, frames - done);
		if (m->done_bytes == m->payload_bytes) {
			message_end(snd, stream, VIRTIO_SND_S_OK);
			ended++;
		}
	}
	if (ended)
		vdev_kick(&snd->vdev, sound_queue_of(sound_direction(snd, stream)));
	s->frame_count += done;
	if (done < frames)
		note_xrun(snd, stream);
	else
		s->starving = false;
	return done;
}

uint32_t sound_read(struct sound *snd, unsigned stream, int32_t *to, uint32_t frames)
{
	return transfer(snd, stream, to, frames);
}

uint32_t sound_write(struct sound *snd, unsigned stream, const int32_t *from, uint32_t frames)
{
	/* Only read: move() writes through it for an output alone. */
	return transfer(snd, stream, (int32_t *)(uintptr_t)from, frames);
}

/*
 * After a restart.
 */

void sound_messages_forget(struct sound *snd)
{
	for (unsigned d = 0; d < SOUND_DIRECTIONS; d++) {
		snd->free_count[d] = 0;
		for (unsigned i = SOUND_MESSAGE_MAX; i-- > 0;) {
			snd->state->message[d][i].state = SOUND_MESSAGE_FREE;
			snd->free[d][snd->free_count[d]++] = (uint8_t)i;
		}
	}
	for (unsigned s = 0; s < SOUND_STREAM_MAX; s++)
		snd->stream[s].first = snd->stream[s].count = 0;
}

/* Was it given back, or did our predecessor not get that far? */
static bool still_out(const struct sound_message *m, const struct vq *vq)
{
	return m->state == SOUND_MESSAGE_QUEUED ||
	       (m->state == SOUND_MESSAGE_ENDING && vq->last_used == m->used_index);
}

/* Into its stream's order: messages come in any. */
static void insert(struct sound *snd, unsigned direction, uint8_t index)
{
	const struct sound_message *message = snd->state->message[direction];
	struct sound_stream *s = &snd->stream[message[index].stream];
	uint32_t at = s->count++;

	for (; at && (int32_t)(message[s->fifo[at - 1]].order - message[index].order) > 0; at--)
		s->fifo[at] = s->fifo[at - 1];
	s->fifo[at] = index;
}

static void resume_direction(struct sound *snd, unsigned direction)
{
	struct vq *vq = &snd->vdev.queue[sound_queue_of(direction)];
	struct sound_message *message = snd->state->message[direction];
	uint16_t out = 0;

	snd->free_count[direction] = 0;
	for (unsigned i = SOUND_MESSAGE_MAX; i-- > 0;) {
		if (!vq->ready || !still_out(&message[i], vq)) {
			message[i].state = SOUND_MESSAGE_FREE;
			snd->free[direction][snd->free_count[direction]++] = (uint8_t)i;
			continue;
		}
		message[i].state = SOUND_MESSAGE_QUEUED;
		if ((int32_t)(message[i].order - snd->order[direction]) >= 0 || !out)
			snd->order[direction] = message[i].order + 1;
		insert(snd, direction, (uint8_t)i);
		out++;
	}
	/* vq_resume stands at the used idx, as if all that is out had to be taken again. */
	vq->last_avail = (uint16_t)(vq->last_avail + out);
}

void sound_messages_resume(struct sound *snd)
{
	for (unsigned s = 0; s < SOUND_STREAM_MAX; s++)
		snd->stream[s].first = snd->stream[s].count = 0;
	for (unsigned d = 0; d < SOUND_DIRECTIONS; d++)
		resume_direction(snd, d);
}
