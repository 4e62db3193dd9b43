# Linux's own serial driver, the line, the call partition's virtual modem and the modem simulator, under the hypervisor.
modem_pair_initrd := $(B)/modem-pair/modem-linux.cpio

$(modem_pair_initrd): tests/pair/modem/init examples/handset/rootfs/init.sh examples/handset/rootfs/mkimage.sh \
                      $(LINUX_SYSROOT)/.done build/debian/kernel/.done
	@mkdir -p $(@D)
	examples/handset/rootfs/mkimage.sh $@ $(LINUX_SYSROOT) $(KERNEL_MODULES) tests/pair/modem -- \
		examples/handset/rootfs/init.sh=/lib/init.sh

MACHINE_DTS_modem-pair    := tests/pair/modem/modem.dts
MACHINE_IMAGES_modem-pair  = $(handset_images) $(MODEM_IMAGE) $(modem_pair_initrd)

GUEST_TESTS += guest-modem
.PHONY: guest-modem
guest-modem: $(B)/machine/modem-pair/load.args $$(PLTRACE)
	@tests/guest/run.sh $(B)/machine/modem-pair/load.args
