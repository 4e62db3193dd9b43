/*
 * The phone's call state, as the call partition publishes it at the start of its bank.
 *
 * Writer: the call partition alone. seq is odd while it writes: seq++ (release), fields, seq++ (release),
 * then it rings its doorbell to the I/O domain. Reader: partylined; takes seq (acquire), copies the
 * fields, takes seq again, and retries a bounded number of times while it was odd or has changed.
 * A reader that starts late sees the newest state at once.
 */
#ifndef ABI_CALLSTATE_H
#define ABI_CALLSTATE_H

#include <stdint.h>

#define PL_CALL_STATE_MAGIC 0x4c4c4143u /* "CALL" */
#define PL_CALL_STATE_BYTES 4096	/* reserved for it at the bank's start; rings and buffers follow */

enum pl_call_state {
	PL_CALL_IDLE,
	PL_CALL_RINGING, /* incoming, not answered */
	PL_CALL_DIALING, /* outgoing, not answered */
	PL_CALL_ACTIVE,
	PL_CALL_ENDED, /* shown for a moment, then idle */
	PL_CALL_STATE_COUNT,
};
#define PL_CALL_FLAG_EMERGENCY 1u
#define PL_CALL_FLAG_MUTED     2u /* the microphone is off */
#define PL_CALL_FLAG_HELD      4u /* active, but all are on hold: nobody is to be heard */
#define PL_CALL_FLAG_WAITING   8u /* active, and another one waits */
#define PL_CALL_FLAG_DIALLER   16u /* idle: the user types a number; the call UI wants screen and keys for it */
#define PL_CALL_FLAG_NOTICE                                                                                  \
	32u /* idle: the call UI has something to show in its band: a question, a warning */
#define PL_CALL_FLAG_SPEAKER 64u /* speakerphone */

struct pl_call_info {
	uint32_t state;	 /* enum pl_call_state */
	uint32_t flags;	 /* PL_CALL_FLAG_* */
	uint64_t since;	 /* CNTVCT when the state was entered */
	char number[48]; /* as +CLIP gave it, NUL-terminated */
	char name[48];
	uint32_t voice_permille; /* volume of the call's voice as the user has set it, 1 to 1000; 0: 1000 */
	uint32_t reserved;
};

struct pl_call_page {
	uint32_t magic;
	uint32_t seq;
	struct pl_call_info info;
};

#endif
