// SPDX-License-Identifier: Apache-2.0
// What a look at a file found: format, columns with their fields, masked samples, and the first
// faults of each column with how many there are. Printed as JSON, which is stored sealed.
#pragma once

#include "import_plan.h"

#define IMPORT_FAULTS_SHOWN 5
#define IMPORT_SAMPLES_SHOWN 3

struct import_report;
cu_code import_report_new(
    const struct import_plan *p, struct import_report **ret, struct cu_error *err) CU_MUST;
void import_report_free(struct import_report *r);
void import_report_sample(
    struct import_report *r, const struct import_row *row); // takes a few values, masked
void import_report_fault(struct import_report *r, uint64_t row, const struct import_problem *p);
// {"format","encoding","compression","delimiter","map","faults":[..],"fault_count","columns":[..]}
void import_report_print(const struct import_report *r, const struct import_reader *reader,
    const char *map, struct cu_buf *out);
// "jane@example.org" -> "j•••@e••••••.o••": first letters and signs stay, so that a person can
// recognise what the column holds and nobody can read whose it is.
void import_mask(cu_str value, struct cu_buf *out);
