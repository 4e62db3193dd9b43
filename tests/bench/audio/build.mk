# `make bench-audio`: the sound path's figures that need no machine.
audio_bench_dir := tests/bench/audio
AUDIO_BENCH := $(B)/host/tests/bench/audio/bench
.SECONDEXPANSION:
$(AUDIO_BENCH): $(addprefix $(B)/host/$(audio_bench_dir)/,bench.o mix.o) $$(audio_world_objects)
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lspeexdsp -lm -ldl -o $@

.PHONY: bench-audio
bench-audio: $(AUDIO_BENCH)
	@mkdir -p $(OUT)
	@$(AUDIO_BENCH) >$(OUT)/bench-audio.tsv.new && cat $(OUT)/bench-audio.tsv.new && \
	 mv $(OUT)/bench-audio.tsv.new $(OUT)/bench-audio.tsv

# Beside SDL, PipeWire and dmix: `make bench-audio-peers`, with what `make bench-audio-setup` installs.
BENCHES += bench-audio-peers
.PHONY: bench-audio-peers bench-audio-setup
bench-audio-peers: $(AUDIO_BENCH) $$(sound_tone) bench-dmix
	@$(AUDIO_BENCH) | grep mix_streams
	@tests/bench/audio/pipewire.sh $(sound_tone)
bench-audio-setup:
	@tools/setup/packages.sh tests/bench/audio/packages.txt

# Beside ALSA's dmix, which wants a card of the kernel's: both in a Linux that has one, `make bench-dmix`.
MIXERS       := $(B)/linux/$(audio_bench_dir)/mixers
mixers_image := $(B)/mixers/mixers.cpio
mixers_cunit := $(B)/mixers/include
alsa_plugins := build/debian/alsa-plugins
alsa_library := usr/lib/aarch64-linux-gnu/alsa-lib/libasound_module_rate_speexrate.so
mixers_src    = $(addprefix $(audio_bench_dir)/,mixers.c mix.c) tests/unit/audio/rig.c $(SPEEX_SRC) $(VDEV_SRC) $(VDEV_AUDIO_SRC)

# The rate converter that plug prefers where it is installed.
$(alsa_plugins)/.done: tools/setup/unpack.sh | build/.setup.mk tools/setup/apt.sh
	@flock build/.setup.lock tools/setup/unpack.sh alsa-plugins libasound2-plugins

# The rigs are the unit tests', which have CUnit's headers: the same for every processor, but not in the sysroot.
$(mixers_cunit)/.done:
	@mkdir -p $(@D)
	ln -sfn /usr/include/CUnit $(@D)/CUnit && touch $@
$(addprefix $(B)/linux/,$(audio_bench_dir)/mix.o tests/unit/audio/rig.o): LINUX_CFLAGS += -isystem $(mixers_cunit)
$(addprefix $(B)/linux/,$(audio_bench_dir)/mix.o tests/unit/audio/rig.o): | $(mixers_cunit)/.done

$(MIXERS): $$(patsubst %.c,$(B)/linux/%.o,$$(mixers_src))
	@$(say) LD $@
	$(CC_linux) $(LINUX_LDFLAGS) $^ -lasound -lspeexdsp -lm -o $@

$(mixers_image): $(MIXERS) $$(rootfs_deps) $(audio_bench_dir)/linux/init $(audio_bench_dir)/linux/etc/asound.conf $(alsa_plugins)/.done
	@mkdir -p $(@D)
	$(rootfs_dir)/mkimage.sh $@ $(LINUX_SYSROOT) $(KERNEL_MODULES) $(audio_bench_dir)/linux snd_aloop:pcm_substreams=1 -- \
		$(rootfs_dir)/init.sh=/lib/init.sh $(MIXERS)=/bin/mixers $(alsa_plugins)/$(alsa_library)=/$(alsa_library) \
		$(foreach f,alsa.conf cards/aliases.conf ctl/default.conf pcm/default.conf,$(sound_alsa)/$(f)=/usr/share/alsa/$(f))

.PHONY: bench-dmix
bench-dmix: $(mixers_image) $(KERNEL_IMAGE)
	@$(audio_bench_dir)/dmix.sh $(KERNEL_IMAGE) $(mixers_image)
