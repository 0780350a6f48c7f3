// SPDX-License-Identifier: Apache-2.0
// The printers against golden files of a small catalogue, and what has to hold for any catalogue.

#include "golden.h"

#include "spec/sample_catalogue.h"

#include <sys/wait.h>
#include <unistd.h>

static const struct spec_catalogue empty = {.program = "custos", .version = "0", .doc = "Nothing."};

static void golden_openapi(void **state)
{
    struct fixture *t = *state;
    spec_print_openapi(&sample, &t->out);
    assert_golden("print/openapi.json", cu_buf_view(&t->out));
}

static void golden_ts(void **state)
{
    struct fixture *t = *state;
    spec_print_ts(&sample, &t->out);
    assert_golden("print/api.ts", cu_buf_view(&t->out));
}

static void golden_man(void **state)
{
    struct fixture *t = *state;
    spec_print_man(&sample, &t->out);
    assert_golden("print/custos.1", cu_buf_view(&t->out));
}

static void golden_completion(void **state)
{
    struct fixture *t = *state;
    spec_print_completion(&sample, &t->out);
    assert_golden("print/completion.bash", cu_buf_view(&t->out));
}

static void golden_config(void **state)
{
    struct fixture *t = *state;
    spec_print_config(&sample, &t->out);
    assert_golden("print/custos.yaml", cu_buf_view(&t->out));
}

static void golden_pages(void **state)
{
    struct fixture *t = *state;
    for (size_t i = 0; spec_page_name(i); i++) {
        char name[64];
        cu_buf_reset(&t->out);
        assert_true(spec_print_markdown(&sample, spec_page_name(i), &t->out));
        assert_true(
            snprintf(name, sizeof name, "print/%s.md", spec_page_name(i)) < (int)sizeof name);
        assert_golden(name, cu_buf_view(&t->out));
    }
}

// --- OpenAPI

static json member(json v, const char *const *path)
{
    for (; *path; path++) {
        v = json_get(v, *path);
        if (json_is(v, JSON_ABSENT))
            fail_msg("there is no member %s", *path);
    }
    return v;
}
#define MEMBER(v, ...) member(v, (const char *const[]){__VA_ARGS__, NULL})

static void openapi_has_what_clients_need(void **state)
{
    struct fixture *t = *state;
    spec_print_openapi(&sample, &t->out);
    json v = parse_out(t);
    assert_str(json_str(MEMBER(v, "openapi")), "3.1.0");
    assert_str(json_str(MEMBER(v, "info", "version")), "1.2.3");
    assert_int_equal(json_count(MEMBER(v, "paths")), 5); // the alias is not among them
    assert_true(json_is(json_get(MEMBER(v, "paths"), "/v1/t"), JSON_ABSENT));
    assert_str(json_str(MEMBER(v, "paths", "/v1/people", "post", "operationId")), "people.create");
    assert_str(json_str(MEMBER(v, "paths", "/v1/people", "get", "operationId")), "people.list");
    assert_int_equal(json_count(MEMBER(v, "paths", "/v1/people", "get", "parameters")), 4);
    assert_int_equal(
        json_count(MEMBER(v, "paths", "/v1/imports/{kind}/{name}", "post", "parameters")), 2);
    assert_int_equal(json_count(MEMBER(v, "paths", "/health/live", "get", "security")), 0);
    json body = MEMBER(
        v, "paths", "/v1/people", "post", "requestBody", "content", "application/json", "schema");
    assert_int_equal(json_count(MEMBER(body, "required")), 2);
    bool open = true;
    assert_true(json_bool(MEMBER(body, "additionalProperties"), &open) && !open);
    assert_true(json_bool(MEMBER(body, "properties", "password", "writeOnly"), &open) && open);
    json answer = MEMBER(v, "paths", "/v1/people", "get", "responses", "2XX", "content",
        "application/json", "schema");
    assert_true(json_is(json_get(answer, "additionalProperties"), JSON_ABSENT));
    assert_int_equal(
        json_count(MEMBER(v, "components", "schemas", "Problem", "properties", "code", "enum")),
        CU_CODE_COUNT - 1);
}

static void empty_catalogues_print(void **state)
{
    struct fixture *t = *state;
    spec_print_openapi(&empty, &t->out);
    assert_int_equal(json_count(MEMBER(parse_out(t), "paths")), 0);
    cu_buf_reset(&t->out);
    spec_print_ts(&empty, &t->out);
    spec_print_man(&empty, &t->out);
    spec_print_completion(&empty, &t->out);
    spec_print_config(&empty, &t->out);
    assert_true(spec_print_markdown(&empty, NULL, &t->out));
    assert_false(t->out.failed);
}

static void printing_is_deterministic(void **state)
{
    struct fixture *t = *state;
    spec_print_openapi(&sample, &t->out);
    size_t once = t->out.len;
    spec_print_openapi(&sample, &t->out);
    assert_int_equal(t->out.len, once * 2);
    assert_memory_equal(t->out.ptr, t->out.ptr + once, once);
}

