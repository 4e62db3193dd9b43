/*
 * The hypervisor's configuration blob: made and checked by plconf from a machine's device tree,
 * read by the hypervisor as it stands. All addresses and sizes in bytes, little endian; page = 4 KiB.
 * An index of 0xff in a uint8_t, or PL_NONE in a uint32_t, means "none".
 */
#ifndef ABI_CONFIG_H
#define ABI_CONFIG_H

#include <stddef.h>
#include <stdint.h>

#define PL_CONFIG_MAGIC	  0x464e4f434c50ull /* "PLCONF" */
#define PL_CONFIG_VERSION 4
#define PL_NONE		  0xffffffffu
#define PL_NONE8	  0xffu

#define PL_MAX_PARTITIONS 8
#define PL_MAX_CPUS	  8
#define PL_MAX_VCPUS	  4 /* per partition */
#define PL_MAX_REGIONS	  64
#define PL_MAX_IRQS	  64
#define PL_MAX_DOORBELLS  32
#define PL_MAX_UARTS	  24
#define PL_MAX_BANKS	  8
#define PL_MAX_DEVICES	  24
#define PL_MAX_LOADS	  4 /* per partition */
#define PL_MAX_MASTERS	  16
#define PL_PIRQ_COUNT	  288 /* INTIDs of the board that are served: 32 to 287 */

/* Virtual interrupt controller as every partition sees it: GICv3 at QEMU virt's addresses. */
#define PL_GICD_IPA   0x08000000ull
#define PL_GICR_IPA   0x080a0000ull /* + vCPU * 0x20000 */
#define PL_VIRQ_COUNT 128	    /* INTIDs 0 to 127 are implemented */

enum pl_restart { PL_RESTART_NEVER, PL_RESTART_ON_FAILURE, PL_RESTART_ALWAYS };

/* A file that is copied from the store (where the boot loader put it, never mapped in a partition). */
struct pl_config_load {
	uint64_t store_pa;
	uint64_t bytes;
	uint64_t ipa;
	uint64_t pa; /* where that is: within one RAM region of the partition, as plconf has checked */
};

struct pl_config_partition {
	char name[16];
	uint8_t priority; /* 0 is the highest */
	uint8_t vcpu_count;
	uint8_t restart; /* enum pl_restart */
	uint8_t load_count;
	uint8_t cpu[PL_MAX_VCPUS]; /* physical CPU of each vCPU */
	uint32_t slice_us;	   /* equal time slices among partitions of one priority; 0: FIFO */
	uint32_t budget_us;	   /* with period_us: CPU time per period; 0: unlimited */
	uint32_t period_us;
	uint32_t restart_limit; /* restarts within restart_window_ms before it stays stopped; 0: no limit */
	uint32_t restart_window_ms;
	uint32_t watchdog_ms;	    /* armed at boot; 0: armed by the partition only */
	uint32_t manager_mask;	    /* partitions that may control it and read its faults */
	uint32_t device_event_virq; /* interrupt for hosts of devices, or PL_NONE */
	uint32_t flags;		    /* PL_PARTITION_* */
	uint64_t entry_ipa;	    /* first instruction, EL1, MMU off */
	uint64_t arg;		    /* x0 at entry: address of its device tree, or 0 */
	uint64_t wait_devices;	    /* bit per device that must be ready before it boots */
	struct pl_config_load load[PL_MAX_LOADS];
	uint32_t backoff_ms; /* wait before the 2nd restart in a row, twice that before the 3rd, …; 0: none */
	uint32_t watchdog_virq; /* of the SBSA watchdog at watchdog_ipa, level */
	uint64_t watchdog_ipa;	/* control frame, then refresh frame, a page each; 0: none */
};
#define PL_PARTITION_UNCONFINED_DMA 1u /* owns bus masters that no SMMU confines, as its machine file says */
#define PL_PARTITION_OBSERVER	    2u /* the trace is mapped read-only, see trace_ipa */
#define PL_PARTITION_ABORT	    4u /* what it may not do is answered with an exception, not its restart */

enum pl_region_kind {
	PL_REGION_RAM,	  /* private memory */
	PL_REGION_BANK,	  /* the guest's or a host's mapping of a bank */
	PL_REGION_STATE,  /* a host's mapping of a bank's state pages */
	PL_REGION_DEVICE, /* real device, Device-nGnRE, its native driver */
};
#define PL_PERM_R 1
#define PL_PERM_W 2
#define PL_PERM_X 4

