include examples/handset/machine.mk
