// SPDX-License-Identifier: Apache-2.0
// The thread of the order book: builds it at start, a range of numbers at a time, and puts in what changed since.
#include "order_book_private.h"

#include "base/log.h"
#include "base/metric.h"

#include <stdlib.h>
#include <time.h>

enum { LOAD_NUMBERS = 4096, BATCH_ORDERS = 4096, BATCH_LINES = 200000 };

static bool stopping(struct order_book *b)
{
    pthread_mutex_lock(&b->lock);
    bool stop = b->stop;
    pthread_mutex_unlock(&b->lock);
    return stop;
}

static void pause_ms(struct order_book *b, int64_t ms)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    pthread_mutex_lock(&b->lock);
    if (!b->stop)
        (void)pthread_cond_timedwait(&b->wake, &b->lock, &until);
    pthread_mutex_unlock(&b->lock);
}

static void progress(struct order_book *b, int64_t done, int64_t total)
{
    pthread_mutex_lock(&b->lock);
    b->done = (uint64_t)done;
    b->total = (uint64_t)total;
    pthread_mutex_unlock(&b->lock);
}

static cu_code load_range(struct order_book *b, int64_t first, struct book_batch *batch, int64_t *ret_last, struct cu_error *err)
{
    struct db *d = NULL;
    batch_reset(batch);
    CU_TRY(people_read_take(b->o.people, &d, err));
    cu_code code = orders_last_number(d, ret_last, err);
    if (code == CU_OK && first <= *ret_last)
        code = book_read(b, d, first, first + LOAD_NUMBERS - 1, batch, err);
    people_read_give(b->o.people, d);
    return code == CU_OK ? book_apply(b, batch, false, err) : code;
}

static cu_code load(struct order_book *b, struct cu_error *err)
{
    struct book_batch batch;
    int64_t first = 1, last = 1;
    cu_code code = products_init(&b->products) ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for the order book");
    batch_init(&batch);
    for (; code == CU_OK && first <= last && !stopping(b); first += LOAD_NUMBERS) {
        code = load_range(b, first, &batch, &last, err);
        progress(b, first - 1, last);
    }
    batch_free(&batch);
    book_sort(b);
    book_fit(b);
    return code;
}

static void tell_loaded(struct order_book *b, int64_t started_us)
{
    cu_log(CU_LOG_INFO, "order_book.loaded", CU_LI("orders", b->view.count), CU_LI("lines", b->line_count),
        CU_LI("products", b->products.count - 1), CU_LI("ms", (cu_mono_us() - started_us) / 1000), CU_LI("bytes", order_book_bytes(b)));
}

// All of it, until it is there or the book closes.
static void load_all(struct order_book *b)
{
    int64_t started_us = cu_mono_us();
    for (;;) {
        struct cu_error err = {0};
        pthread_mutex_lock(&b->lock);
        b->ready = false;
        pthread_mutex_unlock(&b->lock);
        book_write_begin(b);
        book_clear(b);
        cu_code code = load(b, &err);
        book_write_end(b);
        if (stopping(b))
            return;
        if (code == CU_OK)
            break;
        cu_log_error("order_book.load", &err);
        pause_ms(b, 1000);
    }
    pthread_mutex_lock(&b->lock);
    b->ready = !b->load; // asked for once more meanwhile
    b->done = b->total;
    pthread_cond_broadcast(&b->given);
    pthread_mutex_unlock(&b->lock);
    tell_loaded(b, started_us);
}

// --- what changed

static int by_number(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, c = *(const int64_t *)y;
    return a < c ? -1 : a > c;
}

static size_t distinct(int64_t *numbers, size_t count)
{
    size_t kept = 0;
    if (count)
        qsort(numbers, count, sizeof *numbers, by_number);
    for (size_t i = 0; i < count; i++) {
        if (!kept || numbers[kept - 1] != numbers[i])
            numbers[kept++] = numbers[i];
    }
    return kept;
}

// Reads as many of the numbers as a batch takes; those that are no order any more go.
static cu_code read_some(struct order_book *b, const int64_t *numbers, size_t count, struct book_batch *batch, size_t *ret_read, struct cu_error *err)
{
    struct db *d = NULL;
    batch_reset(batch);
    *ret_read = 0;
    CU_TRY(people_read_take(b->o.people, &d, err));
    cu_code code = CU_OK;
    while (code == CU_OK && *ret_read < count && *ret_read < BATCH_ORDERS && batch->line_count < BATCH_LINES) {
        int64_t number = numbers[(*ret_read)++];
        size_t had = batch->count;
        code = number > UINT32_MAX ? CU_OK : book_read(b, d, number, number, batch, err);
        if (code == CU_OK && batch->count == had && number <= UINT32_MAX)
            code = book_read_gone(batch, (uint32_t)number, err);
    }
    people_read_give(b->o.people, d);
    return code;
}

