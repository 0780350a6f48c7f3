// SPDX-License-Identifier: Apache-2.0
// Connections per address: limits, /64 networks, and the table against a plain array.
#include "net/visitors.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static struct sockaddr_storage address(const char *text)
{
    struct sockaddr_storage s = {0};
    struct sockaddr_in in = {.sin_family = AF_INET};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
        memcpy(&s, &in, sizeof in);
    else if (inet_pton(AF_INET6, text, &in6.sin6_addr) == 1)
        memcpy(&s, &in6, sizeof in6);
    return s;
}

static const struct sockaddr *of(const struct sockaddr_storage *s)
{
    return (const struct sockaddr *)s;
}

static void test_limits(void **state)
{
    (void)state;
    struct visitors *v = visitors_new(2, 100);
    struct sockaddr_storage a = address("203.0.113.1"), b = address("203.0.113.2"),
                            mapped = address("::ffff:203.0.113.1"), six = address("2001:db8::1"),
                            neighbour = address("2001:db8::ffff:2"),
                            other = address("2001:db8:0:1::1");
    struct sockaddr_storage local = {.ss_family = AF_UNIX};
    visitors_enter(v, of(&a));
    assert_true(visitors_may_enter(v, of(&a)));
    visitors_enter(v, of(&mapped)); // the same address seen through an IPv6 socket
    assert_false(visitors_may_enter(v, of(&a)));
    assert_false(visitors_may_enter(v, of(&mapped)));
    assert_true(visitors_may_enter(v, of(&b)));
    visitors_enter(v, of(&six));
    visitors_enter(v, of(&neighbour));
    assert_false(visitors_may_enter(v, of(&six)));
    assert_true(visitors_may_enter(v, of(&other)));
    for (int i = 0; i < 10; i++)
        visitors_enter(v, of(&local));
    assert_true(visitors_may_enter(v, of(&local)));
    visitors_leave(v, of(&a));
    assert_true(visitors_may_enter(v, of(&a)));
    visitors_leave(v, of(&a));
    visitors_leave(v, of(&a)); // once too often does no harm
    assert_true(visitors_may_enter(v, of(&a)));
    visitors_free(v);
    visitors_free(NULL);
}

static void test_against_an_array(void **state)
{
    (void)state;
    enum { ADDRESSES = 200, LIMIT = 3 };
    struct visitors *v = visitors_new(LIMIT, ADDRESSES);
    unsigned counts[ADDRESSES] = {0};
    uint32_t random = 1;
    for (int step = 0; step < 200000; step++) {
        random = random * 1664525 + 1013904223;
        unsigned who = random >> 8 & 0xff;
        if (who >= ADDRESSES)
            continue;
        struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr = {htonl(0x0a000000 + who)}};
        const struct sockaddr *from = (const struct sockaddr *)&in;
        assert_int_equal(visitors_may_enter(v, from), counts[who] < LIMIT);
        if ((random >> 20 & 1) && counts[who] < LIMIT) {
            visitors_enter(v, from);
            counts[who]++;
        } else if (counts[who] > 0) {
            visitors_leave(v, from);
            counts[who]--;
        }
    }
    visitors_free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_against_an_array),
    };
    return cmocka_run_group_tests_name("net/visitors", tests, NULL, NULL);
}
