/* What the arbiter decides under the reference handset's policy, and when it does not. */
#include <errno.h>
#include "abi/rights.h"
#include "backends/policy/policy_file.h"
#include "tests/unit/expect.h"
#include "vdev/arbiter.h"
#include "vdev/log.h"

#define CALL	   0u
#define LINUX	   1u
#define KEY_ENTER  28u
#define KEY_HANGUP 0x1beu
#define KEY_PICKUP 0x1bdu
#define KEY_POWER  116u

static struct policy policy;
static struct arbiter arb;
static unsigned applied;
static uint32_t old_number;
static char decision_line[VDEV_LOG_LINE];

static void note_log(enum vdev_log_level level, const char *line)
{
	(void)level;
	snprintf(decision_line, sizeof(decision_line), "%s", line);
}

static void apply(void *data, const struct decision *old, const struct decision *now)
{
	(void)data;
	applied++;
	old_number = old->number;
	EXPECT_EQ(now->number, old->number + 1);
}

static void setup(void)
{
	char error[POLICY_ERROR_BYTES] = "";

	vdev_log_hook = note_log;
	EXPECT_EQ(policy_load(&policy, "examples/handset/policy.conf", error), 0);
	EXPECT_STR(error, "");
	applied = 0;
	arbiter_init(&arb, &policy, apply, NULL, 1);
	EXPECT_EQ(arbiter_partition(&arb, CALL, true, 2), 0);
	EXPECT_EQ(arbiter_partition(&arb, LINUX, true, 3), 0);
}

static int call_is(uint32_t state, uint32_t flags)
{
	const struct pl_call_info info = {.state = state, .flags = flags};

	return arbiter_call_state(&arb, &info, 100);
}

static void idle_is_linux_only(void)
{
	setup();
	EXPECT_EQ(arb.now.state, PHONE_IDLE);
	EXPECT_EQ(arb.now.screen_owner, LINUX);
	EXPECT_EQ(arb.now.layer[CALL].shown, false);
	EXPECT_EQ(arb.now.layer[LINUX].width, 480);
	EXPECT_EQ(arb.now.layer[LINUX].height, 800);
	EXPECT_EQ(decision_key_owner(&arb.now, KEY_ENTER), LINUX);
	EXPECT_EQ(decision_key_owner(&arb.now, KEY_HANGUP), CALL);
	EXPECT_EQ(decision_key_owner(&arb.now, KEY_POWER), CALL);
	EXPECT_STR(decision_line, "decision 3: idle: screen linux, keys linux: linux came");
}

static void ring_is_a_band_over_linux_with_the_keys(void)
{
	const struct policy_layer *band = &arb.now.layer[CALL], *below = &arb.now.layer[LINUX];

	setup();
	EXPECT_EQ(call_is(PL_CALL_RINGING, 0), 0);
	EXPECT_EQ(band->shown && below->shown, true);
	EXPECT_EQ(band->band > below->band, true);
	EXPECT_EQ(band->width, 480);
	EXPECT_EQ(band->height, 184);
	EXPECT_EQ(band->y, 0);
	EXPECT_EQ(decision_key_owner(&arb.now, KEY_ENTER), CALL);
	EXPECT_STR(decision_line, "decision 4: ringing: screen call, keys call: incoming call; linux loses "
				  "screen, keys to call");
}

static void call_takes_the_whole_screen_and_gives_it_back(void)
{
	static const uint32_t states[] = {PL_CALL_DIALING, PL_CALL_ACTIVE, PL_CALL_ENDED};

	setup();
	for (unsigned i = 0; i < 3; i++) {
		call_is(states[i], 0);
		EXPECT_EQ(arb.now.layer[CALL].shown, true);
		EXPECT_EQ(arb.now.layer[CALL].height, 800);
		EXPECT_EQ(arb.now.layer[LINUX].shown, false);
		EXPECT_EQ(arb.now.key_owner, CALL);
	}
	call_is(PL_CALL_IDLE, 0);
	EXPECT_EQ(arb.now.layer[CALL].shown, false);
	EXPECT_EQ(arb.now.layer[LINUX].shown, true);
	EXPECT_STR(decision_line,
		"decision 7: idle: screen linux, keys linux: no call; call loses screen, keys to linux");
}

