/* Numbers as they lie in a frame: big endian, at any address. */
#ifndef VNET_BYTES_H
#define VNET_BYTES_H

#include <stdbool.h>
#include <stdint.h>

static inline uint16_t be16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t be32(const uint8_t *at)
{
	return (uint32_t)be16(at) << 16 | be16(at + 2);
}

static inline void be16_put(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static inline void be32_put(uint8_t *at, uint32_t value)
{
	be16_put(at, value >> 16);
	be16_put(at + 2, value);
}

/* A MAC address as a number, for comparing. */
static inline uint64_t mac_number(const uint8_t *mac)
{
	return (uint64_t)be32(mac) << 16 | be16(mac + 4);
}

#define MAC_BROADCAST 0xffffffffffffull

static inline bool mac_group(const uint8_t *mac)
{
	return (mac[0] & 1) != 0;
}

#endif
