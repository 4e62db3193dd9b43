/* What Perfetto gets to see. */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <unistd.h>

#include "abi/mark.h"
#include "tests/unit/expect.h"
#include "tools/pltrace/json.h"

static struct pl_trace_ring ring = {
	.magic = PL_TRACE_MAGIC,
	.version = 1,
	.counter_hz = 1000000000,
	.partition_count = 2,
	.partition_name = {"call", "linux"},
};
static const struct pltrace trace = {.ring = &ring};

static cJSON *written(const struct pl_trace_event *events, size_t count)
{
	char path[] = "/tmp/json-test-XXXXXX";
	int fd = mkstemp(path);
	char *text = calloc(1, 65536);
	cJSON *json;
	FILE *file;

	EXPECT_EQ(pltrace_write_json(path, &trace, events, count), 0);
	file = fdopen(fd, "r");
	EXPECT_EQ(fread(text, 1, 65535, file) > 0, 1);
	fclose(file);
	unlink(path);
	json = cJSON_Parse(text);
	free(text);
	return json;
}

/* The n-th event with that phase and name, or NULL. */
static cJSON *find(cJSON *json, const char *phase, const char *name)
{
	cJSON *event;

	cJSON_ArrayForEach(event, cJSON_GetObjectItem(json, "traceEvents"))
	{
		const char *is = cJSON_GetStringValue(cJSON_GetObjectItem(event, "name"));

		if (is && !strcmp(is, name) &&
			!strcmp(cJSON_GetStringValue(cJSON_GetObjectItem(event, "ph")), phase))
			return event;
	}
	return NULL;
}

static double number(cJSON *event, const char *key)
{
	return event ? cJSON_GetNumberValue(cJSON_GetObjectItem(event, key)) : -1;
}

static void shows_who_ran(void)
{
	static const struct pl_trace_event events[] = {
		{.time = 1000, .type = PL_TRACE_SWITCH, .partition = 1, .b = PL_TRACE_NONE},
		{.time = 5500, .type = PL_TRACE_SWITCH, .partition = 0, .b = 1},
		{.time = 6000, .type = PL_TRACE_SWITCH, .partition = PL_TRACE_NONE, .b = 0},
	};
	cJSON *json = written(events, 3), *slice = find(json, "X", "linux");

	EXPECT_EQ(number(slice, "tid"), 1);
	EXPECT_EQ(number(slice, "ts"), 1);
	EXPECT_EQ(number(slice, "dur") * 10, 45);
	EXPECT_EQ(number(find(json, "X", "call"), "dur") * 10, 5);
	cJSON_Delete(json);
}

/* Two vCPUs of one partition at once, on a CPU each. */
static void shows_several_cpus(void)
{
	static const struct pl_trace_event events[] = {
		{.time = 1000, .type = PL_TRACE_SWITCH, .cpu = 0, .partition = 1, .a = 0, .b = PL_TRACE_NONE},
		{.time = 2000, .type = PL_TRACE_SWITCH, .cpu = 1, .partition = 1, .a = 1, .b = PL_TRACE_NONE},
		{.time = 4000, .type = PL_TRACE_SWITCH, .cpu = 0, .partition = 0, .b = 1},
		{.time = 9000, .type = PL_TRACE_SWITCH, .cpu = 1, .partition = PL_TRACE_NONE, .b = 1},
	};
	cJSON *json, *event;
	double first = 0, second = 0, cpu = 0;

	ring.ring_count = 2;
	json = written(events, 4);
	cJSON_ArrayForEach(event, cJSON_GetObjectItem(json, "traceEvents"))
	{
		const char *name = cJSON_GetStringValue(cJSON_GetObjectItem(event, "name"));

		if (strcmp(name, "linux") != 0)
			continue;
		if (number(event, "tid") < 100)
			first += number(event, "dur");
		else if (number(event, "tid") < 300)
			cpu += number(event, "dur");
		else
			second += number(event, "dur");
	}
	ring.ring_count = 1;
	EXPECT_EQ(first, 3);
	EXPECT_EQ(second, 7);
	EXPECT_EQ(cpu, 10);
	cJSON_Delete(json);
}

static void shows_frames(void)
{
	static const struct pl_trace_event events[] = {
		{.time = 1000, .type = PL_TRACE_MARK, .partition = 1, .a = PL_MARK_COMMIT, .b = 7},
		{.time = 3000, .type = PL_TRACE_MARK, .partition = 1, .a = PL_MARK_FLIP, .b = 7},
		{.time = 4000, .type = PL_TRACE_MARK, .partition = 1, .a = PL_MARK_FLIP, .b = 8},
	};
	cJSON *json = written(events, 3);

	EXPECT_EQ(number(find(json, "X", "frame 7"), "dur"), 2);
	EXPECT_EQ(find(json, "X", "frame 8") == NULL, 1);
	cJSON_Delete(json);
}

static void takes_unknown_numbers(void)
{
	static const struct pl_trace_event events[] = {
		{.time = 1, .type = 999, .partition = 200, .a = 0xffffffff},
		{.time = 2, .type = PL_TRACE_MARK, .partition = 7, .a = 12345, .b = ~0ull},
		{.time = 3, .type = PL_TRACE_SWITCH, .partition = 99},
		{.time = 4, .type = PL_TRACE_FAULT, .partition = 0, .a = 999},
	};
	cJSON *json = written(events, 4);

	EXPECT_EQ(json != NULL, 1);
	cJSON_Delete(json);
}

static const struct unit_test tests[] = {
	{"the trace shows which partition ran when", shows_who_ran},
	{"the trace shows each vCPU and each CPU, where there are several", shows_several_cpus},
	{"the trace shows frames from commit to flip", shows_frames},
	{"numbers that nobody knows still make a trace that opens", takes_unknown_numbers},
};
UNIT_MAIN("trace", tests)
