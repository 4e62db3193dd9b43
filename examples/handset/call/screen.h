/*
 * Brings the call screens to the virtual GPU: draws what has changed into a free buffer, a few rows at
 * a time so that the modem and the keys are never kept waiting, and presents it.
 *
 * The picture that is shown is in another buffer. What that has already is not drawn again but copied from there.
 *
 *          model changed, buffer free            last row drawn
 *   REST -----------------------------> DRAWING ----------------> REST (presented)
 *                                        |   ^
 *                                        `---'  model changed meanwhile: also draw that (SCREEN_EXTEND_MAX times)
 */
#ifndef CALL_SCREEN_H
#define CALL_SCREEN_H

#include <stdbool.h>
#include <stdint.h>
#include "examples/handset/call/ui.h"
#include "frontends/rtos/virtio_gpu.h"

#define SCREEN_SLICE_ROWS 16
#define SCREEN_COPY_ROWS  128 /* cost a fraction of a slice */
#define SCREEN_EXTEND_MAX 3

struct screen {
	struct virtio_gpu *gpu;
	/* Mandatory. A frame of `model` was handed to the GPU. */
	void (*presented)(void *data, uint64_t frame, const struct ui_model *model);
	void *data;

	struct ui_model model;	/* wanted */
	struct ui_model target; /* being drawn */
	struct ui_model shown;	/* handed to the GPU last */
	struct ui_model drawn[VGPU_BUFFER_COUNT];
	bool drawn_valid[VGPU_BUFFER_COUNT];
	int buffer;	   /* being drawn into, or -1 */
	int source;	   /* what was shown when it was begun */
	struct rect stale; /* left to copy from there; whole rows */
	struct rect area;  /* left to draw after that */
	unsigned extend_count;
};

void screen_init(struct screen *s, struct virtio_gpu *gpu,
	void (*presented)(void *, uint64_t, const struct ui_model *), void *data);
/* All content of the device is gone: everything is drawn anew. */
void screen_forget(struct screen *s);
/* One slice of work. True: call again, after more urgent work; false: nothing to do until the model changes or a buffer becomes free. */
bool screen_run(struct screen *s);

#endif
