// SPDX-License-Identifier: Apache-2.0
// The rules of alerts. See alert_rules.h. What is kept between entries is bounded: a table of who read whom in
// the last hour, one of actors, one of failed sign-ins by network and account.
#include "alert_rules.h"

#include "base/hash.h"
#include "text/text.h"

#include <stdio.h>

enum { READS = 1 << 17, READS_FULL = READS / 4 * 3, ACTORS = 1024, TRIES = 1024, HOUR_MINUTES = 60, LIST_PEOPLE = 8 };
static const int64_t hour_ms = 3600 * 1000;

struct actor {
    char kind[8];
    int64_t id;
    int64_t people;   // different ones within the hour
    int64_t told[5];  // hour (for TOLD_LIST day) in which it was told last, by rule; 0: never
};
enum told { TOLD_MASS, TOLD_NIGHT, TOLD_DECOY, TOLD_GLASS, TOLD_LIST };

struct read { // somebody read somebody
    uint64_t key; // 0: empty
    int32_t minute;
    int32_t actor;
};
struct tries {
    uint64_t key;
    int64_t hour, count;
};

struct alert_rules {
    struct alert_limits limits;
    struct text_zone *zone;
    bool has_hours;
    int open_from, open_to;
    uint8_t (*decoys)[16];
    size_t decoy_count;
    struct actor actors[ACTORS];
    size_t actor_count;
    struct read *reads;
    size_t read_count;
    int32_t swept; // minute
    struct tries tries[TRIES];
};

static bool parse_hours(const char *text, struct alert_rules *r)
{
    int64_t from = 0, to = 0;
    cu_str s = cu_str_of(text);
    if (s.len == 0)
        return true;
    r->has_hours = s.len == 5 && s.ptr[2] == '-' && s.ptr[0] != '+' && s.ptr[3] != '+' &&
                   cu_str_i64(cu_str_sub(s, 0, 2), &from) && cu_str_i64(cu_str_sub(s, 3, 2), &to) && from >= 0 &&
                   from < 24 && to > 0 && to <= 24 && from != to;
    r->open_from = (int)from;
    r->open_to = (int)to;
    return r->has_hours;
}

cu_code alert_rules_open(const struct alert_limits *limits, const char *shop_hours, const char *time_zone,
    struct alert_rules **ret, struct cu_error *err)
{
    struct alert_rules *r = cu_calloc(1, sizeof *r);
    if (!r)
        return cu_fail(err, CU_MEMORY, "", "no memory for the rules of alerts");
    r->limits = *limits;
    r->zone = text_zone_open(time_zone);
    r->reads = cu_calloc(READS, sizeof *r->reads);
    cu_code code = r->zone && r->reads ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for the rules of alerts");
    if (code == CU_OK && !parse_hours(shop_hours, r))
        code = cu_fail(err, CU_INVALID, "shop_hours", "two hours like 07-20 are accepted, or nothing");
    if (code != CU_OK) {
        alert_rules_close(r);
        return code;
    }
    *ret = r;
    return CU_OK;
}

void alert_rules_close(struct alert_rules *r)
{
    if (!r)
        return;
    text_zone_close(r->zone);
    cu_free(r->reads);
    cu_free(r->decoys);
    cu_free(r);
}

cu_code alert_rules_decoys(struct alert_rules *r, const uint8_t (*names)[16], size_t count, struct cu_error *err)
{
    uint8_t(*copy)[16] = cu_alloc((count + 1) * sizeof *copy);
    if (!copy)
        return cu_fail(err, CU_MEMORY, "", "no memory for decoys");
    if (count > 0)
        memcpy(copy, names, count * sizeof *copy);
    cu_free(r->decoys);
    r->decoys = copy;
    r->decoy_count = count;
    return CU_OK;
}

// --- who read whom

static struct read *slot_of(struct alert_rules *r, uint64_t key)
{
    size_t at = key % READS;
    while (r->reads[at].key != 0 && r->reads[at].key != key)
        at = (at + 1) % READS;
    return &r->reads[at];
}

static void forget_reads(struct alert_rules *r)
{
    memset(r->reads, 0, READS * sizeof *r->reads);
    r->read_count = 0;
    for (size_t i = 0; i < r->actor_count; i++)
        r->actors[i].people = 0;
}

// Forgets what is older than an hour; everything when there is too much even so.
static void sweep(struct alert_rules *r, int32_t minute)
{
    struct read *old = r->reads;
    struct read *fresh = cu_calloc(READS, sizeof *fresh);
    r->swept = minute;
    if (!fresh) {
        forget_reads(r);
        return;
    }
    r->reads = fresh;
    forget_reads(r);
    for (size_t i = 0; i < READS; i++) {
        if (old[i].key == 0 || minute - old[i].minute >= HOUR_MINUTES || r->read_count >= READS_FULL)
            continue;
        *slot_of(r, old[i].key) = old[i];
        r->actors[old[i].actor].people++;
        r->read_count++;
    }
    cu_free(old);
    if (r->read_count >= READS_FULL)
        forget_reads(r);
}

