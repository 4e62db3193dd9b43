# partylined, for the I/O domain. PHONE_SRC is what runs anywhere: tests link it with a loopback
# transport and the headless display.
PHONE_SRC := backends/partylined/phone.c backends/partylined/callpage.c backends/partylined/hvmmio.c

partylined_src = $(addprefix backends/partylined/,main.c devices.c display.c keys.c rules.c hv.c sound.c quietlog.c control.c) $(PHONE_SRC) \
                  backends/drm/output.c backends/drm/setup.c backends/null/output.c backends/null/png.c \
                  backends/pixman/render.c $(POLICY_SRC) $(EVDEV_SRC) $(NETWORK_SRC) \
                  $(VDEV_SRC) $(VDEV_FB_SRC) $(VDEV_INPUT_SRC) $(VNET_SRC) \
                  $(ALSA_SRC) $(AUDIO_THREAD_SRC) $(SPEEX_SRC) $(WAV_SRC) $(SOUND_CONF_SRC) $(VDEV_AUDIO_SRC)
PARTYLINED := $(B)/linux/backends/partylined/partylined

# Expanded a second time: the other areas' lists may be read after this one.
.SECONDEXPANSION:
$(PARTYLINED): $$(sort $$(patsubst %.c,$(B)/linux/%.o,$$(partylined_src)))
	@$(say) LD $@
	$(CC_linux) $(LINUX_LDFLAGS) $^ -ldrm -lpixman-1 -lpng -linih -levdev -lasound -lspeexdsp -lm -lpthread -o $@

IO_PROGRAMS += backends/alsa/alsa.conf=/usr/share/alsa/alsa.conf \
               $(PARTYLINED)=/usr/sbin/partylined examples/handset/policy.conf=/etc/partyline/policy.conf \
               examples/handset/network.conf=/etc/partyline/network.conf
