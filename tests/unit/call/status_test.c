/* What the call partition serves over TCP says what the phone shows, whatever a caller calls himself. */
#include "examples/handset/call/status.h"
#include "tests/unit/expect.h"

static char out[STATUS_PAGE_MAX];

static const struct ui_model calm = {.state = PL_CALL_IDLE, .carrier = "Partyline", .signal = 3};
static const struct ui_model talking = {.state = PL_CALL_ACTIVE,
	.number = "+358401234567",
	.name = "Reception",
	.carrier = "Partyline",
	.signal = 4,
	.seconds = 187,
	.muted = true};

static void json_is_one_line_with_all_that_is_shown(void)
{
	size_t n = status_json(&talking, out, sizeof(out));

	EXPECT_EQ(n, strlen(out));
	EXPECT_STR(out,
		"{\"state\":\"active\",\"number\":\"+358401234567\",\"name\":\"Reception\",\"carrier\":"
		"\"Partyline\","
		"\"signal\":4,\"muted\":true,\"emergency\":false,\"seconds\":187}\n");
}

static void a_name_cannot_break_out_of_json(void)
{
	struct ui_model m = calm;

	strcpy(m.name, "a\",\"muted\":true,\"\\\n");
	status_json(&m, out, sizeof(out));
	EXPECT_CONTAINS(out, "\"name\":\"a\\\",\\\"muted\\\":true,\\\"\\\\ \",\"carrier\"");
}

static void a_name_cannot_break_out_of_the_page(void)
{
	struct ui_model m = talking;

	strcpy(m.name, "<script>'\"&");
	status_page(&m, out, sizeof(out));
	EXPECT_CONTAINS(out, "<p>&lt;script&gt;&#39;&quot;&amp;</p>");
	EXPECT_EQ(strstr(out, "<script") == NULL, true);
}

static void the_page_shows_state_caller_and_time(void)
{
	status_page(&talking, out, sizeof(out));
	EXPECT_CONTAINS(out, "On a call</h1><p>Reception</p><p>+358401234567</p>");
	EXPECT_CONTAINS(out, "03:07");
	EXPECT_CONTAINS(out, "Muted");
	status_page(&calm, out, sizeof(out));
	EXPECT_CONTAINS(out, "Ready</h1>");
	EXPECT_EQ(strstr(out, "00:00") == NULL, true);
}

/* The longest that each field can become fits; in less room the text ends, and never in the middle of an escape. */
static void the_worst_caller_fits(void)
{
	struct ui_model m = talking;
	char small[64];

	memset(m.name, '"', sizeof(m.name) - 1);
	memset(m.number, '\'', sizeof(m.number) - 1);
	memset(m.carrier, '&', sizeof(m.carrier) - 1);
	status_page(&m, out, sizeof(out));
	EXPECT_CONTAINS(out, "</main>");
	status_json(&m, out, STATUS_JSON_MAX);
	EXPECT_CONTAINS(out, "\"seconds\":187}\n");
	EXPECT_EQ(status_page(&m, small, sizeof(small)), sizeof(small) - 1);
}

static const struct unit_test tests[] = {
	{"JSON is one line with all that is shown", json_is_one_line_with_all_that_is_shown},
	{"a name cannot break out of JSON", a_name_cannot_break_out_of_json},
	{"a name cannot break out of the page", a_name_cannot_break_out_of_the_page},
	{"the page shows state, caller and time", the_page_shows_state_caller_and_time},
	{"the worst caller fits", the_worst_caller_fits},
};

UNIT_MAIN("call status", tests)
