# policy.conf → struct policy. Needs $(VDEV_SRC) and -linih.
POLICY_SRC := $(addprefix backends/policy/,policy_file.c value.c sections.c state.c audio.c check.c keynames.c) $(INI_SRC)

# Key names as the kernel's header has them. Each is guarded, as the header of another release may lack it.
$(B)/gen/keynames.inc: backends/policy/build.mk
	@mkdir -p $(@D)
	echo '#include <linux/input-event-codes.h>' | $(HOSTCC) -E -dM - | \
	sed -n '/KEY_MAX\|KEY_CNT\|KEY_MIN_INTERESTING/d; s/^#define \(KEY_[A-Z0-9_]*\) .*/#ifdef \1\n{"\1", \1},\n#endif/p' >$@

CFLAGS_backends/policy/keynames := -I$(B)/gen
$(B)/host/backends/policy/keynames.o $(B)/linux/backends/policy/keynames.o: $(B)/gen/keynames.inc
