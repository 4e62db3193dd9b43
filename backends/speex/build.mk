# Rate conversion, echo cancellation and noise suppression for vdev-audio: with -lspeexdsp -lm.
SPEEX_SRC := backends/speex/speex.c backends/speex/polyphase.c
CFLAGS_backends/speex/polyphase := -O3
