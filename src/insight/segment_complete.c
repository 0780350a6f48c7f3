// SPDX-License-Identifier: Apache-2.0
// Completion: the parser reads the text before the cursor and notes what it asks for where that text ends; here that
// becomes a list of things to write, those that begin with what stands there already first.
#include "segment_parse.h"

enum { ITEMS_MAX = 50, ITEMS_SHARE = 16 };

struct offers {
    const struct seg_catalog *catalog;
    struct json_writer *w;
    struct cu_arena *arena;
    cu_str prefix;
    bool quoted;        // the prefix has an opening quotation mark
    unsigned closeness; // of this round: 2 begins so, 1 a part of it does
    cu_str done[ITEMS_MAX];
    size_t count, until; // until: where this want has had its share
    bool numbers;        // only properties that can be added up
};

static bool begins(cu_str s, cu_str prefix)
{
    return cu_str_eq_nocase(cu_str_sub(s, 0, prefix.len), prefix);
}

static unsigned closeness(cu_str s, cu_str prefix)
{
    if (begins(s, prefix))
        return 2;
    for (size_t i = 1; i + prefix.len <= s.len; i++) {
        char before = s.ptr[i - 1];
        if ((before == '.' || before == ' ' || before == '_' || before == '$') && begins(cu_str_sub(s, i, s.len), prefix))
            return 1;
    }
    return 0;
}

static bool offered(const struct offers *o, cu_str text)
{
    for (size_t i = 0; i < o->count; i++)
        if (cu_str_eq(o->done[i], text))
            return true;
    return false;
}

static void offer_text(struct offers *o, const char *kind, cu_str text, cu_str doc)
{
    if (o->count >= o->until || offered(o, text))
        return;
    cu_str copy = cu_arena_dup(o->arena, text);
    if (!copy.ptr)
        return;
    o->done[o->count++] = copy;
    jw_object(o->w);
    jw_kstr(o->w, "text", text);
    jw_kz(o->w, "kind", kind);
    jw_kstr(o->w, "doc", doc);
    jw_object_end(o->w);
}

static void offer_name(struct offers *o, const char *kind, cu_str name, cu_str doc, bool always_quoted)
{
    struct cu_buf text;
    if (name.len == 0 || closeness(name, o->prefix) != o->closeness)
        return;
    cu_buf_init(&text, 4096);
    if (always_quoted || o->quoted)
        seg_put_quoted(&text, name);
    else
        seg_put_name(&text, name);
    if (!text.failed)
        offer_text(o, kind, cu_buf_view(&text), doc);
    cu_buf_clear(&text);
}

// --- each kind of thing

// Do these words compare values of what is being compared?
static bool suit(const struct offers *o, const struct seg_want *want)
{
    enum { TEXT = 1 << SEG_TEXT, NUMBER = 1 << SEG_NUMBER, TIME = 1 << SEG_TIME };
    static const struct {
        const char *words;
        unsigned types;
    } rows[] = {{"contains", TEXT}, {"does not contain", TEXT}, {"starts with", TEXT}, {"ends with", TEXT},
        {"one of", TEXT | NUMBER}, {"none of", TEXT | NUMBER}, {"between", NUMBER | TIME}, {"more than", NUMBER},
        {"at least", NUMBER}, {"less than", NUMBER}, {"at most", NUMBER}, {"after", TIME}, {"on or after", TIME},
        {"on or before", TIME}, {"before", TIME}, {"in the last", TIME}, {"in the next", TIME}, {"in the whole", TIME},
        {"today", TIME}, {"yesterday", TIME}, {"this week", TIME}, {"this month", TIME}, {"this year", TIME},
        {"last week", TIME}, {"last month", TIME}, {"last year", TIME}, {"longer than", TIME}, {"from", TIME},
        {"since", TIME}, {"has its anniversary", TIME}};
    const struct seg_field *f = want->of_event ? NULL : seg_catalog_field(o->catalog, want->field);
    struct seg_property p = {CU_NONE, SEG_TEXT, NULL};
    if (want->field.len == 0 || (!want->of_event && !f) ||
        (want->of_event && seg_catalog_property(o->catalog, want->event, want->field, &p) != SEG_PROPERTY_FOUND))
        return true;
    enum seg_type type = f ? f->type : p.type;
    for (size_t i = 0; i < CU_COUNT(rows); i++)
        if (strcmp(rows[i].words, want->words) == 0)
            return (rows[i].types >> type & 1) != 0;
    return true;
}

