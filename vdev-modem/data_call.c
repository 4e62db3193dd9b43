#include <errno.h>
#include "vdev-modem/data_call.h"
#include "vdev-modem/text.h"
#include "vdev/log.h"

#define NS_PER_MS   1000000ull
#define SETTING_MS  5000
#define CONNECT_MS  60000 /* a network takes its time */
#define ENDING_MS   300	  /* what was sent before the carrier went */
#define CLOSING_MS  2000
#define STOP_BYTES  (DATA_CALL_RING_BYTES / 2) /* what is on its way still fits behind it */
#define GO_BYTES    (DATA_CALL_RING_BYTES / 8)
#define READY	    (MUX_V24_RTC | MUX_V24_RTR | MUX_V24_DV)
#define PIECE_BYTES 256

const char *data_call_state_str(enum data_call_state state)
{
	static const char *const names[DATA_CALL_STATE_COUNT] = {
		"idle", "dialling", "online", "ending", "closing"};

	return (unsigned)state < DATA_CALL_STATE_COUNT ? names[state] : "?";
}

static bool online(const struct data_call *d)
{
	return d->state == DATA_CALL_ONLINE || d->state == DATA_CALL_ENDING;
}

static void set_state(struct data_call *d, enum data_call_state state)
{
	vdev_log(VDEV_LOG_INFO, "modem data: %s -> %s", data_call_state_str(d->state),
		data_call_state_str(state));
	d->state = state;
	d->deadline_ns = MUX_NEVER;
}

static void signals(struct data_call *d, uint8_t v24)
{
	uplink_set_signals(d->uplink, d->now_ns, UPLINK_DATA, v24 | (d->stopped ? MUX_V24_FC : 0));
}

/*
 * To the client.
 */

static void flush(struct data_call *d)
{
	while (d->count) {
		size_t part = DATA_CALL_RING_BYTES - d->first, room = d->impl->room(d->data);

		part = d->count < part ? d->count : part;
		part = room < part ? room : part;
		if (!part)
			break;
		d->impl->send(d->data, d->ring + d->first, part);
		d->first = (d->first + (uint32_t)part) % DATA_CALL_RING_BYTES;
		d->count -= (uint32_t)part;
	}
	if (d->stopped && d->count <= GO_BYTES) {
		d->stopped = false;
		signals(d, READY);
	}
}

static void to_client(struct data_call *d, const char *bytes, size_t count)
{
	for (size_t i = 0; i < count && d->count < DATA_CALL_RING_BYTES; i++)
		d->ring[(d->first + d->count++) % DATA_CALL_RING_BYTES] = bytes[i];
	flush(d);
	if (!d->stopped && d->count > STOP_BYTES) {
		d->stopped = true;
		signals(d, READY);
	}
}

/*
 * Beginning and ending.
 */

static void over(struct data_call *d, bool tell)
{
	flush(d);
	line_cancel(&d->line, d->now_ns, d);
	d->first = d->count = 0;
	d->stopped = false;
	set_state(d, DATA_CALL_IDLE);
	signals(d, READY);
	if (tell)
		d->impl->down(d->data);
}

static void dialled(void *data, enum line_result result, unsigned code)
{
	struct data_call *d = data;

	(void)code;
	if (d->state != DATA_CALL_DIALLING)
		return;
	if (result != LINE_CONNECT) {
		vdev_log(VDEV_LOG_WARN, "modem data: no connection: %s", line_result_str(result));
		over(d, true);
		return;
	}
	set_state(d, DATA_CALL_ONLINE);
	d->impl->up(d->data);
}

static int submit(struct data_call *d, const char *command, uint32_t timeout_ms,
	void (*done)(void *data, enum line_result result, unsigned code))
{
	struct line_request request = {
		.priority = LINE_CONTROL, .timeout_ms = timeout_ms, .done = done, .data = d};

	return text_copy(request.command, sizeof(request.command), command)
		       ? line_submit(&d->line, d->now_ns, &request)
		       : -EINVAL;
}

/* TS 23.003 9.1: labels of letters, digits and -. */
static bool is_apn(const char *apn)
{
	for (; *apn; apn++)
		if (!text_is_digit(*apn) && !(text_upper(*apn) >= 'A' && text_upper(*apn) <= 'Z') &&
			!text_in(*apn, ".-"))
			return false;
	return true;
}