static void layer_that_goes_can_fade(void)
{
	setup();
	policy.state[PHONE_IDLE].layer[CALL].fade_ms = 120;
	call_is(PL_CALL_RINGING, 0);
	call_is(PL_CALL_IDLE, 0);
	EXPECT_EQ(arb.now.layer[CALL].shown, false);
	EXPECT_EQ(arb.now.layer[CALL].height, 184);
	EXPECT_EQ(arb.now.layer[CALL].band, BAND_OVERLAY);
	EXPECT_EQ(arb.now.layer[CALL].fade_ms, 120);
}

static void screen_keys_roles_and_modem_change_together(void)
{
	setup();
	call_is(PL_CALL_ACTIVE, 0);
	EXPECT_EQ(applied, 4);
	EXPECT_EQ(old_number, 3);
	EXPECT_EQ(arb.now.screen_owner, CALL);
	EXPECT_EQ(arb.now.key_owner, CALL);
	EXPECT_EQ(arb.now.role[ROLE_VOICE].holders, 1u << CALL);
	EXPECT_EQ(arb.now.role[ROLE_MEDIA].action, ACTION_CORK);
	EXPECT_EQ(arb.now.modem[LINUX], PL_RIGHT_HANGUP | PL_RIGHT_QUERY | PL_RIGHT_SMS | PL_RIGHT_DATA);
	EXPECT_EQ(arb.now.time_ns, 100);
}

static void same_state_makes_no_new_decision(void)
{
	setup();
	call_is(PL_CALL_ACTIVE, 0);
	call_is(PL_CALL_ACTIVE, PL_CALL_FLAG_MUTED);
	arbiter_partition(&arb, CALL, true, 200);
	EXPECT_EQ(applied, 4);
	EXPECT_EQ(arb.now.time_ns, 100);
}

static void linux_may_die_and_come_back_under_a_call(void)
{
	setup();
	call_is(PL_CALL_ACTIVE, 0);
	arbiter_partition(&arb, LINUX, false, 200);
	EXPECT_EQ(arb.now.screen_owner, CALL);
	EXPECT_EQ(arb.now.key_owner, CALL);
	call_is(PL_CALL_IDLE, 0);
	EXPECT_EQ(arb.now.screen_owner, POLICY_NONE);
	EXPECT_EQ(arb.now.key_owner, POLICY_NONE);
	EXPECT_EQ(decision_key_owner(&arb.now, KEY_HANGUP), CALL);
	arbiter_partition(&arb, LINUX, true, 300);
	EXPECT_EQ(arb.now.screen_owner, LINUX);
	EXPECT_EQ(arb.now.key_owner, LINUX);
}

static void absent_telephony_means_no_call(void)
{
	setup();
	call_is(PL_CALL_ACTIVE, 0);
	arbiter_partition(&arb, CALL, false, 200);
	EXPECT_EQ(arb.now.state, PHONE_IDLE);
	EXPECT_EQ(arb.now.screen_owner, LINUX);
	EXPECT_EQ(decision_key_owner(&arb.now, KEY_HANGUP), POLICY_NONE);
	EXPECT_STR(decision_line,
		"decision 5: idle: screen linux, keys linux: call went; call loses screen, keys to linux");
	arbiter_partition(&arb, CALL, true, 300);
	EXPECT_EQ(arb.now.state, PHONE_ACTIVE);
}

static void states_in_between_may_be_missed(void)
{
	setup();
	for (uint32_t from = 0; from < PL_CALL_STATE_COUNT; from++) {
		for (uint32_t to = 0; to < PL_CALL_STATE_COUNT; to++) {
			EXPECT_EQ(call_is(from, 0), 0);
			EXPECT_EQ(call_is(to, 0), 0);
			EXPECT_EQ(arb.now.key_owner, to == PL_CALL_IDLE ? LINUX : CALL);
		}
	}
}

static void impossible_call_state_changes_nothing(void)
{
	setup();
	call_is(PL_CALL_ACTIVE, 0);
	EXPECT_EQ(call_is(PL_CALL_STATE_COUNT, 0), -EINVAL);
	EXPECT_EQ(call_is(UINT32_MAX, 0), -EINVAL);
	EXPECT_EQ(arb.now.state, PHONE_ACTIVE);
	EXPECT_EQ(applied, 4);
}

