#!/bin/sh
# Makes the initial root file system of the clients' machine from Debian's packages and our own few
# files, the same bytes from the same input.
#   image.sh OUT PACKAGES_ROOT SYSROOT INIT_SH RULES MODULES_DIR MODULE…
# MODULEs are file names without .ko.xz, each behind those that it needs.
set -eu
out=$1 packages=$2 sysroot=$3 init=$4 rules=$5 modules=$6
shift 6
here=$(dirname "$0")
root=$out.root
rm -rf "$root"
trap 'rm -rf "$root"' EXIT
mkdir -p "$root"
cp -a "$packages/." "$root/"
cp -R "$here/root/." "$root/"
mkdir -p "$root/dev" "$root/proc" "$root/sys" "$root/run" "$root/tmp" "$root/var/lib" "$root/lib/modules"
rm -rf "$root/var/run"
ln -s /run "$root/var/run"
ln -sfn /run/lock "$root/var/lock"
cp -L "$sysroot/usr/bin/busybox" "$root/bin/busybox"
[ -e "$root/bin/sh" ] || ln -s busybox "$root/bin/sh"
cp "$init" "$root/lib/init.sh"
: >"$root/lib/modules/order"
for module; do
	find "$modules" -name "$module.ko.xz" -exec xz -dc {} + >"$root/lib/modules/$module.ko"
	[ -s "$root/lib/modules/$module.ko" ] || { echo "image.sh: the kernel has no module $module" >&2; exit 1; }
	echo "$module.ko" >>"$root/lib/modules/order"
done
mkdir -p "$root/usr/lib/udev/rules.d"
cp "$rules" "$root/usr/lib/udev/rules.d/"

chmod -R u=rwX,go=rX "$root"
find "$root" -exec touch -h -d @0 {} +
(cd "$root" && find . | LC_ALL=C sort |
	cpio --quiet -o -H newc --reproducible --owner 0:0 --ignore-devno --renumber-inodes) >"$out.new"
mv "$out.new" "$out"
rm -rf "$root"
