/* Basic commands (V.250 6) and those of TS 27.007 that set something other than numbers, for one client. */
#include "vdev-modem/text.h"
#include "vdev-modem/vmodem_int.h"
#include "vdev/log.h"

static const char *const charsets[VMODEM_CHARSET_COUNT] = {"GSM", "IRA", "UCS2", "UTF-8"};

static enum outcome toggle(bool *value, const struct at_command *cmd)
{
	if (cmd->number > 1)
		return OUTCOME_ERROR;
	*value = cmd->number == 1;
	return OUTCOME_DONE;
}

static enum outcome run_e(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	(void)action;
	return toggle(&c->echo, cmd);
}

static enum outcome run_v(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	(void)action;
	return toggle(&c->verbose, cmd);
}

static enum outcome run_q(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	(void)action;
	return toggle(&c->quiet, cmd);
}

/* Accepted, without anything here that it could change: &C, &D, X, L, M, … */
static enum outcome run_nothing(
	struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	(void)c;
	(void)action;
	return cmd->number <= 9 ? OUTCOME_DONE : OUTCOME_ERROR;
}

/* V.250 6.1.1 lets Z hang up; here it resets what is the client's. */
static enum outcome run_reset(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	(void)action;
	if (cmd->number > 1)
		return OUTCOME_ERROR;
	settings_reset(c);
	return OUTCOME_DONE;
}

/*
 * ModemManager sends H to find out whether there is voice: OK says yes. A call of the client's own ends, if the policy
 * allows that; another one is telephony's, and goes on.
 */
static enum outcome run_h(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	(void)action;
	if (cmd->number)
		return OUTCOME_ERROR;
	online_hang_up(c); /* its own data call is another matter */
	if (vmodem_action(c, MODEM_CLASS_CONTROL) == MODEM_ALLOW && c->vm->impl->control)
		(void)c->vm->impl->control(c->vm->data, c->index, VMODEM_HANG_UP, "");
	return OUTCOME_DONE;
}

static enum outcome run_i(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	(void)action;
	if (cmd->number > 9)
		return OUTCOME_ERROR;
	client_line(c, "Partyline virtual modem");
	return OUTCOME_DONE;
}

static enum outcome run_o(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	(void)cmd;
	(void)action;
	return c->data ? OUTCOME_CONNECT : OUTCOME_NO_CARRIER;
}

/* S0 is automatic answering; the line's characters stay what they are; the others time what is not done here. */
static enum modem_class classify_s(struct vmodem_client *c, const struct at_command *cmd)
{
	(void)c;
	if (cmd->number == 0 && cmd->form == AT_SET && at_argument_number(cmd->args, 0, 0) != 0)
		return MODEM_CLASS_ANSWER;
	return MODEM_CLASS_SETTING;
}

static enum outcome run_s(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	static const uint8_t initial[] = {0, 0, 0, 13, 10, 8, 2, 60, 2, 6, 14};

	(void)action;
	if (cmd->number >= sizeof(initial))
		return OUTCOME_ERROR;
	if (cmd->form == AT_READ) {
		client_print(c, "%03u", initial[cmd->number]);
		return OUTCOME_DONE;
	}
	if (cmd->number == 0 && classify_s(c, cmd) == MODEM_CLASS_ANSWER)
		return client_fail(c, CME_NOT_SUPPORTED);
	if (cmd->number >= 3 && cmd->number <= 5 &&
		at_argument_number(cmd->args, 0, 255) != initial[cmd->number])
		return OUTCOME_ERROR;
	return at_argument_number(cmd->args, 0, 255) < 0 ? OUTCOME_ERROR : OUTCOME_DONE;
}

static enum outcome run_gcap(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	(void)action;
	if (cmd->form == AT_EXECUTE)
		client_line(c, "+GCAP: +CGSM");
	return cmd->form == AT_EXECUTE || cmd->form == AT_TEST ? OUTCOME_DONE : OUTCOME_ERROR;
}

