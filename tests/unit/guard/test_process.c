// SPDX-License-Identifier: Apache-2.0
// The key process against a hostile other end: every frame that breaks the form cuts its connection and
// nothing else; and shut in, it can open nothing but its own files.
#include "guard_test.h"

#include "guard/sandbox.h"
#include "guard/wire.h"
#include "store/wire.h"

#include <errno.h>
#include <sched.h>
#include <sys/wait.h>

static struct world world;
static int control; // ours; the world's guard is not used here: the frames are made by hand
static struct cu_buf frame;

static void hand_over(int fd)
{
    char header[WIRE_HEADER] = {0, 0, 0, 0, 'G', WIRE_CONNECT, 0, 0};
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } room = {.bytes = {0}};
    struct iovec part = {header, sizeof header};
    struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = room.bytes, .msg_controllen = sizeof room.bytes};
    struct cmsghdr *rights = CMSG_FIRSTHDR(&m);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(rights), &fd, sizeof fd);
    assert_int_equal(sendmsg(control, &m, MSG_NOSIGNAL), WIRE_HEADER);
}

static int line_new(void)
{
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    hand_over(ends[1]);
    (void)close(ends[1]);
    return ends[0];
}

static void put_start(const char *version, uint8_t kind)
{
    wire_begin(&frame, WIRE_START);
    wire_bytes(&frame, cu_str_of(version));
    wire_u8(&frame, CU_LOG_ERROR + 1);
    wire_u8(&frame, kind);
    wire_bytes(&frame, cu_str_of(world.root.place));
    wire_bytes(&frame, cu_str_of(world.root.ratchet));
    wire_bytes(&frame, cu_str_of(world.keys));
    wire_bytes(&frame, CU_NONE);
    wire_bytes(&frame, CU_NONE);
    assert_ok(wire_end(&frame, NULL));
}

static int serve(void **state)
{
    (void)state;
    int ends[2];
    enum wire_op op = WIRE_OPS;
    world_open(&world, false);
    world_stop(&world);
    cu_buf_init(&frame, WIRE_ANSWER_MAX);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    control = ends[0];
    world.control = ends[1];
    assert_int_equal(pthread_create(&world.server, NULL, world_serve, &world), 0);
    put_start(CUSTOS_VERSION, ROOT_FILE);
    assert_ok(wire_send(control, &frame, NULL));
    assert_ok(wire_receive(control, &frame, WIRE_TEXT_MAX, &op, NULL));
    struct wire_in in = wire_in_of(&frame);
    assert_ok(wire_get_error(&in, NULL));
    return 0;
}

static int end(void **state)
{
    (void)state;
    (void)close(control);
    (void)pthread_join(world.server, NULL);
    cu_buf_clear(&frame);
    world_close(&world);
    return 0;
}

static void as_staff(const char *role)
{
    struct guard_access a = {.actor = GUARD_STAFF, .actor_id = 3};
    (void)snprintf(a.role, sizeof a.role, "%s", role);
    (void)snprintf(a.purpose, sizeof a.purpose, "support");
    wire_u8(&frame, 1);
    wire_access(&frame, &a);
}

// The answer's code; CU_CODE_COUNT: it hung up.
static cu_code ask(int fd)
{
    enum wire_op op = WIRE_OPS;
    assert_ok(wire_end(&frame, NULL));
    if (wire_send(fd, &frame, NULL) != CU_OK || wire_receive(fd, &frame, WIRE_ANSWER_MAX, &op, NULL) != CU_OK)
        return CU_CODE_COUNT;
    struct wire_in in = wire_in_of(&frame);
    return wire_get_error(&in, NULL);
}

static void put_item(struct cu_buf *b, uint8_t class_id, uint8_t compress, uint64_t subject, uint32_t len)
{
    wire_u8(b, class_id);
    wire_u8(b, compress);
    wire_u32(b, 7);
    wire_u64(b, subject);
    wire_u64(b, 1);
    wire_u64(b, 1);
    wire_u32(b, len);
    cu_buf_add(b, "x", 1);
}

static void seal_frame(uint32_t count, uint8_t class_id, uint8_t compress, uint64_t subject, uint32_t len)
{
    wire_begin(&frame, WIRE_SEAL);
    as_staff("owner");
    wire_u32(&frame, count);
    put_item(&frame, class_id, compress, subject, len);
}

