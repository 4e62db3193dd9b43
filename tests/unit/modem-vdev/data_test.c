/*
 * Linux's data call: dialled on its line, carried by the multiplexer, answered by the simulator's network. The test is
 * the PPP peer: what it sends is made here, by another hand than the simulator's.
 */
#include <stdlib.h>
#include "tests/unit/expect.h"
#include "tests/unit/modem-vdev/handset.h"

#define POLICY                                                                                               \
	"[linux]\nquery = allow\ndial = refuse\ndata = allow\n[line]\nmux = advanced\nframe = 128\n"         \
	"keep-alive = 2s\n"
#define LCP  0xc021
#define PAP  0xc023
#define CHAP 0xc223
#define IPCP 0x8021
#define IP   0x0021

static struct handset h;

/* What comes to Linux: text before CONNECT and behind the call, frames between. */
static char text[4096];
static uint8_t frame[2048];
static size_t frame_count;
static bool inside, escaped, control; /* a control character stood in the frame as it is */
static unsigned sent_frames;
static struct {
	uint16_t protocol;
	uint8_t bytes[2048];
	size_t count;
} got[64];
static unsigned got_count;

static uint16_t check_of(const uint8_t *bytes, size_t count)
{
	uint16_t f = 0xffff;

	while (count--) {
		f ^= *bytes++;
		for (int k = 0; k < 8; k++)
			f = (uint16_t)(f & 1 ? f >> 1 ^ 0x8408 : f >> 1);
	}
	return (uint16_t)~f;
}

static void end_frame(void)
{
	uint16_t check;

	if (frame_count >= 6 && got_count < 64) {
		check = check_of(frame, frame_count - 2);
		EXPECT_EQ(frame[frame_count - 2] | frame[frame_count - 1] << 8, check);
		EXPECT_EQ(control && (frame[2] << 8 | frame[3]) == LCP, false);
		got[got_count].protocol = (uint16_t)(frame[2] << 8 | frame[3]);
		got[got_count].count = frame_count - 6;
		memcpy(got[got_count++].bytes, frame + 4, frame_count - 6);
	}
	frame_count = 0;
	control = false;
}

static void sink(void *data, const char *bytes, size_t count)
{
	(void)data;
	for (size_t i = 0; i < count; i++) {
		uint8_t b = (uint8_t)bytes[i];

		if (b == 0x7e) {
			end_frame();
			inside = true;
		} else if (inside && frame_count == 0 && b == '\r') {
			inside = false;
		} else if (inside) {
			control |= b < 0x20;
			escaped |= b == 0x7d;
			if (b != 0x7d && frame_count < sizeof(frame)) {
				frame[frame_count++] = escaped ? b ^ 0x20 : b;
				escaped = false;
			}
		}
		if (!inside && strlen(text) + 1 < sizeof(text))
			strncat(text, (char *)&b, 1);
	}
}

static void send_frame(uint16_t protocol, const void *bytes, size_t count)
{
	uint8_t plain[2048] = {0xff, 0x03, (uint8_t)(protocol >> 8), (uint8_t)protocol}, out[4200];
	uint16_t check;
	size_t used = 0;

	memcpy(plain + 4, bytes, count);
	check = check_of(plain, count + 4);
	plain[count + 4] = (uint8_t)check;
	plain[count + 5] = (uint8_t)(check >> 8);
	out[used++] = 0x7e;
	for (size_t i = 0; i < count + 6; i++) {
		bool escape = plain[i] < 0x20 || plain[i] == 0x7d || plain[i] == 0x7e;

		if (escape)
			out[used++] = 0x7d;
		out[used++] = plain[i] ^ (escape ? 0x20 : 0);
	}
	out[used++] = 0x7e;
	sent_frames++;
	handset_type_bytes(&h, out, used);
	handset_pass(&h, 50 * HANDSET_MS);
}

/* The newest of this protocol with this code; NULL. */
static const uint8_t *last(uint16_t protocol, uint8_t code)
{
	for (unsigned i = got_count; i-- > 0;)
		if (got[i].protocol == protocol && got[i].bytes[0] == code)
			return got[i].bytes;
	return NULL;
}

static void acknowledge(uint16_t protocol)
{
	const uint8_t *request = last(protocol, 1);
	uint8_t answer[128];
	size_t count;

	EXPECT_EQ(request != NULL, 1);
	if (!request)
		return;
	count = (size_t)(request[2] << 8 | request[3]);
	memcpy(answer, request, count);
	answer[0] = 2;
	send_frame(protocol, answer, count);
}