static enum outcome run_cscs(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	char name[12];

	(void)action;
	if (cmd->form == AT_TEST) {
		client_line(c, "+CSCS: (\"GSM\",\"IRA\",\"UCS2\",\"UTF-8\")");
		return OUTCOME_DONE;
	}
	if (cmd->form == AT_READ) {
		client_print(c, "+CSCS: \"%s\"", charsets[c->charset]);
		return OUTCOME_DONE;
	}
	if (cmd->form != AT_SET || !at_argument(cmd->args, 0, name, sizeof(name)))
		return client_fail(c, CME_BAD_PARAMETER);
	for (uint8_t i = 0; i < VMODEM_CHARSET_COUNT; i++)
		if (text_equal(name, charsets[i])) {
			c->charset = i;
			return OUTCOME_DONE;
		}
	return client_fail(c, CME_BAD_PARAMETER);
}

/* Reading is the client's own affair; the radio stays on for everyone else whatever it sets. */
static enum modem_class classify_cfun(struct vmodem_client *c, const struct at_command *cmd)
{
	(void)c;
	return cmd->form == AT_SET ? MODEM_CLASS_RADIO : MODEM_CLASS_SETTING;
}

static enum outcome run_cfun(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	long fun = at_argument_number(cmd->args, 0, 4), reset = at_argument_number(cmd->args, 1, 1);

	(void)action;
	if (cmd->form == AT_TEST)
		client_line(c, "+CFUN: (0,1,4),(0,1)");
	else if (cmd->form == AT_READ)
		client_print(c, "+CFUN: %u", c->fun);
	else if (cmd->form != AT_SET || (fun != 0 && fun != 1 && fun != 4) || reset == -1)
		return client_fail(c, CME_BAD_PARAMETER);
	else
		c->fun = (uint8_t)fun;
	return OUTCOME_DONE;
}

/* TS 27.007 8.9, in the order that urc.c counts by. */
static enum outcome run_cind(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	const struct vmodem_shared *s = &c->vm->shared;
	uint8_t stat = c->fun == 1 ? s->registration[0] : 0;

	(void)action;
	if (cmd->form == AT_TEST)
		client_line(c,
			"+CIND: "
			"(\"signal\",(0-5)),(\"service\",(0,1)),(\"call\",(0,1)),(\"callsetup\",(0-3)),"
			"(\"roam\",(0,1))");
	else if (cmd->form == AT_READ)
		client_print(c, "+CIND: %u,%d,%u,%u,%d", s->signal, stat == 1 || stat == 5, s->call,
			s->call_setup, stat == 5);
	else
		return client_fail(c, CME_NOT_SUPPORTED);
	return OUTCOME_DONE;
}

static enum outcome list_contexts(struct vmodem_client *c)
{
	for (unsigned i = 0; i < VMODEM_CONTEXT_MAX; i++)
		if (c->context[i].type[0])
			client_print(c, "+CGDCONT: %u,\"%s\",\"%s\",\"\",0,0", i + 1, c->context[i].type,
				c->context[i].apn);
	return OUTCOME_DONE;
}

/* A client's contexts are its own; they count when it is given data. */
static enum outcome run_cgdcont(
	struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	long cid = at_argument_number(cmd->args, 0, VMODEM_CONTEXT_MAX);
	struct vmodem_context context = {"", ""};

	(void)action;
	if (cmd->form == AT_READ)
		return list_contexts(c);
	if (cmd->form == AT_TEST) {
		client_print(c, "+CGDCONT: (1-%d),\"IP\",,,(0),(0)", VMODEM_CONTEXT_MAX);
		return OUTCOME_DONE;
	}
	if (cmd->form != AT_SET || cid < 1)
		return client_fail(c, CME_BAD_PARAMETER);
	if (at_argument_count(cmd->args) > 1 &&
		(!at_argument(cmd->args, 1, context.type, sizeof(context.type)) ||
			!text_equal(context.type, "IP")))
		return client_fail(c, CME_BAD_PARAMETER);
	if (at_argument_count(cmd->args) > 2 &&
		!at_argument(cmd->args, 2, context.apn, sizeof(context.apn)) &&
		at_argument_number(cmd->args, 2, 0) != -2)
		return client_fail(c, CME_BAD_PARAMETER);
	c->context[cid - 1] = context;
	return OUTCOME_DONE;
}

