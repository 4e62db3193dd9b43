/* The multiplexer, our initiator against our responder. */
#include "tests/unit/expect.h"
#include "tests/unit/modem-mux/wire.h"

static struct wire w;

static const struct mux_params usual = {
	.option = MUX_BASIC, .n1 = 64, .n2 = 3, .t1_ms = 100, .t2_ms = 300, .keep_alive_ms = 10000};

static struct mux_params with(enum mux_option option, uint16_t n1, bool ui)
{
	struct mux_params p = usual;

	p.option = option;
	p.n1 = n1;
	p.ui = ui;
	return p;
}

static uint8_t pattern(unsigned dlci, size_t at)
{
	return (uint8_t)(at * 7 + at / 251 + dlci * 31);
}

/* Everything on three DLCs at once, both ways; the first difference is told. */
static void transfer(const struct mux_params *p, size_t bytes)
{
	size_t sent[2][4] = {{0}};
	uint8_t piece[512];

	wire_init(&w, p);
	for (unsigned d = 1; d <= 3; d++)
		EXPECT_EQ(wire_open(&w, d), 1);
	for (unsigned round = 0; round < 4000 && (w.b.got_count[3] < bytes || w.a.got_count[3] < bytes);
		round++) {
		for (unsigned side = 0; side < 2; side++)
			for (unsigned d = 1; d <= 3; d++) {
				struct wire_end *e = side ? &w.b : &w.a;
				size_t count = bytes - sent[side][d] < sizeof(piece) ? bytes - sent[side][d]
										     : sizeof(piece);
				int taken;

				for (size_t i = 0; i < count; i++)
					piece[i] = pattern(d, sent[side][d] + i);
				taken = mux_write(&e->mux, w.now_ns, d, piece, count);
				sent[side][d] += taken > 0 ? (size_t)taken : 0;
			}
		wire_pass(&w, 10);
	}
	for (unsigned d = 1; d <= 3; d++) {
		size_t wrong = 0;

		EXPECT_EQ(w.b.got_count[d], bytes);
		EXPECT_EQ(w.a.got_count[d], bytes);
		for (size_t i = 0; i < bytes; i++)
			wrong += w.a.got[d][i] != pattern(d, i) || w.b.got[d][i] != pattern(d, i);
		EXPECT_EQ(wrong, 0);
	}
}

static void both_options(void)
{
	static const uint16_t sizes[] = {31, 32, 63, 64, 126, 127, 128, 129, 255, 256, 512, 1023, 1500};

	for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (unsigned form = 0; form < 4; form++) {
			struct mux_params p =
				with(form & 1 ? MUX_ADVANCED : MUX_BASIC, sizes[i], (form & 2) != 0);

			transfer(&p, 3000);
		}
}

/* TS 27.010: SABM on DLCI 0, its UA; the frame that recovers a modem. */
static void known_frames(void)
{
	static const uint8_t sabm[] = {0xf9, 0x03, 0x3f, 0x01, 0x1c, 0xf9},
			     ua[] = {0xf9, 0x03, 0x73, 0x01, 0xd7, 0xf9}, cld[] = {0xc3};
	struct mux_frame f = {.command = true, .poll = true, .type = MUX_SABM};
	uint8_t bytes[MUX_FRAME_BYTES];

	EXPECT_EQ(mux_frame_encode(MUX_BASIC, &f, bytes), sizeof(sabm));
	EXPECT_EQ(memcmp(bytes, sabm, sizeof(sabm)), 0);
	f.type = MUX_UA;
	EXPECT_EQ(mux_frame_encode(MUX_BASIC, &f, bytes), sizeof(ua));
	EXPECT_EQ(memcmp(bytes, ua, sizeof(ua)), 0);
	f = (struct mux_frame){.command = true, .type = MUX_UIH, .info = cld, .count = 1};
	EXPECT_EQ(mux_frame_encode(MUX_BASIC, &f, bytes), MUX_RECOVERY_BYTES);
	EXPECT_EQ(memcmp(bytes, mux_recovery, MUX_RECOVERY_BYTES), 0);
}

