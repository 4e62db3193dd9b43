#!/bin/sh
# Includes point one way (STYLE: include/abi <- vdev <- vdev-* <- frontends, backends; hv includes
# include/abi and itself), and operating-system libraries appear under backends/, tools/ and examples/ only.
set -u

# allow DIRECTORY PATTERN: quoted includes in DIRECTORY match the extended regular expression.
allow() {
	grep -rnE '^#include "' --include='*.[chS]' "$1" 2>/dev/null |
		grep -vE "^[^:]*:[0-9]*:#include \"($2)" | sed 's/$/   <- not from here/'
}
# Only these headers of the compiler and freestanding C.
freestanding() {
	grep -rnE '^#include <' --include='*.[ch]' "$1" 2>/dev/null |
		grep -vE '<(stdint|stddef|stdbool|stdarg|stdalign|stdatomic|limits|errno|string)\.h>' |
		sed 's/$/   <- not freestanding/'
}

allow include 'abi/'
# Without a slash: in the same directory, or the seam that the link chooses (arch.h, plat.h).
allow hv 'hv/|abi/|[a-z_]+\.h"'
allow vdev 'vdev/|abi/'
for class in vdev-fb vdev-input vdev-audio vdev-modem vnet; do
	allow "$class" "$class/|vdev/|abi/"
	freestanding "$class"
done
freestanding vdev
for part in core arch/aarch64 plat; do
	freestanding "hv/$part"
done
allow frontends 'frontends/|vdev|vnet/|abi/'
allow backends 'backends/|vdev|vnet/|abi/|[a-z_]+\.(h|inc)"'
grep -rnE '^#include <(xf86|drm|libevdev|pixman|alsa)' --include='*.[ch]' \
	include hv vdev vdev-* frontends 2>/dev/null | sed 's/$/   <- an operating-system library/'
