#include "tests/fuzz/fuzz.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "abi/virtio_mmio.h"

#define STEPS	 40
#define ROUNDS	 200 /* of work after each step: more than any honest driver's queues need */
#define FEATURES VDEV_FEATURES_OFFERED

struct fuzz fuzz;
static uint64_t state;

void fuzz_seed(uint64_t number)
{
	state = number;
}

uint32_t fuzz_random(void) /* splitmix64 */
{
	uint64_t z = state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return (uint32_t)(z >> 32);
}

uint32_t fuzz_below(uint32_t limit)
{
	return limit ? fuzz_random() % limit : 0;
}

uint64_t fuzz_number(void)
{
	uint64_t around = 1ull << fuzz_below(64);

	switch (fuzz_below(6)) {
	case 0: return fuzz_below(16);
	case 1: return around + fuzz_below(3) - 1;
	case 2: return UINT64_MAX - fuzz_below(32);
	case 3: return FUZZ_BANK_BASE + FUZZ_BANK_BYTES + fuzz_below(64) - 32;
	case 4: return FUZZ_BANK_BASE + fuzz_below(FUZZ_BANK_BYTES);
	default: return (uint64_t)fuzz_random() << 32 | fuzz_random();
	}
}

static uint8_t *bank_at(uint64_t addr)
{
	return fuzz.bank.base + (addr - FUZZ_BANK_BASE);
}

