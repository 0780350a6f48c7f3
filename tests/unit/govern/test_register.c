// SPDX-License-Identifier: Apache-2.0
// Registers without a database: the difference of two records, checked by putting it back together; table and page escape
// what they print; what is due, rule by rule at its edge.
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "govern/register_due.h"

#include <stdio.h>
#include <stdlib.h>

struct two {
    struct json_parser *a, *b, *c;
    struct cu_buf out;
};

static void setup(struct two *t)
{
    t->a = json_parser_new(1 << 20);
    t->b = json_parser_new(1 << 20);
    t->c = json_parser_new(1 << 20);
    cu_buf_init(&t->out, 1 << 20);
}

static void clear(struct two *t)
{
    json_parser_free(t->a);
    json_parser_free(t->b);
    json_parser_free(t->c);
    cu_buf_clear(&t->out);
}

static json parsed(struct json_parser *p, const char *text)
{
    json v;
    struct cu_error err;
    assert_int_equal(json_parse(p, cu_str_of(text), &v, &err), CU_OK);
    return v;
}

static json diff_of(struct two *t, const char *before, const char *after)
{
    struct json_writer w;
    cu_buf_reset(&t->out);
    jw_start(&w, &t->out);
    jw_array(&w);
    register_diff(parsed(t->a, before), parsed(t->b, after), &w);
    jw_array_end(&w);
    assert_false(t->out.failed);
    return parsed(t->c, t->out.ptr);
}

static void differences(void **state)
{
    struct two t;
    (void)state;
    setup(&t);
    static const struct {
        const char *before, *after, *diff;
    } cases[] = {
        {"{}", "{}", "[]"},
        {"{\"a\":1}", "{\"a\":1}", "[]"},
        {"{\"a\":1}", "{\"a\":2}", "[{\"row\":\"a\",\"change\":\"changed\",\"before\":1,\"after\":2}]"},
        {"{}", "{\"a\":null}", "[]"}, // nothing is nothing
        {"{}", "{\"a\":1}", "[{\"row\":\"a\",\"change\":\"added\",\"before\":null,\"after\":1}]"},
        {"{\"l\":[\"x\",\"y\"]}", "{\"l\":[\"y\",\"z\"]}",
            "[{\"row\":\"l/z\",\"change\":\"added\",\"before\":null,\"after\":\"z\"},{\"row\":\"l/"
            "x\",\"change\":\"removed\",\"before\":\"x\",\"after\":null}]"},
        {"{\"l\":[\"x\",\"y\"]}", "{\"l\":[\"y\",\"x\"]}", "[]"}, // a list of texts is a set
        {"{\"p\":[{\"name\":\"a\",\"n\":1},{\"name\":\"b\",\"n\":2}]}", "{\"p\":[{\"name\":\"b\",\"n\":3}]}",
            "[{\"row\":\"p/b/n\",\"change\":\"changed\",\"before\":2,\"after\":3},"
            "{\"row\":\"p/a\",\"change\":\"removed\",\"before\":{\"name\":\"a\",\"n\":1},\"after\":null}]"},
        {"{\"l\":[1,2]}", "{\"l\":[2,1]}",
            "[{\"row\":\"l\",\"change\":\"changed\",\"before\":[1,2],\"after\":[2,1]}]"}, // nameless: as a whole
        {"{\"a\":{\"b\":{\"c\":true}}}", "{\"a\":{\"b\":{\"c\":false}}}",
            "[{\"row\":\"a/b/c\",\"change\":\"changed\",\"before\":true,\"after\":false}]"},
        {"{\"a\":[]}", "{\"a\":{}}", "[{\"row\":\"a\",\"change\":\"changed\",\"before\":[],\"after\":{}}]"},
    };
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        (void)diff_of(&t, cases[i].before, cases[i].after);
        assert_string_equal(t.out.ptr, cases[i].diff);
    }
    clear(&t);
}

// A record by chance: purposes with lists of data and recipients.
static void random_record(char *out, size_t size)
{
    int n = snprintf(out, size, "{\"activities\":[");
    bool first = true;
    for (int p = 0; p < 5; p++) {
        if (random() % 4 == 0)
            continue;
        n += snprintf(out + n, size - (size_t)n, "%s{\"name\":\"p%d\",\"basis\":\"b%ld\",\"fields\":[", first ? "" : ",", p,
            random() % 3);
        first = false;
        bool one = true;
        for (int f = 0; f < 6; f++) {
            if (random() % 2)
                continue;
            n += snprintf(out + n, size - (size_t)n, "%s\"f%d\"", one ? "" : ",", f);
            one = false;
        }
        n += snprintf(out + n, size - (size_t)n, "]}");
    }
    (void)snprintf(out + n, size - (size_t)n, "]}");
}

