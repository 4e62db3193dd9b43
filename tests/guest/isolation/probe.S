/*
 * One attempt at a time, whatever it raises. Exceptions taken meanwhile step over the instruction (or,
 * taken on the way to one that could not be fetched, return to the caller) and leave ESR_EL1 in x16.
 * Interrupts are masked by the caller; x14 holds the way back.
 */
	.arch	armv8-a

	.macro	entry handler
	.balign	128
	b	\handler
	.endm

	.section .text.probe, "ax"
	.balign	2048
	.global	probe_vectors
probe_vectors:
	.rept	2			/* from EL1 with SP_EL0, with SP_EL1 */
	entry	probe_sync
	entry	probe_irq
	entry	probe_irq
	entry	probe_irq
	.endr
	.rept	8			/* from EL0: there is none */
	entry	.
	.endr

probe_sync:
	mrs	x16, esr_el1
	lsr	x17, x16, #26
	cmp	x17, #0x21		/* instruction abort: the instruction is elsewhere */
	b.ne	1f
	msr	elr_el1, x14
	eret
1:	mrs	x17, elr_el1
	add	x17, x17, #4
	msr	elr_el1, x17
	eret
/* Unmasked by an attempt: masked again, it stays pending. */
probe_irq:
	mrs	x17, spsr_el1
	orr	x17, x17, #0x3c0
	msr	spsr_el1, x17
	eret

/* uint64_t probe_read(uint64_t address), probe_write: ESR_EL1, 0 if nothing was raised */
	.global	probe_read
probe_read:
	mov	x16, #0
	ldr	w9, [x0]
	mov	x0, x16
	ret
	.global	probe_write
probe_write:
	mov	x16, #0
	str	wzr, [x0]
	mov	x0, x16
	ret
	.global	probe_execute
probe_execute:
	mov	x16, #0
	mov	x15, x30
	adr	x14, 1f
	blr	x0
1:	mov	x30, x15
	mov	x0, x16
	ret

/*
 * uint64_t probe_instruction(uint64_t x1_in, uint64_t *x1_out): runs the one that probe_patch has written;
 * its general register is x1.
 */
	.global	probe_instruction
probe_instruction:
	mov	x10, x1
	mov	x14, x30
	mov	x15, sp
	mov	x1, x0
	mov	x16, #0
	.global	probe_slot
probe_slot:
	nop
	msr	spsel, #1
	msr	daifset, #15
	mov	sp, x15
	mov	x30, x14
	str	x1, [x10]
	mov	x0, x16
	ret
