#!/bin/sh
# Makes build/debian/sysroot: the arm64 packages named, with all that they depend on,
# extracted, for the cross compiler and for the two partitions' images.
#   sysroot.sh PACKAGE…
set -eu
. tools/setup/apt.sh
sysroot=build/debian/sysroot.new

private_apt_update
rm -rf "$sysroot" "$apt_dir/cache/archives"
mkdir -p "$sysroot/usr/lib" "$sysroot/usr/bin" "$sysroot/usr/sbin" \
	"$apt_dir/cache/archives/partial"
for d in lib bin sbin; do
	ln -s "usr/$d" "$sysroot/$d"
done
private_apt apt-get -qq -y --download-only install "$@"
extract "$sysroot" "$apt_dir"/cache/archives/*.deb

# Absolute links would leave the sysroot. Linker scripts need nothing: ld reads absolute paths in a
# script that lies in its sysroot as being relative to it.
find "$sysroot" -type l -lname '/*' | while read -r link; do
	target=$(readlink "$link")
	ln -sfn "$(realpath -sm --relative-to="$(dirname "$link")" "$sysroot$target")" "$link"
done
rm -rf "$apt_dir/cache/archives" "$sysroot/usr/share/doc" "$sysroot/usr/share/man" \
	"$sysroot/usr/share/locale"
echo "$*" >"$sysroot/.done" # mk/setup.mk compares it
rm -rf "${sysroot%.new}"
mv "$sysroot" "${sysroot%.new}"