static void offer_words(struct offers *o, const struct seg_want *want)
{
    const char *words = want->words;
    static const struct {
        const char *words, *doc;
    } docs[] = {{"did", "An event that happened, or with \"not\" did not."}, {"not", "The opposite of what follows."},
        {"in segment", "Who is in another segment now."}, {"entered segment", "Who came into another segment."},
        {"left segment", "Who went out of another segment."},
        {"sample of", "A part of everybody, always the same people."}, {"everybody", "Every person."},
        {"sum of", "A property of events, added up."}, {"days with", "On how many different days an event happened."},
        {"then", "The next step of a sequence."}, {"where", "Only events with such properties."},
        {"and", "Both conditions."}, {"or", "One of the conditions, or both."},
        {"within", "At most so long after the step before."}, {"without", "Events that must not happen meanwhile."},
        {"with the same", "Properties that all steps share."}, {"in the last", "A window that moves with the clock."},
        {"has its anniversary", "Birthdays: month and day fall into the window."}};
    cu_str text = cu_str_of(words), doc = CU_NONE;
    if (o->quoted || o->closeness != 2 || !begins(text, o->prefix) || !suit(o, want))
        return;
    for (size_t i = 0; i < CU_COUNT(docs); i++)
        if (cu_str_eqz(text, docs[i].words))
            doc = cu_str_of(docs[i].doc);
    offer_text(o, "keyword", text, doc);
}

static void offer_fields(struct offers *o)
{
    const struct seg_field *fields = NULL;
    size_t count = seg_catalog_fields(o->catalog, &fields);
    for (int updated = 0; updated <= 1; updated++)
        for (size_t i = 0; i < count; i++)
            if ((fields[i].source == SEG_TRAIT_UPDATED) == (updated == 1))
                offer_name(o, "field", fields[i].name, cu_str_of(fields[i].doc), false);
}

static void offer_events(struct offers *o)
{
    const struct dict_event *events = NULL;
    size_t count = dictionary_events(seg_catalog_dictionary(o->catalog), &events);
    for (size_t i = 0; i < count; i++)
        if (!cu_str_eqz(events[i].name, "$context"))
            offer_name(o, "event", events[i].name, events[i].doc, true);
}

static void offer_property(struct offers *o, cu_str event, cu_str name, cu_str doc)
{
    struct seg_property p;
    if (seg_catalog_property(o->catalog, event, name, &p) == SEG_PROPERTY_FOUND && (!o->numbers || p.type == SEG_NUMBER))
        offer_name(o, "property", p.path, doc, false);
}

static void offer_context(struct offers *o)
{
    const struct dict_event *context = dictionary_event(seg_catalog_dictionary(o->catalog), CU_LIT("$context"));
    for (uint32_t i = 0; context && i < context->field_count; i++) {
        cu_str name = cu_arena_printf(o->arena, "$context.%.*s", CU_ARG(context->fields[i].name));
        if (name.ptr)
            offer_property(o, CU_NONE, name, context->fields[i].doc);
    }
}

static void offer_fields_of(struct offers *o, const struct dict_event *e)
{
    for (uint32_t i = 0; i < e->field_count; i++)
        offer_property(o, e->name, e->fields[i].name, e->fields[i].doc);
}

// Where the event is not yet named ("sum of ..."), those of all events.
static void offer_properties(struct offers *o, cu_str event)
{
    const struct dictionary *d = seg_catalog_dictionary(o->catalog);
    const struct dict_event *events = NULL, *one = event.len ? dictionary_event(d, event) : NULL;
    size_t count = event.ptr ? 0 : dictionary_events(d, &events);
    if (one)
        offer_fields_of(o, one);
    for (size_t i = 0; i < count && o->count < o->until; i++)
        if (!cu_str_eqz(events[i].name, "$context"))
            offer_fields_of(o, &events[i]);
    offer_property(o, CU_NONE, CU_LIT("revenue"), CU_LIT("What the event is worth, in the shop's currency."));
    offer_property(o, CU_NONE, CU_LIT("source"), CU_LIT("The source that sent the event."));
    offer_context(o);
}

static void offer_segment(void *context, cu_str name)
{
    offer_name(context, "segment", name, CU_NONE, true);
}

static void offer_segments(struct offers *o)
{
    const struct seg_catalog_options *of = seg_catalog_asked(o->catalog);
    if (of->segments)
        of->segments(of->context, offer_segment, o);
}

static void offer_word_value(struct offers *o, const char *word)
{
    if (!o->quoted && closeness(cu_str_of(word), o->prefix) == o->closeness)
        offer_text(o, "value", cu_str_of(word), CU_NONE);
}

static void offer_values(struct offers *o, const struct seg_want *want)
{
    const struct seg_field *f = want->of_event ? NULL : seg_catalog_field(o->catalog, want->field);
    struct seg_property p = {CU_NONE, SEG_TEXT, NULL};
    if (want->of_event && seg_catalog_property(o->catalog, want->event, want->field, &p) != SEG_PROPERTY_FOUND)
        return;
    if ((f ? f->type : p.type) == SEG_BOOLEAN) {
        offer_word_value(o, "yes");
        offer_word_value(o, "no");
    }
    for (size_t i = 0; f && f->options && f->options[i]; i++)
        offer_name(o, "value", cu_str_of(f->options[i]), CU_NONE, true);
    for (uint32_t i = 0; p.field && i < p.field->option_count; i++)
        offer_name(o, "value", p.field->options[i], CU_NONE, true);
}

