# The RTOS side's run-time and virtio drivers, bare metal at EL1.
# An image is one line in the build.mk of whoever has it:
#   $(eval $(call rtos_image,NAME,LOAD ADDRESS,OBJECTS))
# makes $(B)/rtos/NAME.elf and $(B)/rtos/NAME.bin (the latter entered at its first byte). OBJECTS
# contain the image's struct board (frontends/rtos/board.h) and firmware_main (frontends/rtos/rt.h).
RTOS_LIB_SRC := start.S vectors.S mmu.c exception.c rt.c irq.c timer.c loop.c uart.c log.c prompt.c format.c mem.c mmio.c
RTOS_VIRTIO_SRC := virtio_mmio.c virtio_gpu.c virtio_input.c sound.c
RTOS_LIB := $(patsubst %,$(B)/rtos/frontends/rtos/%.o,$(basename $(RTOS_LIB_SRC)))
# For images with virtual devices, beside RTOS_LIB.
RTOS_VIRTIO := $(patsubst %.c,$(B)/rtos/frontends/rtos/%.o,$(RTOS_VIRTIO_SRC)) \
               $(patsubst %.c,$(B)/rtos/%.o,vdev/virtqueue.c vdev/virtqueue_driver.c)

define rtos_image
$(B)/rtos/$(1).elf: frontends/rtos/link.ld $(RTOS_LIB) $(3)
	@mkdir -p $$(@D)
	$(CC_rtos) -nostdlib -static -no-pie -Wl,--gc-sections,--build-id=none,-z,noexecstack \
		-Wl,-T,frontends/rtos/link.ld,--defsym=RAM_BASE=$(2) -o $$@ $(RTOS_LIB) $(3)
$(B)/rtos/$(1).bin: $(B)/rtos/$(1).elf
	$(CROSS)objcopy -O binary $$< $$@
endef
# On the way from every interrupt to its handler: without FP registers nothing of them is saved (vectors.S).
$(addprefix $(B)/rtos/frontends/rtos/,irq.o timer.o): RTOS_CFLAGS += -mgeneral-regs-only
