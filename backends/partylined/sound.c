#include "backends/partylined/sound.h"
#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "abi/hypercall.h"
#include "backends/partylined/quietlog.h"
#include "vdev/log.h"

#define PRIORITY  45 /* SCHED_FIFO: above the main thread (40), below threaded interrupts (50) */
#define QUALITY	  3  /* of rate conversion, 0 to 10 */
#define DIRECTORY "/dev/snd"
#define ROUNDS	  4 /* in one turn, for a driver that asks one thing after the other: a stream starts at once */

/*
 * Audio thread.
 */

static void tell_main(void *data)
{
	struct sound_host *host = data;

	eventfd_write(host->wake_fd, 1);
}

/* True: it answered a request. Who got the answer may have asked on already: his partition runs before ours. */
static bool serve_device(struct sound_host *host, unsigned i)
{
	uint32_t before = host->device[i].request_count;

	if (hvmmio_look(&host->transport[i]))
		hvmmio_work(&host->transport[i]);
	return host->device[i].request_count != before;
}

static void decided(void *data, uint32_t number, uint64_t frame)
{
	struct sound_host *host = data;

	hv_call(host->transport[0].hv, PL_HVC_TRACE_MARK, PL_MARK_OBEYED, number, frame);
}

static void met(void *data, uint64_t played, uint64_t next)
{
	struct sound_host *host = data;

	hv_call(host->transport[0].hv, PL_HVC_TRACE_MARK, PL_MARK_CARD, played, next);
}

static void serve(void *data)
{
	struct sound_host *host = data;
	uint32_t live = 0;

	if (!host->begun) {
		host->begun = true;
		quietlog_begin(tell_main, host);
	}
	for (unsigned i = 0; i < host->device_count; i++) {
		for (unsigned round = 0; round < ROUNDS && serve_device(host, i); round++)
			;
		live |= (uint32_t)host->device[i].vdev.live << i;
	}
	if (live == host->live)
		return;
	__atomic_store_n(&host->live, live, __ATOMIC_RELAXED);
	tell_main(host);
}

/*
 * Main thread: set-up.
 */

static void no_words(const char *file, int line, const char *function, int err, const char *format, ...)
{
	(void)file, (void)line, (void)function, (void)err, (void)format;
}

/* A card that cannot be had as configured must not take the phone with it: the clock paces its streams. */
static int open_card(struct sound_host *host)
{
	const struct sound_conf *c = &host->conf;
	const size_t prefix = strlen(SOUND_CONF_WAV);
	const struct alsa_settings settings = {.play = c->play,
		.capture = c->capture[0] ? c->capture : NULL,
		.rate = c->rate,
		.period_frames = c->period_frames,
		.periods = c->periods,
		.queue_frames_max = c->queue_frames_max,
		.channels = c->channels,
		.channels_in = c->channels_in};

	if (strncmp(c->play, SOUND_CONF_WAV, prefix) != 0) {
		host->card = &host->alsa.card;
		return alsa_init(&host->alsa, &settings);
	}
	host->card = &host->wav.card;
	return wav_card_open_paced(&host->wav, c->play + prefix,
		strncmp(c->capture, SOUND_CONF_WAV, prefix) == 0 ? c->capture + prefix : NULL, c->rate,
		c->period_frames, c->channels);
}

static void read_conf(struct sound_host *host, const char *path)
{
	char error[SOUND_CONF_ERROR_BYTES];

	sound_conf_default(&host->conf);
	if (!access(path, F_OK) && sound_conf_load(&host->conf, path, error))
		vdev_log(VDEV_LOG_WARN, "the reference handset's sound is taken instead");
}

/* Each stream may want a converter of its own. */
static uint32_t resampler_count(const struct sound_host *host, const struct policy *policy)
{
	uint32_t count = sound_conf_stream_count(&host->conf, policy) + SPEEX_VOICE_COUNT;

	return count < SPEEX_RESAMPLER_MAX ? count : SPEEX_RESAMPLER_MAX;
}

int sound_open(struct sound_host *host, const struct policy *policy, const char *path)
{
	struct audio_config config = {.bits = 16, .dsp = &speex_impl};
	int ret;

	memset(host, 0, sizeof(*host));
	host->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	host->kick_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (host->wake_fd < 0 || host->kick_fd < 0)
		return -errno;
	read_conf(host, path);
	snd_lib_error_set_handler(
		no_words); /* a card that is not there is looked for; alsa.c logs the rest */
	ret = open_card(host);
	ret = ret ? ret
		  : speex_create(&host->speex, resampler_count(host, policy), QUALITY, host->conf.rate,
			    host->conf.echo_tail_ms);
	if (ret)
		return ret;
	config.rate = host->card->rate;
	config.channels = host->card->channels;
	config.channels_in = host->card->channels_in;
	memcpy(config.output, host->conf.output, sizeof(config.output));
	config.resampler = host->speex.resampler;
	config.resampler_count = host->speex.resampler_count - SPEEX_VOICE_COUNT;
	speex_voice(&host->speex, &config.voice);
	ret = audio_init(&host->audio, &config);
	return ret ? ret : audio_set_policy(&host->audio, &policy->audio);
}

