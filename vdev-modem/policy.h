/*
 * Who may do what with the modem: an action for each class of commands and each client. What no line of the
 * policy names is refused. docs/modem.md explains the file and the classes.
 */
#ifndef VDEV_MODEM_POLICY_H
#define VDEV_MODEM_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "vdev-modem/uplink.h"

#define MODEM_CLIENT_MAX	4
#define MODEM_CLIENT_NAME_BYTES 16
#define MODEM_ASK_DEFAULT_MS	10000
#define MODEM_ASK_MAX_MS	60000

enum modem_class {
	MODEM_CLASS_SETTING, /* the client's own state: never reaches the modem */
	MODEM_CLASS_QUERY,   /* reads the modem's state */
	MODEM_CLASS_DIAL,    /* a voice call to somebody */
	MODEM_CLASS_ANSWER,  /* ATA, S0 */
	MODEM_CLASS_CONTROL, /* calls under way: H, +CHLD, +CHUP, +VTS; allowed for its own only */
	MODEM_CLASS_SMS_SEND,
	MODEM_CLASS_SMS_READ, /* list, read, delete */
	MODEM_CLASS_USSD,
	MODEM_CLASS_SERVICE, /* supplementary services: forwarding, barring, CLIR; MMI codes in D */
	MODEM_CLASS_DATA,    /* packet data */
	MODEM_CLASS_RADIO,   /* +CFUN, operator selection, attach */
	MODEM_CLASS_SIM,     /* raw access, PIN, phone book */
	MODEM_CLASS_EMERGENCY,
	MODEM_CLASS_UNKNOWN,
	MODEM_CLASS_COUNT,
};

enum modem_action {
	MODEM_REFUSE,
	MODEM_VIRTUAL, /* answered as if done; nothing is done */
	MODEM_ASK,     /* the user decides: this client, this number, once */
	MODEM_ALLOW,
	MODEM_ACTION_COUNT,
};

struct modem_client_policy {
	char name[MODEM_CLIENT_NAME_BYTES];
	uint8_t action[MODEM_CLASS_COUNT]; /* enum modem_action */
	uint32_t ask_ms;		   /* how long the answer is held for the user; then it is no */
};

struct modem_policy {
	unsigned count;
	struct uplink_conf line; /* [line]: the real modem's UART; without it a plain line */
	struct modem_client_policy client[MODEM_CLIENT_MAX];
};

const char *modem_class_str(unsigned class);
/* The right (PL_RIGHT_*, abi/rights.h) without which the class is refused whatever the policy says; 0: none is needed. */
uint32_t modem_class_right(unsigned class);
const char *modem_action_str(unsigned action);

/* One client that may do nothing but what no policy can take: settings and emergency calls. */
void modem_policy_closed(struct modem_client_policy *client, const char *name);
/*
 * Reads a policy from text. 0, or -EINVAL with `line N: reason` in error and logged, *policy as it was.
 *
 *   # a comment
 *   [linux]
 *   dial     = ask
 *   ask-time = 10s
 *   [line]
 *   mux = advanced
 */
int modem_policy_parse(struct modem_policy *policy, const char *text, char *error, size_t error_bytes);
/* The client's, or NULL. */
const struct modem_client_policy *modem_policy_client(const struct modem_policy *policy, const char *name);

#endif
