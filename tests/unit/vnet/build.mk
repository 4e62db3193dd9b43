vnet_tests := $(addprefix $(B)/host/tests/unit/vnet/,forward_test guard_test limits_test attack_test)
UNIT_TESTS += $(vnet_tests)
vnet_rig := tests/unit/vnet/rig.c

$(vnet_tests): %: %.o $(vnet_rig:%.c=$(B)/host/%.o) $(VNET_SRC:%.c=$(B)/host/%.o) $(VDEV_SRC:%.c=$(B)/host/%.o)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -o $@

vnet_fuzz := $(B)/host/tests/fuzz/net_fuzz
UNIT_TESTS += $(vnet_fuzz)
$(vnet_fuzz): %: %.o $(B)/host/tests/fuzz/fuzz.o $(VNET_SRC:%.c=$(B)/host/%.o) $(VDEV_SRC:%.c=$(B)/host/%.o)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -o $@

vnet_conf_test := $(B)/host/tests/unit/vnet/conf_test
UNIT_TESTS += $(vnet_conf_test)
$(vnet_conf_test): %: %.o $(NETWORK_SRC:%.c=$(B)/host/%.o) $(VNET_SRC:%.c=$(B)/host/%.o) $(VDEV_SRC:%.c=$(B)/host/%.o)
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -linih -o $@

vnet_rtos_test := $(B)/host/tests/unit/vnet/rtos_test
UNIT_TESTS += $(vnet_rtos_test)
$(vnet_rtos_test): %: %.o $(addprefix $(B)/host/,$(vnet_rig:%.c=%.o) $(VNET_SRC:%.c=%.o) $(VDEV_SRC:%.c=%.o) \
                   frontends/rtos/net.o frontends/rtos/virtio_mmio.o frontends/rtos/format.o tests/unit/rtos/log_host.o)
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -o $@

vnet_tap_test := $(B)/host/tests/unit/vnet/tap_test
UNIT_TESTS += $(vnet_tap_test)
$(vnet_tap_test): %: %.o $(addprefix $(B)/host/,$(vnet_rig:%.c=%.o) $(VNET_SRC:%.c=%.o) $(VDEV_SRC:%.c=%.o) \
                  backends/tap/tap.o)
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -o $@

vnet_inet_test := $(B)/host/tests/unit/vnet/inet_test
UNIT_TESTS += $(vnet_inet_test)
$(vnet_inet_test): %: %.o $(addprefix $(B)/host/,$(vnet_rig:%.c=%.o) $(VNET_SRC:%.c=%.o) $(VDEV_SRC:%.c=%.o) \
                   backends/tap/tap.o frontends/rtos/inet.o frontends/rtos/net.o frontends/rtos/virtio_mmio.o \
                   frontends/rtos/format.o tests/unit/rtos/log_host.o)
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -o $@
