// SPDX-License-Identifier: Apache-2.0
// The attributes of the dictionary's rows, declared once, and what is the same for all of them.

#include "dictionary_rows.h"

#include <assert.h>
#include <stdio.h>

#define OFFSET(member) offsetof(struct dict_row, member)
#define WHOLE_MAX 9000000000000000 // what JSON numbers of any client hold exactly

const char *const dict_type_names[DICT_TYPE_COUNT + 1] = {
    [DICT_STRING] = "string",
    [DICT_INTEGER] = "integer",
    [DICT_NUMBER] = "number",
    [DICT_MONEY] = "money",
    [DICT_BOOLEAN] = "boolean",
    [DICT_TIME] = "time",
    [DICT_DATE] = "date",
    [DICT_EMAIL] = "email",
    [DICT_PHONE] = "phone",
    [DICT_URL] = "url",
    [DICT_COUNTRY] = "country",
    [DICT_CURRENCY] = "currency",
    [DICT_ENUM] = "enum",
    [DICT_OBJECT] = "object",
    [DICT_ARRAY] = "array",
    [DICT_ANY] = "any",
    [DICT_TYPE_COUNT] = NULL,
};
const char *const dict_level_names[] = {"P0", "P1", "P2", "P3", "P4", NULL};
// The group "undeclared" is for what has no row; a row cannot choose it, so the loader's list is
// shorter.
const char *const dict_group_names[] = {
    "none", "contact", "address", "sensitive", "behaviour", NULL};
const char *const dict_collect_names[] = {"yes", "no", NULL};
const char *const dict_basis_names[] = {
    "consent", "contract", "legal_obligation", "legitimate_interest", NULL};

static const struct dict_attribute field_attributes[] = {
    {
        .name = "type",
        .type = DICT_ATTRIBUTE_WORD,
        .offset = OFFSET(is.field.type),
        .words = dict_type_names,
        .doc = "What a value may be. Numbers may arrive as text and times as seconds; null is "
               "always accepted.",
    },
    {
        .name = "min",
        .type = DICT_ATTRIBUTE_INT64,
        .offset = OFFSET(is.field.min),
        .min = -WHOLE_MAX,
        .max = WHOLE_MAX,
        .doc = "Least bytes of text, least value of a number, least elements of an array.",
    },
    {
        .name = "max",
        .type = DICT_ATTRIBUTE_INT64,
        .offset = OFFSET(is.field.max),
        .min = -WHOLE_MAX,
        .max = WHOLE_MAX,
        .doc = "Most bytes of text, greatest value of a number, most elements of an array or "
               "members of an object.",
    },
    {
        .name = "options",
        .type = DICT_ATTRIBUTE_LIST,
        .offset = OFFSET(is.field.options),
        .count_offset = OFFSET(is.field.option_count),
        .max = 200,
        .doc = "The accepted values of type enum; case is ignored.",
    },
    {
        .name = "category",
        .type = DICT_ATTRIBUTE_KEY,
        .offset = OFFSET(is.field.category),
        .max = 80,
        .doc = "Data category by its fideslang key, such as user.contact.email.",
    },
    {
        .name = "level",
        .type = DICT_ATTRIBUTE_WORD,
        .offset = OFFSET(is.field.level),
        .words = dict_level_names,
        .doc = "Protection: P0 public, P1 internal, P2 personal, P3 sensitive, P4 special "
               "category; P2 and above is sealed.",
    },
    {
        .name = "group",
        .type = DICT_ATTRIBUTE_WORD,
        .offset = OFFSET(is.field.group),
        .words = dict_group_names,
        .doc = "Which sealed group holds the value; chosen by level when absent.",
    },
    {
        .name = "purposes",
        .type = DICT_ATTRIBUTE_LIST,
        .offset = OFFSET(is.field.purposes),
        .count_offset = OFFSET(is.field.purpose_count),
        .max = 20,
        .doc = "What the value may be used for; each is a row of purposes.",
    },
    {
        .name = "retention_days",
        .type = DICT_ATTRIBUTE_INT32,
        .offset = OFFSET(is.field.retention_days),
        .max = 36500,
        .doc = "Days until the value is removed; 0: kept as long as the person.",
    },
    {
        .name = "collect",
        .type = DICT_ATTRIBUTE_WORD,
        .offset = OFFSET(is.field.collect),
        .words = dict_collect_names,
        .doc = "Fields of persons only: no drops what is sent and erases the values that are there.",
    },
    {
        .name = "owner",
        .type = DICT_ATTRIBUTE_TEXT,
        .offset = OFFSET(is.field.owner),
        .max = 64,
        .doc = "The role in the shop that answers for this field.",
    },
    {
        .name = "identifier",
        .type = DICT_ATTRIBUTE_TEXT,
        .offset = OFFSET(is.field.identifier),
        .max = 64,
        .doc = "Kind of identifier this trait also is; a row of identifiers.",
    },
    {
        .name = "aliases",
        .type = DICT_ATTRIBUTE_LIST,
        .offset = OFFSET(is.field.aliases),
        .count_offset = OFFSET(is.field.alias_count),
        .max = 50,
        .doc = "Other names under which clients and files send it.",
    },
    {
        .name = "from",
        .type = DICT_ATTRIBUTE_LIST,
        .offset = OFFSET(is.field.from),
        .count_offset = OFFSET(is.field.from_count),
        .max = DERIVE_FROM_MAX,
        .doc = "Fields of the same event out of which it is worked out where no client sends it; the first that yields "
               "something counts.",
    },
    {
        .name = "as",
        .type = DICT_ATTRIBUTE_WORD,
        .offset = OFFSET(is.field.as),
        .words = derive_names,
        .doc = "What is taken out of the fields of from: of an address its host, path, campaign parameter or kind of click "
               "number, of a user agent the class of device, the browser or the system, of a search its words. "
               "outside_host: no host of the same site as the second field. Never above level P1.",
    },
    {
        .name = "elements",
        .type = DICT_ATTRIBUTE_TEXT,
        .offset = OFFSET(elements),
        .max = 64,
        .loader_only = true,
        .doc = "Type array: the row of sets that describes each element.",
    },
    {
        .name = "doc",
        .type = DICT_ATTRIBUTE_TEXT,
        .offset = OFFSET(is.field.doc),
        .max = 400,
        .doc = "What it is, in one sentence.",
    },
};

