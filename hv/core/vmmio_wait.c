/* Writes that wait for the backend, and resets: the driver's own and those of a partition's restart. */
#include "hv/core/vmmio.h"

enum { REQUESTED, DONE, GAVE_UP }; /* as the trace has them */

static void trace_reset(const struct vmmio *d, uint64_t what)
{
	trace_event(PL_TRACE_DEV_RESET, d->config->frontend, d->index, d->view->epoch, what);
}

static void trace_config(const struct vmmio *d, uint64_t what)
{
	trace_event(PL_TRACE_DEV_CONFIG, d->config->frontend, d->index, d->view->config_offset, what);
}

/* v waits; without one, the restart of the frontend does. */
static void wait_begin(struct vmmio *d, enum vmmio_wait wait, struct vcpu *v)
{
	uint64_t us = d->config->reply_bound_us ? d->config->reply_bound_us : VMMIO_REPLY_BOUND_US;

	if (wait == WAIT_RESTART)
		us = VMMIO_RESTART_BOUND_US;
	d->wait = wait;
	d->waiter = v;
	hv_timer_arm(&d->bound, time_now() + time_hz() * us / 1000000);
	if (v)
		vcpu_block(v);
}

/* For an answer that did not come there are zeroes, which every driver takes for "nothing there" (5.8.5: size 0). */
static void config_finish(struct vmmio *d, uint64_t how)
{
	volatile uint32_t *area = &d->page[VIRTIO_MMIO_CONFIG / 4];

	d->view->config_done = d->view->config_seq;
	trace_config(d, how);
	if (how == DONE)
		return;
	for (uint32_t i = 0; i < PL_DEV_CONFIG_MAX / 4; i++)
		area[i] = 0;
	arch_publish((const void *)area, PL_DEV_CONFIG_MAX);
	vmmio_config_changed(d);
	vmmio_host_event(d);
}

static void reset_finish(struct vmmio *d, uint64_t how)
{
	vmmio_reg_set(d, VIRTIO_MMIO_STATUS, 0);
	trace_reset(d, how);
}

void vmmio_partition_look(struct partition *p)
{
	const struct vmmio *d;

	for (uint32_t i = 0; (d = vmmio_get(i)) != NULL; i++)
		if (d->frontend == p && d->wait == WAIT_RESTART)
			return;
	partition_devices_reset(p);
}

/* What there was to wait for is done, or given up: who waited goes on. */
static void wait_end(struct vmmio *d, uint64_t how)
{
	enum vmmio_wait wait = d->wait;
	struct vcpu *v = d->waiter;

	d->wait = WAIT_NONE;
	d->waiter = NULL;
	hv_timer_cancel(&d->bound);
	if (wait == WAIT_CONFIG)
		config_finish(d, how);
	else if (wait != WAIT_NONE)
		reset_finish(d, how);
	if (wait == WAIT_RESTART)
		vmmio_partition_look(d->frontend);
	if (v)
		vcpu_resume(v);
}

void vmmio_bound_fire(struct hv_timer *t)
{
	struct vmmio *d = (struct vmmio *)(void *)((char *)t - offsetof(struct vmmio, bound));

	cold_lock();
	if (d->wait != WAIT_NONE) {
		hv_log("device %s: its host did not answer a %s in time", d->config->name,
			d->wait == WAIT_CONFIG ? "configuration write" : "reset");
		wait_end(d, GAVE_UP);
	}
	cold_unlock();
}

int vmmio_config_write(struct vmmio *d, struct vcpu *v, uint32_t offset, const struct mmio *m)
{
	struct pl_dev_host *view = d->view;

	if (m->bytes > d->config_bytes || offset > d->config_bytes - m->bytes)
		return -EINVAL;
	wait_end(d, GAVE_UP); /* another vCPU's, if any: one write at a time */
	view->config_seq++;
	view->config_offset = offset;
	view->config_bytes = m->bytes;
	view->config_value = m->bytes < 8 ? m->value & ((1ull << (8 * m->bytes)) - 1) : m->value;
	trace_config(d, REQUESTED);
	if (d->up) {
		vmmio_host_event(d);
		wait_begin(d, WAIT_CONFIG, v);
	} else {
		config_finish(d, GAVE_UP);
	}
	return 0;
}

int vmmio_config_done(struct vmmio *d, uint64_t seq)
{
	if (d->wait != WAIT_CONFIG || seq != d->view->config_seq)
		return -ESTALE;
	wait_end(d, DONE);
	return 0;
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

static void reset_begin(struct vmmio *d, enum vmmio_wait wait, struct vcpu *v)
{
	clear(d);
	d->view->epoch++;
	trace_reset(d, REQUESTED);
	vmmio_host_event(d);
	if (d->up)
		wait_begin(d, wait, v);
	else
		reset_finish(d, GAVE_UP);
}

void vmmio_driver_reset(struct vmmio *d, struct vcpu *v)
{
	wait_end(d, GAVE_UP);
	if (is_live(d))
		reset_begin(d, WAIT_RESET, v);
	else
		clear(d);
}

int vmmio_reset_done(struct vmmio *d, uint64_t epoch)
{
	if (!d->up || epoch != d->view->epoch)
		return -ESTALE;
	d->view->reset_done = d->view->epoch;
	if (d->wait != WAIT_CONFIG)
		wait_end(d, DONE);
	return 0;
}

void vmmio_down(struct vmmio *d)
{
	d->up = false;
	wait_end(d, GAVE_UP);
}

/* Its vCPUs are off: none of them is to go on. */
static void restart_begin(struct vmmio *d)
{
	d->waiter = NULL;
	if (d->wait != WAIT_RESTART) /* that one goes on, for this epoch instead */
		wait_end(d, GAVE_UP);
	d->view->frontend_generation++;
	reset_begin(d, WAIT_RESTART, NULL);
}

bool vmmio_partition_reset(struct partition *p, uint32_t index)
{
	struct vmmio *d = vmmio_get(index);

	if (d && d->frontend == p)
		restart_begin(d);
	return d;
}
