arbiter_tests := $(addprefix $(B)/host/tests/unit/arbiter/,arbiter_test policy_test)
UNIT_TESTS += $(arbiter_tests)

$(arbiter_tests): %: %.o $(VDEV_SRC:%.c=$(B)/host/%.o) $(POLICY_SRC:%.c=$(B)/host/%.o)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -linih -o $@
