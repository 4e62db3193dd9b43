/* One random case of harm. `state` is its own sequence of random numbers. */
#ifndef TESTS_GUEST_CASES_H
#define TESTS_GUEST_CASES_H

#include <stdint.h>

extern const uint32_t case_count;
void case_run(uint64_t kind, uint64_t *state);

/* recover.S */
extern char recover_vectors[];
extern uint32_t slot[8];
void slot_run(uint64_t value) __attribute__((noreturn));
void recover(void) __attribute__((noreturn));
/* bad.c */
void case_loop(void) __attribute__((noreturn));

#endif
