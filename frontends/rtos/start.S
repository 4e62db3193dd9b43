/*
 * EL1 entry: MMU off, interrupts masked, x0 = argument of the partition. Must be the image's first byte.
 */
	.section .text.start, "ax"
	.global _start
_start:
	msr	daifset, #0xf
	msr	spsel, #1
	mov	x19, x0

	/* FP and SIMD: the compiler uses them. CPACR_EL1.FPEN = 0b11. */
	mov	x1, #(3 << 20)
	msr	cpacr_el1, x1
	msr	tpidr_el1, xzr
	adrp	x1, vectors
	add	x1, x1, :lo12:vectors
	msr	vbar_el1, x1
	isb

	adrp	x1, __stack_end
	add	x1, x1, :lo12:__stack_end
	mov	sp, x1

	/*
	 * What follows writes past the caches. Lines that somebody left in them must not come back
	 * over it once they are on, so they go first.
	 */
	adrp	x1, __bss_start
	add	x1, x1, :lo12:__bss_start
	adrp	x2, __bss_end
	add	x2, x2, :lo12:__bss_end
	mov	x3, x1
1:	cmp	x3, x2
	b.hs	2f
	dc	civac, x3
	add	x3, x3, #64
	b	1b
2:	dsb	sy
3:	cmp	x1, x2
	b.hs	4f
	stp	xzr, xzr, [x1], #16
	b	3b
4:	bl	mmu_start
	mov	x0, x19
	bl	rt_start
5:	wfi
	b	5b