static void setup(void)
{
	handset_init(&h, POLICY);
	handset_pass(&h, 2 * HANDSET_S);
	text[0] = 0;
	inside = escaped = control = false;
	frame_count = got_count = sent_frames = 0;
	h.client_sink = sink;
	handset_type(&h, "ATE0");
	handset_pass(&h, 100 * HANDSET_MS);
	text[0] = 0;
}

static void dial(void)
{
	handset_type(&h, "AT+CGDCONT=1,\"IP\",\"internet\"");
	handset_pass(&h, 100 * HANDSET_MS);
	text[0] = 0;
	handset_type(&h, "ATD*99***1#");
	handset_pass(&h, 200 * HANDSET_MS);
	EXPECT_STR(text, "\r\nCONNECT\r\n");
	EXPECT_EQ(h.share.packets.state, DATA_CALL_ONLINE);
	EXPECT_STR(h.modem.data.apn, "internet");
}

/* LCP, then IPCP until the address is ours (RFC 1661 3.2, RFC 1332). */
static void bring_up(void)
{
	static const uint8_t lcp[] = {1, 7, 0, 14, 1, 4, 0x05, 0xdc, 2, 6, 0, 0, 0, 0};
	uint8_t ipcp[] = {1, 1, 0, 10, 3, 6, 0, 0, 0, 0};
	const uint8_t *nak;

	send_frame(LCP, lcp, sizeof(lcp));
	EXPECT_EQ(last(LCP, 2) && last(LCP, 2)[1] == 7, 1);
	acknowledge(LCP);
	if (h.modem.data.auth == PPP_AUTH_PAP) {
		static const uint8_t pap[] = {1, 5, 0, 8, 1, 'a', 1, 'b'};

		EXPECT_EQ(last(IPCP, 1) == NULL, 1);
		send_frame(PAP, pap, sizeof(pap));
		EXPECT_EQ(last(PAP, 2) != NULL, 1);
	}
	if (h.modem.data.auth == PPP_AUTH_CHAP) {
		uint8_t chap[22] = {2, 1, 0, 22, 16};

		EXPECT_EQ(last(CHAP, 1) != NULL, 1);
		send_frame(CHAP, chap, sizeof(chap));
		EXPECT_EQ(last(CHAP, 3) != NULL, 1);
	}
	acknowledge(IPCP);
	send_frame(IPCP, ipcp, sizeof(ipcp));
	nak = last(IPCP, 3);
	EXPECT_EQ(nak != NULL, 1);
	if (nak)
		memcpy(ipcp + 6, nak + 6, 4);
	ipcp[1] = 2;
	send_frame(IPCP, ipcp, sizeof(ipcp));
	EXPECT_EQ(last(IPCP, 2) && last(IPCP, 2)[1] == 2, 1);
	EXPECT_EQ(h.modem.data.ppp.state, PPP_UP);
}

static void checksum(uint8_t *at, const uint8_t *bytes, size_t count)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += i & 1 ? bytes[i] : (uint32_t)bytes[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	at[0] = (uint8_t)(~sum >> 8);
	at[1] = (uint8_t)~sum;
}

static void ping(uint16_t sequence, size_t size)
{
	uint8_t p[1500] = {0x45, 0, (uint8_t)(size >> 8), (uint8_t)size, 0, 1, 0, 0, 64, 1, 0, 0, 10, 64, 0,
		2, 10, 64, 0, 1, 8, 0, 0, 0, 0x12, 0x34, (uint8_t)(sequence >> 8), (uint8_t)sequence};

	for (size_t i = 28; i < size; i++)
		p[i] = (uint8_t)(i * 7);
	checksum(p + 10, p, 20);
	checksum(p + 22, p + 20, size - 20);
	send_frame(IP, p, size);
}

static bool ponged(uint16_t sequence, size_t size)
{
	const uint8_t *p = got_count && got[got_count - 1].protocol == IP ? got[got_count - 1].bytes : NULL;

	if (!p || got[got_count - 1].count != size || p[20] != 0 || (p[26] << 8 | p[27]) != sequence ||
		p[15] != 1 || p[19] != 2)
		return false;
	for (size_t i = 28; i < size; i++)
		if (p[i] != (uint8_t)(i * 7))
			return false;
	return true;
}

static void ip_comes_up(void)
{
	for (enum ppp_auth auth = PPP_AUTH_NONE; auth <= PPP_AUTH_CHAP; auth++) {
		setup();
		h.modem.data.auth = auth;
		dial();
		bring_up();
		for (uint16_t i = 0; i < 20; i++) {
			ping(i, i & 1 ? 1500 : 84);
			EXPECT_EQ(ponged(i, i & 1 ? 1500 : 84), 1);
		}
		EXPECT_EQ(h.modem.data.ppp.bad_frames, 0);
	}
}

