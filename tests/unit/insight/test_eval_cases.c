// SPDX-License-Identifier: Apache-2.0
// Worked examples of every construct: a definition as people write it, a history, a moment, the answer and until when
// it stands. The oracle has to say the same. Times are relative to now, 2026-06-15 12:00 in Berlin
// ("-3d", "-30d+1ms"), or absolute ("@2026-03-29T00:30:00+01:00").
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "oracle_rows.h"

#define NOW INT64_C(1781517600000) // 2026-06-15T10:00:00Z

struct example {
    const char *definition;
    const char *events; // "Seen -3d sku=A price=20 codes=A,B; Bought -1d"
    const char *facts;  // "land=DE score=3", also in=first entered:first=-3d left:first=-1d
    bool in;
    const char *until; // "+27d", "ever"
    const char *now;   // NULL: NOW
};

static const struct example counts[] = {
    {"did \"Seen\"", "", "", false, "ever", NULL},
    {"did \"Seen\"", "Seen -400d", "", true, "ever", NULL},
    {"did \"Seen\"", "Bought -1d", "", false, "ever", NULL},
    {"did \"Seen\"", "Seen +2h", "", false, "+2h", NULL}, // a clock that is ahead
    {"not did \"Seen\"", "Seen +2h", "", true, "+2h", NULL},
    {"did \"Seen\" in the last 30 days", "Seen -3d", "", true, "+27d", NULL},
    {"did \"Seen\" in the last 30 days", "Seen -30d+1ms", "", true, "+1ms", NULL},
    {"did \"Seen\" in the last 30 days", "Seen -30d", "", false, "ever", NULL},
    {"did \"Seen\" at least 2 times in the last 30 days", "Seen -29d; Seen -3d; Seen -1d", "", true, "+27d", NULL},
    {"did \"Seen\" at least 2 times in the last 30 days", "Seen -29d; Seen -1d", "", true, "+1d", NULL},
    {"did \"Seen\" at most 1 times in the last 30 days", "Seen -29d; Seen -1d", "", false, "+1d", NULL},
    {"did \"Seen\" at most 1 times in the last 30 days", "Seen -29d", "", true, "ever", NULL},
    {"did \"Seen\" exactly 2 times in the last 30 days", "Seen -29d; Seen -20d; Seen -1d", "", false, "+1d", NULL},
    {"did \"Seen\" exactly 2 times in the last 30 days", "Seen -20d; Seen -1d", "", true, "+10d", NULL},
    {"did \"Seen\" between 60 and 30 days ago", "Seen -31d", "", true, "+29d", NULL},
    {"did \"Seen\" between 60 and 30 days ago", "Seen -10d", "", false, "+20d", NULL},
    {"did \"Seen\" between 60 and 30 days ago", "Seen -61d", "", false, "ever", NULL},
    {"did \"Seen\" more than 30 days ago", "Seen -29d", "", false, "+1d", NULL},
    {"did \"Seen\" more than 30 days ago", "Seen -31d", "", true, "ever", NULL},
    {"did any event in the last 2 days", "Other -1d", "", true, "+1d", NULL},
};

