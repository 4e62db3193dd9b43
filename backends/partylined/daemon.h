/*
 * partylined: the phone (phone.h) bound to a hypervisor, a display and a keypad.
 *
 *   main.c      options, set-up, the loop
 *   devices.c   what the hypervisor says there is to serve
 *   display.c   libdrm, or memory when headless
 *   sound.c     sound cards and the audio thread      control.c  the control socket
 *   keys.c      what the virtual keypads have    rules.c  the policy file
 *   hvmmio.c    the transport          callpage.c  the call state          hv.c  /dev/partyline
 *
 * One thread but for sound, and it never sleeps but in epoll_wait. Work per wake-up is bounded, and the
 * telephony partition's queues come before and between all others'.
 */
#ifndef BACKENDS_PARTYLINED_DAEMON_H
#define BACKENDS_PARTYLINED_DAEMON_H

#include "abi/config.h"
#include "backends/drm/output.h"
#include "backends/evdev/keypad.h"
#include "backends/network/network.h"
#include "backends/null/output.h"
#include "backends/partylined/callpage.h"
#include "backends/partylined/control.h"
#include "backends/partylined/hv.h"
#include "backends/partylined/hvmmio.h"
#include "backends/partylined/phone.h"
#include "backends/partylined/sound.h"

struct options {
	const char *policy;
	const char *
		network; /* network.conf; without such a file each partition has a port, and there is no uplink */
	const char *sound; /* sound.conf; without such a file the reference handset's card and streams */
	const char *card;  /* NULL: the first with a display */
	int card_fd;	   /* the card, opened and kept open by who started us; -1: none */
	const char *png;   /* headless: where a picture is left at the end; NULL: a real display */
	bool real_time;
	const char *question; /* to the partylined that runs, instead of being one */
};

struct daemon_bank {
	void *memory;
	void *state;
	uint64_t state_bytes;
	uint64_t state_used; /* handed out to devices, in the order of their indices */
	struct pl_ioc_map_info info;
};

struct daemon {
	struct options options;
	struct hv hv;
	struct phone phone;
	struct keypad keypad;
	struct network network;
	struct sound_host sound;
	struct control control;
	struct drm_output drm;
	struct null_output null;
	struct output *output;
	struct daemon_bank bank[PL_MAX_BANKS];
	struct hvmmio device[PL_MAX_DEVICES]; /* the telephony partition's first */
	unsigned device_count;
	unsigned telephony_count;
	const struct pl_call_page *call_page; /* NULL: there is none */
	int epoll_fd, timer_fd, signal_fd;
	bool sound_late; /* orders to the audio thread are still to be posted */
	bool stop;
};

uint64_t clock_ns(void);

/* Find, make and start all devices. Negative errno, logged. */
int devices_start(struct daemon *d);
/* One bounded round over all devices; true: call again without waiting. */
bool devices_serve(struct daemon *d);

/* Open the display that the options name; sets d->output. Negative errno, logged. */
int display_open(struct daemon *d);
/* Its file descriptor to wait for, or -1. */
int display_fd(const struct daemon *d);
void display_dispatch(struct daemon *d);
void display_close(struct daemon *d);

#endif
