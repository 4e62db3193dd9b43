# Seeded random harm: 5,000 cases, 100,000 with LONG=1. SEED=n tries others.
SEED ?= 1
inject_cases := $(if $(LONG),100000,5000)
inject_dir   := $(B)/rtos/tests/guest/inject
inject_seed  := $(B)/gen/inject/inject_seed.h
inject_image  = $(call rtos_image,inject_$(1),$(2),$(addprefix $(inject_dir)/,$(3)) $(guest_common))

# Written when it differs, so that another seed builds again.
.PHONY: inject-seed
$(inject_seed): inject-seed
	@mkdir -p $(@D)
	@printf '#define INJECT_SEED %sull\n#define INJECT_CASES %su\n' $(SEED) $(inject_cases) >$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
$(inject_dir)/watch.o: $(inject_seed)
$(inject_dir)/watch.o: RTOS_CFLAGS += -I$(B)/gen/inject

$(eval $(call inject_image,watch,0x52000000,watch.o))
$(eval $(call inject_image,bad,0x52400000,bad.o cases.o recover.o))
$(eval $(call inject_image,bystander,0x52800000,bystander.o))
$(eval $(call inject_image,pace,0x52a00000,pace.o))
$(eval $(call guest_machine,inject,inject_watch inject_bad inject_bystander inject_pace))
guest-inject: export GUEST_LOG_MAX = 1000000
guest-inject: export GUEST_GUARD = $(if $(LONG),3000,300)
