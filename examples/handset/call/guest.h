/*
 * Linux's virtual modem on the call partition's third UART (docs/contract.md): between its line, the modem's and the
 * telephony. One task of the loop; a piece of Linux's bytes at a time, so that what is more urgent comes in between.
 */
#ifndef CALL_GUEST_H
#define CALL_GUEST_H

#include "abi/rights.h"
#include "examples/handset/call/modem_share.h"
#include "frontends/rtos/uart.h"

/* The modem's line is up; `rights`: the bank's page of them. `task` is posted when Linux has sent something; guest_run is what it does. */
void guest_init(
	struct phone *phone, struct uart *modem_line, const struct pl_rights_page *rights, unsigned task);
/* Brings the modem's line up, and then telephony. */
void guest_start(void);
/* A piece of what Linux has sent. */
void guest_run(void *data);
/* From telephony's driver to the modem, and back. */
void guest_phone_send(const char *bytes, size_t count);
void guest_modem_receive(const char *bytes, size_t count);
void guest_call_changed(void);
/* The user's keys, telephony's and the answers to questions. */
void guest_key(uint16_t code, bool down);
/* What Linux asks, if it is to be shown; NULL. */
const struct vmodem_ask *guest_question(void);
const char *guest_asker(const struct vmodem_ask *ask);
bool guest_is_emergency(const char *number);
/* Linux's partition has died, or begun a new life. */
void guest_restarted(void);
void guest_tick(void);
uint64_t guest_deadline(void);
/* `allow`, `refuse`: the user's answer at the console. False: another command. */
bool guest_console(const char *text);

#endif
