#include "backends/partylined/sound.h"
#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "backends/partylined/quietlog.h"
#include "vdev/log.h"

#define PRIORITY      45 /* SCHED_FIFO: above the main thread (40), below threaded interrupts (50) */
#define RATE	      48000u
#define QUALITY	      3	  /* of rate conversion, 0 to 10 */
#define ECHO_MS	      200 /* tail of the echo canceller */
#define RESAMPLERS    11  /* eight of streams, three of the voice path */
#define DIRECTORY     "/dev/snd"
#define FORMAT_BIT(f) (1ull << VIRTIO_SND_FMT_##f)
#define RATE_BIT(r)   (1ull << VIRTIO_SND_RATE_##r)
#define RATES_VOICE   (RATE_BIT(8000) | RATE_BIT(16000))
#define RATES_MEDIA                                                                                          \
	(RATE_BIT(8000) | RATE_BIT(11025) | RATE_BIT(16000) | RATE_BIT(22050) | RATE_BIT(32000) |            \
		RATE_BIT(44100) | RATE_BIT(48000))

/* HDA's default configuration of a headphone jack, on the right, black, 3.5 mm. */
#define HEADSET_DEFCONF 0x04211110u

/*
 * The card of the reference handset: earpiece on the left channel, loudspeaker on the right one, a
 * headset on both. Buffers of three periods of 5 ms: voice waits for no more.
 */
static const struct alsa_settings card_settings = {.play = "hw:0,0",
	.capture = "hw:0,0",
	.rate = RATE,
	.period_frames = RATE / 200,
	.periods = 3,
	.channels = 2,
	.channels_in = 2};

static const struct mixer_output outputs[OUTPUT_COUNT] = {
	[OUTPUT_EARPIECE] = {0, 1}, [OUTPUT_SPEAKER] = {1, 1}, [OUTPUT_HEADSET] = {0, 2}};

/* What each sound card offers: streams of one number (nid) are one PCM device of the guest. */
static const struct sound_config telephony_config = {.stream_count = 4,
	.jack_count = 1,
	.jack = {{.nid = 0, .defconf = HEADSET_DEFCONF}},
	.stream = {
		{VIRTIO_SND_D_OUTPUT, ROLE_VOICE, 1, 1, 0, FORMAT_BIT(S16), RATES_VOICE},
		{VIRTIO_SND_D_OUTPUT, ROLE_RING, 1, 2, 1, FORMAT_BIT(S16), RATES_MEDIA},
		{VIRTIO_SND_D_OUTPUT, ROLE_ALERT, 1, 2, 2, FORMAT_BIT(S16), RATES_MEDIA},
		{VIRTIO_SND_D_INPUT, ROLE_VOICE, 1, 1, 0, FORMAT_BIT(S16), RATES_VOICE},
	}};
static const struct sound_config guest_config = {.stream_count = 4,
	.jack_count = 1,
	.jack = {{.nid = 0, .defconf = HEADSET_DEFCONF}},
	.stream = {
		{VIRTIO_SND_D_OUTPUT, ROLE_MEDIA, 1, 2, 0, FORMAT_BIT(S16), RATES_MEDIA},
		{VIRTIO_SND_D_OUTPUT, ROLE_NAVIGATION, 1, 2, 1, FORMAT_BIT(S16), RATES_MEDIA},
		{VIRTIO_SND_D_OUTPUT, ROLE_ALERT, 1, 2, 2, FORMAT_BIT(S16), RATES_MEDIA},
		{VIRTIO_SND_D_INPUT, ROLE_MEDIA, 1, 2, 0, FORMAT_BIT(S16), RATES_MEDIA},
	}};

/*
 * Audio thread.
 */

static void tell_main(void *data)
{
	struct sound_host *host = data;

	eventfd_write(host->wake_fd, 1);
}

static void serve(void *data)
{
	struct sound_host *host = data;

	if (!host->begun) {
		host->begun = true;
		quietlog_begin(tell_main, host);
	}
	for (unsigned i = 0; i < host->device_count; i++)
		if (hvmmio_look(&host->transport[i]))
			hvmmio_work(&host->transport[i]);
}

/*
 * Main thread: set-up.
 */

static void no_words(const char *file, int line, const char *function, int err, const char *format, ...)
{
	(void)file, (void)line, (void)function, (void)err, (void)format;
}

int sound_open(struct sound_host *host, const struct policy *policy)
{
	struct audio_config config = {.rate = RATE,
		.channels = card_settings.channels,
		.bits = 16,
		.channels_in = card_settings.channels_in,
		.dsp = &speex_impl};
	int ret;

	memset(host, 0, sizeof(*host));
	host->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (host->wake_fd < 0)
		return -errno;
	snd_lib_error_set_handler(
		no_words); /* a card that is not there is looked for; alsa.c logs the rest */
	ret = speex_create(&host->speex, RESAMPLERS, QUALITY, RATE, ECHO_MS);
	if (ret)
		return ret;
	memcpy(config.output, outputs, sizeof(outputs));
	config.resampler = host->speex.resampler;
	config.resampler_count = RESAMPLERS - 3;
	speex_voice(&host->speex, &config.voice);
	ret = audio_init(&host->audio, &config);
	ret = ret ? ret : audio_set_policy(&host->audio, &policy->audio);
	return ret ? ret : alsa_init(&host->card, &card_settings);
}

