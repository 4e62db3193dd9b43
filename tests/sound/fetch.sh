#!/bin/sh
# Makes build/debian/alsa-utils: the arm64 package, unpacked, for its players and its recordings.
set -eu
. tools/setup/apt.sh
into=$PWD/build/debian/alsa-utils

private_apt_update
rm -rf "$into"
mkdir -p "$into/debs"
(cd "$into/debs" && private_apt apt-get -qq download alsa-utils)
extract "$into" "$into"/debs/*.deb
rm -rf "$into/debs"
touch "$into/.done"