static size_t actor_of(struct alert_rules *r, cu_str kind, int64_t id)
{
    for (size_t i = 0; i < r->actor_count; i++) {
        if (r->actors[i].id == id && cu_str_eqz(kind, r->actors[i].kind))
            return i;
    }
    if (r->actor_count == ACTORS) { // more than any shop has: begin anew
        forget_reads(r);
        r->actor_count = 0;
    }
    struct actor *a = &r->actors[r->actor_count];
    *a = (struct actor){.id = id};
    (void)snprintf(a->kind, sizeof a->kind, "%.*s", CU_ARG(kind));
    return r->actor_count++;
}

static void count_reads(struct alert_rules *r, size_t actor, json people, int32_t minute)
{
    if (minute > r->swept || r->read_count >= READS_FULL)
        sweep(r, minute);
    for (struct json_iter it = json_each(people); json_next(&it);) {
        cu_str name = json_str(it.value);
        uint64_t key = cu_hash64(name.ptr, name.len, cu_hash64(&actor, sizeof actor, 11)) | 1;
        struct read *slot = slot_of(r, key);
        if (slot->key == 0) {
            if (r->read_count >= READS_FULL)
                return; // one entry with very many people: the next one sweeps
            *slot = (struct read){.key = key, .actor = (int32_t)actor};
            r->actors[actor].people++;
            r->read_count++;
        }
        slot->minute = minute;
    }
}

// --- the rules

struct looking {
    struct alert_rules *rules;
    uint64_t index;
    json entry;
    int64_t at_ms;
    cu_str kind, action, outcome;
    int64_t id;
    struct alert *ret;
    size_t count;
};

static struct alert *raise_alert(struct looking *l, const char *kind)
{
    struct alert *a = &l->ret[l->count++];
    *a = (struct alert){.kind = kind, .at_ms = l->at_ms, .actor_id = l->id};
    (void)snprintf(a->actor, sizeof a->actor, "%.*s", CU_ARG(l->kind));
    (void)snprintf(
        a->key, sizeof a->key, "%s:%s:%lld:%lld", kind, a->actor, (long long)l->id, (long long)(l->at_ms / hour_ms));
    (void)snprintf(a->detail, sizeof a->detail, "{\"entry\":%llu}", (unsigned long long)l->index);
    return a;
}

// Once an hour for each actor; a decoy in a list once a day.
static bool tell(struct looking *l, size_t actor, enum told rule)
{
    int64_t hour = l->at_ms / hour_ms / (rule == TOLD_LIST ? 24 : 1), *told = &l->rules->actors[actor].told[rule];
    bool news = *told != hour;
    *told = hour;
    return news;
}

static void look_mass(struct looking *l, size_t actor, json people)
{
    const struct actor *a = &l->rules->actors[actor];
    count_reads(l->rules, actor, people, (int32_t)(l->at_ms / 60000));
    if (l->rules->limits.people_per_hour == 0 || a->people <= l->rules->limits.people_per_hour || !tell(l, actor, TOLD_MASS))
        return;
    struct alert *al = raise_alert(l, "mass_read");
    (void)snprintf(al->detail, sizeof al->detail, "{\"people\":%lld,\"limit\":%lld,\"entry\":%llu}", (long long)a->people,
        (long long)l->rules->limits.people_per_hour, (unsigned long long)l->index);
}

static bool is_decoy(const struct alert_rules *r, cu_str name)
{
    struct cu_buf bytes;
    bool found = false;
    cu_buf_init(&bytes, 64);
    if (text_hex_decode(name, &bytes) && bytes.len == 16) {
        for (size_t i = 0; i < r->decoy_count && !found; i++)
            found = memcmp(bytes.ptr, r->decoys[i], 16) == 0;
    }
    cu_buf_clear(&bytes);
    return found;
}

static void look_decoy(struct looking *l, size_t actor, json people)
{
    bool touched = false;
    if (l->rules->decoy_count == 0)
        return;
    for (struct json_iter it = json_each(people); !touched && json_next(&it);)
        touched = is_decoy(l->rules, json_str(it.value));
    // Whoever pages through lists meets decoys by chance; whoever opens one does not.
    bool list = json_count(people) > LIST_PEOPLE;
    if (!touched || !tell(l, actor, list ? TOLD_LIST : TOLD_DECOY))
        return;
    struct alert *a = raise_alert(l, "decoy");
    if (list)
        (void)snprintf(a->key, sizeof a->key, "decoy_list:%s:%lld:%lld", a->actor, (long long)a->actor_id,
            (long long)(l->at_ms / hour_ms / 24));
    (void)snprintf(
        a->detail, sizeof a->detail, "{\"list\":%s,\"entry\":%llu}", list ? "true" : "false", (unsigned long long)l->index);
}

