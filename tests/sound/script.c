#include "tests/sound/script.h"
#include <stdio.h>
#include <string.h>
#include "abi/mark.h"

struct script script;

char **script_start(struct harness_options *options, const char *own, int argc, char **argv)
{
	char **words = harness_arguments(options, own, argc, argv);

	options->trace_types = 1u << PL_TRACE_MARK;
	script.harness = words ? harness_create(options) : NULL;
	return script.harness ? words : NULL;
}

bool verdict(bool held, const char *name, const char *format, double is, double limit)
{
	printf("%s %s", held ? "pass" : "fail", name);
	if (!held) {
		printf(": ");
		printf(format, is, limit);
	}
	printf("\n");
	script.failed += !held;
	return held;
}

uint64_t time_of(ssize_t event)
{
	return event < 0 ? 0 : script.harness->event[event].time_ns;
}

/* The pattern is anchored: the console shows the command too. */
uint64_t run(const char *partition, const char *command)
{
	char line[512], pattern[32];
	size_t from = harness_now(script.harness);
	ssize_t event;

	script.commands++;
	snprintf(line, sizeof(line), "\n%s; echo done%u: $?\n", command, script.commands);
	snprintf(pattern, sizeof(pattern), "^done%u: ", script.commands);
	harness_type(script.harness, partition, line);
	event = harness_await(script.harness, from, partition, pattern);
	if (event < 0 || strcmp(strchr(script.harness->event[event].text, ':'), ": 0") != 0) {
		printf("fail %s: \"%s\": %s\n", partition, command,
			event < 0 ? "no end of it" : script.harness->event[event].text);
		script.failed++;
	}
	return time_of(event);
}

uint64_t await(size_t from, const char *partition, const char *pattern)
{
	ssize_t event = harness_await(script.harness, from, partition, pattern);

	if (event < 0) {
		printf("fail %s says \"%s\": it did not\n", partition, pattern);
		script.failed++;
	}
	return time_of(event);
}

void tap(const char *key)
{
	harness_key(script.harness, key, true);
	harness_key(script.harness, key, false);
}

uint64_t call_begins(void)
{
	size_t from = harness_now(script.harness);

	harness_type(script.harness, "modem", CALLER);
	await(from, "call", "^call: state [a-z]+ -> ringing");
	tap("f1");
	return await(from, "call", "^call: state ringing -> active");
}

/* The newest frame that the card's pointer has passed, as the trace says. */
static uint64_t played(const struct harness *harness)
{
	for (size_t i = harness->traced_count; i-- > 0;)
		if (harness->traced[i].type == PL_TRACE_MARK && harness->traced[i].a == PL_MARK_CARD)
			return harness->traced[i].b;
	return 0;
}

static bool is_there(const struct harness *harness, void *frame)
{
	return played(harness) >= *(const uint64_t *)frame;
}

void await_card(uint64_t frames)
{
	uint64_t until = played(script.harness) + frames;

	if (!harness_await_traced(script.harness, is_there, &until))
		return;
	fprintf(stderr, "the card is at frame %llu, %llu awaited\n",
		(unsigned long long)played(script.harness), (unsigned long long)until);
	script.failed++;
}