static void emergency_rejects_media_and_takes_the_modem(void)
{
	setup();
	call_is(PL_CALL_DIALING, PL_CALL_FLAG_EMERGENCY);
	EXPECT_EQ(arb.now.state, PHONE_EMERGENCY);
	EXPECT_EQ(arb.now.role[ROLE_EMERGENCY].holders, 1u << CALL);
	EXPECT_EQ(arb.now.role[ROLE_EMERGENCY].gain_permille, POLICY_GAIN_FULL);
	EXPECT_EQ(arb.now.modem[LINUX], 0);
	EXPECT_EQ(arbiter_claim(&arb, LINUX, ROLE_MEDIA, 200), -EBUSY);
	call_is(PL_CALL_ACTIVE, PL_CALL_FLAG_EMERGENCY);
	EXPECT_EQ(arb.now.state, PHONE_EMERGENCY);
}

static void matrix_mixes_ducks_and_corks(void)
{
	setup();
	EXPECT_EQ(arbiter_claim(&arb, LINUX, ROLE_MEDIA, 10), 0);
	EXPECT_EQ(arb.now.role[ROLE_MEDIA].gain_permille, 1000);
	EXPECT_EQ(arbiter_claim(&arb, LINUX, ROLE_NAVIGATION, 11), 0);
	EXPECT_EQ(arb.now.role[ROLE_MEDIA].action, ACTION_DUCK);
	EXPECT_EQ(arb.now.role[ROLE_MEDIA].gain_permille, 200);
	EXPECT_EQ(arb.now.role[ROLE_NAVIGATION].action, ACTION_MIX);
	call_is(PL_CALL_RINGING, 0);
	EXPECT_EQ(arb.now.role[ROLE_MEDIA].action, ACTION_DUCK);
	EXPECT_EQ(arb.now.role[ROLE_MEDIA].gain_permille, 200);
	EXPECT_EQ(arb.now.role[ROLE_NAVIGATION].gain_permille, 300);
	call_is(PL_CALL_ACTIVE, 0);
	EXPECT_EQ(arb.now.role[ROLE_MEDIA].action, ACTION_CORK);
	EXPECT_EQ(arb.now.role[ROLE_MEDIA].gain_permille, 0);
	call_is(PL_CALL_IDLE, 0);
	EXPECT_EQ(arbiter_release(&arb, LINUX, ROLE_NAVIGATION, 12), 0);
	EXPECT_EQ(arb.now.role[ROLE_MEDIA].gain_permille, 1000);
}

static void lower_role_never_weakens_a_higher_one(void)
{
	setup();
	for (unsigned holder = 0; holder < ROLE_COUNT; holder++)
		for (unsigned other = 0; other < ROLE_COUNT; other++)
			policy.matrix[holder][other] = ACTION_REJECT;
	arbiter_claim(&arb, LINUX, ROLE_BACKGROUND, 10);
	arbiter_claim(&arb, LINUX, ROLE_ALERT, 10);
	call_is(PL_CALL_ACTIVE, 0);
	EXPECT_EQ(arb.now.role[ROLE_VOICE].gain_permille, 1000);
	EXPECT_EQ(arb.now.role[ROLE_ALERT].gain_permille, 0);
}

static void roles_of_the_call_cannot_be_claimed(void)
{
	setup();
	EXPECT_EQ(arbiter_claim(&arb, LINUX, ROLE_VOICE, 10), -EPERM);
	EXPECT_EQ(arbiter_claim(&arb, LINUX, ROLE_EMERGENCY, 10), -EPERM);
	EXPECT_EQ(arbiter_claim(&arb, LINUX, ROLE_RING, 10), -EPERM);
	EXPECT_EQ(arbiter_claim(&arb, LINUX, ROLE_COUNT, 10), -EINVAL);
	EXPECT_EQ(arbiter_claim(&arb, 2, ROLE_MEDIA, 10), -EINVAL);
	EXPECT_EQ(arbiter_partition(&arb, 31, true, 10), -EINVAL);
	EXPECT_EQ(arbiter_partition(&arb, UINT32_MAX, true, 10), -EINVAL);
	EXPECT_EQ(applied, 3);
}

static void partition_that_goes_drops_its_claims(void)
{
	setup();
	arbiter_claim(&arb, LINUX, ROLE_MEDIA, 10);
	arbiter_partition(&arb, LINUX, false, 11);
	EXPECT_EQ(arb.now.role[ROLE_MEDIA].holders, 0);
	EXPECT_EQ(arbiter_claim(&arb, LINUX, ROLE_MEDIA, 12), -EBUSY);
}

