/*
 * Looks after a real card: opens it when its device nodes come, and again when it was lost. A thread of its own,
 * of ordinary priority: opening takes milliseconds, and nobody waits for it.
 */
#ifndef BACKENDS_ALSA_KEEPER_H
#define BACKENDS_ALSA_KEEPER_H

#include <pthread.h>
#include <stdbool.h>
#include "backends/alsa/alsa.h"

struct alsa_keeper {
	struct alsa_card *card;
	const char *directory;
	pthread_t thread;
	bool started;
	int inotify_fd;
	int stop_fd;
};

/*
 * Watch `directory` ("/dev/snd"), which need not exist yet. Negative errno, logged: the card stays as
 * alsa_init left it.
 */
int alsa_keeper_start(struct alsa_keeper *keeper, struct alsa_card *card, const char *directory);
/* Accepts a zeroed object. */
void alsa_keeper_stop(struct alsa_keeper *keeper);

#endif