static const struct example calendars[] = {
    {"did \"Seen\" this month", "Seen @2026-06-01T00:00:00+02:00", "", true, "@2026-07-01T00:00:00+02:00", NULL},
    {"did \"Seen\" this month", "Seen @2026-05-31T23:59:59.999+02:00", "", false, "ever", NULL},
    {"did \"Seen\" last month", "Seen @2026-06-10T12:00:00Z", "", false, "@2026-07-01T00:00:00+02:00", NULL},
    {"did \"Seen\" this week", "Seen @2026-06-15T00:00:00+02:00", "", true, "@2026-06-22T00:00:00+02:00",
        NULL}, // a Monday
    {"did \"Seen\" last week", "Seen @2026-06-14T23:59:59+02:00", "", true, "@2026-06-15T00:00:00+02:00+7d", NULL},
    {"did \"Seen\" today", "Seen -11h", "", true, "+12h", NULL},
    {"did \"Seen\" yesterday", "Seen -11h", "", false, "+12h", NULL},
    {"did \"Seen\" this year", "Seen @2026-01-01T00:00:00+01:00", "", true, "@2027-01-01T00:00:00+01:00", NULL},
    {"did \"Seen\" in the last 1 month", "Seen @2026-05-15T12:00:00.001+02:00", "", true, "+1ms", NULL},
    // 31 January is a month ago until the end of February, for there is no 31 February
    {"did \"Seen\" in the last 1 month", "Seen @2026-01-31T08:00:00+01:00", "", true, "@2026-03-01T00:00:00+01:00",
        "@2026-02-28T23:00:00+01:00"},
    // the day of 23 hours: midnight to midnight
    {"did \"Seen\" today", "Seen @2026-03-29T00:30:00+01:00", "", true, "@2026-03-30T00:00:00+02:00",
        "@2026-03-29T12:00:00+02:00"},
    // the last 1 day are 24 hours, whatever the clock says
    {"did \"Seen\" in the last 1 day", "Seen @2026-03-28T12:00:00+01:00", "", true, "@2026-03-29T13:00:00+02:00",
        "@2026-03-29T12:00:00+02:00"},
    {"did \"Seen\" from 2026-06-01 to 2026-06-10", "Seen @2026-06-10T23:00:00+02:00", "", true, "ever", NULL},
    {"did \"Seen\" from 2026-06-01 to 2026-06-10", "Seen @2026-06-11T00:00:00+02:00", "", false, "ever", NULL},
};

static const struct example measures[] = {
    {"sum of price of \"Bought\" in the last 90 days is more than 200",
        "Bought -80d price=150; Bought -2d price=50.0001", "", true, "+10d", NULL},
    {"sum of price of \"Bought\" is more than 200", "Bought -80d price=150; Bought -2d price=50", "", false, "ever",
        NULL},
    {"sum of price of \"Bought\" is less than 200", "", "", true, "ever", NULL}, // nothing adds up to nothing
    {"sum of items.cost of \"Bought\" is at least 6", "Bought -1d costs=1,2,3", "", true, "ever", NULL},
    {"average of price of \"Bought\" is 0.3333", "Bought -1d price=1; Bought -1d price=0; Bought -1d price=0", "",
        false, "ever", NULL},
    {"average of price of \"Bought\" is more than 0.3333", "Bought -1d price=1; Bought -1d price=0; Bought -1d price=0",
        "", true, "ever", NULL},
    {"average of price of \"Bought\" is less than 10", "Bought -1d", "", false, "ever", NULL}, // no value: no average
    {"minimum of price of \"Bought\" is less than 5", "Bought -9d price=4; Bought -1d price=8", "", true, "ever", NULL},
    {"maximum of price of \"Bought\" in the last 10 days is less than 5", "Bought -9d price=8; Bought -1d price=4", "",
        false, "+1d", NULL},
    {"distinct values of sku of \"Seen\" is at least 2", "Seen -1d sku=A; Seen -1d sku=A; Seen -1d sku=B", "", true,
        "ever", NULL},
    {"distinct values of sku of \"Seen\" in the last 5 days is at least 2",
        "Seen -4d sku=B; Seen -1d sku=A; Seen -1d sku=B", "", true, "+4d", NULL},
    {"distinct values of items.code of \"Seen\" is at least 3", "Seen -1d codes=A,B; Seen -1d codes=B,C", "", true,
        "ever", NULL},
    {"first value of sku of \"Seen\" is \"a\"", "Seen -3d sku=A; Seen -1d sku=B", "", true, "ever", NULL},
    {"last value of sku of \"Seen\" is \"a\"", "Seen -3d sku=A; Seen -1d sku=B", "", false, "ever", NULL},
    {"last value of sku of \"Seen\" is not \"a\"", "", "", true, "ever", NULL},
    {"days with \"Seen\" is at least 2", "Seen -13h; Seen -11h", "", true, "ever", NULL}, // either side of midnight
    {"days with \"Seen\" is at least 2", "Seen -11h; Seen -1h", "", false, "ever", NULL},
    {"first time of \"Bought\" is in the last 7 days", "Bought -6d; Bought -1d", "", true, "+1d", NULL},
    {"first time of \"Bought\" is in the last 7 days", "Bought -8d; Bought -1d", "", false, "ever", NULL},
    {"last time of \"Bought\" is more than 7 days ago", "Bought -8d; Bought -1d", "", false, "+6d", NULL},
    {"sum of revenue of \"Bought\" is at least 19.9", "Bought -8d revenue=19.9", "", true, "ever", NULL},
};

