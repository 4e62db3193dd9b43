/*
 * The scheduler of one CPU: strict priority, equal slices within one, wake-ups against sleeps, timers,
 * and EL2's own work for a partition. vCPU 0 is urgent and FIFO; 1 and 2 are equals with slices.
 *
 * Models
 *   hv/core/sched.c      ready_insert, ready_remove, vcpu_sleep, vcpu_wake, vcpu_wait, sched_charge,
 *                        time_up_arm, choose, sched_next
 *   hv/core/timer.c      timer_expire (what is due becomes an interrupt of EL2), timer_program (unless who runs is
 *                        more urgent)
 *   hv/core/irq.c        irq_handle
 *   hv/core/vgic.c       vgic_inject, vgic_deliverable (one interrupt for each vCPU)
 *   hv/core/restart.c    restart_step; partition.c partition_halt
 *   hv/arch/aarch64/exit.c exit_hvc, exit_trap, exit_irq, exit_choose; switch.c timer_save, timer_load
 *
 * EL2 runs with interrupts masked, hence each of its functions is one step; a device's interrupt or a
 * timer may become pending between any two of them. Time is what guests use of it, in ticks.
 */
#define VCPUS	3
#define NONE	VCPUS
#define SLICE	2 /* ticks */
#define WORK	2 /* slices of EL2's work in a restart */
#define PRIORITY(v) ((v) == 0 -> 0 : 1)
#define OFF	1 /* enum vcpu_sleep */
#define WAITING 2
#define BLOCKED 4

byte asleep[VCPUS];
byte ready[VCPUS], ready_count;
byte running = NONE, loaded = NONE;
byte urgency = 2; /* of who runs; idle: less than any */
bool resched;
byte left[VCPUS] = SLICE, used;
bool slice_armed;
byte slice_due_in;

bool virq[VCPUS];   /* pending at the virtual interrupt controller */
bool raised;	    /* an interrupt of vCPU 0 pending at the physical one */
mtype = { unarmed, armed, due };
mtype vtimer[VCPUS] = unarmed;	/* the guest's virtual timer */
bool wake_armed[VCPUS];		/* vcpu.wake: EL2's stand-in for it */
mtype bound = unarmed;		/* of a waiting write */
bool about_to_wait[VCPUS];
byte work; /* slices of EL2's own to be done in the name of vCPU 2 */

bool in_guest, in_step, idle; /* where the CPU is */
byte waited[VCPUS];	      /* ticks of an equal since this one was ready and did not run */
byte begun;		      /* slices of work begun since an interrupt became pending */

/* The second is PRIORITY(v) <= urgency, as formulas can have it. */
#define TIMER_IRQ(v) (vtimer[v] == due && (loaded == v || (wake_armed[v] && ((v) == 0 || urgency > 0))))
#define irq_pending  (raised || bound == due || TIMER_IRQ(0) || TIMER_IRQ(1) || TIMER_IRQ(2) || (slice_armed && slice_due_in == 0))
#define at_rest	     ((in_guest || idle) && !irq_pending)

byte i, j; /* scratch within one step; always 0 between steps */

inline ready_remove(v) {
	i = 0;
	do
	:: i < ready_count && ready[i] != v -> i++
	:: else -> break
	od;
	if
	:: i < ready_count ->
		ready_count--;
		do
		:: i < ready_count -> ready[i] = ready[i + 1]; i++
		:: else -> break
		od;
		ready[ready_count] = 0
	:: else
	fi;
	i = 0
}

/* Behind those of its own priority. */
inline ready_insert(v) {
	j = ready_count;
	do
#ifdef BUG_INSERT_FRONT
	:: j > 0 && PRIORITY(ready[j - 1]) >= PRIORITY(v) -> ready[j] = ready[j - 1]; j--
#else
	:: j > 0 && PRIORITY(ready[j - 1]) > PRIORITY(v) -> ready[j] = ready[j - 1]; j--
#endif
	:: else -> break
	od;
	ready[j] = v;
	ready_count++;
	j = 0
}

inline vcpu_sleep(v, reason) {
	if
	:: asleep[v] == 0 -> ready_remove(v); resched = true; waited[v] = 0
	:: else
	fi;
	asleep[v] = asleep[v] | reason
}

