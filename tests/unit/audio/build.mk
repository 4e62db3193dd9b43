# Sound: mixer, device, engine, voice path; what they share is linked into each.
audio_tests       := $(addprefix $(B)/host/tests/unit/audio/,mixer_test sound_test attack_test)
audio_world_tests := $(addprefix $(B)/host/tests/unit/audio/,audio_test voice_test)
UNIT_TESTS += $(audio_tests) $(audio_world_tests)

# The engine with all that stands around it, for tests and figures; needs -lspeexdsp -lm.
AUDIO_WORLD_SRC := tests/unit/audio/world.c tests/unit/audio/echo.c tests/unit/audio/rig.c tools/audioplot/analyse.c tools/audioplot/fft.c \
                   $(SPEEX_SRC) $(VDEV_SRC) $(VDEV_AUDIO_SRC)

audio_world_objects := $(AUDIO_WORLD_SRC:%.c=$(B)/host/%.o)

$(audio_tests): %: %.o $(B)/host/tests/unit/audio/rig.o $(VDEV_SRC:%.c=$(B)/host/%.o) $(VDEV_AUDIO_SRC:%.c=$(B)/host/%.o)
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -lm -o $@
$(audio_world_tests): %: %.o $(audio_world_objects)
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -lspeexdsp -lm -o $@

# The RTOS's driver against the device.
audio_driver_test := $(B)/host/tests/unit/audio/driver_test
UNIT_TESTS += $(audio_driver_test)
$(audio_driver_test): $(addprefix $(B)/host/,tests/unit/audio/driver_test.o tests/unit/audio/rig.o frontends/rtos/sound.o \
                      frontends/rtos/virtio_mmio.o frontends/rtos/format.o tests/unit/rtos/log_host.o) \
                      $(VDEV_SRC:%.c=$(B)/host/%.o) $(VDEV_AUDIO_SRC:%.c=$(B)/host/%.o)
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -lm -o $@

# Cards: alsa-lib's null device; files, and the thread.
audio_card_tests := $(addprefix $(B)/host/tests/unit/audio/,card_test thread_test)
UNIT_TESTS += $(audio_card_tests)
$(audio_card_tests): %: %.o $(patsubst %.c,$(B)/host/%.o,$(ALSA_SRC) $(AUDIO_THREAD_SRC) \
                    $(WAV_SRC) $(VDEV_SRC) $(VDEV_AUDIO_SRC))
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -lasound -lpthread -ldl -o $@

# The device and the engine against garbage; the other fuzzers' rules are in tests/fuzz/build.mk.
sound_fuzz := $(B)/host/tests/fuzz/sound_fuzz
UNIT_TESTS += $(sound_fuzz)
$(sound_fuzz): $(addprefix $(B)/host/tests/fuzz/,sound_fuzz.o sound_request.o fuzz.o) $(VDEV_SRC:%.c=$(B)/host/%.o) $(VDEV_AUDIO_SRC:%.c=$(B)/host/%.o)
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -o $@
# The same through the hypervisor's register file, beside an honest partition.
sound_hv_fuzz := $(B)/host/tests/fuzz/sound_hv_fuzz
UNIT_TESTS += $(sound_hv_fuzz)
$(sound_hv_fuzz): $(addprefix $(B)/host/,tests/fuzz/sound_hv_fuzz.o tests/fuzz/sound_request.o tests/fuzz/fuzz.o tests/unit/audio/rig.o \
                  tests/pair/transport/fake_hv.o backends/partylined/hvmmio.o) $(VDEV_SRC:%.c=$(B)/host/%.o) $(VDEV_AUDIO_SRC:%.c=$(B)/host/%.o)
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -lm -o $@

# What the tests hear with.
.SECONDEXPANSION:
analyse_test := $(B)/host/tests/unit/audio/analyse_test
UNIT_TESTS += $(analyse_test)
$(analyse_test): $(addprefix $(B)/host/,tests/unit/audio/analyse_test.o) $$(PLOT_OBJECTS)
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -lpng -lm -o $@

# [audio] and [routes] of policy.conf.
audio_policy_test := $(B)/host/tests/unit/audio/policy_test
UNIT_TESTS += $(audio_policy_test)
$(audio_policy_test): $(B)/host/tests/unit/audio/policy_test.o $(VDEV_SRC:%.c=$(B)/host/%.o) $(POLICY_SRC:%.c=$(B)/host/%.o)
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -linih -o $@

# Rate conversion alone.
audio_resample_test := $(B)/host/tests/unit/audio/resample_test
UNIT_TESTS += $(audio_resample_test)
$(audio_resample_test): $(B)/host/tests/unit/audio/resample_test.o $(patsubst %.c,$(B)/host/%.o,$(SPEEX_SRC) \
                        tools/audioplot/analyse.c tools/audioplot/fft.c vdev/log.c)
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -lspeexdsp -lm -o $@

# The call firmware's sound with the modem simulator's voice, through all that lies between them and the card.
audio_call_test := $(B)/host/tests/unit/audio/call_sound_test
UNIT_TESTS += $(audio_call_test)
$(audio_call_test): $(addprefix $(B)/host/,tests/unit/audio/call_sound_test.o tests/unit/audio/slow_line.o examples/handset/call/sound.o \
                    examples/handset/call/ringtone.o examples/handset/modem/voice.o frontends/rtos/sound.o \
                    frontends/rtos/virtio_mmio.o frontends/rtos/format.o tests/unit/rtos/log_host.o) $(audio_world_objects)
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -lspeexdsp -lm -o $@

# sound.conf.
audio_conf_test := $(B)/host/tests/unit/audio/conf_test
UNIT_TESTS += $(audio_conf_test)
$(audio_conf_test): $(patsubst %.c,$(B)/host/%.o,tests/unit/audio/conf_test.c backends/sound/conf.c backends/ini/ini_file.c) \
                    $(VDEV_SRC:%.c=$(B)/host/%.o)
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -linih -o $@
