#include "tests/system/modem/steps.h"

#include <stdio.h>
#include "examples/handset/demo/look.h"

#define GUARD_MS 600000
#define CALLER	 "+358401234567"

static struct harness *harness;
static unsigned failed;

bool verdict(bool held, const char *name)
{
	printf("%s %s\n", held ? "pass" : "fail", name);
	failed += !held;
	return held;
}

size_t now(void)
{
	return harness_now(harness);
}

bool await(size_t from, const char *partition, const char *pattern)
{
	return harness_await(harness, from, partition, pattern) >= 0;
}

bool found(size_t from, const char *partition, const char *pattern)
{
	return harness_find(harness, from, partition, pattern) >= 0;
}

void tap(const char *key)
{
	harness_key(harness, key, true);
	harness_key(harness, key, false);
}

void seconds_pass(unsigned count)
{
	size_t from = now();

	while (count--) {
		ssize_t tick = harness_await(harness, from, "linux", "^tick");

		if (tick < 0)
			return;
		from = (size_t)tick + 1;
	}
}

void tell(const char *partition, const char *command)
{
	harness_type(harness, partition, command);
	harness_type(harness, partition, "\n");
}

bool shows(struct ui_model *model)
{
	struct picture picture = {0};
	bool seen = !harness_await_picture(harness, look_card, model, &picture);

	picture_finish(&picture);
	return seen;
}

bool call_answered(void)
{
	size_t from = now();

	tell("modem", "ring " CALLER);
	/* The end of the call before may still be shown. */
	if (!await(from, "call", "(idle|ended) -> ringing"))
		return false;
	tap("f1");
	return await(from, "call", "ringing -> active");
}

bool started(void)
{
	return verdict(
		await(0, "linux", "^client: ready, .*,1.OK") && await(0, "call", "^call: screen ready"),
		"Linux has a registered modem, the call its screen");
}

int steps_run(int argc, char **argv, void (*run)(void))
{
	struct harness_options options = {.guard_ms = GUARD_MS};

	if (!harness_arguments(&options, "", argc, argv))
		return 2;
	options.trace_types = 1u << PL_TRACE_MARK;
	harness = harness_create(&options);
	if (!harness)
		return 1;
	run();
	harness_destroy(harness);
	return failed != 0;
}
