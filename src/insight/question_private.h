// SPDX-License-Identifier: Apache-2.0
// Private to question*.c: what the tables share.
#pragma once

#include "question.h"

#include "text/text.h"

// The id of a person as text, and back. A cursor asks once per person, not once per row.
struct question_ids {
    const struct question_tables *t;
    struct db *d; // taken with the first question
    uint32_t person;
    char text[37];
};
bool question_id(struct question_ids *ids, uint32_t person, struct sql_value *ret); // false: gone since
cu_code question_person(struct question_ids *ids, cu_str text, uint32_t *ret, struct cu_error *err) CU_MUST; // 0: nobody
void question_ids_clear(struct question_ids *ids);
void question_time(int64_t ms, char room[TEXT_TIME_MAX], struct sql_value *ret); // INT64_MIN: NULL
// The narrowest [from, to) that conditions on a column of times leave; only forms whose order as text is that of
// time are taken: "2026-01-01" and "2026-01-01T10:00:00.000Z".
void question_window(const struct sql_filter *filters, size_t count, int column, int64_t *from_ms, int64_t *to_ms);
double question_money(int64_t minor, int exponent);
extern const struct sql_column question_event_columns[], question_order_columns[], question_segment_columns[], question_member_columns[];
extern const size_t question_event_column_count, question_order_column_count, question_segment_column_count, question_member_column_count;

// question_events.c, question_orders.c, question_segments.c: rows of tables; context is struct question_read *
struct question_read {
    struct question_tables *t;
    uint32_t bit; // of opened
};
#define QUESTION_TABLE(x)                                                                                               \
    cu_code question_##x##_open(void *context, const struct sql_filter *filters, size_t count, uint64_t used, void **ret, \
        struct cu_error *err);                                                                                          \
    cu_code question_##x##_next(void *cursor, bool *ret_row, struct cu_error *err);                                     \
    void question_##x##_value(void *cursor, int column, struct sql_value *ret);                                         \
    void question_##x##_close(void *cursor)
QUESTION_TABLE(people);
QUESTION_TABLE(events);
QUESTION_TABLE(orders);
QUESTION_TABLE(segments);
QUESTION_TABLE(members);

// question_store.c: kept questions
struct request;
cu_code question_list(struct request *rq, struct cu_error *err);
cu_code question_put(struct request *rq, struct cu_error *err);
cu_code question_drop(struct request *rq, struct cu_error *err);
struct people *questions_people(struct questions *q);