struct pl_config_region {
	uint8_t partition;
	uint8_t kind;	  /* enum pl_region_kind */
	uint8_t perm;	  /* PL_PERM_* */
	uint8_t scrubbed; /* 1: zeroed before each restart: RAM, and the bank that it is the guest of */
	uint32_t reserved;
	uint64_t ipa;
	uint64_t pa;
	uint64_t bytes;
};

/* A physical interrupt assigned to a partition. */
struct pl_config_irq {
	uint8_t partition;
	uint8_t level; /* 1: level-sensitive, 0: edge */
	uint16_t pirq; /* INTID */
	uint16_t virq;
	uint16_t reserved;
};

struct pl_config_doorbell {
	uint32_t from_mask; /* partitions that may ring it */
	uint8_t to;
	uint8_t state_of; /* partition + 1: rings when its state changes; 0: nobody's */
	uint16_t virq;
};

enum pl_uart_kind {
	PL_UART_CONSOLE, /* multiplexed onto the real UART */
	PL_UART_LINE,	 /* cross-connected with uart `peer` */
};
/* An emulated PL011. */
struct pl_config_uart {
	uint8_t partition;
	uint8_t kind;
	uint8_t peer;	  /* index of the other end of a line */
	uint8_t untraced; /* 1: bytes that arrive are not recorded in the trace */
	uint32_t virq;
	uint64_t ipa;
};

struct pl_config_device {
	char name[16];
	uint8_t frontend; /* partition */
	uint8_t host;	  /* partition */
	uint8_t reserved[2];
	uint32_t virq;		 /* the frontend's interrupt, edge */
	uint32_t device_id;	 /* VIRTIO device type that the host must offer */
	uint32_t reply_bound_us; /* longest wait of a frontend's waiting write; 0: default (10 ms) */
	uint64_t ipa;		 /* register page in the frontend */
	uint64_t host_ipa;	 /* struct pl_dev_host in the host */
};

/* A device that does DMA, or a PCI host with all that is behind it. */
struct pl_config_master {
	char name[16]; /* its node's */
	uint8_t partition;
	uint8_t reserved[3];
	uint32_t stream_first;	/* the streams that it has at the SMMU */
	uint32_t stream_count;	/* 0: it does not go through the SMMU, nothing confines it */
	uint32_t pci_bus_count; /* a PCI host's; 0: it is none */
	uint64_t ecam_pa;	/* configuration space of its first bus */
};

struct pl_config {
	uint64_t magic;
	uint32_t version;
	uint32_t bytes; /* sizeof(struct pl_config) */
	uint32_t partition_count, region_count, irq_count, doorbell_count;
	uint32_t uart_count, device_count;
	uint32_t cpu_count;  /* physical CPUs used */
	uint64_t hv_pool_pa; /* hypervisor's memory for tables, device pages: zero at start */
	uint64_t hv_pool_bytes;
	uint64_t trace_pa; /* cpu_count rings, trace_bytes each */
	uint64_t trace_bytes;
	uint64_t trace_ipa; /* where observers see them; 0: nowhere */
	struct pl_config_partition partition[PL_MAX_PARTITIONS];
	struct pl_config_region region[PL_MAX_REGIONS];
	struct pl_config_irq irq[PL_MAX_IRQS];
	struct pl_config_doorbell doorbell[PL_MAX_DOORBELLS];
	struct pl_config_uart uart[PL_MAX_UARTS];
	struct pl_config_device device[PL_MAX_DEVICES];
	uint64_t smmu_pa;     /* SMMUv3 that stage 2 of the masters goes through; 0: none */
	uint32_t smmu_irq[2]; /* INTIDs of its event queue and global errors */
	uint32_t master_count;
	uint32_t reserved;
	struct pl_config_master master[PL_MAX_MASTERS];
	uint64_t sum; /* pl_config_sum: the rest is as plconf has checked and written it */
};

/* FNV-1a of all before `sum`, by 64-bit words: this is on the way to the first instruction of a guest. */
static inline uint64_t pl_config_sum(const struct pl_config *c)
{
	typedef uint64_t __attribute__((may_alias)) word_t;
	const word_t *word = (const word_t *)(const void *)c;
	uint64_t sum = 0xcbf29ce484222325ull;

	for (uint32_t i = 0; i < offsetof(struct pl_config, sum) / sizeof(*word); i++)
		sum = (sum ^ word[i]) * 0x100000001b3ull;
	return sum;
}

#endif
