// SPDX-License-Identifier: Apache-2.0
// The columns: which there are by the dictionary, one person's value in each. Called by facts.c and facts_load.c under
// facts->lock. See facts_private.h.
#include "facts_private.h"

#include "text/text.h"

static const size_t item_sizes[] = {[FACTS_TEXT] = 4, [FACTS_LIST] = 4, [FACTS_NUMBER] = 8, [FACTS_BYTE] = 1};

uint64_t facts_column_bit(uint32_t at)
{
    return UINT64_C(1) << (FACTS_BITS_DERIVED + at % (64 - FACTS_BITS_DERIVED));
}

struct facts_column *facts_column_find(const struct facts *f, cu_str name, enum seg_source source, enum seg_type type,
    uint32_t *ret_at)
{
    for (uint32_t i = 0; i < f->column_count; i++) {
        struct facts_column *c = f->columns[i];
        if (!c->dropped && c->source == source && c->type == type && cu_str_eq((cu_str){c->name, c->name_len}, name)) {
            *ret_at = i;
            return c;
        }
    }
    return NULL;
}

cu_code facts_column_add(struct facts *f, const struct facts_column *like, cu_str name, struct cu_error *err)
{
    if (f->column_count == FACTS_COLUMNS_MAX)
        return cu_fail(err, CU_FULL, "", "too many fields were declared and dropped again since the start; restart");
    struct facts_column *c = cu_alloc(sizeof *c);
    char *copy = cu_alloc(name.len ? name.len : 1);
    if (!c || !copy) {
        cu_free(c);
        cu_free(copy);
        return cu_fail(err, CU_MEMORY, "", "no memory for the facts of people");
    }
    *c = *like;
    memcpy(copy, name.ptr, name.len);
    c->name = copy;
    c->name_len = name.len;
    c->values = (struct facts_array){.item = item_sizes[like->shape]};
    f->columns[f->column_count++] = c;
    return CU_OK;
}

void facts_column_drop(struct facts *f, struct facts_column *c)
{
    bool texts = c->shape == FACTS_TEXT || c->shape == FACTS_LIST;
    for (uint32_t i = 0; texts && i < c->values.chunk_count; i++) {
        const uint32_t *piece = c->values.chunks[i];
        for (uint32_t k = 0; piece && k < FACTS_CHUNK; k++)
            texts_give(&f->texts, piece[k]);
    }
    array_clear(&c->values, &f->bytes);
    c->dropped = true;
    c->loaded = false;
}

void facts_columns_clear(struct facts *f)
{
    for (uint32_t i = 0; i < f->column_count; i++) {
        array_clear(&f->columns[i]->values, &f->bytes);
        cu_free(f->columns[i]->name);
        cu_free(f->columns[i]);
    }
    f->column_count = 0;
}

static enum facts_shape shape_of(const struct dict_field *t, enum seg_type type)
{
    if (type == SEG_BOOLEAN)
        return FACTS_BYTE;
    if (type != SEG_TEXT)
        return FACTS_NUMBER;
    return t->type == DICT_ARRAY || t->type == DICT_ANY ? FACTS_LIST : FACTS_TEXT;
}

// Columns of a trait that do not fit the dictionary any more.
static void drop_others(struct facts *f, const struct dictionary *d)
{
    for (uint32_t i = 0; i < f->column_count; i++) {
        struct facts_column *c = f->columns[i];
        if (c->dropped || c->consent)
            continue;
        const struct dict_field *t = dictionary_person_field(d, (cu_str){c->name, c->name_len});
        bool fits = t && cu_str_eq(t->name, (cu_str){c->name, c->name_len}) && known_group_of(t) == c->group &&
                    (c->source == SEG_TRAIT_UPDATED || (seg_type_of(t->type) == c->type && shape_of(t,
                        c->type) == c->shape)) &&
                    (t->level <= DICT_P1 || c->wanted);
        if (!fits)
            facts_column_drop(f, c);
    }
}

