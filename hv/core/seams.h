/*
 * What the two halves of the hypervisor ask of each other, in one place.
 * "cpu side": vCPUs, scheduler, stage 2, GIC, timers, restart.   "device side": UARTs, virtio-mmio
 * register file, trace, fault records, hypercalls of hosts. All run at EL2 with interrupts masked.
 */
#ifndef HV_CORE_SEAMS_H
#define HV_CORE_SEAMS_H

#include "abi/config.h"
#include "abi/fault.h"
#include "abi/hypercall.h"
#include "abi/trace.h"
#include "hv/core/lock.h"
#include "hv/core/trace.h"
#include "hv/core/types.h"
#include "this.h"

/* A trapped access of a guest to an address that no stage-2 mapping serves. */
struct mmio {
	ipa_t ipa;
	uint64_t value; /* write: what; read: answer */
	uint8_t bytes;	/* 1, 2, 4, 8 */
	bool write;
};

/*
 * cpu side offers
 */
/* CPU `index`, once sched_init has seen it. */
struct cpu *cpu_get(uint32_t index);
const struct pl_config *hv_config(void);
struct partition *partition_get(uint32_t index); /* NULL out of range */
/* Edge: latch virq pending in p's virtual GIC (wakes it). Level: follow the line. virq >= 32: routed to its vCPU. */
void vgic_pulse(struct partition *p, uint32_t virq);
void vgic_set_level(struct partition *p, uint32_t virq, bool high);
/* Stop v until vcpu_resume; used for waiting writes. The trapped instruction is already stepped over. */
void vcpu_block(struct vcpu *v);
void vcpu_resume(struct vcpu *v);
/* One-shot software timers in EL2, by CNTVCT ticks. The callback runs at EL2, in interrupt context. */
struct hv_timer {
	uint64_t deadline;
	uint8_t priority; /* it can wait while one that is more urgent than this runs, and gives way to it; 0: it cannot */
	void (*fire)(struct hv_timer *t);
	struct hv_timer *next;
	bool armed;
	uint32_t cpu; /* whose list it is in */
};
void hv_timer_arm(struct hv_timer *t, uint64_t deadline);
/* Also one that another CPU has armed: its callback may be running there already. */
void hv_timer_cancel(struct hv_timer *t);
uint64_t time_hz(void);
/* EL2 mapping of physical memory (hv pool, trace, store). */
void *hv_ptr(paddr_t pa);
/* Page-aligned, zeroed memory from the pool; start-up only. An exhausted pool stops it. */
void *pool_alloc(uint64_t bytes);
paddr_t pool_pa(const void *p);
/* A partition's stage-2 translation: 39-bit IPA, 4 KiB granule, 2 MiB blocks where alignment allows. */
#define STAGE2_IPA_BITS 39
/* Build p's tables from the configuration's regions. */
void stage2_init(struct partition *p);
/* Whole pages, within range, where nothing is mapped yet: anything else stops start-up. */
void stage2_map(struct partition *p, ipa_t where, paddr_t pa, uint64_t bytes, uint64_t attributes);
/* Attributes of region kind `kind` (enum pl_region_kind) with PL_PERM_*. */
uint64_t stage2_attributes(uint8_t kind, uint8_t perm);
/* Map one page of hypervisor memory into a partition (register pages, host pages); start-up only. */
void stage2_map_page(struct partition *p, ipa_t ipa, paddr_t pa, uint8_t perm);
/* Record a fault of v's partition and, if fatal, restart or stop it as its policy says. Returns with another vCPU chosen. */
void partition_fault(struct vcpu *v, enum pl_fault_cause cause, ipa_t ipa, bool fatal);
/* The same for what the partition's policy decides: true if fatal. Else the caller injects an exception. */
bool partition_refuse(struct vcpu *v, enum pl_fault_cause cause, ipa_t ipa);
/* Restart waits for the devices of p: called by the device side when all resets are confirmed or given up. */
void partition_devices_reset(struct partition *p);
/* A device became ready: look for partitions that wait. */
void partition_device_ready(void);
/* Physical interrupts (irq.c): route the configuration's; each is enabled when its guest enables it. */
void irq_init(void);
/* Serve the most urgent that is pending. pc: of the guest that was interrupted; 0: none. */
void irq_handle(uint64_t pc);
/* p is down, its virtual GIC reset: none of its interrupts stays enabled, pending or active at the physical one. */
void irq_partition_reset(struct partition *p);
/* HVC from EL1: serve the call in v's registers; what goes to x0 is returned. */
int64_t hypercall(struct vcpu *v);
/* PSCI and SMCCC discovery (ARM DEN 0022, DEN 0028). False: not of their ranges. */
bool psci_call(struct vcpu *v, uint32_t function, int64_t *ret);
/* Make what was written to a guest-visible page visible to a guest that maps it as Device (clean to PoC). */
void arch_publish(const void *p, uint64_t bytes);

