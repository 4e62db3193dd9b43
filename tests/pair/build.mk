# The KMS backend against QEMU's display, under Debian's kernel without the hypervisor.
drm_test     := $(B)/linux/tests/pair/drm/drm_test
drm_test_src := tests/pair/drm/drm_test.c backends/drm/output.c backends/drm/setup.c $(VDEV_FB_SRC)
drm_image    := $(B)/drm-test/drm.cpio
drm_modules  := virtio_gpu

$(drm_test): $(drm_test_src:%.c=$(B)/linux/%.o) $(VDEV_SRC:%.c=$(B)/linux/%.o)
	@$(say) LD $@
	$(CC_linux) $(LINUX_LDFLAGS) $^ -ldrm -o $@

$(drm_image): $(drm_test) tests/pair/drm/init examples/handset/rootfs/init.sh examples/handset/rootfs/mkimage.sh
	@mkdir -p $(@D)
	examples/handset/rootfs/mkimage.sh $@ $(LINUX_SYSROOT) $(KERNEL_MODULES) tests/pair/drm $(drm_modules) -- \
		examples/handset/rootfs/init.sh=/lib/init.sh $(drm_test)=/bin/drm_test

GUEST_TESTS += guest-drm
.PHONY: guest-drm
guest-drm: $(drm_image) $(KERNEL_IMAGE)
	@timeout "$${GUEST_GUARD:-120}" qemu-system-aarch64 -nodefaults -no-user-config -no-reboot -M virt,gic-version=3,highmem=off \
		-cpu cortex-a53 -m 256 -display none -serial stdio -device virtio-gpu-pci,xres=480,yres=800 \
		-kernel $(KERNEL_IMAGE) -initrd $(drm_image) -append 'quiet console=ttyAMA0 panic=1' </dev/null

# A whole phone in one process, and the transport against a register file of the test's own.
phone_test_src := tests/pair/phone/phone_test.c tests/pair/phone/driver.c examples/handset/call/publish.c backends/partylined/phone.c \
                  backends/partylined/keys.c backends/partylined/rules.c backends/null/output.c backends/null/png.c \
                  backends/pixman/render.c $(VDEV_FB_SRC) $(VDEV_INPUT_SRC) $(VDEV_SRC)
UNIT_TESTS += $(B)/host/tests/pair/phone/phone_test
.SECONDEXPANSION:
$(B)/host/tests/pair/phone/phone_test: $$(patsubst %.c,$(B)/host/%.o,$$(phone_test_src)) $$(patsubst %.c,$(B)/host/%.o,$$(POLICY_SRC))
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -lpixman-1 -lpng -linih -o $@

hvmmio_test_src := tests/pair/transport/hvmmio_test.c tests/pair/transport/fake_hv.c \
                   backends/partylined/hvmmio.c backends/partylined/callpage.c
UNIT_TESTS += $(B)/host/tests/pair/transport/hvmmio_test
$(B)/host/tests/pair/transport/hvmmio_test: $$(patsubst %.c,$(B)/host/%.o,$$(hvmmio_test_src) $$(VDEV_SRC))
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -o $@
