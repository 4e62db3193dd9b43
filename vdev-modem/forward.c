/* Requests to the modem on a client's behalf: composed here, their answers put into the client's terms. */
#include "vdev-modem/text.h"
#include "vdev-modem/vmodem_int.h"
#include "vdev/log.h"

#define QUERY_MS    5000
#define IDENTITY_MS 3000
#define PAYLOAD_MS  40000 /* TS 27.005 leaves it open; a network takes its time */

static void take_information(void *data, const char *text)
{
	struct vmodem_client *c = data;

	if (c->rewrite) {
		c->rewrite(c, text);
		return;
	}
	if (text[0] != '+' && c->body_follows)
		client_body(c, text);
	else
		client_line(c, text);
	c->body_follows = text_begins(text, "+CMGL:") || text_begins(text, "+CMGR:") || text[0] != '+';
}

static void take_done(void *data, enum line_result result, unsigned code)
{
	struct vmodem_client *c = data;

	switch (result) {
	case LINE_OK: vmodem_resume(c, OUTCOME_DONE); break;
	case LINE_CME: vmodem_resume(c, client_fail(c, code)); break;
	case LINE_CMS: vmodem_resume(c, client_fail_sms(c, code)); break;
	case LINE_ERROR: vmodem_resume(c, OUTCOME_ERROR); break;
	/* No modem, or a call was more urgent. */
	default: vmodem_resume(c, client_fail(c, CME_PHONE_FAILURE)); break;
	}
}

static enum outcome submit(struct vmodem_client *c, struct line_request *request,
	void (*rewrite)(struct vmodem_client *c, const char *text))
{
	request->information = take_information;
	request->done = take_done;
	request->data = c;
	c->rewrite = rewrite;
	c->body_follows = false;
	c->wait = VMODEM_WAIT_LINE;
	c->deadline_ns = LINE_NEVER; /* the line's own time-out ends it */
	return line_submit(c->vm->split ? &c->vm->own_line : &c->vm->line, c->vm->now_ns, request)
		       ? client_fail(c, CME_MEMORY_FULL)
		       : OUTCOME_WAIT;
}

enum outcome forward(struct vmodem_client *c, const char *text, bool plain, uint32_t timeout_ms,
	void (*rewrite)(struct vmodem_client *c, const char *text))
{
	struct line_request request = {.priority = LINE_QUERY,
		.plain = plain,
		.timeout_ms = timeout_ms,
		.abortable = timeout_ms > QUERY_MS};

	if (!text_copy(request.command, sizeof(request.command), text))
		return client_fail(c, CME_BAD_PARAMETER);
	return submit(c, &request, rewrite);
}

/* Never aborted half-way: whether it was sent would be unknown. */
enum outcome forward_payload(struct vmodem_client *c, const char *text, const char *payload)
{
	struct line_request request = {.priority = LINE_CONTROL, .timeout_ms = PAYLOAD_MS};

	if (!text_copy(request.command, sizeof(request.command), text) ||
		!text_copy(request.payload, sizeof(request.payload), payload))
		return client_fail(c, CME_BAD_PARAMETER);
	return submit(c, &request, NULL);
}

/*
 * Answers that are the client's own only in part.
 */

int registration_kind(const char *text)
{
	static const char *const names[] = {"+CREG", "+CGREG", "+CEREG"};

	for (int i = 0; i < 3; i++)
		if (text_begins(text, names[i]) &&
			text_in(text[text_length(names[i])], ":") | !text[text_length(names[i])])
			return i;
	return -1;
}

void shared_signal(struct vmodem *vm, unsigned rssi)
{
	struct vmodem_shared old = vm->shared;

	/* +CSQ 0 to 31, 99: unknown (TS 27.007 8.5), as indicators count it. */
	vm->shared.signal = (uint8_t)(rssi > 31 ? 0 : rssi * 5 / 31);
	urc_indicators(vm, &old);
}

void shared_registration(struct vmodem *vm, unsigned kind, const char *fields)
{
	struct vmodem_shared old = vm->shared;
	long stat;

	while (*fields == ' ')
		fields++;
	stat = at_argument_number(fields, 0, 11);
	if (stat < 0)
		return;
	vm->shared.registration[kind] = (uint8_t)stat;
	while (*fields && *fields != ',')
		fields++;
	if (!text_copy(vm->shared.location[kind], sizeof(vm->shared.location[kind]), fields))
		vm->shared.location[kind][0] = 0;
	urc_indicators(vm, &old);
}

