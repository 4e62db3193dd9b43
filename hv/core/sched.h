/*
 * One physical CPU and what runs on it: strict priority between vCPUs, FIFO or equal slices within one.
 * A vCPU sleeps for reasons; it is in its CPU's ready list exactly while it has none. EL2's own work
 * for a partition (its restart) is scheduled as its first vCPU, so that it costs nobody above it.
 */
#ifndef HV_CORE_SCHED_H
#define HV_CORE_SCHED_H

#include "hv/core/seams.h"

enum vcpu_sleep {
	VCPU_OFF = 1,	  /* not started, stopped, or PSCI CPU_OFF */
	VCPU_WAITING = 2, /* WFI; any deliverable interrupt ends it */
	VCPU_BLOCKED = 4, /* vcpu_block */
};

struct cpu {
	struct vcpu *loaded;  /* first: vectors.S. Whose registers are in the processor; NULL: nobody's */
	void *stack;	      /* second: vectors.S. Its end */
	struct trace trace;   /* third: trace.h */
	struct vcpu *running; /* who pays now; NULL: idle */
	uint8_t urgency;      /* its priority; idle: less than any */
	struct vcpu *ready;   /* most urgent first, linked by vcpu.next */
	uint64_t since;	      /* when running last changed */
	bool resched;	      /* the choice of the running vCPU may be wrong */
	uint32_t index;
	uint32_t mail; /* partitions that there is some for, a bit each */
	uint32_t owed; /* CPUs that get an interrupt when `send` fires, a bit each */
	struct hv_timer send;
	uint64_t send_next; /* mail.h: not before */
	struct hv_timer time_up;
	uint64_t masked_since; /* when interrupts were last known to be let in, or none was pending */
	uint64_t masked_max;   /* longest stretch without, ticks */
	struct lock timers_lock;
	struct hv_timer *timers; /* armed, earliest first */
};
_Static_assert(offsetof(struct cpu, trace) == TRACE_OFFSET, "trace.h");

void sched_init(struct cpu *c);
/* vCPU to enter now; does EL2's work and sleeps meanwhile, so that it returns late when there is none. */
struct vcpu *sched_next(struct cpu *c);
/* *to is about to be loaded, and nobody is. True: what came meanwhile was served; *to is who is to run now, maybe changed. */
bool sched_look(struct vcpu **to);
/* v is less, or more, urgent from now on: behind those that it equals. */
void sched_set_priority(struct vcpu *v, uint32_t priority);
void vcpu_sleep(struct vcpu *v, enum vcpu_sleep reason);
void vcpu_wake(struct vcpu *v, enum vcpu_sleep reason);
/* WFI: sleep unless an interrupt is deliverable. */
void vcpu_wait(struct vcpu *v);
/* Add the time since the last charge to the running vCPU's account. */
void sched_charge(struct cpu *c);

/* Interrupts are let in now, or have been looked for: how long were they masked? The trace has the longest. Returns now. */
void sched_masked_max(struct cpu *c, uint64_t ticks) __attribute__((cold));
static inline uint64_t sched_unmasked(struct cpu *c, uint64_t since)
{
	uint64_t now = time_now(), ticks = now - since;

	if (ticks > c->masked_max)
		sched_masked_max(c, ticks);
	return now;
}

/* timer.c: called when c->urgency has changed, and by the EL2 timer's interrupt. */
void timer_program(struct cpu *c);
void timer_expire(struct cpu *c);

#endif
