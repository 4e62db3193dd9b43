vdev_tests := $(addprefix $(B)/host/tests/unit/vdev/,virtqueue_test hostile_test device_test)
UNIT_TESTS += $(vdev_tests)

$(vdev_tests): %: %.o $(VDEV_SRC:%.c=$(B)/host/%.o)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -o $@
