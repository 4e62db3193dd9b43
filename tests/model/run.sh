#!/bin/sh
# Checks every property of the models with spin, exhaustively, and that each check can fail: with a mutation
# compiled in, spin must find the violation. Prints `pass NAME` and `fail NAME` lines and the count.
#   run.sh DIRECTORY PROPERTIES
# A counterexample is then read with `spin -t -p -g model.pml` (a mutation's: -D and its name before -t) in the
# directory that the line names.
set -u
here=$(dirname "$0")
work=$1
properties=$2
rm -rf "$work"
mkdir -p "$work"

# verifier MODEL NAME LEVEL [DEFINE]: makes $work/NAME/pan, for at most 1.5 GB and seven processes.
verifier() {
	mkdir -p "$work/$2"
	cp "$here/$1.pml" "$work/$2/model.pml"
	# -o3: statements are not merged, so that each may be interleaved with the others'.
	(cd "$work/$2" && spin -a -o3 ${4:+"$4"} model.pml && gcc "$3" -w -DMEMLIM=1500 -DNFAIR=3 -o pan pan.c) \
		>"$work/$2/build.txt" 2>&1 || echo "fail $2: it does not build, see $work/$2/build.txt"
}

# search NAME PROPERTY KIND: prints `holds STATES`, `is violated`, or that there is no answer. Liveness is asked
# of runs in which every process that can go on for ever does go on (weak fairness).
search() {
	out=$work/$1/$2.txt
	fair=
	[ "$3" = safety ] || fair=-f
	(cd "$work/$1" && ./pan -a $fair -N "$2" -m3000000 -w22) >"$out" 2>&1
	if grep -q 'errors: 1$' "$out"; then
		echo 'is violated'
	elif grep -q 'errors: 0$' "$out" && ! grep -q 'depth too small\|out of memory\|not completed' "$out"; then
		echo "holds $(awk '/states, stored/ { print $1; exit }' "$out")"
	else
		echo 'is not settled'
	fi
}

# check MODEL PROPERTY KIND MUTATION…
check() {
	model=$1 property=$2 kind=$3
	shift 3
	[ -d "$work/$model" ] || verifier "$model" "$model" -O1
	found=$(search "$model" "$property" "$kind")
	case $found in
	holds*) echo "pass $model: $property (${found#holds } states)" ;;
	*) echo "fail $model: $property $found, see $work/$model" ;;
	esac
	for bug; do
		[ -d "$work/$model.$bug" ] || verifier "$model" "$model.$bug" -O0 "-D$bug"
		found=$(search "$model.$bug" "$property" "$kind")
		case $found in
		'is violated') echo "pass $model: $bug violates $property" ;;
		*) echo "fail $model: $property ${found% *} with $bug, see $work/$model.$bug" ;;
		esac
	done
}

# cited MODEL: the functions that its head says it models are still there.
cited() {
	sed -n '1,/\*\//{ s,[a-z0-9_/-]*\.[ch],,g; s/[^A-Za-z0-9_]/\n/gp; }' "$here/$1.pml" |
		grep -x '[a-z][a-z0-9]*_[a-z0-9_]*' | sort -u | while read -r name; do
		grep -rqw --include='*.[ch]' "$name" "$here/../../hv" "$here"/../../vdev* "$here/../../backends" \
			"$here/../../frontends" || echo "fail $1: it models $name, which is gone"
	done
}

# One model a process: the output stays in order.
one_model() {
	cited "$1"
	grep "^$1[[:space:]]" "$properties" | while read -r model property kind bugs; do
		# shellcheck disable=SC2086 # names are words
		check "$model" "$property" "$kind" $bugs
	done
}

models=$(grep -v "^#" "$properties" | cut -f 1 | uniq)
for model in $models; do
	one_model "$model" >"$work/$model.verdicts" &
done
wait

verdicts=$work/verdicts
for model in $models; do
	cat "$work/$model.verdicts"
done | tee "$verdicts"
failed=$(grep -c '^fail ' "$verdicts")
echo "$(grep -c '^pass ' "$verdicts") passed, $failed failed"
[ "$failed" -eq 0 ] && grep -q '^pass ' "$verdicts"
