/*
 * A device's register file between a driver with two vCPUs and a backend: writes that wait, resets,
 * the restart of the driver's partition, and the backend's (or its whole partition's) death. The
 * backend may be slow, may die and come back between any two of its steps, or say nothing for ever.
 *
 * Models
 *   hv/core/vmmio_wait.c  wait_begin, wait_end, vmmio_bound_fire, config_finish, vmmio_config_write,
 *                         vmmio_config_done, is_live, clear, reset_begin, vmmio_driver_reset,
 *                         vmmio_partition_look, vmmio_reset_done, vmmio_down, restart_begin, vmmio_partition_reset
 *   hv/core/vmmio_host.c  device_ready, interrupt, vmmio_host_down
 *   hv/core/vmmio.c       status_write, queue_ready_write (as one: the driver sets up)
 *   hv/core/restart.c     restart_begin, partition_devices_reset; partition.c partition_halt
 *   hv/core/sched.c       vcpu_block, vcpu_resume
 *   backends/partylined/hvmmio.c hvmmio_start, take_up, hvmmio_look, look_at_reset, look_at_config
 *   backends/linux-module/main.c partyline_release
 *
 * EL2 runs with interrupts masked, so that each trap, hypercall and timer is one step. Epochs and numbers
 * of writes are bounded instead of wrapping: a run has RESETS resets and WRITES configuration writes.
 */
#define RESETS	 3
#define WRITES	 2
#define RESTARTS 1
#define DEATHS	 1
#define NOBODY	 2

mtype = { none, config, reset, restart }; /* enum vmmio_wait */
mtype = { runs, devices, scrubbing };	  /* the driver's partition: enum pl_trace_phase */

/* the register file */
bool up;
bool live; /* Status and QueueReady: a driver is bound */
byte epoch, reset_done, config_seq, config_done;
bool news; /* event_count, as the backend looks at it: not the one that it has seen */
mtype wait = none;
byte waiter = NOBODY;
bool bound;	      /* vmmio.bound is armed */
mtype phase = runs;
bool blocked[2];
/* the backend */
bool attached; /* it has the queues */
byte dev_epoch, config_seen;
byte page_epoch, page_seq, page_done, page_reset_done; /* its copy of the page */
bool page_live;
/* ghosts */
byte attached_epoch; /* the one whose queues it has */
byte answered;	     /* the configuration write that the area answers */
bool old_accepted, wrong_answer;
byte restarts, deaths;
bool die;

inline host_event() {
	news = true
}

inline wait_begin(v, what) {
	wait = what;
	waiter = v;
	bound = true;
#ifdef BUG_WAIT_WITHOUT_BOUND
	bound = what == restart;
#endif
#ifdef BUG_RESTART_WITHOUT_BOUND
	bound = what != restart;
#endif
	if
	:: v != NOBODY -> blocked[v] = true
	:: else
	fi
}

/* vmmio_partition_look, with one device. */
inline devices_reset() {
	if
	:: phase == devices && wait != restart -> phase = scrubbing
	:: else
	fi
}

/* Done or given up; the host is told of what was given up. */
inline wait_end() {
	if
	:: wait == config && config_done != config_seq -> config_done = config_seq; host_event()
	:: else
	fi;
	if
	:: waiter != NOBODY -> blocked[waiter] = false
	:: else
	fi;
	waiter = NOBODY;
	bound = false;
	if
	:: wait == restart -> wait = none; devices_reset()
	:: else -> wait = none
	fi
}

inline config_write(v) {
#ifndef BUG_SECOND_WAITER
	wait_end();
#endif
	config_seq++;
	if
	:: up -> host_event(); wait_begin(v, config)
	:: else -> config_done = config_seq; host_event()
	fi
}

inline reset_begin(v, what) {
	live = false;
	epoch++;
	host_event();
	if
	:: up -> wait_begin(v, what)
	:: else
	fi
}

inline driver_reset(v) {
	wait_end();
	if
	:: live || reset_done != epoch -> reset_begin(v, reset)
	:: else
	fi
}

inline down() {
	up = false;
#ifndef BUG_DOWN_LEAVES_WAITERS
	wait_end()
#endif
}

inline partition_restart() {
	blocked[0] = false; /* partition_halt: no vCPU of it is blocked any more, all are off */
	blocked[1] = false;
	waiter = NOBODY;
	phase = devices;
	if
	:: wait != restart ->
		if
		:: wait == config -> config_done = config_seq; host_event()
		:: else
		fi;
		wait = none
	:: else
	fi;
	reset_begin(NOBODY, restart);
	devices_reset()
}

/* Hypercalls of the host. */
inline hvc_interrupt() {
	if
#ifdef BUG_INTERRUPT_OF_ANY_EPOCH
	:: up ->
#else
	:: up && dev_epoch == epoch ->
#endif
		if
		:: attached_epoch != epoch -> old_accepted = true
		:: else
		fi
	:: else
	fi
}

inline hvc_reset_done(e) {
	if
#ifdef BUG_DONE_OF_ANY_EPOCH
	:: up ->
#else
	:: up && e == epoch ->
#endif
		reset_done = epoch;
		if
		:: wait != config -> wait_end()
		:: else
		fi
	:: else
	fi
}

