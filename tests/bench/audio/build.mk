# `make bench-audio`: the sound path's figures that need no machine.
AUDIO_BENCH := $(B)/host/tests/bench/audio/bench
.SECONDEXPANSION:
$(AUDIO_BENCH): $(B)/host/tests/bench/audio/bench.o $$(audio_world_objects)
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lspeexdsp -lm -ldl -o $@

.PHONY: bench-audio
bench-audio: $(AUDIO_BENCH)
	@mkdir -p $(OUT)
	@$(AUDIO_BENCH) >$(OUT)/bench-audio.tsv.new && cat $(OUT)/bench-audio.tsv.new && \
	 mv $(OUT)/bench-audio.tsv.new $(OUT)/bench-audio.tsv

# Beside PipeWire: `make bench-audio-peers`, with what `make bench-audio-setup` installs.
BENCHES += bench-audio-peers
.PHONY: bench-audio-peers bench-audio-setup
bench-audio-peers: $(AUDIO_BENCH) $$(sound_tone)
	@$(AUDIO_BENCH) | grep mix_streams
	@tests/bench/audio/pipewire.sh $(sound_tone)
bench-audio-setup:
	@tools/setup/packages.sh tests/bench/audio/packages.txt
