/* A modem with what it sends and says kept, and its time moved by hand. */
#ifndef TESTS_MODEM_RIG_H
#define TESTS_MODEM_RIG_H

#include "examples/handset/modem/modem.h"

#define RIG_MS 1000000ull
#define RIG_S  1000000000ull

struct rig {
	struct modem modem;
	uint64_t now;
	char sent[4096]; /* to the phone, \r\n kept */
	char said[8192]; /* to the prompt, lines with \n */
};

void rig_init(struct rig *rig);
/* Forget what was sent and said. */
void rig_clear(struct rig *rig);
/* A line typed by the phone, the carriage return is added. */
void rig_at(struct rig *rig, const char *line);
int rig_command(struct rig *rig, const char *line);
/* Let time pass, stopping at each of the modem's deadlines. */
void rig_pass(struct rig *rig, uint64_t ns);

#endif
