# The virtual screen and its compositor. Freestanding: linked as objects of the kind that is built,
# as $(VDEV_SRC).
VDEV_FB_SRC := vdev-fb/rect.c vdev-fb/edid.c vdev-fb/backing.c vdev-fb/resource.c vdev-fb/command.c \
               vdev-fb/fb.c vdev-fb/compose.c vdev-fb/paint.c vdev-fb/screen.c
