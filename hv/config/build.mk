# plconf, the host tool that turns a machine's device tree into what the hypervisor boots from.
PLCONF := $(B)/host/plconf
TOOLS  += $(PLCONF)

# Everything but main.c is what the unit tests link.
PLCONF_OBJS := $(patsubst %.c,$(B)/host/%.o,$(filter-out %/main.c,$(wildcard hv/config/*.c)))

$(PLCONF): $(PLCONF_OBJS) $(B)/host/hv/config/main.o
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) -o $@ $^ -lfdt -lz
