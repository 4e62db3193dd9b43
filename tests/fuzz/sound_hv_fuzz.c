/*
 * A partition that writes garbage into its sound card, as partylined meets it: through the hypervisor's register file and
 * backends/partylined/hvmmio.c, polled once a period. Beside it plays an honest one, which must be heard to the bit in every
 * period of every case. A case is a number, as in fuzz.h.
 */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/sound_request.h"
#include "abi/virtio_mmio.h"
#include "backends/partylined/hvmmio.h"
#include "tests/pair/transport/fake_hv.h"
#include "tests/unit/audio/rig.h"
#include "vdev-audio/audio.h"

#define CASES	   8000
#define STEPS	   40
#define ROUNDS	   4 /* of service in a period, as in backends/partylined/sound.c */
#define PERIOD	   240u
#define QUEUE_SIZE 64
#define SETTLED	   200 /* periods after which the honest stream's ramps are over */
#define LIVE                                                                                                 \
	(VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER | VIRTIO_STATUS_FEATURES_OK |                      \
		VIRTIO_STATUS_DRIVER_OK)

static struct fake_hv fake;
static struct hvmmio transport;
static struct sound bad;
static struct sound_state bad_state;
static struct vq queue[VIRTIO_SND_QUEUE_COUNT]; /* the bad driver's side, while it has one */
static struct rig honest;
static struct audio audio;
static int32_t in[PERIOD], out[2 * PERIOD];
static uint64_t sent, heard, broken_count, answered_count, audible_count;

/*
 * The honest one.
 */

static int16_t sample_at(uint64_t n)
{
	return (int16_t)(n * 7919 & 0x3fff);
}

static void honest_sends(void)
{
	int16_t sample[PERIOD];

	rig_drain(&honest, VIRTIO_SND_TXQ);
	while (sound_frames_queued(&honest.snd, 0) < 4 * PERIOD) {
		for (unsigned i = 0; i < PERIOD; i++)
			sample[i] = sample_at(sent + i);
		if (!rig_send(&honest, 0, sample, sizeof(sample)))
			break;
		sent += PERIOD;
	}
}

/* It alone has the earpiece, the card's channel 0; the other one plays on channel 1. */
static bool period(void)
{
	honest_sends();
	audio_period(&audio, in, out, PERIOD, 480, 0);
	for (unsigned i = 0; i < PERIOD; i++)
		if (out[2 * i] != sample_at(heard + i) * 65536)
			return false;
	heard += PERIOD;
	audible_count += out[1] != 0;
	return true;
}

static void honest_starts(void)
{
	struct audio_policy policy;
	struct sound_config config;

	audio_policy_default(&policy);
	for (unsigned s = 0; s < SITUATION_COUNT; s++) {
		uint16_t *route = policy.route[s][ROLE_NAVIGATION];

		route[OUTPUT_EARPIECE] = 1000;
		route[OUTPUT_SPEAKER] = route[OUTPUT_HEADSET] = 0;
	}
	EXPECT_EQ(audio_set_policy(&audio, &policy), 0);
	rig_config(&config);
	config.stream[0].role = ROLE_NAVIGATION;
	rig_start(&honest, "honest-snd", &config, &audio_sound_events, &audio);
	EXPECT_EQ(audio_add(&audio, &honest.snd, 1, "honest", false), 0);
	rig_open(&honest, 0, 1, VIRTIO_SND_FMT_S16, VIRTIO_SND_RATE_48000, true);
	for (unsigned i = 0; i < SETTLED; i++, heard += PERIOD) {
		honest_sends();
		audio_period(&audio, in, out, PERIOD, 480, 0);
	}
}

/*
 * The bad one.
 */

static void backend_starts(void)
{
	struct sound_config config;

	sound_request_config(&config);
	EXPECT_EQ(sound_init(&bad, "bad-snd", &config, &bad_state, sizeof(bad_state), &audio_sound_events,
			  &audio),
		0);
	bad.polled = true;
	bad.vdev.memory = fuzz.bank;
	EXPECT_EQ(hvmmio_start(&transport, &fake.hv, &bad.vdev, fake.page.index, &fake.page), 0);
	transport.polled = true;
}

