#!/bin/sh
# What lies behind an uplink's TAP, set up with the kernel's own means. Run as root in the I/O domain.
#   uplink.sh bridge TAP CARD             TAP and CARD on one bridge: partitions are in CARD's network
#   uplink.sh nat TAP CARD ADDRESS/BITS   partitions' network is ADDRESS's; what leaves by CARD has CARD's address
#   uplink.sh off TAP                     takes either back
set -eu
usage() {
	sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

bridge() {
	ip link add "br-$1" type bridge
	ip link set "$1" master "br-$1"
	ip link set "$2" master "br-$1"
	ip link set "$1" up
	ip link set "$2" up
	ip link set "br-$1" up
}

# Connections begin on the partitions' side only.
nat() {
	ip address replace "$3" dev "$1"
	ip link set "$1" up
	sysctl -qw "net.ipv4.conf.$1.forwarding=1" "net.ipv4.conf.$2.forwarding=1"
	nft -f - <<-RULES
		table ip partyline_$1 {
			chain out {
				type nat hook postrouting priority srcnat;
				iifname "$1" oifname "$2" masquerade
			}
			chain through {
				type filter hook forward priority filter; policy accept;
				iifname "$2" oifname "$1" ct state established,related accept
				oifname "$1" drop
			}
		}
	RULES
}

off() {
	nft delete table ip "partyline_$1" 2>/dev/null || true
	ip link delete "br-$1" 2>/dev/null || true
	ip address flush dev "$1" 2>/dev/null || true
}

case "${1-} $#" in
'bridge 3') bridge "$2" "$3" ;;
'nat 4') nat "$2" "$3" "$4" ;;
'off 2') off "$2" ;;
*) usage ;;
esac