static void honest(int fd)
{
    seal_frame(1, SEAL_NOTES, 0, 1, 1);
    assert_int_equal(ask(fd), CU_OK);
}

static void broken_frames_cut_only_their_connection(void **state)
{
    (void)state;
    static const struct {
        uint32_t count;
        uint8_t class_id, compress;
        uint64_t subject;
        uint32_t len;
    } bad[] = {
        {0, SEAL_NOTES, 0, 1, 1}, {2, SEAL_NOTES, 0, 1, 1}, {WIRE_ITEMS_MAX + 1, SEAL_NOTES, 0, 1, 1},
        {UINT32_MAX, SEAL_NOTES, 0, 1, 1}, {1, 0, 0, 1, 1}, {1, SEAL_CLASS_COUNT, 0, 1, 1}, {1, 255, 0, 1, 1},
        {1, SEAL_NOTES, 2, 1, 1}, {1, SEAL_NOTES, 0, UINT64_C(1) << 63, 1}, {1, SEAL_NOTES, 0, 1, 0},
        {1, SEAL_NOTES, 0, 1, 2}, {1, SEAL_NOTES, 0, 1, UINT32_MAX},
    };
    int good = line_new();
    for (size_t i = 0; i < CU_COUNT(bad); i++) {
        int fd = line_new();
        seal_frame(bad[i].count, bad[i].class_id, bad[i].compress, bad[i].subject, bad[i].len);
        assert_int_equal(ask(fd), CU_CODE_COUNT);
        (void)close(fd);
        honest(good);
    }
    (void)close(good);
}

static void broken_headers(void **state)
{
    (void)state;
    static const uint8_t bad[][WIRE_HEADER] = {
        {4, 0, 0, 0, 'H', WIRE_COMMIT, 0, 0}, {4, 0, 0, 0, 'G', 0, 0, 0}, {4, 0, 0, 0, 'G', WIRE_OPS, 0, 0},
        {4, 0, 0, 0, 'G', 255, 0, 0}, {4, 0, 0, 0, 'G', WIRE_COMMIT, 1, 0}, {255, 255, 255, 255, 'G', WIRE_SEAL, 0, 0},
        {0, 0, 0, 1, 'G', WIRE_SEAL, 0, 0}, {1, 0, 0, 0, 'G', WIRE_COMMIT, 0, 0}, {0, 0, 0, 0, 'G', WIRE_COMMIT, 0, 0},
        {4, 0, 0, 0, 'G', WIRE_START, 0, 0}, {4, 0, 0, 0, 'G', WIRE_CONNECT, 0, 0},
    };
    int good = line_new();
    for (size_t i = 0; i < CU_COUNT(bad); i++) {
        char rest[1], bytes[WIRE_HEADER + 4] = {0};
        int fd = line_new();
        memcpy(bytes, bad[i], WIRE_HEADER);
        bytes[WIRE_HEADER] = 3; // an access flag that is none
        assert_int_equal(send(fd, bytes, sizeof bytes, MSG_NOSIGNAL), sizeof bytes);
        assert_true(recv(fd, rest, 1, 0) <= 0);
        (void)close(fd);
        honest(good);
    }
    (void)close(good);
}

static void an_access_is_checked(void **state)
{
    (void)state;
    const char *const roles[] = {"a\nb", "a\x7f", "gr\xc3\xbc" "n"};
    for (size_t i = 0; i < CU_COUNT(roles); i++) {
        int fd = line_new();
        wire_begin(&frame, WIRE_COMMIT);
        as_staff(roles[i]);
        assert_int_equal(ask(fd), CU_CODE_COUNT);
        (void)close(fd);
    }
    int fd = line_new();
    wire_begin(&frame, WIRE_COMMIT); // an actor that is none
    wire_u8(&frame, 1);
    size_t at = frame.len;
    wire_access(&frame, &(struct guard_access){.actor = GUARD_SYSTEM});
    frame.ptr[at] = GUARD_PERSON + 1;
    assert_int_equal(ask(fd), CU_CODE_COUNT);
    (void)close(fd);
    fd = line_new();
    wire_begin(&frame, WIRE_OPEN); // who never said anything may nothing
    wire_u8(&frame, 0);
    wire_u32(&frame, 1);
    wire_item(&frame, WIRE_OPEN, &(struct guard_item){.place = place_of(1), .bytes = CU_LIT("x")});
    assert_int_equal(ask(fd), CU_FORBIDDEN);
    (void)close(fd);
}