int data_call_dial(struct data_call *d, uint64_t now_ns, unsigned context, const char *apn)
{
	char command[LINE_COMMAND_BYTES];

	d->now_ns = now_ns;
	if (!uplink_has(d->uplink, UPLINK_DATA))
		return -ENODEV;
	if (d->state != DATA_CALL_IDLE)
		return -EBUSY;
	if (context < 1 || context > 9 || !is_apn(apn) || text_length(apn) >= DATA_CALL_APN_BYTES)
		return -EINVAL;
	set_state(d, DATA_CALL_DIALLING);
	signals(d, READY);
	(void)vdev_format(command, sizeof(command), "AT+CGDCONT=%u,\"IP\",\"%s\"", context, apn);
	(void)submit(d, "ATE0", SETTING_MS, NULL);
	if (apn[0])
		(void)submit(d, command, SETTING_MS, NULL);
	(void)vdev_format(command, sizeof(command), "ATD*99***%u#", context);
	return submit(d, command, CONNECT_MS, dialled);
}

void data_call_hang_up(struct data_call *d, uint64_t now_ns)
{
	d->now_ns = now_ns;
	if (d->state == DATA_CALL_IDLE || d->state == DATA_CALL_CLOSING)
		return;
	line_cancel(&d->line, now_ns, d);
	d->first = d->count = 0;
	d->stopped = false;
	set_state(d, DATA_CALL_CLOSING);
	d->deadline_ns = now_ns + CLOSING_MS * NS_PER_MS;
	signals(d, MUX_V24_RTR); /* DTR off: V.250 6.2.6, &D2 */
}

/*
 * The pipe.
 */

size_t data_call_room(const struct data_call *d)
{
	return online(d) ? uplink_write_room(d->uplink, UPLINK_DATA) : 0;
}

void data_call_send(struct data_call *d, uint64_t now_ns, const char *bytes, size_t count)
{
	int taken;

	d->now_ns = now_ns;
	if (!online(d))
		return;
	taken = uplink_write(d->uplink, now_ns, UPLINK_DATA, bytes, count);
	d->up_bytes += taken > 0 ? (uint64_t)taken : 0;
}

void data_call_run(struct data_call *d, uint64_t now_ns)
{
	d->now_ns = now_ns;
	if (online(d))
		flush(d);
}

void data_call_receive(struct data_call *d, uint64_t now_ns, const void *bytes, size_t count)
{
	const char *b = bytes;

	d->now_ns = now_ns;
	/* The byte that ends CONNECT is the last one of the dialogue. */
	for (; count && !online(d); b++, count--)
		line_receive(&d->line, now_ns, b, 1);
	d->down_bytes += count;
	if (count)
		to_client(d, b, count);
}

void data_call_signals(struct data_call *d, uint64_t now_ns, uint8_t v24)
{
	d->now_ns = now_ns;
	if (v24 & MUX_V24_DV)
		return;
	if (d->state == DATA_CALL_ONLINE) {
		set_state(d, DATA_CALL_ENDING);
		d->deadline_ns = now_ns + ENDING_MS * NS_PER_MS;
	} else if (d->state == DATA_CALL_CLOSING) {
		over(d, false);
	}
}

void data_call_channel_changed(struct data_call *d, uint64_t now_ns)
{
	d->now_ns = now_ns;
	if (d->state != DATA_CALL_IDLE && !uplink_has(d->uplink, UPLINK_DATA))
		over(d, d->state != DATA_CALL_CLOSING);
}

static void line_send(void *data, const char *bytes, size_t count)
{
	struct data_call *d = data;

	(void)uplink_write(d->uplink, d->now_ns, UPLINK_DATA, bytes, count);
}

/* NO CARRIER of the call that was hung up; what else is unsolicited comes on call control's channel too. */
static void line_urc(void *data, const char *text)
{
	struct data_call *d = data;

	if (d->state == DATA_CALL_CLOSING && text_equal(text, "NO CARRIER"))
		over(d, false);
}

static const struct line_impl line_impl = {.send = line_send, .urc = line_urc};

void data_call_init(struct data_call *d, const struct data_call_impl *impl, void *data, struct uplink *uplink)
{
	__builtin_memset(d, 0, sizeof(*d));
	d->impl = impl;
	d->data = data;
	d->uplink = uplink;
	d->deadline_ns = MUX_NEVER;
	line_init(&d->line, &line_impl, d);
}

void data_call_tick(struct data_call *d, uint64_t now_ns)
{
	d->now_ns = now_ns;
	line_tick(&d->line, now_ns);
	if (now_ns >= d->deadline_ns && d->state != DATA_CALL_IDLE)
		over(d, d->state == DATA_CALL_ENDING);
}

uint64_t data_call_deadline(const struct data_call *d)
{
	uint64_t due = line_deadline(&d->line);

	return d->deadline_ns < due ? d->deadline_ns : due;
}
