// SPDX-License-Identifier: Apache-2.0
// What the files of the kind "value" share. Others use value.h.
#pragma once

#include "buyer.h"
#include "channel.h"
#include "value.h"

enum value_by { VALUE_BY_MONTH, VALUE_BY_CHANNEL, VALUE_BY_PRODUCT, VALUE_BY_TOTAL };
enum { VALUE_TOPS = 5 };
#define VALUE_NONE UINT32_MAX // no channel, no product
extern const unsigned value_percents[VALUE_TOPS];

struct value_row { // a customer
    uint32_t person, key;
    int64_t amount;
};
struct value_group { // a row of the answer
    uint32_t key;
    uint64_t members;
    cu_str value, label;
    struct value_curve curve;
};
struct value_work {
    struct insight_query *q;
    const struct book_view *view;
    enum value_by by;
    uint32_t months, lowest; // lowest: key of groups that are few
    int64_t as_of;
    int32_t end_day;
    struct value_row *rows;
    size_t count, room;
    struct value_group *groups, other; // by key
    size_t group_count, more;          // more: in other
    uint8_t *channels;                 // of each person's first visit; 255: none
    int32_t *days; // of one customer's orders
    int64_t *amounts;
    size_t day_room, amount_room;
    uint64_t repeat, no_rate, guest_orders;
    int64_t guest_revenue;
    bool no_memory, some; // some: not everybody is counted
};
cu_code value_gather(
    struct insight_query *q, struct value_work *b, struct cu_error *err) CU_MUST; // then value_free, also on failure
void value_free(struct value_work *b);
struct value_group *value_group_of(struct value_work *b, uint32_t key);
cu_code value_channels(struct value_work *b, struct cu_error *err) CU_MUST; // b->channels
cu_code value_run(struct insight_query *q, struct json_writer *w, struct cu_error *err) CU_MUST;
extern const struct spec_field value_answer[];
