#include <errno.h>
#include "abi/rights.h"
#include "vdev-modem/policy.h"
#include "vdev-modem/text.h"
#include "vdev/log.h"

#define WORD_BYTES 24

#define REFUSE	(1u << MODEM_REFUSE)
#define VIRTUAL (1u << MODEM_VIRTUAL)
#define ASK	(1u << MODEM_ASK)
#define ALLOW	(1u << MODEM_ALLOW)

/* What a policy may say of a class (one choice: it has none), and the right that goes with it. */
static const struct {
	const char *name;
	uint8_t actions;
	uint32_t right;
} classes[MODEM_CLASS_COUNT] = {
	[MODEM_CLASS_SETTING] = {"setting", VIRTUAL, 0},
	[MODEM_CLASS_QUERY] = {"query", REFUSE | ALLOW, PL_RIGHT_QUERY},
	[MODEM_CLASS_DIAL] = {"dial", REFUSE | ASK | ALLOW, PL_RIGHT_DIAL},
	[MODEM_CLASS_ANSWER] = {"answer", REFUSE | ALLOW, PL_RIGHT_ANSWER},
	[MODEM_CLASS_CONTROL] = {"control", REFUSE | VIRTUAL | ALLOW, PL_RIGHT_HANGUP},
	[MODEM_CLASS_SMS_SEND] = {"sms-send", REFUSE | ASK | ALLOW, PL_RIGHT_SMS},
	[MODEM_CLASS_SMS_READ] = {"sms-read", REFUSE | ALLOW, PL_RIGHT_SMS},
	[MODEM_CLASS_USSD] = {"ussd", REFUSE | ASK | ALLOW, PL_RIGHT_USSD},
	[MODEM_CLASS_SERVICE] = {"service", REFUSE, 0},
	[MODEM_CLASS_DATA] = {"data", REFUSE | ASK | ALLOW, PL_RIGHT_DATA},
	[MODEM_CLASS_RADIO] = {"radio", REFUSE | VIRTUAL, 0},
	[MODEM_CLASS_SIM] = {"sim", REFUSE, 0},
	[MODEM_CLASS_EMERGENCY] = {"emergency", ALLOW, 0},
	[MODEM_CLASS_UNKNOWN] = {"unknown", REFUSE, 0},
};
static const char *const actions[MODEM_ACTION_COUNT] = {"refuse", "virtual", "ask", "allow"};

struct parse {
	struct modem_policy policy;
	struct modem_client_policy *client;
	bool in_line, line_given; /* [line] */
	uint32_t given;		  /* classes of this client; bit MODEM_CLASS_COUNT: the time */
	unsigned line;
	char *error;
	size_t error_bytes;
};

const char *modem_class_str(unsigned class)
{
	return class < MODEM_CLASS_COUNT ? classes[class].name : "?";
}

uint32_t modem_class_right(unsigned class)
{
	return class < MODEM_CLASS_COUNT ? classes[class].right : 0;
}

const char *modem_action_str(unsigned action)
{
	return action < MODEM_ACTION_COUNT ? actions[action] : "?";
}

void modem_policy_closed(struct modem_client_policy *client, const char *name)
{
	__builtin_memset(client, 0, sizeof(*client));
	(void)text_copy(client->name, sizeof(client->name), name);
	client->ask_ms = MODEM_ASK_DEFAULT_MS;
	client->action[MODEM_CLASS_SETTING] = MODEM_VIRTUAL;
	client->action[MODEM_CLASS_EMERGENCY] = MODEM_ALLOW;
}

const struct modem_client_policy *modem_policy_client(const struct modem_policy *policy, const char *name)
{
	for (unsigned i = 0; i < policy->count; i++)
		if (text_equal(policy->client[i].name, name))
			return &policy->client[i];
	return NULL;
}

