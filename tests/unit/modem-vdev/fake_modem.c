#include <stdio.h>
#include <string.h>
#include "tests/unit/modem-vdev/fake_modem.h"

#define OK "\r\n\r\nOK\r\n"

/* `%` stands for a number, `$` for a capital letter. */
static bool matches(const char *pattern, const char *text)
{
	for (; *pattern; pattern++) {
		if (*pattern == '%') {
			size_t digits = strspn(text, "0123456789");

			if (!digits)
				return false;
			text += digits;
		} else if (*pattern == '$' ? *text < 'A' || *text > 'Z' : *text != *pattern) {
			return false;
		} else {
			text++;
		}
	}
	return !*text;
}

static const struct {
	const char *line, *answer;
} answers[] = {
	{"AT+CSQ", "\r\n+CSQ: 23,99" OK},
	{"AT+CESQ", "\r\n+CESQ: 99,99,255,255,20,50" OK},
	{"AT+CGMI", "\r\nPartyline" OK},
	{"AT+CGMM", "\r\nmodem simulator" OK},
	{"AT+CGMR", "\r\n1.0" OK},
	{"AT+CGSN", "\r\n490154203237518" OK},
	{"AT+CIMI", "\r\n001010123456789" OK},
	{"AT+CNUM", "\r\n+CNUM: \"\",\"+358401234567\",145" OK},
	{"AT+CPAS", "\r\n+CPAS: 0" OK},
	{"AT+CBC", "\r\n+CBC: 0,80" OK},
	{"AT+CPINR", "\r\n+CPINR: SIM PIN,3,3" OK},
	{"AT+CLCC", "\r\nOK\r\n"},
	{"AT+CCLK?", "\r\n+CCLK: \"26/11/22,12:00:00+08\"" OK},
	{"AT+CREG?", "\r\n+CREG: 2,1,\"00A1\",\"0000BEEF\",7" OK},
	{"AT+CGREG?", "\r\n+CGREG: 2,1,\"00A1\",\"0000BEEF\",7" OK},
	{"AT+CEREG?", "\r\n+CEREG: 2,1,\"00A1\",\"0000BEEF\",7" OK},
	{"AT+CREG=2", "\r\nOK\r\n"},
	{"AT+CGREG=2", "\r\nOK\r\n"},
	{"AT+CEREG=2", "\r\nOK\r\n"},
	{"AT+CNMI=2,1", "\r\nOK\r\n"},
	{"AT+CGATT?", "\r\n+CGATT: 1" OK},
	{"AT+CLIR?", "\r\n+CLIR: 0,1" OK},
	{"AT+CSCA?", "\r\n+CSCA: \"+358405202000\",145" OK},
	{"AT+WS46?", "\r\n+WS46: 25" OK},
	{"AT+WS46=?", "\r\n+WS46: (12,22,25,28)" OK},
	{"AT+CPIN?", "\r\n+CPIN: READY" OK},
	{"AT+CPOL?", "\r\nOK\r\n"},
	{"AT+CLCK=?", "\r\n+CLCK: (\"SC\",\"FD\",\"PS\")" OK},
	{"AT+CLCK=\"$$\",2", "\r\n+CLCK: 0" OK},
	{"AT+CRSM=176,%,%,%,%", "\r\n+CRSM: 144,0,\"11F2FFFFFFFF\"" OK},
	{"AT+CRSM=178,%,%,%,%", "\r\n+CRSM: 148,4" OK},
	{"AT+CRSM=192,%,%,%,%", "\r\n+CRSM: 148,4" OK},
	{"AT+COPS=3,0;+COPS?;+COPS=3,0", "\r\n+COPS: 0,0,\"Partyline\",7" OK},
	{"AT+COPS=3,1;+COPS?;+COPS=3,0", "\r\n+COPS: 0,1,\"Party\",7" OK},
	{"AT+COPS=3,2;+COPS?;+COPS=3,0", "\r\n+COPS: 0,2,\"00101\",7" OK},
	{"AT+CMGF=0;+CMGL=%",
		"\r\n+CMGL: 1,0,,22\r\n0791534805020200040C91534810325476000062112221000080024F76\r\n"
		"\r\nOK\r\n"},
	{"AT+CMGF=0;+CMGR=%",
		"\r\n+CMGR: 0,,22\r\n0791534805020200040C91534810325476000062112221000080024F76\r\n"
		"\r\nOK\r\n"},
	{"AT+CMGD=%", "\r\nOK\r\n"},
	{"AT+CPMS=?", "\r\n+CPMS: (\"ME\",\"SM\"),(\"ME\",\"SM\"),(\"SM\")" OK},
	{"AT+CPMS?", "\r\n+CPMS: \"SM\",1,20,\"SM\",1,20,\"SM\",1,20" OK},
};

/* Those that cost: known here so that a test can have them, and a leak all the same. */
static const struct {
	const char *line, *answer;
} billable[] = {
	{"AT+CMGF=0;+CMGS=%", "\r\n> "},
	{"AT+CUSD=1,\"*100#\",15", "\r\nOK\r\n"},
};

static const char *find_answer(const char *line)
{
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (matches(answers[i].line, line))
			return answers[i].answer;
	return NULL;
}

bool fake_modem_harmless(const char *line)
{
	return find_answer(line) != NULL;
}

static void reply(struct fake_modem *f, const char *text)
{
	size_t count = strlen(text);

	if (f->silent || f->answer_count + count > sizeof(f->answer))
		return;
	memcpy(f->answer + f->answer_count, text, count);
	f->answer_count += count;
}

static void take_line(struct fake_modem *f)
{
	const char *answer = find_answer(f->line);

	f->line_count++;
	snprintf(f->last, sizeof(f->last), "%s", f->line);
	if (!answer) {
		f->leak_count++;
		snprintf(f->leak, sizeof(f->leak), "%s", f->line);
	}
	for (size_t i = 0; !answer && i < sizeof(billable) / sizeof(billable[0]); i++)
		if (matches(billable[i].line, f->line))
			answer = billable[i].answer;
	f->prompt = answer && !strcmp(answer, "\r\n> ");
	reply(f, answer ? answer : "\r\nERROR\r\n");
}

static void take_payload_byte(struct fake_modem *f, char c)
{
	if (c != 0x1a && c != 0x1b) {
		if (f->count + 1 < sizeof(f->line))
			f->line[f->count++] = c;
		return;
	}
	f->line[f->count] = 0;
	f->count = 0;
	f->prompt = false;
	if (c == 0x1a)
		snprintf(f->payload, sizeof(f->payload), "%s", f->line);
	reply(f, c == 0x1a ? "\r\n+CMGS: 7" OK : "\r\nOK\r\n");
}

void fake_modem_receive(struct fake_modem *f, const char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (f->prompt) {
			take_payload_byte(f, bytes[i]);
		} else if (bytes[i] == '\r') {
			f->line[f->count] = 0;
			f->count = 0;
			take_line(f);
		} else if (bytes[i] != 0x1b && f->count + 1 < sizeof(f->line)) {
			f->line[f->count++] = bytes[i];
		}
	}
}
