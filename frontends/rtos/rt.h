/*
 * Start-up and the end. start.S zeroes .bss and calls mmu_start, then rt_start, which brings up
 * interrupts, timer and console and calls the image's firmware_main.
 */
#ifndef RTOS_RT_H
#define RTOS_RT_H

#include <stdint.h>

/* The image. Called once with interrupts enabled; arg is x0 at entry. If it returns, the CPU waits for ever. */
void firmware_main(uint64_t arg);

/* Say why on the console, without interrupts, and ask the hypervisor for a restart of the partition. */
void rt_panic(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* Called by start.S. */
void mmu_start(void);
void rt_start(uint64_t arg);

#endif
