/*
 * Telephony: brings the modem up, turns its lines and the user's keys into events of the call's state
 * machine (call.h), and the machine's wishes into AT commands (at.h). Knows no hardware: bytes, keys
 * and time are passed in.
 *
 * The modem's life as seen from here:
 *
 *            all steps answered               3 time-outs in a row
 *   BRING_UP ------------------> READY ------------------------------> BRING_UP
 *     |  ^
 *     `--'  a step timed out: from the first one, after a pause
 */
#ifndef CALL_PHONE_H
#define CALL_PHONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "examples/handset/call/at.h"
#include "examples/handset/call/call.h"

#define PHONE_DIGITS_BYTES  24
#define PHONE_CARRIER_BYTES 24

/* Linux's key codes (input-event-codes.h), which virtio-input uses. */
#define KEY_PICKUP_PHONE 0x1bd
#define KEY_HANGUP_PHONE 0x1be
#define KEY_UP		 103
#define KEY_MUTE	 113

struct phone_impl {
	/* All mandatory. Bytes to the modem. */
	void (*send)(void *data, const char *bytes, size_t count);
	/* The call changed, as struct call_impl's changed. */
	void (*changed)(void *data, enum pl_call_state old, const char *reason);
	/* Signal, carrier or digits changed: only the screen needs to know. */
	void (*shown)(void *data);
};

struct phone {
	const struct phone_impl *impl;
	void *data;
	struct at at;
	struct call call;
	uint64_t now_ns; /* of the call into this module that is under way */
	bool ready;
	unsigned step;	  /* of the bring-up */
	uint64_t step_ns; /* when to begin anew, or AT_NEVER */
	uint64_t poll_ns; /* when to ask the modem how it is */
	bool hanging_up;  /* until the modem has answered: RING may still be on its way */
	bool mute_wish;
	int signal_bars;     /* 0 to 4, -1: unknown */
	uint32_t voice_rate; /* Hz, on the voice line; 0: none */
	char carrier[PHONE_CARRIER_BYTES];
	char digits[PHONE_DIGITS_BYTES];
};

void phone_init(struct phone *phone, const struct phone_impl *impl, void *data);
/* The line is there: begin to bring the modem up. */
void phone_start(struct phone *phone, uint64_t now_ns);
void phone_receive(struct phone *phone, uint64_t now_ns, const char *bytes, size_t count);
void phone_key(struct phone *phone, uint64_t now_ns, uint16_t code, bool down);
/* -EINVAL, -EBUSY as call_dial; -ENODEV: no modem. */
int phone_dial(struct phone *phone, uint64_t now_ns, const char *number);
void phone_tick(struct phone *phone, uint64_t now_ns);
uint64_t phone_deadline(const struct phone *phone);

/* Field `index` of a line's comma-separated list behind the colon, quotes taken off. False: no such field. */
bool phone_field(const char *line, unsigned index, char *to, size_t bytes);

#endif
