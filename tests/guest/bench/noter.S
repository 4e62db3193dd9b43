/* Never sleeps, and notes in the bank when it gets the CPU back: its loop is short, a longer gap was somebody else. */
	.arch	armv8-a
	.equ	RESUMED, 0x56000000 + 32
	.equ	GAP, 100

	.section .text.start, "ax"
	.global	_start
_start:
	ldr	x3, =RESUMED
	mrs	x1, cntvct_el0
1:	mov	x0, x1
	mrs	x1, cntvct_el0
	sub	x2, x1, x0
	cmp	x2, #GAP
	b.lo	1b
	str	x1, [x3]
	mrs	x1, cntvct_el0
	b	1b
