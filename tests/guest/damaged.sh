#!/bin/sh
# A configuration that is not as plconf wrote it: the hypervisor says so, and starts nobody. Boots a machine with its
# own blob, then with one bit of it flipped, at the ends and in between; prints pass and fail lines.
#   damaged.sh LOAD_ARGS
set -u
args=$1
guard=${GUEST_GUARD:-120}
blob=$(sed -n 's/^loader,file=\(.*hv\.blob\),.*/\1/p' "$args")
bytes=$(wc -c <"$blob")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
sed "s|$blob|$work/hv.blob|" "$args" >"$work/args"

# The console, until somebody starts or nobody will.
boot() {
	set --
	while IFS= read -r word; do
		set -- "$@" "$word"
	done <"$work/args"
	: >"$work/console"
	timeout -k 5 "$guard" "${QEMU:-qemu-system-aarch64}" \
		-M virt,virtualization=on,gic-version=3,highmem=off,iommu=smmuv3 -cpu cortex-a53 -m 2048 \
		-icount shift=0,sleep=off -display none -monitor none -serial "file:$work/console" "$@" \
		>"$work/errors" 2>&1 </dev/null &
	qemu=$!
	tail -n +1 -F --pid="$qemu" -s 0.1 "$work/console" 2>/dev/null | grep -a -q -m 1 -e started -e halted
	kill "$qemu" 2>/dev/null
	wait "$qemu" 2>/dev/null
}

# expect NAME LINE: it is on the console.
expect() {
	if grep -a -q "$2" "$work/console"; then
		echo "pass $1"
	else
		echo "fail $1: expected \"$2\" got \"$(grep -a 'hv *|' "$work/console" | tail -n 2 | tr '\r\n' '  ')\""
		failed=1
	fi
}

# flipped NAME BYTE BIT LINE
flipped() {
	old=$(od -An -t u1 -j "$2" -N 1 "$blob")
	cp "$blob" "$work/hv.blob"
	# shellcheck disable=SC2059 # the format is the byte
	printf "\\$(printf %03o $((old ^ 1 << $3)))" | dd of="$work/hv.blob" bs=1 seek="$2" conv=notrunc 2>"$work/errors"
	boot
	expect "$1: it says so" "config: at 0x41000000: $4"
	if grep -a -q started "$work/console"; then
		echo "fail $1: expected nobody to start got \"$(grep -a started "$work/console" | tr '\r\n' '  ')\""
		failed=1
	else
		expect "$1: nobody starts" 'start-up failed: halted'
	fi
}

damaged='sum 0x[0-9a-f]*, wanted 0x[0-9a-f]*: damaged'
cp "$blob" "$work/hv.blob"
boot
expect 'as plconf wrote it, the configuration is served' 'partition .*: started'
flipped 'a configuration of nobody' 0 0 'magic '
flipped 'a configuration of another version' 8 0 'magic .* version 5 '
flipped 'a bit of its counts' 20 3 "$damaged"
flipped 'a bit in the middle' $((bytes / 2)) 7 "$damaged"
flipped 'a bit of the last master' $((bytes - 9)) 0 "$damaged"
flipped 'a bit of the sum' $((bytes - 1)) 6 "$damaged"
exit "$failed"
