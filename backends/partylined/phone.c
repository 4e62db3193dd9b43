#include "backends/partylined/phone.h"
#include <errno.h>
#include <string.h>
#include "vdev/log.h"

#define BACKGROUND 0xff000000u

/*
 * Screen: from the devices to the compositor.
 */

static struct compose *compose_of(const struct phone_partition *p)
{
	return &p->phone->screen.compose;
}

static void on_scanout(void *data, struct fb *fb)
{
	const struct phone_partition *p = data;

	(void)fb;
	compose_scanout(compose_of(p), p->layer);
}

static void on_flush(void *data, struct fb *fb, struct fb_rect damage)
{
	const struct phone_partition *p = data;

	(void)fb;
	compose_flush(compose_of(p), p->layer, damage);
}

static void on_cursor(void *data, struct fb *fb)
{
	const struct phone_partition *p = data;

	(void)fb;
	compose_cursor(compose_of(p), p->layer);
}

static const struct fb_events fb_events = {on_scanout, on_flush, on_cursor};

static uint32_t owners_of(const struct phone *phone, uint32_t layers)
{
	uint32_t mask = 0;

	for (unsigned i = 0; i < COMPOSE_LAYER_MAX; i++)
		if (layers & 1u << i)
			mask |= 1u << phone->partition[phone->layer_owner[i]].hv_index;
	return mask;
}

static void on_commit(void *data, uint64_t frame, uint32_t fresh)
{
	struct phone *phone = data;

	phone->screen_mask = owners_of(phone, fresh);
	phone->mark(phone->mark_data, PL_MARK_COMMIT, frame, phone->screen_mask);
}

static void on_flip(void *data, uint64_t frame, uint32_t fresh, uint64_t time_ns)
{
	struct phone *phone = data;

	(void)time_ns;
	phone->mark(phone->mark_data, PL_MARK_FLIP, frame, owners_of(phone, fresh));
}

static const struct screen_events screen_events = {on_commit, on_flip};

/*
 * Keys: marks only; the router does the rest.
 */

static void on_key_in(void *data, uint16_t code, uint32_t value)
{
	struct phone *phone = data;

	phone->mark(phone->mark_data, PL_MARK_KEY_IN, (uint64_t)code << 8 | value, 0);
}

static const struct router_events router_events = {on_key_in};

static void on_delivered(void *data, struct vinput *in, const struct virtio_input_event *event)
{
	const struct phone_partition *p = data;

	(void)in;
	p->phone->mark(p->phone->mark_data, PL_MARK_KEY_OWNER, (uint64_t)event->code << 8 | event->value,
		p->hv_index);
}

static const struct vinput_events input_events = {.delivered = on_delivered};

/*
 * Decisions.
 */

_Static_assert((int)BAND_BACKGROUND == (int)COMPOSE_BACKGROUND && (int)BAND_OVERLAY == (int)COMPOSE_OVERLAY &&
		       (int)BAND_COUNT == (int)COMPOSE_BAND_COUNT,
	"the policy's bands are the compositor's");

static struct compose_place place_of(const struct policy_layer *layer)
{
	return (struct compose_place){
		.visible = layer->shown,
		.band = (enum compose_band)layer->band,
		.z = layer->z,
		.region = {layer->x, layer->y, (int32_t)layer->width, (int32_t)layer->height},
		.opacity = layer->opacity,
		.backdrop = layer->backdrop,
		.fade_ms = layer->fade_ms,
	};
}

_Static_assert(PL_RIGHTS_PARTITION_MAX == POLICY_PARTITION_MAX &&
		       sizeof((struct pl_rights){0}.name) == POLICY_NAME_BYTES,
	"the page has room for the policy's partitions");

/* All of it each time: the page is empty again when the telephony partition has been restarted. */
static void publish_rights(struct phone *phone, const struct decision *now)
{
	struct pl_rights_page *page = phone->rights;
	const struct policy *policy = &phone->policy[phone->ruling];

	for (unsigned i = 0; page && i < policy->partition_count; i++) {
		memcpy(page->partition[i].name, policy->partition[i], sizeof(page->partition[i].name));
		__atomic_store_n(&page->partition[i].rights, now->modem[i], __ATOMIC_RELAXED);
	}
	/* Release: pairs with the acquire in the call partition's published_rights. */
	if (page)
		__atomic_store_n(&page->magic, PL_RIGHTS_MAGIC, __ATOMIC_RELEASE);
}

