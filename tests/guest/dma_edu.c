#include "tests/guest/dma.h"
#include "tests/guest/test.h"

#define ECAM	       0x3f000000ull
#define PORT	       (ECAM + (16ull << 15))
#define BUS_1	       (ECAM + 0x100000)
#define BAR(n)	       (0x10000000ull + (n) * 0x100000ull)
#define COMMAND	       0x04u
#define BAR0	       0x10u
#define BUS_NUMBERS    0x18u
#define MEMORY_WINDOW  0x20u
#define BRIDGE_CONTROL 0x3cu /* its upper half */
#define COMMAND_MEMORY 2u
#define COMMAND_MASTER 4u
#define EDU_ID	       0x11e81234u
#define EDU_SOURCE     0x80u
#define EDU_TARGET     0x88u
#define EDU_BYTES      0x90u
#define EDU_COMMAND    0x98u
#define EDU_RUN	       1u
#define EDU_TO_MEMORY  2u
#define EDU_BUFFER     0x40000u
#define BRIDGE_RESET   (0x40u << 16)

extern char __image_start[];

static const struct board_window windows[] = {
	BOARD_DEVICE_WINDOWS,
	{ECAM, 0x200000, BOARD_DEVICE},
	{BAR(0), 0x1000000, BOARD_DEVICE},
	{(uint64_t)__image_start, 0x400000, BOARD_MEMORY},
};
const struct board board = {windows, sizeof(windows) / sizeof(windows[0])};

static uint64_t config_of(uint32_t n)
{
	return n == EDU_BEHIND ? BUS_1 : ECAM + ((n + 1ull) << 15);
}

void edu_init(void)
{
	uint32_t n, missing = 0;

	mmio_write32(PORT + BUS_NUMBERS, 0x00010100);
	mmio_write32(
		PORT + MEMORY_WINDOW, (uint32_t)(BAR(EDU_BEHIND) >> 16 | (BAR(EDU_BEHIND) & 0xfff00000)));
	mmio_write32(PORT + COMMAND, COMMAND_MEMORY);
	for (n = 0; n <= EDU_COUNT; n++) {
		missing += mmio_read32(config_of(n)) != EDU_ID;
		mmio_write32(config_of(n) + BAR0, (uint32_t)BAR(n));
		mmio_write32(config_of(n) + COMMAND, COMMAND_MEMORY);
	}
	test_equal("all attackers are there", 0, missing);
}

void edu_master(bool on)
{
	uint32_t n, command = COMMAND_MEMORY | (on ? COMMAND_MASTER : 0);

	mmio_write32(PORT + COMMAND, command);
	for (n = 0; n <= EDU_COUNT; n++)
		mmio_write32(config_of(n) + COMMAND, command);
}

bool edu_is_master(uint32_t n)
{
	return mmio_read32(config_of(n) + COMMAND) & COMMAND_MASTER;
}

void edu_start(uint32_t n, uint64_t address, bool write)
{
	mmio_barrier();
	mmio_write32(BAR(n) + EDU_SOURCE, write ? EDU_BUFFER : (uint32_t)address);
	mmio_write32(BAR(n) + EDU_TARGET, write ? (uint32_t)address : EDU_BUFFER);
	mmio_write32(BAR(n) + EDU_BYTES, EDU_TRANSFER_BYTES);
	mmio_write32(BAR(n) + EDU_COMMAND, EDU_RUN | (write ? EDU_TO_MEMORY : 0));
}

bool edu_is_busy(uint32_t n)
{
	return mmio_read32(BAR(n) + EDU_COMMAND) & EDU_RUN;
}

/* The device has lost its address and command; the port keeps its numbers, and passes on again. */
bool port_was_reset(void)
{
	return !(mmio_read32(PORT + BRIDGE_CONTROL) & BRIDGE_RESET) &&
	       !(mmio_read32(PORT + COMMAND) & COMMAND_MASTER) && mmio_read32(BUS_1) == EDU_ID &&
	       !mmio_read32(BUS_1 + BAR0) && !(mmio_read32(BUS_1 + COMMAND) & COMMAND_MEMORY);
}
