# pixman keeps its headers in a directory of their own.
$(B)/host/backends/pixman/render.o: HOST_CFLAGS += -isystem /usr/include/pixman-1
