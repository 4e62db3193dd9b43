/* Unsolicited result codes: to those clients that have asked for them, in their own terms. */
#include "vdev-modem/text.h"
#include "vdev-modem/vmodem_int.h"
#include "vdev/log.h"

/* Behind the colon and its space. */
static const char *fields_of(const char *text)
{
	while (*text && *text != ':')
		text++;
	for (text += *text == ':'; *text == ' ';)
		text++;
	return text;
}

static void route_ring(struct vmodem_client *c, const char *text)
{
	(void)text;
	client_urc(c, client_setting(c, SET_CRC) ? "+CRING: VOICE" : "RING");
}

/* +CLIP: <number>,<type>,<subaddr>,<satype>,<alpha>[,<validity>]: the name in the client's characters. */
static void route_clip(struct vmodem_client *c, const char *text)
{
	const char *fields = fields_of(text);
	char number[48], name[64], quoted[200], out[LINE_TEXT_BYTES];
	long type = at_argument_number(fields, 1, 255), validity = at_argument_number(fields, 5, 2);

	if (!client_setting(c, SET_CLIP))
		return;
	(void)at_argument(fields, 0, number, sizeof(number));
	(void)at_argument(fields, 4, name, sizeof(name));
	client_quote(c, quoted, sizeof(quoted), name);
	(void)vdev_format(out, sizeof(out), "+CLIP: \"%s\",%d,,,\"%s\",%d", number,
		type < 0 ? 128 : (int)type, quoted, validity < 0 ? 0 : (int)validity);
	client_urc(c, out);
}

static void route_registration(struct vmodem_client *c, const char *text)
{
	int kind = registration_kind(text);
	static const char *const names[] = {"+CREG", "+CGREG", "+CEREG"};
	const struct vmodem_shared *s = &c->vm->shared;
	int32_t n = client_setting(c, (enum setting)(SET_CREG + kind));
	char out[80];

	if (!n || c->fun != 1)
		return;
	(void)vdev_format(out, sizeof(out), "%s: %u%s", names[kind], s->registration[kind],
		n == 2 ? s->location[kind] : "");
	client_urc(c, out);
}

/* An answer to whoever asked the network; what the network begins is telephony's. */
static void route_ussd(struct vmodem_client *c, const char *text)
{
	const char *fields = fields_of(text);
	char string[200], quoted[LINE_TEXT_BYTES - 40], out[LINE_TEXT_BYTES];
	long m = at_argument_number(fields, 0, 5);

	if (!c->ussd_session || m < 0)
		return;
	c->ussd_session = m == 1; /* 1: further action is asked of the user */
	if (!client_setting(c, SET_CUSD))
		return;
	if (!at_argument(fields, 1, string, sizeof(string))) {
		(void)vdev_format(out, sizeof(out), "+CUSD: %d", (int)m);
	} else {
		client_quote(c, quoted, sizeof(quoted), string);
		(void)vdev_format(out, sizeof(out), "+CUSD: %d,\"%s\",15", (int)m, quoted);
	}
	client_urc(c, out);
}

/* Messages: only where the client asks for indications and may read. */
static void route_message(struct vmodem_client *c, const char *text)
{
	if (!client_setting(c, SET_CNMI) || !c->value[SET_CNMI][1] ||
		c->policy->action[MODEM_CLASS_SMS_READ] != MODEM_ALLOW)
		return;
	c->reads_messages = true;
	if (!(text_begins(text, "+CMTI:") && sms_deliver(c, text)))
		client_urc(c, text);
}

static void route_end(struct vmodem_client *c, const char *text)
{
	client_urc(c, text);
}

