/*
 * The call partition: wires the telephony (phone.h) and the screens (screen.h) to the modem's line, the
 * virtual keypad and the virtual screen, and publishes the call state. One event loop; nothing waits.
 */
#include "abi/mark.h"
#include "abi/trace.h"
#include "examples/handset/call/guest.h"
#include "examples/handset/call/network.h"
#include "examples/handset/call/phone.h"
#include "examples/handset/call/publish.h"
#include "examples/handset/call/screen.h"
#include "examples/handset/call/show.h"
#include "examples/handset/call/sound_line.h"
#include "frontends/rtos/board.h"
#include "frontends/rtos/format.h"
#include "frontends/rtos/hvc.h"
#include "frontends/rtos/irq.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/loop.h"
#include "frontends/rtos/mem.h"
#include "frontends/rtos/prompt.h"
#include "frontends/rtos/rt.h"
#include "frontends/rtos/timer.h"
#include "frontends/rtos/uart.h"
#include "frontends/rtos/virtio_gpu.h"
#include "frontends/rtos/virtio_input.h"

/* As examples/handset/handset.dtsi has it. */
#define RAM_BASE	     0x50000000ull
#define RAM_BYTES	     0x1000000ull
#define BANK_BASE	     0x54000000ull
#define BANK_BYTES	     0x800000ull
#define DEVICE_FB	     0
#define DEVICE_INPUT	     1
#define DOORBELL_CALL_STATE  0
#define DOORBELL_LINUX_STATE 0 /* of those that ring here */
#define DEVICE_NET	     2
#define DEVICE_SND	     3

/* The bank: the call state's page, that of the rights, the keypad's area, the screen's; at its end the network card's and the sound card's. */
#define INPUT_AREA (BANK_BASE + 0x10000)
#define FB_AREA	   (BANK_BASE + 0x20000)
#define NET_AREA   (BANK_BASE + BANK_BYTES - VIRTIO_NET_AREA_BYTES)
#define SND_AREA   ((NET_AREA - VSND_AREA_BYTES) / 4096 * 4096)
_Static_assert(UI_VOLUME_MAX == SOUND_VOLUME_MAX, "the screen shows what is set");
_Static_assert(FB_AREA + VGPU_AREA_BYTES(UI_WIDTH, UI_HEIGHT) <= SND_AREA, "the bank holds it all");

#define NS_PER_S 1000000000ull

#define DRAW_STRETCH_NS 2000000ull
#define DRAW_PAUSE_NS	3000000ull
#define DRAW_HOLD_NS	1000000ull /* after a change of the call: the I/O domain decides first */

/* A loop that does not come round for this long is taken for dead by the hypervisor. */
#define WATCHDOG_MS 4000u
#define ALIVE_NS    NS_PER_S

/* Most urgent first. */
enum {
	TASK_SOUND,
	TASK_LINE,
	TASK_KEYS,
	TASK_TIME,
	TASK_FB,
	TASK_GUEST,
	TASK_RESTARTED,
	TASK_CONSOLE,
	TASK_DRAW,
	TASK_NET,
	TASK_ALIVE
};
enum { IRQ_LINE = 2, IRQ_INPUT = 3, IRQ_FB = 4, IRQ_NET = 5, IRQ_SND = 2, IRQ_STATE = 6 };

static const struct board_window windows[] = {
	{RAM_BASE, RAM_BYTES, BOARD_MEMORY}, {BANK_BASE, BANK_BYTES, BOARD_MEMORY}, BOARD_DEVICE_WINDOWS};
const struct board board = {windows, sizeof(windows) / sizeof(windows[0])};

static const struct vmem bank = {(uint8_t *)BANK_BASE, BANK_BASE, BANK_BYTES};
static struct uart line;
static struct phone phone;
static struct virtio_gpu gpu;
static struct virtio_input input;
static struct screen screen;
static const struct call_sound *sound;
static struct timer timer, alive_timer, draw_timer;
static uint64_t draw_hold_ns; /* no drawing before */

static void post(void *data)
{
	loop_post((unsigned)(uintptr_t)data);
}

