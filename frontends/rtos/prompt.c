#include "frontends/rtos/prompt.h"
#include "frontends/rtos/log.h"

static void take_byte(struct prompt *p, char c)
{
	if (c != '\r' && c != '\n') {
		if (p->count < sizeof(p->line) - 1)
			p->line[p->count++] = c;
		return;
	}
	p->line[p->count] = 0;
	p->count = 0;
	p->take(p->line);
}

void prompt_run(struct prompt *p)
{
	char bytes[32];
	size_t count;

	while ((count = log_read(bytes, sizeof(bytes))) != 0)
		for (size_t i = 0; i < count; i++)
			take_byte(p, bytes[i]);
}