/* +CREG: <n>,<stat>[,<lac>,<ci>[,<AcT>]]: n is the client's, and decides how much it is told. */
static void rewrite_registration(struct vmodem_client *c, const char *text)
{
	static const enum setting settings[] = {SET_CREG, SET_CGREG, SET_CEREG};
	int kind = registration_kind(text);
	int32_t n;

	while (*text && *text != ',')
		text++;
	if (kind < 0 || !*text)
		return;
	shared_registration(c->vm, (unsigned)kind, text + 1);
	n = client_setting(c, settings[kind]);
	client_print(c, "%s: %d,%u%s", c->command.name, n, c->vm->shared.registration[kind],
		n == 2 ? c->vm->shared.location[kind] : "");
}

static void rewrite_signal(struct vmodem_client *c, const char *text)
{
	long rssi = text_begins(text, "+CSQ: ") ? at_argument_number(text + 6, 0, 99) : -1;

	if (rssi >= 0)
		shared_signal(c->vm, (unsigned)rssi);
	client_line(c, text);
}

/* +COPS: <mode>[,<format>,<oper>[,<AcT>]]: the name in the client's character set. */
static void rewrite_cops(struct vmodem_client *c, const char *text)
{
	char name[64], quoted[160], act[4];
	const char *args = text_begins(text, "+COPS: ") ? text + 7 : "";
	long mode = at_argument_number(args, 0, 4), format = at_argument_number(args, 1, 2);

	if (mode < 0)
		return;
	if (format < 0 || !at_argument(args, 2, name, sizeof(name))) {
		client_print(c, "+COPS: %d", (int)mode);
		return;
	}
	client_quote(c, quoted, sizeof(quoted), name);
	(void)at_argument(args, 3, act, sizeof(act));
	client_print(c, "+COPS: %d,%d,\"%s\"%s%s", (int)mode, (int)format, format == 2 ? name : quoted,
		act[0] ? "," : "", act);
}

/* +CLCC: <id>,<dir>,<stat>,<mode>,<mpty>,<number>,<type>,<alpha>: the name in the client's character set. */
static void rewrite_calls(struct vmodem_client *c, const char *text)
{
	const char *args = text_begins(text, "+CLCC: ") ? text + 7 : "";
	char number[48], name[64], quoted[160];
	int field[5], type = (int)at_argument_number(args, 6, 255);

	if (!at_argument(args, 7, name, sizeof(name)) || !at_argument(args, 5, number, sizeof(number))) {
		client_line(c, text);
		return;
	}
	for (unsigned i = 0; i < 5; i++)
		field[i] = (int)at_argument_number(args, i, 9);
	client_quote(c, quoted, sizeof(quoted), name);
	client_print(c, "+CLCC: %d,%d,%d,%d,%d,\"%s\",%d,\"%s\"", field[0], field[1], field[2], field[3],
		field[4], number, type, quoted);
}

/*
 * Queries that are the same for everyone.
 */

struct query {
	const char *name;
	const char *execute, *read, *test; /* what is sent; NULL: no such form; "": answered with OK here */
	bool plain;
	void (*rewrite)(struct vmodem_client *c, const char *text);
};

static const struct query queries[] = {
	{"+CSQ", "AT+CSQ", NULL, "", false, rewrite_signal},
	{"+CESQ", "AT+CESQ", NULL, "", false, NULL},
	{"+CGMI", "AT+CGMI", NULL, "", true, NULL},
	{"+GMI", "AT+CGMI", NULL, "", true, NULL},
	{"+CGMM", "AT+CGMM", NULL, "", true, NULL},
	{"+GMM", "AT+CGMM", NULL, "", true, NULL},
	{"+CGMR", "AT+CGMR", NULL, "", true, NULL},
	{"+GMR", "AT+CGMR", NULL, "", true, NULL},
	{"+CGSN", "AT+CGSN", NULL, "", true, NULL},
	{"+GSN", "AT+CGSN", NULL, "", true, NULL},
	{"+CIMI", "AT+CIMI", NULL, "", true, NULL},
	{"+CNUM", "AT+CNUM", NULL, "", false, NULL},
	{"+CPAS", "AT+CPAS", NULL, "", false, NULL},
	{"+CBC", "AT+CBC", NULL, "", false, NULL},
	{"+CPINR", "AT+CPINR", NULL, "", false, NULL},
	{"+CLCC", "AT+CLCC", NULL, "", false, rewrite_calls},
	{"+CCLK", NULL, "AT+CCLK?", "", false, NULL},
	{"+CREG", NULL, "AT+CREG?", "", false, rewrite_registration},
	{"+CGREG", NULL, "AT+CGREG?", "", false, rewrite_registration},
	{"+CEREG", NULL, "AT+CEREG?", "", false, rewrite_registration},
	{"+CGATT", NULL, "AT+CGATT?", "", false, NULL},
	{"+CLIR", NULL, "AT+CLIR?", "", false, NULL},
	{"+CSCA", NULL, "AT+CSCA?", "", false, NULL},
	{"+WS46", NULL, "AT+WS46?", "AT+WS46=?", false, NULL},
	{"+COPS", NULL, "", "", false, rewrite_cops},
	{"+CPIN", NULL, "AT+CPIN?", "", false, NULL},
	{"+CPOL", NULL, "AT+CPOL?", "", false, NULL},
};

