/* Commands at the prompt beyond the one call of modem.c: what the network does, and what befalls the line. */
#include <errno.h>
#include "examples/handset/modem/prompt.h"
#include "frontends/rtos/format.h"
#include "frontends/rtos/mem.h"

void modem_say(struct modem *m, const char *format, ...)
{
	char line[MODEM_LINE_BYTES + 32];
	va_list args;

	va_start(args, format);
	format_vprint(line, sizeof(line), format, args);
	va_end(args);
	m->io->say(m->io->data, line);
}

void modem_word(const char **text, char *to, size_t bytes)
{
	size_t count = 0;

	while (**text == ' ' || **text == '\t')
		++*text;
	for (; **text && **text != ' ' && **text != '\t'; ++*text)
		if (count < bytes)
			to[count++] = **text;
	to[count < bytes ? count : 0] = 0;
	while (**text == ' ' || **text == '\t')
		++*text;
}

bool modem_word_number(const char **text, long low, long high, long *value)
{
	char word[16];
	long v = 0;

	modem_word(text, word, sizeof(word));
	for (const char *t = word; *t; t++) {
		if (*t < '0' || *t > '9' || v > high)
			return false;
		v = v * 10 + (*t - '0');
	}
	*value = v;
	return word[0] && v >= low && v <= high;
}

static const struct modem_prompt commands[] = {
	{"sms", "sms NUMBER TEXT, sms refuse|accept   a message comes; those that the phone sends",
		modem_prompt_sms},
	{"registration", "registration STAT [LAC CELL]   where the modem is registered",
		modem_prompt_registration},
	{"signal", "signal N   0 to 31, 99: none", modem_prompt_signal},
	{"ussd", "ussd TEXT   the network says something", modem_prompt_ussd},
	{"ecc", "ecc NUMBER...   the SIM's emergency numbers", modem_prompt_ecc},
	{"after", "after MS COMMAND   a command, later", modem_prompt_after},
	{"data", "data none|pap|chap, drop, status   who may come in by D*99#; the network ends it",
		modem_prompt_data},
	{"fault",
		"fault drop|garble PERMILLE, delay|silence MS, reset, no-mux, basic-only, off   what befalls "
		"the line",
		modem_prompt_fault},
};
#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

int modem_prompt_run(struct modem *m, const char *name, const char *arguments)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (!strcmp(name, commands[i].name))
			return commands[i].run(m, arguments);
	return -ENOENT;
}

void modem_prompt_help(struct modem *m)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		modem_say(m, "modem: %s", commands[i].usage);
}
