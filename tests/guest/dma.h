/* Attacks by DMA, in order, as both guests know them; and QEMU's edu device that does them (docs/specs/edu.rst). */
#ifndef TESTS_GUEST_DMA_H
#define TESTS_GUEST_DMA_H

#include <stdbool.h>
#include <stdint.h>

enum { WATCH = 0, BAD = 1 };

#define SECRET_FIRST 0x52180000ull /* in the watch's memory, no image there */
#define SECRET_BYTES 0x1000ull
#define SECRET_WORD  0x5ec4e75ec4e75ec4ull

#define EDU_COUNT  12u	     /* on the root bus, slots 1 to 12 */
#define EDU_BEHIND EDU_COUNT /* one more, behind a root port in slot 16 */

struct attack {
	const char *name;
	uint64_t address;
	uint32_t edu;
	bool write;
};

static const struct attack attacks[] = {
	{"write to a neighbour", SECRET_FIRST, 0, true},
	{"read of a neighbour", SECRET_FIRST + 0x100, 1, false},
	{"write to the hypervisor", 0x40200000, 2, true},
	{"write to its tables", 0x40600000, 3, true},
	{"write to the configuration", 0x41000000, 4, true},
	{"write to nobody's memory", 0x60000008, 5, true},
	{"write to the interrupt controller", 0x08000000, 6, true},
	{"write from behind a bridge", SECRET_FIRST + 0x200, EDU_BEHIND, true},
};
#define ATTACK_COUNT (sizeof(attacks) / sizeof(attacks[0]))

/* The requester's number: bus, device, function. */
static inline uint32_t edu_stream(uint32_t n)
{
	return n == EDU_BEHIND ? 0x100 : (n + 1) << 3;
}

/* Gives all of them addresses; they decode, but do not master the bus. */
void edu_init(void);
void edu_master(bool on);
bool edu_is_master(uint32_t n);
/* Between memory at address and the device's buffer. It comes to pass 100 ms later. */
void edu_start(uint32_t n, uint64_t address, bool write);
bool edu_is_busy(uint32_t n);
/* The port and what is behind it: as a reset of its secondary bus leaves them? */
bool port_was_reset(void);

#define EDU_TRANSFER_BYTES 4u /* one access, one fault */

#endif
