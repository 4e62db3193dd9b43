#include "backends/sound/conf.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "backends/ini/ini_file.h"
#include "vdev/policy.h"

#define FORMAT_BIT(f) (1ull << VIRTIO_SND_FMT_##f)
#define RATE_BIT(r)   (1ull << VIRTIO_SND_RATE_##r)
#define RATES_VOICE   (RATE_BIT(8000) | RATE_BIT(16000))
#define RATES_MEDIA                                                                                          \
	(RATE_BIT(8000) | RATE_BIT(11025) | RATE_BIT(16000) | RATE_BIT(22050) | RATE_BIT(32000) |            \
		RATE_BIT(44100) | RATE_BIT(48000))
#define PERIOD_MS_MAX (1000 * MIXER_FRAMES_MAX / 48000)
#define WORD_BYTES    32
#define SIZE_MS_MAX   100 /* of a wake: drivers are answered as late as that */
#define QUEUE_MS_MAX  640 /* 64 periods of 10 ms */
#define ECHO_MS_MIN   20
#define ECHO_MS_MAX   500
#define IDLE_MS	      10
#define IDLE_PERIODS  3

/* HDA's default configuration of a headphone jack: 3.5 mm, right, black. */
#define HEADSET_DEFCONF 0x04211110u
#define HEADSET		.jack_count = 1, .jack = {{.nid = 0, .defconf = HEADSET_DEFCONF}}
#define STREAM(direction_, role_, channels_, nid_, rates_)                                                   \
	{.direction = VIRTIO_SND_D_##direction_,                                                             \
		.role = ROLE_##role_,                                                                        \
		.channels_min = 1,                                                                           \
		.channels_max = channels_,                                                                   \
		.nid = nid_,                                                                                 \
		.formats = FORMAT_BIT(S16),                                                                  \
		.rates = rates_}

static const struct sound_config telephony_streams = {HEADSET, .stream_count = 4,
	.stream = {STREAM(OUTPUT, VOICE, 1, 0, RATES_VOICE), STREAM(OUTPUT, RING, 2, 1, RATES_MEDIA),
		STREAM(OUTPUT, ALERT, 2, 2, RATES_MEDIA), STREAM(INPUT, VOICE, 1, 0, RATES_VOICE)}};
static const struct sound_config guest_streams = {HEADSET, .stream_count = 4,
	.stream = {STREAM(OUTPUT, MEDIA, 2, 0, RATES_MEDIA), STREAM(OUTPUT, NAVIGATION, 2, 1, RATES_MEDIA),
		STREAM(OUTPUT, ALERT, 2, 2, RATES_MEDIA), STREAM(INPUT, MEDIA, 2, 0, RATES_MEDIA)}};

struct parse {
	struct sound_conf conf;
	struct ini_file ini;
	long period_ms;
	struct { /* as given: in check() they become frames; periods 0: the card's */
		long period_ms, periods;
	} size[ROLE_COUNT + 1]; /* the last: idle */
};

