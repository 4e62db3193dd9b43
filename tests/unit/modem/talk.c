#include "tests/unit/expect.h"
#include "tests/unit/modem/talk.h"

struct rig rig;
struct phone phone;
bool line_cut, modem_deaf;
char story[1024];
static char to_modem[4096];

static void phone_send(void *data, const char *bytes, size_t count)
{
	(void)data;
	if (!line_cut)
		strncat(to_modem, bytes, count);
}

static void phone_changed(void *data, enum pl_call_state old, const char *reason)
{
	(void)data;
	(void)reason;
	if (phone.call.info.state != old)
		strncat(story, call_state_str((enum pl_call_state)phone.call.info.state), 1);
}

static void phone_shown(void *data)
{
	(void)data;
}

const struct phone_impl talk_impl = {phone_send, phone_changed, phone_shown, NULL};

/* Carry bytes to and fro until neither has any left. */
void exchange(void)
{
	char text[4096];

	while (to_modem[0] || rig.sent[0]) {
		if (to_modem[0]) {
			strcpy(text, to_modem);
			to_modem[0] = 0;
			if (!modem_deaf)
				modem_receive(&rig.modem, rig.now, text, strlen(text));
		}
		if (rig.sent[0]) {
			strcpy(text, rig.sent);
			rig.sent[0] = 0;
			if (!line_cut)
				phone_receive(&phone, rig.now, text, strlen(text));
		}
	}
}

void pass(uint64_t ns)
{
	uint64_t end = rig.now + ns;

	for (;;) {
		uint64_t due = modem_deadline(&rig.modem), other = phone_deadline(&phone);

		exchange();
		due = other < due ? other : due;
		if (due > end)
			break;
		rig.now = due > rig.now ? due : rig.now;
		modem_tick(&rig.modem, rig.now);
		phone_tick(&phone, rig.now);
		exchange();
	}
	rig.now = end;
}

void setup(void)
{
	line_cut = modem_deaf = false;
	to_modem[0] = story[0] = 0;
	rig_init(&rig);
	rig_at(&rig, "ATZ"); /* with its echo on, as a modem wakes */
	rig_clear(&rig);
	phone_init(&phone, &talk_impl, NULL);
	phone_start(&phone, rig.now);
	pass(RIG_MS);
	EXPECT_EQ(phone.ready, true);
	rig_clear(&rig);
}

void command(const char *line)
{
	EXPECT_EQ(rig_command(&rig, line), 0);
	exchange();
}

void key(uint16_t code)
{
	phone_key(&phone, rig.now, code, true);
	phone_key(&phone, rig.now, code, false);
	exchange();
}

void keys(const char *digits)
{
	for (; *digits; digits++)
		key(*digits == '*' ? 0x20a : *digits == '#' ? 0x20b : (uint16_t)(0x200 + *digits - '0'));
}
