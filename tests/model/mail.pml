/*
 * Several CPUs: a doorbell that another CPU rings, while vCPU 2 of the partition turns its vCPU 1 on and that one turns
 * itself off. The two are pinned to different CPUs, the ringer's partition to a third.
 *
 * Models
 *   hv/core/mail.c  mail_vcpu, mail_interrupt, notify, mail_send, mail_handle, vcpu_mail, vcpu_interrupts
 *   hv/core/psci.c  cpu_on, cpu_off
 *   hv/core/sched.c vcpu_wake
 *
 * Each access to what CPUs share is a step; what one CPU does between two of them is its own. A vCPU takes its CPU's
 * interrupt only outside EL2. A sender's pause may lie between any bits and their interrupt, however long it is.
 */
#define RINGS 2

bool off1 = true, starting1; /* vCPU 1 */
bool on1;		     /* v->mail: MAIL_ON */
bool virq1;		     /* v->mail_virq, of one interrupt */
bool mail1;		     /* c->mail of its CPU */
bool sgi1;		     /* that CPU's interrupt */
bool pending1;		     /* at its virtual interrupt controller */
bool cold;		     /* the lock */
bool rings_owes, turns_owes; /* c->owed of the two senders */

byte posted, seen;   /* what the doorbell is about */
bool at_rest = true; /* CPU 1 is not in EL2 */
bool rung = true;    /* nor is the ringer */

/* `owes` is paid by mail_send: at once, or when the pause is over. */
inline notify1(owes) {
	d_step {
		owes = owes || !mail1;
		mail1 = true
	}
}

active proctype sends() {
#ifdef BUG_PAUSE_FORGETS
	bool paused;
#endif
end:	do
#ifdef BUG_PAUSE_FORGETS
	:: d_step { rings_owes -> rings_owes = false; sgi1 = sgi1 || !paused; paused = true }
#else
	:: d_step { rings_owes -> rings_owes = false; sgi1 = true }
#endif
	:: d_step { turns_owes -> turns_owes = false; sgi1 = true }
	od
}

/* A doorbell with something behind it. */
active proctype ringer() {
end:	do
	:: posted < RINGS ->
		d_step { rung = false; posted++ };
#ifdef BUG_NOTIFY_FIRST
		notify1(rings_owes);
		virq1 = true;
#else
		virq1 = true;
		notify1(rings_owes);
#endif
		rung = true
	od
}

active proctype CPU1() {
	bool on;
	bool virq;

end:	do
	:: sgi1 ->
		d_step { at_rest = false; sgi1 = false };
#ifdef BUG_LOOKS_BEFORE_IT_CLEARS
		d_step { on = on1; on1 = false };
		d_step { virq = virq1; virq1 = false };
		mail1 = false;
#else
		mail1 = false;
		d_step { on = on1; on1 = false };
		d_step { virq = virq1; virq1 = false };
#endif
		d_step { pending1 = pending1 || virq; virq = false };
		if
		:: on && off1 && starting1 ->
			off1 = false;
			starting1 = false
		:: else
		fi;
		d_step { on = false; at_rest = true }
	:: d_step { !sgi1 && pending1 && !off1 -> pending1 = false; seen = posted }
	:: !sgi1 && !off1 ->
		at_rest = false;
		d_step { !cold -> cold = true };
		off1 = true;
		cold = false;
		at_rest = true
	od
}

/* On another CPU: it turns vCPU 1 on, again and again. */
active proctype CPU2() {
	bool mine;

end:	do
	:: d_step { !cold -> cold = true };
		d_step { mine = !starting1 && off1; starting1 = starting1 || mine };
		cold = false;
		if
		:: mine -> on1 = true; notify1(turns_owes)
		:: else
		fi;
		mine = false
	od
}

#define QUIET (rung && at_rest && !rings_owes && !turns_owes && !sgi1 && !pending1)

ltl no_lost_doorbell { [] !(QUIET && !off1 && seen != posted) }