static int refuse(struct parse *parse, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int refuse(struct parse *parse, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	ini_file_refuse(&parse->ini, format, args);
	va_end(args);
	return -EINVAL;
}

static bool next_word(const char **at, char word[WORD_BYTES])
{
	size_t bytes;

	*at += strspn(*at, " \t,");
	bytes = strcspn(*at, " \t,");
	snprintf(word, WORD_BYTES, "%.*s", (int)bytes, *at);
	*at += bytes;
	return bytes != 0;
}

static int number(struct parse *parse, const char *what, const char *word, const char *unit, long min,
	long max, long *value)
{
	char *end;

	errno = 0;
	*value = strtol(word, &end, 10);
	if (end == word || errno || strcmp(end, unit) != 0)
		return refuse(parse, "%s: \"%s\" is no number%s%s", what, word, *unit ? " with " : "", unit);
	if (*value < min || *value > max)
		return refuse(parse, "%s: %ld%s is outside %ld to %ld", what, *value, unit, min, max);
	return 0;
}

static int card_name(struct parse *parse, const char *key, const char *value, char *name)
{
	if (!*value || strlen(value) >= SOUND_CONF_NAME_BYTES)
		return refuse(parse, "%s: a name of 1 to %d characters", key, SOUND_CONF_NAME_BYTES - 1);
	strcpy(name, strcmp(value, "none") == 0 ? "" : value);
	return 0;
}

/* One channel of the card or two, side by side; or none. */
static int output_channels(struct parse *parse, unsigned output, const char *value)
{
	struct mixer_output *o = &parse->conf.output[output];
	const char *name = audio_output_str(output);
	char word[WORD_BYTES];
	long channel, first = 0;
	uint8_t count = 0;

	while (strcmp(value, "none") != 0 && next_word(&value, word)) {
		if (number(parse, name, word, "", 0, MIXER_CHANNEL_MAX - 1, &channel))
			return -EINVAL;
		if (count == 2 || (count && channel != first + 1))
			return refuse(parse, "%s: one channel, or two side by side", name);
		first = count++ ? first : channel;
	}
	*o = (struct mixer_output){(uint8_t)first, count};
	return 0;
}

static int card_key(struct parse *parse, const char *key, const char *value)
{
	struct sound_conf *c = &parse->conf;
	long n = 0;
	int rc;

	for (unsigned o = 0; o < OUTPUT_COUNT; o++)
		if (strcmp(key, audio_output_str(o)) == 0)
			return output_channels(parse, o, value);
	if (strcmp(key, "play") == 0)
		return card_name(parse, key, value, c->play);
	if (strcmp(key, "capture") == 0)
		return card_name(parse, key, value, c->capture);
	if (strcmp(key, "period") == 0)
		return number(parse, key, value, "ms", 1, PERIOD_MS_MAX, &parse->period_ms);
	if (strcmp(key, "echo-tail") == 0) {
		rc = number(parse, key, value, "ms", ECHO_MS_MIN, ECHO_MS_MAX, &n);
		c->echo_tail_ms = (uint32_t)n;
	} else if (strcmp(key, "rate") == 0) {
		rc = number(parse, key, value, "", 8000, 48000, &n);
		c->rate = (uint32_t)n;
	} else if (strcmp(key, "periods") == 0) {
		rc = number(parse, key, value, "", 2, 64, &n);
		c->periods = (uint32_t)n;
	} else if (strcmp(key, "channels") == 0) {
		rc = number(parse, key, value, "", 1, MIXER_CHANNEL_MAX, &n);
		c->channels = (uint8_t)n;
	} else if (strcmp(key, "channels-in") == 0) {
		rc = number(parse, key, value, "", 1, MIXER_CHANNEL_MAX, &n);
		c->channels_in = (uint8_t)n;
	} else {
		rc = refuse(parse, "unknown key \"%s\" in [card]", key);
	}
	return rc;
}

/* The partition's list, made when it is first met. */
static struct sound_config *streams_of(struct parse *parse, const char *partition)
{
	struct sound_conf *c = &parse->conf;
	struct sound_conf_device *d = c->device;

	for (; d < c->device + c->device_count; d++)
		if (strcmp(d->partition, partition) == 0)
			return &d->config;
	if (!*partition || strlen(partition) >= sizeof(d->partition) ||
		c->device_count == SOUND_CONF_DEVICES) {
		refuse(parse, "[streams %s]: a name of 1 to 15 characters, at most %d of them", partition,
			SOUND_CONF_DEVICES);
		return NULL;
	}
	strcpy(d->partition, partition);
	d->config = (struct sound_config){HEADSET};
	c->device_count++;
	return &d->config;
}

static int add_stream(
	struct parse *parse, struct sound_config *config, long nid, unsigned role, unsigned direction)
{
	bool voice = role == ROLE_VOICE || role == ROLE_EMERGENCY;

	if (config->stream_count == SOUND_STREAM_MAX)
		return refuse(parse, "more than %d streams", SOUND_STREAM_MAX);
	config->stream[config->stream_count++] = (struct sound_stream_config){.direction = (uint8_t)direction,
		.role = (uint8_t)role,
		.channels_min = 1,
		.channels_max = voice ? 1 : 2,
		.nid = (uint32_t)nid,
		.formats = FORMAT_BIT(S16),
		.rates = voice ? RATES_VOICE : RATES_MEDIA};
	return 0;
}

/* NUMBER = ROLE out|in …: a PCM device of the partition. */
static int stream_key(struct parse *parse, const char *partition, const char *key, const char *value)
{
	struct sound_config *config = streams_of(parse, partition);
	char word[WORD_BYTES];
	unsigned role = 0, had = 0;
	long nid;

	if (!config || number(parse, "PCM device", key, "", 0, SOUND_STREAM_MAX - 1, &nid))
		return -EINVAL;
	for (unsigned s = 0; s < config->stream_count; s++)
		if (config->stream[s].nid == (uint32_t)nid)
			return refuse(parse, "PCM device %ld is given twice", nid);
	next_word(&value, word);
	while (role < ROLE_COUNT && strcmp(word, audio_role_str(role)) != 0)
		role++;
	if (role == ROLE_COUNT)
		return refuse(parse, "no role \"%s\"", word);
	while (next_word(&value, word)) {
		unsigned direction = strcmp(word, "in") == 0 ? VIRTIO_SND_D_INPUT : VIRTIO_SND_D_OUTPUT;

		if ((direction == VIRTIO_SND_D_OUTPUT && strcmp(word, "out") != 0) || had >> direction & 1)
			return refuse(parse, "\"%s\": out, in, or both, once each", word);
		had |= 1u << direction;
		if (add_stream(parse, config, nid, role, direction))
			return -EINVAL;
	}
	return had ? 0 : refuse(parse, "PCM device %ld is neither out nor in", nid);
}

/* ROLE or idle = PERIOD PERIODS. */
static int size_key(struct parse *parse, const char *key, const char *value)
{
	char word[WORD_BYTES], rest[WORD_BYTES];
	unsigned role = 0;

	while (role < ROLE_COUNT && strcmp(key, audio_role_str(role)) != 0)
		role++;
	if (role == ROLE_COUNT && strcmp(key, "idle") != 0)
		return refuse(parse, "no role \"%s\"", key);
	if (!next_word(&value, word) || !next_word(&value, rest) || next_word(&value, (char[WORD_BYTES]){0}))
		return refuse(parse, "%s: a period in ms, and how many of them", key);
	return number(parse, key, word, "ms", 1, SIZE_MS_MAX, &parse->size[role].period_ms) ||
			       number(parse, key, rest, "", 2, 64, &parse->size[role].periods)
		       ? -EINVAL
		       : 0;
}

static int parse_section(void *user, const char *section, const char *key, const char *value)
{
	struct parse *parse = user;

	if (strcmp(section, "card") == 0)
		return card_key(parse, key, value);
	if (strncmp(section, "streams ", 8) == 0)
		return stream_key(parse, section + 8, key, value);
	if (strcmp(section, "sizes") == 0)
		return size_key(parse, key, value);
	return refuse(parse, "unknown section [%s]", section);
}

static const char *size_str(unsigned role)
{
	return role < ROLE_COUNT ? audio_role_str(role) : "idle";
}

/* What was not given is as the card is. The engine makes whole periods of the card. */
static int check_size(struct parse *parse, unsigned role, struct audio_sizes *size)
{
	struct sound_conf *c = &parse->conf;
	long card_ms = parse->period_ms, period_ms = parse->size[role].period_ms,
	     periods = parse->size[role].periods;

	if (!periods && role == ROLE_COUNT) {
		period_ms = card_ms < IDLE_MS ? IDLE_MS - IDLE_MS % card_ms : card_ms;
		periods = IDLE_PERIODS;
	} else if (!periods) {
		period_ms = card_ms;
		periods = c->periods;
	}
	if (period_ms % card_ms)
		return refuse(parse, "[sizes] %s: %ldms is no multiple of the card's %ldms", size_str(role),
			period_ms, card_ms);
	if (period_ms * periods > QUEUE_MS_MAX)
		return refuse(parse, "[sizes] %s: %ldms queued, at most %dms", size_str(role),
			period_ms * periods, QUEUE_MS_MAX);
	size->wake_frames = c->period_frames * (uint32_t)(period_ms / card_ms);
	size->queue_frames = size->wake_frames * (uint32_t)periods;
	if (size->queue_frames > c->queue_frames_max)
		c->queue_frames_max = size->queue_frames;
	return 0;
}

static int check(void *user)
{
	struct parse *parse = user;
	struct sound_conf *c = &parse->conf;
	unsigned used = 0;

	c->period_frames = c->rate * (uint32_t)parse->period_ms / 1000;
	c->queue_frames_max = 0;
	for (unsigned r = 0; r <= ROLE_COUNT; r++)
		if (check_size(parse, r, r < ROLE_COUNT ? &c->sizes.role[r] : &c->sizes.idle))
			return -EINVAL;
	if (!c->play[0])
		return refuse(parse, "[card] play: there must be one");
	for (unsigned o = 0; o < OUTPUT_COUNT; o++) {
		used += c->output[o].channel_count;
		if (c->output[o].first_channel + c->output[o].channel_count > c->channels)
			return refuse(
				parse, "%s: the card has %u channels", audio_output_str(o), c->channels);
	}
	return used ? 0 : refuse(parse, "no output has a channel");
}

void sound_conf_default(struct sound_conf *conf)
{
	const struct audio_sizes usual = {240, 720}, idle = {IDLE_MS * 48, IDLE_MS * 48 * IDLE_PERIODS};

	*conf = (struct sound_conf){.play = "hw:0,0",
		.capture = "hw:0,0",
		.rate = 48000,
		.period_frames = 240,
		.periods = 3,
		.echo_tail_ms = SOUND_CONF_ECHO_MS,
		.channels = 2,
		.channels_in = 2,
		.output = {[OUTPUT_EARPIECE] = {0, 1}, [OUTPUT_SPEAKER] = {1, 1}, [OUTPUT_HEADSET] = {0, 2}},
		.sizes = {.idle = idle},
		.queue_frames_max = idle.queue_frames};
	for (unsigned r = 0; r < ROLE_COUNT; r++)
		conf->sizes.role[r] = usual;
}

static int load(struct sound_conf *conf, const char *name, FILE *file, char *error)
{
	static struct parse parse; /* large */
	int rc;

	parse = (struct parse){.ini = {.what = "sound configuration",
				       .name = name,
				       .error = error,
				       .error_bytes = SOUND_CONF_ERROR_BYTES},
		.period_ms = 5};
	sound_conf_default(&parse.conf);
	rc = ini_file_load(&parse.ini, file, parse_section, check, &parse);
	if (!rc)
		*conf = parse.conf;
	return rc;
}

int sound_conf_load(struct sound_conf *conf, const char *path, char *error)
{
	return load(conf, path, fopen(path, "re"), error);
}

int sound_conf_text(struct sound_conf *conf, const char *name, const char *text, char *error)
{
	return load(conf, name, fmemopen((void *)(uintptr_t)text, strlen(text), "r"), error);
}

const struct sound_config *sound_conf_streams(
	const struct sound_conf *conf, const char *partition, bool telephony)
{
	for (unsigned i = 0; i < conf->device_count; i++)
		if (strcmp(conf->device[i].partition, partition) == 0)
			return &conf->device[i].config;
	return telephony ? &telephony_streams : &guest_streams;
}

uint32_t sound_conf_stream_count(const struct sound_conf *conf, const struct policy *policy)
{
	uint32_t count = 0;

	for (unsigned p = 0; p < policy->partition_count; p++)
		count += sound_conf_streams(conf, policy_partition_name(policy, p), p == policy->telephony)
				 ->stream_count;
	return count;
}
