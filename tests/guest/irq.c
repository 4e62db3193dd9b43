/* What a guest may expect of its GICv3: nothing lost, nothing twice, the most urgent first. */
#include "tests/guest/test.h"

#define ASK	     0u
#define BELL_COUNT   6u
#define SGI_COUNT    12u				 /* three times the list registers there are */
#define sgi1r(value) sysreg_write(S3_0_C12_C11_5, value) /* ICC_SGI1R_EL1 */
#define UART	     0x09040000ull
#define UART_INTID   40u
#define UARTDR	     (UART + 0x00)
#define UARTCR	     (UART + 0x30)
#define UARTIMSC     (UART + 0x38)
#define UARTICR	     (UART + 0x44)
#define UART_INT_TX  0x20u
#define GICR_SGI     (BOARD_GICR + 0x10000)
#define ISPENDR	     0x200u
#define ICPENDR	     0x280u
#define ISACTIVER    0x300u

static volatile uint32_t order[64], order_count;
static volatile uint32_t nested_errors, nested_depth;
static volatile uint32_t active_seen, timer_fired, uart_count;
static volatile bool disable_while_active;

static void record(void *data)
{
	order[order_count++ % 64] = (uint32_t)(uint64_t)data;
}

static void send_sgi(uint32_t intid)
{
	sgi1r((uint64_t)intid << 24 | 1);
	cpu_isb();
}

static uint32_t out_of_order(uint32_t from, uint32_t count)
{
	uint32_t i, wrong = 0;

	for (i = 0; i < count; i++)
		wrong += order[from + i] != i;
	return wrong;
}

/* SGI n has priority SGI_COUNT - 1 - n: sent in ascending number, they must come in descending. */
static void list_registers_overflow(void)
{
	uint64_t flags;
	uint32_t i;

	for (i = 0; i < SGI_COUNT; i++)
		(void)irq_register(i, SGI_COUNT - 1 - i, true, record, (void *)(uint64_t)(SGI_COUNT - 1 - i));
	order_count = 0;
	flags = irq_save();
	for (i = 0; i < SGI_COUNT; i++)
		send_sgi(i);
	irq_restore(flags);
	test_equal("more pending than list registers: all delivered, at once", SGI_COUNT, order_count);
	test_equal("more pending than list registers: by priority", 0, out_of_order(0, SGI_COUNT));
}

static void bells_overflow(void)
{
	uint64_t flags;
	uint32_t i;

	for (i = 0; i < BELL_COUNT; i++)
		(void)irq_register(BOARD_DOORBELL_INTID(i), BELL_COUNT - 1 - i, true, record,
			(void *)(uint64_t)(BELL_COUNT - 1 - i));
	order_count = 0;
	flags = irq_save();
	(void)hvc_doorbell(ASK);
	irq_restore(flags);
	test_equal("six doorbells while masked: all delivered", BELL_COUNT,
		test_await(&order_count, BELL_COUNT, 50));
	test_equal("six doorbells while masked: by priority", 0, out_of_order(0, BELL_COUNT));
}

/* Each handler raises the next more urgent one, which must run inside it. */
static void nest(void *data)
{
	uint32_t intid = (uint32_t)(uint64_t)data, depth = ++nested_depth;

	if (intid + 1 < SGI_COUNT) {
		send_sgi(intid + 1);
		if (nested_depth != SGI_COUNT)
			nested_errors++;
	}
	(void)depth;
	order_count++;
}

static void nested_overflow(void)
{
	uint32_t i, round;

	for (i = 0; i < SGI_COUNT; i++)
		(void)irq_register(i, SGI_COUNT - 1 - i, true, nest, (void *)(uint64_t)i);
	for (round = 0; round < 3; round++) {
		order_count = 0;
		nested_depth = 0;
		send_sgi(0);
		test_equal("more active than list registers: all ended", SGI_COUNT,
			test_await(&order_count, SGI_COUNT, 50));
	}
	test_equal("more active than list registers: nested as they must", 0, nested_errors);
	test_equal(
		"more active than list registers: none stays active", 0, mmio_read32(GICR_SGI + ISACTIVER));
}

/* Leaves its handler with more urgent ones waiting than list registers: its own end meets none. */
static void crowd(void *data)
{
	uint32_t i;

	record(data);
	(void)irq_save();
	for (i = 1; i < SGI_COUNT; i++)
		send_sgi(i);
}

static void ended_without_list_register(void)
{
	uint32_t i, round;

	(void)irq_register(0, SGI_COUNT, true, crowd, NULL);
	for (i = 1; i < SGI_COUNT; i++)
		(void)irq_register(i, i, true, record, NULL);
	order_count = 0;
	for (round = 1; round <= 2; round++) {
		send_sgi(0);
		test_equal("ended while others had all list registers: all delivered", round * SGI_COUNT,
			test_await(&order_count, round * SGI_COUNT, 20));
	}
	test_equal("ended while others had all list registers: not active", 0,
		mmio_read32(GICR_SGI + ISACTIVER));
}