static const struct example tests[] = {
    {"did \"Seen\" where sort is \"SHOE\"", "Seen -1d sort=shoe", "", true, "ever", NULL},
    {"did \"Seen\" where sort is \"hat\"", "Seen -1d sort=h\xc3\xa4t", "", true, "ever", NULL},
    {"did \"Seen\" where sort is not \"hat\"", "Seen -1d", "", true, "ever", NULL}, // nothing is not a hat
    {"did \"Seen\" where sort contains \"hoe\" and price is at least 50 in the last 7 days",
        "Seen -3d sort=Shoes price=50", "", true, "+4d", NULL},
    {"did \"Seen\" where sort contains \"hoe\" and price is at least 50 in the last 7 days",
        "Seen -3d sort=Shoes price=49; Seen -2d sort=Hat price=60", "", false, "ever", NULL},
    {"did \"Seen\" where items.code is one of (\"A\", \"B\")", "Seen -1d codes=C,B", "", true, "ever", NULL},
    {"did \"Seen\" where items.code is not \"B\"", "Seen -1d codes=C,B", "", false, "ever", NULL},
    {"did \"Seen\" where items.code is unknown", "Seen -1d", "", true, "ever", NULL},
    {"did \"Seen\" where pieces is between 2 and 3", "Seen -1d pieces=3", "", true, "ever", NULL},
    {"did \"Seen\" where pieces is more than 2.5", "Seen -1d pieces=3", "", true, "ever", NULL},
    {"did \"Seen\" where gift is true", "Seen -1d gift=1", "", true, "ever", NULL},
    {"did \"Seen\" where source is \"till\"", "Seen -1d source=till", "", true, "ever", NULL},
    {"did \"Seen\" where source is \"till\"", "Seen -1d source=web", "", false, "ever", NULL},
    {"did \"Seen\" where moment is in the next 2 days", "Seen -1d moment=+3d", "", false, "+1d", NULL},
    {"did \"Seen\" where moment is in the next 2 days", "Seen -1d moment=+1d", "", true, "+1d", NULL},
};

