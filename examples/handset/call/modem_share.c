#include <errno.h>
#include "abi/rights.h"
#include "examples/handset/call/modem_share.h"
#include "frontends/rtos/format.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/mem.h"
#include "vdev/log.h"

/*
 * Telephony's side.
 */

static void to_phone(void *data, const char *bytes, size_t count)
{
	struct modem_share *s = data;

	/* Without the framing's first two bytes. */
	vmodem_overheard(&s->vm, s->vm.now_ns, bytes + 2);
	phone_receive(s->phone, s->vm.now_ns, bytes, count);
}

/* The clients look at what calls there are when one is over (oFono does at nothing else). */
static void phone_released(void *data)
{
	struct modem_share *s = data;

	vmodem_call_released(&s->vm);
}

static const struct tap_impl tap_impl = {to_phone, phone_released};

void modem_share_phone_send(struct modem_share *s, uint64_t now_ns, const char *bytes, size_t count)
{
	s->vm.now_ns = now_ns;
	tap_send(&s->tap, now_ns, bytes, count);
}

/*
 * What the virtual modem wants of telephony.
 */

/*
 * Linux's line: plain, or multiplexed by +CMUX with a virtual modem on each DLC.
 */

static size_t mux_room(void *data)
{
	struct modem_share *s = data;

	return s->impl->client_room(s->data);
}

static void mux_send(void *data, const uint8_t *bytes, size_t count)
{
	struct modem_share *s = data;

	s->impl->client_send(s->data, (const char *)bytes, count);
}

static void mux_received(void *data, unsigned dlci, const uint8_t *bytes, size_t count)
{
	struct modem_share *s = data;

	vmodem_receive(&s->vm, s->mux.now_ns, dlci, (const char *)bytes, count);
}

/* A channel begins with settings as at power-up, and leaves nothing behind. */
static void mux_changed(void *data, unsigned dlci, enum mux_dlc_state state)
{
	struct modem_share *s = data;

	(void)state;
	if (dlci && dlci < s->vm.client_count)
		vmodem_reset_client(&s->vm, s->mux.now_ns, dlci);
}

static bool mux_accepts(void *data, unsigned dlci)
{
	struct modem_share *s = data;

	return dlci < s->vm.client_count;
}

static void mux_is_down(void *data, const char *reason)
{
	struct modem_share *s = data;

	(void)reason;
	s->muxing = false;
}

static void mux_signals(void *data, unsigned dlci, uint8_t v24)
{
	struct modem_share *s = data;

	if (!(v24 & MUX_V24_RTC))
		vmodem_client_left(&s->vm, s->mux.now_ns, dlci);
}

static const struct mux_impl mux_impl = {.room = mux_room,
	.signals = mux_signals,
	.send = mux_send,
	.received = mux_received,
	.changed = mux_changed,
	.accepts = mux_accepts,
	.down = mux_is_down};

static int vm_mux(void *data, unsigned client, bool advanced, bool ui, unsigned n1)
{
	struct modem_share *s = data;
	const struct mux_params params = {.role = MUX_RESPONDER,
		.option = advanced ? MUX_ADVANCED : MUX_BASIC,
		.ui = ui,
		.n1 = (uint16_t)n1,
		.n2 = 3,
		.t1_ms = 100,
		.t2_ms = 300,
		.keep_alive_ms = 10000};
	int ret = client ? -EBUSY : mux_init(&s->mux, &mux_impl, s, &params);

	s->muxing = s->muxing || ret == 0;
	return ret;
}

/* A client whose DLC is not open, or whose peer does not read, loses what it is sent, as on a line. */
static void vm_send(void *data, unsigned client, const char *bytes, size_t count)
{
	struct modem_share *s = data;

	if (client)
		(void)mux_write(&s->mux, s->vm.now_ns, client, (const uint8_t *)bytes, count);
	else
		s->impl->client_send(s->data, bytes, count);
}

static void vm_line_send(void *data, const char *bytes, size_t count)
{
	struct modem_share *s = data;

	(void)uplink_write(&s->uplink, s->vm.now_ns, UPLINK_CALL, bytes, count);
}

static void vm_own_line_send(void *data, const char *bytes, size_t count)
{
	struct modem_share *s = data;

	(void)uplink_write(&s->uplink, s->vm.now_ns, UPLINK_CLIENT, bytes, count);
}

static void vm_urc(void *data, const char *text)
{
	struct modem_share *s = data;

	tap_urc(&s->tap, text);
}

