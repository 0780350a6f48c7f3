// SPDX-License-Identifier: Apache-2.0
// Private to people/: the index of names, e-mail addresses, phone numbers and ids, in memory only. A thread
// of its own opens what is sealed: all known profiles after the start, then those that commits changed.
// About 32 bytes and the folded text per known profile. Texts are wiped when they go.
//
// Threads: marking by the writer, queries by any thread, changes by the search thread.
#pragma once

#include "internal.h"
#include "searchtext.h"

// Visits the profiles whose text matches, in no order, under the index's lock: keep it short.
typedef void search_visit(void *ctx, uint32_t pno);
void search_run(struct search *s, const struct search_query *q, bool roughly, search_visit *visit, void *ctx);
// Puts, replaces or (empty text) removes; what the thread does, for tests without one.
cu_code search_put(struct search *s, uint32_t pno, cu_str text, struct cu_error *err) CU_MUST;
// The text of a profile as it is stored now; empty when there is nothing to find it by.
cu_code search_text_of(struct people *p, struct db *d, uint32_t pno, struct cu_buf *out, struct cu_error *err) CU_MUST;
// Opens at once what search_text_of will ask for; the caller ends with guard_ahead_end.
cu_code search_open_ahead(struct people *p, struct db *d, const uint32_t *pnos, size_t count, struct cu_error *err) CU_MUST;
size_t search_bytes(struct search *s); // memory held, for the metric
