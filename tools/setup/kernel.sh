#!/bin/sh
# Fetches Debian's newest arm64 kernel and extracts it, nothing is installed:
#   build/debian/kernel/   Image (uncompressed), modules/ (as packaged), version
#   build/debian/headers/  headers, common and kbuild of the same version, for our one module
set -eu
. tools/setup/apt.sh
kernel=build/debian/kernel.new
headers=build/debian/headers.new

private_apt_update
image=$(private_apt apt-cache -o APT::Default-Release="$kernel_suite" depends linux-image-arm64 |
	sed -n 's/.*Depends: \(linux-image-[0-9].*-arm64\)$/\1/p' | head -n 1)
version=${image#linux-image-}
if [ -z "$version" ]; then
	echo "setup: no linux-image-arm64 in $kernel_suite" >&2
	exit 1
fi
echo "setup: kernel $version"

debs=build/debian/kernel-debs
rm -rf "$kernel" "$headers" "$debs"
mkdir -p "$kernel" "$headers" "$debs"
base=${version%-arm64}
(cd "$debs" && private_apt apt-get -qq download "$image" "linux-headers-$version" \
	"linux-headers-$base-common" "linux-kbuild-$base:$(dpkg --print-architecture)")

mkdir "$debs/image"
extract "$debs/image" "$debs"/linux-image-*.deb
extract "$headers" "$debs"/linux-headers-*.deb "$debs"/linux-kbuild-*.deb

# arm64's vmlinuz is an EFI stub around gzip in newer kernels, plain gzip or an Image in older
# ones; "ARMd" at offset 56 tells an Image (Documentation/arch/arm64/booting.rst).
vmlinuz=$debs/image/boot/vmlinuz-$version
magic() { dd if="$1" bs=1 skip=56 count=4 2>/dev/null; }
if [ "$(magic "$vmlinuz")" = ARMd ]; then
	cp "$vmlinuz" "$kernel/Image"
else
	gzip -dc <"$vmlinuz" >"$kernel/Image"
	[ "$(magic "$kernel/Image")" = ARMd ] ||
		{ echo "setup: $vmlinuz is no arm64 Image" >&2; exit 1; }
fi

lib=$(find "$debs/image" -path "*/lib/modules/$version" -type d)
mv "$lib" "$kernel/modules"
cp "$debs/image/boot/config-$version" "$kernel/config"
printf '%s\n' "$version" >"$kernel/version"
rm -rf "$debs"
touch "$kernel/.done" "$headers/.done"

# Only what is complete takes the old one's place.
for new in "$kernel" "$headers"; do
	rm -rf "${new%.new}"
	mv "$new" "${new%.new}"
done
