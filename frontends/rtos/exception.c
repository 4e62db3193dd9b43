#include <errno.h>
#include <stdbool.h>
#include "frontends/rtos/exception.h"
#include "frontends/rtos/hvc.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/rt.h"
#include "frontends/rtos/sysreg.h"

#define ESR_EC(esr) ((esr) >> 26 & 0x3f)
#define EC_UNKNOWN  0x00
#define INSN_HVC_0  0xd4000002u

__attribute__((weak)) int exception_hook(struct exc_frame *frame, uint64_t esr, uint64_t far)
{
	(void)frame;
	(void)esr;
	(void)far;
	return 0;
}

/* HVC at EL1 of a machine without EL2 is undefined: answer as an old hypervisor would. */
static bool skip_hypercall(struct exc_frame *frame, uint64_t esr)
{
	if (ESR_EC(esr) != EC_UNKNOWN || *(const uint32_t *)frame->elr != INSN_HVC_0)
		return false;
	frame->x[0] = (uint64_t)-ENOSYS;
	frame->elr += 4;
	return true;
}

void exception_sync(struct exc_frame *frame, uint64_t esr, uint64_t far)
{
	if (exception_hook(frame, esr, far) || skip_hypercall(frame, esr))
		return;
	exception_fatal(frame, 0);
}

void exception_fatal(struct exc_frame *frame, unsigned kind)
{
	rt_panic("exception kind %u: esr 0x%llx far 0x%llx pc 0x%llx lr 0x%llx", kind,
		(unsigned long long)sysreg_read(esr_el1), (unsigned long long)sysreg_read(far_el1),
		(unsigned long long)frame->elr, (unsigned long long)frame->x[30]);
}
