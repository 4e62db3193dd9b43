/*
 * partyline.ko: lets partylined, a process of the I/O domain, map banks and wait for events.
 * Nothing else of Partyline runs in a kernel. The interface is include/abi/ioctl.h.
 *
 *   tree.c    what the device tree says there is to map
 *   wakeup.c  interrupts, and the read and poll that wait for them
 *   main.c    the device file, hypercalls, the platform driver
 */
#ifndef PARTYLINE_H
#define PARTYLINE_H

#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/platform_device.h>
#include <linux/poll.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include <abi/hypercall.h>
#include <abi/ioctl.h>

#define MAX_MAPS 48

/* Written at probe, read-only after it. */
struct map_table {
	unsigned int count;
	struct pl_ioc_map_info map[MAX_MAPS];
};

struct wakeup {
	wait_queue_head_t queue;
	spinlock_t lock; /* protects pending, taken in interrupts */
	struct pl_wakeup pending;
};

struct partyline {
	struct device *dev;
	struct miscdevice misc;
	unsigned long open; /* bit 0: somebody has the file open */
	struct map_table maps;
	struct wakeup wakeup;
};

/* Fills the table from the node `partyline,host`; docs/configuration.md has the binding. */
int tree_read(struct device *dev, struct map_table *maps);
/* The entry of that kind and index, or NULL. */
const struct pl_ioc_map_info *tree_find(const struct map_table *maps, u32 kind, u32 index);

/* Requests the node's interrupts: the first is device-event, each further one a doorbell. */
int wakeup_init(struct wakeup *w, struct platform_device *pdev);
ssize_t wakeup_read(struct wakeup *w, struct file *file, char __user *buffer, size_t bytes);
__poll_t wakeup_poll(struct wakeup *w, struct file *file, poll_table *wait);

#endif
