call_tests := $(addprefix $(B)/host/tests/unit/call/,call_test at_test text_test ui_test status_test show_test)
UNIT_TESTS += $(call_tests)

$(call_tests): %: %.o $(B)/host/$(call_dir)/status_text.o $(B)/host/$(call_dir)/show.o $(CALL_PHONE:%=$(B)/host/$(call_dir)/%.o) $(CALL_UI_HOST) $(B)/host/tests/unit/rtos/log_host.o
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -o $@

call_screen_test := $(B)/host/tests/unit/call/screen_test
UNIT_TESTS += $(call_screen_test)
$(call_screen_test): %: %.o $(B)/host/$(call_dir)/screen.o $(CALL_UI_HOST)
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -o $@
