# The whole handset; the demo's scenario is a system test too (examples/handset/demo/build.mk).
SYSTEM_TEST := $(B)/host/tests/system/system
.SECONDEXPANSION:
$(SYSTEM_TEST): $(B)/host/tests/system/system.o $(B)/host/tests/system/ping.o $(B)/host/examples/handset/demo/look.o \
                $$(HARNESS_OBJECTS) $$(CALL_UI_HOST)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ $(HARNESS_LDLIBS) -o $@

GUEST_TESTS += system-handset
.PHONY: system-handset
system-handset: $(SYSTEM_TEST) $(B)/machine/handset/load.args
	@$(SYSTEM_TEST) $(OUT)/test/system $(OUT)/test/system/run/ram $(PLQEMU) --icount --run $(OUT)/test/system/run \
		--console none $(B)/machine/handset
