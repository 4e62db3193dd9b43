/*
 * One modem for two: the call partition's telephony (phone.h) and the virtual modem (vdev-modem) that Linux has at the
 * far end of a serial line. Telephony comes first on the line, makes every call itself, and does not notice the other.
 * Knows no hardware: bytes and time are passed in.
 */
#ifndef CALL_MODEM_SHARE_H
#define CALL_MODEM_SHARE_H

#include "examples/handset/call/phone.h"
#include "vdev-modem/data_call.h"
#include "vdev-modem/tap.h"
#include "vdev-modem/uplink.h"
#include "vdev-modem/vmodem.h"

/* A key that was meant for something else must not answer a question that came up in its way. */
#define MODEM_SHARE_GUARD_MS 500

struct modem_share_impl {
	/* All mandatory. Bytes to the real modem. */
	void (*line_send)(void *data, const char *bytes, size_t count);
	/* Bytes that the modem's line takes now. */
	size_t (*line_room)(void *data);
	/* Bytes to Linux's line. */
	void (*client_send)(void *data, const char *bytes, size_t count);
	/* Bytes that the client's line takes now. */
	size_t (*client_room)(void *data);
	/* Somebody wants what the user must allow (modem_share_decide), or does no longer (NULL). */
	void (*asked)(void *data, const struct vmodem_ask *ask);
	/* Optional. What the arbiter's decision leaves the client: PL_RIGHT_* (abi/rights.h). */
	uint32_t (*rights)(void *data, const char *client);
	/* A client was refused something: worth a line on the screen if it is dialling. */
	void (*refused)(void *data, enum modem_class class, const char *reason);
};

struct modem_share {
	const struct modem_share_impl *impl;
	void *data;
	struct phone *phone;
	struct vmodem vm;
	struct tap tap;
	struct uplink uplink;
	struct data_call packets;
	unsigned packets_client; /* whose it is */
	struct modem_policy policy;
	struct vmodem_ask ask; /* id 0: nobody asks */
	uint64_t seen_ns;      /* since when the user sees the question */
	bool seen;
	uint16_t answered; /* the key that answered: its release is nobody else's */
	bool own;	   /* the only call that there is was made by Linux */
	bool started;	   /* the modem was asked who it is */
	bool line_up;	   /* telephony's channel is there */
	bool begun;	   /* telephony has been started */
	/* Linux multiplexes its line: DLC n is client n, with the rights of client 0. */
	bool muxing;
	struct mux mux;
};

/*
 * `policy` is the text of modem.conf; one with a mistake leaves a client that may do nothing. phone_init's send must
 * lead to modem_share_phone_send. Returns what modem_policy_parse did.
 */
int modem_share_init(struct modem_share *share, const struct modem_share_impl *impl, void *data,
	struct phone *phone, const char *policy);
/* Brings the modem's line up, and then telephony (phone_start). */
void modem_share_start(struct modem_share *share, uint64_t now_ns);
/* What telephony's driver sends. */
void modem_share_phone_send(struct modem_share *share, uint64_t now_ns, const char *bytes, size_t count);
void modem_share_line_receive(struct modem_share *share, uint64_t now_ns, const char *bytes, size_t count);
void modem_share_client_receive(struct modem_share *share, uint64_t now_ns, const char *bytes, size_t count);
/* How many bytes of the client's line can be taken now: what is not must wait, or is lost. */
size_t modem_share_client_room(const struct modem_share *share);
/* The terminal at the client's end of the line is not there any more: DTR has dropped. */
void modem_share_client_left(struct modem_share *share, uint64_t now_ns);
/* There is room on either line again. */
void modem_share_run(struct modem_share *share, uint64_t now_ns);
/* Telephony's call has changed. */
void modem_share_call_changed(struct modem_share *share, uint64_t now_ns);
/*
 * The user's keys: the call key allows what is asked, the end key refuses it, if the user can see it and neither key is
 * needed for a call; all else is telephony's.
 */
void modem_share_key(struct modem_share *share, uint64_t now_ns, uint16_t code, bool down);
/* What is to be shown of it; NULL: nothing, or not now. */
const struct vmodem_ask *modem_share_question(const struct modem_share *share);
/* Linux's partition has begun a new life: its modems are as at power-up, and nothing is asked any more. */
void modem_share_client_restarted(struct modem_share *share, uint64_t now_ns);
/* struct phone_impl's emergency. */
bool modem_share_is_emergency(const struct modem_share *share, const char *number);
/* The user's answer to what was asked. -ENOENT: nobody asks. */
int modem_share_decide(struct modem_share *share, uint64_t now_ns, bool allow);
void modem_share_tick(struct modem_share *share, uint64_t now_ns);
uint64_t modem_share_deadline(const struct modem_share *share);

#endif
