/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Shared by fixedpoint.bpf.c and test_fixedpoint.c */
#ifndef SELFTESTS_FIXEDPOINT_H
#define SELFTESTS_FIXEDPOINT_H

enum operation { ADD, SUB, MUL, DIV, RATIO, SQRT, FROM_INT, TO_INT, N_OPERATIONS };

/* The program's results for two numbers */
struct calculation {
	long long a, b;
	long long result[N_OPERATIONS];
	unsigned int reported; /* a bit for each operation that was counted as misuse */
	unsigned int unused;
};

#define CALCULATIONS 2048

#endif /* SELFTESTS_FIXEDPOINT_H */
