/* The network around the modem: registration (TS 27.007 7.2, 10.1.20, 10.1.22), signal, USSD (7.15). */
#include <errno.h>
#include "examples/handset/modem/modem_at.h"
#include "examples/handset/modem/prompt.h"
#include "frontends/rtos/format.h"
#include "frontends/rtos/mem.h"

#define NS_PER_MS    1000000ull
#define USSD_MS	     200
#define SIGNAL_USUAL 23
#define ACT_LTE	     7
#define STAT_MAX     5
#define LAC_USUAL    0x00a1
#define CELL_USUAL   0x0102

static const char *const names[MODEM_REGISTRATION_COUNT] = {"CREG", "CGREG", "CEREG"};

/*
 * Registration.
 */

static bool registered(const struct modem *m)
{
	return m->network.stat == 1 || m->network.stat == 5;
}

/* What follows <n>: <stat>[,<lac>,<ci>,<AcT>]. */
static void fields(const struct modem *m, unsigned n, char *to, size_t bytes)
{
	if (n == 2 && registered(m))
		format_print(to, bytes, "%u,\"%04x\",\"%08x\",%d", m->network.stat, m->network.lac,
			m->network.cell, ACT_LTE);
	else
		format_print(to, bytes, "%u", m->network.stat);
}

static void tell(struct modem *m)
{
	char text[40];

	for (unsigned i = 0; i < MODEM_REGISTRATION_COUNT; i++) {
		if (!m->network.report[i])
			continue;
		fields(m, m->network.report[i], text, sizeof(text));
		modem_at_reply(m, "+%s: %s", names[i], text);
	}
}

static enum at_result registration(struct modem *m, unsigned which, enum at_form form, const char *argument)
{
	int value = m->network.report[which];
	char text[40];
	enum at_result result;

	if (form == AT_READ) {
		fields(m, m->network.report[which], text, sizeof(text));
		modem_at_reply(m, "+%s: %u,%s", names[which], m->network.report[which], text);
		return AT_OK;
	}
	result = modem_at_setting(m, names[which], form, argument, 2, &value);
	m->network.report[which] = (uint8_t)value;
	return result;
}

enum at_result modem_at_creg(struct modem *m, enum at_form form, const char *argument)
{
	return registration(m, 0, form, argument);
}

enum at_result modem_at_cgreg(struct modem *m, enum at_form form, const char *argument)
{
	return registration(m, 1, form, argument);
}

enum at_result modem_at_cereg(struct modem *m, enum at_form form, const char *argument)
{
	return registration(m, 2, form, argument);
}

enum at_result modem_at_csq(struct modem *m, enum at_form form, const char *argument)
{
	(void)argument;
	if (form == AT_TEST)
		modem_at_reply(m, "+CSQ: (0-31,99),(0-7,99)");
	else if (form == AT_EXECUTE)
		modem_at_reply(m, "+CSQ: %u,99", m->network.signal);
	else
		return AT_ERROR;
	return AT_OK;
}

/* The operator's name, if there is one to be registered with. */
enum at_result modem_at_cops(struct modem *m, enum at_form form, const char *argument)
{
	long format = modem_argument_number(argument, 1, 2);

	if (form == AT_READ) {
		if (!registered(m))
			modem_at_reply(m, "+COPS: 0");
		else if (m->cops_format == 2)
			modem_at_reply(m, "+COPS: 0,2,\"00101\""); /* the test network of TS 36.508 */
		else
			modem_at_reply(m, "+COPS: 0,%u,\"Partyline\"", m->cops_format);
		return AT_OK;
	}
	if (form == AT_SET && modem_argument_number(argument, 0, 4) == 3 && format >= 0) {
		m->cops_format = (uint8_t)format;
		return AT_OK;
	}
	return form == AT_SET && !strcmp(argument, "0") ? AT_OK : AT_BAD_PARAMETER;
}

