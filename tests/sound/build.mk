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

$(sound_utils)/.done: $(sound_dir)/fetch.sh | build/.setup.mk tools/setup/apt.sh
	@flock build/.setup.lock $(sound_dir)/fetch.sh

$(sound_tone): %: %.o $(WAV_SRC:%.c=$(B)/host/%.o) $(VDEV_SRC:%.c=$(B)/host/%.o)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lm -o $@

$(sound_tones): $(B)/sound/%.wav: $(sound_tone)
	@mkdir -p $(@D)
	$(sound_tone) $(subst -, ,$*) $@

.SECONDEXPANSION:
$(SOUND_IO): $$(rootfs_deps) $$(rootfs_dir)/io/init $$(filter %.ko,$$(IO_MODULES)) $$(call rootfs_files,$$(IO_PROGRAMS)) \
             $(sound_dir)/sound.conf $(sound_utils)/.done $(sound_tones)
	@mkdir -p $(@D)
	$(call rootfs_image,io,$(IO_MODULES) +snd_aloop:index=1,$(IO_PROGRAMS) $(sound_dir)/sound.conf=/etc/partyline/sound.conf \
		$(sound_utils)/usr/bin/aplay=/usr/bin/aplay $(foreach t,$(sound_tones),$(t)=/$(notdir $(t))))
$(SOUND_LINUX): $$(rootfs_deps) $(sound_dir)/linux/init $(sound_utils)/.done $(sound_tones)
	@mkdir -p $(@D)
	$(rootfs_dir)/mkimage.sh $@ $(LINUX_SYSROOT) $(KERNEL_MODULES) $(sound_dir)/linux virtio_mmio +virtio_snd -- \
		$(rootfs_dir)/init.sh=/lib/init.sh $(sound_utils)/usr/bin/aplay=/usr/bin/aplay \
		$(sound_utils)/usr/bin/aplay=/usr/bin/arecord $(sound_utils)/usr/bin/amixer=/usr/bin/amixer \
		$(SOUND_VOICE)=/voice.wav \
		$(foreach f,alsa.conf cards/aliases.conf ctl/default.conf pcm/default.conf pcm/dmix.conf pcm/dsnoop.conf,$(sound_alsa)/$(f)=/usr/share/alsa/$(f)) \
		$(foreach t,$(sound_tones),$(t)=/$(notdir $(t)))

MACHINE_DTS_sound    := $(sound_dir)/sound.dts
MACHINE_IMAGES_sound  = $(HV_ELF) $(CALL_IMAGE) $(KERNEL_IMAGE) $(SOUND_IO) $(SOUND_LINUX) $(MODEM_IMAGE)

$(SOUND_TEST): $(addprefix $(B)/host/,tests/sound/sound.o tools/audioplot/analyse.o tools/audioplot/fft.o) \
               $$(patsubst %.c,$(B)/host/%.o,$$(WAV_SRC)) $(VDEV_SRC:%.c=$(B)/host/%.o) $$(HARNESS_OBJECTS)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ $(HARNESS_LDLIBS) -lm -o $@

GUEST_TESTS += guest-sound
.PHONY: guest-sound
guest-sound: $(SOUND_TEST) $(B)/machine/sound/load.args
	@$(SOUND_TEST) $(OUT)/test/sound $(OUT)/test/sound/run/ram $(SOUND_VOICE) $(PLQEMU) --icount --run $(OUT)/test/sound/run \
		--sound $(OUT)/test/sound/card.wav --console none $(B)/machine/sound
