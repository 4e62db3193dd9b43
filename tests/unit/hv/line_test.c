/* The emulated PL011 (ARM DDI 0183) and serial lines, as hv/core/line.h promises them. */
#include <errno.h>
#include "hv/core/line.h"
#include "tests/unit/hv/fake.h"

enum { CALL, LINUX, PARTITIONS };

#define UART	 0x09040000ull
#define VIRQ	 40u
#define STALL_US (LINE_STALL_MS * 1000u)

enum {
	DR = 0x00,
	FR = 0x18,
	IBRD = 0x24,
	LCR_H = 0x2c,
	CR = 0x30,
	IFLS = 0x34,
	IMSC = 0x38,
	RIS = 0x3c,
	MIS = 0x40,
	ICR = 0x44
};
#define ON 0x301u /* UARTEN, TXE, RXE */

static void set(uint32_t p, uint32_t offset, uint32_t value)
{
	EXPECT_EQ(fake_write(p, UART + offset, 4, value), 0);
}

static uint32_t get(uint32_t p, uint32_t offset)
{
	return (uint32_t)fake_read(p, UART + offset, 4);
}

static void start(void)
{
	fake_reset(PARTITIONS);
	for (uint8_t p = 0; p < PARTITIONS; p++)
		fake_config.uart[p] = (struct pl_config_uart){.partition = p,
			.kind = PL_UART_LINE,
			.peer = (uint8_t)(1 - p),
			.virq = VIRQ,
			.ipa = UART};
	fake_config.uart_count = PARTITIONS;
	EXPECT_EQ(fake_start(), true);
}

static void open_end(uint32_t p)
{
	set(p, LCR_H, 0x70);
	set(p, CR, ON);
}

static void start_open(void)
{
	start();
	open_end(CALL);
	open_end(LINUX);
}

static void send(uint32_t p, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		set(p, DR, 'a' + i % 26);
}

static uint32_t receive(uint32_t p)
{
	uint32_t count = 0;

	while (!(get(p, FR) & PL011_FR_RXFE)) {
		EXPECT_EQ(get(p, DR), 'a' + count % 26);
		count++;
	}
	return count;
}

