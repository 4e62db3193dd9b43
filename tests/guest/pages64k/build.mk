# A Linux with pages of 64 KiB. Debian has no such kernel: it is built from Debian's source, in a few minutes, so that
# this is part of `make test` with LONG=1 only.
pages64k_dir := tests/guest/pages64k
KERNEL_64K   := build/debian/kernel-64k/Image
build/debian/kernel-64k/.done: $(pages64k_dir)/kernel.sh $(pages64k_dir)/kernel.config mk/packages-long.txt build/debian/kernel/.done \
                               | tools/setup/apt.sh
	@flock build/.setup.lock $(pages64k_dir)/kernel.sh $(pages64k_dir)/kernel.config
$(KERNEL_64K): build/debian/kernel-64k/.done
	@test -e $@
$(B)/pages64k/Image-64k: $(KERNEL_64K)
	@mkdir -p $(@D)
	cp $< $@
# No modules: all is built in.
$(B)/pages64k/pages64k.cpio: $$(rootfs_deps) $(pages64k_dir)/linux/init
	@mkdir -p $(@D)
	$(rootfs_dir)/mkimage.sh $@ $(LINUX_SYSROOT) $(KERNEL_MODULES) $(pages64k_dir)/linux -- $(rootfs_dir)/init.sh=/lib/init.sh

MACHINE_DTS_pages64k    := $(pages64k_dir)/pages64k.dts
MACHINE_IMAGES_pages64k  = $(HV_ELF) $(B)/rtos/netcall.bin $(KERNEL_IMAGE) $(NET_IO) $(B)/pages64k/Image-64k $(B)/pages64k/pages64k.cpio
GUEST_TESTS += $(if $(LONG),guest-linux-64k)
.PHONY: guest-linux-64k
guest-linux-64k: $(B)/machine/pages64k/load.args $$(PLTRACE)
	@GUEST_GUARD=$${GUEST_GUARD:-400} tests/guest/run.sh $<
