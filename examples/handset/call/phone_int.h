/* Between the parts of telephony. */
#ifndef CALL_PHONE_INT_H
#define CALL_PHONE_INT_H

#include "examples/handset/call/phone.h"

#define NS_PER_MS	   1000000ull
#define COMMAND_TIMEOUT_MS 3000
#define ANSWER_TIMEOUT_MS  15000

/* phone.c */
void phone_check_alive(struct phone *p, enum at_result result);

/* phone_calls.c */
extern const struct call_impl phone_call_impl;
void phone_event(struct phone *p, enum call_event event);
/* An end that the modem has announced: of the only call, or of one of several. */
void phone_ended(struct phone *p, enum call_event event);
void phone_waiting(struct phone *p, const char *number, const char *name);
/* One more line of +CLCC's answer, and its end. */
void phone_roster_line(void *data, const char *line);
void phone_roster_done(void *data, enum at_result result, const char *line);
void phone_refresh(struct phone *p);
/* +CHLD=<operation>. */
void phone_hold(struct phone *p, const char *operation);
void phone_end_key(struct phone *p);
void phone_call_key(struct phone *p);
/* The modem is gone: so are its calls, but for an emergency call that it has not made yet. */
void phone_calls_lost(struct phone *p);
/* It is there again. */
void phone_calls_ready(struct phone *p);
void phone_calls_tick(struct phone *p);
uint64_t phone_calls_deadline(const struct phone *p);
void phone_say(struct phone *p, const char *note); /* on the screen, for a while */

/* phone_keys.c */
bool phone_dialler_key(struct phone *p, uint16_t code, bool down); /* true: it was the dialler's */
void phone_dialler_close(struct phone *p);
/* What the screen is wanted for while there is no call: flags of struct pl_call_info. */
uint32_t phone_idle_flags(const struct phone *p);
void phone_show_idle(struct phone *p);

#endif
