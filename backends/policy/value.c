/* Words, numbers and names. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "backends/policy/parse.h"

bool words_next(struct words *words, char word[WORD_BYTES])
{
	const char *blanks = " \t,";
	size_t bytes;

	words->at += strspn(words->at, blanks);
	bytes = strcspn(words->at, blanks);
	if (bytes == 0)
		return false;
	snprintf(word, WORD_BYTES, "%.*s", (int)bytes, words->at);
	words->at += bytes;
	return true;
}

unsigned parse_name(const char *word, const char *(*str)(unsigned), unsigned count)
{
	unsigned i = 0;

	while (i < count && strcmp(word, str(i)) != 0)
		i++;
	return i;
}

int parse_number(struct policy_parse *parse, const char *what, const char *word, const char *unit, long min,
	long max, long *number)
{
	char *end;

	errno = 0;
	*number = strtol(word, &end, 10);
	if (end == word || errno || strcmp(end, unit) != 0)
		return parse_refuse(
			parse, "%s: \"%s\" is no number%s%s", what, word, *unit ? " with " : "", unit);
	if (*number < min || *number > max)
		return parse_refuse(parse, "%s: %ld%s is outside %ld to %ld", what, *number, unit, min, max);
	return 0;
}

int parse_partition(struct policy_parse *parse, const char *name, bool none_allowed, uint8_t *index)
{
	*index = (uint8_t)policy_partition(&parse->policy, name);
	if (*index == POLICY_NONE && !(none_allowed && strcmp(name, "none") == 0))
		return parse_refuse(parse, "no partition \"%s\" in [phone] partitions", name);
	return 0;
}

int parse_key(struct policy_parse *parse, const char *name, uint16_t *code)
{
	int rc = policy_key_code(name);

	if (rc < 0)
		return parse_refuse(parse, "no key \"%s\"", name);
	*code = (uint16_t)rc;
	return 0;
}
