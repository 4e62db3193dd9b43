/*
 * Telephony: brings the modem up, turns its lines and the user's keys into events of the call's state
 * machine (call.h), and the machine's wishes into AT commands (at.h). Knows no hardware: bytes, keys
 * and time are passed in.
 *
 * The modem's life as seen from here:
 *
 *            all steps answered          3 time-outs in a row, or it has started anew
 *   BRING_UP ------------------> READY ----------------------------------------------> BRING_UP
 *     |  ^
 *     `--'  a step timed out: from the first one, after a pause
 *
 * phone.c: the modem's life and what it says; phone_calls.c: one call and several; phone_keys.c: the user's keys.
 */
#ifndef CALL_PHONE_H
#define CALL_PHONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "examples/handset/call/at.h"
#include "examples/handset/call/call.h"
#include "examples/handset/call/roster.h"

#define PHONE_DIGITS_BYTES  24
#define PHONE_NUMBER_BYTES  32
#define PHONE_NOTE_BYTES    40
#define PHONE_CARRIER_BYTES 24

/* Linux's key codes (input-event-codes.h), which virtio-input uses. */
#define KEY_BACKSPACE	 14
#define KEY_ENTER	 28
#define KEY_UP		 103
#define KEY_LEFT	 105
#define KEY_RIGHT	 106
#define KEY_DOWN	 108
#define KEY_MUTE	 113
#define KEY_OK		 0x160
#define KEY_PICKUP_PHONE 0x1bd
#define KEY_HANGUP_PHONE 0x1be

struct phone_impl {
	/* All mandatory unless marked. Bytes to the modem. */
	void (*send)(void *data, const char *bytes, size_t count);
	/* The call changed, as struct call_impl's changed. */
	void (*changed)(void *data, enum pl_call_state old, const char *reason);
	/* Something else that only the screen needs to know: signal, carrier, digits, the other parties, a note. */
	void (*shown)(void *data);
	/* Optional. Is it an emergency number, of the SIM or the network? 112 and 911 always are. */
	bool (*emergency)(void *data, const char *number);
};

/* What the user types to be dialled. */
struct phone_dialler {
	bool open;
	char digits[PHONE_NUMBER_BYTES];
	uint64_t zero_ns; /* when 0 went down that may become a +; AT_NEVER: none is down */
};

struct phone {
	const struct phone_impl *impl;
	void *data;
	struct at at;
	struct call call;
	uint64_t now_ns; /* of the call into this module that is under way */
	bool ready;
	bool lost;		     /* it was ready once, and is not now */
	unsigned step;		     /* of the bring-up */
	uint64_t step_ns;	     /* when to begin anew, or AT_NEVER */
	uint64_t poll_ns, signal_ns; /* when to ask the modem for its calls, and how well it hears */
	int signal_bars;	     /* 0 to 4, -1: unknown */
	uint32_t voice_rate;	     /* Hz, on the voice line; 0: none */
	char carrier[PHONE_CARRIER_BYTES];

	/* The calls: phone_calls.c. */
	struct roster roster, fresh;
	bool refreshing, refresh_again;
	enum call_event event; /* being handled */
	enum call_event why;   /* what was heard of the end of one of several; CALL_EVENT_COUNT: nothing */
	bool incoming;	       /* the one in the foreground called us */
	bool hanging_up;       /* until the modem has answered: RING may still be on its way */
	bool on_hold;	       /* the user wants it so: it is not taken back when the other one ends */
	bool resuming;
	char emergency[PHONE_DIGITS_BYTES]; /* to be dialled, until the modem has taken it */
	uint64_t redial_ns;
	char note[PHONE_NOTE_BYTES]; /* why the call has ended, or what came of the second one */
	uint64_t note_ns;	     /* when it goes, in a call */

	/* Keys: phone_keys.c. */
	bool mute_wish;
	char digits[PHONE_DIGITS_BYTES]; /* tones sent in this call */
	struct phone_dialler dialler;
	char last_number[PHONE_NUMBER_BYTES];
	bool asked;	/* somebody else asks the user something: the band is needed */
	bool headset;	/* it is plugged in */
	bool dismissed; /* the user has seen that the modem is lost */
};

void phone_init(struct phone *phone, const struct phone_impl *impl, void *data);
/* The line is there: begin to bring the modem up. */
void phone_start(struct phone *phone, uint64_t now_ns);
void phone_receive(struct phone *phone, uint64_t now_ns, const char *bytes, size_t count);
void phone_key(struct phone *phone, uint64_t now_ns, uint16_t code, bool down);
/* A headset is plugged in or not. */
void phone_headset(struct phone *phone, bool in);
/*
 * A call, as the user wants it: a call under way goes on hold, and an emergency number passes everything. -EINVAL,
 * -EBUSY as call_dial, -EBUSY also if one is on hold already; -ENODEV: no modem.
 */
int phone_dial(struct phone *phone, uint64_t now_ns, const char *number);
/* Whatever else is going on: calls end for it, a modem that is not there is waited for, until the user gives up. */
void phone_emergency(struct phone *phone, uint64_t now_ns, const char *number);
/* The call in the foreground ends; a tone in it: -EPERM: nobody would hear it. */
void phone_hang_up(struct phone *phone, uint64_t now_ns);
int phone_tone(struct phone *phone, uint64_t now_ns, char tone);
/* Is there another one beside the call in the foreground? */
bool phone_several(const struct phone *phone);
bool phone_in_emergency(const struct phone *phone);
/* The modem has started anew, as somebody else has noticed: its calls and settings are gone. */
void phone_modem_reset(struct phone *phone, uint64_t now_ns);
/* The line to the modem was down: its settings are made anew, and whether its calls go on is looked up. */
void phone_line_back(struct phone *phone, uint64_t now_ns);
/* There is a question for the user (or no longer): the screen's band is needed. */
void phone_asked(struct phone *phone, uint64_t now_ns, bool asked);
/* What the call key and the end key would do now is about another call, or about the modem: no question can be answered. */
bool phone_keys_taken(const struct phone *phone);
void phone_tick(struct phone *phone, uint64_t now_ns);
uint64_t phone_deadline(const struct phone *phone);

/* Field `index` of a line's comma-separated list behind the colon, quotes taken off. False: no such field. */
bool phone_field(const char *line, unsigned index, char *to, size_t bytes);

#endif
