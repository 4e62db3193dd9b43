/* What costs money or touches calls: dialling, answering, call control, USSD, services, data. */
#include <errno.h>
#include "vdev-modem/text.h"
#include "vdev-modem/vmodem_int.h"
#include "vdev/log.h"

#define USSD_MS 15000

/* A number that is one whatever stands around it is an emergency call, with or without ; behind it. */
static bool is_emergency(const struct vmodem_client *c, enum at_dial kind, const char *number)
{
	return kind == AT_DIAL_NUMBER && emergency_match(&c->vm->emergency, number);
}

static enum modem_class classify_d(struct vmodem_client *c, const struct at_command *cmd)
{
	char number[AT_NUMBER_BYTES];
	enum at_dial kind = at_dial_string(cmd->args, number);

	if (is_emergency(c, kind, number))
		return MODEM_CLASS_EMERGENCY;
	if (kind == AT_DIAL_DATA)
		return MODEM_CLASS_DATA;
	return kind == AT_DIAL_CODE ? MODEM_CLASS_SERVICE : MODEM_CLASS_DIAL;
}

/* Telephony calls; the answer is OK as soon as it has taken the number (TS 27.007 6.2). */
static enum outcome dial(struct vmodem_client *c, const char *number, bool emergency)
{
	int ret = c->vm->impl->dial(c->vm->data, c->index, number, emergency);

	c->vm->billable_count += ret == 0 && !emergency;
	vdev_log(VDEV_LOG_INFO, "modem: %s dials %s%s: %s", c->policy->name, number,
		emergency ? " (emergency)" : "", ret ? "telephony refuses" : "telephony calls");
	return ret ? OUTCOME_NO_CARRIER : OUTCOME_DONE;
}

/* *99# or *99***<cid>#. */
static enum outcome dial_data(struct vmodem_client *c, const char *number)
{
	return online_dial(c, number[3] == '*' ? (unsigned)(number[6] - '0') : 1);
}

static enum outcome run_d(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	char number[AT_NUMBER_BYTES];
	enum at_dial kind = at_dial_string(cmd->args, number);

	if (is_emergency(c, kind, number))
		return dial(c, number, true);
	if (kind == AT_DIAL_DATA)
		return action == MODEM_ASK ? vmodem_ask_user(c, MODEM_CLASS_DATA, number)
					   : dial_data(c, number);
	if (kind != AT_DIAL_NUMBER)
		return vmodem_refuse(
			c, MODEM_CLASS_DIAL, "not a plain number: who would be called is not known");
	/* Without ; it is a circuit-switched data call, which nobody has asked about. */
	if (!cmd->voice)
		return vmodem_refuse(c, MODEM_CLASS_DIAL, "no voice call: ; is missing behind the number");
	return action == MODEM_ASK ? vmodem_ask_user(c, MODEM_CLASS_DIAL, number) : dial(c, number, false);
}

static enum outcome run_a(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	(void)cmd;
	(void)action;
	return c->vm->impl->answer(c->vm->data, c->index) ? OUTCOME_NO_CARRIER : OUTCOME_DONE;
}

/* eCall (TS 27.007 6.27) is no client's to make: an emergency call is dialled by its number. */
static enum outcome run_cecall(
	struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	(void)cmd;
	(void)action;
	return vmodem_refuse(c, MODEM_CLASS_DIAL, "an emergency call is dialled by its number");
}

enum outcome call_control(struct vmodem_client *c, enum vmodem_control what, const char *argument)
{
	int ret = c->vm->impl->control ? c->vm->impl->control(c->vm->data, c->index, what, argument) : -EPERM;

	return ret ? vmodem_refuse(
			     c, MODEM_CLASS_CONTROL, "there is no call of its own, or another one beside it")
		   : OUTCOME_DONE;
}

/* +CHLD=<operation>: 0 to 4, 1 and 2 also with the number of a call (TS 27.007 7.13). */
static bool is_operation(const char *text)
{
	return (text[0] >= '0' && text[0] <= '4' && !text[1]) ||
	       ((text[0] == '1' || text[0] == '2') && text[1] >= '1' && text[1] <= '7' && !text[2]);
}

