/*
 * An elastic buffer between two clocks: what one side pushes in bursts, the other pulls steadily.
 *
 * The average fill is held at a set point, half the largest push and half the largest pull above a slack, by trimming the rate
 * conversion beside it (jitter_control); the slack grows when the buffer has run (nearly) empty and
 * shrinks again when it was not needed, between two bounds. That makes up for drift and for arrivals
 * that are late, at the price of the set point's latency and no more.
 *
 *   FILLING ──slack + larger burst there──▶ FLOWING ──ran empty for JITTER_LOST_MS──▶ FILLING
 *
 * Where pulls are larger and pushes a part of them (10 ms each, 20 ms at a time), what a pull leaves, with what the pusher has of his
 * next push, is held at the slack and half a step instead: wherever in a push's time the pulls come, none of them waits for a push. There FLOWING begins
 * with a pull, behind silence if there is not enough for all of it.
 */
#ifndef VDEV_AUDIO_JITTER_H
#define VDEV_AUDIO_JITTER_H

#include <stdbool.h>
#include <stdint.h>

#define JITTER_FRAMES_MAX 8192u /* mono; a power of two: half a second at 16 kHz */
#define JITTER_PPM_MAX	  1000
#define JITTER_LOST_MS	  100

struct jitter {
	uint32_t rate;			      /* Hz */
	uint32_t slack, slack_min, slack_max; /* frames */
	uint32_t push_burst, pull_burst;      /* largest since start, 40 ms at most */
	bool flowing;
	bool pulled; /* somebody listens */
	bool leads;  /* pushes are the larger bursts: flow from the first one on. Set after jitter_init */
	int16_t fifo[JITTER_FRAMES_MAX];
	uint32_t first, fill;
	uint32_t coming; /* frames that the pusher has of his next push: his to say, where pulls are larger */
	uint32_t left;	 /* after the newest pull, with those */
	uint32_t step;	 /* frames between two turns of jitter_control */
	/* the controller */
	int64_t average;  /* fill, in 2^-16 frames */
	int64_t integral; /* 2^-16 ppm */
	int32_t ppm;	  /* + : the puller takes more */
	uint32_t lowest;  /* fill seen since the window began */
	uint32_t window_us;
	uint32_t calm_windows; /* in which the slack was not needed */
	uint32_t starved;      /* frames missing in a row */
	/* since start */
	uint64_t gap_frames; /* silence put in while FLOWING */
	uint32_t gap_count;
	uint64_t dropped_frames; /* that were late by more than slack_max */
};

/* Empty, with its slack between two bounds, in milliseconds. */
void jitter_init(struct jitter *j, uint32_t rate, uint32_t slack_min_ms, uint32_t slack_max_ms);
/* Frames arrived. More than slack_max and two bursts do not wait: the oldest are dropped and counted. */
void jitter_push(struct jitter *j, const int16_t *frame, uint32_t count);
/* What is here, and `lost` frames more, are late: they are dropped, and it fills anew. */
void jitter_restart(struct jitter *j, uint32_t lost);
/* Take `count`; what is not there is silence. Returns how many were real. */
uint32_t jitter_pull(struct jitter *j, int16_t *frame, uint32_t count);
/* After the pulls of a period of `us` microseconds. The trim, in ppm, that the conversion should have now. */
int32_t jitter_control(struct jitter *j, uint32_t us);
/* The set point of the average fill, in frames. */
uint32_t jitter_target(const struct jitter *j);

#endif
