#!/bin/sh
# `make run`: the reference handset, to use. The screen in a window or at a VNC port, the consoles
# of all partitions on this terminal, the modem simulator behind them; its prompt is `make modem`.
#   handset.sh MODEM-SIM MACHINE-DIRECTORY RUN-DIRECTORY
set -eu
here=$(dirname "$0")
modem=$1 machine=$2 run=$3

cat <<TEXT

Partyline: the reference handset
  screen    the window that opens, or the VNC port named below
  sound     by this machine's sound server or card, if there is one (SOUND=none: silent); named below
  phone     F1 takes a call, F2 ends it; other keys go to whoever has the focus
  modem     in a second terminal: make modem
            and at its prompt, for example: ring +358401234567 "Reception"
            (from a script: echo 'ring 112' >$run/modem.in)
  consoles  on this terminal, each line with its partition's name
            Ctrl-T      type to the next partition (Ctrl-T and a digit: to that one)
            Ctrl-C      goes to that partition, as every other key does
            Ctrl-A X    ends the handset

TEXT

mkdir -p "$run"
rm -f "$run/modem.in" "$run/modem.sock"
mkfifo "$run/modem.in"
: >"$run/modem.log"
# QEMU inherits descriptor 3, the prompt's other end: the modem ends when QEMU does.
exec 3<>"$run/modem.in"
"$modem" "$run/modem.sock" <"$run/modem.in" >"$run/modem.log" 2>&1 3>&- &
if ! tail -n +1 -f --pid=$! "$run/modem.log" | grep -qm1 '^modem: ready'; then
	cat "$run/modem.log" >&2
	exit 1
fi
exec "$here/plqemu" --display auto --sound "${SOUND:-auto}" --console stdio --modem socket --run "$run" "$machine"
