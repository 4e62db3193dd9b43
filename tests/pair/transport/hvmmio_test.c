/* The transport of real devices, against a register file that behaves as the hypervisor's. */
#include <errno.h>
#include "abi/hypercall.h"
#include "abi/virtio_mmio.h"
#include "backends/partylined/callpage.h"
#include "backends/partylined/hvmmio.h"
#include "tests/pair/transport/fake_hv.h"
#include "tests/unit/expect.h"

#define BANK_BYTES 0x10000u
#define GUEST_BASE 0x7c000000ull
#define RING_SIZE  16
#define LIVE                                                                                                 \
	(VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER | VIRTIO_STATUS_FEATURES_OK |                      \
		VIRTIO_STATUS_DRIVER_OK)

static struct fake_hv fake;
static struct hvmmio transport;
static struct vdev device;
static struct vq driver;
static uint8_t bank[BANK_BYTES] __attribute__((aligned(4096)));
static const struct vmem memory = {bank, GUEST_BASE, BANK_BYTES};
static unsigned served, resets, driver_oks, config_writes;

/* A device that gives back whatever it gets, one chain a round. */
static bool echo_work(struct vdev *dev, unsigned q)
{
	static struct vq_chain chain;
	int got = vq_pop(&dev->queue[q], &chain);

	if (got < 0)
		vdev_break_queue(dev, q);
	if (got <= 0)
		return false;
	served++;
	vq_push(&dev->queue[q], chain.head, 0);
	vdev_kick(dev, q);
	return vq_pending(&dev->queue[q]) != 0;
}

static void echo_reset(struct vdev *dev)
{
	(void)dev;
	resets++;
}

static void echo_config(struct vdev *dev, uint32_t offset, uint64_t value, uint32_t bytes)
{
	const uint8_t answer = (uint8_t)(value + 1);

	(void)offset, (void)bytes;
	config_writes++;
	vdev_config_set(dev, 9, &answer, 1);
}

static void echo_driver_ok(struct vdev *dev)
{
	(void)dev;
	driver_oks++;
}

static const struct vdev_impl echo = {
	.name = "echo",
	.device_id = 42,
	.queue_count = 2,
	.queue_size = 64,
	.config_bytes = 12,
	.features = VDEV_BIT(1),
	.queue_work = echo_work,
	.reset = echo_reset,
	.config_write = echo_config,
	.driver_ok = echo_driver_ok,
};

static void backend_start(void)
{
	served = resets = driver_oks = config_writes = 0;
	vdev_init(&device, &echo, "echo", NULL);
	device.memory = memory;
	memcpy(device.config, "configarea!", 12);
	fake.call_count = 0;
	EXPECT_EQ(hvmmio_start(&transport, &fake.hv, &device, 3, &fake.page), 0);
}

static void driver_queue(unsigned q)
{
	vq_driver_init(&driver, &memory, RING_SIZE, GUEST_BASE, VDEV_FEATURES_OFFERED);
	fake_queue(&fake, q, RING_SIZE, vq_desc_addr(&driver), vq_avail_addr(&driver), vq_used_addr(&driver));
}

static void live(void)
{
	fake_init(&fake);
	memset(bank, 0, sizeof(bank));
	backend_start();
	driver_queue(0);
	fake_status(&fake, LIVE, VDEV_FEATURES_OFFERED);
	hvmmio_look(&transport);
}

static void put(void)
{
	struct vq_buf buf = {GUEST_BASE + 0x8000, 64};

	vq_add(&driver, &buf, 1, 0);
	vq_publish(&driver);
}

static unsigned completed(void)
{
	uint32_t bytes;
	unsigned count = 0;

	while (vq_get(&driver, &bytes) >= 0)
		count++;
	return count;
}

static void serve(void)
{
	unsigned rounds = 0;

	while (hvmmio_look(&transport) && rounds++ < 1000)
		hvmmio_work(&transport);
}

static void a_device_is_described_before_it_is_shown(void)
{
	fake_init(&fake);
	backend_start();
	EXPECT_EQ(fake.call[0], PL_HVC_DEV_OFFER - PL_HVC_BASE);
	EXPECT_EQ(fake.offer[1], VDEV_FEATURES_OFFERED | VDEV_BIT(1));
	EXPECT_EQ(fake.offer[2], VDEV_FEATURES_REQUIRED);
	EXPECT_EQ(fake.offer[3], 42 | 2ull << 32);
	EXPECT_EQ(fake.queue_max[0], 64);
	EXPECT_EQ(fake.queue_max[1], 64);
	EXPECT_STR((const char *)fake.config, "configarea!");
	EXPECT_EQ(fake.call[fake.call_count - 1], PL_HVC_DEV_READY - PL_HVC_BASE);
	EXPECT_EQ(fake_called(&fake, PL_HVC_DEV_READY), 1);
}

static void requests_are_served_and_signalled(void)
{
	live();
	EXPECT_EQ(driver_oks, 1);
	put();
	fake_notify(&fake, 0);
	serve();
	EXPECT_EQ(completed(), 1);
	EXPECT_EQ(fake.interrupts, 1);
}

