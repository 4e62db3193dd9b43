# `make bench`: every figure, from one measured run of the handset and from the image.
BENCH := $(B)/host/tests/bench/bench
.SECONDEXPANSION:
$(BENCH): $(B)/host/tests/bench/bench.o $(B)/host/tests/bench/calls.o $$(HARNESS_OBJECTS)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ $(HARNESS_LDLIBS) -o $@

$(eval $(call rtos_image,probe,0x52000000,$(B)/rtos/tests/bench/probe.o $(B)/rtos/tests/bench/stamp.o))
MACHINE_DTS_bench    := tests/bench/bench.dts
MACHINE_IMAGES_bench  = $(handset_images) $(MODEM_IMAGE) $(B)/rtos/probe.bin

.PHONY: bench
bench: $(BENCH) $(B)/machine/bench/load.args
	@mkdir -p $(OUT)
	@{ $(BENCH) handset $(OUT)/bench $(OUT)/bench/run/ram $(PLQEMU) --icount --run $(OUT)/bench/run \
	   --console none $(B)/machine/bench && tests/bench/lines.sh $(HV_ELF) $(HV_OBJS); } \
	   >$(OUT)/bench.tsv.new; status=$$?; cat $(OUT)/bench.tsv.new; [ $$status = 0 ] && \
	   mv $(OUT)/bench.tsv.new $(OUT)/bench.tsv
