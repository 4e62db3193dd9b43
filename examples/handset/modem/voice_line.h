/* The voice line of the modem's partition: its PL011, its timer, its recording. */
#ifndef MODEM_VOICE_LINE_H
#define MODEM_VOICE_LINE_H

#include "examples/handset/modem/modem.h"

/* `task` is posted when there is something to do: voice_line_run. */
void voice_line_init(struct modem *modem, unsigned task);
void voice_line_run(void *data);
/* The modem's state or clock may have changed. */
void voice_line_update(void);

#endif