// A frame byte by byte; two at once; cut off in the middle; every length of a good frame.
static void frames_in_pieces(void **state)
{
    (void)state;
    int fd = line_new();
    enum wire_op op = WIRE_OPS;
    seal_frame(1, SEAL_NOTES, 0, 1, 1);
    assert_ok(wire_end(&frame, NULL));
    char whole[512];
    size_t len = frame.len;
    assert_true(len * 2 < sizeof whole);
    memcpy(whole, frame.ptr, len);
    for (size_t i = 0; i < len; i++)
        assert_int_equal(send(fd, whole + i, 1, MSG_NOSIGNAL), 1);
    assert_ok(wire_receive(fd, &frame, WIRE_ANSWER_MAX, &op, NULL));
    memcpy(whole + len, whole, len);
    assert_int_equal(send(fd, whole, len * 2, MSG_NOSIGNAL), (ssize_t)(len * 2));
    assert_int_not_equal(wire_receive(fd, &frame, WIRE_ANSWER_MAX, &op, NULL), CU_OK);
    (void)close(fd);
    for (size_t cut = 0; cut < len; cut++) {
        char rest[1];
        fd = line_new();
        assert_int_equal(send(fd, whole, cut, MSG_NOSIGNAL), (ssize_t)cut);
        (void)shutdown(fd, SHUT_WR);
        assert_true(recv(fd, rest, 1, 0) <= 0);
        (void)close(fd);
    }
    for (uint32_t shorter = 0; shorter < len - WIRE_HEADER; shorter++) { // the header says so, too
        char rest[1];
        fd = line_new();
        wire_put32((uint8_t *)whole, shorter);
        assert_int_equal(send(fd, whole, WIRE_HEADER + shorter, MSG_NOSIGNAL), (ssize_t)(WIRE_HEADER + shorter));
        (void)shutdown(fd, SHUT_WR);
        assert_true(recv(fd, rest, 1, 0) <= 0);
        (void)close(fd);
    }
    fd = line_new();
    honest(fd);
    (void)close(fd);
}

// Random bytes behind a good header, of every operation.
static void noise(void **state)
{
    (void)state;
    uint64_t random = 42;
    int good = line_new();
    for (int round = 0; round < 400; round++) {
        int fd = line_new();
        uint32_t len = (uint32_t)(test_random(&random) % 200);
        wire_begin(&frame, (enum wire_op)(WIRE_SEAL + test_random(&random) % (WIRE_OPS - WIRE_SEAL)));
        if (test_random(&random) % 2)
            as_staff("owner");
        for (uint32_t i = 0; i < len; i++) // mostly small numbers, which are nearly counts
            wire_u8(&frame, (uint8_t)(test_random(&random) % 4 ? test_random(&random) % 3 : test_random(&random)));
        cu_code code = ask(fd);
        assert_true(code != CU_INTERNAL);
        (void)close(fd);
    }
    honest(good);
    (void)close(good);
}

static void more_connections_than_there_are(void **state)
{
    (void)state;
    enum { TOO_MANY = 270 };
    static int fds[TOO_MANY];
    size_t refused = 0;
    for (size_t i = 0; i < TOO_MANY; i++)
        fds[i] = line_new();
    honest(fds[0]);
    for (size_t i = 0; i < TOO_MANY; i++) {
        seal_frame(1, SEAL_NOTES, 0, 1, 1);
        refused += ask(fds[i]) == CU_CODE_COUNT;
    }
    for (size_t i = 0; i < TOO_MANY; i++)
        (void)close(fds[i]);
    assert_int_equal(refused, TOO_MANY - 256);
}

// On the control socket itself: no socket, or another frame, ends the process.
static void the_control_socket_is_checked(void **state)
{
    (void)state;
    int fd = line_new();
    honest(fd);
    assert_int_equal(send(control, "GGGGGGGG", 8, MSG_NOSIGNAL), 8);
    char rest[1];
    assert_true(recv(fd, rest, 1, 0) <= 0);
    (void)close(fd);
}

