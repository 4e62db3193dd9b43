/* The trace ring, from the hypervisor's pen to a reader outside (tools/pltrace/reader.h). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "abi/mark.h"
#include "tests/unit/hv/fake.h"
#include "tools/pltrace/reader.h"

#define RAM_BASE   0x40000000ull
#define TRACE_PA   0x40e00000ull
#define EVENTS	   1024u
#define RING_BYTES (sizeof(struct pl_trace_ring) + EVENTS * sizeof(struct pl_trace_event))
#define CPUS_MAX   2u
#define RINGS_ROOM (CPUS_MAX * (RING_BYTES + 104)) /* what does not make a power of two is left */

static char path[] = "/tmp/trace_test.XXXXXX";
static struct pltrace reader;

/* A machine's memory as the emulator shares it: a file, in which the ring lies at its physical address. */
static void start_cpus(uint32_t partitions, uint32_t cpus)
{
	int fd;
	void *map;

	strcpy(path + strlen(path) - 6, "XXXXXX");
	fd = mkstemp(path);
	if (fd < 0 || ftruncate(fd, (off_t)(TRACE_PA - RAM_BASE + RINGS_ROOM)) < 0)
		abort();
	map = mmap(NULL, RINGS_ROOM, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)(TRACE_PA - RAM_BASE));
	if (map == MAP_FAILED)
		abort();
	close(fd);
	fake_reset(partitions);
	fake_config.trace_pa = (uintptr_t)map;
	fake_config.trace_bytes = RINGS_ROOM / CPUS_MAX;
	fake_config.cpu_count = cpus;
	EXPECT_EQ(pltrace_open(&reader, path, TRACE_PA, RAM_BASE), -EAGAIN);
	EXPECT_EQ(fake_start(), true);
	EXPECT_EQ(pltrace_open(&reader, path, TRACE_PA, RAM_BASE), 0);
}

static void start(uint32_t partitions)
{
	start_cpus(partitions, 1);
}

static void finish(void)
{
	pltrace_close(&reader);
	munmap((void *)(uintptr_t)fake_config.trace_pa, RINGS_ROOM);
	unlink(path);
}

static void write_events(uint64_t from, uint64_t count)
{
	for (uint64_t i = from; i < from + count; i++)
		trace_event(PL_TRACE_MARK, 1, PL_MARK_USER, i, ~i);
}

static uint64_t read_events(uint64_t expected)
{
	struct pl_trace_event e;
	uint64_t count = 0;

	for (; pltrace_next(&reader, &e) == 1; count++) {
		EXPECT_EQ(e.b, expected + count);
		EXPECT_EQ(e.c, ~e.b);
	}
	return count;
}

static void test_reader_finds_names_and_clock(void)
{
	start(2);
	strcpy(fake_config.partition[1].name, "linux");
	trace_init(&fake_config);
	EXPECT_STR(pltrace_partition(&reader, 1), "linux");
	EXPECT_STR(pltrace_partition(&reader, PL_TRACE_NONE), "hv");
	EXPECT_STR(pltrace_partition(&reader, 2), "?");
	EXPECT_EQ(pltrace_find(&reader, "linux"), 1);
	EXPECT_EQ(pltrace_find(&reader, "nobody"), -ENOENT);
	EXPECT_EQ(pltrace_ns(&reader, FAKE_HZ * 3), 3000000000ll);
	EXPECT_EQ(reader.ring->event_count, EVENTS);
	finish();
}

static void test_events_arrive_once_and_in_order(void)
{
	start(2);
	write_events(0, 700);
	EXPECT_EQ(read_events(0), 700);
	EXPECT_EQ(read_events(0), 0);
	for (uint64_t i = 0; i < 10; i++) { /* around the ring several times */
		write_events(700 + 500 * i, 500);
		EXPECT_EQ(read_events(700 + 500 * i), 500);
	}
	EXPECT_EQ(reader.lost, 0);
	finish();
}

static void test_overwritten_events_are_counted(void)
{
	start(2);
	write_events(0, 5000);
	EXPECT_EQ(read_events(5000 - (EVENTS - 1)), EVENTS - 1);
	EXPECT_EQ(reader.lost, 5000 - (EVENTS - 1));
	finish();
}

static void test_late_reader_may_skip_the_past(void)
{
	start(2);
	write_events(0, 100);
	pltrace_skip(&reader);
	write_events(100, 3);
	EXPECT_EQ(read_events(100), 3);
	finish();
}

static void test_reader_survives_a_reset_of_the_machine(void)
{
	start(2);
	write_events(0, 100);
	EXPECT_EQ(read_events(0), 100);
	trace_init(&fake_config);
	write_events(0, 5);
	EXPECT_EQ(read_events(0), 5);
	finish();
}

