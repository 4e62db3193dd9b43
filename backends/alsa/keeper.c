#include "backends/alsa/keeper.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>
#include "vdev/log.h"

/* A card that is lost while its nodes stay (a driver's hiccup) is tried again after so long. */
#define RETRY_MS    1000
#define SOON_MS	    10
#define APPEARS	    (IN_CREATE | IN_ATTRIB)
#define STACK_BYTES (256u << 10) /* all of it is locked into memory */

/* The directory comes with the first card: until then its parent tells. Asked again, nothing changes. */
static void watch(const struct alsa_keeper *k)
{
	const char *slash = strrchr(k->directory, '/');
	size_t bytes = slash ? (size_t)(slash - k->directory) : 0;
	char parent[64];

	inotify_add_watch(k->inotify_fd, k->directory, APPEARS);
	if (bytes && bytes < sizeof(parent)) {
		memcpy(parent, k->directory, bytes);
		parent[bytes] = '\0';
		inotify_add_watch(k->inotify_fd, parent, IN_CREATE);
	}
}

static void *loop(void *data)
{
	struct alsa_keeper *k = data;
	struct pollfd fd[2] = {{.fd = k->inotify_fd, .events = POLLIN}, {.fd = k->stop_fd, .events = POLLIN}};
	char events[1024];

	while (!(fd[1].revents & POLLIN)) {
		watch(k);
		while (read(k->inotify_fd, events, sizeof(events)) > 0)
			; /* whatever they say, the card is looked for */
		alsa_service(k->card);
		/* A pair that was asked for comes within a period: until it is open again, nothing is heard. */
		if (poll(fd, 2, __atomic_load_n(&k->card->wanted, __ATOMIC_RELAXED) ? SOON_MS : RETRY_MS) <
				0 &&
			errno != EINTR)
			break;
	}
	return NULL;
}

static int start_thread(struct alsa_keeper *k)
{
	pthread_attr_t attributes;
	int rc = pthread_attr_init(&attributes);

	if (rc)
		return -rc;
	rc = pthread_attr_setstacksize(&attributes, STACK_BYTES);
	rc = rc ? rc : pthread_create(&k->thread, &attributes, loop, k);
	pthread_attr_destroy(&attributes);
	return -rc;
}

int alsa_keeper_start(struct alsa_keeper *k, struct alsa_card *card, const char *directory)
{
	int rc = 0;

	*k = (struct alsa_keeper){.card = card, .directory = directory};
	k->inotify_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	k->stop_fd = eventfd(0, EFD_CLOEXEC);
	if (k->inotify_fd < 0 || k->stop_fd < 0)
		rc = -errno;
	rc = rc ? rc : start_thread(k);
	k->started = !rc;
	if (!rc)
		return 0;
	vdev_log(VDEV_LOG_ERROR, "alsa: nobody watches %s, errno %d", directory, -rc);
	if (k->inotify_fd >= 0)
		close(k->inotify_fd);
	if (k->stop_fd >= 0)
		close(k->stop_fd);
	return rc;
}

void alsa_keeper_stop(struct alsa_keeper *k)
{
	if (!k->started)
		return;
	eventfd_write(k->stop_fd, 1);
	pthread_join(k->thread, NULL);
	close(k->inotify_fd);
	close(k->stop_fd);
	k->started = false;
}