/*
 * device side offers
 */
/* All of the below; after the partitions exist, before any runs. */
void devices_init(const struct pl_config *c);
/*
 * 0: served. -ENODEV: no emulated device there. -EINVAL: bad register or size; a non-fatal
 * PL_FAULT_DEVICE_ACCESS is recorded already, a read answers 0, the instruction is stepped over as usual.
 */
int mmio_handle(struct vcpu *v, struct mmio *m);
/* Hypercalls PL_HVC_DOORBELL and PL_HVC_TRACE_MARK. */
int64_t doorbell_ring(const struct partition *from, uint64_t number);
int64_t trace_mark(const struct partition *by, const uint64_t *x);
/* Is an emulated device of p there? */
bool mmio_owns(const struct partition *p, ipa_t where);
/* Hypercalls PL_HVC_DEV_*; arg[0] to arg[5] = x0 to x5; returns what goes to x0. */
int64_t vmmio_host_call(struct partition *caller, uint32_t function, const uint64_t arg[6]);
/* p restarts: begin the reset of device `index` if p is its frontend. False: there is no such device, all have been asked. */
bool vmmio_partition_reset(struct partition *p, uint32_t index);
/* p waits for its devices no longer if all of them are reset: partition_devices_reset() follows. */
void vmmio_partition_look(struct partition *p);
/* p as a host died: DEV_DOWN for all that it hosts. */
void vmmio_host_down(struct partition *p);
/* p restarts: its UARTs go to their reset state; peers see a dead end meanwhile. */
void vuart_partition_reset(struct partition *p);
/* The first device of that mask that nobody serves; NULL: all are ready. */
const char *vmmio_device_missing(uint64_t mask);
/* Input from the real UART has arrived. */
void console_input_irq(void);
/* The hypervisor's own log lines, in the console stream under the name "hv": %s (of what stays), %u %x %lx %lu, at most 8. */
#define LOG_ARGS					  8
#define LOG_COUNT(...)					  LOG_COUNT_(__VA_ARGS__, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define LOG_COUNT_(f, a, b, c, d, e, g, h, i, count, ...) count
#define hv_log(...)					  log_record(LOG_COUNT(__VA_ARGS__), __VA_ARGS__)
void log_record(uint32_t count, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Everything still queued goes out now, waiting for the UART: when the hypervisor itself gives up. */
void console_flush(void);
/*
 * Start-up cannot go on, and this is why: the configuration cannot be served. There is nobody to return an error
 * to, and nothing has run yet. Nothing that a guest does leads here.
 */
#define hv_stop(...) (hv_log(__VA_ARGS__), hv_halt("start-up failed"))
/* Says so, and the machine stops where it is. */
void hv_halt(const char *why) __attribute__((noreturn));
/*
 * Last words of p's console, for its fault record: returns bytes that are valid of those written. At most `bytes` are,
 * a multiple of 32 up to CONSOLE_TEXT_BYTES. `to` is aligned to 8.
 */
uint32_t console_last_words(const struct partition *p, char *to, uint32_t bytes);
/* trace_event(type, partition, a, b, c) is inline, in hv/core/trace.h. */

/*
 * platform (plat/<board>) offers
 */
void plat_uart_init(void);
void plat_uart_putc(char c);   /* waits while the transmitter is full */
bool plat_uart_tx_ready(void); /* the transmitter takes a character now */
int plat_uart_getc(void);      /* -1: nothing there */
uint32_t plat_uart_irq(void);

#endif
