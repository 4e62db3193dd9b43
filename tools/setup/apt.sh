# shellcheck shell=sh
# Sourced: `private_apt TOOL ARG…` runs an apt tool on lists, state and cache of our own in
# build/debian/apt, for arm64, without root. The machine's own dpkg never hears of arm64.
# The machine's apt configuration (proxies) still applies.
apt_dir=$PWD/build/debian/apt
. /etc/os-release
kernel_suite=$VERSION_CODENAME
[ "$VERSION_CODENAME" != bookworm ] || kernel_suite=bookworm-backports
export kernel_suite

private_apt() {
	tool=$1
	shift
	APT_CONFIG=$apt_dir/apt.conf "$tool" "$@"
}

# Fetches the lists, unless that was done within the hour: the archive drops a package when a newer one comes. The
# configuration has absolute paths, so it is written anew for a tree that was moved.
private_apt_update() {
	mkdir -p "$apt_dir/etc/preferences.d" "$apt_dir/lists/partial" \
		"$apt_dir/cache/archives/partial"
	: >"$apt_dir/status"
	: >"$apt_dir/etc/preferences"
	tools/setup/sources.sh >"$apt_dir/etc/sources.list"
	cat >"$apt_dir/apt.conf" <<-EOF
	APT::Architecture "arm64";
	APT::Architectures { "arm64"; "$(dpkg --print-architecture)"; };
	APT::Sandbox::User "root";
	APT::Install-Recommends "false";
	Acquire::Languages "none";
	Dir::State::status "$apt_dir/status";
	Dir::State::lists "$apt_dir/lists";
	Dir::State::extended_states "$apt_dir/extended_states";
	Dir::Cache "$apt_dir/cache";
	Dir::Cache::archives "$apt_dir/cache/archives";
	Dir::Etc::sourcelist "$apt_dir/etc/sources.list";
	Dir::Etc::sourceparts "-";
	Dir::Etc::preferences "$apt_dir/etc/preferences";
	Dir::Etc::preferencesparts "$apt_dir/etc/preferences.d";
	Debug::NoLocking "true";
	EOF
	[ -z "$(find "$apt_dir/.done" -mmin -60 2>/dev/null)" ] || return 0
	private_apt apt-get -qq update
	touch "$apt_dir/.done"
}

# Extracts the given .deb files into a directory, as dpkg would unpack them.
extract() {
	into=$1
	shift
	for deb; do
		dpkg-deb --fsys-tarfile "$deb" |
			tar -x --keep-directory-symlink --no-same-owner -C "$into"
	done
}
