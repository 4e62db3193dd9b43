/* Messages (TS 27.005), in PDU mode: what is sent is a PDU that was read and understood here. */
#include "vdev-modem/text.h"
#include "vdev-modem/vmodem_int.h"
#include "vdev/log.h"

#define LIST_MS	     20000
#define PDU_BYTES    176 /* TS 23.040: 164 at most, and the service centre's 12 */
#define TYPE_SUBMIT  1
#define TON_MASK     0x70
#define TON_INTERNAT 0x10
#define TON_ALPHA    0x50

/*
 * One store, and a view of it for each client: what one deletes is gone for it. It leaves the store when nobody else who
 * reads messages still has it.
 */

static bool is_gone(const struct vmodem_client *c, long index)
{
	return index >= 0 && index < VMODEM_MESSAGE_MAX && (c->gone[index / 32] >> index % 32 & 1);
}

static void forget(struct vmodem *vm, long index)
{
	for (unsigned i = 0; index >= 0 && index < VMODEM_MESSAGE_MAX && i < vm->client_count; i++)
		vm->client[i].gone[index / 32] &= ~(1u << index % 32);
}

void sms_arrived(struct vmodem *vm, const char *text)
{
	forget(vm, at_argument_number(text + 6, 1, VMODEM_MESSAGE_MAX - 1));
}

static bool others_have(const struct vmodem_client *c, long index)
{
	for (unsigned i = 0; i < c->vm->client_count; i++) {
		const struct vmodem_client *other = &c->vm->client[i];

		if (other != c && other->reads_messages && !is_gone(other, index))
			return true;
	}
	return false;
}

static enum outcome delete_message(struct vmodem_client *c, long index)
{
	char text[40];

	if (is_gone(c, index))
		return OUTCOME_DONE;
	if (index < VMODEM_MESSAGE_MAX && others_have(c, index)) {
		c->gone[index / 32] |= 1u << index % 32;
		return OUTCOME_DONE;
	}
	forget(c->vm, index);
	(void)vdev_format(text, sizeof(text), "AT+CMGD=%d", (int)index);
	return forward(c, text, false, LIST_MS, NULL);
}

/* A header, and behind it the message's PDU. */
static void pass_list(struct vmodem_client *c, const char *text)
{
	bool header = text_begins(text, "+CMGL: ");

	if (header)
		c->passing_over = is_gone(c, at_argument_number(text + 7, 0, VMODEM_MESSAGE_MAX - 1));
	if (c->passing_over)
		return;
	if (header)
		client_line(c, text);
	else
		client_body(c, text);
}

static enum outcome list(struct vmodem_client *c, const struct at_command *cmd)
{
	long stat = at_argument_number(cmd->args, 0, 4);
	char text[40];

	if (cmd->form == AT_TEST) {
		client_line(c, "+CMGL: (0-4)");
		return OUTCOME_DONE;
	}
	if (cmd->form == AT_READ || stat == -1)
		return client_fail_sms(c, CMS_NOT_ALLOWED);
	(void)vdev_format(text, sizeof(text), "AT+CMGF=0;+CMGL=%d", stat < 0 ? 0 : (int)stat);
	c->passing_over = false;
	return forward(c, text, true, LIST_MS, pass_list);
}

static enum outcome run_read(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	char text[40];
	long index = at_argument_number(cmd->args, 0, 65535), flag = at_argument_number(cmd->args, 1, 4);
	bool deletes = text_equal(cmd->name, "+CMGD");

	(void)action;
	c->reads_messages = c->reads_messages || cmd->form != AT_TEST;
	if (text_equal(cmd->name, "+CMGL"))
		return list(c, cmd);
	if (cmd->form == AT_TEST) {
		if (deletes)
			client_line(c, "+CMGD: (0-255),(0-4)");
		return OUTCOME_DONE;
	}
	if (cmd->form != AT_SET || index < 0 || flag == -1)
		return client_fail_sms(c, CMS_BAD_INDEX);
	/* Everything at once would be everyone's messages. */
	if (deletes && flag > 0)
		return vmodem_refuse(c, MODEM_CLASS_SMS_READ, "more than one message deleted at once");
	if (deletes)
		return delete_message(c, index);
	if (is_gone(c, index))
		return client_fail_sms(c, CMS_BAD_INDEX);
	(void)vdev_format(text, sizeof(text), "AT+CMGF=0;+CMGR=%d", (int)index);
	return forward(c, text, true, LIST_MS, NULL);
}

/* +CPMS: "SM",1,20,"SM",… reads; without the names it answers a setting (TS 27.005 3.2.2). */
static void rewrite_cpms(struct vmodem_client *c, const char *text)
{
	char out[96];
	size_t count = 0;
	bool quoted = false;

	for (; *text && count + 1 < sizeof(out); text++) {
		bool was = quoted;

		quoted ^= *text == '"';
		if (was && !quoted && text[1] == ',')
			text++;
		else if (!was && !quoted)
			out[count++] = *text;
	}
	out[count] = 0;
	client_line(c, out);
}

