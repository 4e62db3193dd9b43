# `make bench-voice`: the voice path through the real partitions; about two minutes of the machine's time.
VOICE_BENCH := $(B)/host/tests/bench/voice/voice
.SECONDEXPANSION:
$(VOICE_BENCH): $(B)/host/tests/bench/voice/voice.o $(B)/host/examples/handset/demo/recording.o $$(PLOT_OBJECTS) $$(HARNESS_OBJECTS)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ $(HARNESS_LDLIBS) -lm -o $@

BENCHES += bench-voice
.PHONY: bench-voice
bench-voice: $(VOICE_BENCH) $(B)/machine/demo/load.args
	@$(VOICE_BENCH) $(OUT)/bench-voice $(OUT)/bench-voice/run/ram $(OUT)/bench-voice/card.wav $(PLQEMU) --icount \
	 --run $(OUT)/bench-voice/run --sound $(OUT)/bench-voice/card.wav --console none $(B)/machine/demo