static const struct dict_attribute event_attributes[] = {
    {
        .name = "aliases",
        .type = DICT_ATTRIBUTE_LIST,
        .offset = OFFSET(is.event.aliases),
        .count_offset = OFFSET(is.event.alias_count),
        .max = 50,
        .doc = "Other names of the same event.",
    },
    {
        .name = "category",
        .type = DICT_ATTRIBUTE_KEY,
        .offset = OFFSET(is.event.category),
        .max = 80,
        .doc = "Data category of the event and of its fields that name none.",
    },
    {
        .name = "purposes",
        .type = DICT_ATTRIBUTE_LIST,
        .offset = OFFSET(is.event.purposes),
        .count_offset = OFFSET(is.event.purpose_count),
        .max = 20,
        .doc = "What the event may be used for, and its fields that name nothing else.",
    },
    {
        .name = "retention_days",
        .type = DICT_ATTRIBUTE_INT32,
        .offset = OFFSET(is.event.retention_days),
        .max = 36500,
        .doc = "Days until the event is removed; 0: kept as long as the person.",
    },
    {
        .name = "owner",
        .type = DICT_ATTRIBUTE_TEXT,
        .offset = OFFSET(is.event.owner),
        .max = 64,
        .doc = "The role in the shop that answers for this event.",
    },
    {
        .name = "sets",
        .type = DICT_ATTRIBUTE_LIST,
        .offset = OFFSET(sets),
        .count_offset = OFFSET(set_count),
        .max = 20,
        .loader_only = true,
        .doc = "Rows of sets whose fields this event has besides its own.",
    },
    {
        .name = "doc",
        .type = DICT_ATTRIBUTE_TEXT,
        .offset = OFFSET(is.event.doc),
        .max = 400,
        .doc = "When it happens, in one sentence.",
    },
};

