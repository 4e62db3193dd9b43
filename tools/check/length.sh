#!/bin/sh
# No function over 60 lines, no file over 600. A function's braces stand in the first column.
git ls-files '*.c' '*.h' '*.S' '*.sh' | while read -r file; do
	[ ! -f "$file" ] || awk -v file="$file" '
	/^[{]/ { start = NR }
	/^[}]/ {
		if (start && NR - start - 1 > 60)
			printf "%s:%d: a function of %d lines, at most 60\n", file, start, NR - start - 1
		start = 0
	}
	END { if (NR > 600) printf "%s: %d lines, at most 600\n", file, NR }' "$file"
done
