/* Messages (TS 27.005): PDU and text mode, one store that is the SIM's. */
#include <errno.h>
#include "examples/handset/modem/modem_at.h"
#include "examples/handset/modem/prompt.h"
#include "frontends/rtos/format.h"
#include "frontends/rtos/mem.h"

#define NS_PER_S      1000000000ull
#define CMS_BAD_PDU   304 /* TS 27.005 3.2.5 */
#define CMS_BAD_TEXT  305
#define CMS_BAD_INDEX 321
#define CMS_NETWORK   331
#define LENGTH_MAX    164
#define STAT_ALL      4
#define LINE_BYTES    (2 * MODEM_SMS_PDU_BYTES + 16)

static const char *const states[] = {"REC UNREAD", "REC READ", "STO UNSENT", "STO SENT", "ALL"};

static enum at_result fail(struct modem *m, unsigned code)
{
	m->messages.cms_code = (uint16_t)code;
	return AT_CMS;
}

/*
 * Showing them.
 */

static size_t hex(const uint8_t *bytes, size_t count, char *to)
{
	for (size_t i = 0; i < count; i++)
		format_print(to + 2 * i, 3, "%02x", bytes[i]);
	for (size_t i = 0; i < 2 * count; i++)
		to[i] = to[i] >= 'a' ? (char)(to[i] - 32) : to[i];
	return 2 * count;
}

/* The service centre of nobody, then the PDU. */
static void pdu_line(const struct modem_sms *sms, char line[LINE_BYTES], size_t *octets)
{
	uint8_t pdu[MODEM_SMS_PDU_BYTES];

	*octets = modem_sms_deliver(sms, pdu);
	memcpy(line, "00", 3);
	(void)hex(pdu, *octets, line + 2);
	line[2 + 2 * *octets] = 0;
}

static void time_text(uint32_t s, char *to, size_t bytes)
{
	format_print(to, bytes, "26/%02u/%02u,%02u:%02u:%02u+00", 1 + s / 86400 / 30 % 12, 1 + s / 86400 % 30,
		s / 3600 % 24, s / 60 % 60, s % 60);
}

/* `head` has its fields up to <stat>; the body stands on a line of its own. */
static void show(struct modem *m, const char *head, const struct modem_sms *sms)
{
	char line[LINE_BYTES], when[24], out[MODEM_SMS_TEXT_BYTES + 128 + LINE_BYTES];
	size_t octets = 0;

	time_text(sms->time_s, when, sizeof(when));
	if (m->messages.format) {
		format_print(out, sizeof(out), "%s\"%s\",\"%s\",,\"%s\"\r\n%s", head, states[sms->state],
			sms->number, when, sms->text);
	} else {
		pdu_line(sms, line, &octets);
		format_print(out, sizeof(out), "%s%u,,%u\r\n%s", head, sms->state, (unsigned)octets, line);
	}
	modem_send_text(m, out);
}

static struct modem_sms *at_index(struct modem *m, long index)
{
	return index >= 1 && index <= MODEM_SMS_COUNT && m->messages.store[index - 1].used
		       ? &m->messages.store[index - 1]
		       : NULL;
}

static long stat_of(struct modem *m, enum at_form form, const char *argument)
{
	char text[16];

	if (form == AT_EXECUTE)
		return MODEM_SMS_UNREAD;
	if (!m->messages.format)
		return modem_argument_number(argument, 0, STAT_ALL);
	if (!modem_argument(argument, 0, text, sizeof(text)))
		return -1;
	for (long i = 0; i <= STAT_ALL; i++)
		if (!strcmp(text, states[i]))
			return i;
	return -1;
}

enum at_result modem_at_cmgl(struct modem *m, enum at_form form, const char *argument)
{
	long stat = stat_of(m, form, argument);
	char head[24];

	if (form == AT_TEST) {
		modem_at_reply(m, "+CMGL: (0-4)");
		return AT_OK;
	}
	if (form == AT_READ || stat < 0)
		return fail(m, CMS_BAD_TEXT);
	for (unsigned i = 0; i < MODEM_SMS_COUNT; i++) {
		struct modem_sms *sms = &m->messages.store[i];

		if (!sms->used || (stat != STAT_ALL && sms->state != (enum modem_sms_state)stat))
			continue;
		format_print(head, sizeof(head), "+CMGL: %u,", i + 1);
		show(m, head, sms);
		sms->state = sms->state == MODEM_SMS_UNREAD ? MODEM_SMS_READ : sms->state;
	}
	return AT_OK;
}

enum at_result modem_at_cmgr(struct modem *m, enum at_form form, const char *argument)
{
	struct modem_sms *sms = at_index(m, modem_argument_number(argument, 0, MODEM_SMS_COUNT));

