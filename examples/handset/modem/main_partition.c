/*
 * The modem as a partition of its own: the phone at the far end of its line, the prompt on its
 * console. It lives in virtual time, so what it does is the same in every measured run.
 */
#include "examples/handset/modem/modem.h"
#include "examples/handset/modem/voice_line.h"
#include "frontends/rtos/board.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/loop.h"
#include "frontends/rtos/prompt.h"
#include "frontends/rtos/rt.h"
#include "frontends/rtos/timer.h"
#include "frontends/rtos/uart.h"

#define RAM_BASE  0x51000000ull
#define RAM_BYTES 0x1000000ull

enum { TASK_VOICE, TASK_LINE, TASK_TIME, TASK_PROMPT };

#define LINE_PRIORITY 2

static const struct board_window windows[] = {{RAM_BASE, RAM_BYTES, BOARD_MEMORY}, BOARD_DEVICE_WINDOWS};
const struct board board = {windows, sizeof(windows) / sizeof(windows[0])};

static struct modem modem;
static struct uart line;
static struct timer timer;

static void line_send(void *data, const char *bytes, size_t count)
{
	(void)data;
	(void)uart_write(&line, bytes, count);
}

static void console_say(void *data, const char *text)
{
	(void)data;
	log_line("%s", text);
}

static size_t line_room(void *data)
{
	(void)data;
	return uart_room(&line);
}

static const struct modem_io io = {.send = line_send, .say = console_say, .room = line_room};

static void post(void *data)
{
	loop_post((unsigned)(uintptr_t)data);
}

static void arm(void)
{
	uint64_t due = modem_deadline(&modem);

	voice_line_update();
	if (due == MODEM_NEVER)
		timer_cancel(&timer);
	else
		timer_arm_at(&timer, time_from_ns(due) + 1);
}

static void run_line(void *data)
{
	char bytes[64];
	size_t count;

	(void)data;
	while ((count = uart_read(&line, bytes, sizeof(bytes))) != 0)
		modem_receive(&modem, time_ns(), bytes, count);
	modem_room(&modem, time_ns());
	arm();
}

static void run_time(void *data)
{
	(void)data;
	modem_tick(&modem, time_ns());
	arm();
}

static void take_command(const char *text)
{
	(void)modem_command(&modem, time_ns(), text);
}

static void run_prompt(void *data)
{
	static struct prompt prompt = {.take = take_command};

	(void)data;
	prompt_run(&prompt);
	arm();
}

void firmware_main(uint64_t arg)
{
	(void)arg;
	timer.fire = post;
	timer.data = (void *)TASK_TIME;
	modem_init(&modem, &io);
	(void)loop_add(TASK_LINE, run_line, NULL);
	(void)loop_add(TASK_TIME, run_time, NULL);
	(void)loop_add(TASK_PROMPT, run_prompt, NULL);
	log_on_receive(post, (void *)TASK_PROMPT);
	line.on_sent = post;
	(void)uart_init(&line, BOARD_LINE, BOARD_LINE_INTID, LINE_PRIORITY, post, (void *)TASK_LINE);
	(void)loop_add(TASK_VOICE, voice_line_run, NULL);
	voice_line_init(&modem, TASK_VOICE);
	log_line("modem: ready");
	loop_run();
}