/* A second call is the user's to make, at the keypad. */
static int vm_dial(void *data, unsigned client, const char *number, bool emergency)
{
	struct modem_share *s = data;
	struct phone *p = s->phone;
	int ret;

	(void)client;
	if (emergency) {
		phone_emergency(p, s->vm.now_ns, number);
		return 0;
	}
	if (p->call.info.state != PL_CALL_IDLE && p->call.info.state != PL_CALL_ENDED)
		return -EBUSY;
	ret = phone_dial(p, s->vm.now_ns, number);
	s->own = ret == 0;
	return ret;
}

static int vm_answer(void *data, unsigned client)
{
	struct modem_share *s = data;

	(void)client;
	if (s->phone->call.info.state != PL_CALL_RINGING)
		return -EINVAL;
	phone_key(s->phone, s->vm.now_ns, KEY_PICKUP_PHONE, true);
	return 0;
}

static int vm_control(void *data, unsigned client, enum vmodem_control what, const char *argument)
{
	struct modem_share *s = data;
	struct phone *p = s->phone;
	bool releases = argument[0] == '0' || argument[0] == '1';

	(void)client;
	if (!s->own || phone_several(p) || phone_in_emergency(p) || (what == VMODEM_HOLD && !releases))
		return -EPERM;
	if (what == VMODEM_TONE)
		return phone_tone(p, s->vm.now_ns, argument[0]);
	phone_hang_up(p, s->vm.now_ns);
	return 0;
}

static void vm_anew(void *data)
{
	struct modem_share *s = data;

	phone_modem_reset(s->phone, s->vm.now_ns);
}

/* The question comes to the screen, or waits until a call's needs are met. */
static void look_at_question(struct modem_share *s)
{
	bool seen = modem_share_question(s) != NULL;

	if (seen && !s->seen)
		s->seen_ns = s->vm.now_ns;
	s->seen = seen;
}

static void vm_ask(void *data, const struct vmodem_ask *ask)
{
	struct modem_share *s = data;

	s->ask = *ask;
	s->seen = false;
	phone_asked(s->phone, s->vm.now_ns, true);
	look_at_question(s);
	s->impl->asked(s->data, ask);
}

static void vm_ask_over(void *data, uint32_t id)
{
	struct modem_share *s = data;

	if (s->ask.id != id)
		return;
	s->ask.id = 0;
	phone_asked(s->phone, s->vm.now_ns, false);
	s->impl->asked(s->data, NULL);
}

static uint32_t vm_rights(void *data, unsigned client)
{
	struct modem_share *s = data;

	return s->impl->rights ? s->impl->rights(s->data, s->policy.client[client].name) : PL_RIGHT_ALL;
}

static void vm_refused(
	void *data, unsigned client, enum modem_class class, const char *command, const char *reason)
{
	struct modem_share *s = data;

	(void)client;
	(void)command;
	s->impl->refused(s->data, class, reason);
}

/*
 * Packet data: one call at a time.
 */

static int vm_data_call(void *data, unsigned client, unsigned context, const char *apn)
{
	struct modem_share *s = data;
	int ret = data_call_dial(&s->packets, s->vm.now_ns, context, apn);

	if (!ret)
		s->packets_client = client;
	return ret;
}

static void vm_data_send(void *data, unsigned client, const char *bytes, size_t count)
{
	struct modem_share *s = data;

	if (client == s->packets_client)
		data_call_send(&s->packets, s->vm.now_ns, bytes, count);
}

static void vm_data_hang_up(void *data, unsigned client)
{
	struct modem_share *s = data;

	if (client == s->packets_client)
		data_call_hang_up(&s->packets, s->vm.now_ns);
}

static size_t packets_room(void *data)
{
	struct modem_share *s = data;

	if (!vmodem_is_online(&s->vm, s->packets_client))
		return 0;
	return s->packets_client ? mux_write_room(&s->mux, s->packets_client) : s->impl->client_room(s->data);
}

static void packets_send(void *data, const char *bytes, size_t count)
{
	struct modem_share *s = data;

	s->vm.now_ns = s->packets.now_ns;
	vm_send(s, s->packets_client, bytes, count);
}

static void packets_up(void *data)
{
	struct modem_share *s = data;

	vmodem_data_up(&s->vm, s->packets.now_ns, s->packets_client);
}

static void packets_down(void *data)
{
	struct modem_share *s = data;

	vmodem_data_down(&s->vm, s->packets.now_ns, s->packets_client);
}

