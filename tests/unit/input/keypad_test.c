/* The evdev backend on a directory of its own, with a library that plays the kernel. */
#include <errno.h>
#include <fcntl.h>
#include <linux/input-event-codes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tests/unit/input/fake_libevdev.h"
#include "tests/unit/input/keypad_common.h"

static struct keypad keypad;
static struct policy policy = {.keymap_count = 1, .keymap = {{59, 0x1bd}}};
static char directory[64];

static const char *path_of(const char *node)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", directory, node);
	return path;
}

static void plug(const char *node)
{
	EXPECT_EQ(mkfifo(path_of(node), 0600), 0);
}

static void unplug(const char *node)
{
	EXPECT_EQ(unlink(path_of(node)), 0);
}

static void teardown(void)
{
	keypad_close(&keypad);
	EXPECT_EQ(fake_open_count, 0);
	for (unsigned i = 0; i < 24; i++) {
		char node[16];

		snprintf(node, sizeof(node), "event%u", i);
		unlink(path_of(node));
	}
	unlink(path_of("mouse0"));
	EXPECT_EQ(rmdir(directory), 0);
}

static void setup_empty(void)
{
	story_clear();
	fake_grab_count = fake_led_count = 0;
	fake_keyless = fake_jack = 0;
	snprintf(directory, sizeof(directory), "/tmp/keypad-test-XXXXXX");
	EXPECT_EQ(mkdtemp(directory) != NULL, 1);
}

static void open_it(void)
{
	EXPECT_EQ(keypad_open(&keypad, directory, note_frame, NULL), 0);
}

static void setup(void)
{
	setup_empty();
	plug("event0");
	open_it();
}

static void send(const char *node, uint32_t kind, uint16_t type, uint16_t code, int32_t value)
{
	const struct fake_record record = {kind, type, code, value};
	int fd = open(path_of(node), O_RDWR | O_NONBLOCK);

	EXPECT_EQ(write(fd, &record, sizeof(record)), (long)sizeof(record));
	close(fd);
}

static void key(const char *node, uint16_t code, int32_t value)
{
	send(node, FAKE_EVENT, 1, code, value);
	send(node, FAKE_EVENT, 0, 0, 0);
}

static void dispatch(void)
{
	keypad_dispatch(&keypad, &policy);
}

static void devices_are_grabbed_and_read(void)
{
	setup();
	EXPECT_EQ(fake_grab_count, 1);
	key("event0", 30, 1);
	key("event0", 30, 0);
	dispatch();
	expect_story("+30 | -30 |");
	teardown();
}

static void only_devices_with_keys_are_taken(void)
{
	setup_empty();
	fake_keyless = 1;
	plug("event0");
	plug("mouse0");
	open_it();
	EXPECT_EQ(keypad.device_count, 0);
	EXPECT_EQ(fake_grab_count, 0);
	teardown();
}

static void device_may_come_later(void)
{
	setup_empty();
	open_it();
	EXPECT_EQ(keypad.device_count, 0);
	plug("event3");
	dispatch();
	EXPECT_EQ(keypad.device_count, 1);
	key("event3", 28, 1);
	dispatch();
	expect_story("+28 |");
	teardown();
}

static void device_that_goes_releases_what_it_held(void)
{
	setup();
	plug("event1");
	dispatch();
	key("event0", 30, 1);
	key("event1", 31, 1);
	dispatch();
	expect_story("+30 | +31 |");
	send("event0", FAKE_ERROR, 0, 0, -ENODEV);
	unplug("event0");
	dispatch();
	expect_story("-30 |");
	EXPECT_EQ(keypad.device_count, 1);
	teardown();
	expect_story("-31 |");
}

static void device_that_takes_anothers_name_is_not_overlooked(void)
{
	setup();
	send("event0", FAKE_ERROR, 0, 0, -ENODEV);
	unplug("event0");
	plug("event0");
	dispatch();
	dispatch();
	EXPECT_EQ(keypad.device_count, 1);
	key("event0", 30, 1);
	dispatch();
	expect_story("+30 |");
	teardown();
}

static void keymap_names_the_keys(void)
{
	setup();
	key("event0", 59, 1);
	key("event0", 59, 0);
	dispatch();
	expect_story("+445 | -445 |");
	teardown();
}

static void key_goes_up_as_it_went_down(void)
{
	setup();
	key("event0", 59, 1);
	dispatch();
	key("event0", 59, 0);
	keypad_dispatch(&keypad, NULL);
	expect_story("+445 | -445 |");
	teardown();
}

static void dropped_events_are_made_up_for(void)
{
	setup();
	key("event0", 30, 1);
	send("event0", FAKE_EVENT, 1, 31, 1); /* begun, then dropped */
	send("event0", FAKE_DROPPED, 0, 3, 0);
	send("event0", FAKE_SYNC, 1, 30, 0);
	send("event0", FAKE_SYNC, 1, 32, 1);
	send("event0", FAKE_SYNC, 0, 0, 0);
	send("event0", FAKE_SYNC_END, 0, 0, 0);
	key("event0", 32, 0);
	dispatch();
	expect_story("+30 | +31 -30 +32 | -32 |");
	teardown();
}

