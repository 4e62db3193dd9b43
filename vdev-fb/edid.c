/*
 * EDID 1.4 (VESA E-EDID, release A, revision 2) for a panel with one mode. The timing between the
 * visible parts is CVT's with reduced blanking; nothing shows it, but a driver computes with it.
 */
#include <errno.h>
#include <string.h>
#include "vdev-fb/fb.h"

#define H_BLANK	      160u
#define H_FRONT	      48u
#define H_SYNC	      32u
#define V_FRONT	      3u
#define V_SYNC	      10u
#define V_BLANK	      23u
#define DESCRIPTOR(n) (54 + 18 * (n))

static const uint8_t header[8] = {0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00};
/* sRGB's primaries and white point, 3.7 */
static const uint8_t chromaticity[10] = {0xee, 0x91, 0xa3, 0x54, 0x4c, 0x99, 0x26, 0x0f, 0x50, 0x54};

static uint8_t low8(uint32_t v)
{
	return (uint8_t)(v & 0xff);
}

/* Upper four bits of two 12-bit values, packed as detailed timings have them. */
static uint8_t high4(uint32_t a, uint32_t b)
{
	return (uint8_t)((a >> 8 & 0xf) << 4 | (b >> 8 & 0xf));
}

/* In units of 10 kHz, rounded. */
static uint32_t pixel_clock(const struct fb_mode *mode)
{
	uint64_t hz = (uint64_t)(mode->width + H_BLANK) * (mode->height + V_BLANK) * mode->refresh_hz;

	return hz > 655350000u ? UINT32_MAX : (uint32_t)((hz + 5000) / 10000);
}

/* 3.10.2 */
static void detailed_timing(uint8_t *d, const struct fb_mode *mode)
{
	uint32_t clock = pixel_clock(mode);

	d[0] = low8(clock);
	d[1] = low8(clock >> 8);
	d[2] = low8(mode->width);
	d[3] = low8(H_BLANK);
	d[4] = high4(mode->width, H_BLANK);
	d[5] = low8(mode->height);
	d[6] = low8(V_BLANK);
	d[7] = high4(mode->height, V_BLANK);
	d[8] = low8(H_FRONT);
	d[9] = low8(H_SYNC);
	d[10] = (uint8_t)(V_FRONT << 4 | V_SYNC);
	d[11] = 0;
	d[12] = low8(mode->width_mm);
	d[13] = low8(mode->height_mm);
	d[14] = high4(mode->width_mm, mode->height_mm);
	d[17] = 0x1e; /* digital separate sync, both positive */
}

/* 3.10.3.4: name, ended with a line feed and padded with spaces */
static void monitor_name(uint8_t *d, const char *name)
{
	size_t length = strlen(name);

	d[3] = 0xfc;
	memset(d + 5, ' ', 13);
	memcpy(d + 5, name, length);
	d[5 + length] = '\n';
}

static uint8_t checksum(const uint8_t *edid)
{
	uint8_t sum = 0;

	for (unsigned i = 0; i < FB_EDID_BYTES - 1; i++)
		sum = (uint8_t)(sum + edid[i]);
	return (uint8_t)(0x100 - sum);
}

static uint8_t centimetres(uint32_t mm)
{
	return mm > 2550 ? 255 : (uint8_t)((mm + 5) / 10);
}

int fb_edid_make(uint8_t edid[FB_EDID_BYTES], const struct fb_mode *mode)
{
	if (!mode->width || mode->width > 4095 || !mode->height || mode->height > 4095 || !mode->refresh_hz ||
		mode->refresh_hz > 1000 || mode->width_mm > 4095 || mode->height_mm > 4095 ||
		pixel_clock(mode) > 0xffff)
		return -EINVAL;
	memset(edid, 0, FB_EDID_BYTES);
	memcpy(edid, header, sizeof(header));
	edid[8] = (uint8_t)(('P' - '@') << 2 | ('T' - '@') >> 3); /* manufacturer "PTL", 3.4.1 */
	edid[9] = (uint8_t)((('T' - '@') & 7) << 5 | ('L' - '@'));
	edid[10] = 1;	 /* product code */
	edid[16] = 0xff; /* the year is the model's */
	edid[17] = 2026 - 1990;
	edid[18] = 1; /* version 1.4 */
	edid[19] = 4;
	edid[20] = 0xa0; /* digital, 8 bits a colour */
	edid[21] = centimetres(mode->width_mm);
	edid[22] = centimetres(mode->height_mm);
	edid[23] = 120;	 /* gamma 2.2 */
	edid[24] = 0x06; /* sRGB; the first detailed timing is the native one */
	memcpy(edid + 25, chromaticity, sizeof(chromaticity));
	memset(edid + 38, 0x01, 16); /* no standard timings */
	detailed_timing(edid + DESCRIPTOR(0), mode);
	monitor_name(edid + DESCRIPTOR(1), "Partyline");
	edid[DESCRIPTOR(2) + 3] = 0x10; /* unused descriptors, 3.10.3.11 */
	edid[DESCRIPTOR(3) + 3] = 0x10;
	edid[FB_EDID_BYTES - 1] = checksum(edid);
	return 0;
}
