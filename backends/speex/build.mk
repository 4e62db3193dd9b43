# Rate conversion, echo cancellation and noise suppression for vdev-audio: with -lspeexdsp.
SPEEX_SRC := backends/speex/speex.c
