/*
 * From bytes of a client to AT command lines (V.250 5.2), whatever the bytes are.
 *
 *            'A'           'T'            CR: a line
 *   HUNT ---------> GOT_A ------> LINE -----------------> HUNT
 *     ^               |
 *     `---------------+  '/': repeat the last line; another byte: not for us
 *
 *   at_reader_payload ------> PAYLOAD -- Ctrl-Z: a payload, ESC: cancelled --> HUNT
 *
 * Bytes that no AT precedes (a binary probe, the rest of a refused message) are passed over. A line or
 * payload that is too long is reported as such at its end, and nothing of it is ever looked at.
 */
#ifndef VDEV_MODEM_AT_READER_H
#define VDEV_MODEM_AT_READER_H

#include <stdbool.h>
#include <stddef.h>

#define AT_BODY_BYTES 512 /* a body with its NUL; V.250 5.2.1 asks for 40, a PDU (TS 27.005) for 360 */

enum at_reader_state { AT_READER_HUNT, AT_READER_GOT_A, AT_READER_LINE, AT_READER_PAYLOAD };

enum at_event {
	AT_EVENT_NONE,
	AT_EVENT_LINE,	   /* text: what stands behind AT */
	AT_EVENT_REPEAT,   /* A/: text is the last line's, empty if there was none */
	AT_EVENT_PAYLOAD,  /* text: what stands before Ctrl-Z */
	AT_EVENT_CANCEL,   /* ESC instead of a payload */
	AT_EVENT_TOO_LONG, /* a line or a payload */
};

struct at_reader {
	enum at_reader_state state;
	size_t count;
	bool too_long;
	char text[AT_BODY_BYTES];
	char last[AT_BODY_BYTES];
};

const char *at_reader_state_str(enum at_reader_state state);
void at_reader_init(struct at_reader *reader);
/*
 * Takes one byte. *echo says whether it is to be echoed, if the client wants that: only bytes of a
 * line or payload are. text is valid until the next byte.
 */
enum at_event at_reader_byte(struct at_reader *reader, char c, bool *echo);
/* A prompt was given: what comes now is no command. */
void at_reader_payload(struct at_reader *reader);

#endif
