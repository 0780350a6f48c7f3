// SPDX-License-Identifier: Apache-2.0
// Helpers of a request: answers, headers that cannot be split, and problems in the form of RFC
// 9457.

#include "spec_test.h"

#include "spec/request.h"

static struct request make(struct fixture *t)
{
    struct request rq = {.arena = t->arena, .id = CU_LIT("01936f2c-7b1e")};
    cu_buf_init(&rq.response.body, 4096);
    return rq;
}

static cu_str find_header(struct request *rq, const char *name)
{
    return strcmp(name, "Origin") == 0 && rq->transport ? CU_LIT("https://shop.example") : CU_NONE;
}

static void reads_headers_through_the_transport(void **state)
{
    struct request rq = make(*state);
    assert_null(request_header(&rq, "Origin").ptr); // in process: none
    rq.header = find_header;
    assert_null(request_header(&rq, "Origin").ptr);
    rq.transport = &rq;
    assert_str(request_header(&rq, "Origin"), "https://shop.example");
}

static void reads_path_values(void **state)
{
    static const struct spec_field fields[] = {
        {.name = "id", .type = SPEC_STRING, .doc = "Id.", .max = 9}, {0}};
    struct request rq = make(*state);
    rq.path_values.fields = fields;
    assert_null(request_path_str(&rq, "id").ptr);
    rq.path_values.at[0] = (struct spec_value){.present = true, .text = CU_LIT("42")};
    assert_str(request_path_str(&rq, "id"), "42");
}

static void starts_an_answer(void **state)
{
    struct request rq = make(*state);
    cu_buf_z(&rq.response.body, "half an answer");
    rq.response.static_body = CU_LIT("file");
    struct json_writer w = request_json(&rq, 201);
    jw_object(&w);
    jw_ki64(&w, "number", 1);
    jw_object_end(&w);
    assert_str(cu_buf_view(&rq.response.body), "{\"number\":1}");
    assert_int_equal(rq.response.status, 201);
    assert_string_equal(rq.response.content_type, "application/json");
    assert_null(rq.response.static_body.ptr);
    cu_buf_clear(&rq.response.body);
}

static void headers_are_copied_and_cannot_be_split(void **state)
{
    struct request rq = make(*state);
    char value[] = "\"v1\"";
    assert_int_equal(request_header_add(&rq, "ETag", (cu_str){value, 4}), CU_OK);
    memset(value, 'x', 4);
    assert_str(rq.response.headers[0].value, "\"v1\"");
    assert_int_equal(
        request_header_add(&rq, "Location", CU_LIT("/a\r\nSet-Cookie: x=1")), CU_INVALID);
    assert_int_equal(request_header_add(&rq, "Location", CU_LIT("/a\nb")), CU_INVALID);
    assert_int_equal(request_header_add(&rq, "Location", (cu_str){"/a\0b", 4}), CU_INVALID);
    assert_int_equal(rq.response.header_count, 1);
    assert_int_equal(request_header_add(&rq, "X-Empty", CU_LIT("")), CU_OK);
}

static int finished;
static void on_finish(struct request *rq)
{
    assert_true(rq->deferred);
    finished++;
}

static void defers_once(void **state)
{
    struct request rq = make(*state);
    rq.finish = on_finish;
    finished = 0;
    request_defer(&rq);
    assert_int_equal(finished, 0);
    request_finish(&rq);
    assert_int_equal(finished, 1);
}

static void writes_problems(void **state)
{
    struct fixture *t = *state;
    struct request rq = make(t);
    struct cu_error err = {0};
    (void)cu_fail(&err, CU_UNKNOWN_FIELD, "/evnet", "Did you mean \"event\"?");
    cu_buf_z(&rq.response.body, "{\"half\":");
    request_problem(&rq, &err);
    assert_int_equal(rq.response.status, 400);
    assert_string_equal(rq.response.content_type, "application/problem+json");
    cu_buf_str(&t->out, cu_buf_view(&rq.response.body));
    json v = parse_out(t);
    assert_str(json_str(json_get(v, "type")), "urn:custos:error:unknown_field");
    assert_str(json_str(json_get(v, "title")), cu_code_rows[CU_UNKNOWN_FIELD].sentence);
    assert_str(json_str(json_get(v, "detail")), "Did you mean \"event\"?");
    assert_str(json_str(json_get(v, "code")), "unknown_field");
    assert_str(json_str(json_get(v, "field")), "/evnet");
    assert_str(json_str(json_get(v, "request_id")), "01936f2c-7b1e");
    assert_int_equal(rq.response.header_count, 0);
    cu_buf_clear(&rq.response.body);
}

static void every_code_has_a_problem(void **state)
{
    struct fixture *t = *state;
    for (int code = CU_OK + 1; code < CU_CODE_COUNT; code++) {
        struct request rq = make(t);
        request_problem(&rq, &(struct cu_error){.code = (cu_code)code});
        assert_int_equal(rq.response.status, cu_code_rows[code].http);
        bool later = rq.response.status == 429 || rq.response.status == 503;
        assert_int_equal(rq.response.header_count, later ? 1 : 0);
        cu_buf_reset(&t->out);
        cu_buf_str(&t->out, cu_buf_view(&rq.response.body));
        json v = parse_out(t);
        assert_str(json_str(json_get(v, "detail")), cu_code_rows[code].sentence);
        assert_false(json_is(json_get(v, "field"), JSON_STRING));
        cu_buf_clear(&rq.response.body);
    }
}

static void keeps_a_retry_after_that_is_there(void **state)
{
    struct request rq = make(*state);
    assert_int_equal(request_header_add(&rq, "retry-after", CU_LIT("30")), CU_OK);
    request_problem(&rq, &(struct cu_error){.code = CU_BUSY});
    assert_int_equal(rq.response.header_count, 1);
    assert_str(rq.response.headers[0].value, "30");
    cu_buf_clear(&rq.response.body);
}

static void a_nameless_problem_is_internal(void **state)
{
    struct request rq = make(*state);
    request_problem(&rq, NULL);
    assert_int_equal(rq.response.status, 500);
    request_problem(&rq, &(struct cu_error){.code = CU_OK, .text = "ok"});
    assert_int_equal(rq.response.status, 500);
    cu_buf_clear(&rq.response.body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reads_headers_through_the_transport),
        TEST(reads_path_values),
        TEST(starts_an_answer),
        TEST(headers_are_copied_and_cannot_be_split),
        TEST(defers_once),
        TEST(writes_problems),
        TEST(every_code_has_a_problem),
        TEST(keeps_a_retry_after_that_is_there),
        TEST(a_nameless_problem_is_internal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