static void reload_decides_anew_and_other_partitions_are_refused(void)
{
	static struct policy other;

	setup();
	other = policy;
	other.state[PHONE_IDLE].key_owner = CALL;
	EXPECT_EQ(arbiter_policy(&arb, &other, 10), 0);
	EXPECT_EQ(arb.now.key_owner, CALL);
	EXPECT_CONTAINS(decision_line, "policy reloaded; linux loses keys to call");
	strcpy(policy.partition[1], "android");
	EXPECT_EQ(arbiter_policy(&arb, &policy, 11), -EINVAL);
	EXPECT_EQ(arb.policy == &other, true);
}

static void dialler_and_notice_are_states_of_an_idle_phone(void)
{
	setup();
	call_is(PL_CALL_IDLE, PL_CALL_FLAG_DIALLER);
	EXPECT_EQ(arb.now.state, PHONE_DIALLER);
	EXPECT_EQ(arb.now.layer[CALL].height, 800);
	EXPECT_EQ(decision_key_owner(&arb.now, KEY_ENTER), CALL);
	call_is(PL_CALL_IDLE, PL_CALL_FLAG_NOTICE);
	EXPECT_EQ(arb.now.state, PHONE_NOTICE);
	EXPECT_EQ(arb.now.layer[CALL].height, 184);
	EXPECT_EQ(arb.now.layer[LINUX].shown, true);
	EXPECT_EQ(decision_key_owner(&arb.now, KEY_ENTER), LINUX);
	EXPECT_EQ(decision_key_owner(&arb.now, KEY_HANGUP), CALL);
	call_is(PL_CALL_IDLE, PL_CALL_FLAG_NOTICE | PL_CALL_FLAG_DIALLER);
	EXPECT_EQ(arb.now.state, PHONE_DIALLER);
	/* They mean nothing in a call. */
	call_is(PL_CALL_RINGING, PL_CALL_FLAG_NOTICE);
	EXPECT_EQ(arb.now.state, PHONE_RINGING);
	/* Left out: the user must see what is asked nevertheless. */
	policy.state[PHONE_NOTICE].defined = policy.state[PHONE_DIALLER].defined = false;
	call_is(PL_CALL_IDLE, PL_CALL_FLAG_NOTICE);
	EXPECT_EQ(arb.now.layer[CALL].shown, true);
	call_is(PL_CALL_IDLE, PL_CALL_FLAG_DIALLER);
	EXPECT_EQ(arb.now.layer[CALL].height, 800);
	EXPECT_EQ(arb.now.key_owner, CALL);
}

static const struct unit_test tests[] = {
	{"dialler and notice are states of an idle phone", dialler_and_notice_are_states_of_an_idle_phone},
	{"idle is Linux only", idle_is_linux_only},
	{"a ring is a band over Linux, with the keys", ring_is_a_band_over_linux_with_the_keys},
	{"a call takes the whole screen and gives it back", call_takes_the_whole_screen_and_gives_it_back},
	{"a layer that goes keeps its place, to fade", layer_that_goes_can_fade},
	{"screen, keys, roles and modem change together", screen_keys_roles_and_modem_change_together},
	{"the same state makes no new decision", same_state_makes_no_new_decision},
	{"Linux may die and come back under a call", linux_may_die_and_come_back_under_a_call},
	{"absent telephony means no call", absent_telephony_means_no_call},
	{"states in between may be missed", states_in_between_may_be_missed},
	{"an impossible call state changes nothing", impossible_call_state_changes_nothing},
	{"emergency rejects media and takes the modem", emergency_rejects_media_and_takes_the_modem},
	{"the matrix mixes, ducks and corks", matrix_mixes_ducks_and_corks},
	{"a lower role never weakens a higher one", lower_role_never_weakens_a_higher_one},
	{"roles of the call cannot be claimed", roles_of_the_call_cannot_be_claimed},
	{"a partition that goes drops its claims", partition_that_goes_drops_its_claims},
	{"a reload decides anew; other partitions are refused",
		reload_decides_anew_and_other_partitions_are_refused},
};

UNIT_MAIN("arbiter", tests)
