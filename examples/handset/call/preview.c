/*
 * ui-preview: the call screens as PNG files, over a picture that stands for Linux's.
 *
 *   ui-preview DIRECTORY
 */
#include <errno.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "examples/handset/call/ui.h"

static uint32_t surface[UI_WIDTH * UI_HEIGHT];
static uint32_t shown[UI_WIDTH * UI_HEIGHT];

static const struct {
	const char *file;
	struct ui_model model;
} screens[] = {
	{"ringing",
		{.state = PL_CALL_RINGING, .number = "+358 40 123 4567", .name = "Reception", .signal = 3}},
	{"ringing-long",
		{.state = PL_CALL_RINGING,
			.number = "+358 40 123 4567",
			.name = "V\u00e4in\u00f6 \u00c5str\u00f6m-Str\u00f6mb\u00e4ck, Harbour Office"}},
	{"ringing-unknown", {.state = PL_CALL_RINGING, .number = "+44 20 7946 0123"}},
	{"ringing-withheld", {.state = PL_CALL_RINGING}},
	{"dialing", {.state = PL_CALL_DIALING,
			    .number = "+358 40 123 4567",
			    .name = "V\u00e4in\u00f6 \u00c5str\u00f6m",
			    .carrier = "Partyline",
			    .signal = 4}},
	{"active", {.state = PL_CALL_ACTIVE,
			   .number = "+358 40 123 4567",
			   .name = "Reception",
			   .carrier = "Partyline",
			   .signal = 3,
			   .seconds = 187}},
	{"active-muted", {.state = PL_CALL_ACTIVE,
				 .number = "+48 22 555 01 23",
				 .name = "\u0141ucja \u017bak-\u0158eh\u00e1\u010dkov\u00e1",
				 .carrier = "Partyline",
				 .signal = 2,
				 .seconds = 4025,
				 .muted = true,
				 .digits = "1234#"}},
	{"active-volume", {.state = PL_CALL_ACTIVE,
				  .number = "+358 40 123 4567",
				  .name = "Reception",
				  .carrier = "Partyline",
				  .signal = 3,
				  .seconds = 12,
				  .volume_shown = true,
				  .volume = 6}},
	{"active-headset", {.state = PL_CALL_ACTIVE,
				   .number = "+358 40 123 4567",
				   .name = "Reception",
				   .carrier = "Partyline",
				   .signal = 3,
				   .seconds = 15,
				   .headset = true,
				   .volume_shown = true,
				   .volume = 9}},
	{"active-speaker", {.state = PL_CALL_ACTIVE,
				   .number = "+358 40 123 4567",
				   .name = "Reception",
				   .carrier = "Partyline",
				   .signal = 3,
				   .seconds = 41,
				   .speaker = true}},
	{"ended", {.state = PL_CALL_ENDED,
			  .number = "+358 40 123 4567",
			  .name = "Reception",
			  .carrier = "Partyline",
			  .signal = 3,
			  .seconds = 192,
			  .note = "Call ended"}},
	{"ended-busy", {.state = PL_CALL_ENDED,
			       .number = "+358 40 123 4567",
			       .name = "Harbour Office",
			       .carrier = "Partyline",
			       .signal = 3,
			       .note = "Line busy"}},
	{"ended-lost", {.state = PL_CALL_ENDED,
			       .number = "+358 40 123 4567",
			       .name = "Reception",
			       .signal = -1,
			       .seconds = 65,
			       .no_modem = true,
			       .note = "Modem lost"}},
	{"waiting", {.state = PL_CALL_ACTIVE,
			    .number = "+358 40 123 4567",
			    .name = "Reception",
			    .carrier = "Partyline",
			    .signal = 3,
			    .seconds = 75,
			    .waiting = true,
			    .waiting_number = "+46 8 123 456",
			    .waiting_name = "V\u00e4in\u00f6 \u00c5str\u00f6m"}},
	{"pair", {.state = PL_CALL_ACTIVE,
			 .number = "+46 8 123 456",
			 .name = "V\u00e4in\u00f6 \u00c5str\u00f6m",
			 .carrier = "Partyline",
			 .signal = 4,
			 .seconds = 12,
			 .held = "Reception"}},
	{"on-hold", {.state = PL_CALL_ACTIVE,
			    .number = "+358 40 123 4567",
			    .name = "Reception",
			    .carrier = "Partyline",
			    .signal = 4,
			    .seconds = 312,
			    .muted = true,
			    .on_hold = true}},
	{"conference", {.state = PL_CALL_ACTIVE,
			       .number = "V\u00e4in\u00f6 \u00c5str\u00f6m, Reception",
			       .name = "2 people",
			       .carrier = "Partyline",
			       .signal = 4,
			       .seconds = 95,
			       .parties = 2}},
	{"emergency", {.state = PL_CALL_DIALING,
			      .number = "112",
			      .carrier = "Partyline",
			      .signal = 1,
			      .emergency = true}},
	{"emergency-no-modem", {.state = PL_CALL_DIALING,
				       .number = "112",
				       .signal = -1,
				       .emergency = true,
				       .no_modem = true}},
	{"dialler", {.state = PL_CALL_IDLE, .dialler = true, .carrier = "Partyline", .signal = 4}},
	{"dialler-typed", {.state = PL_CALL_IDLE,
				  .dialler = true,
				  .carrier = "Partyline",
				  .signal = 4,
				  .typed = "+358401234567"}},
	{"dialler-emergency", {.state = PL_CALL_IDLE,
				      .dialler = true,
				      .carrier = "Partyline",
				      .signal = 4,
				      .typed = "112",
				      .typed_emergency = true}},
	{"dialler-no-modem", {.state = PL_CALL_IDLE,
				     .dialler = true,
				     .signal = -1,
				     .no_modem = true,
				     .note = "No modem",
				     .typed = "0401234567"}},
	{"question-dial", {.state = PL_CALL_IDLE,
				  .question = UI_ASK_DIAL,
				  .asker = "linux",
				  .asked = "+1 900 555 0199"}},
	{"question-message", {.state = PL_CALL_ACTIVE,
				     .number = "+358 40 123 4567",
				     .name = "Reception",
				     .carrier = "Partyline",
				     .signal = 3,
				     .seconds = 187,
				     .question = UI_ASK_MESSAGE,
				     .asker = "linux",
				     .asked = "+358 50 765 4321"}},
	{"no-modem", {.state = PL_CALL_IDLE, .no_modem = true}},
	{"idle", {.state = PL_CALL_IDLE}},
};

