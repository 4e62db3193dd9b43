/* Configuration space, as far as silencing a device needs it (PCI 3.0, PCI Express 4.0, PCI bridges 1.2). */
#include "hv/core/dma.h"
#include "hv/core/seams.h"

/* clang-format off */
enum { VENDOR = 0x00, COMMAND = 0x04, STATUS = 0x06, HEADER = 0x0e, CAPABILITIES = 0x34, BRIDGE_CONTROL = 0x3e };
/* clang-format on */
#define NOBODY		   0xffffu
#define COMMAND_SILENT	   0x400u /* no decoding, no bus mastering, INTx off */
#define STATUS_LIST	   0x10u
#define HEADER_MANY	   0x80u
#define HEADER_TYPE	   0x7fu
#define HEADER_BRIDGE	   1u
#define BRIDGE_RESET	   0x40u
#define CAPABILITY_EXPRESS 0x10u
#define CAPABILITY_AF	   0x13u
#define EXPRESS_FLR	   (1u << 28) /* in Device Capabilities, at 4 */
#define EXPRESS_CONTROL	   8u
#define EXPRESS_RESET	   0x8000u
#define AF_FLR		   2u /* in AF Capabilities, at 3 */
#define CAPABILITIES_MAX   48u

typedef volatile uint8_t *function_t;

static function_t function_at(uint64_t ecam_pa, uint32_t slot, uint32_t function)
{
	return hv_ptr(paddr(ecam_pa + slot * 0x8000ull + function * 0x1000ull));
}

static uint16_t read16(function_t f, uint32_t offset)
{
	return *(volatile uint16_t *)(f + offset);
}

static void write16(function_t f, uint32_t offset, uint32_t value)
{
	*(volatile uint16_t *)(f + offset) = (uint16_t)value;
}

static void function_reset(function_t f)
{
	uint32_t at = read16(f, STATUS) & STATUS_LIST ? f[CAPABILITIES] & 0xfcu : 0, i;

	for (i = 0; at && i < CAPABILITIES_MAX; i++, at = f[at + 1] & 0xfcu) {
		if (f[at] == CAPABILITY_EXPRESS && *(volatile uint32_t *)(f + at + 4) & EXPRESS_FLR)
			write16(f, at + EXPRESS_CONTROL, read16(f, at + EXPRESS_CONTROL) | EXPRESS_RESET);
		else if (f[at] == CAPABILITY_AF && f[at + 3] & AF_FLR)
			f[at + 4] = 1;
	}
}

/* A silent bridge goes on passing configuration on: what is behind it is the next to be silenced. */
static void function_act(function_t f, enum pci_action action)
{
	bool is_bridge = (f[HEADER] & HEADER_TYPE) == HEADER_BRIDGE;
	uint32_t control;

	if (action == PCI_SILENCE) {
		write16(f, COMMAND, COMMAND_SILENT);
		if (!is_bridge)
			function_reset(f);
	} else if (is_bridge) {
		control = read16(f, BRIDGE_CONTROL) & ~BRIDGE_RESET;
		write16(f, BRIDGE_CONTROL, action == PCI_BUS_RESET ? control | BRIDGE_RESET : control);
	}
}

void pci_slot(uint64_t ecam_pa, uint32_t slot, enum pci_action action)
{
	uint32_t i, count = 1;

	for (i = 0; i < count; i++) {
		function_t f = function_at(ecam_pa, slot, i);

		if (read16(f, VENDOR) == NOBODY)
			continue;
		if (f[HEADER] & HEADER_MANY)
			count = 8;
		function_act(f, action);
	}
}
