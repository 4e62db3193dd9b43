#include "backends/evdev/frame.h"

static void frame_end(struct frame *frame, const struct frame_out *out)
{
	unsigned count = frame->count;

	frame->count = 0;
	if (count == 0)
		return;
	frame->event[count++] = (struct virtio_input_event){VINPUT_EV_SYN, VINPUT_SYN_REPORT, 0};
	out->sink(out->data, frame->event, count);
}

static void frame_add(
	struct frame *frame, const struct frame_out *out, uint16_t type, uint16_t code, int32_t value)
{
	if (frame->count == VINPUT_FRAME_MAX - 1)
		frame_end(frame, out);
	frame->event[frame->count++] = (struct virtio_input_event){type, code, (uint32_t)value};
}

/* Repeats (value 2) end here: whoever owns the key repeats it. */
static void frame_key(struct frame *frame, const struct frame_out *out, uint16_t code, int32_t value)
{
	uint16_t as;

	if (code >= POLICY_KEY_CODES || (value != 0 && value != 1))
		return;
	as = frame->down_as[code];
	if (!as == !value)
		return;
	if (value)
		as = out->policy ? policy_map_key(out->policy, code) : code;
	frame->down_as[code] = value ? as : 0;
	frame_add(frame, out, VINPUT_EV_KEY, as, value);
}

void frame_event(
	struct frame *frame, const struct frame_out *out, uint16_t type, uint16_t code, int32_t value)
{
	if (type == VINPUT_EV_SYN && code == VINPUT_SYN_REPORT)
		frame_end(frame, out);
	else if (type == VINPUT_EV_KEY)
		frame_key(frame, out, code, value);
	else if (type == VINPUT_EV_REL || type == VINPUT_EV_ABS)
		frame_add(frame, out, type, code, value);
}

void frame_release(struct frame *frame, const struct frame_out *out)
{
	frame->count = 0;
	for (uint16_t code = 0; code < POLICY_KEY_CODES; code++)
		frame_key(frame, out, code, 0);
	frame_end(frame, out);
}
