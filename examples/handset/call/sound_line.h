/* The call's sound in its partition: the voice line's PL011, the virtual sound card, time. */
#ifndef CALL_SOUND_LINE_H
#define CALL_SOUND_LINE_H

#include "examples/handset/call/sound.h"

struct sound_card {
	uint64_t base;	    /* of its register page */
	uint64_t area_addr; /* VSND_AREA_BYTES in the bank */
	const struct vmem *bank;
	unsigned irq; /* priority */
};

/* `task` is posted for sound_line_run; `changed`: as struct call_sound_impl's. For reading only, its state. */
const struct call_sound *sound_line_init(
	const struct sound_card *card, unsigned intid, unsigned task, void (*changed)(void *data));
/* True: call again after others. */
bool sound_line_run(void);
uint64_t sound_line_deadline(void);
void sound_line_rate(uint32_t hz);
void sound_line_state(enum pl_call_state state, bool lost);
bool sound_line_key(uint16_t code);

#endif
