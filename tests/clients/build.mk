# ModemManager and oFono as Debian packages them, in the Linux partition, at the virtual modem.
clients_dir      := tests/clients
CLIENTS_PACKAGES := systemd libc-bin modemmanager ppp udev dbus dbus-bin polkitd -- ofono
CLIENTS_MODULES  := slhc ppp_generic ppp_async
clients_root     := build/debian/clients
clients_rules    := frontends/linux/77-partyline-modem.rules
CLIENTS_INITRD   := $(B)/clients/clients.cpio
CLIENTS_TEST     := $(B)/host/tests/clients/clients

$(clients_root)/.done: $(clients_dir)/root.sh $(call other_packages,$(clients_root),$(CLIENTS_PACKAGES)) \
                        | build/.setup.mk tools/setup/apt.sh
	@flock build/.setup.lock $(clients_dir)/root.sh clients $(CLIENTS_PACKAGES)

.SECONDEXPANSION:
$(CLIENTS_INITRD): $(clients_root)/.done $(clients_dir)/image.sh $(clients_rules) $$(rootfs_dir)/init.sh \
                   $(shell find $(clients_dir)/root -type f) $(LINUX_SYSROOT)/.done build/debian/kernel/.done
	@mkdir -p $(@D)
	$(clients_dir)/image.sh $@ $(clients_root) $(LINUX_SYSROOT) $(rootfs_dir)/init.sh $(clients_rules) \
		$(KERNEL_MODULES) $(CLIENTS_MODULES)

MACHINE_DTS_clients    := $(clients_dir)/clients.dts
MACHINE_IMAGES_clients  = $(HV_ELF) $(CALL_IMAGE) $(KERNEL_IMAGE) $(IO_INITRD) $(CLIENTS_INITRD) $(MODEM_IMAGE)

$(CLIENTS_TEST): $(B)/host/tests/clients/clients.o $(B)/host/examples/handset/demo/look.o \
                 $$(HARNESS_OBJECTS) $$(CALL_UI_HOST)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ $(HARNESS_LDLIBS) -o $@

GUEST_TESTS += test-clients
.PHONY: test-clients
test-clients: $(CLIENTS_TEST) $(B)/machine/clients/load.args
	@$(CLIENTS_TEST) $(OUT)/test/clients $(OUT)/test/clients/run/ram $(PLQEMU) --icount --run $(OUT)/test/clients/run \
		--console none $(B)/machine/clients
