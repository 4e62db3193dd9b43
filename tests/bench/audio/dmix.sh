#!/bin/sh
# Boots the machine with both mixers and prints their figures. Virtual time counts instructions (1 a nanosecond), so that
# the figures are the same on any machine; while nobody runs, it goes on to the next timer at once.
#   dmix.sh KERNEL INITRD
# No stack offset is drawn for a system call, as on the handset: docs/decisions.md, "System calls without a random stack offset".
set -u
kernel=$1 initrd=$2
console=$(mktemp)
trap 'rm -f "$console"' EXIT

timeout "${GUEST_GUARD:-400}" "${QEMU:-qemu-system-aarch64}" -nodefaults -no-user-config -no-reboot \
	-M virt,gic-version=3,highmem=off -cpu cortex-a53 -m 256 -icount shift=0,sleep=off -display none -serial stdio \
	-kernel "$kernel" -initrd "$initrd" -append 'quiet console=ttyAMA0 panic=1 randomize_kstack_offset=off' \
	</dev/null | tr -d '\r' >"$console"
grep '^audio\.' "$console"
grep -q '^mixers: done' "$console" && exit 0
cat "$console" >&2
exit 1
