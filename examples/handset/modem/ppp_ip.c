/*
 * The host behind the network: IPv4 (RFC 791) without fragments, ICMP echo (RFC 792), UDP and TCP echo on port 7. TCP
 * is a mirror: it acknowledges what comes in order and sends it back; the peer's retransmission is all the timer it has.
 */
#include "examples/handset/modem/ppp.h"
#include "frontends/rtos/mem.h"

#define IP_PROTOCOL 0x0021
#define IP_HEADER   20
#define ECHO_PORT   7
#define TCP_HEADER  20
#define TCP_WINDOW  4096

enum { ICMP = 1, TCP = 6, UDP = 17 };
enum { FIN = 0x01, SYN = 0x02, RST = 0x04, PSH = 0x08, ACK = 0x10 };

static uint16_t get16(const uint8_t *b)
{
	return (uint16_t)(b[0] << 8 | b[1]);
}

static void put16(uint8_t *b, unsigned v)
{
	b[0] = (uint8_t)(v >> 8);
	b[1] = (uint8_t)v;
}

static uint32_t get32(const uint8_t *b)
{
	return (uint32_t)get16(b) << 16 | get16(b + 2);
}

static void put32(uint8_t *b, uint32_t v)
{
	put16(b, v >> 16);
	put16(b + 2, v & 0xffff);
}

