/*
 * Hypercalls of Partyline, made with `hvc #0` from EL1.
 *
 * Calling convention: SMCCC 1.1, 64-bit fast calls of the vendor-specific hypervisor service range
 * (owner 6). x0 = function, x1 to x5 = arguments; x0 = result, 0 or a negative errno (as int64_t);
 * calls that return more do so in x1 to x3. All other registers are preserved. PSCI (ARM DEN 0022)
 * uses its standard function numbers beside these.
 */
#ifndef ABI_HYPERCALL_H
#define ABI_HYPERCALL_H

#define PL_ABI_VERSION 1

#define PL_HVC_BASE 0xC6000000u
#define PL_HVC(n)   (PL_HVC_BASE + (n))

/* Always 0. For measurements. */
#define PL_HVC_NULL PL_HVC(0)
/* x0 = PL_ABI_VERSION, x1 = the caller's partition index, x2 = the number of partitions. */
#define PL_HVC_VERSION PL_HVC(1)
/* Ring doorbell x1 (index in the configuration). -EINVAL: no such doorbell; -EPERM: not yours to ring. */
#define PL_HVC_DOORBELL PL_HVC(2)
/* Record an event in the trace: x1 = enum pl_mark, x2 and x3 = its two values. Always 0. */
#define PL_HVC_TRACE_MARK PL_HVC(3)
/*
 * About partition x1, the field x2 (enum pl_info): value in x1. -EINVAL: no such partition or field;
 * -EPERM: another partition's, and the caller is not one of its managers.
 */
#define PL_HVC_PARTITION_INFO PL_HVC(4)
/* Stop, start or restart (x2, enum pl_control) partition x1. -EPERM unless the caller is its manager. */
#define PL_HVC_PARTITION_CONTROL PL_HVC(5)
/*
 * 24 bytes at offset x2 (multiple of 8) of the newest struct pl_fault of partition x1, in x1 to x3.
 * -ENOENT: no fault recorded; -EPERM: not its manager; -EINVAL: offset outside the record.
 */
#define PL_HVC_FAULT_READ PL_HVC(6)
/* Arm the caller's watchdog: unless called again within x1 milliseconds the partition is restarted. 0 disarms. */
#define PL_HVC_WATCHDOG PL_HVC(7)

/*
 * For hosts of virtual devices. x1 = device index (in the configuration). Each gives -EINVAL for an
 * unknown device or argument out of range and -EPERM if the caller does not host the device.
 */

/*
 * Describe the device: x2 = features offered, x3 = features the driver must accept (both 64 bits),
 * x4 = DeviceID | queue count << 32, x5 = size of the configuration area in bytes (at most 256).
 * May be called again by a restarted backend: with the same values everything is kept (status,
 * features, queues, epoch) and the frontend notices nothing; with others -EBUSY while a driver is bound.
 */
#define PL_HVC_DEV_OFFER PL_HVC(16)
/* QueueSizeMax of queue x2 is x3 (a power of two up to 1024). Before DEV_READY. */
#define PL_HVC_DEV_QUEUE_MAX PL_HVC(17)
/* Write x4 bytes (1 to 8) of x3, little endian, at offset x2 of the configuration area the frontend reads. */
#define PL_HVC_DEV_CONFIG_SET PL_HVC(18)
/* The backend serves the device from now on: it becomes visible to its frontend (DeviceID) and its waiters may boot. */
#define PL_HVC_DEV_READY PL_HVC(19)
/*
 * Set bits x3 of InterruptStatus (1: used buffer, 2: configuration change; the latter also increments
 * ConfigGeneration) and signal the frontend. x2 = epoch the backend works in; -ESTALE if a reset came since.
 */
#define PL_HVC_DEV_INTERRUPT PL_HVC(20)
/* The backend has let go of all queues of the epochs before x2; completes the reset. -ESTALE: not the current epoch. */
#define PL_HVC_DEV_RESET_DONE PL_HVC(21)
/* The configuration area answers configuration write number x2 now; lets the waiting vCPU go on. -ESTALE: too late. */
#define PL_HVC_DEV_CONFIG_DONE PL_HVC(22)
/* The backend is gone (its process ended). State stays; waiting writes complete at once from now on. */
#define PL_HVC_DEV_DOWN PL_HVC(23)
/* Latch DEVICE_NEEDS_RESET in Status and signal a configuration change. x2 = epoch; -ESTALE as above. */
#define PL_HVC_DEV_NEEDS_RESET PL_HVC(24)

enum pl_info {
	PL_INFO_STATE,			/* enum pl_partition_state */
	PL_INFO_RESTART_COUNT,		/* restarts since power-on */
	PL_INFO_CPU_TICKS,		/* time on a CPU, counter ticks */
	PL_INFO_WAKE_COUNT,		/* times it became runnable */
	PL_INFO_FAULT_COUNT,		/* faults recorded since power-on */
	PL_INFO_EXIT_COUNT,		/* exits to EL2 since power-on */
	PL_INFO_MMIO_EXIT_COUNT,	/* of these, trapped memory accesses */
	PL_INFO_VIRTIO_READ_EXIT_COUNT, /* of these, reads of a virtio-mmio register page */
};

enum pl_control { PL_CONTROL_STOP, PL_CONTROL_START, PL_CONTROL_RESTART };

enum pl_partition_state {
	PL_PARTITION_STOPPED, /* not started, or stopped for good */
	PL_PARTITION_WAITING, /* waits for its devices before it boots */
	PL_PARTITION_RUNNING,
	PL_PARTITION_RESTARTING, /* device reset, scrub and reload under way */
};

/* PSCI (DEN 0022) function numbers served. */
#define PSCI_VERSION		0x84000000u
#define PSCI_CPU_SUSPEND_64	0xC4000001u
#define PSCI_CPU_OFF		0x84000002u
#define PSCI_CPU_ON_64		0xC4000003u
#define PSCI_AFFINITY_INFO_64	0xC4000004u
#define PSCI_MIGRATE_INFO_TYPE	0x84000006u
#define PSCI_SYSTEM_OFF		0x84000008u
#define PSCI_SYSTEM_RESET	0x84000009u
#define PSCI_FEATURES		0x8400000Au
#define PSCI_SYSTEM_SUSPEND_64	0xC400000Eu
#define SMCCC_VERSION		0x80000000u
#define PSCI_NOT_SUPPORTED	(-1)
#define PSCI_INVALID_PARAMETERS (-2)
#define PSCI_DENIED		(-3)
#define PSCI_ALREADY_ON		(-4)
/* Argument of CPU_SUSPEND: the state loses the registers; execution goes on at the entry given. */
#define PSCI_SUSPEND_POWERDOWN (1u << 16)

#endif
