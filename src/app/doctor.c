// SPDX-License-Identifier: Apache-2.0
// The doctor. See doctor.h.
#include "doctor.h"

#include "engine.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

static void note(struct doctor_report *r, const char *name, cu_code code, const char *good, const struct cu_error *err)
{
    if (r->count == DOCTOR_ROWS_MAX)
        return;
    r->rows[r->count].name = name;
    r->rows[r->count].code = code;
    (void)snprintf(r->rows[r->count].text, sizeof r->rows[r->count].text, "%s", code == CU_OK ? good : err->text);
    r->count++;
}

static void check_space(const struct folder *f, struct doctor_report *r)
{
    struct statvfs fs;
    struct cu_error err = {.text = ""};
    char good[96];
    cu_code code = CU_OK;
    if (statvfs(f->path, &fs) != 0) {
        code = cu_fail_errno(&err, "cannot look at the file system");
    } else {
        uint64_t free_mib = (uint64_t)fs.f_bavail * fs.f_frsize >> 20;
        (void)snprintf(good, sizeof good, "%llu MiB free", (unsigned long long)free_mib);
        if (fs.f_flag & ST_RDONLY)
            code = cu_fail(&err, CU_FULL, "", "the file system is read-only: nothing can be accepted");
        else if (free_mib < 512)
            code = cu_fail(&err, CU_FULL, "", "only %llu MiB are free: make room before the disk is full",
                (unsigned long long)free_mib);
    }
    note(r, "space", code, good, &err);
}

static void check_modes(const struct folder *f, struct doctor_report *r)
{
    struct stat st;
    struct cu_error err = {.text = ""};
    cu_code code = CU_OK;
    if (stat(f->path, &st) != 0)
        code = cu_fail_errno(&err, "cannot look at the folder");
    else if (st.st_mode & 077)
        code = cu_fail(&err, CU_FORBIDDEN, "", "others may enter the data folder: chmod 700");
    note(r, "permissions", code, "only its owner may enter", &err);
}

static void check_journal(struct engine *e, struct doctor_report *r)
{
    char path[FOLDER_PATH_MAX + 64], good[160] = "";
    struct journal_check found = {0};
    struct cu_error err = {.text = ""};
    folder_file(&e->folder, "journal", path);
    cu_code code = journal_verify(path, e->keyring, &found, &err);
    (void)snprintf(good, sizeof good, "%llu segments, %llu records, up to number %llu", (unsigned long long)found.segments,
        (unsigned long long)found.records, (unsigned long long)found.last_seq);
    note(r, "journal", code, good, &err);
}

static void check_stores(struct engine *e, struct doctor_report *r)
{
    char path[FOLDER_PATH_MAX + 64], good[160];
    struct cu_error err = {.text = ""};
    folder_file(&e->folder, "timeline", path);
    cu_code code = timeline_verify(path, &err);
    (void)snprintf(good, sizeof good, "%llu events, every checksum right", (unsigned long long)timeline_count(e->timeline));
    note(r, "timeline", code, good, &err);
    struct db *d = NULL;
    code = people_read_take(e->people, &d, &err);
    if (code == CU_OK) {
        code = db_integrity(d, &err);
        people_read_give(e->people, d);
    }
    note(r, "records", code, "SQLite's integrity check found nothing", &err);
    code = audiences_verify(e->audiences, &err);
    note(r, "segments", code, "SQLite's integrity check of their history found nothing", &err);
}

static void check_projection(struct engine *e, struct doctor_report *r)
{
    struct cu_error err = {.text = ""};
    char good[160];
    uint64_t last = journal_last_durable(e->journal);
    cu_code code = pipeline_wait(e->pipeline, last, 60000, &err);
    (void)snprintf(good, sizeof good, "everything accepted is stored, up to number %llu", (unsigned long long)last);
    note(r, "projection", code, good, &err);
}

// Says who we are to the mail server; nothing is sent.
static void check_mail(struct engine *e, struct doctor_report *r)
{
    struct cu_error err = {.text = ""};
    bool set = letters_can(e->letters);
    cu_code code = set ? smtp_try(&e->mail, &err) : CU_OK;
    note(r, "mail", code, set ? "the mail server is there and knows us" : "no mail server is set: nobody is written to", &err);
}

cu_code doctor_examine(struct command *c, struct doctor_report *ret, struct cu_error *err)
{
    struct cu_error why = {.text = ""};
    cu_code code = command_open(c, &why);
    note(ret, "open", code, "root key, schema and stores open", &why);
    if (code != CU_OK)
        return CU_OK; // the report is the answer
    struct engine *e = api_engine(c->api);
    if (!e) {
        json answer;
        code = command_call(c, "GET", "/health/ready", CU_NONE, &answer, err);
        note(ret, "server", code, "a server runs on this folder and is ready; stop it to examine the files", err);
        return CU_OK;
    }
    check_space(&e->folder, ret);
    check_modes(&e->folder, ret);
    check_projection(e, ret);
    check_journal(e, ret);
    check_stores(e, ret);
    check_mail(e, ret);
    return CU_OK;
}
