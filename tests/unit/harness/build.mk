HARNESS_TEST := $(B)/host/tests/unit/harness/harness_test
UNIT_TESTS   += $(HARNESS_TEST)
.SECONDEXPANSION:
$(HARNESS_TEST): $(B)/host/tests/unit/harness/harness_test.o $$(HARNESS_OBJECTS)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit $(HARNESS_LDLIBS) -o $@
