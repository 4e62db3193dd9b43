# Partyline: one non-recursive make. `make help` lists the commands.
# Each directory describes itself in a build.mk; mk/ holds what they share.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

include mk/vars.mk
include mk/setup.mk
# First the one that defines rtos_image, which any other may call.
include frontends/rtos/build.mk
-include $(filter-out frontends/rtos/build.mk,$(wildcard */build.mk */*/build.mk */*/*/build.mk))
include mk/commands.mk

-include $(shell test -d $(B) && find $(B) -type f -name '*.d' -not -path '$(B)/debian/*' 2>/dev/null)
