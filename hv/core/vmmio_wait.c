/* Writes that wait for the backend, and resets: the driver's own and those of a partition's restart. */
#include "hv/core/vmmio.h"
#include "hv/core/lock.h"

enum { REQUESTED, DONE, GAVE_UP }; /* as the trace has them */

static struct restart {
	struct hv_timer bound;
	uint32_t pending; /* devices that have not confirmed */
} restarts[PL_MAX_PARTITIONS];

static void trace_reset(const struct vmmio *d, uint64_t what)
{
	trace_event(PL_TRACE_DEV_RESET, d->frontend_index, d->index, d->view->epoch, what);
}

static void trace_config(const struct vmmio *d, uint64_t what)
{
	trace_event(PL_TRACE_DEV_CONFIG, d->frontend_index, d->index, d->view->config_offset, what);
}

static void wait_begin(struct vmmio *d, struct vcpu *v, enum vmmio_wait wait)
{
	uint64_t us = d->config->reply_bound_us ? d->config->reply_bound_us : VMMIO_REPLY_BOUND_US;

	d->wait = wait;
	d->waiter = v;
	hv_timer_arm(&d->bound, time_now() + time_hz() * us / 1000000);
	vcpu_block(v);
}

/* Nobody waits any more; the vCPU goes on unless its partition is on its way down. */
static void wait_end(struct vmmio *d, bool resume)
{
	struct vcpu *v = d->waiter;

	d->wait = WAIT_NONE;
	d->waiter = NULL;
	if (d->bound.armed)
		hv_timer_cancel(&d->bound);
	if (v && resume)
		vcpu_resume(v);
}

/* The answer that did not come: zeroes, which every driver takes for "nothing there" (5.8.5: size 0). */
static void config_give_up(struct vmmio *d)
{
	volatile uint32_t *area = &d->page[VIRTIO_MMIO_CONFIG / 4];

	for (uint32_t i = 0; i < PL_DEV_CONFIG_MAX / 4; i++)
		area[i] = 0;
	arch_publish((const void *)area, PL_DEV_CONFIG_MAX);
	vmmio_config_changed(d);
	d->view->config_done = d->view->config_seq;
	trace_config(d, GAVE_UP);
	vmmio_host_event(d);
}

static void reset_finish(struct vmmio *d, uint64_t how)
{
	vmmio_reg_set(d, VIRTIO_MMIO_STATUS, 0);
	trace_reset(d, how);
}

static void wait_give_up(struct vmmio *d, bool resume)
{
	if (d->wait == WAIT_CONFIG)
		config_give_up(d);
	if (d->wait == WAIT_RESET)
		reset_finish(d, GAVE_UP);
	wait_end(d, resume);
}

static void bound_fire(struct hv_timer *t)
{
	struct vmmio *d = (struct vmmio *)(void *)((char *)t - offsetof(struct vmmio, bound));

	cold_lock();
	if (d->wait != WAIT_NONE) {
		hv_log("device %s: its host did not answer a %s in time", d->config->name,
			d->wait == WAIT_CONFIG ? "configuration write" : "reset");
		wait_give_up(d, true);
	}
	cold_unlock();
}

int vmmio_config_write(struct vmmio *d, struct vcpu *v, uint32_t offset, const struct mmio *m)
{
	struct pl_dev_host *view = d->view;

	if (m->bytes > d->config_bytes || offset > d->config_bytes - m->bytes)
		return -EINVAL;
	wait_give_up(d, true); /* another vCPU's, if any: one write at a time */
	view->config_seq++;
	view->config_offset = offset;
	view->config_bytes = m->bytes;
	view->config_value = m->bytes < 8 ? m->value & ((1ull << (8 * m->bytes)) - 1) : m->value;
	trace_config(d, REQUESTED);
	if (!d->up) {
		config_give_up(d);
		return 0;
	}
	vmmio_host_event(d);
	wait_begin(d, v, WAIT_CONFIG);
	return 0;
}

void vmmio_config_done(struct vmmio *d)
{
	d->view->config_done = d->view->config_seq;
	trace_config(d, DONE);
	wait_end(d, true);
}

