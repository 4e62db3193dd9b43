/*
 * Emergency numbers (TS 22.101 10.1): the fixed ones, the SIM's (EF_ECC, TS 51.011 10.3.27 and TS 31.102
 * 4.2.21) and the network's. Whole numbers are compared, never beginnings.
 */
#ifndef VDEV_MODEM_EMERGENCY_H
#define VDEV_MODEM_EMERGENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EMERGENCY_NUMBER_BYTES 8 /* EF_ECC holds six digits */
#define EMERGENCY_NUMBER_COUNT 24

enum emergency_source { EMERGENCY_SIM, EMERGENCY_NETWORK };

struct emergency_number {
	char digits[EMERGENCY_NUMBER_BYTES];
	uint8_t source;
};

struct emergency {
	bool no_sim; /* as far as is known: more numbers count then (TS 22.101 10.1) */
	unsigned count;
	struct emergency_number number[EMERGENCY_NUMBER_COUNT];
};

/* Nothing is known of the SIM or of the network. */
void emergency_init(struct emergency *emergency);
void emergency_set_sim(struct emergency *emergency, bool present);
bool emergency_match(const struct emergency *emergency, const char *number);
/* Forget what a source has told. */
void emergency_forget(struct emergency *emergency, enum emergency_source source);
/* -EINVAL: not one to six digits; -ENOSPC: EMERGENCY_NUMBER_COUNT are known. Known ones are taken as done. */
int emergency_add(struct emergency *emergency, enum emergency_source source, const char *digits);
/*
 * EF_ECC as hexadecimal digits, as +CRSM gives it: `record` bytes for each number, of which the first three
 * are digits (a SIM's file has nothing else: 3). Returns how many were taken; -EINVAL: not hexadecimal.
 */
int emergency_add_file(struct emergency *emergency, const char *hex, unsigned record);

#endif
