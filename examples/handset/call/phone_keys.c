/* Telephony's keys: the dialler, tones, mute; what means a call is in phone_calls.c. */
#include <errno.h>
#include "examples/handset/call/phone_int.h"
#include "frontends/rtos/format.h"
#include "frontends/rtos/mem.h"

#define KEY_PLUS  78 /* KEY_KPPLUS */
#define KEY_STAR  55 /* KEY_KPASTERISK */
#define LONG_NS	  (700 * NS_PER_MS)
#define IDLE_MASK (PL_CALL_FLAG_DIALLER | PL_CALL_FLAG_NOTICE)

static enum pl_call_state state_of(const struct phone *p)
{
	return (enum pl_call_state)p->call.info.state;
}

/* The digit or tone of a key, or 0. */
static char digit_of(uint16_t code)
{
	if (code >= 2 && code <= 11) /* KEY_1 to KEY_9, KEY_0 */
		return "1234567890"[code - 2];
	if (code >= 0x200 && code <= 0x20b) /* KEY_NUMERIC_0 … _STAR, _POUND */
		return "0123456789*#"[code - 0x200];
	return code == KEY_STAR ? '*' : 0;
}

/*
 * While there is no call.
 */

uint32_t phone_idle_flags(const struct phone *p)
{
	bool warns = p->lost && !p->dismissed;

	return (p->dialler.open ? PL_CALL_FLAG_DIALLER : 0) |
	       (p->asked || warns ? (uint32_t)PL_CALL_FLAG_NOTICE : 0);
}

void phone_show_idle(struct phone *p)
{
	if (state_of(p) == PL_CALL_IDLE)
		call_set_flags(&p->call, IDLE_MASK, phone_idle_flags(p),
			phone_idle_flags(p) ? "the screen is wanted" : "the screen is given back");
	p->impl->shown(p->data);
}

void phone_asked(struct phone *p, uint64_t now_ns, bool asked)
{
	p->now_ns = now_ns;
	p->asked = asked;
	phone_show_idle(p);
}

bool phone_keys_taken(const struct phone *p)
{
	return state_of(p) == PL_CALL_RINGING || state_of(p) == PL_CALL_DIALING || phone_in_emergency(p) ||
	       roster_find(&p->roster, PARTY_WAITING) != NULL;
}

/*
 * The dialler.
 */

static void dialler_open(struct phone *p)
{
	p->dialler = (struct phone_dialler){.open = true, .zero_ns = AT_NEVER};
	p->note[0] = 0;
	phone_show_idle(p);
}

void phone_dialler_close(struct phone *p)
{
	p->dialler = (struct phone_dialler){.zero_ns = AT_NEVER};
}

static void dialler_add(struct phone *p, char digit)
{
	size_t count = strlen(p->dialler.digits);

	if (count + 1 == sizeof(p->dialler.digits) || (digit == '+' && count))
		return;
	p->dialler.digits[count] = digit;
	p->dialler.digits[count + 1] = 0;
	p->dialler.zero_ns = digit == '0' && !count ? p->now_ns : AT_NEVER;
	p->impl->shown(p->data);
}

static void dialler_delete(struct phone *p)
{
	size_t count = strlen(p->dialler.digits);

	if (count)
		p->dialler.digits[count - 1] = 0;
	p->impl->shown(p->data);
}

/* A long 0 in front is a +. */
static void dialler_release(struct phone *p)
{
	if (p->dialler.zero_ns != AT_NEVER && p->now_ns - p->dialler.zero_ns >= LONG_NS &&
		!strcmp(p->dialler.digits, "0")) {
		p->dialler.digits[0] = '+';
		p->impl->shown(p->data);
	}
	p->dialler.zero_ns = AT_NEVER;
}

static void dialler_dial(struct phone *p)
{
	char number[PHONE_NUMBER_BYTES];
	int ret;

	memcpy(number, p->dialler.digits[0] ? p->dialler.digits : p->last_number, sizeof(number));
	/* Empty: the last number, to look at before it is dialled. */
	if (!p->dialler.digits[0]) {
		memcpy(p->dialler.digits, number, sizeof(number));
		p->impl->shown(p->data);
		return;
	}
	ret = phone_dial(p, p->now_ns, number);
	if (!ret)
		memcpy(p->last_number, number, sizeof(number));
	else
		phone_say(p, ret == -ENODEV   ? "No modem"
			     : ret == -EINVAL ? "Not a telephone number"
					      : "Not possible now");
}

static void dialler_end(struct phone *p)
{
	if (p->dialler.digits[0])
		p->dialler.digits[0] = 0;
	else
		phone_dialler_close(p);
	phone_show_idle(p);
}

