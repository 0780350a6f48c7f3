// SPDX-License-Identifier: Apache-2.0
// SQLite's memory and file calls, made to fail on demand like base/'s own: an allocator over
// cu_alloc and a thin VFS over the system's. Armed only by tests or CUSTOS_FAULT (base/fault.h).
// Shared memory (the WAL index) is a mapping and is not touched.
#include "db_internal.h"

#include "base/fault.h"

#include <malloc.h>
#include <pthread.h>

// SQLite reports a lack of memory as "logic error" in a few places; this remembers what it was.
static __thread bool memory_short;

static void *noted(void *p)
{
    memory_short = memory_short || !p;
    return p;
}

bool db_memory_was_short(void)
{
    bool was = memory_short;
    memory_short = false;
    return was;
}

// What SQLite holds more on this thread since db_memory_count began; only then is it counted.
static __thread struct {
    bool on;
    int64_t bytes;
} counted;

static void *count(void *p)
{
    if (counted.on && p)
        counted.bytes += (int64_t)malloc_usable_size(p);
    return p;
}

static void uncount(void *p)
{
    if (counted.on && p)
        counted.bytes -= (int64_t)malloc_usable_size(p);
}

void db_memory_count(bool on)
{
    counted.on = on;
    counted.bytes = 0;
}

int64_t db_memory_counted(void)
{
    return counted.bytes;
}

static void *memory_alloc(int size)
{
    return size > 0 ? count(noted(cu_alloc((size_t)size))) : NULL;
}

static void *memory_realloc(void *old, int size)
{
    if (size <= 0)
        return NULL;
    uncount(old);
    void *p = noted(cu_realloc(old, (size_t)size));
    (void)count(p ? p : old);
    return p;
}

static void memory_free(void *p)
{
    uncount(p);
    cu_free(p);
}

static int memory_size(void *p)
{
    return p ? (int)malloc_usable_size(p) : 0;
}

static int memory_roundup(int size)
{
    return (size + 7) & ~7;
}

static int memory_init(void *context)
{
    (void)context;
    return SQLITE_OK;
}

static void memory_shutdown(void *context)
{
    (void)context;
}

struct fault_file { // the real file lies right behind
    sqlite3_file base;
    sqlite3_file *real;
};

static sqlite3_vfs *system_vfs;
static sqlite3_vfs fault_vfs;

static sqlite3_file *real_of(sqlite3_file *f)
{
    return ((struct fault_file *)(void *)f)->real;
}

static int file_close(sqlite3_file *f)
{
    return real_of(f)->pMethods->xClose(real_of(f));
}

static int file_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
    if (cu_fault_hit(CU_FAULT_IO))
        return SQLITE_IOERR_READ;
    return real_of(f)->pMethods->xRead(real_of(f), p, n, at);
}

static int file_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    if (cu_fault_hit(CU_FAULT_IO))
        return SQLITE_FULL; // as base/file.c: a failing write looks like a full disk
    return real_of(f)->pMethods->xWrite(real_of(f), p, n, at);
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    if (cu_fault_hit(CU_FAULT_IO))
        return SQLITE_IOERR_TRUNCATE;
    return real_of(f)->pMethods->xTruncate(real_of(f), size);
}

static int file_sync(sqlite3_file *f, int flags)
{
    if (cu_fault_hit(CU_FAULT_IO))
        return SQLITE_IOERR_FSYNC;
    return real_of(f)->pMethods->xSync(real_of(f), flags);
}

static int file_size(sqlite3_file *f, sqlite3_int64 *ret)
{
    return real_of(f)->pMethods->xFileSize(real_of(f), ret);
}

static int file_lock(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xLock(real_of(f), level);
}

static int file_unlock(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xUnlock(real_of(f), level);
}

static int file_check_lock(sqlite3_file *f, int *ret)
{
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), ret);
}

static int file_control(sqlite3_file *f, int op, void *arg)
{
    return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int file_sector_size(sqlite3_file *f)
{
    return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int file_characteristics(sqlite3_file *f)
{
    return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static int file_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **ret)
{
    return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, ret);
}

static int file_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
}

static void file_shm_barrier(sqlite3_file *f)
{
    real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int file_shm_unmap(sqlite3_file *f, int remove)
{
    return real_of(f)->pMethods->xShmUnmap(real_of(f), remove);
}

static const sqlite3_io_methods file_methods = {
    .iVersion = 2, // shared memory, no memory-mapped pages
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

static int vfs_open(
    sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *f, int flags, int *ret_flags)
{
    (void)vfs;
    struct fault_file *file = (struct fault_file *)(void *)f;
    file->base.pMethods = NULL; // SQLite calls xClose only when this is set
    file->real = (sqlite3_file *)(void *)(file + 1);
    if (cu_fault_hit(CU_FAULT_IO))
        return SQLITE_CANTOPEN;
    int rc = system_vfs->xOpen(system_vfs, name, file->real, flags, ret_flags);
    if (file->real->pMethods)
        file->base.pMethods = &file_methods;
    return rc;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
    (void)vfs;
    if (cu_fault_hit(CU_FAULT_IO))
        return SQLITE_IOERR_DELETE;
    return system_vfs->xDelete(system_vfs, name, sync_folder);
}

static void install(void)
{
    static const sqlite3_mem_methods memory = {memory_alloc, memory_free, memory_realloc, memory_size,
        memory_roundup, memory_init, memory_shutdown, NULL};
    // Refused only when somebody used SQLite before us; then its own allocator stays.
    sqlite3_config(SQLITE_CONFIG_MALLOC, &memory);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); // a lock per allocation for a number nobody reads
    system_vfs = sqlite3_vfs_find(NULL);
    if (system_vfs == NULL)
        return;
    fault_vfs = *system_vfs; // what is not replaced works on the copy: it reads only pAppData
    fault_vfs.zName = DB_VFS;
    fault_vfs.pNext = NULL;
    fault_vfs.szOsFile = (int)sizeof(struct fault_file) + system_vfs->szOsFile;
    fault_vfs.xOpen = vfs_open;
    fault_vfs.xDelete = vfs_delete;
    sqlite3_vfs_register(&fault_vfs, 0);
}

void db_fault_install(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install);
}
