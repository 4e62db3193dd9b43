#include "tests/unit/audio/echo.h"
#include <math.h>
#include "tests/unit/audio/world.h"
#include "tools/audioplot/analyse.h"

#define SECOND	  WORLD_RATE
#define MODEM_MAX (16000 * 10)

static struct world w;
static double modem[MODEM_MAX];
static size_t modem_count;

static void modem_hears(struct world *world, const int16_t *frame, uint32_t count)
{
	(void)world;
	for (uint32_t i = 0; i < count && modem_count < MODEM_MAX; i++)
		modem[modem_count++] = frame[i] / 32768.0;
}

/*
 * A room of four reflections, a caller who talks without pause.
 */

static int16_t caller(struct world *world, uint64_t frame)
{
	static double low;
	double syllable = 0.5 + 0.5 * sin(2 * M_PI * 4 * (double)frame / world->modem_rate);

	/* Noise with the colour and the rhythm of speech. */
	low += 0.25 * ((world_random(world) % 20001 / 10000.0 - 1) - low);
	return (int16_t)(9000 * syllable * low);
}

#define ROOM_FRAMES 8192
static double room_ring[ROOM_FRAMES];
static uint64_t room_at;

/* What the speaker plays comes back after the card's queue, weaker, four times. */
static void room(void)
{
	static const struct {
		unsigned delay;
		double gain;
	} path[] = {{48, 0.3}, {420, 0.12}, {1300, -0.07}, {2600, 0.04}};

	for (unsigned i = 0; i < WORLD_PERIOD; i++, room_at++) {
		double sum = 0;

		for (unsigned n = 0; n < 4; n++)
			sum += path[n].gain *
			       room_ring[(room_at + ROOM_FRAMES - path[n].delay - WORLD_QUEUED) %
					 ROOM_FRAMES];
		w.in[i] = (int32_t)(sum * 2147483647.0);
	}
}

double echo_level(bool cancel, bool suppress)
{
	struct audio_policy policy;

	world_start(&w);
	audio_policy_default(&policy);
	policy.echo = cancel;
	policy.noise = suppress;
	memset(policy.sidetone, 0, sizeof(policy.sidetone));
	audio_set_policy(&w.audio, &policy);
	audio_set_speaker(&w.audio, true);
	world_hold(&w, ROLE_VOICE, WORLD_CALL);
	world_decide(&w);
	w.modem_hears = modem_hears;
	w.modem_says = caller;
	memset(room_ring, 0, sizeof(room_ring));
	room_at = ROOM_FRAMES;
	modem_count = 0;
	world_call(&w, 8000, 0);
	for (unsigned p = 0; p < 6 * SECOND / WORLD_PERIOD; p++) {
		room();
		if (p == 2 * SECOND / WORLD_PERIOD)
			modem_count = 0;
		world_period(&w);
		for (unsigned i = 0; i < WORLD_PERIOD; i++)
			room_ring[(room_at + i) % ROOM_FRAMES] =
				w.out[i * WORLD_CHANNELS + SPEAKER] / 2147483648.0;
	}
	world_finish(&w);
	return analyse_level(modem, modem_count);
}
