/*
 * The application's picture: a music player over moving waves. Knows nothing of DRM: it draws
 * into any XRGB8888 memory.
 */
#ifndef APP_PICTURE_H
#define APP_PICTURE_H

#include <stdint.h>

#define PICTURE_WIDTH  480
#define PICTURE_HEIGHT 800

struct picture_state {
	uint32_t frame;	     /* frames drawn before this one */
	uint32_t key_count;  /* keys pressed so far */
	uint32_t key_code;   /* the last one pressed, 0: none yet */
	uint32_t key_age_ms; /* since then */
	uint32_t time_ms;    /* since the application started; all motion follows it */
};

/* Prepares what does not move. Call once. */
void picture_init(void);

/* Draws the whole picture; pitch in bytes. */
void picture_draw(uint32_t *pixels, uint32_t pitch, const struct picture_state *state);

#endif
