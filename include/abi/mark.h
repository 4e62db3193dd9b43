/* Marks that software in the partitions sets in the trace with PL_HVC_TRACE_MARK; the hypervisor knows none of them. */
#ifndef ABI_MARK_H
#define ABI_MARK_H

/* b and c as said. */
enum pl_mark {
	PL_MARK_USER = 1,  /* free use: tests */
	PL_MARK_KEY_IN,	   /* io: a key event was read from evdev. b = code << 8 | value */
	PL_MARK_KEY_OWNER, /* io: frame is in its owner's used ring. b = code << 8 | value; c = partition */
	PL_MARK_COMMIT, /* io: atomic commit submitted. b = frame number; c = bit per partition whose new content is in it */
	PL_MARK_FLIP,	    /* io: flip event of that frame. b, c as COMMIT */
	PL_MARK_DECISION,   /* io: the arbiter decided. b = decision number; c = new phone state */
	PL_MARK_CALL_STATE, /* call: state published. b = new state; c = old state */
	PL_MARK_UI_FLUSH, /* call: a UI frame was handed to the virtual GPU. b = frame number; c = call state shown */
	PL_MARK_APP_FRAME,  /* linux application frame (unused by stock guests) */
	PL_MARK_TIMER_LATE, /* test guest: b = ticks from due to handler; c = wake number */
	PL_MARK_RESULT,	    /* test guest: b = figure's number; c = value */
	PL_MARK_CARD, /* io: the sound card wants a period. b = number of the frame that its pointer is at; c = of the first to come */
	PL_MARK_OBEYED, /* io: the audio thread has a decision. b = its number; c = number of the card's first frame made by it */
};

#endif
