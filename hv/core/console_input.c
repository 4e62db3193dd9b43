/* What is typed on the real UART, and who gets it. */
#include "hv/core/console.h"

#define CTRL_T	      0x14
#define PICK_MS	      1000 /* a digit within that time after Ctrl-T picks a partition */
#define CHARS_PER_IRQ 8	   /* a burst is taken in turns: what is left raises the interrupt again */

static uint32_t focus = PL_NONE; /* partition; PL_NONE: nobody typed or switched yet */
static uint64_t switch_time;
static bool switched; /* the newest character was Ctrl-T */

/* The first partition after `from` that has a console, cyclically. PL_NONE: none has. */
static uint32_t next_console(uint32_t from)
{
	for (uint32_t i = 1; i <= PL_MAX_PARTITIONS; i++)
		if (console_of((from + i) % PL_MAX_PARTITIONS))
			return (from + i) % PL_MAX_PARTITIONS;
	return PL_NONE;
}

static void set_focus(uint32_t partition)
{
	focus = partition;
	hv_log("console: input to %s", console_of(partition)->name);
	console_end_line(console_of(partition)); /* its prompt */
}

static void pick(uint32_t partition)
{
	if (console_of(partition))
		set_focus(partition);
	else
		hv_log("console: partition %u has no console", partition);
}

static bool picks(char ch)
{
	return switched && ch >= '0' && ch <= '9' && time_now() - switch_time < time_hz() / 1000 * PICK_MS;
}

static void typed(char ch)
{
	if (ch == CTRL_T) {
		set_focus(next_console(focus));
		switched = true;
		switch_time = time_now();
		return;
	}
	if (picks(ch))
		pick((uint32_t)(ch - '0'));
	else
		vuart_receive(console_of(focus)->uart, (uint8_t)ch);
	switched = false;
}

void console_input_init(void)
{
	focus = PL_NONE;
	switched = false;
}

void console_input_irq(void)
{
	cold_lock();
	if (focus == PL_NONE)
		focus = next_console(PL_MAX_PARTITIONS - 1);
	for (uint32_t i = 0; i < CHARS_PER_IRQ; i++) {
		int ch = plat_uart_getc();

		if (ch < 0)
			break;
		if (focus != PL_NONE)
			typed((char)ch);
	}
	cold_unlock();
}
