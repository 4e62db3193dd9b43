#include "abi/mark.h"
#include "tools/pltrace/json.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TRACK_HV     100
#define TRACK_SCREEN 101
#define TRACK_CPU    200 /* + CPU, where there are several */
#define TRACK_VCPU   300 /* + partition * VCPU_MAX + vCPU, from vCPU 1 on */
#define VCPU_MAX     8u

static void put_us(struct pltrace_json *w, const char *key, uint64_t ticks)
{
	uint64_t ns = pltrace_ns(w->trace, ticks);

	fprintf(w->file, ",\"%s\":%" PRIu64 ".%03u", key, ns / 1000, (unsigned)(ns % 1000));
}

static void put_track_name(struct pltrace_json *w, unsigned track, const char *name, unsigned order)
{
	fprintf(w->file,
		",\n{\"ph\":\"M\",\"pid\":1,\"tid\":%u,\"name\":\"thread_name\",\"args\":{\"name\":\"%s\"}}",
		track, name);
	fprintf(w->file,
		",\n{\"ph\":\"M\",\"pid\":1,\"tid\":%u,\"name\":\"thread_sort_index\",\"args\":{\"sort_"
		"index\":%u}}",
		track, order);
}

static void put_slice(struct pltrace_json *w, unsigned track, uint64_t from, uint64_t to, const char *name)
{
	fprintf(w->file, ",\n{\"ph\":\"X\",\"pid\":1,\"tid\":%u,\"name\":\"%s\"", track, name);
	put_us(w, "ts", from);
	put_us(w, "dur", to - from);
	fputc('}', w->file);
}

static void put_instant(struct pltrace_json *w, const struct pl_trace_event *event, const char *name)
{
	unsigned track = event->partition == PL_TRACE_NONE ? TRACK_HV : event->partition;

	fprintf(w->file, ",\n{\"ph\":\"i\",\"s\":\"t\",\"pid\":1,\"tid\":%u,\"name\":\"%s\"", track, name);
	put_us(w, "ts", event->time);
	fprintf(w->file, ",\"args\":{\"a\":%" PRIu32 ",\"b\":\"0x%" PRIx64 "\",\"c\":\"0x%" PRIx64 "\"}}",
		event->a, event->b, event->c);
}

static unsigned vcpu_track(uint8_t partition, uint32_t vcpu)
{
	return vcpu ? TRACK_VCPU + partition * VCPU_MAX + vcpu % VCPU_MAX : partition;
}

/* A vCPU beside the first has a track from when it first runs. */
static void name_vcpu(struct pltrace_json *w, uint8_t partition, uint32_t vcpu)
{
	uint32_t bit = 1u << vcpu % VCPU_MAX;
	char name[32];

	if (!vcpu || partition >= PL_MAX_PARTITIONS || (w->named[partition] & bit))
		return;
	w->named[partition] |= bit;
	snprintf(
		name, sizeof(name), "%.15s vCPU %u", pltrace_partition(w->trace, partition), vcpu % VCPU_MAX);
	put_track_name(w, vcpu_track(partition, vcpu), name, partition + 1u);
}

static void end_slice(struct pltrace_json *w, uint8_t cpu, uint64_t now)
{
	const struct pltrace_running *r = &w->running[cpu];

	if (r->partition == PL_TRACE_NONE)
		return;
	put_slice(w, vcpu_track(r->partition, r->vcpu), r->since, now,
		pltrace_partition(w->trace, r->partition));
	if (w->trace->ring->ring_count > 1)
		put_slice(w, TRACK_CPU + cpu, r->since, now, pltrace_partition(w->trace, r->partition));
}

static void take_switch(struct pltrace_json *w, const struct pl_trace_event *event)
{
	uint8_t cpu = event->cpu % PL_MAX_CPUS;

	end_slice(w, cpu, event->time);
	name_vcpu(w, event->partition, event->a);
	w->running[cpu] = (struct pltrace_running){event->partition, event->a, event->time};
}

