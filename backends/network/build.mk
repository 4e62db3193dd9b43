# The network of the I/O domain: network.conf, the switch, its uplinks. Needs $(VNET_SRC), $(VDEV_SRC) and -linih.
NETWORK_CONF_SRC := $(addprefix backends/network/,conf.c port.c rule.c value.c) $(INI_SRC)
NETWORK_SRC      := $(NETWORK_CONF_SRC) backends/network/network.c backends/tap/tap.c backends/tap/null.c
