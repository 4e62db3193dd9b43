#include <string.h>
#include "tests/unit/modem/rig.h"

static void append(char *to, size_t bytes, const char *text, size_t count)
{
	size_t length = strlen(to);

	if (length + count >= bytes)
		return;
	memcpy(to + length, text, count);
	to[length + count] = 0;
}

static void note_sent(void *data, const char *bytes, size_t count)
{
	struct rig *rig = data;

	append(rig->sent, sizeof(rig->sent), bytes, count);
}

static void note_said(void *data, const char *line)
{
	struct rig *rig = data;

	append(rig->said, sizeof(rig->said), line, strlen(line));
	append(rig->said, sizeof(rig->said), "\n", 1);
}

static struct modem_io io = {.send = note_sent, .say = note_said};

void rig_init(struct rig *rig)
{
	memset(rig, 0, sizeof(*rig));
	rig->now = RIG_S;
	io.data = rig;
	modem_init(&rig->modem, &io);
	modem_tick(&rig->modem, rig->now);
	rig_at(rig, "ATE0");
	rig_clear(rig);
}

void rig_clear(struct rig *rig)
{
	rig->sent[0] = rig->said[0] = 0;
}

void rig_at(struct rig *rig, const char *line)
{
	modem_receive(&rig->modem, rig->now, line, strlen(line));
	modem_receive(&rig->modem, rig->now, "\r", 1);
}

int rig_command(struct rig *rig, const char *line)
{
	return modem_command(&rig->modem, rig->now, line);
}

void rig_pass(struct rig *rig, uint64_t ns)
{
	uint64_t end = rig->now + ns, due;

	while ((due = modem_deadline(&rig->modem)) <= end) {
		if (due > rig->now)
			rig->now = due;
		modem_tick(&rig->modem, rig->now);
	}
	rig->now = end;
	modem_tick(&rig->modem, rig->now);
}