struct vdev *sound_add(struct sound_host *host, const struct policy *policy, unsigned p, const char *name,
	void *state, uint64_t state_bytes)
{
	const char *partition = policy_partition_name(policy, p);
	const struct sound_config *config =
		sound_conf_streams(&host->conf, partition, p == policy->telephony);
	struct sound *snd = &host->device[host->device_count];

	if (host->device_count == AUDIO_DEVICE_MAX) {
		vdev_log(VDEV_LOG_ERROR, "%s: more than %u sound cards", name, AUDIO_DEVICE_MAX);
		return NULL;
	}
	if (sound_init(snd, name, config, state, state_bytes, &audio_sound_events, &host->audio) ||
		audio_add(&host->audio, snd, p, partition, p == policy->telephony))
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
	for (unsigned i = 0; i < host->device_count; i++) {
		host->transport[i].polled = true;
		host->life[i] = host->transport[i].host->frontend_generation;
	}
	host->card->wake_fd = host->kick_fd;
	host->card->met = met;
	host->card->met_data = host;
	host->posted_decision = phone->arbiter.now.number;
	host->posted_state = phone->arbiter.now.state;
	host->posted_policy = phone->ruling;
	/* A predecessor's plug is still in: the devices remember it. */
	host->headset = host->posted_headset = host->device[0].state->jacks_in & 1;
	audio_set_headset(&host->audio, host->headset);
	audio_decide(&host->audio, &phone->arbiter.now);
	host->thread = (struct audio_thread){.audio = &host->audio,
		.card = host->card,
		.sizes = &host->conf.sizes,
		.decided = decided,
		.serve = serve,
		.changed = tell_main,
		.data = host,
		.priority = PRIORITY};
	ret = host->card == &host->alsa.card ? alsa_keeper_start(&host->keeper, &host->alsa, DIRECTORY) : 0;
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

/* As the telephony partition has it; one that says nothing of it is heard in full. */
static void post_volume(struct sound_host *host, uint32_t permille)
{
	static const uint8_t roles[] = {ROLE_VOICE, ROLE_EMERGENCY};

	permille = permille && permille < 1000 ? permille : 1000;
	if (host->posted_voice == permille)
		return;
	for (unsigned i = 0; i < sizeof(roles); i++) {
		const struct audio_order order = {
			.kind = ORDER_VOLUME, .role = roles[i], .permille = (uint16_t)permille};

		if (!post(host, &order))
			return;
	}
	host->posted_voice = permille;
}

/*
 * Once the phone's state is another one the call's streams are asked for, and whoever answers at once waits for them: not for the
 * next period, too. Linux cannot make the thread run more often by it.
 */
static void post_decision(struct sound_host *host, const struct decision *now)
{
	static struct audio_order order; /* large */

	if (host->posted_decision == now->number)
		return;
	order = (struct audio_order){.kind = ORDER_DECISION, .u.decision = *now};
	if (!post(host, &order))
		return;
	host->posted_decision = now->number;
	if (host->posted_state != now->state)
		eventfd_write(host->kick_fd, 1);
	host->posted_state = now->state;
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

static void post_question(struct sound_host *host)
{
	const struct audio_order order = {
		.kind = ORDER_REPORT, .u.report = {host->report, sizeof(host->report), &host->report_done}};

	if (host->asked && !host->asked_posted && post(host, &order))
		host->asked_posted = true;
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

/* Partitions whose sound driver is there. */
static uint32_t present(const struct sound_host *host)
{
	uint32_t live = __atomic_load_n(&host->live, __ATOMIC_RELAXED), partitions = 0;

	for (uint32_t i = 0; i < host->audio.stream_count; i++) {
		const struct audio_stream *st = &host->audio.stream[i];

		if (live >> (st->snd - host->device) & 1)
			partitions |= 1u << st->partition;
	}
	return partitions;
}

/*
 * Who died is not begun anew before its devices are let go of: that does not wait for the next period. A driver that resets
 * its device does, so that it cannot make the thread run more often than it should.
 */
static void look_at_lives(struct sound_host *host)
{
	for (unsigned i = 0; i < host->device_count; i++) {
		uint32_t life =
			__atomic_load_n(&host->transport[i].host->frontend_generation, __ATOMIC_RELAXED);

		if (life == host->life[i])
			continue;
		host->life[i] = life;
		eventfd_write(host->kick_fd, 1);
	}
}

bool sound_sync(struct sound_host *host, struct phone *phone, uint64_t now_ns)
{
	uint32_t flags = phone->arbiter.call.flags;

	if (!host->thread.started)
		return false;
	host->owes = false;
	look_at_lives(host);
	phone_drivers(phone, present(host));
	claim(host, phone, now_ns);
	post_policy(host, phone);
	post_switch(host, &host->posted_muted, flags & (PL_CALL_FLAG_MUTED | PL_CALL_FLAG_HELD), ORDER_MUTED);
	post_switch(host, &host->posted_headset, host->headset, ORDER_HEADSET);
	post_switch(host, &host->posted_speaker, flags & PL_CALL_FLAG_SPEAKER, ORDER_SPEAKER);
	post_volume(host, phone->arbiter.call.voice_permille);
	post_decision(host, &phone->arbiter.now);
	post_question(host);
	return host->owes;
}

void sound_ask(struct sound_host *host)
{
	host->asked = true;
}

const char *sound_answer(struct sound_host *host)
{
	/* Acquire: pairs with the release in the audio thread; the text was written before. */
	if (!host->asked_posted || !__atomic_load_n(&host->report_done, __ATOMIC_ACQUIRE))
		return NULL;
	host->asked = host->asked_posted = host->report_done = false;
	return host->report;
}

void sound_headset(struct sound_host *host, bool in)
{
	host->headset = in;
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
	if (host->card == &host->wav.card)
		wav_card_close(&host->wav);
	alsa_finish(&host->alsa);
	speex_destroy(&host->speex);
	close(host->wake_fd);
	close(host->kick_fd);
}
