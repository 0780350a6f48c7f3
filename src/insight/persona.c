// SPDX-License-Identifier: Apache-2.0
// Cards of personas. See persona.h.
#include "persona.h"

#include "base/clock.h"
#include "base/hash.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEPT_US = 15 * 60 * 1000 * 1000, CARD_MAX = 65536, WHO_MAX = 12, BUYS_MAX = 12, DIFFERS_MAX = 10,
    SCAN_MS = 2000, FIELDS = 5 };
static const char *const who_fields[FIELDS] = {"address.country", "language", "lifecycle", "rfm.group", "known"};
static const struct {
    const char *field, *path;
} buys[] = {{"product", "products.$.name"}, {"category", "products.$.category"}, {"brand", "products.$.brand"}};

struct card {
    uint32_t number, version;
    int64_t made_us;
    cu_str text;
};
struct persona_cards {
    pthread_mutex_t lock; // one card is made at a time: the second who asks finds it made
    struct card at[AUDIENCE_MAX];
    size_t count;
};

cu_code persona_cards_open(struct segments *s, struct persona_cards **ret, struct cu_error *err)
{
    (void)s;
    struct persona_cards *c = cu_calloc(1, sizeof *c);
    if (!c)
        return cu_fail(err, CU_MEMORY, "", "no memory for personas");
    (void)pthread_mutex_init(&c->lock, NULL);
    *ret = c;
    return CU_OK;
}

static void free_text(cu_str text)
{
    cu_free((void *)(uintptr_t)text.ptr);
}

void persona_cards_close(struct persona_cards *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->count; i++)
        free_text(c->at[i].text);
    (void)pthread_mutex_destroy(&c->lock);
    cu_free(c);
}

// --- counting

void persona_count(struct persona_table *t, const char *field, cu_str text, bool of_persona, uint32_t people)
{
    size_t i = 0;
    text = cu_str_sub(text, 0, sizeof t->at[0].text - 1);
    while (i < t->count && !(cu_str_eqz(text, t->at[i].text) && strcmp(field, t->at[i].field) == 0))
        i++;
    if (i == t->count) {
        if (t->count == PERSONA_VALUES_MAX)
            return; // the rarest come last: those that are left out are few
        t->count++;
        t->at[i] = (struct persona_value){.people = 0};
        (void)snprintf(t->at[i].field, sizeof t->at[i].field, "%s", field);
        (void)snprintf(t->at[i].text, sizeof t->at[i].text, "%.*s", CU_ARG(text));
    }
    if (of_persona)
        t->at[i].people += people;
    else
        t->at[i].all += people;
}

