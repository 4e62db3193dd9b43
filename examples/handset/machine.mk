# Machines: $(B)/machine/NAME/load.args (and hv.blob, trees, map beside it) from a .dts.
# An area that has a machine of its own says so in its build.mk:
#   MACHINE_DTS_foo    := tests/guest/foo.dts
#   MACHINE_IMAGES_foo := $(B)/rtos/foo.bin …        what the .dts names, found by its last part
# and depends on $(B)/machine/foo/load.args.
HV_ELF      ?= $(B)/hv/hv.elf
CALL_BIN    ?= $(B)/rtos/examples/handset/call.bin
MODEM_BIN   ?= $(B)/rtos/examples/handset/modem.bin
CALL_IMAGE   = $(CALL_BIN)
MODEM_IMAGE  = $(MODEM_BIN)

handset_images = $(HV_ELF) $(CALL_IMAGE) $(KERNEL_IMAGE) $(IO_INITRD) $(LINUX_INITRD)

MACHINE_DTS_handset        := examples/handset/machine.dts
MACHINE_IMAGES_handset      = $(handset_images) $(MODEM_IMAGE)
MACHINE_DTS_handset-smp    := examples/handset/machine-smp.dts
MACHINE_IMAGES_handset-smp  = $(handset_images) $(MODEM_IMAGE)
MACHINE_DTS_handset-run    := examples/handset/machine-run.dts
MACHINE_IMAGES_handset-run  = $(handset_images)

.PRECIOUS: $(B)/machine/%/machine.dtb $(B)/machine/%/load.args
.SECONDEXPANSION:
$(B)/machine/%/machine.dtb: $$(MACHINE_DTS_$$*)
	$(if $<,,$(error no build.mk has MACHINE_DTS_$*))
	@mkdir -p $(@D)
	dtc -q -I dts -O dtb -i examples/handset -d $@.d -o $@ $<

$(B)/machine/%/load.args: $(B)/machine/%/machine.dtb $$(PLCONF) $$(MACHINE_IMAGES_$$*)
	$(PLCONF) -n $(MACHINE_DTS_$*) -o $(@D) $(addprefix -I ,$(sort $(dir $(MACHINE_IMAGES_$*)))) $<
