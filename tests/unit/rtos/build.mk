# The RTOS drivers on the host: their registers are loopback devices, of the real device classes.
rtos_dir   := tests/unit/rtos
rtos_tests := $(addprefix $(B)/host/$(rtos_dir)/,gpu_test input_test format_test prompt_test)
UNIT_TESTS += $(rtos_tests)

$(B)/host/$(rtos_dir)/prompt_test: $(B)/host/frontends/rtos/prompt.o
$(rtos_tests): %: %.o $(addprefix $(B)/host/$(rtos_dir)/,log_host.o mmio_host.o) \
               $(RTOS_VIRTIO_SRC:%.c=$(B)/host/frontends/rtos/%.o) $(B)/host/frontends/rtos/format.o \
               $(patsubst %.c,$(B)/host/%.o,$(VDEV_SRC) $(VDEV_FB_SRC) $(VDEV_INPUT_SRC))
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -o $@
