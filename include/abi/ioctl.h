/*
 * /dev/partyline: what the I/O domain's kernel module gives partylined.
 *
 * open: one opener at a time (-EBUSY). Closing it, by whatever death, tells the hypervisor DEV_DOWN for every device.
 * mmap: offset = PL_MAP(kind, index). Host pages are read-only. Banks and states are read/write, cacheable.
 * read: 8 bytes, struct pl_wakeup. Blocks (unless O_NONBLOCK: -EAGAIN) until a device event or a
 *       doorbell came since the last read. poll: POLLIN likewise. Hence: read, then look at all
 *       counters, then wait again; nothing is lost.
 * ioctl: hypercalls on behalf of the process.
 */
#ifndef ABI_IOCTL_H
#define ABI_IOCTL_H

#include <stdint.h>
#include <linux/ioctl.h>

enum pl_map_kind { PL_MAP_BANK, PL_MAP_STATE, PL_MAP_DEV_HOST };
#define PL_MAP(kind, index) (((uint64_t)(kind) << 40) | ((uint64_t)(index) << 32))

struct pl_wakeup {
	uint32_t device_events; /* device-event interrupts since the last read */
	uint32_t doorbells;	/* bit n: doorbell number n of the node's list rang since the last read */
};

/* x0 of the hypercall; result in ret. Only PL_HVC_NULL, _VERSION, _DOORBELL, _TRACE_MARK, _PARTITION_INFO,
 * _PARTITION_CONTROL, _FAULT_READ and _DEV_* are passed on; others give -EPERM. */
struct pl_ioc_hvc {
	uint64_t function;
	uint64_t arg[5]; /* x1 to x5; on return x1 to x3 in arg[0] to arg[2] */
	int64_t ret;
};
#define PL_IOC_HVC _IOWR('P', 1, struct pl_ioc_hvc)

/* How the node describes bank, state or device `index` of `kind`: size and guest-physical base. */
struct pl_ioc_map_info {
	uint32_t kind;
	uint32_t index;
	uint64_t base;	/* io's guest-physical address */
	uint64_t bytes; /* -ENOENT if there is none of that index */
	uint64_t
		guest_base; /* address that the bank's guest uses for it (ring addresses are relative to that) */
	char name[16];
	uint32_t frontend;  /* partition index of the guest (banks), device: frontend partition */
	uint32_t bank;	    /* devices: their bank */
	uint32_t device_id; /* devices: VIRTIO device type */
	uint32_t reserved;
};
#define PL_IOC_MAP_INFO _IOWR('P', 2, struct pl_ioc_map_info)

#endif
