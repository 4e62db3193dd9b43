#include "backends/wav/wav.h"
#include <errno.h>
#include <string.h>
#include "vdev/log.h"

#define HEADER_BYTES  44
#define CHANNELS_MAX  8
#define CHUNK_SAMPLES 512

static uint32_t get(const uint8_t *at, unsigned bytes)
{
	uint32_t value = 0;

	for (unsigned i = bytes; i-- > 0;)
		value = value << 8 | at[i];
	return value;
}

static void put(uint8_t *at, uint32_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

/* To the chunk of that name; its bytes, or -EINVAL. */
static int64_t chunk_find(FILE *file, const char *name)
{
	uint8_t head[8];

	while (fread(head, sizeof(head), 1, file) == 1) {
		uint32_t bytes = get(head + 4, 4);

		if (memcmp(head, name, 4) == 0)
			return bytes;
		if (fseek(file, (long)bytes + (bytes & 1), SEEK_CUR) < 0)
			break;
	}
	return -EINVAL;
}

static int header_read(struct wav *wav)
{
	uint8_t riff[12], format[16];
	int64_t bytes;

	if (fread(riff, sizeof(riff), 1, wav->file) != 1 || memcmp(riff, "RIFF", 4) ||
		memcmp(riff + 8, "WAVE", 4))
		return -EINVAL;
	bytes = chunk_find(wav->file, "fmt ");
	if (bytes < (int64_t)sizeof(format) || fread(format, sizeof(format), 1, wav->file) != 1)
		return -EINVAL;
	wav->channels = (uint16_t)get(format + 2, 2);
	wav->rate = get(format + 4, 4);
	if (get(format, 2) != 1 || get(format + 14, 2) != 16 || !wav->channels ||
		wav->channels > CHANNELS_MAX || !wav->rate ||
		fseek(wav->file, (long)bytes - (long)sizeof(format), SEEK_CUR) < 0)
		return -EINVAL;
	bytes = chunk_find(wav->file, "data");
	if (bytes < 0)
		return -EINVAL;
	wav->frames = (uint64_t)bytes / (2u * wav->channels);
	return 0;
}

int wav_read_open(struct wav *wav, const char *path)
{
	int rc;

	*wav = (struct wav){.file = fopen(path, "rb")};
	rc = wav->file ? header_read(wav) : -errno;
	if (!rc)
		return 0;
	vdev_log(VDEV_LOG_ERROR, "%s: no WAV of 16 bits, errno %d", path, -rc);
	if (wav->file)
		fclose(wav->file);
	*wav = (struct wav){0};
	return rc;
}

static int header_write(struct wav *wav)
{
	uint32_t frame_bytes = 2u * wav->channels, bytes = (uint32_t)(wav->frames * frame_bytes);
	uint8_t head[HEADER_BYTES] = "RIFF....WAVEfmt ";

	put(head + 4, bytes + HEADER_BYTES - 8, 4);
	put(head + 16, 16, 4);
	put(head + 20, 1, 2);
	put(head + 22, wav->channels, 2);
	put(head + 24, wav->rate, 4);
	put(head + 28, wav->rate * frame_bytes, 4);
	put(head + 32, frame_bytes, 2);
	put(head + 34, 16, 2);
	memcpy(head + 36, "data", 4);
	put(head + 40, bytes, 4);
	return fseek(wav->file, 0, SEEK_SET) < 0 || fwrite(head, sizeof(head), 1, wav->file) != 1 ? -EIO : 0;
}

int wav_write_open(struct wav *wav, const char *path, uint32_t rate, unsigned channels)
{
	int rc;

	*wav = (struct wav){.rate = rate, .channels = (uint16_t)channels, .writing = true};
	if (!channels || channels > CHANNELS_MAX)
		return -EINVAL;
	wav->file = fopen(path, "wb");
	rc = wav->file ? header_write(wav) : -errno;
	if (rc)
		vdev_log(VDEV_LOG_ERROR, "%s: errno %d", path, -rc);
	return rc;
}

uint32_t wav_read(struct wav *wav, int32_t *sample, uint32_t frames)
{
	uint8_t raw[2 * CHANNELS_MAX];
	uint32_t done = 0;

	for (; done < frames && wav->frames; done++, wav->frames--) {
		if (fread(raw, 2u * wav->channels, 1, wav->file) != 1)
			break;
		for (unsigned c = 0; c < wav->channels; c++)
			*sample++ = (int32_t)(get(raw + 2 * c, 2) << 16);
	}
	return done;
}

int wav_write(struct wav *wav, const int32_t *sample, uint32_t frames)
{
	uint8_t raw[2 * CHUNK_SAMPLES];
	uint64_t left = (uint64_t)frames * wav->channels;

	wav->frames += frames;
	while (left) {
		size_t part = left < CHUNK_SAMPLES ? (size_t)left : CHUNK_SAMPLES;

		for (size_t i = 0; i < part; i++)
			put(raw + 2 * i, (uint32_t)sample[i] >> 16, 2);
		if (fwrite(raw, 2, part, wav->file) != part)
			return -EIO;
		sample += part;
		left -= part;
	}
	return 0;
}

int wav_close(struct wav *wav)
{
	int rc = 0;

	if (!wav->file)
		return 0;
	/* A file that was written learns its length now. */
	if (wav->writing)
		rc = header_write(wav);
	if (fclose(wav->file) && !rc)
		rc = -EIO;
	*wav = (struct wav){0};
	return rc;
}
