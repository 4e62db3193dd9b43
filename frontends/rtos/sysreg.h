/* System registers and barriers of AArch64 EL1. */
#ifndef RTOS_SYSREG_H
#define RTOS_SYSREG_H

#include <stdint.h>

#define sysreg_read(name)                                                                                    \
	({                                                                                                   \
		uint64_t value_;                                                                             \
		__asm__ volatile("mrs %0, " #name : "=r"(value_)::"memory");                                 \
		value_;                                                                                      \
	})
#define sysreg_write(name, value)                                                                            \
	do {                                                                                                 \
		uint64_t value_ = (value);                                                                   \
		__asm__ volatile("msr " #name ", %0" ::"r"(value_) : "memory");                              \
	} while (0)

static inline void cpu_isb(void)
{
	__asm__ volatile("isb" ::: "memory");
}

static inline void cpu_dsb(void)
{
	__asm__ volatile("dsb sy" ::: "memory");
}

static inline void cpu_wait(void)
{
	__asm__ volatile("dsb sy\n\twfi" ::: "memory");
}

#endif
