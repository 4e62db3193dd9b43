/*
 * The calls that the modem has, as +CLCC tells them (TS 27.007 7.18), with what it does not tell and was heard
 * elsewhere: names, and since when one has been talked to. A party keeps both from one list to the next.
 */
#ifndef CALL_ROSTER_H
#define CALL_ROSTER_H

#include <stdbool.h>
#include <stdint.h>

#define ROSTER_COUNT 7 /* TS 22.030: calls 1 to 7 */

/* +CLCC's <stat>. */
enum party_stat { PARTY_ACTIVE, PARTY_HELD, PARTY_DIALING, PARTY_ALERTING, PARTY_INCOMING, PARTY_WAITING };

struct party {
	uint8_t id;   /* 0: heard of by +CCWA only */
	uint8_t stat; /* enum party_stat */
	bool incoming, conference;
	char number[48];
	char name[48];
	uint64_t since_ns; /* talked to since then; 0: not yet */
};

struct roster {
	unsigned count;
	struct party party[ROSTER_COUNT];
};

/* The first with this stat, or NULL. */
const struct party *roster_find(const struct roster *roster, enum party_stat stat);
unsigned roster_count(const struct roster *roster, enum party_stat stat);
/* Who is spoken to, or else called, or else on hold; NULL: nobody. One that only rings or waits does not count. */
const struct party *roster_foreground(const struct roster *roster);
/* A line of +CLCC's answer. -EINVAL: it is none, and nothing is added; -ENOSPC: an eighth call. */
int roster_add(struct roster *roster, const char *line);
/* Somebody waits, as +CCWA says; the place of one that waited before is taken. */
void roster_wait(struct roster *roster, const char *number, const char *name);
/* `fresh` becomes the roster; who was there before (the same number, the same direction) keeps name and time. */
void roster_replace(struct roster *roster, const struct roster *fresh, uint64_t now_ns);

#endif
