/*
 * The multiplexer of TS 27.010: several channels (DLCs) over one serial line, as the side that begins (towards a
 * modem) or the side that answers (towards Linux). Freestanding; bytes, room on the line and time are passed in.
 *
 * A DLC:
 *            mux_open: SABM                    UA
 *   CLOSED ------------------> OPENING ------------------> OPEN
 *     ^ ^                         | DM, no answer            |
 *     | `-------------------------'                          | mux_close: DISC
 *     |            UA, DM, no answer                         v
 *     `--------------------------------------------------- CLOSING
 *   SABM from the other side: CLOSED -> OPEN (UA), if mux_accepts says so, else DM; DISC: any -> CLOSED (UA).
 *
 * DLC 0 is the control channel; the others open after it. Its end, a CLD, or a peer that answers no keep-alive
 * takes all of them down.
 *
 * What waits to be sent goes by the DLCs' priorities, a frame at a time, as far as there is room on the line: a
 * long transfer never delays a voice command by more than the frame under way.
 */
#ifndef VDEV_MODEM_MUX_H
#define VDEV_MODEM_MUX_H

#include "vdev-modem/mux_frame.h"

#define MUX_DLC_COUNT	    8 /* DLCI 0 to 7 */
#define MUX_TX_BYTES	    8192
#define MUX_COMMAND_BYTES   36 /* of a control message's value */
#define MUX_COMMAND_COUNT   24
#define MUX_NEVER	    UINT64_MAX
#define MUX_RECOVERY_BYTES  7
#define MUX_PRIORITY_LOWEST 63

/* V.24 signals in MSC (TS 27.010 5.4.6.3.7). */
#define MUX_V24_FC  0x02 /* cannot accept frames */
#define MUX_V24_RTC 0x04
#define MUX_V24_RTR 0x08
#define MUX_V24_IC  0x40
#define MUX_V24_DV  0x80

enum mux_role { MUX_INITIATOR, MUX_RESPONDER };
enum mux_dlc_state { MUX_CLOSED, MUX_OPENING, MUX_OPEN, MUX_CLOSING, MUX_DLC_STATE_COUNT };

struct mux_params {
	enum mux_role role;
	enum mux_option option;
	bool ui;		/* data in UI frames: their check covers the data, UIH's does not */
	uint16_t n1;		/* MUX_N1_MIN to MUX_N1_MAX */
	uint8_t n2;		/* retries; TS 27.010 5.7.2: 3 */
	uint32_t t1_ms;		/* 5.7.1: 100 */
	uint32_t t2_ms;		/* 5.7.3: 300 */
	uint32_t keep_alive_ms; /* nothing heard for so long: TEST; 0: never */
};

struct mux_impl {
	/* Mandatory. Bytes that the line takes now without loss. */
	size_t (*room)(void *data);
	/* Mandatory. Never more than there was room for. Must not lead back into this module. */
	void (*send)(void *data, const uint8_t *bytes, size_t count);
	/* Mandatory. What came on a DLC, frame by frame. May write, but not open or close. */
	void (*received)(void *data, unsigned dlci, const uint8_t *bytes, size_t count);
	/* Optional. A DLC has opened or closed, for whatever reason. */
	void (*changed)(void *data, unsigned dlci, enum mux_dlc_state state);
	/* Optional. The other side's signals (MUX_V24_*). */
	void (*signals)(void *data, unsigned dlci, uint8_t v24);
	/* Optional. May the other side open this DLC? Without it: yes. */
	bool (*accepts)(void *data, unsigned dlci);
	/* Optional. All is over: the line is a plain one again. */
	void (*down)(void *data, const char *reason);
};

struct mux_dlc {
	enum mux_dlc_state state;
	uint8_t priority; /* 0 is the most urgent */
	uint16_t n1;
	bool peer_stopped; /* the other side's FC */
	bool stopped;	   /* ours */
	uint8_t v24;	   /* ours, without FC */
	uint8_t tries;
	uint64_t deadline_ns;
	uint32_t tx_first, tx_count;
	uint8_t tx[MUX_TX_BYTES];
};

/* A control message that waits for room, or for its response. */
struct mux_command {
	bool used, response, sent;
	uint8_t type, count, tries;
	uint64_t deadline_ns;
	uint8_t value[MUX_COMMAND_BYTES];
};

/* A frame without information that waits for room. */
struct mux_reply {
	uint8_t dlci, type;
	bool command, poll;
};

struct mux {
	const struct mux_impl *impl;
	void *data;
	struct mux_params params;
	bool up;	    /* DLC 0 is open */
	bool peer_off, off; /* FCoff of the other side; ours */
	bool asleep;	    /* the other side: PSC */
	bool drowsy;	    /* it will be, once it has our response */
	uint64_t now_ns, heard_ns;
	struct mux_decoder decoder;
	struct mux_dlc dlc[MUX_DLC_COUNT];
	struct mux_command command[MUX_COMMAND_COUNT];
	struct mux_reply reply[MUX_DLC_COUNT * 2];
	unsigned reply_count;
	uint32_t frame_count, refused_count, retry_count;
	uint8_t frame[MUX_FRAME_BYTES];
};

extern const uint8_t
	mux_recovery[MUX_RECOVERY_BYTES]; /* CLD as a modem left in multiplexed mode understands it */

const char *mux_dlc_state_str(enum mux_dlc_state state);

/* -EINVAL: parameters out of range. */
int mux_init(struct mux *mux, const struct mux_impl *impl, void *data, const struct mux_params *params);
/* Initiator: open a DLC; DLC 0 is opened first by itself. -EINVAL, -EALREADY. */
int mux_open(struct mux *mux, uint64_t now_ns, unsigned dlci);
int mux_close(struct mux *mux, uint64_t now_ns, unsigned dlci);
/* Close the multiplexer down (CLD), as far as the other side still listens. */
void mux_shut_down(struct mux *mux, uint64_t now_ns);
/* Smaller is more urgent; DLC 0 always comes first. */
void mux_set_priority(struct mux *mux, unsigned dlci, uint8_t priority);
/* Queue bytes; how many were taken (0 to count). -ENOTCONN: the DLC is not open. */
int mux_write(struct mux *mux, uint64_t now_ns, unsigned dlci, const uint8_t *bytes, size_t count);
size_t mux_write_room(const struct mux *mux, unsigned dlci);
/* Our V.24 signals; MUX_V24_FC in it stops the other side. */
void mux_set_signals(struct mux *mux, uint64_t now_ns, unsigned dlci, uint8_t v24);
/* FCoff and FCon: all data of the other side. */
void mux_stop_all(struct mux *mux, uint64_t now_ns, bool stop);
/* Tell the other side that it may sleep (PSC). */
void mux_sleep(struct mux *mux, uint64_t now_ns);
void mux_receive(struct mux *mux, uint64_t now_ns, const uint8_t *bytes, size_t count);
/* There is room on the line again. */
void mux_run(struct mux *mux, uint64_t now_ns);
void mux_tick(struct mux *mux, uint64_t now_ns);
uint64_t mux_deadline(const struct mux *mux);

#endif
