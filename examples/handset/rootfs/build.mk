# Root file systems of the two Linux partitions. Uncompressed: under emulation a copy is much
# quicker than gunzip, and nothing of it ever goes over a network.
# Other areas add what they build, as FILE=/path/in/image:
#   IO_PROGRAMS += $(B)/linux/…/partylined=/usr/sbin/partylined
#   LINUX_PROGRAMS += $(B)/linux/…/handset-app=/usr/bin/handset-app
# No console on the framebuffer: each screen has one program that owns it from the start.
IO_MODULES    += drm_kms_helper:fbdev_emulation=0 virtio_gpu virtio_input evdev
# Periods of 5 ms, as the card has them: not rounded to the 128 bytes that some other chips want.
IO_MODULES    += +snd_hda_codec_generic +snd_hda_intel:align_buffer_size=0
LINUX_MODULES += virtio_mmio virtio_net drm_kms_helper:fbdev_emulation=0 virtio_gpu virtio_input evdev
LINUX_MODULES += +virtio_snd +sbsa_gwdt:timeout=60

IO_INITRD    := $(B)/handset/io.cpio
LINUX_INITRD := $(B)/handset/linux.cpio

rootfs_dir  := examples/handset/rootfs
rootfs_deps := $(rootfs_dir)/mkimage.sh $(rootfs_dir)/init.sh build/debian/kernel/.done \
               $(LINUX_SYSROOT)/.done
# $(call rootfs_image,TREE,MODULES,PROGRAMS[,MORE LIBRARIES' ROOT]); with configurations among PROGRAMS the rule
# needs $(CONFCHECK). One that would be refused leaves the image as it was.
define rootfs_image
$(call conf_check,$(3))
$(rootfs_dir)/mkimage.sh $@ $(LINUX_SYSROOT)$(addprefix :,$(4)) $(KERNEL_MODULES) $(rootfs_dir)/$(1) \
	$(2) -- $(rootfs_dir)/init.sh=/lib/init.sh $(3)
endef
rootfs_files = $(foreach p,$(1),$(firstword $(subst =, ,$(p))))

# Expanded a second time, so that every area's build.mk has had its say.
.SECONDEXPANSION:
$(IO_INITRD): $(rootfs_deps) $(rootfs_dir)/io/init $$(filter %.ko,$$(IO_MODULES)) \
              $$(call rootfs_files,$$(IO_PROGRAMS)) | $$(CONFCHECK)
	@mkdir -p $(@D)
	$(call rootfs_image,io,$(IO_MODULES),$(IO_PROGRAMS))
$(LINUX_INITRD): $(rootfs_deps) $(rootfs_dir)/linux/init $$(filter %.ko,$$(LINUX_MODULES)) \
                 $$(call rootfs_files,$$(LINUX_PROGRAMS))
	@mkdir -p $(@D)
	$(call rootfs_image,linux,$(LINUX_MODULES),$(LINUX_PROGRAMS))

.PHONY: images
images: $(IO_INITRD) $(LINUX_INITRD) $(KERNEL_IMAGE)
