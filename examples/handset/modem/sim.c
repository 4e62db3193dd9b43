/* The SIM's files, by +CRSM and +CSIM (TS 27.007 8.18, 8.17; TS 31.102 4.2; TS 51.011 9.2). */
#include <errno.h>
#include "examples/handset/modem/modem_at.h"
#include "examples/handset/modem/prompt.h"
#include "frontends/rtos/format.h"
#include "frontends/rtos/mem.h"

#define READ_BINARY  176
#define GET_RESPONSE 192
#define STATUS	     242
#define SELECT	     164
#define OK_SW	     "9000"
#define NOT_FOUND    "6A82"
#define BAD_LENGTH   "6700"
#define BAD_COMMAND  "6D00"
#define BAD_OFFSET   "6B00"

/* EF_ECC can be changed at the prompt. */
enum { EF_ECC = 28599 };

static const struct {
	unsigned id;
	const char *hex;
} files[] = {
	{12258, "98531010325476981032"},	       /* EF_ICCID */
	{28423, "080910101032547698"},		       /* EF_IMSI */
	{28589, "00000002"},			       /* EF_AD: two digits of MNC */
	{28486, "0150617274796C696E65FFFFFFFFFFFFFF"}, /* EF_SPN */
	{28478, "FFFF"},			       /* EF_GID1 */
	{28479, "FFFF"},			       /* EF_GID2 */
};

static const char *content(const struct modem *m, unsigned id)
{
	if (id == EF_ECC)
		return m->sim.ecc;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (files[i].id == id)
			return files[i].hex;
	return NULL;
}

/* `length` bytes from `offset`, as hexadecimal digits; NULL: right, else the status word. */
static const char *read_file(
	const struct modem *m, unsigned id, size_t offset, size_t length, char *to, size_t bytes)
{
	const char *hex = content(m, id);

	if (!hex)
		return NOT_FOUND;
	if (2 * offset > strlen(hex))
		return BAD_OFFSET;
	if (2 * (offset + length) > strlen(hex) || 2 * length + 1 > bytes)
		return BAD_LENGTH;
	memcpy(to, hex + 2 * offset, 2 * length);
	to[2 * length] = 0;
	return NULL;
}

/* TS 51.011 9.2.1: an elementary file, transparent. */
static const char *describe(const struct modem *m, unsigned id, char *to, size_t bytes)
{
	const char *hex = content(m, id);

	if (!hex)
		return NOT_FOUND;
	format_print(to, bytes, "0000%04x%04x040000ff44010200%02x", (unsigned)strlen(hex) / 2, id, 0);
	return NULL;
}

static unsigned word(const char *text)
{
	unsigned value = 0;

	for (; *text; text++)
		value = value * 16 + (unsigned)(*text >= 'A' ? *text - 'A' + 10 : *text - '0');
	return value;
}

/* +CRSM=<command>,<fileid>[,<P1>,<P2>,<P3>…]: <sw1>,<sw2>[,<response>]. */
enum at_result modem_at_crsm(struct modem *m, enum at_form form, const char *argument)
{
	long command = modem_argument_number(argument, 0, 255),
	     id = modem_argument_number(argument, 1, 65535);
	long p1 = modem_argument_number(argument, 2, 255), p2 = modem_argument_number(argument, 3, 255);
	long p3 = modem_argument_number(argument, 4, 255);
	char data[MODEM_SIM_BYTES] = "";
	const char *wrong = BAD_COMMAND;

	if (form == AT_TEST)
		return AT_OK;
	if (form != AT_SET || command < 0 || id == -1)
		return AT_BAD_PARAMETER;
	if (command == READ_BINARY)
		wrong = read_file(m, (unsigned)id, (size_t)((p1 > 0 ? p1 << 8 : 0) + (p2 > 0 ? p2 : 0)),
			(size_t)(p3 > 0 ? p3 : 0), data, sizeof(data));
	else if (command == GET_RESPONSE)
		wrong = describe(m, (unsigned)id, data, sizeof(data));
	else if (command == STATUS)
		wrong = NULL;
	if (wrong)
		modem_at_reply(m, "+CRSM: %u,%u", word(wrong) >> 8, word(wrong) & 0xff);
	else
		modem_at_reply(m, "+CRSM: 144,0,\"%s\"", data);
	return AT_OK;
}

