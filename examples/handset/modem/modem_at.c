/* The AT side: lines (V.250 5.2), basic commands (V.250 6), extended ones (TS 27.007). */
#include <errno.h>
#include "examples/handset/modem/modem_at.h"
#include "frontends/rtos/format.h"
#include "frontends/rtos/mem.h"

#define CME_NOT_ALLOWED	  3 /* TS 27.007 9.2: operation not allowed */
#define CME_NOT_SUPPORTED 4
#define CME_BAD_PARAMETER 50

void modem_at_reply(struct modem *m, const char *format, ...)
{
	char text[MODEM_LINE_BYTES];
	va_list args;

	va_start(args, format);
	format_vprint(text, sizeof(text), format, args);
	va_end(args);
	modem_send_line(m, text);
}

/* A single digit up to `limit`, or -1. */
static int digit(const char *argument, int limit)
{
	if (argument[0] < '0' || argument[0] > '9' || argument[1] || argument[0] - '0' > limit)
		return -1;
	return argument[0] - '0';
}

bool modem_argument(const char *arguments, unsigned index, char *to, size_t bytes)
{
	size_t count = 0;
	bool quoted = false;

	for (; *arguments && index; arguments++) {
		quoted ^= *arguments == '"';
		index -= *arguments == ',' && !quoted;
	}
	if (index)
		return false;
	for (; *arguments && (quoted || *arguments != ','); arguments++) {
		if (*arguments == '"')
			quoted = !quoted;
		else if (count + 1 == bytes)
			return false;
		else
			to[count++] = *arguments;
	}
	to[count] = 0;
	return true;
}

long modem_argument_number(const char *arguments, unsigned index, long limit)
{
	char text[12];
	long value = 0;

	if (!modem_argument(arguments, index, text, sizeof(text)) || !text[0])
		return -2;
	for (const char *t = text; *t; t++) {
		if (*t < '0' || *t > '9' || value > limit)
			return -1;
		value = value * 10 + (*t - '0');
	}
	return value > limit ? -1 : value;
}

enum at_result modem_at_setting(
	struct modem *m, const char *name, enum at_form form, const char *argument, int limit, int *value)
{
	int v;

	switch (form) {
	case AT_TEST: modem_at_reply(m, "+%s: (0-%d)", name, limit); return AT_OK;
	case AT_READ: modem_at_reply(m, "+%s: %d", name, *value); return AT_OK;
	case AT_SET:
		v = digit(argument, limit);
		if (v < 0)
			return AT_BAD_PARAMETER;
		*value = v;
		return AT_OK;
	default: return AT_ERROR;
	}
}

static enum at_result at_cmee(struct modem *m, enum at_form form, const char *argument)
{
	int value = m->cmee;
	enum at_result result = modem_at_setting(m, "CMEE", form, argument, 2, &value);

	m->cmee = (uint8_t)value;
	return result;
}

static enum at_result at_clip(struct modem *m, enum at_form form, const char *argument)
{
	int value = m->clip;

	if (form == AT_READ) {
		modem_at_reply(m, "+CLIP: %d,1", value); /* 1: provisioned by the network */
		return AT_OK;
	}
	enum at_result result = modem_at_setting(m, "CLIP", form, argument, 1, &value);
	m->clip = value != 0;
	return result;
}

static enum at_result at_crc(struct modem *m, enum at_form form, const char *argument)
{
	int value = m->cring;
	enum at_result result = modem_at_setting(m, "CRC", form, argument, 1, &value);

	m->cring = value != 0;
	return result;
}

static enum at_result at_cmut(struct modem *m, enum at_form form, const char *argument)
{
	int value = m->muted;
	enum at_result result;

	if (form == AT_SET && !modem_talks(m))
		return AT_NOT_ALLOWED;
	result = modem_at_setting(m, "CMUT", form, argument, 1, &value);
	m->muted = value != 0;
	return result;
}

static enum at_result at_cfun(struct modem *m, enum at_form form, const char *argument)
{
	int value = m->fun;
	enum at_result result = modem_at_setting(m, "CFUN", form, argument, 1, &value);

	m->fun = (uint8_t)value;
	return result;
}

