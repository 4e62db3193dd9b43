#!/bin/sh
# Makes the initial root file system of the clients' machine from Debian's packages and our own few
# files, the same bytes from the same input.
#   image.sh OUT PACKAGES_ROOT SYSROOT INIT_SH RULES
set -eu
out=$1 packages=$2 sysroot=$3 init=$4 rules=$5
here=$(dirname "$0")
root=$out.root
rm -rf "$root"
mkdir -p "$root"
cp -a "$packages/." "$root/"
cp -R "$here/root/." "$root/"
mkdir -p "$root/dev" "$root/proc" "$root/sys" "$root/run" "$root/tmp" "$root/var/lib" "$root/lib/modules"
rm -rf "$root/var/run"
ln -s /run "$root/var/run"
cp -L "$sysroot/usr/bin/busybox" "$root/bin/busybox"
[ -e "$root/bin/sh" ] || ln -s busybox "$root/bin/sh"
cp "$init" "$root/lib/init.sh"
: >"$root/lib/modules/order"
mkdir -p "$root/usr/lib/udev/rules.d"
cp "$rules" "$root/usr/lib/udev/rules.d/"

chmod -R u=rwX,go=rX "$root"
find "$root" -exec touch -h -d @0 {} +
(cd "$root" && find . | LC_ALL=C sort |
	cpio --quiet -o -H newc --reproducible --owner 0:0 --ignore-devno --renumber-inodes) >"$out.new"
mv "$out.new" "$out"
rm -rf "$root"
