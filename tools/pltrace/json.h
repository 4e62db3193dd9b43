/*
 * Writes trace events in Chrome's trace event format (JSON), which Perfetto and chrome://tracing
 * open: one track for each partition with the slices in which it ran, its doorbells and
 * interrupts; one for the hypervisor; one for the screen's frames, from commit to flip.
 * With several CPUs also one for each of these, and one for each further vCPU.
 * Exits to the hypervisor are left out: they would be most of the file.
 */
#ifndef TOOLS_PLTRACE_JSON_H
#define TOOLS_PLTRACE_JSON_H

#include <stddef.h>
#include <stdio.h>
#include "tools/pltrace/reader.h"

#define PLTRACE_FRAME_SLOTS 16 /* frames between commit and flip; one at a time today */

/* A file being written. */
struct pltrace_json {
	const char *path;
	FILE *file;
	const struct pltrace *trace;
	struct pltrace_running {
		uint8_t partition; /* PL_TRACE_NONE: nobody */
		uint32_t vcpu;
		uint64_t since;
	} running[PL_MAX_CPUS];
	uint32_t named[PL_MAX_PARTITIONS]; /* bit per vCPU that has a track already */
	uint64_t newest;		   /* time of the newest event */
	uint64_t committed[PLTRACE_FRAME_SLOTS];
};

/* Begin with the tracks of an open trace. Returns 0, or a negative errno after saying why. */
int pltrace_json_open(struct pltrace_json *w, const char *path, const struct pltrace *trace);
/* Events come in their order. */
void pltrace_json_put(struct pltrace_json *w, const struct pl_trace_event *event);
/* Ends what still runs and the file. Returns 0, or -EIO after saying why. */
int pltrace_json_close(struct pltrace_json *w);

/* All of that at once. */
int pltrace_write_json(
	const char *path, const struct pltrace *trace, const struct pl_trace_event *events, size_t count);

#endif
