#include "tests/unit/input/rig.h"
#include <stdio.h>

void rig_start(struct rig *rig, const char *name, const struct vinput_events *events, void *data)
{
	memset(rig, 0, sizeof(*rig));
	rig->mem = (struct vmem){.base = rig->bank, .guest_base = RIG_BANK_BASE, .bytes = RIG_BANK_BYTES};
	vinput_caps_keypad(&rig->caps, "Partyline keypad");
	vinput_init(&rig->in, name, &rig->caps, events, data);
	loopback_init(&rig->lb, &rig->in.vdev, &rig->mem);
}

void rig_driver_start(struct rig *rig, uint16_t size, uint64_t features)
{
	memset(rig->bank, 0, sizeof(rig->bank));
	rig->buffer_count = 0;
	EXPECT_EQ(loopback_negotiate(&rig->lb, features), 0);
	EXPECT_EQ(vq_driver_init(&rig->eventq, &rig->mem, size, RIG_EVENTQ, features), 0);
	EXPECT_EQ(vq_driver_init(&rig->statusq, &rig->mem, size, RIG_STATUSQ, features), 0);
	EXPECT_EQ(loopback_queue_enable(&rig->lb, VIRTIO_INPUT_EVENTQ, &rig->eventq), 0);
	EXPECT_EQ(loopback_queue_enable(&rig->lb, VIRTIO_INPUT_STATUSQ, &rig->statusq), 0);
	loopback_driver_ok(&rig->lb);
	loopback_run(&rig->lb, 10);
}

static void give(struct rig *rig, uint64_t addr, uint32_t bytes)
{
	struct vq_buf buf = {.addr = addr, .bytes = bytes};
	int id = vq_add(&rig->eventq, &buf, 0, 1);

	EXPECT_EQ(id >= 0, true);
	if (id >= 0)
		rig->buffer_of[id] = addr;
}

static void tell(struct rig *rig)
{
	if (vq_publish(&rig->eventq))
		loopback_notify(&rig->lb, VIRTIO_INPUT_EVENTQ);
	loopback_run(&rig->lb, 100);
}

void rig_give_buffers(struct rig *rig, unsigned count, uint32_t bytes)
{
	for (unsigned i = 0; i < count; i++)
		give(rig, RIG_BUFFERS + 8ull * rig->buffer_count++, bytes);
	tell(rig);
}

void rig_collect(struct rig *rig, bool refill)
{
	uint32_t bytes;
	int id;

	while ((id = vq_get(&rig->eventq, &bytes)) >= 0) {
		EXPECT_EQ(bytes, 8);
		if (rig->got_count < RIG_GOT_MAX)
			memcpy(&rig->got[rig->got_count++], vmem_at(&rig->mem, rig->buffer_of[id], 8), 8);
		if (refill) {
			give(rig, rig->buffer_of[id], 8);
			tell(rig);
		}
	}
}

const char *rig_story(const struct rig *rig)
{
	static char story[16 * RIG_GOT_MAX];
	size_t used = 0;

	story[0] = '\0';
	for (unsigned i = 0; i < rig->got_count; i++) {
		const struct virtio_input_event *e = &rig->got[i];
		const char *space = used ? " " : "";

		if (e->type == VINPUT_EV_SYN)
			used += (size_t)sprintf(story + used, "%s|", space);
		else if (e->type == VINPUT_EV_KEY)
			used += (size_t)sprintf(story + used, "%s%c%u", space, e->value ? '+' : '-', e->code);
		else
			used += (size_t)sprintf(
				story + used, "%s%u:%u=%d", space, e->type, e->code, (int)e->value);
	}
	return story;
}

const char *rig_take_story(struct rig *rig)
{
	const char *story;

	rig_collect(rig, true);
	story = rig_story(rig);
	rig->got_count = 0;
	return story;
}

int rig_key(struct vinput *in, uint16_t code, uint32_t value)
{
	const struct virtio_input_event frame[2] = {{VINPUT_EV_KEY, code, value}, {VINPUT_EV_SYN, 0, 0}};

	return vinput_frame(in, frame, 2);
}
