/*
 * The call screens, drawn for a 480x800 portrait panel. The surface is premultiplied ARGB8888:
 * while ringing, or with something to ask or to say and no call, a translucent card in the heads-up band at the top and
 * nothing elsewhere; from dialing to ended, and with the dialler, an opaque full screen, over which the card lies if
 * somebody waits or asks meanwhile; idle, nothing at all.
 *
 * Drawing is a pure function of the model, and clipped by the canvas: whoever changes the model
 * asks ui_damage what to draw again.
 *
 * ui.c: what is drawn and what must be drawn again; ui_card.c: the card; ui_call.c: calls; ui_dialler.c: the dialler.
 */
#ifndef CALL_UI_H
#define CALL_UI_H

#include <stdbool.h>
#include <stdint.h>
#include "abi/callstate.h"
#include "examples/handset/call/canvas.h"

#define UI_WIDTH       480
#define UI_HEIGHT      800
#define UI_BAND_HEIGHT 184

#define UI_SIGNAL_BARS 4
#define UI_VOLUME_MAX  10

/* What the card asks. */
enum ui_question { UI_ASK_NOTHING, UI_ASK_DIAL, UI_ASK_MESSAGE, UI_ASK_CODE, UI_ASK_OTHER };

struct ui_model {
	uint32_t state; /* enum pl_call_state */
	char number[48];
	char name[48];
	char note[40];	  /* why the call ended, or what has just become of another */
	char carrier[24]; /* operator; empty: unknown */
	char digits[24];  /* DTMF sent in this call */
	uint32_t seconds; /* length of the call */
	int signal;	  /* bars, 0 to UI_SIGNAL_BARS; -1: unknown */
	bool muted;
	bool silenced;	   /* the ringtone, by a key */
	bool speaker;	   /* speakerphone */
	bool headset;	   /* it is plugged in */
	bool volume_shown; /* for a moment after it was changed */
	uint8_t volume;	   /* 0 to UI_VOLUME_MAX */
	bool on_hold;	   /* nobody is talked to */
	bool emergency;
	bool no_modem; /* lost, and being recovered */

	/* The others. */
	uint32_t parties; /* in a conference; below 2: there is none */
	char held[48];	  /* name or number of who is on hold; empty: nobody */
	bool waiting;	  /* somebody waits: */
	char waiting_number[48];
	char waiting_name[48];

	/* Without a call, or beside it. */
	bool dialler;
	char typed[32];
	bool typed_emergency; /* it is an emergency number */
	uint32_t question;    /* enum ui_question */
	char asker[16];	      /* who asks */
	char asked[48];	      /* the number */
};

/* Draw what lies inside the canvas's clip, background included. */
void ui_draw(struct canvas *canvas, const struct ui_model *model);
/* What must be drawn again to go from one model to the other; empty if nothing. */
struct rect ui_damage(const struct ui_model *from, const struct ui_model *to);
/* "03:07", or "1:02:03" past an hour. */
void ui_format_duration(uint32_t seconds, char *to, unsigned bytes);
/* Up to two initials in capitals, or empty if the name has no letter or digit to show. */
void ui_initials(const char *name, char to[9]);

#endif
