/* Answers to a client, framed as it has asked for (V.250 5.7), and URCs, never inside an answer. */
#include "vdev-modem/text.h"
#include "vdev-modem/vmodem_int.h"
#include "vdev/log.h"

#define ANSWER_BYTES (LINE_TEXT_BYTES + 8)

static void put(struct vmodem_client *c, const char *text, size_t count)
{
	c->vm->impl->send(c->vm->data, c->index, text, count);
}

void client_line(struct vmodem_client *c, const char *text)
{
	char framed[ANSWER_BYTES];

	if (c->quiet)
		return;
	/* V.250 5.7.1: V0 leaves the leading CR LF of information out. */
	put(c, framed, vdev_format(framed, sizeof(framed), c->verbose ? "\r\n%s\r\n" : "%s\r\n", text));
}

void client_body(struct vmodem_client *c, const char *text)
{
	char framed[ANSWER_BYTES];

	if (!c->quiet)
		put(c, framed, vdev_format(framed, sizeof(framed), "%s\r\n", text));
}

void client_print(struct vmodem_client *c, const char *format, ...)
{
	char text[LINE_TEXT_BYTES];
	va_list args;

	va_start(args, format);
	vdev_vformat(text, sizeof(text), format, args);
	va_end(args);
	client_line(c, text);
}

static void flush_urcs(struct vmodem_client *c)
{
	size_t count = c->urc_count;

	c->urc_count = 0;
	if (count)
		put(c, c->urc, count);
}

/* Held while a line runs or a payload is typed; what does not fit is dropped and counted. */
void client_urc(struct vmodem_client *c, const char *text)
{
	char framed[ANSWER_BYTES];
	size_t count = vdev_format(framed, sizeof(framed), "\r\n%s\r\n", text);

	if (c->state == VMODEM_READY) {
		put(c, framed, count);
		return;
	}
	/* News of an hour ago is none. */
	if (c->state == VMODEM_ONLINE || c->urc_count + count > sizeof(c->urc)) {
		c->urc_dropped++;
		return;
	}
	__builtin_memcpy(c->urc + c->urc_count, framed, count);
	c->urc_count += count;
}

static const char *cme_text(unsigned code)
{
	static const struct {
		unsigned code;
		const char *text;
	} texts[] = {{0, "phone failure"}, {1, "no connection to phone"}, {3, "operation not allowed"},
		{4, "operation not supported"}, {10, "SIM not inserted"}, {11, "SIM PIN required"},
		{13, "SIM failure"}, {14, "SIM busy"}, {16, "incorrect password"}, {20, "memory full"},
		{21, "invalid index"}, {22, "not found"}, {30, "no network service"}, {31, "network timeout"},
		{50, "incorrect parameters"}, {100, "unknown"}};

	for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].code == code)
			return texts[i].text;
	return "unknown";
}

enum outcome client_fail(struct vmodem_client *c, unsigned cme)
{
	int32_t form = client_setting(c, SET_CMEE);

	if (form == 0)
		return OUTCOME_ERROR;
	if (form == 2)
		client_print(c, "+CME ERROR: %s", cme_text(cme));
	else
		client_print(c, "+CME ERROR: %u", cme);
	return OUTCOME_FAILED;
}

/* TS 27.005 3.2.5: always with its number. */
enum outcome client_fail_sms(struct vmodem_client *c, unsigned cms)
{
	client_print(c, "+CMS ERROR: %u", cms);
	return OUTCOME_FAILED;
}

/* The final result code, and the end of the line (V.250 5.7.1). */
void client_result(struct vmodem_client *c, enum outcome outcome)
{
	static const struct {
		const char *word, *number;
	} results[] = {[OUTCOME_DONE] = {"OK", "0\r"},
		[OUTCOME_ERROR] = {"ERROR", "4\r"},
		[OUTCOME_NO_CARRIER] = {"NO CARRIER", "3\r"},
		[OUTCOME_CONNECT] = {"CONNECT", "1\r"}};

	c->state = VMODEM_READY;
	c->deadline_ns = LINE_NEVER;
	c->rewrite = NULL;
	if (outcome != OUTCOME_FAILED && c->verbose)
		client_line(c, results[outcome].word);
	else if (outcome != OUTCOME_FAILED && !c->quiet)
		put(c, results[outcome].number, 2);
	if (outcome == OUTCOME_CONNECT)
		online_begin(c);
	else
		flush_urcs(c);
}

int32_t client_setting(const struct vmodem_client *c, enum setting setting)
{
	return c->value[setting][0];
}

/* One code point; what is no UTF-8 counts as a question mark. */
static uint32_t next_code_point(const char **text)
{
	const unsigned char *t = (const unsigned char *)*text;
	unsigned more = t[0] >= 0xf0 ? 3 : t[0] >= 0xe0 ? 2 : t[0] >= 0xc0 ? 1 : 0;
	uint32_t value = more ? t[0] & (0x3fu >> more) : t[0];

	++*text;
	if (t[0] < 0x80)
		return value;
	if (!more || t[0] >= 0xf8)
		return '?';
	for (; more; more--, ++*text) {
		if (((unsigned char)**text & 0xc0) != 0x80)
			return '?';
		value = value << 6 | ((unsigned char)**text & 0x3f);
	}
	return value;
}

static size_t put_ucs2(char *to, size_t bytes, uint32_t value)
{
	if (bytes < 5)
		return 0;
	return vdev_format(to, bytes, "%04x", value > 0xffff ? 0xfffd : value);
}

/* TS 27.007 5.5: "UCS2" is hexadecimal; GSM and IRA get what ASCII has. */
void client_quote(const struct vmodem_client *c, char *to, size_t bytes, const char *utf8)
{
	size_t count = 0;

	if (c->charset == VMODEM_UTF8) {
		(void)text_copy(to, bytes, utf8);
		return;
	}
	while (*utf8 && count + 1 < bytes) {
		uint32_t value = next_code_point(&utf8);

		if (c->charset == VMODEM_UCS2) {
			size_t put = put_ucs2(to + count, bytes - count, value);

			if (!put)
				break;
			count += put;
		} else {
			to[count++] = value < 0x80 ? (char)value : '?';
		}
	}
	to[count] = 0;
	for (char *t = to; *t; t++)
		*t = c->charset == VMODEM_UCS2 ? text_upper(*t) : *t;
}
