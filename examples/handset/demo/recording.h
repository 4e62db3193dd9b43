/* What the modem's partition recorded of its voice line, in the machine's memory (modem/voice.h). */
#ifndef DEMO_RECORDING_H
#define DEMO_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Both directions of a call: one sample each for each sample of the modem's clock. */
struct recording {
	double *said, *heard; /* 1.0 is full scale */
	size_t count;
	double rate;
	uint64_t begin_ns; /* when its first frame was due */
	uint32_t frame_count;
	uint32_t missing, dropped; /* samples of `heard`: not there in time; too late */
	uint64_t first_heard_ns;   /* when the first sample that is no silence was taken; 0: never */
};

/*
 * The call before `later` others. -errno, logged; -ENODATA: there was none. `memory` is the file of the machine's
 * memory, which goes with the machine.
 */
int recording_read(struct recording *recording, const char *memory, unsigned later);
/* What a call of any length has lost up to now. */
struct recording_losses {
	uint64_t next;	 /* frame to look at, of all ever recorded */
	uint64_t frames; /* of the newest call */
	uint64_t missing;
	uint32_t dropped; /* samples, as above */
	bool flowing;	  /* the phone's voice has begun to come */
};

/*
 * Adds up what was recorded since the last time; begins anew with each call. To be asked every two minutes at least:
 * -EOVERFLOW, logged: there is no record of some frames any more. Others: as recording_read.
 */
int recording_follow(struct recording_losses *losses, const char *memory);
void recording_free(struct recording *recording);
/* Writes samples as a WAV file of one channel. -errno, logged. */
int recording_write(const double *sample, size_t count, double rate, const char *path);

#endif
