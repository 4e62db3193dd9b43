# Fuzzers over the loopback transport: a bounded number of cases in `make test`; more with
#   FUZZ_CASES=1000000 build/san/host/tests/fuzz/input_fuzz
fuzz_device_tests := $(addprefix $(B)/host/tests/fuzz/,input_fuzz fb_fuzz)
UNIT_TESTS += $(fuzz_device_tests) $(B)/host/tests/fuzz/policy_fuzz

$(B)/host/tests/fuzz/input_fuzz: $(VDEV_INPUT_SRC:%.c=$(B)/host/%.o)
$(B)/host/tests/fuzz/fb_fuzz: $(VDEV_FB_SRC:%.c=$(B)/host/%.o)
$(fuzz_device_tests): %: %.o $(B)/host/tests/fuzz/fuzz.o $(VDEV_SRC:%.c=$(B)/host/%.o)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -o $@
$(B)/host/tests/fuzz/policy_fuzz: %: %.o $(VDEV_SRC:%.c=$(B)/host/%.o) $(POLICY_SRC:%.c=$(B)/host/%.o)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -linih -o $@