static void apply(void *data, const struct decision *old, const struct decision *now)
{
	struct phone *phone = data;

	(void)old;
	for (unsigned i = 0; i < POLICY_PARTITION_MAX; i++) {
		struct compose_place place = place_of(&now->layer[i]);

		if (!phone->screen.frame)
			place.fade_ms = 0; /* after a restart nothing appears: it was there */
		if (phone->partition[i].has_fb)
			compose_place(
				&phone->screen.compose, phone->partition[i].layer, &place, now->time_ns);
	}
	router_decide(&phone->router, now);
	publish_rights(phone, now);
	phone->mark(phone->mark_data, PL_MARK_DECISION, now->number, now->state);
}

static const struct policy *ruling(const struct phone *phone)
{
	return &phone->policy[phone->ruling];
}

static void warn_of_panel(const struct phone *phone, const struct output *output)
{
	const struct policy *policy = ruling(phone);

	if (policy->panel_width != output->width || policy->panel_height != output->height)
		vdev_log(VDEV_LOG_WARN, "the policy is for a panel of %ux%u, the display has %ux%u",
			policy->panel_width, policy->panel_height, output->width, output->height);
}

void phone_init(struct phone *phone, const struct policy *policy, struct output *output,
	const struct fb_render_impl *render, phone_mark *mark, void *mark_data, uint64_t now_ns)
{
	memset(phone, 0, sizeof(*phone));
	phone->policy[0] = *policy;
	phone->mark = mark;
	phone->mark_data = mark_data;
	for (unsigned i = 0; i < POLICY_PARTITION_MAX; i++) {
		phone->partition[i].phone = phone;
		phone->partition[i].number = i;
	}
	screen_init(&phone->screen, output, render, BACKGROUND, &screen_events, phone);
	router_init(&phone->router, &router_events, phone);
	warn_of_panel(phone, output);
	arbiter_init(&phone->arbiter, ruling(phone), apply, phone, now_ns);
}

void phone_rights(struct phone *phone, struct pl_rights_page *page)
{
	phone->rights = page;
	publish_rights(phone, &phone->arbiter.now);
}

struct vdev *phone_add_fb(struct phone *phone, unsigned p, uint32_t hv_index, const char *name, void *state,
	uint64_t state_bytes)
{
	struct phone_partition *part = &phone->partition[p];
	const struct output *output = phone->screen.output;
	const struct fb_mode mode = {output->width, output->height, (output->refresh_mhz + 500) / 1000,
		output->width_mm, output->height_mm};
	struct compose_place place = place_of(&phone->arbiter.now.layer[p]);
	int layer = compose_layer_add(&phone->screen.compose, &part->fb);

	if (layer < 0 || fb_init(&part->fb, name, &mode, state, state_bytes, &fb_events, part))
		return NULL;
	part->hv_index = hv_index;
	part->has_fb = true;
	part->layer = (unsigned)layer;
	phone->layer_owner[layer] = (uint8_t)p;
	compose_place(&phone->screen.compose, part->layer, &place, phone->arbiter.now.time_ns);
	return &part->fb.vdev;
}

struct vdev *phone_add_input(
	struct phone *phone, unsigned p, uint32_t hv_index, const char *name, const struct vinput_caps *caps)
{
	struct phone_partition *part = &phone->partition[p];

	part->hv_index = hv_index;
	part->has_input = true;
	vinput_init(&part->input, name, caps, &input_events, part);
	router_sink(&phone->router, p, &part->input);
	return &part->input.vdev;
}

/* A driver that broke its device is still there: its keys and picture wait for its reset. */
static bool driver_there(const struct vdev *dev)
{
	return dev->live || dev->broken;
}

static bool present(const struct phone_partition *part)
{
	return (part->has_fb && driver_there(&part->fb.vdev)) ||
	       (part->has_input && driver_there(&part->input.vdev)) ||
	       (part->phone->drivers >> part->number & 1);
}

void phone_drivers(struct phone *phone, uint32_t partitions)
{
	phone->drivers = partitions;
}

void phone_look(struct phone *phone, uint64_t now_ns)
{
	for (unsigned p = 0; p < ruling(phone)->partition_count; p++) {
		bool is = present(&phone->partition[p]);
		bool was = (phone->arbiter.present & 1u << p) != 0;

		if (is != was)
			arbiter_partition(&phone->arbiter, p, is, now_ns);
	}
}

void phone_call_state(struct phone *phone, const struct pl_call_info *info, uint64_t now_ns)
{
	arbiter_call_state(&phone->arbiter, info, now_ns);
}

int phone_policy(struct phone *phone, const struct policy *policy, uint64_t now_ns)
{
	unsigned next = 1 - phone->ruling;
	int ret;

	phone->policy[next] = *policy;
	ret = arbiter_policy(&phone->arbiter, &phone->policy[next], now_ns);
	if (ret)
		return ret;
	phone->ruling = next;
	warn_of_panel(phone, phone->screen.output);
	return 0;
}