bool phone_dialler_key(struct phone *p, uint16_t code, bool down)
{
	char digit = digit_of(code);

	if (!p->dialler.open || phone_keys_taken(p))
		return false;
	if (!down)
		dialler_release(p);
	else if (code == KEY_PICKUP_PHONE)
		dialler_dial(p);
	else if (code == KEY_HANGUP_PHONE)
		dialler_end(p);
	else if (code == KEY_BACKSPACE || code == KEY_LEFT)
		dialler_delete(p);
	else if (digit || code == KEY_PLUS)
		dialler_add(p, digit ? digit : '+');
	return true;
}

/*
 * In a call.
 */

int phone_tone(struct phone *p, uint64_t now_ns, char tone)
{
	char text[16];
	size_t count = strlen(p->digits);

	p->now_ns = now_ns;
	if (state_of(p) != PL_CALL_ACTIVE)
		return -EPERM;
	format_print(text, sizeof(text), "AT+VTS=%c", tone);
	if (at_command(&p->at, p->now_ns, text, COMMAND_TIMEOUT_MS, NULL))
		return -EAGAIN;
	/* The newest ones are shown. */
	if (count + 1 == sizeof(p->digits))
		memmove(p->digits, p->digits + 1, count--);
	p->digits[count] = tone;
	p->digits[count + 1] = 0;
	p->impl->shown(p->data);
	return 0;
}

static void mute_done(void *data, enum at_result result, const char *line)
{
	struct phone *p = data;

	(void)line;
	if (result == AT_RESULT_OK)
		call_set_muted(&p->call, p->mute_wish);
	else
		p->mute_wish = (p->call.info.flags & PL_CALL_FLAG_MUTED) != 0;
}

static void toggle_mute(struct phone *p)
{
	bool wish = !p->mute_wish;

	if (!at_command(&p->at, p->now_ns, wish ? "AT+CMUT=1" : "AT+CMUT=0", COMMAND_TIMEOUT_MS, mute_done))
		p->mute_wish = wish;
}

static void toggle_speaker(struct phone *p)
{
	call_set_speaker(&p->call, !(p->call.info.flags & PL_CALL_FLAG_SPEAKER));
}

void phone_headset(struct phone *p, bool in)
{
	if (in && !p->headset)
		call_set_speaker(&p->call, false);
	p->headset = in;
}

static bool held(const struct phone *p)
{
	return roster_find(&p->roster, PARTY_HELD) != NULL;
}

static bool talks(const struct phone *p)
{
	return roster_find(&p->roster, PARTY_ACTIVE) != NULL;
}

/* With one call only it is the user's wish that it be on hold. */
static void hold_or_swap(struct phone *p)
{
	p->on_hold = !held(p);
	phone_hold(p, "2");
}

static void active_key(struct phone *p, uint16_t code)
{
	bool waits = roster_find(&p->roster, PARTY_WAITING) != NULL;

	if (code == KEY_UP || code == KEY_MUTE)
		toggle_mute(p);
	else if (code == KEY_DOWN && !waits)
		hold_or_swap(p);
	else if (code == KEY_RIGHT && held(p) && talks(p))
		phone_hold(p, "3");
	else if (code == KEY_LEFT && !held(p) && !waits && !phone_in_emergency(p))
		dialler_open(p);
	else if (digit_of(code))
		(void)phone_tone(p, p->now_ns, digit_of(code));
}

/* What the user has seen goes; else a key that ends ends a call. */
static void end_key(struct phone *p)
{
	if (state_of(p) == PL_CALL_IDLE && p->lost && !p->dismissed) {
		p->dismissed = true;
		phone_show_idle(p);
	} else {
		phone_end_key(p);
	}
}

static void call_key(struct phone *p)
{
	if (state_of(p) == PL_CALL_ENDED)
		phone_event(p, CALL_END_KEY);
	if (state_of(p) == PL_CALL_IDLE)
		dialler_open(p);
	else
		phone_call_key(p);
}

void phone_key(struct phone *p, uint64_t now_ns, uint16_t code, bool down)
{
	p->now_ns = now_ns;
	if (phone_dialler_key(p, code, down) || !down)
		return;
	if (code == KEY_PICKUP_PHONE)
		call_key(p);
	else if (code == KEY_HANGUP_PHONE)
		end_key(p);
	else if (code == KEY_ENTER || code == KEY_OK)
		toggle_speaker(p);
	else if (state_of(p) == PL_CALL_ACTIVE)
		active_key(p, code);
}
