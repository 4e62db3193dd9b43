/* A client's own settings: kept and answered here, never sent to the modem. One row each. */
#include "vdev-modem/text.h"
#include "vdev-modem/vmodem_int.h"
#include "vdev/log.h"

struct row {
	const char *name;
	const char *test; /* what =? says; NULL: just OK */
	uint8_t count;	  /* of values */
	int32_t initial[VMODEM_VALUE_MAX];
	int32_t limit[VMODEM_VALUE_MAX];
	const char *read_tail; /* stands behind the values in ?: what the network has */
	/* More arguments than values are a request of this class to the network; 0: a mistake. */
	enum modem_class beyond;
};

static const struct row rows[SET_COUNT] = {
	[SET_CMEE] = {"+CMEE", "(0-2)", 1, {0}, {2}, NULL, 0},
	[SET_CMGF] = {"+CMGF", "(0)", 1, {0}, {0}, NULL, 0}, /* PDU mode only: a PDU can be checked */
	[SET_CREG] = {"+CREG", "(0-2)", 1, {0}, {2}, NULL, 0},
	[SET_CGREG] = {"+CGREG", "(0-2)", 1, {0}, {2}, NULL, 0},
	[SET_CEREG] = {"+CEREG", "(0-2)", 1, {0}, {2}, NULL, 0},
	[SET_CMER] = {"+CMER", "(0-3),(0),(0),(0,1),(0,1)", 5, {0}, {3, 0, 0, 1, 1}, NULL, 0},
	[SET_CGEREP] = {"+CGEREP", "(0-2),(0,1)", 2, {0}, {2, 1}, NULL, 0},
	[SET_CLIP] = {"+CLIP", "(0,1)", 1, {0}, {1}, ",1", 0},
	[SET_CRC] = {"+CRC", "(0,1)", 1, {0}, {1}, NULL, 0},
	[SET_CCWA] = {"+CCWA", "(0,1)", 1, {0}, {1}, NULL, MODEM_CLASS_SERVICE},
	[SET_COLP] = {"+COLP", "(0,1)", 1, {0}, {1}, ",1", 0},
	[SET_CSSN] = {"+CSSN", "(0,1),(0,1)", 2, {0}, {1, 1}, NULL, 0},
	[SET_CUSD] = {"+CUSD", "(0-2)", 1, {0}, {2}, NULL, MODEM_CLASS_USSD},
	[SET_CNMI] = {"+CNMI", "(0-2),(0-3),(0-3),(0-2),(0,1)", 5, {0}, {2, 3, 3, 2, 1}, NULL, 0},
	[SET_CTZU] = {"+CTZU", "(0,1)", 1, {0}, {1}, NULL, 0},
	[SET_CTZR] = {"+CTZR", "(0-2)", 1, {0}, {2}, NULL, 0},
	[SET_CNAP] = {"+CNAP", "(0,1)", 1, {0}, {1}, ",0", 0},
	[SET_CDIP] = {"+CDIP", "(0,1)", 1, {0}, {1}, ",0", 0},
	[SET_CAOC] = {"+CAOC", "(0-2)", 1, {0}, {2}, NULL, 0},
	[SET_CCWE] = {"+CCWE", "(0,1)", 1, {0}, {1}, NULL, 0},
	[SET_CGSMS] = {"+CGSMS", "(0-3)", 1, {1}, {3}, NULL, 0},
	[SET_CSMS] = {"+CSMS", "(0,1)", 1, {0}, {1}, ",1,1,1", 0},
	[SET_IFC] = {"+IFC", "(0,2),(0,2)", 2, {2, 2}, {2, 2}, NULL, 0},
	[SET_ICF] = {"+ICF", "(3),(0)", 2, {3, 0}, {3, 0}, NULL, 0},
	[SET_IPR] = {"+IPR", "(0,9600,19200,38400,57600,115200)", 1, {0}, {4000000}, NULL, 0},
	[SET_CPLS] = {"+CPLS", "(0-2)", 1, {0}, {2}, NULL, 0},
	[SET_FCLASS] = {"+FCLASS", "(0)", 1, {0}, {0}, NULL, 0},
	[SET_CMMS] = {"+CMMS", "(0-2)", 1, {0}, {2}, NULL, 0},
	[SET_CMOD] = {"+CMOD", "(0)", 1, {0}, {0}, NULL, 0},
	[SET_CVHU] = {"+CVHU", "(0-2)", 1, {0}, {2}, NULL, 0},
	[SET_CBST] = {"+CBST", "(0,7,71),(0),(1)", 3, {0, 0, 1}, {134, 1, 3}, NULL, 0},
	[SET_CRLP] = {"+CRLP", "(0-61),(0-61),(39-255),(1-255)", 4, {61, 61, 48, 6}, {61, 61, 255, 255}, NULL,
		0},
	[SET_CR] = {"+CR", "(0,1)", 1, {0}, {1}, NULL, 0},
	[SET_CEMODE] = {"+CEMODE", "(0-3)", 1, {0}, {3}, NULL, 0},
	[SET_CSDH] = {"+CSDH", "(0,1)", 1, {0}, {1}, NULL, 0},
	[SET_CPSB] = {"+CPSB", "(0,1)", 1, {0}, {1}, NULL, 0},
	/* Of this client's own sound only: the call's microphone and volume are telephony's. */
	[SET_CMUT] = {"+CMUT", "(0,1)", 1, {0}, {1}, NULL, 0},
	[SET_CLVL] = {"+CLVL", "(0-10)", 1, {5}, {10}, NULL, 0},
	[SET_CSCB] = {"+CSCB", "(0,1)", 1, {0}, {1}, NULL, MODEM_CLASS_SETTING},
};