static const struct dict_attribute purpose_attributes[] = {
    {
        .name = "basis",
        .type = DICT_ATTRIBUTE_WORD,
        .offset = OFFSET(is.purpose.basis),
        .words = dict_basis_names,
        .doc = "The legal basis on which the purpose rests.",
    },
    {
        .name = "categories",
        .type = DICT_ATTRIBUTE_LIST,
        .offset = OFFSET(is.purpose.categories),
        .count_offset = OFFSET(is.purpose.category_count),
        .max = 50,
        .doc = "Names of consent categories in banners and SDKs that stand for it.",
    },
    {
        .name = "recipients",
        .type = DICT_ATTRIBUTE_LIST,
        .offset = OFFSET(is.purpose.recipients),
        .count_offset = OFFSET(is.purpose.recipient_count),
        .max = 50,
        .doc = "Who receives data for it, by name or kind.",
    },
    {
        .name = "validity_days",
        .type = DICT_ATTRIBUTE_INT32,
        .offset = OFFSET(is.purpose.validity_days),
        .min = 0,
        .max = 36500,
        .optional = true,
        .doc = "How many days a consent holds; 0: until it is withdrawn.",
    },
    {
        .name = "doc",
        .type = DICT_ATTRIBUTE_TEXT,
        .offset = OFFSET(is.purpose.doc),
        .max = 400,
        .doc = "What is done for it, in words for the person.",
    },
};

static const struct dict_attribute identifier_attributes[] = {
    {
        .name = "priority",
        .type = DICT_ATTRIBUTE_INT32,
        .offset = OFFSET(is.identifier.priority),
        .min = 1,
        .max = 1000,
        .doc = "1 is the strongest; an event belongs to the profile of its strongest identifier.",
    },
    {
        .name = "limit",
        .type = DICT_ATTRIBUTE_INT32,
        .offset = OFFSET(is.identifier.limit),
        .min = 1,
        .max = 100000,
        .doc = "How many different values of this kind one person may have.",
    },
    {
        .name = "blocked",
        .type = DICT_ATTRIBUTE_LIST,
        .offset = OFFSET(is.identifier.blocked),
        .count_offset = OFFSET(is.identifier.blocked_count),
        .max = 2000,
        .doc = "Values that identify nobody, besides the built-in ones.",
    },
    {
        .name = "doc",
        .type = DICT_ATTRIBUTE_TEXT,
        .offset = OFFSET(is.identifier.doc),
        .max = 400,
        .doc = "What it is, in one sentence.",
    },
};

const struct dict_kind_row dict_kinds[DICT_KIND_COUNT] = {
    [DICT_KIND_FIELD] = {"a field", field_attributes, CU_COUNT(field_attributes)},
    [DICT_KIND_EVENT] = {"an event", event_attributes, CU_COUNT(event_attributes)},
    [DICT_KIND_PURPOSE] = {"a purpose", purpose_attributes, CU_COUNT(purpose_attributes)},
    [DICT_KIND_IDENTIFIER] = {"an identifier", identifier_attributes,
        CU_COUNT(identifier_attributes)},
};

uint32_t dict_attribute_bit(enum dict_kind kind, const char *name)
{
    const struct dict_kind_row *k = &dict_kinds[kind];
    uint32_t i = 0;
    while (i < k->count && strcmp(k->attributes[i].name, name) != 0)
        i++;
    assert(i < k->count);
    return 1u << i;
}

// Every kind of row starts with its name, and the union starts the row.
_Static_assert(offsetof(struct dict_row, is.field.name) == 0, "the name is first");
_Static_assert(offsetof(struct dict_row, is.event.name) == 0, "the name is first");
_Static_assert(offsetof(struct dict_row, is.purpose.name) == 0, "the name is first");
_Static_assert(offsetof(struct dict_row, is.identifier.kind) == 0, "the name is first");
_Static_assert(
    sizeof(enum dict_type) == sizeof(unsigned) && sizeof(enum dict_derive) == sizeof(unsigned),
    "words");

cu_str dict_row_name(const struct dict_row *r)
{
    return r->is.field.name;
}

static const void *at(const struct dict_attribute *t, const void *row)
{
    return (const char *)row + t->offset;
}

