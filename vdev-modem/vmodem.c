#include <errno.h>
#include "vdev-modem/text.h"
#include "vdev-modem/vmodem.h"
#include "vdev-modem/vmodem_int.h"
#include "vdev/log.h"

#define NS_PER_MS 1000000ull
#define NS_PER_S  1000000000ull
#define STEP_MS	  5000

const char *vmodem_state_str(enum vmodem_state state)
{
	static const char *const names[VMODEM_STATE_COUNT] = {"ready", "running", "waiting", "online"};

	return (unsigned)state < VMODEM_STATE_COUNT ? names[state] : "?";
}

/*
 * What is refused, and what is asked.
 */

/* Each refusal is logged, a flood of them only counted: the log is everyone's. */
static void log_refusal(struct vmodem_client *c, enum modem_class class, const char *reason)
{
	struct vmodem *vm = c->vm;

	c->refused_count++;
	if (vm->now_ns - vm->refusal_ns >= NS_PER_S) {
		if (vm->refusals_hidden)
			vdev_log(VDEV_LOG_WARN, "modem: %u more refusals", vm->refusals_hidden);
		vm->refusal_ns = vm->now_ns;
		vm->refusals = vm->refusals_hidden = 0;
	}
	if (vm->refusals++ < VMODEM_REFUSALS_A_SECOND)
		vdev_log(VDEV_LOG_WARN, "modem: %s refused %s (%s): %s", c->policy->name, c->command.name,
			modem_class_str(class), reason);
	else
		vm->refusals_hidden++;
	if (vm->impl->refused)
		vm->impl->refused(vm->data, c->index, class, c->command.name, reason);
}

enum outcome vmodem_refuse(struct vmodem_client *c, enum modem_class class, const char *reason)
{
	log_refusal(c, class, reason);
	if (class == MODEM_CLASS_UNKNOWN)
		return OUTCOME_ERROR;
	return class == MODEM_CLASS_SMS_SEND || class == MODEM_CLASS_SMS_READ
		       ? client_fail_sms(c, CMS_NOT_ALLOWED)
		       : client_fail(c, CME_NOT_ALLOWED);
}

enum outcome vmodem_ask_user(struct vmodem_client *c, enum modem_class class, const char *number)
{
	struct vmodem *vm = c->vm;

	if (vm->now_ns < c->ask_again_ns)
		return vmodem_refuse(c, class, "asked again too soon after a no");
	vm->ask_id += vm->ask_id + 1 ? 1 : 2; /* never 0 */
	c->ask = (struct vmodem_ask){.id = vm->ask_id, .client = c->index, .class = class};
	(void)text_copy(c->ask.number, sizeof(c->ask.number), number);
	c->wait = VMODEM_WAIT_USER;
	c->deadline_ns = vm->now_ns + c->policy->ask_ms * NS_PER_MS;
	vdev_log(VDEV_LOG_INFO, "modem: %s wants %s %s: the user is asked", c->policy->name,
		modem_class_str(class), number);
	vm->impl->ask(vm->data, &c->ask);
	return OUTCOME_WAIT;
}

static void run_on(struct vmodem_client *c, enum outcome outcome);
static void run_pending(struct vmodem_client *c);

/* The question is void; `reason` is why. */
static void withdraw(struct vmodem_client *c, const char *reason)
{
	uint32_t id = c->ask.id;

	c->ask.id = 0;
	c->ask_again_ns = c->vm->now_ns + VMODEM_ASK_PAUSE_MS * NS_PER_MS;
	c->vm->impl->ask_over(c->vm->data, id);
	vmodem_resume(c, vmodem_refuse(c, c->ask.class, reason));
}

/*
 * Running a line.
 */

