/*
 * Exits and entries. An exit saves what C may clobber (x0 to x18, x30) in the loaded vCPU and asks C for
 * the vCPU to run. When it is the same one, x19 to x29 still hold its values; else vcpu_switch changes
 * the rest of the context. Nothing is kept on the stack between exits.
 */
	.arch	armv8-a+fp+simd

	.macro	exit handler
	stp	x0, x1, [sp, #-16]!
	mrs	x0, tpidr_el2
	ldr	x0, [x0]		/* cpu->loaded */
	stp	x2, x3, [x0, #16]
	ldp	x2, x3, [sp], #16
	stp	x2, x3, [x0, #0]
	b	\handler
	.endm

	.macro	panic kind
	mov	x0, #\kind
	b	panic_entry
	.endm

	.section .text.vectors, "ax"
	.balign	2048
	.global	hv_vectors
hv_vectors:
	.irp	kind, 0, 1, 2, 3, 4, 5, 6, 7	/* from EL2 itself: a defect of the hypervisor */
	.balign	128
	panic	\kind
	.endr
	.balign	128
	exit	exit_sync_entry			/* lower EL, AArch64 */
	.balign	128
	exit	exit_irq_entry
	.balign	128
	exit	exit_irq_entry			/* FIQ */
	.balign	128
	exit	exit_serror_entry
	.balign	128
	exit	exit_sync_entry			/* lower EL, AArch32 (EL0 programs) */
	.balign	128
	exit	exit_irq_entry
	.balign	128
	exit	exit_irq_entry
	.balign	128
	exit	exit_serror_entry

		.macro	save_caller_saved
	stp	x4, x5, [x0, #32]
	stp	x6, x7, [x0, #48]
	stp	x8, x9, [x0, #64]
	stp	x10, x11, [x0, #80]
	stp	x12, x13, [x0, #96]
	stp	x14, x15, [x0, #112]
	stp	x16, x17, [x0, #128]
	str	x18, [x0, #144]
	str	x30, [x0, #240]
	.endm

	.macro	callee_saved store, pair, vcpu
	\pair	x19, x20, [\vcpu, #152]
	\pair	x21, x22, [\vcpu, #168]
	\pair	x23, x24, [\vcpu, #184]
	\pair	x25, x26, [\vcpu, #200]
	\pair	x27, x28, [\vcpu, #216]
	\store	x29, [\vcpu, #232]
	.endm

exit_serror_entry:
	save_caller_saved
	bl	exit_serror
	b	resume
exit_irq_entry:
	save_caller_saved
	bl	exit_irq
	b	resume
/* A trapped instruction may name any register: all of them go through memory. */
exit_sync_entry:
	save_caller_saved
	callee_saved str, stp, x0
	bl	exit_sync
	mrs	x1, tpidr_el2
	ldr	x2, [x1]
	cbz	x2, switch
	callee_saved ldr, ldp, x2
/* x0 = vCPU to run */
resume:
	mrs	x1, tpidr_el2
	ldr	x2, [x1]
	cmp	x0, x2
	b.ne	switch
	ldr	x30, [x0, #240]
	ldr	x18, [x0, #144]
	ldp	x16, x17, [x0, #128]
	ldp	x14, x15, [x0, #112]
	ldp	x12, x13, [x0, #96]
	ldp	x10, x11, [x0, #80]
	ldp	x8, x9, [x0, #64]
	ldp	x6, x7, [x0, #48]
	ldp	x4, x5, [x0, #32]
	ldp	x2, x3, [x0, #16]
	ldp	x0, x1, [x0]
	eret
switch:
	cbz	x2, 1f			/* nobody loaded, or discarded */
	callee_saved str, stp, x2
1:	mov	x19, x0
	mov	x1, x2
	bl	vcpu_switch
	mov	x0, x19
	callee_saved ldr, ldp, x0
	b	resume

	.global	arch_start
arch_start:
	mrs	x1, tpidr_el2
	ldr	x1, [x1, #8]		/* cpu->stack: nothing on it is needed any more */
	mov	sp, x1
	b	resume

panic_entry:
	mrs	x1, esr_el2
	mrs	x2, elr_el2
	mrs	x3, far_el2
	b	hv_panic

	.altmacro
	.macro	fpu_pair op, m, n
	\op	q\m, q\n, [x0, #(16 * \m)]
	.endm
	.macro	fpu_all op
	.set	reg, 0
	.rept	16
	fpu_pair \op, %reg, %(reg + 1)
	.set	reg, reg + 2
	.endr
	.endm

/* void fpu_save(uint64_t fp[64]), void fpu_load(const uint64_t fp[64]) */
	.global	fpu_save
fpu_save:
	fpu_all stp
	ret
	.global	fpu_load
fpu_load:
	fpu_all ldp
	ret
