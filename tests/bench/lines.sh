#!/bin/sh
# Prints `hv.lines` and `hv.image_bytes`: lines that are neither blank nor comment in every file
# that the hypervisor's image was compiled from, and the image with its static data.
#   lines.sh HV_ELF OBJECT…
set -eu
elf=$1
shift
for object; do
	sed 's/^[^:]*://; s/\\$//' "${object%.o}.d"
done | tr ' ' '\n' | grep -E '\.[chS]$' | grep -v '^/' | sort -u | xargs awk '
	FNR == 1 { inside = 0 }
	{
		line = $0
		code = ""
		while (line != "") {
			if (inside) {
				end = index(line, "*/")
				if (!end) break
				line = substr(line, end + 2)
				inside = 0
			} else {
				start = index(line, "/*")
				slashes = index(line, "//")
				if (slashes && (!start || slashes < start)) {
					code = code substr(line, 1, slashes - 1)
					break
				}
				if (!start) {
					code = code line
					break
				}
				code = code substr(line, 1, start - 1)
				line = substr(line, start + 2)
				inside = 1
			}
		}
		if (code ~ /[^ \t]/) count++
	}
	END { printf "hv.lines\t%d\tlines\n", count }'
"${CROSS:-aarch64-linux-gnu-}size" "$elf" |
	awk 'NR == 2 { printf "hv.image_bytes\t%d\tbytes\n", $4 }'
