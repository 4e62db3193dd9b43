#!/bin/sh
# `make run`: the reference handset, to use. The screen in a window or at a VNC port, the consoles
# of all partitions on this terminal, the modem in a second one.
#   handset.sh MACHINE-DIRECTORY RUN-DIRECTORY
set -eu
here=$(dirname "$0")

cat <<'TEXT'

Partyline: the reference handset
  screen    the window that opens, or the VNC port named below
  phone     F1 takes a call, F2 ends it; everything else goes to who has the focus
  modem     in a second terminal: make modem
            and there, for example: ring +358401234567 "Reception"
  consoles  on this terminal, each line with its partition's name
            Ctrl-T      type to the next partition (Ctrl-T and a digit: to that one)
            Ctrl-C      goes to the partition, as every other key
            Ctrl-A X    ends the handset

TEXT
exec "$here/plqemu" --display auto --console stdio --modem socket --run "$2" "$1"
