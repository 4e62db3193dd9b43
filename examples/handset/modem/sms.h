/* The simulator's store of messages, and their PDUs (TS 23.040). */
#ifndef MODEM_SMS_H
#define MODEM_SMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MODEM_SMS_COUNT		20
#define MODEM_SMS_TEXT_BYTES	320 /* UTF-8 */
#define MODEM_SMS_PDU_BYTES	180
#define MODEM_SMS_ADDRESS_BYTES 24

/* In the order of +CMGL's <stat> (TS 27.005 3.1). */
enum modem_sms_state {
	MODEM_SMS_UNREAD,
	MODEM_SMS_READ,
	MODEM_SMS_UNSENT,
	MODEM_SMS_SENT,
	MODEM_SMS_STATE_COUNT
};

struct modem_sms {
	bool used;
	enum modem_sms_state state;
	uint32_t time_s; /* since the simulator's first day */
	char number[MODEM_SMS_ADDRESS_BYTES];
	char text[MODEM_SMS_TEXT_BYTES];
};

struct modem_messages {
	struct modem_sms store[MODEM_SMS_COUNT];
	uint8_t format;	   /* +CMGF: 0 PDU, 1 text */
	uint8_t cnmi[2];   /* <mode>, <mt> */
	uint8_t reference; /* of the last one sent */
	uint16_t cms_code; /* of the last failure */
	bool refuse;	   /* the network takes none */
	/* what is typed behind a prompt */
	uint16_t length; /* of the PDU, as +CMGS said */
	char number[MODEM_SMS_ADDRESS_BYTES];
	char typed[400];
	size_t typed_count;
	bool too_long;
};

/* SMS-DELIVER without service centre; its bytes, 0: the text does not fit. */
size_t modem_sms_deliver(const struct modem_sms *sms, uint8_t pdu[MODEM_SMS_PDU_BYTES]);
/* Addressee and text of an SMS-SUBMIT (without service centre); false: it is none. */
bool modem_sms_submit(const uint8_t *pdu, size_t count, struct modem_sms *sms);

#endif
