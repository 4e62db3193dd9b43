/* A discrete Fourier transform of a power of two, in place. */
#ifndef TOOLS_AUDIOPLOT_FFT_H
#define TOOLS_AUDIOPLOT_FFT_H

#include <stddef.h>

/* re + i im of `count` points, a power of two. */
void fft(double *re, double *im, size_t count);
/* Hann's window at point n of count. */
double fft_window(size_t n, size_t count);

#endif
