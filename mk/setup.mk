# The build machine and what comes from Debian's arm64 archive, in build/debian (shared by
# every variant of the build, so not under $(B)).
#   make setup   the packages of mk/packages.txt, the kernel and the sysroot
KERNEL_IMAGE   := build/debian/kernel/Image
KERNEL_MODULES := build/debian/kernel/modules
KERNEL_HEADERS := build/debian/headers

# What the arm64 programs link against, and busybox for the images.
SYSROOT_PACKAGES := libc6-dev libdrm-dev libevdev-dev libpixman-1-dev libinih-dev libpng-dev \
                    libcjson-dev libfdt-dev libasound2-dev libspeexdsp-dev busybox-static

# Headers that live in a directory of their own; "=" stands for the sysroot.
LINUX_CFLAGS += -isystem =/usr/include/libdrm -isystem =/usr/include/libevdev-1.0 \
                -isystem =/usr/include/pixman-1 -isystem =/usr/include/cjson
# Nothing of the cross compiler's own C library: what runs on Debian links with Debian's.
LINUX_LDFLAGS += -B$(LINUX_SYSROOT)/usr/lib/aarch64-linux-gnu/ \
                 -Wl,-rpath-link,$(LINUX_SYSROOT)/usr/lib/aarch64-linux-gnu

# Every command but these first sees to the machine: make re-reads itself after an included
# file was remade, so that the compilers are there before anything else is decided.
ifneq ($(filter-out help clean setup,$(MAKECMDGOALS)),)
include build/.setup.mk
endif

.PHONY: setup
setup: build/.setup.mk $(KERNEL_IMAGE) $(LINUX_SYSROOT)/.done

build/.setup.mk: mk/packages.txt tools/setup/packages.sh tools/setup/sources.sh
	@mkdir -p build
	@flock build/.setup.lock tools/setup/packages.sh mk/packages.txt
	@echo '# made by mk/setup.mk: the packages of mk/packages.txt are installed' >$@

# One script makes Image, modules and headers of one version. They never go stale by
# themselves: `make clean-debian` fetches the archive's present state.
build/debian/kernel/.done: tools/setup/kernel.sh | build/.setup.mk tools/setup/apt.sh
	@flock build/.setup.lock tools/setup/kernel.sh
build/debian/headers/.done: build/debian/kernel/.done
	@test -e $@
$(KERNEL_IMAGE): build/debian/kernel/.done
	@test -e $@

# A root is made again when its list of packages changes: its .done holds the list.
# $(call other_packages,ROOT,PACKAGES) is a prerequisite that is never up to date if the lists differ.
.PHONY: other-packages
other_packages = $(if $(subst =$(strip $2),,=$(strip $(file <$1/.done))),other-packages)

$(LINUX_SYSROOT)/.done: tools/setup/sysroot.sh $(call other_packages,$(LINUX_SYSROOT),$(SYSROOT_PACKAGES)) \
                        | build/.setup.mk tools/setup/apt.sh
	@flock build/.setup.lock tools/setup/sysroot.sh $(SYSROOT_PACKAGES)

.PHONY: clean-debian
clean-debian:
	rm -rf build/debian
