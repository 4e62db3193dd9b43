# Sound: mixer, device, engine, voice path; what they share is linked into each.
audio_tests       := $(addprefix $(B)/host/tests/unit/audio/,mixer_test sound_test)
audio_world_tests := $(addprefix $(B)/host/tests/unit/audio/,audio_test voice_test)
UNIT_TESTS += $(audio_tests) $(audio_world_tests)

# The engine with all that stands around it, for tests and figures; needs -lspeexdsp -lm.
AUDIO_WORLD_SRC := tests/unit/audio/world.c tests/unit/audio/rig.c tools/audioplot/analyse.c tools/audioplot/fft.c \
                   $(SPEEX_SRC) $(VDEV_SRC) $(VDEV_AUDIO_SRC)

$(audio_tests): %: %.o $(B)/host/tests/unit/audio/rig.o $(VDEV_SRC:%.c=$(B)/host/%.o) $(VDEV_AUDIO_SRC:%.c=$(B)/host/%.o)
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -lm -o $@
$(audio_world_tests): %: %.o $(AUDIO_WORLD_SRC:%.c=$(B)/host/%.o)
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -lspeexdsp -lm -o $@

# The RTOS's driver against the device.
audio_driver_test := $(B)/host/tests/unit/audio/driver_test
UNIT_TESTS += $(audio_driver_test)
$(audio_driver_test): $(addprefix $(B)/host/,tests/unit/audio/driver_test.o tests/unit/audio/rig.o frontends/rtos/sound.o \
                      frontends/rtos/virtio_mmio.o frontends/rtos/format.o tests/unit/rtos/log_host.o) \
                      $(VDEV_SRC:%.c=$(B)/host/%.o) $(VDEV_AUDIO_SRC:%.c=$(B)/host/%.o)
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -lm -o $@

# Cards: alsa-lib's null device, files.
audio_card_test := $(B)/host/tests/unit/audio/card_test
UNIT_TESTS += $(audio_card_test)
$(audio_card_test): $(B)/host/tests/unit/audio/card_test.o $(patsubst %.c,$(B)/host/%.o,$(ALSA_SRC) $(AUDIO_THREAD_SRC) \
                    $(WAV_SRC) $(VDEV_SRC) $(VDEV_AUDIO_SRC))
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -lasound -lpthread -ldl -o $@