static void pending_while_disabled(void)
{
	(void)irq_register(BOARD_DOORBELL_INTID(0), 3, true, record, NULL);
	irq_disable(BOARD_DOORBELL_INTID(0));
	test_sleep_ms(1);
	order_count = 0;
	(void)hvc_doorbell(ASK);
	test_equal("disabled doorbell is not delivered", BELL_COUNT - 1,
		test_await(&order_count, BELL_COUNT, 5));
	irq_enable(BOARD_DOORBELL_INTID(0));
	test_equal("pending while disabled: kept", BELL_COUNT, test_await(&order_count, BELL_COUNT, 5));
	test_equal("pending while disabled: once", BELL_COUNT, test_await(&order_count, BELL_COUNT + 1, 5));
}

static void look_active(void *data)
{
	active_seen = mmio_read32(GICR_SGI + ISACTIVER);
	record(data);
}

static void registers_tell_state(void)
{
	(void)irq_register(5, 3, true, look_active, NULL);
	irq_disable(5);
	mmio_write32(GICR_SGI + ISPENDR, 1u << 5);
	test_equal("ISPENDR reads back", 1u << 5, mmio_read32(GICR_SGI + ISPENDR));
	mmio_write32(GICR_SGI + ICPENDR, 1u << 5);
	test_equal("ICPENDR clears", 0, mmio_read32(GICR_SGI + ISPENDR));
	order_count = 0;
	irq_enable(5);
	test_equal("cleared is not delivered", 0, test_await(&order_count, 1, 2));
	mmio_write32(GICR_SGI + ISPENDR, 1u << 5);
	test_equal("ISPENDR delivers", 1, test_await(&order_count, 1, 5));
	test_equal("ISACTIVER shows it in its handler", 1u << 5, active_seen);
	test_equal("and not afterwards", 0, mmio_read32(GICR_SGI + ISACTIVER));
}

static void on_timer(void *data)
{
	(void)data;
	if (disable_while_active)
		irq_disable(BOARD_TIMER_INTID);
	timer_fired++;
}

static void disabled_active_timer(void)
{
	struct timer t = {.fire = on_timer};

	disable_while_active = true;
	timer_arm_ns(&t, 1000000);
	while (!timer_fired)
		;
	disable_while_active = false;
	irq_enable(BOARD_TIMER_INTID);
	timer_arm_ns(&t, 1000000);
	test_equal("timer disabled while active: comes again", 2, test_await(&timer_fired, 2, 20));
}

/* Level-sensitive: writing a character raises the transmit interrupt until it is cleared. */
static void on_uart(void *data)
{
	(void)data;
	mmio_write32(UARTICR, UART_INT_TX);
	if (disable_while_active)
		irq_disable(UART_INTID);
	uart_count++;
}

static void assigned_interrupt(void)
{
	(void)irq_register(UART_INTID, 2, false, on_uart, NULL);
	mmio_write32(UARTCR, 0x301);
	mmio_write32(UARTIMSC, UART_INT_TX);
	mmio_write32(UARTDR, 'a');
	test_equal("assigned interrupt arrives", 1, test_await(&uart_count, 1, 10));
	irq_disable(UART_INTID);
	mmio_write32(UARTDR, 'b');
	test_equal("assigned interrupt, disabled: waits", 1, test_await(&uart_count, 2, 5));
	irq_enable(UART_INTID);
	test_equal("assigned interrupt, enabled again: kept", 2, test_await(&uart_count, 2, 10));
	disable_while_active = true;
	mmio_write32(UARTDR, 'c');
	test_equal("assigned interrupt disabled while active: ends", 3, test_await(&uart_count, 3, 10));
	disable_while_active = false;
	irq_enable(UART_INTID);
	mmio_write32(UARTDR, 'd');
	test_equal(
		"assigned interrupt disabled while active: comes again", 4, test_await(&uart_count, 4, 10));
}

/* Each of the three fills the FP registers and must find its own again: the main program, a handler, and one within it. */
void fp_fill(uint64_t seed);
uint64_t fp_differs(uint64_t seed);

static uint64_t fp_wrong;

static void fp_inner(void *data)
{
	(void)data;
	fp_fill(3000);
	fp_wrong |= fp_differs(3000);
	order_count++;
}

static void fp_outer(void *data)
{
	(void)data;
	send_sgi(1);
	fp_fill(2000);
	send_sgi(1);
	fp_wrong |= fp_differs(2000);
	order_count++;
}

static void fp_in_handlers(void)
{
	(void)irq_register(0, 2, true, fp_outer, NULL);
	(void)irq_register(1, 1, true, fp_inner, NULL);
	order_count = 0;
	fp_fill(1000);
	send_sgi(0);
	fp_wrong |= fp_differs(1000);
	test_equal("handlers that use FP registers: all ran", 3, order_count);
	test_equal("handlers that use FP registers: nobody lost his", 0, fp_wrong);
}

void firmware_main(uint64_t arg)
{
	(void)arg;
	test_sleep_ms(1);
	list_registers_overflow();
	bells_overflow();
	nested_overflow();
	ended_without_list_register();
	pending_while_disabled();
	registers_tell_state();
	disabled_active_timer();
	assigned_interrupt();
	fp_in_handlers();
	test_done();
}
