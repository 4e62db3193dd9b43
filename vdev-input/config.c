/* Answers in the configuration area: who the device is and what it can do (VIRTIO 1.3 5.8.4, 5.8.5). */
#include "vdev-input/private.h"

static uint8_t answer_bytes(struct virtio_input_config *config, const void *from, uint32_t bytes)
{
	__builtin_memcpy(config->u.bitmap, from, bytes);
	return (uint8_t)bytes;
}

static uint8_t answer_string(struct virtio_input_config *config, const char *text, uint32_t max)
{
	uint32_t bytes = 0;

	while (bytes < max && text[bytes])
		bytes++;
	return answer_bytes(config, text, bytes);
}

/* Without its trailing zeroes; an empty bitmap is no answer. */
static uint8_t answer_bitmap(struct virtio_input_config *config, const uint8_t *bitmap, uint32_t bytes)
{
	while (bytes && !bitmap[bytes - 1])
		bytes--;
	return answer_bytes(config, bitmap, bytes);
}

static uint8_t answer_events(const struct vinput_caps *caps, struct virtio_input_config *config)
{
	static const uint8_t repeat[] = {3}; /* REP_DELAY, REP_PERIOD */

	switch (config->subsel) {
	case VINPUT_EV_KEY: return answer_bitmap(config, caps->key, sizeof(caps->key));
	case VINPUT_EV_REL: return answer_bitmap(config, caps->rel, sizeof(caps->rel));
	case VINPUT_EV_ABS: return answer_bitmap(config, caps->abs, sizeof(caps->abs));
	case VINPUT_EV_LED: return answer_bitmap(config, caps->led, sizeof(caps->led));
	case VINPUT_EV_REP: return answer_bitmap(config, repeat, caps->repeat ? sizeof(repeat) : 0);
	default: return 0;
	}
}

static uint8_t answer_axis(const struct vinput_caps *caps, struct virtio_input_config *config)
{
	uint8_t axis = config->subsel;

	if (axis >= VINPUT_ABS_COUNT || !vinput_bit(caps->abs, axis))
		return 0;
	return answer_bytes(config, &caps->abs_info[axis], sizeof(caps->abs_info[axis]));
}

static uint8_t answer(const struct vinput_caps *caps, struct virtio_input_config *config)
{
	switch (config->select) {
	case VIRTIO_INPUT_CFG_EV_BITS: return answer_events(caps, config);
	case VIRTIO_INPUT_CFG_ABS_INFO: return answer_axis(caps, config);
	default: break;
	}
	if (config->subsel != 0) /* 5.8.5.1: the others have subsel 0 */
		return 0;
	switch (config->select) {
	case VIRTIO_INPUT_CFG_ID_NAME: return answer_string(config, caps->name, sizeof(caps->name));
	case VIRTIO_INPUT_CFG_ID_SERIAL: return answer_string(config, caps->serial, sizeof(caps->serial));
	case VIRTIO_INPUT_CFG_ID_DEVIDS: return answer_bytes(config, &caps->ids, sizeof(caps->ids));
	case VIRTIO_INPUT_CFG_PROP_BITS: return answer_bitmap(config, caps->prop, sizeof(caps->prop));
	default: return 0;
	}
}

void vinput_config_write(struct vdev *dev, uint32_t offset, uint64_t value, uint32_t bytes)
{
	struct vinput *in = dev->class_data;
	struct virtio_input_config config = {.select = dev->config[0], .subsel = dev->config[1]};
	uint32_t stale = dev->config[2];

	for (uint32_t i = 0; i < bytes; i++, value >>= 8) {
		if (offset + i == offsetof(struct virtio_input_config, select))
			config.select = (uint8_t)value;
		else if (offset + i == offsetof(struct virtio_input_config, subsel))
			config.subsel = (uint8_t)value;
	}
	config.size = answer(in->caps, &config);
	if (stale < config.size)
		stale = config.size;
	/* What the last answer left is overwritten; publishing costs a hypercall per 8 bytes, so no more. */
	vdev_config_set(
		dev, 0, &config, (uint32_t)offsetof(struct virtio_input_config, u) + ((stale + 7) & ~7u));
}
