#include "hv/core/restart.h"

#include "hv/core/partition.h"

#define SCRUB_SLICE_BYTES     8192u
#define LOAD_SLICE_BYTES      4096u
#define BACKOFF_QUIET_MS      60000u
#define BACKOFF_DOUBLINGS_MAX 6u

bool restart_pending(const struct partition *p)
{
	return p->restart.phase > PL_PHASE_DEVICES;
}

/*
 * The first restart for a while is immediate; each that follows within BACKOFF_QUIET_MS waits twice as long
 * as the one before.
 */
static void backoff_count(struct partition *p, uint64_t now)
{
	uint64_t unit = time_hz() / 1000 * p->config->backoff_ms;
	uint32_t doublings;

	if (now - p->restart.newest > time_hz() / 1000 * BACKOFF_QUIET_MS)
		p->restart.streak = 0;
	doublings = p->restart.streak - 1;
	if (doublings > BACKOFF_DOUBLINGS_MAX)
		doublings = BACKOFF_DOUBLINGS_MAX;
	p->restart.wait = p->restart.streak ? unit << doublings : 0;
	p->restart.newest = now;
	p->restart.streak++;
}

bool restart_allowed(struct partition *p)
{
	const struct pl_config_partition *c = p->config;
	uint64_t now = time_now(), window = time_hz() / 1000 * c->restart_window_ms;

	backoff_count(p, now);
	if (!c->restart_limit)
		return true;
	if (now - p->restart.window_start > window) {
		p->restart.window_start = now;
		p->restart.window_count = 0;
	}
	if (p->restart.window_count >= c->restart_limit)
		return false;
	p->restart.window_count++;
	return true;
}

static void phase_enter(struct partition *p, enum pl_trace_phase phase)
{
	p->restart.phase = phase;
	trace_event(PL_TRACE_RESTART, p->index, phase, p->generation, 0);
	p->restart.item = 0;
	p->restart.offset = 0;
	if (restart_pending(p))
		vcpu_wake(&p->vcpu[0], VCPU_OFF);
}

void restart_first(struct partition *p)
{
	p->restart.start = true;
	partition_set_state(p, PL_PARTITION_RESTARTING);
	phase_enter(p, PL_PHASE_LOAD);
}

void restart_begin(struct partition *p, bool start)
{
	partition_halt(p);
	dma_close(p);
	p->restart.start = start;
	p->generation += start;
	partition_set_state(p, start ? PL_PARTITION_RESTARTING : PL_PARTITION_STOPPED);
	hv_log("partition %s: %s", p->config->name, start ? "restarting" : "stopped");
	phase_enter(p, PL_PHASE_HALT);
}

static void pause_end(struct hv_timer *t)
{
	struct partition *p = (struct partition *)((char *)t - offsetof(struct partition, restart.pause));

	vcpu_wake(&p->vcpu[0], VCPU_OFF);
}

static void pause_begin(struct partition *p)
{
	/* One that an earlier order left armed is moved: each restart comes by here. */
	p->restart.pause.fire = pause_end;
	hv_timer_arm(&p->restart.pause, time_now() + time_hz() / 1000 * DMA_PAUSE_US / 1000);
	vcpu_sleep(&p->vcpu[0], VCPU_OFF);
}

/* Real devices first: until they are silent they could still write into banks that others use. Then the virtual ones, one a step. */
static void silence_step(struct partition *p)
{
	enum dma_progress progress = dma_silence(p, &p->restart.item);

	if (progress == DMA_PAUSE)
		pause_begin(p);
	if (progress != DMA_SILENT)
		return;
	cold_lock();
	if (p->restart.offset == 0) {
		vuart_partition_reset(p);
		vmmio_host_down(p);
	}
	if (!vmmio_partition_reset(p, (uint32_t)p->restart.offset++)) {
		phase_enter(p, PL_PHASE_DEVICES);
		vcpu_sleep(&p->vcpu[0], VCPU_OFF);
		vmmio_partition_look(p);
	}
	cold_unlock();
}

/* Nobody writes into its memory any more: its interrupts can be cleared for good, then the memory. */
void partition_devices_reset(struct partition *p)
{
	if (!partition_is_here(p)) {
		mail_partition(p, MAIL_SILENT);
		return;
	}
	if (p->restart.phase != PL_PHASE_DEVICES)
		return;
	vgic_reset(p);
	irq_partition_reset(p);
	phase_enter(p, p->restart.start ? PL_PHASE_SCRUB : PL_PHASE_NONE);
}

/* `slice` more bytes of an item of `bytes` are done. */
static void slice_advance(struct restart *r, uint64_t slice, uint64_t bytes)
{
	r->offset += slice;
	if (r->offset >= bytes) {
		r->item++;
		r->offset = 0;
	}
}

static void scrub_step(struct partition *p)
{
	const struct pl_config *c = hv_config();
	struct restart *r = &p->restart;
	const struct pl_config_region *region;
	uint64_t bytes;

	while (r->item < c->region_count &&
		!(c->region[r->item].partition == p->index && c->region[r->item].scrubbed))
		r->item++;
	if (r->item == c->region_count) {
		phase_enter(p, PL_PHASE_LOAD);
		return;
	}
	region = &c->region[r->item];
	bytes = region->bytes - r->offset < SCRUB_SLICE_BYTES ? region->bytes - r->offset : SCRUB_SLICE_BYTES;
	arch_scrub(hv_ptr(paddr(region->pa + r->offset)), bytes);
	slice_advance(r, bytes, region->bytes);
}

void restart_start(struct partition *p)
{
	phase_enter(p, PL_PHASE_START);
}

/* Boot, but not so soon after it failed for the last time. */
static void start_step(struct partition *p)
{
	uint64_t due = p->restart.newest + p->restart.wait;

	phase_enter(p, PL_PHASE_NONE);
	if (!p->restart.wait || due <= time_now()) {
		partition_boot(p);
		return;
	}
	vcpu_sleep(&p->vcpu[0], VCPU_OFF);
	hv_timer_arm(&p->backoff, due);
}

static void load_end(struct partition *p)
{
	arch_icache_flush();
	arch_tlb_flush_all();
	if (dma_open(p) == 0) {
		restart_start(p);
		return;
	}
	phase_enter(p, PL_PHASE_NONE);
	partition_set_state(p, PL_PARTITION_STOPPED);
	vcpu_sleep(&p->vcpu[0], VCPU_OFF);
}

static void load_step(struct partition *p)
{
	struct restart *r = &p->restart;
	const struct pl_config_load *l = &p->config->load[r->item];
	uint64_t bytes;

	if (r->item >= p->config->load_count) {
		load_end(p);
		return;
	}
	bytes = l->bytes - r->offset < LOAD_SLICE_BYTES ? l->bytes - r->offset : LOAD_SLICE_BYTES;
	arch_copy(hv_ptr(paddr(l->pa + r->offset)), hv_ptr(paddr(l->store_pa + r->offset)), bytes);
	slice_advance(r, bytes, l->bytes);
}

void restart_step(struct partition *p)
{
	switch (p->restart.phase) {
	case PL_PHASE_HALT:
		if (partition_is_halted(p))
			phase_enter(p, PL_PHASE_SILENCE);
		break;
	case PL_PHASE_SILENCE: silence_step(p); break;
	case PL_PHASE_SCRUB: scrub_step(p); break;
	case PL_PHASE_LOAD: load_step(p); break;
	case PL_PHASE_START: start_step(p); break;
	default: break;
	}
}
