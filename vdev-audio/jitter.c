#include "vdev-audio/jitter.h"

#define BURST_MAX_MS 40
#define WINDOW_US    1000000u
#define CALM_WINDOWS 10	      /* before the slack shrinks */
#define AVERAGE_US   1000000  /* time constant of the average */
#define PPM_PER_MS   100      /* of deviation: brings the fill back with a time constant of 10 s */
#define INTEGRAL_US  20000000 /* of the integral part: what is left is the drift between the clocks */

void jitter_init(struct jitter *j, uint32_t rate, uint32_t slack_min_ms, uint32_t slack_max_ms)
{
	*j = (struct jitter){.rate = rate,
		.slack_min = rate * slack_min_ms / 1000,
		.slack_max = rate * slack_max_ms / 1000};
	j->slack = j->slack_min;
	j->lowest = UINT32_MAX;
}

/*
 * Pushes are parts of a pull. Then what counts is what a pull leaves, with what the pusher has of his next push, and
 * not what lies here on the average: where in a push's time the pulls come costs nothing. It varies by a step, because
 * pulls are made at the end of one.
 */
static bool pulls_are_larger(const struct jitter *j)
{
	return j->pull_burst > j->push_burst;
}

uint32_t jitter_target(const struct jitter *j)
{
	return j->slack + (j->pull_burst + (pulls_are_larger(j) ? j->step : j->push_burst)) / 2;
}

static void slack_grow(struct jitter *j, uint32_t by)
{
	j->slack = j->slack + by < j->slack_max ? j->slack + by : j->slack_max;
	j->calm_windows = 0;
}

static void burst_note(const struct jitter *j, uint32_t *burst, uint32_t count)
{
	uint32_t most = j->rate * BURST_MAX_MS / 1000;

	count = count < most ? count : most;
	*burst = count > *burst ? count : *burst;
}

static uint32_t larger_burst(const struct jitter *j)
{
	return j->push_burst > j->pull_burst ? j->push_burst : j->pull_burst;
}

/* Latency is worth more than sound that is late already: the oldest goes, in whole pushes where pulls are larger. */
static void drop_beyond(struct jitter *j, uint32_t limit)
{
	uint32_t count = j->fill > limit ? j->fill - limit : 0;

	if (pulls_are_larger(j) && j->push_burst)
		count -= count % j->push_burst;
	j->first = (j->first + count) % JITTER_FRAMES_MAX;
	j->fill -= count;
	if (j->pulled)
		j->dropped_frames += count;
}

/* Silence makes it up, so that the first burst is heard at once and not when the second one comes. */
static void lead_in(struct jitter *j)
{
	for (; j->fill < j->slack; j->fill++)
		j->fifo[(j->first + j->fill) % JITTER_FRAMES_MAX] = 0;
}

void jitter_push(struct jitter *j, const int16_t *frame, uint32_t count)
{
	burst_note(j, &j->push_burst, count);
	if (j->leads && !j->flowing && j->fill == 0)
		lead_in(j);
	for (uint32_t i = 0; i < count; i++) {
		if (j->fill == JITTER_FRAMES_MAX)
			drop_beyond(j, JITTER_FRAMES_MAX - 1);
		j->fifo[(j->first + j->fill++) % JITTER_FRAMES_MAX] = frame[i];
	}
	drop_beyond(j, j->slack_max + 2 * larger_burst(j));
	if (!j->flowing && j->fill >= j->slack + larger_burst(j)) {
		j->flowing = true;
		j->starved = 0;
		j->average = (int64_t)jitter_target(j) << 16;
	}
}

void jitter_restart(struct jitter *j, uint32_t lost)
{
	j->dropped_frames += j->fill + lost;
	j->fill = j->starved = 0;
	j->flowing = false;
}

static void note_missing(struct jitter *j, uint32_t count)
{
	if (count == 0) {
		j->starved = 0;
		return;
	}
	if (j->starved == 0) {
		j->gap_count++;
		slack_grow(j, j->rate * 5 / 1000);
	}
	j->gap_frames += count;
	j->starved += count;
	/* Nobody pushes any more: what will come is another talk spurt, to be buffered anew. */
	if (j->starved >= j->rate / 1000 * JITTER_LOST_MS) {
		j->flowing = false;
		j->gap_frames -= j->starved;
		j->gap_count--;
	}
}

