#!/bin/sh
# Makes the initial root file system of a Linux partition, the same bytes from the same input.
#   mkimage.sh OUT SYSROOT MODULES_DIR TREE MODULE… -- [FILE=/path/in/image …]
# TREE is copied as it is. MODULEs are names of Debian's modules or paths of .ko files, each
# with `:parameter=value` behind it if it takes one, and `+` before it if it can wait (order.late). Those that they need come along, in an order
# that insmod can follow. Shared libraries that a FILE needs are taken from the sysroot, or from the
# first that has them if SYSROOT is a list with `:` between.
set -eu
out=$1 sysroot=$2 modules=$3 tree=$4
shift 4
cross=${CROSS:-aarch64-linux-gnu-}
root=$out.root
rm -rf "$root"
mkdir -p "$root/bin" "$root/lib/aarch64-linux-gnu" "$root/lib/modules" "$root/dev" \
	"$root/proc" "$root/sys" "$root/tmp" "$root/run" "$root/etc"

die() { echo "mkimage: $*" >&2; exit 1; }

# Module names have "_" where file names may have "-".
module_file() {
	case $1 in *.ko) echo "$1"; return ;; esac
	pattern=$(printf '%s' "$1" | sed 's/[-_]/[-_]/g')
	find "$modules" \( -name "$pattern.ko" -o -name "$pattern.ko.xz" \) | head -n 1
}

# Depth first: what a module depends on is on the list before it. What is on no disk is built in.
add_module() {
	file=$(module_file "$1")
	if [ -z "$file" ]; then
		grep -q "/$(printf '%s' "$1" | sed 's/[-_]/[-_]/g')\.ko\$" "$modules/modules.builtin" ||
			die "the kernel has no module $1"
		return 0
	fi
	name=$(basename "$file" .xz)
	[ ! -e "$root/lib/modules/$name" ] || return 0
	case $file in
	*.xz) xz -dc "$file" >"$root/lib/modules/$name" ;;
	*) "${cross}objcopy" --strip-debug "$file" "$root/lib/modules/$name" ;;
	esac
	for dep in $("${cross}objcopy" -O binary --only-section=.modinfo \
		"$root/lib/modules/$name" /dev/stdout | tr '\0' '\n' |
		sed -n 's/^depends=//p' | tr ',' ' '); do
		(add_module "$dep")
	done
	echo "$name${2:+ $2}" >>"$root/lib/modules/$order"
}

library_file() {
	for dir in $(echo "$sysroot" | tr : ' '); do
		# systemd's own library is behind a RUNPATH.
		for file in "$dir/usr/lib/aarch64-linux-gnu/$1" "$dir/usr/lib/aarch64-linux-gnu/systemd/$1"; do
			[ ! -e "$file" ] || { echo "$file"; return; }
		done
	done
	return 1
}

add_libraries() {
	for lib in $("${cross}readelf" -d "$1" 2>/dev/null |
		sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
		[ ! -e "$root/lib/aarch64-linux-gnu/$lib" ] || continue
		file=$(library_file "$lib") || die "$1 needs $lib, which the sysroot lacks"
		cp -L "$file" "$root/lib/aarch64-linux-gnu/$lib"
		(add_libraries "$file")
	done
}

: >"$root/lib/modules/order"
: >"$root/lib/modules/order.late"
while [ "$#" -gt 0 ] && [ "$1" != -- ]; do
	order=order module=$1
	case $module in +*) order=order.late module=${module#+} ;; esac
	case $module in
	*:*) add_module "${module%%:*}" "${module#*:}" ;;
	*) add_module "$module" ;;
	esac
	shift
done
[ "$#" -eq 0 ] || shift

cp -R "$tree/." "$root/"
cp -L "${sysroot%%:*}/usr/bin/busybox" "$root/bin/busybox"
ln -s busybox "$root/bin/sh"
for pair; do
	file=${pair%%=*} path=$root${pair#*=}
	[ -e "$file" ] || die "$file does not exist"
	mkdir -p "$(dirname "$path")"
	case $("${cross}readelf" -h "$file" 2>/dev/null) in
	*AArch64*) "${cross}objcopy" --strip-debug "$file" "$path" ;;
	*) cp -L "$file" "$path" ;;
	esac
	add_libraries "$file"
done
loader=ld-linux-aarch64.so.1
[ ! -e "$root/lib/aarch64-linux-gnu/$loader" ] ||
	ln -s "aarch64-linux-gnu/$loader" "$root/lib/$loader"

chmod -R u=rwX,go=rX "$root"
find "$root" -exec touch -h -d @0 {} +
(cd "$root" && find . | LC_ALL=C sort |
	cpio --quiet -o -H newc --reproducible --owner 0:0 --ignore-devno --renumber-inodes) >"$out.new"
mv "$out.new" "$out"
rm -rf "$root"
