/*
 * The virtual modem: one real modem, owned by the telephony of the partition that this runs in, and for each
 * client a modem of its own, with its own settings (V.250, TS 27.007, TS 27.005).
 *
 *   client 0 ──▶ at_reader ─▶ at_parse ─▶ commands ─▶ policy ─┬─ virtual: answered from the client's state
 *   client 1 ──▶    "            "            "          "    ├─ refused, and logged with the reason
 *                                                             ├─ asked: the user decides (vmodem_decide)
 *                                                             └─ allowed: telephony, or `line` ──▶ modem
 *   modem ──▶ line ─┬─ answers to whoever waits for them
 *                   └─ URCs: telephony first, then each client that has asked for them
 *
 * Nothing that a client sends is passed on: what reaches the modem is composed here from parts that were
 * checked. Calls are never made on the line by this module: telephony makes them (struct vmodem_impl), so that
 * what is dialled is always on its screen.
 *
 * A client's line:
 *
 *            a line         a command waits for the modem or the user
 *   READY ----------> RUNNING ----------------> WAITING
 *     ^                 |   ^----------------------'
 *     `-----------------'        answered
 *       final result: URCs that waited go out
 *
 * CONNECT makes it ONLINE: its bytes are a data call's, until that ends or +++ is typed (then READY; O goes back).
 */
#ifndef VDEV_MODEM_VMODEM_H
#define VDEV_MODEM_VMODEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "abi/callstate.h"
#include "vdev-modem/at_parse.h"
#include "vdev-modem/at_reader.h"
#include "vdev-modem/emergency.h"
#include "vdev-modem/line.h"
#include "vdev-modem/policy.h"

#define VMODEM_PENDING_BYTES	 1024 /* typed while a command runs */
#define VMODEM_URC_BYTES	 1024 /* held back while a command runs */
#define VMODEM_SETTING_MAX	 48
#define VMODEM_VALUE_MAX	 5
#define VMODEM_CONTEXT_MAX	 4
#define VMODEM_REASON_BYTES	 96
#define VMODEM_ASK_PAUSE_MS	 2000  /* between a no and the next question */
#define VMODEM_PAYLOAD_MS	 60000 /* a prompt waits this long */
#define VMODEM_MESSAGE_MAX	 256   /* places in the store */
#define VMODEM_REFUSALS_A_SECOND 8     /* logged one by one; more are counted */

/* What may be done with a call under way. */
enum vmodem_control { VMODEM_HANG_UP, VMODEM_HOLD, VMODEM_TONE };

/* What the user is asked. */
struct vmodem_ask {
	uint32_t id; /* never 0 */
	unsigned client;
	enum modem_class class;
	char number[AT_NUMBER_BYTES];
};

struct vmodem_impl {
	/* All mandatory unless marked; called inside a call into this module, which they must not call back. */
	void (*send)(void *data, unsigned client, const char *bytes, size_t count);
	void (*line_send)(void *data, const char *bytes, size_t count);
	/* Each unsolicited line of the modem, before the clients hear of it. */
	void (*urc)(void *data, const char *text);
	/* Make a voice call to this number, as one of telephony's own. 0 or -errno: busy, no modem. */
	int (*dial)(void *data, unsigned client, const char *number, bool emergency);
	/* Answer what rings. 0 or -errno. */
	int (*answer)(void *data, unsigned client);
	/*
	 * Optional. Hang up; +CHLD with this operation; send this tone. 0 or -errno: there is a call that this client
	 * has not made. Without it none is its own.
	 */
	int (*control)(void *data, unsigned client, enum vmodem_control what, const char *argument);
	/* Show the question; vmodem_decide answers it. */
	void (*ask)(void *data, const struct vmodem_ask *ask);
	/* A question is void: the client has gone on, or nobody answered in time. */
	void (*ask_over)(void *data, uint32_t id);
	/* Optional. What the phone's present state leaves of what the policy allows: PL_RIGHT_* (abi/rights.h). */
	uint32_t (*rights)(void *data, unsigned client);
	/* Optional. A refusal: also logged. */
	void (*refused)(
		void *data, unsigned client, enum modem_class class, const char *command, const char *reason);
	/*
	 * Optional, all three or none. Packet data on this context: 0, and vmodem_data_up or vmodem_data_down tell how it
	 * went; -errno: it cannot. The client's bytes while it is up. Its end.
	 */
	int (*data_call)(void *data, unsigned client, unsigned context, const char *apn);
	void (*data_send)(void *data, unsigned client, const char *bytes, size_t count);
	void (*data_hang_up)(void *data, unsigned client);
	/* Optional. To the modem on the clients' own channel, after vmodem_split. */
	void (*own_line_send)(void *data, const char *bytes, size_t count);
	/*
	 * Optional. The client wants to multiplex (TS 27.007 5.7): 0, and what follows the OK is for a multiplexer with
	 * these parameters; -errno: it cannot.
	 */
	int (*mux)(void *data, unsigned client, bool advanced, bool ui, unsigned n1);
	/* Optional. Three requests in a row had no answer. */
	void (*lost)(void *data);
	/* Optional. The modem echoes what it is sent: it has started anew. */
	void (*anew)(void *data);
};

enum vmodem_state { VMODEM_READY, VMODEM_RUNNING, VMODEM_WAITING, VMODEM_ONLINE, VMODEM_STATE_COUNT };
enum vmodem_wait { VMODEM_WAIT_LINE, VMODEM_WAIT_USER, VMODEM_WAIT_PAYLOAD, VMODEM_WAIT_DATA };
enum vmodem_charset { VMODEM_GSM, VMODEM_IRA, VMODEM_UCS2, VMODEM_UTF8, VMODEM_CHARSET_COUNT };

