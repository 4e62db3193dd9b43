/* The partitions of tests/guest/kinds.dts, and what those with large pages reach for in the end. */
#ifndef TESTS_GUEST_KINDS_H
#define TESTS_GUEST_KINDS_H

enum { KINDS_WATCH, KINDS_ELF, KINDS_PACKED, KINDS_BARE, KINDS_16K, KINDS_64K, KINDS_LINUX, KINDS_COUNT };
#define KINDS_OUTSIDE 0x40200000ull /* the hypervisor */

#endif
