/* Without MMU, run-time or stack: says so, and powers off. */
	.arch	armv8-a
	.equ	CONSOLE, 0x09000000
	.equ	SYSTEM_OFF, 0x84000008

	.section .text.start, "ax"
	.global	_start
_start:
	mrs	x0, sctlr_el1
	tbnz	x0, #0, 2f		/* M: this guest never set it */
	mov	x1, #CONSOLE
	adr	x2, words
1:	ldrb	w3, [x2], #1
	cbz	w3, 2f
	strb	w3, [x1]
	b	1b
2:	ldr	w0, =SYSTEM_OFF
	hvc	#0
	b	2b
	.ltorg
words:	.asciz	"pass a guest without MMU runs\n"
