/* What the bare-metal test guests share: verdict lines that run.sh reads from the console. */
#ifndef TESTS_GUEST_TEST_H
#define TESTS_GUEST_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "abi/fault.h"
#include "frontends/rtos/board.h"
#include "frontends/rtos/exception.h"
#include "frontends/rtos/hvc.h"
#include "frontends/rtos/irq.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/mmio.h"
#include "frontends/rtos/rt.h"
#include "frontends/rtos/sysreg.h"
#include "frontends/rtos/timer.h"

/* `pass NAME`, or `fail NAME: expected WANT got GOT`. */
void test_equal(const char *name, uint64_t want, uint64_t got);
/* The same for "within [low, high]". */
void test_within(const char *name, uint64_t low, uint64_t high, uint64_t got);
/* The last line: run.sh stops the machine. */
void test_done(void);
/* A figure of the bench: `bench: NAME VALUE UNIT`. */
void test_figure(const char *name, uint64_t value, const char *unit);
/* Sleep (WFI) until *flag is at least `count`, for at most `ms` virtual milliseconds; what it is then. */
uint32_t test_await(const volatile uint32_t *flag, uint32_t count, uint32_t ms);
void test_sleep_ms(uint32_t ms);
/* PL_HVC_PARTITION_INFO, 0 when refused. */
uint64_t test_info(uint32_t partition, enum pl_info field);
/* PL_HVC_FAULT_READ, the whole record. False: refused, or there is none. */
bool test_fault_read(uint32_t partition, struct pl_fault *f);

#endif