static void half_a_frame_is_not_passed_on(void)
{
	setup();
	send("event0", FAKE_EVENT, 1, 30, 1);
	dispatch();
	expect_story("");
	send("event0", FAKE_EVENT, 1, 31, 1);
	send("event0", FAKE_EVENT, 0, 0, 0);
	dispatch();
	expect_story("+30 +31 |");
	teardown();
	expect_story("-30 -31 |");
}

static void what_is_no_key_and_no_motion_stays_out(void)
{
	setup();
	send("event0", FAKE_EVENT, 4, 4, 30); /* MSC_SCAN */
	send("event0", FAKE_EVENT, 1, 30, 2); /* repeat */
	send("event0", FAKE_EVENT, 0, 0, 0);
	send("event0", FAKE_EVENT, 1, 0x300, 1);
	send("event0", FAKE_EVENT, 1, 30, 0); /* held since before we came */
	send("event0", FAKE_EVENT, 0, 0, 0);
	dispatch();
	expect_story("");
	teardown();
}

static void long_frame_is_passed_on_in_parts(void)
{
	setup();
	for (uint16_t code = 1; code <= 100; code++)
		send("event0", FAKE_EVENT, 1, code, 1);
	send("event0", FAKE_EVENT, 0, 0, 0);
	dispatch();
	EXPECT_EQ(longest, VINPUT_FRAME_MAX);
	EXPECT_CONTAINS(story, "+63 | +64");
	EXPECT_CONTAINS(story, "+100 |");
	teardown();
}

static void more_devices_than_places_are_left_alone(void)
{
	setup_empty();
	for (unsigned i = 0; i < KEYPAD_DEVICE_MAX + 3; i++) {
		char node[16];

		snprintf(node, sizeof(node), "event%u", i);
		plug(node);
	}
	open_it();
	EXPECT_EQ(keypad.device_count, KEYPAD_DEVICE_MAX);
	EXPECT_EQ(fake_open_count, KEYPAD_DEVICE_MAX);
	teardown();
}

static void leds_reach_the_devices(void)
{
	setup();
	keypad_led(&keypad, 1, true);
	keypad_led(&keypad, 0, true);
	EXPECT_EQ(fake_led_count, 1);
	teardown();
}

static int plug_is_in;

static void note_plug(void *data, bool in)
{
	(void)data;
	plug_is_in = in;
}

static void headset_comes_and_goes(void)
{
	setup();
	keypad.headset = note_plug;
	plug_is_in = 0;
	fake_keyless = fake_jack = 1;
	plug("event1");
	dispatch();
	EXPECT_EQ(keypad.device_count, 2);
	send("event1", FAKE_EVENT, EV_SW, SW_HEADPHONE_INSERT, 1);
	dispatch();
	EXPECT_EQ(plug_is_in, 1);
	EXPECT_EQ(keypad_headset(&keypad), 1);
	send("event1", FAKE_EVENT, EV_SW, SW_HEADPHONE_INSERT, 0);
	dispatch();
	EXPECT_EQ(plug_is_in, 0);
	teardown();
}

static void jack_that_goes_takes_its_headset_with_it(void)
{
	setup_empty();
	fake_jack = 1;
	plug("event0");
	open_it();
	keypad.headset = note_plug;
	send("event0", FAKE_EVENT, EV_SW, SW_HEADPHONE_INSERT, 1);
	dispatch();
	EXPECT_EQ(plug_is_in, 1);
	send("event0", FAKE_ERROR, 0, 0, -ENODEV);
	unplug("event0");
	dispatch();
	EXPECT_EQ(plug_is_in, 0);
	teardown();
}

static void missing_directory_is_an_error(void)
{
	EXPECT_EQ(keypad_open(&keypad, "/nonexistent", note_frame, NULL), -ENOENT);
	keypad_close(&keypad);
	EXPECT_EQ(keypad_fd(&keypad), -1);
}

static const struct unit_test tests[] = {
	{"devices are grabbed and read", devices_are_grabbed_and_read},
	{"only devices with keys are taken", only_devices_with_keys_are_taken},
	{"a device may come later", device_may_come_later},
	{"a device that goes releases what it held", device_that_goes_releases_what_it_held},
	{"a device that takes another's name is not overlooked",
		device_that_takes_anothers_name_is_not_overlooked},
	{"the keymap names the keys", keymap_names_the_keys},
	{"a key goes up as it went down", key_goes_up_as_it_went_down},
	{"dropped events are made up for", dropped_events_are_made_up_for},
	{"half a frame is not passed on", half_a_frame_is_not_passed_on},
	{"what is no key and no motion stays out", what_is_no_key_and_no_motion_stays_out},
	{"a long frame is passed on in parts", long_frame_is_passed_on_in_parts},
	{"more devices than places are left alone", more_devices_than_places_are_left_alone},
	{"LEDs reach the devices", leds_reach_the_devices},
	{"a headset comes and goes", headset_comes_and_goes},
	{"a jack that goes takes its headset with it", jack_that_goes_takes_its_headset_with_it},
	{"a missing directory is an error", missing_directory_is_an_error},
};

UNIT_MAIN("keypad", tests)
