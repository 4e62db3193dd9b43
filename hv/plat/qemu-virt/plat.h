/* QEMU `virt` (gic-version=3, virtualization=on): where things are. Interrupt numbers are INTIDs. */
#ifndef HV_PLAT_H
#define HV_PLAT_H

#define PLAT_CONFIG_PA 0x41000000ull /* struct pl_config, placed by the boot loader */
#define PLAT_GICD      0x08000000ull
#define PLAT_GICR      0x080a0000ull /* + CPU * 0x20000 */
#define PLAT_UART      0x09000000ull
#define PLAT_UART_IRQ  33u
/* What EL2 maps besides its image. The first 2 MiB of RAM hold QEMU's own tree: left alone. */
#define PLAT_RAM_PA	0x40000000ull
#define PLAT_RAM_END	0xc0000000ull
#define PLAT_DEVICES_PA 0x00000000ull /* 1 GiB: GIC, UART, SMMU, PCI configuration space */

#endif
