/* Which emulated device an address or a hypercall is for. */
#include "hv/core/console.h"
#include "hv/core/vmmio.h"
#include "hv/core/vuart.h"

#define PAGE_SHIFT 12
#define PAGE_MASK  0xfffu

/* One emulated page of a partition. Register pages come first: their writes are the hot ones. */
struct page {
	uint64_t number;      /* IPA >> PAGE_SHIFT */
	struct vmmio *device; /* one of the two */
	struct vuart *uart;
};

static struct page *pages; /* as many as there are devices and UARTs */
static struct {
	uint32_t first, count;
} pages_of[PL_MAX_PARTITIONS];

static struct page *find(uint32_t partition, uint64_t number)
{
	struct page *p = &pages[pages_of[partition].first];

	for (uint32_t i = pages_of[partition].count; i > 0; i--, p++)
		if (p->number == number)
			return p;
	return NULL;
}

int mmio_handle(struct vcpu *v, struct mmio *m)
{
	const struct page *p = find(partition_index(vcpu_partition(v)), m->ipa.v >> PAGE_SHIFT);
	uint32_t offset = (uint32_t)(m->ipa.v & PAGE_MASK);
	int ret;

	if (!p)
		return -ENODEV;
	if (p->device && !m->write)
		partition_virtio_read_exit(vcpu_partition(v));
	ret = p->device ? vmmio_access(p->device, v, offset, m) : vuart_access(p->uart, offset, m);
	if (ret == 0)
		return 0;
	m->value = 0;
	partition_fault(v, PL_FAULT_DEVICE_ACCESS, m->ipa, false);
	return ret;
}

static int doorbell_ring(uint32_t from, uint64_t number)
{
	const struct pl_config *c = hv_config();
	const struct pl_config_doorbell *bell;

	if (number >= c->doorbell_count)
		return -EINVAL;
	bell = &c->doorbell[number];
	if (!(bell->from_mask >> from & 1))
		return -EPERM;
	trace_event(PL_TRACE_DOORBELL, (uint8_t)from, (uint32_t)number, bell->to, 0);
	vgic_pulse(partition_get(bell->to), bell->virq);
	return 0;
}

int64_t hypercall_devices(struct vcpu *v, uint32_t function, uint64_t arg[6])
{
	struct partition *caller = vcpu_partition(v);

	switch (function) {
	case PL_HVC_DOORBELL: return doorbell_ring(partition_index(caller), arg[1]);
	case PL_HVC_TRACE_MARK:
		trace_event(
			PL_TRACE_MARK, (uint8_t)partition_index(caller), (uint32_t)arg[1], arg[2], arg[3]);
		return 0;
	default: break;
	}
	if (function < PL_HVC_DEV_OFFER || function > PL_HVC_DEV_NEEDS_RESET)
		return -ENOSYS;
	return vmmio_host_call(caller, function, arg);
}

static void pages_init(const struct pl_config *c)
{
	uint32_t n = 0;

	pages = pool_alloc((c->device_count + c->uart_count) * sizeof(*pages));
	for (uint32_t p = 0; p < c->partition_count; p++) {
		pages_of[p].first = n;
		for (uint32_t i = 0; i < c->device_count; i++)
			if (c->device[i].frontend == p)
				pages[n++] =
					(struct page){c->device[i].ipa >> PAGE_SHIFT, vmmio_get(i), NULL};
		for (uint32_t i = 0; i < c->uart_count; i++)
			if (c->uart[i].partition == p)
				pages[n++] = (struct page){c->uart[i].ipa >> PAGE_SHIFT, NULL, vuart_get(i)};
		pages_of[p].count = n - pages_of[p].first;
	}
}

void devices_init(const struct pl_config *c)
{
	trace_init(c);
	console_init(c);
	vuart_init(c);
	vmmio_init(c);
	pages_init(c);
}
