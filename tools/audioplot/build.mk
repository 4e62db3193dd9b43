# Looking at sound: analysis for tests (ANALYSE_SRC, with -lm), and a plot of recordings (PLOT_OBJECTS, with -lpng).
ANALYSE_SRC  := tools/audioplot/analyse.c tools/audioplot/fft.c
PLOT_SRC     := $(addprefix tools/audioplot/,plot.c picture.c sound_file.c) $(ANALYSE_SRC) backends/wav/wav.c vdev/log.c
PLOT_OBJECTS := $(PLOT_SRC:%.c=$(B)/host/%.o) $(B)/host/tools/audioplot/fonts.o
AUDIOPLOT    := $(B)/host/audioplot
TOOLS        += $(AUDIOPLOT)

$(AUDIOPLOT): $(B)/host/tools/audioplot/audioplot.o $(PLOT_OBJECTS)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lpng -lm -o $@

plot_fonts_dir := /usr/share/fonts/truetype/roboto/unhinted/RobotoTTF
plot_fonts_c   := $(B)/gen/tools/audioplot/fonts.c
.SECONDEXPANSION:
$(plot_fonts_c): $$(MKFONT) tools/audioplot/build.mk
	@mkdir -p $(@D)
	$(MKFONT) font_plot_small:$(plot_fonts_dir)/Roboto-Regular.ttf:15:latin \
		font_plot_name:$(plot_fonts_dir)/Roboto-Medium.ttf:18:latin \
		font_plot_heading:$(plot_fonts_dir)/Roboto-Medium.ttf:24:latin >$@
$(B)/host/tools/audioplot/fonts.o: $(plot_fonts_c)
	@mkdir -p $(@D)
	$(HOSTCC) $(HOST_CFLAGS) -c $< -o $@
