confcheck_test := $(B)/host/tests/unit/confcheck/confcheck_test
UNIT_TESTS     += $(confcheck_test)
CFLAGS_tests/unit/confcheck/confcheck_test := -DCONFCHECK='"$(B)/host/confcheck"'
$(confcheck_test): $(B)/host/tests/unit/confcheck/confcheck_test.o | $(B)/host/confcheck
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -lcunit -o $@

# The same from an image's rule: `make conf-refused`.
conf_bad := tests/unit/confcheck/bad.conf
conf_old := $(B)/confcheck/old.cpio
$(conf_old): $(conf_bad) | $(B)/host/confcheck
	$(call rootfs_image,io,,$(conf_bad)=/etc/partyline/sound.conf)

GUEST_TESTS += conf-refused
.PHONY: conf-refused
conf-refused:
	@mkdir -p $(dir $(conf_old)) && echo old >$(conf_old) && touch -d @0 $(conf_old)
	@said=$$($(MAKE) $(conf_old) 2>&1); \
	 if echo "$$said" | grep -q '^$(conf_bad):3: rate: ' && [ "$$(cat $(conf_old))" = old ]; \
	 then echo 'pass a configuration that would be refused at boot is refused by make, and the old image stays'; \
	 else echo "fail refused by make: expected $(conf_bad):3: and the old image got $$said"; exit 1; fi
