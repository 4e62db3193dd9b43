/*
 * A real modem as the virtual one sees it: it answers queries from a table, and every line that reaches it is
 * judged by a list of its own: what is not on it costs money or touches a call, and is a leak.
 */
#ifndef TESTS_FAKE_MODEM_H
#define TESTS_FAKE_MODEM_H

#include <stdbool.h>
#include <stddef.h>

struct fake_modem {
	char line[1024];
	size_t count;
	bool prompt; /* waits for a payload */
	bool silent; /* does not answer */
	char answer[8192];
	size_t answer_count;
	unsigned line_count;
	char last[1024];    /* line */
	char payload[1024]; /* of the last message */
	unsigned leak_count;
	char leak[1024]; /* the last one */
};

/* Is this line known to do nothing but read? */
bool fake_modem_harmless(const char *line);
/* Bytes from the phone; answers pile up in answer. */
void fake_modem_receive(struct fake_modem *fake, const char *bytes, size_t count);

#endif
