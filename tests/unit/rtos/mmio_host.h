/* Device registers on the host: pages of loopback devices, and a count of what was written. */
#ifndef TESTS_MMIO_HOST_H
#define TESTS_MMIO_HOST_H

#include "vdev/loopback.h"

#define MMIO_HOST_PAGES	  2
#define MMIO_HOST_BASE(n) (0x0a000000ull + (n) * 0x1000ull)

extern struct loopback mmio_host_page[MMIO_HOST_PAGES];
extern bool mmio_host_absent[MMIO_HOST_PAGES]; /* reads as no device */
extern unsigned mmio_host_waiting_writes;      /* Status = 0 and configuration writes, all pages */

#endif
