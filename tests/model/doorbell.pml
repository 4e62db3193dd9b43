/*
 * Notifications between a driver, the hypervisor's register file and the device's backend, and the ring
 * between driver and backend: who may sleep, and who wakes whom. The backend may die between any two of
 * its steps and another takes up where the ring stands.
 *
 * Models
 *   vdev/virtqueue_driver.c      vq_publish, vq_get, vq_driver_wait_prepare
 *   frontends/rtos/virtio_mmio.c virtio_mmio_kick, virtio_mmio_get
 *   hv/core/vmmio.c              notify, vmmio_interrupt; vmmio_host.c interrupt, device_ready
 *   hv/core/vgic.c               vgic_pulse (an edge: pulses fold until it is taken)
 *   backends/linux-module/wakeup.c on_device_event, take; main.c partyline_release
 *   backends/partylined/hvmmio.c snapshot, look_at_queue, hvmmio_look, hvmmio_work, take_up, hvmmio_start
 *   vdev/virtqueue.c             vq_pop, vq_push, vq_should_notify, vq_wait_prepare, vq_poll_mode, vq_resume
 *   vdev/device.c                vdev_kick, vdev_do_driver_ok
 *   vdev-fb/fb.c                 fb_queue_work (bounded rounds; ask for a signal; look again)
 *
 * Each access to shared memory is a step of its own, in the order in which the fences make it visible; a
 * mutation swaps two where a fence goes. Counters are modulo MOD; a run has REQUESTS requests and DEATHS deaths. Both ways to suppress
 * notifications are tried: the event index, and the flags.
 */
#define MOD    8
#define SIZE   2 /* of the queue */
#define ROUND  1 /* requests that the backend serves before it looks around */
#define REQUESTS 3
#define DEATHS	 1
#define INC(x) x = (x + 1) % MOD
#define AHEAD(a, b) ((a + MOD - b) % MOD)
/* ring_need_event: did `event` lie in (old, now]? */
#define NEED(event, now, old) (((now + 2 * MOD - event - 1) % MOD) < AHEAD(now, old))

/* the ring */
bool event_idx;
byte avail_idx, used_idx, avail_event, used_event;
byte used_entry[SIZE];
bool no_notify, no_interrupt;
/* the register file */
byte notify_count, event_count;
bool up;
bool irq;      /* the frontend's interrupt, pending */
bool host_irq; /* the host's device-event interrupt, pending */
bool wakeup;   /* what the module has to tell whoever reads */
/* the driver */
byte reaped;	   /* its last_used */
bool driver_waits; /* WFI */
/* the backend */
byte event_seen, last_avail, last_used, signalled;
byte copy; /* notify_count in the copy of the page */
byte notify_seen;
bool signalled_valid, looked, pending, backend_waits;
#ifdef BUG_WAITS_BEFORE_FIRST_LOOK
#define FIRST false
#else
#define FIRST true
#endif
bool more = FIRST; /* to be done without waiting */
byte before, event, served;
/* ghosts */
byte deaths;
bool die;
bool strange;	/* a completion that was not asked for, or twice */

/* A trap of the driver. Counts go up before the host is told. */
inline notify() {
#ifdef BUG_FLAG_INSTEAD_OF_COUNTER
	notify_count = 1;
#else
	INC(notify_count);
#endif
	INC(event_count);
	host_irq = true
}

/* PL_HVC_DEV_INTERRUPT; refused while no backend is up. */
inline interrupt() {
	if
	:: up -> irq = true
	:: else
	fi
}

inline driver_publish() {
	byte old, wish;
	bool silent;

	old = avail_idx;
#ifdef BUG_PUBLISH_WITHOUT_FENCE
	d_step { wish = avail_event; silent = no_notify };
	INC(avail_idx);
#else
	INC(avail_idx);
	d_step { wish = avail_event; silent = no_notify };
#endif
	if
	:: (event_idx && NEED(wish, avail_idx, old)) || (!event_idx && !silent) -> d_step { notify() }
	:: else
	fi;
	d_step { old = 0; wish = 0; silent = false }
}

/* Take all completions there are, ask for an interrupt at the next, look again. */
inline driver_reap() {
again:	do
	:: used_idx != reaped ->
		d_step {
			if
			:: used_entry[reaped % SIZE] != reaped || AHEAD(avail_idx, reaped) == 0 ||
				AHEAD(avail_idx, reaped) > SIZE -> strange = true
			:: else
			fi;
			INC(reaped)
		}
	:: else -> break
	od;
	skip;
	d_step {
		if
		:: event_idx -> used_event = reaped
		:: else -> no_interrupt = false
		fi
	};
#ifndef BUG_DRIVER_DOES_NOT_LOOK_AGAIN
	if
	:: used_idx != reaped -> goto again
	:: else
	fi
#endif
}