static void test_short_file_is_refused(void)
{
	start(2);
	EXPECT_EQ(truncate(path, TRACE_PA - RAM_BASE + 4096), 0);
	pltrace_close(&reader);
	EXPECT_EQ(pltrace_open(&reader, path, TRACE_PA, RAM_BASE), -EINVAL);
	EXPECT_EQ(truncate(path, 0), 0);
	EXPECT_EQ(pltrace_open(&reader, path, TRACE_PA, RAM_BASE), -EAGAIN);
	EXPECT_EQ(pltrace_open(&reader, "/nonexistent", TRACE_PA, RAM_BASE), -ENOENT);
	finish();
}

static void test_marks_of_partitions_are_recorded(void)
{
	struct pl_trace_event e;

	start(2);
	fake_advance_us(16);
	EXPECT_EQ(fake_hvc(1, PL_HVC_TRACE_MARK, PL_MARK_FLIP, 7, 3, 0, 0), 0);
	EXPECT_EQ(pltrace_next(&reader, &e), 1);
	EXPECT_EQ(e.type, PL_TRACE_MARK);
	EXPECT_EQ(e.partition, 1);
	EXPECT_EQ(e.a, PL_MARK_FLIP);
	EXPECT_EQ(e.b, 7);
	EXPECT_EQ(e.c, 3);
	EXPECT_EQ(pltrace_ns(&reader, e.time), 16000);
	finish();
}

static struct pl_trace_ring *ring_of(uint32_t cpu)
{
	return (void *)(uintptr_t)(fake_config.trace_pa + cpu * fake_config.trace_bytes);
}

/* As another CPU would. */
static void write_on(uint32_t cpu, uint64_t time, uint64_t number)
{
	struct pl_trace_ring *ring = ring_of(cpu);

	ring->event[ring->head % EVENTS] = (struct pl_trace_event){
		.time = time, .type = PL_TRACE_MARK, .cpu = (uint8_t)cpu, .b = number, .c = ~number};
	ring->head++;
}

static void test_rings_of_several_cpus_are_read_as_one(void)
{
	uint32_t cpu;

	start_cpus(2, 2);
	for (uint64_t i = 0; i < EVENTS; i++)
		write_on(i % 3 == 0, i, i);
	EXPECT_EQ(read_events(0), EVENTS);
	write_on(1, 3000, 9);
	EXPECT_EQ(read_events(9), 1);
	write_on(0, 3000, 10);
	EXPECT_EQ(read_events(10), 1);
	EXPECT_EQ(reader.lost, 0);
	ring_of(0)->masked_max = 5;
	ring_of(1)->masked_max = 7;
	EXPECT_EQ(pltrace_masked_max(&reader, &cpu), 7);
	EXPECT_EQ(cpu, 1);
	finish();
}

static void test_rings_that_the_file_does_not_hold_are_refused(void)
{
	start_cpus(2, 2);
	pltrace_close(&reader);
	ring_of(0)->ring_count = 9;
	EXPECT_EQ(pltrace_open(&reader, path, TRACE_PA, RAM_BASE), -EINVAL);
	ring_of(0)->ring_count = 8;
	EXPECT_EQ(pltrace_open(&reader, path, TRACE_PA, RAM_BASE), -EINVAL);
	ring_of(0)->ring_count = 2;
	ring_of(0)->ring_bytes = 8;
	EXPECT_EQ(pltrace_open(&reader, path, TRACE_PA, RAM_BASE), -EINVAL);
	ring_of(0)->ring_bytes = UINT64_MAX - 7;
	EXPECT_EQ(pltrace_open(&reader, path, TRACE_PA, RAM_BASE), -EINVAL);
	finish();
}

static void test_ring_without_room_is_refused(void)
{
	fake_reset(1);
	fake_config.trace_bytes = sizeof(struct pl_trace_ring);
	EXPECT_EQ(fake_start(), false);
}

static const struct unit_test tests[] = {
	{"reader_finds_names_and_clock", test_reader_finds_names_and_clock},
	{"events_arrive_once_and_in_order", test_events_arrive_once_and_in_order},
	{"overwritten_events_are_counted", test_overwritten_events_are_counted},
	{"late_reader_may_skip_the_past", test_late_reader_may_skip_the_past},
	{"reader_survives_a_reset_of_the_machine", test_reader_survives_a_reset_of_the_machine},
	{"short_file_is_refused", test_short_file_is_refused},
	{"marks_of_partitions_are_recorded", test_marks_of_partitions_are_recorded},
	{"rings_of_several_cpus_are_read_as_one", test_rings_of_several_cpus_are_read_as_one},
	{"rings_that_the_file_does_not_hold_are_refused", test_rings_that_the_file_does_not_hold_are_refused},
	{"ring_without_room_is_refused", test_ring_without_room_is_refused},
};

UNIT_MAIN("trace", tests)
