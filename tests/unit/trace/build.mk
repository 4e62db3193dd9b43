JSON_TEST  := $(B)/host/tests/unit/trace/json_test
UNIT_TESTS += $(JSON_TEST)
$(JSON_TEST): $(B)/host/tests/unit/trace/json_test.o $(B)/host/tools/pltrace/json.o $(B)/host/tools/pltrace/reader.o
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -lcjson -o $@
