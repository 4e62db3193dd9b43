# The call partition's firmware, its screens, and a preview of them on the build machine.
call_dir  := examples/handset/call
CALL_UI   := ui ui_call ui_card ui_dialler canvas icons font
# No errno from sqrtf: it is one instruction then.
$(B)/rtos/$(call_dir)/%.o: RTOS_CFLAGS += -fno-math-errno
$(B)/host/$(call_dir)/%.o: HOST_CFLAGS += -fno-math-errno

CALL_UI_HOST := $(CALL_UI:%=$(B)/host/$(call_dir)/%.o) $(B)/host/frontends/rtos/format.o $(FONTS_O_host)

UI_PREVIEW := $(B)/host/$(call_dir)/ui-preview
TOOLS += $(UI_PREVIEW)
$(UI_PREVIEW): $(B)/host/$(call_dir)/preview.o $(CALL_UI_HOST)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) -o $@ $^ -lpng

CALL_PHONE := phone phone_calls phone_keys roster call at
CALL_GUEST := modem_share guest
CALL_NET   := network status status_text
CALL_SOUND := sound ringtone sound_line
CALL_BIN   := $(B)/rtos/examples/handset/call.bin
$(eval $(call rtos_image,examples/handset/call,0x50000000,\
	$(patsubst %,$(B)/rtos/$(call_dir)/%.o,$(CALL_UI) $(CALL_PHONE) $(CALL_GUEST) $(CALL_NET) $(CALL_SOUND) publish show screen main) \
	$(patsubst %.c,$(B)/rtos/%.o,$(VDEV_MODEM_SRC) vdev/log.c) $(FONTS_O_rtos) $(RTOS_VIRTIO) \
	$(B)/rtos/frontends/rtos/net.o $$(RTOS_TCPIP)))
$(eval $(call uses_lwip,$(B)/rtos/$(call_dir)/status.o))
# guest.c has modem.conf in it: one that the call partition would refuse goes no further than here.
modem_conf_good := $(B)/handset/modem.conf.good
.SECONDEXPANSION:
$(modem_conf_good): examples/handset/modem.conf examples/handset/policy.conf $$(CONFCHECK)
	@mkdir -p $(@D)
	$(CONFCHECK) -m examples/handset/modem.conf -p examples/handset/policy.conf >$@
$(B)/rtos/$(call_dir)/guest.o: examples/handset/modem.conf | $(modem_conf_good)

# docs/ui.md's command, tried: each screen comes out as a picture.
GUEST_TESTS += try-ui-preview
.PHONY: try-ui-preview
try-ui-preview: $(UI_PREVIEW)
	@mkdir -p $(OUT)/ui && rm -f $(OUT)/ui/*.png
	@$(UI_PREVIEW) $(OUT)/ui >/dev/null && [ `find $(OUT)/ui -name '*.png' -size +1k | wc -l` -ge 9 ] && \
		echo 'pass ui-preview' || echo 'fail ui-preview: fewer than 9 pictures in $(OUT)/ui'
