#include "examples/handset/call/show.h"
#include "frontends/rtos/format.h"
#include "frontends/rtos/mem.h"

static const char *name_of(const struct party *party)
{
	return party->name[0] ? party->name : party->number[0] ? party->number : "Unknown caller";
}

/* Whoever talks together: "3 people", and who they are. */
static void show_conference(struct ui_model *m, const struct roster *roster)
{
	size_t used = 0;

	format_print(m->name, sizeof(m->name), "%u people", m->parties);
	m->number[0] = 0;
	for (unsigned i = 0; i < roster->count && used + 1 < sizeof(m->number); i++)
		if (roster->party[i].stat == PARTY_ACTIVE)
			used += format_print(m->number + used, sizeof(m->number) - used, "%s%s",
				used ? ", " : "", name_of(&roster->party[i]));
}

static void show_others(struct ui_model *m, const struct roster *roster)
{
	const struct party *held = roster_find(roster, PARTY_HELD);
	const struct party *waiting = roster_find(roster, PARTY_WAITING);
	bool active = m->state == PL_CALL_ACTIVE;

	m->parties = active ? roster_count(roster, PARTY_ACTIVE) : 0;
	m->held[0] = m->waiting_number[0] = m->waiting_name[0] = 0;
	if (held && !m->on_hold && m->state != PL_CALL_ENDED)
		format_print(m->held, sizeof(m->held), "%s", name_of(held));
	m->waiting = waiting && active;
	if (m->waiting) {
		memcpy(m->waiting_number, waiting->number, sizeof(m->waiting_number));
		memcpy(m->waiting_name, waiting->name, sizeof(m->waiting_name));
	}
	if (m->parties > 1)
		show_conference(m, roster);
}

void show_phone(struct ui_model *m, const struct phone *p, uint32_t seconds)
{
	const struct pl_call_info *info = &p->call.info;

	m->state = info->state;
	memcpy(m->number, info->number, sizeof(m->number));
	memcpy(m->name, info->name, sizeof(m->name));
	memcpy(m->note, p->note, sizeof(m->note));
	memcpy(m->carrier, p->carrier, sizeof(m->carrier));
	memcpy(m->digits, p->digits, sizeof(m->digits));
	memcpy(m->typed, p->dialler.digits, sizeof(m->typed));
	m->signal = p->signal_bars;
	m->muted = (info->flags & PL_CALL_FLAG_MUTED) != 0;
	m->speaker = (info->flags & PL_CALL_FLAG_SPEAKER) != 0;
	m->emergency = (info->flags & PL_CALL_FLAG_EMERGENCY) != 0;
	m->on_hold = (info->flags & PL_CALL_FLAG_HELD) != 0;
	m->no_modem = p->lost && !(info->state == PL_CALL_IDLE && !p->dialler.open && p->dismissed);
	m->dialler = p->dialler.open;
	m->typed_emergency = p->dialler.open && call_is_emergency(&p->call, p->dialler.digits);
	m->seconds = seconds;
	show_others(m, &p->roster);
}

static uint32_t question_of(enum modem_class class)
{
	switch (class) {
	case MODEM_CLASS_DIAL: return UI_ASK_DIAL;
	case MODEM_CLASS_SMS_SEND: return UI_ASK_MESSAGE;
	case MODEM_CLASS_USSD: return UI_ASK_CODE;
	default: return UI_ASK_OTHER;
	}
}

void show_question(struct ui_model *m, const struct vmodem_ask *ask, const char *asker)
{
	m->question = ask ? question_of(ask->class) : UI_ASK_NOTHING;
	m->asker[0] = m->asked[0] = 0;
	if (ask) {
		format_print(m->asker, sizeof(m->asker), "%s", asker);
		format_print(m->asked, sizeof(m->asked), "%s", ask->number);
	}
}
