/* What the screen is told of telephony, of the others in a call, and of a question. */
#include "examples/handset/call/show.h"
#include "tests/unit/expect.h"

static struct phone phone;
static struct ui_model model;

static void nothing(void *data, const char *bytes, size_t count)
{
	(void)data, (void)bytes, (void)count;
}

static void changed(void *data, enum pl_call_state old, const char *reason)
{
	(void)data, (void)old, (void)reason;
}

static void shown(void *data)
{
	(void)data;
}

static const struct phone_impl impl = {nothing, changed, shown, NULL};

static void setup(enum pl_call_state state)
{
	phone_init(&phone, &impl, NULL);
	memset(&model, 0xff, sizeof(model)); /* what is left from before must not shine through */
	model.question = UI_ASK_NOTHING;
	phone.call.info.state = state;
	strcpy(phone.call.info.number, "+358401234567");
	strcpy(phone.call.info.name, "Reception");
}

static void party(enum party_stat stat, const char *number, const char *name)
{
	struct party *p = &phone.roster.party[phone.roster.count++];

	*p = (struct party){.id = (uint8_t)phone.roster.count, .stat = (uint8_t)stat};
	strcpy(p->number, number);
	strcpy(p->name, name);
}

static void one_call(void)
{
	setup(PL_CALL_ACTIVE);
	strcpy(phone.carrier, "Partyline");
	strcpy(phone.digits, "12");
	phone.signal_bars = 3;
	phone.call.info.flags = PL_CALL_FLAG_MUTED;
	party(PARTY_ACTIVE, "+358401234567", "Reception");
	show_phone(&model, &phone, 187);
	EXPECT_EQ(model.state, PL_CALL_ACTIVE);
	EXPECT_STR(model.name, "Reception");
	EXPECT_STR(model.number, "+358401234567");
	EXPECT_STR(model.carrier, "Partyline");
	EXPECT_STR(model.digits, "12");
	EXPECT_EQ(model.seconds, 187);
	EXPECT_EQ(model.signal, 3);
	EXPECT_EQ(model.muted, true);
	EXPECT_EQ(model.emergency, false);
	EXPECT_EQ(model.waiting, false);
	EXPECT_STR(model.held, "");
	EXPECT_EQ(model.no_modem, false);
}

static void who_waits_and_who_is_on_hold(void)
{
	setup(PL_CALL_ACTIVE);
	party(PARTY_ACTIVE, "+358401234567", "Reception");
	party(PARTY_HELD, "+15551234", "");
	party(PARTY_WAITING, "+15559999", "Ada");
	show_phone(&model, &phone, 1);
	EXPECT_STR(model.held, "+15551234"); /* without a name the number stands for it */
	EXPECT_EQ(model.waiting, true);
	EXPECT_STR(model.waiting_number, "+15559999");
	EXPECT_STR(model.waiting_name, "Ada");
	EXPECT_STR(model.name, "Reception");
	/* Nobody waits any more once the call is over. */
	phone.call.info.state = PL_CALL_ENDED;
	show_phone(&model, &phone, 1);
	EXPECT_EQ(model.waiting, false);
	EXPECT_STR(model.held, "");
}

static void conference(void)
{
	setup(PL_CALL_ACTIVE);
	party(PARTY_ACTIVE, "+358401234567", "Reception");
	party(PARTY_ACTIVE, "", "");
	party(PARTY_ACTIVE, "+15551234", "");
	show_phone(&model, &phone, 1);
	EXPECT_EQ(model.parties, 3);
	EXPECT_STR(model.name, "3 people");
	EXPECT_STR(model.number, "Reception, Unknown caller, +15551234");
	/* More than there is room for is cut, not written past. */
	strcpy(phone.roster.party[1].name, "A name that is quite as long as names may be");
	show_phone(&model, &phone, 1);
	EXPECT_EQ(strlen(model.number), sizeof(model.number) - 1);
}

static void a_lost_modem_and_the_dialler(void)
{
	setup(PL_CALL_IDLE);
	phone.lost = true;
	show_phone(&model, &phone, 0);
	EXPECT_EQ(model.no_modem, true);
	phone.dismissed = true;
	show_phone(&model, &phone, 0);
	EXPECT_EQ(model.no_modem, false);
	phone.dialler.open = true; /* whoever wants to dial must know */
	strcpy(phone.dialler.digits, "112");
	show_phone(&model, &phone, 0);
	EXPECT_EQ(model.no_modem, true);
	EXPECT_EQ(model.dialler, true);
	EXPECT_STR(model.typed, "112");
	EXPECT_EQ(model.typed_emergency, true);
	strcpy(phone.dialler.digits, "1120");
	show_phone(&model, &phone, 0);
	EXPECT_EQ(model.typed_emergency, false);
}

static void questions(void)
{
	static const struct {
		enum modem_class class;
		uint32_t question;
	} cases[] = {{MODEM_CLASS_DIAL, UI_ASK_DIAL}, {MODEM_CLASS_SMS_SEND, UI_ASK_MESSAGE},
		{MODEM_CLASS_USSD, UI_ASK_CODE}, {MODEM_CLASS_DATA, UI_ASK_OTHER}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct vmodem_ask ask = {.id = 1, .class = cases[i].class, .number = "+15551234"};

		setup(PL_CALL_IDLE);
		show_question(&model, &ask, "linux");
		EXPECT_EQ(model.question, cases[i].question);
		EXPECT_STR(model.asker, "linux");
		EXPECT_STR(model.asked, "+15551234");
		show_phone(&model, &phone, 0);
		EXPECT_EQ(model.question, cases[i].question);
		show_question(&model, NULL, "");
		EXPECT_EQ(model.question, UI_ASK_NOTHING);
		EXPECT_STR(model.asked, "");
	}
}

static const struct unit_test tests[] = {
	{"one call is shown as telephony has it", one_call},
	{"who waits and who is on hold are shown beside it", who_waits_and_who_is_on_hold},
	{"a conference is counted and named", conference},
	{"a lost modem and the dialler are shown", a_lost_modem_and_the_dialler},
	{"each kind of question has its words", questions},
};

UNIT_MAIN("call show", tests)
