#!/bin/sh
# Tries what `make run` gives: the phone comes up, a call made at the modem's prompt rings and goes,
# Ctrl-A X ends all of it. Prints pass and fail lines.
#   try.sh MODEM-SIM MACHINE-DIRECTORY RUN-DIRECTORY
set -u
here=$(dirname "$0")
run=$3
guard=${TEST_GUARD:-120} # seconds that any one wait may take
status=0

say() {
	echo "$1 $2"
	[ "$1" = pass ] || status=1
}

# await NAME FILE PATTERN: until a line of FILE matches, or the handset ends, or the guard's time is over.
await() {
	if timeout "$guard" tail -n +1 -f --pid="$handset" "$2" | grep -Eqm1 "$3"; then
		say pass "$1"
	else
		say fail "$1 (no \"$3\" in $2)"
	fi
}

mkdir -p "$run"
rm -f "$run/keyboard" "$run/console.txt" "$run/modem.log"
mkfifo "$run/keyboard"
: >"$run/console.txt"
: >"$run/modem.log"
exec 4<>"$run/keyboard"
env -u DISPLAY -u WAYLAND_DISPLAY "$here/handset.sh" "$1" "$2" "$run" <"$run/keyboard" >"$run/console.txt" 2>&1 4>&- &
handset=$!

await vnc-port-is-printed "$run/console.txt" 'VNC port [0-9]+'
await sound-is-named "$run/console.txt" 'plqemu: (no sound: |sound by )'
await phone-finds-its-modem "$run/modem.log" '> AT'
await linux-comes-up "$run/console.txt" 'linux +\| app: started'
echo 'ring +358401234567 "Reception"' >"$run/modem.in"
await a-call-rings "$run/console.txt" 'call +\| call: state [a-z]+ -> ringing'
echo hangup >"$run/modem.in"
await its-end-is-seen "$run/console.txt" 'call +\| call: state ringing -> [a-z]+'
printf '\024' >&4
await ctrl-t-changes-the-console "$run/console.txt" 'hv +\| console: input to '

# QEMU's own key, then its exit status; the guard ends a QEMU that does not listen.
printf '\001x' >&4
(sleep 20; kill "$handset") >/dev/null 2>&1 &
killer=$!
wait "$handset"
ended=$?
kill "$killer" 2>/dev/null
if [ "$ended" -eq 0 ]; then
	say pass ctrl-a-x-ends-it
else
	say fail "ctrl-a-x-ends-it (status $ended)"
fi
exit "$status"
