#include "tests/unit/audio/world.h"
#include <math.h>
#include <stdlib.h>
#include "backends/sound/conf.h"

#define PLAYER_MESSAGES 4 /* that a player keeps in front of its card */
#define PLAYER_FRAMES	480

static void stream(struct sound_config *c, unsigned s, unsigned role, unsigned direction, unsigned channels)
{
	c->stream[s] = (struct sound_stream_config){.direction = (uint8_t)direction,
		.role = (uint8_t)role,
		.channels_min = 1,
		.channels_max = (uint8_t)channels,
		.nid = s,
		.formats = RIG_FORMAT(VIRTIO_SND_FMT_S16) | RIG_FORMAT(VIRTIO_SND_FMT_S32),
		.rates = RIG_RATE(VIRTIO_SND_RATE_8000) | RIG_RATE(VIRTIO_SND_RATE_16000) |
			 RIG_RATE(VIRTIO_SND_RATE_44100) | RIG_RATE(VIRTIO_SND_RATE_48000)};
}

static void call_config(struct sound_config *c)
{
	*c = (struct sound_config){.stream_count = CALL_STREAMS, .jack_count = 1};
	stream(c, CALL_VOICE, ROLE_VOICE, VIRTIO_SND_D_OUTPUT, 1);
	stream(c, CALL_RING, ROLE_RING, VIRTIO_SND_D_OUTPUT, 2);
	stream(c, CALL_ALERT, ROLE_ALERT, VIRTIO_SND_D_OUTPUT, 2);
	stream(c, CALL_MIC, ROLE_VOICE, VIRTIO_SND_D_INPUT, 1);
}

static void linux_config(struct sound_config *c)
{
	*c = (struct sound_config){.stream_count = LINUX_STREAMS, .jack_count = 1};
	stream(c, LINUX_MEDIA, ROLE_MEDIA, VIRTIO_SND_D_OUTPUT, 2);
	stream(c, LINUX_NAVIGATION, ROLE_NAVIGATION, VIRTIO_SND_D_OUTPUT, 2);
	stream(c, LINUX_MIC, ROLE_MEDIA, VIRTIO_SND_D_INPUT, 2);
}

void world_start(struct world *w)
{
	static const struct mixer_output output[OUTPUT_COUNT] = {[OUTPUT_EARPIECE] = {EAR, 1},
		[OUTPUT_SPEAKER] = {SPEAKER, 1},
		[OUTPUT_HEADSET] = {HEADSET_LEFT, 2}};
	struct audio_config config = {.rate = WORLD_RATE,
		.channels = WORLD_CHANNELS,
		.bits = 16,
		.channels_in = 1,
		.dsp = &speex_impl};
	struct sound_config sounds;

	memset(w, 0, sizeof(*w));
	EXPECT_EQ(
		speex_create(&w->speex, CALL_STREAMS + LINUX_STREAMS + 3, 3, WORLD_RATE, SOUND_CONF_ECHO_MS),
		0);
	memcpy(config.output, output, sizeof(output));
	config.resampler = w->speex.resampler;
	config.resampler_count = CALL_STREAMS + LINUX_STREAMS;
	speex_voice(&w->speex, &config.voice);
	EXPECT_EQ(audio_init(&w->audio, &config), 0);
	call_config(&sounds);
	rig_start(&w->call, "call-snd", &sounds, &audio_sound_events, &w->audio);
	linux_config(&sounds);
	rig_start(&w->linux_side, "linux-snd", &sounds, &audio_sound_events, &w->audio);
	EXPECT_EQ(audio_add(&w->audio, &w->call.snd, WORLD_CALL, "call", true), 0);
	EXPECT_EQ(audio_add(&w->audio, &w->linux_side.snd, WORLD_LINUX, "linux", false), 0);
	for (unsigned r = 0; r < ROLE_COUNT; r++)
		world_act(w, r, ACTION_MIX, 1000, 50);
	world_decide(w);
	w->seed = 1;
}

void world_finish(struct world *w)
{
	rig_finish(&w->call);
	rig_finish(&w->linux_side);
	speex_destroy(&w->speex);
}

void world_hold(struct world *w, unsigned role, unsigned partition)
{
	w->decision.role[role].holders |= 1u << partition;
}

void world_drop(struct world *w, unsigned role)
{
	w->decision.role[role].holders = 0;
}

void world_act(struct world *w, unsigned role, unsigned action, unsigned permille, uint32_t ramp_ms)
{
	w->decision.role[role].action = (uint8_t)action;
	w->decision.role[role].gain_permille = (uint16_t)permille;
	w->decision.role[role].ramp_ms = ramp_ms;
}

