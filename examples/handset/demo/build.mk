# `make demo`: one call on the reference handset, every promise checked.
DEMO := $(B)/host/examples/handset/demo/demo
TOOLS += $(DEMO)

.SECONDEXPANSION:
$(DEMO): $(addprefix $(B)/host/examples/handset/demo/, demo.o steps.o keys.o look.o flips.o timeline.o sound.o recording.o) $(B)/host/tools/pltrace/json.o \
         $(HARNESS_OBJECTS) $$(CALL_UI_HOST) $$(PLOT_OBJECTS)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ $(HARNESS_LDLIBS) -lm -o $@

# Recordings and players for them, which the handset itself does without.
DEMO_IO    := $(B)/demo/demo-io.cpio
DEMO_LINUX := $(B)/demo/demo-linux.cpio
MUSIC_LINUX := $(B)/demo/music-linux.cpio
demo_aplay  = $(sound_utils)/usr/bin/aplay

$(DEMO_IO): $$(rootfs_deps) $$(rootfs_dir)/io/init $$(filter %.ko,$$(IO_MODULES)) $$(call rootfs_files,$$(IO_PROGRAMS)) \
            examples/handset/demo/sound.conf examples/handset/demo/talker.conf $$(sound_utils)/.done $$(TALKER_WAV) | $$(CONFCHECK)
	@mkdir -p $(@D)
	$(call rootfs_image,io,+snd_aloop:index=1 $(IO_MODULES),$(IO_PROGRAMS) $(demo_aplay)=/usr/bin/aplay \
		examples/handset/demo/sound.conf=/etc/partyline/sound.conf examples/handset/demo/talker.conf=/etc/talker.conf \
		$(TALKER_WAV)=/usr/share/sounds/talker.wav)

# Linux with its music; the demo's has Debian's ModemManager in it as well.
demo_music = $(demo_aplay)=/usr/bin/aplay backends/alsa/alsa.conf=/usr/share/alsa/alsa.conf $(MUSIC_WAV)=/usr/share/sounds/music.wav
demo_linux_deps = $(rootfs_deps) $(rootfs_dir)/linux/init $(filter %.ko,$(LINUX_MODULES)) $(call rootfs_files,$(LINUX_PROGRAMS)) \
                  backends/alsa/alsa.conf $(sound_utils)/.done $(MUSIC_WAV)
$(MUSIC_LINUX): $$(demo_linux_deps)
	@mkdir -p $(@D)
	$(call rootfs_image,linux,$(LINUX_MODULES),$(LINUX_PROGRAMS) $(demo_music))

# Debian 12 has it in /etc, 13 in /usr/share.
demo_mm_bus = $(patsubst $(clients_root)/%,%,$(wildcard $(addsuffix /dbus-1/system.d/org.freedesktop.ModemManager1.conf,$(clients_root)/etc $(clients_root)/usr/share)))
# Of the packages, what it takes to have the one virtual modem found and used.
demo_clients_files = usr/sbin/ModemManager usr/lib/aarch64-linux-gnu/ModemManager/libmm-plugin-generic.so usr/bin/mmcli \
                      usr/bin/udevadm usr/lib/udev/rules.d/80-mm-candidate.rules usr/bin/dbus-daemon usr/share/dbus-1/system.conf \
                      $(demo_mm_bus) usr/lib/polkit-1/polkitd \
                      usr/share/dbus-1/system.d/org.freedesktop.PolicyKit1.conf \
                      usr/share/polkit-1/actions/org.freedesktop.ModemManager1.policy usr/share/polkit-1/rules.d/50-default.rules
demo_mm_tree := examples/handset/demo/modem-manager
demo_mm_own  := $(shell find $(demo_mm_tree) -type f)
demo_mm       = $(foreach f,$(demo_clients_files),$(clients_root)/$f=/$f) $(foreach f,$(demo_mm_own),$f=$(f:$(demo_mm_tree)%=%)) \
                $(clients_rules)=/usr/lib/udev/rules.d/$(notdir $(clients_rules))
$(DEMO_LINUX): $$(demo_linux_deps) $$(clients_root)/.done $$(clients_rules) $(demo_mm_own) examples/handset/demo/build.mk
	@mkdir -p $(@D)
	$(call rootfs_image,linux,$(LINUX_MODULES),$(LINUX_PROGRAMS) $(demo_music) $(demo_mm),$(clients_root))

demo_images = $(HV_ELF) $(CALL_IMAGE) $(KERNEL_IMAGE) $(DEMO_IO) $(DEMO_LINUX) $(MODEM_IMAGE)
MACHINE_DTS_demo        := examples/handset/demo/demo.dts
MACHINE_IMAGES_demo      = $(demo_images)
MACHINE_DTS_demo-smp    := examples/handset/demo/demo-smp.dts
MACHINE_IMAGES_demo-smp  = $(demo_images)

# $(call demo_run,show|test|test-in-turns,DIRECTORY[,MACHINE])
# In virtual time that counts instructions, as in the measurements: how fast the build machine is, or how
# busy, changes nothing that is seen.
demo_run = $(DEMO) $(2) $(2)/run/ram $(1) $(PLQEMU) --icount --run $(2)/run --sound $(2)/call.wav --console none $(B)/machine/$(or $(3),demo)

.PHONY: demo system-demo
demo: $(DEMO) $(B)/machine/demo/load.args
	@$(call demo_run,show,$(OUT)/demo)

# The same as a system test.
GUEST_TESTS += system-demo
system-demo: $(DEMO) $(B)/machine/demo/load.args
	@$(call demo_run,test,$(OUT)/test/demo)

# The same call on two processors, the I/O domain on the second.
GUEST_TESTS += system-demo-smp
.PHONY: system-demo-smp
system-demo-smp: $(DEMO) $(B)/machine/demo-smp/load.args
	@$(call demo_run,test-in-turns,$(OUT)/test/demo-smp,demo-smp)
	@if grep -q '"name":"CPU 1"' $(OUT)/test/demo-smp/trace.json && grep -q '"name":"linux vCPU 1"' $(OUT)/test/demo-smp/trace.json; \
	 then echo "pass the trace has both processors, and both of Linux"; \
	 else echo "fail the trace has both processors: expected CPU 1 and linux vCPU 1 got others"; exit 1; fi
