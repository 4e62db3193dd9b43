/*
 * Time and one-shots: the virtual counter and its timer (PPI 27). A one-shot's function runs in
 * interrupt context; posting a task is what it should do.
 */
#ifndef RTOS_TIMER_H
#define RTOS_TIMER_H

#include <stdbool.h>
#include <stdint.h>

struct timer {
	void (*fire)(void *data);
	void *data;
	/* the rest is timer.c's */
	uint64_t due;
	bool armed;
	struct timer *next;
};

void timer_init(void);
/* Arm (again) for an absolute counter value; one in the past fires at once. Callable from anywhere. */
void timer_arm_at(struct timer *timer, uint64_t due_ticks);
void timer_arm_ns(struct timer *timer, uint64_t from_now_ns);
void timer_cancel(struct timer *timer);

uint64_t time_ticks(void); /* CNTVCT: the same clock in all partitions */
uint64_t time_hz(void);
uint64_t time_ns(void);
uint64_t time_to_ns(uint64_t ticks);
uint64_t time_from_ns(uint64_t ns);

#endif
