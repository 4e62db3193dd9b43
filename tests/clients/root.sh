#!/bin/sh
# Makes build/debian/NAME: the arm64 packages named, with all that they depend on, as a root file
# system. None of their code runs on the build machine, so what their installation scripts would
# do (users, directories) is left to systemd at the start of the machine.
#   root.sh NAME PACKAGE… [-- PACKAGE…]…
# What stands behind a -- may conflict with what stands before it, as oFono does with ModemManager in Debian 13:
# they lie side by side here and are not run together.
set -eu
. tools/setup/apt.sh
root=build/debian/$1.new
debs=$PWD/build/debian/$1-debs
shift

private_apt_update
rm -rf "$root" "$debs"
mkdir -p "$root/usr/lib" "$root/usr/bin" "$root/usr/sbin" "$debs/partial"
for d in lib bin sbin; do
	ln -s "usr/$d" "$root/$d"
done
group=
for word in "$@" --; do
	if [ "$word" = -- ]; then
		# shellcheck disable=SC2086 # a list of names
		private_apt apt-get -qq -y -o "Dir::Cache::archives=$debs" --download-only install $group
		group=
	else
		group="$group $word"
	fi
done
extract "$root" "$debs"/*.deb

# What no client here opens; the machine's store and the guest's memory are small.
for d in doc man locale info i18n help lintian bug perl perl5 mime X11 fonts icons zoneinfo bash-completion; do
	rm -rf "${root:?}/usr/share/$d"
done
rm -rf "$debs" "$root/usr/lib/aarch64-linux-gnu/gconv" "$root"/usr/lib/aarch64-linux-gnu/perl* \
	"$root/usr/lib/udev/hwdb.d" "$root/usr/share/perl" "$root/etc/init.d"
echo "$*" >"$root/.done" # mk/setup.mk compares it
rm -rf "${root%.new}"
mv "$root" "${root%.new}"
