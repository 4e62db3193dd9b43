/*
 * Exception vectors. One stack; an interrupt handler runs with interrupts of higher priority enabled,
 * so everything that a nested one would destroy is saved here. Layout: struct exc_frame in exception.h.
 */
#define FRAME_BYTES 800
#define FRAME_ELR   248
#define FRAME_FPSR  264
#define FRAME_Q	    288

	.macro	save
	sub	sp, sp, #FRAME_BYTES
	stp	x0, x1, [sp, #0]
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x19, [sp, #144]
	stp	x20, x21, [sp, #160]
	stp	x22, x23, [sp, #176]
	stp	x24, x25, [sp, #192]
	stp	x26, x27, [sp, #208]
	stp	x28, x29, [sp, #224]
	mrs	x1, elr_el1
	mrs	x2, spsr_el1
	str	x30, [sp, #240]
	stp	x1, x2, [sp, #FRAME_ELR]
	mrs	x1, fpsr
	mrs	x2, fpcr
	stp	x1, x2, [sp, #FRAME_FPSR]
	add	x0, sp, #FRAME_Q
	stp	q0, q1, [x0, #0]
	stp	q2, q3, [x0, #32]
	stp	q4, q5, [x0, #64]
	stp	q6, q7, [x0, #96]
	stp	q8, q9, [x0, #128]
	stp	q10, q11, [x0, #160]
	stp	q12, q13, [x0, #192]
	stp	q14, q15, [x0, #224]
	stp	q16, q17, [x0, #256]
	stp	q18, q19, [x0, #288]
	stp	q20, q21, [x0, #320]
	stp	q22, q23, [x0, #352]
	stp	q24, q25, [x0, #384]
	stp	q26, q27, [x0, #416]
	stp	q28, q29, [x0, #448]
	stp	q30, q31, [x0, #480]
	mov	x0, sp
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

sync:	save
	bl	exception_sync
	b	restore
irq:	save
	bl	irq_dispatch
restore:
	add	x0, sp, #FRAME_Q
	ldp	q0, q1, [x0, #0]
	ldp	q2, q3, [x0, #32]
	ldp	q4, q5, [x0, #64]
	ldp	q6, q7, [x0, #96]
	ldp	q8, q9, [x0, #128]
	ldp	q10, q11, [x0, #160]
	ldp	q12, q13, [x0, #192]
	ldp	q14, q15, [x0, #224]
	ldp	q16, q17, [x0, #256]
	ldp	q18, q19, [x0, #288]
	ldp	q20, q21, [x0, #320]
	ldp	q22, q23, [x0, #352]
	ldp	q24, q25, [x0, #384]
	ldp	q26, q27, [x0, #416]
	ldp	q28, q29, [x0, #448]
	ldp	q30, q31, [x0, #480]
	ldp	x1, x2, [sp, #FRAME_FPSR]
	msr	fpsr, x1
	msr	fpcr, x2
	ldp	x1, x2, [sp, #FRAME_ELR]
	msr	elr_el1, x1
	msr	spsr_el1, x2
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldp	x18, x19, [sp, #144]
	ldp	x20, x21, [sp, #160]
	ldp	x22, x23, [sp, #176]
	ldp	x24, x25, [sp, #192]
	ldp	x26, x27, [sp, #208]
	ldp	x28, x29, [sp, #224]
	ldr	x30, [sp, #240]
	ldp	x0, x1, [sp, #0]
	add	sp, sp, #FRAME_BYTES
	eret

fiq:	save
	mov	x1, #2
	b	exception_fatal
serror:	save
	mov	x1, #3
	b	exception_fatal
sp0:	save
	mov	x1, #4
	b	exception_fatal
lower:	save
	mov	x1, #5
	b	exception_fatal
