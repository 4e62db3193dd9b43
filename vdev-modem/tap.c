#include "vdev-modem/tap.h"
#include "vdev-modem/text.h"
#include "vdev/log.h"

#define CALL_MS	   20000 /* ATA, ATD: a network takes its time */
#define COMMAND_MS 3500

void tap_init(struct tap *tap, struct line *line, const struct tap_impl *impl, void *data)
{
	*tap = (struct tap){.impl = impl, .data = data, .line = line};
}

void tap_urc(struct tap *tap, const char *text)
{
	char framed[LINE_TEXT_BYTES + 8];
	size_t count = vdev_format(framed, sizeof(framed), "\r\n%s\r\n", text);

	tap->impl->receive(tap->data, framed, count);
}

static void take_information(void *data, const char *text)
{
	tap_urc(data, text);
}

/* In the words that the modem used; to silence the driver has time-outs of its own. */
static void take_done(void *data, enum line_result result, unsigned code)
{
	struct tap *tap = data;
	char text[32] = "OK";

	switch (result) {
	case LINE_OK: break;
	case LINE_CME: (void)vdev_format(text, sizeof(text), "+CME ERROR: %u", code); break;
	case LINE_CMS: (void)vdev_format(text, sizeof(text), "+CMS ERROR: %u", code); break;
	case LINE_NO_CARRIER: (void)text_copy(text, sizeof(text), "NO CARRIER"); break;
	case LINE_CONNECT: (void)text_copy(text, sizeof(text), "CONNECT"); break;
	case LINE_TIMEOUT: return;
	default: (void)text_copy(text, sizeof(text), "ERROR"); break;
	}
	/* The driver's answer may begin its next command. */
	if (result == LINE_OK && tap->releases && tap->impl->released)
		tap->impl->released(tap->data);
	tap_urc(tap, text);
}

static bool releases(const char *command)
{
	return text_equal(command, "AT+CHUP") || text_equal(command, "ATH") ||
	       text_begins(command, "AT+CHLD=0") || text_begins(command, "AT+CHLD=1");
}

static void submit(struct tap *tap, uint64_t now_ns)
{
	bool dials = text_begins(tap->text, "ATD"), calls = dials || text_begins(tap->text, "ATA");
	struct line_request request = {.priority = dials ? LINE_EMERGENCY : LINE_VOICE,
		.timeout_ms = calls ? CALL_MS : COMMAND_MS,
		.information = take_information,
		.done = take_done,
		.data = tap};

	/* The driver sends one at a time: what still waits, or is under way, it has given up. */
	line_give_up(tap->line, now_ns, tap);
	(void)text_copy(request.command, sizeof(request.command), tap->text);
	tap->releases = releases(tap->text);
	if (line_submit(tap->line, now_ns, &request))
		tap->dropped_count++;
}

void tap_send(struct tap *tap, uint64_t now_ns, const char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (bytes[i] != '\r') {
			tap->too_long |= tap->count + 1 >= sizeof(tap->text);
			if (!tap->too_long)
				tap->text[tap->count++] = bytes[i];
			continue;
		}
		tap->text[tap->count] = 0;
		if (tap->count && !tap->too_long)
			submit(tap, now_ns);
		tap->dropped_count += tap->too_long;
		tap->count = 0;
		tap->too_long = false;
	}
}