// Where nothing is typed yet and several long lists could follow, each gets a share.
static bool shared(const struct offers *o, const struct seg_wants *wants)
{
    size_t lists = 0;
    for (size_t i = 0; i < wants->count; i++)
        lists += wants->at[i].kind == SEG_WANT_FIELD || wants->at[i].kind == SEG_WANT_EVENT ||
                 wants->at[i].kind == SEG_WANT_PROPERTY;
    return lists > 1 && o->prefix.len == 0;
}

static void offer_want(struct offers *o, const struct seg_want *want, bool share)
{
    o->numbers = want->numbers;
    o->until =
        share && want->kind != SEG_WANT_WORDS && o->count + ITEMS_SHARE < ITEMS_MAX ? o->count + ITEMS_SHARE : ITEMS_MAX;
    switch (want->kind) {
    case SEG_WANT_WORDS:
        offer_words(o, want);
        break;
    case SEG_WANT_FIELD:
        offer_fields(o);
        break;
    case SEG_WANT_EVENT:
        offer_events(o);
        break;
    case SEG_WANT_PROPERTY:
        offer_properties(o, want->event);
        break;
    case SEG_WANT_SEGMENT:
        offer_segments(o);
        break;
    case SEG_WANT_VALUE:
        offer_values(o, want);
        break;
    }
}

// --- where

struct spot {
    size_t from, to; // what is replaced
    cu_str prefix;
    bool quoted;
    bool nowhere; // in a comment
};

static struct spot find_spot(cu_str text, size_t cursor)
{
    struct spot s = {.from = cursor, .to = cursor};
    const cu_str head = cu_str_sub(text, 0, cursor);
    struct seg_token t = {.kind = SEG_END}, last = t;
    size_t pos = 0;
    while ((t = seg_token_at(head, pos)).kind != SEG_END) {
        last = t;
        pos = t.at + t.len;
    }
    for (size_t i = pos; i < cursor; i++) // behind the last token: space and comments
        s.nowhere = head.ptr[i] == '#' || (s.nowhere && head.ptr[i] != '\n');
    bool touches = last.kind != SEG_END && pos == cursor;
    s.quoted = touches && last.kind == SEG_BAD && last.len > 0 &&
               seg_token_at(cu_str_sub(head, last.at, 1), 0).kind == SEG_BAD &&
               (last.len > 1 || last.text.ptr[0] == '"' || last.text.ptr[0] == '\'');
    if (!touches || (last.kind != SEG_WORD && !s.quoted))
        return s;
    size_t mark = !s.quoted ? 0 : (last.text.ptr[0] == '"' || last.text.ptr[0] == '\'') ? 1 : 3;
    s.from = last.at;
    s.prefix = cu_str_sub(head, last.at + mark, last.len - mark);
    struct seg_token whole = seg_token_at(text, last.at);
    if (whole.kind == (s.quoted ? SEG_STRING : SEG_WORD))
        s.to = whole.at + whole.len;
    return s;
}

cu_code seg_complete(
    cu_str text, uint32_t cursor, const struct seg_catalog *c, struct json_writer *w, struct cu_error *err)
{
    size_t at = cursor < text.len ? cursor : text.len;
    while (at > 0 && at < text.len && ((unsigned char)text.ptr[at] & 0xC0) == 0x80)
        at--; // not inside a character
    struct spot s = find_spot(text, at);
    struct cu_arena *arena = cu_arena_new(SEG_ARENA_MAX);
    struct seg_wants *wants = cu_calloc(1, sizeof *wants);
    struct seg_faults *faults = cu_calloc(1, sizeof *faults);
    struct offers *o = cu_calloc(1, sizeof *o);
    struct seg_node *ignored = NULL;
    cu_code code = CU_MEMORY;
    if (arena && wants && faults && o) {
        code = seg_parse_with(cu_str_sub(text, 0, s.from), seg_catalog_zone(c), arena, &ignored, faults, err, wants);
        code = code == CU_INVALID ? CU_OK : code; // an unfinished text is what completion is for
        *o = (struct offers){.catalog = c, .w = w, .arena = arena, .prefix = s.prefix, .quoted = s.quoted};
    }
    if (code == CU_OK) {
        jw_object(w);
        jw_ki64(w, "from", (int64_t)s.from);
        jw_ki64(w, "to", (int64_t)s.to);
        jw_key(w, "items");
        jw_array(w);
        for (o->closeness = 2; !s.nowhere && o->closeness > 0; o->closeness--)
            for (size_t i = 0; i < wants->count; i++)
                offer_want(o, &wants->at[i], shared(o, wants));
        jw_array_end(w);
        jw_object_end(w);
    }
    cu_free(o);
    cu_free(faults);
    cu_free(wants);
    cu_arena_free(arena);
    return code == CU_MEMORY ? cu_fail(err, CU_MEMORY, "", "no memory to complete a definition") : code;
}
