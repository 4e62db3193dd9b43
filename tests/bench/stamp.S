/*
 * Vectors that note the counter in the first instruction that an interrupt leads to, then go on to the
 * run-time's (frontends/rtos/vectors.S). TPIDRRO_EL0 has the time; it and TPIDR_EL1 are the bench's own.
 */
	.arch	armv8-a

	.macro	pass from, to
	.set	vector, \from
	.rept	\to - \from
	.balign	0x80
	b	vectors + vector * 0x80
	.set	vector, vector + 1
	.endr
	.endm

	.section .text.stamp, "ax"
	.balign	0x800
	.global	stamp_vectors
stamp_vectors:
	pass	0, 5
	.balign	0x80
	msr	tpidr_el1, x0		/* IRQ, of EL1 itself */
	mrs	x0, cntvct_el0
	msr	tpidrro_el0, x0
	mrs	x0, tpidr_el1
	b	vectors + 0x280
	pass	6, 16
