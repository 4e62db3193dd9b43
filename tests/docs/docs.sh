#!/bin/sh
# Are the documents true? Every path, link, function and make target that they name exists.
# Prints a `pass` line for each document and promise, or a `fail` line for each thing that is not there.
#   docs.sh DOCUMENT…
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git ls-files -co --exclude-standard | while read -r file; do [ ! -f "$file" ] || echo "$file"; done >"$work/files"
sed 's,/[^/]*$,,; t dir
d
:dir' "$work/files" | awk '{ for (d = $0; d != "" && !(d in seen); sub(/\/?[^\/]*$/, "", d)) { seen[d]; print d } }' \
	>"$work/dirs"
MAKEFLAGS='' make -pnq help 2>/dev/null | sed -n "s/^\([a-z][a-z0-9_./-]*\):.*/\1/p" | sort -u >"$work/targets"
grep -E '\.(c|h|S|sh|mk|dts|conf|pml|ld)$|/init$|Makefile' "$work/files" >"$work/sources"

# What stands in `…` in a line of prose.
spans() { awk '/^[ \t]*```/ { fence = !fence } !fence' "$1" | grep -o '`[^`]*`' | tr -d '`' | sort -u; }
# Also the end of a longer name: a document may leave VIRTIO_GPU_ away.
sources_say() { xargs grep -qE -e "(^|[^A-Za-z0-9_])([A-Z0-9]+_)*$1([^A-Za-z0-9_]|\$)" <"$work/sources"; }

# names DOCUMENT: the spans that are paths. x.[ch] is two; what is made, or a guest's, has no place here.
names() {
	spans "$1" | grep -vE '^/|^-|^(out|build)/|[][ <>…:=$(){}"@,]|^\.' |
		grep -E '/|\.(c|h|S|md|sh|mk|conf|dts|pml|ld|txt|json|bin|elf|blob|ko)$'
	spans "$1" | sed -n 's/^\([a-z0-9_/-]*\)\.\[ch]$/\1.c\n\1.h/p'
}

# A path from the root, from the document, or the end of one ("rtos/loop.h"). A name alone is that of one file,
# or of one in a directory that the document names, or one that the sources make or include.
is_there() {
	case $2 in
	*\**) [ -n "$(git ls-files -- "$2" "${2%/}/*")" ] && return ;;
	esac
	[ -e "$2" ] || [ -e "$(dirname "$1")/$2" ] && return
	path=${2%/}
	case $path in
	*/*) grep -qE "(^|/)$(echo "$path" | sed 's/\./\\./g')\$" "$work/files" "$work/dirs" ;;
	*)
		grep -E "(^|/)$(echo "$path" | sed 's/\./\\./g')\$" "$work/files" >"$work/same"
		case $(wc -l <"$work/same") in
		0) sources_say "$path" ;;
		1) ;;
		*) grep -qFf "$work/near" "$work/same" ;;
		esac
		;;
	esac
}

# Directories that a document names, each with its slash.
near() {
	spans "$1" | sed 's,/*$,,' | grep -xFf "$work/dirs" | sed 's,$,/,'
	spans "$1" | sed -n 's,/[^/]*\.[chS]$,/,p'
	dirname "$1" | sed 's,$,/,'
}

paths() {
	near "$1" | sort -u >"$work/near"
	names "$1" | while read -r name; do
		is_there "$1" "$name" || echo "names $name, which is nowhere"
	done
}

# A function, macro or structure: has an underscore, or struct before it.
identifiers() {
	spans "$1" | sed -n 's/^struct \([a-z_0-9]*\)$/\1/p; t
		/^[A-Za-z][A-Za-z0-9]*_[A-Za-z0-9_]*$/p' | while read -r name; do
		sources_say "$name" || echo "names $name, which no source does"
	done
}

links() {
	grep -o '](\([^)]*\))' "$1" | sed 's/^](//; s/)$//; s/#.*//' | grep -v '^[a-z]*:' | while read -r link; do
		[ -z "$link" ] || [ -e "$(dirname "$1")/$link" ] || echo "links to $link, which is not there"
	done
}

targets() {
	{
		spans "$1"
		awk '/^[ \t]*```/ { fence = !fence } fence' "$1"
	} | sed -n 's/^ *make  *\([a-z][A-Za-z0-9_./-]*\).*/\1/p' | grep -v '[A-Z]' | sort -u | while read -r target; do
		grep -qx "$target" "$work/targets" || echo "says make $target, which is no target"
	done
}

# promise DOCUMENT FUNCTION WORDS
promise() {
	"$2" "$1" >"$work/wrong"
	if [ -s "$work/wrong" ]; then
		sed "s,^,fail $1: ," "$work/wrong"
	else
		echo "pass $1: $3"
	fi
}

for document; do
	promise "$document" paths 'every path exists'
	promise "$document" identifiers 'every function is there'
	promise "$document" links 'every link resolves'
	promise "$document" targets 'every make target is one'
done >"$work/verdicts"
cat "$work/verdicts"
[ -s "$work/verdicts" ] && ! grep -q '^fail ' "$work/verdicts"
