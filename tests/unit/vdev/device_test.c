/* The device object and the loopback transport's register file, with a device that echoes. */
#include <errno.h>
#include "abi/virtio_mmio.h"
#include "tests/unit/expect.h"
#include "vdev/log.h"
#include "vdev/loopback.h"

#define BANK_BYTES 0x10000u
#define BANK_BASE  0x7c000000ull
#define DATA	   (BANK_BASE + 0x8000)
#define SIZE	   8
#define FEATURES   (VDEV_FEATURES_OFFERED | VDEV_BIT(3))

static uint8_t bank[BANK_BYTES] __attribute__((aligned(4096)));
static const struct vmem mem = {.base = bank, .guest_base = BANK_BASE, .bytes = BANK_BYTES};
static struct vdev dev;
static struct loopback lb;
static struct vq drv;
static unsigned log_count, reset_count, ok_count;
static char log_line[VDEV_LOG_LINE];

static bool echo_work(struct vdev *d, unsigned q)
{
	struct vq_chain chain;
	uint8_t byte = 0;
	int rc = vq_pop(&d->queue[q], &chain);

	if (rc < 0)
		vdev_break_queue(d, q);
	if (rc <= 0)
		return false;
	vq_read(&chain, 0, &byte, 1);
	vq_push(&d->queue[q], chain.head, vq_write(&chain, 0, &byte, 1));
	vdev_kick(d, q);
	return vq_pending(&d->queue[q]) > 0;
}

static void echo_reset(struct vdev *d)
{
	(void)d;
	reset_count++;
}

static void echo_config(struct vdev *d, uint32_t offset, uint64_t value, uint32_t bytes)
{
	vdev_config_set(d, offset, &value, bytes);
}

static void echo_ok(struct vdev *d)
{
	(void)d;
	ok_count++;
}

static const struct vdev_impl echo = {
	.name = "echo",
	.device_id = 42,
	.queue_count = 1,
	.queue_size = SIZE,
	.config_bytes = 16,
	.features = VDEV_BIT(3),
	.queue_work = echo_work,
	.reset = echo_reset,
	.config_write = echo_config,
	.driver_ok = echo_ok,
};

static void note_log(enum vdev_log_level level, const char *line)
{
	(void)level;
	log_count++;
	snprintf(log_line, sizeof(log_line), "%s", line);
}

static void driver_start(void)
{
	memset(bank, 0, sizeof(bank));
	EXPECT_EQ(loopback_negotiate(&lb, FEATURES), 0);
	EXPECT_EQ(vq_driver_init(&drv, &mem, SIZE, BANK_BASE, FEATURES), 0);
	EXPECT_EQ(loopback_queue_enable(&lb, 0, &drv), 0);
	loopback_driver_ok(&lb);
}

static void setup(void)
{
	vdev_log_hook = note_log;
	log_count = reset_count = ok_count = 0;
	vdev_init(&dev, &echo, "test-echo", NULL);
	loopback_init(&lb, &dev, &mem);
	driver_start();
}

static int ask(uint8_t byte)
{
	struct vq_buf buf[2] = {{.addr = DATA, .bytes = 1}, {.addr = DATA + 16, .bytes = 1}};
	int id = vq_add(&drv, buf, 1, 1);

	bank[DATA - BANK_BASE] = byte;
	vq_publish(&drv);
	loopback_notify(&lb, 0);
	return id;
}

static void expect_echo(uint8_t byte)
{
	uint32_t bytes = 0;
	int id = ask(byte);

	loopback_run(&lb, 10);
	EXPECT_EQ(vq_get(&drv, &bytes), id);
	EXPECT_EQ(bytes, 1);
	EXPECT_EQ(bank[DATA + 16 - BANK_BASE], byte);
}

static void device_serves_and_signals(void)
{
	setup();
	EXPECT_EQ(ok_count, 1);
	expect_echo(7);
	EXPECT_EQ(loopback_take_interrupt(&lb), VIRTIO_INTERRUPT_USED);
	EXPECT_EQ(loopback_take_interrupt(&lb), 0);
}