inline vcpu_wake(v, reason) {
	if
	:: (asleep[v] & reason) && (asleep[v] & ~reason) == 0 ->
		asleep[v] = 0;
#ifndef BUG_WAKE_WITHOUT_PLACE
		ready_insert(v);
#endif
#ifndef BUG_WAKE_KEEPS_CHOICE
		if
		:: running == NONE -> resched = true
#ifdef BUG_WAKE_FORGETS_EQUALS
		:: running != NONE && PRIORITY(v) < PRIORITY(running) -> resched = true
#else
		:: running != NONE && PRIORITY(v) <= PRIORITY(running) -> resched = true
#endif
		:: else
		fi
#endif
	:: else -> asleep[v] = asleep[v] & ~reason
	fi
}

inline vgic_inject(v) {
	virq[v] = true;
	vcpu_wake(v, WAITING)
}

inline sched_charge() {
	if
	:: running != NONE && running != 0 ->
		left[running] = (used >= left[running] -> 0 : left[running] - used);
		if
		:: left[running] == 0 ->
			left[running] = SLICE;
#ifndef BUG_SLICE_KEEPS_PLACE
			if
			:: asleep[running] == 0 -> ready_remove(running); ready_insert(running)
			:: else
			fi
#endif
		:: else
		fi
	:: else
	fi;
	used = 0
}

inline time_up_arm() {
	if
	:: ready_count > 1 && ready[0] != 0 -> slice_armed = true; slice_due_in = left[ready[0]]
	:: else -> slice_armed = false; slice_due_in = 0
	fi
}

inline choose() {
	resched = false;
	sched_charge();
	if
	:: ready_count > 0 -> running = ready[0]; waited[running] = 0
	:: else -> running = NONE
	fi;
#ifdef BUG_URGENCY_KEPT
	if
	:: running != NONE && PRIORITY(running) < urgency -> urgency = PRIORITY(running)
	:: else
	fi;
#else
	urgency = (running == NONE -> 2 : PRIORITY(running));
#endif
	time_up_arm()
}

/* Timers of EL2, of the guest that is loaded, and of devices: all that is pending. */
inline timer_expire(v) {
	if
	:: TIMER_IRQ(v) -> vtimer[v] = unarmed; wake_armed[v] = false; vgic_inject(v)
	:: else
	fi
}

inline irq_handle() {
	timer_expire(0);
	timer_expire(1);
	timer_expire(2);
	if
	:: raised -> raised = false; vgic_inject(0)
	:: else
	fi;
	if
	:: bound == due -> bound = unarmed; vcpu_wake(2, BLOCKED)
	:: else
	fi;
	if
	:: slice_armed && slice_due_in == 0 -> slice_armed = false; resched = true
	:: else
	fi;
	begun = 0
}

/* vcpu_switch: who is loaded is saved, with a timer of EL2 in place of its own; the other is loaded. */
inline vcpu_switch(v) {
	if
	:: loaded != v ->
		if
#ifdef BUG_TIMER_SAVED_LATE
		:: loaded != NONE && vtimer[loaded] == armed -> wake_armed[loaded] = true
#else
		:: loaded != NONE && vtimer[loaded] != unarmed -> wake_armed[loaded] = true
#endif
		:: else
		fi;
		loaded = v;
		wake_armed[v] = false
	:: else
	fi
}

/* A tick of whoever pays now. */
inline tick() {
	used = (used < SLICE -> used + 1 : used);
	if
	:: slice_armed && slice_due_in > 0 -> slice_due_in--
	:: else
	fi;
	if
	:: running == 1 && asleep[2] == 0 && waited[2] <= SLICE -> waited[2]++
	:: running == 2 && asleep[1] == 0 && waited[1] <= SLICE -> waited[1]++
	:: else
	fi
}

/* restart_begin, with devices that confirm at once: off the CPU for good, then work in its name. */
inline restart(v) {
	vtimer[v] = unarmed;
	wake_armed[v] = false;
	bound = unarmed;
	if
	:: loaded == v -> loaded = NONE
	:: else
	fi;
	vcpu_sleep(v, OFF);
	asleep[v] = OFF;
	virq[v] = false;
	about_to_wait[v] = false;
	work = WORK;
	vcpu_wake(v, OFF)
}

inline vcpu_wait(v) {
#ifdef BUG_WAIT_WITHOUT_LOOK
	vcpu_sleep(v, WAITING)
#else
	if
	:: !virq[v] -> vcpu_sleep(v, WAITING)
	:: else
	fi
#endif
}

