/* A frontend and a backend for the tests of the register file: two devices of one guest, served by one host. */
#ifndef TESTS_UNIT_HV_DRIVER_H
#define TESTS_UNIT_HV_DRIVER_H

#include <errno.h>
#include "abi/device.h"
#include "abi/virtio_gpu.h"
#include "abi/virtio_input.h"
#include "abi/virtio_mmio.h"
#include "hv/core/vmmio.h"
#include "tests/unit/hv/fake.h"

enum { HOST, GUEST, OTHER, PARTITIONS };
enum { INPUT, GPU }; /* devices */

#define PAGE(device)	  (0x0a000000ull + 0x1000u * (device))
#define HOST_PAGE(device) (0x0b000000ull + 0x1000u * (device))
#define VIRQ(device)	  (48u + (device))
#define HOST_VIRQ	  80u
#define VERSION_1	  (1ull << 32)
#define ACCESS_PLATFORM	  (1ull << 33)
#define FEATURES	  (VERSION_1 | ACCESS_PLATFORM | 1u)
#define REQUIRED	  (VERSION_1 | ACCESS_PLATFORM)
#define QUEUES		  2u
#define CONFIG_BYTES	  16u
#define BOUND_US	  10000u

struct vcpu *guest_vcpu(void);
/* What the host and the guest read without an exit. */
const struct pl_dev_host *view(uint32_t device);
uint32_t get_reg(uint32_t device, uint32_t offset);
uint64_t get_config(
	uint32_t device, uint32_t offset, uint32_t bytes); /* as a frontend on this machine reads it */
/* A 4-byte write of the guest. */
int set_reg(uint32_t device, uint32_t offset, uint32_t value);

/* Both partitions run, no backend has come yet. */
void start_machine(void);
int64_t offer(uint32_t device, uint64_t features, uint64_t required);
/* The backend of `device` comes up with FEATURES, REQUIRED, QUEUES of 64. */
void bring_up(uint32_t device);
void accept_features(uint32_t device, uint64_t features);
void enable_queue(uint32_t device, uint32_t queue, uint32_t size, uint64_t desc);
/* The driver of `device` as after its probe. */
void bind_driver(uint32_t device);
/* The machine, both backends up, INPUT's driver bound. */
void start_bound(void);

#endif
