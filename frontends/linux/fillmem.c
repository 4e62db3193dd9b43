/*
 * Fills the guest's memory with a recognisable word, so that a test can look from outside for pages
 * of it in the guest's bank. Half goes to anonymous memory, half to the page cache (a tmpfs file).
 *
 *   fillmem [MIB]   as much as MIB; without it, until the kernel is out of memory
 *
 * A child does the filling and offers itself to the out-of-memory killer, so that nobody else dies.
 * Whatever lay in a wrong place then still lies there: freed pages keep their content.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATTERN	    0x5041525459464d31ull
#define CHUNK_BYTES (1024u * 1024u)

static uint64_t chunk[CHUNK_BYTES / sizeof(uint64_t)];

static int fill_anonymous(void)
{
	void *p = mmap(NULL, CHUNK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return -errno;
	memcpy(p, chunk, CHUNK_BYTES);
	return 0;
}

static int fill_cache(int fd)
{
	ssize_t n = write(fd, chunk, CHUNK_BYTES);

	if (n < 0)
		return -errno;
	return n == (ssize_t)CHUNK_BYTES ? 0 : -ENOSPC;
}

/* A tmpfs has a size limit of its own: once it is reached the rest goes to anonymous memory. */
static void fill(int fd, long limit_mib, volatile long *filled_mib)
{
	int cache = 1;

	while (*filled_mib < limit_mib) {
		int to_cache = cache && (*filled_mib & 1);

		if (to_cache ? fill_cache(fd) == 0 : fill_anonymous() == 0)
			(*filled_mib)++;
		else if (to_cache)
			cache = 0;
		else
			break;
	}
}

static void volunteer(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "1000", 4) != 4)
		perror("fillmem: /proc/self/oom_score_adj");
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	long limit_mib = argc > 1 ? strtol(argv[1], NULL, 10) : INT32_MAX;
	volatile long *filled_mib =
		mmap(NULL, sizeof(*filled_mib), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int fd = open("/run/fillmem", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int status = 0;
	pid_t child;

	if (fd < 0 || filled_mib == MAP_FAILED) {
		perror("fillmem: /run/fillmem");
		return 1;
	}
	unlink("/run/fillmem");
	for (size_t i = 0; i < sizeof(chunk) / sizeof(chunk[0]); i++)
		chunk[i] = PATTERN;
	child = fork();
	if (child == 0) {
		volunteer();
		fill(fd, limit_mib, filled_mib);
		raise(SIGSTOP); /* hold everything until the parent has had its line */
		_exit(0);
	}
	if (child < 0 || waitpid(child, &status, WUNTRACED) < 0) {
		perror("fillmem: child");
		return 1;
	}
	printf("fillmem: filled %ld MiB%s\n", *filled_mib, WIFSIGNALED(status) ? ", out of memory" : "");
	fflush(stdout);
	getchar();
	if (WIFSTOPPED(status))
		kill(child, SIGKILL);
	return 0;
}
