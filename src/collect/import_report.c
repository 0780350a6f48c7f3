// SPDX-License-Identifier: Apache-2.0
// Columns, samples and faults of a file. See import_report.h.
#include "import_report.h"

enum { SAMPLE_MAX = 96, SAMPLE_CHARACTERS = 24, TEXT_KEPT = 160 };

struct fault {
    uint64_t row;
    char code[32], text[TEXT_KEPT]; // copies: some texts are made for one row
};
struct column {
    char samples[IMPORT_SAMPLES_SHOWN][SAMPLE_MAX];
    uint32_t sample_count;
    uint64_t fault_count;
    struct fault faults[IMPORT_FAULTS_SHOWN];
};
struct import_report {
    const struct import_plan *plan;
    uint32_t rows_sampled;
    struct column whole; // faults of no column
    struct column columns[];
};

cu_code import_report_new(
    const struct import_plan *p, struct import_report **ret, struct cu_error *err)
{
    struct import_report *r = cu_calloc(1, sizeof *r + p->column_count * sizeof r->columns[0]);
    if (!r)
        return cu_fail(err, CU_MEMORY, "", "No memory for the report of an import.");
    r->plan = p;
    *ret = r;
    return CU_OK;
}

void import_report_free(struct import_report *r)
{
    if (!r)
        return;
    explicit_bzero(r, sizeof *r + r->plan->column_count * sizeof r->columns[0]);
    cu_free(r);
}

static bool letter_or_digit(unsigned char c)
{
    return c >= 0x80 || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

void import_mask(cu_str value, struct cu_buf *out)
{
    bool hidden = false;
    size_t shown = 0;
    for (size_t i = 0; i < value.len && shown < SAMPLE_CHARACTERS; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        if ((c & 0xC0) == 0x80)
            continue; // the rest of a character
        bool word = letter_or_digit(c);
        if (word && (hidden || c >= 0x80))
            cu_buf_z(out, "\xe2\x80\xa2");
        else
            cu_buf_char(out, c < 0x20 ? ' ' : (char)c);
        hidden = word;
        shown++;
    }
    if (shown == SAMPLE_CHARACTERS)
        cu_buf_z(out, "\xe2\x80\xa6");
}

// Amounts, times and product data are nobody's secret and more use unmasked.
static bool is_plain(const struct import_plan *p, uint32_t column)
{
    for (uint32_t i = 0; i < p->slot_count; i++) {
        const struct import_slot *s = &p->slots[i];
        for (uint32_t k = 0; k < s->count; k++)
            if (s->columns[k] == column)
                return s->to == IMPORT_TO_TIME || s->to == IMPORT_TO_LINE ||
                       s->to == IMPORT_TO_STATUS || s->to == IMPORT_TO_EVENT ||
                       s->to == IMPORT_TO_TYPE || s->to == IMPORT_TO_REFUNDED ||
                       (s->to == IMPORT_TO_PROPERTY && s->field && s->field->type == DICT_MONEY);
    }
    return false;
}

void import_report_sample(struct import_report *r, const struct import_row *row)
{
    if (!row->cells || r->plan->calls)
        return;
    for (uint32_t i = 0; i < r->plan->column_count; i++) {
        struct column *c = &r->columns[i];
        if (c->sample_count == IMPORT_SAMPLES_SHOWN ||
            (row->kinds && row->kinds[i] == IMPORT_ABSENT))
            continue;
        cu_str cell = cu_str_trim(row->cells[i]);
        if (cell.len == 0)
            continue;
        CU_AUTO_BUF struct cu_buf masked;
        cu_buf_init(&masked, 1024);
        if (is_plain(r->plan, i) && cell.len < SAMPLE_CHARACTERS)
            cu_buf_str(&masked, cell);
        else
            import_mask(cell, &masked);
        if (masked.len < SAMPLE_MAX)
            memcpy(c->samples[c->sample_count++], cu_buf_view(&masked).ptr, masked.len + 1);
    }
}

static void copy(char *to, size_t size, const char *from)
{
    size_t n = strlen(from);
    n = n < size ? n : size - 1;
    memcpy(to, from, n);
    to[n] = 0;
}

void import_report_fault(struct import_report *r, uint64_t row, const struct import_problem *p)
{
    struct column *c = p->column < r->plan->column_count ? &r->columns[p->column] : &r->whole;
    if (c->fault_count < IMPORT_FAULTS_SHOWN) {
        struct fault *f = &c->faults[c->fault_count];
        f->row = row;
        copy(f->code, sizeof f->code, p->code);
        copy(f->text, sizeof f->text, p->text);
    }
    c->fault_count++;
}

static void print_faults(const struct column *c, struct json_writer *w)
{
    jw_ki64(w, "fault_count", (int64_t)c->fault_count);
    jw_key(w, "faults");
    jw_array(w);
    for (uint64_t i = 0; i < c->fault_count && i < IMPORT_FAULTS_SHOWN; i++) {
        jw_object(w);
        jw_ki64(w, "row", (int64_t)c->faults[i].row);
        jw_kz(w, "code", c->faults[i].code);
        jw_kz(w, "text", c->faults[i].text);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void print_column(const struct import_report *r, uint32_t i, struct json_writer *w)
{
    const struct column *c = &r->columns[i];
    jw_object(w);
    jw_kstr(w, "name", r->plan->columns[i]);
    jw_kstr(w, "field", r->plan->fields[i]);
    jw_key(w, "samples_masked");
    jw_array(w);
    for (uint32_t k = 0; k < c->sample_count; k++)
        jw_z(w, c->samples[k]);
    jw_array_end(w);
    print_faults(c, w);
    jw_object_end(w);
}

void import_report_print(const struct import_report *r, const struct import_reader *reader,
    const char *map, struct cu_buf *out)
{
    struct json_writer w;
    char delimiter[2] = {import_reader_delimiter(reader), 0};
    jw_start(&w, out);
    jw_object(&w);
    jw_kz(&w, "format", import_reader_format(reader) == IMPORT_CSV ? "csv" : "jsonl");
    jw_kz(&w, "encoding", import_input_encoding(import_reader_input(reader)));
    jw_kz(&w, "compression", import_input_compression(import_reader_input(reader)));
    jw_kz(&w, "delimiter", delimiter);
    jw_kz(&w, "map", map);
    print_faults(&r->whole, &w);
    jw_key(&w, "columns");
    jw_array(&w);
    for (uint32_t i = 0; i < r->plan->column_count; i++)
        print_column(r, i, &w);
    jw_array_end(&w);
    jw_object_end(&w);
}
