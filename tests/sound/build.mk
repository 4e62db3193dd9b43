# Stock aplay and arecord in the Linux partition, heard at the machine's card: `make guest-sound`.
sound_dir    := tests/sound
sound_utils  := build/debian/alsa-utils
SOUND_IO     := $(B)/sound/sound-io.cpio
SOUND_LINUX  := $(B)/sound/sound-linux.cpio
SOUND_TEST   := $(B)/host/tests/sound/sound
sound_tone   := $(B)/host/tests/sound/tone
sound_alsa   := $(LINUX_SYSROOT)/usr/share/alsa
# A recording as people have them; the rest are tones, as RATE-CHANNELS-HZ-MILLISECONDS.
SOUND_VOICE  := $(sound_utils)/usr/share/sounds/alsa/Front_Center.wav
sound_tones  := $(foreach t,48000-2-1000-1000 48000-2-1000-4000 44100-2-1000-1000 8000-1-700-1000 48000-1-3000-1000 \
                  48000-2-500-3000,$(B)/sound/$(t).wav)

# For its players and its recordings.
$(sound_utils)/.done: tools/setup/unpack.sh | build/.setup.mk tools/setup/apt.sh
	@flock build/.setup.lock tools/setup/unpack.sh alsa-utils alsa-utils

$(sound_tone): %: %.o $(WAV_SRC:%.c=$(B)/host/%.o) $(VDEV_SRC:%.c=$(B)/host/%.o)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lm -o $@

$(sound_tones): $(B)/sound/%.wav: $(sound_tone)
	@mkdir -p $(@D)
	$(sound_tone) $(subst -, ,$*) $@

.SECONDEXPANSION:
$(SOUND_IO): $$(rootfs_deps) $$(rootfs_dir)/io/init $$(filter %.ko,$$(IO_MODULES)) $$(call rootfs_files,$$(IO_PROGRAMS)) \
             $(sound_dir)/sound.conf $(sound_utils)/.done $(sound_tones) | $$(CONFCHECK)
	@mkdir -p $(@D)
	$(call rootfs_image,io,$(IO_MODULES) +snd_aloop:index=1,$(IO_PROGRAMS) $(sound_dir)/sound.conf=/etc/partyline/sound.conf \
		$(sound_utils)/usr/bin/aplay=/usr/bin/aplay $(foreach t,$(sound_tones),$(t)=/$(notdir $(t))))
$(SOUND_LINUX): $$(rootfs_deps) $(sound_dir)/build.mk $(sound_dir)/linux/init $(sound_utils)/.done $(sound_tones)
	@mkdir -p $(@D)
	$(rootfs_dir)/mkimage.sh $@ $(LINUX_SYSROOT) $(KERNEL_MODULES) $(sound_dir)/linux virtio_mmio +virtio_snd -- \
		$(rootfs_dir)/init.sh=/lib/init.sh $(sound_utils)/usr/bin/aplay=/usr/bin/aplay \
		$(sound_utils)/usr/bin/aplay=/usr/bin/arecord $(sound_utils)/usr/bin/amixer=/usr/bin/amixer $(sound_utils)/usr/sbin/alsactl=/usr/sbin/alsactl \
		$(SOUND_VOICE)=/voice.wav \
		$(foreach f,alsa.conf cards/aliases.conf ctl/default.conf pcm/default.conf pcm/dmix.conf pcm/dsnoop.conf,$(sound_alsa)/$(f)=/usr/share/alsa/$(f)) \
		$(foreach t,$(sound_tones),$(t)=/$(notdir $(t)))

MACHINE_DTS_sound    := $(sound_dir)/sound.dts
MACHINE_IMAGES_sound  = $(HV_ELF) $(CALL_IMAGE) $(KERNEL_IMAGE) $(SOUND_IO) $(SOUND_LINUX) $(MODEM_IMAGE)

$(SOUND_TEST): $(addprefix $(B)/host/,tests/sound/sound.o tests/sound/script.o tools/audioplot/analyse.o tools/audioplot/fft.o) \
               $$(patsubst %.c,$(B)/host/%.o,$$(WAV_SRC)) $(VDEV_SRC:%.c=$(B)/host/%.o) $$(HARNESS_OBJECTS)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ $(HARNESS_LDLIBS) -lm -o $@

