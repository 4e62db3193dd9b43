#include "backends/partylined/keys.h"

const struct vinput_caps *keys_caps(void)
{
	static struct vinput_caps caps;

	if (!caps.name[0])
		vinput_caps_keypad(&caps, "Partyline keypad");
	return &caps;
}
