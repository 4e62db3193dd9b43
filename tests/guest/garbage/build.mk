# A driver that writes garbage, against partylined's transport and vdev-input on bare metal.
garbage_common := $(addprefix $(B)/rtos/tests/guest/,test.o fp.o)
garbage_driver := $(B)/rtos/tests/guest/garbage/driver.o $(RTOS_VIRTIO) $(garbage_common)
garbage_host   := $(patsubst %.c,$(B)/rtos/%.o,$(VDEV_SRC) $(VDEV_INPUT_SRC) backends/partylined/hvmmio.c) \
                  $(garbage_common)

$(eval $(call rtos_image,garbage_good,0x52000000,$(B)/rtos/tests/guest/garbage/good.o $(garbage_driver)))
$(eval $(call rtos_image,garbage_host,0x52200000,$(B)/rtos/tests/guest/garbage/host.o $(garbage_host)))
$(eval $(call rtos_image,garbage_bad,0x52400000,$(B)/rtos/tests/guest/garbage/bad.o $(garbage_driver)))
$(eval $(call guest_machine,garbage,garbage_good garbage_host garbage_bad))
