# Looking at sound: analysis for tests (ANALYSE_SRC, with -lm), and a plot of a recording.
ANALYSE_SRC := tools/audioplot/analyse.c tools/audioplot/fft.c
AUDIOPLOT   := $(B)/host/audioplot
TOOLS       += $(AUDIOPLOT)

audioplot_src := $(addprefix tools/audioplot/,audioplot.c plot.c picture.c) $(ANALYSE_SRC) backends/wav/wav.c vdev/log.c
$(AUDIOPLOT): $(audioplot_src:%.c=$(B)/host/%.o)
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lpng -lm -o $@
