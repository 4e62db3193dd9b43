#!/bin/sh
# Makes build/debian/NAME: an arm64 package of that Debian, unpacked, without what it depends on.
#   unpack.sh NAME PACKAGE
set -eu
. tools/setup/apt.sh
into=$PWD/build/debian/$1
package=$2

private_apt_update
rm -rf "$into"
mkdir -p "$into/debs"
(cd "$into/debs" && private_apt apt-get -qq download "$package")
extract "$into" "$into"/debs/*.deb
rm -rf "$into/debs"
touch "$into/.done"