void world_decide(struct world *w)
{
	w->decision.number++;
	audio_decide(&w->audio, &w->decision);
}

uint32_t world_random(struct world *w)
{
	w->seed = w->seed * 1664525u + 1013904223u;
	return w->seed >> 8;
}

int32_t world_tone(struct world_tone *tone, uint32_t rate)
{
	double value = sin(2 * M_PI * tone->hz * (double)tone->at++ / rate) * tone->level;

	return (int32_t)(value * 2147483520.0);
}

static unsigned rate_number(uint32_t rate)
{
	unsigned n = 0;

	while (n < VIRTIO_SND_RATE_COUNT && sound_rate_hz(n) != rate)
		n++;
	return n;
}

static void give_room(struct world *w)
{
	rig_room(&w->call, CALL_MIC, w->modem_rate / 50 * 2);
	w->rooms_out++;
}

void world_call(struct world *w, uint32_t rate, double ppm)
{
	rig_open(&w->call, CALL_VOICE, 1, VIRTIO_SND_FMT_S16, rate_number(rate), true);
	rig_open(&w->call, CALL_MIC, 1, VIRTIO_SND_FMT_S16, rate_number(rate), true);
	w->modem_on = true;
	w->modem_rate = rate;
	w->modem_ppm = ppm;
	w->modem_due = w->modem_arrives = (double)w->frame + 100;
	for (unsigned i = 0; i < 8; i++)
		give_room(w);
}

void world_play(struct world *w, double hz, double level, uint32_t rate)
{
	w->media = (struct world_tone){hz, level, 0};
	w->media_on = true;
	rig_open(&w->linux_side, LINUX_MEDIA, 2, VIRTIO_SND_FMT_S16, rate_number(rate), true);
}

static void player_works(struct world *w)
{
	uint32_t rate = sound_rate(&w->linux_side.snd, LINUX_MEDIA);
	int16_t frame[2 * PLAYER_FRAMES];

	rig_drain(&w->linux_side, VIRTIO_SND_TXQ);
	while (sound_frames_queued(&w->linux_side.snd, LINUX_MEDIA) < PLAYER_MESSAGES * PLAYER_FRAMES) {
		for (unsigned i = 0; i < PLAYER_FRAMES; i++)
			frame[2 * i] = frame[2 * i + 1] = (int16_t)(world_tone(&w->media, rate) >> 16);
		if (!rig_send(&w->linux_side, LINUX_MEDIA, frame, sizeof(frame)))
			break;
	}
}

/* The call firmware: a frame from the modem is played at once, and one that was recorded goes back. */
static void modem_frame(struct world *w)
{
	uint32_t count = w->modem_rate / 50;
	struct rig_done done;
	int16_t frame[320];

	for (uint32_t i = 0; i < count; i++, w->modem_frame++)
		frame[i] = w->modem_says ? w->modem_says(w, w->modem_frame)
					 : (int16_t)(8000 * sin(2 * M_PI * 440 * (double)w->modem_frame /
								    w->modem_rate));
	rig_drain(&w->call, VIRTIO_SND_TXQ);
	rig_send(&w->call, CALL_VOICE, frame, count * 2);
	while (rig_get(&w->call, VIRTIO_SND_RXQ, &done)) {
		if (w->modem_hears)
			w->modem_hears(w, (const int16_t *)(const void *)done.data, done.bytes / 2);
		w->rooms_out--;
		if (w->modem_hold == 0)
			give_room(w);
	}
	if (w->rooms_out == 0)
		w->room_due = w->modem_arrives + w->modem_hold;
}

/* Frames stay in order: one that is late holds up the next, if that would overtake it. */
static void modem_works(struct world *w)
{
	double step = WORLD_RATE / 50.0 / (1 + w->modem_ppm / 1e6);

	while (w->modem_arrives <= (double)w->frame) {
		double late = w->modem_late * (world_random(w) % 1000) / 1000;

		modem_frame(w);
		w->modem_due += step;
		w->modem_arrives = fmax(w->modem_arrives, w->modem_due + late);
	}
}

void world_period(struct world *w)
{
	if (w->modem_on) {
		modem_works(w);
		if (w->room_due != 0 && w->room_due <= (double)w->frame) {
			w->room_due = 0;
			give_room(w);
		}
	}
	if (w->media_on)
		player_works(w);
	audio_period(&w->audio, w->deaf ? NULL : w->in, w->out, WORLD_PERIOD, WORLD_QUEUED, 0);
	loopback_run(&w->call.lb, 100);
	loopback_run(&w->linux_side.lb, 100);
	w->frame += WORLD_PERIOD;
}
