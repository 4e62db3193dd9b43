/* For ratios of rates. */
#ifndef BACKENDS_SPEEX_GCD_H
#define BACKENDS_SPEEX_GCD_H

#include <stdint.h>

/* Greatest common divisor; of 0 and a number that number. */
static inline uint32_t gcd(uint32_t a, uint32_t b)
{
	while (b) {
		uint32_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

#endif