static double share(uint32_t part, uint32_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

double persona_index(const struct persona_table *t, const struct persona_value *v)
{
    double of_all = share(v->all, t->all);
    return of_all > 0 ? share(v->people, t->people) / of_all : 0;
}

double persona_surety(const struct persona_table *t, const struct persona_value *v)
{
    double expected = share(v->all, t->all);
    double error = t->people ? sqrt(expected * (1 - expected) / (double)t->people) : 0;
    return error > 0 ? (share(v->people, t->people) - expected) / error : 0;
}

bool persona_differs(const struct persona_table *t, const struct persona_value *v)
{
    double index = persona_index(t, v);
    uint32_t support = v->people > v->all ? v->people : v->all;
    return support >= PERSONA_SUPPORT && v->all > 0 && (index <= 0.8 || index >= 1.25) && fabs(persona_surety(t, v)) >= 2;
}

// --- samples: every n-th by a hash of the number, so that they stay the same

struct sampling {
    roaring_bitmap_t *into;
    uint64_t one_in;
};

static bool sample_one(uint32_t person, void *context)
{
    struct sampling *s = context;
    if (cu_hash64(&person, sizeof person, 11) % s->one_in == 0)
        roaring_bitmap_add(s->into, person);
    return true;
}

static uint64_t one_in(uint64_t people)
{
    return people > PERSONA_SAMPLE ? (people + PERSONA_SAMPLE - 1) / PERSONA_SAMPLE : 1;
}

static cu_code sample_of(struct segments *s, uint32_t number, roaring_bitmap_t **ret, struct cu_error *err)
{
    roaring_bitmap_t *people = NULL;
    CU_TRY(audience_people(s->options.audiences, number, &people, err));
    struct sampling sampling = {roaring_bitmap_create(), one_in(roaring_bitmap_get_cardinality(people))};
    if (sampling.into)
        (void)roaring_iterate(people, sample_one, &sampling);
    roaring_bitmap_free(people);
    *ret = sampling.into;
    return *ret ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for a persona");
}

static cu_code sample_of_all(struct segments *s, const struct scan_persons *persons, roaring_bitmap_t **ret,
    struct cu_error *err)
{
    struct sampling sampling = {roaring_bitmap_create(), one_in(people_count(s->options.people))};
    if (!sampling.into)
        return cu_fail(err, CU_MEMORY, "", "no memory for a persona");
    for (uint32_t pno = 1; pno < persons->end; pno++) {
        if (persons->root[pno] == pno)
            (void)sample_one(pno, &sampling);
    }
    *ret = sampling.into;
    return CU_OK;
}

// --- who they are

struct looking {
    struct segments *segments;
    facts_place places[FIELDS];
    const struct seg_field *fields[FIELDS];
    struct persona_table *table;
    bool of_persona;
};

static bool look_at(uint32_t person, void *context)
{
    struct looking *l = context;
    struct seg_fact facts[FIELDS];
    facts_get(l->segments->options.facts, person, l->places, FIELDS, facts);
    for (size_t i = 0; i < FIELDS; i++) {
        cu_str text = facts[i].value.text;
        if (!l->fields[i] || !facts[i].known)
            continue;
        if (facts[i].value.type == SEG_BOOLEAN)
            text = facts[i].value.number ? CU_LIT("yes") : CU_LIT("no");
        if (text.len)
            persona_count(l->table, who_fields[i], text, l->of_persona, 1);
    }
    facts_done(l->segments->options.facts);
    return true;
}

static void look(struct segments *s, const struct seg_catalog *c, const roaring_bitmap_t *people, bool of_persona,
    struct persona_table *t)
{
    struct looking l = {.segments = s, .table = t, .of_persona = of_persona};
    const struct seg_field *known[FIELDS];
    size_t n = 0;
    facts_place places[FIELDS];
    for (size_t i = 0; i < FIELDS; i++) {
        l.fields[i] = seg_catalog_field(c, cu_str_of(who_fields[i]));
        if (l.fields[i])
            known[n++] = l.fields[i];
    }
    if (n == 0)
        return;
    facts_bind(s->options.facts, known, n, places);
    for (size_t i = 0, k = 0; i < FIELDS; i++)
        l.places[i] = l.fields[i] ? places[k++] : places[0];
    (void)roaring_iterate(people, look_at, &l);
}

// --- what they buy

static bool is_sampled(void *context, uint32_t root)
{
    return roaring_bitmap_contains(context, root);
}

static cu_code count_bought(struct segments *s, const struct scan_persons *persons, roaring_bitmap_t *people,
    bool of_persona,
    struct persona_table *t, struct cu_error *err)
{
    struct timeline *timeline = people_timeline(s->options.people);
    uint32_t kind = timeline_kind_find(timeline, CU_LIT("Order Completed"));
    const struct scan_limits limits = {.ends_ms = cu_mono_us() / 1000 + SCAN_MS, .person = is_sampled, .context = people};
    for (size_t i = 0; i < CU_COUNT(buys) && kind; i++) {
        CU_AUTO_ARENA struct cu_arena *a = cu_arena_new((size_t)16 << 20);
        const struct breakdown_question q = {.kind = kind, .from_ms = INT64_MIN, .to_ms = INT64_MAX,
        .path = cu_str_of(buys[i].path)};
        struct breakdown_row *rows = NULL;
        struct scan_stats stats;
        size_t count = 0;
        if (!a)
            return cu_fail(err, CU_MEMORY, "", "no memory for a persona");
        cu_code code = breakdown_run(timeline, persons, &q, &limits, a, &rows, &count, &stats, err);
        if (code == CU_TIMEOUT)
            return CU_OK; // the card goes without
        CU_TRY(code);
        for (size_t k = 0; k < count && k < 200; k++) {
            if (rows[k].text.len && !cu_str_eqz(rows[k].text, "(other)"))
                persona_count(t, buys[i].field, rows[k].text, of_persona, (uint32_t)rows[k].persons);
        }
    }
    return CU_OK;
}

// --- the card

static bool is_bought(const struct persona_value *v)
{
    for (size_t i = 0; i < CU_COUNT(buys); i++) {
        if (strcmp(v->field, buys[i].field) == 0)
            return true;
    }
    return false;
}

static int by_people(const void *a, const void *b)
{
    const struct persona_value *x = a, *y = b;
    return x->people != y->people ? (x->people < y->people ? 1 : -1) : strcmp(x->text, y->text);
}

static void write_value(struct json_writer *w, const struct persona_table *t, const struct persona_value *v)
{
    char line[256];
    double percent = share(v->people, t->people) * 100, overall = share(v->all, t->all) * 100;
    (void)snprintf(line, sizeof line, "%s %s: %.0f %%, everybody %.0f %%", v->field, v->text, percent, overall);
    jw_object(w);
    jw_kz(w, "field", v->field);
    jw_kz(w, "value", v->text);
    jw_kz(w, "text", line);
    jw_ki64(w, "people", v->people);
    jw_key(w, "share");
    jw_double(w, share(v->people, t->people));
    jw_key(w, "overall");
    jw_double(w, share(v->all, t->all));
    jw_key(w, "index");
    jw_double(w, persona_index(t, v));
    jw_object_end(w);
}

static void write_most(struct json_writer *w, const char *name, const struct persona_table *t, bool bought, size_t max)
{
    jw_key(w, name);
    jw_array(w);
    for (size_t i = 0, n = 0; i < t->count && n < max; i++) {
        if (is_bought(&t->at[i]) != bought || t->at[i].people == 0)
            continue;
        write_value(w, t, &t->at[i]);
        n++;
    }
    jw_array_end(w);
}

// The surest first; the table is small.
static void write_differs(struct json_writer *w, const struct persona_table *t, bool *written)
{
    jw_key(w, "differs");
    jw_array(w);
    for (size_t n = 0; n < DIFFERS_MAX; n++) {
        size_t best = t->count;
        for (size_t i = 0; i < t->count; i++) {
            if (!written[i] && persona_differs(t, &t->at[i]) &&
                (best == t->count || fabs(persona_surety(t, &t->at[i])) > fabs(persona_surety(t, &t->at[best]))))
                best = i;
        }
        if (best == t->count)
            break;
        written[best] = true;
        write_value(w, t, &t->at[best]);
    }
    jw_array_end(w);
}

static cu_code fill(struct segments *s, const struct audience_row *row, const struct scan_persons *persons,
    struct persona_table *t,
    struct cu_error *err)
{
    roaring_bitmap_t *people = NULL, *all = NULL;
    const struct seg_catalog *c = NULL;
    CU_TRY(segment_catalog_of(s, &c, err));
    cu_code code = sample_of(s, row->number, &people, err);
    if (code == CU_OK)
        code = sample_of_all(s, persons, &all, err);
    if (code == CU_OK) {
        t->people = (uint32_t)roaring_bitmap_get_cardinality(people);
        t->all = (uint32_t)roaring_bitmap_get_cardinality(all);
        look(s, c, people, true, t);
        look(s, c, all, false, t);
        code = count_bought(s, persons, people, true, t, err);
    }
    if (code == CU_OK)
        code = count_bought(s, persons, all, false, t, err);
    if (people)
        roaring_bitmap_free(people);
    if (all)
        roaring_bitmap_free(all);
    audience_catalog_done(s->options.audiences, c);
    return code;
}

static cu_code print_card(struct segments *s, const struct audience_row *row, struct persona_table *t, struct cu_buf *out,
    struct cu_error *err)
{
    const struct scan_persons *persons = NULL;
    struct json_writer w;
    CU_TRY(audience_persons(s->options.audiences, &persons, err));
    cu_code code = fill(s, row, persons, t, err);
    audience_persons_done(s->options.audiences, persons);
    CU_TRY(code);
    bool *written = cu_calloc(t->count + 1, sizeof *written);
    if (!written)
        return cu_fail(err, CU_MEMORY, "", "no memory for a persona");
    if (t->count)
        qsort(t->at, t->count, sizeof *t->at, by_people);
    jw_start(&w, out);
    jw_object(&w);
    write_most(&w, "who", t, false, WHO_MAX);
    write_most(&w, "buys", t, true, BUYS_MAX);
    write_differs(&w, t, written);
    jw_ki64(&w, "looked_at", t->people);
    jw_ktime(&w, "computed", cu_now_ms());
    jw_object_end(&w);
    cu_free(written);
    return cu_buf_code(out, err);
}

static struct card *place_for(struct persona_cards *c, uint32_t number)
{
    struct card *oldest = &c->at[0];
    for (size_t i = 0; i < c->count; i++) {
        if (c->at[i].number == number)
            return &c->at[i];
        if (c->at[i].made_us < oldest->made_us)
            oldest = &c->at[i];
    }
    return c->count < AUDIENCE_MAX ? &c->at[c->count++] : oldest;
}

static cu_code make(struct segments *s, const struct audience_row *row, struct card *card, struct cu_error *err)
{
    struct cu_buf out CU_AUTO_BUF = {0};
    struct persona_table *t = cu_calloc(1, sizeof *t);
    if (!t)
        return cu_fail(err, CU_MEMORY, "", "no memory for a persona");
    cu_buf_init(&out, CARD_MAX);
    cu_code code = print_card(s, row, t, &out, err);
    cu_free(t);
    CU_TRY(code);
    char *text = cu_alloc(out.len);
    if (!text)
        return cu_fail(err, CU_MEMORY, "", "no memory for a persona");
    memcpy(text, out.ptr, out.len);
    free_text(card->text);
    *card = (struct card){row->number, row->version, cu_mono_us(), {text, out.len}};
    return CU_OK;
}

cu_code persona_card_write(struct segments *s, const struct audience_row *row, struct json_writer *w, struct cu_error *err)
{
    struct persona_cards *c = s->cards;
    cu_code code = CU_OK;
    (void)pthread_mutex_lock(&c->lock);
    struct card *card = place_for(c, row->number);
    bool stale = card->number != row->number || card->version != row->version || cu_mono_us() - card->made_us > KEPT_US;
    if (stale)
        code = make(s, row, card, err);
    if (code == CU_OK)
        jw_raw(w, card->text);
    (void)pthread_mutex_unlock(&c->lock);
    return code;
}