static const struct data_call_impl packets_impl = {packets_room, packets_send, packets_up, packets_down};

/*
 * The modem's line.
 */

static size_t up_room(void *data)
{
	struct modem_share *s = data;

	return s->impl->line_room(s->data);
}

static void up_send(void *data, const uint8_t *bytes, size_t count)
{
	struct modem_share *s = data;

	s->impl->line_send(s->data, (const char *)bytes, count);
}

static void up_received(void *data, enum uplink_channel channel, const uint8_t *bytes, size_t count)
{
	struct modem_share *s = data;
	uint64_t now_ns = s->uplink.now_ns;

	if (channel == UPLINK_CALL)
		vmodem_line_receive(&s->vm, now_ns, (const char *)bytes, count);
	else if (channel == UPLINK_CLIENT)
		vmodem_own_line_receive(&s->vm, now_ns, (const char *)bytes, count);
	else if (channel == UPLINK_DATA)
		data_call_receive(&s->packets, now_ns, bytes, count);
}

static void up_changed(void *data)
{
	struct modem_share *s = data;
	uint64_t now_ns = s->uplink.now_ns;

	vmodem_split(&s->vm, now_ns, uplink_has(&s->uplink, UPLINK_CLIENT));
	data_call_channel_changed(&s->packets, now_ns);
	if (uplink_has(&s->uplink, UPLINK_CALL) == s->line_up)
		return;
	s->line_up = !s->line_up;
	if (s->line_up && s->begun)
		phone_line_back(s->phone, now_ns);
	else if (s->line_up)
		phone_start(s->phone, now_ns);
	s->begun = true;
}

static void up_signals(void *data, enum uplink_channel channel, uint8_t v24)
{
	struct modem_share *s = data;

	if (channel == UPLINK_DATA)
		data_call_signals(&s->packets, s->uplink.now_ns, v24);
}

static const struct uplink_impl up_impl = {up_room, up_send, up_received, up_changed, up_signals};

static void vm_lost(void *data)
{
	struct modem_share *s = data;

	uplink_lost(&s->uplink, s->vm.now_ns);
}

static const struct vmodem_impl vm_impl = {.send = vm_send,
	.line_send = vm_line_send,
	.urc = vm_urc,
	.dial = vm_dial,
	.answer = vm_answer,
	.ask = vm_ask,
	.ask_over = vm_ask_over,
	.rights = vm_rights,
	.refused = vm_refused,
	.control = vm_control,
	.anew = vm_anew,
	.mux = vm_mux,
	.data_call = vm_data_call,
	.data_send = vm_data_send,
	.data_hang_up = vm_data_hang_up,
	.own_line_send = vm_own_line_send,
	.lost = vm_lost};

int modem_share_init(struct modem_share *s, const struct modem_share_impl *impl, void *data,
	struct phone *phone, const char *policy)
{
	char error[160];
	int ret;

	memset(s, 0, sizeof(*s));
	s->impl = impl;
	s->data = data;
	s->phone = phone;
	ret = modem_policy_parse(&s->policy, policy, error, sizeof(error));
	if (ret)
		s->policy.line = uplink_conf_default;
	if (ret || !s->policy.count) {
		s->policy.count = 1;
		modem_policy_closed(&s->policy.client[0], "linux");
	}
	if (s->policy.count > 1)
		vdev_log(VDEV_LOG_WARN, "modem.conf: [%s] is nobody's: the one virtual modem is [%s]'s",
			s->policy.client[1].name, s->policy.client[0].name);
	/* The channels of a multiplexed line have the rights of the line. */
	for (unsigned i = 1; i < MODEM_CLIENT_MAX; i++)
		s->policy.client[i] = s->policy.client[0];
	s->policy.count = MODEM_CLIENT_MAX;
	vmodem_init(&s->vm, &vm_impl, s, &s->policy);
	tap_init(&s->tap, &s->vm.line, &tap_impl, s);
	data_call_init(&s->packets, &packets_impl, s, &s->uplink);
	if (uplink_init(&s->uplink, &up_impl, s, &s->policy.line)) {
		(void)uplink_init(&s->uplink, &up_impl, s, &uplink_conf_default);
		return -EINVAL;
	}
	return ret;
}

/*
 * Bytes, time, decisions.
 */

static void look_after(struct modem_share *s)
{
	if (s->phone->ready && !s->started)
		vmodem_start(&s->vm, s->vm.now_ns);
	s->started = s->phone->ready;
	look_at_question(s);
}