/*
 * Time: one timer for all that has a deadline.
 */

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* The next full second of the call. */
static uint64_t clock_deadline(void)
{
	if (phone.call.info.state != PL_CALL_ACTIVE)
		return AT_NEVER;
	return phone.call.since_ns + (screen.model.seconds + 1) * NS_PER_S;
}

static void arm(void)
{
	uint64_t due = least(phone_deadline(&phone), clock_deadline());

	due = least(due, least(virtio_gpu_deadline(&gpu), virtio_input_deadline(&input)));
	due = least(due, guest_deadline());
	due = least(due, network_deadline());
	due = least(due, sound_line_deadline());
	if (due == AT_NEVER)
		timer_cancel(&timer);
	else
		timer_arm_at(&timer, time_from_ns(due) + 1);
}

/*
 * What is shown.
 */

static uint32_t call_seconds(void)
{
	const struct call *c = &phone.call;

	if (c->info.state == PL_CALL_ACTIVE)
		return (uint32_t)((time_ns() - c->since_ns) / NS_PER_S);
	return c->info.state == PL_CALL_ENDED ? (uint32_t)(c->talked_ns / NS_PER_S) : 0;
}

static void update_model(void)
{
	const struct vmodem_ask *ask = guest_question();

	show_phone(&screen.model, &phone, call_seconds());
	show_question(&screen.model, ask, ask ? guest_asker(ask) : "");
	screen.model.silenced = sound->silenced;
	screen.model.headset = sound->headset;
	screen.model.volume = sound->volume;
	screen.model.volume_shown = sound->volume_until_ns != SOUND_NEVER;
	loop_post(TASK_DRAW);
	loop_post(TASK_NET);
}

static void frame_presented(void *data, uint64_t frame, const struct ui_model *model)
{
	(void)data;
	hvc_trace_mark(PL_MARK_UI_FLUSH, frame, model->state);
}

static void gpu_ready(void *data, bool fresh)
{
	(void)data;
	if (fresh) {
		screen_forget(&screen);
		log_line("call: screen ready");
	}
	loop_post(TASK_DRAW);
}

/*
 * What the phone says.
 */

static void publish(void)
{
	struct pl_call_info info = phone.call.info;

	info.since = time_from_ns(phone.call.since_ns);
	info.voice_permille = sound ? call_sound_permille(sound) : 1000;
	publish_call((struct pl_call_page *)BANK_BASE, &info);
	(void)hvc_doorbell(DOORBELL_CALL_STATE);
}

/* Others first: whoever decides over screen and keys must know before our log does. */
static void phone_changed(void *data, enum pl_call_state old, const char *reason)
{
	enum pl_call_state now = (enum pl_call_state)phone.call.info.state;

	(void)data;
	publish();
	guest_call_changed();
	if (now != old) {
		draw_hold_ns = time_ns() + DRAW_HOLD_NS;
		sound_line_state(now, !strcmp(reason, call_event_str(CALL_LOST)));
		hvc_trace_mark(PL_MARK_CALL_STATE, now, old);
		log_line("call: state %s -> %s: %s", call_state_str(old), call_state_str(now), reason);
	} else {
		log_line("call: %s%s%s%s%s", reason, phone.call.info.number[0] ? ": " : "",
			phone.call.info.number, phone.call.info.name[0] ? " " : "", phone.call.info.name);
	}
	update_model();
}

static void phone_shown(void *data)
{
	(void)data;
	sound_line_rate(phone.voice_rate);
	update_model();
}

static void line_send(void *data, const char *bytes, size_t count)
{
	(void)data;
	guest_phone_send(bytes, count);
}

/* Volume, silence, headset: shown, and told to whoever mixes. */
static void sound_changed(void *data)
{
	(void)data;
	if (sound)
		phone_headset(&phone, sound->headset);
	publish();
	update_model();
}

static bool phone_emergency_number(void *data, const char *number)
{
	(void)data;
	return guest_is_emergency(number);
}

