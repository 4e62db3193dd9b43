/*
 * A whole phone in one process: two partitions' drivers on loopback transports, policy.conf of the
 * reference handset, the headless display, real frames of keys. Only the hypervisor and the hardware are missing.
 */
#include <linux/input-event-codes.h>
#include <stdlib.h>
#include <unistd.h>
#include "backends/null/output.h"
#include "backends/partylined/keys.h"
#include "backends/partylined/phone.h"
#include "backends/partylined/rules.h"
#include "backends/pixman/render.h"
#include "backends/policy/policy_file.h"
#include "examples/handset/call/publish.h"
#include "tests/pair/phone/driver.h"
#include "tests/unit/expect.h"
#include "vdev/log.h"

#define PERIOD	    16666667ull
#define XRGB	    VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM
#define ARGB	    VIRTIO_GPU_FORMAT_B8G8R8A8_UNORM
#define LINUX_RED   0x00800000u
#define CALL_GREEN  0xff008000u
#define CALL_GLASS  0x80004000u /* half of 0x008000 */
#define BAND_HEIGHT 184u	/* of policy.conf's heads-up band */

static struct phone phone;
static struct null_output display;
static struct policy policy;
static struct fb_state call_state, linux_state;
static struct driver call, lnx;
static uint8_t banks[2][DRIVER_BANK_BYTES] __attribute__((aligned(4096)));
static uint64_t now;
static struct {
	unsigned count[PL_MARK_RESULT + 1];
	uint64_t fresh; /* of the newest commit */
} marks;

static void on_mark(void *data, enum pl_mark mark, uint64_t b, uint64_t c)
{
	(void)data, (void)b;
	marks.count[mark]++;
	if (mark == PL_MARK_COMMIT)
		marks.fresh = c;
}

/* As partylined's loop, with a display that shows each frame one period later. */
static void turn(unsigned frames)
{
	for (unsigned i = 0; i < frames; i++) {
		driver_poll(&call);
		driver_poll(&lnx);
		phone_look(&phone, now);
		screen_run(&phone.screen, now);
		now += PERIOD;
		null_output_flip(&display, now);
	}
}

static void start(void)
{
	char error[POLICY_ERROR_BYTES];
	struct vdev *fb, *input;

	now = 1000 * PERIOD;
	memset(&marks, 0, sizeof(marks));
	memset(&call_state, 0, sizeof(call_state));
	memset(&linux_state, 0, sizeof(linux_state));
	EXPECT_EQ(policy_load(&policy, "examples/handset/policy.conf", error), 0);
	null_output_finish(&display);
	EXPECT_EQ(null_output_init(&display, policy.panel_width, policy.panel_height, 3), 0);
	display.watched = true;
	phone_init(&phone, &policy, &display.output, &pixman_render, on_mark, NULL, now);
	fb = phone_add_fb(
		&phone, policy_partition(&policy, "call"), 0, "call-fb", &call_state, sizeof(call_state));
	input = phone_add_input(&phone, policy_partition(&policy, "call"), 0, "call-input", keys_caps());
	driver_init(&call, banks[0], fb, input);
	fb = phone_add_fb(
		&phone, policy_partition(&policy, "linux"), 2, "linux-fb", &linux_state, sizeof(linux_state));
	input = phone_add_input(&phone, policy_partition(&policy, "linux"), 2, "linux-input", keys_caps());
	driver_init(&lnx, banks[1], fb, input);
	driver_boot(&call, ARGB, policy.panel_width, policy.panel_height);
	driver_boot(&lnx, XRGB, policy.panel_width, policy.panel_height);
	EXPECT_EQ(driver_draw(&call, 0, 0, policy.panel_width, policy.panel_height, CALL_GREEN), 0);
	EXPECT_EQ(driver_draw(&lnx, 0, 0, policy.panel_width, policy.panel_height, LINUX_RED), 0);
	turn(30); /* longer than any fade */
}

static void call_is(enum pl_call_state state)
{
	const struct pl_call_info info = {.state = state};

	phone_call_state(&phone, &info, now);
	turn(30);
}

static void key(uint16_t code, uint32_t value)
{
	const struct virtio_input_event frame[2] = {{VINPUT_EV_KEY, code, value}, {VINPUT_EV_SYN, 0, 0}};

	router_frame(&phone.router, frame, 2);
	driver_poll(&call);
	driver_poll(&lnx);
}

static uint32_t pixel(unsigned x, unsigned y)
{
	return null_output_pixels(&display)[y * display.output.width + x] & 0xffffff;
}

static void idle_shows_linux_alone(void)
{
	start();
	EXPECT_EQ(pixel(0, 0), LINUX_RED);
	EXPECT_EQ(pixel(479, 799), LINUX_RED);
}

