/*
 * The call's sound, on the partition's virtual card.
 *
 *   modem's voice line ─▶ sound_receive ─▶ frames of 20 ms ─▶ voice stream
 *                      ◀─ impl.send ◀───── frames of 20 ms ◀─ microphone stream
 *   ringtone.h ─▶ ring stream (while it rings), alert stream (the connection was lost)
 *
 * The voice streams are made ready while it rings, so that the first frame after the answer finds them
 * running; who is heard, where and how loud is not decided here but by the arbiter, from the call state and
 * from what sound_fill says of volume and muting. Knows no hardware but its virtio-snd device: bytes, keys
 * and time are passed in.
 */
#ifndef CALL_SOUND_H
#define CALL_SOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "abi/callstate.h"
#include "examples/handset/call/ringtone.h"
#include "frontends/rtos/sound.h"

#define SOUND_FRAME_MS	20
#define SOUND_FRAME_MAX 320 /* samples of 20 ms at 16 kHz */
#define SOUND_NEVER	UINT64_MAX

/*
 * The modem takes the answer to its frame when it sends the next one, SOUND_FRAME_MS later. Once the call has settled, room
 * for the answer is offered as late as can be, so that the answer is as much fresher. What is left of the 20 ms for waiting
 * is what neither the line takes, each way as long as the modem's frames do, nor the device, which makes an answer within a period of
 * its card, nor a reserve for a device that is late. The reserve is larger for the rest of a call in which more was needed.
 */
#define SOUND_PERIOD_US	     5000
#define SOUND_RESERVE_US     2500
#define SOUND_RESERVE_US_MAX 8000
#define SOUND_SETTLED_FRAMES 50 /* of the modem's, from the answer on: until then room is always there */

#define SOUND_VOLUME_MAX 10
#define KEY_VOLUMEDOWN	 114 /* Linux's input-event-codes.h */
#define KEY_VOLUMEUP	 115

/* Streams of the virtual card, by their number (docs/contract.md). */
enum call_stream {
	CALL_STREAM_VOICE,
	CALL_STREAM_RING,
	CALL_STREAM_ALERT,
	CALL_STREAM_MIC,
	CALL_STREAM_COUNT
};

struct call_sound_impl {
	/* Both mandatory. Samples to the modem. */
	void (*send)(void *data, const void *bytes, size_t count);
	/* Volume, silence or headset changed: screen and arbiter want to know. */
	void (*changed)(void *data);
};

struct call_sound {
	const struct call_sound_impl *impl;
	void *data;
	struct vsnd snd;
	uint32_t state;			      /* enum pl_call_state */
	uint32_t rate;			      /* of the modem's voice; 0: it has none */
	uint64_t until_ns[CALL_STREAM_COUNT]; /* a stream is wanted until then */
	struct ringtone tune[2];	      /* of the ring and the alert stream */
	bool silenced;			      /* the ringtone, by a volume key */
	bool headset;
	uint8_t volume;		  /* 0 to SOUND_VOLUME_MAX */
	uint64_t volume_until_ns; /* it is shown until then */

	/* the frame that is coming in on the line */
	uint8_t frame[2 * SOUND_FRAME_MAX];
	uint32_t fill;		    /* bytes of it */
	uint64_t first_ns, last_ns; /* when its first byte came, and the newest one */
	bool aligned;		    /* its first byte was the first after a pause */
	/* the answer to it */
	bool unanswered;
	uint32_t calm_frames; /* since the call was answered, SOUND_SETTLED_FRAMES at most */
	uint32_t line_us;     /* a frame's time on the line, averaged */
	uint32_t late_us;     /* what an answer of this call took beside the hold and a period, at most */
	uint32_t reserve_us;  /* kept for that: SOUND_RESERVE_US, or more */
	uint32_t hold_us;     /* from the frame's end to the offer */
	uint64_t offer_ns;    /* room for it is offered then */
	uint64_t asked_ns;    /* when the frame came that the room offered last is for; 0: it was filled */
	uint64_t now_ns;      /* of call_sound_run */
	/* the newest frame that the stream did not take yet */
	int16_t frame_kept[SOUND_FRAME_MAX];
	uint32_t kept; /* samples of it; 0: none */

	/* Since start. */
	uint32_t down_frames, up_frames;
	uint32_t torn_frames;	 /* incomplete before a pause */
	uint32_t refused_frames; /* for which the card had no room, or no stream ran: a newer one came */
};

/* How long an answer can wait for being asked for, after a frame that was on the line for line_us. */
static inline uint32_t call_sound_hold_us(uint32_t line_us, uint32_t reserve_us)
{
	uint32_t taken = 2 * line_us + SOUND_PERIOD_US + reserve_us;

	return taken < SOUND_FRAME_MS * 1000 ? SOUND_FRAME_MS * 1000 - taken : 0;
}

/* snd.mmio.name, base, memory and snd.area_addr are set by the caller. -EINVAL: vsnd_init. */
int call_sound_init(struct call_sound *s, uint64_t now_ns, const struct call_sound_impl *impl, void *data);
/* The modem's voice comes at 8000 or 16000 Hz, or (0) not at all. */
void call_sound_set_rate(struct call_sound *s, uint32_t rate);
/* The call's state changed; `lost`: because the modem or the connection failed. */
void call_sound_state(struct call_sound *s, uint64_t now_ns, enum pl_call_state state, bool lost);
/* Bytes from the modem's voice line. */
void call_sound_receive(struct call_sound *s, uint64_t now_ns, const void *bytes, size_t count);
/* A key went down that may be ours: true if it was. */
bool call_sound_key(struct call_sound *s, uint64_t now_ns, uint16_t code);
/* The device's interrupt or the deadline. True: call again after others. */
bool call_sound_run(struct call_sound *s, uint64_t now_ns);
uint64_t call_sound_deadline(const struct call_sound *s);
/* Gain of the voice at the set volume, per mille. */
uint32_t call_sound_permille(const struct call_sound *s);

#endif
