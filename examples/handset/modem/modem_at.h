/* Between the files of the simulator that answer AT commands. */
#ifndef MODEM_MODEM_AT_H
#define MODEM_MODEM_AT_H

#include "examples/handset/modem/modem.h"

enum at_result {
	AT_OK,
	AT_ERROR,
	AT_NO_CARRIER,
	AT_CONNECT, /* the port's bytes are PPP now */
	AT_PROMPT,  /* a message is typed; its end gives the result */
	AT_CMS,	    /* messages.cms_code */
	AT_NOT_ALLOWED,
	AT_BAD_PARAMETER,
};

enum at_form { AT_EXECUTE, AT_READ, AT_SET, AT_TEST };

struct at_command {
	const char *name; /* after the + */
	enum at_result (*run)(struct modem *m, enum at_form form, const char *argument);
};

/* modem_at.c */
void modem_at_reply(struct modem *m, const char *format, ...) __attribute__((format(printf, 2, 3)));
void modem_at_result(struct modem *m, enum at_result result);
/* The common shape of a setting: `=n` up to the limit, `?`, `=?`. */
enum at_result modem_at_setting(
	struct modem *m, const char *name, enum at_form form, const char *argument, int limit, int *value);
/* The n-th argument, its quotes taken off; false: there is none, or it is too long. */
bool modem_argument(const char *arguments, unsigned index, char *to, size_t bytes);
/* The n-th argument as a number from 0 to limit; -1: something else; -2: there is none. */
long modem_argument_number(const char *arguments, unsigned index, long limit);

/* data.c */
bool modem_data_is_number(const char *text); /* what follows D */
enum at_result modem_data_dial(struct modem *m);
enum at_result modem_at_cgdcont(struct modem *m, enum at_form form, const char *argument);

/* network.c, sim.c, sms.c */
enum at_result modem_at_creg(struct modem *m, enum at_form form, const char *argument);
enum at_result modem_at_cgreg(struct modem *m, enum at_form form, const char *argument);
enum at_result modem_at_cereg(struct modem *m, enum at_form form, const char *argument);
enum at_result modem_at_csq(struct modem *m, enum at_form form, const char *argument);
enum at_result modem_at_cops(struct modem *m, enum at_form form, const char *argument);
enum at_result modem_at_cusd(struct modem *m, enum at_form form, const char *argument);
enum at_result modem_at_crsm(struct modem *m, enum at_form form, const char *argument);
enum at_result modem_at_csim(struct modem *m, enum at_form form, const char *argument);
enum at_result modem_at_cmgf(struct modem *m, enum at_form form, const char *argument);
enum at_result modem_at_cnmi(struct modem *m, enum at_form form, const char *argument);
enum at_result modem_at_cpms(struct modem *m, enum at_form form, const char *argument);
enum at_result modem_at_cmgl(struct modem *m, enum at_form form, const char *argument);
enum at_result modem_at_cmgr(struct modem *m, enum at_form form, const char *argument);
enum at_result modem_at_cmgd(struct modem *m, enum at_form form, const char *argument);
enum at_result modem_at_cmgs(struct modem *m, enum at_form form, const char *argument);

/* wire.c */
enum at_result modem_at_cmux(struct modem *m, enum at_form form, const char *argument);

#endif
