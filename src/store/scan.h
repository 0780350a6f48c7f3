// SPDX-License-Identifier: Apache-2.0
// The scan: every person's events in time order, one person at a time, as arrays. Questions of this
// field (funnel, retention, sequence, sessions, recency) are small state machines over such a sequence;
// the scan brings the sequences, in parallel, reading only the columns that the question names.
//
// Merged people are read as one: the caller gives a snapshot of who belongs together, and the rows of
// all profiles of a person come as one sequence, ordered by (time, seq). Rows of pno 0 are nobody's and
// are not visited. Hidden rows (a removal under way) are never seen.
//
// Threads: any number of scans at the same time, each on a consistent view of the timeline.
#pragma once

#include "timeline.h"

#include <stdatomic.h>

// --- columns: properties of events that the timeline keeps typed, beside the event's own words

enum timeline_type {
    TIMELINE_TEXT,    // value: 64-bit hash of the bytes (timeline_text_hash)
    TIMELINE_INTEGER, // value: the number
    TIMELINE_DECIMAL, // value: ten-thousandths, rounded half away from zero (money, prices, numbers)
    TIMELINE_TIME,    // value: ms since 1970; dates at 00:00 UTC
    TIMELINE_BOOLEAN  // value: 0 or 1
};
// A column is a path in the event's plain JSON and a type: "product_id", "campaign.source",
// "products.$.sku" (a list: one value per element). A value that does not fit the type (or a number
// beyond +-9e14) is absent in that column; it stays in the words.
struct timeline_column {
    cu_str path;
    enum timeline_type type;
};
// Which columns new runs have; from the dictionary, at start and at each change. Copied. Older runs get
// them when they are merged; until then a scan draws the values from the words of the rows. At most
// TIMELINE_COLUMNS_MAX; the rest stays in the words.
#define TIMELINE_COLUMNS_MAX 1024
cu_code timeline_set_columns(
    struct timeline *t, const struct timeline_column *columns, size_t count, struct cu_error *err) CU_MUST;
uint64_t timeline_text_hash(cu_str text); // stable for ever; never 0

// --- who belongs together

// Arrays by profile number, immutable while a scan uses them. root[pno]: the smallest number of the
// person, itself when alone, 0 when there is no such profile (its rows, if any are left, are not visited). next[pno]:
// another member (a ring), 0 when alone. Numbers at or beyond end are persons of their own.
struct scan_persons {
    uint32_t end;
    const uint32_t *root, *next;
};

// --- the plan

enum { SCAN_SEQ = 1, SCAN_REVENUE = 2, SCAN_SOURCE = 4, SCAN_IMPORT = 8, SCAN_FLAGS = 16, SCAN_PNO = 32, SCAN_WORDS = 64 };
enum scan_match { SCAN_VALUE, SCAN_IS /* any of texts */, SCAN_CONTAINS, SCAN_STARTS, SCAN_ENDS };
struct scan_column {
    cu_str path;
    enum timeline_type type;
    // Of text columns: SCAN_VALUE gives hashes; the others give 1 or 0 for each value: does it match any of
    // texts? Folded as text_fold does (case and accents) when fold is set. Worked out once per distinct text.
    enum scan_match match;
    bool fold;
    const cu_str *texts;
    size_t text_count;
};
struct scan_rows {
    uint32_t person;          // root
    size_t count;
    const int64_t *time_ms;
    const uint32_t *kind;
    const uint64_t *seq;      // the wanted ones; else NULL
    const int64_t *revenue;
    const uint32_t *source, *import, *flags, *pno;
    const cu_str *words;      // plain JSON (SCAN_WORDS)
    // Per plan column: its values, those of row i at value[first[i]] .. value[first[i + 1]]; nothing there: absent.
    struct scan_cells {
        const uint32_t *first; // count + 1
        const int64_t *value;
    } column[];
};
#define SCAN_COLUMNS_MAX 32
struct scan_plan {
    const uint32_t *kinds;    // rows of these kinds only; NULL: all
    size_t kind_count;
    int64_t from_ms, to_ms;   // rows with from <= time < to
    const struct scan_column *columns;
    size_t column_count;
    unsigned wants;           // SCAN_*
    // Asked before a person's rows are looked for; NULL: everybody. Any thread.
    bool (*person)(void *context, uint32_t root);
    void *context;
    bool also_without_rows;   // visit every person of `persons`, also those without a row
    unsigned threads;         // 0: as many as there are cores
    uint64_t rows_max;        // rows read at most; 0: no limit. CU_TOO_LARGE beyond
    int64_t ends_ms;          // cu_mono_us()/1000 after which CU_TIMEOUT; 0: none
    const atomic_bool *cancel; // looked at about every 10 ms; may be NULL
    atomic_uint *progress;    // per mille; may be NULL
};
struct scan_stats {
    uint64_t persons, rows;   // visited
    uint64_t rows_read;       // looked at
    uint64_t damaged_blocks;  // left out because their checksum is wrong: the answer is not complete
    bool cancelled;
};
// Return false to stop the whole scan (no error).
typedef bool scan_visit(void *state, const struct scan_rows *rows);
// Calls visit for each person, in no order; state[i] is used by thread i only; state_count >= threads.
// The arrays are valid during the call. Stopped by cancel: CU_OK with ret->cancelled.
cu_code timeline_scan_people(struct timeline *t, const struct scan_plan *plan, const struct scan_persons *persons,
    scan_visit *visit, void *const *states, size_t state_count, struct scan_stats *ret, struct cu_error *err) CU_MUST;
#define SCAN_THREADS_MAX 64u
unsigned scan_threads(const struct scan_plan *plan); // how many states it needs

// The rows of one person (all its profile numbers), in the caller's thread: for live segments and "why".
// A reader keeps its buffers between calls; one per thread. The rows are valid until its next call.
struct scan_reader;
cu_code scan_reader_new(struct timeline *t, struct scan_reader **ret, struct cu_error *err) CU_MUST;
void scan_reader_free(struct scan_reader *r);
cu_code scan_person(struct scan_reader *r, const struct scan_plan *plan, const uint32_t *pnos, size_t count,
    const struct scan_rows **ret, struct cu_error *err) CU_MUST;

// The distinct texts of a column, for completion and breakdowns: visits each text of runs and tail with how often it
// occurs, most often first, at most once per text, until false; at most max texts (then some of those that are met
// first). What a removal under way hides is counted until its bytes are gone.
typedef bool scan_text_visit(void *context, cu_str text, uint64_t hash, uint64_t rows);
cu_code timeline_texts(struct timeline *t, cu_str path, size_t max, scan_text_visit *visit, void *context,
    struct cu_error *err) CU_MUST;
// The texts of these hashes, in no order, each at most once.
cu_code timeline_texts_of(struct timeline *t, cu_str path, const uint64_t *hashes, size_t count, scan_text_visit *visit,
    void *context, struct cu_error *err) CU_MUST;
