/* Notes in the bank when its first instruction ran, and sleeps. */
	.arch	armv8-a
	.equ	BOOTED, 0x56000000 + 40

	.section .text.start, "ax"
	.global	_start
_start:
	mrs	x0, cntvct_el0
	ldr	x1, =BOOTED
	str	x0, [x1]
1:	wfi
	b	1b
	.org	0x100000		/* as much as a small system has to load */
