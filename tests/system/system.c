/*
 * What the whole handset promises beside the call that the demo plays: Linux's memory stays its
 * own, and the death of partylined goes unnoticed. Prints `pass NAME` and `fail NAME …`.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "examples/handset/demo/look.h"
#include "tests/system/ping.h"
#include "tools/harness/harness.h"

/* docs/contract.md */
#define BANK_PA	      0x7c000000ull
#define BANK_BYTES    (64ull << 20)
#define PRIVATE_PA    0x80000000ull
#define PRIVATE_BYTES (512ull << 20)
#define PATTERN	      0x5041525459464d31ull /* frontends/linux/fillmem.c */
#define PATTERN_PAGES 1000		    /* that the guest must have filled for the test to count */
#define CALLER_NUMBER "+358401234567"
#define CALLER_NAME   "Reception"
#define PING_MAX_NS   200000
#define PICTURES_MIN  150 /* while PING_COUNT pings go out, 30 a second being drawn */

static unsigned failed;

static bool verdict(bool held, const char *name, const char *detail)
{
	printf("%s %s%s%s\n", held ? "pass" : "fail", name, held || !*detail ? "" : ": ", held ? "" : detail);
	failed += !held;
	return held;
}

/* Pages of [pa, pa + bytes) in which the pattern stands anywhere. */
static uint64_t count_pages(const char *memory, uint64_t pa, uint64_t bytes)
{
	int fd = open(memory, O_RDONLY);
	const uint64_t *word =
		fd < 0 ? MAP_FAILED
		       : mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, (off_t)(pa - HARNESS_RAM_BASE));
	uint64_t count = 0;

	if (fd >= 0)
		close(fd);
	if (word == MAP_FAILED) {
		fprintf(stderr, "system: %s: %s\n", memory, strerror(errno));
		return UINT64_MAX;
	}
	for (uint64_t page = 0; page < bytes / 4096; page++) {
		for (uint64_t i = 0; i < 512; i++) {
			if (word[page * 512 + i] == PATTERN) {
				count++;
				break;
			}
		}
	}
	munmap((void *)word, bytes);
	return count;
}

static void memory_stays_private(struct harness *harness, const char *memory)
{
	size_t from = harness_now(harness);
	uint64_t private, bank;
	char detail[96];

	harness_type(harness, "linux", "\nfillmem\n");
	if (!verdict(harness_await(harness, from, "linux", "fillmem: filled [0-9]+ MiB") >= 0,
		    "Linux fills its memory with a pattern until there is no more", "no line of fillmem"))
		return;
	private = count_pages(memory, PRIVATE_PA, PRIVATE_BYTES);
	bank = count_pages(memory, BANK_PA, BANK_BYTES);
	snprintf(detail, sizeof(detail), "%llu pages of it, at least %d expected",
		(unsigned long long)private, PATTERN_PAGES);
	verdict(private >= PATTERN_PAGES && private != UINT64_MAX, "the pattern is in its private memory",
		detail);
	snprintf(detail, sizeof(detail), "%llu pages of it", (unsigned long long)bank);
	verdict(!bank, "none of it is in the bank that the I/O domain maps", detail);
	harness_type(harness, "linux", "\n");
}

static void tap(struct harness *harness, const char *partition, const char *pattern, const char *name)
{
	size_t from = harness_now(harness);

	harness_key(harness, "k", true);
	harness_key(harness, "k", false);
	verdict(harness_await(harness, from, partition, pattern) >= 0, name, "no such key");
}

/* Kills partylined and awaits the next one. */
static bool kill_partylined(struct harness *harness)
{
	size_t from = harness_now(harness);

	harness_type(harness, "io", "\nkillall -9 partylined\n");
	return harness_await(harness, from, "io", "partylined ended with 137") >= 0 &&
	       harness_await(harness, from, "io", "^partylined: ready") >= 0;
}

static void death_of_partylined(struct harness *harness)
{
	struct look_motion motion = {.frames_wanted = 3};
	struct look_caller caller = {.number = CALLER_NUMBER, .name = CALLER_NAME};
	struct picture picture = {0};
	size_t from = harness_now(harness);

	if (!verdict(kill_partylined(harness), "partylined comes back after kill -9", "it did not"))
		return;
	verdict(!harness_await_picture(harness, look_moves, &motion, &picture),
		"Linux's picture goes on moving", "");
	tap(harness, "linux", "^app: key 37 up", "Linux's keys go on");
	harness_type(harness, "modem", "ring " CALLER_NUMBER " \"" CALLER_NAME "\"\n");
	verdict(!harness_await_picture(harness, look_band, &caller, &picture), "a call comes to the screen",
		"");
	verdict(kill_partylined(harness), "partylined comes back in the middle of a call", "it did not");
	verdict(!harness_await_picture(harness, look_band, &caller, &picture),
		"the call is still on the screen", "");
	tap(harness, "call", "^call: key 37 up", "the call still has the keys");
	harness_type(harness, "modem", "hangup\n");
	motion = (struct look_motion){.frames_wanted = 3};
	verdict(!harness_await_picture(harness, look_moves, &motion, &picture),
		"then Linux's picture moves again", "");
	verdict(harness_find(harness, from, "hv", "(fault|restarting)") < 0 &&
			harness_find(harness, from, "linux", "^app: started") < 0,
		"no partition was restarted", "");
	picture_finish(&picture);
}

