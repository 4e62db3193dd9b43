/*
 * The demo: one phone call on the reference handset, each step awaited by what is really seen,
 * each promise checked. Also the system test of the whole.
 */
#ifndef DEMO_H
#define DEMO_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/harness/harness.h"

#define DEMO_PROMISE_MAX 64
#define DEMO_KEY_MAX	 64
#define DEMO_NOTE_MAX	 64

/* Who is to see a key. */
enum demo_side { DEMO_LINUX, DEMO_CALL, DEMO_SIDE_COUNT };

/* A key that one side is to see go down or up, each key in this order, and nothing else. */
struct demo_key {
	uint32_t code; /* Linux's, as both sides print it */
	bool down;
	bool seen;
};

/* What the demo itself did, for the timeline. */
struct demo_note {
	uint64_t time_ns;
	char text[80];
};

struct demo {
	struct harness *harness;
	const char *directory;
	bool quiet;    /* print `pass`/`fail` lines for a test instead of a story */
	bool in_turns; /* more than one processor, of which QEMU under -icount runs one at a time */
	uint32_t promise_count, broken_count;
	struct demo_key expected[DEMO_SIDE_COUNT][DEMO_KEY_MAX];
	uint32_t expected_count[DEMO_SIDE_COUNT];
	struct demo_note note[DEMO_NOTE_MAX];
	uint32_t note_count;
	struct picture picture;	      /* the last one looked at */
	struct picture linux_picture; /* of step 1, to compare with */
	size_t panic_event;	      /* where in the list of events Linux panicked */
	uint64_t panic_ns, calm_ns;   /* when, and when all was as before */
	bool complete;		      /* all steps were done */
};

/* Records whether a promise held; prints it. Returns `held`. */
bool demo_promise(struct demo *demo, bool held, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Records what the demo did now. */
void demo_note(struct demo *demo, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Awaits a line; a promise that is broken if it does not come. Returns its index or a negative errno. */
ssize_t demo_await(
	struct demo *demo, size_t from, const char *name, const char *pattern, const char *promise);

/* Virtual time of the newest thing known. */
uint64_t demo_now_ns(const struct demo *demo);

/* Saves demo->picture under a step's name. */
void demo_save(struct demo *demo, const char *name);

/* keys.c: pressing, and the account of who is to see what. */
struct demo_qcode {
	const char *name; /* QEMU's */
	uint32_t code;	  /* the handset's, after the keymap */
};
extern const struct demo_qcode demo_key_answer, demo_key_end;
void keys_press(struct demo *demo, const struct demo_qcode *key, bool down, enum demo_side side);
/* Presses and releases one that is seen by one side alone, and awaits its being seen. */
int keys_tap(struct demo *demo, const struct demo_qcode *key, enum demo_side side);
/* A side is to see a key's release although the key is still held: the focus has gone. */
void keys_expect_release(struct demo *demo, const struct demo_qcode *key, enum demo_side side);
/* Lets go of a key without anybody seeing it. */
void keys_release_unseen(struct demo *demo, const struct demo_qcode *key);
/* Compares all that both sides have printed with the account. */
void keys_check(struct demo *demo);

/* steps.c: the five steps. Each returns 0, or a negative errno when the next cannot follow. */
int step_start(struct demo *demo);
int step_linux(struct demo *demo);
int step_ringing(struct demo *demo);
int step_answer(struct demo *demo);
int step_panic(struct demo *demo);
int step_end(struct demo *demo);
int step_question(struct demo *demo);

/* timeline.c: writes timeline.txt and the trace. */
int timeline_write(struct demo *demo);

/* flips.c: what the trace says. */
void flips_check(struct demo *demo);

#endif
