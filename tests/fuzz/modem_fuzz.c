/*
 * Lines that two clients of the virtual modem may send: known ways to dial and send (the corpus), cut, joined,
 * changed and mixed with noise, from a seed. Nothing billable may reach the modem or telephony, and every client
 * must be answered afterwards. A bounded number in `make test`; 10 million with
 *   FUZZ_LINES=10000000 build/host/tests/fuzz/modem_fuzz
 */
#include <stdlib.h>
#include <time.h>
#include "tests/unit/expect.h"
#include "tests/unit/modem-vdev/escape.h"
#include "tests/unit/modem-vdev/rig.h"

#define CORPUS	   "tests/fixtures/modem/ways-to-dial.txt"
#define LINES	   1000000
#define CORPUS_MAX 1024
#define LINE_BYTES 1200

static const char policy[] = "[linux]\nquery = allow\nsms-read = allow\ncontrol = virtual\nradio = virtual\n"
			     "dial = ask\nsms-send = ask\nussd = ask\n"
			     "[guest]\nquery = allow\ncontrol = virtual\nradio = virtual\n";

static char corpus[CORPUS_MAX][256];
static size_t corpus_bytes[CORPUS_MAX];
static unsigned corpus_count;
static struct rig rig;
static uint64_t state;

/* splitmix64: the same numbers on every machine. */
static uint32_t draw(uint32_t limit)
{
	uint64_t z = state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return (uint32_t)((z ^ z >> 31) % limit);
}

static void load_corpus(void)
{
	char line[LINE_BYTES];
	FILE *file = fopen(CORPUS, "r");

	while (file && corpus_count < CORPUS_MAX && fgets(line, sizeof(line), file))
		if (line[0] != '#' && line[0] != '[' && line[0] != '\n' && strlen(line) < 250) {
			corpus_bytes[corpus_count] = unescape(line, corpus[corpus_count]);
			corpus_count++;
		}
	if (file)
		fclose(file);
}

static size_t add(char *to, size_t used, const char *bytes, size_t count)
{
	count = count < LINE_BYTES - used ? count : LINE_BYTES - used;
	memcpy(to + used, bytes, count);
	return used + count;
}

static size_t add_piece(char *to, size_t used)
{
	static const char *const pieces[] = {"AT", "at", "A/", "D", "D112", "D5551234", ";", "\r", "\n", "\"",
		"+CMGS=10\r", "+CUSD=1,\"*100#\"", "\x1a", "\x1b", "H", "Z", "A", "S0=1", "+CFUN=4", "+CHUP",
		"\b", " ", ",", "=", "?", "=?", "+CSQ", "+COPS?", "+CREG?", "+CLCC", "E0", "V0", "V1", "Q1",
		"Q0", "+CMEE=2", ">", "*99#", "#", "0001000491214300000141", "+CRSM=176,28599,0,0,15",
		"+CSCS=\"UCS2\"", "&F", "+", "I"};
	uint32_t which = draw(sizeof(pieces) / sizeof(pieces[0]));
	uint32_t from = draw(corpus_count);
	char byte = (char)draw(256);

	switch (draw(4)) {
	case 0: return add(to, used, corpus[from], corpus_bytes[from]);
	case 1: {
		uint32_t start = draw((uint32_t)corpus_bytes[from] + 1);

		return add(to, used, corpus[from] + start, draw((uint32_t)(corpus_bytes[from] - start) + 1));
	}
	case 2: return add(to, used, pieces[which], strlen(pieces[which]));
	default: return draw(3) ? used : add(to, used, &byte, 1);
	}
}

static size_t make_line(char *to)
{
	size_t used = draw(3) ? add(to, 0, "AT", 2) : 0;
	uint32_t pieces = 1 + draw(5);

	for (uint32_t i = 0; i < pieces; i++)
		used = add_piece(to, used);
	if (used && draw(4) == 0)
		to[draw((uint32_t)used)] = (char)draw(256);
	if (draw(200) == 0)
		while (used < 600)
			used = add(to, used, "AT+CSQ;D1;", 10);
	return add(to, used, "\r", 1);
}

/* What the modem may say in between. */
static void disturb(void)
{
	static const char *const urcs[] = {"RING", "+CLIP: \"1\",129", "NO CARRIER", "+CREG: 1",
		"+CUSD: 0,\"x\",15", "OK", "ERROR", "> ", "+CME ERROR: 3", "CONNECT", "+CRSM: 144,0,\"55\"",
		"+CMTI: \"SM\",1", "\x01\x02"};

	if (draw(20) == 0)
		rig_urc(&rig, urcs[draw(sizeof(urcs) / sizeof(urcs[0]))]);
	if (draw(50) == 0)
		rig.fake.silent = draw(8) == 0;
	if (draw(10) == 0)
		rig_pass(&rig, draw(3000));
	if (rig.ask.id && draw(3)) {
		uint32_t id = rig.ask.id;

		rig.ask.id = 0;
		(void)vmodem_decide(&rig.vm, rig.now_ns, id, false);
		rig_settle(&rig);
	}
}

static void lines(void)
{
	const char *given = getenv("FUZZ_LINES"), *seed = getenv("FUZZ_SEED");
	unsigned long count = given ? strtoul(given, NULL, 0) : LINES, i;
	char line[LINE_BYTES + 1];
	clock_t start = clock();
	double seconds;

	state = seed ? strtoull(seed, NULL, 0) : 1;
	load_corpus();
	EXPECT_EQ(corpus_count >= 200, 1);
	rig_init(&rig, policy);
	for (i = 0; i < count && !rig_leaks(&rig); i++) {
		size_t bytes = make_line(line);

		rig_clear(&rig);
		rig_type(&rig, draw(2), line, bytes);
		disturb();
	}
	seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
	printf("modem.fuzz_lines\t%lu\tlines, seed %s\nmodem.billable_leaks\t%u\tcommands (fuzz; %u refused, "
	       "%u "
	       "emergency calls)\n"
	       "modem.fuzz_lines_s\t%.0f\tlines/s\n",
		i, seed ? seed : "1", rig_leaks(&rig), rig.refused_count, rig.emergency_count,
		(double)i / (seconds > 0 ? seconds : 1));
	EXPECT_EQ(rig_leaks(&rig), 0);
	if (rig_leaks(&rig))
		printf("line %lu, to the modem: %s, dialled: %s\n", i, rig.fake.leak, rig.dialled);
	EXPECT_EQ(rig.refused_count > count / 20, 1);
}

/* 112 was among the pieces: what was dialled as an emergency is a whole number. */
static void emergencies(void)
{
	EXPECT_EQ(rig.emergency_count > 0, 1);
	EXPECT_EQ(!strcmp(rig.dialled, "112") || !strcmp(rig.dialled, "911"), 1);
}

static void alive(void)
{
	rig.fake.silent = false;
	for (unsigned i = 0; i < 2; i++) {
		rig_type(&rig, i, "\x1b\r", 2);
		rig_pass(&rig, 120000);
		rig_type(&rig, i, "\x1b\rAT&FE0\r", 9);
		rig_pass(&rig, 5000);
		(void)rig_line(&rig, i, "AT");
		EXPECT_STR(rig.sent[i], "\r\nOK\r\n");
		EXPECT_STR(rig_line(&rig, i, "AT+CSQ"), "\r\n+CSQ: 23,99\r\n\r\nOK\r\n");
	}
}

static const struct unit_test tests[] = {
	{"no line of a client that may not dial or send gets anything billable done", lines},
	{"only whole emergency numbers are dialled as such", emergencies},
	{"both clients are answered afterwards", alive},
};

UNIT_MAIN("modem fuzz", tests)
