// SPDX-License-Identifier: Apache-2.0
// What stands in records.db, row by row, to find out whether anybody set anything in between. A session's last use, what was
// seen undeclared, counts of sources and profiles, and what jobs note on their own clocks are not state that anybody set.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const ownClock = /^INSERT INTO (staff_session|staff_attempt|centre_session|undeclared|profile_stat|people_meta|\w+_position|register_snapshot|transparency_version|field_usage\w*|retention_run|consent_batch|source|sqlite_sequence)\b/;

// also: further tables to leave out.
export function recordsState(server, also = /^$/) {
    const out = execFileSync("sqlite3", ["-readonly", join(server.data, "records.db"), ".dump"], { encoding: "utf8", maxBuffer: 1 << 28 });
    return out.split("\n").filter((l) => !ownClock.test(l) && !also.test(l));
}

// Rows that came, went or changed.
export function recordsChanged(before, after) {
    const old = new Set(before), now = new Set(after);
    return [...before.filter((l) => !now.has(l)).map((l) => `- ${l}`), ...after.filter((l) => !old.has(l)).map((l) => `+ ${l}`)];
}
