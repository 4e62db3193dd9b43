/*
 * A virtual screen and the driver's side of it in one process, over the loopback transport.
 * The bank holds the two rings, one request and one answer, and a pool for pictures.
 */
#ifndef TESTS_UNIT_FB_RIG_H
#define TESTS_UNIT_FB_RIG_H

#include "tests/unit/expect.h"
#include "vdev/loopback.h"
#include "vdev-fb/fb.h"

#define RIG_BANK_BYTES (8u << 20)
#define RIG_GUEST_BASE 0x7c000000ull
#define RIG_POOL_ADDR  (RIG_GUEST_BASE + (1u << 20)) /* guest address of memory for pictures */
#define RIG_WIDTH      480u
#define RIG_HEIGHT     800u

struct rig {
	struct fb fb;
	struct loopback loopback;
	struct vmem memory;
	struct vq control, cursor;			   /* the driver's side */
	uint32_t scanout_count, flush_count, cursor_count; /* events seen */
	struct fb_rect flushed;				   /* newest flush */
	uint32_t interrupts;				   /* taken so far */
	char log[256];					   /* newest line */
	uint32_t log_count;
};

extern struct rig rig;
extern const struct fb_events rig_events;

/* A device with a live driver, everything zero before. */
void rig_start(void);
/* The driver's part of rig_start: negotiation, queues, DRIVER_OK. */
void rig_driver(uint64_t features);
/* The backend's process ends, and another one takes over with what is in the state page. */
void rig_restart_backend(void);
/* The other process alone; its device is rig.fb again. */
void rig_backend_down(void);
void rig_backend_up(void);

/* Send a request in two parts (the second may be NULL); its answer's type, or 0 if none came. */
uint32_t rig_send(struct vq *vq, const void *request, uint32_t bytes, const void *more, uint32_t more_bytes,
	void *answer, uint32_t answer_bytes);
/* As rig_send, on the control queue, header-only answer. */
uint32_t rig_command(const void *request, uint32_t bytes);
/* Put it into the ring without letting the device look. */
void rig_queue(const void *request, uint32_t bytes);

uint32_t rig_create(uint32_t id, uint32_t format, uint32_t width, uint32_t height);
uint32_t rig_attach(uint32_t id, const struct virtio_gpu_mem_entry *entry, uint32_t count);
uint32_t rig_scanout(uint32_t id, uint32_t x, uint32_t y, uint32_t width, uint32_t height);
uint32_t rig_flush(uint32_t id, uint32_t x, uint32_t y, uint32_t width, uint32_t height);
uint32_t rig_transfer(uint32_t id, uint64_t offset, uint32_t x, uint32_t y, uint32_t width, uint32_t height);
uint32_t rig_ref(uint32_t type, uint32_t id);
uint32_t rig_cursor(uint32_t type, uint32_t id, uint32_t x, uint32_t y, uint32_t hot_x, uint32_t hot_y);
/* A resource with one backing entry at `addr`, which has to be large enough. */
void rig_picture(uint32_t id, uint32_t format, uint32_t width, uint32_t height, uint64_t addr);
/* The bank, as the device sees it. */
uint32_t *rig_pixels(uint64_t addr);

#endif
