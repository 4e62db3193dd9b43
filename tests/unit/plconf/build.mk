plconf_dir      := tests/unit/plconf
plconf_built    := $(B)/host/$(plconf_dir)/fixtures
plconf_fixtures := $(patsubst $(plconf_dir)/fixtures/%.dts,$(plconf_built)/%.dtb,\
                     $(wildcard $(plconf_dir)/fixtures/*.dts))
plconf_machines := $(plconf_built)/handset/machine.dtb $(plconf_built)/handset/machine-run.dtb
plconf_tests    := $(addprefix $(B)/host/$(plconf_dir)/,refuse_test hostile_test output_test)
UNIT_TESTS      += $(plconf_tests)

$(foreach t,refuse_test hostile_test output_test,\
  $(eval CFLAGS_$(plconf_dir)/$(t) := -DFIXTURES='"$(plconf_dir)/fixtures"' -DFIXTURES_BUILT='"$(plconf_built)"' -DPLCONF='"$(B)/host/plconf"'))

$(plconf_built)/%.dtb: $(plconf_dir)/fixtures/%.dts $(plconf_dir)/fixtures/base.dtsi
	@mkdir -p $(@D)
	dtc -q -I dts -O dtb -o $@ $<
$(plconf_built)/handset/%.dtb: examples/handset/%.dts $(wildcard examples/handset/*.dtsi)
	@mkdir -p $(@D)
	dtc -q -I dts -O dtb -o $@ $<

# Second expansion: hv/config/build.mk may be read later. The trees are read when the tests run.
.SECONDEXPANSION:
$(plconf_tests): %: %.o $(B)/host/$(plconf_dir)/support.o $$(PLCONF_OBJS) \
                 | $(plconf_fixtures) $(plconf_machines) $(B)/host/plconf
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -lfdt -lz -o $@
