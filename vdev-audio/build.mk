# Virtual sound cards and the mixer behind them. Freestanding: linked as objects of the kind that is built,
# as $(VDEV_SRC), which it needs.
VDEV_AUDIO_SRC := $(addprefix vdev-audio/,sound.c control.c message.c format.c gain.c mixer.c jitter.c \
                  voice.c audio.c engine.c report.c card.c sizes.c)
CHECK_DIRS += vdev-audio
# Loops over samples gain from the vectorizer that -O3 brings.
CFLAGS_vdev-audio/mixer  := -O3
CFLAGS_vdev-audio/format := -O3
CFLAGS_vdev-audio/engine := -O3
CFLAGS_vdev-audio/gain   := -O3