static const struct example sequences[] = {
    {"\"Seen\" then \"Bought\" within 3 days", "Seen -5d; Bought -2d", "", true, "ever", NULL},
    {"\"Seen\" then \"Bought\" within 3 days", "Seen -5d-1ms; Bought -2d", "", false, "ever", NULL},
    {"\"Seen\" then \"Bought\" within 3 days", "Bought -3d; Seen -2d", "", false, "ever", NULL},
    // the first that was seen is too old, the second is not
    {"\"Seen\" then \"Bought\" within 3 days", "Seen -9d; Seen -4d; Bought -2d", "", true, "ever", NULL},
    {"\"Seen\" then \"Bought\" within 3 days with the same sku", "Seen -4d sku=A; Seen -3d sku=B; Bought -2d sku=A", "",
        true, "ever", NULL},
    {"\"Seen\" then \"Bought\" within 3 days with the same sku", "Seen -4d sku=A; Seen -3d sku=B; Bought -2d sku=C", "",
        false, "ever", NULL},
    {"\"Seen\" then \"Bought\" with the same items.code", "Seen -4d codes=A,B; Bought -2d codes=B,C", "", true, "ever",
        NULL},
    {"\"Seen\" then \"Bought\" with the same items.code", "Seen -4d; Bought -2d codes=B,C", "", false, "ever", NULL},
    {"\"Seen\" then \"Bought\" without \"Returned\"", "Seen -4d; Returned -3d; Bought -2d", "", false, "ever", NULL},
    {"\"Seen\" then \"Bought\" without \"Returned\"", "Seen -4d; Returned -3d; Seen -3d; Bought -2d", "", true, "ever",
        NULL},
    {"\"Seen\" then \"Bought\" without \"Returned\"", "Seen -4d; Bought -2d; Returned -1d", "", true, "ever", NULL},
    {"\"Seen\" then \"Bought\" without \"Returned\" for 7 days", "Seen -4d; Bought -2d; Returned -1d", "", false,
        "ever", NULL},
    {"\"Seen\" then \"Bought\" without \"Returned\" for 7 days", "Seen -14d; Bought -12d; Returned -1d", "", true,
        "ever", NULL},
    {"\"Seen\" then \"Bought\" without \"Returned\" for 7 days", "Seen -14d; Bought -8d; Returned -1d", "", false,
        "ever", NULL},
    {"\"Seen\" then \"Bought\" without \"Returned\" for 7 days", "Seen -14d; Bought -8d-1ms; Returned -1d", "", true,
        "ever", NULL},
    {"\"Seen\" then \"Bought\" then \"Returned\" without \"Bought\"", "Seen -3d; Bought -2d; Returned -1d", "", false,
        "ever", NULL},
    {"\"Seen\" then \"Bought\" then \"Seen\" without \"Seen\"", "Seen -3d; Bought -2d; Seen -1d", "", true, "ever",
        NULL},
    {"\"Seen\" then \"Bought\" without \"Returned\" ever after", "Seen -14d; Bought -12d; Returned -1d", "", false,
        "ever", NULL},
    {"\"Seen\" then \"Bought\" then \"Returned\" in the last 10 days", "Seen -9d; Seen -8d; Bought -7d; Returned -1d",
        "", true, "+2d", NULL},
    {"\"Seen\" then \"Seen\"", "Seen -1d", "", false, "ever", NULL}, // never the same event twice
};

static const struct example persons[] = {
    {"land is \"DE\" and score is more than 2", "", "land=DE score=3", true, "ever", NULL},
    {"land is one of (\"de\", \"at\")", "", "land=AT", true, "ever", NULL},
    {"land is not \"DE\"", "", "", true, "ever", NULL},
    {"land is \"DE\"", "", "", false, "ever", NULL},
    {"land is unknown", "", "", true, "ever", NULL},
    {"land starts with \"d\"", "", "land=DE", true, "ever", NULL},
    {"groups is \"b\"", "", "groups=a,b", true, "ever", NULL},
    {"groups is not \"b\"", "", "groups=a,b", false, "ever", NULL},
    {"member is true", "", "member=1", true, "ever", NULL},
    {"joined is in the last 30 days", "", "joined=-3d", true, "+27d", NULL},
    {"joined is more than 30 days ago", "", "joined=-3d", false, "+27d", NULL},
    {"joined is in the next 7 days", "", "joined=+9d", false, "+2d", NULL},
    {"joined is before 2026-06-01", "", "joined=@2026-05-31T23:59:59+02:00", true, "ever", NULL},
    {"born has its anniversary in the next 7 days", "", "born=@1990-06-21T00:00:00Z", true,
        "@2026-06-22T00:00:00+02:00", NULL},
    {"born has its anniversary in the next 7 days", "", "born=@1990-06-22T00:00:00Z", false,
        "@2026-06-16T00:00:00+02:00", NULL},
    {"born has its anniversary today", "", "born=@1990-06-15T00:00:00Z", true, "@2026-06-16T00:00:00+02:00", NULL},
    {"born has its anniversary today", "", "born=@2004-02-29T00:00:00Z", true, "@2027-03-01T00:00:00+01:00",
        "@2027-02-28T12:00:00+01:00"},
    {"born has its anniversary today", "", "born=@2004-02-29T00:00:00Z", false, "@2028-02-29T00:00:00+01:00",
        "@2028-02-28T12:00:00+01:00"},
    {"in segment \"first\"", "", "in=first", true, "ever", NULL},
    {"entered segment \"first\" in the last 7 days", "", "entered:first=-3d", true, "+4d", NULL},
    {"entered segment \"first\" in the last 7 days", "", "", false, "ever", NULL},
    {"left segment \"second\" in the last 7 days", "", "left:second=-8d", false, "ever", NULL},
    {"everybody", "", "", true, "ever", NULL},
    {"not everybody", "", "", false, "ever", NULL},
    // what fails stays failed until its last failing part may turn; what holds, until the first part may
    {"did \"Seen\" in the last 30 days and did \"Bought\" in the last 30 days", "Seen -3d; Bought -1d", "", true,
        "+27d", NULL},
    {"did \"Seen\" in the last 30 days and did \"Bought\" in the last 30 days", "Seen -3d", "", false, "ever", NULL},
    {"did \"Seen\" more than 5 days ago and did \"Bought\" more than 5 days ago", "Seen -3d; Bought -1d", "", false,
        "+4d", NULL},
    {"did \"Seen\" in the last 30 days or did \"Bought\" in the last 30 days", "Seen -3d; Bought -1d", "", true, "+29d",
        NULL},
};

