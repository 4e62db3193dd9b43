#include <errno.h>
#include "vdev-modem/text.h"
#include "vdev-modem/uplink.h"
#include "vdev/log.h"

#define NS_PER_MS    1000000ull
#define RECOVER_MS   150 /* until a modem that was multiplexed speaks AT again */
#define ASK_MS	     300
#define ENTER_MS     1000
#define OPEN_MS	     5000
#define REOPEN_MS    1000
#define ASK_TRIES    2
#define ENTER_TRIES  2
#define REFUSALS_MAX 3
#define FAILURES_MAX 5 /* then it is taken for a modem that only says that it could */
#define T1_MS	     100
#define T2_MS	     300
#define RETRIES	     3

const struct uplink_conf uplink_conf_default = {.mode = UPLINK_MODE_OFF,
	.n1 = 127,
	.keep_alive_ms = 10000,
	.dlci = {[UPLINK_CALL] = 1, [UPLINK_CLIENT] = 2, [UPLINK_DATA] = 3}};

const char *uplink_state_str(enum uplink_state state)
{
	static const char *const names[UPLINK_STATE_COUNT] = {
		"recovering", "asking", "entering", "opening", "multiplexed", "plain"};

	return (unsigned)state < UPLINK_STATE_COUNT ? names[state] : "?";
}

const char *uplink_channel_str(enum uplink_channel channel)
{
	static const char *const names[UPLINK_CHANNEL_COUNT] = {"call", "voice", "linux", "data"};

	return (unsigned)channel < UPLINK_CHANNEL_COUNT ? names[channel] : "?";
}

static int check_channels(const struct uplink_conf *conf)
{
	uint32_t used = 0;

	for (unsigned i = 0; i < UPLINK_CHANNEL_COUNT; i++) {
		unsigned dlci = conf->dlci[i];

		if (dlci >= MUX_DLC_COUNT || (dlci && used & 1u << dlci) || (i == UPLINK_CALL && !dlci)) {
			vdev_log(VDEV_LOG_ERROR,
				"modem line: channel %s: DLCI %u is out of range 1 to %d, or taken",
				uplink_channel_str((enum uplink_channel)i), dlci, MUX_DLC_COUNT - 1);
			return -EINVAL;
		}
		used |= 1u << dlci;
	}
	return 0;
}

int uplink_init(struct uplink *u, const struct uplink_impl *impl, void *data, const struct uplink_conf *conf)
{
	if (check_channels(conf))
		return -EINVAL;
	if (conf->n1 < MUX_N1_MIN || conf->n1 > MUX_N1_MAX) {
		vdev_log(VDEV_LOG_ERROR, "modem line: frame size %u, limits %d to %d", conf->n1, MUX_N1_MIN,
			MUX_N1_MAX);
		return -EINVAL;
	}
	__builtin_memset(u, 0, sizeof(*u));
	u->impl = impl;
	u->data = data;
	u->conf = *conf;
	u->deadline_ns = MUX_NEVER;
	return 0;
}

static void wait(struct uplink *u, uint32_t ms)
{
	u->deadline_ns = u->now_ns + ms * NS_PER_MS;
}

static void send_text(struct uplink *u, const char *text)
{
	u->count = 0;
	u->impl->send(u->data, (const uint8_t *)text, text_length(text));
}

static void enter_state(struct uplink *u, enum uplink_state state)
{
	bool was_up = u->state == UPLINK_MULTIPLEXED || u->state == UPLINK_PLAIN;
	bool up = state == UPLINK_MULTIPLEXED || state == UPLINK_PLAIN;

	u->state = state;
	u->deadline_ns = MUX_NEVER;
	if (up)
		vdev_log(VDEV_LOG_INFO, "modem line: %s", uplink_state_str(state));
	if (up || was_up)
		u->impl->changed(u->data);
}

/*
 * Bringing it up.
 */

