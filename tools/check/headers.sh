#!/bin/sh
# Each header compiles by itself, with the flags of the code that it belongs to.
#   headers.sh HV_FLAGS RTOS_FLAGS LINUX_FLAGS HOST_FLAGS
set -u
hv=$1 rtos=$2 linux=$3 host=$4
cross=${CROSS:-aarch64-linux-gnu-}

compile() {
	cc=$1 flags=$2 header=$3
	# A header may leave functions unused that its includer would use.
	# shellcheck disable=SC2086 # flags are words
	echo "#include \"$header\"" |
		$cc $flags -Wno-unused -MF /dev/null -I"$(dirname "$header")" -fsyntax-only -x c - 2>&1
}

git ls-files '*.h' | while read -r header; do
	[ -f "$header" ] || continue
	case $header in
	backends/linux-module/*) ;; # belongs to the kernel's build, which warns by itself
	hv/config/* | tools/* | tests/unit/* | tests/bench/* | tests/system/*) compile gcc "$host" "$header" ;;
	hv/arch/fake/*) compile gcc "$host" "$header" ;;
	hv/*) compile "${cross}gcc" "$hv" "$header" ;;
	include/* | vdev* | vnet/*) compile "${cross}gcc" "$rtos" "$header" ;;
	frontends/rtos/* | examples/handset/call/* | examples/handset/modem/* | tests/guest/*)
		compile "${cross}gcc" "$rtos" "$header" ;;
	backends/* | examples/*) compile "${cross}gcc" "$linux" "$header" ;;
	*) compile gcc "$host" "$header" ;;
	esac
done