/* +CGDCONT of a client. */
struct vmodem_context {
	char type[8];
	char apn[64];
};

struct vmodem_client {
	struct vmodem *vm;
	unsigned index;
	const struct modem_client_policy *policy;
	struct at_reader reader;

	/* the line being run */
	enum vmodem_state state;
	enum vmodem_wait wait;
	uint64_t deadline_ns;
	char line[AT_BODY_BYTES];
	const char *next; /* in line */
	struct at_command command;
	void (*rewrite)(struct vmodem_client *c, const char *text); /* of the answer that is waited for */
	bool body_follows;		  /* a line without prefix belongs to the one before */
	unsigned payload_length;	  /* as +CMGS said */
	char payload[LINE_PAYLOAD_BYTES]; /* while the user is asked */
	struct vmodem_ask ask;
	uint64_t ask_again_ns; /* no question before, after a no */

	/* settings */
	bool echo, verbose, quiet;
	uint8_t charset, cops_format, fun;
	int32_t value[VMODEM_SETTING_MAX][VMODEM_VALUE_MAX];
	struct vmodem_context context[VMODEM_CONTEXT_MAX];
	bool ussd_session;

	/* its view of the one store of messages (sms.c) */
	bool reads_messages; /* what it has not deleted is kept for it */
	bool passing_over;   /* the list's next line is of a message that is gone for it */
	uint32_t gone[VMODEM_MESSAGE_MAX / 32];

	/* its data call */
	bool data;
	uint8_t plus_count;
	uint64_t typed_ns;

	char pending[VMODEM_PENDING_BYTES];
	size_t pending_first, pending_count;
	char urc[VMODEM_URC_BYTES]; /* framed */
	size_t urc_count;
	uint32_t urc_dropped, pending_dropped;
	uint32_t refused_count, refused_hidden;
};

/* What is known of the modem, for indicators (TS 27.007 8.9). */
struct vmodem_shared {
	uint8_t signal;		 /* 0 to 5 */
	uint8_t registration[3]; /* +CREG, +CGREG, +CEREG: <stat> */
	char location[3][48];	 /* what follows it: ,"lac","ci",act */
	uint8_t call, call_setup;
};

/* A message that has come and is read for those clients that want it whole. */
struct vmodem_delivery {
	struct vmodem *vm;
	bool busy;
	char head[96]; /* of +CMT, once it is known */
};

struct vmodem {
	const struct vmodem_impl *impl;
	void *data;
	uint64_t now_ns; /* of the call into this module that is under way */
	struct line line;
	struct line own_line; /* the clients', if they have a channel of their own */
	bool split;
	struct emergency emergency;
	struct vmodem_shared shared;
	unsigned client_count;
	struct vmodem_client client[MODEM_CLIENT_MAX];
	struct vmodem_delivery delivery;
	uint64_t delivery_ns; /* when it began */
	uint32_t ask_id;
	uint64_t refusal_ns; /* start of the second in which refusals are counted */
	uint32_t refusals, refusals_hidden;
	uint32_t billable_count; /* dialled, sent: with the user's or the policy's leave */
};

const char *vmodem_state_str(enum vmodem_state state);

/* The policy must outlive it; its clients are the clients. */
void vmodem_init(
	struct vmodem *vm, const struct vmodem_impl *impl, void *data, const struct modem_policy *policy);
/* The clients' commands go to a channel of their own from now on, or no longer. */
void vmodem_split(struct vmodem *vm, uint64_t now_ns, bool split);
/* Bytes of the real modem on that channel. */
void vmodem_own_line_receive(struct vmodem *vm, uint64_t now_ns, const char *bytes, size_t count);
/* The client's data call has connected, or is over. */
void vmodem_data_up(struct vmodem *vm, uint64_t now_ns, unsigned client);
void vmodem_data_down(struct vmodem *vm, uint64_t now_ns, unsigned client);
bool vmodem_is_online(const struct vmodem *vm, unsigned client);
/* The client's terminal has gone (DTR): its data call ends, nothing else. */
void vmodem_client_left(struct vmodem *vm, uint64_t now_ns, unsigned client);
/* The modem answers: ask it for its emergency numbers, its SIM and where it is registered. */
void vmodem_start(struct vmodem *vm, uint64_t now_ns);
/* Bytes of a client; they go as far as its line allows, never further than its own answers. */
void vmodem_receive(struct vmodem *vm, uint64_t now_ns, unsigned client, const char *bytes, size_t count);
/* A client's end was opened anew (its partition restarted): settings as at power-up, nothing pending. */
void vmodem_reset_client(struct vmodem *vm, uint64_t now_ns, unsigned client);
/* Bytes of the real modem. */
void vmodem_line_receive(struct vmodem *vm, uint64_t now_ns, const char *bytes, size_t count);
/* Telephony's own requests: line_submit on vm->line. The user's decision; -ENOENT: no such question any more. */
int vmodem_decide(struct vmodem *vm, uint64_t now_ns, uint32_t id, bool allow);
/* Telephony's call state changed: indicators follow. */
void vmodem_call_state(struct vmodem *vm, uint64_t now_ns, enum pl_call_state state);
/* Telephony has ended a call by itself: clients hear NO CARRIER, as of one that the other side ends. */
void vmodem_call_released(struct vmodem *vm);
/* Telephony's own commands have told this: what it says of the modem, the clients' indicators follow. */
void vmodem_overheard(struct vmodem *vm, uint64_t now_ns, const char *text);
void vmodem_tick(struct vmodem *vm, uint64_t now_ns);
uint64_t vmodem_deadline(const struct vmodem *vm);

#endif
