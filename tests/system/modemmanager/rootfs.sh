#!/bin/sh
# A Debian with ModemManager for the Linux partition, as an initial root file system: packages as they are, unpacked;
# users, a udev rule and our first process are all that is added.
#   rootfs.sh OUT BUSYBOX INIT
set -eu
. tools/setup/apt.sh
out=$1 busybox=$2 init=$3
root=$out.root
cache=$apt_dir/mm-cache

private_apt_update
rm -rf "$root"
mkdir -p "$root" "$cache/archives/partial"
for d in bin sbin lib; do
	mkdir -p "$root/usr/$d"
	ln -s "usr/$d" "$root/$d"
done
private_apt apt-get -qq -y --download-only -o Dir::Cache::archives="$cache/archives" install modemmanager dbus polkitd udev bash coreutils
extract "$root" "$cache"/archives/*.deb
# What nothing here reads.
for d in doc man locale i18n zoneinfo info perl perl5 bash-completion; do
	rm -rf "${root:?}/usr/share/$d"
done
rm -rf "${root:?}"/usr/lib/*/gconv "$root"/usr/lib/*/perl* "$root"/usr/lib/udev/hwdb.d "$root"/usr/lib/python3* \
	"$root"/usr/lib/systemd/systemd "$root"/var/lib/dpkg
cp -L "$busybox" "$root/bin/busybox"
mkdir -p "$root/dev" "$root/proc" "$root/sys" "$root/run" "$root/tmp" "$root/etc" "$root/var/lib/polkit-1"
rm -rf "$root/var/run"
ln -s /run "$root/var/run"
cat >"$root/etc/passwd" <<-EOF
	root:x:0:0:root:/root:/bin/sh
	messagebus:x:101:101::/nonexistent:/bin/false
	polkitd:x:102:102::/nonexistent:/bin/false
EOF
printf '%s\n' root:x:0: tty:x:5: dialout:x:20: plugdev:x:46: messagebus:x:101: polkitd:x:102: >"$root/etc/group"
echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id"
cp frontends/linux/70-partyline-modem.rules "$root/usr/lib/udev/rules.d/"
cp "$init" "$root/init"
(cd "$root" && find . | LC_ALL=C sort | cpio --quiet -o -H newc --owner 0:0) >"$out.new"
mv "$out.new" "$out"
rm -rf "$root"
