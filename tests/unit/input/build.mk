input_tests := $(addprefix $(B)/host/tests/unit/input/,input_test router_test)
UNIT_TESTS += $(input_tests)

$(input_tests): %: %.o $(B)/host/tests/unit/input/rig.o $(VDEV_SRC:%.c=$(B)/host/%.o) \
                $(VDEV_INPUT_SRC:%.c=$(B)/host/%.o) $(POLICY_SRC:%.c=$(B)/host/%.o)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -linih -o $@

keypad_tests := $(addprefix $(B)/host/tests/unit/input/,keypad_test keypad_null_test)
UNIT_TESTS += $(keypad_tests)

CFLAGS_tests/unit/input/fake_libevdev := -isystem $(LINUX_SYSROOT)/usr/include/libevdev-1.0
$(B)/host/tests/unit/input/fake_libevdev.o: | $(LINUX_SYSROOT)/.done
$(B)/host/tests/unit/input/keypad_test: $(B)/host/tests/unit/input/fake_libevdev.o $(EVDEV_SRC:%.c=$(B)/host/%.o)
$(B)/host/tests/unit/input/keypad_null_test: $(EVDEV_NULL_SRC:%.c=$(B)/host/%.o)
$(keypad_tests): %: %.o $(VDEV_SRC:%.c=$(B)/host/%.o)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -o $@
