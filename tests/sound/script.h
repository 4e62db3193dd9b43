/* What the tests of sound are written in: commands for a partition's shell, lines awaited, verdicts. */
#ifndef TESTS_SOUND_SCRIPT_H
#define TESTS_SOUND_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>
#include "tools/harness/harness.h"

#define CARD_RATE 48000
#define CALLER	  "ring +358401234567 \"Reception\"\n"

struct script {
	struct harness *harness;
	unsigned failed, commands;
};

extern struct script script;

/*
 * Reads the command line (harness_arguments) and starts the machine, whose trace keeps marks only. The own words,
 * or NULL after saying why.
 */
char **script_start(struct harness_options *options, const char *own, int argc, char **argv);
/* Prints `pass NAME`, or `fail NAME: …` with what is and what should be. Returns `held`. */
bool verdict(bool held, const char *name, const char *format, double is, double limit);
/* Machine's time of an event; 0 for none. */
uint64_t time_of(ssize_t event);
/* Runs a command in a partition's shell. When it ended, well or not (a failure is a verdict), in the machine's time. */
uint64_t run(const char *partition, const char *command);
/* Awaits a line, which not to come is a failure. Its time. */
uint64_t await(size_t from, const char *partition, const char *pattern);
/* Presses a key and lets it go. */
void tap(const char *key);
/* Until the sound card has played so many frames more, as the trace tells; not to is a failure. */
void await_card(uint64_t frames);
/* The other end rings and the user answers. When he did. */
uint64_t call_begins(void);

#endif