/* And the call's commands are answered as if there was no data. */
static void during_a_call(void)
{
	setup();
	dial();
	bring_up();
	EXPECT_EQ(handset_prompt(&h, "ring +358401234567"), 0);
	ping(1, 1500);
	phone_key(&h.phone, h.now, KEY_PICKUP_PHONE, true);
	ping(2, 1500);
	EXPECT_EQ(ponged(2, 1500), 1);
	EXPECT_EQ(h.phone.call.info.state, PL_CALL_ACTIVE);
	for (uint16_t i = 3; i < 60; i++) {
		ping(i, 1500);
		got_count = i % 32 ? got_count : 0;
	}
	EXPECT_EQ(h.phone.call.info.state, PL_CALL_ACTIVE);
	phone_key(&h.phone, h.now, KEY_HANGUP_PHONE, true);
	ping(60, 100);
	EXPECT_EQ(ponged(60, 100), 1);
	EXPECT_EQ(modem_state(&h.modem), MODEM_IDLE);
}

static void escape_and_back(void)
{
	setup();
	dial();
	bring_up();
	handset_pass(&h, 1100 * HANDSET_MS);
	handset_type_bytes(&h, "+++", 3);
	handset_pass(&h, 900 * HANDSET_MS);
	inside = false;
	text[0] = 0;
	handset_pass(&h, 200 * HANDSET_MS);
	EXPECT_STR(text, "\r\nOK\r\n");
	text[0] = 0;
	handset_type(&h, "AT+CSQ");
	handset_pass(&h, 100 * HANDSET_MS);
	EXPECT_STR(text, "\r\n+CSQ: 23,99\r\n\r\nOK\r\n");
	text[0] = 0;
	handset_type(&h, "ATO");
	EXPECT_STR(text, "\r\nCONNECT\r\n");
	ping(9, 84);
	EXPECT_EQ(ponged(9, 84), 1);
	/* Without silence around it, +++ is data. */
	handset_type_bytes(&h, "x+++", 4);
	handset_pass(&h, 2 * HANDSET_S);
	EXPECT_EQ(vmodem_is_online(&h.share.vm, 0), true);
	handset_pass(&h, 1100 * HANDSET_MS);
	handset_type_bytes(&h, "+++", 3);
	handset_pass(&h, 1100 * HANDSET_MS);
	inside = false;
	text[0] = 0;
	handset_type(&h, "ATH");
	handset_pass(&h, 3 * HANDSET_S);
	EXPECT_STR(text, "\r\nOK\r\n");
	EXPECT_EQ(h.modem.data.ppp.state, PPP_DEAD);
	EXPECT_EQ(h.share.packets.state, DATA_CALL_IDLE);
	dial();
}

static void expect_over(void)
{
	handset_pass(&h, 6 * HANDSET_S);
	EXPECT_CONTAINS(text, "\r\nNO CARRIER\r\n");
	EXPECT_EQ(h.share.packets.state, DATA_CALL_IDLE);
	EXPECT_EQ(vmodem_is_online(&h.share.vm, 0), false);
	inside = false;
	text[0] = 0;
	handset_type(&h, "AT");
	handset_pass(&h, 100 * HANDSET_MS);
	EXPECT_STR(text, "\r\nOK\r\n");
}

static void ends(void)
{
	static const uint8_t terminate[] = {5, 9, 0, 4};

	setup();
	dial();
	bring_up();
	send_frame(LCP, terminate, sizeof(terminate));
	EXPECT_EQ(last(LCP, 6) != NULL, 1);
	expect_over();
	dial();
	bring_up();
	EXPECT_EQ(handset_prompt(&h, "data drop"), 0);
	handset_pass(&h, 50 * HANDSET_MS);
	EXPECT_EQ(last(LCP, 5) != NULL, 1);
	expect_over();
	dial();
	EXPECT_EQ(handset_prompt(&h, "fault reset 500"), 0);
	expect_over();
	handset_pass(&h, 10 * HANDSET_S);
	dial();
	modem_share_client_left(&h.share, h.now);
	expect_over();
	EXPECT_EQ(h.modem.data.ppp.state, PPP_DEAD);
}

