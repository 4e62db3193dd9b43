/*
 * A budget: the urgent one of two has BUDGET ticks in each PERIOD, the other has none and needs none. Both sleep and
 * wake as they like. Time goes by in ticks; time on the CPU is charged when somebody else gets it, when the budget's
 * timer fires, and when it is filled.
 *
 * Models
 *   hv/core/budget.c  budget_charge, budget_left, is_background, fill, refill
 *   hv/core/sched.c   sched_charge, time_up_arm, sched_set_priority, choose
 */
#define PERIOD 5
#define BUDGET 2

mtype = { nobody, high, low };

mtype running = nobody; /* c->running */
bool high_ready, low_ready;
bool background;       /* is_background */
short left = BUDGET;   /* budget.left */
bool valid = true;     /* now < budget.period_end */
bool refill_armed;
byte time_up;	       /* ticks until it fires; 0: not armed */
byte used;	       /* ticks since the last charge */
byte now;	       /* of this period */
/* ghosts, of this period */
byte high_ran, taken; /* `taken` while the other was ready */
bool chosen;

inline fill() {
#ifdef BUG_BUDGET_IS_SAVED
	left = left + BUDGET;
#else
	left = BUDGET;
#endif
	valid = true
}

inline charge() {
	if
	:: running == high ->
		if
		:: !valid ->
			fill();
#ifndef BUG_CHARGES_THE_OLD_PERIOD
			used = (used < now -> used : now)
#endif
		:: else
		fi;
		left = left - used;
		if
		:: left <= 0 && !background ->
			background = true;
			refill_armed = true
		:: else
		fi
	:: else
	fi;
	used = 0
}

inline refill() {
	refill_armed = false;
#ifndef BUG_FILLS_BEFORE_IT_CHARGES
	charge();
#endif
	fill();
#ifndef BUG_STAYS_IN_THE_BACKGROUND
	background = false
#endif
}

inline choose() {
	charge();
	running = (high_ready && (!background || !low_ready) -> high : (low_ready -> low : nobody));
	time_up = 0;
	if
	:: running == high && !background ->
		if
		:: !valid -> fill()
		:: else
		fi;
#ifndef BUG_BUDGET_WITHOUT_TIMER
		time_up = left
#endif
	:: else
	fi
}

inline tick() {
	if
	:: running == high ->
		used = (used < PERIOD -> used + 1 : used);
		high_ran++;
		taken = taken + low_ready
	:: else
	fi;
	now++;
	if
	:: now == PERIOD ->
		now = 0;
		high_ran = 0;
		taken = 0;
		valid = false
	:: else
	fi
}

active proctype cpu() {
	bool resched;

	do
	:: chosen = false;
		d_step {
			tick();
			if
			:: now == 0 && refill_armed -> refill(); resched = true
			:: else
			fi;
			if
			:: time_up == 1 -> time_up = 0; resched = true
			:: time_up > 1 -> time_up--
			:: else
			fi
		};
		if
		:: high_ready = !high_ready; resched = true
		:: true
		fi;
		if
		:: low_ready = !low_ready; resched = true
		:: true
		fi;
		d_step {
			if
			:: resched -> choose()
			:: else
			fi;
			resched = false;
			chosen = true
		}
	od
}

ltl the_highest_cannot_run_away { [] (taken <= BUDGET) }
ltl a_budget_is_there_to_be_used { [] !(chosen && high_ready && background && high_ran < BUDGET) }
ltl who_has_some_left_goes_first { [] !(chosen && high_ready && !background && running != high) }
ltl the_lowest_has_the_rest { [] !(chosen && low_ready && background && running != low) }
ltl nothing_is_wasted { [] !(chosen && running == nobody && (high_ready || low_ready)) }
