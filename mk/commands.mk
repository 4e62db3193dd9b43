# The commands. Everything else is somebody's build.mk.
OUT := out

.PHONY: help
help:
	@echo 'make demo     builds everything, boots the reference handset on QEMU without a window,'
	@echo '              plays a call and checks every promise; leaves out/demo/'
	@echo 'make run      the same handset, to use: a window (or VNC), a modem prompt, the consoles'
	@echo 'make test     every test; closes with "N passed, N failed"'
	@echo 'make bench    every figure as name<TAB>value<TAB>unit, also in out/bench.tsv'
	@echo 'make check    layout, include direction, self-contained headers, static analysis'
	@echo 'make model    checks the models of the protocols (docs/models.md); part of make test'
	@echo 'make format   applies the layout that make check wants'
	@echo 'make setup    only installs and fetches what the others need'
	@echo 'make clean    removes what was built, but not what was fetched (clean-debian does)'

# One at a time: a machine in QEMU wants a processor for itself.
.PHONY: test
test: $(UNIT_TESTS)
	@tests/run.sh $(B)/test-logs $(UNIT_TESTS) -- $(GUEST_TESTS)

.PHONY: check
check:
	@tools/check/check.sh '$(HV_CFLAGS)' '$(RTOS_CFLAGS)' '$(LINUX_CFLAGS)' '$(HOST_CFLAGS)'

.PHONY: format
format:
	@git ls-files '*.c' '*.h' | xargs clang-format-19 -i

.PHONY: clean
clean:
	rm -rf $(OUT)
	find build -mindepth 1 -maxdepth 1 ! -name debian -exec rm -rf {} +

# A machine whose file or image cannot be made is told which: the pattern rule alone would say "No rule" of all.
$(foreach m,$(patsubst MACHINE_DTS_%,%,$(filter MACHINE_DTS_%,$(.VARIABLES))),\
	$(eval $(B)/machine/$m/machine.dtb: $(MACHINE_DTS_$m))$(eval $(B)/machine/$m/load.args: $(MACHINE_IMAGES_$m)))
