# Debian's gsm0710muxd against our multiplexer, on this machine. The package is unpacked, not installed: its service
# would start.
muxd_dir  := build/debian/muxd
muxd_test := $(B)/host/tests/pair/muxd/muxd_test

$(muxd_dir)/.done: tests/pair/muxd/bus.conf | build/.setup.mk
	@rm -rf $(muxd_dir) && mkdir -p $(muxd_dir)/lib
	@cd $(muxd_dir) && apt-get -qq download gsm0710muxd libdbus-glib-1-2 2>download.log || { cat download.log; exit 1; }
	@cd $(muxd_dir) && for package in *.deb; do dpkg -x "$$package" .; done
	@cp -a $(muxd_dir)/usr/lib/*/libdbus-glib* $(muxd_dir)/lib/ && cp tests/pair/muxd/bus.conf $(muxd_dir)/
	@touch $@

$(muxd_test): %: %.o $(VDEV_MUX_SRC:%.c=$(B)/host/%.o) $(B)/host/vdev/log.o
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -o $@

GUEST_TESTS += pair-muxd
.PHONY: pair-muxd
# Debian 13 has no such package any more.
pair-muxd: $(muxd_test) | build/.setup.mk
	@if apt-cache show gsm0710muxd >/dev/null 2>&1; then \
		$(MAKE) --no-print-directory $(muxd_dir)/.done && timeout "$${GUEST_GUARD:-300}" $(muxd_test) $(muxd_dir); \
	else echo "skip gsm0710muxd is not in this Debian"; fi
