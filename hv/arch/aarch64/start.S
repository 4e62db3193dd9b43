/* Reset to C: EL2, MMU off; the first CPU, and below the others, started by it. */
	.section .text.start, "ax"
	.global _start
_start:
	msr	daifset, #15
	mrs	x0, CurrentEL
	cmp	x0, #(2 << 2)
	b.ne	park
	adrp	x0, hv_bss_start
	add	x0, x0, :lo12:hv_bss_start
	adrp	x1, hv_bss_end
	add	x1, x1, :lo12:hv_bss_end
1:	cmp	x0, x1
	b.hs	2f
	stp	xzr, xzr, [x0], #16
	b	1b
2:	adrp	x0, hv_stack_end
	add	x0, x0, :lo12:hv_stack_end
	mov	sp, x0
	bl	vectors_set
	bl	mmu_init
	bl	hv_main
park:	wfi
	b	park

/* x0 = struct cpu *, as its CPU_ON said */
	.global	hv_secondary_entry
hv_secondary_entry:
	msr	daifset, #15
	mov	x19, x0
	ldr	x1, [x0, #8]		/* cpu->stack */
	mov	sp, x1
	bl	vectors_set
	bl	mmu_on
	mov	x0, x19
	bl	hv_secondary

vectors_set:
	adrp	x1, hv_vectors
	add	x1, x1, :lo12:hv_vectors
	msr	vbar_el2, x1
	isb
	ret

	.section .bss.stack, "aw", %nobits
	.balign 16
hv_stack:
	.skip	4096
	.global hv_stack_end
hv_stack_end:
