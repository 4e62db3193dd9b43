#include "abi/mark.h"
#include "tools/pltrace/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "abi/fault.h"
#include "abi/hypercall.h"

#define MAP_MAX (64u << 20) /* more than any ring: a header that asks for it is wrong */

static int map_file(struct pltrace *t, int fd, off_t offset, size_t bytes)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (st.st_size == 0)
		return -EAGAIN; /* QEMU makes the file, then gives it its size */
	if (offset + (off_t)bytes > st.st_size)
		return -EINVAL;
	t->map = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, offset);
	if (t->map == MAP_FAILED) {
		t->map = NULL;
		return -errno;
	}
	t->map_bytes = bytes;
	return 0;
}

/* Bytes from the first ring's header to the last ring's end, from that header alone. */
static int rings_bytes(const struct pl_trace_ring *ring, size_t *bytes)
{
	uint64_t one, count;

	count = ring->event_count;
	if (ring->version != 1 || count == 0 || (count & (count - 1)) != 0 || ring->counter_hz == 0 ||
		ring->ring_count > PL_MAX_CPUS)
		return -EINVAL;
	one = sizeof(*ring) + count * sizeof(struct pl_trace_event);
	if (one > MAP_MAX)
		return -EINVAL;
	*bytes = one;
	if (ring->ring_count <= 1)
		return 0;
	if (ring->ring_bytes < one || ring->ring_bytes > MAP_MAX || ring->ring_bytes % 8)
		return -EINVAL;
	*bytes += (ring->ring_count - 1) * ring->ring_bytes;
	return 0;
}

/* Each ring must be as large as the first, which the file has room for. */
static int find_rings(struct pltrace *t, const struct pl_trace_ring *first)
{
	uint32_t count = first->ring_count > 1 ? first->ring_count : 1;

	for (uint32_t i = 0; i < count; i++) {
		const struct pl_trace_ring *ring =
			(const void *)((const char *)t->map + (i ? i * first->ring_bytes : 0));

		if (ring->magic != PL_TRACE_MAGIC || ring->event_count != first->event_count)
			return -EINVAL;
		t->cursor[i].ring = ring;
	}
	t->cursor_count = count;
	t->event_count = first->event_count;
	t->ring = t->map;
	return 0;
}

/* The first ring's header, read once: what is checked is what is used. */
static int read_head(struct pltrace *t, int fd, off_t offset, struct pl_trace_ring *head)
{
	const struct pl_trace_ring *ring;
	int ret = map_file(t, fd, offset, sizeof(*ring));

	if (ret < 0)
		return ret;
	ring = t->map;
	if (__atomic_load_n(&ring->magic, __ATOMIC_ACQUIRE) != PL_TRACE_MAGIC)
		ret = -EAGAIN;
	else
		memcpy(head, ring, sizeof(*head));
	pltrace_close(t);
	return ret;
}

int pltrace_open(struct pltrace *t, const char *path, uint64_t pa, uint64_t ram_base)
{
	off_t offset = (off_t)(pa - ram_base);
	struct pl_trace_ring head;
	size_t bytes = 0;
	int fd, ret;

	memset(t, 0, sizeof(*t));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = read_head(t, fd, offset, &head);
	if (ret == 0)
		ret = rings_bytes(&head, &bytes);
	if (ret < 0)
		goto out;
	ret = map_file(t, fd, offset, bytes);
	if (ret < 0)
		goto out;
	ret = find_rings(t, &head);
	if (ret < 0)
		pltrace_close(t);
out:
	close(fd);
	return ret;
}

void pltrace_close(struct pltrace *t)
{
	if (t->map)
		munmap(t->map, t->map_bytes);
	t->map = NULL;
	t->ring = NULL;
	t->cursor_count = 0;
}

static uint64_t head_of(const struct pltrace_cursor *c)
{
	return __atomic_load_n(&c->ring->head, __ATOMIC_ACQUIRE);
}

/*
 * Copy what is there, then look at head again: the writer may be in the middle of event number
 * `head`, in the slot of event `head - count`, so only later ones are certainly whole.
 */
static void fill(struct pltrace *t, struct pltrace_cursor *c)
{
	uint64_t count = t->event_count;
	uint64_t head = head_of(c);
	uint64_t oldest;
	uint32_t n = 0;

	if (head < c->next) /* the machine was reset */
		c->next = 0;
	if (head - c->next >= count) {
		t->lost += head - c->next - (count - 1);
		c->next = head - (count - 1);
	}
	for (uint64_t i = c->next; i < head && n < PLTRACE_BATCH; i++)
		c->batch[n++] = c->ring->event[i & (count - 1)];
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	head = head_of(c);
	oldest = head >= count ? head - count + 1 : 0;
	c->batch_count = n;
	c->batch_next = 0;
	if (oldest > c->next) {
		c->batch_next = oldest - c->next > n ? n : (uint32_t)(oldest - c->next);
		t->lost += c->batch_next;
	}
	c->next += n;
}

/* NULL: nothing new in that ring. */
static const struct pl_trace_event *peek(struct pltrace *t, struct pltrace_cursor *c)
{
	if (c->batch_next == c->batch_count)
		fill(t, c);
	return c->batch_next == c->batch_count ? NULL : &c->batch[c->batch_next];
}

int pltrace_next(struct pltrace *t, struct pl_trace_event *e)
{
	struct pltrace_cursor *from = NULL;

	for (uint32_t i = 0; i < t->cursor_count; i++) {
		const struct pl_trace_event *event = peek(t, &t->cursor[i]);

		if (event && (!from || event->time < from->batch[from->batch_next].time))
			from = &t->cursor[i];
	}
	if (!from)
		return 0;
	*e = from->batch[from->batch_next++];
	return 1;
}

void pltrace_skip(struct pltrace *t)
{
	for (uint32_t i = 0; i < t->cursor_count; i++) {
		t->cursor[i].next = head_of(&t->cursor[i]);
		t->cursor[i].batch_next = t->cursor[i].batch_count = 0;
	}
}

uint64_t pltrace_masked_max(const struct pltrace *t, uint32_t *cpu)
{
	uint64_t worst = 0;

	*cpu = 0;
	for (uint32_t i = 0; i < t->cursor_count; i++)
		if (t->cursor[i].ring->masked_max > worst) {
			worst = t->cursor[i].ring->masked_max;
			*cpu = i;
		}
	return worst;
}

uint64_t pltrace_ns(const struct pltrace *t, uint64_t ticks)
{
	return (uint64_t)((unsigned __int128)ticks * 1000000000u / t->ring->counter_hz);
}

const char *pltrace_partition(const struct pltrace *t, uint8_t partition)
{
	if (partition == PL_TRACE_NONE)
		return "hv";
	if (partition >= t->ring->partition_count || partition >= 8)
		return "?";
	return t->ring->partition_name[partition];
}

int pltrace_find(const struct pltrace *t, const char *name)
{
	for (uint32_t i = 0; i < t->ring->partition_count && i < 8; i++)
		if (strncmp(t->ring->partition_name[i], name, sizeof(t->ring->partition_name[i])) == 0)
			return (int)i;
	return -ENOENT;
}

#define NAME(table, number)                                                                                  \
	((number) < sizeof(table) / sizeof(*(table)) && (table)[number] ? (table)[number] : "?")

const char *pltrace_type_str(uint32_t type)
{
	static const char *const name[] = {
		[PL_TRACE_SWITCH] = "switch",
		[PL_TRACE_EXIT] = "exit",
		[PL_TRACE_INJECT] = "inject",
		[PL_TRACE_DOORBELL] = "doorbell",
		[PL_TRACE_NOTIFY] = "notify",
		[PL_TRACE_DEV_INTERRUPT] = "device interrupt",
		[PL_TRACE_DEV_RESET] = "device reset",
		[PL_TRACE_DEV_CONFIG] = "device config",
		[PL_TRACE_PARTITION] = "partition",
		[PL_TRACE_FAULT] = "fault",
		[PL_TRACE_MARK] = "mark",
		[PL_TRACE_LINE] = "line",
		[PL_TRACE_IRQ] = "irq",
		[PL_TRACE_BOOT] = "boot",
		[PL_TRACE_RESTART] = "restart phase",
		[PL_TRACE_MASKED] = "masked longest",
	};
	return NAME(name, type);
}

const char *pltrace_mark_str(uint32_t mark)
{
	static const char *const name[] = {
		[PL_MARK_USER] = "user",
		[PL_MARK_KEY_IN] = "key in",
		[PL_MARK_KEY_OWNER] = "key to owner",
		[PL_MARK_COMMIT] = "commit",
		[PL_MARK_FLIP] = "flip",
		[PL_MARK_DECISION] = "decision",
		[PL_MARK_CALL_STATE] = "call state",
		[PL_MARK_UI_FLUSH] = "UI flush",
		[PL_MARK_APP_FRAME] = "app frame",
		[PL_MARK_TIMER_LATE] = "timer late",
		[PL_MARK_RESULT] = "result",
		[PL_MARK_CARD] = "card",
		[PL_MARK_OBEYED] = "decision in sound",
	};
	return NAME(name, mark);
}

const char *pltrace_state_str(uint32_t partition_state)
{
	static const char *const name[] = {
		[PL_PARTITION_STOPPED] = "stopped",
		[PL_PARTITION_WAITING] = "waiting",
		[PL_PARTITION_RUNNING] = "running",
		[PL_PARTITION_RESTARTING] = "restarting",
	};
	return NAME(name, partition_state);
}

const char *pltrace_fault_str(uint32_t cause)
{
	static const char *const name[] = {PL_FAULT_CAUSE_NAMES};
	_Static_assert(sizeof(name) == PL_FAULT_CAUSE_COUNT * sizeof(char *), "fault.h: a name for each");

	return NAME(name, cause);
}
