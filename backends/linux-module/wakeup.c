// SPDX-License-Identifier: GPL-2.0
/* Interrupts from the hypervisor, and waiting for them. */
#include <linux/interrupt.h>
#include <linux/uaccess.h>

#include "backends/linux-module/partyline.h"

/* One for each doorbell interrupt: which bit it is. */
struct doorbell {
	struct wakeup *wakeup;
	u32 bit;
};

static irqreturn_t on_device_event(int irq, void *data)
{
	struct wakeup *w = data;
	unsigned long flags;

	spin_lock_irqsave(&w->lock, flags);
	w->pending.device_events++;
	spin_unlock_irqrestore(&w->lock, flags);
	wake_up_interruptible(&w->queue);
	return IRQ_HANDLED;
}

static irqreturn_t on_doorbell(int irq, void *data)
{
	struct doorbell *d = data;
	unsigned long flags;

	spin_lock_irqsave(&d->wakeup->lock, flags);
	d->wakeup->pending.doorbells |= d->bit;
	spin_unlock_irqrestore(&d->wakeup->lock, flags);
	wake_up_interruptible(&d->wakeup->queue);
	return IRQ_HANDLED;
}

static int request_doorbell(struct wakeup *w, struct platform_device *pdev, int n)
{
	int irq = platform_get_irq(pdev, n + 1);
	struct doorbell *d;

	if (irq < 0)
		return irq;
	d = devm_kzalloc(&pdev->dev, sizeof(*d), GFP_KERNEL);
	if (!d)
		return -ENOMEM;
	d->wakeup = w;
	d->bit = BIT(n);
	return devm_request_irq(&pdev->dev, irq, on_doorbell, 0, "partyline-doorbell", d);
}

int wakeup_init(struct wakeup *w, struct platform_device *pdev)
{
	int count = platform_irq_count(pdev);
	int irq, err;

	init_waitqueue_head(&w->queue);
	spin_lock_init(&w->lock);
	if (count < 1 || count > 1 + 32) {
		dev_err(&pdev->dev, "%d interrupts, need 1 to 33\n", count);
		return count < 0 ? count : -EINVAL;
	}
	irq = platform_get_irq(pdev, 0);
	if (irq < 0)
		return irq;
	err = devm_request_irq(&pdev->dev, irq, on_device_event, 0, "partyline-device-event", w);
	for (int n = 0; !err && n < count - 1; n++)
		err = request_doorbell(w, pdev, n);
	return err;
}

/* What came since the last call; true if anything did. */
static bool take(struct wakeup *w, struct pl_wakeup *out)
{
	spin_lock_irq(&w->lock);
	*out = w->pending;
	w->pending = (struct pl_wakeup){0};
	spin_unlock_irq(&w->lock);
	return out->device_events || out->doorbells;
}

ssize_t wakeup_read(struct wakeup *w, struct file *file, char __user *buffer, size_t bytes)
{
	struct pl_wakeup got;
	int err;

	if (bytes < sizeof(got))
		return -EINVAL;
	if (!take(w, &got)) {
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		err = wait_event_interruptible(w->queue, take(w, &got));
		if (err)
			return err;
	}
	return copy_to_user(buffer, &got, sizeof(got)) ? -EFAULT : sizeof(got);
}

__poll_t wakeup_poll(struct wakeup *w, struct file *file, poll_table *wait)
{
	__poll_t ready = 0;

	poll_wait(file, &w->queue, wait);
	spin_lock_irq(&w->lock);
	if (w->pending.device_events || w->pending.doorbells)
		ready = EPOLLIN | EPOLLRDNORM;
	spin_unlock_irq(&w->lock);
	return ready;
}
