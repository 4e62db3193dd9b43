/* Whatever a case left the processor in: back to the loop, on a fresh stack. */
	.arch	armv8-a

	.section .text.recover, "ax"
	.balign	2048
	.global	recover_vectors
recover_vectors:
	.irp	from, el1t, el1h, el0, el0_32
	.balign	128
	b	recover			/* synchronous */
	.balign	128
	b	interrupt
	.balign	128
	b	interrupt
	.balign	128
	b	recover			/* SError */
	.endr

/* An interrupt is acknowledged, ended, and its case goes on; x17 and x18 are nobody's there. */
interrupt:
	msr	tpidr_el1, x18
	mrs	x18, S3_0_C12_C12_0	/* ICC_IAR1_EL1 */
	msr	S3_0_C12_C12_1, x18	/* ICC_EOIR1_EL1 */
	mrs	x18, tpidr_el1
	eret

	.global	recover
recover:
	msr	spsel, #1
	msr	daifset, #15
	adrp	x0, __stack_end
	add	x0, x0, :lo12:__stack_end
	mov	sp, x0
	mov	x1, #(3 << 20)
	msr	cpacr_el1, x1
	isb
	b	case_loop

/* void slot_run(uint64_t x0_and_more): runs the instructions in the slot with registers full of it. */
	.global	slot_run
slot_run:
	stp	x29, x30, [sp, #-16]!
	mov	x29, sp
	mov	x1, x0
	mov	x2, x0
	mov	x3, x0
	eor	x4, x0, x0, lsr #16
	mov	x5, sp
	.global	slot
slot:
	.rept	8
	nop
	.endr
	b	recover