/* RFC 1071. */
static uint32_t add_words(uint32_t sum, const uint8_t *b, size_t count)
{
	for (; count > 1; b += 2, count -= 2)
		sum += get16(b);
	return count ? sum + ((uint32_t)b[0] << 8) : sum;
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static uint32_t pseudo_header(const uint8_t *ip, size_t count)
{
	return add_words(0, ip + 12, 8) + ip[9] + (uint32_t)count;
}

/* The payload of `count` bytes stands behind the header's place. */
static void send_ip(
	struct ppp *p, uint8_t *packet, uint8_t protocol, uint32_t from, uint32_t to, size_t count)
{
	memset(packet, 0, IP_HEADER);
	packet[0] = 0x45;
	put16(packet + 2, (unsigned)(count + IP_HEADER));
	put16(packet + 4, p->packet_id++);
	packet[8] = 64;
	packet[9] = protocol;
	put32(packet + 12, from);
	put32(packet + 16, to);
	put16(packet + 10, fold(add_words(0, packet, IP_HEADER)));
	if (protocol != ICMP) {
		uint8_t *sum = packet + IP_HEADER + (protocol == UDP ? 6 : 16);

		put16(sum, 0);
		put16(sum, fold(add_words(pseudo_header(packet, count), packet + IP_HEADER, count)));
	}
	ppp_send(p, IP_PROTOCOL, packet, count + IP_HEADER);
}

static void take_icmp(struct ppp *p, uint8_t *packet, uint32_t from, uint32_t to, size_t count)
{
	uint8_t *icmp = packet + IP_HEADER;

	if (count < 8 || icmp[0] != 8 || fold(add_words(0, icmp, count)))
		return;
	icmp[0] = 0;
	put16(icmp + 2, 0);
	put16(icmp + 2, fold(add_words(0, icmp, count)));
	send_ip(p, packet, ICMP, to, from, count);
}

static void take_udp(struct ppp *p, uint8_t *packet, uint32_t from, uint32_t to, size_t count)
{
	uint8_t *udp = packet + IP_HEADER;
	uint16_t port = get16(udp);

	if (count < 8 || get16(udp + 2) != ECHO_PORT || get16(udp + 4) != count)
		return;
	put16(udp, ECHO_PORT);
	put16(udp + 2, port);
	send_ip(p, packet, UDP, to, from, count);
}

/*
 * TCP (RFC 9293), as far as an echo needs it.
 */

static struct ppp_tcp *find(struct ppp *p, uint32_t peer, uint16_t port, bool make)
{
	struct ppp_tcp *vacant = NULL;

	for (unsigned i = 0; i < sizeof(p->tcp) / sizeof(p->tcp[0]); i++) {
		if (p->tcp[i].used && p->tcp[i].peer == peer && p->tcp[i].port == port)
			return &p->tcp[i];
		if (!p->tcp[i].used)
			vacant = &p->tcp[i];
	}
	if (make && vacant)
		*vacant = (struct ppp_tcp){.used = true, .peer = peer, .port = port};
	return make ? vacant : NULL;
}

/* `count` bytes of data stand behind both headers. */
static void send_tcp(
	struct ppp *p, uint8_t *packet, uint32_t here, const struct ppp_tcp *t, uint8_t flags, size_t count)
{
	uint8_t *tcp = packet + IP_HEADER;

	memset(tcp, 0, TCP_HEADER);
	put16(tcp, ECHO_PORT);
	put16(tcp + 2, t->port);
	put32(tcp + 4, t->send_next);
	put32(tcp + 8, t->receive_next);
	tcp[12] = TCP_HEADER / 4 << 4;
	tcp[13] = flags;
	put16(tcp + 14, TCP_WINDOW);
	send_ip(p, packet, TCP, here, t->peer, TCP_HEADER + count);
}

static void take_syn(struct ppp *p, uint8_t *packet, uint32_t to, struct ppp_tcp *t)
{
	t->receive_next = get32(packet + IP_HEADER + 4) + 1;
	t->send_next = (uint32_t)(p->now_ns / 1000);
	t->closing = false;
	send_tcp(p, packet, to, t, SYN | ACK, 0);
	t->send_next++;
}

/* What comes in order goes back at once; what does not is acknowledged as far as it went. */
static void take_segment(struct ppp *p, uint8_t *packet, uint32_t to, struct ppp_tcp *t, uint8_t flags,
	const uint8_t *data, size_t count)
{
	if (get32(packet + IP_HEADER + 4) != t->receive_next) {
		/* Sent again: our answer was lost with what it echoed. */
		if (count && get32(packet + IP_HEADER + 4) + count == t->receive_next) {
			memmove(packet + IP_HEADER + TCP_HEADER, data, count);
			t->send_next -= (uint32_t)count;
			send_tcp(p, packet, to, t, PSH | ACK, count);
			t->send_next += (uint32_t)count;
			return;
		}
		send_tcp(p, packet, to, t, ACK, 0);
		return;
	}
	t->receive_next += (uint32_t)count + !!(flags & FIN);
	if (!count && !(flags & FIN)) {
		t->used = !t->closing; /* it acknowledges our FIN */
		return;
	}
	memmove(packet + IP_HEADER + TCP_HEADER, data, count);
	send_tcp(p, packet, to, t, (flags & FIN) | PSH | ACK, count);
	t->send_next += (uint32_t)count + !!(flags & FIN);
	t->closing |= flags & FIN;
}

static void take_tcp(struct ppp *p, uint8_t *packet, uint32_t from, uint32_t to, size_t count)
{
	uint8_t *tcp = packet + IP_HEADER, flags = tcp[13];
	size_t header = count >= TCP_HEADER ? (size_t)(tcp[12] >> 4) * 4 : 0;
	struct ppp_tcp *t, nobody = {.peer = from, .port = get16(tcp)};

	if (header < TCP_HEADER || header > count ||
		fold(add_words(pseudo_header(packet, count), tcp, count)))
		return;
	t = get16(tcp + 2) == ECHO_PORT ? find(p, from, get16(tcp), flags & SYN) : NULL;
	if (flags & RST) {
		if (t)
			t->used = false;
	} else if (!t) {
		nobody.send_next = get32(tcp + 8);
		nobody.receive_next = get32(tcp + 4) + !!(flags & SYN);
		send_tcp(p, packet, to, &nobody, RST | ACK, 0);
	} else if (flags & SYN) {
		take_syn(p, packet, to, t);
	} else {
		take_segment(p, packet, to, t, flags, tcp + header, count - header);
	}
}

void ppp_ip_receive(struct ppp *p, uint8_t *packet, size_t count)
{
	uint32_t from, to;
	size_t length;

	if (count < IP_HEADER || packet[0] != 0x45 || fold(add_words(0, packet, IP_HEADER)))
		return;
	length = get16(packet + 2);
	from = get32(packet + 12);
	to = get32(packet + 16);
	/* No fragments, and nobody else's address. */
	if (length < IP_HEADER + 8 || length > count || (get16(packet + 6) & 0x3fff) || from != PPP_ADDRESS)
		return;
	if (packet[9] == ICMP)
		take_icmp(p, packet, from, to, length - IP_HEADER);
	else if (packet[9] == UDP && to == PPP_GATEWAY)
		take_udp(p, packet, from, to, length - IP_HEADER);
	else if (packet[9] == TCP && to == PPP_GATEWAY && length >= IP_HEADER + TCP_HEADER)
		take_tcp(p, packet, from, to, length - IP_HEADER);
}