void modem_share_start(struct modem_share *s, uint64_t now_ns)
{
	s->vm.now_ns = now_ns;
	uplink_start(&s->uplink, now_ns);
}

void modem_share_line_receive(struct modem_share *s, uint64_t now_ns, const char *bytes, size_t count)
{
	uplink_receive(&s->uplink, now_ns, bytes, count);
	look_after(s);
}

void modem_share_client_receive(struct modem_share *s, uint64_t now_ns, const char *bytes, size_t count)
{
	size_t i = 0;

	/* The byte that ends +CMUX is the last one of the plain line. */
	while (i < count && !s->muxing && !vmodem_is_online(&s->vm, 0))
		vmodem_receive(&s->vm, now_ns, 0, bytes + i++, 1);
	if (i < count && !s->muxing)
		vmodem_receive(&s->vm, now_ns, 0, bytes + i, count - i);
	else if (i < count)
		mux_receive(&s->mux, now_ns, (const uint8_t *)bytes + i, count - i);
}

size_t modem_share_client_room(const struct modem_share *s)
{
	/* A multiplexed client is stopped by its channel; a plain one in a data call by its line. */
	return vmodem_is_online(&s->vm, 0) ? data_call_room(&s->packets) : SIZE_MAX;
}

void modem_share_client_left(struct modem_share *s, uint64_t now_ns)
{
	vmodem_client_left(&s->vm, now_ns, 0);
	if (s->muxing)
		mux_shut_down(&s->mux, now_ns);
}

void modem_share_run(struct modem_share *s, uint64_t now_ns)
{
	uplink_run(&s->uplink, now_ns);
	data_call_run(&s->packets, now_ns);
	if (s->muxing)
		mux_run(&s->mux, now_ns);
}

void modem_share_call_changed(struct modem_share *s, uint64_t now_ns)
{
	enum pl_call_state state = (enum pl_call_state)s->phone->call.info.state;

	if (state != PL_CALL_DIALING && state != PL_CALL_ACTIVE)
		s->own = false;
	vmodem_call_state(&s->vm, now_ns, (enum pl_call_state)s->phone->call.info.state);
}

int modem_share_decide(struct modem_share *s, uint64_t now_ns, bool allow)
{
	uint32_t id = s->ask.id;

	s->ask.id = 0;
	s->vm.now_ns = now_ns;
	if (id)
		phone_asked(s->phone, now_ns, false);
	return vmodem_decide(&s->vm, now_ns, id, allow);
}

const struct vmodem_ask *modem_share_question(const struct modem_share *s)
{
	return s->ask.id && !phone_keys_taken(s->phone) ? &s->ask : NULL;
}

bool modem_share_is_emergency(const struct modem_share *s, const char *number)
{
	return emergency_match(&s->vm.emergency, number);
}

void modem_share_client_restarted(struct modem_share *s, uint64_t now_ns)
{
	modem_share_client_left(s, now_ns);
	s->muxing = false;
	for (unsigned i = 0; i < s->vm.client_count; i++)
		vmodem_reset_client(&s->vm, now_ns, i);
}

void modem_share_key(struct modem_share *s, uint64_t now_ns, uint16_t code, bool down)
{
	bool answers = code == KEY_PICKUP_PHONE || code == KEY_HANGUP_PHONE;

	s->vm.now_ns = now_ns;
	look_at_question(s);
	if (!down && code == s->answered) {
		s->answered = 0;
		return;
	}
	if (!answers || !s->seen) {
		phone_key(s->phone, now_ns, code, down);
		return;
	}
	if (!down)
		return;
	s->answered = code;
	if (now_ns - s->seen_ns >= MODEM_SHARE_GUARD_MS * 1000000ull)
		(void)modem_share_decide(s, now_ns, code == KEY_PICKUP_PHONE);
}

void modem_share_tick(struct modem_share *s, uint64_t now_ns)
{
	uplink_tick(&s->uplink, now_ns);
	data_call_tick(&s->packets, now_ns);
	vmodem_tick(&s->vm, now_ns);
	if (s->muxing)
		mux_tick(&s->mux, now_ns);
	look_after(s);
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t modem_share_deadline(const struct modem_share *s)
{
	uint64_t due = sooner(vmodem_deadline(&s->vm), s->muxing ? mux_deadline(&s->mux) : MUX_NEVER);

	return sooner(due, sooner(uplink_deadline(&s->uplink), data_call_deadline(&s->packets)));
}
