# shellcheck shell=sh
# Sourced by both partitions' /init. busybox runs its own tools without a file for each.
start_system() {
	export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/ TERM=dumb
	/bin/busybox mount -t proc proc /proc
	/bin/busybox --install -s /bin
	mount -t devtmpfs dev /dev
	mount -t sysfs sys /sys
	mount -t tmpfs run /run
	exec </dev/console >/dev/console 2>&1
	# The kernel's warnings would end up between the lines that others wait for.
	echo 1 >/proc/sys/kernel/printk
}

load_modules() {
	while read -r module parameters; do
		insmod "/lib/modules/$module" $parameters || echo "init: $module was not loaded"
	done <"/lib/modules/${1:-order}"
}

uptime_seconds() {
	read -r up _ </proc/uptime
	echo "${up%.*}"
}

# Restarts a program at once whenever it ends; from the third time on that it lived for less than
# two seconds, once a second.
keep_running() {
	quick=0
	while :; do
		since=$(uptime_seconds)
		"$@" </dev/null
		echo "init: $1 ended with $?"
		if [ "$(uptime_seconds)" -gt "$((since + 1))" ]; then
			quick=0
		elif [ "$((quick += 1))" -ge 3 ]; then
			sleep 1
		fi
	done
}

# No prompt and no line editing: the hypervisor prints whole lines, and what stands in front of
# a program's output would be taken for a part of it. A syntax error ends the inner shell only.
shell_on_console() {
	echo "init: up after $(cut -d ' ' -f 1 /proc/uptime) s"
	while :; do
		sh -c 'while read -r line; do eval "$line"; done' </dev/console
	done
}
