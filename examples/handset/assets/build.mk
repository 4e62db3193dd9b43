# The call screens' fonts: C tables in $(FONTS_C), from Debian's fonts-roboto-unhinted.
FONTS_C    := $(B)/gen/examples/handset/assets/fonts.c
fonts_dir  := /usr/share/fonts/truetype/roboto/unhinted/RobotoTTF
fonts_spec := \
	font_small:$(fonts_dir)/Roboto-Regular.ttf:16:latin \
	font_body:$(fonts_dir)/Roboto-Regular.ttf:20:latin \
	font_button:$(fonts_dir)/Roboto-Medium.ttf:19:latin \
	font_name:$(fonts_dir)/Roboto-Medium.ttf:30:latin \
	font_title:$(fonts_dir)/Roboto-Regular.ttf:42:latin \
	font_initials:$(fonts_dir)/Roboto-Light.ttf:62:capitals \
	font_timer:$(fonts_dir)/Roboto-Light.ttf:34:digits

# Second expansion: tools/mkfont/build.mk may be read later.
.SECONDEXPANSION:
$(FONTS_C): $$(MKFONT) examples/handset/assets/build.mk
	@mkdir -p $(@D)
	$(MKFONT) $(fonts_spec) >$@

# The same tables for the partition and for host programs.
FONTS_O_rtos := $(B)/rtos/examples/handset/assets/fonts.o
FONTS_O_host := $(B)/host/examples/handset/assets/fonts.o
$(FONTS_O_rtos): $(FONTS_C)
	@mkdir -p $(@D)
	$(CC_rtos) $(RTOS_CFLAGS) -c $< -o $@
$(FONTS_O_host): $(FONTS_C)
	@mkdir -p $(@D)
	$(HOSTCC) $(HOST_CFLAGS) -c $< -o $@
