# Four CPUs. The board's clock lives in virtual time, for the alarm.
smp4_args := -rtc base=2026-01-01,clock=vm
$(eval $(call guest_image,smp4_watch,0x52000000,smp4/watch))
$(eval $(call rtos_image,smp4_sleeper,0x52200000,\
  $(addprefix $(B)/rtos/tests/guest/,smp4/sleeper.o health/suspend.o) $(guest_common)))
$(eval $(call guest_image,smp4_flooder,0x52400000,smp4/flooder))
$(eval $(call guest_machine,smp4,smp4_watch smp4_sleeper smp4_flooder,$$(smp4_args)))
MACHINE_IMAGES_smp4 += $(KERNEL_IMAGE) $(LINUX_INITRD)
guest-smp4: export GUEST_GUARD = 300
