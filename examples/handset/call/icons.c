#include "examples/handset/call/icons.h"

static float least(float a, float b)
{
	return a < b ? a : b;
}

static float most(float a, float b)
{
	return a > b ? a : b;
}

static float size(float x, float y)
{
	return __builtin_sqrtf(x * x + y * y);
}

static float circle(float x, float y, float radius)
{
	return size(x, y) - radius;
}

/* Centred box with rounded corners, hw and hh from the centre to its edges. */
static float round_box(float x, float y, float hw, float hh, float radius)
{
	float qx = __builtin_fabsf(x) - (hw - radius), qy = __builtin_fabsf(y) - (hh - radius);

	return size(most(qx, 0), most(qy, 0)) + least(most(qx, qy), 0) - radius;
}

/* From (ax, ay) to (bx, by), `width` to each side. */
static float segment(float x, float y, float ax, float ay, float bx, float by, float width)
{
	float dx = bx - ax, dy = by - ay;
	float t = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);

	t = t < 0 ? 0 : t > 1 ? 1 : t;
	return size(x - ax - t * dx, y - ay - t * dy) - width;
}

/* A shallow arch with an ear piece at each end: symmetric, so one half is enough. */
float icon_hang_up(float x, float y)
{
	float mx = __builtin_fabsf(x);
	float arch = __builtin_fabsf(size(mx, y - 0.92f) - 1.02f) - 0.17f;
	/* The ear piece, turned by about 20 degrees (sin 0.34, cos 0.94). */
	float ex = mx - 0.68f, ey = y - 0.2f;
	float piece = round_box(ex * 0.94f + ey * 0.34f, ey * 0.94f - ex * 0.34f, 0.23f, 0.25f, 0.1f);

	/* The arch ends where the ear pieces begin. */
	return least(most(arch, mx - 0.72f), piece);
}

/* The same, turned by 135 degrees. */
float icon_answer(float x, float y)
{
	const float h = 0.70710678f;

	/* The turned shape weighs to one side: centred by eye. */
	x += 0.05f;
	y -= 0.22f;
	return icon_hang_up((-x - y) * h, (x - y) * h);
}

float icon_microphone(float x, float y)
{
	float capsule = round_box(x, y + 0.28f, 0.24f, 0.5f, 0.24f);
	float holder = most(__builtin_fabsf(size(x, y + 0.02f) - 0.48f) - 0.075f, 0.02f - y);
	float stem = segment(x, y, 0, 0.5f, 0, 0.8f, 0.075f);

	return least(capsule, least(holder, stem));
}

float icon_slash(float x, float y)
{
	return segment(x, y, -0.68f, -0.72f, 0.68f, 0.72f, 0.09f);
}

float icon_keypad(float x, float y)
{
	float nearest = 2;

	for (int row = -1; row <= 1; row++)
		for (int column = -1; column <= 1; column++)
			nearest = least(
				nearest, circle(x - (float)column * 0.55f, y - (float)row * 0.55f, 0.16f));
	return nearest;
}

/* A loudspeaker: its box, its cone, two waves. */
float icon_speaker(float x, float y)
{
	float magnet = round_box(x + 0.66f, y, 0.2f, 0.26f, 0.06f);
	float cone = most(most(-x - 0.6f, x + 0.05f), __builtin_fabsf(y) - 0.24f - (x + 0.6f) * 0.75f);
	float waves = least(
		__builtin_fabsf(size(x + 0.05f, y) - 0.38f), __builtin_fabsf(size(x + 0.05f, y) - 0.74f));

	/* Of the waves, what lies in front of it. */
	return least(least(magnet, cone), most(waves - 0.08f, __builtin_fabsf(y) - x - 0.05f));
}

/* A band over the head, and a cup at each ear. */
float icon_headset(float x, float y)
{
	float mx = __builtin_fabsf(x);
	float band = most(__builtin_fabsf(size(x, y - 0.05f) - 0.7f) - 0.08f, y - 0.1f);

	return least(band, round_box(mx - 0.66f, y - 0.38f, 0.19f, 0.34f, 0.12f));
}

/* Head and shoulders; the shoulders end at the avatar's circle. */
float icon_person(float x, float y)
{
	float head = circle(x, y + 0.3f, 0.36f);
	float body = round_box(x, y - 0.85f, 0.62f, 0.62f, 0.45f);

	return least(head, most(body, circle(x, y, 0.98f)));
}