static void a_start_that_is_none(void **state)
{
    (void)state;
    static const struct {
        const char *version;
        uint8_t kind;
        cu_code code;
    } bad[] = {{"0.0.0", ROOT_FILE, CU_VERSION}, {CUSTOS_VERSION, 9, CU_MALFORMED}};
    for (size_t i = 0; i < CU_COUNT(bad); i++) {
        int ends[2];
        enum wire_op op = WIRE_OPS;
        struct cu_buf b;
        struct world w = world;
        cu_buf_init(&b, WIRE_TEXT_MAX);
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
        w.control = ends[1];
        put_start(bad[i].version, bad[i].kind);
        assert_ok(wire_send(ends[0], &frame, NULL));
        (void)world_serve(&w);
        assert_int_equal(w.served, bad[i].code);
        assert_ok(wire_receive(ends[0], &b, WIRE_TEXT_MAX, &op, NULL));
        struct wire_in in = wire_in_of(&b);
        assert_int_equal(wire_get_error(&in, NULL), bad[i].code);
        (void)close(ends[0]);
        cu_buf_clear(&b);
    }
}

// --- shut in

static int attempt(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC, 0600);
    if (fd >= 0)
        (void)close(fd);
    return fd < 0 ? errno : 0;
}

static void *nothing(void *context)
{
    return context;
}

// Of a forked child: 0, or which step was wrong.
static int shut_in_child(const struct guard_place *place, const char *safe)
{
    struct sandbox_status s = {0};
    char inside[1024], outside[1024];
    pthread_t thread;
    (void)snprintf(inside, sizeof inside, "%s/new", place->keys);
    (void)snprintf(outside, sizeof outside, "%s/../new", place->keys);
    if (sandbox_key_files(place, &s, NULL) != CU_OK || sandbox_key_calls(&s, NULL) != CU_OK)
        return 1;
    if (s.landlock && (attempt("/etc/passwd", O_RDONLY) == 0 || attempt(outside, O_WRONLY | O_CREAT) == 0))
        return 2;
    if (attempt(inside, O_RDWR | O_CREAT) != 0 || unlink(inside) != 0 || attempt(safe, O_RDONLY | O_DIRECTORY) != 0)
        return 3;
    if (!s.seccomp)
        return 0;
    if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || errno != EPERM || socket(AF_UNIX, SOCK_STREAM, 0) >= 0)
        return 4;
    char program[] = "/bin/true";
    char *const argv[] = {program, NULL};
    if (execve(program, argv, NULL) == 0 || errno != EPERM)
        return 5;
    if (pthread_create(&thread, NULL, nothing, NULL) != 0 || pthread_join(thread, NULL) != 0)
        return 6;
#ifndef CU_ARENA_SPLIT
    if (fork() >= 0)
        return 7;
#endif
    return 0;
}

static void shut_in(void **state)
{
    (void)state;
    int status = 0;
    world_open(&world, false);
    world_stop(&world);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(shut_in_child(&world.place, world.safe));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    world_close(&world);
}

static int server_child(const char *data, const char *root_key)
{
    struct sandbox_status s = {0};
    const char *const write[] = {data, NULL}, *const read[] = {"/no/such/path", NULL};
    char inside[1024];
    (void)snprintf(inside, sizeof inside, "%s/new", data);
    if (sandbox_server_files(write, read, &s, NULL) != CU_OK || sandbox_server_calls(&s, NULL) != CU_OK)
        return 1;
    if (s.landlock && (attempt(root_key, O_RDONLY) == 0 || attempt("/etc/shadow", O_RDONLY) == 0))
        return 2;
    if (attempt(inside, O_RDWR | O_CREAT) != 0 || attempt("/dev/null", O_RDWR) != 0)
        return 3;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        return 4;
#ifndef CU_ARENA_SPLIT
    char program[] = "/bin/true";
    char *const argv[] = {program, NULL};
    if (s.seccomp && (execve(program, argv, NULL) == 0 || errno != EPERM))
        return 5;
#endif
    return s.seccomp && (unshare(0) == 0 || errno != EPERM) ? 6 : 0;
}

static void the_server_cannot_read_the_root_key(void **state)
{
    (void)state;
    int status = 0;
    world_open(&world, false);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(server_child(world.folder, world.root.place));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    world_close(&world);
}

#define SERVED(f) cmocka_unit_test_setup_teardown(f, serve, end)

int main(void)
{
    const struct CMUnitTest tests[] = {SERVED(broken_frames_cut_only_their_connection), SERVED(broken_headers),
        SERVED(an_access_is_checked), SERVED(frames_in_pieces), SERVED(noise), SERVED(more_connections_than_there_are),
        SERVED(the_control_socket_is_checked), SERVED(a_start_that_is_none), cmocka_unit_test(shut_in),
        cmocka_unit_test(the_server_cannot_read_the_root_key)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
