/*
 * partylined's sound: the virtual sound cards (vdev-audio), the real one, and the audio thread between them.
 *
 *   main thread                            audio thread (SCHED_FIFO, above the main one)
 *   decisions, policy, mute ──orders──▶    queues of the devices, mixer, card: once a period
 *   claims of roles ◀──running streams──   │
 *   log ◀──lines──                         │     keeper thread: opens the card when it comes
 *
 * A stream that runs claims its role; what that does to others is the arbiter's decision, which comes back
 * as an order. Voice, emergency and ring follow the call and are not claimed.
 */
#ifndef BACKENDS_PARTYLINED_SOUND_H
#define BACKENDS_PARTYLINED_SOUND_H

#include "backends/alsa/alsa.h"
#include "backends/alsa/keeper.h"
#include "backends/alsa/thread.h"
#include "backends/partylined/hvmmio.h"
#include "backends/partylined/phone.h"
#include "backends/sound/conf.h"
#include "backends/speex/speex.h"
#include "backends/wav/wav.h"

#define SOUND_REPORT_BYTES 8192

struct sound_host {
	/* main thread */
	struct sound_conf conf;
	struct sound device[AUDIO_DEVICE_MAX];
	struct hvmmio transport[AUDIO_DEVICE_MAX];
	unsigned device_count;
	uint32_t posted_decision; /* number of the last one posted */
	uint32_t posted_state;	  /* of the phone, by that one */
	unsigned posted_policy;	  /* struct phone's ruling when it was posted */
	bool posted_muted, posted_speaker, posted_headset;
	bool headset;			       /* in */
	bool asked, asked_posted;	       /* for a report; the order is out */
	uint32_t posted_voice;		       /* per mille */
	uint32_t claims_seen, claims_decision; /* streams and decision at the last look at the claims */
	bool owes;			       /* an order found the ring full */
	uint32_t life[AUDIO_DEVICE_MAX];       /* of each device's driver, counted by the hypervisor */
	int kick_fd;			       /* wakes the audio thread before its period */
	/* audio thread, once it runs */
	struct speex speex;
	struct audio audio;
	struct audio_thread thread;
	struct audio_card *card; /* one of these two */
	struct alsa_card alsa;
	struct wav_card wav;
	bool begun;
	uint32_t live; /* bit per device with a driver: set by the audio thread */
	/* both */
	struct alsa_keeper keeper;
	bool report_done;		 /* set by the audio thread, after the text */
	char report[SOUND_REPORT_BYTES]; /* the audio thread's while asked_posted and not report_done */
	int wake_fd;			 /* readable: streams began or ended, or a line was logged */
};

/*
 * Make the mixer and its card by `policy` and the file `path`, without a thread yet. Without such a file, or with
 * one that is refused (logged), by the reference handset's. Negative errno, logged.
 */
int sound_open(struct sound_host *host, const struct policy *policy, const char *path);
/* A sound card for partition `p`, named `name`. NULL: refused, logged. Before sound_begin. */
struct vdev *sound_add(struct sound_host *host, const struct policy *policy, unsigned p, const char *name,
	void *state, uint64_t state_bytes);
/* Where its transport is to be kept; of the device added last. */
struct hvmmio *sound_transport(struct sound_host *host);
/* All devices are there: from now on the audio thread has them. Negative errno, logged. */
int sound_begin(struct sound_host *host, struct phone *phone);
/* After every wake-up, and whenever the phone may have decided. True: call again within a period. */
bool sound_sync(struct sound_host *host, struct phone *phone, uint64_t now_ns);
/*
 * Ask for a report; sound_answer has it, once, after the audio thread wrote it (wake_fd tells). NULL: not yet,
 * or nobody asked.
 */
void sound_ask(struct sound_host *host);
const char *sound_answer(struct sound_host *host);
/* A headset's plug came or went. */
void sound_headset(struct sound_host *host, bool in);
/* wake_fd is readable. */
void sound_dispatch(struct sound_host *host);
void sound_end(struct sound_host *host);

#endif