// ---- reading the little language of the tables

static int64_t read_time(const char *s, int64_t now)
{
    int64_t t = now;
    if (*s == '@') {
        const char *zone = strpbrk(s + 11, "+-Z");
        assert_non_null(zone);
        size_t len = (size_t)(zone - s - 1) + (*zone == 'Z' ? 1 : 6);
        assert_true(text_time_parse((cu_str){s + 1, len}, &t));
        s += 1 + len;
    }
    while (*s) {
        char *end;
        long long n = strtoll(s, &end, 10);
        int64_t unit = strncmp(end, "ms", 2) == 0 ? 1 : *end == 'm' ? 60000 : *end == 'h' ? 3600000 : 86400000;
        t += n * unit;
        s = end + (unit == 1 ? 2 : 1);
    }
    return t;
}

static int64_t read_number(const char *s)
{
    double v = strtod(s, NULL) * 10000;
    return (int64_t)(v < 0 ? v - 0.5 : v + 0.5);
}

static int64_t read_value(const char *s, enum seg_type type, int64_t now)
{
    if (type == SEG_TIME)
        return read_time(s, now);
    return type == SEG_BOOLEAN ? *s == '1' : type == SEG_NUMBER ? read_number(s) : 0;
}

static void read_list(struct o_values *v, char *s, enum seg_type type, int64_t now)
{
    char *rest = NULL;
    for (char *one = strtok_r(s, ",", &rest); one; one = strtok_r(NULL, ",", &rest), v->count++) {
        v->text[v->count] = one;
        v->number[v->count] = read_value(one, type, now);
    }
}

static void read_property(struct o_event *e, char *name, char *value, int64_t now)
{
    static const char *const names[] = {"sort", "sku", "codes", "costs", "pieces", "price", "moment", "due", "gift"};
    static const enum seg_type types[] = {
        SEG_TEXT, SEG_TEXT, SEG_TEXT, SEG_NUMBER, SEG_NUMBER, SEG_NUMBER, SEG_TIME, SEG_TIME, SEG_BOOLEAN};
    if (strcmp(name, "source") == 0)
        e->source = value;
    if (strcmp(name, "revenue") == 0) {
        e->has_revenue = true;
        e->revenue = read_number(value);
    }
    for (size_t i = 0; i < CU_COUNT(names); i++) {
        if (strcmp(name, names[i]) == 0) {
            read_list(&e->property[i], value, types[i], now);
            for (int k = 0; k < e->property[i].count; k++)
                if (types[i] != SEG_TEXT)
                    e->property[i].text[k] = NULL;
        }
    }
}

