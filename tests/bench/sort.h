/* Values in ascending order, in place: for percentiles of bare-metal benches. */
#ifndef BENCH_SORT_H
#define BENCH_SORT_H

#include <stdint.h>

static inline void sort(uint64_t *value, uint32_t count)
{
	for (uint32_t gap = count / 2; gap; gap /= 2)
		for (uint32_t i = gap; i < count; i++)
			for (uint32_t j = i; j >= gap && value[j - gap] > value[j]; j -= gap) {
				uint64_t swap = value[j];

				value[j] = value[j - gap];
				value[j - gap] = swap;
			}
}

#endif
