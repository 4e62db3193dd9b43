# The virtual keypad and the router in front of it; needs $(VDEV_SRC).
VDEV_INPUT_SRC := vdev-input/input.c vdev-input/config.c vdev-input/caps.c vdev-input/router.c
