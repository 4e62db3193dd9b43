/* Who looks after a real card: he looks at once, again when a node comes, and stops when he is told to. */
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "backends/alsa/keeper.h"
#include "tests/unit/expect.h"

#define GUARD_S 30 /* no result: it ends a test that hangs */

static sem_t served;
static struct alsa_card card;
static const struct alsa_card *served_card;
static char root[64], nodes[96], node[128];

/* The seam of backends/alsa/alsa.h. */
void alsa_service(struct alsa_card *ac)
{
	served_card = ac;
	sem_post(&served);
}

static bool await_service(void)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += GUARD_S;
	return sem_timedwait(&served, &until) == 0;
}

static void setup(void)
{
	sem_init(&served, 0, 0);
	snprintf(root, sizeof(root), "/tmp/keeper-test-XXXXXX");
	EXPECT_EQ(mkdtemp(root) != NULL, true);
	snprintf(nodes, sizeof(nodes), "%s/snd", root);
	snprintf(node, sizeof(node), "%s/pcmC0D0p", nodes);
	served_card = NULL;
}

static void finish(void)
{
	unlink(node);
	rmdir(nodes);
	rmdir(root);
	sem_destroy(&served);
}

/* The directory comes with the first card. */
static void card_is_looked_for_at_once_and_when_nodes_come(void)
{
	static struct alsa_keeper keeper;

	setup();
	EXPECT_EQ(alsa_keeper_start(&keeper, &card, nodes), 0);
	EXPECT_EQ(await_service(), true);
	EXPECT_EQ(served_card == &card, true);
	EXPECT_EQ(mkdir(nodes, 0700), 0);
	EXPECT_EQ(await_service(), true);
	close(open(node, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	EXPECT_EQ(await_service(), true);
	alsa_keeper_stop(&keeper);
	EXPECT_EQ(keeper.started, false);
	finish();
}

static void nobody_looks_after_the_stop(void)
{
	static struct alsa_keeper keeper;
	int count;

	setup();
	EXPECT_EQ(alsa_keeper_start(&keeper, &card, root), 0);
	EXPECT_EQ(await_service(), true);
	alsa_keeper_stop(&keeper);
	alsa_keeper_stop(&keeper); /* and what is stopped can be stopped */
	while (sem_trywait(&served) == 0)
		;
	EXPECT_EQ(mkdir(nodes, 0700), 0);
	EXPECT_EQ(sem_getvalue(&served, &count), 0);
	EXPECT_EQ(count, 0);
	finish();
}

static void zeroed_keeper_may_be_stopped(void)
{
	struct alsa_keeper keeper = {0};

	alsa_keeper_stop(&keeper);
	EXPECT_EQ(keeper.started, false);
}

/* No descriptor is to be had: said, and none of them is lost. */
static void failure_to_start_leaves_nothing_open(void)
{
	static struct alsa_keeper keeper;
	struct rlimit limit, few;
	int before = dup(0), after;

	setup();
	close(before);
	getrlimit(RLIMIT_NOFILE, &limit);
	few = limit;
	few.rlim_cur = (rlim_t)before + 1; /* room for one of the two */
	setrlimit(RLIMIT_NOFILE, &few);
	EXPECT_EQ(alsa_keeper_start(&keeper, &card, root), -EMFILE);
	setrlimit(RLIMIT_NOFILE, &limit);
	EXPECT_EQ(keeper.started, false);
	alsa_keeper_stop(&keeper);
	after = dup(0);
	EXPECT_EQ(after, before);
	close(after);
	finish();
}

static const struct unit_test tests[] = {
	{"a card is looked for at once and when nodes come", card_is_looked_for_at_once_and_when_nodes_come},
	{"nobody looks after the stop", nobody_looks_after_the_stop},
	{"a zeroed keeper may be stopped", zeroed_keeper_may_be_stopped},
	{"a failure to start leaves nothing open", failure_to_start_leaves_nothing_open},
};

UNIT_MAIN("keeper", tests)