static int64_t whole(const struct dict_attribute *t, const void *row)
{
    int64_t big = 0;
    int32_t small = 0;
    unsigned word = 0;
    if (t->type == DICT_ATTRIBUTE_WORD) {
        memcpy(&word, at(t, row), sizeof word);
        return word;
    }
    if (t->type == DICT_ATTRIBUTE_INT32) {
        memcpy(&small, at(t, row), sizeof small);
        return small;
    }
    memcpy(&big, at(t, row), sizeof big);
    return big;
}

static cu_str text_at(const struct dict_attribute *t, const void *row)
{
    cu_str s;
    memcpy(&s, at(t, row), sizeof s);
    return s;
}

static uint32_t list_at(const struct dict_attribute *t, const void *row, const cu_str **ret)
{
    uint32_t count;
    memcpy(ret, at(t, row), sizeof *ret);
    memcpy(&count, (const char *)row + t->count_offset, sizeof count);
    return count;
}

void dict_attribute_print(const struct dict_attribute *t, const void *row, struct json_writer *w)
{
    const cu_str *list = NULL;
    switch (t->type) {
    case DICT_ATTRIBUTE_TEXT:
    case DICT_ATTRIBUTE_KEY:
        jw_str(w, text_at(t, row));
        break;
    case DICT_ATTRIBUTE_WORD:
        jw_z(w, t->words[whole(t, row)]);
        break;
    case DICT_ATTRIBUTE_INT64:
    case DICT_ATTRIBUTE_INT32:
        jw_i64(w, whole(t, row));
        break;
    case DICT_ATTRIBUTE_LIST:
        jw_array(w);
        for (uint32_t i = 0, count = list_at(t, row, &list); i < count; i++)
            jw_str(w, list[i]);
        jw_array_end(w);
        break;
    }
}

void dict_attribute_copy(const struct dict_attribute *t, void *row, const void *from)
{
    static const struct dict_row zero;
    size_t size = 0;
    switch (t->type) {
    case DICT_ATTRIBUTE_TEXT:
    case DICT_ATTRIBUTE_KEY:
        size = sizeof(cu_str);
        break;
    case DICT_ATTRIBUTE_WORD:
        size = sizeof(unsigned);
        break;
    case DICT_ATTRIBUTE_INT64:
        size = sizeof(int64_t);
        break;
    case DICT_ATTRIBUTE_INT32:
        size = sizeof(int32_t);
        break;
    case DICT_ATTRIBUTE_LIST:
        size = sizeof(const cu_str *);
        break;
    }
    const char *source = from ? from : (const void *)&zero;
    memcpy((char *)row + t->offset, source + t->offset, size);
    if (t->type == DICT_ATTRIBUTE_LIST)
        memcpy((char *)row + t->count_offset, source + t->count_offset, sizeof(uint32_t));
}

bool dict_attribute_equal(const struct dict_attribute *t, const void *a, const void *b)
{
    const cu_str *list_a = NULL, *list_b = NULL;
    if (t->type == DICT_ATTRIBUTE_TEXT || t->type == DICT_ATTRIBUTE_KEY)
        return cu_str_eq(text_at(t, a), text_at(t, b));
    if (t->type != DICT_ATTRIBUTE_LIST)
        return whole(t, a) == whole(t, b);
    uint32_t count = list_at(t, a, &list_a);
    if (count != list_at(t, b, &list_b))
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (!cu_str_eq(list_a[i], list_b[i]))
            return false;
    return true;
}

void dict_fault_add(struct dict_faults *f, cu_code code, uint32_t line, uint32_t column, cu_str row,
    const char *fmt, ...)
{
    if (f->count++ >= DICT_FAULTS_MAX)
        return;
    struct dict_fault *fault = &f->at[f->count - 1];
    *fault = (struct dict_fault){.code = code, .line = line, .column = column};
    size_t len = row.len < sizeof fault->row ? row.len : sizeof fault->row - 1;
    while (len > 0 && len < row.len && ((unsigned char)row.ptr[len] & 0xc0) == 0x80)
        len--; // never half a UTF-8 character
    memcpy(fault->row, len ? row.ptr : "", len);
    va_list args;
    va_start(args, fmt);
    vsnprintf(fault->text, sizeof fault->text, fmt, args);
    va_end(args);
}
