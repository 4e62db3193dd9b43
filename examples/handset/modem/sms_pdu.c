#include "examples/handset/modem/sms.h"
#include "frontends/rtos/format.h"
#include "frontends/rtos/mem.h"

#define TYPE_MASK      0x03
#define TYPE_SUBMIT    0x01
#define DELIVER_LAST   0x04 /* no more messages wait */
#define VALIDITY_MASK  0x18
#define VALIDITY_SHORT 0x10
#define HEADER_FLAG    0x40
#define DCS_UCS2       0x08
#define INTERNATIONAL  0x91
#define NATIONAL       0x81
#define SEPTETS_MAX    160
#define UCS2_MAX       140
#define DAY_S	       86400u

/* Characters of the default alphabet (TS 23.038 6.2.1) that have the same number in ASCII; @ and $ are the exceptions. */
static int septet_of(char c)
{
	if (c == '@')
		return 0;
	if (c == '$')
		return 2;
	if (c == '\n' || (c >= ' ' && c <= 'Z') || (c >= 'a' && c <= 'z'))
		return c;
	return -1;
}

static char char_of(unsigned septet)
{
	if (septet == 0)
		return '@';
	if (septet == 2)
		return '$';
	return septet_of((char)septet) >= 0 ? (char)septet : '?';
}

/* One code point of UTF-8; '?' for what is none. */
static uint32_t take_code_point(const char **text)
{
	const uint8_t *t = (const uint8_t *)*text;
	unsigned more = t[0] >= 0xf0 ? 3 : t[0] >= 0xe0 ? 2 : t[0] >= 0xc0 ? 1 : 0;
	uint32_t value = more ? t[0] & (0x3fu >> more) : t[0];

	++*text;
	for (; more; more--, ++*text) {
		if (((uint8_t)**text & 0xc0) != 0x80)
			return '?';
		value = value << 6 | ((uint8_t)**text & 0x3f);
	}
	return value < 0x10000 ? value : '?';
}

static size_t put_code_point(char *to, uint32_t value)
{
	if (value < 0x80) {
		to[0] = (char)value;
		return 1;
	}
	if (value < 0x800) {
		to[0] = (char)(0xc0 | value >> 6);
		to[1] = (char)(0x80 | (value & 0x3f));
		return 2;
	}
	to[0] = (char)(0xe0 | value >> 12);
	to[1] = (char)(0x80 | (value >> 6 & 0x3f));
	to[2] = (char)(0x80 | (value & 0x3f));
	return 3;
}

/* Length in digits, type, digits in swapped halves (TS 23.040 9.1.2.5). */
static size_t put_address(const char *number, uint8_t *to)
{
	size_t digits = 0;

	to[1] = number[0] == '+' ? INTERNATIONAL : NATIONAL;
	for (const char *n = number + (number[0] == '+'); *n; n++, digits++) {
		uint8_t d = *n == '*' ? 10 : *n == '#' ? 11 : (uint8_t)(*n - '0');

		if (digits & 1)
			to[2 + digits / 2] = (uint8_t)((to[2 + digits / 2] & 0x0f) | d << 4);
		else
			to[2 + digits / 2] = 0xf0 | d;
	}
	to[0] = (uint8_t)digits;
	return 2 + (digits + 1) / 2;
}

static uint8_t swapped(uint32_t value)
{
	return (uint8_t)(value % 10 << 4 | value / 10 % 10);
}

/* The first of January 2026 is the simulator's first day; all its months have 30. */
static void put_time(uint32_t s, uint8_t to[7])
{
	to[0] = swapped(26);
	to[1] = swapped(1 + s / DAY_S / 30 % 12);
	to[2] = swapped(1 + s / DAY_S % 30);
	to[3] = swapped(s / 3600 % 24);
	to[4] = swapped(s / 60 % 60);
	to[5] = swapped(s % 60);
	to[6] = 0;
}

