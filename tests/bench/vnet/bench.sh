#!/bin/sh
# vnet's throughput and that of others, one after the other on one processor, NAME<TAB>VALUE<TAB>UNIT.
#   bench.sh VNET PEERS SECONDS_PER_FIGURE
# Rates are per second of processor time (of all that took part), so that others on the machine do not
# count; each is the best of three. A peer that cannot run here is skipped with a line on stderr.
set -u
vnet=$1 peers=$2 seconds=$3
cpu=$(($(nproc) - 1))
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

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
"$(dirname "$0")/dpdk.sh" "$vnet" "$seconds"
