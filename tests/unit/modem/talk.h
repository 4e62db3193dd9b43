/* The call partition's telephony and the modem simulator, at the two ends of one line, in virtual time. */
#ifndef TESTS_MODEM_TALK_H
#define TESTS_MODEM_TALK_H

#include "examples/handset/call/phone.h"
#include "tests/unit/modem/rig.h"

#define KEY_1 2
#define KEY_2 3
#define KEY_5 6
#define KEY_0 11

extern struct rig rig;
extern struct phone phone;
extern const struct phone_impl talk_impl;
extern bool line_cut, modem_deaf;
extern char story[1024]; /* states entered, a letter each */

/* A fresh modem, and a phone that has brought it up. */
void setup(void);
/* Carry bytes to and fro until neither has any left. */
void exchange(void);
void pass(uint64_t ns);
/* At the modem's prompt; it must be taken. */
void command(const char *line);
void key(uint16_t code); /* down and up */
void keys(const char *digits);

#endif
