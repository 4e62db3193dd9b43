# The hypervisor's image: core, one arch, one board, chosen by their directories.
HV_DIRS := hv/core hv/arch/aarch64 hv/plat/qemu-virt
HV_SRCS := $(sort $(wildcard $(addsuffix /*.c,$(HV_DIRS)) $(addsuffix /*.S,$(HV_DIRS))))
HV_OBJS := $(patsubst %,$(B)/hv/%.o,$(basename $(HV_SRCS)))
HV_ELF  := $(B)/hv/hv.elf
# The processor that this is for fetches what it wants: what -O2 would pad is 500 bytes.
HV_CFLAGS += -falign-functions=4 -falign-jumps=1 -falign-loops=1 -Ihv/arch/aarch64 -Ihv/plat/qemu-virt

.PHONY: hv
hv: $(HV_ELF)

$(HV_ELF): $(HV_OBJS) hv/hv.ld
	@$(say) LD $@
	$(CROSS)ld -nostdlib --gc-sections -z max-page-size=4096 -T hv/hv.ld -o $@ $(HV_OBJS)
	@$(CROSS)size $@

# Start-up, restart and faults are for size; the rest is on somebody's way.
HV_COLD := budget.o console.o console_input.o console_out.o devices.o dma.o fault.o line.o \
           lock.o log.o mail.o main.o partition.o pci.o pool.o psci.o restart.o stage2.o trace.o vmmio_host.o \
           vmmio_wait.o vuart.o wdt.o
$(addprefix $(B)/hv/hv/core/,$(HV_COLD)) $(addprefix $(B)/hv/hv/arch/aarch64/,inject.o trap.o): HV_CFLAGS += -Os