static void read_events(struct o_person *p, char *s, int64_t now)
{
    char *rest = NULL;
    for (char *one = strtok_r(s, ";", &rest); one; one = strtok_r(NULL, ";", &rest)) {
        char *words = NULL, *name = strtok_r(one, " ", &words), *when = strtok_r(NULL, " ", &words);
        struct o_event *e = &p->event[p->events];
        if (!name)
            continue;
        *e = (struct o_event){.name = name, .time_ms = read_time(when, now), .seq = (uint64_t)++p->events};
        for (char *word; (word = strtok_r(NULL, " ", &words));) {
            char *value = strchr(word, '=');
            *value = 0;
            read_property(e, word, value + 1, now);
        }
    }
}

static int segment_at(const char *name)
{
    for (int i = 0; i < O_SEGMENTS; i++)
        if (strcmp(name, o_segments[i]) == 0)
            return i;
    fail_msg("%s is no segment", name);
    return 0;
}

static void read_facts(struct o_person *p, char *s, int64_t now)
{
    char *rest = NULL;
    for (char *one = strtok_r(s, " ", &rest); one; one = strtok_r(NULL, " ", &rest)) {
        char *value = strchr(one, '=');
        *value++ = 0;
        if (strcmp(one, "in") == 0)
            p->in[segment_at(value)] = true;
        else if (strncmp(one, "entered:", 8) == 0)
            p->entered[segment_at(one + 8)] = read_time(value, now);
        else if (strncmp(one, "left:", 5) == 0)
            p->left[segment_at(one + 5)] = read_time(value, now);
        for (int i = 0; i < O_FIELDS; i++)
            if (strcmp(one, o_fields[i]) == 0)
                read_list(&p->fact[i], value, p->field[i]->type, now);
    }
}

struct scene {
    struct o_person person;
    char events[1024], facts[256];
    struct cu_arena *arena;
    struct seg_node *node;
    struct seg_program *program;
    int64_t now;
};

static void scene_open(struct scene *s, const struct o_world *w, const struct example *e)
{
    struct cu_error err = {0};
    *s = (struct scene){.arena = cu_arena_new(SEG_ARENA_MAX), .now = e->now ? read_time(e->now, NOW) : NOW};
    assert_non_null(s->arena);
    if (seg_parse_text(cu_str_of(e->definition), w->catalog, s->arena, &s->node, NULL, &err) != CU_OK ||
        seg_check(s->node, w->catalog, s->arena, NULL, &err) != CU_OK)
        fail_msg("%s: %s", e->definition, err.text);
    for (int i = 0; i < O_FIELDS; i++)
        s->person.field[i] = seg_catalog_field(w->catalog, cu_str_of(o_fields[i]));
    for (int i = 0; i < O_SEGMENTS; i++)
        s->person.entered[i] = s->person.left[i] = INT64_MIN;
    (void)snprintf(s->events, sizeof s->events, "%s", e->events);
    (void)snprintf(s->facts, sizeof s->facts, "%s", e->facts);
    read_events(&s->person, s->events, s->now);
    read_facts(&s->person, s->facts, s->now);
    s->program = o_compile(w, s->node);
}

static void scene_close(struct scene *s)
{
    seg_program_free(s->program);
    cu_arena_free(s->arena);
}

// ---- the examples

static void check_example(const struct o_world *w, const struct example *e)
{
    static struct scene s;
    scene_open(&s, w, e);
    struct seg_answer a = o_eval(w, &s.person, s.program, s.now, false);
    int64_t until = strcmp(e->until, "ever") == 0 ? INT64_MAX : read_time(e->until, s.now);
    if (a.in != e->in)
        fail_msg("%s with \"%s\" %s: %s", e->definition, e->events, e->facts, a.in ? "holds" : "does not hold");
    if (o_holds(s.node, &s.person, s.now) != e->in)
        fail_msg("%s with \"%s\" %s: the oracle says otherwise", e->definition, e->events, e->facts);
    if (a.until_ms != until)
        fail_msg(
            "%s with \"%s\" %s: until %+lld ms", e->definition, e->events, e->facts, (long long)(a.until_ms - s.now));
    if (until != INT64_MAX && o_holds(s.node, &s.person, until) == e->in)
        fail_msg("%s with \"%s\" %s: nothing changes at that moment", e->definition, e->events, e->facts);
    scene_close(&s);
}