/* One thing that the guest of the running vCPU may do; a pending interrupt it takes first. */
/*
 * One thing that the guest of the running vCPU may do. It takes a pending interrupt first, but waits as an
 * RTOS does: it masks interrupts and looks, and the WFI may come after one. What each may do besides is dealt
 * out among them, to bound the states: 0 gets interrupts, 1 uses a timer, 2 waits for answers and restarts.
 */
inline guest_free() {
	if
	:: d_step { tick() } /* computes */
	:: about_to_wait[running] = true
	:: running == 1 && vtimer[1] == unarmed -> vtimer[1] = armed
	:: running != 0 -> d_step { in_guest = false; sched_charge() } /* PL_INFO_CPU_TICKS */
	:: running != 0 -> d_step { in_guest = false; vgic_inject(0) } /* rings doorbells */
	:: running != 1 -> d_step { in_guest = false; vgic_inject(1) }
	:: running != 2 -> d_step { in_guest = false; vgic_inject(2) }
	:: running == 2 -> d_step { in_guest = false; bound = armed; vcpu_sleep(2, BLOCKED) } /* a waiting write */
	:: running == 0 && (asleep[2] & BLOCKED) -> d_step { in_guest = false; bound = unarmed; vcpu_wake(2, BLOCKED) }
	:: running != 1 && work == 0 -> d_step { in_guest = false; restart(2) } /* own fault, or ordered */
	fi
}

inline guest_step() {
	if
	:: about_to_wait[running] -> d_step { about_to_wait[running] = false; in_guest = false; vcpu_wait(running) }
	:: !about_to_wait[running] && virq[running] -> d_step { virq[running] = false; tick() }
	:: else -> guest_free()
	fi
}

active proctype cpu() {
	d_step { ready_insert(0); ready_insert(1); ready_insert(2); resched = true }
	do
	:: resched -> /* sched_next */
next:		skip;
#ifndef BUG_WORK_WITHOUT_LOOK
		if
		:: irq_pending -> d_step { irq_handle() }
		:: else
		fi;
#endif
		d_step { choose() }
		if
		:: running == NONE ->
			idle = true;
end_idle:		irq_pending; /* WFI */
			idle = false
		:: running != NONE && running == 2 && work > 0 ->
			in_step = true;
			if
			:: irq_pending && begun < 2 -> begun++
			:: else
			fi;
			d_step { tick(); work--; in_step = false }
		:: else -> goto enter
		fi;
		goto next
	:: !resched ->
enter:		skip;
		d_step { vcpu_switch(running); in_guest = true }
		do
		:: irq_pending -> in_guest = false; d_step { irq_handle() }; break
		:: !irq_pending && in_guest -> guest_step()
		:: !in_guest -> break
		od
	od
}

/* Devices and time: anything may happen whenever. */
active proctype world() {
end:	do
	:: !raised && !virq[0] -> raised = true /* active until its guest ends it */
	:: vtimer[1] == armed -> vtimer[1] = due
	:: bound == armed -> bound = due
	od
}

#define MORE_URGENT (running != 0 && asleep[0] == 0)
#define LOST(v)	    ((asleep[v] & WAITING) && virq[v])
#define FORGOTTEN(v) (vtimer[v] == due && loaded != v && !wake_armed[v])
#define NEGLECTED(v) (vtimer[v] == due && ((v) == 0 || running != 0))

ltl strict_priority { [] !((at_rest || in_step) && MORE_URGENT) }
ltl idle_means_nobody { [] (idle -> asleep[0] && asleep[1] && asleep[2]) }
ltl no_lost_wakeup { [] !(at_rest && (LOST(0) || LOST(1) || LOST(2))) }
ltl no_lost_timer { [] !(at_rest && (FORGOTTEN(0) || FORGOTTEN(1) || FORGOTTEN(2))) }
ltl no_timer_waits_for_less { [] !(at_rest && (NEGLECTED(0) || NEGLECTED(1) || NEGLECTED(2))) }
ltl equals_share { [] (waited[1] <= SLICE && waited[2] <= SLICE) }
ltl work_yields { [] (begun <= 1) }
ltl urgent_is_served { [] (virq[0] -> <> !virq[0]) }