static void recovery(void)
{
	wire_init(&w, &usual);
	EXPECT_EQ(wire_open(&w, 1), 1);
	/* The initiator was restarted, knows nothing, and finds the modem in multiplexed mode. */
	mux_receive(&w.b.mux, w.now_ns, mux_recovery, sizeof(mux_recovery));
	EXPECT_EQ(w.b.downs, 1);
	EXPECT_EQ(w.b.mux.dlc[1].state, MUX_CLOSED);
	mux_init(&w.a.mux, w.a.mux.impl, &w.a,
		&(struct mux_params){.role = MUX_INITIATOR, .n1 = 64, .n2 = 3, .t1_ms = 100, .t2_ms = 300});
	wire_pass(&w, 500);
	EXPECT_EQ(wire_open(&w, 1), 1);
}

static void refused(void)
{
	wire_init(&w, &usual);
	EXPECT_EQ(wire_open(&w, 7), 0);
	EXPECT_EQ(w.a.mux.dlc[7].state, MUX_CLOSED);
	EXPECT_EQ(w.a.mux.up, 1);
	EXPECT_EQ(mux_write(&w.a.mux, w.now_ns, 7, (const uint8_t *)"x", 1) < 0, 1);
	EXPECT_EQ(mux_open(&w.a.mux, w.now_ns, MUX_DLC_COUNT) < 0, 1);
}

static void closing(void)
{
	wire_init(&w, &usual);
	EXPECT_EQ(wire_open(&w, 1) && wire_open(&w, 2), 1);
	(void)mux_close(&w.a.mux, w.now_ns, 1);
	wire_pass(&w, 100);
	EXPECT_EQ(w.a.mux.dlc[1].state, MUX_CLOSED);
	EXPECT_EQ(w.b.mux.dlc[1].state, MUX_CLOSED);
	EXPECT_EQ(w.b.mux.dlc[2].state, MUX_OPEN);
	mux_shut_down(&w.b.mux, w.now_ns);
	wire_pass(&w, 100);
	EXPECT_EQ(w.a.downs, 1);
	EXPECT_EQ(w.b.downs, 1);
	EXPECT_EQ(w.a.mux.dlc[2].state, MUX_CLOSED);
}

/* FC in MSC stops one DLC, FCoff all of them. */
static void flow(void)
{
	static const uint8_t bytes[512];

	wire_init(&w, &usual);
	EXPECT_EQ(wire_open(&w, 1) && wire_open(&w, 2), 1);
	mux_set_signals(&w.b.mux, w.now_ns, 1, MUX_V24_RTC | MUX_V24_RTR | MUX_V24_FC);
	wire_pass(&w, 100);
	EXPECT_EQ(w.a.v24[1], MUX_V24_RTC | MUX_V24_RTR | MUX_V24_FC);
	(void)mux_write(&w.a.mux, w.now_ns, 1, bytes, sizeof(bytes));
	(void)mux_write(&w.a.mux, w.now_ns, 2, bytes, sizeof(bytes));
	wire_pass(&w, 500);
	EXPECT_EQ(w.b.got_count[1], 0);
	EXPECT_EQ(w.b.got_count[2], sizeof(bytes));
	mux_stop_all(&w.b.mux, w.now_ns, true);
	mux_set_signals(&w.b.mux, w.now_ns, 1, MUX_V24_RTC | MUX_V24_RTR);
	wire_pass(&w, 500);
	EXPECT_EQ(w.b.got_count[1], 0);
	mux_stop_all(&w.b.mux, w.now_ns, false);
	wire_pass(&w, 500);
	EXPECT_EQ(w.b.got_count[1], sizeof(bytes));
}

/* A long transfer delays a command by the frames on the line, no more. */
static void priorities(void)
{
	static uint8_t bulk[MUX_TX_BYTES];
	size_t before;

	wire_init(&w, &usual);
	EXPECT_EQ(wire_open(&w, 1) && wire_open(&w, 3), 1);
	mux_set_priority(&w.a.mux, 1, 1);
	mux_set_priority(&w.a.mux, 3, 20);
	w.cut = true; /* the line is full with what is lost: what comes next shows the order */
	(void)mux_write(&w.a.mux, w.now_ns, 3, bulk, sizeof(bulk));
	w.a.count = WIRE_BYTES - 20;
	for (size_t i = 0; i < WIRE_BYTES; i++)
		w.a.due_ns[i] = 0;
	w.cut = false;
	(void)mux_write(&w.a.mux, w.now_ns, 3, bulk, sizeof(bulk));
	(void)mux_write(&w.a.mux, w.now_ns, 1, (const uint8_t *)"AT+CHUP\r", 8);
	before = w.b.frame_count;
	wire_pass(&w, 2000);
	EXPECT_EQ(w.b.frame_count > before + 10, 1);
	EXPECT_EQ(w.b.first_dlci[before], 1);
}