static void look_night(struct looking *l, size_t actor)
{
    const struct alert_rules *r = l->rules;
    if (!r->has_hours || cu_str_find_str(l->action, CU_LIT("export")) < 0 || cu_str_eqz(l->outcome, "refused"))
        return;
    int64_t local_ms = l->at_ms + (int64_t)text_zone_offset(r->zone, l->at_ms) * 1000;
    int hour = (int)(local_ms / hour_ms % 24);
    bool open =
        r->open_from < r->open_to ? hour >= r->open_from && hour < r->open_to : hour >= r->open_from || hour < r->open_to;
    if (open || !tell(l, actor, TOLD_NIGHT))
        return;
    struct alert *a = raise_alert(l, "night_export");
    (void)snprintf(a->detail, sizeof a->detail, "{\"hour\":%d,\"entry\":%llu}", hour, (unsigned long long)l->index);
}

static void look_glass(struct looking *l, size_t actor)
{
    bool glass = false, opened = cu_str_find_str(l->action, CU_LIT("break_glass")) >= 0 && cu_str_eqz(l->outcome, "done");
    (void)json_bool(json_get(l->entry, "break_glass"), &glass);
    if (opened) { // each one
        struct alert *a = raise_alert(l, "break_glass");
        (void)snprintf(a->key, sizeof a->key, "break_glass:%llu:%lld", (unsigned long long)l->index, (long long)l->at_ms);
        (void)tell(l, actor, TOLD_GLASS);
    } else if (glass && tell(l, actor, TOLD_GLASS)) {
        (void)raise_alert(l, "break_glass");
    }
}

static bool too_many(struct looking *l, uint64_t key)
{
    struct tries *t = &l->rules->tries[key % TRIES]; // two of one place share a count: an alert comes early
    int64_t hour = l->at_ms / hour_ms;
    if (t->hour != hour)
        *t = (struct tries){.key = key, .hour = hour};
    return ++t->count == l->rules->limits.sign_in_failures + 1;
}

static void look_sign_in(struct looking *l)
{
    json detail = json_get(l->entry, "detail");
    int64_t account = 0;
    if (l->rules->limits.sign_in_failures == 0 || !cu_str_eqz(l->outcome, "refused") ||
        json_str(json_get(detail, "factor")).len == 0)
        return;
    (void)json_i64(json_get(detail, "staff"), &account);
    cu_str network = json_str(json_get(l->entry, "network"));
    if (network.len > 0 && network.len < 48 && too_many(l, cu_hash64(network.ptr, network.len, 21))) {
        struct alert *a = raise_alert(l, "sign_in_failures");
        (void)snprintf(
            a->key, sizeof a->key, "sign_in_failures:%.*s:%lld", CU_ARG(network), (long long)(l->at_ms / hour_ms));
        (void)snprintf(a->detail, sizeof a->detail, "{\"network\":\"%.*s\",\"failures\":%lld}", CU_ARG(network),
            (long long)l->rules->limits.sign_in_failures + 1);
        a->actor[0] = 0;
    }
    if (account > 0 && too_many(l, cu_hash64(&account, sizeof account, 22))) {
        struct alert *a = raise_alert(l, "sign_in_failures");
        (void)snprintf(
            a->key, sizeof a->key, "sign_in_failures:staff:%lld:%lld", (long long)account, (long long)(l->at_ms / hour_ms));
        (void)snprintf(a->detail, sizeof a->detail, "{\"failures\":%lld}", (long long)l->rules->limits.sign_in_failures + 1);
        (void)snprintf(a->actor, sizeof a->actor, "staff");
        a->actor_id = account;
    }
}

size_t alert_rules_look(struct alert_rules *r, uint64_t index, json entry, struct alert ret[ALERTS_PER_ENTRY])
{
    struct looking l = {.rules = r, .index = index, .entry = entry, .ret = ret, .kind = json_str(json_get(entry, "actor")),
        .action = json_str(json_get(entry, "action")), .outcome = json_str(json_get(entry, "outcome"))};
    (void)json_i64(json_get(entry, "id"), &l.id);
    if (!text_time_parse(json_str(json_get(entry, "time")), &l.at_ms) || cu_str_eqz(l.kind, "system"))
        return 0;
    look_sign_in(&l); // two at most
    if (cu_str_eqz(l.kind, "nobody"))
        return l.count;
    json people = json_get(entry, "people");
    size_t actor = actor_of(r, l.kind, l.id);
    if (l.count == 0)
        look_night(&l, actor);
    look_glass(&l, actor);
    if (l.count < ALERTS_PER_ENTRY)
        look_decoy(&l, actor, people);
    if (l.count < ALERTS_PER_ENTRY)
        look_mass(&l, actor, people);
    return l.count;
}
