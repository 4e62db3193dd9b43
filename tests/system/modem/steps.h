/* What the tests of this machine do and look at: consoles, keys, the screen. One machine at a time. */
#ifndef TESTS_SYSTEM_MODEM_STEPS_H
#define TESTS_SYSTEM_MODEM_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include "examples/handset/call/ui.h"
#include "tools/harness/harness.h"

/* Starts the machine and lets `run` play with it. Returns the program's exit status: 1 if any verdict did not hold. */
int steps_run(int argc, char **argv, void (*run)(void));

/* Prints `pass NAME` or `fail NAME`. Returns held. */
bool verdict(bool held, const char *name);
size_t now(void);
/* harness_await and harness_find on the machine. */
bool await(size_t from, const char *partition, const char *pattern);
bool found(size_t from, const char *partition, const char *pattern);
void tap(const char *key);
/* Linux prints a line a second. */
void seconds_pass(unsigned count);
void tell(const char *partition, const char *command);
/* The band of the screen comes to look as the model has it. */
bool shows(struct ui_model *model);
/* The network calls, and the user answers. */
bool call_answered(void);
/* Linux has a registered modem, the call its screen. */
bool started(void);

#endif
