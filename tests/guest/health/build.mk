$(eval $(call guest_image,health_watch,0x52000000,health/watch))
$(eval $(call rtos_image,health_patient,0x52200000,\
  $(addprefix $(B)/rtos/tests/guest/health/,patient.o suspend.o) $(guest_common)))
$(eval $(call guest_machine,health,health_watch health_patient))
