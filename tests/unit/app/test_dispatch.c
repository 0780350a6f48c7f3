// SPDX-License-Identifier: Apache-2.0
// app/: from path to handler, permissions before handlers, settings from four places, the folder.
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "app/dispatch.h"
#include "app/folder.h"
#include "app/settings.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int handled;
static cu_str seen_id;
static uint64_t permissions_of_caller;

static cu_code handle(struct request *rq, struct cu_error *err)
{
    (void)err;
    handled++;
    seen_id = rq->route->path_fields ? request_path_str(rq, "id") : CU_NONE;
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code conflict(struct request *rq, struct cu_error *err)
{
    (void)rq;
    return cu_fail(err, CU_CONFLICT, "/x", "it is there already");
}

static const struct spec_field id_path[] = {
    {.name = "id", .type = SPEC_STRING, .min = 1, .max = 20, .doc = "An id."},
    {.name = NULL},
};
static const struct spec_field body[] = {
    {.name = "name", .type = SPEC_STRING, .min = 1, .max = 5, .required = true, .doc = "A name."},
    {.name = NULL},
};
static const struct spec_route routes[] = {
    {.name = "a", .method = "GET", .path = "/v1/a", .permission = SPEC_PUBLIC, .doc = "A.", .handler = handle},
    {.name = "b", .method = "POST", .path = "/v1/a", .permission = SPEC_PEOPLE_WRITE, .body_kind = SPEC_BODY_JSON, .body_max = 100,
        .body = body, .doc = "B.", .handler = handle},
    {.name = "c", .method = "GET", .path = "/v1/a/{id}", .permission = SPEC_PUBLIC, .path_fields = id_path, .doc = "C.", .handler = handle},
    {.name = "d", .method = "GET", .path = "/v1/a/{id}/x", .permission = SPEC_PUBLIC, .path_fields = id_path, .doc = "D.", .handler = conflict},
    {.name = "forgotten", .method = "GET", .path = "/v1/forgotten", .doc = "Without a permission.", .handler = handle},
};
static const struct module module = {.name = "test", .doc = "Test.", .routes = routes, .route_count = CU_COUNT(routes)};

static cu_code authenticate(void *context, struct request *rq, struct cu_error *err)
{
    (void)context;
    (void)err;
    if (permissions_of_caller) {
        rq->caller.kind = CALLER_STAFF;
        rq->caller.permissions = permissions_of_caller;
    }
    return CU_OK;
}

static int call(const char *method, const char *path, const char *json_body)
{
    struct dispatch_module modules[] = {{&module, NULL}};
    struct dispatch_options o = {.modules = modules, .module_count = 1, .authenticate = authenticate};
    struct dispatch *d = NULL;
    struct cu_error err = {.code = CU_OK};
    assert_int_equal(dispatch_open(&o, &d, &err), CU_OK);
    struct request rq = {.method = cu_str_of(method), .path = cu_str_of(path), .body = cu_str_of(json_body)};
    rq.arena = cu_arena_new(1 << 20);
    rq.json = json_parser_new(1 << 16);
    cu_buf_init(&rq.response.body, 1 << 16);
    handled = 0;
    cu_code code = dispatch_route(d, &rq, &err);
    if (code == CU_OK)
        dispatch_serve(d, &rq);
    else
        rq.response.status = cu_code_rows[code].http;
    int status = rq.response.status;
    if (seen_id.ptr)
        assert_true(cu_str_eqz(seen_id, "x/y") || cu_str_eqz(seen_id, "7"));
    seen_id = CU_NONE;
    cu_buf_clear(&rq.response.body);
    json_parser_free(rq.json);
    cu_arena_free(rq.arena);
    dispatch_close(d);
    return status;
}

static void finds_rows(void **state)
{
    (void)state;
    permissions_of_caller = 0;
    assert_int_equal(call("GET", "/v1/a", NULL), 200);
    assert_int_equal(call("HEAD", "/v1/a", NULL), 200);
    assert_int_equal(call("GET", "/v1/a/7", NULL), 200);
    assert_int_equal(call("GET", "/v1/a/x%2Fy", NULL), 200);
    assert_int_equal(call("GET", "/v1/a/%zz", NULL), 400);
    assert_int_equal(call("GET", "/v1/a/%00", NULL), 400);
    assert_int_equal(call("GET", "/v1/a/", NULL), 404);
    assert_int_equal(call("GET", "/v1/b", NULL), 404);
    assert_int_equal(call("DELETE", "/v1/a", NULL), 405);
    assert_int_equal(call("GET", "/v1/a/7/x", NULL), 409);
    assert_int_equal(call("GET", "/v1/a/0123456789012345678901", NULL), 413);
}

static void permits_before_handling(void **state)
{
    (void)state;
    permissions_of_caller = 0;
    assert_int_equal(call("POST", "/v1/a", "{\"name\":\"x\"}"), 401);
    assert_int_equal(handled, 0);
    permissions_of_caller = UINT64_C(1) << SPEC_PEOPLE_READ;
    assert_int_equal(call("POST", "/v1/a", "{\"name\":\"x\"}"), 403);
    assert_int_equal(handled, 0);
    permissions_of_caller = UINT64_C(1) << SPEC_PEOPLE_WRITE;
    assert_int_equal(call("POST", "/v1/a", "{\"name\":\"x\"}"), 200);
    assert_int_equal(handled, 1);
    permissions_of_caller = ~UINT64_C(0);
    assert_int_equal(call("GET", "/v1/forgotten", NULL), 403); // a row without a permission lets nobody in
    permissions_of_caller = 0;
}

static void decodes_before_handling(void **state)
{
    (void)state;
    permissions_of_caller = UINT64_C(1) << SPEC_PEOPLE_WRITE;
    static const char *const bad[] = {"{}", "{\"name\":\"\"}", "{\"name\":\"123456\"}", "{\"name\":1}", "{\"name\":\"x\",\"more\":1}",
        "{\"name\":\"x\",\"name\":\"y\"}", "[]", "{", "\"x\""};
    for (size_t i = 0; i < CU_COUNT(bad); i++) {
        int status = call("POST", "/v1/a", bad[i]);
        assert_true(status == 400 || status == 413);
        assert_int_equal(handled, 0);
    }
    permissions_of_caller = 0;
}

static void settings_win_in_order(void **state)
{
    (void)state;
    char path[] = "/tmp/custos-test-XXXXXX";
    struct settings s, flags;
    struct cu_error err = {.code = CU_OK};
    int fd = mkstemp(path);
    static const char text[] = "# a comment\nlisten: \"0.0.0.0:1\"\nshop_name: Caf\xc3\xa9\nhttp_workers: 7\n";
    assert_int_equal(write(fd, text, sizeof text - 1), (ssize_t)sizeof text - 1);
    (void)close(fd);
    assert_int_equal(settings_init(&s, &err), CU_OK);
    assert_string_equal(settings_z(&s, "listen"), "127.0.0.1:8080");
    assert_int_equal(settings_read_file(&s, path, &err), CU_OK);
    assert_string_equal(settings_z(&s, "listen"), "0.0.0.0:1");
    assert_int_equal(settings_i64(&s, "http_workers"), 7);
    assert_int_equal(settings_init(&flags, &err), CU_OK);
    (void)setenv("CUSTOS_LISTEN", "[::1]:2", 1);
    assert_int_equal(settings_read_environment(&flags, &err), CU_OK);
    (void)unsetenv("CUSTOS_LISTEN");
    assert_int_equal(settings_set(&flags, CU_LIT("shop-name"), CU_LIT("Other"), &err), CU_OK);
    assert_int_equal(settings_overlay(&s, &flags, &err), CU_OK);
    assert_string_equal(settings_z(&s, "listen"), "[::1]:2");
    assert_string_equal(settings_z(&s, "shop_name"), "Other");
    assert_int_equal(settings_i64(&s, "http_workers"), 7); // a default of the flags does not win over the file
    settings_clear(&s);
    settings_clear(&flags);
    (void)unlink(path);
}

static void bad_settings_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        cu_code code;
    } bad[] = {
        {"listn: x\n", CU_UNKNOWN_FIELD},
        {"http_workers: many\n", CU_INVALID},
        {"http_workers: 0\n", CU_INVALID},
        {"log_level: loud\n", CU_INVALID},
        {"- listen\n", CU_MALFORMED},
        {"listen: [a, b]\n", CU_MALFORMED},
        {"listen: \"x\n", CU_MALFORMED},
    };
    for (size_t i = 0; i < CU_COUNT(bad); i++) {
        char path[] = "/tmp/custos-test-XXXXXX";
        struct settings s;
        struct cu_error err = {.code = CU_OK};
        int fd = mkstemp(path);
        assert_int_equal(write(fd, bad[i].text, strlen(bad[i].text)), (ssize_t)strlen(bad[i].text));
        (void)close(fd);
        assert_int_equal(settings_init(&s, &err), CU_OK);
        assert_int_equal(settings_read_file(&s, path, &err), bad[i].code);
        assert_true(strlen(err.text) > 5);
        settings_clear(&s);
        (void)unlink(path);
    }
}

