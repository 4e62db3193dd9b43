/* The SIM: a few files that are the same for everyone may be read; nothing is written, no PIN is tried. */
#include "vdev-modem/text.h"
#include "vdev-modem/vmodem_int.h"
#include "vdev/log.h"

#define READ_BINARY  176
#define READ_RECORD  178
#define GET_RESPONSE 192
#define SIM_MS	     5000

/* Names, lists and identities; no keys (EF_Kc), no messages, no phone book (TS 51.011 10.3, TS 31.102 4.2). */
static bool is_public_file(long file)
{
	static const uint16_t files[] = {0x2fe2, 0x2f05, 0x6f05, 0x6f11, 0x6f14, 0x6f15, 0x6f38, 0x6f3e,
		0x6f3f, 0x6f40, 0x6f45, 0x6f46, 0x6f48, 0x6f50, 0x6fad, 0x6fb7, 0x6fc5, 0x6fc6, 0x6fc7,
		0x6fc9, 0x6fca, 0x6fcd};

	for (unsigned i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (files[i] == file)
			return true;
	return false;
}

/* +CRSM=<command>,<file>[,<P1>,<P2>,<P3>[,<data>[,<path>]]] (TS 27.007 8.18). */
static bool reads_public_file(const struct at_command *cmd)
{
	long what = at_argument_number(cmd->args, 0, 255);
	char data[4];

	return (what == READ_BINARY || what == READ_RECORD || what == GET_RESPONSE) &&
	       is_public_file(at_argument_number(cmd->args, 1, 65535)) && at_argument_count(cmd->args) <= 7 &&
	       (!at_argument(cmd->args, 5, data, sizeof(data)) || !data[0]);
}

static enum modem_class classify_crsm(struct vmodem_client *c, const struct at_command *cmd)
{
	(void)c;
	if (cmd->form == AT_TEST)
		return MODEM_CLASS_SETTING;
	return cmd->form == AT_SET && reads_public_file(cmd) ? MODEM_CLASS_QUERY : MODEM_CLASS_SIM;
}

/* The path is left out: the file is public wherever it lies. */
static enum outcome run_crsm(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	char text[64];
	long p[3];

	(void)action;
	if (cmd->form != AT_SET)
		return OUTCOME_DONE;
	for (unsigned i = 0; i < 3; i++) {
		p[i] = at_argument_number(cmd->args, i + 2, 255);
		if (p[i] == -1)
			return client_fail(c, CME_BAD_PARAMETER);
		p[i] = p[i] < 0 ? 0 : p[i];
	}
	(void)vdev_format(text, sizeof(text), "AT+CRSM=%ld,%ld,%ld,%ld,%ld",
		at_argument_number(cmd->args, 0, 255), at_argument_number(cmd->args, 1, 65535), p[0], p[1],
		p[2]);
	return forward(c, text, false, SIM_MS, NULL);
}

/* Mode 2 asks; 0 and 1 lock, unlock, bar (TS 27.007 7.4). */
static enum modem_class classify_clck(struct vmodem_client *c, const struct at_command *cmd)
{
	(void)c;
	if (cmd->form == AT_TEST)
		return MODEM_CLASS_QUERY;
	return cmd->form == AT_SET && at_argument_number(cmd->args, 1, 2) == 2 ? MODEM_CLASS_QUERY
									       : MODEM_CLASS_SERVICE;
}

static enum outcome run_clck(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	char facility[4], text[40];

	(void)action;
	if (cmd->form == AT_TEST)
		return forward(c, "AT+CLCK=?", false, SIM_MS, NULL);
	if (!at_argument(cmd->args, 0, facility, sizeof(facility)) || text_length(facility) != 2 ||
		facility[0] < 'A' || facility[0] > 'Z' || facility[1] < 'A' || facility[1] > 'Z')
		return client_fail(c, CME_BAD_PARAMETER);
	(void)vdev_format(text, sizeof(text), "AT+CLCK=\"%s\",2", facility);
	return forward(c, text, false, SIM_MS, NULL);
}

static enum outcome run_raw(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	(void)action;
	return cmd->form == AT_TEST ? OUTCOME_DONE : client_fail(c, CME_NOT_ALLOWED);
}

static enum modem_class classify_raw(struct vmodem_client *c, const struct at_command *cmd)
{
	(void)c;
	return cmd->form == AT_TEST ? MODEM_CLASS_SETTING : MODEM_CLASS_SIM;
}

static const struct command commands[] = {
	{"+CRSM", classify_crsm, MODEM_CLASS_SIM, run_crsm},
	{"+CSIM", classify_raw, MODEM_CLASS_SIM, run_raw},
	{"+CRLA", classify_raw, MODEM_CLASS_SIM, run_raw},
	{"+CGLA", classify_raw, MODEM_CLASS_SIM, run_raw},
	{"+CCHO", classify_raw, MODEM_CLASS_SIM, run_raw},
	{"+CCHC", classify_raw, MODEM_CLASS_SIM, run_raw},
	{"+CPBS", classify_raw, MODEM_CLASS_SIM, run_raw},
	{"+CPBR", classify_raw, MODEM_CLASS_SIM, run_raw},
	{"+CPBF", classify_raw, MODEM_CLASS_SIM, run_raw},
	{"+CPBW", classify_raw, MODEM_CLASS_SIM, run_raw},
	{"+CLCK", classify_clck, MODEM_CLASS_SERVICE, run_clck},
};

const struct command *sim_find(const char *name)
{
	for (unsigned i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (text_equal(commands[i].name, name))
			return &commands[i];
	return NULL;
}
