/*
 * The real modem's UART: multiplexed by TS 27.010 with a channel for each use, or, for a modem that does not know
 * +CMUX, a plain AT line that is call control's alone. Begins anew whenever the multiplexer has come to an end, and
 * brings back a modem that an earlier life of the phone, or of the modem, has left in multiplexed mode.
 *
 *   uplink_start                     OK                OK                 call control's channel
 *   ------------> RECOVERING --> ASKING --> ENTERING -----> OPENING ---------------------> MULTIPLEXED
 *                  ^   ^  CLD     | no answer  | ERROR          | no answer                   |
 *                  |   `----------'            v                |                             | silence, CLD, DM
 *                  |   uplink_lost           PLAIN              |                             |
 *                  `---------------------------'----------------'-----------------------------'
 *
 * Freestanding; bytes, room on the line and time are passed in.
 */
#ifndef VDEV_MODEM_UPLINK_H
#define VDEV_MODEM_UPLINK_H

#include "vdev-modem/mux.h"

enum uplink_state {
	UPLINK_RECOVERING,
	UPLINK_ASKING,
	UPLINK_ENTERING,
	UPLINK_OPENING,
	UPLINK_MULTIPLEXED,
	UPLINK_PLAIN,
	UPLINK_STATE_COUNT
};

/* By urgency. */
enum uplink_channel { UPLINK_CALL, UPLINK_VOICE, UPLINK_CLIENT, UPLINK_DATA, UPLINK_CHANNEL_COUNT };

enum uplink_mode { UPLINK_MODE_OFF, UPLINK_MODE_BASIC, UPLINK_MODE_ADVANCED };

struct uplink_conf {
	uint8_t mode; /* enum uplink_mode; off: the line is plain, and nothing is sent to find out */
	uint16_t n1;
	uint32_t keep_alive_ms;
	uint8_t dlci[UPLINK_CHANNEL_COUNT]; /* 0: no such channel; call control has one */
};

struct uplink_impl {
	/* All mandatory. Bytes that the line takes now without loss. */
	size_t (*room)(void *data);
	void (*send)(void *data, const uint8_t *bytes, size_t count);
	void (*received)(void *data, enum uplink_channel channel, const uint8_t *bytes, size_t count);
	/* The line is up (PLAIN, MULTIPLEXED) or no longer (RECOVERING), or a channel has come or gone. */
	void (*changed)(void *data);
	/* The modem's signals on a channel (MUX_V24_*). */
	void (*signals)(void *data, enum uplink_channel channel, uint8_t v24);
};

struct uplink {
	const struct uplink_impl *impl;
	void *data;
	struct uplink_conf conf;
	enum uplink_state state;
	enum uplink_mode trying;
	uint64_t now_ns, deadline_ns;
	unsigned tries;	   /* of the question under way */
	unsigned refusals; /* of +CMUX, in a row */
	unsigned failures; /* to open, in a row */
	bool down;	   /* the multiplexer has ended: begin anew when its call has returned */
	char text[16];	   /* the line being received, before the multiplexer */
	size_t count;
	struct mux mux;
};

extern const struct uplink_conf uplink_conf_default;

const char *uplink_state_str(enum uplink_state state);
const char *uplink_channel_str(enum uplink_channel channel);

/* -EINVAL: a channel number or a frame size out of range, or two channels on one DLCI. */
int uplink_init(
	struct uplink *uplink, const struct uplink_impl *impl, void *data, const struct uplink_conf *conf);
void uplink_start(struct uplink *uplink, uint64_t now_ns);
/* May bytes be written to this channel? On a plain line: call control's only. */
bool uplink_has(const struct uplink *uplink, enum uplink_channel channel);
/* How many were taken; -ENOTCONN: no such channel now. */
int uplink_write(
	struct uplink *uplink, uint64_t now_ns, enum uplink_channel channel, const void *bytes, size_t count);
size_t uplink_write_room(const struct uplink *uplink, enum uplink_channel channel);
/* Our V.24 signals; MUX_V24_FC in it stops the modem. */
void uplink_set_signals(struct uplink *uplink, uint64_t now_ns, enum uplink_channel channel, uint8_t v24);
void uplink_receive(struct uplink *uplink, uint64_t now_ns, const void *bytes, size_t count);
/* Commands have no answer any more: whatever the line is, it is begun anew. */
void uplink_lost(struct uplink *uplink, uint64_t now_ns);
/* There is room on the line again. */
void uplink_run(struct uplink *uplink, uint64_t now_ns);
void uplink_tick(struct uplink *uplink, uint64_t now_ns);
uint64_t uplink_deadline(const struct uplink *uplink);

#endif
