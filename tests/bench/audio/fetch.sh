#!/bin/sh
# Makes build/debian/alsa-plugins: of the arm64 package, the rate converter that plug prefers when it is installed.
set -eu
. tools/setup/apt.sh
into=$PWD/build/debian/alsa-plugins

private_apt_update
rm -rf "$into"
mkdir -p "$into/debs"
(cd "$into/debs" && private_apt apt-get -qq download libasound2-plugins)
extract "$into" "$into"/debs/*.deb
rm -rf "$into/debs"
touch "$into/.done"
