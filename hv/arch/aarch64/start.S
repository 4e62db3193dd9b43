/* Reset to C: EL2, MMU off, one CPU. */
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
	adrp	x0, hv_vectors
	add	x0, x0, :lo12:hv_vectors
	msr	vbar_el2, x0
	isb
	bl	mmu_init
	bl	hv_main
park:	wfi
	b	park

	.section .bss.stack, "aw", %nobits
	.balign 16
hv_stack:
	.skip	4096
	.global hv_stack_end
hv_stack_end:
