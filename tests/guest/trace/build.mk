# The worked example of docs/tracing.md, and the commands that it shows.
$(eval $(call rtos_image,trace_pace,0x52000000,$(addprefix $(B)/rtos/tests/,guest/trace/pace.o bench/stamp.o) $(guest_common)))
$(eval $(call guest_image,trace_talker,0x52200000,trace/talker))
MACHINE_DTS_trace    := tests/guest/trace.dts
MACHINE_IMAGES_trace  = $(HV_ELF) $(B)/rtos/trace_pace.bin $(B)/rtos/trace_talker.bin
GUEST_TESTS += guest-trace
.PHONY: trace-example guest-trace
trace-example: $(B)/machine/trace/load.args $$(PLTRACE)
	@mkdir -p $(OUT)/trace
	@GUEST_KEEP=$(OUT)/trace/ram tests/guest/run.sh $<
guest-trace: trace-example
	@tests/guest/trace/check.sh docs/tracing.md $(OUT)/trace
