#!/bin/sh
# vnet's throughput and that of others, one after the other on one processor, NAME<TAB>VALUE<TAB>UNIT.
#   bench.sh VNET PEERS SECONDS_PER_FIGURE
# Rates are per second of processor time (of all that took part), so that others on the machine do not
# count; each is the best of three. A peer that cannot run here is skipped with a line on stderr.
set -u
vnet=$1 peers=$2 seconds=$3
cpu=$(($(nproc) - 1))
work=$(mktemp -d)
hugepages=
cleanup() {
	[ -z "$hugepages" ] || echo "$hugepages" >/proc/sys/vm/nr_hugepages
	rm -rf "$work"
}
trap cleanup EXIT

skip() { echo "bench-vnet: $1 skipped: $2" >&2; }
on_cpu() { taskset -c "$cpu" "$@"; }
# The largest of some numbers on stdin.
best() { sort -g | tail -n 1; }
thrice() { for _ in 1 2 3; do "$@"; done; }
# line NAME FRAMES_PER_SECOND UNIT FACTOR
line() { awk -v n="$1" -v f="$2" -v u="$3" -v k="$4" 'BEGIN { printf "%s\t%.3f\t%s\n", n, f * k, u }'; }
suffix() { [ "$1" = 2 ] || echo "_${1}ports"; } # of a figure's name: two ports have none
report() { # PEER PORTS BYTES FRAMES_PER_SECOND
	if [ "$3" = 64 ]; then
		line "vnet.$1_mpps_64$(suffix $2)" "$4" Mpps 1e-6
	else
		line "vnet.$1_gbit_1500$(suffix $2)" "$4" Gbit/s 12000e-9
	fi
}
ksoftirqd() {
	for comm in /proc/[0-9]*/comm; do
		[ "$(cat "$comm" 2>/dev/null)" != "ksoftirqd/$cpu" ] || basename "$(dirname "$comm")"
	done
}

ours() {
	thrice on_cpu "$vnet" "$seconds" |
		awk -F '\t' '!($1 in most) { name[++n] = $1; unit[$1] = $3; most[$1] = $2 }
		$2 > most[$1] { most[$1] = $2 }
		END { for (i = 1; i <= n; i++) printf "%s\t%s\t%s\n", name[i], most[name[i]], unit[name[i]] }'
}

# In a network namespace: veth pairs pN-qN, all qN on one switch, made and joined by COMMANDs.
forward_inside() { # PORTS BYTES MAKE JOIN
	ports=$1 bytes=$2 n=0 from='' to=''
	$3 || return 1
	while [ "$n" -lt "$ports" ]; do
		{ ip link add "p$n" type veth peer name "q$n" && ip link set "q$n" up &&
			ip link set "p$n" up && $4 "q$n"; } || return 1
		from=$from${from:+,}p$n to=$to${to:+,}p$((n ^ 1)) n=$((n + 1))
	done
	sleep 1 # the bridge's ports listen before they forward
	thrice on_cpu "$peers" bridge "$from" "$to" "$bytes" "$seconds" | best
}

bridge_make() { ip link add br0 type bridge && ip link set br0 up; }
bridge_join() { ip link set "$1" master br0; }

# Open vSwitch's own switching, in its process: without a kernel module, and without DPDK.
ovs_make() {
	export OVS_RUNDIR="$work" OVS_LOGDIR="$work" OVS_DBDIR="$work"
	{ ovsdb-tool create "$work/conf.db" /usr/share/openvswitch/vswitch.ovsschema &&
		ovsdb-server "$work/conf.db" "--remote=punix:$work/db.sock" --pidfile --detach --no-chdir &&
		ovs-vsctl --no-wait init && on_cpu ovs-vswitchd --pidfile --detach --no-chdir; } >"$work/ovs" 2>&1 ||
		{ tail -n 1 "$work/ovs" >&2; return 1; }
	PEER_PIDS="$PEER_PIDS $(cat "$work/ovs-vswitchd.pid")"
	ovs-vsctl add-br br0 -- set bridge br0 datapath_type=netdev fail-mode=standalone
}
ovs_join() { ovs-vsctl add-port br0 "$1"; }
ovs_end() {
	for daemon in ovs-vswitchd ovsdb-server; do
		[ ! -s "$work/$daemon.pid" ] || kill "$(cat "$work/$daemon.pid")"
	done
}

