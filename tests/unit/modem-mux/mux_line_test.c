/*
 * Our initiator against our responder over a line that drops, delays and garbles, and against garbage. Seeded:
 * every run is the same. Data go in UI frames, whose check covers them, as records that say what they are.
 */
#include <stdlib.h>
#include "tests/unit/expect.h"
#include "tests/unit/modem-mux/wire.h"

#define RECORD_BYTES 64 /* one frame each */
#define RUNS	     60

static struct wire w;
static uint32_t next[2][MUX_DLC_COUNT]; /* the least record that may still come */
static unsigned arrived, damaged, disordered;

static void make_record(uint8_t *to, unsigned dlci, uint32_t number)
{
	to[0] = (uint8_t)number;
	to[1] = (uint8_t)(number >> 8);
	to[2] = (uint8_t)(number >> 16);
	for (unsigned i = 3; i < RECORD_BYTES; i++)
		to[i] = (uint8_t)(number * 13 + i * 7 + dlci);
}

static void judge(struct wire_end *e, unsigned dlci, const uint8_t *bytes, size_t count)
{
	uint8_t record[RECORD_BYTES];
	uint32_t number =
		count == RECORD_BYTES ? bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 : 0;
	uint32_t *least = &next[e == &w.a][dlci];

	make_record(record, dlci, number);
	if (count != RECORD_BYTES || memcmp(record, bytes, count)) {
		damaged++;
		return;
	}
	disordered += number < *least;
	*least = number + 1;
	arrived++;
	e->got_count[dlci] = 0;
}

static unsigned write_records(uint32_t number[2][MUX_DLC_COUNT])
{
	unsigned written = 0;

	for (unsigned side = 0; side < 2; side++)
		for (unsigned d = 1; d <= 3; d++) {
			struct wire_end *e = side ? &w.b : &w.a;
			uint8_t record[RECORD_BYTES];

			if (e->mux.dlc[d].n1 != RECORD_BYTES || mux_write_room(&e->mux, d) < RECORD_BYTES)
				continue;
			make_record(record, d, number[side][d]++);
			written += mux_write(&e->mux, w.now_ns, d, record, RECORD_BYTES) == RECORD_BYTES;
		}
	return written;
}

/* Whatever has closed is opened again, as a driver would. */
static void reopen(void)
{
	for (unsigned d = 1; d <= 3; d++)
		if (w.a.mux.dlc[d].state == MUX_CLOSED)
			(void)mux_open(&w.a.mux, w.now_ns, d);
}

static unsigned bad_time(const struct mux_params *p, unsigned run)
{
	uint32_t number[2][MUX_DLC_COUNT] = {{0}};
	unsigned written = 0;

	wire_init(&w, p);
	w.seed = run;
	w.a.on_received = w.b.on_received = judge;
	memset(next, 0, sizeof(next));
	w.drop = 20 * (run % 8);
	w.garble = 25 * (run % 7);
	w.delay_ms = run % 5 * 20;
	for (unsigned i = 0; i < 600; i++) {
		if (i % 16 == 0)
			reopen();
		w.cut = run % 10 == 9 && i / 100 == 3;
		written += write_records(number);
		wire_pass(&w, 10);
	}
	return written;
}

/* The line is good again: all is well within what time-outs allow, and nothing is lost any more. */
static void good_again(void)
{
	uint32_t number[2][MUX_DLC_COUNT] = {{0}};
	unsigned before, written = 0;

	w.drop = w.garble = 0;
	w.cut = false;
	for (unsigned i = 0; i < 100; i++) {
		reopen();
		wire_pass(&w, 100);
	}
	for (unsigned d = 1; d <= 3; d++) {
		EXPECT_EQ(w.a.mux.dlc[d].state, MUX_OPEN);
		EXPECT_EQ(w.b.mux.dlc[d].state, MUX_OPEN);
	}
	memset(next, 0, sizeof(next));
	before = arrived;
	for (unsigned i = 0; i < 20; i++) {
		written += write_records(number);
		wire_pass(&w, 200);
	}
	EXPECT_EQ(written > 0, 1);
	EXPECT_EQ(arrived - before, written);
}

