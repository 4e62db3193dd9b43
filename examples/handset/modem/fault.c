/* `fault WHAT [N]` at the prompt: what befalls the line from now on (wire.c does it). */
#include <errno.h>
#include "examples/handset/modem/prompt.h"
#include "frontends/rtos/mem.h"

#define NS_PER_MS    1000000ull
#define PERMILLE_MAX 500
#define DELAY_MAX_MS 10000
#define SILENCE_MS   600000

static void set_drop(struct modem *m, long value)
{
	m->wire.fault.drop_permille = (uint16_t)value;
}

static void set_garble(struct modem *m, long value)
{
	m->wire.fault.garble_permille = (uint16_t)value;
}

static void set_delay(struct modem *m, long value)
{
	m->wire.fault.delay_ms = (uint32_t)value;
}

static void set_silence(struct modem *m, long value)
{
	m->wire.fault.silent_until = m->now + (uint64_t)value * NS_PER_MS;
}

/* Its supply failed: calls and settings are gone, the line is a plain one, for `value` ms it is not there. */
static void set_reset(struct modem *m, long value)
{
	modem_reset(m);
	set_silence(m, value);
	modem_say(m, "modem: reset");
}

static void set_no_mux(struct modem *m, long value)
{
	(void)value;
	m->wire.no_mux = true;
}

static void set_basic_only(struct modem *m, long value)
{
	(void)value;
	m->wire.basic_only = true;
}

static void set_off(struct modem *m, long value)
{
	(void)value;
	m->wire.fault = (struct modem_fault){.random = m->wire.fault.random};
	m->wire.no_mux = m->wire.basic_only = false;
}

static const struct {
	const char *name;
	long max; /* of its number; 0: it has none */
	void (*set)(struct modem *m, long value);
} faults[] = {
	{"drop", PERMILLE_MAX, set_drop},
	{"garble", PERMILLE_MAX, set_garble},
	{"delay", DELAY_MAX_MS, set_delay},
	{"silence", SILENCE_MS, set_silence},
	{"reset", SILENCE_MS, set_reset},
	{"no-mux", 0, set_no_mux},
	{"basic-only", 0, set_basic_only},
	{"off", 0, set_off},
};

int modem_prompt_fault(struct modem *m, const char *arguments)
{
	char word[MODEM_WORD_BYTES];
	long value = 0;

	modem_word(&arguments, word, sizeof(word));
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		if (strcmp(word, faults[i].name))
			continue;
		if (faults[i].max && !modem_word_number(&arguments, 0, faults[i].max, &value)) {
			modem_say(m, "modem: fault %s: a number up to %ld is missing", word, faults[i].max);
			return -EINVAL;
		}
		faults[i].set(m, value);
		return 0;
	}
	modem_say(m,
		"modem: fault: there are drop, garble, delay, silence, reset, no-mux, basic-only and off, "
		"not '%s'",
		word);
	return -EINVAL;
}