// Of every purpose and field: it is in the difference exactly when it is in one of the two.
static void differences_are_complete(void **state)
{
    struct two t;
    (void)state;
    setup(&t);
    srandom(11);
    for (int round = 0; round < 500; round++) {
        char before[2048], after[2048];
        random_record(before, sizeof before);
        random_record(after, sizeof after);
        json d = diff_of(&t, before, after);
        for (int p = 0; p < 5; p++) {
            char name[32], row[64];
            (void)snprintf(name, sizeof name, "{\"name\":\"p%d\"", p);
            const char *was = strstr(before, name), *is = strstr(after, name);
            bool whole = false;
            (void)snprintf(row, sizeof row, "activities/p%d", p);
            for (struct json_iter it = json_each(d); json_next(&it);)
                whole = whole || cu_str_eqz(json_str(json_get(it.value, "row")), row);
            assert_int_equal(whole, (was != NULL) != (is != NULL));
            for (int f = 0; f < 6 && was && is; f++) {
                char field[16];
                bool told = false;
                (void)snprintf(field, sizeof field, "\"f%d\"", f);
                (void)snprintf(row, sizeof row, "activities/p%d/fields/f%d", p, f);
                const char *in_was = strstr(was, field), *in_is = strstr(is, field);
                bool a = in_was && in_was < strchr(was, '}'), b = in_is && in_is < strchr(is, '}');
                for (struct json_iter it = json_each(d); json_next(&it);)
                    told = told || cu_str_eqz(json_str(json_get(it.value, "row")), row);
                assert_int_equal(told, a != b);
            }
        }
    }
    clear(&t);
}

static void printing_escapes(void **state)
{
    struct two t;
    (void)state;
    setup(&t);
    json d = parsed(t.a, "{\"controller\":{\"name\":\"A <script> & "
                         "\\\"B\\\"\"},\"officer\":{},\"activities\":[{\"name\":\"=cmd()\",\"doc\":\"x, \\\"y\\\"\","
                         "\"basis\":\"consent\",\"people\":[\"customers\"],\"data\":[{\"name\":\"user\",\"level\":\"P2\","
                         "\"fields\":[\"a\",\"b\"],\"retention_days\":0}],"
                         "\"recipients\":[{\"name\":\"r\",\"title\":\"R "
                         "<i>\",\"role\":\"processor\",\"country\":\"US\",\"transfer\":true,\"safeguard\":\"scc\"}],"
                         "\"assessments\":[],\"reviewed\":null}],\"flows\":{\"sources\":[{\"name\":\"<web>\",\"events\":["
                         "\"A&B\"]}],\"exports\":[]},\"security\":[]}");
    register_print_csv(d, &t.out);
    assert_non_null(
        strstr(t.out.ptr, "\r\n\"'=cmd()\",\"x, \"\"y\"\"\",consent,customers,user,P2,\"a, b\",as long as the person,"));
    assert_non_null(strstr(t.out.ptr, "R <i> (processor, US, scc)"));
    cu_buf_reset(&t.out);
    register_print_html(d, 1795000000000, &t.out);
    assert_null(strstr(t.out.ptr, "<script"));
    assert_null(strstr(t.out.ptr, "<i>"));
    assert_null(strstr(t.out.ptr, "<web>"));
    assert_non_null(strstr(t.out.ptr, "A &lt;script&gt; &amp; &quot;B&quot;"));
    assert_non_null(strstr(t.out.ptr, "2026-11-18T11:06"));
    clear(&t);
}

// --- due

static size_t count_of(const struct register_due_list *l, const char *what, const char *name, enum register_due_state state)
{
    size_t n = 0;
    for (size_t i = 0; i < l->count; i++)
        n += strcmp(l->at[i].what, what) == 0 && cu_str_eqz(l->at[i].name, name) && l->at[i].state == state;
    return n;
}

struct bench {
    struct dictionary *dictionary;
    struct register_world world;
    struct recipient_row recipient;
    struct register_assessment assessment;
    int64_t reviewed[REGISTER_PURPOSES_MAX];
    struct register_due rows[64];
    struct register_due_list list;
    int64_t now;
};

static void look(struct bench *b, int64_t days)
{
    b->list = (struct register_due_list){.at = b->rows, .max = CU_COUNT(b->rows)};
    register_due_of(&b->world, b->reviewed, b->now, days, &b->list);
    register_due_sort(&b->list);
    for (size_t i = 1; i < b->list.count; i++)
        assert_true(b->list.at[i - 1].state == REGISTER_MISSING || b->list.at[i - 1].due_ms <= b->list.at[i].due_ms);
}