struct vdev *sound_add(struct sound_host *host, const struct policy *policy, unsigned p, const char *name,
	void *state, uint64_t state_bytes)
{
	const struct sound_config *config = p == policy->telephony ? &telephony_config : &guest_config;
	struct sound *snd = &host->device[host->device_count];

	if (host->device_count == AUDIO_DEVICE_MAX) {
		vdev_log(VDEV_LOG_ERROR, "%s: more than %u sound cards", name, AUDIO_DEVICE_MAX);
		return NULL;
	}
	if (sound_init(snd, name, config, state, state_bytes, &audio_sound_events, &host->audio) ||
		audio_add(&host->audio, snd, p, policy_partition_name(policy, p), p == policy->telephony))
		return NULL;
	snd->polled = true;
	host->device_count++;
	return &snd->vdev;
}

struct hvmmio *sound_transport(struct sound_host *host)
{
	return &host->transport[host->device_count - 1];
}

int sound_begin(struct sound_host *host, struct phone *phone)
{
	int ret;

	if (!host->device_count)
		return 0;
	for (unsigned i = 0; i < host->device_count; i++)
		host->transport[i].polled = true;
	host->posted_decision = phone->arbiter.now.number;
	host->posted_policy = phone->ruling;
	audio_decide(&host->audio, &phone->arbiter.now);
	host->thread = (struct audio_thread){.audio = &host->audio,
		.card = &host->card.card,
		.serve = serve,
		.changed = tell_main,
		.data = host,
		.priority = PRIORITY};
	ret = alsa_keeper_start(&host->keeper, &host->card, DIRECTORY);
	return ret ? ret : audio_thread_start(&host->thread);
}

/*
 * Main thread: orders.
 */

static bool post(struct sound_host *host, const struct audio_order *order)
{
	if (!audio_thread_post(&host->thread, order))
		return true;
	host->owes = true;
	return false;
}

static void post_switch(struct sound_host *host, bool *posted, bool wanted, unsigned kind)
{
	const struct audio_order order = {.kind = (uint8_t)kind, .on = wanted};

	if (*posted != wanted && post(host, &order))
		*posted = wanted;
}

static void post_decision(struct sound_host *host, const struct decision *now)
{
	static struct audio_order order; /* large */

	if (host->posted_decision == now->number)
		return;
	order = (struct audio_order){.kind = ORDER_DECISION, .u.decision = *now};
	if (post(host, &order))
		host->posted_decision = now->number;
}

static void post_policy(struct sound_host *host, const struct phone *phone)
{
	static struct audio_order order;

	if (host->posted_policy == phone->ruling)
		return;
	order = (struct audio_order){.kind = ORDER_POLICY, .u.policy = phone->policy[phone->ruling].audio};
	if (post(host, &order))
		host->posted_policy = phone->ruling;
}

/*
 * Main thread: claims.
 */

static bool follows_call(unsigned role)
{
	return role == ROLE_EMERGENCY || role == ROLE_VOICE || role == ROLE_RING;
}

/* Of each role, the partitions that play in it. What a stream is does not change after set-up. */
static void players(const struct sound_host *host, uint32_t running, uint32_t by_role[ROLE_COUNT])
{
	memset(by_role, 0, ROLE_COUNT * sizeof(by_role[0]));
	for (uint32_t i = 0; i < host->audio.stream_count; i++) {
		const struct audio_stream *st = &host->audio.stream[i];

		if ((running >> i & 1) && !st->input && !follows_call(st->role))
			by_role[st->role] |= 1u << st->partition;
	}
}

static void claim_or_release(struct arbiter *arb, unsigned role, uint32_t wanted, uint64_t now_ns)
{
	for (unsigned p = 0; p < arb->policy->partition_count; p++) {
		bool wants = wanted >> p & 1, has = arb->claims[role] >> p & 1;

		if (wants && !has)
			arbiter_claim(
				arb, p, role, now_ns); /* refused: tried again after the next decision */
		else if (has && !wants)
			arbiter_release(arb, p, role, now_ns);
	}
}

static void claim(struct sound_host *host, struct phone *phone, uint64_t now_ns)
{
	uint32_t running = __atomic_load_n(&host->thread.running, __ATOMIC_RELAXED);
	uint32_t by_role[ROLE_COUNT];

	if (running == host->claims_seen && phone->arbiter.now.number == host->claims_decision)
		return;
	host->claims_seen = running;
	players(host, running, by_role);
	for (unsigned r = 0; r < ROLE_COUNT; r++)
		if (!follows_call(r))
			claim_or_release(&phone->arbiter, r, by_role[r], now_ns);
	host->claims_decision = phone->arbiter.now.number;
}

bool sound_sync(struct sound_host *host, struct phone *phone, uint64_t now_ns)
{
	uint32_t flags = phone->arbiter.call.flags;

	if (!host->thread.started)
		return false;
	host->owes = false;
	claim(host, phone, now_ns);
	post_policy(host, phone);
	post_switch(host, &host->posted_muted, flags & (PL_CALL_FLAG_MUTED | PL_CALL_FLAG_HELD), ORDER_MUTED);
	post_switch(host, &host->posted_speaker, flags & PL_CALL_FLAG_SPEAKER, ORDER_SPEAKER);
	post_decision(host, &phone->arbiter.now);
	return host->owes;
}

void sound_dispatch(struct sound_host *host)
{
	eventfd_t count;

	eventfd_read(host->wake_fd, &count);
}

void sound_end(struct sound_host *host)
{
	if (!host->thread.started)
		return;
	audio_thread_stop(&host->thread);
	alsa_keeper_stop(&host->keeper);
	alsa_finish(&host->card);
	speex_destroy(&host->speex);
	close(host->wake_fd);
}
