/* Scenarios: `after MS COMMAND` does a command of the prompt later, in the modem's own time. */
#include <errno.h>
#include "examples/handset/modem/prompt.h"
#include "frontends/rtos/format.h"
#include "frontends/rtos/mem.h"

#define NS_PER_MS    1000000ull
#define DELAY_MAX_MS 3600000

int modem_prompt_after(struct modem *m, const char *arguments)
{
	long ms;

	if (!modem_word_number(&arguments, 0, DELAY_MAX_MS, &ms) || !*arguments ||
		strlen(arguments) >= MODEM_STEP_BYTES) {
		modem_say(m, "modem: after: ms up to %d, and a command of %d characters at most",
			DELAY_MAX_MS, MODEM_STEP_BYTES - 1);
		return -EINVAL;
	}
	for (unsigned i = 0; i < MODEM_STEP_COUNT; i++) {
		struct modem_step *s = &m->step[i];

		if (s->command[0])
			continue;
		format_print(s->command, sizeof(s->command), "%s", arguments);
		s->due = m->now + (uint64_t)ms * NS_PER_MS;
		return 0;
	}
	modem_say(m, "modem: after: %d commands wait already", MODEM_STEP_COUNT);
	return -EINVAL;
}

/* The earliest that is due, in the order in which they were given; NULL. */
static struct modem_step *next_step(struct modem *m)
{
	struct modem_step *next = NULL;

	for (unsigned i = 0; i < MODEM_STEP_COUNT; i++)
		if (m->step[i].command[0] && m->step[i].due <= m->now &&
			(!next || m->step[i].due < next->due))
			next = &m->step[i];
	return next;
}

void modem_script_tick(struct modem *m)
{
	struct modem_step *s;
	char command[MODEM_STEP_BYTES];

	while ((s = next_step(m)) != NULL) {
		memcpy(command, s->command, sizeof(command));
		s->command[0] = 0;
		modem_say(m, "modem: now %s", command);
		(void)modem_prompt_line(m, command);
	}
}

uint64_t modem_script_deadline(const struct modem *m)
{
	uint64_t due = MODEM_NEVER;

	for (unsigned i = 0; i < MODEM_STEP_COUNT; i++)
		if (m->step[i].command[0] && m->step[i].due < due)
			due = m->step[i].due;
	return due;
}
