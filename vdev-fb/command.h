/* The commands of the virtual screen (VIRTIO 1.3 5.7.6), inside vdev-fb only. */
#ifndef VDEV_FB_COMMAND_H
#define VDEV_FB_COMMAND_H

#include "vdev-fb/fb.h"

/*
 * Execute the command in `chain` and write its answer; returns the bytes written. `index` is the used
 * index that the chain will be returned at. A chain that cannot even hold a header breaks the device.
 */
uint32_t fb_command_control(struct fb *fb, const struct vq_chain *chain, uint16_t index);
uint32_t fb_command_cursor(struct fb *fb, const struct vq_chain *chain);

/*
 * Resources. Each takes a request of the readable part that was copied already, and returns a response
 * type. `again`: a predecessor may have executed this very command, so that done already is done well.
 */
struct fb_resource *fb_resource_find(struct fb_state *state, uint32_t id);
uint32_t fb_resource_create(struct fb *fb, const struct virtio_gpu_resource_create_2d *cmd, bool again);
uint32_t fb_resource_unref(struct fb *fb, uint32_t id, bool again);
uint32_t fb_resource_attach(struct fb *fb, const struct virtio_gpu_resource_attach_backing *cmd,
	const struct vq_chain *chain, bool again);
uint32_t fb_resource_detach(struct fb *fb, uint32_t id, bool again);
uint32_t fb_resource_transfer(struct fb *fb, const struct virtio_gpu_transfer_to_host_2d *cmd);
/* Is r inside the resource, and not empty? */
bool fb_resource_holds(const struct fb_resource *resource, const struct virtio_gpu_rect *r);

#endif
