modem_tests := $(addprefix $(B)/host/tests/unit/modem/,modem_test calls_test network_test)
modem_talks := $(addprefix $(B)/host/tests/unit/modem/,dialogue_test several_test)
UNIT_TESTS  += $(modem_tests) $(modem_talks)

$(modem_talks): $(B)/host/tests/unit/modem/talk.o
$(modem_tests) $(modem_talks): %: %.o $(B)/host/tests/unit/modem/rig.o $(MODEM_CORE_HOST) \
                $(CALL_PHONE:%=$(B)/host/$(call_dir)/%.o) $(B)/host/frontends/rtos/format.o \
                $(B)/host/tests/unit/rtos/log_host.o
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -o $@
