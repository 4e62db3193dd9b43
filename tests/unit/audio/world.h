/*
 * A phone's sound in one process: a call partition and a Linux, each with a virtual sound card and an honest
 * driver, the engine, the arbiter's decisions, a card in virtual time with a queue and, if wanted, a room
 * between its loudspeaker and its microphone; a modem with a clock of its own.
 */
#ifndef TESTS_UNIT_AUDIO_WORLD_H
#define TESTS_UNIT_AUDIO_WORLD_H

#include "backends/speex/speex.h"
#include "tests/unit/audio/rig.h"
#include "vdev-audio/audio.h"

#define WORLD_RATE    48000u
#define WORLD_PERIOD  240u /* 5 ms */
#define WORLD_CALL    0u
#define WORLD_LINUX   1u
#define WORLD_QUEUED  (2 * WORLD_PERIOD) /* frames that the card has when a period is due */
#define WORLD_SECONDS 1200u

/* Streams of the call partition's card. */
enum { CALL_VOICE, CALL_RING, CALL_ALERT, CALL_MIC, CALL_STREAMS };
/* Streams of Linux's card. */
enum { LINUX_MEDIA, LINUX_NAVIGATION, LINUX_MIC, LINUX_STREAMS };
/* Channels of the card. */
enum { EAR, SPEAKER, HEADSET_LEFT, HEADSET_RIGHT, WORLD_CHANNELS };

struct world_tone {
	double hz, level; /* of full scale */
	uint64_t at;	  /* frames so far */
};

struct world {
	struct rig call, linux_side;
	struct speex speex;
	struct audio audio;
	struct decision decision;
	bool deaf; /* nothing came from the microphone in time */
	int32_t in[WORLD_PERIOD], out[WORLD_CHANNELS * WORLD_PERIOD];
	uint64_t frame; /* of the card */
	/* what a player in Linux plays, and how well it keeps up */
	struct world_tone media;
	bool media_on;
	/* the modem */
	bool modem_on;
	double modem_due;     /* card frame at which its next frame of 20 ms is complete */
	double modem_arrives; /* and at which it is here */
	double modem_ppm;     /* its clock against the card's: + is faster */
	double modem_late;    /* the largest delay of a frame on its way, in card frames: random */
	double modem_hold; /* room for the answer is there so many card frames after its frame; 0: always */
	double room_due;   /* card frame at which it is next; 0: at none */
	unsigned rooms_out;
	uint32_t modem_rate;
	uint64_t modem_frame;					/* of the modem, sent so far */
	int16_t (*modem_says)(struct world *w, uint64_t frame); /* NULL: a tone of 440 Hz */
	void (*modem_hears)(struct world *w, const int16_t *frame, uint32_t count);
	void *data;
	uint32_t seed;
};

void world_start(struct world *w);
void world_finish(struct world *w);
/* A decision of the arbiter, made of what holds and what is done to whom. */
void world_hold(struct world *w, unsigned role, unsigned partition);
void world_drop(struct world *w, unsigned role);
void world_act(struct world *w, unsigned role, unsigned action, unsigned permille, uint32_t ramp_ms);
void world_decide(struct world *w);
/* The voice streams of the call partition start, at 8000 or 16000 Hz, with a modem that sends. */
void world_call(struct world *w, uint32_t rate, double ppm);
/* Linux plays a tone. */
void world_play(struct world *w, double hz, double level, uint32_t rate);
/* One period of the card; w->in was set by the caller (or is silence), w->out is what was played. */
void world_period(struct world *w);

/* The next sample of a tone, 32 bits. */
int32_t world_tone(struct world_tone *tone, uint32_t rate);
uint32_t world_random(struct world *w);

#endif