static void ringing_puts_a_band_over_a_picture_that_goes_on(void)
{
	start();
	driver_draw(&call, 0, 0, policy.panel_width, BAND_HEIGHT, CALL_GLASS);
	call_is(PL_CALL_RINGING);
	EXPECT_EQ(pixel(100, BAND_HEIGHT - 1) >> 16, LINUX_RED >> 17); /* half shines through */
	EXPECT_EQ(pixel(100, BAND_HEIGHT), LINUX_RED);
	driver_draw(&lnx, 0, 0, policy.panel_width, policy.panel_height, 0x00000080);
	turn(2);
	EXPECT_EQ(pixel(100, BAND_HEIGHT - 1) & 0xff, 0x40);
	EXPECT_EQ(pixel(100, BAND_HEIGHT), 0x000080);
	EXPECT_EQ(marks.fresh, 1u << 2);
}

static void a_call_covers_linux_however_it_draws(void)
{
	unsigned commits;

	start();
	call_is(PL_CALL_ACTIVE);
	EXPECT_EQ(pixel(0, 0), CALL_GREEN & 0xffffff);
	commits = marks.count[PL_MARK_COMMIT];
	for (unsigned i = 0; i < 50; i++) {
		EXPECT_EQ(driver_draw(&lnx, 0, 0, policy.panel_width, policy.panel_height, i), 0);
		turn(1);
		EXPECT_EQ(pixel(240, 400), CALL_GREEN & 0xffffff);
	}
	EXPECT_EQ(marks.count[PL_MARK_COMMIT], commits); /* and costs no frame */
	call_is(PL_CALL_ENDED);
	call_is(PL_CALL_IDLE);
	EXPECT_EQ(pixel(0, 0), 49);
	EXPECT_EQ(pixel(479, 799), 49);
}

static void keys_follow_the_screen_and_none_sticks(void)
{
	start();
	key(KEY_A, 1);
	EXPECT_EQ(driver_keys(&lnx, KEY_A, 1), 1);
	call_is(PL_CALL_RINGING);
	EXPECT_EQ(driver_keys(&lnx, KEY_A, 0), 1); /* released at its old owner */
	key(KEY_A, 0);
	EXPECT_EQ(driver_keys(&call, KEY_A, 0), 0);
	key(KEY_PICKUP_PHONE, 1);
	key(KEY_PICKUP_PHONE, 0);
	EXPECT_EQ(driver_keys(&call, KEY_PICKUP_PHONE, 1), 1);
	EXPECT_EQ(driver_keys(&lnx, KEY_PICKUP_PHONE, 1), 0);
	call_is(PL_CALL_IDLE);
	key(KEY_B, 1);
	EXPECT_EQ(driver_keys(&lnx, KEY_B, 1), 1);
	EXPECT_EQ(marks.count[PL_MARK_KEY_IN], 5);
}

static uint32_t linuxs_rights(const struct pl_rights_page *page)
{
	return published_rights(page, "linux");
}

/* Partylined's side and the call partition's: one page between them. */
static void rights_to_the_modem_change_with_the_decision(void)
{
	static struct pl_rights_page page;

	memset(&page, 0, sizeof(page));
	start();
	EXPECT_EQ(linuxs_rights(&page), PL_RIGHT_ALL); /* nobody has said anything */
	phone_rights(&phone, &page);
	EXPECT_EQ(linuxs_rights(&page), PL_RIGHT_ALL);
	call_is(PL_CALL_ACTIVE);
	EXPECT_EQ(linuxs_rights(&page), PL_RIGHT_HANGUP | PL_RIGHT_SMS | PL_RIGHT_DATA | PL_RIGHT_QUERY);
	/* The telephony partition was restarted: its bank is empty, and its state idle again. */
	memset(&page, 0, sizeof(page));
	call_is(PL_CALL_RINGING);
	EXPECT_EQ(linuxs_rights(&page), PL_RIGHT_SMS | PL_RIGHT_DATA | PL_RIGHT_QUERY);
	phone_call_state(&phone,
		&(struct pl_call_info){.state = PL_CALL_DIALING, .flags = PL_CALL_FLAG_EMERGENCY}, now);
	EXPECT_EQ(linuxs_rights(&page), 0);
	EXPECT_EQ(published_rights(&page, "somebody"), PL_RIGHT_ALL);
	/* Whatever else is written there. */
	memset(page.partition, 'x', sizeof(page.partition));
	EXPECT_EQ(linuxs_rights(&page), PL_RIGHT_ALL);
}