static const struct phone_impl phone_impl = {line_send, phone_changed, phone_shown, phone_emergency_number};

/*
 * Keys.
 */

static void keys_frame(void *data, const struct virtio_input_event *event, unsigned count)
{
	(void)data;
	for (unsigned i = 0; i < count; i++) {
		/* value 2 is a repeat: neither up nor down. */
		if (event[i].type != VINPUT_EV_KEY || event[i].value > 1)
			continue;
		log_line("call: key %u %s", event[i].code, event[i].value ? "down" : "up");
		if (event[i].value && sound_line_key(event[i].code))
			continue;
		guest_key(event[i].code, event[i].value != 0);
	}
}

/*
 * The console: `dial NUMBER`, `status`, and the user's answer to what Linux asks for.
 */

static void console_line(const char *text)
{
	int ret;

	if (!strncmp(text, "dial ", 5)) {
		ret = phone_dial(&phone, time_ns(), text + 5);
		if (ret)
			log_line("call: dial '%s' refused, errno %d", text + 5, -ret);
	} else if (!strcmp(text, "status")) {
		log_line("call: %s, modem %s, carrier %s, signal %d, frames %llu",
			call_state_str((enum pl_call_state)phone.call.info.state),
			phone.ready ? "ready" : "not ready", phone.carrier, phone.signal_bars,
			(unsigned long long)gpu.frame_count);
	} else if (text[0] && !guest_console(text)) {
		log_line("call: unknown command; there are: dial NUMBER, status, allow, refuse");
	}
}

/*
 * Tasks.
 */

static void run_line(void *data)
{
	char bytes[64];
	size_t count;

	(void)data;
	while ((count = uart_read(&line, bytes, sizeof(bytes))) != 0)
		guest_modem_receive(bytes, count);
	arm();
}

static void run_sound(void *data)
{
	(void)data;
	if (sound_line_run())
		loop_post(TASK_SOUND);
	arm();
}

static void run_keys(void *data)
{
	(void)data;
	if (virtio_input_run(&input, time_ns()))
		loop_post(TASK_KEYS);
	arm();
}

static void run_fb(void *data)
{
	(void)data;
	virtio_gpu_run(&gpu, time_ns());
	arm();
}

/* Whose deadline it was need not be known: each looks for itself. */
static void run_time(void *data)
{
	(void)data;
	phone_tick(&phone, time_ns());
	guest_tick();
	if (call_seconds() != screen.model.seconds)
		update_model();
	if (least(virtio_gpu_deadline(&gpu), virtio_input_deadline(&input)) <= time_ns()) {
		loop_post(TASK_FB);
		loop_post(TASK_KEYS);
	}
	if (sound_line_deadline() <= time_ns())
		loop_post(TASK_SOUND);
	if (network_deadline() <= time_ns())
		loop_post(TASK_NET);
	arm();
}

static void run_console(void *data)
{
	static struct prompt prompt = {.take = console_line};

	(void)data;
	prompt_run(&prompt);
	arm();
}

static void run_guest(void *data)
{
	guest_run(data);
	arm();
}

/* Whatever it was in the middle of is void: its lives have nothing in common but the line. */
static void run_restarted(void *data)
{
	(void)data;
	guest_restarted();
	arm();
}

/*
 * A whole screen takes longer than the sound card's buffer lasts, and the I/O domain, which fills that, runs only
 * while we do not: it gets its share between two stretches of drawing, and right after a change of the
 * call, which it has to decide on.
 */
static void run_draw(void *data)
{
	static uint64_t begin_ns, end_ns;
	uint64_t now = time_ns();

	(void)data;
	if (now < draw_hold_ns) {
		timer_arm_ns(&draw_timer, draw_hold_ns - now);
		return;
	}
	if (now - end_ns >= DRAW_PAUSE_NS)
		begin_ns = now;
	if (!screen_run(&screen))
		return;
	end_ns = time_ns();
	if (end_ns - begin_ns < DRAW_STRETCH_NS)
		loop_post(TASK_DRAW);
	else
		timer_arm_ns(&draw_timer, DRAW_PAUSE_NS);
}

