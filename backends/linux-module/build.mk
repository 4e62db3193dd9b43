# partyline.ko, for Debian's kernel of build/debian. Built in a copy of the sources: Kbuild of this
# kernel leaves its results beside them. Without BTF, which would need pahole and serves no one here.
MODULE_KO := $(B)/linux-module/partyline.ko

module_src    := backends/linux-module
module_kernel := $(abspath $(KERNEL_HEADERS))/usr/src
module_deps   := $(addprefix $(module_src)/,Kbuild main.c tree.c wakeup.c partyline.h shim/stdint.h) \
                 include/abi/ioctl.h include/abi/hypercall.h

$(MODULE_KO): $(module_deps) | build/debian/headers/.done
	@mkdir -p $(@D)
	mkdir -p $(@D)/shim && cp $(module_src)/shim/*.h $(@D)/shim/ && cp $(module_src)/Kbuild $(module_src)/*.[ch] $(@D)/
	@v=$$(cat build/debian/kernel/version) && \
	$(MAKE) -s -C $(module_kernel)/linux-headers-$${v%-arm64}-common \
		O=$(module_kernel)/linux-headers-$$v M=$(abspath $(@D)) ABI=$(CURDIR)/include \
		ARCH=arm64 CROSS_COMPILE=$(CROSS) CC=$(CROSS)gcc CONFIG_DEBUG_INFO_BTF_MODULES= modules

# In io's image; `+=` works whichever of the two files is read first.
IO_MODULES += $(MODULE_KO)
