#include "backends/partylined/hv.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include "vdev/log.h"

#define DEVICE "/dev/partyline"

static int64_t ioctl_call(struct hv *hv, uint64_t function, const uint64_t arg[5])
{
	struct pl_ioc_hvc call = {.function = function};

	memcpy(call.arg, arg, sizeof(call.arg));
	return ioctl(hv->fd, PL_IOC_HVC, &call) ? -errno : call.ret;
}

int hv_open(struct hv *hv)
{
	int ret;

	hv->call = ioctl_call;
	hv->fd = open(DEVICE, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (hv->fd >= 0)
		return 0;
	ret = -errno;
	vdev_log(VDEV_LOG_ERROR, "%s: %s", DEVICE, strerror(errno));
	return ret;
}

void hv_close(struct hv *hv)
{
	if (hv->fd >= 0)
		close(hv->fd);
	hv->fd = -1;
}

struct pl_wakeup hv_wakeup(struct hv *hv)
{
	struct pl_wakeup wakeup = {0};

	if (read(hv->fd, &wakeup, sizeof(wakeup)) != sizeof(wakeup))
		memset(&wakeup, 0, sizeof(wakeup));
	return wakeup;
}

void *hv_map(struct hv *hv, uint32_t kind, uint32_t index, struct pl_ioc_map_info *info)
{
	int prot = kind == PL_MAP_DEV_HOST ? PROT_READ : PROT_READ | PROT_WRITE;
	void *at;

	*info = (struct pl_ioc_map_info){.kind = kind, .index = index};
	if (ioctl(hv->fd, PL_IOC_MAP_INFO, info))
		return NULL;
	at = mmap(NULL, info->bytes, prot, MAP_SHARED, hv->fd, (off_t)PL_MAP(kind, index));
	if (at != MAP_FAILED)
		return at;
	vdev_log(VDEV_LOG_ERROR, "%s: mapping %llu bytes of kind %u, index %u: %s", DEVICE,
		(unsigned long long)info->bytes, kind, index, strerror(errno));
	return NULL;
}
