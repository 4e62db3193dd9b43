/*
 * The phone's state for whoever may reach the call partition over TCP/IP (docs/network.md):
 *
 *   port 80    HTTP: a page to look at (/), and the same as JSON (/state.json)
 *   port 7400  sync: the state as one line of JSON at once, and again whenever it changes
 *
 * Nothing that a client sends changes the phone. Each of a few places is a client's until he has been silent in a
 * request for STATUS_REQUEST_S, or somebody newer needs it. A client that does not read misses states in between,
 * and gets the newest when he does. Called from the task that runs the network.
 */
#ifndef CALL_STATUS_H
#define CALL_STATUS_H

#include <stddef.h>
#include "examples/handset/call/ui.h"

#define STATUS_PORT_HTTP 80
#define STATUS_PORT_SYNC 7400
#define STATUS_PLACES	 6 /* of each kind */
#define STATUS_REQUEST_S 10
#define STATUS_JSON_MAX	 512
#define STATUS_PAGE_MAX	 4096

/* Listen, after tcpip_init. `model` stays and may change. -EADDRINUSE, -ENOMEM: lwIP's answer. */
int status_init(const struct ui_model *model);
/* The model is another than at the last call. */
void status_changed(void);

/* What is served, terminated; returns its length. */
size_t status_json(const struct ui_model *model, char *to, size_t bytes);
size_t status_page(const struct ui_model *model, char *to, size_t bytes);

#endif
