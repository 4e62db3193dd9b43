/*
 * When a frame of the card's recording passed the card's pointer, in the machine's time. The recording holds the frames that
 * the card took, all of them and in order (QEMU itself keeps up to 1,024 of them before it writes them down, so that its own
 * time is later by 16 to 21 ms); the trace has a mark (PL_MARK_CARD) for each period.
 */
#ifndef BENCH_VOICE_POINTER_H
#define BENCH_VOICE_POINTER_H

#include <stddef.h>
#include <stdint.h>
#include "tools/harness/harness.h"

#define POINTER_RATE 48000

struct pointer_mark {
	uint64_t ns, frame, next; /* the pointer is at `frame`; queued are those from there to `next` */
};

struct pointer {
	struct pointer_mark *mark;
	size_t count;
};

/* From what the harness has traced, whose trace_types have PL_TRACE_MARK. -ENOMEM; -ENODATA: no card has ever been met. */
int pointer_read(struct pointer *pointer, const struct harness *harness);
/* The newest mark that is not later than `ns`; the first one if there is none. */
const struct pointer_mark *pointer_at(const struct pointer *pointer, uint64_t ns);
/* The frame that the pointer was at. */
size_t pointer_frame(const struct pointer *pointer, uint64_t ns);
/* When the pointer had passed a frame, as its next mark tells; 0: it never did. */
uint64_t pointer_passed_ns(const struct pointer *pointer, size_t frame);
void pointer_free(struct pointer *pointer);

#endif
