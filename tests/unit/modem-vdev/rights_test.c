/* What policy.conf leaves Linux of the modem in what the phone does: less than modem.conf says, never more. */
#include "abi/rights.h"
#include "tests/unit/expect.h"
#include "tests/unit/modem-vdev/handset.h"
#include "vdev/log.h"

static struct handset handset;

static void setup(const char *policy)
{
	handset_init(&handset, policy);
	handset_pass(&handset, HANDSET_S);
	EXPECT_EQ(handset.phone.ready, true);
	handset_type(&handset, "ATE0+CMEE=1");
	handset_pass(&handset, HANDSET_MS);
}

static const char *at(const char *line)
{
	handset_type(&handset, line);
	handset_pass(&handset, HANDSET_MS);
	return handset.to_client;
}

static void what_is_taken_is_refused(void)
{
	setup("[linux]\nquery = allow\ndial = ask\ncontrol = virtual\nsms-read = allow\n");
	handset.rights = PL_RIGHT_QUERY;
	EXPECT_STR(at("ATD5551234;"), "\r\n+CME ERROR: 3\r\n");
	EXPECT_EQ(handset.asked, 0);
	EXPECT_EQ(handset.refused, 1);
	EXPECT_STR(at("AT+CMGL=4"), "\r\n+CMS ERROR: 302\r\n");
	EXPECT_STR(at("AT+CSQ"), "\r\n+CSQ: 23,99\r\n\r\nOK\r\n");
	handset.rights = 0;
	EXPECT_STR(at("AT+CSQ"), "\r\n+CME ERROR: 3\r\n");
	handset.rights = PL_RIGHT_DIAL;
	EXPECT_STR(at("ATD5551234;"), "");
	EXPECT_EQ(handset.asked, 1);
}

/* The client's own, what only looks as if it were done, and 112 are nobody's to take. */
static void some_need_no_right(void)
{
	setup("[linux]\ncontrol = virtual\nradio = virtual\n");
	handset.rights = 0;
	EXPECT_STR(at("AT+CMEE?;+CHUP;H"), "\r\n+CMEE: 1\r\n\r\nOK\r\n");
	EXPECT_STR(at("AT+CFUN=4"), "\r\nOK\r\n");
	EXPECT_STR(at("ATD112;"), "\r\nOK\r\n");
	EXPECT_EQ(handset.phone.call.info.state, PL_CALL_DIALING);
}

static void no_right_allows_what_the_policy_refuses(void)
{
	setup("[linux]\nquery = allow\n");
	handset.rights = UINT32_MAX;
	EXPECT_STR(at("ATD5551234;"), "\r\n+CME ERROR: 3\r\n");
	EXPECT_STR(at("AT+CUSD=1,\"*100#\",15"), "\r\n+CME ERROR: 3\r\n");
	EXPECT_STR(at("AT+CMGL=4"), "\r\n+CMS ERROR: 302\r\n");
	EXPECT_EQ(handset.asked, 0);
}

static void own_call_without_the_right_to_end_it(void)
{
	setup("[linux]\ndial = allow\ncontrol = allow\n");
	EXPECT_STR(at("ATD5551234;"), "\r\nOK\r\n");
	handset.rights = PL_RIGHT_ALL & ~PL_RIGHT_HANGUP;
	EXPECT_STR(at("AT+CHUP"), "\r\n+CME ERROR: 3\r\n");
	EXPECT_STR(at("ATH"), "\r\nOK\r\n");
	EXPECT_EQ(handset.phone.call.info.state, PL_CALL_DIALING);
	handset.rights = PL_RIGHT_HANGUP;
	EXPECT_STR(at("ATH"), "\r\nOK\r\n");
	EXPECT_EQ(handset.phone.call.info.state, PL_CALL_ENDED);
}

static char logged[160];

static void keep(enum vdev_log_level level, const char *line)
{
	if (level == VDEV_LOG_WARN)
		snprintf(logged, sizeof(logged), "%s", line);
}

static void client_that_nobody_is(void)
{
	vdev_log_hook = keep;
	setup("[linux]\nquery = allow\n[radio]\ndial = allow\n");
	vdev_log_hook = NULL;
	EXPECT_STR(logged, "modem.conf: [radio] is nobody's: the one virtual modem is [linux]'s");
	EXPECT_STR(at("ATD5551234;"), "\r\n+CME ERROR: 3\r\n");
}

static const struct unit_test tests[] = {
	{"what the phone's state takes is refused", what_is_taken_is_refused},
	{"settings, what is virtual, and 112 need no right", some_need_no_right},
	{"no right allows what the policy refuses", no_right_allows_what_the_policy_refuses},
	{"a call of its own goes on if it may not end it now", own_call_without_the_right_to_end_it},
	{"a client that nobody is has no rights, and is told of", client_that_nobody_is},
};

UNIT_MAIN("modem rights", tests)
