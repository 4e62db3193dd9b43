# The modem simulator: one core, as a partition (measured runs) and as a host program (make run).
modem_dir := examples/handset/modem
MODEM_CORE := modem modem_at calls port wire prompt fault data ppp ppp_ip network sms sms_pdu sim script

MODEM_CORE_HOST := $(MODEM_CORE:%=$(B)/host/$(modem_dir)/%.o) $(B)/host/frontends/rtos/format.o \
                   $(VDEV_MUX_SRC:%.c=$(B)/host/%.o) $(B)/host/vdev/log.o

MODEM_SIM := $(B)/host/$(modem_dir)/modem-sim
TOOLS += $(MODEM_SIM)
$(MODEM_SIM): $(B)/host/$(modem_dir)/main_host.o $(MODEM_CORE_HOST)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) -o $@ $^

MODEM_BIN := $(B)/rtos/examples/handset/modem.bin
$(eval $(call rtos_image,examples/handset/modem,0x51000000,$(patsubst %,$(B)/rtos/$(modem_dir)/%.o,$(MODEM_CORE) voice voice_line main_partition) \
	$(patsubst %.c,$(B)/rtos/%.o,$(VDEV_MUX_SRC) vdev/log.c)))
