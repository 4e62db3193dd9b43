#!/bin/sh
# Fetches the source of lwIP as Debian has it, with Debian's patches, into build/debian/lwip. Nothing is
# installed. Bare-metal images compile what they need of it: frontends/rtos/lwip.
set -eu
. tools/setup/apt.sh
fetched=$PWD/build/debian/lwip-source

private_apt_update
rm -rf "$fetched"
mkdir -p "$fetched/lists/partial"
tools/setup/sources.sh | sed 's/^deb /deb-src /' >"$fetched/sources.list"
sources() {
	private_apt "$1" -o "Dir::Etc::sourcelist=$fetched/sources.list" -o "Dir::State::lists=$fetched/lists" \
		-qq "$2" ${3:+"$3"} ${4:+"$4"}
}
sources apt-get update
(cd "$fetched" && sources apt-get source --download-only lwip)
dpkg-source -q --no-check -x "$fetched"/lwip_*.dsc "$fetched/source"
touch "$fetched/source/.done"
rm -rf build/debian/lwip
mv "$fetched/source" build/debian/lwip
rm -rf "$fetched"