static unsigned row_of(const char *name)
{
	unsigned i = 0;

	while (i < SET_COUNT && !text_equal(rows[i].name, name))
		i++;
	return i;
}

void settings_reset(struct vmodem_client *c)
{
	for (unsigned i = 0; i < SET_COUNT; i++)
		__builtin_memcpy(c->value[i], rows[i].initial, sizeof(c->value[i]));
	__builtin_memset(c->context, 0, sizeof(c->context));
	c->echo = c->verbose = true;
	c->quiet = false;
	c->charset = VMODEM_IRA;
	c->cops_format = 0;
	c->fun = 1;
}

static enum modem_class classify(struct vmodem_client *c, const struct at_command *cmd)
{
	const struct row *row = &rows[row_of(cmd->name)];

	(void)c;
	if (registration_kind(cmd->name) >= 0 && cmd->form == AT_READ)
		return MODEM_CLASS_QUERY;
	if (cmd->form == AT_SET && at_argument_count(cmd->args) > row->count && row->beyond)
		return row->beyond;
	return MODEM_CLASS_SETTING;
}

static void show(struct vmodem_client *c, const struct row *row, const int32_t *value)
{
	char text[96];
	size_t count = vdev_format(text, sizeof(text), "%s: ", row->name);

	for (unsigned i = 0; i < row->count; i++)
		count += vdev_format(text + count, sizeof(text) - count, i ? ",%d" : "%d", value[i]);
	(void)vdev_format(text + count, sizeof(text) - count, "%s", row->read_tail ? row->read_tail : "");
	client_line(c, text);
}

/* Missing values keep what they were (V.250 5.4.2.1); all are right or none is taken. */
static enum outcome set(struct vmodem_client *c, unsigned index, const char *args)
{
	const struct row *row = &rows[index];
	int32_t value[VMODEM_VALUE_MAX];

	__builtin_memcpy(value, c->value[index], sizeof(value));
	if (at_argument_count(args) > row->count && row->beyond != MODEM_CLASS_SETTING)
		return client_fail(c, CME_BAD_PARAMETER);
	for (unsigned i = 0; i < row->count; i++) {
		long given = at_argument_number(args, i, row->limit[i]);

		if (given == -1)
			return client_fail(c, CME_BAD_PARAMETER);
		if (given >= 0)
			value[i] = (int32_t)given;
	}
	__builtin_memcpy(c->value[index], value, sizeof(value));
	if (index == SET_CSMS)
		client_line(c, "+CSMS: 1,1,1"); /* TS 27.005 3.2.1: which messages are supported */
	if (index == SET_CUSD && value[0] == 2)
		c->ussd_session = false;
	return OUTCOME_DONE;
}

static enum outcome run(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	unsigned index = row_of(cmd->name);

	if (registration_kind(cmd->name) >= 0 && cmd->form == AT_READ)
		return run_query(c, cmd, action);
	if (index == SET_CUSD && cmd->form == AT_SET && at_argument_count(cmd->args) > 1)
		return call_find("+CUSD")->run(c, cmd, action);
	switch (cmd->form) {
	case AT_TEST:
		if (rows[index].test)
			client_print(c, "%s: %s", rows[index].name, rows[index].test);
		return OUTCOME_DONE;
	case AT_READ: show(c, &rows[index], c->value[index]); return OUTCOME_DONE;
	case AT_SET: return set(c, index, cmd->args);
	default:
		return index == SET_CMER || index == SET_CGEREP ? set(c, index, "0")
								: client_fail(c, CME_BAD_PARAMETER);
	}
}

static const struct command setting = {"", classify, MODEM_CLASS_SETTING, run};

const struct command *settings_find(const char *name)
{
	return row_of(name) < SET_COUNT ? &setting : NULL;
}
