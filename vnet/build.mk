# The virtual Ethernet: virtio-net ports and the switch between them. Freestanding; needs $(VDEV_SRC).
VNET_SRC := $(addprefix vnet/,frame.c filter.c fdb.c rate.c offload.c deliver.c switch.c port.c capture.c)
# For bare-metal images with a network device, beside $(RTOS_VIRTIO).
RTOS_NET := $(B)/rtos/frontends/rtos/net.o $(B)/rtos/frontends/rtos/inet.o

# TCP too: lwIP, from Debian's source, for images that take it beside $(RTOS_VIRTIO) and $(B)/rtos/frontends/rtos/net.o.
LWIP_DIR := build/debian/lwip
LWIP_SRC := $(addprefix core/,init def inet_chksum ip mem memp netif pbuf tcp tcp_in tcp_out timeouts udp \
            ipv4/etharp ipv4/icmp ipv4/ip4 ipv4/ip4_addr) netif/ethernet
LWIP_CFLAGS := -isystem frontends/rtos/lwip -isystem $(LWIP_DIR)/src/include
RTOS_TCPIP  := $(B)/rtos/frontends/rtos/tcpip.o $(LWIP_SRC:%=$(B)/rtos/lwip/%.o)

$(LWIP_DIR)/.done: tools/setup/lwip.sh | build/.setup.mk tools/setup/apt.sh
	@flock build/.setup.lock tools/setup/lwip.sh
# Not ours: its warnings are its authors'.
$(B)/rtos/lwip/%.o: $(LWIP_DIR)/.done frontends/rtos/lwip/lwipopts.h frontends/rtos/lwip/arch/cc.h
	@mkdir -p $(@D)
	@$(say) LWIP $*.c
	$(CC_rtos) $(filter-out $(WARN),$(RTOS_CFLAGS)) -w $(LWIP_CFLAGS) -c $(LWIP_DIR)/src/$*.c -o $@
# Whoever includes lwIP's headers: $(eval $(call uses_lwip,OBJECTS))
define uses_lwip
$(1): RTOS_CFLAGS += $(LWIP_CFLAGS)
$(1): | $(LWIP_DIR)/.done
endef
$(eval $(call uses_lwip,$(B)/rtos/frontends/rtos/tcpip.o))
