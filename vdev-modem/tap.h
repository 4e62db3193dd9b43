/*
 * Telephony's end of the real modem's line: an AT driver that believes it has the modem for itself (it sends lines and
 * hears answers in the modem's framing) shares it through this with the virtual modems, and comes first. What it sends
 * is trusted and not looked at, but for its urgency: emergency and call control pass everything that waits.
 */
#ifndef VDEV_MODEM_TAP_H
#define VDEV_MODEM_TAP_H

#include "vdev-modem/line.h"

struct tap_impl {
	/* Mandatory. Bytes for the driver, as from a modem. May call tap_send. */
	void (*receive)(void *data, const char *bytes, size_t count);
	/*
	 * Optional. The driver has ended a call (+CHUP, H, +CHLD=0 or 1) and the modem has said OK, to the driver alone:
	 * nobody else would hear of it.
	 */
	void (*released)(void *data);
};

struct tap {
	const struct tap_impl *impl;
	void *data;
	struct line *line;
	char text[LINE_COMMAND_BYTES];
	size_t count;
	bool too_long, releases; /* releases: the command under way ends a call */
	uint32_t dropped_count;
};

void tap_init(struct tap *tap, struct line *line, const struct tap_impl *impl, void *data);
/* Bytes of the driver: each line becomes a request. A new one takes the place of one that still waits. */
void tap_send(struct tap *tap, uint64_t now_ns, const char *bytes, size_t count);
/* An unsolicited line (struct line_impl's urc) for the driver. */
void tap_urc(struct tap *tap, const char *text);

#endif