static enum outcome run_cpms(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	char memory[4];

	(void)action;
	if (cmd->form == AT_TEST)
		return forward(c, "AT+CPMS=?", false, LIST_MS / 4, NULL);
	if (cmd->form == AT_READ)
		return forward(c, "AT+CPMS?", false, LIST_MS / 4, NULL);
	for (unsigned i = 0; i < at_argument_count(cmd->args); i++)
		if (i >= 3 || !at_argument(cmd->args, i, memory, sizeof(memory)) || text_length(memory) != 2)
			return client_fail_sms(c, CMS_NOT_ALLOWED);
	/* Which memory it is, telephony has chosen for everyone; the answer says how full that one is. */
	return forward(c, "AT+CPMS?", false, LIST_MS / 4, rewrite_cpms);
}

static enum modem_class classify_send(struct vmodem_client *c, const struct at_command *cmd)
{
	(void)c;
	return cmd->form == AT_TEST ? MODEM_CLASS_SETTING : MODEM_CLASS_SMS_SEND;
}

static enum outcome run_cmgs(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	long length = at_argument_number(cmd->args, 0, 164);

	(void)action;
	if (cmd->form == AT_TEST)
		return OUTCOME_DONE;
	if (cmd->form != AT_SET || length < 8 || at_argument_count(cmd->args) != 1)
		return client_fail_sms(c, CMS_BAD_PDU);
	/* What stands behind it on the line would wait for an answer that may never come. */
	if (*c->next)
		return vmodem_refuse(c, MODEM_CLASS_SMS_SEND, "another command stands behind +CMGS");
	c->payload_length = (unsigned)length;
	c->wait = VMODEM_WAIT_PAYLOAD;
	c->deadline_ns = c->vm->now_ns + VMODEM_PAYLOAD_MS * 1000000ull;
	at_reader_payload(&c->reader);
	c->vm->impl->send(c->vm->data, c->index, "\r\n> ", 4);
	return OUTCOME_WAIT;
}

/* Stored messages, commands, text mode: their addressee would not be seen. */
static enum outcome run_other(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	(void)action;
	if (cmd->form == AT_TEST)
		return OUTCOME_DONE;
	return vmodem_refuse(c, MODEM_CLASS_SMS_SEND, "only +CMGS shows to whom a message goes");
}

static enum outcome run_cnma(struct vmodem_client *c, const struct at_command *cmd, enum modem_action action)
{
	(void)c;
	(void)action;
	return cmd->form == AT_EXECUTE || cmd->form == AT_TEST ? OUTCOME_DONE : OUTCOME_ERROR;
}

static const struct command commands[] = {
	{"+CMGS", classify_send, MODEM_CLASS_SMS_SEND, run_cmgs},
	{"+CMGW", classify_send, MODEM_CLASS_SMS_SEND, run_other},
	{"+CMSS", classify_send, MODEM_CLASS_SMS_SEND, run_other},
	{"+CMGC", classify_send, MODEM_CLASS_SMS_SEND, run_other},
	{"+CMGL", NULL, MODEM_CLASS_SMS_READ, run_read},
	{"+CMGR", NULL, MODEM_CLASS_SMS_READ, run_read},
	{"+CMGD", NULL, MODEM_CLASS_SMS_READ, run_read},
	{"+CPMS", NULL, MODEM_CLASS_SMS_READ, run_cpms},
	{"+CNMA", NULL, MODEM_CLASS_SETTING, run_cnma},
};

