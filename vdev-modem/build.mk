# The virtual modem: freestanding, so that it runs in the call partition, in tests and under fuzzers.
# Others link $(VDEV_MODEM_SRC) as objects of their kind, and vdev/log.c with them.
VDEV_MUX_SRC   := $(addprefix vdev-modem/,mux_frame.c mux_ctl.c mux.c)
VDEV_MODEM_SRC := $(addprefix vdev-modem/,at_reader.c at_parse.c line.c emergency.c policy.c client.c settings.c \
                  basic.c forward.c call.c sms.c sim.c urc.c vmodem.c tap.c online.c uplink.c data_call.c) $(VDEV_MUX_SRC)