static void a_request_made_before_the_queue_was_looked_at_is_served(void)
{
	fake_init(&fake);
	memset(bank, 0, sizeof(bank));
	backend_start();
	driver_queue(0);
	put();
	fake_notify(&fake, 0);
	fake_status(&fake, LIVE, VDEV_FEATURES_OFFERED);
	serve();
	EXPECT_EQ(completed(), 1);
}

static void many_notifications_in_one_look_serve_all(void)
{
	live();
	for (unsigned i = 0; i < 10; i++) {
		put();
		fake_notify(&fake, 0);
	}
	serve();
	EXPECT_EQ(completed(), 10);
	EXPECT_EQ(hvmmio_look(&transport), false);
}

static void a_reset_is_confirmed_with_its_epoch(void)
{
	live();
	put();
	fake_reset(&fake);
	serve();
	EXPECT_EQ(fake.page.reset_done, 1);
	EXPECT_EQ(device.epoch, 1);
	EXPECT_EQ(resets, 2); /* the first: nobody was bound at the start */
	EXPECT_EQ(served, 0);
	CU_ASSERT_FALSE(device.live);
	driver_queue(0);
	fake_status(&fake, LIVE, VDEV_FEATURES_OFFERED);
	put();
	fake_notify(&fake, 0);
	serve();
	EXPECT_EQ(completed(), 1);
	EXPECT_EQ(driver_oks, 2);
}

/* A reset that comes between two looks: what completes meanwhile is refused, and nothing breaks. */
static void completions_of_an_old_epoch_are_refused(void)
{
	live();
	put();
	fake_notify(&fake, 0);
	hvmmio_look(&transport);
	fake_reset(&fake);
	hvmmio_work(&transport);
	EXPECT_EQ(served, 1);
	EXPECT_EQ(fake.interrupts, 0);
	serve();
	EXPECT_EQ(fake.page.reset_done, 1);
	CU_ASSERT_FALSE(device.broken);
}

static void a_configuration_write_is_answered_before_it_is_confirmed(void)
{
	live();
	fake.call_count = 0;
	fake_config_write(&fake, 8, 'x', 1);
	serve();
	EXPECT_EQ(fake.config[9], 'y');
	EXPECT_EQ(fake.page.config_done, 1);
	EXPECT_EQ(fake.call[0], PL_HVC_DEV_CONFIG_SET - PL_HVC_BASE);
	EXPECT_EQ(fake.call[1], PL_HVC_DEV_CONFIG_DONE - PL_HVC_BASE);
	serve();
	EXPECT_EQ(config_writes, 1);
}

static void a_restarted_backend_goes_on_where_the_queues_stand(void)
{
	live();
	put();
	fake_notify(&fake, 0);
	serve();
	EXPECT_EQ(completed(), 1);
	fake_down(&fake);
	put();
	put();
	fake_notify(&fake, 0);
	backend_start();
	EXPECT_EQ(resets, 0);
	EXPECT_EQ(driver_oks, 1);
	EXPECT_EQ(fake_called(&fake, PL_HVC_DEV_RESET_DONE), 0);
	serve();
	EXPECT_EQ(completed(), 2);
	EXPECT_EQ(fake.page.epoch, 0);
}

static void what_the_predecessor_did_not_signal_is_signalled(void)
{
	live();
	put();
	fake_notify(&fake, 0);
	serve();
	fake.interrupts = 0; /* it died before it rang */
	fake_down(&fake);
	backend_start();
	serve();
	EXPECT_EQ(fake.interrupts, 1);
	EXPECT_EQ(completed(), 1);
}

static void a_reset_while_it_was_away_is_confirmed_once_it_is_back(void)
{
	live();
	fake_down(&fake);
	fake_reset(&fake);
	backend_start();
	EXPECT_EQ(fake.page.reset_done, 1);
	EXPECT_EQ(resets, 1);
	EXPECT_EQ(driver_oks, 0);
	EXPECT_EQ(device.epoch, 1);
}

/* Its frontend was restarted and has live drivers again: with them it begins anew. */
static void a_driver_that_came_while_it_was_away_is_served(void)
{
	live();
	fake_down(&fake);
	fake_reset(&fake);
	memset(bank, 0, sizeof(bank));
	driver_queue(0);
	fake_status(&fake, LIVE, VDEV_FEATURES_OFFERED);
	put();
	fake_notify(&fake, 0);
	backend_start();
	serve();
	EXPECT_EQ(resets, 1);
	EXPECT_EQ(driver_oks, 1);
	EXPECT_EQ(device.epoch, 1);
	EXPECT_EQ(completed(), 1);
	EXPECT_EQ(fake.page.reset_done, 1);
}

static void come_alive(struct fake_hv *f, uint64_t function)
{
	if (function != PL_HVC_DEV_READY)
		return;
	driver_queue(0);
	fake_status(f, LIVE, VDEV_FEATURES_OFFERED);
}

