#!/bin/sh
# What a switch of vCPUs is made of: the instructions of the hypervisor from a guest's WFI to the next one's first
# instruction, as QEMU executes them one at a time. Prints `hv.switch_PART_instr<TAB>N<TAB>instructions` and, by function,
# `path: FUNCTION N`. Parts: way in and out, choosing who runs, registers and FPU, virtual interrupts, timers.
#   paths.sh LOAD_ARGS HV_ELF
set -u
args=$1 elf=$2
shift 2
work=$(mktemp -d)
mkfifo "$work/log"
while IFS= read -r word; do
	set -- "$@" "$word"
done <"$args"
"${QEMU:-qemu-system-aarch64}" -M virt,virtualization=on,gic-version=3,highmem=off,iommu=smmuv3 -cpu cortex-a53 -m 2048 \
	-accel tcg,one-insn-per-tb=on -icount shift=0,sleep=off -display none -monitor none -serial null \
	-d exec,nochain -dfilter 0x40200000..0x403fffff -D "$work/log" "$@" 2>"$work/errors" &
qemu=$!
trap 'kill "$qemu" 2>/dev/null; wait "$qemu" 2>/dev/null; rm -rf "$work"' EXIT
"${CROSS:-aarch64-linux-gnu-}nm" "$elf" | sed -n 's/^\([0-9a-f]*\) [tT] \([a-z][a-z_0-9]*\)$/\1 \2/p' | sort >"$work/symbols"

# The fifth sleep: all that happens for the first time is over.
awk -F '[ /[]+' -v wanted=5 '
function hex(s,  i, n) {
	for (i = 1; i <= length(s); i++) n = n * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
	return n
}
function function_at(pc,  low, high, middle) {
	low = 1; high = count
	while (low < high) {
		middle = int((low + high + 1) / 2)
		if (start[middle] <= pc) low = middle; else high = middle - 1
	}
	return name[low]
}
FNR == NR { split($0, word, " "); start[++count] = hex(word[1]); name[count] = word[2]; if (word[2] == "hv_vectors") vectors = start[count]; next }
{
	if (!($5 in known)) {
		known[$5] = hex($5)
		at[$5] = function_at(known[$5])
	}
	pc = known[$5]
	f = at[$5]
	if (pc == vectors + 1024 || pc == vectors + 1152) { # an exit: how the last one went
		if (synchronous && switched && ++seen == wanted) exit
		delete by
		total = switched = 0
		synchronous = pc == vectors + 1024
	}
	by[f]++
	total++
	switched = switched || f == "vcpu_switch"
}
END {
	for (f in by) {
		part = "choice"
		if (f ~ /^(hv_vectors|exit_|resume|switch)/) part = "entry"
		if (f ~ /^(vgic_|fold|list|arch_lr_|gic_)/) part = "gic"
		if (f ~ /^(vcpu_switch|registers_load|fpu_)/) part = "registers"
		if (f ~ /timer/) part = "timer"
		parts[part] += by[f]
		printf "path: %s %d\n", f, by[f]
	}
	for (part in parts) printf "hv.switch_%s_instr\t%d\tinstructions\n", part, parts[part]
}' "$work/symbols" "$work/log" | sort
