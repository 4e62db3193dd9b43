/* Attempts that raise exceptions, and what they raised. With probe_begin done, and the MMU off. */
#ifndef TESTS_GUEST_PROBE_H
#define TESTS_GUEST_PROBE_H

#include <stdint.h>

#define ESR_CLASS(esr)	((esr) >> 26)
#define ESR_STATUS(esr) ((esr) & 0x3f)
#define EC_UNDEFINED	0x00u
#define EC_FETCH	0x21u
#define EC_DATA		0x25u
#define STATUS_EXTERNAL 0x10u

/* ESR_EL1; 0: it was done. */
uint64_t probe_read(uint64_t address);
uint64_t probe_write(uint64_t address);
uint64_t probe_execute(uint64_t address);
uint64_t probe_instruction(uint64_t in, uint64_t *out);

extern char probe_vectors[];
extern uint32_t probe_slot[];

#endif
