/*
 * Exception vectors. One stack; an interrupt handler runs with interrupts of higher priority enabled, so
 * everything that a nested one would destroy is saved here. Layout: struct exc_frame in exception.h.
 *
 * FP and SIMD registers are saved when a handler uses them, which few do. Handlers start with FP access off
 * (CPACR_EL1) and their frame in TPIDR_EL1; the first FP instruction of one traps, and fp_take saves the
 * registers there. A frame's end finds access on, if so, and brings them back.
 */
#define FRAME_BYTES 816
#define FRAME_ELR   248
#define FRAME_CPACR 264		/* and TPIDR_EL1: of the context interrupted */
#define FRAME_FPSR  280
#define FRAME_Q	    304
#define FP_ACCESS   (3 << 20)
#define EC_FP	    0x07

	.macro	caller_saved pair
	\pair	x2, x3, [sp, #16]
	\pair	x4, x5, [sp, #32]
	\pair	x6, x7, [sp, #48]
	\pair	x8, x9, [sp, #64]
	\pair	x10, x11, [sp, #80]
	\pair	x12, x13, [sp, #96]
	\pair	x14, x15, [sp, #112]
	\pair	x16, x17, [sp, #128]
	.endm

	/* Of the rest, x19 to x29 are kept by all C. x0 and x1 are in the frame already. */
	.macro	enter
	caller_saved stp
	mrs	x1, elr_el1
	mrs	x2, spsr_el1
	str	x18, [sp, #144]
	str	x30, [sp, #240]
	stp	x1, x2, [sp, #FRAME_ELR]
	mrs	x1, cpacr_el1
	mrs	x2, tpidr_el1
	stp	x1, x2, [sp, #FRAME_CPACR]
	mov	x0, sp
	msr	tpidr_el1, x0
	msr	cpacr_el1, xzr
	isb
	.endm

	/* For C that may look at all registers, or change them: exception.h. */
	.macro	callee_saved store, pair
	\pair	x19, x20, [sp, #152]
	\pair	x21, x22, [sp, #168]
	\pair	x23, x24, [sp, #184]
	\pair	x25, x26, [sp, #200]
	\pair	x27, x28, [sp, #216]
	\store	x29, [sp, #232]
	.endm

	.macro	q_registers pair, base
	\pair	q0, q1, [\base, #0]
	\pair	q2, q3, [\base, #32]
	\pair	q4, q5, [\base, #64]
	\pair	q6, q7, [\base, #96]
	\pair	q8, q9, [\base, #128]
	\pair	q10, q11, [\base, #160]
	\pair	q12, q13, [\base, #192]
	\pair	q14, q15, [\base, #224]
	\pair	q16, q17, [\base, #256]
	\pair	q18, q19, [\base, #288]
	\pair	q20, q21, [\base, #320]
	\pair	q22, q23, [\base, #352]
	\pair	q24, q25, [\base, #384]
	\pair	q26, q27, [\base, #416]
	\pair	q28, q29, [\base, #448]
	\pair	q30, q31, [\base, #480]
	.endm

	.macro	fatal kind
	sub	sp, sp, #FRAME_BYTES
	stp	x0, x1, [sp, #0]
	enter
	callee_saved str, stp
	mov	x1, #\kind
	b	exception_fatal
	.endm

	.macro	vector label
	.balign	0x80
	b	\label
	.endm

	.section .text.vectors, "ax"
	.balign	0x800
	.global vectors
vectors:
	vector	sp0
	vector	sp0
	vector	sp0
	vector	sp0
	vector	sync
	vector	irq
	vector	fiq
	vector	serror
	.rept	8
	vector	lower
	.endr

irq:	sub	sp, sp, #FRAME_BYTES
	stp	x0, x1, [sp, #0]
	enter
	bl	irq_dispatch
restore:
	mrs	x1, cpacr_el1
	cbnz	x1, fp_give
1:	ldp	x1, x2, [sp, #FRAME_CPACR]
	msr	cpacr_el1, x1
	msr	tpidr_el1, x2
	ldp	x1, x2, [sp, #FRAME_ELR]
	msr	elr_el1, x1
	msr	spsr_el1, x2
	caller_saved ldp
	ldr	x18, [sp, #144]
	ldr	x30, [sp, #240]
	ldp	x0, x1, [sp, #0]
	add	sp, sp, #FRAME_BYTES
	eret
fp_give:
	add	x0, sp, #FRAME_Q
	q_registers ldp, x0
	ldp	x1, x2, [sp, #FRAME_FPSR]
	msr	fpsr, x1
	msr	fpcr, x2
	b	1b

sync:	sub	sp, sp, #FRAME_BYTES
	stp	x0, x1, [sp, #0]
	mrs	x0, esr_el1
	lsr	x0, x0, #26
	cmp	x0, #EC_FP
	b.ne	1f
	mrs	x0, tpidr_el1
	cbnz	x0, fp_take
1:	enter
	callee_saved str, stp
	mov	x0, sp
	mrs	x1, esr_el1	/* the trap of an FP instruction would write another one */
	mrs	x2, far_el1
	bl	exception_sync
	callee_saved ldr, ldp
	b	restore

/* x0 = frame of the handler whose first FP instruction this is; the instruction is tried again. */
fp_take:
	mov	x1, #FP_ACCESS
	msr	cpacr_el1, x1
	isb
	mrs	x1, fpsr
	str	x1, [x0, #FRAME_FPSR]
	mrs	x1, fpcr
	str	x1, [x0, #FRAME_FPSR + 8]
	add	x0, x0, #FRAME_Q
	q_registers stp, x0
	ldp	x0, x1, [sp, #0]
	add	sp, sp, #FRAME_BYTES
	eret

fiq:	fatal	2
serror:	fatal	3
sp0:	fatal	4
lower:	fatal	5
