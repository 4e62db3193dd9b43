#!/bin/sh
# The commands of docs/tracing.md do what it says of them.
#   check.sh DOCUMENT DIRECTORY
# Runs the lines of the document's `sh` blocks that begin with build/, in their order; then looks at what they left.
set -u
document=$1 directory=$2
failed=0
verdict() { # NAME WANTED GOT
	if [ "$2" = "$3" ]; then
		echo "pass $1"
	else
		echo "fail $1: expected $2 got $3"
		failed=1
	fi
}
awk '/^```sh/ { inside = 1; next } /^```/ { inside = 0 } inside && /^build\//' "$document" >"$directory/commands"
verdict 'the document shows commands' true "$([ -s "$directory/commands" ] && echo true)"
while read -r command; do
	sh -c "$command" >"$directory/said" 2>&1
	verdict "$command" 0 "$?"
	cat "$directory/said"
done <"$directory/commands" >"$directory/log"
grep -E '^(pass|fail) ' "$directory/log"
! grep -q '^fail ' "$directory/log" || failed=1

# What the worst beat waited for was the console, in EL2's timer interrupt (INTID 26).
verdict 'the latest beat is shown with what happened before it' 1 "$(grep -c 'timer late.*worst$' "$directory/log")"
verdict 'among that, what delayed it' true "$(grep -Pq '\tirq\t26\t' "$directory/log" && echo true)"
for track in pace talker hv; do
	verdict "the picture has a track for $track" true \
		"$(grep -q "\"args\":{\"name\":\"$track\"}" "$directory/trace.json" && echo true)"
done
exit "$failed"
