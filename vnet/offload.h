/* Checksums and segments made here, for receivers that do not make their own. For vnet's own files. */
#ifndef VNET_OFFLOAD_H
#define VNET_OFFLOAD_H

#include "vnet/vnet.h"

/* Ones' complement sum (RFC 1071) of `bytes` at `data`, added to `sum`; the next bytes have an even place if `bytes` is even. */
uint32_t sum_add(uint32_t sum, const void *data, uint32_t bytes);
uint16_t sum_fold(uint32_t sum);

/* Can the receiver take the frame as it is, or must checksum or segments be made? */
bool offload_sum_needed(const struct vnet_frame *frame, uint64_t features);
bool offload_segments_needed(const struct vnet_frame *frame, uint64_t features);
/* The checksum that the frame's header asks for, put into its local copy. */
void offload_sum(struct vnet_frame *frame);

/* One segment of a large TCP frame after the other, each a frame of its own with its checksum. */
struct vnet_segments {
	struct vnet_frame frame; /* the current one */
	uint32_t payload_at;	 /* in the whole */
	uint16_t number;
	uint16_t ip_id;
	uint32_t sequence;
};
void segments_begin(struct vnet_segments *s, const struct vnet_frame *whole);
bool segments_next(struct vnet_segments *s, const struct vnet_frame *whole);

#endif
