# Bare-metal guests that hold the hypervisor to its promises. Each machine NAME has a NAME.dts, and the
# images that it names; `make guest-NAME` boots it and prints pass and fail lines.
guest_common := $(addprefix $(B)/rtos/tests/guest/,test.o fp.o)

# guest_image(IMAGE, LOAD ADDRESS, SOURCE WITHOUT SUFFIX)
define guest_image
$(call rtos_image,$(1),$(2),$(B)/rtos/tests/guest/$(3).o $(guest_common))
endef
# guest_machine(NAME, IMAGES, QEMU ARGUMENTS)
define guest_machine
MACHINE_DTS_$(1)    := tests/guest/$(1).dts
MACHINE_IMAGES_$(1)  = $(HV_ELF) $(patsubst %,$(B)/rtos/%.bin,$(2))
GUEST_TESTS += guest-$(1)
.PHONY: guest-$(1)
guest-$(1): $(B)/machine/$(1)/load.args $$$$(PLTRACE)
	@tests/guest/run.sh $$< $(3)
endef

$(eval $(call guest_image,sched_high,0x52000000,sched_high))
$(eval $(call guest_image,sched_left,0x52200000,sched_spin))
$(eval $(call guest_image,sched_right,0x52400000,sched_spin))
$(eval $(call guest_machine,sched,sched_high sched_left sched_right))

$(eval $(call guest_image,budget_runaway,0x52000000,bench/spinner))
$(eval $(call guest_image,budget_worker,0x52200000,budget_worker))
$(eval $(call guest_image,budget_hog,0x52400000,bench/spinner))
$(eval $(call guest_image,budget_lowest,0x52600000,bench/spinner))
$(eval $(call guest_machine,budget,budget_runaway budget_worker budget_hog budget_lowest))

$(eval $(call guest_image,irq,0x52000000,irq))
$(eval $(call guest_image,irq_partner,0x52200000,irq_partner))
$(eval $(call guest_machine,irq,irq irq_partner,-serial null))

$(eval $(call guest_image,fault_watch,0x52000000,fault_watch))
$(eval $(call guest_image,fault_bad,0x52200000,fault_bad))
$(eval $(call guest_image,fault_bystander,0x52600000,fault_bystander))
$(eval $(call guest_image,fault_pace,0x52800000,fault_pace))
$(eval $(call guest_machine,fault,fault_watch fault_bad fault_bystander fault_pace))

# The same machine, its configuration damaged.
GUEST_TESTS += guest-damaged
.PHONY: guest-damaged
guest-damaged: $(B)/machine/fault/load.args
	@tests/guest/damaged.sh $<

# Twelve attackers on the root bus, one behind a port.
dma_edus := -nic none $(foreach n,1 2 3 4 5 6 7 8 9 a b c,-device edu,addr=0x$(n),dma_mask=0xffffffff) \
            -device pcie-root-port,id=port0,addr=0x10,chassis=1,hotplug=off -device edu,bus=port0,dma_mask=0xffffffff
$(eval $(call guest_image,dma_watch,0x52000000,dma_watch))
$(eval $(call rtos_image,dma_bad,0x52200000,$(addprefix $(B)/rtos/tests/guest/,dma_bad.o dma_edu.o test.o fp.o)))
$(eval $(call guest_machine,dma,dma_watch dma_bad,$$(dma_edus)))

# The same board without an SMMU.
$(eval $(call guest_image,confine_watch,0x52000000,confine_watch))
$(eval $(call guest_image,confine_unsaid,0x52200000,bench/sleeper))
$(eval $(call guest_image,confine_said,0x52400000,bench/sleeper))
$(eval $(call guest_machine,confine,confine_watch confine_unsaid confine_said,-M iommu=none))
guest-confine: export GUEST_SAID = partition unsaid: not started: nothing confines the DMA of pcie

$(eval $(call guest_image,linux_watch,0x52000000,linux_watch))
$(eval $(call guest_machine,linux,linux_watch))
MACHINE_IMAGES_linux += $(KERNEL_IMAGE) $(LINUX_INITRD)
# The hypervisor's hot paths alone, in seconds: for those who change them. `make bench` measures in the handset.
$(eval $(call rtos_image,bench_urgent,0x52000000,$(addprefix $(B)/rtos/tests/,guest/bench/urgent.o bench/stamp.o) $(guest_common)))
$(eval $(call rtos_image,bench_ringer,0x52200000,$(addprefix $(B)/rtos/tests/,guest/bench/ringer.o bench/stamp.o) $(guest_common)))
# Entered at their first instruction, without a run-time.
bench_bare := bench_noter bench_patient
$(bench_bare:%=$(B)/rtos/%.bin): $(B)/rtos/bench_%.bin: $(B)/rtos/tests/guest/bench/%.o
	$(CROSS)objcopy -O binary -j .text.start $< $@
$(eval $(call guest_image,bench_spinner,0x53000000,bench/spinner))
MACHINE_DTS_bench-hv    := tests/guest/bench/hv.dts
MACHINE_IMAGES_bench-hv  = $(HV_ELF) $(B)/rtos/bench_urgent.bin $(B)/rtos/bench_ringer.bin $(bench_bare:%=$(B)/rtos/%.bin)
.PHONY: bench-hv
bench-hv: $(B)/machine/bench-hv/load.args $$(PLTRACE)
	@GUEST_CPU=cortex-a53,cntfrq=1000000000 tests/guest/run.sh $<

$(eval $(call guest_image,smp_watch,0x52000000,smp_watch))
$(eval $(call guest_image,smp_far,0x52200000,smp_far))
$(eval $(call guest_machine,smp,smp_watch smp_far))
MACHINE_IMAGES_smp += $(KERNEL_IMAGE) $(LINUX_INITRD)
# Deadlines over three that spin: 500 periods of 10 ms, 10,000 with LONG=1.
$(eval $(call guest_image,bench_share,0x52000000,bench/share))
MACHINE_DTS_bench-share    := tests/guest/bench/share.dts
MACHINE_IMAGES_bench-share  = $(HV_ELF) $(B)/rtos/bench_share.bin $(B)/rtos/bench_spinner.bin
bench_periods := $(B)/gen/bench/bench_periods.h
.PHONY: bench-share bench-periods
$(bench_periods): bench-periods
	@mkdir -p $(@D)
	@echo '#define BENCH_PERIODS $(if $(LONG),10000u,500u)' >$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
$(B)/rtos/tests/guest/bench/share.o: $(bench_periods)
$(B)/rtos/tests/guest/bench/share.o: RTOS_CFLAGS += -I$(B)/gen/bench
bench-share: $(B)/machine/bench-share/load.args $$(PLTRACE)
	@GUEST_GUARD=$(if $(LONG),3000,300) tests/guest/run.sh $<
# What a switch is made of.
$(eval $(call guest_image,bench_sleeper,0x52000000,bench/sleeper))
MACHINE_DTS_bench-paths    := tests/guest/bench/paths.dts
MACHINE_IMAGES_bench-paths  = $(HV_ELF) $(B)/rtos/bench_sleeper.bin $(B)/rtos/bench_spinner.bin
.PHONY: bench-paths
bench-paths: $(B)/machine/bench-paths/load.args
	@tests/guest/bench/paths.sh $< $(HV_ELF)
