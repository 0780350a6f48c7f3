// SPDX-License-Identifier: Apache-2.0
// Shared by facts*.c: columns by person, the texts they hold, what is being loaded.
#pragma once

#include "facts.h"

#include "people/known.h"

#include <pthread.h>

#define FACTS_CHUNK 4096u        // persons of one piece of a column; allocated with the first value
#define FACTS_COLUMNS_MAX 2000u
#define FACTS_LIST_MAX 256u      // values of a list
#define FACTS_BATCH 1024u        // profiles read at a time

// --- texts, once each. A text lives while a column holds it; then it is wiped.
struct facts_text {
    char *ptr;
    uint32_t len, references, next; // next: of its slot, or of the free ones
    uint64_t hash;
};
struct facts_texts {
    struct facts_text *at; // [0] is no text
    uint32_t count, cap, free;
    uint32_t *slots;
    uint32_t slot_cap, used;
    size_t bytes;
};
uint32_t texts_take(struct facts_texts *t, cu_str text); // its number with one more reference; 0: no memory
void texts_give(struct facts_texts *t, uint32_t number);
cu_str texts_of(const struct facts_texts *t, uint32_t number);
void texts_clear(struct facts_texts *t);

// --- arrays by person
struct facts_array { // by person, in pieces
    void **chunks;
    uint32_t chunk_count;
    size_t item;
};
// The place of one person's item, made when `make`; NULL: there is none, or no memory.
void *array_at(struct facts_array *a, uint32_t person, bool make, size_t *bytes);
void array_clear(struct facts_array *a, size_t *bytes);


// --- columns
enum facts_shape {
    FACTS_TEXT,   // number of a text; 0: unknown
    FACTS_LIST,   // number of a text that holds the values, each ended by 0x1f
    FACTS_NUMBER, // int64; INT64_MIN: unknown. Numbers and times
    FACTS_BYTE    // 0: unknown. Booleans: 1 false, 2 true; consents: state + 1
};
struct facts_column {
    char *name;
    size_t name_len;
    enum seg_source source;
    enum seg_type type;
    enum facts_shape shape;
    unsigned group;  // known_group_of the trait; 0: not from a trait
    bool consent;
    bool wanted;     // of P2 and above: somebody asked for it
    bool loaded;     // holds everybody
    bool dropped;    // its place is never used again
    struct facts_array values; // uint32_t, int64_t (what is unknown is 0: stored ^ INT64_MIN) or uint8_t
};
struct facts_orders { // in ten-thousandths of a unit
    int64_t revenue, refunded, first_ms, last_ms;
    uint32_t count;
};
// One value as it comes, before it is compared and stored.
struct facts_value {
    bool known;
    int64_t number; // or byte
    cu_str text;    // or list, as stored
};

struct facts {
    struct facts_options o;
    pthread_rwlock_t lock; // what readers see: columns, texts, arrays
    struct facts_column *columns[FACTS_COLUMNS_MAX];
    uint32_t column_count;
    struct facts_texts texts;
    struct facts_array orders, hashes, rfm, identifiers; // facts_orders, uint64_t, facts_rfm, uint32_t (text)
    size_t bytes;

    pthread_mutex_t update; // one reads records.db and stores what it read at a time
    pthread_mutex_t touch;  // what follows
    struct people_change *touched;
    size_t touched_count, touched_cap;
    bool everybody; // touched more than could be remembered
    pthread_cond_t wake, idle;
    bool stop, load, load_all, loading, running;
    uint64_t done, total;
    pthread_t thread;
    facts_changed *rfm_changed;
    void *rfm_context;
    struct cu_metric *memory;
};

// Columns (facts_columns.c). Under lock for writing.
struct facts_column *facts_column_find(const struct facts *f, cu_str name, enum seg_source source, enum seg_type type,
    uint32_t *ret_at);
cu_code facts_column_add(struct facts *f, const struct facts_column *like, cu_str name, struct cu_error *err);
void facts_column_drop(struct facts *f, struct facts_column *c);
void facts_columns_clear(struct facts *f);
cu_code facts_columns_of_dictionary(struct facts *f, const struct dictionary *d, struct cu_error *err);
// Did it change?
bool facts_column_set(struct facts *f, struct facts_column *c, uint32_t person, const struct facts_value *v,
    bool *ret_failed);
void facts_column_get(const struct facts *f, const struct facts_column *c, uint32_t person, struct seg_fact *ret);
void facts_list_get(cu_str stored, struct seg_fact *ret);
uint64_t facts_column_bit(uint32_t at);
enum { FACTS_BIT_ORDERS, FACTS_BIT_COUNTERS, FACTS_BIT_IDENTIFIERS, FACTS_BIT_RFM, FACTS_BIT_ID, FACTS_BITS_DERIVED = 8 };

unsigned facts_groups_wanted(const struct facts *f, bool unloaded); // of traits, for known_traits
cu_code facts_load_batch(struct facts *f, uint32_t first, uint32_t end, unsigned what, unsigned groups, bool all,
    struct cu_error *err);
void facts_load_all(struct facts *f); // begins to read everybody anew
void *facts_load_run(void *facts); // the thread (facts_load.c)
