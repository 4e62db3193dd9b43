#include "examples/handset/modem/ppp.h"
#include "frontends/rtos/format.h"
#include "frontends/rtos/mem.h"

#define NS_PER_MS    1000000ull
#define RESTART_MS   3000 /* RFC 1661 4.6 */
#define TRIES_MAX    10
#define LINGER_MS    200 /* what we have sent last is to arrive before the carrier goes */
#define FLAG	     0x7e
#define ESCAPE	     0x7d
#define FCS_GOOD     0xf0b8
#define OPTION_BYTES 64

enum { LCP = 0xc021, PAP = 0xc023, CHAP = 0xc223, IPCP = 0x8021, IP = 0x0021 };

/* RFC 1661 5 */
enum {
	CONFIGURE_REQUEST = 1,
	CONFIGURE_ACK,
	CONFIGURE_NAK,
	CONFIGURE_REJECT,
	TERMINATE_REQUEST,
	TERMINATE_ACK,
	CODE_REJECT,
	PROTOCOL_REJECT,
	ECHO_REQUEST,
	ECHO_REPLY,
	DISCARD_REQUEST
};

enum { LCP_MRU = 1, LCP_ACCM = 2, LCP_AUTH = 3, LCP_MAGIC = 5, LCP_PFC = 7, LCP_ACFC = 8 };
enum { IPCP_ADDRESS = 3, IPCP_DNS1 = 129, IPCP_DNS2 = 131 };

static const uint8_t nothing[1];

const char *ppp_state_str(enum ppp_state state)
{
	static const char *const names[PPP_STATE_COUNT] = {
		"dead", "establish", "authenticate", "network", "up", "terminate"};

	return (unsigned)state < PPP_STATE_COUNT ? names[state] : "?";
}

