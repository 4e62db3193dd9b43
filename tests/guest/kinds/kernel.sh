#!/bin/sh
# Fetches the kernel of Debian's flavour with 16 KiB pages, of the version in build/debian/kernel; only its image is
# kept, compressed as it comes: build/debian/kernel-16k/vmlinuz.
set -eu
. tools/setup/apt.sh
version=$(cat build/debian/kernel/version)-16k
new=build/debian/kernel-16k.new

private_apt_update
rm -rf "$new"
mkdir -p "$new/deb"
(cd "$new/deb" && private_apt apt-get -qq download "linux-image-$version")
extract "$new/deb" "$new"/deb/*.deb
mv "$new/deb/boot/vmlinuz-$version" "$new/vmlinuz"
rm -rf "$new/deb" build/debian/kernel-16k
touch "$new/.done"
mv "$new" build/debian/kernel-16k
