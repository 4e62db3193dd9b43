# Two RTOS partitions, one hosting the other's card: `make guest-net-direct`.
$(eval $(call rtos_image,direct_host,0x52000000,$(B)/rtos/tests/network/direct/host.o $(addprefix $(B)/rtos/tests/guest/,test.o fp.o) \
	$(patsubst %.c,$(B)/rtos/%.o,$(VDEV_SRC) $(VNET_SRC) backends/partylined/hvmmio.c) \
	$(B)/rtos/frontends/rtos/net.o $(B)/rtos/frontends/rtos/virtio_mmio.o $$(RTOS_TCPIP)))
MACHINE_DTS_net-direct    := $(net_dir)/direct/direct.dts
MACHINE_IMAGES_net-direct  = $(HV_ELF) $(B)/rtos/netphone.bin $(B)/rtos/direct_host.bin
GUEST_TESTS += guest-net-direct
.PHONY: guest-net-direct
guest-net-direct: $(B)/machine/net-direct/load.args $$(PLTRACE)
	@tests/guest/run.sh $<
$(eval $(call uses_lwip,$(B)/rtos/tests/network/direct/host.o))
