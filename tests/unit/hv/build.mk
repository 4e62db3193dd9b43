# The hypervisor's core on the host. Device side: its own files against fake.c, the seams' other half.
# Everything: all of the core on hv/arch/fake; main.c is the machine's business, libc.c the host has.
HV_DEVICE_SIDE := $(addprefix $(B)/host/hv/core/,console.o console_input.o console_out.o devices.o line.o lock.o log.o \
                  trace.o vmmio.o vmmio_host.o vmmio_wait.o vuart.o)
HV_CORE_HOST   := $(patsubst %.c,$(B)/host/%.o,$(filter-out hv/core/main.c hv/core/libc.c,$(wildcard hv/core/*.c)))
hv_tests       := $(addprefix $(B)/host/tests/unit/hv/,sched_test vgic_test stage2_test dma_test mail_test)
hv_device_tests := $(addprefix $(B)/host/tests/unit/hv/,register_file_test register_wait_test console_test line_test \
                  trace_test)
UNIT_TESTS     += $(hv_tests) $(hv_device_tests)

# The processor that the core is compiled for on the host, as hv/build.mk chooses one for EL2.
HOST_CFLAGS += -Ihv/arch/fake

$(hv_tests): %: %.o $(B)/host/tests/unit/hv/machine.o $(B)/host/hv/arch/fake/cpu.o $(B)/host/hv/arch/fake/smmu.o $(HV_CORE_HOST)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -o $@
$(hv_device_tests): %: %.o $(B)/host/tests/unit/hv/fake.o $(HV_DEVICE_SIDE)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -o $@
$(B)/host/tests/unit/hv/trace_test: $(B)/host/tools/pltrace/reader.o
$(B)/host/tests/unit/hv/register_file_test $(B)/host/tests/unit/hv/register_wait_test: $(B)/host/tests/unit/hv/driver.o
