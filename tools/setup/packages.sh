#!/bin/sh
# Installs what mk/packages.txt names and the machine lacks: lists it first, then apt-get.
# Quick and without root when nothing is missing. Nothing is ever installed for arm64:
# the kernel headers' compiler would overwrite the cross compiler (see apt.sh).
#   packages.sh LISTFILE
set -eu
here=$(dirname "$0")
list=$1
. /etc/os-release

installed() {
	names=$(sed 's/#.*//; s/>=.*//' "$list")
	# shellcheck disable=SC2086 # names are words
	dpkg-query -W -f '${db:Status-Abbrev}${Package} ${Version}\n' \
		$names 2>/dev/null || true
}

# Prints each wanted package that is absent or too old, with `name version-wanted`.
missing() {
	sed 's/#.*//; s/>=/ /' "$list" | while read -r name want; do
		[ -n "$name" ] || continue
		have=$(printf '%s\n' "$1" | sed -n "s/^ii $name //p")
		if [ -z "$have" ] ||
		   { [ -n "$want" ] && dpkg --compare-versions "$have" lt "$want"; }; then
			echo "$name${want:+ $want}"
		fi
	done
}

todo=$(missing "$(installed)")
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

# One transaction, so that apt sees every dependency at once. What has a minimum comes, on
# Debian 12, from backports, and so does all that is built from the same source; nothing else.
pins=$PWD/build/.preferences
for name in $(printf '%s\n' "$todo" | awk 'NF == 2 { print $1 }'); do
	source=$(apt-cache show --no-all-versions "$name" | sed -n 's/^Source: \([^ ]*\).*/\1/p')
	printf 'Package: src:%s\nPin: release n=%s-backports\nPin-Priority: 990\n\n' \
		"${source:-$name}" "$VERSION_CODENAME"
done >"$pins"
names=$(printf '%s\n' "$todo" | cut -d ' ' -f 1)
# shellcheck disable=SC2086 # names are words
apt install --no-install-recommends -o Dir::Etc::preferences="$pins" \
	$names

todo=$(missing "$(installed)")
if [ -n "$todo" ]; then
	echo "setup: still missing after the installation:" $todo >&2
	exit 1
fi