static uint32_t get32(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static void put32(uint8_t *b, uint32_t v)
{
	b[0] = (uint8_t)(v >> 24);
	b[1] = (uint8_t)(v >> 16);
	b[2] = (uint8_t)(v >> 8);
	b[3] = (uint8_t)v;
}

static void set_state(struct ppp *p, enum ppp_state state)
{
	char text[64];

	format_print(
		text, sizeof(text), "modem: ppp %s -> %s", ppp_state_str(p->state), ppp_state_str(state));
	p->state = state;
	p->impl->say(p->data, text);
}

/*
 * Frames (RFC 1662).
 */

static uint16_t fcs(const uint8_t *bytes, size_t count)
{
	uint16_t f = 0xffff;

	for (size_t i = 0; i < count; i++) {
		f ^= bytes[i];
		for (unsigned k = 0; k < 8; k++)
			f = (uint16_t)(f & 1 ? f >> 1 ^ 0x8408 : f >> 1);
	}
	return f;
}

static size_t put_escaped(uint32_t map, uint8_t *to, uint8_t byte)
{
	if (byte != FLAG && byte != ESCAPE && !(byte < 0x20 && map & 1u << byte)) {
		to[0] = byte;
		return 1;
	}
	to[0] = ESCAPE;
	to[1] = byte ^ 0x20;
	return 2;
}

void ppp_send(struct ppp *p, uint16_t protocol, const uint8_t *bytes, size_t count)
{
	uint8_t frame[PPP_FRAME_BYTES] = {0xff, 0x03, (uint8_t)(protocol >> 8), (uint8_t)protocol};
	/* RFC 1662 7.1: what was agreed on is not for LCP's own frames. */
	uint32_t map = protocol == LCP ? UINT32_MAX : p->peer_map;
	uint16_t check;
	size_t used = 0;

	if (count > PPP_MTU)
		return;
	memcpy(frame + 4, bytes, count);
	check = (uint16_t)~fcs(frame, count + 4);
	frame[count + 4] = (uint8_t)check;
	frame[count + 5] = (uint8_t)(check >> 8);
	p->out[used++] = FLAG;
	for (size_t i = 0; i < count + 6; i++)
		used += put_escaped(map, p->out + used, frame[i]);
	p->out[used++] = FLAG;
	p->out_packets += protocol == IP;
	p->impl->send(p->data, p->out, used);
}

/* Code, identifier, length (RFC 1661 5). */
static void send_control(
	struct ppp *p, uint16_t protocol, uint8_t code, uint8_t id, const uint8_t *bytes, size_t count)
{
	uint8_t packet[PPP_MTU] = {code, id, (uint8_t)((count + 4) >> 8), (uint8_t)(count + 4)};

	if (count > PPP_MTU - 4)
		count = PPP_MTU - 4;
	memcpy(packet + 4, bytes, count);
	ppp_send(p, protocol, packet, count + 4);
}

/*
 * Our requests.
 */

static size_t our_lcp_options(const struct ppp *p, uint8_t *to)
{
	size_t used = 0;

	to[used++] = LCP_ACCM;
	to[used++] = 6;
	put32(to + used, 0);
	used += 4;
	to[used++] = LCP_MAGIC;
	to[used++] = 6;
	put32(to + used, p->magic);
	used += 4;
	if (p->auth != PPP_AUTH_NONE) {
		bool chap = p->auth == PPP_AUTH_CHAP;

		to[used++] = LCP_AUTH;
		to[used++] = chap ? 5 : 4;
		to[used++] = chap ? CHAP >> 8 : PAP >> 8;
		to[used++] = chap ? CHAP & 0xff : PAP & 0xff;
		if (chap)
			to[used++] = 5; /* MD5 (RFC 1994 3) */
	}
	return used;
}

static size_t our_ipcp_options(uint8_t *to)
{
	to[0] = IPCP_ADDRESS;
	to[1] = 6;
	put32(to + 2, PPP_GATEWAY);
	return 6;
}

static void request(struct ppp *p, struct ppp_control *c)
{
	uint8_t options[OPTION_BYTES];
	size_t count = c->protocol == LCP ? our_lcp_options(p, options) : our_ipcp_options(options);

	c->id++;
	c->tries++;
	c->deadline_ns = p->now_ns + RESTART_MS * NS_PER_MS;
	send_control(p, c->protocol, CONFIGURE_REQUEST, c->id, options, count);
}

static void begin(struct ppp *p, struct ppp_control *c, uint16_t protocol)
{
	*c = (struct ppp_control){.protocol = protocol, .id = c->id, .deadline_ns = PPP_NEVER};
	request(p, c);
}

static void over(struct ppp *p)
{
	set_state(p, PPP_DEAD);
	p->lcp.deadline_ns = p->ipcp.deadline_ns = PPP_NEVER;
	p->impl->down(p->data);
}

static void terminate(struct ppp *p)
{
	set_state(p, PPP_TERMINATE);
	p->lcp.deadline_ns = p->ipcp.deadline_ns = PPP_NEVER;
	p->over_ns = p->now_ns + LINGER_MS * NS_PER_MS;
}

/* To the next phase once both sides have acknowledged (RFC 1661 3.2). */
static void proceed(struct ppp *p)
{
	static const uint8_t challenge[] = {8, 'p', 'a', 'r', 't', 'y', 'l', 'n', '1', 'g', 'w'};

	if (p->state == PPP_ESTABLISH && p->lcp.ours && p->lcp.theirs) {
		p->lcp.deadline_ns = PPP_NEVER;
		set_state(p, p->auth == PPP_AUTH_NONE ? PPP_NETWORK : PPP_AUTHENTICATE);
		if (p->auth == PPP_AUTH_CHAP)
			send_control(p, CHAP, 1, 1, challenge, sizeof(challenge));
		if (p->state == PPP_NETWORK)
			begin(p, &p->ipcp, IPCP);
	} else if (p->state == PPP_NETWORK && p->ipcp.ours && p->ipcp.theirs) {
		p->ipcp.deadline_ns = PPP_NEVER;
		set_state(p, PPP_UP);
	}
}

/*
 * The peer's requests: what is not known is rejected, what is not wanted gets a proposal (RFC 1661 5.3, 5.4).
 */

enum verdict { ACCEPT, PROPOSE, REJECT };

static enum verdict judge_lcp(struct ppp *p, uint8_t *option)
{
	switch (option[0]) {
	case LCP_MRU: return option[1] == 4 ? ACCEPT : REJECT;
	case LCP_ACCM:
		if (option[1] != 6)
			return REJECT;
		p->peer_map = get32(option + 2);
		return ACCEPT;
	case LCP_MAGIC: return option[1] == 6 ? ACCEPT : REJECT;
	default: return REJECT; /* compressed headers, and that we should tell who we are */
	}
}

static enum verdict judge_ipcp(struct ppp *p, uint8_t *option)
{
	uint32_t wanted = option[0] == IPCP_ADDRESS ? PPP_ADDRESS : PPP_DNS;

	(void)p;
	if (option[1] != 6 || (option[0] != IPCP_ADDRESS && option[0] != IPCP_DNS1 && option[0] != IPCP_DNS2))
		return REJECT;
	if (get32(option + 2) == wanted)
		return ACCEPT;
	put32(option + 2, wanted);
	return PROPOSE;
}

static void take_request(struct ppp *p, struct ppp_control *c, uint8_t id, uint8_t *options, size_t count)
{
	uint8_t answer[PPP_MTU];
	size_t used = 0;
	enum verdict worst = ACCEPT;

	for (size_t at = 0; at + 2 <= count; at += options[at + 1]) {
		uint8_t *o = options + at;
		enum verdict v;

		if (o[1] < 2 || at + o[1] > count)
			return; /* no options that can be read: the peer's timer brings it again */
		v = c->protocol == LCP ? judge_lcp(p, o) : judge_ipcp(p, o);
		if (v > worst) {
			worst = v;
			used = 0;
		}
		if (v == worst) {
			memcpy(answer + used, o, o[1]);
			used += o[1];
		}
	}
	send_control(p, c->protocol,
		worst == ACCEPT	   ? CONFIGURE_ACK
		: worst == PROPOSE ? CONFIGURE_NAK
				   : CONFIGURE_REJECT,
		id, answer, used);
	c->theirs = worst == ACCEPT;
	/* Our first one was sent before anybody was there to read it. */
	if (c->protocol == LCP && c->tries == 1 && !c->ours)
		request(p, c);
	proceed(p);
}

static void take_control(struct ppp *p, struct ppp_control *c, uint8_t *packet, size_t count)
{
	uint8_t code = packet[0], id = packet[1];
	size_t length = (size_t)packet[2] << 8 | packet[3];

	if (length < 4 || length > count)
		return;
	switch (code) {
	case CONFIGURE_REQUEST: take_request(p, c, id, packet + 4, length - 4); break;
	case CONFIGURE_ACK:
		c->ours |= id == c->id;
		proceed(p);
		break;
	case CONFIGURE_NAK:
	case CONFIGURE_REJECT:
		/* Who will not say who he is, is let in none the less. */
		if (c->protocol == LCP && id == c->id)
			p->auth = PPP_AUTH_NONE;
		if (id == c->id)
			request(p, c);
		break;
	case TERMINATE_REQUEST:
		send_control(p, c->protocol, TERMINATE_ACK, id, nothing, 0);
		if (c->protocol == LCP)
			terminate(p);
		break;
	case ECHO_REQUEST:
		if (c->protocol == LCP && length >= 8) {
			put32(packet + 4, p->magic);
			send_control(p, LCP, ECHO_REPLY, id, packet + 4, length - 4);
		}
		break;
	case TERMINATE_ACK:
	case CODE_REJECT:
	case PROTOCOL_REJECT:
	case ECHO_REPLY:
	case DISCARD_REQUEST: break;
	default: send_control(p, c->protocol, CODE_REJECT, ++c->id, packet, length); break;
	}
}

/*
 * Authentication: whoever he says that he is (RFC 1334 2, RFC 1994 4).
 */

static void let_in(struct ppp *p)
{
	if (p->state != PPP_AUTHENTICATE)
		return;
	set_state(p, PPP_NETWORK);
	begin(p, &p->ipcp, IPCP);
}

static void take_pap(struct ppp *p, const uint8_t *packet)
{
	static const uint8_t message[] = {0};

	if (packet[0] != 1)
		return;
	send_control(p, PAP, 2, packet[1], message, sizeof(message));
	let_in(p);
}

static void take_chap(struct ppp *p, const uint8_t *packet)
{
	if (packet[0] != 2)
		return;
	send_control(p, CHAP, 3, packet[1], nothing, 0);
	let_in(p);
}

static void take_packet(struct ppp *p, uint16_t protocol, uint8_t *packet, size_t count)
{
	uint8_t reject[PPP_MTU];

	if (protocol == IP) {
		p->in_packets++;
		if (p->state == PPP_UP)
			ppp_ip_receive(p, packet, count);
		return;
	}
	if (count < 4)
		return;
	if (protocol == LCP) {
		take_control(p, &p->lcp, packet, count);
	} else if (protocol == IPCP && p->state >= PPP_NETWORK) {
		take_control(p, &p->ipcp, packet, count);
	} else if (protocol == PAP) {
		take_pap(p, packet);
	} else if (protocol == CHAP) {
		take_chap(p, packet);
	} else if (p->state >= PPP_NETWORK) {
		/* RFC 1661 5.7 */
		reject[0] = (uint8_t)(protocol >> 8);
		reject[1] = (uint8_t)protocol;
		count = count < PPP_MTU - 6 ? count : PPP_MTU - 6;
		memcpy(reject + 2, packet, count);
		send_control(p, LCP, PROTOCOL_REJECT, ++p->lcp.id, reject, count + 2);
	}
}

/* Address and control may be missing, and half of the protocol; we ask for neither, and take both. */
static void take_frame(struct ppp *p)
{
	uint8_t *f = p->frame;
	size_t count = p->count;
	uint16_t protocol;

	if (count < 4 || fcs(f, count) != FCS_GOOD) {
		p->bad_frames += count > 0;
		return;
	}
	count -= 2;
	if (f[0] == 0xff && f[1] == 0x03) {
		f += 2;
		count -= 2;
	}
	if (!count)
		return;
	protocol = f[0];
	if (f[0] & 1) {
		f++;
		count--;
	} else if (count >= 2) {
		protocol = (uint16_t)(f[0] << 8 | f[1]);
		f += 2;
		count -= 2;
	}
	take_packet(p, protocol, f, count);
}

static void take_byte(struct ppp *p, uint8_t byte)
{
	if (byte == FLAG) {
		if (!p->too_long && !p->escaped)
			take_frame(p);
		p->count = 0;
		p->escaped = p->too_long = false;
	} else if (byte == ESCAPE) {
		p->escaped = true;
	} else if (p->count == sizeof(p->frame)) {
		p->too_long = true;
	} else {
		p->frame[p->count++] = p->escaped ? byte ^ 0x20 : byte;
		p->escaped = false;
	}
}

void ppp_receive(struct ppp *p, uint64_t now_ns, const uint8_t *bytes, size_t count)
{
	p->now_ns = now_ns;
	for (size_t i = 0; i < count && p->state != PPP_DEAD; i++)
		take_byte(p, bytes[i]);
}

/*
 * Beginning, ending, time.
 */

void ppp_start(struct ppp *p, const struct ppp_impl *impl, void *data, enum ppp_auth auth, uint64_t now_ns)
{
	memset(p, 0, sizeof(*p));
	p->impl = impl;
	p->data = data;
	p->auth = auth;
	p->now_ns = now_ns;
	p->magic = 0x50617274; /* the same in every run */
	p->peer_map = UINT32_MAX;
	p->ipcp = (struct ppp_control){.protocol = IPCP, .deadline_ns = PPP_NEVER};
	set_state(p, PPP_ESTABLISH);
	begin(p, &p->lcp, LCP);
}

void ppp_close(struct ppp *p, uint64_t now_ns)
{
	p->now_ns = now_ns;
	if (p->state == PPP_DEAD || p->state == PPP_TERMINATE)
		return;
	send_control(p, LCP, TERMINATE_REQUEST, ++p->lcp.id, nothing, 0);
	terminate(p);
}

static void repeat(struct ppp *p, struct ppp_control *c)
{
	if (p->now_ns < c->deadline_ns || p->state == PPP_DEAD)
		return;
	if (c->tries >= TRIES_MAX)
		over(p);
	else
		request(p, c);
}

void ppp_tick(struct ppp *p, uint64_t now_ns)
{
	p->now_ns = now_ns;
	if (p->state == PPP_DEAD)
		return;
	if (p->state == PPP_TERMINATE && now_ns >= p->over_ns) {
		over(p);
		return;
	}
	repeat(p, &p->lcp);
	repeat(p, &p->ipcp);
}

uint64_t ppp_deadline(const struct ppp *p)
{
	uint64_t due = p->lcp.deadline_ns < p->ipcp.deadline_ns ? p->lcp.deadline_ns : p->ipcp.deadline_ns;

	if (p->state == PPP_DEAD)
		return PPP_NEVER;
	return p->state == PPP_TERMINATE ? p->over_ns : due;
}
