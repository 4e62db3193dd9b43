fb_test_src := $(addprefix tests/unit/fb/,main.c rig.c protocol.c attack.c resume.c edid.c backing.c compose.c screen.c) \
               backends/pixman/render.c backends/null/output.c backends/null/png.c $(VDEV_FB_SRC) $(VDEV_SRC)
fb_test     := $(B)/host/tests/unit/fb/fb_test
UNIT_TESTS  += $(fb_test)

$(fb_test): $(fb_test_src:%.c=$(B)/host/%.o)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -lpixman-1 -lpng -o $@
