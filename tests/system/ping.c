#include "tests/system/ping.h"

#include <stdlib.h>
#include <string.h>

#include "abi/mark.h"

#define PAUSE	     "0.0137" /* seconds */
#define TO_STRING(x) #x
#define STRING(x)    TO_STRING(x)
#define NS_PER_US    1000u

static int ascending(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

/* Busybox's ping says milliseconds with three digits behind the point. False: no line of an answer. */
static bool read_time(const char *line, uint64_t *ns)
{
	const char *at = strstr(line, " time=");
	unsigned ms, us;

	if (!at || sscanf(at, " time=%u.%3u ms", &ms, &us) != 2)
		return false;
	*ns = (ms * 1000ull + us) * NS_PER_US;
	return true;
}

/* Nearest rank. */
static uint64_t percentile(const uint64_t value[PING_COUNT], unsigned percent)
{
	return value[(PING_COUNT * percent + 99) / 100 - 1];
}

static unsigned count_flips(const struct harness *harness, size_t first)
{
	unsigned count = 0;

	for (size_t i = first; i < harness->traced_count; i++)
		count += harness->traced[i].type == PL_TRACE_MARK && harness->traced[i].a == PL_MARK_FLIP;
	return count;
}

int ping_measure(struct harness *harness, struct ping_times *times)
{
	uint64_t value[PING_COUNT];
	size_t from = harness_now(harness), first = harness->traced_count;
	ssize_t end;

	harness_type(harness, "linux",
		"\nping -c " STRING(PING_COUNT) " -i " PAUSE " 10.9.0.1 >/tmp/ping; cat /tmp/ping\n");
	end = harness_await(harness, from, "linux", "packets transmitted");
	if (end < 0)
		return (int)end;
	*times = (struct ping_times){0};
	for (size_t i = from; i < (size_t)end && times->answered < PING_COUNT; i++)
		if (!strcmp(harness->event[i].name, "linux") &&
			read_time(harness->event[i].text, &value[times->answered]))
			times->answered++;
	memset(value + times->answered, 0xff, (PING_COUNT - times->answered) * sizeof(value[0]));
	qsort(value, PING_COUNT, sizeof(value[0]), ascending);
	times->median_ns = percentile(value, 50);
	times->p99_ns = percentile(value, 99);
	times->pictures = count_flips(harness, first);
	return 0;
}
