# The real keypad: $(EVDEV_SRC) with -levdev, or $(EVDEV_NULL_SRC) without a library. Needs $(VDEV_SRC).
EVDEV_SRC      := backends/evdev/frame.c backends/evdev/evdev.c
EVDEV_NULL_SRC := backends/evdev/frame.c backends/evdev/null.c

# On the host evdev.c is tested against a library of the test's own: its header is the sysroot's.
CFLAGS_backends/evdev/evdev := -isystem $(LINUX_SYSROOT)/usr/include/libevdev-1.0
$(B)/host/backends/evdev/evdev.o: | $(LINUX_SYSROOT)/.done