static void folders(void **state)
{
    (void)state;
    char base[] = "/tmp/custos-test-XXXXXX", data[64], file[FOLDER_PATH_MAX + 64];
    uint8_t fingerprint[16] = {1, 2, 3};
    struct folder f, second;
    struct cu_error err = {.code = CU_OK};
    assert_non_null(mkdtemp(base));
    (void)snprintf(data, sizeof data, "%s/shop", base);
    assert_int_equal(folder_open(data, &f, &err), CU_NOT_FOUND);
    assert_int_equal(folder_check_new(data, &err), CU_OK);
    assert_int_equal(folder_check_new(base, &err), CU_OK);
    assert_int_equal(folder_create(data, fingerprint, cu_uuid7(), &err), CU_OK);
    assert_int_equal(folder_check_new(data, &err), CU_CONFLICT);
    assert_int_equal(folder_check_new(base, &err), CU_INVALID);
    assert_int_equal(folder_open(data, &f, &err), CU_OK);
    assert_memory_equal(f.fingerprint, fingerprint, 16);
    assert_int_equal(folder_open(data, &second, &err), CU_LOCKED);
    folder_close(&f);
    assert_int_equal(folder_open(data, &f, &err), CU_OK);
    folder_close(&f);
    folder_file(&f, "custos.id", file);
    assert_int_equal(cu_file_replace(file, "custos-data-9 x y\n", 18, 0600, &err), CU_OK);
    assert_int_equal(folder_open(data, &f, &err), CU_VERSION);
    assert_int_equal(cu_file_replace(file, "garbage\n", 8, 0600, &err), CU_OK);
    assert_int_equal(folder_open(data, &f, &err), CU_CORRUPT);
    (void)unlink(file);
    folder_file(&f, "custos.lock", file);
    (void)unlink(file);
    (void)rmdir(data);
    (void)rmdir(base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_rows),
        cmocka_unit_test(permits_before_handling),
        cmocka_unit_test(decodes_before_handling),
        cmocka_unit_test(settings_win_in_order),
        cmocka_unit_test(bad_settings_are_named),
        cmocka_unit_test(folders),
    };
    return cmocka_run_group_tests_name("dispatch", tests, NULL, NULL);
}
