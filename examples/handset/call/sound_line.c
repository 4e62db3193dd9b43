#include "examples/handset/call/sound_line.h"
#include "frontends/rtos/board.h"
#include "frontends/rtos/irq.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/loop.h"
#include "frontends/rtos/timer.h"
#include "frontends/rtos/uart.h"

#define LINE_IRQ 1

static struct call_sound sound;
static struct uart line;
static uint32_t dropped_told;

static void line_send(void *data, const void *bytes, size_t count)
{
	(void)data;
	(void)uart_write(&line, bytes, count);
}

static void post(void *data)
{
	loop_post((unsigned)(uintptr_t)data);
}

const struct call_sound *sound_line_init(
	const struct sound_card *card, unsigned intid, unsigned task, void (*changed)(void *data))
{
	static struct call_sound_impl impl;

	impl = (struct call_sound_impl){line_send, changed};
	sound.snd.mmio.name = "call-snd";
	sound.snd.mmio.base = card->base;
	sound.snd.mmio.memory = card->bank;
	sound.snd.area_addr = card->area_addr;
	(void)call_sound_init(&sound, time_ns(), &impl, NULL);
	(void)irq_register(intid, card->irq, true, post, (void *)(uintptr_t)task);
	(void)uart_init(
		&line, BOARD_VOICE_LINE, BOARD_VOICE_LINE_INTID, LINE_IRQ, post, (void *)(uintptr_t)task);
	return &sound;
}

bool sound_line_run(void)
{
	uint8_t bytes[256];
	size_t count;

	while ((count = uart_read(&line, bytes, sizeof(bytes))) != 0)
		call_sound_receive(&sound, time_ns(), bytes, count);
	if (line.rx_dropped + line.tx_dropped != dropped_told) {
		dropped_told = line.rx_dropped + line.tx_dropped;
		log_line("call: voice line: %u bytes dropped", dropped_told);
	}
	return call_sound_run(&sound, time_ns());
}

uint64_t sound_line_deadline(void)
{
	return call_sound_deadline(&sound);
}

void sound_line_rate(uint32_t hz)
{
	call_sound_set_rate(&sound, hz);
}

/* What a call cost is told when it is over. */
static void tell_call(void)
{
	log_line("call: voice: %u frames down, %u up; %u torn, %u refused", sound.down_frames,
		sound.up_frames, sound.torn_frames, sound.refused_frames);
	log_line("call: voice: a frame %u us on the line, answers held for %u us, up to %u us late",
		sound.line_us, sound.hold_us, sound.late_us);
}

void sound_line_state(enum pl_call_state state, bool lost)
{
	if (sound.state == PL_CALL_ACTIVE && state != PL_CALL_ACTIVE)
		tell_call();
	call_sound_state(&sound, time_ns(), state, lost);
}

bool sound_line_key(uint16_t code)
{
	return call_sound_key(&sound, time_ns(), code);
}
