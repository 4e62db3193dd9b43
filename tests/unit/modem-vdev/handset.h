/* Telephony, the virtual modem, the uplink and the modem simulator together, in virtual time; bytes of any value. */
#ifndef TESTS_MODEM_VDEV_HANDSET_H
#define TESTS_MODEM_VDEV_HANDSET_H

#include "examples/handset/call/modem_share.h"
#include "examples/handset/modem/modem.h"

#define HANDSET_MS	   1000000ull
#define HANDSET_S	   1000000000ull
#define HANDSET_PIPE_BYTES 32768

struct handset_pipe {
	uint8_t bytes[HANDSET_PIPE_BYTES];
	size_t count;
};

struct handset {
	struct modem modem;
	struct phone phone;
	struct modem_share share;
	uint64_t now;
	struct handset_pipe to_modem, to_phone;
	char to_client[16384]; /* NUL-terminated text, unless client_sink is set */
	void (*client_sink)(void *data, const char *bytes, size_t count);
	void *client_data;
	size_t client_room;
	char said[16384]; /* by the modem's prompt, lines with \n; the newest */
	unsigned asked, refused;
	uint32_t rights; /* PL_RIGHT_*, as the arbiter would leave them to Linux */
};

void handset_init(struct handset *handset, const char *policy);
/* The call partition restarts: the modem does not. */
void handset_restart_phone(struct handset *handset, const char *policy);
/* Linux types a line; forgets what came before. */
void handset_type(struct handset *handset, const char *line);
void handset_type_bytes(struct handset *handset, const void *bytes, size_t count);
int handset_prompt(struct handset *handset, const char *line);
/* Let time pass, stopping at each deadline. */
void handset_pass(struct handset *handset, uint64_t ns);

#endif
