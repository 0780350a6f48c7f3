#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Records what ClickHouse's windowFunnel answers: tests/fixtures/windowfunnel.tsv, which the unit test of
insight/machine_funnel.c is held against, line by line.

  npm install --no-save @chdb/lib-linux-x64-gnu        (the engine as a library, 560 MB; Apache-2.0)
  tools/windowfunnel_fixture.py node_modules/@chdb/lib-linux-x64-gnu/libchdb.so > tests/fixtures/windowfunnel.tsv

Lines: number of steps, window, modes (bits as in insight/machines.h), answer, events "time:steps" by comma, where
steps is a bit set (0: an event that is no step). The order of events of the same time is random on purpose.
"""
import ctypes
import random
import sys

MODES = ["strict_order", "strict_increase", "strict_deduplication", "strict_once", "allow_reentry"]  # bits 0..4
SEQUENCES = 150  # for each number of steps
PER_QUERY = 12   # of them are written per mode and window


class Engine:
    def __init__(self, path):
        self.lib = ctypes.CDLL(path)
        self.lib.chdb_connect.restype = ctypes.POINTER(ctypes.c_void_p)
        self.lib.chdb_query.restype = ctypes.c_void_p
        self.lib.chdb_query.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p]
        for name in ("chdb_result_buffer", "chdb_result_error"):
            getattr(self.lib, name).restype = ctypes.c_void_p if name.endswith("buffer") else ctypes.c_char_p
            getattr(self.lib, name).argtypes = [ctypes.c_void_p]
        self.lib.chdb_result_length.restype = ctypes.c_size_t
        self.lib.chdb_result_length.argtypes = [ctypes.c_void_p]
        self.lib.chdb_destroy_query_result.argtypes = [ctypes.c_void_p]
        arguments = (ctypes.c_char_p * 2)(b"clickhouse", b"--path=:memory:")
        self.connection = self.lib.chdb_connect(1, arguments)

    def rows(self, sql):
        result = self.lib.chdb_query(self.connection[0], sql.encode(), b"TSV")
        error = self.lib.chdb_result_error(result)
        if error:
            raise RuntimeError(error.decode())
        length = self.lib.chdb_result_length(result)
        text = ctypes.string_at(self.lib.chdb_result_buffer(result), length).decode() if length else ""
        self.lib.chdb_destroy_query_result(result)
        return [line.split("\t") for line in text.splitlines()]


def sequence(dice, steps):
    kind = dice.randrange(4)
    events, time = [], 1000
    for _ in range(dice.choice([1, 2, 3, 4, 5, 6, 8, 10, 14])):
        time += dice.choice([0, 0, 1, 1, 2, 3, 7]) if kind else dice.choice([0, 0, 0, 1])
        if kind == 1 or dice.random() < 0.6:  # one step at most
            bits = dice.choice([0] + [1 << s for s in range(steps)])
        else:
            bits = dice.randrange(1 << steps)
        events.append((time, bits))
    if kind == 2:  # mostly in the right order
        events = [(t, 1 << min(i * steps // len(events), steps - 1)) if dice.random() < 0.8 else (t, b)
                  for i, (t, b) in enumerate(events)]
    dice.shuffle(events)  # the engine sorts
    return sorted(events, key=lambda e: e[0])


def main():
    engine = Engine(sys.argv[1])
    dice = random.Random(20261122)
    version = engine.rows("SELECT version()")[0][0]
    print(f"# SPDX-License-Identifier: Apache-2.0\n# made by tools/windowfunnel_fixture.py; ClickHouse {version} (chDB)")
    for steps in range(1, 6):
        sequences = [sequence(dice, steps) for _ in range(SEQUENCES)]
        engine.rows(f"CREATE TABLE e{steps} (id UInt32, t UInt64, m UInt32) ENGINE = Memory")
        engine.rows(f"INSERT INTO e{steps} VALUES " +
                    ",".join(f"({i},{t},{m})" for i, s in enumerate(sequences) for t, m in s))
        conditions = ", ".join(f"bitTest(m, {s})" for s in range(steps))
        for modes in [m for m in range(32) if m < 16 or m & 1]:  # allow_reentry needs strict_order
            names = "".join(f", '{MODES[b]}'" for b in range(5) if modes >> b & 1)
            for window in (0, 1, 4, 100):
                found = engine.rows(f"SELECT id, windowFunnel({window}{names})(t, {conditions}) FROM e{steps} "
                                    "GROUP BY id ORDER BY id SETTINGS max_threads = 1")
                for i in sorted(dice.sample(range(SEQUENCES), PER_QUERY)):
                    assert int(found[i][0]) == i
                    events = ",".join(f"{t}:{m}" for t, m in sequences[i])
                    print(f"{steps}\t{window}\t{modes}\t{found[i][1]}\t{events}")


main()
