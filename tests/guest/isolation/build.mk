isolation_dir := $(B)/rtos/tests/guest/isolation
$(eval $(call guest_image,isolation_watch,0x52000000,isolation/watch))
$(eval $(call rtos_image,isolation_probe,0x52200000,$(addprefix $(isolation_dir)/,attempts.o probe.o) $(guest_common)))
$(eval $(call guest_machine,isolation,isolation_watch isolation_probe))
