/*
 * The event loop: tasks that run to completion, the most urgent pending one first. Interrupt
 * handlers and tasks post them; a task posted while it is pending runs once, so it must look at
 * everything that may have come.
 */
#ifndef RTOS_LOOP_H
#define RTOS_LOOP_H

#include <stdint.h>

#define LOOP_TASK_COUNT 32

/* Make task `priority` (0 is the most urgent, one task each). -EINVAL: out of range or taken. */
int loop_add(unsigned priority, void (*run)(void *data), void *data);
/* Callable from anywhere. */
void loop_post(unsigned priority);
/* Run what is pending; returns when nothing is. */
void loop_drain(void);
/* For ever; waits for an interrupt when nothing is pending. */
void loop_run(void) __attribute__((noreturn));

#endif
