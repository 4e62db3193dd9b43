# `make bench-voice`: the voice path through the real partitions; about two minutes of the machine's time.
VOICE_BENCH := $(B)/host/tests/bench/voice/voice
.SECONDEXPANSION:
$(VOICE_BENCH): $(B)/host/tests/bench/voice/voice.o $(B)/host/tests/bench/voice/pointer.o $(B)/host/examples/handset/demo/recording.o $$(PLOT_OBJECTS) $$(HARNESS_OBJECTS)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ $(HARNESS_LDLIBS) -lm -o $@

# The demo's machine without ModemManager: nothing but what the bench starts is to run in Linux.
MACHINE_DTS_bench-voice    := tests/bench/voice/voice.dts
MACHINE_IMAGES_bench-voice  = $(HV_ELF) $(CALL_IMAGE) $(KERNEL_IMAGE) $(DEMO_IO) $(MUSIC_LINUX) $(MODEM_IMAGE)

BENCHES += bench-voice
.PHONY: bench-voice
bench-voice: $(VOICE_BENCH) $(B)/machine/bench-voice/load.args
	@$(VOICE_BENCH) $(OUT)/bench-voice $(OUT)/bench-voice/run/ram $(OUT)/bench-voice/card.wav 0 0 $(PLQEMU) --icount \
	 --run $(OUT)/bench-voice/run --sound $(OUT)/bench-voice/card.wav --console none $(B)/machine/bench-voice

# One call of ten minutes of the machine's time (VOICE_SECONDS), in which Linux floods its card, takes all of the processor,
# panics and is restarted, over and over: an hour. The modem's clock is 50 ppm fast (VOICE_DRIFT). VOICE_SHIFT=1 and 2 are processors of 2 and 4 ns an instruction.
.PHONY: bench-voice-long
bench-voice-long: $(VOICE_BENCH) $(B)/machine/bench-voice/load.args
	@$(VOICE_BENCH) $(OUT)/bench-voice-long $(OUT)/bench-voice-long/run/ram \
	 $(OUT)/bench-voice-long/card.wav $(or $(VOICE_SECONDS),600) $(or $(VOICE_DRIFT),50) $(PLQEMU) --icount=shift=$(or $(VOICE_SHIFT),0)$(comma)sleep=off --run $(OUT)/bench-voice-long/run \
	 --sound $(OUT)/bench-voice-long/card.wav --console none $(B)/machine/bench-voice

# How soon a ring ducks music, in the machine of `make guest-sound`.
DUCK_BENCH := $(B)/host/tests/bench/voice/duck
$(DUCK_BENCH): $(addprefix $(B)/host/tests/,bench/voice/duck.o bench/voice/pointer.o sound/script.o) $$(PLOT_OBJECTS) $$(HARNESS_OBJECTS)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ $(HARNESS_LDLIBS) -lm -o $@

BENCHES += bench-duck
.PHONY: bench-duck
bench-duck: $(DUCK_BENCH) $(B)/machine/sound/load.args
	@$(DUCK_BENCH) $(OUT)/bench-duck $(OUT)/bench-duck/run/ram $(OUT)/bench-duck/card.wav $(PLQEMU) --icount \
	 --run $(OUT)/bench-duck/run --sound $(OUT)/bench-duck/card.wav --console none $(B)/machine/sound
