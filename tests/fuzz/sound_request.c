#include "tests/fuzz/sound_request.h"
#include <string.h>
#include "tests/fuzz/fuzz.h"
#include "vdev/policy.h"

#define STREAMS SOUND_REQUEST_STREAMS

void sound_request_config(struct sound_config *config)
{
	*config = (struct sound_config){.stream_count = STREAMS, .jack_count = 1};
	for (uint8_t s = 0; s < STREAMS; s++)
		config->stream[s] = (struct sound_stream_config){.direction = s == 2,
			.role = ROLE_MEDIA,
			.channels_min = 1,
			.channels_max = 2,
			.nid = s,
			.formats = 1ull << VIRTIO_SND_FMT_S16 | 1ull << VIRTIO_SND_FMT_S32 |
				   1ull << VIRTIO_SND_FMT_U8,
			.rates = 1ull << VIRTIO_SND_RATE_48000 | 1ull << VIRTIO_SND_RATE_8000};
}

/* One field that no honest driver sets so, or the next one's, too. */
static void make_absurd(struct virtio_snd_pcm_set_params *p)
{
	switch (fuzz_below(6)) {
	case 0: p->hdr.stream_id = (uint32_t)fuzz_number(); break;
	case 1: p->buffer_bytes = (uint32_t)fuzz_number(); break;
	case 2: p->period_bytes = (uint32_t)fuzz_number(); break;
	case 3: p->channels = (uint8_t)fuzz_number(); break;
	case 4: p->format = (uint8_t)fuzz_number(); break;
	default: p->rate = (uint8_t)fuzz_number(); break;
	}
}

static uint32_t control(uint8_t *to)
{
	static const uint32_t codes[] = {VIRTIO_SND_R_JACK_INFO, VIRTIO_SND_R_PCM_INFO,
		VIRTIO_SND_R_CHMAP_INFO, VIRTIO_SND_R_PCM_SET_PARAMS, VIRTIO_SND_R_PCM_PREPARE,
		VIRTIO_SND_R_PCM_START, VIRTIO_SND_R_PCM_STOP, VIRTIO_SND_R_PCM_RELEASE};
	struct virtio_snd_pcm_set_params p = {.hdr = {codes[fuzz_below(8)], fuzz_below(STREAMS)}};
	struct virtio_snd_query_info q = {codes[fuzz_below(3)], fuzz_below(3), fuzz_below(4), 32};

	if (fuzz_below(4) == 0) {
		memcpy(to, &q, sizeof(q));
		return sizeof(q);
	}
	p.channels = (uint8_t)(1 + fuzz_below(2));
	p.format = fuzz_below(4) ? VIRTIO_SND_FMT_S16 : VIRTIO_SND_FMT_S32;
	p.rate = fuzz_below(4) ? VIRTIO_SND_RATE_48000 : VIRTIO_SND_RATE_8000;
	p.period_bytes = 8 * (1 + fuzz_below(64));
	p.buffer_bytes = 4 * p.period_bytes;
	while (fuzz_below(3) == 0)
		make_absurd(&p);
	memcpy(to, &p, sizeof(p));
	/* Whole, just the header that most requests have, or cut off somewhere. */
	return fuzz_below(8) ? p.hdr.code == VIRTIO_SND_R_PCM_SET_PARAMS ? sizeof(p) : sizeof(p.hdr)
			     : fuzz_below(sizeof(p));
}

uint32_t sound_request(uint8_t *to, unsigned queue)
{
	uint32_t stream =
		fuzz_below(8) ? queue == VIRTIO_SND_RXQ ? 2 : fuzz_below(2) : (uint32_t)fuzz_number();

	if (queue == VIRTIO_SND_CONTROLQ)
		return control(to);
	memcpy(to, &stream, sizeof(stream));
	return queue == VIRTIO_SND_TXQ ? 4 + 8 * fuzz_below(64) : 4;
}
