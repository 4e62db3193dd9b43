/*
 * The call screens, drawn for a 480x800 portrait panel. The surface is premultiplied ARGB8888:
 * while ringing, a translucent card in the heads-up band at the top and nothing elsewhere; from
 * dialing to ended, an opaque full screen; idle, nothing at all.
 *
 * Drawing is a pure function of the model, and clipped by the canvas: whoever changes the model
 * asks ui_damage what to draw again.
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

struct ui_model {
	uint32_t state; /* enum pl_call_state */
	char number[48];
	char name[48];
	char note[32];	  /* why the call ended */
	char carrier[24]; /* operator; empty: unknown */
	char digits[24];  /* DTMF sent in this call */
	uint32_t seconds; /* length of the call */
	int signal;	  /* bars, 0 to UI_SIGNAL_BARS; -1: unknown */
	bool muted;
	bool silenced;	   /* the ringtone, by a key */
	bool headset;	   /* it is plugged in */
	bool volume_shown; /* for a moment after it was changed */
	uint8_t volume;	   /* 0 to UI_VOLUME_MAX */
	bool emergency;
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