static void features_cannot_be_declined(void)
{
	setup();
	EXPECT_EQ(loopback_negotiate(&lb, FEATURES & ~VDEV_BIT(VIRTIO_F_ACCESS_PLATFORM)), -EINVAL);
	EXPECT_EQ(loopback_negotiate(&lb, FEATURES & ~VDEV_BIT(VIRTIO_F_VERSION_1)), -EINVAL);
	EXPECT_EQ(loopback_negotiate(&lb, FEATURES | VDEV_BIT(40)), -EINVAL);
	loopback_driver_ok(&lb);
	EXPECT_EQ(loopback_read(&lb, VIRTIO_MMIO_STATUS) & VIRTIO_STATUS_DRIVER_OK, 0);
	EXPECT_EQ(dev.live, false);
}

static void registers_read_as_the_specification_says(void)
{
	setup();
	EXPECT_EQ(loopback_read(&lb, VIRTIO_MMIO_MAGIC_VALUE), 0x74726976);
	EXPECT_EQ(loopback_read(&lb, VIRTIO_MMIO_VERSION), 2);
	EXPECT_EQ(loopback_read(&lb, VIRTIO_MMIO_DEVICE_ID), 42);
	EXPECT_EQ(loopback_read(&lb, VIRTIO_MMIO_SHM_LEN_LOW), 0xffffffffu);
	EXPECT_EQ(loopback_read(&lb, VIRTIO_MMIO_QUEUE_READY), 1);
	EXPECT_EQ(loopback_read(&lb, VIRTIO_MMIO_QUEUE_SIZE_MAX), SIZE);
	loopback_write(&lb, VIRTIO_MMIO_QUEUE_SEL, 1, 4);
	EXPECT_EQ(loopback_read(&lb, VIRTIO_MMIO_QUEUE_SIZE_MAX), 0);
	loopback_write(&lb, VIRTIO_MMIO_QUEUE_SEL, 0xffffffff, 4);
	loopback_write(&lb, VIRTIO_MMIO_QUEUE_READY, 1, 4);
	EXPECT_EQ(loopback_read(&lb, VIRTIO_MMIO_QUEUE_READY), 0);
}

static void configuration_write_is_answered_at_once(void)
{
	uint32_t before;

	setup();
	before = loopback_read(&lb, VIRTIO_MMIO_CONFIG_GENERATION);
	loopback_write(&lb, VIRTIO_MMIO_CONFIG + 4, 0x1234, 2);
	EXPECT_EQ(loopback_read(&lb, VIRTIO_MMIO_CONFIG + 4), 0x1234);
	loopback_write(&lb, VIRTIO_MMIO_CONFIG + 12, UINT64_MAX, 8);
	loopback_write(&lb, VIRTIO_MMIO_CONFIG + 0xff8, UINT64_MAX, 8);
	EXPECT_EQ(loopback_read(&lb, VIRTIO_MMIO_CONFIG + 12), 0);
	vdev_config_changed(&dev);
	EXPECT_EQ(loopback_read(&lb, VIRTIO_MMIO_CONFIG_GENERATION), before + 1);
	EXPECT_EQ(loopback_take_interrupt(&lb), VIRTIO_INTERRUPT_CONFIG);
}

static void breach_latches_broken_until_reset_and_is_logged_once(void)
{
	uint32_t bytes;

	setup();
	drv.avail->idx = 100;
	loopback_notify(&lb, 0);
	loopback_run(&lb, 10);
	EXPECT_EQ(dev.broken, true);
	EXPECT_EQ(dev.live, false);
	EXPECT_EQ(loopback_read(&lb, VIRTIO_MMIO_STATUS) & VIRTIO_STATUS_NEEDS_RESET,
		VIRTIO_STATUS_NEEDS_RESET);
	loopback_notify(&lb, 0);
	loopback_run(&lb, 10);
	vdev_break(&dev, "again", 0, 0);
	EXPECT_EQ(log_count, 1);
	EXPECT_EQ(dev.broken_count, 1);
	EXPECT_STR(log_line, "test-echo: broken by its driver: avail idx ahead by 0x64, limit 0x8");
	EXPECT_EQ(vq_get(&drv, &bytes), -EAGAIN);
	driver_start();
	expect_echo(9);
}

