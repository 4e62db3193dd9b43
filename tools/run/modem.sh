#!/bin/sh
# `make modem`: the prompt of the modem of the handset that `make run` started in another terminal.
#   modem.sh RUN-DIRECTORY
set -eu
run=$1
if ! [ -p "$run/modem.in" ] || ! kill -0 "$(cat "$run/qemu.pid" 2>/dev/null)" 2>/dev/null; then
	echo "make modem: no handset is running: start it with 'make run' in another terminal" >&2
	exit 1
fi
echo 'Try: ring +358401234567 "Reception"; hangup; status; help. Ctrl-D leaves; the modem stays.'
tail -n 1 -f "$run/modem.log" &
trap 'kill $!' EXIT
cat >"$run/modem.in"
