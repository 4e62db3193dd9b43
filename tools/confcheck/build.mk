# confcheck: configurations read on the build machine as the handset reads them.
CONFCHECK := $(B)/host/confcheck
TOOLS     += $(CONFCHECK)

confcheck_src = tools/confcheck/confcheck.c $(POLICY_SRC) $(SOUND_CONF_SRC) $(NETWORK_CONF_SRC) \
                $(VNET_SRC) $(VDEV_MODEM_SRC) $(VDEV_SRC)

# Expanded a second time: the other areas' lists may be read after this one.
.SECONDEXPANSION:
$(CONFCHECK): $$(sort $$(patsubst %.c,$(B)/host/%.o,$$(confcheck_src)))
	@$(say) LD $@
	$(HOSTCC) $(HOST_LDFLAGS) $^ -linih -o $@

# $(call conf_check,FILE=/path/in/image …): a line of a recipe that fails if partylined would refuse one of the
# configurations that an image is to have. Before the image is touched; its rule needs $(CONFCHECK).
conf_as    = $(addprefix $(1) ,$(lastword $(patsubst %=/etc/partyline/$(2),%,$(filter %=/etc/partyline/$(2),$(3)))))
conf_args  = $(strip $(call conf_as,-p,policy.conf,$(1)) $(call conf_as,-s,sound.conf,$(1)) $(call conf_as,-w,network.conf,$(1)))
conf_check = $(if $(call conf_args,$(1)),$(CONFCHECK) $(call conf_args,$(1)) >/dev/null)
