/*
 * sound.conf → struct sound_conf: what the phone's sound hardware is and which streams each partition has;
 * docs/audio.md explains the file. Read once, at start. Who is heard how loud is policy.conf's.
 */
#ifndef BACKENDS_SOUND_CONF_H
#define BACKENDS_SOUND_CONF_H

#include <stdbool.h>
#include <stdint.h>
#include "vdev-audio/mixer.h"
#include "vdev-audio/sizes.h"
#include "vdev-audio/sound.h"
#include "vdev/policy.h"

#define SOUND_CONF_ERROR_BYTES 256
#define SOUND_CONF_NAME_BYTES  128
#define SOUND_CONF_DEVICES     4
#define SOUND_CONF_ECHO_MS     200
#define SOUND_CONF_WAV	       "wav:" /* before the name of a file that stands for a card */

struct sound_conf_device {
	char partition[16];
	struct sound_config config;
};

struct sound_conf {
	char play[SOUND_CONF_NAME_BYTES];    /* ALSA's name, or wav:FILE */
	char capture[SOUND_CONF_NAME_BYTES]; /* empty: none */
	uint32_t rate, period_frames, periods;
	struct audio_sizes_by_role sizes;
	uint32_t queue_frames_max; /* of them all */
	uint32_t echo_tail_ms;	   /* of the room, within which its echo dies away */
	uint8_t channels, channels_in;
	struct mixer_output output[OUTPUT_COUNT];
	unsigned device_count;
	struct sound_conf_device device[SOUND_CONF_DEVICES];
};

/* The reference handset's. */
void sound_conf_default(struct sound_conf *conf);
/*
 * Read `path` into *conf, over the default. 0, or -errno (cannot be read) or -EINVAL (refused): the reason is in
 * `error` (SOUND_CONF_ERROR_BYTES), logged once, and *conf is what it was.
 */
int sound_conf_load(struct sound_conf *conf, const char *path, char *error);
/* The same from a text in memory; `name` stands for the file in messages. */
int sound_conf_text(struct sound_conf *conf, const char *name, const char *text, char *error);
/* What a partition's sound card offers: as the file says, or what a telephony partition or a guest usually has. */
const struct sound_config *sound_conf_streams(
	const struct sound_conf *conf, const char *partition, bool telephony);
/* Of all partitions of the policy together. */
uint32_t sound_conf_stream_count(const struct sound_conf *conf, const struct policy *policy);

#endif
