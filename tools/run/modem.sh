#!/bin/sh
# `make modem`: the modem simulator's prompt, at the second UART of the handset that `make run` started.
#   modem.sh MODEM-SIM RUN-DIRECTORY
set -eu
if ! [ -S "$2/modem.sock" ]; then
	echo "make modem: no handset is running: start it with 'make run' in another terminal" >&2
	exit 1
fi
exec "$1" "$2/modem.sock"