/* TS 27.007 5.5. */
static enum at_result at_cscs(struct modem *m, enum at_form form, const char *argument)
{
	switch (form) {
	case AT_TEST: modem_at_reply(m, "+CSCS: (\"IRA\",\"UTF-8\")"); return AT_OK;
	case AT_READ: modem_at_reply(m, "+CSCS: \"%s\"", m->utf8 ? "UTF-8" : "IRA"); return AT_OK;
	case AT_SET:
		if (strcmp(argument, "\"UTF-8\"") && strcmp(argument, "\"IRA\""))
			return AT_BAD_PARAMETER;
		m->utf8 = argument[1] == 'U';
		return AT_OK;
	default: return AT_ERROR;
	}
}

static enum at_result at_cpin(struct modem *m, enum at_form form, const char *argument)
{
	(void)argument;
	if (form != AT_READ)
		return AT_NOT_ALLOWED;
	modem_at_reply(m, "+CPIN: READY");
	return AT_OK;
}

static void list_call(struct modem *m, unsigned id, const struct modem_call *c)
{
	char name[MODEM_NAME_BYTES], alpha[MODEM_NAME_BYTES + 4] = "";

	modem_name(m, c, name);
	if (name[0])
		format_print(alpha, sizeof(alpha), ",\"%s\"", name);
	modem_at_reply(m, "+CLCC: %u,%d,%d,0,%d,\"%s\",%d%s", id, c->incoming, c->state - 1, c->conference,
		c->number, modem_number_type(c->number), alpha);
}

/* TS 27.007 7.18: <id>,<dir>,<stat>,<mode>,<mpty>,<number>,<type>[,<alpha>]. */
static enum at_result at_clcc(struct modem *m, enum at_form form, const char *argument)
{
	(void)argument;
	if (form == AT_TEST)
		return AT_OK;
	if (form != AT_EXECUTE)
		return AT_ERROR;
	for (unsigned i = 0; i < MODEM_CALL_COUNT; i++)
		if (m->call[i].state != MODEM_CALL_FREE)
			list_call(m, i + 1, &m->call[i]);
	return AT_OK;
}

static enum at_result hang_up(struct modem *m)
{
	modem_calls_hang_up(m);
	return AT_OK;
}

static enum at_result at_chup(struct modem *m, enum at_form form, const char *argument)
{
	(void)argument;
	if (form == AT_TEST)
		return AT_OK;
	return form == AT_EXECUTE ? hang_up(m) : AT_ERROR;
}

static enum at_result at_chld(struct modem *m, enum at_form form, const char *argument)
{
	int ret;

	if (form == AT_TEST) {
		modem_at_reply(m, "+CHLD: (0,1,1x,2,2x,3,4)");
		return AT_OK;
	}
	ret = form == AT_SET ? modem_calls_hold(m, argument) : -EINVAL;
	return ret == -EPERM ? AT_NOT_ALLOWED : ret ? AT_BAD_PARAMETER : AT_OK;
}

/* TS 27.007 7.12: <n> presents it; <mode> 0 and 1 switch the service, which is always on, 2 asks for it. */
static enum at_result at_ccwa(struct modem *m, enum at_form form, const char *argument)
{
	char n[2] = {argument[0], 0};
	int value = m->ccwa;
	enum at_result result;

	result = modem_at_setting(m, "CCWA", form, form == AT_SET ? n : argument, 1, &value);
	m->ccwa = value != 0;
	if (form == AT_SET && argument[0] && argument[1] == ',' && argument[2] == '2')
		modem_at_reply(m, "+CCWA: 1,1");
	return result;
}

/* TS 27.007 C.2.11: one tone. */
static enum at_result at_vts(struct modem *m, enum at_form form, const char *argument)
{
	if (form == AT_TEST) {
		modem_at_reply(m, "+VTS: (0-9,#,*,A-D)");
		return AT_OK;
	}
	if (form != AT_SET || !argument[0] || argument[1] || !strchr("0123456789#*ABCD", argument[0]))
		return AT_BAD_PARAMETER;
	return modem_talks(m) ? AT_OK : AT_NOT_ALLOWED;
}

/* As SIMCom's modules have it: voice on the line beside this one, and its rate. A modem may be without. */
static enum at_result pcm_setting(
	struct modem *m, const char *name, enum at_form form, const char *argument, bool *flag)
{
	int value = *flag;
	enum at_result result =
		m->pcm_present ? modem_at_setting(m, name, form, argument, 1, &value) : AT_ERROR;

	*flag = value != 0;
	return result;
}

