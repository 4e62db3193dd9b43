/* The console stream `[   12.345678] name | text` (docs/contract.md) as a list of events. */
#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "tools/harness/internal.h"

#define CONSOLE_SELECT '\x14' /* Ctrl-T, then the partition's number */

/* "12.345678" in ns; false if it is no time. */
static bool parse_time(const char *text, uint64_t *time_ns, const char **end)
{
	char *stop;
	uint64_t seconds = strtoull(text, &stop, 10);
	uint64_t fraction;
	const char *digits = stop + 1;

	if (stop == text || *stop != '.')
		return false;
	fraction = strtoull(digits, &stop, 10);
	for (long length = stop - digits; length < 9; length++)
		fraction *= 10;
	*time_ns = seconds * 1000000000ull + fraction;
	*end = stop;
	return stop - digits == 6;
}

static bool parse_line(char *line, struct harness_event *event)
{
	const char *rest, *bar;
	size_t length;

	if (line[0] != '[' || !parse_time(line + 1, &event->time_ns, &rest) || strncmp(rest, "] ", 2))
		return false;
	rest += 2;
	bar = strstr(rest, " | ");
	if (!bar) {
		/* A line of no text has no trailing space. */
		bar = strstr(rest, " |");
		if (!bar || bar[2])
			return false;
	}
	length = strcspn(rest, " ");
	if (!length || length >= sizeof(event->name))
		return false;
	memcpy(event->name, rest, length);
	event->name[length] = '\0';
	event->text = strdup(bar + (bar[2] ? 3 : 2));
	return event->text != NULL;
}

static void add_event(struct harness *harness, const struct harness_event *event)
{
	if (harness->event_count == harness->event_room) {
		size_t room = harness->event_room ? 2 * harness->event_room : 256;
		struct harness_event *grown = realloc(harness->event, room * sizeof(*grown));

		if (!grown) {
			fprintf(stderr, "harness: no memory for %zu events\n", room);
			abort();
		}
		harness->event = grown;
		harness->event_room = room;
	}
	harness->event[harness->event_count++] = *event;
}

void console_take(struct harness *harness, const char *bytes, size_t count)
{
	fwrite(bytes, 1, count, harness->console_log);
	fflush(harness->console_log);
	for (size_t i = 0; i < count; i++) {
		struct harness_event event = {0};

		if (bytes[i] != '\n') {
			if (bytes[i] != '\r' && harness->console_length < sizeof(harness->console_line) - 1)
				harness->console_line[harness->console_length++] = bytes[i];
			continue;
		}
		harness->console_line[harness->console_length] = '\0';
		harness->console_length = 0;
		if (parse_line(harness->console_line, &event))
			add_event(harness, &event);
	}
}

static bool matches(const struct harness_event *event, const char *name, const regex_t *pattern)
{
	return (!name || !strcmp(event->name, name)) && !regexec(pattern, event->text, 0, NULL, 0);
}

/* Patterns are the caller's own constants. */
static void compile(regex_t *pattern, const char *text)
{
	if (regcomp(pattern, text, REG_EXTENDED | REG_NOSUB | REG_ICASE)) {
		fprintf(stderr, "harness: no regular expression: %s\n", text);
		abort();
	}
}

ssize_t harness_find(const struct harness *harness, size_t from, const char *name, const char *pattern)
{
	ssize_t found = -ENOENT;
	regex_t compiled;

	compile(&compiled, pattern);
	for (size_t i = from; i < harness->event_count && found < 0; i++)
		if (matches(&harness->event[i], name, &compiled))
			found = (ssize_t)i;
	regfree(&compiled);
	return found;
}

size_t harness_count(
	const struct harness *harness, size_t from, size_t to, const char *name, const char *pattern)
{
	size_t count = 0;
	regex_t compiled;

	compile(&compiled, pattern);
	for (size_t i = from; i < to && i < harness->event_count; i++)
		count += matches(&harness->event[i], name, &compiled);
	regfree(&compiled);
	return count;
}

ssize_t harness_await(struct harness *harness, size_t from, const char *name, const char *pattern)
{
	uint64_t end = harness_real_ms() + harness->guard_ms;

	for (;;) {
		size_t looked_at = harness->event_count;
		ssize_t found = harness_find(harness, from, name, pattern);
		uint64_t now = harness_real_ms();
		int error;

		if (found >= 0)
			return found;
		from = from > looked_at ? from : looked_at;
		if (now >= end) {
			fprintf(stderr, "harness: %s did not say /%s/\n", name ? name : "nobody", pattern);
			return -ETIMEDOUT;
		}
		error = harness_pump(harness, (int)(end - now));
		if (error)
			return error;
	}
}

size_t harness_now(struct harness *harness)
{
	harness_pump(harness, 0);
	return harness->event_count;
}

int harness_type(struct harness *harness, const char *partition, const char *text)
{
	int index = harness->trace.ring ? pltrace_find(&harness->trace, partition) : -ENOENT;
	char select[2] = {CONSOLE_SELECT, (char)('0' + index)};

	if (index < 0 || index > 9) {
		fprintf(stderr, "harness: no partition %s to type to\n", partition);
		return -ENOENT;
	}
	if (harness_write(harness->console_fd, select, sizeof(select)))
		return -EPIPE;
	return harness_write(harness->console_fd, text, strlen(text));
}