/* CLD in either option; what is in plain mode takes it for noise in front of a line end. */
static void recover(struct uplink *u)
{
	const struct mux_frame close = {
		.command = true, .type = MUX_UIH, .info = (const uint8_t *)"\xc3\x01", .count = 2};
	uint8_t frame[2 * MUX_HEADER_BYTES + 8];

	enter_state(u, UPLINK_RECOVERING);
	u->trying = (enum uplink_mode)u->conf.mode;
	u->tries = u->refusals = 0;
	u->impl->send(u->data, mux_recovery, sizeof(mux_recovery));
	u->impl->send(u->data, frame, mux_frame_encode(MUX_ADVANCED, &close, frame));
	wait(u, RECOVER_MS);
}

static void ask(struct uplink *u)
{
	enter_state(u, UPLINK_ASKING);
	/* ESC leaves a prompt; the first return ends whatever stands on the line. */
	send_text(u, "\x1b\rAT\r");
	wait(u, ASK_MS);
}

static void enter(struct uplink *u)
{
	char text[48];

	enter_state(u, UPLINK_ENTERING);
	/* TS 27.007 5.7; 5 is 115200 bit/s. */
	(void)vdev_format(
		text, sizeof(text), "AT+CMUX=%u,0,5,%u\r", u->trying == UPLINK_MODE_ADVANCED, u->conf.n1);
	send_text(u, text);
	wait(u, ENTER_MS);
}

static const struct mux_impl mux_impl;

static void open_channels(struct uplink *u)
{
	const struct mux_params params = {.role = MUX_INITIATOR,
		.option = u->trying == UPLINK_MODE_ADVANCED ? MUX_ADVANCED : MUX_BASIC,
		.n1 = u->conf.n1,
		.n2 = RETRIES,
		.t1_ms = T1_MS,
		.t2_ms = T2_MS,
		.keep_alive_ms = u->conf.keep_alive_ms};

	enter_state(u, UPLINK_OPENING);
	(void)mux_init(&u->mux, &mux_impl, u, &params); /* uplink_init has looked at N1 */
	u->down = false;
	for (unsigned i = 0; i < UPLINK_CHANNEL_COUNT; i++) {
		if (!u->conf.dlci[i])
			continue;
		mux_set_priority(&u->mux, u->conf.dlci[i], (uint8_t)(1 + i));
		(void)mux_open(&u->mux, u->now_ns, u->conf.dlci[i]);
	}
	wait(u, OPEN_MS);
}

static void refused(struct uplink *u)
{
	/* One may be the line's fault. */
	if (++u->refusals < REFUSALS_MAX) {
		u->tries = 0;
		ask(u);
		return;
	}
	u->refusals = 0;
	if (u->trying == UPLINK_MODE_ADVANCED) {
		u->trying = UPLINK_MODE_BASIC;
		u->tries = 0;
		enter(u);
		return;
	}
	vdev_log(VDEV_LOG_WARN,
		"modem line: the modem does not multiplex: no data, and Linux waits for calls");
	enter_state(u, UPLINK_PLAIN);
}

static void no_answer(struct uplink *u, unsigned most, void (*again)(struct uplink *u))
{
	if (++u->tries < most)
		again(u);
	else
		recover(u);
}

static void failed_to_open(struct uplink *u)
{
	u->failures++;
	vdev_log(VDEV_LOG_WARN, "modem line: the multiplexer does not come up (%u in a row)", u->failures);
	recover(u);
	if (u->failures >= FAILURES_MAX)
		u->trying = UPLINK_MODE_OFF;
}

static void take_answer(struct uplink *u)
{
	bool ok = text_equal(u->text, "OK");
	bool error = text_equal(u->text, "ERROR") || text_begins(u->text, "+CME ERROR");

	if (u->state == UPLINK_ASKING && ok && u->trying == UPLINK_MODE_OFF) {
		u->failures = 0;
		enter_state(u, UPLINK_PLAIN);
	} else if (u->state == UPLINK_ASKING && ok) {
		u->tries = 0;
		enter(u);
	} else if (u->state == UPLINK_ENTERING && ok) {
		open_channels(u);
	} else if (u->state == UPLINK_ENTERING && error) {
		refused(u);
	}
}

