#include "examples/handset/call/status.h"
#include <errno.h>
#include <lwip/tcp.h>
#include "frontends/rtos/format.h"
#include "frontends/rtos/mem.h"

#define REQUEST_MAX  512
#define POLL_SECONDS 1 /* of lwIP's poll interval: 2 half seconds */

/* One connection. Free while pcb is NULL. */
struct place {
	struct tcp_pcb *pcb;
	uint32_t number; /* the least is the oldest */
	/* HTTP */
	char request[REQUEST_MAX];
	uint32_t request_bytes;
	uint32_t idle_s;
	/* sync */
	bool behind; /* the newest state has not been sent */
};

static const struct ui_model *model;
static struct place http[STATUS_PLACES], sync[STATUS_PLACES];
static uint32_t accepted_count;

static void forget(struct place *p)
{
	*p = (struct place){.pcb = NULL};
}

/* lwIP has freed the pcb already. */
static void on_error(void *argument, err_t error)
{
	(void)error;
	forget(argument);
}

static void let_go(struct place *p)
{
	struct tcp_pcb *pcb = p->pcb;

	tcp_arg(pcb, NULL);
	tcp_recv(pcb, NULL);
	tcp_sent(pcb, NULL);
	tcp_poll(pcb, NULL, 0);
	tcp_err(pcb, NULL);
	forget(p);
}

/* What was written is still delivered. ERR_ABRT, to be passed on to lwIP, if that cannot be. */
static err_t hang_up(struct place *p)
{
	struct tcp_pcb *pcb = p->pcb;

	let_go(p);
	if (tcp_close(pcb) == ERR_OK)
		return ERR_OK;
	tcp_abort(pcb);
	return ERR_ABRT;
}

static err_t cut_off(struct place *p)
{
	struct tcp_pcb *pcb = p->pcb;

	let_go(p);
	tcp_abort(pcb);
	return ERR_ABRT;
}

/* A free one, or the oldest client's: a Linux that was restarted left some that will never speak again. */
static struct place *take_place(struct place *places, struct tcp_pcb *pcb)
{
	struct place *best = &places[0];

	for (unsigned i = 0; i < STATUS_PLACES && best->pcb; i++)
		if (!places[i].pcb || places[i].number < best->number)
			best = &places[i];
	if (best->pcb)
		cut_off(best);
	*best = (struct place){.pcb = pcb, .number = ++accepted_count};
	tcp_arg(pcb, best);
	tcp_err(pcb, on_error);
	return best;
}

/*
 * HTTP: one request, one answer, and the connection ends.
 */

static void answer(struct place *p, const char *status, const char *type, const char *body, size_t bytes)
{
	char head[192];
	size_t n = format_print(head, sizeof(head),
		"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\nCache-Control: no-store\r\n"
		"Connection: close\r\n\r\n",
		status, type, bytes);

	/* The send buffer of a new connection holds both; without memory the client gets less than announced. */
	if (tcp_write(p->pcb, head, (u16_t)n, TCP_WRITE_FLAG_COPY | TCP_WRITE_FLAG_MORE) == ERR_OK && body)
		(void)tcp_write(p->pcb, body, (u16_t)bytes, TCP_WRITE_FLAG_COPY);
}

static bool asks_for(const char *request, const char *path)
{
	size_t n = strlen(path);

	return !strncmp(request, path, n) && (request[n] == ' ' || request[n] == '?');
}

static err_t serve(struct place *p)
{
	static char body[STATUS_PAGE_MAX];
	bool head = !strncmp(p->request, "HEAD ", 5);
	const char *path = p->request + (head ? 5 : 4);

	if (!head && strncmp(p->request, "GET ", 4) != 0)
		answer(p, "405 Method Not Allowed", "text/plain", "GET or HEAD\n", 12);
	else if (asks_for(path, "/"))
		answer(p, "200 OK", "text/html; charset=utf-8", head ? NULL : body,
			status_page(model, body, sizeof(body)));
	else if (asks_for(path, "/state.json"))
		answer(p, "200 OK", "application/json", head ? NULL : body,
			status_json(model, body, sizeof(body)));
	else
		answer(p, "404 Not Found", "text/plain", "no such page\n", 13);
	return hang_up(p);
}

