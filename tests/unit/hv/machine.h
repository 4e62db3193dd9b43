/* A whole hypervisor core on the fake processor (hv/arch/fake), with guests that do what a test says. */
#ifndef TESTS_UNIT_HV_MACHINE_H
#define TESTS_UNIT_HV_MACHINE_H

#include "hv/arch/fake/fake.h"
#include "hv/core/partition.h"
#include "hv/core/sched.h"
#include "hv/core/vgic.h"
#include "tests/unit/expect.h"

#define MACHINE_RAM_PA	  0x40000000ull
#define MACHINE_RAM_BYTES (96ull << 20)
#define MACHINE_FREE_PA	  0x44000000ull /* from here on nothing is used by the hypervisor */

extern struct pl_config machine_config;

/* A machine of `partitions` partitions with one vCPU each, priority = index, called p0, p1, … Change machine_config, */
void machine_reset(uint32_t partitions);
/* then start it. False: start-up stopped (hv_stop). Nothing has run yet. */
bool machine_start(void);
/* Does what `start` does stop start-up? */
bool machine_stops(void (*start)(void));
/* Give the CPU to whom it belongs now; NULL: all asleep, and no timer is armed. */
struct vcpu *machine_run(void);
/* Time passes while that one spins, with all that happens meanwhile. */
struct vcpu *machine_advance_us(uint64_t us);
/* The one on the CPU waits for an interrupt. */
struct vcpu *machine_wait(void);

struct partition *machine_partition(uint32_t index);
/* Index of the partition on the CPU. */
uint32_t machine_running(void);
/* The guest of p's vCPU 0 writes a 4-byte register of its virtual GIC. */
void machine_gic_write(uint32_t p, uint64_t at, uint32_t value);
uint32_t machine_gic_read(uint32_t p, uint64_t at);
/* GICD_CTLR on, virq enabled with that priority; edge or level. */
void machine_gic_enable(uint32_t p, uint32_t virq, uint8_t priority, bool edge);

#endif