/* A commit and its flip have the frame's number in b. */
static void take_mark(struct pltrace_json *w, const struct pl_trace_event *event)
{
	uint64_t *committed = &w->committed[event->b % PLTRACE_FRAME_SLOTS];
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

void pltrace_json_put(struct pltrace_json *w, const struct pl_trace_event *event)
{
	char name[64];

	if (event->time > w->newest)
		w->newest = event->time;
	switch (event->type) {
	case PL_TRACE_SWITCH: take_switch(w, event); break;
	case PL_TRACE_MARK: take_mark(w, event); break;
	case PL_TRACE_EXIT: break;
	case PL_TRACE_PARTITION:
		snprintf(name, sizeof(name), "partition %s: %s",
			pltrace_partition(w->trace, event->partition), pltrace_state_str(event->a));
		put_instant(w, event, name);
		break;
	case PL_TRACE_FAULT:
		snprintf(name, sizeof(name), "fault: %s", pltrace_fault_str(event->a));
		put_instant(w, event, name);
		break;
	case PL_TRACE_DOORBELL:
		snprintf(name, sizeof(name), "doorbell %" PRIu32 " to %s", event->a,
			pltrace_partition(w->trace, (uint8_t)event->b));
		put_instant(w, event, name);
		break;
	case PL_TRACE_NOTIFY:
		snprintf(name, sizeof(name), "notify device %" PRIu32 " queue %" PRIu64, event->a, event->b);
		put_instant(w, event, name);
		break;
	default:
		snprintf(name, sizeof(name), "%s %" PRIu32, pltrace_type_str(event->type), event->a);
		put_instant(w, event, name);
	}
}

static void put_tracks(struct pltrace_json *w)
{
	fprintf(w->file, "{\"ph\":\"M\",\"pid\":1,\"tid\":0,\"name\":\"process_name\",\"args\":{\"name\":"
			 "\"handset\"}}");
	for (unsigned i = 0; i < w->trace->ring->partition_count && i < 8; i++)
		put_track_name(w, i, pltrace_partition(w->trace, (uint8_t)i), i + 1);
	put_track_name(w, TRACK_HV, "hv", 0);
	for (unsigned i = 0; w->trace->ring->ring_count > 1 && i < w->trace->ring->ring_count; i++) {
		char name[16];

		snprintf(name, sizeof(name), "CPU %u", i);
		put_track_name(w, TRACK_CPU + i, name, 30 + i);
	}
	put_track_name(w, TRACK_SCREEN, "screen", 50);
}

int pltrace_json_open(struct pltrace_json *w, const char *path, const struct pltrace *trace)
{
	*w = (struct pltrace_json){.path = path, .trace = trace};
	for (unsigned i = 0; i < PL_MAX_CPUS; i++)
		w->running[i].partition = PL_TRACE_NONE;
	if (!trace->ring) {
		fprintf(stderr, "pltrace: %s: there is no trace to write\n", path);
		return -ENODATA;
	}
	w->file = fopen(path, "w");
	if (!w->file) {
		fprintf(stderr, "pltrace: %s: %s\n", path, strerror(errno));
		return -errno;
	}
	fprintf(w->file, "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n");
	put_tracks(w);
	return 0;
}

int pltrace_json_close(struct pltrace_json *w)
{
	int failed;

	for (uint8_t cpu = 0; cpu < PL_MAX_CPUS; cpu++)
		end_slice(w, cpu, w->newest);
	fprintf(w->file, "\n]}\n");
	failed = ferror(w->file);
	if (fclose(w->file) || failed) {
		fprintf(stderr, "pltrace: %s: not written whole\n", w->path);
		return -EIO;
	}
	return 0;
}

int pltrace_write_json(
	const char *path, const struct pltrace *trace, const struct pl_trace_event *events, size_t count)
{
	struct pltrace_json w;
	int ret = pltrace_json_open(&w, path, trace);

	if (ret < 0)
		return ret;
	for (size_t i = 0; i < count; i++)
		pltrace_json_put(&w, &events[i]);
	return pltrace_json_close(&w);
}
