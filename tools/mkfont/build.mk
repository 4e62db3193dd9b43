# mkfont: fonts into C tables, at build time.
MKFONT := $(B)/host/tools/mkfont/mkfont
TOOLS  += $(MKFONT)
CFLAGS_tools/mkfont/mkfont = $(shell pkg-config --cflags freetype2)
$(MKFONT): $(B)/host/tools/mkfont/mkfont.o $(B)/host/tools/mkfont/gpos.o
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) -o $@ $^ $(shell pkg-config --libs freetype2)