static void check_table(const struct example *rows, size_t count)
{
    struct o_world w;
    o_world_open(&w, "Europe/Berlin");
    for (size_t i = 0; i < count; i++)
        check_example(&w, &rows[i]);
    o_world_close(&w);
}

static void test_counts(void **state)
{
    (void)state;
    check_table(counts, CU_COUNT(counts));
}

static void test_calendars(void **state)
{
    (void)state;
    check_table(calendars, CU_COUNT(calendars));
}

static void test_measures(void **state)
{
    (void)state;
    check_table(measures, CU_COUNT(measures));
}

static void test_tests(void **state)
{
    (void)state;
    check_table(tests, CU_COUNT(tests));
}

static void test_sequences(void **state)
{
    (void)state;
    check_table(sequences, CU_COUNT(sequences));
}

static void test_persons(void **state)
{
    (void)state;
    check_table(persons, CU_COUNT(persons));
}

// A sample keeps its people, and is about as large as it says.
static void test_samples(void **state)
{
    (void)state;
    struct o_world w;
    static struct scene s;
    const struct example e = {"sample of 10 %", "", "", false, "ever", NULL};
    int in = 0;
    o_world_open(&w, "UTC");
    scene_open(&s, &w, &e);
    for (uint64_t i = 0; i < 20000; i++) {
        s.person.id_hash = i * UINT64_C(0x9e3779b97f4a7c15);
        bool once = o_eval(&w, &s.person, s.program, s.now, false).in;
        assert_int_equal(once, o_eval(&w, &s.person, s.program, s.now + 1000000, false).in);
        in += once;
    }
    assert_in_range(in, 1850, 2150);
    scene_close(&s);
    o_world_close(&w);
}

// ---- explanations

static const struct {
    struct example e;
    const char *contains[6];
} reasons[] = {
    {{"did \"Seen\" at least 2 times in the last 30 days", "Seen -3d; Other -2d; Seen -1d", "", true, "", NULL},
        {"\"in\":true", "\"holds\":true", "\"measured\":\"2 of at least 2\"", "\"since\":\"2026-06-14T10:00:00.000Z\"",
            "\"until\":\"2026-07-12T10:00:00.000Z\"",
            "\"events\":[{\"seq\":1,\"time\":\"2026-06-12T10:00:00.000Z\",\"event\":\"Seen\"},{\"seq\":3,"}},
    {{"sum of price of \"Bought\" is more than 20", "Bought -3d price=19.9", "", false, "", NULL},
        {"\"in\":false,\"until\":null", "\"measured\":\"19.9 of more than 20\"", "\"event\":\"Bought\""}},
    {{"average of price of \"Bought\" is between 1 and 2", "Bought -3d price=1; Bought -3d price=1.5", "", true, "",
         NULL},
        {"\"measured\":\"1.25 of between 1 and 2\""}},
    {{"last time of \"Bought\" is in the last 7 days", "Bought -3d; Bought -1d", "", true, "", NULL},
        {"\"measured\":\"last on 2026-06-14T10:00:00.000Z\"", "\"events\":[{\"seq\":2,"}},
    {{"last time of \"Bought\" is in the last 7 days", "", "", false, "", NULL},
        {"\"measured\":\"never\"", "\"events\":[]"}},
    {{"\"Seen\" then \"Bought\" with the same sku", "Seen -4d sku=A; Seen -3d sku=B; Bought -2d sku=A", "", true, "",
         NULL},
        {"\"measured\":\"2 steps, the last on 2026-06-13T10:00:00.000Z\"", "[{\"seq\":1,", "{\"seq\":3,"}},
    {{"land is \"DE\" and not entered segment \"first\"", "", "land=AT entered:first=-1d", false, "", NULL},
        {"\"number\":0", "\"measured\":\"AT\"", "\"number\":3",
            "\"measured\":\"entered on 2026-06-14T10:00:00.000Z\""}},
    {{"land is \"DE\"", "", "", false, "", NULL}, {"\"measured\":\"unknown\"", "land is \\\"DE\\\""}},
};

