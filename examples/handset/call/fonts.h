/* The fonts of the call screens, made by tools/mkfont as examples/handset/assets/build.mk says. */
#ifndef CALL_FONTS_H
#define CALL_FONTS_H

#include "examples/handset/call/font.h"

extern const struct font font_small;	/* hints, status row */
extern const struct font font_body;	/* numbers, labels */
extern const struct font font_button;	/* on buttons */
extern const struct font font_name;	/* caller in the heads-up band */
extern const struct font font_title;	/* caller on the full screen */
extern const struct font font_initials; /* in the large avatar */
extern const struct font font_timer;	/* digits only */

#endif
