#!/bin/sh
# Holds sources.sh to both of apt's formats, on made-up configurations. Prints pass and fail lines.
set -u
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# machine VERSION CODENAME: an empty apt configuration of that release.
machine() {
	rm -rf "$work/apt"
	mkdir -p "$work/apt/sources.list.d"
	printf 'ID=debian\nVERSION_ID=%s\nVERSION_CODENAME=%s\n' "$1" "$2" >"$work/os-release"
}

# expect NAME ARGUMENT: what sources.sh prints is what comes in on standard input.
expect() {
	cat >"$work/want"
	APT_ETC=$work/apt OS_RELEASE=$work/os-release \
		"$here/sources.sh" ${2:+"$2"} >"$work/got" 2>"$work/err"
	if cmp -s "$work/want" "$work/got"; then
		echo "pass $1"
	else
		failed=1
		echo "fail $1"
		diff "$work/want" "$work/got"
		cat "$work/err"
	fi
}

machine 13 trixie
cat >"$work/apt/sources.list.d/debian.sources" <<'E2'
# a comment
Types: deb deb-src
URIs: http://mirror.example/debian
Suites: trixie trixie-updates
Components: main non-free-firmware
Signed-By: /usr/share/keyrings/debian.pgp

Types: deb
URIs: http://other.example/linux
Suites: trixie
Components: stable

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: trixie
Components: main
E2
expect 'deb822: all suites of the release, nobody else'\''s, nothing that is off' '' <<'E2'
deb [ signed-by=/usr/share/keyrings/debian.pgp ] http://mirror.example/debian trixie main
deb [ signed-by=/usr/share/keyrings/debian.pgp ] http://mirror.example/debian trixie-updates main
E2
expect 'Debian 13 needs no backports' backports </dev/null

machine 12 bookworm
cat >"$work/apt/sources.list" <<'E2'
# deb http://commented.example/debian bookworm main
deb cdrom:[Debian GNU/Linux 12]/ bookworm main
deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian/ bookworm non-free main
deb-src http://mirror.example/debian/ bookworm main
deb http://security.example/ bookworm-security main # behind
E2
expect 'one-line: signatures are kept, backports come from the same mirror' '' <<'E2'
deb [ signed-by=/k.gpg ] http://mirror.example/debian/ bookworm main
deb http://security.example/ bookworm-security main
deb [ signed-by=/k.gpg ] http://mirror.example/debian/ bookworm-backports main
E2
expect 'only what has to be added' backports <<'E2'
deb [ signed-by=/k.gpg ] http://mirror.example/debian/ bookworm-backports main
E2
echo 'deb http://mirror.example/debian bookworm-backports main' \
	>"$work/apt/sources.list.d/backports.list"
expect 'backports that apt has are not added again' backports </dev/null

machine 11 bullseye
expect 'another release is refused' '' </dev/null
grep -q 'needs Debian 12 or 13' "$work/err" && echo 'pass the refusal says why' ||
	{ failed=1; echo 'fail the refusal says why'; cat "$work/err"; }
exit $failed