static int refuse(struct parse *p, const char *what, const char *word)
{
	(void)vdev_format(p->error, p->error_bytes, "line %u: %s '%s'", p->line, what, word);
	vdev_log(VDEV_LOG_ERROR, "modem policy: %s", p->error);
	return -EINVAL;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* One word of letters, digits and -, spaces around it skipped; false: empty or too long. */
static bool take_word(const char **text, char word[WORD_BYTES])
{
	size_t count = 0;

	while (is_space(**text))
		++*text;
	for (; (**text >= 'a' && **text <= 'z') || text_is_digit(**text) || **text == '-'; ++*text) {
		if (count + 1 == WORD_BYTES)
			return false;
		word[count++] = **text;
	}
	word[count] = 0;
	while (is_space(**text))
		++*text;
	return count > 0;
}

static int take_section(struct parse *p, const char *text)
{
	char word[WORD_BYTES];
	const char *whole = text++;

	if (!take_word(&text, word) || *text != ']' || text[1] ||
		text_length(word) >= MODEM_CLIENT_NAME_BYTES)
		return refuse(p, "no [client]:", whole);
	p->in_line = text_equal(word, "line");
	if (p->in_line && p->line_given)
		return refuse(p, "given twice:", whole);
	p->given = 0;
	if (p->in_line) {
		p->line_given = true;
		return 0;
	}
	if (modem_policy_client(&p->policy, word))
		return refuse(p, "client given twice:", word);
	if (p->policy.count == MODEM_CLIENT_MAX)
		return refuse(p, "one client too many:", word);
	p->client = &p->policy.client[p->policy.count++];
	modem_policy_closed(p->client, word);
	return 0;
}

/* "10s". */
static int take_time(struct parse *p, const char *word)
{
	uint32_t seconds = 0;
	const char *t = word;

	for (; text_is_digit(*t) && seconds <= MODEM_ASK_MAX_MS / 1000; t++)
		seconds = seconds * 10 + (uint32_t)(*t - '0');
	if (t == word || !text_equal(t, "s") || !seconds || seconds > MODEM_ASK_MAX_MS / 1000)
		return refuse(p, "ask-time is 1s to 60s, not", word);
	p->client->ask_ms = seconds * 1000;
	return 0;
}

static int take_action(struct parse *p, unsigned class, const char *word)
{
	for (unsigned a = 0; a < MODEM_ACTION_COUNT; a++) {
		if (!text_equal(word, actions[a]))
			continue;
		if (!(classes[class].actions & 1u << a))
			return refuse(p, "an action that this class does not have:", word);
		p->client->action[class] = (uint8_t)a;
		return 0;
	}
	return refuse(p, "no action:", word);
}

/*
 * [line]
 */

static int take_mux(struct parse *p, const char *word)
{
	static const char *const modes[] = {"off", "basic", "advanced"};

	for (unsigned i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (text_equal(word, modes[i])) {
			p->policy.line.mode = (uint8_t)i;
			return 0;
		}
	return refuse(p, "mux is off, basic or advanced, not", word);
}

/* Digits up to the limit, and the unit behind them; -EINVAL. */
static int take_count(const char *word, const char *unit, uint32_t low, uint32_t high, uint32_t *to)
{
	uint32_t value = 0;
	const char *t = word;

	for (; text_is_digit(*t) && value <= high; t++)
		value = value * 10 + (uint32_t)(*t - '0');
	if (t == word || !text_equal(t, unit) || value < low || value > high)
		return -EINVAL;
	*to = value;
	return 0;
}

static int take_line_entry(struct parse *p, const char *key, const char *word)
{
	struct uplink_conf *line = &p->policy.line;
	uint32_t value;

	if (text_equal(key, "mux"))
		return take_mux(p, word);
	if (text_equal(key, "frame")) {
		if (take_count(word, "", MUX_N1_MIN, MUX_N1_MAX, &value))
			return refuse(p, "frame is 31 to 1500, not", word);
		line->n1 = (uint16_t)value;
		return 0;
	}
	if (text_equal(key, "keep-alive")) {
		if (take_count(word, "s", 1, 3600, &value))
			return refuse(p, "keep-alive is 1s to 3600s, not", word);
		line->keep_alive_ms = value * 1000;
		return 0;
	}
	for (unsigned i = 0; i < UPLINK_CHANNEL_COUNT; i++) {
		if (!text_equal(key, uplink_channel_str((enum uplink_channel)i)))
			continue;
		if (take_count(word, "", i == UPLINK_CALL, MUX_DLC_COUNT - 1, &value))
			return refuse(p, "a channel is 1 to 7, or 0 for none, not", word);
		line->dlci[i] = (uint8_t)value;
		return 0;
	}
	return refuse(p, "no setting of [line]:", key);
}

static int take_entry(struct parse *p, const char *text)
{
	char key[WORD_BYTES], value[WORD_BYTES];
	const char *whole = text;
	unsigned class = 0;

	if (!take_word(&text, key) || *text++ != '=' || !take_word(&text, value) || *text)
		return refuse(p, "no 'class = action':", whole);
	if (p->in_line)
		return take_line_entry(p, key, value);
	if (!p->client)
		return refuse(p, "stands in no [client]:", key);
	while (class < MODEM_CLASS_COUNT && !text_equal(key, classes[class].name))
		class ++;
	if (class == MODEM_CLASS_COUNT && !text_equal(key, "ask-time"))
		return refuse(p, "no class:", key);
	if (p->given & 1u << class)
		return refuse(p, "given twice:", key);
	p->given |= 1u << class;
	return class == MODEM_CLASS_COUNT ? take_time(p, value) : take_action(p, class, value);
}

static int take_line(struct parse *p, char *line)
{
	size_t count = 0;

	while (line[count] && line[count] != '#')
		count++;
	while (count && is_space(line[count - 1]))
		count--;
	line[count] = 0;
	while (is_space(*line))
		line++;
	if (!*line)
		return 0;
	return *line == '[' ? take_section(p, line) : take_entry(p, line);
}

int modem_policy_parse(struct modem_policy *policy, const char *text, char *error, size_t error_bytes)
{
	struct parse p = {.policy.line = uplink_conf_default, .error = error, .error_bytes = error_bytes};
	char line[128];
	int ret = 0;

	while (*text && !ret) {
		size_t count = 0;

		p.line++;
		for (; *text && *text != '\n'; text++)
			if (count < sizeof(line))
				line[count++] = *text;
		text += *text == '\n';
		if (count == sizeof(line))
			return refuse(&p, "longer than the limit:", "127");
		line[count] = 0;
		ret = take_line(&p, line);
	}
	if (!ret)
		*policy = p.policy;
	return ret;
}
