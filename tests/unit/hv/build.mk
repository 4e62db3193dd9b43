# The hypervisor's core on the host. Device side: its own files against fake.c, the seams' other half.
HV_DEVICE_SIDE := $(addprefix $(B)/host/hv/core/,console.o console_input.o console_out.o devices.o line.o log.o \
                  trace.o vmmio.o vmmio_host.o vmmio_wait.o vuart.o)
hv_device_tests := $(addprefix $(B)/host/tests/unit/hv/,register_file_test console_test line_test trace_test)
UNIT_TESTS += $(hv_device_tests)

$(hv_device_tests): %: %.o $(B)/host/tests/unit/hv/fake.o $(HV_DEVICE_SIDE)
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -o $@
$(B)/host/tests/unit/hv/trace_test: $(B)/host/tools/pltrace/reader.o