static void serve(void)
{
	for (unsigned round = 0; round < ROUNDS; round++)
		if (hvmmio_look(&transport))
			hvmmio_work(&transport);
}

static uint8_t *bank_at(uint64_t addr)
{
	return fuzz.bank.base + (addr - FUZZ_BANK_BASE);
}

/* As an honest driver would. */
static void driver_starts(void)
{
	fake_reset(&fake);
	serve();
	for (unsigned q = 0; q < VIRTIO_SND_QUEUE_COUNT; q++) {
		uint64_t ring = FUZZ_RINGS + q * FUZZ_RING_STEP;

		memset(bank_at(ring), 0, vq_ring_bytes(QUEUE_SIZE));
		vq_driver_init(&queue[q], &fuzz.bank, QUEUE_SIZE, ring, VDEV_FEATURES_OFFERED);
		fake_queue(&fake, q, QUEUE_SIZE, vq_desc_addr(&queue[q]), vq_avail_addr(&queue[q]),
			vq_used_addr(&queue[q]));
	}
	fake_status(&fake, LIVE, VDEV_FEATURES_OFFERED);
	serve();
}

/* What the hypervisor writes down of a driver is whatever that wrote: it validates none of it. */
static void write_registers(void)
{
	unsigned q = fuzz_below(PL_DEV_QUEUE_MAX);

	switch (fuzz_below(8)) {
	case 0: fake_status(&fake, (uint32_t)fuzz_number(), fuzz_number()); break;
	case 1:
		fake_queue(&fake, q, (uint32_t)fuzz_number(), fuzz_number(), fuzz_number(), fuzz_number());
		break;
	case 2:
		fake.page.queue[q].ready = fuzz_below(2);
		fake.page.queue[q].enable_count += fuzz_below(3);
		break;
	case 3: fake_config_write(&fake, (uint32_t)fuzz_number(), fuzz_number(), 1u << fuzz_below(4)); break;
	case 4: fake_reset(&fake); break;
	case 5: fake.page.queue[q].notify_count += (uint32_t)fuzz_number(); break;
	default: fake_notify(&fake, q); break;
	}
	fake_event(&fake);
}

static void write_rings(void)
{
	uint64_t ring = FUZZ_RINGS + fuzz_below(VIRTIO_SND_QUEUE_COUNT) * FUZZ_RING_STEP;

	for (uint32_t i = fuzz_below(16); i > 0; i--)
		*bank_at(ring + fuzz_below(vq_ring_bytes(QUEUE_SIZE))) = (uint8_t)fuzz_random();
}

static void send_request(void)
{
	unsigned q = fuzz_below(VIRTIO_SND_QUEUE_COUNT);
	uint64_t at = FUZZ_DATA + 0x400 * fuzz_below(64);
	uint32_t bytes = sound_request(bank_at(at), q), written;
	struct vq_buf buf[2] = {{at, bytes ? bytes : 1}, {FUZZ_DATA + 0x20000, 1 + fuzz_below(512)}};
	unsigned reads = fuzz_below(8) ? 1 : fuzz_below(3);

	if (!queue[q].desc)
		return;
	for (uint32_t i = q == VIRTIO_SND_TXQ ? 4 : bytes; i < bytes; i++)
		*bank_at(at + i) = (uint8_t)fuzz_random();
	while (vq_get(&queue[q], &written) >= 0)
		answered_count++;
	if (fuzz_below(8) == 0)
		buf[fuzz_below(2)].addr = fuzz_number();
	vq_add(&queue[q], buf, reads, fuzz_below(3 - reads));
	vq_publish(&queue[q]);
	fake_notify(&fake, q);
}

/* What happens while the host is in a hypercall: another register was written. */
static void meanwhile(struct fake_hv *which, uint64_t function)
{
	(void)function;
	which->call_count = 0;
	if (fuzz_below(16) == 0)
		write_registers();
}

