/*
 * The hypervisor as a device host sees it: hypercalls, and memory that it shares. The real one is
 * /dev/partyline (include/abi/ioctl.h); tests put one of their own in its place.
 */
#ifndef BACKENDS_PARTYLINED_HV_H
#define BACKENDS_PARTYLINED_HV_H

#include <stdint.h>
#include "abi/ioctl.h"

struct hv {
	/* One hypercall with x1 to x5; its result, or the error of reaching the hypervisor. Never blocks. */
	int64_t (*call)(struct hv *hv, uint64_t function, const uint64_t arg[5]);
	int fd; /* /dev/partyline: readable when something happened; -1: none */
};

#define hv_call(hv, function, ...) ((hv)->call((hv), (function), (const uint64_t[5]){__VA_ARGS__}))

/* Open the device. Negative errno, logged (-EBUSY: another partylined runs). */
int hv_open(struct hv *hv);
void hv_close(struct hv *hv);
/* What came since the last call; zeroes if nothing did. */
struct pl_wakeup hv_wakeup(struct hv *hv);
/* Describe and map bank, state or host page `index` of `kind` (enum pl_map_kind). NULL: there is none, or (logged) it cannot be mapped. */
void *hv_map(struct hv *hv, uint32_t kind, uint32_t index, struct pl_ioc_map_info *info);

#endif
