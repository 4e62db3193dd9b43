#include "examples/handset/demo/demo.h"
#include "examples/handset/demo/sound.h"

#include <stdarg.h>
#include <string.h>

bool demo_promise(struct demo *demo, bool held, const char *format, ...)
{
	va_list list;

	demo->promise_count++;
	demo->broken_count += !held;
	printf(demo->quiet ? "%s " : "     %s  ", held		? demo->quiet ? "pass" : "ok"
						  : demo->quiet ? "fail"
								: "NO");
	va_start(list, format);
	vprintf(format, list);
	va_end(list);
	printf("\n");
	return held;
}

uint64_t demo_now_ns(const struct demo *demo)
{
	const struct harness *harness = demo->harness;
	uint64_t line = harness->event_count ? harness->event[harness->event_count - 1].time_ns : 0;
	uint64_t trace = harness->traced_count ? harness_traced_ns(harness, harness->traced_count - 1) : 0;

	return line > trace ? line : trace;
}

void demo_note(struct demo *demo, const char *format, ...)
{
	struct demo_note *note = &demo->note[demo->note_count];
	va_list list;

	if (demo->note_count == DEMO_NOTE_MAX)
		return;
	demo->note_count++;
	harness_pump(demo->harness, 0);
	note->time_ns = demo_now_ns(demo);
	va_start(list, format);
	vsnprintf(note->text, sizeof(note->text), format, list);
	va_end(list);
}

ssize_t demo_await(struct demo *demo, size_t from, const char *name, const char *pattern, const char *promise)
{
	ssize_t found = harness_await(demo->harness, from, name, pattern);

	demo_promise(demo, found >= 0, "%s", promise);
	return found;
}

void demo_save(struct demo *demo, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s.png", demo->directory, name);
	if (demo->picture.pixels)
		picture_save_png(&demo->picture, path);
}

static const struct {
	const char *title;
	int (*play)(struct demo *demo);
} steps[] = {
	{"The handset starts: one CPU, four partitions", step_start},
	{"1. Linux shows a moving picture and counts keys", step_linux},
	{"2. The modem rings", step_ringing},
	{"3. The call is answered", step_answer},
	{"4. Linux panics in the middle of the call", step_panic},
	{"5. The call ends", step_end},
	{"6. Linux wants to call somebody itself", step_question},
};

static void play(struct demo *demo)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		int error;

		if (!demo->quiet)
			printf("%s\n", steps[i].title);
		fflush(stdout);
		error = steps[i].play(demo);
		if (error) {
			demo_promise(
				demo, false, "\"%s\" came to its end (%s)", steps[i].title, strerror(-error));
			harness_look(demo->harness, &demo->picture);
			demo_save(demo, "failed");
			return;
		}
	}
	keys_check(demo);
	flips_check(demo);
	sound_collect(demo);
	demo->complete = true;
}

/* demo DIRECTORY MEMORY_FILE show|test|test-in-turns EMULATOR ARGUMENT… */
int main(int argc, char **argv)
{
	static struct demo demo;
	struct harness_options options = {0};
	char **own = harness_arguments(&options, "show|test|test-in-turns", argc, argv);

	if (!own)
		return 2;
	demo.quiet = strcmp(own[0], "show") != 0;
	demo.in_turns = !strcmp(own[0], "test-in-turns");
	demo.directory = options.directory;
	demo.harness = harness_create(&options);
	if (!demo.harness)
		return 1;
	play(&demo);
	demo_promise(&demo, !timeline_write(&demo), "timeline and trace are in %s", demo.directory);
	harness_destroy(demo.harness);
	/* QEMU completes the card's recording when it ends. */
	if (demo.complete)
		sound_check(&demo);
	picture_finish(&demo.picture);
	picture_finish(&demo.linux_picture);
	if (demo.quiet)
		return demo.broken_count != 0;
	if (demo.broken_count)
		printf("demo: %u of %u promises did not hold\n", demo.broken_count, demo.promise_count);
	else
		printf("demo: all %u promises held; pictures, sound, timeline and trace are in %s\n",
			demo.promise_count, demo.directory);
	return demo.broken_count != 0;
}