static size_t put_septets(const char *text, uint8_t *to)
{
	size_t count = 0;

	for (; text[count]; count++) {
		unsigned septet = (unsigned)septet_of(text[count]), bit = (unsigned)(count * 7);

		if (count == SEPTETS_MAX)
			return 0;
		if (bit % 8 == 0)
			to[1 + bit / 8] = 0;
		to[1 + bit / 8] |= (uint8_t)(septet << bit % 8);
		if (bit % 8 > 1)
			to[2 + bit / 8] = (uint8_t)(septet >> (8 - bit % 8));
	}
	to[0] = (uint8_t)count;
	return 1 + (count * 7 + 7) / 8;
}

static size_t put_ucs2(const char *text, uint8_t *to)
{
	size_t count = 0;

	while (*text) {
		uint32_t value = take_code_point(&text);

		if (count + 2 > UCS2_MAX)
			return 0;
		to[1 + count++] = (uint8_t)(value >> 8);
		to[1 + count++] = (uint8_t)value;
	}
	to[0] = (uint8_t)count;
	return 1 + count;
}

static bool is_default_alphabet(const char *text)
{
	while (*text && septet_of(*text) >= 0)
		text++;
	return !*text;
}

size_t modem_sms_deliver(const struct modem_sms *sms, uint8_t pdu[MODEM_SMS_PDU_BYTES])
{
	bool plain = is_default_alphabet(sms->text);
	size_t used = 0, text;

	pdu[used++] = DELIVER_LAST;
	used += put_address(sms->number, pdu + used);
	pdu[used++] = 0;
	pdu[used++] = plain ? 0 : DCS_UCS2;
	put_time(sms->time_s, pdu + used);
	used += 7;
	text = plain ? put_septets(sms->text, pdu + used) : put_ucs2(sms->text, pdu + used);
	return text ? used + text : 0;
}

static void take_septets(const uint8_t *from, size_t first, size_t count, char *to)
{
	size_t used = 0;

	for (size_t i = first; i < count; i++) {
		unsigned bit = (unsigned)(i * 7), pair = from[bit / 8];

		if (bit % 8 > 1)
			pair |= (unsigned)from[bit / 8 + 1] << 8;
		to[used++] = char_of(pair >> bit % 8 & 0x7f);
	}
	to[used] = 0;
}

static void take_ucs2(const uint8_t *from, size_t first, size_t count, char *to)
{
	size_t used = 0;

	for (size_t i = first; i + 1 < count && used + 4 < MODEM_SMS_TEXT_BYTES; i += 2)
		used += put_code_point(to + used, (uint32_t)from[i] << 8 | from[i + 1]);
	to[used] = 0;
}

static bool take_address(const uint8_t *from, size_t digits, char *to)
{
	size_t used = 0;

	if (!digits || digits > 20)
		return false;
	if (from[0] == INTERNATIONAL)
		to[used++] = '+';
	for (size_t i = 0; i < digits; i++) {
		unsigned d = from[1 + i / 2] >> (i & 1 ? 4 : 0) & 0xf;

		if (d > 11)
			return false;
		to[used++] = "0123456789*#"[d];
	}
	to[used] = 0;
	return true;
}

bool modem_sms_submit(const uint8_t *pdu, size_t count, struct modem_sms *sms)
{
	size_t at = 2, digits, length, octets, header;
	bool ucs2;

	if (count < 8 || (pdu[0] & TYPE_MASK) != TYPE_SUBMIT)
		return false;
	digits = pdu[at++];
	if (at + 1 + (digits + 1) / 2 + 3 > count || !take_address(pdu + at, digits, sms->number))
		return false;
	at += 1 + (digits + 1) / 2 + 1; /* protocol identifier */
	ucs2 = (pdu[at++] & 0x0c) == DCS_UCS2;
	at += (pdu[0] & VALIDITY_MASK) == 0 ? 0 : (pdu[0] & VALIDITY_MASK) == VALIDITY_SHORT ? 1 : 7;
	if (at >= count)
		return false;
	length = pdu[at++];
	octets = ucs2 ? length : (length * 7 + 7) / 8;
	if (octets != count - at || octets > UCS2_MAX)
		return false;
	header = pdu[0] & HEADER_FLAG && octets ? pdu[at] + 1u : 0;
	if (header > octets)
		return false;
	if (ucs2)
		take_ucs2(pdu + at, header, length, sms->text);
	else
		take_septets(pdu + at, (header * 8 + 6) / 7, length, sms->text);
	return true;
}
