#!/bin/sh
# Runs the tests one after the other and counts them.
#   run.sh LOG_DIRECTORY UNIT_TEST… -- MAKE_TARGET…
# A unit test is a CUnit binary (its verbose output names each test; one that names none counts
# as one). A make target prints `pass NAME`, `fail NAME …` and `skip NAME: REASON` lines.
# Each one's whole output is in the log directory. The guard only ends what hangs.
set -u
guard=${TEST_GUARD:-900}
logs=$1
shift
mkdir -p "$logs"
results=$logs/results
: >"$results"

# CUnit says "  Test: NAME ..." and, after whatever the test itself prints, "passed" or "FAILED".
verdicts() {
	awk -v unit="$2" '
	/^  Test: .* \.\.\./ {
		name = $0
		sub(/^  Test: /, "", name)
		sub(/ \.\.\..*/, "", name)
	}
	name != "" && /(passed|FAILED)$/ {
		print (/passed$/ ? "pass " : "fail ") unit ": " name
		name = ""
	}
	/^(pass|fail|skip) / { print $1 " " unit ": " substr($0, 6) }' "$1"
}

# verdict NAME STATUS LOG: what LOG says; a bad end without a failure is one.
verdict() {
	verdicts "$3" "$1" >"$3.verdict"
	if [ "$2" -ne 0 ] && ! grep -q '^fail ' "$3.verdict"; then
		echo "fail $1 (ended with $2): $(grep -v "^make" "$3" | tail -n 1)" >>"$3.verdict"
	elif [ ! -s "$3.verdict" ]; then
		echo "pass $1" >"$3.verdict"
	fi
	cat "$3.verdict"
	cat "$3.verdict" >>"$results"
	! grep -q '^fail ' "$3.verdict" || sed 's/^/    | /' "$3" | tail -n 40
}

while [ "$#" -gt 0 ] && [ "$1" != -- ]; do
	name=$(basename "$1")
	timeout -k 10 "$guard" "$1" >"$logs/$name.txt" 2>&1
	verdict "$name" $? "$logs/$name.txt"
	shift
done
[ "$#" -eq 0 ] || shift
for target; do
	timeout -k 10 "$guard" make --no-print-directory "$target" >"$logs/$target.txt" 2>&1
	verdict "$target" $? "$logs/$target.txt"
done

# Again, for who reads the end only.
sed -n 's/^fail /failed: /p' "$results"
failed=$(grep -c '^fail ' "$results")
skipped=$(grep -c '^skip ' "$results")
echo "$(grep -c '^pass ' "$results") passed, $failed failed$([ "$skipped" -eq 0 ] || echo ", $skipped skipped")"
[ "$failed" -eq 0 ]
