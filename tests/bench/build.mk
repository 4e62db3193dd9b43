# `make bench`: every figure, from one measured run of the handset and from the image.
BENCH := $(B)/host/tests/bench/bench
.SECONDEXPANSION:
$(BENCH): $(addprefix $(B)/host/,tests/bench/bench.o tests/system/ping.o tests/bench/calls.o vdev-modem/mux_frame.o) $$(HARNESS_OBJECTS)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ $(HARNESS_LDLIBS) -o $@

$(eval $(call rtos_image,probe,0x52000000,$(B)/rtos/tests/bench/probe.o $(B)/rtos/tests/bench/stamp.o))
MACHINE_DTS_bench    := tests/bench/bench.dts
MACHINE_IMAGES_bench  = $(handset_images) $(MODEM_IMAGE) $(B)/rtos/probe.bin

comma := ,
# One run of the handset each: what happens in virtual nanoseconds of one instruction; and 10,000 deadlines, 100
# seconds, on a processor that takes 4 ns an instruction (LONG=1: 1 ns). They print NAME<TAB>VALUE<TAB>UNIT.
# bench_machine(NAME, OPTION OF plqemu, MACHINE)
define bench_machine
.PHONY: bench-$(1)
bench-$(1): $(BENCH) $(B)/machine/$(3)/load.args
	@$(BENCH) $$(OUT)/bench-$(1) $$(OUT)/bench-$(1)/run/ram $(1) $$(PLQEMU) $(2) --run $$(OUT)/bench-$(1)/run \
	 --console none $(B)/machine/$(3)
endef
$(eval $(call bench_machine,handset,--icount,bench))
$(eval $(call bench_machine,wakes,--icount,bench))
$(eval $(call bench_machine,boot,--icount,handset))
$(eval $(call bench_machine,deadlines,--icount=shift=$(if $(LONG),0,2)$(comma)sleep=off,bench))
.PHONY: bench-lines
bench-lines: $(HV_ELF)
	@tests/bench/lines.sh $(HV_ELF) $(HV_OBJS)

# What makes up `make bench`: targets that print figures, and tests for the time that they mask interrupts.
BENCHES += bench-handset bench-boot bench-deadlines bench-hv bench-paths bench-share bench-lines bench-audio \
           guest-fault guest-inject guest-isolation guest-dma
.PHONY: bench
bench: $(HV_ELF)
	@mkdir -p $(OUT)
	@tests/bench/table.sh $(OUT)/bench.tsv $(HV_ELF) $(BENCHES)
