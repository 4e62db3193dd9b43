/* Between the files that take commands at the simulator's prompt. */
#ifndef MODEM_PROMPT_H
#define MODEM_PROMPT_H

#include "examples/handset/modem/modem.h"

#define MODEM_WORD_BYTES 64

struct modem_prompt {
	const char *name, *usage;
	/* 0 or -EINVAL; says what is wrong. */
	int (*run)(struct modem *m, const char *arguments);
};

void modem_say(struct modem *m, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The next word of *text, which moves behind it; empty at the end, and when it is longer than `bytes`. */
void modem_word(const char **text, char *to, size_t bytes);
/* The next word as a number within the limits; false: something else. */
bool modem_word_number(const char **text, long low, long high, long *value);

/* data.c */
int modem_prompt_data(struct modem *m, const char *arguments);

/* network.c, sms.c, sim.c, script.c */
int modem_prompt_registration(struct modem *m, const char *arguments);
int modem_prompt_signal(struct modem *m, const char *arguments);
int modem_prompt_ussd(struct modem *m, const char *arguments);
int modem_prompt_sms(struct modem *m, const char *arguments);
int modem_prompt_ecc(struct modem *m, const char *arguments);
int modem_prompt_after(struct modem *m, const char *arguments);

/* fault.c */
int modem_prompt_fault(struct modem *m, const char *arguments);

#endif
