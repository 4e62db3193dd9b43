#!/bin/sh
# Installs what mk/packages.txt names and the machine lacks: lists it first, then apt-get.
# Quick and without root when nothing is missing. Nothing is ever installed for arm64:
# the kernel headers' compiler would overwrite the cross compiler (see fetch.sh).
#   packages.sh LISTFILE
set -eu
here=$(dirname "$0")
list=$1
. /etc/os-release

# Prints each wanted package that is absent or too old, with `name version-wanted`.
missing() {
	sed 's/#.*//; s/>=/ /' "$list" | while read -r name want; do
		[ -n "$name" ] || continue
		have=$(printf '%s\n' "$installed" | sed -n "s/^ii $name //p")
		if [ -z "$have" ] ||
		   { [ -n "$want" ] && dpkg --compare-versions "$have" lt "$want"; }; then
			echo "$name $want"
		fi
	done
}

installed=$(dpkg-query -W -f '${db:Status-Abbrev}${Package} ${Version}\n' \
	$(sed 's/#.*//; s/>=.*//' "$list") 2>/dev/null || true)
todo=$(missing)
if [ -z "$todo" ]; then
	echo "setup: nothing is missing"
	exit 0
fi

echo "setup: to be installed:"
printf '%s\n' "$todo" | sed 's/\([^ ]*\) \(.\)/\1 (at least \2/; /(/s/$/)/; s/^/  /'

if [ "$(id -u)" = 0 ]; then
	root=
elif command -v sudo >/dev/null; then
	root=sudo
else
	echo "setup: installing needs root, and there is no sudo" >&2
	exit 1
fi

apt() {
	$root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
		-o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 "$@"
}

# Only where the release's own archive is too old: otherwise its sources stay as they are.
extra=$("$here/sources.sh" backports)
if [ -n "$extra" ]; then
	printf '%s\n' "$extra" |
		$root tee /etc/apt/sources.list.d/partyline-backports.list >/dev/null
fi
apt update

# What has a minimum goes first and, on Debian 12, with its dependencies, from backports.
old=$(printf '%s\n' "$todo" | awk 'NF == 2 { print $1 }')
new=$(printf '%s\n' "$todo" | awk 'NF == 1 { print $1 }')
if [ -n "$old" ]; then
	target=
	[ "$VERSION_CODENAME" != bookworm ] || target=bookworm-backports
	apt install --no-install-recommends ${target:+-t "$target"} $old
fi
[ -z "$new" ] || apt install --no-install-recommends $new

installed=$(dpkg-query -W -f '${db:Status-Abbrev}${Package} ${Version}\n' \
	$(sed 's/#.*//; s/>=.*//' "$list") 2>/dev/null || true)
todo=$(missing)
if [ -n "$todo" ]; then
	echo "setup: still missing after the installation:" $todo >&2
	exit 1
fi
