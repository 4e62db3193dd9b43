/* The phone's bytes: lines of a port (V.250 5.2), and what is typed behind a prompt. */
#include "examples/handset/modem/modem_at.h"
#include "frontends/rtos/format.h"
#include "frontends/rtos/mem.h"

static bool has_prefix(const char *line)
{
	return (line[0] == 'A' || line[0] == 'a') && (line[1] == 'T' || line[1] == 't');
}

static void run(struct modem *m, struct modem_port *p, const char *line)
{
	m->running = p;
	modem_at_line(m, line);
	m->running = NULL;
	if (p->connect)
		modem_data_begin(m, p);
	p->connect = false;
}

static void refuse(struct modem *m, struct modem_port *p)
{
	m->running = p;
	modem_at_result(m, AT_ERROR);
	m->running = NULL;
}

static void end_of_line(struct modem *m, struct modem_port *p)
{
	char said[MODEM_LINE_BYTES + 16];

	p->line[p->count] = 0;
	p->count = 0;
	format_print(said, sizeof(said), "modem: > %s", p->line);
	if (p->line[0])
		m->io->say(m->io->data, said);
	if (p->too_long && has_prefix(p->line)) {
		refuse(m, p);
	} else if (!p->too_long && has_prefix(p->line)) {
		memcpy(p->last, p->line, sizeof(p->last));
		run(m, p, p->line);
	}
	p->too_long = false;
}

static void receive_byte(struct modem *m, struct modem_port *p, char c)
{
	if (p->echo)
		modem_port_send(m, p, &c, 1);
	if (c == '\r') {
		end_of_line(m, p);
	} else if (c == '\b' || c == 0x7f) {
		p->count -= p->count > 0;
	} else if ((uint8_t)c < 0x20) {
		return; /* V.250 5.2.2: other control characters are ignored */
	} else if (p->count + 1 < sizeof(p->line)) {
		p->line[p->count++] = c;
		/* V.250 5.2.4: A/ repeats at once, without a carriage return. */
		if (p->count == 2 && (p->line[0] == 'A' || p->line[0] == 'a') && c == '/') {
			p->count = 0;
			if (p->last[0])
				run(m, p, p->last);
		}
	} else {
		p->too_long = true;
	}
}

void modem_port_receive(struct modem *m, struct modem_port *p, const char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (p->data) {
			ppp_receive(&m->data.ppp, m->now, (const uint8_t *)bytes + i, count - i);
			return;
		}
		if (p->prompt)
			modem_sms_byte(m, p, bytes[i]);
		else
			receive_byte(m, p, bytes[i]);
	}
}

void modem_port_init(struct modem_port *p, unsigned index)
{
	*p = (struct modem_port){.index = (uint8_t)index, .echo = true, .verbose = true};
}

void modem_port_send(struct modem *m, struct modem_port *p, const char *bytes, size_t count)
{
	modem_wire_send(m, p->index, bytes, count);
}

/* Answers go where the command came from, all else to the phone's call control. */
struct modem_port *modem_port_now(struct modem *m)
{
	return m->running ? m->running : &m->port[m->wire.muxing ? MODEM_PORT_CALL : MODEM_PORT_PLAIN];
}