forward() { # NAME WHAT: of --WHAT, each time in a network namespace of its own
	command -v ip >/dev/null || { skip "$1" 'no ip (package iproute2)'; return; }
	unshare -n true 2>/dev/null || { skip "$1" 'no network namespaces for us'; return; }
	PEER_PIDS=$(ksoftirqd)
	export PEER_PIDS
	for ports in 2 8; do
		for bytes in 64 1500; do
			got=$(unshare -n "$0" "--$2" "$vnet" "$peers" "$seconds" $ports $bytes 2>"$work/err") &&
				[ -n "$got" ] || { skip "$1, $ports ports" "$(head -n 1 "$work/err")"; continue; }
			report "peer_$2" $ports $bytes "$got"
		done
	done
}

ovs() {
	command -v ovs-vswitchd >/dev/null || { skip 'Open vSwitch' 'no ovs-vswitchd (package openvswitch-switch)'; return; }
	forward 'Open vSwitch' ovs
}

vde() {
	command -v vde_switch >/dev/null || { skip VDE 'no vde_switch (package vde2)'; return; }
	for ports in 2 8; do
		on_cpu vde_switch -d -s "$work/vde$ports" -p "$work/vde.pid" -n 32 || { skip VDE 'no start'; return; }
		while [ ! -s "$work/vde.pid" ]; do sleep 0.1; done
		PEER_PIDS=$(cat "$work/vde.pid")
		export PEER_PIDS
		for bytes in 64 1500; do
			report peer_vde $ports $bytes "$(for run in 1 2 3; do
				on_cpu "$peers" vde "$work/vde$ports" $ports $bytes "$seconds"
			done | best)"
		done
		kill "$PEER_PIDS"
		rm -f "$work/vde.pid"
	done
}

# testpmd's one worker is driver (virtio-user) and device (vhost) in turn; frames go round and round, so
# that each is forwarded without being made, looked at or switched.
dpdk_once() {
	bytes=$1
	mkfifo "$work/in" 2>/dev/null
	dpdk-testpmd -l "0,$cpu" --main-lcore 0 --no-pci --single-file-segments --huge-dir "$work/huge" \
		--file-prefix "bench$$" -m 100 --vdev "net_vhost0,iface=$work/sock,queues=1" -- -i \
		--total-num-mbufs=4096 --port-topology=loop "--txpkts=$bytes" --nb-cores=1 <"$work/in" >"$work/out" 2>&1 &
	pid=$!
	exec 3>"$work/in"
	dpdk_wait 'Checking link' && echo "port attach net_virtio_user0,path=$work/sock,queues=1,queue_size=256" >&3
	dpdk_wait 'Now total ports is 2' && echo 'port start all' >&3 && sleep 1
	echo 'set portlist 0,1' >&3
	echo 'set fwd io' >&3
	echo 'start tx_first 4' >&3
	sleep 1
	worker=$(grep -l "lcore-worker-$cpu\|rte-worker-$cpu" /proc/$pid/task/*/comm | head -n 1)
	worker=${worker%/comm}
	before=$(cut -d ' ' -f 1 "$worker/schedstat")
	echo 'clear port stats all' >&3
	sleep 2
	echo 'show port stats 0' >&3
	after=$(cut -d ' ' -f 1 "$worker/schedstat")
	printf 'stop\nquit\n' >&3
	exec 3>&-
	wait $pid
	rm -f "$work/in" "$work/sock"
	awk -v ns=$((after - before)) '/RX-packets:/ && !done { print $2 / ns * 1e9; done = 1 }' "$work/out"
}
dpdk_wait() {
	n=0
	while ! grep -q "$1" "$work/out" 2>/dev/null; do
		n=$((n + 1))
		[ $n -lt 100 ] || return 1
		sleep 0.1
	done
}
dpdk() {
	command -v dpdk-testpmd >/dev/null || { skip DPDK 'no dpdk-testpmd (package dpdk-dev)'; return; }
	[ "$(nproc)" -ge 2 ] || { skip DPDK 'one processor only'; return; }
	mkdir "$work/huge"
	hugepages=$(cat /proc/sys/vm/nr_hugepages)
	{ echo $((hugepages + 64)) >/proc/sys/vm/nr_hugepages && mount -t hugetlbfs none "$work/huge"; } 2>"$work/err" ||
		{ skip DPDK "no huge pages: $(head -n 1 "$work/err")"; return; }
	for bytes in 64 1500; do
		got=$(thrice dpdk_once $bytes | best)
		[ -n "$got" ] && report peer_dpdk_io 2 $bytes "$got" || skip DPDK "$(tail -n 1 "$work/out")"
	done
	umount "$work/huge"
}

case $1 in
--bridge | --ovs)
	what=${1#--} vnet=$2 peers=$3 seconds=$4
	forward_inside "$5" "$6" "${what}_make" "${what}_join"
	status=$?
	[ "$what" != ovs ] || ovs_end
	exit $status
	;;
esac
ours
forward 'Linux bridge' bridge
ovs
vde
dpdk
