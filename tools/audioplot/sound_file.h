/* A whole WAV file in memory, channel by channel. */
#ifndef TOOLS_AUDIOPLOT_SOUND_FILE_H
#define TOOLS_AUDIOPLOT_SOUND_FILE_H

#include <stddef.h>
#include <stdint.h>

#define SOUND_FILE_CHANNELS 8

struct sound_file {
	double *channel[SOUND_FILE_CHANNELS]; /* 1.0 is full scale */
	unsigned channel_count;
	size_t frames;
	double rate;
};

/* -errno, logged; -EINVAL: empty, or longer than an hour. */
int sound_file_read(struct sound_file *sound, const char *path);
/* Accepts a zeroed object. */
void sound_file_free(struct sound_file *sound);

#endif
