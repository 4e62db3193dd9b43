# The real card and the audio thread: $(ALSA_SRC) with -lasound, $(AUDIO_THREAD_SRC) with any card.
ALSA_SRC         := backends/alsa/alsa.c backends/alsa/open.c backends/alsa/keeper.c
AUDIO_THREAD_SRC := backends/alsa/thread.c
