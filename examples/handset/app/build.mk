# Linux's demo application: DRM and evdev, on an unmodified Debian.
APP_BINARY  := $(B)/linux/examples/handset/app/handset-app
APP_OBJECTS := $(addprefix $(B)/linux/examples/handset/app/, \
               handset-app.o kms.o keys.o picture.o paint.o text.o fonts.o)

LINUX_PROGRAMS += $(APP_BINARY)=/usr/bin/handset-app

$(APP_BINARY): $(APP_OBJECTS)
	@$(say) LD $@
	$(CC_linux) $(LINUX_LDFLAGS) $^ -ldrm -levdev -lm -o $@

# The phone's state over TCP, for Linux's own applications.
PHONE_STATE := $(B)/linux/examples/handset/app/phone-state
LINUX_PROGRAMS += $(PHONE_STATE)=/usr/bin/phone-state
$(PHONE_STATE): $(PHONE_STATE).o
	@$(say) LD $@
	$(CC_linux) $(LINUX_LDFLAGS) $^ -lcjson -o $@

app_fonts_dir := /usr/share/fonts/truetype/roboto/unhinted/RobotoTTF
app_fonts_c   := $(B)/gen/examples/handset/app/fonts.c
.SECONDEXPANSION:
$(app_fonts_c): $$(MKFONT) examples/handset/app/build.mk
	@mkdir -p $(@D)
	$(MKFONT) font_small:$(app_fonts_dir)/Roboto-Regular.ttf:18:latin \
		font_title:$(app_fonts_dir)/Roboto-Medium.ttf:28:latin \
		font_clock:$(app_fonts_dir)/Roboto-Light.ttf:110:digits >$@
$(B)/linux/examples/handset/app/fonts.o: $(app_fonts_c) | $(LINUX_SYSROOT)/.done
	@mkdir -p $(@D)
	$(CC_linux) $(LINUX_CFLAGS) -c $< -o $@
