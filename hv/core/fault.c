/* Fault records, and what follows a fault (abi/fault.h; docs/contract.md for the words of the lines). */
#include "hv/core/partition.h"

#define QUIET_LOGGED 8u /* non-fatal faults of one life that are logged; the rest are counted */

static const char *const cause_name[] = {PL_FAULT_CAUSE_NAMES};

static void fault_log(const struct partition *p)
{
	const struct pl_fault *f = &p->fault;
	const char *more = "";

	if (!f->fatal)
		more = p->quiet_count < QUIET_LOGGED ? " (goes on)" : " (goes on, the next are counted)";
	if (f->cause == PL_FAULT_DMA)
		hv_log("partition %s: fault %u: dma stream 0x%lx event 0x%lx ipa 0x%lx%s", p->config->name,
			f->number, f->far, f->esr, f->ipa, more);
	else
		hv_log("partition %s: fault %u: %s pc 0x%lx esr 0x%lx ipa 0x%lx%s", p->config->name,
			f->number, cause_name[f->cause], f->pc, f->esr, f->ipa, more);
}

/* False: one of many, counted only. */
static bool record(struct vcpu *v, enum pl_fault_cause cause, ipa_t where, bool fatal)
{
	struct partition *p = v->partition;
	uint32_t number = p->fault.number + 1;

	/* A flood of harmless ones does not push out the record of what mattered, nor fill the log. */
	if (!fatal && ++p->quiet_count > QUIET_LOGGED) {
		p->fault.number = number;
		return false;
	}
	p->fault.time = time_now();
	p->fault.cause = cause;
	p->fault.number = number;
	p->fault.ipa = where.v;
	p->fault.fatal = fatal;
	p->fault.esr = p->fault.far = p->fault.hpfar = 0;
	/* Up to SERROR the vCPU trapped by what it did: ESR and its companions tell about it. */
	arch_vcpu_where(v, &p->fault, cause <= PL_FAULT_SERROR);
	p->fault.console_bytes = console_last_words(p, p->fault.console, sizeof(p->fault.console));
	trace_event(PL_TRACE_FAULT, p->index, cause, p->fault.pc, p->fault.esr);
	return true;
}

void fault_record(struct vcpu *v, enum pl_fault_cause cause, ipa_t where, bool fatal)
{
	cold_lock();
	if (record(v, cause, where, fatal))
		fault_log(v->partition);
	cold_unlock();
}

/* What comes after its end is counted only: the record says why it ended. */
void fault_record_dma(struct partition *p, const struct smmu_event *e)
{
	if (p->state != PL_PARTITION_RUNNING) {
		p->fault.number++;
		return;
	}
	if (!record(&p->vcpu[0], PL_FAULT_DMA, ipa(e->address), false))
		return;
	p->fault.esr = e->type;
	p->fault.far = e->stream;
	fault_log(p);
}

enum pl_fault_cause fault_cause_at(const struct vcpu *v, ipa_t where)
{
	if (vgic_owns(where) || wdt_owns(v->partition, where) || mmio_owns(v->partition, where))
		return PL_FAULT_NO_SYNDROME;
	return PL_FAULT_MEMORY;
}

static bool restarts_after(struct partition *p, enum pl_fault_cause cause)
{
	if (p->config->restart == PL_RESTART_NEVER)
		return false;
	if (p->config->restart == PL_RESTART_ON_FAILURE && cause == PL_FAULT_OFF)
		return false;
	return restart_allowed(p);
}

void fault_end(struct partition *p)
{
	if (p->state == PL_PARTITION_RUNNING)
		restart_begin(p, restarts_after(p, p->fault.cause));
}

void partition_fault(struct vcpu *v, enum pl_fault_cause cause, ipa_t where, bool fatal)
{
	fault_record(v, cause, where, fatal);
	if (!fatal)
		return;
	if (partition_is_here(v->partition)) {
		restart_begin(v->partition, restarts_after(v->partition, cause));
		return;
	}
	/* The home of its partition does the rest. */
	if (v->cpu == cpu_this())
		vcpu_halt(v);
	mail_partition(v->partition, MAIL_FAULT);
}

bool partition_refuse(struct vcpu *v, enum pl_fault_cause cause, ipa_t where)
{
	bool fatal = !(v->partition->config->flags & PL_PARTITION_ABORT);

	partition_fault(v, cause, where, fatal);
	return fatal;
}