/* The backend may hold on to something: a driver was bound, or an earlier reset was never confirmed. */
static bool is_live(const struct vmmio *d)
{
	const struct pl_dev_host *view = d->view;

	if (view->status != 0 || view->reset_done != view->epoch)
		return true;
	for (uint32_t i = 0; i < view->queue_count; i++)
		if (view->queue[i].ready)
			return true;
	return false;
}

/* All that a reset clears (2.4, 4.2.3.1) but the Status register, which says that it is complete. */
static void clear(struct vmmio *d)
{
	struct pl_dev_host *view = d->view;

	for (uint32_t i = 0; i < PL_DEV_QUEUE_MAX; i++) {
		struct pl_dev_queue *q = &view->queue[i];

		q->ready = q->num = 0;
		q->desc = q->driver = q->device = 0;
	}
	view->status = 0;
	view->driver_features = d->driver_features = 0;
	d->device_sel = d->driver_sel = d->queue_sel = 0;
	vmmio_reg_set(d, VIRTIO_MMIO_INTERRUPT_STATUS, 0);
	vmmio_show_selected(d);
}

static void request_reset(struct vmmio *d)
{
	clear(d);
	d->view->epoch++;
	trace_reset(d, REQUESTED);
	vmmio_host_event(d);
}

void vmmio_driver_reset(struct vmmio *d, struct vcpu *v)
{
	wait_give_up(d, true);
	if (!is_live(d)) {
		clear(d);
		return;
	}
	request_reset(d);
	if (d->up)
		wait_begin(d, v, WAIT_RESET);
	else
		reset_finish(d, GAVE_UP);
}

/* d's host has confirmed, or nobody waits for it any more. */
static void restart_confirm(struct vmmio *d, uint64_t how)
{
	struct restart *r = &restarts[d->frontend_index];

	if (!d->restart_waits)
		return;
	d->restart_waits = false;
	reset_finish(d, how);
	if (--r->pending > 0)
		return;
	if (r->bound.armed)
		hv_timer_cancel(&r->bound);
	partition_devices_reset(d->frontend);
}

void vmmio_reset_done(struct vmmio *d)
{
	d->view->reset_done = d->view->epoch;
	if (d->wait == WAIT_RESET) {
		reset_finish(d, DONE);
		wait_end(d, true);
	}
	restart_confirm(d, DONE);
}

void vmmio_down(struct vmmio *d)
{
	d->up = false;
	wait_give_up(d, true);
	restart_confirm(d, GAVE_UP);
}

static void restart_fire(struct hv_timer *t)
{
	uint32_t partition = (uint32_t)((struct restart *)(void *)t - restarts);
	struct vmmio *d;

	cold_lock();
	for (uint32_t i = 0; (d = vmmio_get(i)) != NULL; i++) {
		if (d->frontend_index != partition || !d->restart_waits)
			continue;
		hv_log("device %s: its host did not confirm the reset in %u ms", d->config->name,
			VMMIO_RESTART_BOUND_MS);
		restart_confirm(d, GAVE_UP);
	}
	cold_unlock();
}

/* Begin d's part of its frontend's restart. True: its host has to confirm. */
static bool restart_begin(struct vmmio *d)
{
	wait_give_up(d, false);
	d->view->frontend_generation++;
	request_reset(d);
	d->restart_waits = d->up;
	if (!d->up)
		reset_finish(d, GAVE_UP);
	return d->up;
}

void vmmio_partition_reset(struct partition *p)
{
	uint32_t partition = partition_index(p);
	struct restart *r = &restarts[partition];
	struct vmmio *d;

	r->pending = 0;
	for (uint32_t i = 0; (d = vmmio_get(i)) != NULL; i++)
		if (d->frontend_index == partition && restart_begin(d))
			r->pending++;
	if (r->pending == 0) {
		partition_devices_reset(p);
		return;
	}
	r->bound.fire = restart_fire;
	if (!r->bound.armed)
		hv_timer_arm(&r->bound, time_now() + time_hz() / 1000 * VMMIO_RESTART_BOUND_MS);
}

void vmmio_wait_init(struct vmmio *d)
{
	d->bound.fire = bound_fire;
}