static const struct query *find(const char *name)
{
	for (unsigned i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
		if (text_equal(queries[i].name, name))
			return &queries[i];
	return NULL;
}

/* The modem's own format is telephony's: long names. It is put back on the same line. */
static enum outcome ask_operator(struct vmodem_client *c)
{
	char text[64];

	(void)vdev_format(text, sizeof(text), "AT+COPS=3,%u;+COPS?;+COPS=3,0", c->cops_format);
	return forward(c, text, false, QUERY_MS, rewrite_cops);
}

static enum outcome set_operator(struct vmodem_client *c, const char *args)
{
	long mode = at_argument_number(args, 0, 4), format = at_argument_number(args, 1, 2);

	if (mode == 3 && format >= 0 && at_argument_count(args) == 2) {
		c->cops_format = (uint8_t)format;
		return OUTCOME_DONE;
	}
	/* Automatic is what telephony has chosen; another choice would be everyone's. */
	return mode == 0 ? OUTCOME_DONE : client_fail(c, mode < 0 ? CME_BAD_PARAMETER : CME_NOT_ALLOWED);
}

/* Switched off for this client alone: the modem is not asked. */
static bool answer_off(struct vmodem_client *c, const struct at_command *cmd)
{
	if (c->fun == 1 || cmd->form == AT_TEST)
		return false;
	if (registration_kind(cmd->name) >= 0)
		client_print(c, "%s: %d,0", cmd->name,
			client_setting(c, (enum setting)(SET_CREG + registration_kind(cmd->name))));
	else if (text_equal(cmd->name, "+CSQ"))
		client_line(c, "+CSQ: 99,99");
	else if (text_equal(cmd->name, "+COPS"))
		client_line(c, "+COPS: 0");
	else
		return false;
	return true;
}

enum outcome run_query(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	const struct query *q = find(cmd->name);
	const char *text = cmd->form == AT_EXECUTE ? q->execute : cmd->form == AT_READ ? q->read : q->test;

	(void)action;
	if (cmd->form == AT_SET && text_equal(cmd->name, "+COPS"))
		return set_operator(c, cmd->args);
	if (cmd->form == AT_SET && text_equal(cmd->name, "+CGATT"))
		return at_argument_number(cmd->args, 0, 1) < 0 ? client_fail(c, CME_BAD_PARAMETER)
							       : OUTCOME_DONE;
	if (cmd->form == AT_SET || !text)
		return client_fail(c, CME_NOT_SUPPORTED);
	if (answer_off(c, cmd))
		return OUTCOME_DONE;
	if (text_equal(cmd->name, "+COPS") && cmd->form == AT_READ)
		return ask_operator(c);
	if (!text[0])
		return OUTCOME_DONE;
	return forward(c, text, q->plain, QUERY_MS, q->rewrite);
}

/* A form that sets is another class than the one that reads. */
static enum modem_class classify(struct vmodem_client *c, const struct at_command *cmd)
{
	(void)c;
	if (text_equal(cmd->name, "+COPS") && cmd->form == AT_SET)
		return at_argument_number(cmd->args, 0, 4) == 3 ? MODEM_CLASS_SETTING : MODEM_CLASS_RADIO;
	/* Looking for networks takes the modem from everyone for minutes. */
	if (text_equal(cmd->name, "+COPS") && cmd->form == AT_TEST)
		return MODEM_CLASS_RADIO;
	if (text_equal(cmd->name, "+CGATT") && cmd->form == AT_SET)
		return MODEM_CLASS_RADIO;
	if (cmd->form != AT_SET)
		return MODEM_CLASS_QUERY;
	if (text_equal(cmd->name, "+CPIN") || text_equal(cmd->name, "+CSCA") ||
		text_equal(cmd->name, "+CPOL"))
		return MODEM_CLASS_SIM;
	return text_equal(cmd->name, "+CLIR") ? MODEM_CLASS_SERVICE : MODEM_CLASS_QUERY;
}

static const struct command query = {"", classify, MODEM_CLASS_QUERY, run_query};

const struct command *query_find(const char *name)
{
	return find(name) ? &query : NULL;
}
