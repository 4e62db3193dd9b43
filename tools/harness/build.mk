# Drives QEMU from outside: tests and the demo link with it.
HARNESS_OBJECTS := $(addprefix $(B)/host/tools/harness/, harness.o arguments.o console.o qmp.o picture.o trace.o) \
                   $(B)/host/tools/pltrace/reader.o
HARNESS_LDLIBS  := -lcjson -lpng
