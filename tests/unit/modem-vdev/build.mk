modem_vdev_dir   := $(B)/host/tests/unit/modem-vdev
MODEM_VDEV_RIG   := $(modem_vdev_dir)/rig.o $(modem_vdev_dir)/fake_modem.o $(VDEV_MODEM_SRC:%.c=$(B)/host/%.o) \
                    $(B)/host/vdev/log.o
modem_vdev_tests := $(addprefix $(modem_vdev_dir)/,dialogues_test attacks_test line_test vmodem_test)
UNIT_TESTS       += $(modem_vdev_tests)

$(modem_vdev_tests): %: %.o $(MODEM_VDEV_RIG)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -o $@

# The fuzzer of AT lines plays on the same rig.
UNIT_TESTS += $(B)/host/tests/fuzz/modem_fuzz
$(B)/host/tests/fuzz/modem_fuzz: %: %.o $(MODEM_VDEV_RIG)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -o $@

UNIT_TESTS += $(modem_vdev_dir)/tap_test
$(modem_vdev_dir)/tap_test: %: %.o $(MODEM_VDEV_RIG) $(B)/host/$(call_dir)/at.o $(B)/host/tests/unit/rtos/log_host.o \
                             $(B)/host/frontends/rtos/format.o
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -o $@

UNIT_TESTS += $(modem_vdev_dir)/share_test
$(modem_vdev_dir)/share_test: %: %.o $(B)/host/$(call_dir)/modem_share.o $(B)/host/tests/unit/modem/rig.o \
                              $(MODEM_CORE_HOST) $(CALL_PHONE:%=$(B)/host/$(call_dir)/%.o) \
                              $(VDEV_MODEM_SRC:%.c=$(B)/host/%.o) $(B)/host/vdev/log.o $(B)/host/frontends/rtos/format.o \
                              $(B)/host/tests/unit/rtos/log_host.o
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -o $@

# Everything between telephony, Linux and the modem, on a multiplexed line.
modem_line_tests := $(addprefix $(modem_vdev_dir)/,uplink_test data_test rights_test)
UNIT_TESTS       += $(modem_line_tests)
$(modem_line_tests): %: %.o $(modem_vdev_dir)/handset.o $(B)/host/$(call_dir)/modem_share.o \
                     $(MODEM_CORE_HOST) $(CALL_PHONE:%=$(B)/host/$(call_dir)/%.o) $(VDEV_MODEM_SRC:%.c=$(B)/host/%.o) \
                     $(B)/host/tests/unit/rtos/log_host.o
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -o $@
