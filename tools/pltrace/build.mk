PLTRACE := $(B)/host/tools/pltrace/pltrace
TOOLS   += $(PLTRACE)
$(PLTRACE): $(addprefix $(B)/host/tools/pltrace/, pltrace.o json.o reader.o worst.o)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -o $@
