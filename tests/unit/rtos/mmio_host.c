#include <stdlib.h>
#include "abi/virtio_mmio.h"
#include "frontends/rtos/mmio.h"
#include "tests/unit/rtos/mmio_host.h"

struct loopback mmio_host_page[MMIO_HOST_PAGES];
bool mmio_host_absent[MMIO_HOST_PAGES];
unsigned mmio_host_waiting_writes;

static unsigned page_of(uint64_t addr)
{
	uint64_t page = (addr - MMIO_HOST_BASE(0)) / 0x1000;

	/* An address that is no device's would be a fault on the machine. */
	if (addr < MMIO_HOST_BASE(0) || page >= MMIO_HOST_PAGES)
		abort();
	return (unsigned)page;
}

uint32_t mmio_read32(uint64_t addr)
{
	unsigned page = page_of(addr);
	uint32_t offset = (uint32_t)(addr & 0xfff);

	if (mmio_host_absent[page] && offset == VIRTIO_MMIO_DEVICE_ID)
		return 0;
	return loopback_read(&mmio_host_page[page], offset);
}

void mmio_write32(uint64_t addr, uint32_t value)
{
	uint32_t offset = (uint32_t)(addr & 0xfff);

	mmio_host_waiting_writes += offset >= VIRTIO_MMIO_CONFIG || (offset == VIRTIO_MMIO_STATUS && !value);
	loopback_write(&mmio_host_page[page_of(addr)], offset, value, 4);
}

void mmio_write64(uint64_t addr, uint64_t value)
{
	(void)addr;
	(void)value;
	abort(); /* no virtio register has 64 bits */
}

void mmio_barrier(void)
{
}
