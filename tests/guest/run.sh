#!/bin/sh
# Boots a machine of test guests and prints what they say: `pass NAME`, `fail NAME: …`, `bench: …`.
#   run.sh LOAD_ARGS [QEMU ARGUMENT…]
# Virtual time counts instructions (1 a nanosecond), so that each run is the same on any machine.
# Ends with the guests' line `done`; the guard only ends a machine that hangs. On a failure the whole
# console follows on standard error. How long interrupts were ever masked at EL2 is kept beside LOAD_ARGS, in
# masked, as pltrace --masked says it.
set -u
guard=${GUEST_GUARD:-120}
log_max=${GUEST_LOG_MAX:-80} # few machines have a reason for more
masked_max=${GUEST_MASKED_MAX:-2000} # instructions
said=${GUEST_SAID:-} # a line of the hypervisor's log that must be there, as a pattern
args=$1
machine=$(dirname "$args")
pltrace=$machine/../../host/tools/pltrace/pltrace
cpus=$(sed -n 's/^trace\t.*\t//p' "$machine/partylined.map") # as many as the machine file says
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
: >"$work/console"
ram=${GUEST_KEEP:-$work/ram} # the machine's memory, kept to be looked at afterwards
rm -f "$ram"

while IFS= read -r word; do
	set -- "$@" "$word"
done <"$args"
timeout -k 5 "$guard" "${QEMU:-qemu-system-aarch64}" \
	-M virt,virtualization=on,gic-version=3,highmem=off,iommu=smmuv3,memory-backend=ram \
	-object "memory-backend-file,id=ram,size=2G,mem-path=$ram,share=on" \
	-cpu "${GUEST_CPU:-cortex-a53}" -smp "$cpus" -m 2048 -icount shift=0,sleep=off -display none -monitor none \
	-chardev stdio,id=console -serial chardev:console "$@" \
	>"$work/console" 2>"$work/errors" </dev/null &
qemu=$!
tail -n +1 -F --pid="$qemu" -s 0.1 "$work/console" 2>/dev/null | grep -q -m 1 '| done'
kill "$qemu" 2>/dev/null
wait "$qemu" 2>/dev/null

cat "$work/errors" >&2
tr -d '\r' <"$work/console" | sed -n 's/^\[[^|]*| \(pass .*\)/\1/p; s/^\[[^|]*| \(fail .*\)/\1/p; s/^\[[^|]*| \(bench: .*\)/\1/p'
log=$(grep -c "^[^|]* hv *|" "$work/console")
if [ "$log" -gt "$log_max" ]; then
	echo "fail the hypervisor's log stays short: expected at most $log_max lines got $log"
	echo "hv | fail the log is too long" >>"$work/console"
fi
if [ -n "$said" ] && grep -q "^[^|]* hv *| $said" "$work/console"; then
	echo "pass it says: $said"
elif [ -n "$said" ]; then
	echo "fail it says: expected \"$said\" got \"$(grep "^[^|]* hv *|" "$work/console" | tail -n 2 | tr '\r\n' '  ')\""
	echo "hv | fail the hypervisor does not say it" >>"$work/console"
fi
# With several CPUs virtual time passes for all while one works: that is no measure.
if [ "$cpus" = 1 ] && "$pltrace" --masked "$ram" >"$machine/masked.new"; then
	mv "$machine/masked.new" "$machine/masked"
	masked=$(head -n 1 "$machine/masked" | cut -f 1)
	if [ "$masked" -gt "$masked_max" ]; then
		echo "fail interrupts are never masked for long: expected at most $masked_max instructions got $masked"
		sed 's/^/hv | fail masked /' "$machine/masked" >>"$work/console"
	fi
else
	rm -f "$machine/masked.new" "$machine/masked"
fi
if ! grep -q '| done' "$work/console"; then
	echo "fail the machine comes to its end: expected the line \"done\" got $(wc -l <"$work/console") other lines"
elif ! grep -q '| fail ' "$work/console"; then
	exit 0
fi
tail -n 2000 "$work/console" | sed 's/^/  /' >&2
exit 1
