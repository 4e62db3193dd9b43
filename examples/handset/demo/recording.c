#include "examples/handset/demo/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "backends/wav/wav.h"
#include "examples/handset/modem/voice.h"
#include "tools/harness/harness.h"

#define OFFSET (PCM_RECORDING_PA - HARNESS_RAM_BASE)

static const struct pcm_recording *map(const char *memory)
{
	int fd = open(memory, O_RDONLY | O_CLOEXEC);
	void *at = MAP_FAILED;

	if (fd >= 0)
		at = mmap(NULL, sizeof(struct pcm_recording), PROT_READ, MAP_SHARED, fd, (off_t)OFFSET);
	if (at == MAP_FAILED)
		fprintf(stderr, "recording: %s: %s\n", memory, strerror(errno));
	if (fd >= 0)
		close(fd);
	return at == MAP_FAILED ? NULL : at;
}

/* Of the call that ends before frame `head`: back to number 0, or to the oldest that is kept. */
static uint64_t first_frame(const struct pcm_recording *r, uint64_t head)
{
	uint64_t at = head;

	while (at > 0 && head - at < PCM_RECORDING_FRAMES &&
		(at == head || r->frame[at % PCM_RECORDING_FRAMES].number))
		at--;
	return at;
}

static void take(struct recording *to, const struct pcm_frame *f)
{
	size_t samples = f->rate * PCM_FRAME_MS / 1000;

	for (size_t i = 0; i < samples && i < PCM_FRAME_MAX; i++) {
		to->said[to->count] = f->said[i] / 32768.0;
		to->heard[to->count++] = f->heard[i] / 32768.0;
		if (f->heard[i] && !to->first_heard_ns)
			to->first_heard_ns = f->time_ns;
	}
	/* Before the phone's first frame nothing is missing yet. */
	if (to->first_heard_ns || f->missing < samples)
		to->missing += f->missing;
	to->dropped = f->dropped;
}

static int read_mapped(struct recording *to, const struct pcm_recording *r, unsigned later)
{
	uint64_t head = __atomic_load_n(&r->head, __ATOMIC_ACQUIRE), from;

	if (r->magic != PCM_RECORDING_MAGIC || r->frame_bytes != sizeof(struct pcm_frame) || !head)
		return -ENODATA;
	for (from = first_frame(r, head); later; later--, from = first_frame(r, head))
		head = from;
	if (from == head)
		return -ENODATA;
	to->frame_count = (uint32_t)(head - from);
	to->begin_ns = r->frame[from % PCM_RECORDING_FRAMES].time_ns;
	to->rate = r->frame[from % PCM_RECORDING_FRAMES].rate;
	to->said = calloc((size_t)to->frame_count * PCM_FRAME_MAX, sizeof(double));
	to->heard = calloc((size_t)to->frame_count * PCM_FRAME_MAX, sizeof(double));
	if (!to->said || !to->heard)
		return -ENOMEM;
	for (uint64_t i = from; i < head; i++)
		take(to, &r->frame[i % PCM_RECORDING_FRAMES]);
	return 0;
}

int recording_read(struct recording *recording, const char *memory, unsigned later)
{
	const struct pcm_recording *r = map(memory);
	int error;

	*recording = (struct recording){0};
	if (!r)
		return -ENOENT;
	error = read_mapped(recording, r, later);
	munmap((void *)r, sizeof(*r));
	return error;
}

static void count_losses(struct recording_losses *to, const struct pcm_frame *f)
{
	size_t samples = f->rate * PCM_FRAME_MS / 1000;

	if (f->number == 0)
		*to = (struct recording_losses){.next = to->next};
	to->frames++;
	/* Before the phone's first frame nothing is missing yet. */
	to->flowing |= f->missing < samples;
	if (to->flowing)
		to->missing += f->missing;
	to->dropped = f->dropped;
}

static int follow_mapped(struct recording_losses *to, const struct pcm_recording *r)
{
	uint64_t head = __atomic_load_n(&r->head, __ATOMIC_ACQUIRE);

	if (r->magic != PCM_RECORDING_MAGIC || r->frame_bytes != sizeof(struct pcm_frame))
		return -ENODATA;
	if (!to->next && head > PCM_RECORDING_FRAMES)
		to->next = head - PCM_RECORDING_FRAMES;
	for (; to->next < head; to->next++)
		count_losses(to, &r->frame[to->next % PCM_RECORDING_FRAMES]);
	/* Acquire: the frames were read before; those that were overwritten meanwhile are none. */
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return 0;
}

int recording_follow(struct recording_losses *losses, const char *memory)
{
	const struct pcm_recording *r = map(memory);
	uint64_t next = losses->next;
	int error;

	if (!r)
		return -ENOENT;
	error = follow_mapped(losses, r);
	if (!error && next && __atomic_load_n(&r->head, __ATOMIC_RELAXED) - next > PCM_RECORDING_FRAMES)
		error = -EOVERFLOW;
	if (error)
		fprintf(stderr, "recording: from frame %llu on: %s\n", (unsigned long long)next,
			strerror(-error));
	munmap((void *)r, sizeof(*r));
	return error;
}

void recording_free(struct recording *recording)
{
	free(recording->said);
	free(recording->heard);
	*recording = (struct recording){0};
}

int recording_write(const double *sample, size_t count, double rate, const char *path)
{
	struct wav wav;
	int error = wav_write_open(&wav, path, (uint32_t)rate, 1);

	if (error)
		return error;
	for (size_t i = 0; i < count && !error; i++) {
		int32_t value = (int32_t)(sample[i] * 2147483520.0);

		error = wav_write(&wav, &value, 1);
	}
	return wav_close(&wav) ? -EIO : error;
}
