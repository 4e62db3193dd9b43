/* void fp_fill(uint64_t seed): d0 to d31 = seed + n. uint64_t fp_differs(seed): nonzero if one is not; takes a while. */
	.arch	armv8-a
	.text
	.global	fp_fill
fp_fill:
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	add	x1, x0, #\n
	dup	v\n\().2d, x1
	.endr
	ret
	.global	fp_differs
fp_differs:
	mov	x3, #20000
1:	subs	x3, x3, #1
	b.ne	1b
	mov	x2, #0
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	add	x1, x0, #\n
	mov	x3, v\n\().d[0]
	eor	x3, x3, x1
	orr	x2, x2, x3
	mov	x3, v\n\().d[1]
	eor	x3, x3, x1
	orr	x2, x2, x3
	.endr
	mov	x0, x2
	ret
