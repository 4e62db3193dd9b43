/* The partitions of tests/guest/smp4.dts, and its doorbells by their numbers in the configuration. */
#ifndef TESTS_GUEST_SMP4_H
#define TESTS_GUEST_SMP4_H

enum { WATCH, SLEEPER, FLOODER, LINUX };
enum { BELL_FLOOD, BELL_READY, BELL_WAKE, BELL_GO }; /* to the watch; from it to sleeper and flooder */

#define FLOOD_RINGS 10000u

#endif
