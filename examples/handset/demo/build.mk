# `make demo`: one call on the reference handset, every promise checked.
DEMO := $(B)/host/examples/handset/demo/demo
TOOLS += $(DEMO)

.SECONDEXPANSION:
$(DEMO): $(addprefix $(B)/host/examples/handset/demo/, demo.o steps.o keys.o look.o flips.o timeline.o) $(B)/host/tools/pltrace/json.o \
         $(HARNESS_OBJECTS) $$(CALL_UI_HOST)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ $(HARNESS_LDLIBS) -o $@

# $(call demo_run,OPTIONS,DIRECTORY[,MACHINE])
# In virtual time that counts instructions, as in the measurements: how fast the build machine is, or how
# busy, changes nothing that is seen.
demo_run = $(DEMO) $(1) $(2) $(2)/run/ram $(PLQEMU) --icount --run $(2)/run --sound $(2)/call.wav --console none $(B)/machine/$(or $(3),handset)

.PHONY: demo system-demo
demo: $(DEMO) $(B)/machine/handset/load.args
	@$(call demo_run,,$(OUT)/demo)

# The same as a system test.
GUEST_TESTS += system-demo
system-demo: $(DEMO) $(B)/machine/handset/load.args
	@$(call demo_run,--test,$(OUT)/test/demo)

# The same call on two processors, the I/O domain on the second.
GUEST_TESTS += system-demo-smp
.PHONY: system-demo-smp
system-demo-smp: $(DEMO) $(B)/machine/handset-smp/load.args
	@$(call demo_run,--test,$(OUT)/test/demo-smp,handset-smp)
	@if grep -q '"name":"CPU 1"' $(OUT)/test/demo-smp/trace.json && grep -q '"name":"linux vCPU 1"' $(OUT)/test/demo-smp/trace.json; \
	 then echo "pass the trace has both processors, and both of Linux"; \
	 else echo "fail the trace has both processors: expected CPU 1 and linux vCPU 1 got others"; exit 1; fi
