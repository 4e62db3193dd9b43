#!/bin/sh
# Builds a small kernel with pages of 64 KiB, which Debian has no package of, from Debian's source of the version in
# build/debian/kernel (the archive's newest of that series): build/debian/kernel-64k/Image. What it has is in `config`.
#   kernel.sh CONFIG
set -eu
. tools/setup/apt.sh
config=$1
series=$(sed 's/^\([0-9]*\.[0-9]*\).*/\1/' build/debian/kernel/version)
new=build/debian/kernel-64k.new

tools/setup/packages.sh mk/packages-long.txt
private_apt_update
rm -rf "$new"
mkdir -p "$new/deb"
(cd "$new/deb" && private_apt apt-get -qq -t "$kernel_suite" download "linux-source-$series")
extract "$new/deb" "$new"/deb/*.deb
rm "$new"/deb/*.deb
tar -xf "$new/deb/usr/src/linux-source-$series.tar.xz" -C "$new/deb"
source=$new/deb/linux-source-$series
kernel() {
	make -s -C "$source" ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- "$@"
}
cp "$config" "$source/kernel/configs/partyline.config"
kernel tinyconfig partyline.config
# What the file asks for and the kernel does not have would be missed much later.
grep '^CONFIG_' "$config" | while read -r line; do
	grep -qx "$line" "$source/.config" || { echo "setup: the kernel's configuration lacks $line" >&2; exit 1; }
done
kernel -j "$(nproc)" Image
mv "$source/arch/arm64/boot/Image" "$source/.config" "$new/"
rm -rf "$new/deb" build/debian/kernel-64k
touch "$new/.done"
mv "$new" build/debian/kernel-64k