static void load_again(struct order_book *b)
{
    pthread_mutex_lock(&b->lock);
    b->load = true;
    b->ready = false;
    pthread_mutex_unlock(&b->lock);
}

static cu_code put_in(struct order_book *b, const struct book_batch *batch, struct cu_error *err)
{
    book_write_begin(b);
    cu_code code = book_apply(b, batch, true, err);
    if (code != CU_OK)
        load_again(b); // before anybody can look at it
    book_write_end(b);
    if (code == CU_OK)
        code = book_refill(b, err);
    if (code == CU_OK)
        code = book_compact(b, err);
    return code;
}

static void refresh(struct order_book *b, int64_t *numbers, size_t count)
{
    struct book_batch batch;
    size_t done = 0;
    batch_init(&batch);
    count = distinct(numbers, count);
    while (done < count && !stopping(b)) {
        struct cu_error err = {0};
        size_t read = 0;
        int64_t started_us = cu_mono_us();
        cu_code code = read_some(b, numbers + done, count - done, &batch, &read, &err);
        if (code == CU_OK)
            code = put_in(b, &batch, &err);
        if (code == CU_OK) {
            done += read;
            pause_ms(b, (cu_mono_us() - started_us) / 4000); // an import of millions leaves the processor to others
            continue;
        }
        cu_log_error("order_book.refresh", &err);
        pthread_mutex_lock(&b->lock);
        bool anew = b->load;
        pthread_mutex_unlock(&b->lock);
        if (anew)
            break; // all is read again
        pause_ms(b, 1000);
    }
    batch_free(&batch);
    cu_metric_set(b->memory, (int64_t)order_book_bytes(b));
}

// Rates changed: every order in another currency is read again.
static cu_code list_foreign(struct order_book *b, struct cu_error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < b->view.count; i++)
        count += (b->orders[i].flags & BOOK_FOREIGN) != 0;
    int64_t *numbers = cu_alloc((count + 1) * sizeof *numbers);
    if (!numbers)
        return cu_fail(err, CU_MEMORY, "", "no memory for the order book");
    size_t n = 0;
    for (size_t i = 0; i < b->view.count; i++) {
        if (b->orders[i].flags & BOOK_FOREIGN)
            numbers[n++] = b->orders[i].number_lo;
    }
    refresh(b, numbers, n);
    cu_free(numbers);
    return CU_OK;
}

static void work(struct order_book *b)
{
    pthread_mutex_lock(&b->lock);
    bool all = b->load, foreign = b->foreign;
    uint64_t told = b->told;
    int64_t *numbers = b->touched;
    size_t count = b->touched_count;
    b->load = b->foreign = false;
    b->touched = NULL;
    b->touched_count = b->touched_cap = 0;
    pthread_mutex_unlock(&b->lock);
    if (all) {
        load_all(b); // reads what was touched before, too
    } else {
        struct cu_error err = {0};
        refresh(b, numbers, count);
        if (foreign && list_foreign(b, &err) != CU_OK)
            load_again(b);
    }
    cu_free(numbers);
    cu_metric_set(b->memory, (int64_t)order_book_bytes(b));
    pthread_mutex_lock(&b->lock);
    b->applied = told;
    pthread_cond_broadcast(&b->given);
    pthread_mutex_unlock(&b->lock);
}

void *book_run(void *book)
{
    struct order_book *b = book;
    guard_enter_system("index", "order_book");
    pthread_mutex_lock(&b->lock);
    while (!b->stop) {
        if (!b->load && !b->foreign && !b->touched_count) {
            b->busy = false;
            pthread_cond_broadcast(&b->idle);
            pthread_cond_wait(&b->wake, &b->lock);
            continue;
        }
        b->busy = true;
        pthread_mutex_unlock(&b->lock);
        work(b);
        pthread_mutex_lock(&b->lock);
    }
    b->busy = false;
    pthread_cond_broadcast(&b->idle);
    pthread_mutex_unlock(&b->lock);
    guard_leave();
    return NULL;
}
