/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* order.c - show records in order of time: which are due, and which have to wait. */
#include <errno.h>

#include "follow/internal.h"
#include "show/clock.h"

static bool show_departure(struct follow *follow, struct follow_prog *prog)
{
	bool ok = show_gone(follow->show, &prog->streams[0].source, prog->gone_ns);

	follow_unlink_prog(&follow->departed, prog);
	follow_free_prog(follow, prog);
	return ok;
}

/* Take an item from the merge: a record, or a notice. */
bool follow_put(void *ctx, struct merge_item *item)
{
	struct follow *follow = ctx;
	struct follow_prog *prog = item->ctx;
	struct show_source *source;

	if (!item->rec.raw_len && item->rec.stream_id == FOLLOW_LOST)
		return losses_show(prog->losses, follow->show, &prog->streams[0].source,
				   item->time_ns);
	if (!item->rec.raw_len) {
		if (!follow->keep)
			return show_departure(follow, prog);
		prog->gone = true;
		return true;
	}
	source = &prog->streams[item->rec.stream_id - 1].source;
	if (!item->shown && !show_wants(follow->show, source, &item->rec))
		return true;
	item->shown = true;
	if (!follow->keep)
		return show_record(follow->show, source, &item->rec);
	return keep_add(follow->keep, item) || !follow_out_of_memory();
}

/* Show the records that are not newer than @until_ns. */
static bool release(struct follow *follow, uint64_t until_ns)
{
	/* Suspending the machine or setting its clock changes the offset. */
	if (merge_oldest(follow->merge) <= until_ns && show_has_date(follow->show))
		follow->show->wall_ns = clock_wall_offset();
	return merge_release(follow->merge, until_ns);
}

static bool add_item(struct follow *follow, const struct merge_item *item)
{
	if (merge_add(follow->merge, item))
		return true;
	if (!follow->show->sink.failed)
		follow_out_of_memory();
	return false;
}

/* Its time is not before that of any record of the program. */
bool follow_add_notice(struct follow *follow, struct follow_prog *prog, int what, uint64_t time_ns)
{
	struct merge_item notice = {.ctx = prog, .time_ns = time_ns, .rec = {.stream_id = what}};

	return add_item(follow, &notice);
}

/* No record is later than the read that returned it, whatever time it claims. */
int follow_merge(struct follow *follow, struct follow_prog *prog, uint64_t *last_ns,
		 uint64_t disorder_ns, const struct bpf_stream_record *rec)
{
	struct merge_item item = {.ctx = prog, .rec = *rec};
	uint64_t time_ns = rec->log.time_ns;

	/* The last round read all streams, so a line without a time is not older than that. */
	if (!rec->log.has_time)
		time_ns = follow->floor_ns;
	if (time_ns > follow->read_ns)
		time_ns = follow->read_ns;
	item.time_ns = *last_ns;
	if (time_ns > *last_ns)
		item.time_ns = *last_ns = time_ns;
	else if (rec->log.has_time && *last_ns - time_ns < disorder_ns)
		item.time_ns = time_ns;
	return add_item(follow, &item) ? 0 : -EIO;
}

int follow_record(void *ctx, const struct bpf_stream_record *rec)
{
	struct follow_prog *prog = ctx;

	return follow_merge(prog->follow, prog, &prog->streams[rec->stream_id - 1].time_ns, 0, rec);
}

/* Hand out the records that have their newline, and lines that have been incomplete for long. */
int follow_settle(struct follow_text *text, bool all)
{
	int ret = bpf_stream_assembler_settle(&text->assembler);

	if (ret >= 0 && bpf_stream_assembler_pending(&text->assembler) &&
	    (all || clock_mono_ns() - text->read_ns >= FOLLOW_INCOMPLETE_MS * NSEC_PER_MSEC))
		ret = bpf_stream_assembler_flush(&text->assembler);
	return ret < 0 ? ret : 0;
}

