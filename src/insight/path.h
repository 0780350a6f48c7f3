// SPDX-License-Identifier: Apache-2.0
// Private to the kind "paths": where visits go from an event or page, or where they came from. Each visit counts once, from
// the first time that the start happens in it.
#pragma once

#include "query.h"
#include "visit.h"

enum { PATH_DEPTH_MAX = 8, PATH_BRANCHES_MAX = 10, PATH_COLUMNS = PATH_DEPTH_MAX + 1, PATH_NODES = PATH_BRANCHES_MAX + 1 };
#define PATH_OTHER 1u // of a node: all that have none of their own
#define PATH_NONE 2u  // a page without a path
#define PATH_FIRST 3u // + kind of event; or the hash of a path
struct path_plan {
    struct insight_query *q;
    struct visit_maker *maker;
    bool by_page, backward, collapse;
    bool start_given, start_page;
    uint32_t start_kind;
    uint64_t start_path;
    cu_str start_name;
    uint32_t depth, branches;
    const char *note;
};
// One visit's way: key[0] is the start; count is at least 1 when the visit has the start.
struct path_way {
    uint64_t key[PATH_COLUMNS];
    uint32_t count;
    bool ended; // nothing came behind key[count - 1]
};
// The way of one visit; false: it has no start.
bool path_way_of(const struct path_plan *p, const struct scan_rows *rows, const struct visit *v, struct path_way *ret);

struct path_count {
    uint64_t visits, people, last; // last: number of the person counted last
};
struct path_node {
    uint64_t key; // PATH_OTHER: the rest
    struct path_count all, ended;
};
struct path_answer {
    struct path_count visits;
    struct path_node nodes[PATH_COLUMNS][PATH_NODES];
    uint32_t node_count[PATH_COLUMNS];
    struct path_count links[PATH_DEPTH_MAX][PATH_NODES][PATH_NODES]; // from a node of a column to one of the next
};
cu_code path_run(const struct path_plan *p, struct path_answer *ret, struct cu_error *err) CU_MUST;
// Who has a visit whose way is at `key` at this depth.
struct path_pick {
    uint32_t depth;
    uint64_t key;
};
cu_code path_people(
    const struct path_plan *p, const struct path_pick *pick, struct roaring_bitmap_s *ret, struct cu_error *err) CU_MUST;
// A key as answers print it. *ret 0: it never came.
uint64_t path_key_of(const struct path_plan *p, uint32_t depth, cu_str name);
cu_code path_write(const struct path_plan *p, struct path_answer *a, struct json_writer *w, struct cu_error *err) CU_MUST;
