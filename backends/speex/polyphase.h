/*
 * Rate conversion between two fixed rates, by a table of one filter for each phase: for streams whose clock is
 * the card's, where speed counts. Interleaved floats, one or two channels; nothing is allocated.
 */
#ifndef BACKENDS_SPEEX_POLYPHASE_H
#define BACKENDS_SPEEX_POLYPHASE_H

#include <stdint.h>

#define POLYPHASE_TAPS	 40  /* of each phase; a multiple of 4 */
#define POLYPHASE_PHASES 160 /* at most: 44.1 kHz to 48 kHz */
#define POLYPHASE_INPUT	 512 /* frames taken at a time */

struct polyphase_table {
	uint32_t rate_in, rate_out; /* 0: none */
	uint32_t phases, step;	    /* rate_out : rate_in, reduced */
	float tap[POLYPHASE_PHASES][POLYPHASE_TAPS];
};

struct polyphase {
	const struct polyphase_table *table;
	unsigned channels;
	uint32_t phase;
	uint32_t fill; /* frames in `in` */
	float in[2][POLYPHASE_TAPS + POLYPHASE_INPUT];
};

/* -EINVAL: more than POLYPHASE_PHASES phases, or a rate of 0. */
int polyphase_make(struct polyphase_table *table, uint32_t rate_in, uint32_t rate_out);
void polyphase_set(struct polyphase *p, const struct polyphase_table *table, unsigned channels);
void polyphase_run(
	struct polyphase *p, const float *in, uint32_t *in_frames, float *out, uint32_t *out_frames);

#endif
