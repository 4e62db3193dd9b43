/* What an exception saved, in the layout of vectors.S; an interrupt leaves x[19] to x[29] out. */
#ifndef RTOS_EXCEPTION_H
#define RTOS_EXCEPTION_H

#include <stddef.h>
#include <stdint.h>

struct exc_frame {
	uint64_t x[31];
	uint64_t elr;
	uint64_t spsr;
	uint64_t cpacr, outer;	  /* FP access and frame of what was interrupted */
	uint64_t fpsr, fpcr, pad; /* these and q: once the handler uses FP registers */
	__uint128_t q[32];
};
_Static_assert(offsetof(struct exc_frame, elr) == 248, "vectors.S");
_Static_assert(offsetof(struct exc_frame, cpacr) == 264, "vectors.S");
_Static_assert(offsetof(struct exc_frame, fpsr) == 280, "vectors.S");
_Static_assert(offsetof(struct exc_frame, q) == 304, "vectors.S");
_Static_assert(sizeof(struct exc_frame) == 816, "vectors.S");

/*
 * An image may define this to handle a synchronous exception itself (a test guest that touches what
 * is not its own): nonzero means handled, and execution goes on at frame->elr. The default returns 0.
 */
int exception_hook(struct exc_frame *frame, uint64_t esr, uint64_t far);

/* Called by vectors.S. */
void exception_sync(struct exc_frame *frame, uint64_t esr, uint64_t far);
void exception_fatal(struct exc_frame *frame, unsigned kind) __attribute__((noreturn));

#endif
