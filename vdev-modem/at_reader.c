#include "vdev-modem/at_reader.h"
#include "vdev-modem/text.h"

#define BACKSPACE 0x08
#define CTRL_Z	  0x1a
#define ESCAPE	  0x1b
#define DELETE	  0x7f

const char *at_reader_state_str(enum at_reader_state state)
{
	static const char *const names[] = {"hunt", "got A", "line", "payload"};

	return (unsigned)state < sizeof(names) / sizeof(names[0]) ? names[state] : "?";
}

static void begin(struct at_reader *r, enum at_reader_state state)
{
	r->state = state;
	r->count = 0;
	r->too_long = false;
}

void at_reader_init(struct at_reader *r)
{
	begin(r, AT_READER_HUNT);
	r->text[0] = r->last[0] = 0;
}

void at_reader_payload(struct at_reader *r)
{
	begin(r, AT_READER_PAYLOAD);
}

static void store(struct at_reader *r, char c)
{
	if (c == BACKSPACE || c == DELETE)
		r->count -= r->count > 0;
	else if (r->count + 1 < sizeof(r->text))
		r->text[r->count++] = c;
	else
		r->too_long = true;
}

static enum at_event end(struct at_reader *r, enum at_event event)
{
	bool too_long = r->too_long;

	r->text[r->count] = 0;
	begin(r, AT_READER_HUNT);
	return too_long ? AT_EVENT_TOO_LONG : event;
}

static enum at_event hunt(struct at_reader *r, char c, bool *echo)
{
	bool after_a = r->state == AT_READER_GOT_A;

	c = text_upper(c);
	*echo = c == 'A' || (after_a && (c == 'T' || c == '/'));
	r->state = c == 'A' ? AT_READER_GOT_A : AT_READER_HUNT;
	if (after_a && c == 'T')
		begin(r, AT_READER_LINE);
	if (!after_a || c != '/')
		return AT_EVENT_NONE;
	__builtin_memcpy(r->text, r->last, sizeof(r->text));
	return AT_EVENT_REPEAT;
}

static enum at_event line(struct at_reader *r, char c, bool *echo)
{
	enum at_event event;

	*echo = true;
	if (c == '\r') {
		event = end(r, AT_EVENT_LINE);
		/* A line that was too long is not there to be repeated either. */
		__builtin_memcpy(r->last, r->text, sizeof(r->last));
		if (event == AT_EVENT_TOO_LONG)
			r->last[0] = 0;
		return event;
	}
	/* V.250 5.2.2: control characters other than those that edit are ignored. */
	*echo = (unsigned char)c >= 0x20 || c == BACKSPACE;
	if (*echo)
		store(r, c);
	return AT_EVENT_NONE;
}

static enum at_event payload(struct at_reader *r, char c, bool *echo)
{
	*echo = (unsigned char)c >= 0x20;
	if (c == CTRL_Z)
		return end(r, AT_EVENT_PAYLOAD);
	if (c == ESCAPE) {
		r->too_long = false;
		return end(r, AT_EVENT_CANCEL);
	}
	if ((unsigned char)c >= 0x20 || c == BACKSPACE || c == '\r' || c == '\n')
		store(r, c);
	return AT_EVENT_NONE;
}

enum at_event at_reader_byte(struct at_reader *r, char c, bool *echo)
{
	switch (r->state) {
	case AT_READER_LINE: return line(r, c, echo);
	case AT_READER_PAYLOAD: return payload(r, c, echo);
	default: return hunt(r, c, echo);
	}
}
