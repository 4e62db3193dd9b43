HOST_CFLAGS += -isystem /usr/include/pixman-1
