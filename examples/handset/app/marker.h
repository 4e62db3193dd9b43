/*
 * The strip of blocks at the foot of the application's picture: how many frames were drawn and
 * how many keys were pressed, to be read back from a picture of the screen.
 *
 * Writer: the application, in every frame. Reader: the test harness. 32 blocks from left to
 * right, most significant bit first: check (4), keys (12), frame (16). A block has one of two
 * colours all over; any other colour means that something covers the strip.
 */
#ifndef APP_MARKER_H
#define APP_MARKER_H

#include <stdint.h>

#define MARKER_BITS	    32
#define MARKER_X	    16 /* left edge of the first block */
#define MARKER_Y	    760
#define MARKER_BLOCK_WIDTH  14
#define MARKER_BLOCK_HEIGHT 20
#define MARKER_ONE	    0xffb347u /* XRGB8888 */
#define MARKER_ZERO	    0x232b45u

static inline uint32_t marker_check(uint32_t word)
{
	uint32_t check = 0xa;

	for (int nibble = 0; nibble < 7; nibble++)
		check ^= (word >> (4 * nibble)) & 0xf;
	return check;
}

static inline uint32_t marker_encode(uint32_t frame, uint32_t keys)
{
	uint32_t word = (frame & 0xffff) | (keys & 0xfff) << 16;

	return word | marker_check(word) << 28;
}

/* Returns 1 and the two counters (modulo 65,536 and 4,096) if the check bits are right, else 0. */
static inline int marker_decode(uint32_t word, uint32_t *frame, uint32_t *keys)
{
	if (marker_check(word) != word >> 28)
		return 0;
	*frame = word & 0xffff;
	*keys = (word >> 16) & 0xfff;
	return 1;
}

#endif
