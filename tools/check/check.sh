#!/bin/sh
# Style and static checks on every file that git knows. Prints what is wrong, then one line.
#   check.sh HV_FLAGS RTOS_FLAGS LINUX_FLAGS HOST_FLAGS
set -u
here=$(dirname "$0")
problems=$(mktemp)
trap 'rm -f "$problems"' EXIT

# Only what exists: a file may just have been removed.
files() { git ls-files -co --exclude-standard -- "$@" | while read -r f; do [ ! -f "$f" ] || echo "$f"; done; }
run() {
	echo "check: $1"
	shift
	"$@" >>"$problems" 2>&1
}

# One version in Debian 12 and 13: each lays out a little differently.
layout() {
	files '*.c' '*.h' | while read -r file; do
		clang-format-19 --dry-run -Werror "$file" >/dev/null 2>&1 || echo "$file: make format would change its layout"
	done
}
# Words are split on purpose where lists are lists (SC2046); what is sourced sets variables for others (SC2034).
shell() { files '*.sh' '.ci/run' 'examples/handset/rootfs/*/init' | xargs shellcheck -s sh -x -S warning -e SC2034,SC2046; }
# A register variable's name for the assembler is not C that every version of cppcheck reads.
static() {
	files 'hv/*.c' 'vdev*.c' 'frontends/rtos/*.c' 'tools/*.c' 'examples/*.c' 'backends/*.c' |
		grep -v linux-module |
		xargs cppcheck -q --std=c11 "-D__asm__(x)=" --enable=warning,portability --inline-suppr -Iinclude -I. \
			--suppressions-list="$here/cppcheck.txt" --error-exitcode=1
}

run layout layout
run 'include direction' "$here/includes.sh"
run 'self-contained headers' "$here/headers.sh" "$@"
run 'length of functions and files' "$here/length.sh"
run 'words' "$here/words.sh"
run 'shell scripts' shell
run 'static analysis' static

if [ -s "$problems" ]; then
	cat "$problems"
	echo "check: $(grep -c . "$problems") lines of complaint"
	exit 1
fi
echo 'check: nothing to complain of'
