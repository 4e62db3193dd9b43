# Parts of partylined that stand alone: its control socket, who looks after the card, the log of its audio thread.
partylined_tests := $(addprefix $(B)/host/tests/unit/partylined/,control_test keeper_test quietlog_test)
UNIT_TESTS += $(partylined_tests)
$(B)/host/tests/unit/partylined/control_test: $(B)/host/backends/partylined/control.o
$(B)/host/tests/unit/partylined/keeper_test: $(B)/host/backends/alsa/keeper.o
$(B)/host/tests/unit/partylined/quietlog_test: $(B)/host/backends/partylined/quietlog.o
$(partylined_tests): %: %.o $(VDEV_SRC:%.c=$(B)/host/%.o)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -lpthread -o $@
