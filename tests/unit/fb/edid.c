/* The EDID says the panel's mode, in a form that a parser accepts (VESA E-EDID A.2). */
#include "tests/unit/fb/suites.h"

static void checksum_and_header_hold(void)
{
	static const struct fb_mode mode[] = {
		{480, 800, 60, 52, 86}, {1, 1, 1, 0, 0}, {1920, 1080, 60, 500, 300}};
	uint8_t edid[FB_EDID_BYTES];

	for (unsigned m = 0; m < 3; m++) {
		uint8_t sum = 0;

		EXPECT_EQ(fb_edid_make(edid, &mode[m]), 0);
		for (unsigned i = 0; i < FB_EDID_BYTES; i++)
			sum = (uint8_t)(sum + edid[i]);
		EXPECT_EQ(sum, 0);
		EXPECT_EQ(edid[0] | edid[7], 0);
		EXPECT_EQ(edid[1] & edid[6], 0xff);
		EXPECT_EQ(edid[126], 0);
	}
}

/* As a parser computes it: from what the bytes say, with 12-bit fields in two places. */
static void the_first_timing_is_the_mode(void)
{
	const struct fb_mode mode = {480, 800, 60, 52, 86};
	uint8_t edid[FB_EDID_BYTES];
	const uint8_t *d = edid + 54;
	uint32_t h, v, h_total, v_total, clock_hz;

	EXPECT_EQ(fb_edid_make(edid, &mode), 0);
	h = d[2] | (d[4] >> 4u) << 8u;
	v = d[5] | (d[7] >> 4u) << 8u;
	h_total = h + (d[3] | (d[4] & 0xfu) << 8u);
	v_total = v + (d[6] | (d[7] & 0xfu) << 8u);
	clock_hz = (d[0] | (uint32_t)d[1] << 8) * 10000;
	EXPECT_EQ(h, 480);
	EXPECT_EQ(v, 800);
	EXPECT_EQ((clock_hz + h_total * v_total / 2) / (h_total * v_total), 60);
	EXPECT_EQ(d[12] | (d[14] >> 4u) << 8u, 52);
	/* Sync lies inside the blanking. */
	CU_ASSERT(d[8] + d[9] < d[3]);
	CU_ASSERT((d[10] >> 4) + (d[10] & 0xf) < d[6]);
}

static void modes_that_cannot_be_said_are_refused(void)
{
	static const struct fb_mode bad[] = {
		{0, 800, 60, 0, 0},
		{480, 0, 60, 0, 0},
		{480, 800, 0, 0, 0},
		{4096, 10, 60, 0, 0},
		{4095, 4095, 1000, 0, 0},
		{480, 800, 60, 4096, 0},
		{UINT32_MAX, UINT32_MAX, UINT32_MAX, 0, 0},
	};
	uint8_t edid[FB_EDID_BYTES];

	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CU_ASSERT(fb_edid_make(edid, &bad[i]) < 0);
}

CU_TestInfo edid_tests[] = {
	{"checksum and header hold", checksum_and_header_hold},
	{"the first timing is the mode", the_first_timing_is_the_mode},
	{"modes that cannot be said are refused", modes_that_cannot_be_said_are_refused},
	CU_TEST_INFO_NULL,
};
