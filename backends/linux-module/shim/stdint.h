/* The kernel is built without the C library's headers; include/abi wants these names. */
#include <linux/types.h>
