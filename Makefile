# Partyline: one non-recursive make. `make help` lists the commands.
# Each directory describes itself in a build.mk; mk/ holds what they share.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

include mk/vars.mk
include mk/setup.mk
-include $(wildcard */build.mk */*/build.mk */*/*/build.mk)
include mk/commands.mk

-include $(shell test -d $(B) && find $(B) -type f -name '*.d' -not -path '$(B)/debian/*' 2>/dev/null)
