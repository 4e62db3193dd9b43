/* The phone's state as JSON and as a page. Caller's names come from the network: they are escaped. */
#include "examples/handset/call/status.h"
#include "frontends/rtos/format.h"
#include "frontends/rtos/mem.h"

struct escape {
	char c;
	const char *as;
};

static const struct escape html[] = {
	{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}, {0, NULL}};
static const struct escape json[] = {{'"', "\\\""}, {'\\', "\\\\"}, {0, NULL}};

static const char *escape_of(const struct escape *table, char c)
{
	for (; table->c; table++)
		if (table->c == c)
			return table->as;
	return NULL;
}

/* What does not fit is left out, never half an escape. Control characters become blanks. */
static const char *escaped(const struct escape *table, const char *text, char *to, size_t bytes)
{
	size_t n = 0;

	for (; *text; text++) {
		const char one[2] = {(unsigned char)*text < 0x20 ? ' ' : *text, 0};
		const char *as = escape_of(table, *text);
		size_t length;

		as = as ? as : one;
		length = strlen(as);
		if (n + length >= bytes)
			break;
		memcpy(to + n, as, length);
		n += length;
	}
	to[n] = 0;
	return to;
}

static const char *word_of(uint32_t state)
{
	static const char *const words[] = {[PL_CALL_IDLE] = "idle",
		[PL_CALL_RINGING] = "ringing",
		[PL_CALL_DIALING] = "dialing",
		[PL_CALL_ACTIVE] = "active",
		[PL_CALL_ENDED] = "ended"};

	return state < sizeof(words) / sizeof(words[0]) && words[state] ? words[state] : "busy";
}

static const char *truth(bool value)
{
	return value ? "true" : "false";
}

size_t status_json(const struct ui_model *m, char *to, size_t bytes)
{
	char number[sizeof(m->number) * 2], name[sizeof(m->name) * 2], carrier[sizeof(m->carrier) * 2];

	return format_print(to, bytes,
		"{\"state\":\"%s\",\"number\":\"%s\",\"name\":\"%s\",\"carrier\":\"%s\",\"signal\":%d,"
		"\"muted\":%s,\"emergency\":%s,\"seconds\":%u}\n",
		word_of(m->state), escaped(json, m->number, number, sizeof(number)),
		escaped(json, m->name, name, sizeof(name)),
		escaped(json, m->carrier, carrier, sizeof(carrier)), m->signal, truth(m->muted),
		truth(m->emergency), m->seconds);
}

static const char *headline(uint32_t state)
{
	switch (state) {
	case PL_CALL_IDLE: return "Ready";
	case PL_CALL_RINGING: return "Incoming call";
	case PL_CALL_DIALING: return "Calling";
	case PL_CALL_ACTIVE: return "On a call";
	case PL_CALL_ENDED: return "Call ended";
	default: return "Busy";
	}
}

static const char *colour(uint32_t state)
{
	switch (state) {
	case PL_CALL_RINGING: return "#f5a524";
	case PL_CALL_DIALING: return "#4c8dff";
	case PL_CALL_ACTIVE: return "#2fbf71";
	case PL_CALL_ENDED: return "#e5484d";
	default: return "#7c8aa5";
	}
}

static const char page_head[] =
	"<!doctype html><html lang=en><meta charset=utf-8><meta http-equiv=refresh content=2>"
	"<meta name=viewport content='width=device-width'><title>Phone</title><style>"
	"body{margin:0;min-height:100vh;display:grid;place-items:center;background:#0e131b;color:#e8edf5;"
	"font:16px/1.45 system-ui,sans-serif}"
	"main{width:19rem;padding:2rem;border-radius:1.5rem;background:#182130;box-shadow:0 1rem 3rem #0008}"
	"header,footer{display:flex;justify-content:space-between;color:#8c9ab3;font-size:.85rem}"
	"i{display:inline-block;width:.28rem;margin-left:.16rem;border-radius:.1rem;background:#33405a}"
	"i.on{background:#e8edf5}h1{margin:2.4rem 0 .2rem;font-size:1.7rem;font-weight:600}"
	"h1 b{display:inline-block;width:.8rem;height:.8rem;margin-right:.7rem;border-radius:50%}"
	"p{margin:0;min-height:1.5em}p.t{margin:1.2rem 0 2.4rem;font-size:2.4rem;font-weight:300}</style>";

/* Four bars, each higher than the one before. */
static size_t bars(int signal, char *to, size_t bytes)
{
	size_t n = 0;

	for (int i = 0; i < UI_SIGNAL_BARS; i++)
		n += format_print(to + n, bytes - n, "<i style='height:%upx'%s></i>", 4 + 3 * (unsigned)i,
			i < signal ? " class=on" : "");
	return n;
}

size_t status_page(const struct ui_model *m, char *to, size_t bytes)
{
	char number[sizeof(m->number) * 5], name[sizeof(m->name) * 5], carrier[sizeof(m->carrier) * 5];
	char time[16] = "", bar[UI_SIGNAL_BARS * 48];

	bars(m->signal, bar, sizeof(bar));
	if (m->state == PL_CALL_ACTIVE || m->state == PL_CALL_ENDED)
		ui_format_duration(m->seconds, time, sizeof(time));
	escaped(html, m->name, name, sizeof(name));
	escaped(html, m->number, number, sizeof(number));
	return format_print(to, bytes,
		"%s<main><header><span>%s</span><span>%s</span></header>"
		"<h1><b style='background:%s'></b>%s</h1><p>%s</p><p>%s</p><p class=t>%s</p>"
		"<footer><span>%s%s</span><a href=/state.json "
		"style='color:inherit'>json</a></footer></main>\n",
		page_head, m->carrier[0] ? escaped(html, m->carrier, carrier, sizeof(carrier)) : "No service",
		bar, colour(m->state), headline(m->state), name, number, time,
		m->emergency ? "Emergency " : "", m->muted ? "Muted" : "");
}