static void test_stock_driver_finds_a_pl011(void)
{
	static const uint8_t id[] = {0x11, 0x10, 0x34, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

	start();
	for (uint32_t i = 0; i < 8; i++)
		EXPECT_EQ(get(CALL, 0xfe0 + 4 * i), id[i]);
	EXPECT_EQ(get(CALL, CR), 0x300);
	EXPECT_EQ(get(CALL, FR), PL011_FR_RXFE | PL011_FR_TXFE);
	set(CALL, IBRD, 13);
	set(CALL, IFLS, 0x09);
	EXPECT_EQ(get(CALL, IBRD), 13);
	EXPECT_EQ(get(CALL, IFLS), 0x09);
}

static void test_bytes_cross_in_both_directions(void)
{
	start_open();
	send(CALL, 20);
	EXPECT_EQ(receive(LINUX), 20);
	send(LINUX, 5);
	EXPECT_EQ(receive(CALL), 5);
	EXPECT_EQ(receive(LINUX), 0);
}

static void test_full_receiver_stops_the_sender(void)
{
	start_open();
	send(CALL, 64);
	EXPECT_EQ(get(LINUX, FR) & PL011_FR_RXFF, PL011_FR_RXFF);
	EXPECT_EQ(get(CALL, FR) & (PL011_FR_TXFF | PL011_FR_BUSY), PL011_FR_TXFF | PL011_FR_BUSY);
	get(LINUX, DR);
	EXPECT_EQ(get(CALL, FR) & PL011_FR_TXFF, 0);
	EXPECT_EQ(get(LINUX, FR) & PL011_FR_RXFF, PL011_FR_RXFF);
}

static void test_nothing_is_lost_on_the_way(void)
{
	start_open();
	send(CALL, 64);
	EXPECT_EQ(receive(LINUX), 64);
	EXPECT_EQ(get(CALL, FR) & (PL011_FR_TXFE | PL011_FR_BUSY), PL011_FR_TXFE);
	EXPECT_EQ(vuart_get(CALL)->dropped, 0);
}

static void test_transmit_interrupt_comes_when_the_fifo_drains(void)
{
	start_open();
	set(CALL, IMSC, PL011_INT_TX);
	EXPECT_EQ(fake_seen[CALL].level[VIRQ], false);
	send(CALL, 64);
	set(CALL, ICR, PL011_INT_TX);
	EXPECT_EQ(fake_seen[CALL].level[VIRQ], false);
	for (uint32_t i = 0; i < 15; i++)
		get(LINUX, DR);
	EXPECT_EQ(fake_seen[CALL].level[VIRQ], false); /* 17 in it */
	get(LINUX, DR);
	EXPECT_EQ(fake_seen[CALL].level[VIRQ], true); /* IFLS: half */
	EXPECT_EQ(get(CALL, MIS), PL011_INT_TX);
	set(CALL, ICR, PL011_INT_TX);
	EXPECT_EQ(fake_seen[CALL].level[VIRQ], false);
}

static void test_receive_interrupts_follow_the_fifo(void)
{
	start_open();
	send(CALL, 1);
	EXPECT_EQ(get(LINUX, RIS), PL011_INT_RT);
	EXPECT_EQ(fake_seen[LINUX].level[VIRQ], false);
	set(LINUX, IMSC, PL011_INT_RX | PL011_INT_RT);
	EXPECT_EQ(fake_seen[LINUX].level[VIRQ], true);
	send(CALL, 15);
	EXPECT_EQ(get(LINUX, RIS), PL011_INT_RX | PL011_INT_RT);
	set(LINUX, ICR, 0x7ff); /* what is unread is still there */
	EXPECT_EQ(fake_seen[LINUX].level[VIRQ], true);
	for (uint32_t i = 0; i < 16; i++)
		get(LINUX, DR);
	EXPECT_EQ(fake_seen[LINUX].level[VIRQ], false);
}

static void test_closed_peer_costs_bytes_not_time(void)
{
	start();
	open_end(CALL);
	send(CALL, 1000);
	EXPECT_EQ(get(CALL, FR) & (PL011_FR_TXFF | PL011_FR_BUSY), 0);
	EXPECT_EQ(vuart_get(CALL)->dropped, 1000);
	open_end(LINUX);
	EXPECT_EQ(receive(LINUX), 0);
}

static void test_stopped_peer_costs_bytes_not_time(void)
{
	start_open();
	send(CALL, 64);
	fake_partition[LINUX].state = PL_PARTITION_RESTARTING;
	vuart_partition_reset(&fake_partition[LINUX]);
	EXPECT_EQ(get(CALL, FR) & (PL011_FR_TXFF | PL011_FR_BUSY), 0); /* freed at once */
	send(CALL, 100);
	EXPECT_EQ(get(CALL, FR) & (PL011_FR_TXFF | PL011_FR_BUSY), 0);
	fake_partition[LINUX].state = PL_PARTITION_RUNNING;
	open_end(LINUX);
	EXPECT_EQ(receive(LINUX), 0);
	send(CALL, 3);
	EXPECT_EQ(receive(LINUX), 3);
}

static void test_peer_that_does_not_read_is_given_up(void)
{
	start_open();
	send(CALL, 64);
	fake_advance_us(STALL_US - 1);
	EXPECT_EQ(get(CALL, FR) & PL011_FR_TXFF, PL011_FR_TXFF);
	fake_advance_us(2);
	EXPECT_EQ(get(CALL, FR) & (PL011_FR_TXFF | PL011_FR_BUSY), 0);
	EXPECT_EQ(vuart_get(CALL)->dropped, 32);
	send(CALL, 100); /* no second wait */
	EXPECT_EQ(get(CALL, FR) & (PL011_FR_TXFF | PL011_FR_BUSY), 0);
	EXPECT_EQ(vuart_get(CALL)->dropped, 132);
	EXPECT_EQ(receive(LINUX), 32); /* it reads again: all is well */
	send(CALL, 64);
	EXPECT_EQ(get(CALL, FR) & PL011_FR_TXFF, PL011_FR_TXFF);
	EXPECT_EQ(receive(LINUX), 64);
}

static void test_slow_reader_is_not_given_up(void)
{
	start_open();
	send(CALL, 64);
	for (uint32_t i = 0; i < 32; i++) {
		fake_advance_us(STALL_US - 1000);
		get(LINUX, DR);
	}
	EXPECT_EQ(vuart_get(CALL)->dropped, 0);
}

static void test_modem_lines_follow_the_peer(void)
{
	start_open();
	EXPECT_EQ(get(CALL, FR) & PL011_FR_CTS, 0);
	set(LINUX, CR, ON | PL011_CR_RTS | PL011_CR_DTR);
	EXPECT_EQ(get(CALL, FR) & 7, PL011_FR_CTS | PL011_FR_DSR | PL011_FR_DCD);
	EXPECT_EQ(get(CALL, RIS) & 0xe, PL011_INT_CTS | PL011_INT_DSR | PL011_INT_DCD);
	vuart_partition_reset(&fake_partition[LINUX]);
	EXPECT_EQ(get(CALL, FR) & 7, 0);
}

static void test_hardware_flow_control_holds_the_sender(void)
{
	start_open();
	set(CALL, CR, ON | PL011_CR_CTSEN);
	send(CALL, 3);
	EXPECT_EQ(get(LINUX, FR) & PL011_FR_RXFE, PL011_FR_RXFE);
	set(LINUX, CR, ON | PL011_CR_RTS);
	EXPECT_EQ(receive(LINUX), 3);
}

static void test_fifo_off_is_one_deep(void)
{
	start();
	set(CALL, CR, ON);
	set(LINUX, CR, ON);
	send(CALL, 2);
	EXPECT_EQ(get(CALL, FR) & PL011_FR_TXFF, PL011_FR_TXFF);
	EXPECT_EQ(get(LINUX, FR) & PL011_FR_RXFF, PL011_FR_RXFF);
	EXPECT_EQ(receive(LINUX), 2);
}

static void test_bad_accesses_are_recorded_and_ignored(void)
{
	start_open();
	EXPECT_EQ(fake_write(CALL, UART + FR, 4, 0), -EINVAL);
	EXPECT_EQ(fake_write(CALL, UART + 0x200, 4, 0), -EINVAL);
	EXPECT_EQ(fake_write(CALL, UART + CR + 1, 1, 0), -EINVAL);
	EXPECT_EQ(fake_write(CALL, UART + CR, 8, 0), -EINVAL);
	EXPECT_EQ(fake_read(CALL, UART + 0x200, 4), 0);
	EXPECT_EQ(fake_partition[CALL].fault.number, 5);
	EXPECT_EQ(fake_partition[CALL].fault.cause, PL_FAULT_DEVICE_ACCESS);
	EXPECT_EQ(get(CALL, CR), ON);
}

static void test_each_received_byte_is_traced(void)
{
	const struct pl_trace_ring *ring = trace_of(cpu_this())->ring;
	uint64_t head;

	start_open();
	head = trace_of(cpu_this())->ring->head;
	ring = trace_of(cpu_this())->ring;
	fake_advance_us(1000);
	send(CALL, 2);
	EXPECT_EQ(ring->head, head + 2);
	EXPECT_EQ(ring->event[head + 1].type, PL_TRACE_LINE);
	EXPECT_EQ(ring->event[head + 1].partition, LINUX);
	EXPECT_EQ(ring->event[head + 1].a, 1);
	EXPECT_EQ(ring->event[head + 1].b, 'b');
	EXPECT_EQ(ring->event[head + 1].time, FAKE_HZ / 1000);
}

static void test_line_that_carries_sound_leaves_the_trace_alone(void)
{
	uint64_t head;

	start_open();
	for (uint32_t p = 0; p < PARTITIONS; p++)
		fake_config.uart[p].untraced = 1;
	head = trace_of(cpu_this())->ring->head;
	send(CALL, 2);
	EXPECT_EQ(trace_of(cpu_this())->ring->head, head);
	EXPECT_EQ(receive(LINUX), 2);
}

static const struct unit_test tests[] = {
	{"stock_driver_finds_a_pl011", test_stock_driver_finds_a_pl011},
	{"bytes_cross_in_both_directions", test_bytes_cross_in_both_directions},
	{"full_receiver_stops_the_sender", test_full_receiver_stops_the_sender},
	{"nothing_is_lost_on_the_way", test_nothing_is_lost_on_the_way},
	{"transmit_interrupt_comes_when_the_fifo_drains", test_transmit_interrupt_comes_when_the_fifo_drains},
	{"receive_interrupts_follow_the_fifo", test_receive_interrupts_follow_the_fifo},
	{"closed_peer_costs_bytes_not_time", test_closed_peer_costs_bytes_not_time},
	{"stopped_peer_costs_bytes_not_time", test_stopped_peer_costs_bytes_not_time},
	{"peer_that_does_not_read_is_given_up", test_peer_that_does_not_read_is_given_up},
	{"slow_reader_is_not_given_up", test_slow_reader_is_not_given_up},
	{"modem_lines_follow_the_peer", test_modem_lines_follow_the_peer},
	{"hardware_flow_control_holds_the_sender", test_hardware_flow_control_holds_the_sender},
	{"fifo_off_is_one_deep", test_fifo_off_is_one_deep},
	{"bad_accesses_are_recorded_and_ignored", test_bad_accesses_are_recorded_and_ignored},
	{"each_received_byte_is_traced", test_each_received_byte_is_traced},
	{"line_that_carries_sound_leaves_the_trace_alone",
		test_line_that_carries_sound_leaves_the_trace_alone},
};

UNIT_MAIN("line", tests)
