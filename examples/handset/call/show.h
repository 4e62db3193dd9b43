/* What the screens show of telephony and of a question, put into their words. Knows no hardware. */
#ifndef CALL_SHOW_H
#define CALL_SHOW_H

#include "examples/handset/call/phone.h"
#include "examples/handset/call/ui.h"
#include "vdev-modem/vmodem.h"

/* `seconds`: how long the call in the foreground takes, or has taken. The question stays as it is. */
void show_phone(struct ui_model *model, const struct phone *phone, uint32_t seconds);
/* `ask` NULL: nothing is asked. `asker`: the client's name in the policy. */
void show_question(struct ui_model *model, const struct vmodem_ask *ask, const char *asker);

#endif
