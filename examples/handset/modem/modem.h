/*
 * A modem simulator: voice calls (calls.h), the part of TS 27.007 and V.250 that a phone needs for them, and a prompt
 * for the one who plays the network. Freestanding, no clock of its own hardware: time is passed in (nanoseconds of any
 * monotonic clock), and the modem's own clock may drift against it.
 */
#ifndef MODEM_MODEM_H
#define MODEM_MODEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "examples/handset/modem/calls.h"
#include "examples/handset/modem/ppp.h"
#include "examples/handset/modem/sms.h"
#include "examples/handset/modem/wire.h"

/* What the line does as a whole: ringing, or else making a call, or else talking (or on hold). */
enum modem_state { MODEM_IDLE, MODEM_RINGING, MODEM_DIALING, MODEM_ACTIVE, MODEM_STATE_COUNT };

#define MODEM_LINE_BYTES 256
#define MODEM_NEVER	 UINT64_MAX
#define MODEM_SIM_BYTES	 128
#define MODEM_STEP_BYTES 96
#define MODEM_STEP_COUNT 32

/* Ports: the plain line, or DLCs of the multiplexed one. What is unsolicited goes to the second. */
enum { MODEM_PORT_PLAIN, MODEM_PORT_CALL, MODEM_PORT_COUNT = 5 };

struct modem_io {
	/* Mandatory. Bytes to the phone, all of them or (line down) none. */
	void (*send)(void *data, const char *bytes, size_t count);
	/* Mandatory. One line for the one at the prompt, without its newline. */
	void (*say)(void *data, const char *line);
	/* Optional. Bytes that send takes now without loss. */
	size_t (*room)(void *data);
	void *data;
};

struct modem_burst {
	uint32_t count; /* calls asked for; 0: none under way */
	uint32_t done;
	uint32_t gap_ms;
	uint32_t random; /* phase of the next call: varied, but the same in every run */
	uint64_t due;	 /* own time of the next step */
};

/* Where AT commands come in: the plain line, or a channel of the multiplexed one. */
struct modem_port {
	uint8_t index;
	bool echo, verbose;
	bool connect, data; /* it is to be, it is a data call's */
	bool prompt;	    /* a message is typed */
	/* Line being received, and the last one for A/. */
	char line[MODEM_LINE_BYTES];
	char last[MODEM_LINE_BYTES];
	size_t count;
	bool too_long;
};

enum { MODEM_REGISTRATION_COUNT = 3 }; /* +CREG, +CGREG, +CEREG */

struct modem_network {
	uint8_t stat, signal;
	uint16_t lac;
	uint32_t cell;				  /* 0: nothing is set yet */
	uint8_t report[MODEM_REGISTRATION_COUNT]; /* <n> */
	bool cusd, ussd_session;
	uint8_t ussd_form; /* <m> of what is to be said */
	uint64_t ussd_due;
	char ussd[128];
};

struct modem_sim {
	uint16_t selected;
	char ecc[31]; /* EF_ECC in hexadecimal */
};

/* What is to be done later; empty: nothing. */
struct modem_step {
	uint64_t due;
	char command[MODEM_STEP_BYTES];
};

struct modem_data {
	uint8_t port;
	enum ppp_auth auth;
	char apn[64];
	struct ppp ppp;
};

struct modem {
	const struct modem_io *io;
	struct modem_call call[MODEM_CALL_COUNT];
	enum modem_reply reply;
	uint64_t reply_ns;
	uint64_t now;	   /* own time */
	uint64_t ring_due; /* own time of the next RING */
	int32_t drift_ppm;
	struct modem_burst burst;

	/* What the phone has set. */
	bool clip, cring, ccwa, utf8, muted;
	bool pcm_present;   /* there is a line for voice */
	bool pcm, pcm_wide; /* AT+CPCMREG: voice on that line; AT+CPCMFRM: at 16 kHz, not 8 */
	uint8_t cmee, cops_format;
	uint8_t fun;

	struct modem_port port[MODEM_PORT_COUNT];
	struct modem_port *running; /* whose line is run; NULL: what is sent is unsolicited */
	struct modem_wire wire;
	struct modem_data data;
	struct modem_network network;
	struct modem_messages messages;
	struct modem_sim sim;
	struct modem_step step[MODEM_STEP_COUNT];
};

const char *modem_state_str(enum modem_state state);
enum modem_state modem_state(const struct modem *m);
/* Is there anybody to be heard: an active call, not one that is on hold? */
bool modem_talks(const struct modem *m);
void modem_init(struct modem *m, const struct modem_io *io);
/* Bytes from the phone. */
void modem_receive(struct modem *m, uint64_t now_ns, const void *bytes, size_t count);
/* There is room on the line again. */
void modem_room(struct modem *m, uint64_t now_ns);
/* One line from the prompt; anything wrong with it is said. 0 or -EINVAL. */
int modem_command(struct modem *m, uint64_t now_ns, const char *line);
/* Do what is due. */
void modem_tick(struct modem *m, uint64_t now_ns);
/* When modem_tick must be called next, in the clock that is passed in; MODEM_NEVER. */
uint64_t modem_deadline(const struct modem *m);
/* Hz of the voice that goes both ways on its line now; 0: none. */
uint32_t modem_voice_rate(const struct modem *m);
/* The modem's own clock, and when it will show `own_ns`. */
uint64_t modem_own_ns(const struct modem *m, uint64_t now_ns);
uint64_t modem_outer_ns(const struct modem *m, uint64_t own_ns);

/* Between the parts. */
void modem_at_init(struct modem *m);
void modem_at_line(struct modem *m, const char *line);
void modem_send_line(struct modem *m, const char *text); /* framed: \r\n text \r\n */
void modem_send_text(struct modem *m, const char *text); /* the same, of several lines */
void modem_ring(struct modem *m);			 /* once, and when it is to come again */
void modem_name(
	const struct modem *m, const struct modem_call *call, char *to); /* in the phone's characters */
int modem_number_type(const char *number);				 /* TS 24.008 10.5.4.7 */
bool modem_number_valid(const char *number);
/* Power-up: no call, settings as delivered, a plain line. */
void modem_reset(struct modem *m);
void modem_port_init(struct modem_port *port, unsigned index);
void modem_port_send(struct modem *m, struct modem_port *port, const char *bytes, size_t count);
void modem_port_receive(struct modem *m, struct modem_port *port, const char *bytes, size_t count);
/* Answers go where the command came from, all else to the phone's call control. */
struct modem_port *modem_port_now(struct modem *m);
/* sms.c: a byte behind the prompt */
void modem_sms_byte(struct modem *m, struct modem_port *port, char c);
void modem_sms_init(struct modem *m);
void modem_sim_init(struct modem *m);
void modem_network_init(struct modem *m);
void modem_network_tick(struct modem *m);
uint64_t modem_network_deadline(const struct modem *m);
void modem_script_tick(struct modem *m);
uint64_t modem_script_deadline(const struct modem *m);
/* data.c */
void modem_data_begin(struct modem *m, struct modem_port *port); /* CONNECT has been sent */
void modem_data_hang_up(struct modem *m, unsigned port);  /* the phone dropped DTR, or closed the channel */
void modem_data_forget(struct modem *m);		  /* and nobody is told */
int modem_prompt_line(struct modem *m, const char *line); /* modem_command without its time */
/* Commands of prompt.c; -ENOENT: no such. */
int modem_prompt_run(struct modem *m, const char *name, const char *arguments);
void modem_prompt_help(struct modem *m);

#endif