/* registration STAT [LAC CELL] */
int modem_prompt_registration(struct modem *m, const char *arguments)
{
	long stat, lac = m->network.lac, cell = m->network.cell;

	if (!modem_word_number(&arguments, 0, STAT_MAX, &stat) ||
		(*arguments && (!modem_word_number(&arguments, 0, 0xffff, &lac) ||
				       !modem_word_number(&arguments, 0, 0xfffffff, &cell)))) {
		modem_say(m, "modem: registration: <stat> from 0 to %d, then perhaps <lac> and <cell>",
			STAT_MAX);
		return -EINVAL;
	}
	m->network.stat = (uint8_t)stat;
	m->network.lac = (uint16_t)lac;
	m->network.cell = (uint32_t)cell;
	tell(m);
	return 0;
}

int modem_prompt_signal(struct modem *m, const char *arguments)
{
	long level;

	if (!modem_word_number(&arguments, 0, 99, &level) || (level > 31 && level != 99)) {
		modem_say(m, "modem: signal: 0 to 31, or 99 for none");
		return -EINVAL;
	}
	m->network.signal = (uint8_t)level;
	return 0;
}

/*
 * USSD: a balance, a menu of two steps, and what somebody types at the prompt.
 */

static const struct {
	const char *code;
	bool more; /* the network waits for an answer */
	const char *text;
} services[] = {
	{"*100#", false, "Balance 12.34"},
	{"*101#", true, "1 Balance 2 Number"},
	{"1", false, "Balance 12.34"},
	{"2", false, "Number +358401234567"},
};

static void answer_later(struct modem *m, unsigned form, const char *text)
{
	m->network.ussd_due = m->now + USSD_MS * NS_PER_MS;
	m->network.ussd_form = (uint8_t)form;
	format_print(m->network.ussd, sizeof(m->network.ussd), "%s", text);
}

enum at_result modem_at_cusd(struct modem *m, enum at_form form, const char *argument)
{
	char code[40];
	long n = modem_argument_number(argument, 0, 2);

	if (form == AT_TEST || form == AT_READ) {
		modem_at_reply(m, form == AT_TEST ? "+CUSD: (0-2)" : "+CUSD: %u", m->network.cusd);
		return AT_OK;
	}
	if (form != AT_SET || n < 0)
		return AT_BAD_PARAMETER;
	m->network.cusd = n == 1;
	if (n == 2)
		m->network.ussd_session = false;
	if (!modem_argument(argument, 1, code, sizeof(code)) || !code[0])
		return AT_OK;
	modem_say(m, "modem: ussd %s", code);
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++)
		/* What is no code is an answer to a question. */
		if (!strcmp(code, services[i].code) && (code[0] == '*' || m->network.ussd_session)) {
			answer_later(m, services[i].more, services[i].text);
			return AT_OK;
		}
	answer_later(m, 4, ""); /* operation not supported */
	return AT_OK;
}

int modem_prompt_ussd(struct modem *m, const char *arguments)
{
	if (!*arguments || strlen(arguments) >= sizeof(m->network.ussd)) {
		modem_say(m, "modem: ussd: a text of %zu characters at most", sizeof(m->network.ussd) - 1);
		return -EINVAL;
	}
	answer_later(m, 0, arguments);
	return 0;
}

void modem_network_tick(struct modem *m)
{
	if (m->now < m->network.ussd_due)
		return;
	m->network.ussd_due = MODEM_NEVER;
	m->network.ussd_session = m->network.ussd_form == 1;
	if (m->network.cusd && m->network.ussd[0])
		modem_at_reply(m, "+CUSD: %u,\"%s\",15", m->network.ussd_form, m->network.ussd);
	else if (m->network.cusd)
		modem_at_reply(m, "+CUSD: %u", m->network.ussd_form);
}

uint64_t modem_network_deadline(const struct modem *m)
{
	return m->network.ussd_due;
}

/* The network stays as it is when the modem resets. */
void modem_network_init(struct modem *m)
{
	memset(m->network.report, 0, sizeof(m->network.report));
	m->network.cusd = m->network.ussd_session = false;
	m->network.ussd_due = MODEM_NEVER;
	if (m->network.cell)
		return;
	m->network.stat = 1;
	m->network.signal = SIGNAL_USUAL;
	m->network.lac = LAC_USUAL;
	m->network.cell = CELL_USUAL;
}
