// SPDX-License-Identifier: Apache-2.0
// How things are declared. Routes, fields, commands, settings and jobs are rows of C tables with
// designated initialisers; validation, documentation, OpenAPI, completion and TypeScript types are
// printed from the same rows (spec/print.h). Arrays of fields end with a row whose name is NULL.
#pragma once

#include "base/memory.h"
#include "text/json.h"

enum spec_type {
    SPEC_STRING,  // UTF-8 text; min..max bytes
    SPEC_INT,     // min..max
    SPEC_NUMBER,  // any finite number within min..max
    SPEC_BOOL,
    SPEC_TIME,    // ISO 8601 -> number = ms
    SPEC_DATE,    // YYYY-MM-DD -> number = ms at 00:00 UTC
    SPEC_UUID,
    SPEC_EMAIL,
    SPEC_ENUM,    // one of options
    SPEC_OBJECT,  // any JSON object, at most max bytes; fields may describe it
    SPEC_ARRAY,   // any JSON array, at most max elements; fields may describe an element
    SPEC_ANY
};

struct spec_field {
    const char *name; // NULL ends the table
    enum spec_type type;
    const char *doc;  // one sentence, compulsory (a test checks)
    int64_t min, max; // max compulsory but for BOOL, TIME, DATE, UUID, ENUM, EMAIL
    bool required;
    bool positional;  // commands: not a --flag
    bool secret;      // never echoed, not even in an error
    bool nullable;    // answers: the member may be null (members of answers are always there)
    const char *fallback;           // default as text, or NULL
    const char *const *options;     // ENUM: NULL-terminated
    // OBJECT, ARRAY of objects: members. ARRAY of other values: one row named "" (then the end row).
    const struct spec_field *fields;
};

// One decoded value. absent: present == false and the rest zero (or the fallback, with present == true).
struct spec_value {
    bool present;
    cu_str text;    // STRING, ENUM, UUID, EMAIL, and the source text of others
    int64_t number; // INT, TIME, DATE (ms), BOOL (0/1)
    double real;    // NUMBER
    json raw;       // OBJECT, ARRAY, ANY (and all when decoded from JSON)
};
#define SPEC_FIELDS_MAX 48
struct spec_values {
    const struct spec_field *fields;
    struct spec_value at[SPEC_FIELDS_MAX];
};

// Decoders for every body, query and command line: unknown members, wrong types, over limit, missing
// required values are refused with the field's JSON pointer and what would be accepted. null in JSON
// and, for other types than text, an empty query value count as absent (value.raw still shows the null).
cu_code spec_decode_json(const struct spec_field *fields, json object, struct spec_values *ret, struct cu_error *err) CU_MUST;
cu_code spec_decode_query(const struct spec_field *fields, cu_str query, struct cu_arena *arena,
    struct spec_values *ret, struct cu_error *err) CU_MUST;
cu_code spec_decode_text(const struct spec_field *field, cu_str text, struct spec_value *ret, struct cu_error *err) CU_MUST;
const struct spec_value *spec_get(const struct spec_values *v, const char *name); // asserts that the name is declared
bool spec_has(const struct spec_values *v, const char *name);
cu_str spec_str(const struct spec_values *v, const char *name);  // CU_NONE when absent
int64_t spec_i64(const struct spec_values *v, const char *name); // 0 when absent

// Permissions: every route names one. Roles -> permissions is one table in govern/.
enum spec_permission {
    SPEC_NOBODY = 0,    // an undeclared row: refused, and the house test fails
    SPEC_PUBLIC,        // anyone
    SPEC_WRITE_KEY,     // a source's write key, checked by the door itself (five places it may stand)
    SPEC_SESSION,       // any signed-in member of staff, or the local socket
    SPEC_ANALYTICS_READ, SPEC_PEOPLE_READ, SPEC_PEOPLE_WRITE, SPEC_PEOPLE_ERASE, SPEC_PEOPLE_EXPORT,
    SPEC_SOURCES_READ, SPEC_SOURCES_WRITE, SPEC_IMPORT, SPEC_QUARANTINE, SPEC_DICTIONARY_READ, SPEC_DICTIONARY_WRITE,
    SPEC_STAFF_READ, SPEC_STAFF_WRITE, SPEC_ROLES_WRITE, SPEC_TOKENS, SPEC_APPROVE, SPEC_BREAK_GLASS,
    SPEC_AUDIT_READ, SPEC_KEYS, SPEC_BACKUP, SPEC_OPERATE, SPEC_SEGMENTS_READ, SPEC_SEGMENTS_WRITE, SPEC_SQL, SPEC_PERSONALISE,
    SPEC_RIGHTS_READ, SPEC_RIGHTS_WRITE, SPEC_GOVERN_READ, SPEC_GOVERN_WRITE, SPEC_INSIGHT_WRITE,
    SPEC_PERMISSION_COUNT
};
const char *spec_permission_name(enum spec_permission p);
const char *spec_permission_doc(enum spec_permission p); // one sentence for the roles page

// How much of a value of one protection level a caller sees; one per level P0..P4.
enum spec_view { SPEC_VIEW_NONE, SPEC_VIEW_MASK, SPEC_VIEW_FULL };
enum { SPEC_LEVELS = 5 };

enum spec_body {
    SPEC_BODY_NONE,
    SPEC_BODY_JSON,  // decoded by `body` before the handler
    SPEC_BODY_RAW,   // bytes as sent, at most body_max, for the doors
    SPEC_BODY_UPLOAD // any size: sealed to the spool while it arrives; handler gets the spool file's number
};

struct request;
typedef cu_code spec_handler(struct request *rq, struct cu_error *err);

struct spec_route {
    const char *name;   // operation id, "people.list"
    const char *method; // "GET", "POST", "PUT", "PATCH", "DELETE"
    const char *path;   // "/v1/people/{id}"; a parameter is one whole segment
    enum spec_permission permission;
    enum spec_body body_kind;
    int64_t body_max;   // bytes; compulsory unless BODY_NONE or UPLOAD
    bool may_wait;      // WRITE_KEY rows only: it may touch a database, so a worker serves it and its query is decoded
    bool cors;          // open to any origin (collection paths): CORS headers on every answer
    bool hidden;        // an alias that the printed docs leave out
    bool reauth;        // dangerous: the session must have proved itself anew in the last minutes
    const char *four_eyes; // name of the kind of act a second member of staff must approve; NULL: none
    const struct spec_field *path_fields, *query, *body;
    const struct spec_field *answer; // members of the JSON answer; NULL when it is not JSON
    const char *doc;    // one sentence, compulsory
    spec_handler *handler;
};

struct spec_setting {
    const char *name;     // "journal_segment_bytes": file key; CUSTOS_JOURNAL_SEGMENT_BYTES; --journal-segment-bytes
    enum spec_type type;
    const char *fallback; // default as text; NULL: none
    int64_t min, max;
    const char *const *options;
    const char *doc;      // one sentence with the unit
    bool secret;
};

struct spec_job {
    const char *name; // "journal-release"
    const char *doc;
    int64_t every_ms;
    cu_code (*run)(void *module_instance, struct cu_error *err);
};

struct command; // app/command.h
struct spec_command {
    const char *name; // "person find"
    const char *doc;  // one sentence
    const struct spec_field *args; // positional first; then flags
    const char *example;
    cu_code (*run)(struct command *c, struct cu_error *err);
};
