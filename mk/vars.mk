# Tools, flags and pattern rules. Four kinds of object, by where the code runs:
#   $(B)/host/  the build machine (tools, unit tests)          native cc, hosted
#   $(B)/hv/    EL2 (hypervisor)                               cross cc, freestanding, no FP registers
#   $(B)/rtos/  EL1, bare metal (call firmware, test guests)   cross cc, freestanding
#   $(B)/linux/ EL0 under Debian arm64 (partylined, demo app)  cross cc, against the sysroot
# Each step says what it makes; V=1 shows its command.
V ?= 0
ifneq ($(V),1)
.SILENT:
endif
say = printf '  %-6s %s\n'

B      := build
CROSS  := aarch64-linux-gnu-
HOSTCC := gcc

WARN   := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror
CBASE  := -std=gnu11 -g -O2 -MMD -MP $(WARN) -Iinclude -I.
FREE   := -ffreestanding -fno-stack-protector -fno-pic -fno-common -ffunction-sections -fdata-sections \
          -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns -mstrict-align -mno-outline-atomics

# -I. lets a file include another area's public header as "vdev/virtqueue.h".
HOST_CFLAGS  := $(CBASE) -D_GNU_SOURCE
HOST_LDFLAGS :=
# SAN=1 builds host objects with the address and undefined-behaviour sanitizers.
ifeq ($(SAN),1)
B            := build/san
HOST_CFLAGS  += -fsanitize=address,undefined -fno-sanitize-recover=all
HOST_LDFLAGS += -fsanitize=address,undefined
endif
HV_CFLAGS    := $(CBASE) $(FREE) -mgeneral-regs-only -march=armv8-a
RTOS_CFLAGS  := $(CBASE) $(FREE) -march=armv8-a
# LINUX_SYSROOT is made by mk/setup.mk (mmdebstrap); it is an order-only prerequisite of what links against it.
LINUX_SYSROOT := build/debian/sysroot
LINUX_CFLAGS := $(CBASE) -D_GNU_SOURCE --sysroot=$(LINUX_SYSROOT) -march=armv8-a
LINUX_LDFLAGS := --sysroot=$(LINUX_SYSROOT)

CC_hv    := $(CROSS)gcc
CC_rtos  := $(CROSS)gcc
CC_linux := $(CROSS)gcc

$(B)/host/%.o: %.c
	@mkdir -p $(@D)
	@$(say) CC $<
	$(HOSTCC) $(HOST_CFLAGS) $(CFLAGS_$*) -c $< -o $@
$(B)/hv/%.o: %.c
	@mkdir -p $(@D)
	@$(say) HV $<
	$(CC_hv) $(HV_CFLAGS) -c $< -o $@
$(B)/hv/%.o: %.S
	@mkdir -p $(@D)
	@$(say) HV $<
	$(CC_hv) $(HV_CFLAGS) -D__ASSEMBLY__ -c $< -o $@
$(B)/rtos/%.o: %.c
	@mkdir -p $(@D)
	@$(say) RTOS $<
	$(CC_rtos) $(RTOS_CFLAGS) -c $< -o $@
$(B)/rtos/%.o: %.S
	@mkdir -p $(@D)
	@$(say) RTOS $<
	$(CC_rtos) $(RTOS_CFLAGS) -D__ASSEMBLY__ -c $< -o $@
$(B)/linux/%.o: %.c | $(LINUX_SYSROOT)/.done
	@mkdir -p $(@D)
	@$(say) LINUX $<
	$(CC_linux) $(LINUX_CFLAGS) $(CFLAGS_$*) -c $< -o $@

# Areas append to these:
#   UNIT_TESTS    host binaries that exit 0 and print CUnit's summary
#   GUEST_TESTS   make targets that run QEMU and print `pass NAME` / `fail NAME …` lines
#   TOOLS         host tools, built by `make tools`
UNIT_TESTS  :=
GUEST_TESTS :=
TOOLS       :=
CHECK_DIRS  := include hv vdev vdev-fb vdev-input frontends backends examples tests tools