static void a_restart_of_linux_leaves_the_call_as_it_is(void)
{
	start();
	call_is(PL_CALL_ACTIVE);
	driver_die(&lnx);
	turn(3);
	EXPECT_EQ(pixel(240, 400), CALL_GREEN & 0xffffff);
	call_is(PL_CALL_IDLE);
	EXPECT_EQ(pixel(240, 400), 0); /* calm, until it is back */
	driver_boot(&lnx, XRGB, policy.panel_width, policy.panel_height);
	driver_draw(&lnx, 0, 0, policy.panel_width, policy.panel_height, LINUX_RED);
	turn(30);
	EXPECT_EQ(pixel(240, 400), LINUX_RED);
}

static void garbage_in_linuxs_rings_stops_linuxs_device_alone(void)
{
	start();
	call_is(PL_CALL_ACTIVE);
	for (unsigned i = 0; i < lnx.control.size; i++)
		lnx.control.desc[i] = (struct vq_desc){UINT64_MAX - i, UINT32_MAX, 7, (uint16_t)(i * 3)};
	lnx.control.avail->idx = (uint16_t)(lnx.control.avail->idx + 40000);
	loopback_notify(&lnx.gpu, 0);
	turn(3);
	CU_ASSERT_TRUE(phone.partition[policy_partition(&policy, "linux")].fb.vdev.broken);
	vdev_break(&phone.partition[policy_partition(&policy, "linux")].input.vdev, "test", 0, 0);
	phone_look(&phone, now);
	EXPECT_EQ(phone.arbiter.present, 3); /* its layer and its keys stay its own */
	EXPECT_EQ(driver_draw(&call, 0, 0, 480, 800, 0xff0000ff), 0);
	turn(2);
	EXPECT_EQ(pixel(240, 400), 0x0000ff);
	driver_die(&lnx);
	driver_boot(&lnx, XRGB, policy.panel_width, policy.panel_height);
	EXPECT_EQ(driver_draw(&lnx, 0, 0, 480, 800, LINUX_RED), 0);
	call_is(PL_CALL_IDLE);
	EXPECT_EQ(pixel(240, 400), LINUX_RED);
}

static void the_shown_buffer_is_never_painted(void)
{
	start();
	for (unsigned i = 0; i < 200; i++) {
		if (i % 20 == 0)
			call_is(i % 40 ? PL_CALL_IDLE : PL_CALL_RINGING);
		driver_draw(&lnx, i, i * 3, 50, 60, i * 0x010203);
		driver_draw(&call, i, i / 2, 30, 30, 0xff000000 | i);
		turn(1);
	}
	EXPECT_EQ(display.violations, 0);
	null_output_finish(&display);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	fputs(text, file);
	fclose(file);
}

static void a_spoilt_policy_file_leaves_the_phone_its_rules(void)
{
	static struct policy read;
	char dir[] = "/tmp/phone-test-XXXXXX", path[64], kept[64];

	EXPECT_EQ(mkdtemp(dir) != NULL, true);
	snprintf(path, sizeof(path), "%s/policy.conf", dir);
	snprintf(kept, sizeof(kept), "%s/kept", dir);
	write_file(path, "nonsense\n");
	CU_ASSERT(rules_start(&read, path, kept) < 0); /* nothing was ever accepted */
	EXPECT_EQ(rules_load(&read, "examples/handset/policy.conf", kept), 0);
	memset(&read, 0, sizeof(read));
	CU_ASSERT(rules_load(&read, path, kept) < 0); /* a reload: the caller keeps what it has */
	EXPECT_EQ(read.partition_count, 0);
	EXPECT_EQ(rules_start(&read, path, kept), 0);
	EXPECT_EQ(read.partition_count, 2);
	unlink(path);
	unlink(kept);
	rmdir(dir);
}

int main(void)
{
	static const struct unit_test tests[] = {
		{"idle shows Linux alone", idle_shows_linux_alone},
		{"ringing puts a band over a picture that goes on",
			ringing_puts_a_band_over_a_picture_that_goes_on},
		{"a call covers Linux however it draws", a_call_covers_linux_however_it_draws},
		{"keys follow the screen and none sticks", keys_follow_the_screen_and_none_sticks},
		{"rights to the modem change with the decision",
			rights_to_the_modem_change_with_the_decision},
		{"a restart of Linux leaves the call as it is", a_restart_of_linux_leaves_the_call_as_it_is},
		{"garbage in Linux's rings stops Linux's device alone",
			garbage_in_linuxs_rings_stops_linuxs_device_alone},
		{"the shown buffer is never painted", the_shown_buffer_is_never_painted},
		{"a spoilt policy file leaves the phone its rules",
			a_spoilt_policy_file_leaves_the_phone_its_rules},
	};

	return unit_main(
		"phone: two partitions on one screen and keypad", tests, sizeof(tests) / sizeof(tests[0]));
}