const struct command *sms_find(const char *name)
{
	for (unsigned i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (text_equal(commands[i].name, name))
			return &commands[i];
	return NULL;
}

/*
 * A message that comes, whole (+CNMI=,2: TS 27.005 3.4.1). The modem stores it for everyone and says where (+CMTI): it is
 * read there once for all who want it whole, and stays.
 */

static bool wants_whole(const struct vmodem_client *c)
{
	return client_setting(c, SET_CNMI) && c->value[SET_CNMI][1] == 2 &&
	       c->policy->action[MODEM_CLASS_SMS_READ] == MODEM_ALLOW;
}

/* +CMGR: <stat>,[<alpha>],<length>, and behind it the PDU: +CMT: [<alpha>],<length>. */
static void take_message(void *data, const char *text)
{
	struct vmodem_delivery *d = data;
	char whole[LINE_TEXT_BYTES];

	if (text_begins(text, "+CMGR:")) {
		while (*text && *text != ',')
			text++;
		(void)text_copy(d->head, sizeof(d->head), text + (*text == ','));
		return;
	}
	if (!d->head[0])
		return;
	(void)vdev_format(whole, sizeof(whole), "+CMT: %s\r\n%s", d->head, text);
	for (unsigned i = 0; i < d->vm->client_count; i++)
		if (wants_whole(&d->vm->client[i]))
			client_urc(&d->vm->client[i], whole);
	d->head[0] = 0;
}

static void message_done(void *data, enum line_result result, unsigned code)
{
	struct vmodem_delivery *d = data;

	(void)code;
	d->busy = false;
	if (result != LINE_OK)
		vdev_log(VDEV_LOG_WARN, "modem: a message could not be read: %s", line_result_str(result));
}

/* One at a time: of another one that comes meanwhile the place is told. */
bool sms_deliver(struct vmodem_client *c, const char *text)
{
	struct vmodem *vm = c->vm;
	struct line_request request = {.priority = LINE_QUERY,
		.plain = true,
		.timeout_ms = LIST_MS,
		.information = take_message,
		.done = message_done,
		.data = &vm->delivery};
	long index = at_argument_number(text + 6, 1, 65535);

	if (!wants_whole(c) || index < 0)
		return false;
	/* A client before has asked for it: text is of the same message. */
	if (vm->delivery.busy)
		return vm->delivery_ns == vm->now_ns;
	(void)vdev_format(request.command, sizeof(request.command), "AT+CMGF=0;+CMGR=%d", (int)index);
	vm->delivery = (struct vmodem_delivery){.vm = vm, .busy = true};
	vm->delivery_ns = vm->now_ns;
	if (line_submit(vm->split ? &vm->own_line : &vm->line, vm->now_ns, &request))
		vm->delivery.busy = false;
	return vm->delivery.busy;
}

/*
 * The PDU (TS 23.040 9.2.2.2): service centre, type, reference, addressee, …
 */

/* -1: not hexadecimal, or too long. */
static int take_octets(const char *text, uint8_t octets[PDU_BYTES])
{
	int count = 0;

	while (*text == '\r' || *text == '\n' || *text == ' ')
		text++;
	for (; text_hex(text[0]) >= 0 && text_hex(text[1]) >= 0 && count < PDU_BYTES; text += 2)
		octets[count++] = (uint8_t)(text_hex(text[0]) * 16 + text_hex(text[1]));
	while (*text == '\r' || *text == '\n' || *text == ' ')
		text++;
	return *text ? -1 : count;
}

/* Addressee: <digits><type><swapped digits>. False: not a telephone number. */
static bool take_addressee(const uint8_t *at, int left, char number[AT_NUMBER_BYTES])
{
	unsigned digits = at[0], count = 0;

	if (left < 2 || !digits || digits > 20 || left < 2 + (int)(digits + 1) / 2 ||
		(at[1] & TON_MASK) == TON_ALPHA)
		return false;
	if ((at[1] & TON_MASK) == TON_INTERNAT)
		number[count++] = '+';
	for (unsigned i = 0; i < digits; i++) {
		unsigned digit = at[2 + i / 2] >> (i & 1 ? 4 : 0) & 0xf;

		if (digit > 11)
			return false;
		number[count++] = "0123456789*#"[digit];
	}
	number[count] = 0;
	return true;
}

/* The PDU with no service centre of its own (the SIM's is used) into c->payload, its addressee into *number. */
static bool check_pdu(struct vmodem_client *c, const char *text, char number[AT_NUMBER_BYTES])
{
	uint8_t octets[PDU_BYTES];
	int count = take_octets(text, octets), centre = count > 0 ? octets[0] + 1 : 0;
	size_t used;

	if (count <= 0 || centre > 12 || count - centre != (int)c->payload_length || count - centre < 8 ||
		(octets[centre] & 3) != TYPE_SUBMIT ||
		!take_addressee(octets + centre + 2, count - centre - 2, number))
		return false;
	used = vdev_format(c->payload, sizeof(c->payload), "00");
	for (int i = centre; i < count; i++)
		used += vdev_format(c->payload + used, sizeof(c->payload) - used, "%02x", octets[i]);
	for (char *p = c->payload; *p; p++)
		*p = text_upper(*p);
	return true;
}

static enum outcome send(struct vmodem_client *c)
{
	char text[40];

	(void)vdev_format(text, sizeof(text), "AT+CMGF=0;+CMGS=%u", c->payload_length);
	c->vm->billable_count++;
	return forward_payload(c, text, c->payload);
}

enum outcome sms_payload(struct vmodem_client *c, const char *text)
{
	char number[AT_NUMBER_BYTES];

	if (!check_pdu(c, text, number))
		return client_fail_sms(c, CMS_BAD_PDU);
	if (c->policy->action[MODEM_CLASS_SMS_SEND] == MODEM_ASK)
		return vmodem_ask_user(c, MODEM_CLASS_SMS_SEND, number);
	return c->policy->action[MODEM_CLASS_SMS_SEND] == MODEM_ALLOW ? send(c)
								      : client_fail_sms(c, CMS_NOT_ALLOWED);
}

enum outcome sms_decided(struct vmodem_client *c, bool allow)
{
	return allow ? send(c) : vmodem_refuse(c, MODEM_CLASS_SMS_SEND, "the user says no");
}
