/* Between the parts of the multiplexer. */
#ifndef VDEV_MODEM_MUX_INT_H
#define VDEV_MODEM_MUX_INT_H

#include "vdev-modem/mux.h"

#define MUX_NS_PER_MS 1000000ull

/* mux.c */
void mux_dlc_set(struct mux *mux, unsigned dlci, enum mux_dlc_state state);
void mux_reply_add(struct mux *mux, unsigned dlci, enum mux_type type, bool command, bool poll);
void mux_down(struct mux *mux, const char *reason);
void mux_negotiated(struct mux *mux, unsigned dlci); /* or the other side knows no PN: open it */
bool mux_is_initiator(const struct mux *mux);

/* mux_ctl.c: messages of DLC 0 (TS 27.010 5.4.6). */
void mux_ctl_received(struct mux *mux, const uint8_t *bytes, size_t count);
void mux_ctl_opened(struct mux *mux, unsigned dlci); /* tell our signals */
void mux_ctl_negotiate(struct mux *mux, unsigned dlci);
void mux_ctl_forget(struct mux *mux, unsigned dlci); /* closed: nothing is waited for */
void mux_ctl_test(struct mux *mux);
bool mux_ctl_close_down(struct mux *mux);
/* The next message for the line into *to: its bytes, 0 if none waits. */
size_t mux_ctl_next(struct mux *mux, uint8_t to[MUX_COMMAND_BYTES + 2]);
void mux_ctl_tick(struct mux *mux);
uint64_t mux_ctl_deadline(const struct mux *mux);

#endif
