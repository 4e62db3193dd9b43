/* Writes a tone of half of full scale as a WAV file: tone RATE CHANNELS HZ MILLISECONDS FILE */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "backends/wav/wav.h"

#define BLOCK 64

int main(int argc, char **argv)
{
	int32_t frame[BLOCK * 2];
	struct wav wav;

	if (argc != 6) {
		fprintf(stderr, "usage: tone RATE CHANNELS HZ MILLISECONDS FILE\n");
		return 2;
	}
	const uint32_t rate = (uint32_t)atoi(argv[1]), channels = (uint32_t)atoi(argv[2]);
	const uint64_t count = (uint64_t)rate * (uint64_t)atoi(argv[4]) / 1000;

	if (channels < 1 || channels > 2 || wav_write_open(&wav, argv[5], rate, channels))
		return 1;
	for (uint64_t n = 0; n < count;) {
		uint32_t part = 0;

		for (; part < BLOCK && n < count; part++, n++)
			for (uint32_t c = 0; c < channels; c++)
				frame[part * channels + c] =
					(int32_t)lrint(
						16384 * sin(2 * M_PI * atof(argv[3]) * (double)n / rate)) *
					65536;
		wav_write(&wav, frame, part);
	}
	return wav_close(&wav) ? 1 : 0;
}
