#!/bin/sh
# docs/hypervisor.md has every hypercall with its number, and every test that it quotes is there.
#   hypercalls.sh DOCUMENT
set -u
document=$1
failed=0
say() {
	echo "$1"
	failed=1
}
# What the header defines, and what the document's tables say: number, name.
sed -n 's/^#define \(PL_HVC_[A-Z_]*\) *PL_HVC(\([0-9]*\)).*/\2 \1/p' include/abi/hypercall.h | sort >"$document.$$.header"
sed -n 's/^| \([0-9]*\) | `\(PL_HVC_[A-Z_]*\)` |.*/\1 \2/p' "$document" | sort >"$document.$$.table"
trap 'rm -f "$document.$$.header" "$document.$$.table"' EXIT
if [ -s "$document.$$.header" ] && diff "$document.$$.header" "$document.$$.table"; then
	echo "pass $document: every hypercall has its line, with its number"
else
	say "fail $document: its hypercalls and those of include/abi/hypercall.h differ"
fi
missing=$(sed -n 's/^#define \(PSCI_[A-Z_0-9]*\|SMCCC_VERSION\)[ \t]*0x\([0-9A-F]*\)u$/\1 0x\2/p' include/abi/hypercall.h |
	while read -r name number; do
		grep "\`$name\`" "$document" | grep -q "$number" || echo "$name"
	done)
if [ -z "$missing" ]; then
	echo "pass $document: every PSCI call has its line, with its number"
else
	say "fail $document: $missing: expected with its number got none"
fi

# In the table of promises, what stands in quotes is a line of a test.
quoted=$(awk '/^## Which test/ { inside = 1 } inside && /^\|/' "$document" | grep -o '"[^"]*"' | tr -d '"' | sort -u)
missing=$(echo "$quoted" | while read -r line; do
	git ls-files -co --exclude-standard tests examples | grep -v "^tests/docs/" | xargs grep -qF -e "$line" || echo "\"$line\""
done)
if [ -n "$quoted" ] && [ -z "$missing" ]; then
	echo "pass $document: every test that it quotes is there"
else
	say "fail $document: quotes $missing, which no test says"
fi
exit "$failed"
