/*
 * What the shared line costs, in virtual time, all between two events of the hypervisor's trace.
 * modem.at_added_ms: from the last byte of Linux's command in the call partition's receiver to its last byte in the
 * modem's, while nobody else wants anything.
 * modem.voice_cmd_ms: from the event of the call or end key in the I/O domain to the last byte of ATA's or AT+CHUP's
 * frame in the modem's receiver, while Linux floods its port.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/harness/harness.h"
#include "vdev-modem/mux_frame.h"

#define GUARD_MS    900000
#define IDLE_COUNT  "200"
#define IDLE_MIN    190
#define SAMPLE_MAX  512
#define PERCENTILE  99
#define UART_MAX    8
#define LINUX_MODEM "AT+CESQ\r"
#define LINUX_SHOWN "^modem: > AT\\+CESQ"
#define FLOOD_COUNT 2
#define CALL_COUNT  100
#define CALL_DLCI   1		  /* examples/handset/modem.conf: call */
#define TRACE_PA    0xb0000000ull /* figures.dts */
#define NUMBER	    "+358401234567"

static struct harness *harness;

struct samples {
	uint64_t value[SAMPLE_MAX];
	size_t count;
};

static int ascending(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

static int fail(const char *what, size_t number)
{
	fprintf(stderr, "figures: %s (%zu)\n", what, number);
	return -1;
}

/* Nearest rank, in milliseconds. */
static int figure(const char *name, struct samples *s)
{
	if (!s->count)
		return fail("no samples", 0);
	qsort(s->value, s->count, sizeof(s->value[0]), ascending);
	printf("%s\t%.3f\tms, p99 of %zu, at most %.3f\n", name,
		(double)s->value[(s->count * PERCENTILE + 99) / 100 - 1] / 1e6, s->count,
		(double)s->value[s->count - 1] / 1e6);
	return 0;
}

/* From event `i` on, the one with the last byte of `text` at any one of a partition's receivers; traced_count: none. */
static size_t find_text(size_t i, int partition, const char *text)
{
	size_t matched[UART_MAX] = {0};

	for (; i < harness->traced_count; i++) {
		const struct pl_trace_event *event = &harness->traced[i];
		size_t *m = &matched[event->a % UART_MAX];

		if (event->type != PL_TRACE_LINE || event->partition != partition)
			continue;
		*m = (char)event->b == text[*m] ? *m + 1 : (char)event->b == text[0];
		if (!text[*m])
			return i;
	}
	return i;
}

static void add(struct samples *s, size_t from, size_t to)
{
	if (s->count < SAMPLE_MAX)
		s->value[s->count++] = harness_traced_ns(harness, to) - harness_traced_ns(harness, from);
}

static int measure_idle(struct samples *s)
{
	int call = pltrace_find(&harness->trace, "call"), modem = pltrace_find(&harness->trace, "modem");
	size_t from = harness_now(harness), at = harness->traced_count;

	harness_type(harness, "linux", "idle " IDLE_COUNT "\n");
	if (harness_await(harness, from, "linux", "^idle: done") < 0)
		return fail("Linux's commands had no answer", 0);
	for (;;) {
		size_t begin = find_text(at, call, LINUX_MODEM), end = find_text(begin, modem, LINUX_MODEM);

		if (end == harness->traced_count)
			break;
		add(s, begin, end);
		at = end + 1;
	}
	return s->count >= IDLE_MIN ? 0 : fail("commands in the trace", s->count);
}

/*
 * While Linux floods.
 */

/* The modem's receivers, as the modem reads them: frames of TS 27.010, and how much of a line has come. */
struct listener {
	struct mux_decoder decoder[UART_MAX];
	size_t matched[UART_MAX];
};

static void listener_init(struct listener *l)
{
	for (size_t i = 0; i < UART_MAX; i++) {
		mux_decoder_init(&l->decoder[i], MUX_ADVANCED, MUX_N1_MAX);
		l->matched[i] = 0;
	}
}

/* Is this the last byte of a frame on telephony's channel with which `text` is whole? */
static bool ends_text(struct listener *l, const struct pl_trace_event *event, const char *text)
{
	struct mux_decoder *decoder = &l->decoder[event->a % UART_MAX];
	size_t *m = &l->matched[event->a % UART_MAX];

	if (!mux_decoder_byte(decoder, (uint8_t)event->b) || decoder->frame.type != MUX_UIH ||
		decoder->frame.dlci != CALL_DLCI)
		return false;
	for (size_t i = 0; i < decoder->frame.count && text[*m]; i++) {
		char c = (char)decoder->frame.info[i];

		*m = c == text[*m] ? *m + 1 : c == text[0];
	}
	return !text[*m];
}

/* From the first press of a key at event `i` or later to `text` at the modem. Returns where to go on; traced_count: none. */
static size_t add_command(struct samples *s, size_t i, int modem, const char *text)
{
	static struct listener listener;
	size_t key;

	while (i < harness->traced_count &&
		!(harness->traced[i].type == PL_TRACE_MARK && harness->traced[i].a == PL_MARK_KEY_IN &&
			(harness->traced[i].b & 0xff) == 1))
		i++;
	key = i;
	listener_init(&listener);
	for (; i < harness->traced_count; i++)
		if (harness->traced[i].type == PL_TRACE_LINE && harness->traced[i].partition == modem &&
			ends_text(&listener, &harness->traced[i], text)) {
			add(s, key, i);
			break;
		}
	return i;
}

/* So many of Linux's commands come to the modem: it must have run meanwhile, which has the lowest priority. */
static void flood_goes_on(unsigned count)
{
	size_t from = harness_now(harness);
	ssize_t seen = 0;

	while (count-- && seen >= 0) {
		seen = harness_await(harness, from, "modem", LINUX_SHOWN);
		from = (size_t)seen + 1;
	}
}

static void tap(const char *key)
{
	harness_key(harness, key, true);
	harness_key(harness, key, false);
}

/* One call, answered and ended by the keys. */
static int play_call(struct samples *s, size_t number)
{
	int modem = pltrace_find(&harness->trace, "modem");
	size_t from = harness_now(harness), at = harness->traced_count;
	ssize_t seen;

	harness_type(harness, "modem", "ring " NUMBER "\n");
	seen = harness_await(harness, from, "call", "-> ringing");
	if (seen < 0)
		return fail("did not ring: call", number);
	flood_goes_on(FLOOD_COUNT);
	tap("f1");
	seen = harness_await(harness, from, "call", "ringing -> active");
	if (seen < 0)
		return fail("was not answered: call", number);
	flood_goes_on(FLOOD_COUNT);
	tap("f2");
	seen = harness_await(harness, from, "call", "active -> ended");
	if (seen < 0)
		return fail("did not end: call", number);
	(void)harness_now(harness);
	add_command(s, add_command(s, at, modem, "ATA\r"), modem, "AT+CHUP\r");
	return s->count == 2 * number ? 0 : fail("its keys or commands are not in the trace: call", number);
}

static int measure_flooded(struct samples *s)
{
	size_t from = harness_now(harness);

	harness_type(harness, "linux", "flood\n");
	if (harness_await(harness, from, "linux", "^flood: on") < 0)
		return fail("Linux does not flood", 0);
	for (size_t number = 1; number <= CALL_COUNT; number++)
		if (play_call(s, number))
			return -1;
	return 0;
}

/* How often `text` came to a partition's receivers. */
static size_t count_text(size_t i, int partition, const char *text)
{
	size_t count = 0;

	while ((i = find_text(i, partition, text) + 1) <= harness->traced_count)
		count++;
	return count;
}

static int run(void)
{
	static struct samples idle, flooded;
	size_t begin, typed, commands;
	uint64_t took_ns;

	if (harness_await(harness, 0, "linux", "^client: ready, .*,1.OK") < 0 ||
		harness_await(harness, 0, "call", "^call: screen ready") < 0 || measure_idle(&idle) ||
		figure("modem.at_added_ms", &idle))
		return -1;
	begin = harness->traced_count;
	if (measure_flooded(&flooded) || figure("modem.voice_cmd_ms", &flooded))
		return -1;
	typed = count_text(begin, pltrace_find(&harness->trace, "call"), LINUX_MODEM);
	commands = count_text(begin, pltrace_find(&harness->trace, "modem"), LINUX_MODEM);
	took_ns = harness_traced_ns(harness, harness->traced_count - 1) - harness_traced_ns(harness, begin);
	printf("modem.flood_lines_s\t%.0f\tthat Linux types meanwhile; %.0f reach the modem\n",
		(double)typed * 1e9 / (double)took_ns, (double)commands * 1e9 / (double)took_ns);
	/* Nobody is to take an idle line for a flooded one. */
	return commands >= 2 * CALL_COUNT * FLOOD_COUNT
		       ? 0
		       : fail("no flood: Linux's commands at the modem", commands);
}

/* figures DIRECTORY MEMORY_FILE EMULATOR ARGUMENT… */
int main(int argc, char **argv)
{
	struct harness_options options = {.guard_ms = GUARD_MS};
	int error;

	if (!harness_arguments(&options, "", argc, argv))
		return 2;
	options.trace_types = 1u << PL_TRACE_MARK | 1u << PL_TRACE_LINE;
	options.trace_pa = TRACE_PA;
	harness = harness_create(&options);
	error = harness ? run() : -1;
	harness_destroy(harness);
	return error ? 1 : 0;
}
