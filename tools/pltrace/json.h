/*
 * Writes trace events in Chrome's trace event format (JSON), which Perfetto and chrome://tracing
 * open: one track for each partition with the slices in which it ran, its doorbells and
 * interrupts; one for the hypervisor; one for the screen's frames, from commit to flip.
 * Exits to the hypervisor are left out: they would be most of the file.
 */
#ifndef TOOLS_PLTRACE_JSON_H
#define TOOLS_PLTRACE_JSON_H

#include <stddef.h>
#include "tools/pltrace/reader.h"

/* The events in their order. Returns 0, or a negative errno after saying why. */
int pltrace_write_json(const char *path, const struct pltrace *trace, const struct pl_trace_event *events, size_t count);

#endif
