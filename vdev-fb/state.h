/*
 * What a virtual GPU must not lose with the process that serves it.
 *
 * Written by the device alone, in memory that its frontend cannot reach (a state page of the bank), read
 * again by the device when its process was restarted. It describes itself: a state of another magic,
 * version or size is no state, and the device starts empty. Nothing here is a pointer; guest addresses
 * are looked up in the bank again at every use.
 *
 * A resource exists once its id is not 0: the id is written last when it is made, cleared first when it goes.
 */
#ifndef VDEV_FB_STATE_H
#define VDEV_FB_STATE_H

#include <stdint.h>

#define FB_STATE_MAGIC	 0x54534246u /* "FBST" */
#define FB_STATE_VERSION 1
#define FB_RESOURCE_MAX	 64
#define FB_ENTRY_MAX	 1024 /* of one resource: 4 MiB in single pages */
#define FB_DIM_MAX	 8192 /* of a resource, in pixels */

struct fb_backing {
	uint64_t addr;	/* guest address, multiple of 4 */
	uint32_t bytes; /* multiple of 4, not 0 */
	uint32_t reserved;
};

struct fb_resource {
	uint32_t id;	 /* 0: free */
	uint32_t format; /* enum virtio_gpu_format */
	uint32_t width, height;
	uint64_t base;	      /* offset of pixel (0, 0) in the backing */
	uint32_t entry_count; /* 0: no backing */
	uint32_t reserved;
	struct fb_backing entry[FB_ENTRY_MAX];
};

struct fb_scanout_state {
	uint32_t resource_id;	      /* 0: off */
	uint32_t x, y, width, height; /* part of the resource that is shown */
};

struct fb_cursor_state {
	uint32_t resource_id; /* 0: hidden */
	int32_t x, y;	      /* position of the hot spot on the scanout */
	uint32_t hot_x, hot_y;
};

#define FB_BEGUN 0x80000000u
struct fb_state {
	uint32_t magic;
	uint32_t version;
	uint32_t bytes; /* sizeof(struct fb_state) */
	uint32_t epoch; /* of the driver whose resources these are */
	uint32_t begun; /* FB_BEGUN | used index of the control command executed last, done or not */
	struct fb_scanout_state scanout;
	struct fb_cursor_state cursor;
	uint32_t reserved;
	struct fb_resource resource[FB_RESOURCE_MAX];
};

#endif
