# The handset to use, on QEMU: `make run`, and `make modem` in a second terminal.
PLQEMU    := tools/run/plqemu
MODEM_SIM ?= $(B)/host/examples/handset/modem/modem-sim

# Second expansion: the modem's build.mk may be read later.
.SECONDEXPANSION:
.PHONY: run modem
run: $(B)/machine/handset-run/load.args $$(MODEM_SIM)
	@tools/run/handset.sh $(MODEM_SIM) $(<D) $(OUT)/run
modem:
	@tools/run/modem.sh $(OUT)/run

# What `make run` promises, tried.
GUEST_TESTS += try-run
.PHONY: try-run
try-run: $(B)/machine/handset-run/load.args $$(MODEM_SIM)
	@tools/run/try.sh $(MODEM_SIM) $(<D) $(OUT)/test/run
