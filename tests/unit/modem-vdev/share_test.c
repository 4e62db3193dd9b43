/* The call partition's telephony, the virtual modem and the modem simulator together, in virtual time. */
#include "examples/handset/call/modem_share.h"
#include "tests/unit/expect.h"
#include "tests/unit/modem/rig.h"

#define CYCLES 1000

static struct rig rig;
static struct phone phone;
static struct modem_share share;
static char to_modem[8192], to_client[16384];
static unsigned asked, refused, touching;
static bool deaf;

static const char policy[] =
	"[linux]\nquery = allow\ndial = ask\ncontrol = virtual\nradio = virtual\nsms-read = allow\n";

static void phone_send(void *data, const char *bytes, size_t count)
{
	(void)data;
	modem_share_phone_send(&share, rig.now, bytes, count);
}

static void phone_changed(void *data, enum pl_call_state old, const char *reason)
{
	(void)data;
	(void)old;
	(void)reason;
	modem_share_call_changed(&share, rig.now);
}

static void phone_shown(void *data)
{
	(void)data;
}

static void line_send(void *data, const char *bytes, size_t count)
{
	static const char *const calls[] = {
		"ATD", "ATH", "ATA", "+CHUP", "+CHLD", "+VTS", "+CFUN", "+CMGS", "+CUSD", "ATZ"};

	(void)data;
	for (unsigned i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		touching += memmem(bytes, count, calls[i], strlen(calls[i])) != NULL;
	strncat(to_modem, bytes, count);
}

static struct mux linux_mux;
static bool linux_muxing;
static uint8_t to_linux[8192], from_linux[8192];
static size_t to_linux_count, from_linux_count;
static char channel[4][2048];

static void client_send(void *data, const char *bytes, size_t count)
{
	(void)data;
	if (linux_muxing) {
		memcpy(to_linux + to_linux_count, bytes, count);
		to_linux_count += count;
		return;
	}
	if (strlen(to_client) + count < sizeof(to_client))
		strncat(to_client, bytes, count);
}

static size_t line_room(void *data)
{
	(void)data;
	return sizeof(to_modem);
}

static size_t client_room(void *data)
{
	(void)data;
	return 8192;
}

static void on_asked(void *data, const struct vmodem_ask *ask)
{
	(void)data;
	asked += ask != NULL;
}

static void on_refused(void *data, enum modem_class class, const char *reason)
{
	(void)data;
	(void)class;
	(void)reason;
	refused++;
}

static bool phone_emergency_number(void *data, const char *number)
{
	(void)data;
	return modem_share_is_emergency(&share, number);
}

static const struct phone_impl phone_impl = {phone_send, phone_changed, phone_shown, phone_emergency_number};
static const struct modem_share_impl impl = {.line_send = line_send,
	.line_room = line_room,
	.client_send = client_send,
	.client_room = client_room,
	.asked = on_asked,
	.refused = on_refused};

static void exchange(void)
{
	static char text[8192];

	while (to_modem[0] || rig.sent[0]) {
		if (to_modem[0]) {
			strcpy(text, to_modem);
			to_modem[0] = 0;
			if (!deaf)
				modem_receive(&rig.modem, rig.now, text, strlen(text));
		}
		if (rig.sent[0]) {
			strcpy(text, rig.sent);
			rig.sent[0] = 0;
			modem_share_line_receive(&share, rig.now, text, strlen(text));
		}
	}
	/* What it said is looked at by some tests only. */
	if (strlen(rig.said) > sizeof(rig.said) / 2)
		rig.said[0] = 0;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static void pass(uint64_t ns)
{
	uint64_t end = rig.now + ns;

	for (;;) {
		uint64_t due;

		exchange();
		due = least(modem_deadline(&rig.modem),
			least(phone_deadline(&phone), modem_share_deadline(&share)));
		if (due > end)
			break;
		rig.now = due > rig.now ? due : rig.now;
		modem_tick(&rig.modem, rig.now);
		phone_tick(&phone, rig.now);
		modem_share_tick(&share, rig.now);
	}
	rig.now = end;
}

static void setup_with(const char *text)
{
	linux_muxing = false;
	deaf = false;
	asked = refused = touching = 0;
	to_modem[0] = to_client[0] = 0;
	rig_init(&rig);
	phone_init(&phone, &phone_impl, NULL);
	EXPECT_EQ(modem_share_init(&share, &impl, NULL, &phone, text), 0);
	modem_share_start(&share, rig.now);
	pass(RIG_MS);
	EXPECT_EQ(phone.ready, true);
	rig.said[0] = 0;
}

static void setup(void)
{
	setup_with(policy);
}

static void type(const char *line)
{
	modem_share_client_receive(&share, rig.now, line, strlen(line));
	modem_share_client_receive(&share, rig.now, "\r", 1);
}

static const char *at(const char *line)
{
	to_client[0] = 0;
	type(line);
	exchange();
	return to_client;
}

static void call_up(void)
{
	EXPECT_EQ(rig_command(&rig, "ring +358401234567 \"Reception\""), 0);
	exchange();
	phone_key(&phone, rig.now, KEY_PICKUP_PHONE, true);
	exchange();
	EXPECT_EQ(phone.call.info.state, PL_CALL_ACTIVE);
}

static void both_hear(void)
{
	setup();
	(void)at("ATE0+CLIP=1;+CMER=3,0,0,1");
	EXPECT_STR(at("AT+CSQ"), "\r\n+CSQ: 23,99\r\n\r\nOK\r\n");
	EXPECT_STR(at("AT+CREG?"), "\r\n+CREG: 0,1\r\n\r\nOK\r\n");
	to_client[0] = 0;
	EXPECT_EQ(rig_command(&rig, "ring +358401234567 \"Reception\""), 0);
	exchange();
	EXPECT_STR(to_client,
		"\r\n+CIEV: 4,1\r\n\r\nRING\r\n\r\n+CLIP: \"+358401234567\",145,,,\"Reception\",0\r\n");
	EXPECT_STR(phone.call.info.name, "Reception");
	EXPECT_STR(phone.carrier, "Partyline");
	EXPECT_EQ(phone.signal_bars, 4);
}

static void hears_of_the_users_end(void)
{
	setup();
	call_up();
	to_client[0] = 0;
	phone_key(&phone, rig.now, KEY_HANGUP_PHONE, true);
	exchange();
	EXPECT_STR(to_client, "\r\nNO CARRIER\r\n");
}

static const char *const disturbances[] = {"ATH", "ATZ", "AT&F", "AT+CFUN=4", "AT+CFUN=0", "AT+CFUN=1,1",
	"AT+CHUP", "AT+CHLD=0", "AT+CHLD=1", "ATA", "ATS0=1", "AT+VTS=1", "AT+CSQ", "AT+COPS=?", "AT+COPS=2",
	"ATD5551234;", "A/", "ATD*21*5551234#;", "AT+CLCC", "AT+CSQ;+CHUP;H", "+++", "AT+CMGS=10",
	"0001000491214300000141\x1a", "AT+CPIN=\"0000\"", "AT+CSIM=4,\"A010\"", "AT+CUSD=1,\"*100#\",15",
	"\x7e\x01\x02\x7e", "AT+COPS?;+CREG?;+CSQ", "\x1b"};

/* Linux boots, its clients come and go, poll, and do what they must not; the call does not notice. */
static void undisturbed(void)
{
	unsigned disturbed = 0;

	setup();
	call_up();
	for (unsigned i = 0; i < CYCLES; i++) {
		vmodem_reset_client(&share.vm, rig.now, 0);
		for (unsigned k = 0; k < sizeof(disturbances) / sizeof(disturbances[0]); k++) {
			type(disturbances[(k * 7 + i) % (sizeof(disturbances) / sizeof(disturbances[0]))]);
			if (k % 3 == i % 3)
				exchange();
		}
		pass(500 * RIG_MS);
		disturbed += modem_state(&rig.modem) != MODEM_ACTIVE ||
			     phone.call.info.state != PL_CALL_ACTIVE || !phone.ready;
	}
	printf("modem.call_disturbed\t%u\tof %u cycles\n", disturbed, CYCLES);
	EXPECT_EQ(disturbed, 0);
	EXPECT_EQ(touching, 1); /* the ATA of the call itself */
	EXPECT_EQ(phone.at.timeouts, 0);
}

/* One command of Linux's may be on the line; ours is the next. */
static void voice_first(void)
{
	unsigned worst = 0;

	setup();
	(void)at("ATE0");
	for (unsigned i = 0; i < 20; i++) {
		const char *end, *t;
		unsigned before = 0;

		EXPECT_EQ(rig_command(&rig, "ring +358401234567"), 0);
		exchange();
		rig.said[0] = 0;
		for (unsigned k = 0; k < 12; k++)
			type("AT+CSQ;+CLCC;+COPS?");
		phone_key(&phone, rig.now, KEY_PICKUP_PHONE, true);
		exchange();
		end = strstr(rig.said, "modem: > ATA\n");
		EXPECT_EQ(end != NULL, 1);
		for (t = rig.said; end && (t = strstr(t, "modem: > ")) != NULL && t < end; t++)
			before++;
		worst = before > worst ? before : worst;
		phone_key(&phone, rig.now, KEY_HANGUP_PHONE, true);
		pass(5 * RIG_S);
		EXPECT_EQ(phone.call.info.state, PL_CALL_IDLE);
	}
	printf("modem.voice_waits\t%u\tcommands of Linux's before ATA, at most\n", worst);
	EXPECT_EQ(worst <= 1, 1);
}

static void asked_and_allowed(void)
{
	setup();
	(void)at("ATE0");
	EXPECT_STR(at("ATD5551234;"), "");
	EXPECT_EQ(asked, 1);
	EXPECT_STR(share.ask.number, "5551234");
	EXPECT_EQ(phone.call.info.state, PL_CALL_IDLE);
	EXPECT_EQ(modem_share_decide(&share, rig.now, true), 0);
	exchange();
	EXPECT_STR(to_client, "\r\nOK\r\n");
	EXPECT_EQ(phone.call.info.state, PL_CALL_DIALING);
	EXPECT_CONTAINS(rig.said, "modem: > ATD5551234;\n");
	/* The other one may not end it. */
	EXPECT_STR(at("AT+CHUP"), "\r\nOK\r\n");
	EXPECT_EQ(phone.call.info.state, PL_CALL_DIALING);
	EXPECT_EQ(modem_share_decide(&share, rig.now, true) < 0, 1);
}

/* Whatever else is going on. */
static void emergency(void)
{
	setup();
	call_up();
	EXPECT_STR(at("ATE0D112;"), "ATE0D112;\r\r\nOK\r\n\r\nNO CARRIER\r\n");
	pass(RIG_S);
	EXPECT_STR(phone.call.info.number, "112");
	EXPECT_EQ(phone.call.info.state, PL_CALL_DIALING);
	EXPECT_EQ(phone.call.info.flags & PL_CALL_FLAG_EMERGENCY, PL_CALL_FLAG_EMERGENCY);
	EXPECT_CONTAINS(rig.said, "modem: > AT+CHUP\n");
	EXPECT_CONTAINS(rig.said, "modem: > ATD112;\n");
	EXPECT_EQ(modem_state(&rig.modem), MODEM_DIALING);
	/* Once more is not a second call. */
	EXPECT_STR(at("ATD112;"), "\r\nOK\r\n");
	EXPECT_EQ(phone.call.info.state, PL_CALL_DIALING);
}

static void emergency_without_modem(void)
{
	setup();
	deaf = true;
	pass(200 * RIG_S);
	EXPECT_EQ(phone.ready, false);
	(void)at("ATD112;");
	pass(30 * RIG_S);
	/* It is on the screen already. */
	EXPECT_EQ(phone.call.info.state, PL_CALL_DIALING);
	EXPECT_EQ(phone.call.info.flags, PL_CALL_FLAG_EMERGENCY);
	deaf = false;
	rig.said[0] = 0;
	pass(30 * RIG_S);
	EXPECT_EQ(phone.ready, true);
	EXPECT_STR(phone.call.info.number, "112");
	EXPECT_EQ(phone.call.info.state, PL_CALL_DIALING);
}

static void press(uint16_t code)
{
	modem_share_key(&share, rig.now, code, true);
	modem_share_key(&share, rig.now, code, false);
	exchange();
}

static void keys_answer_a_question(void)
{
	setup();
	(void)at("ATE0+CMEE=1");
	EXPECT_STR(at("ATD5551234;"), "");
	EXPECT_EQ(phone.call.info.flags, PL_CALL_FLAG_NOTICE);
	EXPECT_STR(modem_share_question(&share)->number, "5551234");
	pass(RIG_S);
	press(KEY_HANGUP_PHONE);
	EXPECT_STR(to_client, "\r\n+CME ERROR: 3\r\n");
	EXPECT_EQ(phone.call.info.flags, 0);
	EXPECT_EQ(modem_share_question(&share) == NULL, 1);
	EXPECT_STR(at("ATD5551234;"), "\r\n+CME ERROR: 3\r\n"); /* asked again too soon */
	pass(3 * RIG_S);
	EXPECT_STR(at("ATD5551234;"), "");
	pass(RIG_S);
	press(KEY_PICKUP_PHONE);
	EXPECT_STR(to_client, "\r\nOK\r\n");
	EXPECT_EQ(phone.call.info.state, PL_CALL_DIALING);
	EXPECT_STR(phone.call.info.number, "5551234");
	EXPECT_EQ(phone.call.info.flags, 0);
	/* This call, this number: the next one is asked about anew. */
	phone_key(&phone, rig.now, KEY_HANGUP_PHONE, true);
	pass(5 * RIG_S);
	EXPECT_STR(at("ATD5551234;"), "");
	EXPECT_EQ(modem_share_question(&share) != NULL, 1);
}

/* The user was about to press it for another reason. */
static void key_that_comes_too_soon_answers_nothing(void)
{
	setup();
	(void)at("ATE0+CMEE=1");
	EXPECT_STR(at("ATD5551234;"), "");
	pass(200 * RIG_MS);
	press(KEY_PICKUP_PHONE);
	EXPECT_STR(to_client, "");
	EXPECT_EQ(phone.call.info.state, PL_CALL_IDLE);
	EXPECT_EQ(phone.dialler.open, false);
	/* Nobody answers: no. */
	pass(11 * RIG_S);
	EXPECT_STR(to_client, "\r\n+CME ERROR: 3\r\n");
	EXPECT_EQ(phone.call.info.flags, 0);
}

static void question_waits_for_a_call(void)
{
	setup();
	(void)at("ATE0+CMEE=1");
	EXPECT_EQ(rig_command(&rig, "ring 1"), 0);
	exchange();
	EXPECT_STR(at("ATD5551234;"), "");
	EXPECT_EQ(modem_share_question(&share) == NULL, 1);
	pass(2 * RIG_S);
	press(KEY_PICKUP_PHONE);
	EXPECT_EQ(phone.call.info.state, PL_CALL_ACTIVE);
	/* Now it is seen, and the end key refuses it before it ends the call. */
	EXPECT_EQ(modem_share_question(&share) != NULL, 1);
	pass(RIG_S);
	press(KEY_HANGUP_PHONE);
	EXPECT_EQ(phone.call.info.state, PL_CALL_ACTIVE);
	press(KEY_HANGUP_PHONE);
	EXPECT_EQ(phone.call.info.state, PL_CALL_ENDED);
}

static const char control_policy[] =
	"[linux]\nquery = allow\ndial = allow\ncontrol = allow\nradio = virtual\n";

static void own_call_is_controlled(void)
{
	setup_with(control_policy);
	(void)at("ATE0+CMEE=1");
	EXPECT_STR(at("AT+CHUP"), "\r\n+CME ERROR: 3\r\n");
	EXPECT_STR(at("ATD5551234;"), "\r\nOK\r\n");
	EXPECT_EQ(phone.call.info.state, PL_CALL_DIALING);
	EXPECT_EQ(rig_command(&rig, "answer"), 0);
	pass(2 * RIG_S);
	EXPECT_STR(at("AT+VTS=5"), "\r\nOK\r\n");
	EXPECT_CONTAINS(rig.said, "modem: > AT+VTS=5\n");
	EXPECT_STR(phone.digits, "5");
	EXPECT_STR(at("AT+CHLD=2"), "\r\n+CME ERROR: 3\r\n");
	EXPECT_STR(at("AT+CHLD=9"), "\r\n+CME ERROR: 50\r\n");
	EXPECT_STR(at("AT+CHUP"), "\r\nOK\r\n\r\nNO CARRIER\r\n");
	EXPECT_EQ(phone.call.info.state, PL_CALL_ENDED);
	EXPECT_EQ(modem_state(&rig.modem), MODEM_IDLE);
}

/* The user's own call, an emergency call, two calls: none of them is Linux's. */
static void other_calls_are_not(void)
{
	setup_with(control_policy);
	(void)at("ATE0+CMEE=1");
	call_up();
	EXPECT_STR(at("AT+CHUP"), "\r\n+CME ERROR: 3\r\n");
	EXPECT_STR(at("ATH"), "\r\nOK\r\n");
	EXPECT_STR(at("AT+CHLD=11"), "\r\n+CME ERROR: 3\r\n");
	EXPECT_STR(at("ATD5551234;"), "\r\nNO CARRIER\r\n");
	EXPECT_EQ(phone.call.info.state, PL_CALL_ACTIVE);
	phone_key(&phone, rig.now, KEY_HANGUP_PHONE, true);
	pass(3 * RIG_S);
	EXPECT_STR(at("ATD112;"), "\r\nOK\r\n");
	EXPECT_STR(at("AT+CHUP"), "\r\n+CME ERROR: 3\r\n");
	EXPECT_EQ(phone.call.info.state, PL_CALL_DIALING);
	phone_key(&phone, rig.now, KEY_HANGUP_PHONE, true);
	pass(3 * RIG_S);
	EXPECT_STR(at("ATD5551234;"), "\r\nOK\r\n");
	EXPECT_EQ(rig_command(&rig, "answer"), 0);
	pass(2 * RIG_S);
	EXPECT_EQ(rig_command(&rig, "ring 1"), 0);
	exchange();
	EXPECT_STR(at("AT+CHUP"), "\r\n+CME ERROR: 3\r\n");
	EXPECT_EQ(phone.call.info.state, PL_CALL_ACTIVE);
}

static void client_that_restarts_asks_nothing(void)
{
	setup();
	(void)at("ATE0+CMEE=1;+CSCS=\"UCS2\"");
	EXPECT_STR(at("ATD5551234;"), "");
	modem_share_client_restarted(&share, rig.now);
	EXPECT_EQ(modem_share_question(&share) == NULL, 1);
	EXPECT_EQ(phone.call.info.flags, 0);
	EXPECT_STR(at("AT+CSCS?"), "AT+CSCS?\r\r\n+CSCS: \"IRA\"\r\n\r\nOK\r\n");
}

/* The SIM's list (113) is known to the keypad too. */
static void sims_emergency_number_is_one_at_the_keypad(void)
{
	setup();
	EXPECT_EQ(phone_dial(&phone, rig.now, "113"), 0);
	EXPECT_EQ(phone.call.info.flags, PL_CALL_FLAG_EMERGENCY);
	EXPECT_EQ(modem_share_is_emergency(&share, "1130"), false);
}

/* Its echo is on again: it was reset, and the call that it had is gone. */
static void reset_modem_is_noticed_by_its_echo(void)
{
	setup();
	call_up();
	modem_reset(&rig.modem);
	pass(20 * RIG_S);
	EXPECT_EQ(phone.call.info.state, PL_CALL_IDLE);
	EXPECT_EQ(phone.ready, true);
	EXPECT_EQ(rig.modem.clip && rig.modem.ccwa, true);
}

static void bad_policy(void)
{
	setup();
	EXPECT_EQ(modem_share_init(&share, &impl, NULL, &phone, "[linux]\ndial = yes\n") < 0, 1);
	EXPECT_EQ(share.vm.client_count, MODEM_CLIENT_MAX);
	EXPECT_STR(at("ATE0+CSQ"), "ATE0+CSQ\r\r\nERROR\r\n");
	EXPECT_STR(at("ATD5551234;"), "\r\nERROR\r\n");
}

/* Linux's end of a multiplexed line. */
static void linux_send(void *data, const uint8_t *bytes, size_t count)
{
	(void)data;
	memcpy(from_linux + from_linux_count, bytes, count);
	from_linux_count += count;
}

static void linux_received(void *data, unsigned dlci, const uint8_t *bytes, size_t count)
{
	(void)data;
	strncat(channel[dlci % 4], (const char *)bytes, count);
}

static const struct mux_impl linux_impl = {
	.room = client_room, .send = linux_send, .received = linux_received};

/* Carries what is multiplexed to and fro, and what follows from it. */
static void exchange_all(void)
{
	static uint8_t bytes[8192];
	size_t count;

	do {
		memcpy(bytes, from_linux, count = from_linux_count);
		from_linux_count = 0;
		modem_share_client_receive(&share, rig.now, (const char *)bytes, count);
		exchange();
		memcpy(bytes, to_linux, count = to_linux_count);
		to_linux_count = 0;
		mux_receive(&linux_mux, rig.now, bytes, count);
	} while (from_linux_count || to_linux_count);
}

static void on_channel(unsigned dlci, const char *line)
{
	channel[dlci][0] = 0;
	(void)mux_write(&linux_mux, rig.now, dlci, (const uint8_t *)line, strlen(line));
	exchange_all();
}

static void multiplexed(void)
{
	const struct mux_params params = {.role = MUX_INITIATOR,
		.option = MUX_ADVANCED,
		.n1 = 128,
		.n2 = 3,
		.t1_ms = 100,
		.t2_ms = 300};

	setup();
	EXPECT_CONTAINS(at("ATE0+CMUX=?"), "\r\n+CMUX: (0,1),(0,1)");
	EXPECT_STR(at("AT+CMUX=1,0,5,20"), "\r\nERROR\r\n");
	EXPECT_STR(at("AT+CMUX=1,0,5,128"), "\r\nOK\r\n");
	linux_muxing = true;
	(void)mux_init(&linux_mux, &linux_impl, NULL, &params);
	for (unsigned d = 1; d <= 4; d++)
		(void)mux_open(&linux_mux, rig.now, d);
	exchange_all();
	EXPECT_EQ(linux_mux.dlc[3].state, MUX_OPEN);
	EXPECT_EQ(linux_mux.dlc[4].state, MUX_CLOSED);
	/* Two channels, each with its own settings, and the same rights. */
	on_channel(1, "ATE0+CMEE=1;+CSCS=\"UCS2\"\r");
	on_channel(2, "ATE0\r");
	on_channel(1, "AT+CSCS?;+CSQ\r");
	EXPECT_STR(channel[1], "\r\n+CSCS: \"UCS2\"\r\n\r\n+CSQ: 23,99\r\n\r\nOK\r\n");
	on_channel(2, "AT+CSCS?;+CSIM=1\r");
	EXPECT_STR(channel[2], "\r\n+CSCS: \"IRA\"\r\n\r\nERROR\r\n");
	on_channel(2, "AT+CMUX=0\r");
	EXPECT_STR(channel[2], "\r\nERROR\r\n");
	on_channel(3, "ATE0D112;\r");
	EXPECT_EQ(phone.call.info.state, PL_CALL_DIALING);
	mux_shut_down(&linux_mux, rig.now);
	exchange_all();
	EXPECT_EQ(share.muxing, false);
	linux_muxing = false;
	EXPECT_STR(at("AT+CSQ"), "\r\n+CSQ: 23,99\r\n\r\nOK\r\n");
}

static const struct unit_test tests[] = {
	{"telephony and Linux both hear of a call, each in its own way", both_hear},
	{"Linux hears of the end of a call that the user ends", hears_of_the_users_end},
	{"a call is not disturbed by anything that Linux does", undisturbed},
	{"the call's commands wait for one of Linux's at most", voice_first},
	{"a call that the user allows is telephony's", asked_and_allowed},
	{"the call key allows, the end key refuses, once", keys_answer_a_question},
	{"a key that comes too soon answers nothing", key_that_comes_too_soon_answers_nothing},
	{"a question waits until a call does not need the keys", question_waits_for_a_call},
	{"a client that may controls the call that it has made", own_call_is_controlled},
	{"and no other", other_calls_are_not},
	{"a client that restarts asks nothing any more", client_that_restarts_asks_nothing},
	{"the SIM's emergency number is one at the keypad", sims_emergency_number_is_one_at_the_keypad},
	{"a modem that was reset is noticed by its echo", reset_modem_is_noticed_by_its_echo},
	{"an emergency call ends what is in its way", emergency},
	{"an emergency call waits for a modem that is not there", emergency_without_modem},
	{"Linux may multiplex its line, with a modem on each channel", multiplexed},
	{"a bad policy leaves a client that may do nothing", bad_policy},
};

UNIT_MAIN("modem share", tests)
