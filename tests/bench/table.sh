#!/bin/sh
# One table of figures, NAME<TAB>VALUE<TAB>UNIT, from make targets that print such lines (or `bench: NAME VALUE UNIT`).
#   table.sh TABLE HV_ELF TARGET…
# hv.masked_max_instr is the worst of what these runs, and every test since the hypervisor was built, have left in files
# named masked; the run follows in its unit. Those that do not count in instructions are left out. Fails when a target
# does.
set -u
table=$1 elf=$2
shift 2
failed=0
: >"$table.new"
log=$table.log
for target; do
	if ! make --no-print-directory -s "$target" >"$log" 2>&1; then
		echo "bench: make $target failed" >&2
		tail -n 20 "$log" >&2
		failed=1
	fi
	sed -n 's/^bench: \([^ ]*\) \([^ ]*\) /\1\t\2\t/p; t; /^[a-z][a-z_]*\.[a-z0-9_]*\t[0-9.]*\t[^\t]*$/p' "$log" | tee -a "$table.new"
done
find "$(dirname "$elf")/../machine" "$(dirname "$table")" -name masked -newer "$elf" -not -path '*deadlines*' | while read -r file; do
	printf '%s\t%s\n' "$(head -n 1 "$file" | cut -f 1)" "$(basename "$(dirname "$file")")"
done | sort -n | tail -n 1 | awk -F '\t' '{ printf "hv.masked_max_instr\t%s\tinstructions, in %s\n", $1, $2 }' |
	tee -a "$table.new"
[ "$failed" = 0 ] && mv "$table.new" "$table"