static void a_full_buffer_is_told(void **state)
{
    (void)state;
    void (*const printers[])(const struct spec_catalogue *, struct cu_buf *) = {spec_print_openapi,
        spec_print_ts, spec_print_man, spec_print_completion, spec_print_config};
    for (size_t i = 0; i < CU_COUNT(printers); i++) {
        struct cu_buf small;
        cu_buf_init(&small, 100);
        printers[i](&sample, &small);
        assert_true(small.failed);
        cu_buf_clear(&small);
    }
}

static void pages_have_names(void **state)
{
    struct fixture *t = *state;
    assert_string_equal(spec_page_name(0), "api");
    assert_string_equal(spec_page_name(5), "insight");
    assert_null(spec_page_name(6));
    assert_false(spec_print_markdown(&sample, "colours", &t->out));
    assert_int_equal(t->out.len, 0);
}

static void the_dictionary_page_shows_every_row(void **state)
{
    struct fixture *t = *state;
    struct dictionary *d = NULL;
    assert_code(dictionary_load(CU_NONE, &d, &t->err), CU_OK, &t->err);
    struct spec_catalogue c = sample;
    c.dictionary = d;
    assert_true(spec_print_markdown(&c, "dictionary", &t->out));
    const struct dict_event *events;
    for (size_t i = 0, n = dictionary_events(d, &events); i < n; i++) {
        char heading[200];
        assert_true(snprintf(heading, sizeof heading, "\n### %.*s\n", CU_ARG(events[i].name)) > 0);
        assert_has(t->out.ptr, heading);
    }
    assert_has(t->out.ptr, "| `address.postalCode` | string | P2 |");
    dictionary_free(d);
}

// The shell itself answers: what does completion offer for this line?
static void ask_bash(struct fixture *t, const char *line, char *answer, size_t size)
{
    char path[] = "/tmp/custos-completion-XXXXXX", command[1024];
    int fd = mkstemp(path);
    assert_true(
        fd >= 0 && write(fd, t->out.ptr, t->out.len) == (ssize_t)t->out.len && close(fd) == 0);
    assert_true(snprintf(command, sizeof command,
                    "bash --norc -c 'source %s; COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]} - "
                    "1)); _custos; "
                    "echo \"${COMPREPLY[*]}\"'",
                    path, line) < (int)sizeof command);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    size_t len = fread(answer, 1, size - 1, pipe);
    answer[len] = 0;
    assert_int_equal(pclose(pipe), 0);
    (void)unlink(path);
}

static void completion_works_in_bash(void **state)
{
    static const char *const list[][2] = {
        {"custos i", "init\n"},
        {"custos \"\"", "init person serve\n"},
        {"custos person \"\"", "find show\n"},
        {"custos person s", "show\n"},
        {"custos person find --s", "--sort-by\n"},
        {"custos person find --sort-by \"\"", "last_seen revenue\n"},
        {"custos serve --sort-by l", "last_seen\n"},
        {"custos init --l", "--listen --log-level\n"},
        {"custos init --log-level \"\"", "debug info\n"},
        {"custos init --j", "--json\n"},
        {"custos init x", "\n"},
    };
    struct fixture *t = *state;
    if (system("bash --version > /dev/null 2>&1") != 0) {
        print_message("# skipped: there is no bash\n");
        skip();
    }
    spec_print_completion(&sample, &t->out);
    for (size_t i = 0; i < CU_COUNT(list); i++) {
        char answer[500];
        ask_bash(t, list[i][0], answer, sizeof answer);
        if (strcmp(answer, list[i][1]) != 0)
            fail_msg("%s offers %s", list[i][0], answer);
    }
}

// The printed file, with every mark taken off, gives the defaults themselves.
static void config_lines_are_settings(void **state)
{
    struct fixture *t = *state;
    spec_print_config(&sample, &t->out);
    assert_has(t->out.ptr, "\n#listen: \"127.0.0.1:8080\"\n");
    assert_has(t->out.ptr, "\n#log_level: info\n");
    assert_has(t->out.ptr, "\n#root_key: \"\"\n");
    assert_has(t->out.ptr, "\n#batch_max: 2000\n");
    cu_str rest = cu_buf_view(&t->out);
    while (rest.ptr)
        assert_true(cu_str_cut(&rest, '\n').len <= 102);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(golden_openapi),
        TEST(golden_ts),
        TEST(golden_man),
        TEST(golden_completion),
        TEST(golden_config),
        TEST(golden_pages),
        TEST(openapi_has_what_clients_need),
        TEST(empty_catalogues_print),
        TEST(printing_is_deterministic),
        TEST(a_full_buffer_is_told),
        TEST(pages_have_names),
        TEST(the_dictionary_page_shows_every_row),
        TEST(completion_works_in_bash),
        TEST(config_lines_are_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
