/* A virtual sound card against a driver that writes garbage, with an engine that plays and records all the time. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/sound_request.h"
#include "tests/unit/expect.h"
#include "vdev-audio/audio.h"

#define FRAMES 240

static struct sound snd;
static struct sound_state state;
static struct audio audio;
static int32_t in[FRAMES], out[2 * FRAMES];

static struct vdev *create(const struct vmem *bank, bool fresh)
{
	const struct audio_config config = {.rate = 48000,
		.channels = 2,
		.bits = 16,
		.channels_in = 1,
		.output = {[OUTPUT_SPEAKER] = {0, 2}}};
	struct sound_config sounds;

	(void)bank;
	sound_request_config(&sounds);
	if (fresh)
		memset(&state, 0, sizeof(state));
	if (audio_init(&audio, &config) ||
		sound_init(&snd, "fuzz-snd", &sounds, &state, sizeof(state), &audio_sound_events, &audio) ||
		audio_add(&audio, &snd, 0, "fuzz", false))
		return NULL;
	return &snd.vdev;
}

static void poke(void)
{
	uint32_t frames = 1 + fuzz_below(FRAMES);

	if (fuzz_below(8) == 0)
		audio_set_headset(&audio, fuzz_below(2));
	audio_period(&audio, in, out, frames, fuzz_below(1000), 0);
}

static uint32_t ask(uint32_t code)
{
	const struct virtio_snd_pcm_hdr hdr = {code, 0};
	const struct virtio_snd_pcm_set_params p = {{VIRTIO_SND_R_PCM_SET_PARAMS, 0}, 3840, 960, 0, 2,
		VIRTIO_SND_FMT_S16, VIRTIO_SND_RATE_48000, 0};
	uint32_t status = 0;
	bool set = code == VIRTIO_SND_R_PCM_SET_PARAMS;

	if (!fuzz_ask(
		    0, set ? (const void *)&p : &hdr, set ? sizeof(p) : sizeof(hdr), &status, sizeof(status)))
		return 0;
	return status;
}

/* A stream starts, and what it plays is heard. */
static bool works(void)
{
	uint32_t stream = 0, bytes;
	struct vq_buf buf[3] = {{FUZZ_DATA + 0x4000, 4}, {FUZZ_DATA + 0x4010, 960}, {FUZZ_DATA + 0x5000, 8}};
	int16_t sample[480];

	for (unsigned i = 0; i < 480; i++)
		sample[i] = 1234;
	if (ask(VIRTIO_SND_R_PCM_SET_PARAMS) != VIRTIO_SND_S_OK ||
		ask(VIRTIO_SND_R_PCM_PREPARE) != VIRTIO_SND_S_OK ||
		ask(VIRTIO_SND_R_PCM_START) != VIRTIO_SND_S_OK)
		return false;
	memcpy(vmem_at(&fuzz.bank, buf[0].addr, 4), &stream, 4);
	memcpy(vmem_at(&fuzz.bank, buf[1].addr, 960), sample, 960);
	if (vq_add(&fuzz.queue[VIRTIO_SND_TXQ], buf, 2, 1) < 0)
		return false;
	vq_publish(&fuzz.queue[VIRTIO_SND_TXQ]);
	loopback_notify(&fuzz.lb, VIRTIO_SND_TXQ);
	loopback_run(&fuzz.lb, 4);
	audio_set_headset(&audio, false);
	for (unsigned i = 0; i < 20; i++) /* until a ramp of an unplugged headset is over */
		audio_period(&audio, NULL, out, 12, 0, 0);
	return vq_get(&fuzz.queue[VIRTIO_SND_TXQ], &bytes) >= 0 && bytes == 8 && out[0] != 0;
}

static const struct fuzz_target target = {"sound", 64, create, poke, sound_request, works};

static void garbage_breaks_only_until_reset(void)
{
	EXPECT_EQ(fuzz_run(&target, 4000), 0);
	/* A fuzzer that never gets to either end of the device tests nothing. */
	EXPECT_EQ(fuzz.broken_count > 0, 1);
	EXPECT_EQ(fuzz.served_count > 0, 1);
}

static const struct unit_test tests[] = {
	{"garbage breaks a sound card only until it is reset", garbage_breaks_only_until_reset},
};

UNIT_MAIN("fuzz-sound", tests)
