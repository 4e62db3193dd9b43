#include "examples/handset/call/guest.h"
#include "examples/handset/call/publish.h"
#include "frontends/rtos/board.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/loop.h"
#include "frontends/rtos/mem.h"
#include "frontends/rtos/timer.h"
#include "vdev/log.h"

#define GUEST_LINE	 0x09050000ull
#define GUEST_LINE_INTID 41
#define GUEST_IRQ	 5

/* The policy, as the build found it. */
__asm__(".pushsection .rodata\n"
	"modem_policy_text: .incbin \"examples/handset/modem.conf\"\n"
	".byte 0\n"
	".popsection\n");
extern const char modem_policy_text[];

static struct modem_share share;
static struct uart guest_line;
static struct uart *modem_line;
static bool client_there; /* its DTR is up */
static unsigned guest_task;
static const struct pl_rights_page *rights_page;

static void on_line_send(void *data, const char *bytes, size_t count)
{
	(void)data;
	(void)uart_write(modem_line, bytes, count);
}

/* A client that does not read loses characters; nobody waits. */
static void on_client_send(void *data, const char *bytes, size_t count)
{
	(void)data;
	(void)uart_write(&guest_line, bytes, count);
}

static size_t on_client_room(void *data)
{
	(void)data;
	return uart_room(&guest_line);
}

static size_t on_line_room(void *data)
{
	(void)data;
	return uart_room(modem_line);
}

static void on_asked(void *data, const struct vmodem_ask *ask)
{
	(void)data;
	if (ask)
		log_line("call: Linux asks for %s %s: allow or refuse?", modem_class_str(ask->class),
			ask->number);
	else
		log_line("call: Linux does not ask any more");
}

static void on_refused(void *data, enum modem_class class, const char *reason)
{
	(void)data;
	(void)class;
	(void)reason; /* logged where it was refused */
}

static uint32_t on_rights(void *data, const char *client)
{
	(void)data;
	return published_rights(rights_page, client);
}

static const struct modem_share_impl impl = {.line_send = on_line_send,
	.line_room = on_line_room,
	.client_send = on_client_send,
	.client_room = on_client_room,
	.asked = on_asked,
	.rights = on_rights,
	.refused = on_refused};

static void say(enum vdev_log_level level, const char *text)
{
	(void)level;
	log_line("%s", text);
}

static void post(void *data)
{
	loop_post((unsigned)(uintptr_t)data);
}

/* A line has room again, or Linux's terminal has come or gone. */
static void on_line_event(void *data)
{
	(void)data;
	loop_post(guest_task);
}

void guest_init(struct phone *phone, struct uart *line, const struct pl_rights_page *rights, unsigned task)
{
	rights_page = rights;
	modem_line = line;
	modem_line->on_sent = on_line_event;
	guest_task = task;
	vdev_log_hook = say;
	(void)modem_share_init(&share, &impl, NULL, phone, modem_policy_text);
	guest_line.on_sent = guest_line.on_lines = on_line_event;
	guest_line.hold = true;
	(void)uart_init(&guest_line, GUEST_LINE, GUEST_LINE_INTID, GUEST_IRQ, post, (void *)(uintptr_t)task);
}

void guest_start(void)
{
	modem_share_start(&share, time_ns());
}

static void look_for_terminal(void)
{
	bool there = uart_peer_ready(&guest_line);

	if (client_there && !there)
		modem_share_client_left(&share, time_ns());
	client_there = there;
}

/* In a data call Linux is read no faster than the modem takes it: its line's flow control does the rest. */
void guest_run(void *data)
{
	char bytes[64];
	size_t count, room = modem_share_client_room(&share);

	(void)data;
	modem_share_run(&share, time_ns());
	look_for_terminal();
	count = room < sizeof(bytes) ? 0 : uart_read(&guest_line, bytes, sizeof(bytes));
	if (!count)
		return;
	modem_share_client_receive(&share, time_ns(), bytes, count);
	loop_post(guest_task);
}

void guest_phone_send(const char *bytes, size_t count)
{
	modem_share_phone_send(&share, time_ns(), bytes, count);
}

void guest_modem_receive(const char *bytes, size_t count)
{
	modem_share_line_receive(&share, time_ns(), bytes, count);
}

void guest_call_changed(void)
{
	modem_share_call_changed(&share, time_ns());
}

void guest_key(uint16_t code, bool down)
{
	modem_share_key(&share, time_ns(), code, down);
}

const struct vmodem_ask *guest_question(void)
{
	return modem_share_question(&share);
}

const char *guest_asker(const struct vmodem_ask *ask)
{
	return share.policy.client[ask->client].name;
}

bool guest_is_emergency(const char *number)
{
	return modem_share_is_emergency(&share, number);
}

void guest_restarted(void)
{
	modem_share_client_restarted(&share, time_ns());
}

void guest_tick(void)
{
	modem_share_tick(&share, time_ns());
}

uint64_t guest_deadline(void)
{
	return modem_share_deadline(&share);
}

bool guest_console(const char *text)
{
	bool allow = !strcmp(text, "allow");

	if (!allow && strcmp(text, "refuse"))
		return false;
	if (modem_share_decide(&share, time_ns(), allow))
		log_line("call: nobody asks for anything");
	return true;
}
