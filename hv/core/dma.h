/*
 * Bus masters of partitions: each sees what its partition sees, through the SMMU and the partition's own
 * stage-2 tables, and nothing at all while its partition does not run.
 *
 *   power-on       every stream aborts
 *   dma_open       a loaded partition's streams are translated, before it boots
 *   dma_silence    a partition that ended: streams abort, bus mastering off, functions and secondary
 *                  buses reset; before its interrupts are cleared and its memory is scrubbed
 *
 * Several CPUs: smmu_set shares one command queue.
 */
#ifndef HV_CORE_DMA_H
#define HV_CORE_DMA_H

#include "hv/core/types.h"

/* After partitions_init. */
void dma_init(void);
/* -EPERM (logged): p drives a bus master that nothing confines, and its configuration does not say so in words. */
int dma_open(struct partition *p);
/* The first thing to happen to a partition's devices when it ends; takes a few hundred instructions. */
void dma_close(struct partition *p);
/* One slice of the rest, counted by *step from 0. DMA_PAUSE: the next one is due in DMA_PAUSE_US. */
enum dma_progress { DMA_WORKING, DMA_PAUSE, DMA_SILENT };
#define DMA_PAUSE_US 1000u /* Trst, PCI 4.3.2 */
enum dma_progress dma_silence(struct partition *p, uint32_t *step);
/* Is intid the SMMU's? Then it is served: one fault is recorded, more of them a little later. */
bool dma_interrupt(uint32_t intid);

/*
 * pci.c: slot `slot`, counted through all buses of an ECAM (PCI Express 7.2.2).
 */
#define PCI_SLOT_COUNT 32u /* of a bus */
enum pci_action {
	PCI_SILENCE,   /* bus mastering, decoding and interrupts off; functions that can are reset */
	PCI_BUS_RESET, /* the buses behind a bridge there go into reset */
	PCI_BUS_GO,    /* and, when Trst has passed, out of it */
};
void pci_slot(uint64_t ecam_pa, uint32_t slot, enum pci_action action);

/*
 * arch/…/smmu.c: one SMMU that walks stage-2 tables. Streams that nobody was given abort, and are reported.
 */
#define SMMU_STREAM_BLOCK 64u /* streams are given away in blocks of so many */
#define SMMU_STREAM_COUNT 65536u

enum smmu_state {
	SMMU_ABORT,	/* without a word */
	SMMU_TRANSLATE, /* faults are reported */
	SMMU_QUIET,	/* translated; faults abort without a word */
};

struct smmu_event {
	uint32_t stream;
	uint32_t type; /* IHI 0070 7.3 */
	uint64_t address;
};

/* Everything aborts from here on. -ENODEV: it does not walk stage-2 tables as they are; -ETIMEDOUT. */
int smmu_init(uint64_t pa);
/* Streams first to first + count - 1 are partition's; they abort until smmu_set. -EINVAL: not whole blocks. */
int smmu_assign(uint32_t partition, uint32_t first, uint32_t count);
/* All of a partition's streams at once. Done when it returns: no access under the old state is under way. */
int smmu_set(uint32_t partition, enum smmu_state state, uint64_t vttbr);
/* The oldest event not yet told. At most SMMU_EVENT_COUNT are kept, *lost says if more came. */
#define SMMU_EVENT_COUNT 8u
bool smmu_event(struct smmu_event *e, bool *lost);
#define SMMU_EVENTS_LOST 4u /* of smmu_error: EVENTQ_ABT_ERR */
/* What went wrong with the SMMU itself (SMMU_GERROR), 0: nothing. Acknowledged. */
uint32_t smmu_error(void);

#endif