/* Words of the modem before it is multiplexed; what is longer is none that is waited for. */
static void take_byte(struct uplink *u, char c)
{
	if (c != '\r' && c != '\n') {
		if (u->count + 1 < sizeof(u->text))
			u->text[u->count++] = c;
		return;
	}
	u->text[u->count] = 0;
	u->count = 0;
	take_answer(u);
}

/*
 * Multiplexed.
 */

static enum uplink_channel channel_of(const struct uplink *u, unsigned dlci)
{
	unsigned i = 0;

	while (i < UPLINK_CHANNEL_COUNT && u->conf.dlci[i] != dlci)
		i++;
	return (enum uplink_channel)i;
}

static bool is_open(const struct uplink *u, enum uplink_channel channel)
{
	return u->conf.dlci[channel] && u->mux.dlc[u->conf.dlci[channel]].state == MUX_OPEN;
}

static size_t on_room(void *data)
{
	struct uplink *u = data;

	return u->impl->room(u->data);
}

static void on_send(void *data, const uint8_t *bytes, size_t count)
{
	struct uplink *u = data;

	u->impl->send(u->data, bytes, count);
}

static void on_received(void *data, unsigned dlci, const uint8_t *bytes, size_t count)
{
	struct uplink *u = data;
	enum uplink_channel channel = channel_of(u, dlci);

	if (channel < UPLINK_CHANNEL_COUNT && u->state == UPLINK_MULTIPLEXED)
		u->impl->received(u->data, channel, bytes, count);
}

static void on_signals(void *data, unsigned dlci, uint8_t v24)
{
	struct uplink *u = data;
	enum uplink_channel channel = channel_of(u, dlci);

	if (channel < UPLINK_CHANNEL_COUNT)
		u->impl->signals(u->data, channel, v24);
}

/* All that were asked for are open or refused, call control's among them. */
static bool all_decided(const struct uplink *u)
{
	for (unsigned i = 0; i < UPLINK_CHANNEL_COUNT; i++)
		if (u->conf.dlci[i] && u->mux.dlc[u->conf.dlci[i]].state == MUX_OPENING)
			return false;
	return is_open(u, UPLINK_CALL);
}

static void on_changed(void *data, unsigned dlci, enum mux_dlc_state state)
{
	struct uplink *u = data;
	enum uplink_channel channel = channel_of(u, dlci);

	if (!dlci || channel == UPLINK_CHANNEL_COUNT || u->down)
		return;
	if (state == MUX_CLOSED && channel == UPLINK_CALL) {
		u->down = true;
		return;
	}
	if (state == MUX_CLOSED && u->state == UPLINK_MULTIPLEXED)
		wait(u, REOPEN_MS);
	if (u->state == UPLINK_OPENING && all_decided(u)) {
		u->failures = 0;
		enter_state(u, UPLINK_MULTIPLEXED);
	} else if (u->state == UPLINK_MULTIPLEXED) {
		u->impl->changed(u->data);
	}
}

static void on_down(void *data, const char *reason)
{
	struct uplink *u = data;

	(void)reason;
	u->down = true;
}

static const struct mux_impl mux_impl = {.room = on_room,
	.send = on_send,
	.received = on_received,
	.changed = on_changed,
	.signals = on_signals,
	.down = on_down};

static bool muxing(const struct uplink *u)
{
	return u->state == UPLINK_OPENING || u->state == UPLINK_MULTIPLEXED;
}

/* Not within the multiplexer's own call. */
static void look_after(struct uplink *u)
{
	if (!muxing(u) || !u->down)
		return;
	if (u->state == UPLINK_OPENING) {
		failed_to_open(u);
		return;
	}
	vdev_log(VDEV_LOG_WARN, "modem line: the multiplexer has ended: it is begun anew");
	recover(u);
}

