# The virtual Ethernet: virtio-net ports and the switch between them. Freestanding; needs $(VDEV_SRC).
VNET_SRC := $(addprefix vnet/,frame.c filter.c fdb.c rate.c offload.c deliver.c switch.c port.c capture.c)
# For bare-metal images with a network device, beside $(RTOS_VIRTIO).
RTOS_NET := $(B)/rtos/frontends/rtos/net.o $(B)/rtos/frontends/rtos/inet.o