static bool request_ends(const struct place *p)
{
	for (uint32_t i = 3; i < p->request_bytes; i++)
		if (!memcmp(p->request + i - 3, "\r\n\r\n", 4))
			return true;
	return false;
}

static err_t http_received(void *argument, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
	struct place *p = argument;
	uint32_t room = REQUEST_MAX - 1 - p->request_bytes;

	(void)error;
	if (!data)
		return hang_up(p);
	tcp_recved(pcb, data->tot_len);
	room = data->tot_len < room ? data->tot_len : room;
	pbuf_copy_partial(data, p->request + p->request_bytes, (u16_t)room, 0);
	p->request_bytes += room;
	p->request[p->request_bytes] = 0;
	p->idle_s = 0;
	pbuf_free(data);
	if (request_ends(p))
		return serve(p);
	if (p->request_bytes < REQUEST_MAX - 1)
		return ERR_OK;
	answer(p, "431 Request Header Fields Too Large", "text/plain", "too long\n", 9);
	return hang_up(p);
}

static err_t http_poll(void *argument, struct tcp_pcb *pcb)
{
	struct place *p = argument;

	(void)pcb;
	p->idle_s += POLL_SECONDS;
	return p->idle_s > STATUS_REQUEST_S ? cut_off(p) : ERR_OK;
}

static err_t http_accept(void *argument, struct tcp_pcb *pcb, err_t error)
{
	(void)argument;
	if (error != ERR_OK || !pcb)
		return ERR_VAL;
	take_place(http, pcb);
	tcp_recv(pcb, http_received);
	tcp_poll(pcb, http_poll, 2 * POLL_SECONDS);
	return ERR_OK;
}

/*
 * Sync.
 */

static void send_state(struct place *p)
{
	char line[STATUS_JSON_MAX];
	size_t n = status_json(model, line, sizeof(line));

	p->behind =
		tcp_sndbuf(p->pcb) < n || tcp_write(p->pcb, line, (u16_t)n, TCP_WRITE_FLAG_COPY) != ERR_OK;
	if (!p->behind)
		(void)tcp_output(p->pcb);
}

static err_t sync_sent(void *argument, struct tcp_pcb *pcb, u16_t bytes)
{
	struct place *p = argument;

	(void)pcb;
	(void)bytes;
	if (p->behind)
		send_state(p);
	return ERR_OK;
}

/* What a client says is of no interest, but that he leaves. */
static err_t sync_received(void *argument, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
	(void)error;
	if (!data)
		return hang_up(argument);
	tcp_recved(pcb, data->tot_len);
	pbuf_free(data);
	return ERR_OK;
}

static err_t sync_accept(void *argument, struct tcp_pcb *pcb, err_t error)
{
	struct place *p;

	(void)argument;
	if (error != ERR_OK || !pcb)
		return ERR_VAL;
	p = take_place(sync, pcb);
	tcp_recv(pcb, sync_received);
	tcp_sent(pcb, sync_sent);
	send_state(p);
	return ERR_OK;
}

void status_changed(void)
{
	for (unsigned i = 0; i < STATUS_PLACES; i++)
		if (sync[i].pcb)
			send_state(&sync[i]);
}

static int listen_on(uint16_t port, tcp_accept_fn accept)
{
	struct tcp_pcb *pcb = tcp_new(), *listener;

	if (!pcb)
		return -ENOMEM;
	if (tcp_bind(pcb, IP4_ADDR_ANY, port) != ERR_OK) {
		tcp_abort(pcb);
		return -EADDRINUSE;
	}
	listener = tcp_listen_with_backlog(pcb, STATUS_PLACES);
	if (!listener) {
		tcp_abort(pcb);
		return -ENOMEM;
	}
	tcp_accept(listener, accept);
	return 0;
}

int status_init(const struct ui_model *m)
{
	int ret;

	model = m;
	ret = listen_on(STATUS_PORT_HTTP, http_accept);
	return ret ? ret : listen_on(STATUS_PORT_SYNC, sync_accept);
}
