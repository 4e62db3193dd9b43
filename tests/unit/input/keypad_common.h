/* The two variants of the keypad against one record of what came out of them. */
#ifndef TESTS_UNIT_INPUT_KEYPAD_COMMON_H
#define TESTS_UNIT_INPUT_KEYPAD_COMMON_H

#include "backends/evdev/keypad.h"
#include "tests/unit/expect.h"

/* What the sink took: "+30 |", frames ended by |. */
static char story[8192];
static size_t story_used;
static unsigned longest;

static void note_frame(void *data, const struct virtio_input_event *event, unsigned count)
{
	(void)data;
	if (count > longest)
		longest = count;
	for (unsigned i = 0; i < count && story_used < sizeof(story) - 32; i++) {
		const char *space = story_used ? " " : "";

		if (event[i].type == VINPUT_EV_KEY)
			story_used += (size_t)sprintf(story + story_used, "%s%c%u", space,
				event[i].value ? '+' : '-', event[i].code);
		else if (event[i].type == VINPUT_EV_SYN)
			story_used += (size_t)sprintf(story + story_used, "%s|", space);
		else
			story_used += (size_t)sprintf(
				story + story_used, "%s%u:%u", space, event[i].type, event[i].code);
	}
}

static void story_clear(void)
{
	story[0] = '\0';
	story_used = 0;
	longest = 0;
}

static void expect_story(const char *expected)
{
	EXPECT_STR(story, expected);
	story_clear();
}

#endif
