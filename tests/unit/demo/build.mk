LOOK_TEST  := $(B)/host/tests/unit/demo/look_test
UNIT_TESTS += $(LOOK_TEST)
.SECONDEXPANSION:
$(LOOK_TEST): $(B)/host/tests/unit/demo/look_test.o $(B)/host/examples/handset/demo/look.o \
              $$(HARNESS_OBJECTS) $$(CALL_UI_HOST)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit $(HARNESS_LDLIBS) -o $@
