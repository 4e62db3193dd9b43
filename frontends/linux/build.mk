# fillmem goes into the guest's image: the confinement test runs it there.
fillmem := $(B)/linux/frontends/linux/fillmem

$(fillmem): $(B)/linux/frontends/linux/fillmem.o
	@$(say) LD $@
	$(CC_linux) $(LINUX_LDFLAGS) $^ -o $@

LINUX_PROGRAMS += $(fillmem)=/usr/bin/fillmem