/* Linux does not read: the network is stopped, nothing that was taken is lost. */
static void nobody_reads(void)
{
	setup();
	dial();
	bring_up();
	h.client_room = 0;
	got_count = 0;
	for (uint16_t i = 0; i < 5; i++)
		ping(i, 1400);
	EXPECT_EQ(h.share.packets.stopped, true);
	EXPECT_EQ(got_count, 0);
	h.client_room = SIZE_MAX;
	modem_share_run(&h.share, h.now);
	handset_pass(&h, HANDSET_S);
	EXPECT_EQ(h.share.packets.stopped, false);
	EXPECT_EQ(got_count, 5);
	EXPECT_EQ(ponged(4, 1400), 1);
}

static void who_may(void)
{
	setup();
	handset_restart_phone(&h, "[linux]\nquery = allow\n[line]\nmux = advanced\n");
	handset_pass(&h, 2 * HANDSET_S);
	text[0] = 0;
	handset_type(&h, "ATE0+CMEE=1;D*99#");
	handset_pass(&h, HANDSET_S);
	EXPECT_CONTAINS(text, "+CME ERROR: 3");
	EXPECT_EQ(h.share.vm.billable_count, 0);
	handset_restart_phone(&h, "[linux]\ndata = ask\n[line]\nmux = advanced\n");
	handset_pass(&h, 2 * HANDSET_S);
	handset_type(&h, "ATE0");
	text[0] = 0;
	handset_type(&h, "ATD*99***1#");
	handset_pass(&h, HANDSET_S);
	EXPECT_EQ(h.asked, 1);
	EXPECT_STR(text, "");
	EXPECT_EQ(modem_share_decide(&h.share, h.now, true), 0);
	handset_pass(&h, HANDSET_S);
	EXPECT_CONTAINS(text, "\r\nCONNECT\r\n");
	bring_up();
	ping(1, 1500);
	EXPECT_EQ(ponged(1, 1500), 1);
	/* An APN is no place for a command. */
	setup();
	handset_type(&h, "AT+CGDCONT=1,\"IP\",\"a;+CHUP\"");
	handset_pass(&h, HANDSET_S);
	handset_type(&h, "ATD*99***1#");
	handset_pass(&h, HANDSET_S);
	EXPECT_EQ(strstr(h.said, "CHUP") == NULL, 1);
}

/* Any bytes at all. */
static void garbage(void)
{
	srand(1);
	setup();
	dial();
	for (unsigned i = 0; i < 200000; i++) {
		uint8_t bytes[64];
		size_t count = 1 + (size_t)rand() % sizeof(bytes);

		for (size_t k = 0; k < count; k++)
			bytes[k] = (uint8_t)(rand() % 5 ? rand() : 0x7e);
		ppp_receive(&h.modem.data.ppp, h.modem.now, bytes, count);
		if (h.modem.data.ppp.state == PPP_DEAD)
			break;
	}
	got_count = 0;
	handset_pass(&h, 100 * HANDSET_S);
	if (h.modem.data.ppp.state != PPP_DEAD)
		(void)handset_prompt(&h, "data drop");
	handset_pass(&h, 6 * HANDSET_S);
	inside = false;
	dial();
	bring_up();
	/* Whole frames of IP with any content. */
	for (unsigned i = 0; i < 20000; i++) {
		uint8_t p[120] = {0x45, 0, 0, 0, 0, 1, 0, 0, 64, 0, 0, 0, 10, 64, 0, 2, 10, 64, 0, 1};
		static const uint8_t protocols[] = {1, 6, 17, 99};

		for (size_t k = 20; k < sizeof(p); k++)
			p[k] = (uint8_t)rand();
		p[3] = (uint8_t)(20 + rand() % 110);
		p[9] = protocols[rand() % 4];
		p[22] = 0;
		p[23] = rand() & 1 ? 7 : 8;
		checksum(p + 10, p, 20);
		h.modem.data.ppp.now_ns = h.modem.now;
		ppp_ip_receive(&h.modem.data.ppp, p, 20 + (size_t)rand() % 101);
		if (i % 64 == 0) {
			got_count = 0;
			handset_pass(&h, 20 * HANDSET_MS);
		}
	}
	handset_pass(&h, HANDSET_S);
	got_count = 0;
	ping(1, 84);
	EXPECT_EQ(ponged(1, 84), 1);
}

static const struct unit_test tests[] = {
	{"IP comes up, whoever asks who it is, and carries pings", ip_comes_up},
	{"a call goes on beside it, and is answered and ended as ever", during_a_call},
	{"+++ brings the commands back, O the data, H ends it", escape_and_back},
	{"it ends by either side, by a modem that resets, by DTR", ends},
	{"a client that does not read stops the network", nobody_reads},
	{"who may not gets no data; who is asked about gets it when allowed", who_may},
	{"no bytes harm the network", garbage},
};

UNIT_MAIN("modem data", tests)
