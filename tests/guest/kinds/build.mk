# Guests of all kinds: with and without MMU, ELF, compressed, pages of 16 and 64 KiB; a Linux of 16 KiB pages.
# Neoverse N1 has all granules, Cortex-A53 has not.
KERNEL_16K := build/debian/kernel-16k/vmlinuz
build/debian/kernel-16k/.done: tests/guest/kinds/kernel.sh build/debian/kernel/.done | tools/setup/apt.sh
	@flock build/.setup.lock tests/guest/kinds/kernel.sh
$(KERNEL_16K): build/debian/kernel-16k/.done
	@test -e $@

$(eval $(call guest_image,kinds_watch,0x52000000,kinds/watch))
$(eval $(call guest_image,kinds_elf,0x52200000,kinds/unpacked))
$(eval $(call guest_image,kinds_packed,0x52400000,kinds/unpacked))
$(eval $(call guest_image,kinds_16k,0x52800000,kinds/granule))
$(eval $(call guest_image,kinds_64k,0x52a00000,kinds/granule))
$(B)/rtos/kinds_bare.bin: $(B)/rtos/tests/guest/kinds/bare.o
	$(CROSS)objcopy -O binary -j .text.start $< $@
$(B)/rtos/%.gz: $(B)/rtos/%
	gzip -9nc $< >$@
# Debian has packaged it compressed, and plain.
$(B)/kinds/Image-16k.gz: $(KERNEL_16K)
	@mkdir -p $(@D)
	gzip -dcf <$< | gzip -1n >$@
$(eval $(call guest_machine,kinds,kinds_watch kinds_bare kinds_16k kinds_64k))
MACHINE_IMAGES_kinds += $(B)/rtos/kinds_elf.elf $(B)/rtos/kinds_packed.elf.gz $(B)/kinds/Image-16k.gz $(LINUX_INITRD)
guest-kinds: export GUEST_CPU = neoverse-n1
guest-kinds: export GUEST_GUARD = 400
