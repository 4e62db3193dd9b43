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
