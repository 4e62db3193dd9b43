/* A screen with two buffers through stock KMS: draw into the back buffer, flip, await the flip. */
#ifndef APP_KMS_H
#define APP_KMS_H

#include <stdbool.h>
#include <stdint.h>

struct kms_buffer {
	uint32_t *pixels;
	uint64_t bytes;
	uint32_t pitch;
	uint32_t handle;
	uint32_t framebuffer;
};

struct kms {
	int fd; /* readable when a flip's event has come: call kms_dispatch */
	uint32_t crtc;
	uint32_t connector;
	uint32_t width, height;
	int back;     /* index of the buffer that is not shown */
	bool pending; /* a flip was submitted, its event has not come */
	struct kms_buffer buffer[2];
};

/*
 * Opens the device and shows the back buffer, in the connected screen's preferred mode. Returns 0
 * or a negative errno; -ENODEV: no connected screen.
 */
int kms_init(struct kms *kms, const char *path);
void kms_finish(struct kms *kms);

/* Shows the back buffer, which becomes the front one. Only when nothing is pending. */
int kms_flip(struct kms *kms);

/* Takes the events that are there. */
int kms_dispatch(struct kms *kms);

#endif