static void step(bool rings)
{
	switch (rings ? fuzz_below(12) : 3 + fuzz_below(24)) {
	case 0:
	case 1: write_registers(); break;
	case 2: write_rings(); break;
	case 3:
		fake_down(&fake);
		backend_starts();
		break;
	default: send_request(); break;
	}
	serve();
	if (bad.vdev.broken && fuzz_below(2))
		driver_starts();
}

static uint32_t ask(uint32_t code)
{
	const struct virtio_snd_pcm_set_params p = {
		{code, 0}, 3840, 960, 0, 2, VIRTIO_SND_FMT_S16, VIRTIO_SND_RATE_48000, 0};
	bool set = code == VIRTIO_SND_R_PCM_SET_PARAMS;
	struct vq_buf buf[2] = {{FUZZ_DATA, set ? sizeof(p) : sizeof(p.hdr)}, {FUZZ_DATA + 0x100, 4}};
	uint32_t written, status = 0;

	memcpy(bank_at(FUZZ_DATA), &p, sizeof(p));
	vq_add(&queue[VIRTIO_SND_CONTROLQ], buf, 1, 1);
	vq_publish(&queue[VIRTIO_SND_CONTROLQ]);
	serve();
	if (vq_get(&queue[VIRTIO_SND_CONTROLQ], &written) >= 0)
		memcpy(&status, bank_at(FUZZ_DATA + 0x100), sizeof(status));
	return status;
}

static bool stream_starts(void)
{
	return bad.vdev.live && ask(VIRTIO_SND_R_PCM_SET_PARAMS) == VIRTIO_SND_S_OK &&
	       ask(VIRTIO_SND_R_PCM_PREPARE) == VIRTIO_SND_S_OK &&
	       ask(VIRTIO_SND_R_PCM_START) == VIRTIO_SND_S_OK;
}

/* After a reset it may be honest, too. */
static bool works(void)
{
	fake.on_call = NULL;
	driver_starts();
	return stream_starts();
}

static bool run_case(unsigned number)
{
	bool undisturbed = true, broken = false, good;

	fuzz_seed(number);
	driver_starts();
	if (fuzz_below(2))
		stream_starts();
	fake.on_call = meanwhile;
	for (unsigned i = 0; i < STEPS && undisturbed; i++) {
		step(number % 2);
		broken |= bad.vdev.broken;
		undisturbed = period();
	}
	broken_count += broken;
	good = undisturbed && works();
	if (!good)
		printf("sound through the hypervisor: case %u: %s\n", number,
			undisturbed ? "not served after a reset" : "the neighbour was disturbed");
	return good;
}

static void garbage_is_heard_by_nobody_else(void)
{
	const struct audio_config config = {.rate = 48000,
		.channels = 2,
		.bits = 16,
		.channels_in = 1,
		.output = {[OUTPUT_EARPIECE] = {0, 1}, [OUTPUT_SPEAKER] = {1, 1}}};
	unsigned first = fuzz_setting("FUZZ_FIRST", 1), cases = fuzz_setting("FUZZ_CASES", CASES), failed = 0;

	fuzz_bank_create();
	EXPECT_EQ(audio_init(&audio, &config), 0);
	fake_init(&fake);
	fake.page.queue_count = VIRTIO_SND_QUEUE_COUNT;
	backend_starts();
	EXPECT_EQ(audio_add(&audio, &bad, 0, "bad", false), 0);
	honest_starts();
	for (unsigned n = first; n < first + cases && !failed; n++)
		failed += !run_case(n);
	printf("sound through the hypervisor: %u cases, %u were broken, %u requests answered, heard in %u "
	       "periods\n",
		cases, (unsigned)broken_count, (unsigned)answered_count, (unsigned)audible_count);
	EXPECT_EQ(failed, 0);
	EXPECT_EQ(honest.snd.vdev.live, true);
	/* A fuzzer that never gets to either end of the device tests nothing. */
	EXPECT_EQ(broken_count > 0, 1);
	EXPECT_EQ(answered_count > 0, 1);
	EXPECT_EQ(audible_count > 0, 1);
	rig_finish(&honest);
}

static const struct unit_test tests[] = {
	{"garbage through the hypervisor is heard by nobody else", garbage_is_heard_by_nobody_else},
};

UNIT_MAIN("fuzz-sound-hv", tests)