/* The call partition outranks us and binds its driver before DEV_READY returns: there is nothing to resume. */
static void a_driver_that_comes_with_ready_is_new(void)
{
	fake_init(&fake);
	memset(bank, 0, sizeof(bank));
	fake.on_call = come_alive;
	backend_start();
	EXPECT_EQ(driver_oks, 0);
	hvmmio_look(&transport);
	EXPECT_EQ(driver_oks, 1);
	EXPECT_EQ(device.resumed, false);
	EXPECT_EQ(fake.interrupts, 0);
	put();
	fake_notify(&fake, 0);
	serve();
	EXPECT_EQ(completed(), 1);
}

static void a_configuration_write_given_up_is_not_answered_late(void)
{
	live();
	fake_config_write(&fake, 8, 0x78, 1);
	fake.page.config_done = fake.page.config_seq;
	serve();
	EXPECT_EQ(config_writes, 0);
	EXPECT_EQ(fake_called(&fake, PL_HVC_DEV_CONFIG_DONE), 0);
}

static void a_broken_device_stays_latched_over_a_restart(void)
{
	live();
	vdev_break(&device, "test", 1, 0);
	EXPECT_EQ(fake.page.status & VIRTIO_STATUS_NEEDS_RESET, VIRTIO_STATUS_NEEDS_RESET);
	fake_down(&fake);
	backend_start();
	put();
	fake_notify(&fake, 0);
	serve();
	EXPECT_EQ(served, 0);
	fake_reset(&fake);
	serve();
	driver_queue(0);
	fake_status(&fake, LIVE, VDEV_FEATURES_OFFERED);
	put();
	serve();
	EXPECT_EQ(completed(), 1);
}

static void addresses_outside_the_bank_break_the_device(void)
{
	fake_init(&fake);
	backend_start();
	fake_queue(&fake, 0, RING_SIZE, GUEST_BASE + BANK_BYTES, GUEST_BASE, GUEST_BASE + 0x1000);
	fake_status(&fake, LIVE, VDEV_FEATURES_OFFERED);
	serve();
	CU_ASSERT_TRUE(device.broken);
	EXPECT_EQ(fake_called(&fake, PL_HVC_DEV_NEEDS_RESET), 1);
	fake_init(&fake);
	backend_start();
	fake_queue(&fake, 0, 0x10000, GUEST_BASE, GUEST_BASE, GUEST_BASE);
	serve();
	CU_ASSERT_TRUE(device.broken);
}

static void another_device_than_the_predecessors_is_refused(void)
{
	static struct vdev_impl other;

	live();
	other = echo;
	other.config_bytes = 8;
	fake_down(&fake);
	vdev_init(&device, &other, "echo", NULL);
	EXPECT_EQ(hvmmio_start(&transport, &fake.hv, &device, 3, &fake.page), -EBUSY);
}

static void the_call_state_is_read_whole_or_not_at_all(void)
{
	static struct pl_call_page page;
	struct pl_call_info info;

	EXPECT_EQ(callpage_read(&page, &info), -ENOENT);
	page.magic = PL_CALL_STATE_MAGIC;
	page.info.state = PL_CALL_RINGING;
	memset(page.info.name, 'n', sizeof(page.info.name)); /* no end */
	EXPECT_EQ(callpage_read(&page, &info), 0);
	EXPECT_EQ(info.state, PL_CALL_RINGING);
	EXPECT_EQ(strlen(info.name), sizeof(info.name) - 1);
	page.seq = 1; /* its writer stopped in the middle */
	EXPECT_EQ(callpage_read(&page, &info), -EAGAIN);
}

static const struct unit_test tests[] = {
	{"a device is described before it is shown", a_device_is_described_before_it_is_shown},
	{"requests are served and signalled", requests_are_served_and_signalled},
	{"a request made before the queue was looked at is served",
		a_request_made_before_the_queue_was_looked_at_is_served},
	{"many notifications in one look serve all", many_notifications_in_one_look_serve_all},
	{"a reset is confirmed with its epoch", a_reset_is_confirmed_with_its_epoch},
	{"completions of an old epoch are refused", completions_of_an_old_epoch_are_refused},
	{"a configuration write is answered before it is confirmed",
		a_configuration_write_is_answered_before_it_is_confirmed},
	{"a restarted backend goes on where the queues stand",
		a_restarted_backend_goes_on_where_the_queues_stand},
	{"what the predecessor did not signal is signalled",
		what_the_predecessor_did_not_signal_is_signalled},
	{"a reset while it was away is confirmed once it is back",
		a_reset_while_it_was_away_is_confirmed_once_it_is_back},
	{"a driver that came while it was away is served", a_driver_that_came_while_it_was_away_is_served},
	{"a driver that comes with ready is new", a_driver_that_comes_with_ready_is_new},
	{"a configuration write given up is not answered late",
		a_configuration_write_given_up_is_not_answered_late},
	{"a broken device stays latched over a restart", a_broken_device_stays_latched_over_a_restart},
	{"addresses outside the bank break the device", addresses_outside_the_bank_break_the_device},
	{"another device than the predecessor's is refused", another_device_than_the_predecessors_is_refused},
	{"the call state is read whole or not at all", the_call_state_is_read_whole_or_not_at_all},
};

UNIT_MAIN("partylined: the hypervisor's transport", tests)
