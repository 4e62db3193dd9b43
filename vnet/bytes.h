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

static inline uint64_t be64(const uint8_t *at)
{
	return (uint64_t)be32(at) << 32 | be32(at + 4);
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

/*
 * A copy of what is as short as a header: two moves of a constant size that may overlap, instead of a call.
 * Reading the copy back with the same length moves the same pieces, which the processor's store buffer
 * likes.
 */
static inline void copy_short(uint8_t *to, const uint8_t *from, uint32_t bytes)
{
	if (bytes > 128 || bytes < 16) {
		__builtin_memcpy(to, from, bytes);
	} else if (bytes > 64) {
		__builtin_memcpy(to, from, 64);
		__builtin_memcpy(to + bytes - 64, from + bytes - 64, 64);
	} else if (bytes > 32) {
		__builtin_memcpy(to, from, 32);
		__builtin_memcpy(to + bytes - 32, from + bytes - 32, 32);
	} else {
		__builtin_memcpy(to, from, 16);
		__builtin_memcpy(to + bytes - 16, from + bytes - 16, 16);
	}
}

#define MAC_BROADCAST 0xffffffffffffull

static inline bool mac_group(const uint8_t *mac)
{
	return (mac[0] & 1) != 0;
}

#endif
