/* The fake machine's tests have one CPU. */
#ifndef HV_FAKE_THIS_H
#define HV_FAKE_THIS_H

#include <stdint.h>

static inline uint32_t cpu_index(void)
{
	return 0;
}

uint64_t time_now(void);
static inline uint64_t cpu_counter(void)
{
	return time_now();
}

static inline void cpu_relax(void)
{
}

#endif
