# Recordings for the demo, and the players for them: music in Linux, a talker at the microphone.
MKSOUND := $(B)/host/examples/handset/sounds/mksound
TOOLS   += $(MKSOUND)
$(MKSOUND): $(B)/host/examples/handset/sounds/mksound.o $(B)/host/backends/wav/wav.o $(B)/host/vdev/log.o
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lm -o $@

MUSIC_WAV  := $(B)/handset/music.wav
TALKER_WAV := $(B)/handset/talker.wav
$(MUSIC_WAV): $(MKSOUND)
	@mkdir -p $(@D)
	$(MKSOUND) music $@ 40
$(TALKER_WAV): $(MKSOUND)
	@mkdir -p $(@D)
	$(MKSOUND) talker $@ 60
sound_utils ?= build/debian/alsa-utils