static void keep_alive(void)
{
	struct mux_params p = usual;

	p.keep_alive_ms = 1000;
	wire_init(&w, &p);
	EXPECT_EQ(wire_open(&w, 1), 1);
	wire_pass(&w, 20000);
	EXPECT_EQ(w.a.downs + w.b.downs, 0);
	w.cut = true;
	wire_pass(&w, 4000);
	EXPECT_EQ(w.a.downs, 1);
	EXPECT_EQ(w.b.downs, 1);
	w.cut = false;
	wire_pass(&w, 100);
	EXPECT_EQ(wire_open(&w, 1), 1);
}

static void sleeping(void)
{
	wire_init(&w, &usual);
	EXPECT_EQ(wire_open(&w, 1), 1);
	wire_pass(&w, 500);
	mux_sleep(&w.a.mux, w.now_ns);
	wire_pass(&w, 100);
	EXPECT_EQ(w.b.mux.asleep, 1);
	(void)mux_write(&w.b.mux, w.now_ns, 1, (const uint8_t *)"RING", 4);
	wire_pass(&w, 100);
	EXPECT_EQ(w.a.got_count[1], 4);
	EXPECT_EQ(w.b.mux.asleep, 0);
}

/* A control command that nobody knows is answered with NSC; RPN, RLS and TEST with themselves. */
static void control_messages(void)
{
	static const uint8_t unknown[] = {0x33, 0x03, 0x55}, nsc[] = {0x11, 0x03, 0x33},
			     test[] = {0x23, 0x05, 'h', 'i'}, back[] = {0x21, 0x05, 'h', 'i'};
	struct mux_decoder d;
	struct mux_frame f = {.command = true, .type = MUX_UIH, .info = unknown, .count = sizeof(unknown)};
	uint8_t bytes[MUX_FRAME_BYTES];
	const struct {
		const uint8_t *send, *expect;
		size_t count;
	} cases[] = {{unknown, nsc, 3}, {test, back, 4}};

	wire_init(&w, &usual);
	EXPECT_EQ(wire_open(&w, 1), 1);
	wire_pass(&w, 500);
	for (unsigned i = 0; i < 2; i++) {
		bool seen = false;

		f.info = cases[i].send;
		f.count = cases[i].count;
		w.b.count = 0;
		mux_receive(&w.b.mux, w.now_ns, bytes, mux_frame_encode(MUX_BASIC, &f, bytes));
		mux_decoder_init(&d, MUX_BASIC, 64);
		for (size_t k = 0; k < w.b.count; k++)
			if (mux_decoder_byte(&d, w.b.byte[(w.b.first + k) % WIRE_BYTES]))
				seen |= d.frame.dlci == 0 && d.frame.count == cases[i].count &&
					!memcmp(d.frame.info, cases[i].expect, cases[i].count);
		EXPECT_EQ(seen, 1);
		w.b.count = 0;
	}
}

static const struct unit_test tests[] = {
	{"frames are those of TS 27.010, byte for byte", known_frames},
	{"what goes in comes out, in both options, UIH and UI, N1 from 31 to 1500", both_options},
	{"a modem left in multiplexed mode is brought back by one frame", recovery},
	{"a DLC that is not offered is refused with DM, the others are not disturbed", refused},
	{"DISC closes one DLC, CLD all", closing},
	{"FC in MSC stops one DLC, FCoff all", flow},
	{"the urgent DLC's frame goes before a long transfer's", priorities},
	{"silence is noticed, and the line can be begun anew", keep_alive},
	{"PSC: a sleeper is woken by flags", sleeping},
	{"control messages are answered, unknown ones with NSC", control_messages},
};

UNIT_MAIN("modem mux", tests)