static enum at_result at_cpcmreg(struct modem *m, enum at_form form, const char *argument)
{
	return pcm_setting(m, "CPCMREG", form, argument, &m->pcm);
}

static enum at_result at_cpcmfrm(struct modem *m, enum at_form form, const char *argument)
{
	return pcm_setting(m, "CPCMFRM", form, argument, &m->pcm_wide);
}

static enum at_result identify(struct modem *m, enum at_form form, const char *text)
{
	if (form == AT_EXECUTE)
		modem_at_reply(m, "%s", text);
	return form == AT_EXECUTE || form == AT_TEST ? AT_OK : AT_ERROR;
}

static enum at_result at_cgmi(struct modem *m, enum at_form form, const char *argument)
{
	(void)argument;
	return identify(m, form, "Partyline");
}

static enum at_result at_cgmm(struct modem *m, enum at_form form, const char *argument)
{
	(void)argument;
	return identify(m, form, "modem simulator");
}

static const struct at_command extended[] = {
	{"CMEE", at_cmee},
	{"CLIP", at_clip},
	{"CRC", at_crc},
	{"CMUT", at_cmut},
	{"CREG", modem_at_creg},
	{"CGREG", modem_at_cgreg},
	{"CEREG", modem_at_cereg},
	{"CFUN", at_cfun},
	{"COPS", modem_at_cops},
	{"CSCS", at_cscs},
	{"CSQ", modem_at_csq},
	{"CPIN", at_cpin},
	{"CLCC", at_clcc},
	{"CHUP", at_chup},
	{"CHLD", at_chld},
	{"CCWA", at_ccwa},
	{"VTS", at_vts},
	{"CPCMREG", at_cpcmreg},
	{"CPCMFRM", at_cpcmfrm},
	{"CGMI", at_cgmi},
	{"CGMM", at_cgmm},
	{"CMUX", modem_at_cmux},
	{"CGDCONT", modem_at_cgdcont},
	{"CUSD", modem_at_cusd},
	{"CRSM", modem_at_crsm},
	{"CSIM", modem_at_csim},
	{"CMGF", modem_at_cmgf},
	{"CNMI", modem_at_cnmi},
	{"CPMS", modem_at_cpms},
	{"CMGL", modem_at_cmgl},
	{"CMGR", modem_at_cmgr},
	{"CMGD", modem_at_cmgd},
	{"CMGS", modem_at_cmgs},
};

/* What never changes: who the modem is. Empty: just OK. */
static const struct {
	const char *command, *answer;
} fixed[] = {
	{"CGMR", "1.0"},
	{"CGSN", "490154203237518"},
	{"CIMI", "001010123456789"}, /* the test network of TS 36.508 */
	{"CNUM", "+CNUM: \"\",\"+358401234567\",145"},
	{"CESQ", "+CESQ: 99,99,255,255,20,50"},
	{"WS46=?", "+WS46: (12,22,25)"},
	{"CLCK=?", "+CLCK: (\"SC\",\"FD\",\"PS\")"},
	{"CLCK=\"SC\",2", "+CLCK: 0"},
	{"CLCK=\"FD\",2", "+CLCK: 0"},
	{"CLCK=\"PS\",2", "+CLCK: 0"},
};

static bool answer_fixed(struct modem *m, const char *text)
{
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		if (!strcmp(text, fixed[i].command)) {
			if (fixed[i].answer[0])
				modem_send_line(m, fixed[i].answer);
			return true;
		}
	return false;
}

/* `+NAME…` up to the next `;` outside quotes; *line moves behind it. */
static enum at_result run_extended(struct modem *m, const char **line)
{
	char text[MODEM_LINE_BYTES], *argument;
	enum at_form form = AT_EXECUTE;
	size_t count = 0;
	bool quoted = false;

	for (; **line && (quoted || **line != ';'); ++*line) {
		quoted ^= **line == '"';
		text[count++] = **line;
	}
	if (**line == ';')
		++*line;
	text[count] = 0;
	if (answer_fixed(m, text))
		return AT_OK;
	argument = text + strlen(text);
	for (char *t = text; *t; t++)
		if (*t == '=' || *t == '?') {
			form = *t == '?' ? AT_READ : !strcmp(t, "=?") ? AT_TEST : AT_SET;
			*t = 0;
			argument = t + 1;
			break;
		}
	for (size_t i = 0; i < sizeof(extended) / sizeof(extended[0]); i++)
		if (!strcmp(text, extended[i].name))
			return extended[i].run(m, form, argument);
	return AT_ERROR;
}

