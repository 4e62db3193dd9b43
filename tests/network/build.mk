# The Ethernet between partitions, end to end: `make guest-net` boots it and prints what was seen.
net_dir      := tests/network
NET_IO       := $(B)/network/net-io.cpio
NET_LINUX    := $(B)/network/net-linux.cpio
net_programs  = $(PARTYLINED)=/usr/sbin/partylined examples/handset/policy.conf=/etc/partyline/policy.conf \
                $(net_dir)/network.conf=/etc/partyline/network.conf

.SECONDEXPANSION:
$(NET_IO): $$(rootfs_deps) $(net_dir)/io/init $$(call rootfs_files,$$(net_programs)) $$(filter %.ko,$$(IO_MODULES)) | $$(CONFCHECK)
	@mkdir -p $(@D)
	$(call conf_check,$(net_programs))
	$(rootfs_dir)/mkimage.sh $@ $(LINUX_SYSROOT) $(KERNEL_MODULES) $(net_dir)/io tun $(filter %.ko,$(IO_MODULES)) -- \
		$(rootfs_dir)/init.sh=/lib/init.sh $(net_programs)
$(NET_LINUX): $$(rootfs_deps) $(net_dir)/linux/init
	@mkdir -p $(@D)
	$(rootfs_dir)/mkimage.sh $@ $(LINUX_SYSROOT) $(KERNEL_MODULES) $(net_dir)/linux virtio_mmio virtio_net -- \
		$(rootfs_dir)/init.sh=/lib/init.sh

$(eval $(call rtos_image,netcall,0x50000000,$(B)/rtos/tests/network/netcall.o $$(RTOS_VIRTIO) $$(RTOS_NET)))
MACHINE_DTS_net    := $(net_dir)/net.dts
MACHINE_IMAGES_net  = $(HV_ELF) $(B)/rtos/netcall.bin $(KERNEL_IMAGE) $(NET_IO) $(NET_LINUX)
GUEST_TESTS += guest-net
.PHONY: guest-net
guest-net: $(B)/machine/net/load.args $$(PLTRACE)
	@GUEST_GUARD=400 tests/guest/run.sh $<

# The same partition with lwIP and what the handset serves over it, for the tests in stock and direct.
$(eval $(call rtos_image,netphone,0x50000000,$(B)/rtos/tests/network/netphone.o \
	$(patsubst %,$(B)/rtos/examples/handset/call/%.o,network status status_text ui canvas icons font) \
	$$(FONTS_O_rtos) $$(RTOS_VIRTIO) $(B)/rtos/frontends/rtos/net.o $$(RTOS_TCPIP)))
# Where the fonts lie is said in a file that is read later.
$(B)/rtos/netphone.elf: $$(FONTS_O_rtos)
$(eval $(call uses_lwip,$(B)/rtos/tests/network/netphone.o))
