#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
#include "abi/mark.h"
#include "abi/hypercall.h"
#include "backends/partylined/control.h"
#include "backends/partylined/daemon.h"
#include "backends/partylined/quietlog.h"
#include "backends/partylined/rules.h"
#include "backends/pixman/render.h"
#include "vdev/log.h"

#define PRIORITY	 40 /* SCHED_FIFO: above all of Debian's processes, below threaded interrupts (50) */
#define EVENTS_MAX	 16
#define SOUND_RETRY_NS	 5000000u /* a period: by then the audio thread has taken orders */
#define KEYPAD_DIRECTORY "/dev/input"

static struct daemon the_daemon;

uint64_t clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* The console's lines carry the time already. One write for a line, so that it stays whole. */
static void print_line(enum vdev_log_level level, const char *line)
{
	static const char *const words[] = {
		[VDEV_LOG_ERROR] = "error: ", [VDEV_LOG_WARN] = "warning: ", [VDEV_LOG_INFO] = ""};

	printf("partylined: %s%s\n", words[level], line);
	fflush(stdout);
}

/* On any thread. */
static void log_line(enum vdev_log_level level, const char *line)
{
	if (!quietlog_take(level, line))
		print_line(level, line);
}

static void mark(void *data, enum pl_mark kind, uint64_t b, uint64_t c)
{
	struct daemon *d = data;

	hv_call(&d->hv, PL_HVC_TRACE_MARK, kind, b, c);
}

static uint64_t network_clock(void *data)
{
	(void)data;
	return clock_ns();
}

/* Each file stands for itself: one that is refused leaves the other's rules in force. */
static void reload(struct daemon *d)
{
	static struct policy policy; /* large */
	int ret = rules_load(&policy, d->options.policy, RULES_KEPT);

	if (!ret)
		phone_policy(&d->phone, &policy, clock_ns());
	if (!access(d->options.network, F_OK))
		network_reload(&d->network, d->options.network);
}

static void on_signal(struct daemon *d)
{
	struct signalfd_siginfo info;

	while (read(d->signal_fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGHUP)
			reload(d);
		else if (info.ssi_signo == SIGUSR1)
			network_log_counts(&d->network);
		else
			d->stop = true;
	}
}

/* Looked at in every round: reading it costs less than deciding whether to. */
static void look_at_call(struct daemon *d)
{
	struct pl_call_info info;
	int ret = d->call_page ? callpage_read(d->call_page, &info) : -ENOENT;

	if (ret == -ENOENT)
		memset(&info, 0, sizeof(info)); /* idle: nobody has said anything else */
	else if (ret)
		return; /* being written: its doorbell is still to come */
	if (memcmp(&info, &d->phone.arbiter.call, sizeof(info)) != 0)
		phone_call_state(&d->phone, &info, clock_ns());
}

static int watch(struct daemon *d, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	return fd < 0 || !epoll_ctl(d->epoll_fd, EPOLL_CTL_ADD, fd, &event) ? 0 : -errno;
}

static void on_readable(struct daemon *d, int fd)
{
	uint64_t expirations;

	if (fd == d->hv.fd)
		hv_wakeup(&d->hv);
	else if (fd == d->signal_fd)
		on_signal(d);
	else if (fd == d->timer_fd)
		(void)!read(fd, &expirations, sizeof(expirations));
	else if (fd == control_fd(&d->control))
		control_dispatch(&d->control);
	else if (fd == d->sound.wake_fd)
		sound_dispatch(&d->sound);
	else if (fd == display_fd(d))
		display_dispatch(d);
	else if (fd == keypad_fd(&d->keypad))
		keypad_dispatch(&d->keypad, &d->phone.policy[d->phone.ruling]);
}

static void arm_timer(struct daemon *d, uint64_t at_ns)
{
	struct itimerspec when = {0};

	if (at_ns != SCREEN_NEVER) {
		when.it_value.tv_sec = (time_t)(at_ns / 1000000000u);
		when.it_value.tv_nsec = (long)(at_ns % 1000000000u);
	}
	timerfd_settime(d->timer_fd, TFD_TIMER_ABSTIME, &when, NULL);
}

/* Returns whether there is more to do without waiting. */
static bool turn(struct daemon *d)
{
	bool more;

	look_at_call(d);
	sound_sync(&d->sound, &d->phone, clock_ns());
	more = devices_serve(d);
	more |= network_run(&d->network);
	phone_look(&d->phone, clock_ns());
	d->sound_late = sound_sync(&d->sound, &d->phone, clock_ns()); /* who came or went decided too */
	control_run(&d->control);
	quietlog_flush(print_line);
	screen_run(&d->phone.screen, clock_ns());
	if (display_fd(d) < 0)
		display_dispatch(d);
	return more;
}

static uint64_t next_deadline(struct daemon *d)
{
	uint64_t frame = screen_next(&d->phone.screen, clock_ns());
	uint64_t network = network_deadline(&d->network);
	uint64_t sound = d->sound_late ? clock_ns() + SOUND_RETRY_NS : SCREEN_NEVER;
	uint64_t first = network < frame ? network : frame; /* VNET_NEVER is SCREEN_NEVER */

	return sound < first ? sound : first;
}
_Static_assert(VNET_NEVER == SCREEN_NEVER, "one word for never");

