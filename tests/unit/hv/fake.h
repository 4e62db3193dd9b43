/*
 * The cpu side of hv/core/seams.h, faked: a clock that stands still until told, partitions that run or
 * do not, and a record of everything that the device side asked for.
 */
#ifndef TESTS_UNIT_HV_FAKE_H
#define TESTS_UNIT_HV_FAKE_H

#include <CUnit/Basic.h>
#include <CUnit/CUnit.h>
#include "hv/core/console.h"
#include "hv/core/partition.h"
#include "hv/core/sched.h"
#include "tests/unit/expect.h"

#define FAKE_HZ	   62500000ull
#define FAKE_VIRQS 128

/* What was asked for a partition. */
struct fake_seen {
	uint32_t pulses[FAKE_VIRQS];
	bool level[FAKE_VIRQS];
	uint32_t devices_reset;
};

extern struct pl_config fake_config;
extern struct partition fake_partition[PL_MAX_PARTITIONS]; /* of two vCPUs each */
extern struct fake_seen fake_seen[PL_MAX_PARTITIONS];
extern uint32_t fake_ready_reports; /* calls of partition_device_ready */
extern char fake_uart[65536];	    /* what went out on the real UART, NUL-terminated */
extern uint32_t fake_uart_bytes;
extern uint32_t fake_uart_room; /* characters that it takes before it is full */

/* An empty machine of `partitions` partitions named p0, p1, …, all running; fake_start is yours to call. */
void fake_reset(uint32_t partitions);
void fake_advance_us(uint64_t us); /* fires the timers that fall due, in order, each at its time */
void fake_type(const char *text);  /* into the real UART's receiver, and its interrupt */
void fake_uart_clear(void);
bool fake_start(void);				  /* devices_init; false: start-up stopped (hv_stop) */
void *fake_page(uint32_t partition, uint64_t at); /* what stage2_map_page put there; NULL: nothing */

/* Accesses of partition p's vCPU 0; the return value is mmio_handle's, or the value read. */
int fake_write(uint32_t p, uint64_t at, uint32_t bytes, uint64_t value);
uint64_t fake_read(uint32_t p, uint64_t at, uint32_t bytes);
int64_t fake_hvc(
	uint32_t p, uint32_t function, uint64_t x1, uint64_t x2, uint64_t x3, uint64_t x4, uint64_t x5);

#endif