GUEST_TESTS += guest-sound
.PHONY: guest-sound
guest-sound: $(SOUND_TEST) $(B)/machine/sound/load.args
	@$(SOUND_TEST) $(OUT)/test/sound $(OUT)/test/sound/run/ram $(SOUND_VOICE) $(PLQEMU) --icount --run $(OUT)/test/sound/run \
		--sound $(OUT)/test/sound/card.wav --console none $(B)/machine/sound

# A USB card that comes and goes: `make guest-sound-usb`. QEMU's card plays only, at full speed.
SOUND_USB      := $(B)/sound/sound-usb.cpio
SOUND_USB_TEST := $(B)/host/tests/sound/usb
$(SOUND_USB): $$(rootfs_deps) $$(rootfs_dir)/io/init $$(filter %.ko,$$(IO_MODULES)) $$(call rootfs_files,$$(IO_PROGRAMS)) \
             $(sound_dir)/usb.conf | $$(CONFCHECK)
	@mkdir -p $(@D)
	$(call rootfs_image,io,$(IO_MODULES) +snd_aloop:index=1 +xhci_pci +snd_usb_audio,$(IO_PROGRAMS) \
		$(sound_dir)/usb.conf=/etc/partyline/sound.conf)

MACHINE_DTS_sound-usb    := $(sound_dir)/usb.dts
MACHINE_IMAGES_sound-usb  = $(HV_ELF) $(CALL_IMAGE) $(KERNEL_IMAGE) $(SOUND_USB) $(SOUND_LINUX) $(MODEM_IMAGE)

$(SOUND_USB_TEST): $(addprefix $(B)/host/,tests/sound/usb.o tests/sound/script.o examples/handset/demo/recording.o) \
                   $$(PLOT_OBJECTS) $$(HARNESS_OBJECTS)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ $(HARNESS_LDLIBS) -lm -o $@

sound_usb_wav   = wav,id=$(1),path=$(OUT)/test/sound-usb/$(1).wav,out.frequency=48000,timer-period=5000
sound_usb_args  = -device pcie-root-port,id=port3,chassis=3,slot=3,hotplug=off \
                  -device qemu-xhci,id=usb,bus=port3 -audiodev $(call sound_usb_wav,card) \
                  -audiodev $(call sound_usb_wav,again) -device usb-audio,id=headphones,bus=usb.0,audiodev=card

GUEST_TESTS += guest-sound-usb
.PHONY: guest-sound-usb
guest-sound-usb: $(SOUND_USB_TEST) $(B)/machine/sound-usb/load.args
	@mkdir -p $(OUT)/test/sound-usb
	@$(SOUND_USB_TEST) $(OUT)/test/sound-usb $(OUT)/test/sound-usb/run/ram $(PLQEMU) --icount --run $(OUT)/test/sound-usb/run \
		--console none $(B)/machine/sound-usb -- $(sound_usb_args)

# The I/O domain suspends its devices in mid-call: `make guest-sound-suspend`.
SOUND_SUSPEND_TEST := $(B)/host/tests/sound/suspend
$(SOUND_SUSPEND_TEST): $(addprefix $(B)/host/,tests/sound/suspend.o tests/sound/script.o examples/handset/demo/recording.o) \
                       $$(PLOT_OBJECTS) $$(HARNESS_OBJECTS)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ $(HARNESS_LDLIBS) -lm -o $@

GUEST_TESTS += guest-sound-suspend
.PHONY: guest-sound-suspend
guest-sound-suspend: $(SOUND_SUSPEND_TEST) $(B)/machine/sound/load.args
	@$(SOUND_SUSPEND_TEST) $(OUT)/test/sound-suspend $(OUT)/test/sound-suspend/run/ram $(OUT)/test/sound-suspend/card.wav $(PLQEMU) --icount \
		--run $(OUT)/test/sound-suspend/run --sound $(OUT)/test/sound-suspend/card.wav --console none $(B)/machine/sound
