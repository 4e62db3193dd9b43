/* The manager: finds each life's fault in the record, and stops, starts and restarts by order. */
#include <errno.h>
#include "tests/guest/test.h"
#include "tests/guest/fault.h"

enum { BAD = 1, BYSTANDER = 2 };

static bool fault_read(struct pl_fault *f)
{
	return test_fault_read(BAD, f);
}

static bool await_field(enum pl_info field, uint64_t value)
{
	uint32_t ms;

	for (ms = 0; ms < 2000; ms++) {
		if (test_info(BAD, field) == value)
			return true;
		test_sleep_ms(1);
	}
	return false;
}

static bool last_words(const struct pl_fault *f, uint64_t life)
{
	char words[] = "life NN begins";
	uint32_t i, n = 0,
		    end = f->console_bytes < sizeof(f->console) ? f->console_bytes : sizeof(f->console);
	uint32_t from = 5;

	if (life >= 10)
		words[from++] = (char)('0' + life / 10);
	words[from++] = (char)('0' + life % 10);
	for (i = 7; i < sizeof(words); i++)
		words[from++] = words[i];
	for (i = 0; i < end && words[n]; i++)
		n = f->console[i] == words[n] ? n + 1 : f->console[i] == words[0];
	return !words[n];
}

static void life_check(uint64_t life)
{
	static const char *const name[LIFE_COUNT] = {
		"read of nobody's memory",
		"read of the hypervisor",
		"write to a neighbour",
		"write to the configuration",
		"execution outside",
		"real interrupt controller",
		"access without syndrome",
		"physical timer",
		"implementation defined register",
		"watchdog",
		"reset",
		"power off",
	};
	struct pl_fault f;

	if (!await_field(PL_INFO_FAULT_COUNT, life + 1) || !fault_read(&f)) {
		log_line("fail %s: expected fault %lu got %lu", name[life], life + 1,
			test_info(BAD, PL_INFO_FAULT_COUNT));
		return;
	}
	if (f.cause != life_cause[life] || f.ipa != life_address[life] || !f.fatal)
		log_line("fail %s: expected cause %u at 0x%lx, fatal, got %u at 0x%lx, %u", name[life],
			life_cause[life], life_address[life], f.cause, f.ipa, f.fatal);
	else if (!last_words(&f, life))
		log_line("fail %s: expected the console's last words got %u others", name[life],
			f.console_bytes);
	else
		log_line("pass %s is recorded and ends that life", name[life]);
	if (life == LIFE_OFF) {
		test_sleep_ms(5);
		test_equal("powered off: stays stopped", PL_PARTITION_STOPPED, test_info(BAD, PL_INFO_STATE));
		test_equal("its manager starts it", 0,
			(uint64_t)hvc_call(PL_HVC_PARTITION_CONTROL, BAD, PL_CONTROL_START, 0));
	}
	if (!await_field(PL_INFO_RESTART_COUNT, life + 1) ||
		!await_field(PL_INFO_STATE, PL_PARTITION_RUNNING))
		log_line("fail %s: expected restart %lu got %lu", name[life], life + 1,
			test_info(BAD, PL_INFO_RESTART_COUNT));
}

static void control(void)
{
	struct pl_fault f;
	uint64_t restarts = test_info(BAD, PL_INFO_RESTART_COUNT);

	test_sleep_ms(50);
	test_equal("unknown hypercall and SMC are recorded", LIFE_OFF + 1 + 2 + FLOOD,
		test_info(BAD, PL_INFO_FAULT_COUNT));
	test_equal("and do not end a life", restarts, test_info(BAD, PL_INFO_RESTART_COUNT));
	test_equal("stop", 0, (uint64_t)hvc_call(PL_HVC_PARTITION_CONTROL, BAD, PL_CONTROL_STOP, 0));
	test_equal("stopped", PL_PARTITION_STOPPED, test_info(BAD, PL_INFO_STATE));
	(void)fault_read(&f);
	test_equal("the order is recorded", PL_FAULT_CONTROL, f.cause);
	test_equal("start", 0, (uint64_t)hvc_call(PL_HVC_PARTITION_CONTROL, BAD, PL_CONTROL_START, 0));
	test_equal("started", true, await_field(PL_INFO_STATE, PL_PARTITION_RUNNING));
	test_equal("restart", 0, (uint64_t)hvc_call(PL_HVC_PARTITION_CONTROL, BAD, PL_CONTROL_RESTART, 0));
	test_equal("restarted", true, await_field(PL_INFO_RESTART_COUNT, restarts + 2));
	test_equal("unknown order is refused", (uint64_t)-EINVAL,
		(uint64_t)hvc_call(PL_HVC_PARTITION_CONTROL, BAD, 77, 0));
	test_equal("offset outside the record is refused", (uint64_t)-EINVAL,
		(uint64_t)hvc_call(PL_HVC_FAULT_READ, BAD, sizeof(f), 0));
	test_equal("no record where there was no fault", (uint64_t)-ENOENT,
		(uint64_t)hvc_call(PL_HVC_FAULT_READ, BYSTANDER, 0, 0));
}

void firmware_main(uint64_t arg)
{
	uint64_t life;

	(void)arg;
	for (life = 0; life < LIFE_GOOD; life++)
		life_check(life);
	control();
	test_equal("the bystander was never restarted", 0, test_info(BYSTANDER, PL_INFO_RESTART_COUNT));
	test_sleep_ms(600);
	test_done();
}
