#include <stdio.h>
#include <string.h>
#include "abi/rights.h"
#include "tests/unit/modem-vdev/handset.h"

static void push(struct handset_pipe *p, const void *bytes, size_t count)
{
	if (count > sizeof(p->bytes) - p->count)
		return;
	memcpy(p->bytes + p->count, bytes, count);
	p->count += count;
}

/* Text is kept as far as it fits; the newest counts. */
static void note(char *to, size_t bytes, const char *text, size_t count)
{
	size_t length = strlen(to);

	if (length + count + 1 >= bytes) {
		to[0] = 0;
		length = 0;
	}
	if (count + 1 >= bytes)
		return;
	memcpy(to + length, text, count);
	to[length + count] = 0;
}

static void phone_send(void *data, const char *bytes, size_t count)
{
	struct handset *h = data;

	modem_share_phone_send(&h->share, h->now, bytes, count);
}

static void phone_changed(void *data, enum pl_call_state old, const char *reason)
{
	struct handset *h = data;

	(void)old;
	(void)reason;
	modem_share_call_changed(&h->share, h->now);
}

static void phone_shown(void *data)
{
	(void)data;
}

static void line_send(void *data, const char *bytes, size_t count)
{
	push(&((struct handset *)data)->to_modem, bytes, count);
}

static size_t line_room(void *data)
{
	return HANDSET_PIPE_BYTES / 2 - ((struct handset *)data)->to_modem.count / 2;
}

static void client_send(void *data, const char *bytes, size_t count)
{
	struct handset *h = data;

	if (h->client_sink)
		h->client_sink(h->client_data, bytes, count);
	else
		note(h->to_client, sizeof(h->to_client), bytes, count);
}

static size_t client_room(void *data)
{
	return ((struct handset *)data)->client_room;
}

static void on_asked(void *data, const struct vmodem_ask *ask)
{
	((struct handset *)data)->asked += ask != NULL;
}

static void on_refused(void *data, enum modem_class class, const char *reason)
{
	(void)class;
	(void)reason;
	((struct handset *)data)->refused++;
}

static uint32_t on_rights(void *data, const char *client)
{
	return strcmp(client, "linux") ? 0 : ((struct handset *)data)->rights;
}

static void modem_sends(void *data, const char *bytes, size_t count)
{
	push(&((struct handset *)data)->to_phone, bytes, count);
}

static void modem_says(void *data, const char *line)
{
	struct handset *h = data;

	note(h->said, sizeof(h->said), line, strlen(line));
	note(h->said, sizeof(h->said), "\n", 1);
}

static size_t modem_room_left(void *data)
{
	return HANDSET_PIPE_BYTES - ((struct handset *)data)->to_phone.count;
}

static const struct phone_impl phone_impl = {phone_send, phone_changed, phone_shown, NULL};
static const struct modem_share_impl share_impl = {.line_send = line_send,
	.line_room = line_room,
	.client_send = client_send,
	.client_room = client_room,
	.asked = on_asked,
	.rights = on_rights,
	.refused = on_refused};
static struct modem_io io = {.send = modem_sends, .say = modem_says, .room = modem_room_left};

void handset_restart_phone(struct handset *h, const char *policy)
{
	h->to_modem.count = h->to_phone.count = 0;
	h->to_client[0] = 0;
	phone_init(&h->phone, &phone_impl, h);
	(void)modem_share_init(&h->share, &share_impl, h, &h->phone, policy);
	modem_share_start(&h->share, h->now);
}

void handset_init(struct handset *h, const char *policy)
{
	memset(h, 0, sizeof(*h));
	h->now = HANDSET_S;
	h->client_room = SIZE_MAX;
	h->rights = PL_RIGHT_ALL;
	io.data = h;
	modem_init(&h->modem, &io);
	modem_tick(&h->modem, h->now);
	handset_restart_phone(h, policy);
}

static void exchange(struct handset *h)
{
	static uint8_t bytes[HANDSET_PIPE_BYTES];
	size_t count;

	while (h->to_modem.count || h->to_phone.count) {
		memcpy(bytes, h->to_modem.bytes, count = h->to_modem.count);
		h->to_modem.count = 0;
		if (count)
			modem_receive(&h->modem, h->now, bytes, count);
		modem_share_run(&h->share, h->now);
		memcpy(bytes, h->to_phone.bytes, count = h->to_phone.count);
		h->to_phone.count = 0;
		if (count)
			modem_share_line_receive(&h->share, h->now, (const char *)bytes, count);
		modem_room(&h->modem, h->now);
	}
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

void handset_pass(struct handset *h, uint64_t ns)
{
	uint64_t end = h->now + ns;

	for (;;) {
		uint64_t due;

		exchange(h);
		due = least(modem_deadline(&h->modem),
			least(phone_deadline(&h->phone), modem_share_deadline(&h->share)));
		if (due > end)
			break;
		h->now = due > h->now ? due : h->now;
		modem_tick(&h->modem, h->now);
		phone_tick(&h->phone, h->now);
		modem_share_tick(&h->share, h->now);
	}
	h->now = end;
}

void handset_type_bytes(struct handset *h, const void *bytes, size_t count)
{
	modem_share_client_receive(&h->share, h->now, bytes, count);
}

void handset_type(struct handset *h, const char *line)
{
	h->to_client[0] = 0;
	handset_type_bytes(h, line, strlen(line));
	handset_type_bytes(h, "\r", 1);
}

int handset_prompt(struct handset *h, const char *line)
{
	return modem_command(&h->modem, h->now, line);
}