static const struct command *find(const char *name)
{
	static const struct {
		const struct command *(*find)(const char *name);
	} tables[] = {{settings_find}, {basic_find}, {query_find}, {call_find}, {sms_find}, {sim_find}};

	for (unsigned i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (tables[i].find(name))
			return tables[i].find(name);
	return NULL;
}

enum modem_action vmodem_action(const struct vmodem_client *c, enum modem_class class)
{
	enum modem_action action = (enum modem_action)c->policy->action[class];
	uint32_t right = modem_class_right(class);

	if (action <= MODEM_VIRTUAL || !right || !c->vm->impl->rights)
		return action;
	return c->vm->impl->rights(c->vm->data, c->index) & right ? action : MODEM_REFUSE;
}

static enum outcome run_command(struct vmodem_client *c)
{
	const struct command *command = find(c->command.name);
	enum modem_class class;
	enum modem_action action;

	if (!command)
		return vmodem_refuse(c, MODEM_CLASS_UNKNOWN, "no such command");
	class = command->classify ? command->classify(c, &c->command) : command->class;
	action = vmodem_action(c, class);
	if (action == MODEM_REFUSE)
		return vmodem_refuse(c, class,
			c->policy->action[class] == MODEM_REFUSE ? "policy"
								 : "not in what the phone does now");
	return command->run(c, &c->command, action);
}

/* Until something must be waited for, or the line's end; the first that fails ends it (V.250 5.3.4). */
static void run_on(struct vmodem_client *c, enum outcome outcome)
{
	c->state = VMODEM_RUNNING;
	while (outcome == OUTCOME_DONE) {
		int ret = at_next(&c->next, &c->command);

		if (ret <= 0) {
			if (ret)
				outcome = vmodem_refuse(
					c, MODEM_CLASS_UNKNOWN, "what stands there is no command");
			break;
		}
		outcome = run_command(c);
	}
	if (outcome == OUTCOME_WAIT)
		c->state = VMODEM_WAITING;
	else
		client_result(c, outcome);
}

static void run_line(struct vmodem_client *c, const char *body)
{
	c->next = c->line;
	c->command.name[0] = 0;
	if (at_normalise(body, c->line)) {
		c->state = VMODEM_RUNNING;
		client_result(c, vmodem_refuse(c, MODEM_CLASS_UNKNOWN,
					 "a line with an open quote or other characters"));
		return;
	}
	run_on(c, OUTCOME_DONE);
}

void vmodem_resume(struct vmodem_client *c, enum outcome outcome)
{
	c->deadline_ns = LINE_NEVER;
	run_on(c, outcome);
	run_pending(c);
}

/*
 * Bytes of a client.
 */

static void take_payload(struct vmodem_client *c, enum at_event event)
{
	enum outcome outcome;

	c->state = VMODEM_RUNNING;
	if (event == AT_EVENT_PAYLOAD)
		outcome = sms_payload(c, c->reader.text);
	else
		outcome = event == AT_EVENT_CANCEL ? OUTCOME_DONE : client_fail_sms(c, CMS_BAD_PDU);
	c->deadline_ns = outcome == OUTCOME_WAIT ? c->deadline_ns : LINE_NEVER;
	run_on(c, outcome);
}

static void take_byte(struct vmodem_client *c, char byte)
{
	bool echo;
	enum at_event event = at_reader_byte(&c->reader, byte, &echo);

	if (echo && c->echo)
		c->vm->impl->send(c->vm->data, c->index, &byte, 1);
	if (event == AT_EVENT_NONE)
		return;
	if (c->state == VMODEM_WAITING)
		take_payload(c, event);
	else if (event == AT_EVENT_TOO_LONG)
		client_result(c, vmodem_refuse(c, MODEM_CLASS_UNKNOWN, "a line longer than the limit"));
	else
		run_line(c, c->reader.text);
}

/* A payload is typed while its command waits for it; nothing else is. */
static bool takes_bytes(const struct vmodem_client *c)
{
	return c->state == VMODEM_READY || (c->state == VMODEM_WAITING && c->wait == VMODEM_WAIT_PAYLOAD);
}

static void run_pending(struct vmodem_client *c)
{
	while (c->pending_count && takes_bytes(c)) {
		char byte = c->pending[c->pending_first];

		c->pending_first = (c->pending_first + 1) % sizeof(c->pending);
		c->pending_count--;
		take_byte(c, byte);
	}
}

static void keep_byte(struct vmodem_client *c, char byte)
{
	if (c->pending_count == sizeof(c->pending)) {
		c->pending_dropped++;
		return;
	}
	c->pending[(c->pending_first + c->pending_count++) % sizeof(c->pending)] = byte;
}

void vmodem_receive(struct vmodem *vm, uint64_t now_ns, unsigned client, const char *bytes, size_t count)
{
	struct vmodem_client *c = &vm->client[client < vm->client_count ? client : 0];

	vm->now_ns = now_ns;
	if (client >= vm->client_count)
		return;
	for (size_t i = 0; i < count; i++) {
		if (c->state == VMODEM_ONLINE) {
			online_receive(c, bytes + i, count - i);
			return;
		}
		if (takes_bytes(c) && !c->pending_count)
			take_byte(c, bytes[i]);
		else
			keep_byte(c, bytes[i]);
		/* V.250 5.6.1: who types on does not wait any more. A line end may still belong to the command. */
		if (c->state == VMODEM_WAITING && c->wait == VMODEM_WAIT_USER && c->pending_count &&
			(unsigned char)bytes[i] > ' ')
			withdraw(c, "the client did not wait for the user");
		if (c->state == VMODEM_WAITING && c->wait == VMODEM_WAIT_DATA &&
			(unsigned char)bytes[i] > ' ') {
			online_hang_up(c);
			vmodem_resume(c, OUTCOME_NO_CARRIER);
		}
	}
}

/*
 * Starting, time.
 */

static void line_send(void *data, const char *bytes, size_t count)
{
	struct vmodem *vm = data;

	vm->impl->line_send(vm->data, bytes, count);
}

static void line_urc(void *data, const char *text)
{
	urc_route(data, text);
}

static void line_lost(void *data)
{
	struct vmodem *vm = data;

	if (vm->impl->lost)
		vm->impl->lost(vm->data);
}

static void line_echoed(void *data)
{
	struct vmodem *vm = data;

	if (vm->impl->anew)
		vm->impl->anew(vm->data);
}

static const struct line_impl line_impl = {line_send, line_urc, line_lost, line_echoed};

static void own_line_send(void *data, const char *bytes, size_t count)
{
	struct vmodem *vm = data;

	vm->impl->own_line_send(vm->data, bytes, count);
}

/* What is unsolicited comes on telephony's channel, too. */
static void own_line_urc(void *data, const char *text)
{
	(void)data;
	(void)text;
}

static const struct line_impl own_line_impl = {.send = own_line_send, .urc = own_line_urc};

static void reset_client(struct vmodem_client *c)
{
	at_reader_init(&c->reader);
	settings_reset(c);
	c->state = VMODEM_READY;
	c->deadline_ns = LINE_NEVER;
	c->rewrite = NULL;
	c->ask.id = 0;
	c->data = false;
	c->ussd_session = false;
	c->reads_messages = false;
	__builtin_memset(c->gone, 0, sizeof(c->gone));
	c->pending_count = c->urc_count = 0;
}

void vmodem_init(
	struct vmodem *vm, const struct vmodem_impl *impl, void *data, const struct modem_policy *policy)
{
	__builtin_memset(vm, 0, sizeof(*vm));
	vm->impl = impl;
	vm->data = data;
	vm->client_count = policy->count;
	line_init(&vm->line, &line_impl, vm);
	line_init(&vm->own_line, &own_line_impl, vm);
	emergency_init(&vm->emergency);
	for (unsigned i = 0; i < vm->client_count; i++) {
		vm->client[i].vm = vm;
		vm->client[i].index = i;
		vm->client[i].policy = &policy->client[i];
		reset_client(&vm->client[i]);
	}
}

void vmodem_reset_client(struct vmodem *vm, uint64_t now_ns, unsigned client)
{
	struct vmodem_client *c = &vm->client[client < vm->client_count ? client : 0];
	uint32_t id = c->ask.id;

	vm->now_ns = now_ns;
	if (client >= vm->client_count)
		return;
	line_cancel(&vm->line, now_ns, c);
	line_cancel(&vm->own_line, now_ns, c);
	online_hang_up(c);
	reset_client(c);
	if (id)
		vm->impl->ask_over(vm->data, id);
}

void vmodem_line_receive(struct vmodem *vm, uint64_t now_ns, const char *bytes, size_t count)
{
	vm->now_ns = now_ns;
	line_receive(&vm->line, now_ns, bytes, count);
}

void vmodem_own_line_receive(struct vmodem *vm, uint64_t now_ns, const char *bytes, size_t count)
{
	vm->now_ns = now_ns;
	line_receive(&vm->own_line, now_ns, bytes, count);
}

/* A channel has settings of its own; what the clients' answers are made of is what telephony has chosen. */
void vmodem_split(struct vmodem *vm, uint64_t now_ns, bool split)
{
	static const char *const settings[] = {"ATE0V1", "AT+CMEE=1", "AT+CSCS=\"UTF-8\""};

	vm->now_ns = now_ns;
	if (split == vm->split)
		return;
	vm->split = split;
	for (unsigned i = 0; split && i < sizeof(settings) / sizeof(settings[0]); i++) {
		struct line_request request = {.priority = LINE_CONTROL, .timeout_ms = STEP_MS, .data = vm};

		(void)text_copy(request.command, sizeof(request.command), settings[i]);
		(void)line_submit(&vm->own_line, now_ns, &request);
	}
}

int vmodem_decide(struct vmodem *vm, uint64_t now_ns, uint32_t id, bool allow)
{
	vm->now_ns = now_ns;
	for (unsigned i = 0; id && i < vm->client_count; i++) {
		struct vmodem_client *c = &vm->client[i];

		if (c->ask.id != id || c->state != VMODEM_WAITING)
			continue;
		c->ask.id = 0;
		if (!allow)
			c->ask_again_ns = now_ns + VMODEM_ASK_PAUSE_MS * NS_PER_MS;
		vdev_log(VDEV_LOG_INFO, "modem: %s: the user %s %s", c->policy->name,
			allow ? "allows" : "refuses", c->ask.number);
		vmodem_resume(c, c->ask.class == MODEM_CLASS_SMS_SEND ? sms_decided(c, allow)
								      : call_decided(c, allow));
		return 0;
	}
	return -ENOENT;
}

void vmodem_call_state(struct vmodem *vm, uint64_t now_ns, enum pl_call_state state)
{
	struct vmodem_shared old = vm->shared;

	vm->now_ns = now_ns;
	vm->shared.call = state == PL_CALL_ACTIVE;
	vm->shared.call_setup = state == PL_CALL_RINGING ? 1 : state == PL_CALL_DIALING ? 2 : 0;
	urc_indicators(vm, &old);
}

void vmodem_call_released(struct vmodem *vm)
{
	for (unsigned i = 0; i < vm->client_count; i++)
		if (vm->client[i].policy->action[MODEM_CLASS_QUERY] == MODEM_ALLOW)
			client_urc(&vm->client[i], "NO CARRIER");
}

static void client_time(struct vmodem_client *c)
{
	if (c->vm->now_ns < c->deadline_ns)
		return;
	c->deadline_ns = LINE_NEVER;
	if (c->state == VMODEM_ONLINE) {
		online_escape(c);
		return;
	}
	if (c->state != VMODEM_WAITING)
		return;
	if (c->wait == VMODEM_WAIT_USER) {
		withdraw(c, "nobody answered the question in time");
	} else if (c->wait == VMODEM_WAIT_PAYLOAD) {
		at_reader_init(&c->reader);
		vmodem_resume(c, client_fail_sms(c, CMS_BAD_PDU));
	}
}

void vmodem_tick(struct vmodem *vm, uint64_t now_ns)
{
	vm->now_ns = now_ns;
	line_tick(&vm->line, now_ns);
	line_tick(&vm->own_line, now_ns);
	for (unsigned i = 0; i < vm->client_count; i++)
		client_time(&vm->client[i]);
}

uint64_t vmodem_deadline(const struct vmodem *vm)
{
	uint64_t due = line_deadline(&vm->line), own = line_deadline(&vm->own_line);

	due = own < due ? own : due;
	for (unsigned i = 0; i < vm->client_count; i++)
		if (vm->client[i].deadline_ns < due)
			due = vm->client[i].deadline_ns;
	return due;
}

/*
 * What is learnt of the modem when it is there.
 */

/* +CRSM: <sw1>,<sw2>,<response>. */
static void take_emergency_file(void *data, const char *text)
{
	struct vmodem *vm = data;
	char hex[80];

	if (text_begins(text, "+CRSM: ") && at_argument_number(text + 7, 0, 255) == 144 &&
		at_argument(text + 7, 2, hex, sizeof(hex)))
		(void)emergency_add_file(&vm->emergency, hex, 3);
}

static void take_pin(void *data, const char *text)
{
	struct vmodem *vm = data;

	if (text_begins(text, "+CPIN:"))
		emergency_set_sim(&vm->emergency, !text_begins(text, "+CPIN: NOT INSERTED"));
}

/* +CME ERROR: 10 is "SIM not inserted" (TS 27.007 9.2). */
static void pin_done(void *data, enum line_result result, unsigned code)
{
	struct vmodem *vm = data;

	if (result == LINE_CME && code == 10)
		emergency_set_sim(&vm->emergency, false);
}

static void take_registration(void *data, const char *text)
{
	int kind = registration_kind(text);

	while (*text && *text != ',')
		text++;
	if (kind >= 0 && *text)
		shared_registration(data, (unsigned)kind, text + 1);
}

static void take_signal(void *data, const char *text)
{
	long rssi = text_begins(text, "+CSQ: ") ? at_argument_number(text + 6, 0, 99) : -1;

	if (rssi >= 0)
		shared_signal(data, (unsigned)rssi);
}

void vmodem_overheard(struct vmodem *vm, uint64_t now_ns, const char *text)
{
	vm->now_ns = now_ns;
	take_signal(vm, text);
}

void vmodem_start(struct vmodem *vm, uint64_t now_ns)
{
	static const struct {
		const char *command;
		void (*information)(void *data, const char *text);
		void (*done)(void *data, enum line_result result, unsigned code);
	} steps[] = {{"AT+CPIN?", take_pin, pin_done},
		{"AT+CRSM=176,28599,0,0,15", take_emergency_file, NULL}, {"AT+CREG=2", NULL, NULL},
		{"AT+CGREG=2", NULL, NULL}, {"AT+CEREG=2", NULL, NULL}, {"AT+CREG?", take_registration, NULL},
		{"AT+CGREG?", take_registration, NULL}, {"AT+CEREG?", take_registration, NULL},
		{"AT+CSQ", take_signal, NULL}, {"AT+CNMI=2,1", NULL, NULL}};

	vm->now_ns = now_ns;
	emergency_forget(&vm->emergency, EMERGENCY_SIM);
	for (unsigned i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct line_request request = {.priority = LINE_CONTROL,
			.timeout_ms = STEP_MS,
			.information = steps[i].information,
			.done = steps[i].done,
			.data = vm};

		(void)text_copy(request.command, sizeof(request.command), steps[i].command);
		(void)line_submit(&vm->line, now_ns, &request);
	}
}
