/*
 * The network's end of a data call: PPP (RFC 1661, framing of RFC 1662) with LCP, PAP or CHAP that lets everyone in,
 * IPCP, and behind it one host that answers ping, echoes UDP and TCP (RFC 862) on port 7.
 *
 *   ppp_start          LCP: both acknowledged       IPCP: both acknowledged
 *   DEAD --> ESTABLISH ---------------> AUTHENTICATE --------> NETWORK ------> UP
 *    ^   Terminate-Request, ppp_close: any -> TERMINATE -> DEAD (down)
 *    `-------'
 *
 * Freestanding; time is passed in. It asks for nothing that a peer must have: MRU 1500, no compression.
 */
#ifndef MODEM_PPP_H
#define MODEM_PPP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PPP_MTU		1500
#define PPP_FRAME_BYTES (PPP_MTU + 8)
#define PPP_NEVER	UINT64_MAX

/* The network behind: the gateway that answers, and the address that it gives out. */
#define PPP_GATEWAY 0x0a400001u /* 10.64.0.1 */
#define PPP_ADDRESS 0x0a400002u
#define PPP_DNS	    PPP_GATEWAY

enum ppp_state {
	PPP_DEAD,
	PPP_ESTABLISH,
	PPP_AUTHENTICATE,
	PPP_NETWORK,
	PPP_UP,
	PPP_TERMINATE,
	PPP_STATE_COUNT
};
enum ppp_auth { PPP_AUTH_NONE, PPP_AUTH_PAP, PPP_AUTH_CHAP };

struct ppp_impl {
	/* Mandatory. Bytes to the peer, or none of them. */
	void (*send)(void *data, const uint8_t *bytes, size_t count);
	/* Mandatory. One line for the log. */
	void (*say)(void *data, const char *text);
	/* Mandatory. It is over. */
	void (*down)(void *data);
};

/* One control protocol, LCP or IPCP (RFC 1661 4): whose request has been acknowledged. */
struct ppp_control {
	uint16_t protocol;
	bool ours, theirs;
	uint8_t id, tries;
	uint64_t deadline_ns;
};

struct ppp_tcp {
	bool used, closing;
	uint32_t peer;
	uint16_t port;
	uint32_t send_next, receive_next;
};

struct ppp {
	const struct ppp_impl *impl;
	void *data;
	enum ppp_state state;
	enum ppp_auth auth; /* asked of the peer */
	uint64_t now_ns;
	uint64_t over_ns; /* when TERMINATE ends */
	struct ppp_control lcp, ipcp;
	uint32_t magic, peer_map; /* the peer's ACCM: control characters that we escape */
	struct ppp_tcp tcp[4];
	uint32_t in_packets, out_packets, bad_frames;
	uint16_t packet_id;
	/* the frame being received */
	uint8_t frame[PPP_FRAME_BYTES];
	size_t count;
	bool escaped, too_long;
	uint8_t out[2 * PPP_FRAME_BYTES + 4];
};

const char *ppp_state_str(enum ppp_state state);
void ppp_start(struct ppp *ppp, const struct ppp_impl *impl, void *data, enum ppp_auth auth, uint64_t now_ns);
void ppp_receive(struct ppp *ppp, uint64_t now_ns, const uint8_t *bytes, size_t count);
/* The network ends it: Terminate-Request, then down. */
void ppp_close(struct ppp *ppp, uint64_t now_ns);
void ppp_tick(struct ppp *ppp, uint64_t now_ns);
uint64_t ppp_deadline(const struct ppp *ppp);

/* Between ppp.c and ppp_ip.c. */
void ppp_send(struct ppp *ppp, uint16_t protocol, const uint8_t *bytes, size_t count);
void ppp_ip_receive(struct ppp *ppp, uint8_t *packet, size_t count);

#endif
