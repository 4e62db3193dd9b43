/* lwIP's view of the compiler: it includes this file by this name. */
#ifndef RTOS_LWIP_CC_H
#define RTOS_LWIP_CC_H

#include <stddef.h>
#include <stdint.h>

#define LWIP_NO_INTTYPES_H 1
#define LWIP_NO_CTYPE_H	   1
#define LWIP_NO_UNISTD_H   1

typedef ptrdiff_t ssize_t;
#define SSIZE_MAX PTRDIFF_MAX

#define X8_F  "02x"
#define U16_F "u"
#define S16_F "d"
#define X16_F "x"
#define U32_F "u"
#define S32_F "d"
#define X32_F "x"
#define SZT_F "zu"

/* Neither prints nor asserts: what a peer sends must not be able to end a partition. */
#define LWIP_NOASSERT
#define LWIP_PLATFORM_DIAG(x)
#define LWIP_PLATFORM_ASSERT(x)

#endif
