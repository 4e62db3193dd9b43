/*
 * uint64_t suspend(uint64_t function, uint64_t state): PSCI CPU_SUSPEND or SYSTEM_SUSPEND.
 * 0: it returned; 1: execution went on at the entry, with the registers of a processor that was off.
 */
	.arch	armv8-a
	.equ	SYSTEM_SUSPEND, 0x0e


	.text
	.global	suspend
suspend:
	adrp	x9, context
	add	x9, x9, :lo12:context
	stp	x19, x20, [x9, #0]
	stp	x21, x22, [x9, #16]
	stp	x23, x24, [x9, #32]
	stp	x25, x26, [x9, #48]
	stp	x27, x28, [x9, #64]
	stp	x29, x30, [x9, #80]
	mov	x10, sp
	mrs	x11, vbar_el1
	stp	x10, x11, [x9, #96]
	mrs	x10, ttbr0_el1
	mrs	x11, tcr_el1
	stp	x10, x11, [x9, #112]
	mrs	x10, mair_el1
	mrs	x11, sctlr_el1
	stp	x10, x11, [x9, #128]
	dsb	sy
	adr	x12, entry
	and	w13, w0, #0xff
	cmp	w13, #SYSTEM_SUSPEND
	b.eq	1f
	mov	x2, x12			/* CPU_SUSPEND: state, entry, context */
	mov	x3, x9
	b	2f
1:	mov	x1, x12			/* SYSTEM_SUSPEND: entry, context */
	mov	x2, x9
2:	hvc	#0
	mov	x0, #0
	ret
entry:
	ldp	x10, x11, [x0, #128]
	msr	mair_el1, x10
	ldp	x12, x13, [x0, #112]
	msr	ttbr0_el1, x12
	msr	tcr_el1, x13
	mov	x12, #(3 << 20)
	msr	cpacr_el1, x12
	isb
	msr	sctlr_el1, x11
	isb
	ldp	x10, x11, [x0, #96]
	mov	sp, x10
	msr	vbar_el1, x11
	ldp	x19, x20, [x0, #0]
	ldp	x21, x22, [x0, #16]
	ldp	x23, x24, [x0, #32]
	ldp	x25, x26, [x0, #48]
	ldp	x27, x28, [x0, #64]
	ldp	x29, x30, [x0, #80]
	isb
	mov	x0, #1
	ret

	.section .bss.suspend, "aw", %nobits
	.balign 64
context:
	.skip	144
