#include "hv/core/wdt.h"

#include "hv/core/partition.h"

/* Offsets from the control frame; the refresh frame is the next page. */
/* clang-format off */
enum { WCS = 0x000, WOR = 0x008, WOR_HIGH = 0x00c, WCV = 0x010, WCV_HIGH = 0x014, IIDR = 0xfcc, WRR = 0x1000,
       REFRESH_IIDR = 0x1fcc };
/* clang-format on */
#define WCS_EN	  1u
#define WCS_WS0	  2u
#define WOR_TICKS 0xffffffffffffull /* 48 bits */

static void time_out(struct hv_timer *t)
{
	struct partition *p = (struct partition *)((char *)t - offsetof(struct partition, wdt.timer));
	struct wdt *w = &p->wdt;

	cold_lock();
	if (w->ws0) {
		partition_fault(&p->vcpu[0], PL_FAULT_WATCHDOG, ipa(0), true);
	} else {
		w->ws0 = true;
		vgic_set_level(p, p->config->watchdog_virq, true);
		w->compare = time_now() + w->offset;
		hv_timer_arm(t, w->compare);
	}
	cold_unlock();
}

/* An explicit refresh: both signals go, time begins anew. */
static void refresh(struct partition *p)
{
	struct wdt *w = &p->wdt;

	w->ws0 = false;
	vgic_set_level(p, p->config->watchdog_virq, false);
	hv_timer_cancel(&w->timer);
	w->compare = time_now() + w->offset;
	w->timer.fire = time_out;
	if (w->enabled)
		hv_timer_arm(&w->timer, w->compare);
}

void wdt_reset(struct partition *p)
{
	hv_timer_cancel(&p->wdt.timer);
	p->wdt.enabled = p->wdt.ws0 = false;
	p->wdt.offset = p->wdt.compare = 0;
}

bool wdt_owns(const struct partition *p, ipa_t where)
{
	return p->config->watchdog_ipa && where.v - p->config->watchdog_ipa < WDT_BYTES;
}

static int wdt_read(const struct wdt *w, uint32_t offset, uint64_t *value)
{
	switch (offset) {
	case WCS: *value = (w->enabled ? WCS_EN : 0) | (w->ws0 ? WCS_WS0 : 0); break;
	case WOR: *value = (uint32_t)w->offset; break;
	case WOR_HIGH: *value = w->offset >> 32; break;
	case WCV: *value = (uint32_t)w->compare; break;
	case WCV_HIGH: *value = w->compare >> 32; break;
	case IIDR: /* version 0, no implementer */
	case REFRESH_IIDR:
	case WRR: *value = 0; break;
	default: return -EINVAL;
	}
	return 0;
}

static int wdt_write(struct partition *p, uint32_t offset, uint64_t value)
{
	struct wdt *w = &p->wdt;

	switch (offset) {
	case WCS: w->enabled = value & WCS_EN; break;
	case WOR: w->offset = (w->offset & ~0xffffffffull) | (uint32_t)value; break;
	case WOR_HIGH: w->offset = (value << 32 | (uint32_t)w->offset) & WOR_TICKS; break;
	case WRR: break;
	default: return -EINVAL;
	}
	refresh(p);
	return 0;
}

int wdt_access(struct partition *p, struct mmio *m)
{
	uint32_t offset = (uint32_t)(m->ipa.v - p->config->watchdog_ipa);
	int ret;

	if (m->bytes != 4 || offset % 4)
		return -EINVAL;
	cold_lock();
	ret = m->write ? wdt_write(p, offset, m->value) : wdt_read(&p->wdt, offset, &m->value);
	cold_unlock();
	return ret;
}
