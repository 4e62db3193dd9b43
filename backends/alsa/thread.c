#include "backends/alsa/thread.h"
#include <errno.h>
#include <sched.h>
#include <sys/mman.h>
#include "vdev/log.h"

#define STACK_BYTES (256u << 10) /* all of it is locked into memory */

static void report(struct audio_thread *t, char *text, size_t bytes)
{
	const struct audio_card *c = t->card;
	size_t used = audio_report(t->audio, text, bytes);

	used += vdev_format(text + used, bytes - used,
		"card %s %s period %u us xruns %u suspends %u losses %u\n", c->name,
		c->present ? "present" : "absent: the clock paces",
		(unsigned)(c->period_frames * 1000000ull / c->rate), c->xrun_count, c->suspend_count,
		c->lost_count);
	if (t->size.queue_frames)
		used += vdev_format(text + used, bytes - used, "sizes period %u us queued %u us wakes %u\n",
			(unsigned)(t->size.wake_frames * 1000000ull / c->rate),
			(unsigned)(t->size.queue_frames * 1000000ull / c->rate), c->wake_count);
}

static void obey(struct audio_thread *t, const struct audio_order *order)
{
	switch (order->kind) {
	case ORDER_DECISION:
		audio_decide(t->audio, &order->u.decision);
		t->obeyed = order->u.decision.number;
		break;
	case ORDER_POLICY: audio_set_policy(t->audio, &order->u.policy); break;
	case ORDER_HEADSET: audio_set_headset(t->audio, order->on); break;
	case ORDER_SPEAKER: audio_set_speaker(t->audio, order->on); break;
	case ORDER_MUTED: audio_set_muted(t->audio, order->on); break;
	case ORDER_VOLUME: audio_set_volume(t->audio, order->role, order->permille); break;
	default:
		report(t, order->u.report.text, order->u.report.bytes);
		/* Release: pairs with the owner's acquire; the text comes first. */
		__atomic_store_n(order->u.report.done, true, __ATOMIC_RELEASE);
		if (t->changed)
			t->changed(t->data);
		break;
	}
}

static void obey_all(struct audio_thread *t)
{
	/* Acquire: pairs with the release in audio_thread_post; the orders are read after it. */
	uint32_t head = __atomic_load_n(&t->head, __ATOMIC_ACQUIRE);

	while (t->tail != head) {
		obey(t, &t->order[t->tail % AUDIO_ORDER_COUNT]);
		/* Release: pairs with the acquire in audio_thread_post; the order was read before. */
		__atomic_store_n(&t->tail, t->tail + 1, __ATOMIC_RELEASE);
	}
}

static void publish(struct audio_thread *t)
{
	uint32_t running = 0;

	for (uint32_t i = 0; i < t->audio->stream_count; i++)
		running |= (uint32_t)t->audio->stream[i].running << i;
	if (running == t->running)
		return;
	__atomic_store_n(&t->running, running, __ATOMIC_RELAXED);
	if (t->changed)
		t->changed(t->data);
}

/* As who is there now wants it; true: it changed, and what is due did too. */
static bool resize(struct audio_thread *t)
{
	uint32_t roles = audio_roles(t->audio);
	struct audio_sizes size;

	if (!t->sizes || !t->card->impl->resize || (roles == t->roles && t->size.queue_frames))
		return false;
	t->roles = roles;
	size = audio_sizes_of(t->sizes, roles);
	if (size.wake_frames == t->size.wake_frames && size.queue_frames == t->size.queue_frames)
		return false;
	t->size = size;
	t->card->impl->resize(t->card, &size);
	return true;
}

/* What was ordered or sent while it waited is in this period already: a period sooner at the card. */
int audio_thread_turn(struct audio_thread *t)
{
	int rc = t->card->impl->wait(t->card);
	bool resized;

	obey_all(t);
	if (t->serve)
		t->serve(t->data);
	publish(t);
	resized = resize(t);
	/* Only now is it known which frame is the next. */
	if (t->obeyed && t->decided)
		t->decided(t->data, t->obeyed, t->card->next_frame);
	t->obeyed = 0;
	if (!resized && rc > 0)
		audio_card_period(t->card, t->audio, (uint32_t)rc);
	return rc < 0 ? rc : 0;
}

static void *loop(void *data)
{
	struct audio_thread *t = data;

	while (!__atomic_load_n(&t->stop, __ATOMIC_RELAXED))
		if (audio_thread_turn(t) < 0)
			break;
	__atomic_store_n(&t->ended, true, __ATOMIC_RELEASE);
	return NULL;
}

static int create(struct audio_thread *t)
{
	pthread_attr_t attributes;
	int rc = pthread_attr_init(&attributes);

	if (rc)
		return rc;
	rc = pthread_attr_setstacksize(&attributes, STACK_BYTES);
	rc = rc ? rc : pthread_create(&t->thread, &attributes, loop, t);
	pthread_attr_destroy(&attributes);
	return rc;
}

int audio_thread_start(struct audio_thread *t)
{
	const struct sched_param priority = {.sched_priority = t->priority};
	int rc = create(t);

	if (rc) {
		vdev_log(VDEV_LOG_ERROR, "audio: no thread, errno %d", rc);
		return -rc;
	}
	t->started = true;
	rc = pthread_setschedparam(t->thread, SCHED_FIFO, &priority);
	if (rc)
		vdev_log(VDEV_LOG_WARN, "audio: no real-time priority %d, errno %d: goes on without",
			t->priority, rc);
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		vdev_log(VDEV_LOG_WARN, "audio: memory is not locked, errno %d", errno);
	return 0;
}

void audio_thread_stop(struct audio_thread *t)
{
	if (!t->started)
		return;
	__atomic_store_n(&t->stop, true, __ATOMIC_RELAXED);
	pthread_join(t->thread, NULL);
	t->started = false;
}

int audio_thread_post(struct audio_thread *t, const struct audio_order *order)
{
	/* Acquire: pairs with the release in obey_all; the place is free before it is written. */
	if (t->head - __atomic_load_n(&t->tail, __ATOMIC_ACQUIRE) == AUDIO_ORDER_COUNT)
		return -EAGAIN;
	t->order[t->head % AUDIO_ORDER_COUNT] = *order;
	/* Release: pairs with the acquire in obey_all. */
	__atomic_store_n(&t->head, t->head + 1, __ATOMIC_RELEASE);
	return 0;
}