	if (form == AT_TEST)
		return AT_OK;
	if (form != AT_SET || !sms)
		return fail(m, CMS_BAD_INDEX);
	show(m, "+CMGR: ", sms);
	sms->state = sms->state == MODEM_SMS_UNREAD ? MODEM_SMS_READ : sms->state;
	return AT_OK;
}

enum at_result modem_at_cmgd(struct modem *m, enum at_form form, const char *argument)
{
	long index = modem_argument_number(argument, 0, MODEM_SMS_COUNT);
	long flag = modem_argument_number(argument, 1, 4);

	if (form == AT_TEST) {
		modem_at_reply(m, "+CMGD: (1-%d),(0-4)", MODEM_SMS_COUNT);
		return AT_OK;
	}
	if (form != AT_SET || flag == -1 || (flag <= 0 && (index < 1 || index > MODEM_SMS_COUNT)))
		return fail(m, CMS_BAD_INDEX);
	/* 1: read ones; 2: and sent; 3: and unsent; 4: all (TS 27.005 3.5.4). */
	for (unsigned i = 0; i < MODEM_SMS_COUNT; i++) {
		enum modem_sms_state state = m->messages.store[i].state;
		bool hit = flag <= 0 ? i + 1 == (unsigned)index
				     : flag == 4 || state == MODEM_SMS_READ ||
					       (flag >= 2 && state == MODEM_SMS_SENT) ||
					       (flag >= 3 && state == MODEM_SMS_UNSENT);

		if (hit)
			m->messages.store[i].used = false;
	}
	return AT_OK;
}

/*
 * Settings.
 */

enum at_result modem_at_cmgf(struct modem *m, enum at_form form, const char *argument)
{
	int value = m->messages.format;
	enum at_result result = modem_at_setting(m, "CMGF", form, argument, 1, &value);

	m->messages.format = (uint8_t)value;
	return result;
}

enum at_result modem_at_cnmi(struct modem *m, enum at_form form, const char *argument)
{
	long mode = modem_argument_number(argument, 0, 3), mt = modem_argument_number(argument, 1, 3);

	if (form == AT_TEST) {
		modem_at_reply(m, "+CNMI: (0-3),(0-2),(0),(0,1),(0)");
		return AT_OK;
	}
	if (form == AT_READ) {
		modem_at_reply(m, "+CNMI: %u,%u,0,0,0", m->messages.cnmi[0], m->messages.cnmi[1]);
		return AT_OK;
	}
	if (form != AT_SET || mode < 0 || mt == -1 || mt > 2)
		return fail(m, CMS_BAD_TEXT);
	m->messages.cnmi[0] = (uint8_t)mode;
	m->messages.cnmi[1] = (uint8_t)(mt < 0 ? 0 : mt);
	return AT_OK;
}

enum at_result modem_at_cpms(struct modem *m, enum at_form form, const char *argument)
{
	unsigned used = 0;

	(void)argument;
	for (unsigned i = 0; i < MODEM_SMS_COUNT; i++)
		used += m->messages.store[i].used;
	if (form == AT_TEST)
		modem_at_reply(m, "+CPMS: (\"SM\"),(\"SM\"),(\"SM\")");
	else if (form == AT_READ)
		modem_at_reply(m, "+CPMS: \"SM\",%u,%u,\"SM\",%u,%u,\"SM\",%u,%u", used, MODEM_SMS_COUNT,
			used, MODEM_SMS_COUNT, used, MODEM_SMS_COUNT);
	else if (form == AT_SET)
		modem_at_reply(m, "+CPMS: %u,%u,%u,%u,%u,%u", used, MODEM_SMS_COUNT, used, MODEM_SMS_COUNT,
			used, MODEM_SMS_COUNT);
	else
		return AT_ERROR;
	return AT_OK;
}

/*
 * Sending.
 */

enum at_result modem_at_cmgs(struct modem *m, enum at_form form, const char *argument)
{
	struct modem_messages *s = &m->messages;
	long length = modem_argument_number(argument, 0, LENGTH_MAX);

	if (form == AT_TEST)
		return AT_OK;
	if (form != AT_SET)
		return AT_ERROR;
	if (s->format ? !modem_argument(argument, 0, s->number, sizeof(s->number)) ||
				!modem_number_valid(s->number)
		      : length < 8)
		return fail(m, s->format ? CMS_BAD_TEXT : CMS_BAD_PDU);
	s->length = (uint16_t)length;
	s->typed_count = 0;
	s->too_long = false;
	m->running->prompt = true;
	modem_port_send(m, m->running, "\r\n> ", 4);
	return AT_PROMPT;
}

