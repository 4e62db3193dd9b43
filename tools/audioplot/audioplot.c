/*
 * audioplot OUT.png IN.wav [EVENTS]: a plot of a recording. EVENTS has lines `SECONDS LABEL`; what is
 * annotated is the call's state, or anything else that has a time.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "backends/wav/wav.h"
#include "tools/audioplot/plot.h"
#include "vdev/log.h"

#define CHANNEL_MAX 8
#define FRAMES_MAX  (48000u * 3600)

static void say(enum vdev_log_level level, const char *line)
{
	(void)level;
	fprintf(stderr, "audioplot: %s\n", line);
}

static int events_read(const char *path, struct plot_event *event, unsigned *count)
{
	FILE *file = fopen(path, "r");
	char line[128];

	if (!file)
		return -errno;
	while (*count < PLOT_EVENT_MAX && fgets(line, sizeof(line), file)) {
		char *rest;

		event[*count].at = strtod(line, &rest);
		if (rest == line)
			continue;
		rest += strspn(rest, " \t");
		rest[strcspn(rest, "\n")] = '\0';
		snprintf(event[*count].label, sizeof(event[*count].label), "%.39s", rest);
		++*count;
	}
	fclose(file);
	return 0;
}

/* All frames, channel by channel. -EINVAL: too long, or empty. */
static int sound_read_all(struct wav *wav, double **samples)
{
	int32_t frame[CHANNEL_MAX];
	size_t frames = (size_t)wav->frames, i = 0;

	if (!frames || frames > FRAMES_MAX)
		return -EINVAL;
	*samples = calloc(frames * wav->channels, sizeof(**samples));
	if (!*samples)
		return -ENOMEM;
	for (; i < frames && wav_read(wav, frame, 1); i++)
		for (unsigned c = 0; c < wav->channels; c++)
			(*samples)[c * frames + i] = frame[c] / 2147483648.0;
	return 0;
}

static int plot(const char *out, struct wav *wav, const struct plot_event *event, unsigned event_count)
{
	struct plot_sound sound = {.channel_count = wav->channels,
		.frames = (size_t)wav->frames,
		.rate = wav->rate,
		.event = event,
		.event_count = event_count};
	const double *channel[CHANNEL_MAX];
	struct plot_picture picture = {0};
	double *samples = NULL;
	int rc = sound_read_all(wav, &samples);

	for (unsigned c = 0; c < sound.channel_count; c++)
		channel[c] = samples + c * sound.frames;
	sound.channel = channel;
	if (!rc)
		rc = plot_create(&picture, PLOT_WIDTH, plot_height(sound.channel_count));
	if (!rc) {
		plot_draw(&picture, &sound);
		rc = plot_write(&picture, out);
	}
	plot_destroy(&picture);
	free(samples);
	return rc;
}

int main(int argc, char **argv)
{
	static struct plot_event event[PLOT_EVENT_MAX];
	unsigned event_count = 0;
	struct wav wav;
	int rc = 0;

	vdev_log_hook = say;
	if (argc < 3 || argc > 4) {
		fprintf(stderr, "usage: audioplot OUT.png IN.wav [EVENTS]\n");
		return 2;
	}
	if (argc == 4)
		rc = events_read(argv[3], event, &event_count);
	if (rc) {
		fprintf(stderr, "audioplot: %s: %s\n", argv[3], strerror(-rc));
		return 1;
	}
	if (wav_read_open(&wav, argv[2]))
		return 1;
	rc = plot(argv[1], &wav, event, event_count);
	if (rc)
		fprintf(stderr, "audioplot: %s: %s\n", argv[1], strerror(-rc));
	wav_close(&wav);
	return rc ? 1 : 0;
}
