modem_mux_dir   := $(B)/host/tests/unit/modem-mux
modem_mux_tests := $(addprefix $(modem_mux_dir)/,mux_test mux_line_test)
UNIT_TESTS      += $(modem_mux_tests)

$(modem_mux_tests): %: %.o $(modem_mux_dir)/wire.o $(VDEV_MUX_SRC:%.c=$(B)/host/%.o) $(B)/host/vdev/log.o
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -o $@
