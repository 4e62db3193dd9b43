/*
 * The account of keys: each press says at once who is to see what. In the end both sides must
 * have printed exactly that, each key in that order: nothing lost, stuck, or seen by the wrong one.
 */
#include <stdio.h>
#include <string.h>

#include "examples/handset/demo/demo.h"

static const char *const side_name[DEMO_SIDE_COUNT] = {"linux", "call"};
static const char *const side_prefix[DEMO_SIDE_COUNT] = {"app: key ", "call: key "};

const struct demo_qcode demo_key_answer = {"f1", 0x1bd}; /* KEY_PICKUP_PHONE */
const struct demo_qcode demo_key_end = {"f2", 0x1be};	 /* KEY_HANGUP_PHONE */

static void expect(struct demo *demo, enum demo_side side, uint32_t code, bool down)
{
	if (demo->expected_count[side] < DEMO_KEY_MAX)
		demo->expected[side][demo->expected_count[side]++] = (struct demo_key){code, down, false};
}

void keys_press(struct demo *demo, const struct demo_qcode *key, bool down, enum demo_side side)
{
	expect(demo, side, key->code, down);
	demo_note(demo, "key %s (%u) is %s", key->name, key->code, down ? "pressed" : "released");
	harness_key(demo->harness, key->name, down);
}

int keys_tap(struct demo *demo, const struct demo_qcode *key, enum demo_side side)
{
	size_t from = harness_now(demo->harness);
	char pattern[48];
	ssize_t seen;

	keys_press(demo, key, true, side);
	keys_press(demo, key, false, side);
	snprintf(pattern, sizeof(pattern), "^%s%u up", side_prefix[side], key->code);
	seen = harness_await(demo->harness, from, side_name[side], pattern);
	demo_promise(demo, seen >= 0, "key %s comes to %s", key->name, side_name[side]);
	return seen < 0 ? (int)seen : 0;
}

void keys_expect_release(struct demo *demo, const struct demo_qcode *key, enum demo_side side)
{
	expect(demo, side, key->code, false);
}

void keys_release_unseen(struct demo *demo, const struct demo_qcode *key)
{
	demo_note(demo, "key %s (%u), held until now, is released", key->name, key->code);
	harness_key(demo->harness, key->name, false);
}

/* The next key of that code that the side is still to see. */
static struct demo_key *next_expected(struct demo *demo, enum demo_side side, uint32_t code)
{
	for (uint32_t i = 0; i < demo->expected_count[side]; i++)
		if (!demo->expected[side][i].seen && demo->expected[side][i].code == code)
			return &demo->expected[side][i];
	return NULL;
}

/* One line that a side printed; false and why if it is not the next one due for that key. */
static bool line_agrees(struct demo *demo, enum demo_side side, const char *text, char *why, size_t why_bytes)
{
	struct demo_key *key;
	char word[8];
	uint32_t code;

	if (sscanf(text + strlen(side_prefix[side]), "%u %7s", &code, word) != 2) {
		snprintf(why, why_bytes, "no key: %s", text);
		return false;
	}
	key = next_expected(demo, side, code);
	if (!key || strcmp(word, key->down ? "down" : "up")) {
		snprintf(why, why_bytes, "not due: %s", text);
		return false;
	}
	key->seen = true;
	return true;
}

static bool side_agrees(struct demo *demo, enum demo_side side, char *why, size_t why_bytes)
{
	for (size_t i = 0; i < demo->harness->event_count; i++) {
		const struct harness_event *event = &demo->harness->event[i];

		if (strcmp(event->name, side_name[side]) ||
			strncmp(event->text, side_prefix[side], strlen(side_prefix[side])))
			continue;
		if (!line_agrees(demo, side, event->text, why, why_bytes))
			return false;
	}
	for (uint32_t i = 0; i < demo->expected_count[side]; i++) {
		const struct demo_key *key = &demo->expected[side][i];

		if (!key->seen) {
			snprintf(why, why_bytes, "never: key %u %s", key->code, key->down ? "down" : "up");
			return false;
		}
	}
	snprintf(why, why_bytes, "all %u", demo->expected_count[side]);
	return true;
}

void keys_check(struct demo *demo)
{
	for (enum demo_side side = 0; side < DEMO_SIDE_COUNT; side++) {
		char why[160];
		bool agrees = side_agrees(demo, side, why, sizeof(why));

		demo_promise(demo, agrees, "no key was lost, stuck or seen by the wrong side: %s saw %s",
			side_name[side], why);
	}
}