/* +CMUX=<mode>[,<subset>[,<speed>[,<N1>…]]] (TS 27.007 5.7); the line has no speed. */
static enum outcome run_cmux(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	long mode = at_argument_number(cmd->args, 0, 1), subset = at_argument_number(cmd->args, 1, 1);
	long n1 = at_argument_number(cmd->args, 3, 1500);

	(void)action;
	if (!c->vm->impl->mux)
		return OUTCOME_ERROR;
	if (cmd->form == AT_TEST) {
		client_line(c, "+CMUX: (0,1),(0,1),(1-5),(31-1500),(1-255),(0-100),(2-255),(1-255),(1-7)");
		return OUTCOME_DONE;
	}
	if (cmd->form != AT_SET || mode < 0 || subset == -1 || n1 == -1 || (n1 >= 0 && n1 < 31) || *c->next)
		return client_fail(c, CME_BAD_PARAMETER);
	if (n1 < 0)
		n1 = mode ? 64 : 31;
	if (c->vm->impl->mux(c->vm->data, c->index, mode == 1, subset == 1, (unsigned)n1))
		return client_fail(c, CME_NOT_SUPPORTED);
	return OUTCOME_DONE;
}

static const struct command commands[] = {
	{"E", NULL, MODEM_CLASS_SETTING, run_e},
	{"V", NULL, MODEM_CLASS_SETTING, run_v},
	{"Q", NULL, MODEM_CLASS_SETTING, run_q},
	{"X", NULL, MODEM_CLASS_SETTING, run_nothing},
	{"L", NULL, MODEM_CLASS_SETTING, run_nothing},
	{"M", NULL, MODEM_CLASS_SETTING, run_nothing},
	{"P", NULL, MODEM_CLASS_SETTING, run_nothing},
	{"T", NULL, MODEM_CLASS_SETTING, run_nothing},
	{"&C", NULL, MODEM_CLASS_SETTING, run_nothing},
	{"&D", NULL, MODEM_CLASS_SETTING, run_nothing},
	{"&K", NULL, MODEM_CLASS_SETTING, run_nothing},
	{"&S", NULL, MODEM_CLASS_SETTING, run_nothing},
	{"&W", NULL, MODEM_CLASS_SETTING, run_nothing},
	{"Z", NULL, MODEM_CLASS_SETTING, run_reset},
	{"&F", NULL, MODEM_CLASS_SETTING, run_reset},
	{"H", NULL, MODEM_CLASS_SETTING, run_h},
	{"I", NULL, MODEM_CLASS_SETTING, run_i},
	{"O", NULL, MODEM_CLASS_SETTING, run_o},
	{"S", classify_s, MODEM_CLASS_SETTING, run_s},
	{"+GCAP", NULL, MODEM_CLASS_SETTING, run_gcap},
	{"+CSCS", NULL, MODEM_CLASS_SETTING, run_cscs},
	{"+CFUN", classify_cfun, MODEM_CLASS_SETTING, run_cfun},
	{"+CIND", NULL, MODEM_CLASS_SETTING, run_cind},
	{"+CGDCONT", NULL, MODEM_CLASS_SETTING, run_cgdcont},
	{"+CMUX", NULL, MODEM_CLASS_SETTING, run_cmux},
};

const struct command *basic_find(const char *name)
{
	for (unsigned i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (text_equal(commands[i].name, name))
			return &commands[i];
	return NULL;
}
