/* timeline.txt: what everybody said and did, on the one clock of all partitions. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/mark.h"
#include "examples/handset/demo/demo.h"
#include "tools/pltrace/json.h"

struct entry {
	uint64_t time_ns;
	size_t order; /* keeps what came at one time in its order */
	char who[HARNESS_NAME_MAX];
	char what[160];
};

struct timeline {
	struct entry *entry;
	size_t count, room;
};

static struct entry *add(struct timeline *timeline, uint64_t time_ns, const char *who)
{
	struct entry *entry;

	if (timeline->count == timeline->room) {
		size_t room = timeline->room ? 2 * timeline->room : 1024;
		struct entry *grown = realloc(timeline->entry, room * sizeof(*grown));

		if (!grown)
			return NULL;
		timeline->entry = grown;
		timeline->room = room;
	}
	entry = &timeline->entry[timeline->count];
	entry->time_ns = time_ns;
	entry->order = timeline->count++;
	snprintf(entry->who, sizeof(entry->who), "%s", who);
	entry->what[0] = '\0';
	return entry;
}

/* What programs say of themselves; the shells' prompts and echoes are left out. */
static bool worth_telling(const struct harness_event *event)
{
	static const char *const said[] = {
		"app: ", "call: ", "modem: ", "partylined: ", "init: ", "Kernel panic"};

	if (!strcmp(event->name, "hv"))
		return true;
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		if (strstr(event->text, said[i]))
			return true;
	return false;
}

static void add_lines(struct timeline *timeline, const struct harness *harness)
{
	for (size_t i = 0; i < harness->event_count; i++) {
		const struct harness_event *event = &harness->event[i];
		struct entry *entry =
			worth_telling(event) ? add(timeline, event->time_ns, event->name) : NULL;

		if (entry)
			snprintf(entry->what, sizeof(entry->what), "%s", event->text);
	}
}

static void describe_mark(
	struct entry *entry, const struct harness *harness, const struct pl_trace_event *event)
{
	unsigned code = (unsigned)(event->b >> 8);
	const char *press = event->b & 0xff ? "down" : "up";

	switch (event->a) {
	case PL_MARK_KEY_IN:
		snprintf(entry->what, sizeof(entry->what), "key %u %s comes in", code, press);
		break;
	case PL_MARK_KEY_OWNER:
		snprintf(entry->what, sizeof(entry->what), "key %u %s is handed to %s", code, press,
			pltrace_partition(&harness->trace, (uint8_t)event->c));
		break;
	default:
		snprintf(entry->what, sizeof(entry->what),
			"frame %" PRIu64 " is on the screen, the call's news in it", event->b);
	}
}

static void add_trace(struct timeline *timeline, const struct harness *harness)
{
	int call = harness->trace.ring ? pltrace_find(&harness->trace, "call") : -1;

	for (size_t i = 0; call >= 0 && i < harness->traced_count; i++) {
		const struct pl_trace_event *event = &harness->traced[i];
		bool key = event->a == PL_MARK_KEY_IN || event->a == PL_MARK_KEY_OWNER;
		bool news = event->a == PL_MARK_FLIP && (event->c >> call & 1);
		struct entry *entry;

		if (event->type != PL_TRACE_MARK || (!key && !news))
			continue;
		entry = add(timeline, harness_traced_ns(harness, i),
			pltrace_partition(&harness->trace, event->partition));
		if (entry)
			describe_mark(entry, harness, event);
	}
}

static int earlier(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	if (left->time_ns != right->time_ns)
		return left->time_ns < right->time_ns ? -1 : 1;
	return left->order < right->order ? -1 : 1;
}

static int write_text(const struct timeline *timeline, const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file) {
		fprintf(stderr, "demo: %s: %s\n", path, strerror(errno));
		return -errno;
	}
	fprintf(file, "# One clock for all partitions: virtual seconds since the machine was switched on.\n");
	for (size_t i = 0; i < timeline->count; i++) {
		const struct entry *entry = &timeline->entry[i];

		fprintf(file, "%5" PRIu64 ".%06" PRIu64 "  %-6s %s\n", entry->time_ns / 1000000000,
			entry->time_ns / 1000 % 1000000, entry->who, entry->what);
	}
	return fclose(file) ? -errno : 0;
}

int timeline_write(struct demo *demo)
{
	struct timeline timeline = {0};
	char path[256];
	int error;

	add_lines(&timeline, demo->harness);
	add_trace(&timeline, demo->harness);
	for (uint32_t i = 0; i < demo->note_count; i++) {
		struct entry *entry = add(&timeline, demo->note[i].time_ns, "(demo)");

		if (entry)
			snprintf(entry->what, sizeof(entry->what), "%s", demo->note[i].text);
	}
	qsort(timeline.entry, timeline.count, sizeof(*timeline.entry), earlier);
	snprintf(path, sizeof(path), "%s/timeline.txt", demo->directory);
	error = write_text(&timeline, path);
	free(timeline.entry);
	snprintf(path, sizeof(path), "%s/trace.json", demo->directory);
	return error ? error
		     : pltrace_write_json(path, &demo->harness->trace, demo->harness->traced,
			       demo->harness->traced_count);
}
