// SPDX-License-Identifier: Apache-2.0
// The dispatcher: from path and method to a row, from a row to its handler. Permission, path, query
// and body are checked here, before any handler runs; a handler cannot forget what it never sees.
#pragma once

#include "guard/guard.h"
#include "store/module.h"

struct dispatch;
struct dispatch_module {
    const struct module *module;
    void *instance;
};
struct dispatch_options {
    const struct dispatch_module *modules;
    size_t module_count;
    // Fills rq->caller from what the request carries (session cookie).
    cu_code (*authenticate)(void *context, struct request *rq, struct cu_error *err);
    // For routes with four_eyes: CU_OK when a second member of staff approved this act, or none need.
    // NULL: nothing is approved.
    cu_code (*approved)(void *context, struct request *rq, struct cu_error *err);
    void *context;
    struct guard *guard; // every refusal and every change is noted there first; NULL: in tests of other things
};
cu_code dispatch_open(const struct dispatch_options *o, struct dispatch **ret, struct cu_error *err) CU_MUST;
void dispatch_close(struct dispatch *d);
// Sets rq->route and rq->module. CU_NOT_FOUND, CU_METHOD.
cu_code dispatch_route(struct dispatch *d, struct request *rq, struct cu_error *err) CU_MUST;
// Checks the caller against the row: CU_UNAUTHENTICATED, CU_FORBIDDEN (field "reauth": prove yourself
// again first; field "approval": a second member of staff has to agree).
cu_code dispatch_permit(struct dispatch *d, struct request *rq, struct cu_error *err) CU_MUST;
// Permission, path and query: all that can be refused before a body is taken. For uploads.
cu_code dispatch_admit(struct dispatch *d, struct request *rq, struct cu_error *err) CU_MUST;
// Permission, decoding, handler; a refusal becomes the answer.
void dispatch_serve(struct dispatch *d, struct request *rq);
// The answer of a reading route (method GET, JSON) as part of the request under way: same caller, same permissions, same
// announcement. Appended to out. For what is put together of several answers.
cu_code dispatch_within(struct dispatch *d, const struct request *outer, cu_str target, struct cu_buf *out, struct cu_error *err) CU_MUST;
// Every row, for documents and tests.
typedef void dispatch_visit(void *context, const struct module *m, const struct spec_route *r);
void dispatch_each(const struct dispatch *d, dispatch_visit *visit, void *context);
