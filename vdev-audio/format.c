/* Sample formats and rates that the device takes (VIRTIO 1.3 5.14.6.6.2). */
#include "vdev-audio/private.h"

uint32_t sound_format_bytes(unsigned format)
{
	switch (format) {
	case VIRTIO_SND_FMT_U8: return 1;
	case VIRTIO_SND_FMT_S16: return 2;
	case VIRTIO_SND_FMT_S24: /* in the low bits of 32 */
	case VIRTIO_SND_FMT_S32: return 4;
	default: return 0;
	}
}

uint32_t sound_rate_hz(unsigned rate)
{
	static const uint32_t hz[VIRTIO_SND_RATE_COUNT] = {5512, 8000, 11025, 16000, 22050, 32000, 44100,
		48000, 64000, 88200, 96000, 176400, 192000, 384000};

	return rate < VIRTIO_SND_RATE_COUNT ? hz[rate] : 0;
}

static uint32_t load16(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8;
}

static uint32_t load32(const uint8_t *at)
{
	return load16(at) | load16(at + 2) << 16;
}

static void decode_16(const uint8_t *from, int32_t *to, uint32_t samples)
{
	for (uint32_t i = 0; i < samples; i++)
		to[i] = (int32_t)(load16(from + 2 * i) << 16);
}

/* A loop for each format: with the choice inside, it would be what the mixer spends its time on. */
void sound_decode(unsigned format, const uint8_t *from, int32_t *to, uint32_t samples)
{
	if (format == VIRTIO_SND_FMT_S16)
		decode_16(from, to, samples);
	else if (format == VIRTIO_SND_FMT_U8)
		for (uint32_t i = 0; i < samples; i++)
			to[i] = (int32_t)((from[i] ^ 0x80u) << 24);
	else
		for (uint32_t i = 0; i < samples; i++)
			to[i] = (int32_t)(load32(from + 4 * i) << (format == VIRTIO_SND_FMT_S24 ? 8 : 0));
}

/* Round to `bits`, half up, without leaving the range. */
static uint32_t round_to(int32_t sample, unsigned bits)
{
	int64_t limit = ((int64_t)1 << (bits - 1)) - 1;
	int64_t value = (((int64_t)sample >> (31 - bits)) + 1) >> 1;

	return (uint32_t)(value > limit ? limit : value);
}

static void store(uint8_t *at, uint32_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

void sound_encode(unsigned format, const int32_t *from, uint8_t *to, uint32_t samples)
{
	for (uint32_t i = 0; i < samples; i++) {
		switch (format) {
		case VIRTIO_SND_FMT_U8: to[i] = (uint8_t)(round_to(from[i], 8) ^ 0x80u); break;
		case VIRTIO_SND_FMT_S16: store(to + 2 * i, round_to(from[i], 16), 2); break;
		case VIRTIO_SND_FMT_S24: store(to + 4 * i, round_to(from[i], 24), 4); break;
		default: store(to + 4 * i, (uint32_t)from[i], 4); break;
		}
	}
}
