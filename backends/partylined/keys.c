#include "backends/partylined/keys.h"
#include <linux/input.h>
#include <string.h>

/* KEY_RESERVED + 1 to the last key of a keyboard, and the phone's own beyond them. */
#define KEYBOARD_LAST 248
static const uint16_t phone_keys[] = {KEY_PICKUP_PHONE, KEY_HANGUP_PHONE, KEY_PHONE, KEY_OK, KEY_SELECT,
	KEY_NUMERIC_0, KEY_NUMERIC_1, KEY_NUMERIC_2, KEY_NUMERIC_3, KEY_NUMERIC_4, KEY_NUMERIC_5, KEY_NUMERIC_6,
	KEY_NUMERIC_7, KEY_NUMERIC_8, KEY_NUMERIC_9, KEY_NUMERIC_STAR, KEY_NUMERIC_POUND};

const struct vinput_caps *keys_caps(void)
{
	static struct vinput_caps caps;

	if (caps.name[0])
		return &caps;
	strcpy(caps.name, "Partyline keypad");
	strcpy(caps.serial, "1");
	caps.ids = (struct virtio_input_devids){.bustype = BUS_VIRTUAL, .version = 1};
	caps.repeat = true;
	for (unsigned code = 1; code <= KEYBOARD_LAST; code++)
		vinput_bit_set(caps.key, code);
	for (unsigned i = 0; i < sizeof(phone_keys) / sizeof(phone_keys[0]); i++)
		vinput_bit_set(caps.key, phone_keys[i]);
	return &caps;
}