static int digit_of(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Service centre and SMS-SUBMIT, in hexadecimal. */
static bool take_pdu(const struct modem_messages *s, struct modem_sms *sms)
{
	uint8_t pdu[MODEM_SMS_PDU_BYTES];
	size_t count = 0, centre;

	for (const char *t = s->typed; t[0] && count < sizeof(pdu); t += 2) {
		int high = digit_of(t[0]), low = high < 0 ? -1 : digit_of(t[1]);

		if (low < 0)
			return false;
		pdu[count++] = (uint8_t)(high * 16 + low);
	}
	centre = count ? pdu[0] + 1u : 1;
	return count > centre && count - centre == s->length &&
	       modem_sms_submit(pdu + centre, count - centre, sms);
}

static enum at_result send_typed(struct modem *m)
{
	struct modem_messages *s = &m->messages;
	struct modem_sms sms = {.used = true};

	s->typed[s->typed_count] = 0;
	if (s->too_long || (!s->format && !take_pdu(s, &sms)))
		return fail(m, CMS_BAD_PDU);
	if (s->format) {
		format_print(sms.number, sizeof(sms.number), "%s", s->number);
		format_print(sms.text, sizeof(sms.text), "%s", s->typed);
	}
	if (s->refuse)
		return fail(m, CMS_NETWORK);
	modem_say(m, "modem: sms to %s: %s", sms.number, sms.text);
	modem_at_reply(m, "+CMGS: %u", ++s->reference);
	return AT_OK;
}

void modem_sms_byte(struct modem *m, struct modem_port *p, char c)
{
	struct modem_messages *s = &m->messages;

	if (c != 0x1a && c != 0x1b) {
		if (c == '\r' || c == '\n')
			return;
		s->too_long |= s->typed_count + 1 >= sizeof(s->typed);
		if (!s->too_long)
			s->typed[s->typed_count++] = c;
		return;
	}
	p->prompt = false;
	m->running = p;
	modem_at_result(m, c == 0x1b ? AT_OK : send_typed(m));
	m->running = NULL;
}

/*
 * Receiving.
 */

/* TS 27.005 3.4.1: an indication, or the message itself, as +CNMI has it. */
static void announce(struct modem *m, unsigned index)
{
	struct modem_sms *sms = &m->messages.store[index];
	char line[LINE_BYTES], out[MODEM_SMS_TEXT_BYTES + LINE_BYTES + 80], when[24];
	size_t octets;

	if (!m->messages.cnmi[0])
		return;
	if (m->messages.cnmi[1] == 1) {
		modem_at_reply(m, "+CMTI: \"SM\",%u", index + 1);
	} else if (m->messages.cnmi[1] == 2) {
		pdu_line(sms, line, &octets);
		time_text(sms->time_s, when, sizeof(when));
		if (m->messages.format)
			format_print(
				out, sizeof(out), "+CMT: \"%s\",,\"%s\"\r\n%s", sms->number, when, sms->text);
		else
			format_print(out, sizeof(out), "+CMT: ,%u\r\n%s", (unsigned)octets, line);
		modem_send_text(m, out);
		sms->used = false; /* it has been handed over */
	}
}

/* sms NUMBER TEXT: one comes; sms refuse|accept: what becomes of those that the phone sends; sms list. */
static int receive(struct modem *m, const char *number, const char *text)
{
	struct modem_sms sms = {.used = true, .time_s = (uint32_t)(m->now / NS_PER_S)};
	uint8_t pdu[MODEM_SMS_PDU_BYTES];

	if (!modem_number_valid(number) || strlen(number) > 20 || strlen(text) >= sizeof(sms.text)) {
		modem_say(m, "modem: sms: a number of 20 digits at most and a text, not '%s'", number);
		return -EINVAL;
	}
	format_print(sms.number, sizeof(sms.number), "%s", number);
	format_print(sms.text, sizeof(sms.text), "%s", text);
	if (!modem_sms_deliver(&sms, pdu)) {
		modem_say(m, "modem: sms: a text of 160 characters at most, 70 if not all are GSM's");
		return -EINVAL;
	}
	for (unsigned i = 0; i < MODEM_SMS_COUNT; i++)
		if (!m->messages.store[i].used) {
			m->messages.store[i] = sms;
			announce(m, i);
			return 0;
		}
	modem_say(m, "modem: sms: the store of %d is full", MODEM_SMS_COUNT);
	return -EINVAL;
}

int modem_prompt_sms(struct modem *m, const char *arguments)
{
	char word[MODEM_WORD_BYTES];

	modem_word(&arguments, word, sizeof(word));
	if (!strcmp(word, "refuse") || !strcmp(word, "accept")) {
		m->messages.refuse = word[0] == 'r';
		return 0;
	}
	return receive(m, word, arguments);
}

void modem_sms_init(struct modem *m)
{
	m->messages.format = m->messages.cnmi[0] = m->messages.cnmi[1] = 0;
	m->messages.typed_count = 0;
}
