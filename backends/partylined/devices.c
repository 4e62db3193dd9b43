/* The devices of this partition, as the hypervisor's configuration has them. */
#include <errno.h>
#include <string.h>
#include "abi/virtio_mmio.h"
#include "backends/partylined/daemon.h"
#include "backends/partylined/keys.h"
#include "vdev/log.h"

#define TELEPHONY_ROUNDS 4 /* rounds in a row that its queues get when they are busy */
#define ALIGNMENT	 4096u

/* A bank, mapped when the first device of it is met. NULL: logged. */
static struct daemon_bank *bank_of(struct daemon *d, uint32_t index)
{
	struct daemon_bank *bank = index < PL_MAX_BANKS ? &d->bank[index] : NULL;
	struct pl_ioc_map_info state;

	if (!bank)
		return NULL;
	if (bank->memory)
		return bank;
	bank->memory = hv_map(&d->hv, PL_MAP_BANK, index, &bank->info);
	if (!bank->memory) {
		vdev_log(VDEV_LOG_ERROR, "bank %u: not there", index);
		return NULL;
	}
	bank->state = hv_map(&d->hv, PL_MAP_STATE, index, &state);
	bank->state_bytes = bank->state ? state.bytes : 0;
	return bank;
}

/* The next `bytes` of the bank's state pages: the same for the same device after every restart. */
static void *state_take(struct daemon_bank *bank, uint64_t bytes)
{
	uint64_t at = bank->state_used;

	bytes = (bytes + ALIGNMENT - 1) & ~(uint64_t)(ALIGNMENT - 1);
	if (bytes > bank->state_bytes - at)
		return NULL;
	bank->state_used += bytes;
	return (uint8_t *)bank->state + at;
}

static struct vdev *make_fb(struct daemon *d, struct daemon_bank *bank, unsigned partition,
	const struct pl_ioc_map_info *info, const char *name)
{
	void *state = state_take(bank, sizeof(struct fb_state));

	if (!state) {
		vdev_log(VDEV_LOG_ERROR, "%s: %llu bytes of state pages left, %zu needed", name,
			(unsigned long long)(bank->state_bytes - bank->state_used), sizeof(struct fb_state));
		return NULL;
	}
	return phone_add_fb(&d->phone, partition, info->frontend, name, state, sizeof(struct fb_state));
}

static struct vdev *make_sound(
	struct daemon *d, struct daemon_bank *bank, unsigned partition, const char *name)
{
	void *state = state_take(bank, sizeof(struct sound_state));

	return sound_add(&d->sound, &d->phone.policy[0], partition, name, state,
		state ? sizeof(struct sound_state) : 0);
}

static struct vdev *make(struct daemon *d, struct daemon_bank *bank, unsigned partition,
	const struct pl_ioc_map_info *info, const char *name)
{
	switch (info->device_id) {
	case VIRTIO_ID_GPU: return make_fb(d, bank, partition, info, name);
	case VIRTIO_ID_INPUT: return phone_add_input(&d->phone, partition, info->frontend, name, keys_caps());
	case VIRTIO_ID_SOUND: return make_sound(d, bank, partition, name);
	case VIRTIO_ID_NET: return network_add(&d->network, bank->info.name, name);
	default:
		vdev_log(VDEV_LOG_ERROR, "%s: no device of type %u here", name, info->device_id);
		return NULL;
	}
}

/* Names outlive their devices; the kernel's copy does not. */
static const char *name_keep(const char *name)
{
	static char names[PL_MAX_DEVICES][sizeof(((struct pl_ioc_map_info *)0)->name)];
	static unsigned used;
	char *kept = names[used++ % PL_MAX_DEVICES];

	memcpy(kept, name, sizeof(names[0]));
	kept[sizeof(names[0]) - 1] = '\0';
	return kept;
}

static int start(struct daemon *d, const struct pl_ioc_map_info *info, const struct pl_dev_host *host)
{
	const char *name = name_keep(info->name);
	struct daemon_bank *bank = bank_of(d, info->bank);
	unsigned partition = bank ? policy_partition(&d->phone.policy[0], bank->info.name) : POLICY_NONE;
	struct hvmmio *h;
	struct vdev *dev;

	if (partition == POLICY_NONE) {
		vdev_log(VDEV_LOG_ERROR, "%s: its partition \"%s\" is not in the policy", name,
			bank ? bank->info.name : "?");
		return -ENOENT;
	}
	dev = make(d, bank, partition, info, name);
	if (!dev)
		return -ENODEV;
	dev->memory = (struct vmem){bank->memory, bank->info.guest_base, bank->info.bytes};
	/* Sound is the audio thread's; until it begins, this is the only one. */
	h = info->device_id == VIRTIO_ID_SOUND ? sound_transport(&d->sound) : &d->device[d->device_count++];
	return hvmmio_start(h, &d->hv, dev, info->index, host);
}

/* All devices whose frontend is (or is not) the telephony partition. */
static int start_those(struct daemon *d, bool telephony)
{
	unsigned wanted = d->phone.policy[0].telephony;
	int ret = 0;

	for (uint32_t i = 0; i < PL_MAX_DEVICES && !ret; i++) {
		struct pl_ioc_map_info info;
		const struct pl_dev_host *host = hv_map(&d->hv, PL_MAP_DEV_HOST, i, &info);
		const struct daemon_bank *bank = host ? bank_of(d, info.bank) : NULL;

		if (!bank || (policy_partition(&d->phone.policy[0], bank->info.name) == wanted) != telephony)
			continue;
		ret = start(d, &info, host);
	}
	return ret;
}

static void find_call_pages(struct daemon *d)
{
	const char *name = policy_partition_name(&d->phone.policy[0], d->phone.policy[0].telephony);

	for (unsigned i = 0; i < PL_MAX_BANKS; i++)
		if (d->bank[i].memory && strcmp(d->bank[i].info.name, name) == 0) {
			d->call_page = d->bank[i].memory;
			phone_rights(&d->phone, (void *)((uint8_t *)d->bank[i].memory + PL_RIGHTS_OFFSET));
		}
}

int devices_start(struct daemon *d)
{
	int ret = start_those(d, true);

	d->telephony_count = d->device_count;
	find_call_pages(d);
	if (!ret)
		ret = start_those(d, false);
	if (!ret && !d->device_count) {
		vdev_log(VDEV_LOG_ERROR, "no devices to serve");
		ret = -ENODEV;
	}
	return ret;
}

static bool serve_telephony(struct daemon *d)
{
	bool more = false;

	for (unsigned i = 0; i < d->telephony_count; i++) {
		unsigned rounds = TELEPHONY_ROUNDS;
		bool busy = hvmmio_look(&d->device[i]);

		while (busy && rounds--)
			busy = hvmmio_work(&d->device[i]);
		more |= busy;
	}
	return more;
}

bool devices_serve(struct daemon *d)
{
	bool more = serve_telephony(d);

	for (unsigned i = d->telephony_count; i < d->device_count; i++) {
		if (hvmmio_look(&d->device[i]))
			more |= hvmmio_work(&d->device[i]);
		more |= serve_telephony(d);
	}
	return more;
}