cu_code facts_columns_of_dictionary(struct facts *f, const struct dictionary *d, struct cu_error *err)
{
    const struct dict_field *traits = NULL;
    const struct dict_purpose *purposes = NULL;
    size_t trait_count = dictionary_person_fields(d, &traits), purpose_count = dictionary_purposes(d, &purposes);
    uint32_t at = 0;
    drop_others(f, d);
    for (size_t i = 0; i < trait_count; i++) {
        const struct dict_field *t = &traits[i];
        enum seg_type type = seg_type_of(t->type);
        if (t->level > DICT_P1 || t->type == DICT_OBJECT || facts_column_find(f, t->name, SEG_TRAIT, type, &at))
            continue;
        const struct facts_column c = {.source = SEG_TRAIT, .type = type, .shape = shape_of(t, type),
            .group = known_group_of(t)};
        CU_TRY(facts_column_add(f, &c, t->name, err));
    }
    for (size_t i = 0; i < purpose_count; i++) {
        if (facts_column_find(f, purposes[i].name, SEG_DERIVED, SEG_TEXT, &at))
            continue;
        const struct facts_column c = {.source = SEG_DERIVED, .type = SEG_TEXT, .shape = FACTS_BYTE, .consent = true};
        CU_TRY(facts_column_add(f, &c, purposes[i].name, err));
    }
    return CU_OK;
}

static bool set_text(struct facts *f, uint32_t *item, cu_str text, bool *ret_failed)
{
    if (*item && cu_str_eq(texts_of(&f->texts, *item), text))
        return false;
    uint32_t number = texts_take(&f->texts, text);
    if (!number) {
        *ret_failed = true;
        return false;
    }
    texts_give(&f->texts, *item);
    *item = number;
    return true;
}

bool facts_column_set(struct facts *f, struct facts_column *c, uint32_t person, const struct facts_value *v,
    bool *ret_failed)
{
    void *item = array_at(&c->values, person, v->known, &f->bytes);
    if (!item) {
        *ret_failed = *ret_failed || v->known;
        return false;
    }
    if (c->shape == FACTS_TEXT || c->shape == FACTS_LIST) {
        uint32_t *number = item;
        if (v->known)
            return set_text(f, number, v->text, ret_failed);
        texts_give(&f->texts, *number);
        bool changed = *number != 0;
        *number = 0;
        return changed;
    }
    if (c->shape == FACTS_BYTE) {
        uint8_t *byte = item, now = v->known ? (uint8_t)v->number : 0;
        bool changed = *byte != now;
        *byte = now;
        return changed;
    }
    int64_t *number = item, now = v->known ? (int64_t)((uint64_t)v->number ^ (uint64_t)INT64_MIN) : 0;
    bool changed = *number != now;
    *number = now;
    return changed;
}

// The values of a list, until facts_done: a few lists a thread at a time.
void facts_list_get(cu_str stored, struct seg_fact *ret)
{
    static _Thread_local struct seg_value room[FACTS_LIST_MAX * 4];
    static _Thread_local size_t used;
    if (used + FACTS_LIST_MAX > CU_COUNT(room))
        used = 0;
    struct seg_value *v = &room[used];
    size_t count = 0;
    while (stored.len && count < FACTS_LIST_MAX)
        v[count++] = (struct seg_value){.type = SEG_TEXT, .text = cu_str_cut(&stored, 0x1f)};
    used += count;
    *ret = (struct seg_fact){.known = count > 0, .value.type = SEG_TEXT};
    if (count) {
        ret->value = v[0];
        ret->more = v + 1;
        ret->more_count = (uint32_t)count - 1;
    }
}

void facts_column_get(const struct facts *f, const struct facts_column *c, uint32_t person, struct seg_fact *ret)
{
    uint32_t chunk = person / FACTS_CHUNK, at = person % FACTS_CHUNK;
    const void *piece = chunk < c->values.chunk_count ? c->values.chunks[chunk] : NULL;
    *ret = (struct seg_fact){.value.type = c->type};
    if (c->consent) {
        uint8_t state = piece ? ((const uint8_t *)piece)[at] : 0;
        ret->known = true;
        ret->value.text = cu_str_of(gate_state_name(state ? (enum gate_state)(state - 1) : GATE_UNKNOWN));
        return;
    }
    if (!piece)
        return;
    if (c->shape == FACTS_LIST) {
        facts_list_get(texts_of(&f->texts, ((const uint32_t *)piece)[at]), ret);
    } else if (c->shape == FACTS_TEXT) {
        uint32_t number = ((const uint32_t *)piece)[at];
        ret->known = number != 0;
        ret->value.text = texts_of(&f->texts, number);
    } else if (c->shape == FACTS_BYTE) {
        uint8_t byte = ((const uint8_t *)piece)[at];
        ret->known = byte != 0;
        ret->value.number = byte == 2;
    } else {
        int64_t stored = ((const int64_t *)piece)[at];
        ret->known = stored != 0;
        ret->value.number = stored ? (int64_t)((uint64_t)stored ^ (uint64_t)INT64_MIN) : 0;
    }
}
