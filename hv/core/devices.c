/* Which emulated device an address is of; doorbells and marks. */
#include "hv/core/console.h"
#include "hv/core/partition.h"
#include "hv/core/vmmio.h"

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

static const struct page *find(const struct partition *owner, ipa_t where)
{
	const struct page *p = &pages[pages_of[owner->index].first];
	uint64_t number = where.v >> PAGE_SHIFT;

	for (uint32_t i = pages_of[owner->index].count; i > 0; i--, p++)
		if (p->number == number)
			return p;
	return NULL;
}

bool mmio_owns(const struct partition *p, ipa_t where)
{
	return find(p, where);
}

int mmio_handle(struct vcpu *v, struct mmio *m)
{
	const struct page *p = find(v->partition, m->ipa);
	uint32_t offset = (uint32_t)(m->ipa.v & PAGE_MASK);
	int ret;

	if (!p)
		return -ENODEV;
	if (p->device && !m->write)
		v->partition->virtio_read_exit_count++;
	ret = p->device ? vmmio_access(p->device, v, offset, m) : vuart_access(p->uart, offset, m);
	if (ret == 0)
		return 0;
	m->value = 0;
	partition_fault(v, PL_FAULT_DEVICE_ACCESS, m->ipa, false);
	return ret;
}

int64_t doorbell_ring(const struct partition *from, uint64_t number)
{
	const struct pl_config_doorbell *bell;

	if (number >= hv_config()->doorbell_count)
		return -EINVAL;
	bell = &hv_config()->doorbell[number];
	if (!(bell->from_mask >> from->index & 1))
		return -EPERM;
	trace_event(PL_TRACE_DOORBELL, from->index, (uint32_t)number, bell->to, 0);
	vgic_pulse(partition_get(bell->to), bell->virq);
	return 0;
}

int64_t trace_mark(const struct partition *by, const uint64_t *x)
{
	trace_event(PL_TRACE_MARK, by->index, (uint32_t)x[1], x[2], x[3]);
	return 0;
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