static void run(struct daemon *d)
{
	struct epoll_event event[EVENTS_MAX];
	bool more = true; /* a predecessor may have taken the signal for what still waits */

	while (!d->stop) {
		int count;

		arm_timer(d, next_deadline(d));
		count = epoll_wait(d->epoll_fd, event, EVENTS_MAX, more ? 0 : -1);
		for (int i = 0; i < count; i++)
			on_readable(d, event[i].data.fd);
		more = turn(d);
	}
}

static int open_events(struct daemon *d)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	d->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	d->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	d->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (d->epoll_fd < 0 || d->timer_fd < 0 || d->signal_fd < 0 || watch(d, d->timer_fd) ||
		watch(d, d->signal_fd))
		return -errno;
	return 0;
}

/* Everything is allocated by now; from here on no page fault and no other process comes in between. */
static void become_real_time(void)
{
	struct sched_param param = {.sched_priority = PRIORITY};

	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		vdev_log(VDEV_LOG_WARN, "memory not locked: %s", strerror(errno));
	if (sched_setscheduler(0, SCHED_FIFO, &param))
		vdev_log(VDEV_LOG_WARN, "no real-time priority %d: %s", PRIORITY, strerror(errno));
}

static void on_frame(void *data, const struct virtio_input_event *event, unsigned count)
{
	struct daemon *d = data;

	router_frame(&d->phone.router, event, count);
}

static void on_headset(void *data, bool in)
{
	struct daemon *d = data;

	sound_headset(&d->sound, in);
}

static int set_up(struct daemon *d)
{
	static struct policy policy;
	int ret = rules_start(&policy, d->options.policy, RULES_KEPT);

	d->phone.policy[0] = policy; /* the headless display takes its size from it */
	ret = ret ? ret : open_events(d);
	ret = ret ? ret : hv_open(&d->hv);
	ret = ret ? ret : watch(d, d->hv.fd);
	ret = ret ? ret : display_open(d);
	ret = ret ? ret : watch(d, display_fd(d));
	if (ret)
		return ret;
	phone_init(&d->phone, &policy, d->output, &pixman_render, mark, d, clock_ns());
	ret = network_start(&d->network, d->options.network, network_clock, NULL);
	ret = ret ? ret : watch(d, network_fd(&d->network));
	ret = ret ? ret : sound_open(&d->sound, &policy, d->options.sound);
	ret = ret ? ret : watch(d, d->sound.wake_fd);
	ret = ret ? ret : devices_start(d);
	ret = ret ? ret : sound_begin(&d->sound, &d->phone);
	if (!ret && !control_open(&d->control, CONTROL_PATH, &d->sound))
		ret = watch(d, control_fd(&d->control));
	ret = ret ? ret : keypad_open(&d->keypad, KEYPAD_DIRECTORY, on_frame, d);
	if (!ret)
		d->keypad.headset = on_headset;
	if (!ret && keypad_headset(&d->keypad))
		on_headset(d, true);
	return ret ? ret : watch(d, keypad_fd(&d->keypad));
}

static int parse(struct options *options, int argc, char **argv)
{
	int c;

	*options = (struct options){.policy = "/etc/partyline/policy.conf",
		.network = "/etc/partyline/network.conf",
		.sound = "/etc/partyline/sound.conf",
		.card_fd = -1,
		.real_time = true};
	while ((c = getopt(argc, argv, "p:w:s:c:f:n:q:t")) != -1) {
		switch (c) {
		case 'p': options->policy = optarg; break;
		case 'w': options->network = optarg; break;
		case 's': options->sound = optarg; break;
		case 'c': options->card = optarg; break;
		case 'f': options->card_fd = atoi(optarg); break;
		case 'n': options->png = optarg; break;
		case 'q': options->question = optarg; break;
		case 't': options->real_time = false; break;
		default:
			fprintf(stderr,
				"usage: partylined [-p POLICY] [-w NETWORK] [-s SOUND] [-c CARD | -f FD | -n "
				"PICTURE.png] [-t]\n"
				"       partylined -q WORDS\n"
				"  -p  policy file, /etc/partyline/policy.conf if not given\n"
				"  -w  network configuration, /etc/partyline/network.conf if not given\n"
				"  -s  sound configuration, /etc/partyline/sound.conf if not given\n"
				"  -c  display, the first one with a screen if not given\n"
				"  -f  display, as a file that stays open when partylined dies\n"
				"  -n  without a display; the last frame is left as a PNG\n"
				"  -q  ask the partylined that runs: audio; headset in; headset out\n"
				"  -t  ordinary scheduling, for a debugger\n");
			return -EINVAL;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct daemon *d = &the_daemon;
	int ret = parse(&d->options, argc, argv);

	if (ret)
		return 2;
	if (d->options.question)
		return control_ask(CONTROL_PATH, d->options.question);
	vdev_log_hook = log_line;
	d->hv.fd = d->drm.fd = d->keypad.epoll_fd = -1;
	ret = set_up(d);
	if (!ret) {
		if (d->options.real_time)
			become_real_time();
		vdev_log(VDEV_LOG_INFO, "ready");
		run(d);
	}
	control_close(&d->control);
	sound_end(&d->sound);
	keypad_close(&d->keypad);
	display_close(d);
	hv_close(&d->hv);
	return ret ? 1 : 0;
}
