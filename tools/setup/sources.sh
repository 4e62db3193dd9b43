#!/bin/sh
# Prints, one a line, the Debian sources that this machine's apt already uses, as
#   deb [options] URI suite main
# for the running release's own suites only. Both of apt's formats are read. Debian 12's
# backports, where the kernel and QEMU come from, are added from the same mirror.
#   sources.sh            all of them
#   sources.sh backports  only what has to be added, nothing when apt has it already
set -eu
# shellcheck source=/dev/null
. "${OS_RELEASE:-/etc/os-release}"
etc=${APT_ETC:-/etc/apt}

case "${ID:-} ${VERSION_ID:-}" in
"debian 12" | "debian 13") ;;
*) echo "setup: needs Debian 12 or 13, this is ${PRETTY_NAME:-unknown}" >&2; exit 1 ;;
esac

# One-line format: deb [opt=value ...] URI suite component...
oneline() {
	find "$etc/sources.list" "$etc/sources.list.d" -name '*.list' -type f \
		-exec cat {} + 2>/dev/null | awk '
	$1 == "deb" && $0 !~ /cdrom:/ {
		sub(/#.*/, ""); opt = ""
		if (match($0, /\[[^]]*\]/)) {
			n = split(substr($0, RSTART + 1, RLENGTH - 2), o, " ")
			for (i = 1; i <= n; i++)
				if (o[i] ~ /^(signed-by|trusted)=/) opt = opt " " o[i]
			$0 = substr($0, 1, RSTART - 1) substr($0, RSTART + RLENGTH)
		}
		for (i = 4; i <= NF; i++) if ($i == "main") print $2, $3, opt
	}'
}

# deb822 format: stanzas of fields, several URIs and suites each
deb822() {
	find "$etc/sources.list.d" -name '*.sources' -type f \
		-exec awk 'FNR == 1 { print "" } 1' {} + 2>/dev/null |
	awk '
	function flush(  u, s, nu, ns, i, j, opt) {
		if (f["types"] ~ /(^| )deb( |$)/ && f["enabled"] !~ /^(no|false)/ &&
		    f["components"] ~ /(^| )main( |$)/) {
			opt = ""
			if (f["signed-by"] ~ /^\//) opt = opt " signed-by=" f["signed-by"]
			if (f["trusted"] == "yes") opt = opt " trusted=yes"
			nu = split(f["uris"], u, " "); ns = split(f["suites"], s, " ")
			for (i = 1; i <= nu; i++)
				for (j = 1; j <= ns; j++) print u[i], s[j], opt
		}
		split("", f); key = ""
	}
	/^#/ { next }
	/^[ \t]*$/ { flush(); next }
	/^[ \t]/ { f[key] = f[key] " " $0; next }
	{
		i = index($0, ":"); key = tolower(substr($0, 1, i - 1))
		v = substr($0, i + 1); gsub(/^[ \t]+|[ \t]+$/, "", v); f[key] = v
	}
	END { flush() }'
}

{ oneline; deb822; } | awk -v code="$VERSION_CODENAME" -v only="${1:-all}" '
function line(uri, suite, opt) { print "deb " (opt == "" ? "" : "[" opt " ] ") uri " " suite " main" }
{
	opt = ""; for (i = 3; i <= NF; i++) opt = opt " " $i
	if (index($2, code) != 1) next
	rest = substr($2, length(code) + 1)
	if (rest !~ /^(|-updates|-security|-backports)$/ || seen[$1, $2]++) next
	if (rest == "" && main == "") { main = $1; mainopt = opt }
	if (rest == "-backports") backports = 1
	if (only == "all") line($1, $2, opt)
}
END {
	if (main == "") {
		print "setup: apt has no source for " code " main" > "/dev/stderr"; exit 1
	}
	if (code == "bookworm" && !backports) line(main, code "-backports", mainopt)
}'