/* Of what waited for somebody to listen, enough is left to go on with. */
static void first_pull(struct jitter *j)
{
	drop_beyond(j, j->slack + larger_burst(j));
	j->average = (int64_t)jitter_target(j) << 16;
}

/*
 * A large pull begins to flow with the newest whole pushes after which, with what the pusher has, the slack is left: behind
 * silence if they are fewer than it wants. How many frames of silence; all of them: it does not flow yet.
 */
static uint32_t begin_large(struct jitter *j, uint32_t count)
{
	uint32_t have = j->fill + j->coming, real = have > j->slack ? have - j->slack : 0;

	real = real < j->fill ? real : j->fill;
	real -= real % j->push_burst;
	j->flowing = real != 0;
	if (real > count)
		drop_beyond(j, j->fill - (real - count));
	j->starved = 0;
	j->average = (int64_t)jitter_target(j) << 16;
	return real < count ? count - real : 0;
}

/* A pull that is the first one, or for which it did not flow. Frames of silence in front of it. */
static uint32_t begin(struct jitter *j, uint32_t count)
{
	if (!j->leads && pulls_are_larger(j) && j->push_burst)
		return begin_large(j, count);
	if (!j->pulled)
		first_pull(j);
	return 0;
}

uint32_t jitter_pull(struct jitter *j, int16_t *frame, uint32_t count)
{
	uint32_t real, silent = 0;

	burst_note(j, &j->pull_burst, count);
	if (!j->pulled || !j->flowing)
		silent = begin(j, count);
	j->pulled = true;
	count -= silent;
	for (uint32_t i = 0; i < silent; i++)
		*frame++ = 0;
	real = !j->flowing ? 0 : count < j->fill ? count : j->fill;
	for (uint32_t i = 0; i < real; i++)
		frame[i] = j->fifo[(j->first + i) % JITTER_FRAMES_MAX];
	for (uint32_t i = real; i < count; i++)
		frame[i] = 0;
	j->first = (j->first + real) % JITTER_FRAMES_MAX;
	j->fill -= real;
	if (j->flowing)
		note_missing(j, count - real);
	j->left = j->fill + j->coming;
	return real;
}

/* What is held to the set point. */
static uint32_t level(const struct jitter *j)
{
	return pulls_are_larger(j) ? j->left + j->pull_burst / 2 : j->fill;
}

/* The lowest fill of a window says how much of the slack was needed. */
static void slack_adapt(struct jitter *j, uint32_t us)
{
	uint32_t ms = j->rate / 1000, fill = pulls_are_larger(j) ? j->left : j->fill;

	if (fill < j->lowest)
		j->lowest = fill;
	j->window_us += us;
	if (j->window_us < WINDOW_US)
		return;
	if (j->lowest < ms) {
		slack_grow(j, 2 * ms - j->lowest);
	} else if (j->lowest > 4 * ms && ++j->calm_windows >= CALM_WINDOWS) {
		j->slack = j->slack > j->slack_min + ms ? j->slack - ms : j->slack_min;
		j->calm_windows = 0;
	}
	j->window_us = 0;
	j->lowest = UINT32_MAX;
}

static int64_t clamp(int64_t value, int64_t limit)
{
	return value < -limit ? -limit : value > limit ? limit : value;
}

int32_t jitter_control(struct jitter *j, uint32_t us)
{
	int64_t error_us, proportional;

	j->step = (uint32_t)((uint64_t)us * j->rate / 1000000);
	if (!j->flowing || !j->pulled)
		return j->ppm;
	slack_adapt(j, us);
	j->average += (((int64_t)level(j) << 16) - j->average) * us / AVERAGE_US;
	error_us = ((j->average - ((int64_t)jitter_target(j) << 16)) * 1000000 / j->rate) >> 16;
	proportional = clamp(error_us * PPM_PER_MS / 1000, JITTER_PPM_MAX);
	j->integral += proportional * 65536 * us / INTEGRAL_US;
	j->integral = clamp(j->integral, (int64_t)JITTER_PPM_MAX << 16);
	j->ppm = (int32_t)clamp(proportional + (j->integral >> 16), JITTER_PPM_MAX);
	return j->ppm;
}