/* D takes the rest of the line; without the final `;` it would be a data call (TS 27.007 6.2). */
static enum at_result dial(struct modem *m, const char **line)
{
	char number[MODEM_LINE_BYTES];
	size_t count = format_print(number, sizeof(number), "%s", *line);

	*line += count;
	if (modem_data_is_number(number))
		return modem_data_dial(m);
	if (!count || number[count - 1] != ';')
		return AT_ERROR;
	number[count - 1] = 0;
	if (!modem_number_valid(number))
		return AT_ERROR;
	return modem_calls_dial(m, number) ? AT_NOT_ALLOWED : AT_OK;
}

static enum at_result answer(struct modem *m)
{
	return modem_calls_answer(m) ? AT_NO_CARRIER : AT_OK;
}

/* Value of a basic command: digits, 0 if there are none. */
static unsigned basic_value(const char **line)
{
	unsigned value = 0;

	for (; **line >= '0' && **line <= '9'; ++*line)
		value = value < 1000 ? value * 10 + (unsigned)(**line - '0') : value;
	return value;
}

static enum at_result run_basic(struct modem *m, const char **line)
{
	char c = *(*line)++;
	unsigned value;

	if (c == 'D')
		return dial(m, line);
	value = basic_value(line);
	switch (c) {
	case 'A': return answer(m);
	case 'H': return value ? AT_ERROR : hang_up(m);
	case 'E':
	case 'V':
		if (value > 1)
			return AT_ERROR;
		*(c == 'E' ? &m->running->echo : &m->running->verbose) = value != 0;
		return AT_OK;
	case 'Z':
		m->running->echo = m->running->verbose = true;
		modem_at_init(m);
		return AT_OK;
	case 'I': modem_at_reply(m, "Partyline modem simulator"); return AT_OK;
	default: return AT_ERROR;
	}
}

void modem_at_result(struct modem *m, enum at_result result)
{
	/* V.250 5.7.1: words, or with V0 their numbers. */
	static const char *const words[] = {"OK", "ERROR", "NO CARRIER", "CONNECT"};
	static const char *const codes[] = {"0", "4", "3", "1"};
	bool verbose = modem_port_now(m)->verbose;
	unsigned cme = result == AT_NOT_ALLOWED ? CME_NOT_ALLOWED : CME_BAD_PARAMETER;

	if (result == AT_PROMPT)
		return; /* what is typed gives it */
	if (result == AT_CMS) {
		modem_at_reply(m, "+CMS ERROR: %u", m->messages.cms_code);
		return;
	}
	if (result >= AT_NOT_ALLOWED && m->cmee == 2)
		modem_at_reply(m, "+CME ERROR: %s",
			result == AT_NOT_ALLOWED ? "operation not allowed" : "incorrect parameters");
	else if (result >= AT_NOT_ALLOWED && m->cmee)
		modem_at_reply(m, "+CME ERROR: %u", cme);
	else if (result >= AT_NOT_ALLOWED)
		modem_send_line(m, verbose ? "ERROR" : "4");
	else
		modem_send_line(m, verbose ? words[result] : codes[result]);
}

/* V.250 5.2.1: case does not matter, spaces neither, outside quotes. */
static void normalise(const char *line, char *to)
{
	bool quoted = false;

	for (; *line; line++) {
		quoted ^= *line == '"';
		if (*line == ' ' && !quoted)
			continue;
		*to++ = !quoted && *line >= 'a' && *line <= 'z' ? (char)(*line - 32) : *line;
	}
	*to = 0;
}

void modem_at_line(struct modem *m, const char *line)
{
	char text[MODEM_LINE_BYTES];
	const char *at = text;
	enum at_result result = AT_OK;

	normalise(line + 2, text);
	while (*at && result == AT_OK) {
		if (*at == '+') {
			at++;
			result = run_extended(m, &at);
		} else if (*at == ';') {
			at++;
		} else {
			result = run_basic(m, &at);
		}
	}
	modem_at_result(m, result);
	m->running->connect = result == AT_CONNECT;
}

void modem_at_init(struct modem *m)
{
	m->pcm = m->pcm_wide = false;
	m->clip = m->cring = m->ccwa = m->utf8 = m->muted = false;
	m->cmee = m->cops_format = 0;
	m->fun = 1;
}