/* Something lively under the translucent band. */
static uint32_t desktop(int x, int y)
{
	int stripe = (x + y) / 40 % 2;

	return 0xff000000u | (uint32_t)(x * 200 / UI_WIDTH + 40) << 16 | (uint32_t)(stripe ? 150 : 190) << 8 |
	       (uint32_t)(230 - y * 180 / UI_HEIGHT);
}

static uint32_t channel_over(uint32_t s, uint32_t d, unsigned shift)
{
	return ((s >> shift & 0xff) + (d >> shift & 0xff) * (255 - (s >> 24)) / 255) << shift;
}

static void compose(void)
{
	for (int y = 0; y < UI_HEIGHT; y++)
		for (int x = 0; x < UI_WIDTH; x++) {
			uint32_t s = surface[y * UI_WIDTH + x], d = desktop(x, y);

			shown[y * UI_WIDTH + x] = 0xff000000u | channel_over(s, d, 16) |
						  channel_over(s, d, 8) | channel_over(s, d, 0);
		}
}

static int write_png(const char *path)
{
	png_image image = {.version = PNG_IMAGE_VERSION,
		.width = UI_WIDTH,
		.height = UI_HEIGHT,
		.format = PNG_FORMAT_BGRA};

	if (png_image_write_to_file(&image, path, 0, shown, UI_WIDTH * 4, NULL))
		return 0;
	fprintf(stderr, "ui-preview: %s: %s\n", path, image.message);
	return -EIO;
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: ui-preview DIRECTORY\n");
		return 2;
	}
	for (size_t i = 0; i < sizeof(screens) / sizeof(screens[0]); i++) {
		struct canvas canvas = {surface, UI_WIDTH, {0, 0, UI_WIDTH, UI_HEIGHT}};
		char path[4096];

		ui_draw(&canvas, &screens[i].model);
		compose();
		snprintf(path, sizeof(path), "%s/%s.png", argv[1], screens[i].file);
		if (write_png(path))
			return 1;
		printf("%s\n", path);
	}
	return 0;
}
