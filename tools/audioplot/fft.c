#include "tools/audioplot/fft.h"
#include <math.h>

static void swap(double *a, double *b)
{
	double t = *a;

	*a = *b;
	*b = t;
}

static void reorder(double *re, double *im, size_t count)
{
	for (size_t i = 1, j = 0; i < count; i++) {
		size_t bit = count >> 1;

		for (; j & bit; bit >>= 1)
			j ^= bit;
		j |= bit;
		if (i < j) {
			swap(&re[i], &re[j]);
			swap(&im[i], &im[j]);
		}
	}
}

void fft(double *re, double *im, size_t count)
{
	reorder(re, im, count);
	for (size_t half = 1; half < count; half *= 2) {
		for (size_t k = 0; k < half; k++) {
			double c = cos(M_PI * (double)k / (double)half),
			       s = -sin(M_PI * (double)k / (double)half);

			for (size_t i = k; i < count; i += 2 * half) {
				double r = re[i + half] * c - im[i + half] * s;
				double m = re[i + half] * s + im[i + half] * c;

				re[i + half] = re[i] - r;
				im[i + half] = im[i] - m;
				re[i] += r;
				im[i] += m;
			}
		}
	}
}

double fft_window(size_t n, size_t count)
{
	return 0.5 - 0.5 * cos(2 * M_PI * (double)n / (double)count);
}