static void bad_queue_breaks_the_device(void)
{
	setup();
	EXPECT_EQ(loopback_negotiate(&lb, FEATURES), 0);
	loopback_write(&lb, VIRTIO_MMIO_QUEUE_SEL, 0, 4);
	loopback_write(&lb, VIRTIO_MMIO_QUEUE_SIZE, 0x10008, 4);
	loopback_write(&lb, VIRTIO_MMIO_QUEUE_READY, 1, 4);
	loopback_driver_ok(&lb);
	EXPECT_EQ(dev.broken, true);
	EXPECT_EQ(dev.live, false);
	EXPECT_EQ(ok_count, 1);
	driver_start();
	expect_echo(1);
}

static void reset_takes_everything_back(void) /* use after reset: CVE-2021-3748 */
{
	setup();
	ask(3);
	loopback_reset(&lb);
	EXPECT_EQ(reset_count, 2);
	EXPECT_EQ(loopback_run(&lb, 10), 0);
	EXPECT_EQ(dev.queue[0].ready, false);
	EXPECT_EQ(drv.used->idx, 0);
	vdev_kick(&dev, 0);
	EXPECT_EQ(loopback_take_interrupt(&lb), 0);
}

static void completion_of_an_old_epoch_is_refused(void)
{
	setup();
	dev.epoch--;
	EXPECT_EQ(dev.transport->interrupt(&dev, 1), -ESTALE);
	EXPECT_EQ(dev.transport->needs_reset(&dev), -ESTALE);
	EXPECT_EQ(loopback_take_interrupt(&lb), 0);
}

static void driver_does_not_notice_a_restarted_backend(void)
{
	static struct vdev second;
	uint32_t bytes;
	int id;

	setup();
	expect_echo(1);
	loopback_take_interrupt(&lb);
	loopback_backend_down(&lb);
	id = ask(2);
	EXPECT_EQ(loopback_run(&lb, 10), 0);
	vdev_init(&second, &echo, "test-echo", NULL);
	loopback_backend_up(&lb, &second);
	EXPECT_EQ(ok_count, 2);
	EXPECT_EQ(loopback_take_interrupt(&lb), VIRTIO_INTERRUPT_USED);
	loopback_run(&lb, 10);
	EXPECT_EQ(vq_get(&drv, &bytes), id);
	EXPECT_EQ(bank[DATA + 16 - BANK_BASE], 2);
	expect_echo(3);
}

static void dead_backend_never_hangs_its_driver(void)
{
	setup();
	loopback_write(&lb, VIRTIO_MMIO_CONFIG, 5, 1);
	loopback_backend_down(&lb);
	loopback_write(&lb, VIRTIO_MMIO_CONFIG, 6, 1);
	EXPECT_EQ(loopback_read(&lb, VIRTIO_MMIO_CONFIG), 0);
	loopback_reset(&lb);
	EXPECT_EQ(loopback_read(&lb, VIRTIO_MMIO_STATUS), 0);
}

static void log_formats_what_it_says(void)
{
	char text[64];

	vdev_format(text, sizeof(text), "%s %d %u %x %c %% %5u|%04x|%03d", "a", -12, 7u, 0xbeefu, 'z', 42u,
		0xau, -5);
	EXPECT_STR(text, "a -12 7 beef z %    42|000a|-05");
	vdev_format(text, sizeof(text), "%llu %lld %zu %llx", ~0ull, -1ll, (size_t)3, 1ull << 63);
	EXPECT_STR(text, "18446744073709551615 -1 3 8000000000000000");
	EXPECT_EQ(vdev_format(text, 4, "%s", "truncated"), 3);
	EXPECT_STR(text, "tru");
}

static const struct unit_test tests[] = {
	{"a device serves and signals", device_serves_and_signals},
	{"required features cannot be declined", features_cannot_be_declined},
	{"registers read as the specification says", registers_read_as_the_specification_says},
	{"a configuration write is answered at once", configuration_write_is_answered_at_once},
	{"a breach latches broken until reset, and is logged once",
		breach_latches_broken_until_reset_and_is_logged_once},
	{"a bad queue breaks the device", bad_queue_breaks_the_device},
	{"a reset takes everything back (CVE-2021-3748)", reset_takes_everything_back},
	{"a completion of an old epoch is refused", completion_of_an_old_epoch_is_refused},
	{"a driver does not notice a restarted backend", driver_does_not_notice_a_restarted_backend},
	{"a dead backend never hangs its driver", dead_backend_never_hangs_its_driver},
	{"the log formats what it says", log_formats_what_it_says},
};

UNIT_MAIN("device", tests)