static enum outcome control(struct vmodem_client *c, const struct at_command *cmd)
{
	char argument[8];

	(void)at_argument(cmd->args, 0, argument, sizeof(argument));
	if (text_equal(cmd->name, "+CHUP") && cmd->form == AT_EXECUTE)
		return call_control(c, VMODEM_HANG_UP, "");
	if (text_equal(cmd->name, "+CHLD") && cmd->form == AT_SET && is_operation(argument))
		return call_control(c, VMODEM_HOLD, argument);
	if (text_equal(cmd->name, "+VTS") && cmd->form == AT_SET && argument[0] && !argument[1] &&
		text_in(argument[0], "0123456789*#ABCD"))
		return call_control(c, VMODEM_TONE, argument);
	return text_equal(cmd->name, "+VTD") ? OUTCOME_DONE : client_fail(c, CME_BAD_PARAMETER);
}

/* Done for the looks of it (the policy says virtual), to a call of the client's own, or only described. */
static enum outcome run_control(
	struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	static const struct {
		const char *name, *test;
	} tests[] = {{"+CHLD", "(0,1,1x,2,2x,3,4)"}, {"+VTS", "(0-9,*,#,A-D)"}, {"+VTD", "(0-255)"}};

	if (action == MODEM_ALLOW && cmd->form != AT_TEST && cmd->form != AT_READ)
		return control(c, cmd);
	for (unsigned i = 0; cmd->form == AT_TEST && i < sizeof(tests) / sizeof(tests[0]); i++)
		if (text_equal(cmd->name, tests[i].name))
			client_print(c, "%s: %s", cmd->name, tests[i].test);
	if (cmd->form == AT_READ && text_equal(cmd->name, "+VTD"))
		client_line(c, "+VTD: 0");
	else if (cmd->form == AT_READ)
		return client_fail(c, CME_NOT_SUPPORTED);
	return OUTCOME_DONE;
}

/* Asking what there is harms nobody and is answered here. */
static enum modem_class classify_control(struct vmodem_client *c, const struct at_command *cmd)
{
	(void)c;
	return cmd->form == AT_TEST || cmd->form == AT_READ ? MODEM_CLASS_SETTING : MODEM_CLASS_CONTROL;
}

static enum modem_class classify_service(struct vmodem_client *c, const struct at_command *cmd)
{
	(void)c;
	return cmd->form == AT_TEST ? MODEM_CLASS_SETTING : MODEM_CLASS_SERVICE;
}

static enum outcome run_service(
	struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	(void)action;
	if (cmd->form == AT_TEST && text_equal(cmd->name, "+CCFC"))
		client_line(c, "+CCFC: (0-5)");
	return cmd->form == AT_TEST ? OUTCOME_DONE : client_fail(c, CME_NOT_ALLOWED);
}

/*
 * USSD: +CUSD=<n>,<str>[,<dcs>] (TS 27.007 7.15).
 */

/* The string as digits, * and #; UCS2 undone. False: something else is in it. */
static bool ussd_string(const struct vmodem_client *c, const char *args, char *to)
{
	char given[AT_NUMBER_BYTES * 4];
	size_t count = 0, step = c->charset == VMODEM_UCS2 ? 4 : 1;

	to[0] = 0;
	if (!at_argument(args, 1, given, sizeof(given)) || !given[0])
		return false;
	for (const char *t = given; *t; t += step) {
		int high = step == 4 && text_length(t) >= 4 && text_begins(t, "00") ? text_hex(t[2]) : -1;
		int low = high >= 0 ? text_hex(t[3]) : -1;
		char ch = step == 1 ? *t : low < 0 ? 0 : (char)(high * 16 + low);

		if (!ch || !text_in(ch, "0123456789*#") || count + 1 >= AT_NUMBER_BYTES)
			return false;
		to[count++] = ch;
	}
	to[count] = 0;
	return true;
}

static enum outcome send_ussd(struct vmodem_client *c, const char *code)
{
	char text[AT_NUMBER_BYTES + 24];

