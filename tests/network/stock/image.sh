#!/bin/sh
# Some programs of Debian's packages, with the libraries that they need, as a second archive behind a partition's own:
# the kernel unpacks one after the other.
#   image.sh OUT PACKAGES_ROOT ETC PROGRAM…
# PROGRAM: a path below the root; with * behind it, whatever there is. ETC has what the packages' installation scripts
# would have made.
set -eu
out=$1 packages=$2 etc=$3
shift 3
root=$out.root
libs=usr/lib/aarch64-linux-gnu
cross=${CROSS:-aarch64-linux-gnu-}
rm -rf "$root"
mkdir -p "$root/$libs" "$root/lib" "$root/run"

add_libraries() {
	for lib in $("${cross}readelf" -d "$1" 2>/dev/null | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
		[ ! -e "$root/$libs/$lib" ] || continue
		cp -L "$packages/$libs/$lib" "$root/$libs/$lib"
		(add_libraries "$root/$libs/$lib")
	done
}
for program; do
	for file in "$packages/"$program; do
		case $program in *\*) [ -e "$file" ] || continue ;; esac
		to=$root/${file#"$packages/"}
		mkdir -p "$(dirname "$to")"
		"${cross}objcopy" --strip-debug "$(realpath "$file")" "$to"
		add_libraries "$to"
	done
done
# Opened by pthread_cancel, and named by nobody: iperf3 has had threads since 3.16.
cp -L "$packages/$libs/libgcc_s.so.1" "$root/$libs/"
ln -s "/$libs/ld-linux-aarch64.so.1" "$root/lib/"
cp -R "$etc" "$root/etc"
chmod -R u=rwX,go=rX "$root"
find "$root" -exec touch -h -d @0 {} +
(cd "$root" && find . -mindepth 1 | LC_ALL=C sort |
	cpio --quiet -o -H newc --reproducible --owner 0:0 --ignore-devno --renumber-inodes) >"$out.new"
mv "$out.new" "$out"
rm -rf "$root"
