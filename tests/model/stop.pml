/*
 * Several CPUs: a partition with a vCPU on each of two is stopped by its home, while vCPU 2 turns vCPU 1 on and that one
 * turns itself off. Its memory is scrubbed when all are off.
 *
 * Models
 *   hv/core/mail.c       mail_vcpu, notify, mail_handle, vcpu_mail
 *   hv/core/partition.c  partition_is_halted, vcpu_halt
 *   hv/core/psci.c       cpu_on, cpu_off
 *   hv/core/restart.c    restart_step: looks until all are off
 *   hv/core/sched.c      vcpu_wake
 *
 * Each access to what CPUs share is a step. Whoever spins for the lock gets it before who has just had it.
 */
#define ONS 2

bool off1 = true, starting1; /* vCPU 1 */
bool off2;		     /* vCPU 2, which runs until it is halted */
bool halt1, on1;	     /* v->mail: MAIL_HALT, MAIL_ON */
bool halt2;
bool sgi1;  /* and CPU 1 has mail */
bool cold;  /* the lock */
byte wants; /* who spin for it */
bool stopping, scrubbing;

inline cold_lock() {
	wants++;
	d_step { !cold -> cold = true; wants-- }
}

active proctype CPU1() {
	bool halt, on, offs;

end:	do
	:: sgi1 ->
		sgi1 = false;
		d_step { halt = halt1; on = on1; halt1 = false; on1 = false };
		if
		:: halt ->
			starting1 = false;
			off1 = true
		:: else ->
			if
#ifdef BUG_STARTS_WHAT_WAS_HALTED
			:: on && off1 ->
#else
			:: on && off1 && starting1 ->
#endif
#ifdef BUG_STARTED_BEFORE_AWAKE
				starting1 = false;
				off1 = false
#else
				off1 = false;
				starting1 = false
#endif
			:: else
			fi
		fi;
		d_step { halt = false; on = false }
	:: !sgi1 && !off1 && !off2 && !offs ->
		cold_lock();
		offs = true;
		if
		:: !off2 -> off1 = true
		:: else
		fi;
		cold = false
	od
}

active proctype CPU2() {
	byte ons;
	bool mine;

end:	do
	:: halt2 -> off2 = true; break
	:: !halt2 && ons < ONS ->
		cold_lock();
		ons++;
		d_step { mine = !starting1 && off1; starting1 = starting1 || mine };
		cold = false;
		if
		:: mine -> on1 = true; sgi1 = true
		:: else
		fi;
		mine = false
	od
}

active proctype home() {
	bool halted, sleeping, started;
#ifdef BUG_TELLS_ONCE
	bool told;
#endif

	stopping = true;
	do
	:: halted -> break
	:: !halted ->
#ifndef BUG_LOOKS_WITHOUT_LOCK
		d_step { !cold && !wants -> cold = true };
#endif
#ifdef BUG_ASLEEP_BEFORE_STARTING
		sleeping = off1;
		started = starting1;
#else
		started = starting1;
		sleeping = off1;
#endif
		d_step {
			halted = sleeping && !started && off2;
			halt2 = true;
			if
			:: sleeping && !started
#ifdef BUG_TELLS_ONCE
			:: (!sleeping || started) && told
			:: (!sleeping || started) && !told -> told = true; halt1 = true; sgi1 = true
#else
			:: !sleeping || started -> halt1 = true; sgi1 = true
#endif
			fi;
			sleeping = false;
			started = false
		};
#ifndef BUG_LOOKS_WITHOUT_LOCK
		cold = false
#endif
	od;
	scrubbing = true
}

ltl nobody_runs_while_scrubbed { [] !(scrubbing && (!off1 || starting1 || !off2)) }
ltl every_stop_ends { [] (stopping -> <> scrubbing) }
