/* The keypad without a kernel makes the same frames. */
#include "tests/unit/input/keypad_common.h"

static struct keypad keypad;
static const struct policy policy = {.keymap_count = 1, .keymap = {{60, 0x1be}}};

static void null_keypad_makes_whole_frames(void)
{
	story_clear();
	EXPECT_EQ(keypad_open(&keypad, "", note_frame, NULL), 0);
	EXPECT_EQ(keypad_fd(&keypad), -1);
	keypad_null_event(&keypad, &policy, 0, 1, 60, 1);
	expect_story("");
	keypad_null_event(&keypad, &policy, 0, 0, 0, 0);
	keypad_null_event(&keypad, &policy, KEYPAD_DEVICE_MAX, 1, 30, 1);
	keypad_dispatch(&keypad, &policy);
	keypad_led(&keypad, 0, true);
	expect_story("+446 |");
	keypad_close(&keypad);
	expect_story("-446 |");
	keypad_close(&keypad);
	keypad_null_event(&keypad, &policy, 0, 1, 30, 1);
	keypad_null_event(&keypad, &policy, 0, 0, 0, 0);
	expect_story("");
}

static const struct unit_test tests[] = {
	{"a null keypad makes whole frames", null_keypad_makes_whole_frames},
};

UNIT_MAIN("keypad-null", tests)