active proctype driver() {
	if
	:: event_idx = true
	:: event_idx = false
	fi;
end:	do
	:: avail_idx < REQUESTS && AHEAD(avail_idx, reaped) < SIZE -> driver_publish()
	:: irq -> irq = false; driver_reap()
	:: !irq -> /* nothing more to ask for now: WFI */
		driver_waits = true;
end_wait:	irq;
		driver_waits = false
	od
}

/* The I/O domain's kernel: an edge becomes something to read. */
active proctype kernel() {
end:	do
	:: d_step { host_irq -> host_irq = false; wakeup = true }
	od
}

inline snapshot() {
#ifdef BUG_SNAPSHOT_READS_COUNTER_LAST
	copy = notify_count;
	event_seen = event_count;
#else
	before = event_count;
	do
	:: copy = notify_count;
		if
		:: event_count == before -> break
		:: else -> before = event_count
		fi
	od;
	skip;
	d_step { event_seen = before; before = 0 };
#endif
	looked = true
}

inline look() {
	if
	:: looked && event_count == event_seen
	:: else ->
		snapshot();
#ifdef BUG_FLAG_INSTEAD_OF_COUNTER
		d_step { notify_count = 0; pending = pending || copy != 0; copy = 0 }
#else
		d_step {
			pending = pending || notify_seen != copy;
			notify_seen = copy;
			copy = 0
		}
#endif
	fi
}

inline push() {
#ifdef BUG_PUSH_INDEX_FIRST
	used_idx = (last_used + 1) % MOD;
	used_entry[last_used % SIZE] = last_used;
	INC(last_used)
#else
	used_entry[last_used % SIZE] = last_used;
	d_step { INC(last_used); used_idx = last_used }
#endif
}

/* vdev_kick: used idx is visible before the driver's wish is read. */
inline kick() {
	d_step {
		event = used_event;
		if
		:: event_idx && (!signalled_valid || NEED(event, last_used, signalled)) -> served = ROUND + 1
		:: !event_idx && !no_interrupt -> served = ROUND + 1
		:: else
		fi;
		signalled = last_used;
		signalled_valid = true;
		event = 0
	};
	if
	:: served == ROUND + 1 -> d_step { interrupt(); served = ROUND }
	:: else
	fi
}

inline wait_prepare() {
#ifdef BUG_WAIT_WITHOUT_FENCE
	pending = avail_idx != last_avail;
	d_step { avail_event = (event_idx -> last_avail : avail_event); no_notify = false }
#else
	d_step { avail_event = (event_idx -> last_avail : avail_event); no_notify = false };
#ifdef BUG_BACKEND_DOES_NOT_LOOK_AGAIN
	pending = false
#else
	pending = avail_idx != last_avail
#endif
#endif
}

inline work() {
	no_notify = !event_idx;
	do
	:: served < ROUND && avail_idx != last_avail ->
		d_step { INC(last_avail); served++ };
		push()
	:: else -> break
	od;
	skip;
	if
	:: served > 0 -> kick()
	:: else
	fi;
	if
	:: served == ROUND -> pending = true
	:: else -> wait_prepare()
	fi;
	served = 0
}

/* vq_resume: what used idx counts was answered; the rest is taken again. */
inline resume() {
	d_step {
#ifdef BUG_RESUME_FROM_ZERO
		last_used = 0;
#else
		last_used = used_idx;
#endif
		last_avail = last_used;
#ifdef BUG_RESUME_SKIPS_TAKEN
		last_avail = avail_idx;
#endif
		notify_seen = copy;
		copy = 0;
		pending = true
	}
}

inline start() {
#ifdef BUG_READY_AFTER_RESUME
	snapshot();
	resume();
	interrupt(); /* vdev_do_driver_ok: the predecessor may have died before it signalled */
	up = true;
#else
	up = true;
	snapshot();
	resume();
	interrupt();
#endif
	d_step { looked = false; event_seen = 0 }
}

/* The process is gone, with all that it knew; the module's release comes last. */
inline forget() {
	d_step {
		event_seen = 0; last_avail = 0; last_used = 0; signalled = 0; copy = 0; notify_seen = 0;
		signalled_valid = false; looked = false; pending = false; more = FIRST; backend_waits = false;
		before = 0; event = 0; served = 0;
		die = false;
		up = false
	}
}


active proctype backend() {
life:	{
		start();
		do
		:: true ->
			if
			:: more || wakeup -> wakeup = false
			:: else ->
				backend_waits = true;
				wakeup; /* epoll_wait */
				d_step { backend_waits = false; wakeup = false }
			fi;
			look();
			if
			:: pending -> work()
			:: else
			fi;
			more = pending
		od
	} unless { die };
	forget();
	goto life
}

active proctype fate() {
end:	do
	:: deaths < DEATHS && !die -> d_step { deaths++; die = true }
	od
}

#define quiet (driver_waits && !irq && backend_waits && !wakeup && !host_irq && !die)

ltl no_lost_wakeup { [] !(quiet && avail_idx != reaped) }
ltl no_double_completion { [] !strange }
ltl every_request_completes { [] (avail_idx != reaped -> <> (avail_idx == reaped)) }