static void runs(enum mux_option option)
{
	const struct mux_params p = {.option = option,
		.ui = true,
		.n1 = RECORD_BYTES,
		.n2 = 5,
		.t1_ms = 300,
		.t2_ms = 400,
		.keep_alive_ms = 2000};
	unsigned written = 0, came;

	arrived = damaged = disordered = 0;
	for (unsigned run = 1; run <= RUNS; run++) {
		unsigned before = arrived;

		written += bad_time(&p, run);
		came = arrived - before;
		EXPECT_EQ(came > 0, 1);
		good_again();
	}
	printf("%u records written, %u arrived, %u damaged, %u out of order\n", written, arrived, damaged,
		disordered);
	EXPECT_EQ(disordered, 0);
	/* A check of eight bits lets one garbled frame of 256 pass, and no more than that. */
	EXPECT_EQ(damaged <= written / 256, 1);
}

static void basic(void)
{
	runs(MUX_BASIC);
}

static void advanced(void)
{
	runs(MUX_ADVANCED);
}

static uint64_t state = 1;

static uint32_t draw(uint32_t limit)
{
	uint64_t z = state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return (uint32_t)((z ^ z >> 31) % limit);
}

/* A frame whose check is right and whose content is not. */
static size_t make_garbage(enum mux_option option, uint8_t *to)
{
	static const uint8_t types[] = {
		MUX_SABM, MUX_UA, MUX_DM, MUX_DISC, MUX_UIH, MUX_UIH, MUX_UIH, MUX_UI, 0x55};
	static const uint8_t messages[] = {
		0x83, 0x81, 0x43, 0xc3, 0xc1, 0x23, 0x21, 0xa3, 0x63, 0xe3, 0xe1, 0x13, 0x93, 0x53};
	uint8_t info[80];
	struct mux_frame f = {.dlci = (uint8_t)(draw(2) ? 0 : draw(64)),
		.command = draw(2),
		.poll = draw(2),
		.type = types[draw(sizeof(types))],
		.info = info,
		.count = draw(4) ? draw(20) : draw(80)};

	for (size_t i = 0; i < sizeof(info); i++)
		info[i] = (uint8_t)draw(256);
	if (draw(2)) {
		info[0] = messages[draw(sizeof(messages))];
		info[1] = (uint8_t)(draw(3) ? (f.count << 1 | 1) - 4 : draw(256));
		info[2] = (uint8_t)draw(40);
	}
	return mux_frame_encode(option, &f, to);
}

static void garbage(void)
{
	uint8_t bytes[MUX_FRAME_BYTES];
	unsigned long count = getenv("FUZZ_FRAMES") ? strtoul(getenv("FUZZ_FRAMES"), NULL, 0) : 200000;

	for (unsigned option = 0; option < 2; option++) {
		const struct mux_params p = {.option = (enum mux_option)option,
			.n1 = 64,
			.n2 = 3,
			.t1_ms = 100,
			.t2_ms = 300,
			.keep_alive_ms = 1000};

		wire_init(&w, &p);
		for (unsigned long i = 0; i < count / 2; i++) {
			struct wire_end *e = draw(2) ? &w.a : &w.b;
			size_t bytes_count = make_garbage(p.option, bytes);

			if (draw(3) == 0)
				bytes[draw((uint32_t)bytes_count)] = (uint8_t)draw(256);
			if (draw(100) == 0)
				(void)mux_open(&w.a.mux, w.now_ns, draw(MUX_DLC_COUNT));
			mux_receive(&e->mux, w.now_ns, bytes,
				draw(10) ? bytes_count : draw((uint32_t)bytes_count));
			e->got_count[0] = 0;
			if (draw(8) == 0)
				wire_pass(&w, 5);
		}
		/* Both are begun anew by the frame that recovers, or by silence. */
		mux_shut_down(&w.a.mux, w.now_ns);
		mux_shut_down(&w.b.mux, w.now_ns);
		wire_pass(&w, 20000);
		EXPECT_EQ(wire_open(&w, 1), 1);
	}
}

static const struct unit_test tests[] = {
	{"basic option: a bad line loses records, never order; a good one is good again", basic},
	{"advanced option: a bad line loses records, never order; a good one is good again", advanced},
	{"any frames leave a multiplexer that works afterwards", garbage},
};

UNIT_MAIN("modem mux on a bad line", tests)
