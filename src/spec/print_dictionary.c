// SPDX-License-Identifier: Apache-2.0
// The page of the data dictionary: how its file is written (from the tables of attributes) and
// every row of the dictionary at hand.

#include "dictionary_rows.h"
#include "print_common.h"

static void print_list(struct cu_buf *out, const cu_str *list, uint32_t count, const char *before)
{
    for (uint32_t i = 0; i < count; i++) {
        cu_buf_z(out, i ? ", " : before);
        spec_print_cell(out, list[i]);
    }
}

static void print_words(struct cu_buf *out, const struct dict_attribute *t)
{
    static const char *const words[] = {
        [DICT_ATTRIBUTE_TEXT] = "text",
        [DICT_ATTRIBUTE_KEY] = "key",
        [DICT_ATTRIBUTE_WORD] = "one of ",
        [DICT_ATTRIBUTE_INT64] = "whole number",
        [DICT_ATTRIBUTE_INT32] = "whole number",
        [DICT_ATTRIBUTE_LIST] = "list of texts",
    };
    cu_buf_z(out, words[t->type]);
    for (size_t i = 0; t->type == DICT_ATTRIBUTE_WORD && t->words[i]; i++)
        cu_buf_printf(out, "%s`%s`", i ? ", " : "", t->words[i]);
}

static void print_form(struct cu_buf *out)
{
    static const char *const sections[DICT_KIND_COUNT] = {
        [DICT_KIND_FIELD] =
            "A field (rows of `persons`, of an event's `fields` and of each of the `sets`)",
        [DICT_KIND_EVENT] = "An event (rows of `events`)",
        [DICT_KIND_PURPOSE] = "A purpose (rows of `purposes`)",
        [DICT_KIND_IDENTIFIER] = "A kind of identifier (rows of `identifiers`)",
    };
    cu_buf_z(out,
        "\n## How the file is written\n\n"
        "YAML without anchors, aliases and tags; the first line is `version: 1`. A row replaces "
        "only the attributes it "
        "names; `~` takes one away. Names match without regard to case, `_`, `-` and spaces.\n");
    for (size_t k = 0; k < DICT_KIND_COUNT; k++) {
        cu_buf_printf(out, "\n%s:\n\n| attribute | value | |\n|---|---|---|\n", sections[k]);
        for (size_t i = 0; i < dict_kinds[k].count; i++) {
            const struct dict_attribute *t = &dict_kinds[k].attributes[i];
            cu_buf_printf(out, "| `%s` | ", t->name);
            print_words(out, t);
            cu_buf_printf(out, " | %s |\n", t->doc);
        }
        if (k == DICT_KIND_EVENT)
            cu_buf_z(out, "| `fields` | rows | The properties of the event. |\n");
    }
}

static void print_field(struct cu_buf *out, const struct dict_field *f)
{
    cu_buf_z(out, "| `");
    spec_print_cell(out, f->name);
    cu_buf_printf(out, "` | %s | %s | %.*s | ", dict_type_names[f->type],
        dict_level_names[f->level], CU_ARG(f->category));
    spec_print_cell(out, f->doc);
    print_list(out, f->options, f->option_count, " One of: ");
    if (f->identifier.len)
        cu_buf_printf(out, " Identifies as `%.*s`.", CU_ARG(f->identifier));
    print_list(out, f->aliases, f->alias_count, " Also: ");
    if (f->as != DERIVE_NONE) {
        cu_buf_printf(out, " Worked out as `%s` of ", derive_names[f->as]);
        print_list(out, f->from, f->from_count, "");
        cu_buf_z(out, " where it is not sent.");
    }
    cu_buf_z(out, " |\n");
}

static void print_field_table(struct cu_buf *out, const struct dict_field *fields, size_t count)
{
    if (count == 0)
        return;
    cu_buf_z(out, "\n| name | type | level | category | |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < count; i++)
        print_field(out, &fields[i]);
}

static void print_purposes(struct cu_buf *out, const struct dictionary *d)
{
    cu_buf_z(out, "\n## Purposes\n\n| name | basis | consent categories | |\n|---|---|---|---|\n");
    for (size_t i = 0; i < d->purpose_count; i++) {
        const struct dict_purpose *p = &d->purposes[i];
        cu_buf_printf(out, "| `%.*s` | %s | ", CU_ARG(p->name), dict_basis_names[p->basis]);
        print_list(out, p->categories, p->category_count, "");
        cu_buf_z(out, " | ");
        spec_print_cell(out, p->doc);
        cu_buf_z(out, " |\n");
    }
}

static void print_identifiers(struct cu_buf *out, const struct dictionary *d)
{
    cu_buf_z(
        out, "\n## Identifiers\n\n| kind | priority | limit per person | |\n|---|---|---|---|\n");
    for (size_t i = 0; i < d->identifier_count; i++) {
        const struct dict_identifier *k = &d->identifiers[i];
        cu_buf_printf(out, "| `%.*s` | %d | %d | ", CU_ARG(k->kind), k->priority, k->limit);
        spec_print_cell(out, k->doc);
        cu_buf_z(out, " |\n");
    }
}

static void print_event(struct cu_buf *out, const struct dict_event *e)
{
    cu_buf_z(out, "\n### ");
    cu_buf_str(out, e->name);
    cu_buf_z(out, "\n\n");
    cu_buf_str(out, e->doc);
    print_list(out, e->aliases, e->alias_count, " Also: ");
    cu_buf_printf(out, "%s\n\nKept %d days; for ", e->alias_count ? "." : "", e->retention_days);
    print_list(out, e->purposes, e->purpose_count, "");
    cu_buf_z(out, ".\n");
    print_field_table(out, e->fields, e->field_count);
}

void spec_print_dictionary_page(const struct spec_catalogue *c, struct cu_buf *out)
{
    const struct dictionary *d = c->dictionary;
    cu_buf_printf(out,
        "# Data dictionary\n\n<!-- Printed by `%s spec markdown` from the dictionary; do not edit. "
        "-->\n\n"
        "Every field of a person, every event, purpose and kind of identifier is one row: the "
        "built-in rows below, and over "
        "them the shop's own `dictionary.yaml` in the data folder. Levels P2 and above are sealed "
        "with the person's key. What "
        "nobody declared is kept, sealed, and unreadable until it has a row.\n",
        c->program);
    print_form(out);
    if (!d)
        return;
    print_purposes(out, d);
    print_identifiers(out, d);
    cu_buf_z(out, "\n## Persons\n");
    print_field_table(out, d->persons, d->person_count);
    cu_buf_z(out, "\n## Events\n");
    for (size_t i = 0; i < d->event_count; i++)
        print_event(out, &d->events[i]);
}
