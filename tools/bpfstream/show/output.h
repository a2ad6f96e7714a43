/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * output.h - destinations of records other than the screen, and the names of a record's fields
 * there. journald.h, syslog.h and kmsg.h are the outputs; choice.h opens the one that the user
 * chose.
 */
#ifndef BPFSTREAM_OUTPUT_H
#define BPFSTREAM_OUTPUT_H

#include <bpf_stream/user.h>
#include <stdbool.h>

/* The program that a record is from */
struct output_prog {
	unsigned int id;
	const char *name;
	const char *tag; /* 16 hexadecimal digits, or NULL */
};

/*
 * struct output - a destination for records
 * @record:	take one record, or a piece of one. Returns 0, or a negative errno after reporting
 *		the error; the record is lost then, and so are all later ones.
 * @close:	free the output; everything it took has been sent
 */
struct output {
	int (*record)(struct output *output, const struct output_prog *prog,
		      const struct bpf_stream_record *rec);
	void (*close)(struct output *output);
};

/* LOG_DAEMON of syslog(3), which the journal uses too */
#define OUTPUT_FACILITY 3

/* output_severity - severity of a record, 0 (emergency) to 7 (debug) */
int output_severity(const struct bpf_stream_record *rec);

/* output_report_name - the subject of a report in one word ("arena"), or NULL */
const char *output_report_name(const struct bpf_log_report *report);

/* output_stream_name - "stdout" or "stderr" */
const char *output_stream_name(int stream_id);

/*
 * output_place - the source location of a record; of a kernel report, that of the innermost
 * function of the program. Returns false if there is none.
 */
struct output_place {
	const char *file;
	size_t file_len;
	uint32_t line;
};
bool output_place(const struct bpf_stream_record *rec, struct output_place *place);

/*
 * output_identifier - "bpf-NAME", the name under which a program appears in a log. The prefix keeps
 * a program that is called sshd from being taken for sshd.
 */
#define OUTPUT_IDENTIFIER 48
void output_identifier(char name[OUTPUT_IDENTIFIER + 1], const struct output_prog *prog);

#endif
