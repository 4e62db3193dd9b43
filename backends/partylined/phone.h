/*
 * The phone that partylined makes of virtual devices, a display and a policy. It knows neither the
 * hypervisor nor libdrm nor evdev: those are bound around it (daemon.h), and tests bind a loopback
 * transport and a headless display instead.
 *
 *   call state, partitions coming and going ──▶ arbiter ──one decision──▶ places of the layers
 *                                                               └───────▶ router of the keys
 *                                                               └───────▶ rights to the modem
 *   virtual GPUs ──scanout, damage──▶ compositor ──frames──▶ display
 *   keypad ──frames──▶ router ──▶ virtual keypads
 */
#ifndef BACKENDS_PARTYLINED_PHONE_H
#define BACKENDS_PARTYLINED_PHONE_H

#include "abi/rights.h"
#include "abi/mark.h"
#include "abi/trace.h"
#include "vdev-fb/screen.h"
#include "vdev-input/router.h"
#include "vdev/arbiter.h"

/* What a phone wants recorded in the trace. Mandatory; must not call back. */
typedef void phone_mark(void *data, enum pl_mark mark, uint64_t b, uint64_t c);

struct phone;

/* One partition's part of the phone; numbered as the policy does. */
struct phone_partition {
	struct phone *phone;
	unsigned number;
	uint32_t hv_index; /* as the hypervisor numbers it: for marks */
	bool has_fb, has_input;
	unsigned layer;
	struct fb fb;
	struct vinput input;
};

struct phone {
	struct policy policy[2]; /* the one that rules, and room for the next */
	unsigned ruling;
	struct arbiter arbiter;
	struct screen screen;
	struct router router;
	struct phone_partition partition[POLICY_PARTITION_MAX];
	uint8_t layer_owner[COMPOSE_LAYER_MAX]; /* partition of each layer */
	uint32_t drivers;			/* partitions that have a driver elsewhere: phone_drivers */
	struct pl_rights_page *rights; /* where decisions about the modem are published; NULL: nowhere */
	uint32_t screen_mask; /* hv partitions whose new picture is in the frame that was committed last */
	phone_mark *mark;
	void *mark_data;
};

/*
 * Set up without devices: background colour on `output`, nobody present, first decision made.
 * The display outlives the phone.
 */
void phone_init(struct phone *phone, const struct policy *policy, struct output *output,
	const struct fb_render_impl *render, phone_mark *mark, void *mark_data, uint64_t now_ns);
/* Partition `p` gets a screen with a state page, a keypad. The device, to be attached to a transport; NULL: refused, logged. */
struct vdev *phone_add_fb(struct phone *phone, unsigned p, uint32_t hv_index, const char *name, void *state,
	uint64_t state_bytes);
struct vdev *phone_add_input(
	struct phone *phone, unsigned p, uint32_t hv_index, const char *name, const struct vinput_caps *caps);
/* Look who is there: a partition is present while a driver of its is live. After each round over the devices. */
void phone_look(struct phone *phone, uint64_t now_ns);
/* Partitions with a live driver of a device that the phone does not know: they are present too. */
void phone_drivers(struct phone *phone, uint32_t partitions);
/* From now on, what each decision says of the modem is published in this page of the telephony partition's bank. */
void phone_rights(struct phone *phone, struct pl_rights_page *page);
/* What the telephony partition published. */
void phone_call_state(struct phone *phone, const struct pl_call_info *info, uint64_t now_ns);
/* Another policy, copied. Negative errno, logged: the old one stays. */
int phone_policy(struct phone *phone, const struct policy *policy, uint64_t now_ns);

#endif
