/* What the three guests of garbage.dts agree on. */
#ifndef TESTS_GUEST_GARBAGE_H
#define TESTS_GUEST_GARBAGE_H

#define GOOD_BANK  0x54000000ull
#define BAD_BANK   0x54200000ull
#define BANK_BYTES 0x00200000ull

#define GOOD_DEVICE 0u
#define BAD_DEVICE  1u
#define BELL_OVER   0u /* bad → good: no more garbage will come */

/* The host presses and releases keys 1 to KEY_COUNT in turn, one event each KEY_PERIOD_NS. */
#define KEY_COUNT     200u
#define KEY_PERIOD_NS 500000u

#endif