/* The one behind is smaller, and keeps a gap from the one in front. */
float icon_people(float x, float y)
{
	float front_x = (x + 0.28f) / 0.82f, front_y = (y - 0.06f) / 0.82f;
	float back_x = (x - 0.5f) / 0.66f, back_y = (y + 0.02f) / 0.66f;
	float front = 0.82f * least(circle(front_x, front_y + 0.3f, 0.36f),
				      most(round_box(front_x, front_y - 0.85f, 0.62f, 0.62f, 0.45f),
					      front_y - 0.78f));
	float back =
		0.66f * least(circle(back_x, back_y + 0.3f, 0.36f),
				most(round_box(back_x, back_y - 0.85f, 0.62f, 0.62f, 0.45f), back_y - 0.97f));

	return least(front, most(back, 0.1f - front));
}

float icon_pause(float x, float y)
{
	return round_box(__builtin_fabsf(x) - 0.34f, y, 0.17f, 0.6f, 0.12f);
}

/* Upwards, its point at (0, -0.7). */
static float arrow(float x, float y)
{
	float head = segment(__builtin_fabsf(x), y, 0, -0.66f, 0.28f, -0.36f, 0.09f);

	return least(head, segment(x, y, 0, -0.62f, 0, 0.66f, 0.09f));
}

float icon_swap(float x, float y)
{
	return least(arrow(x + 0.36f, y), arrow(x - 0.36f, -y));
}

float icon_merge(float x, float y)
{
	float mx = __builtin_fabsf(x);
	float head = segment(mx, y, 0, -0.7f, 0.3f, -0.38f, 0.09f);
	float stem = segment(x, y, 0, -0.66f, 0, 0.08f, 0.09f);

	return least(head, least(stem, segment(mx, y, 0, 0.08f, 0.5f, 0.64f, 0.09f)));
}

float icon_plus(float x, float y)
{
	return least(segment(x, y, -0.58f, 0, 0.58f, 0, 0.1f), segment(x, y, 0, -0.58f, 0, 0.58f, 0.1f));
}

float icon_cross(float x, float y)
{
	return segment(__builtin_fabsf(x), __builtin_fabsf(y), 0, 0, 0.52f, 0.52f, 0.11f);
}

float icon_check(float x, float y)
{
	return least(segment(x, y, -0.6f, 0.04f, -0.18f, 0.46f, 0.11f),
		segment(x, y, -0.18f, 0.46f, 0.62f, -0.42f, 0.11f));
}

/* A box whose left end is a point, drawn as a line, with a cross in it. */
float icon_backspace(float x, float y)
{
	float my = __builtin_fabsf(y);
	float outline = least(segment(x, my, -0.88f, 0, -0.36f, 0.52f, 0.075f),
		least(segment(x, my, -0.36f, 0.52f, 0.8f, 0.52f, 0.075f),
			segment(x, my, 0.8f, 0.52f, 0.8f, 0, 0.075f)));

	return least(outline, segment(__builtin_fabsf(x - 0.2f), my, 0, 0, 0.22f, 0.22f, 0.075f));
}

float icon_warning(float x, float y)
{
	float mx = __builtin_fabsf(x);
	float outline = least(segment(mx, y, 0, -0.72f, 0.82f, 0.66f, 0.09f),
		segment(mx, y, 0, 0.66f, 0.82f, 0.66f, 0.09f));

	return least(outline, least(segment(x, y, 0, -0.2f, 0, 0.14f, 0.085f), circle(x, y - 0.4f, 0.1f)));
}

/* Three quarters of a ring, a stem, a dot. */
float icon_question(float x, float y)
{
	float ring = __builtin_fabsf(size(x, y + 0.36f) - 0.36f) - 0.11f;
	float hook = most(ring, -most(x, -(y + 0.36f))); /* without the quarter at the left below */

	return least(hook, least(segment(x, y, 0, 0, 0, 0.26f, 0.11f), circle(x, y - 0.66f, 0.13f)));
}

float icon_message(float x, float y)
{
	float box = __builtin_fabsf(round_box(x, y, 0.78f, 0.56f, 0.14f)) - 0.075f;

	return least(box, segment(__builtin_fabsf(x), y, 0, 0.12f, 0.7f, -0.44f, 0.075f));
}
