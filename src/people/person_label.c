// SPDX-License-Identifier: Apache-2.0
// What a person is called, as far as a caller sees it. Called by lists, feeds and the person's page with a reading
// connection; opens sealed groups, so results hold personal data.
#include "people_sql.h"
#include "view.h"

struct naming {
    struct people *people;
    struct db *d;
    const uint32_t *pnos;
    size_t count;
    const struct caller *caller;
    struct cu_arena *arena;
    const struct trait_view *traits;
    size_t trait_count;
    struct person_label *ret;
    bool hidden; // there is a name, but not for this caller
};

static const struct trait_view *find(const struct naming *n, const char *name)
{
    for (size_t i = 0; i < n->trait_count; i++) {
        const struct trait_view *t = &n->traits[i];
        if (t->field && t->e.type == FOLD_TEXT && cu_str_eqz(t->e.name, name) && t->e.value.len)
            return t;
    }
    return NULL;
}

// The first that is there and seen at least masked becomes the label.
static void offer(struct naming *n, enum spec_view v, enum mask_kind kind, cu_str text)
{
    if (n->ret->text.len || text.len == 0)
        return;
    n->hidden = n->hidden || v == SPEC_VIEW_NONE;
    if (v == SPEC_VIEW_NONE)
        return;
    n->ret->text = sight_text(v, kind, text, n->arena);
    n->ret->text_shown = v;
    n->ret->shown = sight_least(n->ret->shown, v);
}

static void offer_name(struct naming *n)
{
    static const char *const parts[] = {"firstName", "lastName"};
    const struct trait_view *whole = find(n, "name");
    enum spec_view v = whole ? sight_field(n->caller, whole->field) : SPEC_VIEW_FULL;
    for (size_t i = 0; i < CU_COUNT(parts) && !whole; i++) {
        const struct trait_view *part = find(n, parts[i]);
        if (part)
            v = sight_least(v, sight_field(n->caller, part->field));
    }
    offer(n, v, MASK_NAME, trait_display_name(n->arena, n->traits, n->trait_count));
}

// The value of the first identifier of a kind, opened when the caller sees anything of it.
static cu_code identifier_of_kind(struct naming *n, uint32_t pno, const char *kind, cu_str *ret, struct cu_error *err)
{
    struct db_query q;
    struct cu_buf plain;
    cu_code code = CU_OK;
    cu_buf_init(&plain, IDENTIFIER_VALUE_MAX * 4);
    CU_TRY(db_prepare(n->d, &people_sql_identifiers_of, &q, err));
    db_bind_i64(&q, ":pno", pno);
    while (code == CU_OK && ret->len == 0 && db_step(&q)) {
        char name[65];
        kinds_name(n->people, (uint16_t)db_i64(&q, 1), name);
        if (strcmp(name, kind) != 0)
            continue;
        code = identifier_open(n->people, pno, db_i64(&q, 0), db_blob(&q, 2), &plain, err);
        if (code == CU_OK)
            *ret = cu_arena_dup(n->arena, cu_buf_view(&plain));
    }
    cu_buf_wipe(&plain);
    cu_code end = db_end(&q, err);
    return code != CU_OK ? code : end;
}

static cu_code identifier_text(struct naming *n, const char *kind, enum spec_view *ret_view, cu_str *ret,
    struct cu_error *err)
{
    *ret_view = sight_level(n->caller, sight_identifier_level(people_dictionary(n->people), cu_str_of(kind)));
    for (size_t i = 0; i < n->count && ret->len == 0; i++)
        CU_TRY(identifier_of_kind(n, n->pnos[i], kind, ret, err));
    return CU_OK;
}

static cu_code offer_email(struct naming *n, struct cu_error *err)
{
    const struct trait_view *t = find(n, "email");
    cu_str email = t ? t->e.value : CU_NONE;
    enum spec_view v = t ? sight_field(n->caller, t->field) : SPEC_VIEW_NONE;
    if (!t)
        CU_TRY(identifier_text(n, "email", &v, &email, err));
    if (email.len == 0)
        return CU_OK;
    n->ret->email = sight_text(v, MASK_EMAIL, email, n->arena);
    n->ret->shown = sight_least(n->ret->shown, v);
    offer(n, v, MASK_EMAIL, email);
    return CU_OK;
}

static cu_code offer_others(struct naming *n, struct cu_error *err)
{
    const struct trait_view *t = find(n, "username");
    cu_str user_id = CU_NONE;
    enum spec_view v = SPEC_VIEW_NONE;
    if (t)
        offer(n, sight_field(n->caller, t->field), MASK_TEXT, t->e.value);
    if (n->ret->text.len)
        return CU_OK;
    CU_TRY(identifier_text(n, "user_id", &v, &user_id, err));
    offer(n, v, MASK_TEXT, user_id);
    return CU_OK;
}

static cu_code made_up(struct naming *n, struct cu_error *err)
{
    struct cu_uuid id;
    cu_code code = people_uuid(n->people, n->d, n->pnos[0], &id, err);
    if (code == CU_NOT_FOUND)
        return CU_OK; // went between choosing and reading
    CU_TRY(code);
    if (n->hidden)
        n->ret->text_shown = n->ret->shown = SPEC_VIEW_NONE;
    n->ret->text =
        cu_arena_printf(n->arena, "%s %02x%02x", n->hidden ? "Person" : "Visitor", id.bytes[14], id.bytes[15]);
    return n->ret->text.ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "No memory for a label.");
}

