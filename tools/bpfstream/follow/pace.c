/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* pace.c - when to read: the kernel wakes the tool when a program writes, or the tool polls. */
#include <errno.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "follow/pace.h"
#include "show/clock.h"

/* Idle poll interval: doubles from MIN to MAX. */
#define WAIT_MIN_MS 1
#define WAIT_MAX_MS 50
/* An expensive look makes it longer: this many times the CPU time of the look, up to LIMIT. */
#define WAIT_PER_COST 500
#define WAIT_LIMIT_MS 2000
/* The cost is an average over about this many looks. */
#define COST_LOOKS 8
/*
 * Programs that are not followed wake the tool for nothing. After each such wake-up in a row it
 * sleeps for longer, 2 to 64 ms, before it lets itself be woken again.
 */
#define VAIN_MAX 6
/*
 * When no program should be writing any more: a stream that is empty twice, 10 ms apart, stays
 * empty.
 */
#define DRAIN_WAIT_MS 10
#define DRAIN_ROUNDS  2
/*
 * Ten times the capacity of both streams. Draining stops after that much from a program: it is
 * attached elsewhere too, and would go on for ever.
 */
#define DRAIN_MAX (2 * 1000 * 1000)

/* The cause of a wake-up */
enum {
	NOBODY,
	FOLLOWED,
	OTHERS,
};

/* Read the programs that woke the tool. Returns the cause, or a negative errno, reported. */
static int take_woken(const struct pace *pace)
{
	int ret = 0, woken = NOBODY;
	struct follow_prog *prog;
	struct wake_record who;

	while (ret >= 0 && pace->wake && wake_take(pace->wake, &who)) {
		if (who.stream_id == WAKE_LOADED) {
			ret = pace->loaded ? pace->loaded(pace->ctx, who.id) : 0;
			continue;
		}
		/* Read now; the other programs are read with the next look. */
		prog = follow_find(pace->follow, who.id);
		woken = prog ? FOLLOWED : woken ? woken : OTHERS;
		if (prog)
			ret = follow_read(pace->follow, prog,
					  who.stream_id <= BPF_STREAM_ID_STDERR
						  ? 1U << who.stream_id
						  : BPF_STREAM_BOTH);
		if (ret == -EAGAIN)
			ret = 0;
	}
	return ret < 0 ? ret : woken;
}

int pace_look(const struct pace *pace)
{
	int ret = take_woken(pace);

	return ret < 0 ? ret : pace->look(pace->ctx);
}

/* Sleep until there is something to do. Returns as take_woken(). */
static int sleep_for(const struct pace *pace, int ms)
{
	uint64_t end_ns = clock_mono_ns() + ms * NSEC_PER_MSEC, now;
	int ret, any = 0;

	/*
	 * What rings have is read at once, which needs no look at the programs, and shown when it
	 * is due.
	 */
	do {
		if (follow_more_rings(pace->follow))
			ms = 0;
		if (!sink_wait_for(follow_sink(pace->follow), pace->fd, ms))
			return -EIO;
		ret = take_woken(pace);
		if (ret >= 0 && pace->fd >= 0)
			any = follow_read_rings(pace->follow, false);
		if (any < 0)
			return any;
		now = clock_mono_ns();
		ms = now < end_ns ? (int)((end_ns - now) / NSEC_PER_MSEC) + 1 : 0;
		ms = follow_due_ms(pace->follow, ms);
	} while (ret == NOBODY && any && ms && !*pace->stop);
	if (ret >= 0 && follow_show(pace->follow, false))
		return -EIO;
	return ret;
}

/* The next poll interval */
static int longer(int wait_ms, uint64_t cost_ns)
{
	uint64_t max_ms = cost_ns * WAIT_PER_COST / NSEC_PER_MSEC;

	if (max_ms < WAIT_MAX_MS)
		max_ms = WAIT_MAX_MS;
	if (max_ms > WAIT_LIMIT_MS)
		max_ms = WAIT_LIMIT_MS;
	return wait_ms * 2 < (int)max_ms ? wait_ms * 2 : (int)max_ms;
}

static int until_end_ms(const struct pace *pace, int ms)
{
	uint64_t now = clock_mono_ns();

	if (pace->end_ns <= now)
		return 0;
	return (pace->end_ns - now) / NSEC_PER_MSEC < (uint64_t)ms
		       ? (int)((pace->end_ns - now) / NSEC_PER_MSEC) + 1
		       : ms;
}

int pace_follow(const struct pace *pace)
{
	bool armed = false, ended = false;
	int ret, woken = NOBODY, wait_ms = WAIT_MIN_MS, in_vain = 0;
	uint64_t from, cost = 0;

	while (!*pace->stop && !ended && clock_mono_ns() < pace->end_ns) {
		from = clock_thread_ns();
		ret = pace_look(pace);
		if (ret < 0)
			return ret;
		ended = pace->ended && pace->ended(pace->ctx);
		if (ret) {
			wait_ms = WAIT_MIN_MS;
			in_vain = 0;
			continue;
		}
		cost = ((COST_LOOKS - 1) * cost + clock_thread_ns() - from) / COST_LOOKS;
		if (pace->wake && !armed) {
			if (woken == OTHERS && in_vain < VAIN_MAX && in_vain++) {
				ret = sleep_for(pace, until_end_ms(pace, 1 << in_vain));
				if (ret < 0)
					return ret;
			}
			wake_arm(pace->wake);
			armed = true;
			woken = NOBODY;
			/* Look again: a write before this did not wake. */
			continue;
		}
		follow_idle(pace->follow);
		wait_ms = longer(wait_ms, cost);
		ret = sleep_for(pace, until_end_ms(pace, follow_due_ms(pace->follow, wait_ms)));
		if (ret < 0)
			return ret;
		if (ret) {
			woken = ret;
			armed = false;
		}
	}
	return 0;
}

int pace_drain(struct follow *follow, bool may_grow)
{
	int any, empty = 0;

	follow_limit(follow, DRAIN_MAX);
	/* A grace period: whatever was running when it was detached has finished afterwards. */
	if (!may_grow)
		syscall(__NR_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	do {
		any = follow_read_all(follow);
		if (any >= 0 && follow_show(follow, false))
			any = -EIO;
		if (any < 0)
			return any;
		if (any) {
			empty = 0;
			continue;
		}
		/* Sleepable programs are not covered by the grace period. */
		if (++empty < DRAIN_ROUNDS && !may_grow &&
		    !sink_wait_for(follow_sink(follow), -1, DRAIN_WAIT_MS))
			return -EIO;
	} while (empty < (may_grow ? 1 : DRAIN_ROUNDS));

	return follow_finish(follow);
}
