/*
 * Exits and entries. While a guest runs, SP is its vCPU: an exit saves there what C may clobber (x0 to x18,
 * x30), takes the CPU's stack and asks C for the vCPU to run. When it is the same one, x19 to x29 still hold
 * its values; else vcpu_switch changes the rest of the context. Nothing is kept on the stack between exits.
 */
	.arch	armv8-a+fp+simd

#define EC_HVC64    0x16		/* exit.h */
#define EC_DABT_LOW 0x24

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

	.macro	callee_saved store, pair, vcpu
	\pair	x19, x20, [\vcpu, #152]
	\pair	x21, x22, [\vcpu, #168]
	\pair	x23, x24, [\vcpu, #184]
	\pair	x25, x26, [\vcpu, #200]
	\pair	x27, x28, [\vcpu, #216]
	\store	x29, [\vcpu, #232]
	.endm

	/* x0 = vCPU */
	.macro	exit
	stp	x0, x1, [sp]
	caller_saved stp
	str	x18, [sp, #144]
	str	x30, [sp, #240]
	mrs	x2, tpidr_el2
	mov	x0, sp
	ldr	x2, [x2, #8]		/* cpu->stack */
	mov	sp, x2
	.endm

	/* Most traps are calls. x1 = ESR */
	.macro	exit_sync
	exit
	mrs	x1, esr_el2
	lsr	x2, x1, #26
	cmp	x2, #EC_HVC64
	b.ne	exit_trap_entry
	bl	exit_hvc
	b	resume
	.endm

	.macro	exit_other handler
	exit
	bl	\handler
	b	resume
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
	.rept	2			/* lower EL, AArch64; AArch32 (EL0 programs) */
	.balign	128
	exit_sync
	.balign	128
	exit_other exit_irq
	.balign	128
	exit_other exit_irq		/* FIQ */
	.balign	128
	exit_other exit_serror
	.endr

/*
 * An access to an emulated register names one of its own, mostly of those that are saved already (ISS.SRT);
 * other traps may name any: all of them go through memory.
 */
exit_trap_entry:
	cmp	x2, #EC_DABT_LOW
	b.ne	1f
	ubfx	x3, x1, #16, #5
	cmp	x3, #18
	b.hi	1f
	bl	exit_abort
	b	resume
1:	callee_saved str, stp, x0
	bl	exit_trap
	mrs	x1, tpidr_el2
	ldr	x2, [x1]
	cbz	x2, switch
	callee_saved ldr, ldp, x2
/* x0 = vCPU to run */
resume:
	mrs	x1, tpidr_el2
	ldr	x2, [x1]		/* cpu->loaded */
	cmp	x0, x2
	b.ne	switch
	mov	sp, x0
	ldr	x30, [sp, #240]
	ldr	x18, [sp, #144]
	caller_saved ldp
	ldp	x0, x1, [sp]
	eret
switch:
	cbz	x2, 1f			/* nobody loaded, or discarded */
	callee_saved str, stp, x2
1:	mov	x1, x2
	bl	vcpu_switch
	callee_saved ldr, ldp, x0
	b	resume

	.global	arch_start
arch_start:
	mrs	x1, tpidr_el2
	ldr	x1, [x1, #8]		/* cpu->stack: nothing on it is needed any more */
	mov	sp, x1
	b	resume

/* bool arch_answers(uint64_t address) */
	.global	arch_answers
arch_answers:
	ldr	w0, [x0]
	mov	w0, #1
	ret

panic_entry:
	mrs	x1, esr_el2
	mrs	x2, elr_el2
	adr	x3, arch_answers
	cmp	x2, x3			/* its load: as if it had returned */
	b.ne	1f
	mov	w0, #0
	ret
1:	mrs	x3, far_el2
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
