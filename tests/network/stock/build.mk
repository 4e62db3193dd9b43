# The same with Debian's own tools at both ends, and lwIP in the call partition: `make guest-net-stock`.
stock_dir      := $(net_dir)/stock
STOCK_PACKAGES := iputils-ping iperf3 curl openssh-server openssh-client nftables iproute2 netsniff-ng tcpdump dash
# sshd: Debian 13's is three programs.
STOCK_PROGRAMS := $(addprefix usr/bin/,ping iperf3 curl ssh dash tcpdump ip ssh-keygen) $(addprefix usr/sbin/,sshd nft mausezahn) \
                  'usr/lib/openssh/sshd-*'
stock_root     := build/debian/net
STOCK_TOOLS    := $(B)/network/stock-tools.cpio
STOCK_IO       := $(B)/network/stock-io.cpio
STOCK_LINUX    := $(B)/network/stock-linux.cpio

$(stock_root)/.done: $(clients_dir)/root.sh $(call other_packages,$(stock_root),$(STOCK_PACKAGES)) \
                        | build/.setup.mk tools/setup/apt.sh
	@flock build/.setup.lock $(clients_dir)/root.sh net $(STOCK_PACKAGES)
$(STOCK_TOOLS): $(stock_root)/.done $(stock_dir)/image.sh $(shell find $(stock_dir)/etc -type f)
	@mkdir -p $(@D)
	$(stock_dir)/image.sh $@ $(stock_root) $(stock_dir)/etc $(STOCK_PROGRAMS)
stock_configured := examples/handset/policy.conf=/etc/partyline/policy.conf \
                    $(stock_dir)/network.conf=/etc/partyline/network.conf
$(STOCK_IO): $$(rootfs_deps) $(shell find $(stock_dir)/io -type f) $$(call rootfs_files,$(stock_configured)) $$(PARTYLINED) $(STOCK_TOOLS) \
             $$(filter %.ko,$$(IO_MODULES)) | $$(CONFCHECK)
	@mkdir -p $(@D)
	$(call conf_check,$(stock_configured))
	$(rootfs_dir)/mkimage.sh $@ $(LINUX_SYSROOT) $(KERNEL_MODULES) $(stock_dir)/io tun virtio_mmio virtio_net \
		bridge crc32c_generic nf_tables nft_chain_nat nft_masq nft_ct $(filter %.ko,$(IO_MODULES)) -- \
		$(rootfs_dir)/init.sh=/lib/init.sh $(PARTYLINED)=/usr/sbin/partylined \
		backends/tap/uplink.sh=/usr/sbin/uplink.sh $(stock_configured)
	cat $(STOCK_TOOLS) >>$@
$(STOCK_LINUX): $$(rootfs_deps) $(stock_dir)/linux/init $(shell find $(stock_dir)/linux/tests -type f) $(STOCK_TOOLS)
	@mkdir -p $(@D)
	$(rootfs_dir)/mkimage.sh $@ $(LINUX_SYSROOT) $(KERNEL_MODULES) $(stock_dir)/linux virtio_mmio virtio_net -- \
		$(rootfs_dir)/init.sh=/lib/init.sh
	cat $(STOCK_TOOLS) >>$@

MACHINE_DTS_net-stock    := $(stock_dir)/stock.dts
MACHINE_DTS_net-uplink   := $(stock_dir)/uplink.dts
MACHINE_DTS_net-speed    := $(stock_dir)/speed.dts
STOCK_IMAGES = $(HV_ELF) $(B)/rtos/netphone.bin $(KERNEL_IMAGE) $(STOCK_IO) $(STOCK_LINUX)
MACHINE_IMAGES_net-stock  = $(STOCK_IMAGES)
MACHINE_IMAGES_net-uplink = $(STOCK_IMAGES)
MACHINE_IMAGES_net-speed  = $(STOCK_IMAGES)

GUEST_TESTS += guest-net-stock
.PHONY: guest-net-stock
guest-net-stock: $(B)/machine/net-stock/load.args $$(PLTRACE)
	@GUEST_GUARD=1500 tests/guest/run.sh $<

# QEMU's own cards: $(call qemu_card,CABLE,TRANSPORT,MAC)
qemu_card = -netdev hubport,id=card$(2),hubid=$(1) -device virtio-net-device,netdev=card$(2),bus=virtio-mmio-bus.$(2),mac=$(3)
QEMU_CARDS := -global virtio-mmio.force-legacy=false $(call qemu_card,1,24,52:54:00:00:0a:02) \
              $(call qemu_card,1,16,52:54:00:00:0a:fe) $(call qemu_card,2,8,52:54:00:00:0b:01) \
              $(call qemu_card,2,0,52:54:00:00:0b:02)

# Bridge and NAT to a world behind a card: `make guest-net-uplink`.
GUEST_TESTS += guest-net-uplink
BENCHES += bench-net
.PHONY: guest-net-uplink bench-net
guest-net-uplink: $(B)/machine/net-uplink/load.args $$(PLTRACE)
	@GUEST_GUARD=1500 tests/guest/run.sh $< $(QEMU_CARDS)
# vnet.tcp_mbit_s, beside QEMU's own.
bench-net: $(B)/machine/net-speed/load.args $$(PLTRACE)
	@GUEST_GUARD=1500 tests/guest/run.sh $< $(QEMU_CARDS) | sed -n 's/^bench: \([a-z._]*\) \([0-9]*\) \(.*\)/\1\t\2\t\3/p'

