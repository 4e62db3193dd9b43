/* A virtual modem between clients whose bytes are kept, and a fake modem; time is moved by hand. */
#ifndef TESTS_MODEM_VDEV_RIG_H
#define TESTS_MODEM_VDEV_RIG_H

#include "tests/unit/modem-vdev/fake_modem.h"
#include "vdev-modem/vmodem.h"

#define RIG_MS	       1000000ull
#define RIG_SENT_BYTES 16384

struct rig {
	struct vmodem vm;
	struct fake_modem fake;
	struct modem_policy policy;
	uint64_t now_ns;
	char sent[MODEM_CLIENT_MAX][RIG_SENT_BYTES]; /* to each client, newest bytes dropped when full */
	size_t sent_count[MODEM_CLIENT_MAX];
	char urcs[1024]; /* telephony's, with newlines */
	char dialled[AT_NUMBER_BYTES];
	bool dialled_emergency;
	unsigned dial_count, emergency_count, answer_count, ask_count, over_count, refused_count, lost_count;
	struct vmodem_ask ask;
	enum modem_class refused_class;
	char refused_reason[128];
	int dial_result;
};

/* One client for each section of the policy text; NULL: refuses what it can, but queries and messages are read. */
void rig_init(struct rig *rig, const char *policy);
void rig_clear(struct rig *rig);
/* Bytes of a client, and what follows from them until all is quiet, without time passing. */
void rig_type(struct rig *rig, unsigned client, const char *bytes, size_t count);
/* A line with its carriage return; what the client got for it. */
const char *rig_line(struct rig *rig, unsigned client, const char *line);
/* A line of the real modem, framed here. */
void rig_urc(struct rig *rig, const char *text);
void rig_settle(struct rig *rig);
void rig_pass(struct rig *rig, unsigned ms);
/* All that costs or touches a call: on the modem's line or by telephony. Emergency calls do not count. */
unsigned rig_leaks(const struct rig *rig);

#endif
