/* What the screen must show: predicates for harness_await_picture, with what they look for and found. */
#ifndef DEMO_LOOK_H
#define DEMO_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/harness/picture.h"

/* Linux's application is seen to go on: that many different frames, in ascending order. */
struct look_motion {
	uint32_t frames_wanted;
	uint32_t frames_seen;
	uint32_t first, last;
};
bool look_moves(const struct picture *picture, void *context);

/* Linux's picture counts that many keys. */
struct look_count {
	uint32_t keys;
	uint32_t seen;
};
bool look_counts(const struct picture *picture, void *context);

/* Who calls, as the call's user interface writes it. */
struct look_caller {
	const char *number, *name;
	uint32_t at_least; /* the timer shows that many seconds or more */
	uint32_t seconds;  /* what it shows */
};
/* The heads-up band, with Linux's picture under it. */
bool look_band(const struct picture *picture, void *context);
/* The card in the band as this model (struct ui_model) has it, over whatever is under it. */
bool look_card(const struct picture *picture, void *context);
/* The full call screen with its timer, with nothing of Linux's picture. */
bool look_call(const struct picture *picture, void *context);

/* Pixels of the band change with Linux's picture under it. */
struct look_alpha {
	struct picture first;
	uint32_t pixels;
};
bool look_through(const struct picture *picture, void *context);
void look_alpha_finish(struct look_alpha *alpha);

/* What stands still in Linux's picture is as it was before the call. */
struct look_whole {
	const struct picture *before;
	uint32_t pixels; /* that differ */
};
bool look_whole(const struct picture *picture, void *context);

#endif