	(void)vdev_format(text, sizeof(text), "AT+CUSD=1,\"%s\",15", code);
	c->ussd_session = true;
	c->vm->billable_count++;
	return forward(c, text, false, USSD_MS, NULL);
}

static enum outcome run_cusd(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	char code[AT_NUMBER_BYTES];
	long n = at_argument_number(cmd->args, 0, 2);

	if (n < 0 || !ussd_string(c, cmd->args, code))
		return client_fail(c, CME_BAD_PARAMETER);
	c->value[SET_CUSD][0] = (int32_t)n;
	return action == MODEM_ASK ? vmodem_ask_user(c, MODEM_CLASS_USSD, code) : send_ussd(c, code);
}

/*
 * Data.
 */

static enum modem_class classify_data(struct vmodem_client *c, const struct at_command *cmd)
{
	(void)c;
	/* Switching off, and looking, cost nothing. */
	if (cmd->form != AT_SET ||
		(text_equal(cmd->name, "+CGACT") && at_argument_number(cmd->args, 0, 0) == 0))
		return MODEM_CLASS_SETTING;
	return MODEM_CLASS_DATA;
}

static enum outcome run_cgact(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	(void)action;
	if (cmd->form == AT_TEST)
		client_line(c, "+CGACT: (0,1)");
	for (unsigned i = 0; cmd->form == AT_READ && i < VMODEM_CONTEXT_MAX; i++)
		if (c->context[i].type[0])
			client_print(c, "+CGACT: %u,0", i + 1);
	/* A context comes up by D*99# here. */
	return cmd->form == AT_SET && classify_data(c, cmd) == MODEM_CLASS_DATA
		       ? client_fail(c, CME_NOT_SUPPORTED)
		       : OUTCOME_DONE;
}

static const struct command commands[] = {
	{"D", classify_d, MODEM_CLASS_DIAL, run_d},
	{"A", NULL, MODEM_CLASS_ANSWER, run_a},
	{"+CECALL", NULL, MODEM_CLASS_DIAL, run_cecall},
	{"+CHUP", classify_control, MODEM_CLASS_CONTROL, run_control},
	{"+CHLD", classify_control, MODEM_CLASS_CONTROL, run_control},
	{"+VTS", classify_control, MODEM_CLASS_CONTROL, run_control},
	{"+VTD", classify_control, MODEM_CLASS_CONTROL, run_control},
	{"+CTFR", classify_control, MODEM_CLASS_CONTROL, run_control},
	{"+CUSD", NULL, MODEM_CLASS_USSD, run_cusd},
	{"+CCFC", classify_service, MODEM_CLASS_SERVICE, run_service},
	{"+CCFCU", classify_service, MODEM_CLASS_SERVICE, run_service},
	{"+CUG", classify_service, MODEM_CLASS_SERVICE, run_service},
	{"+COLR", classify_service, MODEM_CLASS_SERVICE, run_service},
	{"+CPWD", classify_service, MODEM_CLASS_SERVICE, run_service},
	{"+CAMM", classify_service, MODEM_CLASS_SERVICE, run_service},
	{"+CACM", classify_service, MODEM_CLASS_SERVICE, run_service},
	{"+CPUC", classify_service, MODEM_CLASS_SERVICE, run_service},
	{"+CGACT", classify_data, MODEM_CLASS_DATA, run_cgact},
	{"+CGDATA", classify_data, MODEM_CLASS_DATA, run_cgact},
};

const struct command *call_find(const char *name)
{
	for (unsigned i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (text_equal(commands[i].name, name))
			return &commands[i];
	return NULL;
}

enum outcome call_decided(struct vmodem_client *c, bool allow)
{
	if (!allow)
		return vmodem_refuse(c, c->ask.class, "the user says no");
	if (c->ask.class == MODEM_CLASS_DATA)
		return dial_data(c, c->ask.number);
	return c->ask.class == MODEM_CLASS_DIAL ? dial(c, c->ask.number, false) : send_ussd(c, c->ask.number);
}