int follow_show(struct follow *follow, bool all)
{
	struct follow_prog *prog;
	int ret = 0;

	for (prog = follow->active; prog; prog = prog->next) {
		for (int i = 0; !ret && i < 2; i++)
			ret = follow_settle(&prog->text[i], all);
	}
	if (!ret)
		ret = follow_settle_rings(follow, all);
	if (ret)
		return ret;
	if (!release(follow, all ? UINT64_MAX : follow->complete_ns) ||
	    !sink_flush(&follow->show->sink))
		return -EIO;
	return 0;
}

bool follow_keep(struct follow *follow, size_t n)
{
	struct follow_prog *prog, *next;
	struct keep *keep;
	bool ok;

	if (n != SIZE_MAX) {
		follow->keep = keep_new(n);
		return follow->keep || !follow_out_of_memory();
	}
	/* The kept records go back, to be merged with what comes next. */
	ok = release(follow, UINT64_MAX);
	keep = follow->keep;
	follow->keep = NULL;
	for (size_t i = 0; ok && i < keep_count(keep); i++)
		ok = add_item(follow, keep_item(keep, i));
	keep_free(keep);
	for (prog = follow->departed; ok && prog; prog = next) {
		next = prog->next;
		if (prog->gone)
			ok = follow_add_notice(follow, prog, FOLLOW_GONE, prog->gone_ns);
	}
	return ok;
}

void follow_set_more(struct follow *follow, struct follow_stream *stream, bool more)
{
	follow->nr_more += more;
	follow->nr_more -= stream->more;
	stream->more = more;
}

void follow_begin_round(struct follow *follow)
{
	follow->begin_ns = clock_mono_ns();
}

/*
 * Whether all records come from one place. The kernel writes reports to the stderr of a program with
 * a ring, and nobody to its stdout.
 */
static bool is_alone(const struct follow *follow)
{
	if (follow->nr != 1 || follow->streams & (follow->streams - 1))
		return false;
	return !follow->nr_rings || follow->no_streams ||
	       follow->streams == 1U << BPF_STREAM_ID_STDOUT;
}

uint64_t follow_delay_ns(const struct follow *follow)
{
	return is_alone(follow) ? 0 : FOLLOW_DELAY_MS * NSEC_PER_MSEC;
}

void follow_end_round(struct follow *follow)
{
	uint64_t until_ns = follow->begin_ns - follow_delay_ns(follow);
	const struct follow_stream *stream;

	/* A stream that was not emptied may have any time after its last record. */
	for (size_t i = 0; follow->nr_more && i < 2 * follow->nr; i++) {
		stream = &follow->progs[i / 2]->streams[i % 2];
		if (stream->more && stream->time_ns < until_ns)
			until_ns = stream->time_ns;
	}
	until_ns = follow_rings_until(follow, until_ns);
	if (until_ns > follow->complete_ns)
		follow->complete_ns = until_ns;
}

int follow_due_ms(const struct follow *follow, int most_ms)
{
	uint64_t due_ns = merge_oldest(follow->merge), now = clock_mono_ns(), end_ns;
	uint64_t rings_ns = follow_rings_due(follow);
	const struct follow_prog *prog;

	if (due_ns != UINT64_MAX)
		due_ns += FOLLOW_DELAY_MS * NSEC_PER_MSEC;
	due_ns = rings_ns < due_ns ? rings_ns : due_ns;
	for (prog = follow->active; prog; prog = prog->next) {
		for (int i = 0; i < 2; i++) {
			if (!bpf_stream_assembler_pending(&prog->text[i].assembler))
				continue;
			end_ns = prog->text[i].read_ns + FOLLOW_INCOMPLETE_MS * NSEC_PER_MSEC;
			due_ns = end_ns < due_ns ? end_ns : due_ns;
		}
	}
	if (due_ns == UINT64_MAX)
		return most_ms;
	/* What waits for a message that is being written is not due as long as that takes. */
	if (due_ns <= now)
		return follow->unread_rings && !follow->more_rings && most_ms ? 1 : 0;
	return (due_ns - now) / NSEC_PER_MSEC < (uint64_t)most_ms
		       ? (int)((due_ns - now) / NSEC_PER_MSEC) + 1
		       : most_ms;
}