inline hvc_config_done(seq) {
	if
#ifdef BUG_ANSWER_TO_ANY_WRITE
	:: wait == config ->
#else
	:: wait == config && seq == config_seq ->
#endif
		if
		:: answered != config_seq -> wrong_answer = true
		:: else
		fi;
		config_done = config_seq;
		wait_end()
	:: else
	fi
}

/* What each vCPU of the driver may do while its partition runs and it is not blocked. */
#define runs_now(v) (phase == runs && !blocked[v])

proctype driver(byte v) {
end:	do
	:: d_step { runs_now(v) && config_seq < WRITES -> config_write(v) }
	:: d_step { runs_now(v) && epoch < RESETS -> driver_reset(v) }
	:: d_step { runs_now(v) && !live -> live = true; host_event() }
	od
}

active proctype timers() {
end:	do
	:: d_step { bound -> wait_end() }
	od
}

/* Faults, watchdogs, managers; and the slices of scrubbing and loading, which need nobody. */
active proctype partition() {
	atomic { run driver(0); run driver(1) }
end:	do
	:: d_step { phase != scrubbing && restarts < RESTARTS && epoch < RESETS -> restarts++; partition_restart() }
	:: phase == scrubbing -> phase = runs
	od
}

/* The page may change while it is copied, here in two halves; then it is copied again. */
inline snapshot() {
#ifdef BUG_SNAPSHOT_READS_COUNTER_LAST
	copy_one();
	copy_other();
	news = false
#else
	do
	:: news = false; /* before = event_count */
		copy_one();
		copy_other();
		if
		:: !news -> break
		:: else
		fi
	od;
	skip;
#endif
}

inline copy_one() {
	d_step { page_epoch = epoch; page_live = live; page_reset_done = reset_done }
}

inline copy_other() {
	d_step { page_seq = config_seq; page_done = config_done }
}

inline forget_page() {
	d_step { page_epoch = 0; page_live = false; page_seq = 0; page_done = 0; page_reset_done = 0 }
}

inline attach() {
	d_step { attached = true; attached_epoch = page_epoch }
}

inline let_go() {
	d_step { attached = false; attached_epoch = 0; dev_epoch = page_epoch }
}

inline take_up() {
	snapshot();
	config_seen = page_done;
	if
	:: page_live && page_epoch == page_reset_done -> dev_epoch = page_epoch; attach()
	:: else -> let_go()
	fi
}

inline start() {
#ifdef BUG_READY_AFTER_TAKE_UP
	take_up();
	up = true;
#else
	up = true;
	take_up();
#endif
	if
	:: page_epoch != page_reset_done -> d_step { hvc_reset_done(page_epoch) }
	:: else
	fi;
	forget_page();
	news = true /* it looks at all once more */
}

inline look() {
	snapshot();
	if
	:: page_epoch != dev_epoch ->
#ifdef BUG_CONFIRMS_BEFORE_LETTING_GO
		d_step { hvc_reset_done(page_epoch) };
		let_go()
#else
		let_go();
		d_step { hvc_reset_done(page_epoch) }
#endif
	:: else
	fi;
	if
	:: page_live && !attached -> attach()
	:: else
	fi;
	if
	:: page_seq != config_seen ->
		config_seen = page_seq;
		if
		:: page_seq != page_done ->
			answered = page_seq;
			d_step { hvc_config_done(page_seq) }
		:: else
		fi
	:: else
	fi;
	forget_page()
}

active proctype backend() {
life:	{
		start();
at_ease:	do
		:: news -> look()
		:: attached -> d_step { hvc_interrupt() } /* it has completed something */
		:: true -> break			  /* and now it hangs */
		od;
end_hang:	false
	} unless { die };
	/* the process ends with its mappings; the module's release comes last */
	d_step {
		attached = false; attached_epoch = 0; dev_epoch = 0; config_seen = 0; answered = 0;
		page_epoch = 0; page_live = false; page_seq = 0; page_done = 0; page_reset_done = 0;
		die = false
	}
	d_step { down() }
	if
	:: goto life
	:: true /* nobody starts it again */
	fi
}

active proctype fate() {
end:	do
	:: deaths < DEATHS && !die -> d_step { deaths++; die = true }
	od
}

/* The two vCPUs are alike. */
ltl every_wait_ends { [] (blocked[0] -> <> !blocked[0]) }
ltl every_restart_goes_on { [] (phase == devices -> <> (phase != devices)) }
ltl nobody_waits_unbounded { [] ((blocked[0] || blocked[1]) -> (bound && wait != none)) }
ltl one_waits_at_a_time { [] !(blocked[0] && blocked[1]) }
ltl a_dead_backend_holds_nobody { [] (up || (!blocked[0] && !blocked[1] && phase != devices)) }
ltl no_old_epoch { [] !old_accepted }
ltl confirmed_means_let_go { [] !(up && reset_done == epoch && attached && attached_epoch != epoch) }
ltl the_right_write_is_answered { [] !wrong_answer }
#define MISSED (dev_epoch != epoch || config_seen != config_seq || attached != live)

ltl who_holds_is_asked { [] (attached -> up || die) }
ltl no_missed_event { [] !(backend@at_ease && !news && MISSED) }
