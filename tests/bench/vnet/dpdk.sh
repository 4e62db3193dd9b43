#!/bin/sh
# vnet and DPDK's testpmd in turns on one processor, so that whatever else the machine does hits both alike.
#   dpdk.sh VNET SECONDS_PER_TURN
# testpmd is driver (virtio-user) and device (vhost) at once, as vnet's bench is. Its frames go round and
# round, so that each is forwarded without being made or switched: in mode io without being looked at, in
# mode macswap with its addresses exchanged. Rates are per second of the processor's time; medians of five
# turns as NAME<TAB>VALUE<TAB>UNIT. What cannot run here is said on stderr.
set -u
vnet=$1 seconds=$2
turns=5
cpu=$(($(nproc) - 1))
work=$(mktemp -d)
pages=$(cat /proc/sys/vm/nr_hugepages)
pid=
cleanup() {
	[ -z "$pid" ] || kill "$pid" 2>/dev/null
	wait
	umount "$work/huge" 2>/dev/null
	echo "$pages" >/proc/sys/vm/nr_hugepages
	rm -rf "$work"
}

give_up() { echo "bench-vnet: DPDK skipped: $1" >&2; exit 0; }
# wait_for TEXT COUNT: until testpmd has said it so many times.
wait_for() {
	until [ "$(grep -c "$1" "$work/out")" -ge "$2" ]; do
		kill -0 "$pid" 2>/dev/null || give_up "$(tail -n 1 "$work/out")"
		sleep 0.05
	done
}
tell() { echo "$*" >&3; }

# start PAIRS BYTES: that many vhost devices, each with its driver.
start() {
	devices='' n=0 rounds=0
	while [ $n -lt "$1" ]; do
		devices="$devices --vdev net_vhost$n,iface=$work/sock$n,queues=1" n=$((n + 1))
	done
	mkfifo "$work/in"
	: >"$work/out"
	# Line by line, for wait_for. Two bursts of 64 on their way, as in vnet's bench: more makes testpmd slower.
	# shellcheck disable=SC2086 # the devices are words
	stdbuf -oL dpdk-testpmd -l "0,$cpu" --main-lcore 0 --no-pci --single-file-segments \
		--huge-dir "$work/huge" --file-prefix "bench$$" -m 200 $devices -- -i --burst=64 \
		"--total-num-mbufs=$((4096 * $1))" --port-topology=loop "--txpkts=$2" --nb-cores=1 \
		<"$work/in" >"$work/out" 2>&1 &
	pid=$!
	exec 3>"$work/in"
	wait_for 'Checking link' 1
	n=0
	while [ $n -lt "$1" ]; do
		tell "port attach net_virtio_user$n,path=$work/sock$n,queues=1,queue_size=256"
		n=$((n + 1))
		wait_for "Now total ports is $(($1 + n))" 1
	done
	tell port start all
	wait_for 'ready for processing' "$1"
	tell set portlist "$(seq -s , 0 $((2 * $1 - 1)))"
	worker=$(grep -l 'lcore-worker\|rte-worker' /proc/$pid/task/*/comm)
	worker=${worker%/comm}
}
stop() {
	tell quit
	exec 3>&-
	wait "$pid"
	pid=
	rm -f "$work/in" "$work"/sock*
}

spent() { cut -d ' ' -f 1 "$worker/schedstat"; }
# turn MODE: frames per second; each passes a vhost port and a virtio-user port.
turn() {
	tell set fwd "$1"
	before=$(spent)
	tell start tx_first 2
	while [ $(($(spent) - before)) -lt "$turn_ns" ]; do sleep 0.05; done
	tell stop
	rounds=$((rounds + 1))
	wait_for 'Accumulated forward' $rounds
	wait_for '^Done\.' $rounds
	awk -v ns=$(($(spent) - before)) '/Accumulated forward/ { getline; frames = $2 }
		END { print frames / 2 / ns * 1e9 }' "$work/out"
}

median() { sort -g "$1" | sed -n $((turns / 2 + 1))p; }
# report NAME PORTS BYTES FILE
report() {
	suffix=
	[ "$2" = 2 ] || suffix=_${2}ports
	if [ "$3" = 64 ]; then
		printf 'vnet.%s_mpps_64%s\t%.3f\tMpps\n' "$1" "$suffix" "$(median "$4" | awk '{ print $1 / 1e6 }')"
	else
		printf 'vnet.%s_gbit_1500%s\t%.3f\tGbit/s\n' "$1" "$suffix" "$(median "$4" | awk '{ print $1 * 12000 / 1e9 }')"
	fi
}

# compare PORTS BYTES
compare() {
	start $(($1 / 2)) "$2"
	rm -f "$work"/rate.*
	for turn in $(seq $turns); do
		taskset -c "$cpu" "$vnet" "$seconds" "$1" "$2" >>"$work/rate.vnet"
		for mode in io macswap; do turn $mode >>"$work/rate.$mode"; done
	done
	stop
	report in_turns "$1" "$2" "$work/rate.vnet"
	for mode in io macswap; do report peer_dpdk_$mode "$1" "$2" "$work/rate.$mode"; done
}

trap cleanup EXIT
trap 'exit 1' INT TERM
command -v dpdk-testpmd >/dev/null || give_up 'no dpdk-testpmd (package dpdk-dev)'
[ "$(nproc)" -ge 2 ] || give_up 'one processor only'
mkdir "$work/huge"
echo $((pages + 128)) 2>/dev/null >/proc/sys/vm/nr_hugepages && mount -t hugetlbfs none "$work/huge" 2>/dev/null ||
	give_up 'no huge pages'
turn_ns=$(echo "$seconds" | awk '{ print int($1 * 1e9) }')
for ports in 2 8; do
	for bytes in 64 1500; do compare $ports $bytes; done
done
