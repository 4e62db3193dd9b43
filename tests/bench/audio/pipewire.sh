#!/bin/sh
# PipeWire's mixer beside ours: streams of 48 kHz stereo, half of them converted from 44.1 kHz, each with its own gain, into a
# sink that plays nowhere. Its clients convert, its daemon mixes: the processor time of all of them counts.
#   pipewire.sh TONE: the program that writes a tone
# Prints audio.mix_streams_per_core_pipewire, or why not.
set -eu
streams=32 seconds=10 tone=$1

for program in pipewire wireplumber pw-cat pw-cli dbus-run-session; do
	if ! command -v "$program" >/dev/null; then
		echo "bench-audio: no $program (make bench-audio-setup): PipeWire is left out" >&2
		exit 0
	fi
done
if [ "${PARTYLINE_BUS:-}" != own ]; then
	PARTYLINE_BUS=own exec dbus-run-session -- "$0" "$@"
fi

XDG_RUNTIME_DIR=$(mktemp -d)
XDG_CONFIG_HOME=$XDG_RUNTIME_DIR XDG_STATE_HOME=$XDG_RUNTIME_DIR
export XDG_RUNTIME_DIR XDG_CONFIG_HOME XDG_STATE_HOME
unset PIPEWIRE_RUNTIME_DIR PIPEWIRE_REMOTE
pids=''
trap 'kill $pids 2>/dev/null; wait; rm -rf "$XDG_RUNTIME_DIR"' EXIT

# await COMMAND: tried for a minute.
await() {
	n=0
	until "$@" >/dev/null 2>&1; do
		n=$((n + 1))
		[ $n -lt 600 ] || { echo "bench-audio: PipeWire: $* does not succeed" >&2; exit 1; }
		sleep 0.1
	done
}

# Clock ticks that our processes have had.
ticks() {
	sum=0
	for pid in $counted; do
		read -r line <"/proc/$pid/stat"
		# shellcheck disable=SC2086 # words of the line, after the name in brackets
		set -- ${line##*) }
		sum=$((sum + ${12} + ${13}))
	done
	echo $sum
}

linked() {
	[ "$(pw-cli list-objects Link | grep -c 'type PipeWire:Interface:Link')" -ge $((2 * streams)) ]
}

"$tone" 48000 2 1000 $((1000 * (seconds + 60))) "$XDG_RUNTIME_DIR/48000.wav"
"$tone" 44100 2 1000 $((1000 * (seconds + 60))) "$XDG_RUNTIME_DIR/44100.wav"
pipewire >"$XDG_RUNTIME_DIR/log" 2>&1 &
daemon=$! pids=$!
await pw-cli info 0
wireplumber >>"$XDG_RUNTIME_DIR/log" 2>&1 &
pids="$pids $!"
pw-cli create-node adapter '{ factory.name=support.null-audio-sink node.name=sink media.class=Audio/Sink
	object.linger=true audio.rate=48000 audio.position=[ FL FR ] }' >/dev/null
counted=$daemon
for n in $(seq "$streams"); do
	rate=48000
	[ $((n % 2)) -eq 0 ] || rate=44100
	pw-cat --playback --volume "0.$((n + 10))" "$XDG_RUNTIME_DIR/$rate.wav" >/dev/null 2>&1 &
	counted="$counted $!"
	pids="$pids $!"
done
await linked
begin=$(ticks)
# The sink plays in real time: so long is measured.
sleep "$seconds"
used=$(($(ticks) - begin))
awk -v used="$used" -v hz="$(getconf CLK_TCK)" -v n="$streams" -v s="$seconds" \
	'BEGIN { printf "audio.mix_streams_per_core_pipewire\t%.0f\tstreams\n", n * s * hz / used }'