static void test_reasons(void **state)
{
    (void)state;
    static struct scene s;
    static struct o_rows rows;
    struct o_world w;
    o_world_open(&w, "Europe/Berlin");
    for (size_t i = 0; i < CU_COUNT(reasons); i++) {
        struct cu_buf b;
        struct json_writer writer;
        struct cu_error err = {0};
        cu_buf_init(&b, 1 << 20);
        jw_start(&writer, &b);
        scene_open(&s, &w, &reasons[i].e);
        o_rows(&rows, &w, &s.person, s.program, s.now, false);
        assert_int_equal(seg_explain(s.program, &rows.person, s.now, &writer, &err), CU_OK);
        for (size_t k = 0; k < CU_COUNT(reasons[i].contains) && reasons[i].contains[k]; k++)
            if (!strstr(b.ptr, reasons[i].contains[k]))
                fail_msg("%s: no %s in\n%s", reasons[i].e.definition, reasons[i].contains[k], b.ptr);
        cu_buf_clear(&b);
        scene_close(&s);
    }
    o_world_close(&w);
}

// ---- programs

static void test_plans(void **state)
{
    (void)state;
    struct o_world w;
    static struct scene s;
    struct scan_plan plan;
    const struct example none = {"land is \"DE\"", "", "", false, "", NULL};
    const struct example some = {"did \"Seen\" where sort is \"x\" in the last 2 days and did \"Bought\" where sort is "
                                 "\"X\" and price is more than 1 in the last 9 days",
        "", "", false, "", NULL};
    o_world_open(&w, "UTC");
    scene_open(&s, &w, &none);
    assert_false(seg_program_plan(s.program, NOW, &plan));
    assert_false(seg_program_kind(s.program, 1));
    scene_close(&s);
    scene_open(&s, &w, &some);
    assert_true(seg_program_plan(s.program, NOW, &plan));
    assert_int_equal(plan.kind_count, 2);
    assert_int_equal(plan.column_count, 2); // the same test of the same property once
    assert_int_equal(plan.from_ms, NOW - 9 * INT64_C(86400000) + 1);
    assert_int_equal(plan.to_ms, INT64_MAX);
    assert_true(seg_program_kind(s.program, timeline_kind_find(w.timeline, CU_LIT("Seen"))));
    assert_false(seg_program_kind(s.program, timeline_kind_find(w.timeline, CU_LIT("Other"))));
    scene_close(&s);
    o_world_close(&w);
}

static void test_kinds_that_come_later(void **state)
{
    (void)state;
    struct o_world w;
    static struct scene s;
    struct scan_plan plan;
    struct cu_error err = {0};
    uint32_t kind;
    const struct example e = {"did \"Order Completed\"", "", "", false, "", NULL};
    o_world_open(&w, "UTC");
    scene_open(&s, &w, &e);
    assert_false(seg_program_plan(s.program, NOW, &plan));
    assert_int_equal(timeline_kind_find(w.timeline, CU_LIT("Order Completed")), 0); // compiling makes nothing durable
    assert_int_equal(timeline_kind(w.timeline, CU_LIT("Order Completed"), &kind, &err), CU_OK);
    assert_false(seg_program_kind(s.program, kind));
    assert_int_equal(seg_program_refresh(s.program, &err), CU_OK);
    assert_true(seg_program_kind(s.program, kind));
    assert_true(seg_program_plan(s.program, NOW, &plan));
    scene_close(&s);
    o_world_close(&w);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_calendars),
        cmocka_unit_test(test_measures),
        cmocka_unit_test(test_tests),
        cmocka_unit_test(test_sequences),
        cmocka_unit_test(test_persons),
        cmocka_unit_test(test_samples),
        cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_plans),
        cmocka_unit_test(test_kinds_that_come_later),
    };
    return cmocka_run_group_tests(all, NULL, NULL);
}
