/* Packet data: D*99# on a port makes it PPP (ppp.h) until one side ends it. One call at a time. */
#include <errno.h>
#include "examples/handset/modem/modem_at.h"
#include "examples/handset/modem/prompt.h"
#include "frontends/rtos/mem.h"

#define SIGNALS (MUX_V24_RTC | MUX_V24_RTR)

static struct modem_port *port_of(struct modem *m)
{
	return &m->port[m->data.port];
}

/* All of a frame or none: IP is used to it. */
static void data_send(void *data, const uint8_t *bytes, size_t count)
{
	struct modem *m = data;

	if (!m->wire.muxing || mux_write_room(&m->wire.mux, m->data.port) >= count)
		modem_port_send(m, port_of(m), (const char *)bytes, count);
}

static void data_say(void *data, const char *text)
{
	struct modem *m = data;

	m->io->say(m->io->data, text);
}

/* The port takes commands again (V.250 6.3.6). */
static void end(struct modem *m)
{
	struct modem_port *p = port_of(m);

	if (!p->data)
		return;
	p->data = false;
	if (m->wire.muxing)
		mux_set_signals(&m->wire.mux, m->now, m->data.port, SIGNALS);
	m->running = p;
	modem_send_line(m, p->verbose ? "NO CARRIER" : "3");
	m->running = NULL;
}

static void data_down(void *data)
{
	end(data);
}

static const struct ppp_impl data_impl = {data_send, data_say, data_down};

bool modem_data_is_number(const char *text)
{
	return !strcmp(text, "*99#") ||
	       (!strncmp(text, "*99***", 6) && text[6] >= '1' && text[6] <= '9' && !strcmp(text + 7, "#"));
}

enum at_result modem_data_dial(struct modem *m)
{
	if (m->data.ppp.state != PPP_DEAD)
		return AT_NO_CARRIER;
	m->data.port = m->running->index;
	return AT_CONNECT;
}

void modem_data_begin(struct modem *m, struct modem_port *p)
{
	p->data = true;
	if (m->wire.muxing)
		mux_set_signals(&m->wire.mux, m->now, p->index, SIGNALS | MUX_V24_DV);
	ppp_start(&m->data.ppp, &data_impl, m, m->data.auth, m->now);
}

void modem_data_hang_up(struct modem *m, unsigned port)
{
	if (m->port[port].data && port == m->data.port) {
		m->data.ppp.state = PPP_DEAD;
		end(m);
	}
}

void modem_data_forget(struct modem *m)
{
	m->data.ppp.state = PPP_DEAD;
}

/* +CGDCONT=<cid>,"IP",<APN>: kept, and read back (TS 27.007 10.1.1). */
enum at_result modem_at_cgdcont(struct modem *m, enum at_form form, const char *argument)
{
	char type[8];

	switch (form) {
	case AT_TEST: modem_at_reply(m, "+CGDCONT: (1-9),\"IP\",,,(0),(0)"); return AT_OK;
	case AT_READ: modem_at_reply(m, "+CGDCONT: 1,\"IP\",\"%s\",\"\",0,0", m->data.apn); return AT_OK;
	case AT_SET:
		if (modem_argument_number(argument, 0, 9) < 1 ||
			!modem_argument(argument, 1, type, sizeof(type)) || strcmp(type, "IP") ||
			!modem_argument(argument, 2, m->data.apn, sizeof(m->data.apn)))
			return AT_BAD_PARAMETER;
		return AT_OK;
	default: return AT_ERROR;
	}
}

int modem_prompt_data(struct modem *m, const char *arguments)
{
	static const char *const auths[] = {"none", "pap", "chap"};
	char word[MODEM_WORD_BYTES];

	modem_word(&arguments, word, sizeof(word));
	if (!strcmp(word, "drop")) {
		ppp_close(&m->data.ppp, m->now);
		return 0;
	}
	if (!strcmp(word, "status")) {
		modem_say(m, "modem: data %s, %u packets in, %u out", ppp_state_str(m->data.ppp.state),
			m->data.ppp.in_packets, m->data.ppp.out_packets);
		return 0;
	}
	for (unsigned i = 0; i < sizeof(auths) / sizeof(auths[0]); i++)
		if (!strcmp(word, auths[i])) {
			m->data.auth = (enum ppp_auth)i;
			return 0;
		}
	modem_say(m, "modem: data: there are none, pap, chap (who may come in), drop and status, not '%s'",
		word);
	return -EINVAL;
}
