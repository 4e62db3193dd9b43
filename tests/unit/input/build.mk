input_tests := $(addprefix $(B)/host/tests/unit/input/,input_test router_test)
UNIT_TESTS += $(input_tests)

$(input_tests): %: %.o $(B)/host/tests/unit/input/rig.o $(VDEV_SRC:%.c=$(B)/host/%.o) \
                $(VDEV_INPUT_SRC:%.c=$(B)/host/%.o) $(POLICY_SRC:%.c=$(B)/host/%.o)
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -linih -o $@