static void what_is_due(void **state)
{
    static struct bench b;
    const int64_t day = INT64_C(86400000);
    struct cu_error err;
    (void)state;
    b.now = 1795000000000;
    assert_int_equal(
        dictionary_load(CU_LIT("version: 1\npurposes:\n  care: {basis: consent, doc: Care., recipients: [acme, stranger]}\n"
                               "persons:\n  illness: {type: string, max: 9, level: P4, group: sensitive, category: "
                               "user.health_and_medical, purposes: [care], owner: me, doc: A.}\n"),
            &b.dictionary, &err),
        CU_OK);
    b.recipient = (struct recipient_row){.name = CU_LIT("acme"),
        .title = CU_LIT("Acme"),
        .role = CU_LIT("processor"),
        .country = CU_LIT("DE"),
        .safeguard = CU_LIT(""),
        .purposes = CU_LIT("care"),
        .enabled = true};
    b.world = (struct register_world){
        .dictionary = b.dictionary, .recipients = &b.recipient, .recipient_count = 1, .assessments = &b.assessment};
    for (size_t i = 0; i < CU_COUNT(b.reviewed); i++)
        b.reviewed[i] = b.now;
    look(&b, 30);
    assert_int_equal(count_of(&b.list, "contract", "acme", REGISTER_MISSING), 1);
    assert_int_equal(count_of(&b.list, "recipient", "stranger", REGISTER_MISSING), 1);
    assert_int_equal(count_of(&b.list, "recipient", "acme", REGISTER_MISSING), 0);
    assert_int_equal(count_of(&b.list, "assessment", "care", REGISTER_MISSING), 1);     // special categories
    assert_int_equal(count_of(&b.list, "assessment", "security", REGISTER_MISSING), 1); // a legitimate interest
    assert_int_equal(count_of(&b.list, "assessment", "analytics", REGISTER_MISSING), 0);
    assert_int_equal(count_of(&b.list, "safeguard", "acme", REGISTER_MISSING), 0);
    assert_int_equal(count_of(&b.list, "review", "care", REGISTER_MISSING), 0);

    // a contract at its edge: within the days, on the day, behind it
    b.recipient.contract_ms = 1;
    b.recipient.contract_ends_ms = b.now + 30 * day;
    look(&b, 30);
    assert_int_equal(count_of(&b.list, "contract", "acme", REGISTER_SOON), 1);
    b.recipient.contract_ends_ms++;
    look(&b, 30);
    assert_int_equal(count_of(&b.list, "contract", "acme", REGISTER_SOON), 0);
    b.recipient.contract_ends_ms = b.now;
    look(&b, 0);
    assert_int_equal(count_of(&b.list, "contract", "acme", REGISTER_OVERDUE), 1);
    b.recipient.contract_ends_ms = 0; // open-ended
    look(&b, 3650);
    assert_int_equal(count_of(&b.list, "contract", "acme", REGISTER_SOON), 0);

    // a transfer: nothing said, clauses without an assessment, with one, adequate, switched off
    b.recipient.country = CU_LIT("US");
    look(&b, 30);
    assert_int_equal(count_of(&b.list, "safeguard", "acme", REGISTER_MISSING), 1);
    b.recipient.safeguard = CU_LIT("scc");
    look(&b, 30);
    assert_int_equal(count_of(&b.list, "safeguard", "acme", REGISTER_MISSING), 0);
    assert_int_equal(count_of(&b.list, "assessment", "acme", REGISTER_MISSING), 1);
    b.assessment = (struct register_assessment){.name = CU_LIT("us"),
        .kind = CU_LIT("tia"),
        .title = CU_LIT("US"),
        .state = CU_LIT("in_review"),
        .purposes = CU_LIT(""),
        .recipient = CU_LIT("acme"),
        .review_ms = b.now + 400 * day};
    b.world.assessment_count = 1;
    look(&b, 30);
    assert_int_equal(count_of(&b.list, "assessment", "acme", REGISTER_MISSING), 1);
    b.assessment.state = CU_LIT("approved");
    look(&b, 30);
    assert_int_equal(count_of(&b.list, "assessment", "acme", REGISTER_MISSING), 0);
    assert_int_equal(count_of(&b.list, "assessment", "us", REGISTER_SOON), 0);
    b.assessment.review_ms = b.now - 1;
    look(&b, 30);
    assert_int_equal(count_of(&b.list, "assessment", "us", REGISTER_OVERDUE), 1);
    b.assessment.state = CU_LIT("retired");
    b.recipient.safeguard = CU_LIT("adequacy");
    look(&b, 30);
    assert_int_equal(count_of(&b.list, "assessment", "us", REGISTER_OVERDUE), 0);
    assert_int_equal(count_of(&b.list, "assessment", "acme", REGISTER_MISSING), 0);
    b.recipient.enabled = false;
    b.recipient.contract_ms = 0;
    look(&b, 30);
    assert_int_equal(count_of(&b.list, "contract", "acme", REGISTER_MISSING), 0);

    // reviews: never, a year ago
    for (size_t i = 0; i < CU_COUNT(b.reviewed); i++)
        b.reviewed[i] = b.now - REGISTER_REVIEW_DAYS * day;
    look(&b, 0);
    assert_int_equal(count_of(&b.list, "review", "care", REGISTER_OVERDUE), 1);
    memset(b.reviewed, 0, sizeof b.reviewed);
    look(&b, 0);
    assert_int_equal(count_of(&b.list, "review", "care", REGISTER_MISSING), 1);
    // more than fits is left out, not written over the end
    b.list = (struct register_due_list){.at = b.rows, .max = 2};
    register_due_of(&b.world, b.reviewed, b.now, 30, &b.list);
    assert_int_equal(b.list.count, 2);
    dictionary_free(b.dictionary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(differences),
        cmocka_unit_test(differences_are_complete),
        cmocka_unit_test(printing_escapes),
        cmocka_unit_test(what_is_due),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
