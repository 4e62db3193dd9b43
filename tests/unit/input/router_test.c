/* Keys go to their owner, and at a change of focus nothing is lost, stuck or seen by the wrong side. */
#include "backends/policy/policy_file.h"
#include "tests/unit/input/rig.h"
#include "vdev-input/router.h"

#define CALL	   0u
#define LINUX	   1u
#define KEY_ENTER  28
#define KEY_A	   30
#define KEY_POWER  116
#define KEY_HANGUP 0x1be

static struct rig call, linux_rig;
static struct router router;
static struct policy policy;
static struct arbiter arb;
static unsigned in_count;

static void key_in(void *data, uint16_t code, uint32_t value)
{
	(void)data;
	(void)code;
	(void)value;
	in_count++;
}

static const struct router_events router_events = {.key_in = key_in};

static void apply(void *data, const struct decision *old, const struct decision *now)
{
	(void)data;
	(void)old;
	router_decide(&router, now);
}

static void driver(struct rig *rig, const char *name)
{
	rig_start(rig, name, NULL, NULL);
	rig_driver_start(rig, 64, VDEV_FEATURES_OFFERED);
	rig_give_buffers(rig, 64, 8);
}

static void setup(void)
{
	char error[POLICY_ERROR_BYTES];

	in_count = 0;
	EXPECT_EQ(policy_load(&policy, "examples/handset/policy.conf", error), 0);
	driver(&call, "call-input");
	driver(&linux_rig, "linux-input");
	router_init(&router, &router_events, NULL);
	router_sink(&router, CALL, &call.in);
	router_sink(&router, LINUX, &linux_rig.in);
	arbiter_init(&arb, &policy, apply, NULL, 0);
	arbiter_partition(&arb, CALL, true, 0);
	arbiter_partition(&arb, LINUX, true, 0);
}

static void call_is(uint32_t state)
{
	const struct pl_call_info info = {.state = state};

	arbiter_call_state(&arb, &info, 0);
}

static void key(uint16_t code, uint32_t value)
{
	const struct virtio_input_event frame[2] = {{VINPUT_EV_KEY, code, value}, {VINPUT_EV_SYN, 0, 0}};

	router_frame(&router, frame, 2);
}

static void expect(const char *for_call, const char *for_linux)
{
	EXPECT_STR(rig_take_story(&call), for_call);
	EXPECT_STR(rig_take_story(&linux_rig), for_linux);
}

static void keys_follow_the_call(void)
{
	setup();
	key(KEY_A, 1);
	key(KEY_A, 0);
	expect("", "+30 | -30 |");
	call_is(PL_CALL_RINGING);
	key(KEY_A, 1);
	key(KEY_A, 0);
	expect("+30 | -30 |", "");
	call_is(PL_CALL_IDLE);
	key(KEY_A, 1);
	key(KEY_A, 0);
	expect("", "+30 | -30 |");
	EXPECT_EQ(in_count, 6);
}

static void single_keys_have_owners_of_their_own(void)
{
	setup();
	key(KEY_HANGUP, 1);
	key(KEY_POWER, 1);
	key(KEY_A, 1);
	key(KEY_POWER, 0);
	key(KEY_HANGUP, 0);
	expect("+446 | +116 | -116 | -446 |", "+30 |");
}

static void key_held_across_a_change_is_released_on_both_sides(void)
{
	setup();
	key(KEY_A, 1);
	expect("", "+30 |");
	call_is(PL_CALL_RINGING);
	expect("", "-30 |");
	key(KEY_A, 0);
	expect("", "");
	key(KEY_ENTER, 1);
	call_is(PL_CALL_IDLE);
	expect("+28 | -28 |", "");
	key(KEY_ENTER, 0);
	expect("", "");
	key(KEY_ENTER, 1);
	expect("", "+28 |");
}

static void key_that_stays_with_its_owner_stays_held(void)
{
	setup();
	key(KEY_HANGUP, 1);
	call_is(PL_CALL_RINGING);
	call_is(PL_CALL_ACTIVE);
	expect("+446 |", "");
	key(KEY_HANGUP, 0);
	expect("-446 |", "");
}

static void repeats_stay_out(void)
{
	setup();
	key(KEY_A, 1);
	key(KEY_A, 2);
	key(KEY_A, 2);
	call_is(PL_CALL_RINGING);
	key(KEY_A, 2);
	expect("", "+30 | -30 |");
	EXPECT_EQ(in_count, 1);
}

static void frame_is_cut_by_owner_and_stays_whole(void)
{
	const struct virtio_input_event frame[] = {{VINPUT_EV_KEY, KEY_A, 1}, {VINPUT_EV_KEY, KEY_POWER, 1},
		{VINPUT_EV_KEY, KEY_ENTER, 1}, {VINPUT_EV_SYN, 0, 0}};

	setup();
	router_frame(&router, frame, 4);
	expect("+116 |", "+30 +28 |");
}

static void absent_owner_gets_nothing_and_nobody_else_does(void)
{
	setup();
	key(KEY_A, 1);
	expect("", "+30 |");
	arbiter_partition(&arb, LINUX, false, 0);
	expect("", "-30 |");
	key(KEY_A, 0);
	key(KEY_ENTER, 1);
	key(KEY_ENTER, 0);
	expect("", "");
	arbiter_partition(&arb, LINUX, true, 0);
	key(KEY_ENTER, 1);
	expect("", "+28 |");
}

