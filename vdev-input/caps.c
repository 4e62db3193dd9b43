#include "vdev-input/input.h"

#define BUS_VIRTUAL 0x06
#define KEY_FIRST   1	  /* KEY_ESC */
#define KEY_LAST    0xf8  /* KEY_MICMUTE: the end of the codes that keyboards have */
#define KEY_PICKUP  0x1bd /* KEY_PICKUP_PHONE */
#define KEY_HANGUP  0x1be /* KEY_HANGUP_PHONE */

void vinput_caps_keypad(struct vinput_caps *caps, const char *name)
{
	*caps = (struct vinput_caps){.ids = {.bustype = BUS_VIRTUAL, .version = 1}, .repeat = true};
	for (uint32_t i = 0; i + 1 < sizeof(caps->name) && name[i]; i++)
		caps->name[i] = name[i];
	for (unsigned code = KEY_FIRST; code <= KEY_LAST; code++)
		vinput_bit_set(caps->key, code);
	vinput_bit_set(caps->key, KEY_PICKUP);
	vinput_bit_set(caps->key, KEY_HANGUP);
}
