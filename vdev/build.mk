# What every device shares. Freestanding: the same sources run in the I/O domain, in the RTOS and on
# the host. Others link $(VDEV_SRC) as objects of the kind that they build:
#   $(VDEV_SRC:%.c=$(B)/host/%.o), $(VDEV_SRC:%.c=$(B)/linux/%.o), $(VDEV_SRC:%.c=$(B)/rtos/%.o)
# A driver alone (the RTOS) needs $(VDEV_DRIVER_SRC) only.
VDEV_DRIVER_SRC := vdev/virtqueue.c vdev/virtqueue_driver.c
VDEV_SRC := $(VDEV_DRIVER_SRC) vdev/log.c vdev/device.c vdev/loopback.c vdev/policy.c vdev/policy_audio.c vdev/arbiter.c
