#include "examples/handset/modem/voice_line.h"
#include "examples/handset/modem/voice.h"
#include "frontends/rtos/board.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/loop.h"
#include "frontends/rtos/mem.h"
#include "frontends/rtos/timer.h"
#include "frontends/rtos/uart.h"

#define LINE_PRIORITY 1

static struct modem *owner;
static struct pcm voice;
static struct uart line;
static struct timer timer;
static struct pcm_recording *const recording = (struct pcm_recording *)PCM_RECORDING_PA;

static void line_send(void *data, const void *bytes, size_t count)
{
	(void)data;
	(void)uart_write(&line, bytes, count);
}

static void record(void *data, struct pcm_frame *frame)
{
	uint64_t head = recording->head;

	(void)data;
	frame->time_ns = modem_outer_ns(owner, voice.due);
	memcpy(&recording->frame[head % PCM_RECORDING_FRAMES], frame, sizeof(*frame));
	/* The frame before the number: pairs with the reader's acquire of head. */
	__atomic_store_n(&recording->head, head + 1, __ATOMIC_RELEASE);
}

static const struct pcm_io io = {line_send, record, NULL};

static void post(void *data)
{
	loop_post((unsigned)(uintptr_t)data);
}

void voice_line_update(void)
{
	uint32_t rate = modem_voice_rate(owner);
	bool was = voice.on, on = rate != 0;
	uint32_t frames = voice.frame.number, dropped = voice.frame.dropped;

	pcm_set(&voice, on, rate, modem_own_ns(owner, time_ns()));
	if (voice.on != was && on)
		log_line("modem: voice on, %u Hz", rate);
	else if (voice.on != was)
		log_line("modem: voice off after %u frames, %u samples dropped", frames, dropped);
	if (voice.due == PCM_NEVER)
		timer_cancel(&timer);
	else
		timer_arm_at(&timer, time_from_ns(modem_outer_ns(owner, voice.due)) + 1);
}

void voice_line_run(void *data)
{
	char bytes[256];
	size_t count;

	(void)data;
	while ((count = uart_read(&line, bytes, sizeof(bytes))) != 0)
		pcm_receive(&voice, bytes, count);
	pcm_tick(&voice, modem_own_ns(owner, time_ns()));
	voice_line_update();
}

void voice_line_init(struct modem *modem, unsigned task)
{
	owner = modem;
	modem->pcm_present = true;
	pcm_init(&voice, &io);
	recording->magic = PCM_RECORDING_MAGIC;
	recording->frame_bytes = sizeof(struct pcm_frame);
	recording->head = 0;
	timer.fire = post;
	timer.data = (void *)(uintptr_t)task;
	(void)uart_init(&line, BOARD_VOICE_LINE, BOARD_VOICE_LINE_INTID, LINE_PRIORITY, post,
		(void *)(uintptr_t)task);
}
