/*
 * audioplot OUT.png EVENTS IN.wav[@SECONDS][=NAME,…]…: a plot of recordings on one time axis. SECONDS is when
 * the recording began; NAMEs are of its channels. EVENTS has lines `SECONDS LABEL` and, for what lasted,
 * `SECONDS-SECONDS LABEL`: the call's state, or anything else that has a time. It may be - for none.
 */
#include <stdlib.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "tools/audioplot/plot.h"
#include "tools/audioplot/sound_file.h"
#include "vdev/log.h"

static struct plot plot;
static struct sound_file sound[PLOT_TRACK_MAX];

static void say(enum vdev_log_level level, const char *line)
{
	(void)level;
	fprintf(stderr, "audioplot: %s\n", line);
}

static void event_parse(char *line)
{
	struct plot_event *event = &plot.event[plot.event_count];
	char *rest;

	event->at = strtod(line, &rest);
	if (rest == line)
		return;
	event->until = *rest == '-' ? strtod(rest + 1, &rest) : 0;
	rest += strspn(rest, " \t");
	rest[strcspn(rest, "\n")] = '\0';
	snprintf(event->label, sizeof(event->label), "%.39s", rest);
	plot.event_count++;
}

static int events_read(const char *path)
{
	FILE *file = fopen(path, "r");
	char line[128];

	if (!file)
		return -errno;
	while (plot.event_count < PLOT_EVENT_MAX && fgets(line, sizeof(line), file))
		event_parse(line);
	fclose(file);
	return 0;
}

/* One argument: each channel is a track. */
static int tracks_read(char *argument, unsigned n)
{
	char *names = strchr(argument, '='), *start = NULL;
	const char *file = argument;
	int rc;

	if (names)
		*names++ = '\0';
	start = strchr(argument, '@');
	if (start)
		*start++ = '\0';
	rc = sound_file_read(&sound[n], file);
	for (unsigned c = 0; !rc && c < sound[n].channel_count && plot.track_count < PLOT_TRACK_MAX; c++) {
		struct plot_track *track = &plot.track[plot.track_count++];
		const char *name = names ? strsep(&names, ",") : NULL;

		*track = (struct plot_track){.sample = sound[n].channel[c],
			.frames = sound[n].frames,
			.rate = sound[n].rate,
			.start = start ? strtod(start, NULL) : 0};
		snprintf(track->name, sizeof(track->name), "%s", name ? name : file);
		plot.seconds = fmax(plot.seconds, track->start + (double)track->frames / track->rate);
	}
	return rc;
}

static int draw(const char *path)
{
	struct plot_picture picture = {0};
	int rc = plot_create(&picture, PLOT_WIDTH, plot_height(plot.track_count));

	if (!rc) {
		plot_draw(&picture, &plot);
		rc = plot_write(&picture, path);
	}
	plot_destroy(&picture);
	return rc;
}

int main(int argc, char **argv)
{
	int rc = 0;

	vdev_log_hook = say;
	if (argc < 4 || argc > 3 + PLOT_TRACK_MAX) {
		fprintf(stderr, "usage: audioplot OUT.png EVENTS|- IN.wav[@SECONDS][=NAME,...]...\n");
		return 2;
	}
	if (strcmp(argv[2], "-") != 0)
		rc = events_read(argv[2]);
	if (rc) {
		fprintf(stderr, "audioplot: %s: %s\n", argv[2], strerror(-rc));
		return 1;
	}
	for (int i = 3; i < argc && !rc; i++)
		rc = tracks_read(argv[i], (unsigned)i - 3);
	if (!rc) {
		rc = draw(argv[1]);
		if (rc)
			fprintf(stderr, "audioplot: %s: %s\n", argv[1], strerror(-rc));
	}
	for (unsigned n = 0; n < PLOT_TRACK_MAX; n++)
		sound_file_free(&sound[n]);
	return rc ? 1 : 0;
}