static void route_if(struct vmodem_client *c, const char *text)
{
	static const struct {
		const char *urc;
		uint8_t setting, value;
	} rules[] = {{"+CCWA:", SET_CCWA, 0}, {"+CSSI:", SET_CSSN, 0}, {"+CSSU:", SET_CSSN, 1},
		{"+CGEV:", SET_CGEREP, 0}, {"+CTZV:", SET_CTZR, 0}, {"+CTZE:", SET_CTZR, 0},
		{"+CNAP:", SET_CNAP, 0}, {"+CDIP:", SET_CDIP, 0}, {"+COLP:", SET_COLP, 0}};

	for (unsigned i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (text_begins(text, rules[i].urc) && c->value[rules[i].setting][rules[i].value])
			client_urc(c, text);
}

static const struct {
	const char *urc;
	void (*route)(struct vmodem_client *c, const char *text);
} routes[] = {
	{"RING", route_ring},
	{"+CRING:", route_ring},
	{"+CLIP:", route_clip},
	{"NO CARRIER", route_end},
	{"BUSY", route_end},
	{"NO ANSWER", route_end},
	{"+CREG:", route_registration},
	{"+CGREG:", route_registration},
	{"+CEREG:", route_registration},
	{"+CMTI:", route_message},
	{"+CDSI:", route_message},
	{"+CUSD:", route_ussd},
	{"+C", route_if},
};

/* What the whole module learns from a line, before clients are told. */
static void learn(struct vmodem *vm, const char *text)
{
	int kind = registration_kind(text);
	char digits[16];

	if (kind >= 0)
		shared_registration(vm, (unsigned)kind, fields_of(text));
	/* TS 27.007 8.67: the network's emergency numbers; +CEN1 begins a new list. */
	if (text_begins(text, "+CEN1:"))
		emergency_forget(&vm->emergency, EMERGENCY_NETWORK);
	if (text_begins(text, "+CEN2:") && at_argument(fields_of(text), 1, digits, sizeof(digits)))
		(void)emergency_add(&vm->emergency, EMERGENCY_NETWORK, digits);
	if (text_begins(text, "+CMTI:"))
		sms_arrived(vm, text);
	if (text_begins(text, "+CPIN:"))
		emergency_set_sim(&vm->emergency, !text_begins(fields_of(text), "NOT INSERTED"));
}

void urc_route(struct vmodem *vm, const char *text)
{
	unsigned r = 0;

	learn(vm, text);
	vm->impl->urc(vm->data, text);
	while (r < sizeof(routes) / sizeof(routes[0]) && !text_begins(text, routes[r].urc))
		r++;
	if (r == sizeof(routes) / sizeof(routes[0]))
		return;
	for (unsigned i = 0; i < vm->client_count; i++)
		if (vm->client[i].policy->action[MODEM_CLASS_QUERY] == MODEM_ALLOW)
			routes[r].route(&vm->client[i], text);
}

/* +CIEV: <ind>,<value>, indicators counted from 1 as +CIND has them. */
static void indicate(struct vmodem *vm, unsigned indicator, unsigned value)
{
	char text[24];

	(void)vdev_format(text, sizeof(text), "+CIEV: %u,%u", indicator, value);
	for (unsigned i = 0; i < vm->client_count; i++) {
		struct vmodem_client *c = &vm->client[i];

		if (c->value[SET_CMER][0] && c->value[SET_CMER][3] &&
			c->policy->action[MODEM_CLASS_QUERY] == MODEM_ALLOW)
			client_urc(c, text);
	}
}

static bool in_service(const struct vmodem_shared *s)
{
	return s->registration[0] == 1 || s->registration[0] == 5;
}

void urc_indicators(struct vmodem *vm, const struct vmodem_shared *old)
{
	const struct vmodem_shared *now = &vm->shared;

	if (now->signal != old->signal)
		indicate(vm, 1, now->signal);
	if (in_service(now) != in_service(old))
		indicate(vm, 2, in_service(now));
	if (now->call != old->call)
		indicate(vm, 3, now->call);
	if (now->call_setup != old->call_setup)
		indicate(vm, 4, now->call_setup);
	if ((now->registration[0] == 5) != (old->registration[0] == 5))
		indicate(vm, 5, now->registration[0] == 5);
}
