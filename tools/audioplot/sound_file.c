#include "tools/audioplot/sound_file.h"
#include <errno.h>
#include <stdlib.h>
#include "backends/wav/wav.h"

#define SECONDS_MAX 3600u

static int read_all(struct sound_file *sound, struct wav *wav)
{
	int32_t frame[SOUND_FILE_CHANNELS];
	double *samples;
	size_t i = 0;

	if (!wav->frames || wav->frames > (uint64_t)wav->rate * SECONDS_MAX)
		return -EINVAL;
	sound->frames = (size_t)wav->frames;
	sound->channel_count = wav->channels;
	sound->rate = wav->rate;
	samples = calloc(sound->frames * wav->channels, sizeof(*samples));
	if (!samples)
		return -ENOMEM;
	for (unsigned c = 0; c < wav->channels; c++)
		sound->channel[c] = samples + c * sound->frames;
	for (; i < sound->frames && wav_read(wav, frame, 1); i++)
		for (unsigned c = 0; c < wav->channels; c++)
			sound->channel[c][i] = frame[c] / 2147483648.0;
	return 0;
}

int sound_file_read(struct sound_file *sound, const char *path)
{
	struct wav wav;
	int rc = wav_read_open(&wav, path);

	*sound = (struct sound_file){0};
	if (rc)
		return rc;
	rc = read_all(sound, &wav);
	if (rc)
		fprintf(stderr, "%s: %s\n", path,
			rc == -ENOMEM ? "no memory" : "empty, or longer than an hour");
	wav_close(&wav);
	return rc;
}

void sound_file_free(struct sound_file *sound)
{
	free(sound->channel[0]);
	*sound = (struct sound_file){0};
}