static void reopen(struct uplink *u)
{
	u->deadline_ns = MUX_NEVER;
	for (unsigned i = 0; i < UPLINK_CHANNEL_COUNT; i++)
		if (u->conf.dlci[i])
			(void)mux_open(&u->mux, u->now_ns, u->conf.dlci[i]);
}

/*
 * Both.
 */

void uplink_start(struct uplink *u, uint64_t now_ns)
{
	u->now_ns = now_ns;
	if (u->conf.mode == UPLINK_MODE_OFF)
		enter_state(u, UPLINK_PLAIN);
	else
		recover(u);
}

bool uplink_has(const struct uplink *u, enum uplink_channel channel)
{
	if (u->state == UPLINK_PLAIN)
		return channel == UPLINK_CALL;
	return u->state == UPLINK_MULTIPLEXED && is_open(u, channel);
}

int uplink_write(
	struct uplink *u, uint64_t now_ns, enum uplink_channel channel, const void *bytes, size_t count)
{
	u->now_ns = now_ns;
	if (!uplink_has(u, channel))
		return -ENOTCONN;
	if (u->state == UPLINK_MULTIPLEXED)
		return mux_write(&u->mux, now_ns, u->conf.dlci[channel], bytes, count);
	u->impl->send(u->data, bytes, count);
	return (int)count;
}

size_t uplink_write_room(const struct uplink *u, enum uplink_channel channel)
{
	if (!uplink_has(u, channel))
		return 0;
	return u->state == UPLINK_PLAIN ? u->impl->room(u->data)
					: mux_write_room(&u->mux, u->conf.dlci[channel]);
}

void uplink_set_signals(struct uplink *u, uint64_t now_ns, enum uplink_channel channel, uint8_t v24)
{
	u->now_ns = now_ns;
	if (u->state == UPLINK_MULTIPLEXED && is_open(u, channel))
		mux_set_signals(&u->mux, now_ns, u->conf.dlci[channel], v24);
}

void uplink_receive(struct uplink *u, uint64_t now_ns, const void *bytes, size_t count)
{
	const uint8_t *b = bytes;

	u->now_ns = now_ns;
	if (u->state == UPLINK_PLAIN) {
		u->impl->received(u->data, UPLINK_CALL, b, count);
		return;
	}
	/* The byte that ends the answer to +CMUX is the last one of the plain line. */
	for (; count && !muxing(u); b++, count--)
		take_byte(u, (char)*b);
	if (count)
		mux_receive(&u->mux, now_ns, b, count);
	look_after(u);
}

void uplink_lost(struct uplink *u, uint64_t now_ns)
{
	u->now_ns = now_ns;
	/* A channel may be deaf on a line that lives: a garbled message has stopped its flow for good. */
	if (u->state == UPLINK_MULTIPLEXED || (u->state == UPLINK_PLAIN && u->conf.mode != UPLINK_MODE_OFF))
		recover(u);
}

void uplink_run(struct uplink *u, uint64_t now_ns)
{
	u->now_ns = now_ns;
	if (muxing(u))
		mux_run(&u->mux, now_ns);
}

static void time_out(struct uplink *u)
{
	switch (u->state) {
	case UPLINK_RECOVERING: ask(u); break;
	case UPLINK_ASKING: no_answer(u, ASK_TRIES, ask); break;
	case UPLINK_ENTERING: no_answer(u, ENTER_TRIES, enter); break;
	case UPLINK_OPENING: u->down = true; break;
	default: reopen(u); break;
	}
}

void uplink_tick(struct uplink *u, uint64_t now_ns)
{
	u->now_ns = now_ns;
	if (muxing(u))
		mux_tick(&u->mux, now_ns);
	look_after(u);
	if (now_ns >= u->deadline_ns) {
		time_out(u);
		look_after(u);
	}
}

uint64_t uplink_deadline(const struct uplink *u)
{
	uint64_t due = muxing(u) ? mux_deadline(&u->mux) : MUX_NEVER;

	return u->deadline_ns < due ? u->deadline_ns : due;
}