void fuzz_bank_create(void)
{
	const size_t page = 2u << 20; /* what a 16-bit index of 16-byte entries can reach */
	uint8_t *map = mmap(NULL, FUZZ_BANK_BYTES + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (map == MAP_FAILED || mprotect(map + page, FUZZ_BANK_BYTES, PROT_READ | PROT_WRITE) < 0) {
		perror("bank");
		exit(1);
	}
	fuzz.bank = (struct vmem){.base = map + page, .guest_base = FUZZ_BANK_BASE, .bytes = FUZZ_BANK_BYTES};
}

/* An honest driver's start; the bank may hold anything. */
static bool driver_start(void)
{
	if (loopback_negotiate(&fuzz.lb, FEATURES))
		return false;
	for (unsigned q = 0; q < fuzz.lb.queue_count && q < FUZZ_QUEUES_MAX; q++) {
		uint64_t ring = FUZZ_RINGS + q * FUZZ_RING_STEP;

		memset(bank_at(ring), 0, vq_ring_bytes(fuzz.target->queue_size));
		if (vq_driver_init(&fuzz.queue[q], &fuzz.bank, fuzz.target->queue_size, ring, FEATURES) ||
			loopback_queue_enable(&fuzz.lb, q, &fuzz.queue[q]))
			return false;
	}
	loopback_driver_ok(&fuzz.lb);
	return true;
}

bool fuzz_ask(unsigned q, const void *request, uint32_t request_bytes, void *answer, uint32_t answer_bytes)
{
	struct vq_buf buf[2] = {{.addr = FUZZ_DATA, .bytes = request_bytes},
		{.addr = FUZZ_DATA + 0x8000, .bytes = answer_bytes}};
	uint32_t bytes;
	int id;

	memcpy(bank_at(FUZZ_DATA), request, request_bytes);
	id = vq_add(&fuzz.queue[q], buf, 1, answer_bytes ? 1 : 0);
	if (id < 0)
		return false;
	vq_publish(&fuzz.queue[q]);
	loopback_notify(&fuzz.lb, q);
	loopback_run(&fuzz.lb, ROUNDS);
	if (vq_get(&fuzz.queue[q], &bytes) != id || bytes > answer_bytes)
		return false;
	if (answer_bytes)
		memcpy(answer, bank_at(FUZZ_DATA + 0x8000), answer_bytes);
	return true;
}

/*
 * Steps of a bad driver.
 */

static unsigned any_queue(void)
{
	return fuzz_below(fuzz.lb.queue_count < FUZZ_QUEUES_MAX ? fuzz.lb.queue_count : FUZZ_QUEUES_MAX);
}

static void step_register(void)
{
	static const uint32_t sizes[] = {1, 2, 4, 4, 4, 8, 3, 0};
	uint32_t offset = fuzz_below(4) ? fuzz_below(0x40) * 4 : VIRTIO_MMIO_CONFIG + fuzz_below(0x100);

	loopback_write(&fuzz.lb, offset, fuzz_number(), sizes[fuzz_below(8)]);
	loopback_read(&fuzz.lb, fuzz_below(4) ? offset : fuzz_random());
}

static void step_ring_bytes(void)
{
	uint64_t ring = FUZZ_RINGS + any_queue() * FUZZ_RING_STEP;
	uint32_t bytes = vq_ring_bytes(fuzz.target->queue_size);

	for (uint32_t i = fuzz_below(8); i > 0; i--)
		*bank_at(ring + fuzz_below(bytes)) = (uint8_t)fuzz_random();
}

/* Wrong in one place at most of the time: what is wrong everywhere is found out at the first check. */
static void fill_descriptor(struct vq_desc *desc)
{
	static const uint16_t flags[] = {0, VQ_DESC_F_WRITE, VQ_DESC_F_NEXT, VQ_DESC_F_NEXT | VQ_DESC_F_WRITE,
		VQ_DESC_F_INDIRECT, VQ_DESC_F_WRITE, VQ_DESC_F_WRITE, 0};

	*desc = (struct vq_desc){
		.addr = FUZZ_DATA + 16 * fuzz_below(0x1000),
		.len = fuzz_below(4) ? 8 : 16 * fuzz_below(64),
		.flags = flags[fuzz_below(8)],
		.next = (uint16_t)fuzz_below(fuzz.target->queue_size),
	};
	switch (fuzz_below(12)) {
	case 0: desc->addr = fuzz_number(); break;
	case 1: desc->addr = FUZZ_BANK_BASE + FUZZ_BANK_BYTES - fuzz_below(16); break;
	case 2: desc->len = (uint32_t)fuzz_number(); break;
	case 3: desc->flags = (uint16_t)fuzz_number(); break;
	case 4: desc->next = (uint16_t)fuzz_number(); break;
	case 5: desc->next = (uint16_t)(0xffff - fuzz_below(64)); break;
	default: break;
	}
}

#define TABLE_COUNT 64u

static struct vq_desc *table_at(uint32_t i)
{
	return (struct vq_desc *)(void *)bank_at(FUZZ_DATA + 16 * i);
}

/* An indirect table of TABLE_COUNT entries, in order; often one that loops or has something wrong. */
static void fill_table(void)
{
	uint16_t write = fuzz_below(2) ? VQ_DESC_F_WRITE : 0;

	for (uint32_t i = 0; i < TABLE_COUNT; i++)
		*table_at(i) =
			(struct vq_desc){FUZZ_DATA, 8, (uint16_t)(write | VQ_DESC_F_NEXT), (uint16_t)(i + 1)};
	/* Its beginning once more at the bank's end: a table that would go on beyond it. */
	memcpy(fuzz.bank.base + FUZZ_BANK_BYTES - 64, table_at(0), 64);
	table_at(fuzz_below(TABLE_COUNT))->next = (uint16_t)fuzz_below(2 * TABLE_COUNT);
	if (fuzz_below(2))
		table_at(fuzz_below(TABLE_COUNT))->flags = write;
	if (fuzz_below(2))
		fill_descriptor(table_at(fuzz_below(TABLE_COUNT)));
}

static void fill_indirect(struct vq_desc *desc)
{
	*desc = (struct vq_desc){
		FUZZ_DATA, 16 * (fuzz_below(4) ? TABLE_COUNT : 1 + fuzz_below(64)), VQ_DESC_F_INDIRECT, 0};
	if (fuzz_below(4) == 0)
		desc->addr = FUZZ_BANK_BASE + FUZZ_BANK_BYTES - 16 * fuzz_below(4);
	if (fuzz_below(16) == 0)
		desc->len = (uint32_t)fuzz_number();
}

/* Descriptors and an avail index near to what is right. */
static void step_descriptors(void)
{
	struct vq *vq = &fuzz.queue[any_queue()];
	uint16_t head;

	if (!vq->desc)
		return;
	head = (uint16_t)fuzz_below(vq->size);
	for (uint32_t i = fuzz_below(6); i > 0; i--)
		fill_descriptor(&vq->desc[fuzz_below(vq->size)]);
	fill_table();
	if (fuzz_below(2))
		fill_indirect(&vq->desc[head]);
	vq->avail->ring[vq->avail->idx % vq->size] = fuzz_below(16) ? head : (uint16_t)fuzz_number();
	vq->avail->idx = (uint16_t)(vq->avail->idx + (fuzz_below(16) ? 1 : fuzz_number()));
	if (fuzz_below(32) == 0)
		vq->used->idx = (uint16_t)fuzz_number();
}

/* A request that is almost right, sent rightly. */
static void step_request(void)
{
	unsigned q = any_queue();
	struct vq *vq = &fuzz.queue[q];
	uint32_t bytes = fuzz.target->request(bank_at(FUZZ_DATA), q);
	struct vq_buf buf[2] = {{.addr = FUZZ_DATA, .bytes = bytes ? bytes : 1},
		{.addr = FUZZ_DATA + 0x8000, .bytes = 1 + fuzz_below(512)}};
	unsigned reads = fuzz_below(8) ? 1 : fuzz_below(3);
	uint32_t written;

	if (!vq->desc)
		return;
	if (fuzz_below(4) == 0)
		*bank_at(FUZZ_DATA + fuzz_below(bytes + 1)) = (uint8_t)fuzz_random();
	while (vq_get(vq, &written) >= 0)
		fuzz.served_count++;
	vq_add(vq, buf, reads, fuzz_below(3 - reads));
	vq_publish(vq);
}

static void step_lifecycle(void)
{
	struct vdev *dev = fuzz.lb.dev;

	switch (fuzz_below(4)) {
	case 0: driver_start(); break;
	case 1: loopback_reset(&fuzz.lb); break;
	case 2:
		loopback_backend_down(&fuzz.lb);
		if (fuzz_below(2))
			step_register();
		loopback_backend_up(&fuzz.lb, dev ? fuzz.target->create(&fuzz.bank, false) : dev);
		break;
	default: loopback_take_interrupt(&fuzz.lb); break;
	}
}

/* Every other case leaves the rings whole, so that what lies behind them is reached more often. */
static void step(bool rings)
{
	switch (rings ? fuzz_below(16) : 6 + fuzz_below(40)) {
	case 0:
	case 1: step_register(); break;
	case 2: step_ring_bytes(); break;
	case 3:
	case 4:
	case 5: step_descriptors(); break;
	case 6: step_lifecycle(); break;
	default: step_request(); break;
	}
	if (fuzz.target->poke && fuzz_below(2))
		fuzz.target->poke();
	loopback_notify(&fuzz.lb, any_queue());
	loopback_run(&fuzz.lb, ROUNDS);
}

/* Broken and live exclude each other, and a broken device has told its driver. */
static bool consistent(void)
{
	const struct vdev *dev = fuzz.lb.dev;
	bool told = (fuzz.lb.status & VIRTIO_STATUS_NEEDS_RESET) != 0;

	return dev->broken ? told && !dev->live : !told || !dev->live;
}

static bool run_case(unsigned number)
{
	const struct fuzz_target *target = fuzz.target;
	bool good = true;
	unsigned ended = 0;

	fuzz_seed(number);
	memset(fuzz.bank.base, 0, FUZZ_BANK_BYTES);
	memset(fuzz.queue, 0, sizeof(fuzz.queue));
	loopback_init(&fuzz.lb, target->create(&fuzz.bank, true), &fuzz.bank);
	driver_start();
	for (unsigned i = 0; i < STEPS && good; i++) {
		step(number % 2);
		good = consistent();
		if (fuzz.lb.dev->broken)
			ended++;
		if (fuzz.lb.dev->broken && fuzz_below(4))
			driver_start();
	}
	fuzz.broken_count += ended > 0;
	good = good && driver_start() && consistent() && fuzz.lb.dev->live && target->works();
	if (!good)
		printf("%s: case %u does not hold: FUZZ_FIRST=%u FUZZ_CASES=1\n", target->name, number,
			number);
	return good;
}

unsigned fuzz_setting(const char *name, unsigned otherwise)
{
	const char *text = getenv(name);

	return text ? (unsigned)strtoul(text, NULL, 10) : otherwise;
}

unsigned fuzz_run(const struct fuzz_target *target, unsigned default_cases)
{
	unsigned first = fuzz_setting("FUZZ_FIRST", 1), cases = fuzz_setting("FUZZ_CASES", default_cases),
		 failed = 0;

	fuzz = (struct fuzz){.target = target};
	fuzz_bank_create();
	for (unsigned n = first; n < first + cases; n++)
		failed += !run_case(n);
	printf("%s: %u cases, %u were broken, %u requests served\n", target->name, cases, fuzz.broken_count,
		fuzz.served_count);
	return failed;
}
