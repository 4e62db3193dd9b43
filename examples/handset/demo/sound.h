/* What is to be heard of the call: each promise is checked in the recordings, never by what somebody printed. */
#ifndef DEMO_SOUND_H
#define DEMO_SOUND_H

#include "examples/handset/demo/demo.h"

/* Linux plays its music from now on; the one who speaks into the microphone begins, if that is wanted. */
int sound_play(struct demo *demo);
int sound_talk(struct demo *demo);
/* Lets a little time pass in the machine: until Linux has told of its picture that often. */
int sound_wait(struct demo *demo, unsigned times);
/* While the machine is there: what happened when, and what its modem recorded. */
void sound_collect(struct demo *demo);
/* When it is gone and its recordings are complete. */
void sound_check(struct demo *demo);

#endif
