# `make bench-vnet`: the switch, natively, beside the Linux bridge, VDE and DPDK where they can run.
BENCH_VNET       := $(B)/host/tests/bench/vnet/vnet
BENCH_VNET_PEERS := $(B)/host/tests/bench/vnet/peers

$(BENCH_VNET): $(B)/host/tests/bench/vnet/vnet.o $(VNET_SRC:%.c=$(B)/host/%.o) $(VDEV_SRC:%.c=$(B)/host/%.o)
	$(HOSTCC) $(HOST_LDFLAGS) $^ -o $@
$(BENCH_VNET_PEERS): $(B)/host/tests/bench/vnet/peers.o
	$(HOSTCC) $(HOST_LDFLAGS) $^ -o $@

BENCHES += bench-vnet
.PHONY: bench-vnet bench-vnet-setup
bench-vnet: $(BENCH_VNET) $(BENCH_VNET_PEERS)
	@tests/bench/vnet/bench.sh $(BENCH_VNET) $(BENCH_VNET_PEERS) 0.5
bench-vnet-setup:
	@tools/setup/packages.sh tests/bench/vnet/packages.txt
