/*
 * The modem's calls (TS 22.030 6.5.5, TS 22.083, TS 22.084): one that rings or waits, one that is being made, one or
 * a conference that is talked to, one or a conference on hold. Each with its state:
 *
 *            ring, none there                     ATA, +CHLD
 *   FREE -----------------------> INCOMING ----------------------.
 *    | |     ring, one there                      +CHLD=1, =2     v      +CHLD=2
 *    | `------------------------> WAITING ------------------> ACTIVE <-----------> HELD
 *    |       ATDn;               the network: ringing there       ^
 *    `----> DIALING ----------------------> ALERTING -------------'
 *              `------------------- the other side answers -------^
 *   Any -> FREE: the phone or the other side ends it. WAITING -> INCOMING: the others have ended.
 */
#ifndef MODEM_CALLS_H
#define MODEM_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#define MODEM_CALL_COUNT   7 /* TS 22.030: calls 1 to 7 */
#define MODEM_NUMBER_BYTES 32
#define MODEM_NAME_BYTES   48

/* Behind FREE in the order of +CLCC's <stat> (TS 27.007 7.18). */
enum modem_call_state {
	MODEM_CALL_FREE,
	MODEM_CALL_ACTIVE,
	MODEM_CALL_HELD,
	MODEM_CALL_DIALING,
	MODEM_CALL_ALERTING,
	MODEM_CALL_INCOMING,
	MODEM_CALL_WAITING,
	MODEM_CALL_STATE_COUNT,
};

struct modem_call {
	enum modem_call_state state;
	bool incoming;	    /* the other side has made it */
	bool conference;    /* one of several in its state */
	uint64_t reply_due; /* own time at which the other side does what it is to do; MODEM_NEVER */
	char number[MODEM_NUMBER_BYTES];
	char name[MODEM_NAME_BYTES];
};

/* What the other side does with calls that the phone makes. */
enum modem_reply { MODEM_REPLY_MANUAL, MODEM_REPLY_ANSWER, MODEM_REPLY_BUSY, MODEM_REPLY_NO_ANSWER };

struct modem;

const char *modem_call_state_str(enum modem_call_state state);
/* The first in this state, or NULL. Its number in +CLCC is its place + 1. */
struct modem_call *modem_call_find(struct modem *m, enum modem_call_state state);
unsigned modem_call_count(const struct modem *m, enum modem_call_state state);
/* All are over, and nobody is told. */
void modem_calls_forget(struct modem *m);

/*
 * What the phone does. 0; -EPERM: there is no such call, or one too many.
 */
int modem_calls_answer(struct modem *m);
int modem_calls_dial(struct modem *m, const char *number);
/* ATH, +CHUP: what is talked to, made or rings; a waiting call then rings. Only if there is none of these: held ones. */
void modem_calls_hang_up(struct modem *m);
/* +CHLD=<operation> (TS 27.007 7.13). -EINVAL: no such operation. */
int modem_calls_hold(struct modem *m, const char *operation);

/*
 * What the other side, or the network, does.
 */
/* -EPERM: something rings, waits or is being made already. */
int modem_calls_ring(struct modem *m, const char *number, const char *name);
void modem_calls_alert(struct modem *m, struct modem_call *call);
void modem_calls_connect(struct modem *m, struct modem_call *call);
/* `text` is said to the phone: NO CARRIER, BUSY, NO ANSWER; a caller who waits goes without a word. */
void modem_calls_end(struct modem *m, struct modem_call *call, const char *text);
/* What is due. */
void modem_calls_tick(struct modem *m);
uint64_t modem_calls_deadline(const struct modem *m); /* own time */

#endif
