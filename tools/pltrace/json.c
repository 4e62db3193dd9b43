#include "tools/pltrace/json.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TRACK_HV     100
#define TRACK_SCREEN 101
#define FRAME_SLOTS  16 /* frames between commit and flip; one at a time today */

struct writer {
	FILE *file;
	const struct pltrace *trace;
	uint8_t running; /* partition, or PL_TRACE_NONE */
	uint64_t since;	 /* when it got the CPU */
	uint64_t committed[FRAME_SLOTS];
};

static void put_us(struct writer *w, const char *key, uint64_t ticks)
{
	uint64_t ns = pltrace_ns(w->trace, ticks);

	fprintf(w->file, ",\"%s\":%" PRIu64 ".%03u", key, ns / 1000, (unsigned)(ns % 1000));
}

static void put_track_name(struct writer *w, unsigned track, const char *name, unsigned order)
{
	fprintf(w->file, ",\n{\"ph\":\"M\",\"pid\":1,\"tid\":%u,\"name\":\"thread_name\",\"args\":{\"name\":\"%s\"}}", track,
		name);
	fprintf(w->file, ",\n{\"ph\":\"M\",\"pid\":1,\"tid\":%u,\"name\":\"thread_sort_index\",\"args\":{\"sort_index\":%u}}",
		track, order);
}

static void put_slice(struct writer *w, unsigned track, uint64_t from, uint64_t to, const char *name)
{
	fprintf(w->file, ",\n{\"ph\":\"X\",\"pid\":1,\"tid\":%u,\"name\":\"%s\"", track, name);
	put_us(w, "ts", from);
	put_us(w, "dur", to - from);
	fputc('}', w->file);
}

static void put_instant(struct writer *w, const struct pl_trace_event *event, const char *name)
{
	unsigned track = event->partition == PL_TRACE_NONE ? TRACK_HV : event->partition;

	fprintf(w->file, ",\n{\"ph\":\"i\",\"s\":\"t\",\"pid\":1,\"tid\":%u,\"name\":\"%s\"", track, name);
	put_us(w, "ts", event->time);
	fprintf(w->file, ",\"args\":{\"a\":%" PRIu32 ",\"b\":\"0x%" PRIx64 "\",\"c\":\"0x%" PRIx64 "\"}}", event->a, event->b,
		event->c);
}

static void take_switch(struct writer *w, const struct pl_trace_event *event)
{
	if (w->running != PL_TRACE_NONE)
		put_slice(w, w->running, w->since, event->time, pltrace_partition(w->trace, w->running));
	w->running = event->partition;
	w->since = event->time;
}

/* A commit and its flip have the frame's number in b. */
static void take_mark(struct writer *w, const struct pl_trace_event *event)
{
	uint64_t *committed = &w->committed[event->b % FRAME_SLOTS];
	char name[48];

	if (event->a == PL_MARK_COMMIT)
		*committed = event->time;
	if (event->a == PL_MARK_FLIP && *committed) {
		snprintf(name, sizeof(name), "frame %" PRIu64, event->b);
		put_slice(w, TRACK_SCREEN, *committed, event->time, name);
		*committed = 0;
	}
	put_instant(w, event, pltrace_mark_str(event->a));
}

static void take(struct writer *w, const struct pl_trace_event *event)
{
	char name[64];

	switch (event->type) {
	case PL_TRACE_SWITCH: take_switch(w, event); break;
	case PL_TRACE_MARK: take_mark(w, event); break;
	case PL_TRACE_EXIT: break;
	case PL_TRACE_PARTITION:
		snprintf(name, sizeof(name), "partition %s: %s", pltrace_partition(w->trace, event->partition),
			pltrace_state_str(event->a));
		put_instant(w, event, name);
		break;
	case PL_TRACE_FAULT:
		snprintf(name, sizeof(name), "fault: %s", pltrace_fault_str(event->a));
		put_instant(w, event, name);
		break;
	default:
		snprintf(name, sizeof(name), "%s %" PRIu32, pltrace_type_str(event->type), event->a);
		put_instant(w, event, name);
	}
}

static void put_tracks(struct writer *w)
{
	fprintf(w->file, "{\"ph\":\"M\",\"pid\":1,\"tid\":0,\"name\":\"process_name\",\"args\":{\"name\":\"handset\"}}");
	for (unsigned i = 0; i < w->trace->ring->partition_count && i < 8; i++)
		put_track_name(w, i, pltrace_partition(w->trace, (uint8_t)i), i + 1);
	put_track_name(w, TRACK_HV, "hv", 0);
	put_track_name(w, TRACK_SCREEN, "screen", 50);
}

int pltrace_write_json(const char *path, const struct pltrace *trace, const struct pl_trace_event *events, size_t count)
{
	struct writer w = {.trace = trace, .running = PL_TRACE_NONE};
	int failed;

	if (!trace->ring) {
		fprintf(stderr, "pltrace: %s: there is no trace to write\n", path);
		return -ENODATA;
	}
	w.file = fopen(path, "w");
	if (!w.file) {
		fprintf(stderr, "pltrace: %s: %s\n", path, strerror(errno));
		return -errno;
	}
	fprintf(w.file, "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n");
	put_tracks(&w);
	for (size_t i = 0; i < count; i++)
		take(&w, &events[i]);
	fprintf(w.file, "\n]}\n");
	failed = ferror(w.file);
	if (fclose(w.file) || failed) {
		fprintf(stderr, "pltrace: %s: not written whole\n", path);
		return -EIO;
	}
	return 0;
}
