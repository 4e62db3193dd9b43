watchdog_initrd := $(B)/watchdog/watchdog.cpio
watchdog_root   := tests/guest/watchdog/root

$(watchdog_initrd): $(watchdog_root)/init examples/handset/rootfs/init.sh examples/handset/rootfs/mkimage.sh \
                    $(LINUX_SYSROOT)/.done build/debian/kernel/.done
	@mkdir -p $(@D)
	examples/handset/rootfs/mkimage.sh $@ $(LINUX_SYSROOT) $(KERNEL_MODULES) $(watchdog_root) \
		sbsa_gwdt:timeout=2 -- examples/handset/rootfs/init.sh=/lib/init.sh

$(eval $(call guest_image,watchdog_watch,0x52000000,watchdog/watch))
$(eval $(call guest_machine,watchdog,watchdog_watch))
MACHINE_IMAGES_watchdog += $(KERNEL_IMAGE) $(watchdog_initrd)