/* Two digits at a place. */
static unsigned octet(const char *hex, size_t index)
{
	char text[3] = {hex[2 * index], hex[2 * index + 1], 0};

	return word(text);
}

/* SELECT by file identifier, READ BINARY, STATUS, of any class. */
static const char *run_apdu(struct modem *m, const char *apdu, size_t count, char *data, size_t bytes)
{
	unsigned instruction = octet(apdu, 1);

	data[0] = 0;
	if (instruction == SELECT && count == 7 && octet(apdu, 4) == 2) {
		unsigned id = octet(apdu, 5) << 8 | octet(apdu, 6);

		if (!content(m, id))
			return NOT_FOUND;
		m->sim.selected = (uint16_t)id;
		return NULL;
	}
	if (instruction == READ_BINARY && count == 5)
		return read_file(m, m->sim.selected, octet(apdu, 2) << 8 | octet(apdu, 3), octet(apdu, 4),
			data, bytes);
	if (instruction == GET_RESPONSE && count == 5)
		return describe(m, m->sim.selected, data, bytes);
	return instruction == STATUS ? NULL : BAD_COMMAND;
}

/* +CSIM=<length>,<command>: <length>,<response with its status word>. */
enum at_result modem_at_csim(struct modem *m, enum at_form form, const char *argument)
{
	char apdu[MODEM_SIM_BYTES], data[MODEM_SIM_BYTES];
	long length = modem_argument_number(argument, 0, 520);
	const char *wrong;

	if (form == AT_TEST)
		return AT_OK;
	if (form != AT_SET || !modem_argument(argument, 1, apdu, sizeof(apdu)) || length < 10 || length % 2 ||
		(size_t)length != strlen(apdu))
		return AT_BAD_PARAMETER;
	for (const char *t = apdu; *t; t++)
		if (!((*t >= '0' && *t <= '9') || (*t >= 'A' && *t <= 'F')))
			return AT_BAD_PARAMETER;
	wrong = run_apdu(m, apdu, (size_t)length / 2, data, sizeof(data));
	modem_at_reply(m, "+CSIM: %zu,\"%s%s\"", strlen(wrong ? "" : data) + 4, wrong ? "" : data,
		wrong ? wrong : OK_SW);
	return AT_OK;
}

/* One number of EF_ECC: three octets of swapped digits, F where there is none (TS 31.102 4.2.21). */
static void put_emergency(char *to, const char *number)
{
	for (unsigned i = 0; i < 6; i++)
		to[i ^ 1] = *number ? *number++ : 'F';
}

/* ecc NUMBER…: the SIM's emergency numbers, five at most. */
int modem_prompt_ecc(struct modem *m, const char *arguments)
{
	char hex[sizeof(m->sim.ecc)], number[MODEM_WORD_BYTES];
	unsigned count = 0;

	memset(hex, 'F', sizeof(hex) - 1);
	hex[sizeof(hex) - 1] = 0;
	for (modem_word(&arguments, number, sizeof(number)); number[0];
		modem_word(&arguments, number, sizeof(number))) {
		if (!modem_number_valid(number) || strlen(number) > 6 || count == 5) {
			modem_say(m, "modem: ecc: five numbers of six digits at most, not '%s'", number);
			return -EINVAL;
		}
		put_emergency(hex + 6 * count++, number);
	}
	memcpy(m->sim.ecc, hex, sizeof(hex));
	return 0;
}

void modem_sim_init(struct modem *m)
{
	m->sim.selected = 0;
	if (!m->sim.ecc[0])
		(void)modem_prompt_ecc(m, "113");
}