static void driver_that_restarts_sees_no_old_key(void)
{
	setup();
	key(KEY_A, 1);
	loopback_reset(&linux_rig.lb);
	linux_rig.got_count = 0;
	rig_driver_start(&linux_rig, 64, VDEV_FEATURES_OFFERED);
	rig_give_buffers(&linux_rig, 64, 8);
	key(KEY_A, 0);
	expect("", "");
	key(KEY_A, 1);
	expect("", "+30 |");
}

static void touch(const char *what, uint32_t slot, uint32_t id)
{
	struct virtio_input_event frame[4];
	unsigned count = 0;

	for (; *what; what++) {
		if (*what == 's')
			frame[count++] = (struct virtio_input_event){VINPUT_EV_ABS, VINPUT_ABS_MT_SLOT, slot};
		else if (*what == 't')
			frame[count++] =
				(struct virtio_input_event){VINPUT_EV_ABS, VINPUT_ABS_MT_TRACKING, id};
		else if (*what == 'x')
			frame[count++] = (struct virtio_input_event){VINPUT_EV_ABS, 0x35, 100};
	}
	frame[count++] = (struct virtio_input_event){VINPUT_EV_SYN, 0, 0};
	router_frame(&router, frame, count);
}

static void contact_is_lifted_at_a_change_and_its_rest_is_nobodys(void)
{
	setup();
	touch("tx", 0, 5);
	expect("", "3:47=0 3:57=5 3:53=100 |");
	call_is(PL_CALL_RINGING);
	expect("", "3:47=0 3:57=-1 |");
	touch("x", 0, 0);
	touch("stx", 1, 6);
	expect("3:47=0 3:47=1 3:57=6 3:53=100 |", "");
	touch("st", 0, 0xffffffff);
	touch("tx", 0, 7);
	EXPECT_EQ(call.in.slots_down, 3);
	EXPECT_EQ(linux_rig.in.slots_down, 0);
}

static void hostile_codes_reach_nobody(void)
{
	setup();
	key(0x300, 1);
	key(0xffff, 1);
	key(KEY_A, 0xffffffff);
	touch("st", 16, 9);
	touch("st", 0xffffffff, 9);
	EXPECT_EQ(linux_rig.in.slots_down, 0);
	router_frame(&router, NULL, 0);
	EXPECT_EQ(in_count, 0);
}

/* Random presses and random calls: at the end, what each side saw is balanced, and nobody saw both halves. */
static void no_key_is_lost_or_stuck_in_any_order(void)
{
	uint32_t seed = 12345;
	int held[2][256] = {0};
	bool down[256] = {0};
	struct rig *side[2] = {&call, &linux_rig};

	setup();
	for (unsigned i = 0; i < 20000; i++) {
		seed = seed * 1664525 + 1013904223;
		unsigned code = 1 + (seed >> 8) % 100;

		if (seed >> 28 == 0) {
			call_is((seed >> 20) % PL_CALL_STATE_COUNT);
		} else {
			down[code] = !down[code];
			key((uint16_t)code, down[code]);
		}
		for (unsigned s = 0; s < 2; s++) {
			rig_collect(side[s], true);
			for (unsigned n = 0; n < side[s]->got_count; n++)
				if (side[s]->got[n].type == VINPUT_EV_KEY)
					held[s][side[s]->got[n].code] += side[s]->got[n].value ? 1 : -1;
			side[s]->got_count = 0;
		}
		for (code = 1; code <= 100; code++)
			if (held[0][code] + held[1][code] > down[code] || held[0][code] < 0 ||
				held[1][code] < 0)
				EXPECT_EQ(code, 0);
	}
	for (unsigned code = 1; code <= 100; code++) {
		if (down[code])
			key((uint16_t)code, 0);
		rig_collect(&call, true);
		rig_collect(&linux_rig, true);
	}
	for (unsigned code = 1; code <= 100; code++) {
		EXPECT_EQ(vinput_key_down(&call.in, (uint16_t)code), 0);
		EXPECT_EQ(vinput_key_down(&linux_rig.in, (uint16_t)code), 0);
	}
}

static const struct unit_test tests[] = {
	{"keys follow the call", keys_follow_the_call},
	{"single keys have owners of their own", single_keys_have_owners_of_their_own},
	{"a key held across a change is released on both sides",
		key_held_across_a_change_is_released_on_both_sides},
	{"a key that stays with its owner stays held", key_that_stays_with_its_owner_stays_held},
	{"repeats stay out", repeats_stay_out},
	{"a frame is cut by owner and stays whole", frame_is_cut_by_owner_and_stays_whole},
	{"an absent owner gets nothing, and nobody else does",
		absent_owner_gets_nothing_and_nobody_else_does},
	{"a driver that restarts sees no old key", driver_that_restarts_sees_no_old_key},
	{"a contact is lifted at a change, and its rest is nobody's",
		contact_is_lifted_at_a_change_and_its_rest_is_nobodys},
	{"hostile codes reach nobody", hostile_codes_reach_nobody},
	{"no key is lost or stuck in any order", no_key_is_lost_or_stuck_in_any_order},
};

UNIT_MAIN("router", tests)
