# The evdev backend on Debian's kernel, without the hypervisor.
keypad_pair       := $(B)/linux/tests/pair/evdev/keypad_test
keypad_pair_image := $(B)/evdev-test/evdev.cpio

$(keypad_pair): $(keypad_pair).o $(EVDEV_SRC:%.c=$(B)/linux/%.o) $(VDEV_SRC:%.c=$(B)/linux/%.o)
	@$(say) LD $@
	$(CC_linux) $(LINUX_LDFLAGS) $^ -levdev -o $@

$(keypad_pair_image): $(keypad_pair) tests/pair/evdev/init examples/handset/rootfs/init.sh examples/handset/rootfs/mkimage.sh
	@mkdir -p $(@D)
	examples/handset/rootfs/mkimage.sh $@ $(LINUX_SYSROOT) $(KERNEL_MODULES) tests/pair/evdev uinput evdev -- \
		examples/handset/rootfs/init.sh=/lib/init.sh $(keypad_pair)=/bin/keypad_test

GUEST_TESTS += guest-evdev
.PHONY: guest-evdev
guest-evdev: $(keypad_pair_image) $(KERNEL_IMAGE)
	@timeout "$${GUEST_GUARD:-120}" qemu-system-aarch64 -nodefaults -no-user-config -no-reboot -M virt,gic-version=3,highmem=off \
		-cpu cortex-a53 -m 256 -display none -serial stdio \
		-kernel $(KERNEL_IMAGE) -initrd $(keypad_pair_image) -append 'quiet console=ttyAMA0 panic=1' </dev/null