/* Its display and keypad are silenced, its memory is scrubbed, and its next life finds them as new. */
static void death_of_io_domain(struct harness *harness)
{
	struct look_motion motion = {.frames_wanted = 3};
	struct picture picture = {0};
	size_t from = harness_now(harness);

	harness_type(harness, "io", "\necho c > /proc/sysrq-trigger\n");
	if (!verdict(harness_await(harness, from, "hv", "^partition io: restarting") >= 0 &&
			     harness_await(harness, from, "io", "^partylined: ready") >= 0,
		    "the I/O domain comes back after a panic", "it did not"))
		return;
	verdict(!harness_await_picture(harness, look_moves, &motion, &picture),
		"Linux's picture moves again after the I/O domain's panic", "");
	tap(harness, "linux", "^app: key 37 up", "Linux has its keys again after the I/O domain's panic");
	verdict(harness_find(harness, from, "linux", "^app: started") < 0 &&
			harness_find(harness, from, "hv", "^partition (call|linux|modem): ") < 0,
		"the I/O domain's panic restarted nobody else", "");
	verdict(harness_find(harness, 0, "hv", " dma stream ") < 0, "no device was stopped by the SMMU", "");
	picture_finish(&picture);
}

/* Linux's clock is a real one, and so is the interrupt of its alarm. */
static void dedicated_device(struct harness *harness)
{
	size_t from = harness_now(harness);

	harness_type(harness, "linux",
		"\ncat /sys/class/rtc/rtc0/name; echo +1 > /sys/class/rtc/rtc0/wakealarm; sleep 2;"
		" grep rtc-pl031 /proc/interrupts\n");
	verdict(harness_await(harness, from, "linux", "^rtc-pl031 9010000.clock") >= 0,
		"Linux drives a device of its own with its native driver", "no such clock");
	verdict(harness_await(harness, from, "linux", ": +1 .*rtc-pl031") >= 0, "and has its interrupts",
		"not one");
}

/* The hypervisor's watchdog of this partition, with the driver that Debian has for it. */
static void watchdog(struct harness *harness)
{
	size_t from = harness_now(harness);

	harness_type(
		harness, "linux", "\ncd /sys/class/watchdog/watchdog0; cat identity state timeout; cd /\n");
	verdict(harness_await(harness, from, "linux", "^SBSA Generic Watchdog") >= 0,
		"Linux has a watchdog that its stock driver knows", "no such watchdog");
	verdict(harness_await(harness, from, "linux", "^active") >= 0, "and pets it", "not active");
}

/* Whoever draws must not make his own packets late: screen, sound and network share the I/O domain. */
static void ping_beside_pictures(struct harness *harness)
{
	struct ping_times times = {.p99_ns = UINT64_MAX};
	char detail[96];

	if (ping_measure(harness, &times)) {
		verdict(false, "Linux pings the call partition", "it did not end");
		return;
	}
	printf("bench: vnet.ping_rtt_drawing_median_ns %llu ns\nbench: vnet.ping_rtt_drawing_ns %llu ns\n",
		(unsigned long long)times.median_ns, (unsigned long long)times.p99_ns);
	snprintf(detail, sizeof(detail), "expected at least %d, got %u", PICTURES_MIN, times.pictures);
	verdict(times.pictures >= PICTURES_MIN, "Linux draws while it pings the call partition", detail);
	snprintf(detail, sizeof(detail), "expected at most %d ns, got %llu, %u of %d answered", PING_MAX_NS,
		(unsigned long long)times.p99_ns, times.answered, PING_COUNT);
	verdict(times.p99_ns <= PING_MAX_NS, "99 of 100 pings are answered within 200 us", detail);
}

/* system DIRECTORY MEMORY_FILE EMULATOR ARGUMENT… */
int main(int argc, char **argv)
{
	struct harness_options options = {.trace_types = 1u << PL_TRACE_MARK};
	struct harness *harness;

	if (!harness_arguments(&options, "", argc, argv))
		return 2;
	harness = harness_create(&options);
	if (!harness ||
		!verdict(harness_await(harness, 0, "linux", "^app: frame") >= 0, "the handset starts", ""))
		return 1;
	ping_beside_pictures(harness);
	dedicated_device(harness);
	watchdog(harness);
	death_of_partylined(harness);
	death_of_io_domain(harness);
	memory_stays_private(harness, options.memory);
	harness_destroy(harness);
	return failed != 0;
}