cu_code person_label(struct people *p, struct db *d, const uint32_t *pnos, size_t count, const struct caller *c,
    struct cu_arena *a, struct person_label *ret, struct cu_error *err)
{
    struct trait_view *t = NULL;
    struct naming n = {.people = p, .d = d, .pnos = pnos, .caller = c, .arena = a, .ret = ret};
    n.count = count < LABEL_PROFILES_MAX ? count : LABEL_PROFILES_MAX;
    *ret = (struct person_label){.text_shown = SPEC_VIEW_FULL, .shown = SPEC_VIEW_FULL};
    n.hidden = !sight_any_sealed(c); // then nothing is opened
    if (!n.hidden) {
        CU_TRY(traits_of_person(p, d, pnos, n.count, TRAIT_CONTACT_GROUP, a, &t, &n.trait_count, err));
        n.traits = t;
        offer_name(&n);
        CU_TRY(offer_email(&n, err));
    }
    if (!n.hidden && ret->text.len == 0)
        CU_TRY(offer_others(&n, err));
    return ret->text.len ? CU_OK : made_up(&n, err);
}

cu_code people_label(struct people *p, struct db *d, uint32_t pno, struct cu_buf *out, struct cu_error *err)
{
    const struct caller program = {.kind = CALLER_LOCAL};
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new((size_t)4 * 1024 * 1024);
    uint32_t members[LABEL_PROFILES_MAX];
    struct person_label label;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "No memory for a label.");
    size_t n = roster_members(&p->roster, pno, members, CU_COUNT(members));
    CU_TRY(person_label(p, d, members, n < CU_COUNT(members) ? n : CU_COUNT(members), &program, a, &label, err));
    cu_buf_str(out, label.text);
    return cu_buf_code(out, err);
}

// --- feeds

cu_code people_announce(struct people *p, const uint32_t *pnos, size_t count, const char *fields, struct cu_error *err)
{
    uint64_t some[64], *subjects = count <= CU_COUNT(some) ? some : cu_alloc(count * sizeof(*subjects));
    if (!subjects)
        return cu_fail(err, CU_MEMORY, "", "No memory to say who is read.");
    for (size_t i = 0; i < count; i++)
        subjects[i] = pnos[i];
    cu_code code = guard_announce(p->guard, subjects, count, cu_str_of(fields), err);
    if (subjects != some)
        cu_free(subjects);
    return code;
}

struct feed_person {
    uint32_t root, *members;
    size_t count; // looked at; 0: nobody, or refused by the gate
};

static cu_code feed_choose(struct people *p, struct db *d, const struct caller *c, struct cu_arena *a,
    struct feed_person *who,
    struct people_label *label, struct cu_error *err)
{
    size_t n = 0;
    if (who->root == 0)
        return CU_OK;
    CU_TRY(people_members(p, d, who->root, a, &who->members, &n, err));
    cu_code code = person_permitted(p, d, who->members, n, c, err);
    if (code == CU_REFUSED)
        *label = (struct people_label){CU_LIT("Restricted"), sight_name(SPEC_VIEW_NONE)};
    if (code == CU_OK)
        who->count = n < LABEL_PROFILES_MAX ? n : LABEL_PROFILES_MAX;
    return code == CU_REFUSED ? CU_OK : code;
}

// Where the same person stood before; i: nowhere. A feed is about few people.
static size_t first_of(const struct feed_person *who, size_t i)
{
    size_t first = 0;
    while (first < i && who[first].root != who[i].root)
        first++;
    return first;
}

static cu_code feed_write(struct people *p, struct db *d, const struct feed_person *who, const struct caller *c,
    struct cu_arena *a, struct people_label *ret, struct cu_error *err)
{
    struct person_label label;
    if (who->count == 0)
        return CU_OK;
    CU_TRY(person_label(p, d, who->members, who->count, c, a, &label, err));
    *ret = (struct people_label){label.text, sight_name(label.text_shown)};
    return CU_OK;
}

cu_code people_labels(struct people *p, struct db *d, const uint32_t *pnos, size_t count, const struct caller *c,
    struct cu_arena *a, struct people_label *ret, struct cu_error *err)
{
    struct feed_person *who = cu_arena_alloc(a, (count + 1) * sizeof(*who));
    uint32_t *all = cu_arena_alloc(a, (count + 1) * LABEL_PROFILES_MAX * sizeof(*all));
    size_t n = 0;
    if (!who || !all)
        return cu_fail(err, CU_MEMORY, "", "No memory for labels.");
    for (size_t i = 0; i < count; i++) {
        who[i].root = pnos[i] ? people_root(p, pnos[i]) : 0;
        ret[i] = (struct people_label){CU_LIT(""), sight_name(SPEC_VIEW_FULL)};
        if (first_of(who, i) < i)
            continue;
        CU_TRY(feed_choose(p, d, c, a, &who[i], &ret[i], err));
        if (who[i].count)
            memcpy(all + n, who[i].members, who[i].count * sizeof(*all));
        n += who[i].count;
    }
    // Whoever has opened as many people as the role may in an hour still sees what happens, but no names.
    struct caller blind = *c;
    cu_code code = sight_any_sealed(c) ? people_announce(p, all, n, "label", err) : CU_OK;
    if (code == CU_BUSY) {
        memset(blind.view + DICT_P2, SPEC_VIEW_NONE, SPEC_LEVELS - DICT_P2);
        code = CU_OK;
    }
    for (size_t i = 0; i < count && code == CU_OK; i++) {
        size_t first = first_of(who, i);
        if (first < i)
            ret[i] = ret[first];
        else
            code = feed_write(p, d, &who[i], &blind, a, &ret[i], err);
    }
    return code;
}
