# The handset with a Linux that talks to its modem: questions on the screen, and the modem's figures in virtual time.
modem_client_dir    := tests/system/modem
modem_client_initrd := $(B)/modem-client/modem-client.cpio

$(modem_client_initrd): $(modem_client_dir)/init examples/handset/rootfs/init.sh examples/handset/rootfs/mkimage.sh \
                        $(LINUX_SYSROOT)/.done build/debian/kernel/.done
	@mkdir -p $(@D)
	examples/handset/rootfs/mkimage.sh $@ $(LINUX_SYSROOT) $(KERNEL_MODULES) $(modem_client_dir) -- \
		examples/handset/rootfs/init.sh=/lib/init.sh

MACHINE_DTS_modem-client    := $(modem_client_dir)/modem.dts
MACHINE_IMAGES_modem-client  = $(handset_images) $(MODEM_IMAGE) $(modem_client_initrd)

# With a longer trace: what is measured in a flood must all be in it.
MACHINE_DTS_modem-figures    := $(modem_client_dir)/figures.dts
MACHINE_IMAGES_modem-figures  = $(handset_images) $(MODEM_IMAGE) $(modem_client_initrd)

.SECONDEXPANSION:
QUESTION_TEST := $(B)/host/$(modem_client_dir)/question
MODEM_FAULTS_TEST := $(B)/host/$(modem_client_dir)/faults
$(QUESTION_TEST) $(MODEM_FAULTS_TEST): %: %.o $(B)/host/$(modem_client_dir)/steps.o $(B)/host/examples/handset/demo/look.o \
                  $$(HARNESS_OBJECTS) $$(CALL_UI_HOST)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ $(HARNESS_LDLIBS) -o $@

GUEST_TESTS += system-question system-modem-faults
.PHONY: system-question
system-question: $(QUESTION_TEST) $(B)/machine/modem-client/load.args
	@$(QUESTION_TEST) $(OUT)/test/question $(OUT)/test/question/run/ram $(PLQEMU) --icount \
		--run $(OUT)/test/question/run --console none $(B)/machine/modem-client

.PHONY: system-modem-faults
system-modem-faults: $(MODEM_FAULTS_TEST) $(B)/machine/modem-client/load.args
	@$(MODEM_FAULTS_TEST) $(OUT)/test/modem-faults $(OUT)/test/modem-faults/run/ram $(PLQEMU) --icount \
		--run $(OUT)/test/modem-faults/run --console none $(B)/machine/modem-client

MODEM_FIGURES := $(B)/host/$(modem_client_dir)/figures
$(MODEM_FIGURES): $(B)/host/$(modem_client_dir)/figures.o $(B)/host/vdev-modem/mux_frame.o $$(HARNESS_OBJECTS)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ $(HARNESS_LDLIBS) -o $@

# What the line costs, in the machine; what gets through, on this host: ten million lines.
BENCHES += bench-modem bench-modem-leaks
.PHONY: bench-modem
bench-modem: $(MODEM_FIGURES) $(B)/machine/modem-figures/load.args
	@$(MODEM_FIGURES) $(OUT)/bench-modem $(OUT)/bench-modem/run/ram $(PLQEMU) --icount --run $(OUT)/bench-modem/run \
		--console none $(B)/machine/modem-figures

.PHONY: bench-modem-leaks
bench-modem-leaks: $(addprefix $(B)/host/tests/,unit/modem-vdev/share_test unit/modem-vdev/attacks_test \
                               unit/modem-vdev/vmodem_test fuzz/modem_fuzz)
	@for t in $^; do FUZZ_LINES=10000000 $$t || exit 1; done | \
		sed -n 's/^.*\(modem\.[a-z_]*\t\)/\1/p' | grep -v fuzz_lines_s
