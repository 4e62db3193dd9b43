/* UDP ports of netphone.c, beside those of examples/handset/call/status.h. */
#ifndef TESTS_NETWORK_PORTS_H
#define TESTS_NETWORK_PORTS_H

#define NETPHONE_PORT_ECHO	7    /* sends each datagram back (RFC 862) */
#define NETPHONE_PORT_FORBIDDEN 7777 /* nothing is to reach it */

#endif