static void run_net(void *data)
{
	(void)data;
	if (network_run())
		loop_post(TASK_NET);
	arm();
}

/* The least urgent task: it runs only if all others come to an end. Without a hypervisor there is no watchdog. */
static void run_alive(void *data)
{
	(void)data;
	if (!hvc_watchdog(WATCHDOG_MS))
		timer_arm_ns(&alive_timer, ALIVE_NS);
}

static void start_devices(void)
{
	gpu = (struct virtio_gpu){
		.mmio = {.name = "call-fb", .base = BOARD_VIRTIO(DEVICE_FB), .memory = &bank},
		.area_addr = FB_AREA,
		.width = UI_WIDTH,
		.height = UI_HEIGHT,
		.ready = gpu_ready};
	input = (struct virtio_input){
		.mmio = {.name = "call-input", .base = BOARD_VIRTIO(DEVICE_INPUT), .memory = &bank},
		.area_addr = INPUT_AREA,
		.frame = keys_frame};
	(void)virtio_gpu_init(&gpu);
	(void)virtio_input_init(&input);
	network_init(&(struct network_card){BOARD_VIRTIO(DEVICE_NET), NET_AREA, &bank}, &screen.model);
	(void)irq_register(BOARD_VIRTIO_INTID(DEVICE_FB), IRQ_FB, true, post, (void *)TASK_FB);
	(void)irq_register(BOARD_VIRTIO_INTID(DEVICE_INPUT), IRQ_INPUT, true, post, (void *)TASK_KEYS);
	(void)irq_register(BOARD_VIRTIO_INTID(DEVICE_NET), IRQ_NET, true, post, (void *)TASK_NET);
	sound = sound_line_init(&(struct sound_card){BOARD_VIRTIO(DEVICE_SND), SND_AREA, &bank, IRQ_SND},
		BOARD_VIRTIO_INTID(DEVICE_SND), TASK_SOUND, sound_changed);
	loop_post(TASK_FB);
	loop_post(TASK_KEYS);
	loop_post(TASK_NET);
	loop_post(TASK_SOUND);
}

void firmware_main(uint64_t arg)
{
	(void)arg;
	timer.fire = post;
	timer.data = (void *)TASK_TIME;
	alive_timer = (struct timer){.fire = post, .data = (void *)TASK_ALIVE};
	draw_timer = (struct timer){.fire = post, .data = (void *)TASK_DRAW};
	loop_post(TASK_ALIVE);
	phone_init(&phone, &phone_impl, NULL);
	screen_init(&screen, &gpu, frame_presented, NULL);
	phone.call.since_ns = time_ns();
	publish();
	(void)loop_add(TASK_SOUND, run_sound, NULL);
	(void)loop_add(TASK_LINE, run_line, NULL);
	(void)loop_add(TASK_KEYS, run_keys, NULL);
	(void)loop_add(TASK_TIME, run_time, NULL);
	(void)loop_add(TASK_FB, run_fb, NULL);
	(void)loop_add(TASK_GUEST, run_guest, NULL);
	(void)loop_add(TASK_RESTARTED, run_restarted, NULL);
	(void)loop_add(TASK_CONSOLE, run_console, NULL);
	(void)loop_add(TASK_DRAW, run_draw, NULL);
	(void)loop_add(TASK_NET, run_net, NULL);
	(void)loop_add(TASK_ALIVE, run_alive, NULL);
	log_on_receive(post, (void *)TASK_CONSOLE);
	start_devices();
	(void)uart_init(&line, BOARD_LINE, BOARD_LINE_INTID, IRQ_LINE, post, (void *)TASK_LINE);
	guest_init(&phone, &line, (const struct pl_rights_page *)(BANK_BASE + PL_RIGHTS_OFFSET), TASK_GUEST);
	(void)irq_register(
		BOARD_DOORBELL_INTID(DOORBELL_LINUX_STATE), IRQ_STATE, true, post, (void *)TASK_RESTARTED);
	log_line("call: started");
	guest_start();
	arm();
	loop_run();
}
