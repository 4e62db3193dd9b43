#include "backends/partylined/quietlog.h"
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define LINES 32u /* a power of two */

struct kept {
	enum vdev_log_level level;
	char text[VDEV_LOG_LINE];
};

static struct kept ring[LINES];
static uint32_t head, tail; /* head: the writer's; tail: the reader's */
static uint32_t lost, lost_said;
static void (*told_hook)(void *data);
static void *told_data;
static __thread bool here;

void quietlog_begin(void (*told)(void *data), void *data)
{
	told_hook = told;
	told_data = data;
	here = true;
}

bool quietlog_take(enum vdev_log_level level, const char *line)
{
	struct kept *place = &ring[head % LINES];

	if (!here)
		return false;
	/* Acquire: pairs with the release in quietlog_flush; the place was read before it is written. */
	if (head - __atomic_load_n(&tail, __ATOMIC_ACQUIRE) == LINES) {
		__atomic_store_n(&lost, lost + 1, __ATOMIC_RELAXED);
		return true;
	}
	place->level = level;
	strncpy(place->text, line, sizeof(place->text) - 1);
	/* Release: pairs with the acquire in quietlog_flush; the line is there before it is counted. */
	__atomic_store_n(&head, head + 1, __ATOMIC_RELEASE);
	if (told_hook)
		told_hook(told_data);
	return true;
}

void quietlog_flush(void (*print)(enum vdev_log_level level, const char *line))
{
	/* Acquire: pairs with the release in quietlog_take. */
	uint32_t end = __atomic_load_n(&head, __ATOMIC_ACQUIRE);
	uint32_t missing = __atomic_load_n(&lost, __ATOMIC_RELAXED);
	char line[64];

	while (tail != end) {
		print(ring[tail % LINES].level, ring[tail % LINES].text);
		/* Release: pairs with the acquire in quietlog_take. */
		__atomic_store_n(&tail, tail + 1, __ATOMIC_RELEASE);
	}
	if (missing == lost_said)
		return;
	snprintf(line, sizeof(line), "audio: %u lines more were lost", missing - lost_said);
	lost_said = missing;
	print(VDEV_LOG_WARN, line);
}
