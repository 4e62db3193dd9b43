# Stock ModemManager in the Linux partition, on the virtual modem.
mm_dir    := tests/system/modemmanager
mm_initrd := $(B)/modemmanager/modemmanager.cpio

$(mm_initrd): $(mm_dir)/rootfs.sh $(mm_dir)/init frontends/linux/70-partyline-modem.rules $(LINUX_SYSROOT)/.done
	@mkdir -p $(@D)
	@flock build/.setup.lock $(mm_dir)/rootfs.sh $@ $(LINUX_SYSROOT)/usr/bin/busybox $(mm_dir)/init

MACHINE_DTS_modemmanager    := $(mm_dir)/modemmanager.dts
MACHINE_IMAGES_modemmanager  = $(handset_images) $(MODEM_IMAGE) $(mm_initrd)

GUEST_TESTS += system-modemmanager
.PHONY: system-modemmanager
system-modemmanager: $(B)/machine/modemmanager/load.args
	@GUEST_GUARD=400 tests/guest/run.sh $(B)/machine/modemmanager/load.args
