#include <errno.h>
#include "vdev-modem/emergency.h"
#include "vdev-modem/text.h"
#include "vdev/log.h"

static const char *const always[] = {"112", "911"};
static const char *const without_sim[] = {"000", "08", "110", "118", "119", "999"};

void emergency_init(struct emergency *e)
{
	__builtin_memset(e, 0, sizeof(*e));
}

void emergency_set_sim(struct emergency *e, bool present)
{
	e->no_sim = !present;
	if (!present)
		emergency_forget(e, EMERGENCY_SIM);
}

static bool is_one_of(const char *number, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal(number, list[i]))
			return true;
	return false;
}

static bool is_known(const struct emergency *e, const char *number)
{
	for (unsigned i = 0; i < e->count; i++)
		if (text_equal(number, e->number[i].digits))
			return true;
	return false;
}

bool emergency_match(const struct emergency *e, const char *number)
{
	if (is_one_of(number, always, sizeof(always) / sizeof(always[0])) || is_known(e, number))
		return true;
	return e->no_sim && is_one_of(number, without_sim, sizeof(without_sim) / sizeof(without_sim[0]));
}

void emergency_forget(struct emergency *e, enum emergency_source source)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < e->count; i++)
		if (e->number[i].source != source)
			e->number[kept++] = e->number[i];
	e->count = kept;
}

int emergency_add(struct emergency *e, enum emergency_source source, const char *digits)
{
	size_t count = text_length(digits);

	for (size_t i = 0; i < count; i++)
		if (!text_is_digit(digits[i]))
			count = 0;
	if (!count || count >= EMERGENCY_NUMBER_BYTES - 1) {
		vdev_log(VDEV_LOG_WARN, "emergency: '%s' is not one to six digits", digits);
		return -EINVAL;
	}
	if (is_known(e, digits))
		return 0;
	if (e->count == EMERGENCY_NUMBER_COUNT) {
		vdev_log(VDEV_LOG_WARN, "emergency: %s not taken, limit %d numbers", digits,
			EMERGENCY_NUMBER_COUNT);
		return -ENOSPC;
	}
	(void)text_copy(e->number[e->count].digits, EMERGENCY_NUMBER_BYTES, digits);
	e->number[e->count++].source = (uint8_t)source;
	return 0;
}

/* Three bytes of swapped digits, filled up with F: "11F2FF" is 112. Empty: not used. */
static void decode(const char *hex, char digits[EMERGENCY_NUMBER_BYTES])
{
	unsigned count = 0;

	for (unsigned i = 0; i < 6; i++) {
		int value = text_hex(hex[i ^ 1]);

		if (value > 9)
			break;
		digits[count++] = (char)('0' + value);
	}
	digits[count] = 0;
}

int emergency_add_file(struct emergency *e, const char *hex, unsigned record)
{
	size_t count = text_length(hex);
	char digits[EMERGENCY_NUMBER_BYTES];
	int taken = 0;

	for (size_t i = 0; i < count; i++)
		if (text_hex(hex[i]) < 0)
			return -EINVAL;
	if (record < 3)
		return -EINVAL;
	for (size_t at = 0; at + 6 <= count; at += (size_t)record * 2) {
		decode(hex + at, digits);
		taken += digits[0] && emergency_add(e, EMERGENCY_SIM, digits) == 0;
	}
	return taken;
}
