/* Between the parts of the virtual modem. */
#ifndef VDEV_MODEM_VMODEM_INT_H
#define VDEV_MODEM_VMODEM_INT_H

#include "vdev-modem/vmodem.h"

/* How a command went; the line goes on after DONE only. */
enum outcome {
	OUTCOME_DONE,
	OUTCOME_ERROR,	/* ERROR whatever +CMEE says: no such command */
	OUTCOME_FAILED, /* +CME ERROR or ERROR; client_fail gave the code */
	OUTCOME_NO_CARRIER,
	OUTCOME_CONNECT,
	OUTCOME_WAIT,
};

/* TS 27.007 9.2. */
enum {
	CME_PHONE_FAILURE = 0,
	CME_NO_CONNECTION = 1,
	CME_NOT_ALLOWED = 3,
	CME_NOT_SUPPORTED = 4,
	CME_MEMORY_FULL = 20,
	CME_BAD_INDEX = 21,
	CME_NO_NETWORK = 30,
	CME_BAD_PARAMETER = 50,
	CME_UNKNOWN = 100,
};
#define CMS_NOT_ALLOWED 302 /* TS 27.005 3.2.5 */
#define CMS_BAD_PDU	304
#define CMS_BAD_INDEX	321

/* One row: what a command is and who answers it. */
struct command {
	const char *name;
	/* Its class, if that depends on form and arguments. */
	enum modem_class (*classify)(struct vmodem_client *c, const struct at_command *cmd);
	enum modem_class class;
	enum outcome (*run)(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action);
};

/* Settings with numbers only, one row each (settings.c). */
enum setting {
	SET_CMEE,
	SET_CMGF,
	SET_CREG,
	SET_CGREG,
	SET_CEREG,
	SET_CMER,
	SET_CGEREP,
	SET_CLIP,
	SET_CRC,
	SET_CCWA,
	SET_COLP,
	SET_CSSN,
	SET_CUSD,
	SET_CNMI,
	SET_CTZU,
	SET_CTZR,
	SET_CNAP,
	SET_CDIP,
	SET_CAOC,
	SET_CCWE,
	SET_CGSMS,
	SET_CSMS,
	SET_IFC,
	SET_ICF,
	SET_IPR,
	SET_CPLS,
	SET_FCLASS,
	SET_CMMS,
	SET_CMOD,
	SET_CVHU,
	SET_CBST,
	SET_CRLP,
	SET_CR,
	SET_CEMODE,
	SET_CSDH,
	SET_CPSB,
	SET_CMUT,
	SET_CLVL,
	SET_CSCB,
	SET_COUNT,
};
_Static_assert(SET_COUNT <= VMODEM_SETTING_MAX, "a client has room for all settings");

/* client.c: answers, framed as the client wants them. */
void client_line(struct vmodem_client *c, const char *text);
void client_print(struct vmodem_client *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
void client_body(struct vmodem_client *c, const char *text); /* a second line of one answer */
void client_urc(struct vmodem_client *c, const char *text);
enum outcome client_fail(struct vmodem_client *c, unsigned cme); /* gives +CME ERROR now */
enum outcome client_fail_sms(struct vmodem_client *c, unsigned cms);
void client_result(struct vmodem_client *c, enum outcome outcome);
void client_quote(
	const struct vmodem_client *c, char *to, size_t bytes, const char *utf8); /* in its character set */
int32_t client_setting(const struct vmodem_client *c, enum setting setting);

/* vmodem.c: running lines. */
/* What the policy says, if the phone's present state leaves the right; what is only virtual needs none. */
enum modem_action vmodem_action(const struct vmodem_client *c, enum modem_class class);
enum outcome vmodem_refuse(struct vmodem_client *c, enum modem_class class, const char *reason);
enum outcome vmodem_ask_user(struct vmodem_client *c, enum modem_class class, const char *number);
void vmodem_resume(struct vmodem_client *c, enum outcome outcome); /* what was waited for has come */

/* forward.c: composed requests to the modem on a client's behalf. */
enum outcome forward(struct vmodem_client *c, const char *text, bool plain, uint32_t timeout_ms,
	void (*rewrite)(struct vmodem_client *c, const char *text));
enum outcome forward_payload(struct vmodem_client *c, const char *text, const char *payload);
enum outcome run_query(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action);
void shared_registration(struct vmodem *vm, unsigned kind, const char *fields); /* <stat>[,…] */
void shared_signal(struct vmodem *vm, unsigned rssi);

/* The tables. */
const struct command *basic_find(const char *name);
const struct command *settings_find(const char *name);
const struct command *query_find(const char *name);
const struct command *call_find(const char *name);
const struct command *sms_find(const char *name);
const struct command *sim_find(const char *name);
void settings_reset(struct vmodem_client *c);
/* Which +CREG-like command it is: 0 to 2, or -1. */
int registration_kind(const char *text);

/* call.c: what H, +CHUP, +CHLD and +VTS do to a call of the client's own. */
enum outcome call_control(struct vmodem_client *c, enum vmodem_control what, const char *argument);

/* call.c, sms.c: after the user has decided, or a payload has come. */
enum outcome call_decided(struct vmodem_client *c, bool allow);
enum outcome sms_payload(struct vmodem_client *c, const char *text);
enum outcome sms_decided(struct vmodem_client *c, bool allow);

/* online.c */
enum outcome online_dial(struct vmodem_client *c, unsigned context);
void online_begin(struct vmodem_client *c);
void online_receive(struct vmodem_client *c, const char *bytes, size_t count);
void online_escape(struct vmodem_client *c);
void online_hang_up(struct vmodem_client *c);

/* sms.c: +CMTI for a client that wants +CMT (+CNMI=,2): false: it is told of the place, as the others are. */
bool sms_deliver(struct vmodem_client *c, const char *text);

/* sms.c: a message has come to a place (+CMTI), whatever was there before. */
void sms_arrived(struct vmodem *vm, const char *text);

/* urc.c */
void urc_route(struct vmodem *vm, const char *text);
void urc_indicators(struct vmodem *vm, const struct vmodem_shared *old);

#endif
