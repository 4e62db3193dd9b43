/*
 * The router: frames of the real keypad in, to whom the arbiter's last decision gives each key.
 *
 *   evdev ──frames──▶ router ──per key──▶ struct vinput of call, linux, …
 *                       ▲
 *                arbiter's decision
 *
 * A key stays with its owner from press to release. When a decision gives a held key to another, the
 * old owner gets a release at once, and the new one sees nothing of it until it is pressed again.
 * Everything that is no key (touch, wheels) goes to the owner of the focus; contacts are lifted
 * at a change and what is left of them belongs to nobody. Repeats are dropped: whoever owns a key
 * repeats it for itself.
 *
 * Freestanding; on the thread that serves the devices.
 */
#ifndef VDEV_INPUT_ROUTER_H
#define VDEV_INPUT_ROUTER_H

#include "vdev-input/input.h"
#include "vdev/arbiter.h"

struct router_events {
	/* Optional. A key event came in (value 1 press, 0 release), before it is routed. */
	void (*key_in)(void *data, uint16_t code, uint32_t value);
};

struct router {
	struct vinput *sink[POLICY_PARTITION_MAX]; /* NULL: the partition has no keypad */
	struct decision decision;
	uint8_t held_by[VINPUT_KEY_COUNT]; /* partition that saw the press, or POLICY_NONE */
	uint32_t slots_in;		   /* contacts on the real panel */
	uint32_t slots_lost;		   /* of these, the ones that began under another owner */
	uint32_t slot;			   /* the contact that the panel's events are about */
	const struct router_events *events;
	void *events_data;
};

void router_init(struct router *router, const struct router_events *events, void *data);
void router_sink(struct router *router, unsigned partition, struct vinput *in);
/* The arbiter decided: keys that change hands are released at their old owner. */
void router_decide(struct router *router, const struct decision *decision);
/* A whole frame of a real device (last event SYN_REPORT), codes as policy_map_key gave them. */
void router_frame(struct router *router, const struct virtio_input_event *event, unsigned count);

#endif
