# Sound: mixer, device, engine, voice path; what they share is linked into each.
audio_tests := $(addprefix $(B)/host/tests/unit/audio/,mixer_test sound_test)
UNIT_TESTS += $(audio_tests)

$(audio_tests): %: %.o $(B)/host/tests/unit/audio/rig.o $(VDEV_SRC:%.c=$(B)/host/%.o) $(VDEV_AUDIO_SRC:%.c=$(B)/host/%.o)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -lm -o $@
