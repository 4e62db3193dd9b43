/*
 * From an AT command line's body to its commands, one by one (V.250 5.3 and 5.4, TS 27.007 4). What is
 * no command by the book is refused: nothing is guessed, because a guess that differs from the real
 * modem's is a way around the policy.
 */
#ifndef VDEV_MODEM_AT_PARSE_H
#define VDEV_MODEM_AT_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include "vdev-modem/at_reader.h"

#define AT_NAME_BYTES	18 /* V.250 5.4.1: a + and up to 16 characters */
#define AT_NUMBER_BYTES 48

enum at_form { AT_EXECUTE, AT_READ, AT_SET, AT_TEST };

struct at_command {
	char name[AT_NAME_BYTES]; /* "+CSQ", "E", "&C", "S", "D" */
	enum at_form form;	  /* a basic command's value makes it AT_SET */
	unsigned number;	  /* S: which register; a basic command: its value, 0 without one */
	char args[AT_BODY_BYTES]; /* behind = ; D: the dial string */
	bool voice;		  /* D: ended with ; */
};

/* What a dial string is (V.250 6.3.1, TS 27.007 6.2 to 6.4). */
enum at_dial {
	AT_DIAL_NUMBER, /* a number, of somebody */
	AT_DIAL_DATA,	/* *99#, *99***n#: a packet data call */
	AT_DIAL_CODE,	/* an MMI or USSD code: *…# and #…# */
	AT_DIAL_OTHER,	/* phone book, last number, pauses and what else there is */
};

/*
 * Spaces outside quotes taken out, letters outside quotes made capitals (V.250 5.2.1). -EINVAL: a quote is
 * open at the end, or there is something outside quotes that is not printable ASCII.
 */
int at_normalise(const char *body, char to[AT_BODY_BYTES]);
/* The next command of a normalised line: 1; 0 at its end; -EINVAL: what follows is no command. */
int at_next(const char **line, struct at_command *command);

/*
 * Argument `index` of a comma-separated list; quotes taken off. False: there is none or it does not fit,
 * and *to is empty.
 */
bool at_argument(const char *args, unsigned index, char *to, size_t bytes);
unsigned at_argument_count(const char *args);
/* A whole argument that is a number of at most `limit`, or -1; -2 for one that is left out. */
long at_argument_number(const char *args, unsigned index, long limit);

/*
 * What a dial string is. *number is what would be dialled, without what does not count: formatting,
 * T and P in front, I and G behind (TS 27.007 6.2, 6.5). Empty for AT_DIAL_OTHER.
 */
enum at_dial at_dial_string(const char *string, char number[AT_NUMBER_BYTES]);

#endif
