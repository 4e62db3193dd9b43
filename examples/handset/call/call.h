/*
 * What the phone does for the user: a state machine that hears of keys, of the modem and of time, and says
 * what the modem is to do and what the others are to know. Of several calls it is about the one in the foreground;
 * phone_calls.c knows the others.
 *
 *                                   DIAL
 *   +--------------------------------------------------------------------+
 *   |                                                                    v
 *   |     RING                    ANSWERED                ANSWERED,      |
 * +------+ ------> +---------+ ------------> +--------+ <----------- +---------+
 * | IDLE |         | RINGING |               | ACTIVE | BACK         | DIALING |
 * +------+ <------ +---------+               +--------+ -----------> +---------+
 *   |  ^   END_KEY     |  ^                      |        DIAL         | END_KEY, REMOTE_END, BUSY,
 *   |  |   REMOTE_END  |  |  RING                | END_KEY             | NO_ANSWER, FAILED, LOST
 *   |  |   FAILED      |  |                      v REMOTE_END, LOST    |
 *   |  |   LOST        |  `----------------- +-------+ <---------------'
 *   |  |   EXPIRED <---'                     | ENDED |
 *   |  `------------------------------------ +-------+
 *   |               EXPIRED, END_KEY             |
 *   `-- DIAL also from ENDED -------------------'
 *
 * FOUND leads from IDLE straight to ACTIVE. DIAL from ACTIVE puts the call on hold; BACK, instead of an end, leads from
 * DIALING to that one.
 * ANSWER_KEY changes no state by itself: in RINGING it makes the modem answer, and ANSWERED follows.
 * An event that has no arrow in a state is ignored and counted: the modem may send anything at any time.
 */
#ifndef CALL_CALL_H
#define CALL_CALL_H

#include <stdbool.h>
#include <stdint.h>
#include "abi/callstate.h"

#define CALL_NEVER UINT64_MAX
#define CALL_RING_EXPIRY_NS                                                                                  \
	8000000000ull		    /* RING comes every 3 to 6 s (TS 27.007 6.11): without one it is over */
#define CALL_ENDED_NS 2000000000ull /* the end is shown for this long */

enum call_event {
	CALL_RING, /* the modem rings (each time) */
	CALL_ANSWER_KEY,
	CALL_END_KEY,
	CALL_DIAL,	 /* somebody wants a call made */
	CALL_ANSWERED,	 /* the modem has the connection */
	CALL_REMOTE_END, /* the other side hung up */
	CALL_BUSY,
	CALL_NO_ANSWER,
	CALL_FAILED,  /* the modem refused to answer or to dial */
	CALL_LOST,    /* the modem is gone, or has no call any more */
	CALL_FOUND,   /* the modem has a call that we do not know: this partition was restarted in it */
	CALL_BACK,    /* the second call did not come about, and there is the one on hold */
	CALL_EXPIRED, /* the state's time is over */
	CALL_EVENT_COUNT,
};

struct call;

/* What the machine makes others do; all mandatory unless marked, called inside call_handle. */
struct call_impl {
	void (*answer)(void *data);
	void (*hang_up)(void *data);
	void (*dial)(void *data, const char *number);
	/* State or caller changed; `old` is the state before, the same if only the caller became known. */
	void (*changed)(void *data, enum pl_call_state old, const char *reason);
	/* Optional. Is it an emergency number? Without it: 112 and 911. */
	bool (*emergency)(void *data, const char *number);
};

struct call {
	const struct call_impl *impl;
	void *data;
	struct pl_call_info info; /* as published; since is filled in by the publisher */
	uint64_t since_ns;	  /* when the state was entered */
	uint64_t deadline_ns;
	uint64_t talked_ns; /* length of the call that has ended */
	bool answering;	    /* ATA is under way */
	char dialed[48];    /* number for CALL_DIAL */
	uint32_t ignored_count;
};

const char *call_state_str(enum pl_call_state state);
const char *call_event_str(enum call_event event);
/* The one place that knows the legal transitions: true and *to, or false. */
bool call_transition(enum pl_call_state from, enum call_event event, enum pl_call_state *to);

void call_init(struct call *call, const struct call_impl *impl, void *data);
void call_handle(struct call *call, uint64_t now_ns, enum call_event event);
/* CALL_DIAL with its number. -EINVAL: not a number; -EBUSY: there is a call. */
int call_dial(struct call *call, uint64_t now_ns, const char *number);
/* Who calls, as +CLIP says; taken while ringing only. Bad UTF-8 and control characters are shown as what they are not. */
void call_set_caller(struct call *call, const char *number, const char *name);
void call_set_muted(struct call *call, bool muted);
/* The speakerphone, while a call is made or active: each call begins at the ear. */
void call_set_speaker(struct call *call, bool on);
/* Another one, of several, is in the foreground; `since_ns` is when that one was first talked to. In ACTIVE only. */
void call_set_party(struct call *call, const char *number, const char *name, uint64_t since_ns);
/* Flags of the `mask`, for this state only. */
void call_set_flags(struct call *call, uint32_t mask, uint32_t flags, const char *reason);
bool call_is_emergency(const struct call *call, const char *number);
void call_tick(struct call *call, uint64_t now_ns);
uint64_t call_deadline(const struct call *call);

#endif
