// SPDX-License-Identifier: Apache-2.0
// What the tests of orders share: messages written as JSON, read with the default dictionary.
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "people/orders_internal.h"

#include <stdio.h>

#define assert_ok(expr) assert_int_equal((expr), CU_OK)
// short names: the tables of the tests have hundreds of them
#define C ORDER_COMPLETED
#define U ORDER_UPDATED
#define R ORDER_REFUNDED
#define X ORDER_CANCELLED

static inline const char *kind_event(enum order_kind k)
{
    static const char *const names[] = {
        NULL, "Order Completed", "Order Updated", "Order Refunded", "Order Cancelled"};
    return names[k];
}

// The properties with the order's id in front.
static inline const char *with_id(const char *properties, const char *id, char room[2048])
{
    bool empty = strcmp(properties, "{}") == 0;
    (void)snprintf(room, 2048, "{\"order_id\":\"%s\"%s%s", id, empty ? "" : ",", properties + 1);
    return room;
}

struct said { // one message
    enum order_kind kind;
    int64_t time_ms;
    const char *properties; // order_id is added
    uint32_t import;
    uint64_t row;
    uint32_t pno;
};

static inline uint64_t orders_random(uint64_t *state) // xorshift64*
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

static inline void shuffle(size_t *order, size_t count, uint64_t *random)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)(orders_random(random) % i), swap = order[j];
        order[j] = order[i - 1];
        order[i - 1] = swap;
    }
}
