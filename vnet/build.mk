# The virtual Ethernet: virtio-net ports and the switch between them. Freestanding; needs $(VDEV_SRC).
VNET_SRC := $(addprefix vnet/,frame.c filter.c fdb.c rate.c offload.c deliver.c switch.c port.c capture.c)
