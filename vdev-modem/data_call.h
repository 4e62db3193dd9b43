/*
 * A data call on the uplink's data channel: dialled by AT commands that are composed here, then a pipe for PPP between
 * the modem and a client, both ways no faster than who reads it.
 *
 *          data_call_dial            CONNECT                  data_call_hang_up
 *   IDLE -----------------> DIALLING -------> ONLINE --------------------------> CLOSING
 *    ^                         | no, or silence  | the modem drops DV               |
 *    |                         |                 v                                  | DV dropped, NO CARRIER,
 *    |                         |              ENDING: what still comes passes       | or no answer
 *    `-------------------------'-----------------'----------------------------------'
 *   The channel closes: any -> IDLE.
 */
#ifndef VDEV_MODEM_DATA_CALL_H
#define VDEV_MODEM_DATA_CALL_H

#include "vdev-modem/line.h"
#include "vdev-modem/uplink.h"

#define DATA_CALL_RING_BYTES 8192
#define DATA_CALL_APN_BYTES  64

enum data_call_state {
	DATA_CALL_IDLE,
	DATA_CALL_DIALLING,
	DATA_CALL_ONLINE,
	DATA_CALL_ENDING,
	DATA_CALL_CLOSING,
	DATA_CALL_STATE_COUNT
};

struct data_call_impl {
	/* All mandatory. Bytes that the client takes now. */
	size_t (*room)(void *data);
	void (*send)(void *data, const char *bytes, size_t count);
	/* The modem has connected. */
	void (*up)(void *data);
	/* It has not, or the call is over. Not after data_call_hang_up. */
	void (*down)(void *data);
};

struct data_call {
	const struct data_call_impl *impl;
	void *data;
	struct uplink *uplink;
	enum data_call_state state;
	uint64_t now_ns, deadline_ns;
	struct line line; /* until CONNECT */
	bool stopped;	  /* the modem, by us: the client does not read */
	uint32_t first, count;
	char ring[DATA_CALL_RING_BYTES]; /* to the client */
	uint64_t up_bytes, down_bytes;
};

const char *data_call_state_str(enum data_call_state state);
void data_call_init(
	struct data_call *call, const struct data_call_impl *impl, void *data, struct uplink *uplink);
/*
 * `apn` may be empty: the network's choice. -ENODEV: no data channel; -EBUSY: there is a call; -EINVAL: a context
 * other than 1 to 9, or an APN with characters that none has (TS 23.003 9.1).
 */
int data_call_dial(struct data_call *call, uint64_t now_ns, unsigned context, const char *apn);
void data_call_hang_up(struct data_call *call, uint64_t now_ns);
/* Bytes of the client that the pipe takes now. */
size_t data_call_room(const struct data_call *call);
/* What does not fit is dropped, as by a line without flow control. */
void data_call_send(struct data_call *call, uint64_t now_ns, const char *bytes, size_t count);
/* The client reads again. */
void data_call_run(struct data_call *call, uint64_t now_ns);
/* From the uplink. */
void data_call_receive(struct data_call *call, uint64_t now_ns, const void *bytes, size_t count);
void data_call_signals(struct data_call *call, uint64_t now_ns, uint8_t v24);
void data_call_channel_changed(struct data_call *call, uint64_t now_ns);
void data_call_tick(struct data_call *call, uint64_t now_ns);
uint64_t data_call_deadline(const struct data_call *call);

#endif
