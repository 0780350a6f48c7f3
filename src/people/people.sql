-- Statements of people/. One reading or writing function each; the names say which file uses them:
-- kind_* kinds.c, identifier_* and profile_* profile.c and person_view.c, edge_* edges.c, trait_* traits*.c,
-- stat_* stats.c, forget_* and revert_* forget.c and revert.c, index_* index.c.

-- name: meta
SELECT folder, generation, next_pno, touched_seq FROM people_meta WHERE id = 1;
-- name: meta_make
INSERT INTO people_meta (id, folder, generation, next_pno, touched_seq) VALUES (1, :folder, 0, 1, 0);
-- name: meta_generation
UPDATE people_meta SET generation = :generation WHERE id = 1;
-- name: meta_next_pno
UPDATE people_meta SET next_pno = :next_pno WHERE id = 1;
-- name: meta_touched
UPDATE people_meta SET touched_seq = :seq WHERE id = 1;
-- name: meta_last_ids
SELECT ifnull((SELECT max(id) FROM identifier), 0), ifnull((SELECT max(id) FROM edge), 0),
    ifnull((SELECT max(id) FROM trait_history), 0), ifnull((SELECT max(pno) FROM profile), 0);

-- name: kinds
SELECT number, name FROM identifier_kind ORDER BY number;
-- name: kind_add
INSERT INTO identifier_kind (number, name) VALUES (:number, :name);

-- name: profile_add
INSERT INTO profile (pno, uuid, flags, created_ms, source, seq)
VALUES (:pno, :uuid, :flags, :created_ms, :source, :seq);
-- name: profile_flags
UPDATE profile SET flags = :flags WHERE pno = :pno;
-- name: profile_get
SELECT uuid, flags, created_ms, source, seq, orders, revenue FROM profile WHERE pno = :pno;
-- name: profile_by_uuid
SELECT pno FROM profile WHERE uuid = :uuid;
-- name: profile_orders
UPDATE profile SET orders = max(orders + :orders, 0), revenue = revenue + :revenue WHERE pno = :pno;
-- name: profiles_all
SELECT pno, flags, orders, revenue FROM profile ORDER BY pno;
-- name: profile_delete
DELETE FROM profile WHERE pno = :pno;

-- name: stats_all
SELECT pno, first_ms, last_ms, events FROM profile_stat ORDER BY pno;
-- name: stat_sum
SELECT ifnull(min(first_ms), 9223372036854775807), ifnull(max(last_ms), -9223372036854775807 - 1), ifnull(sum(events), 0)
FROM profile_stat WHERE pno = :pno;
-- name: stat_add
INSERT INTO profile_stat (pno, origin, first_ms, last_ms, events)
VALUES (:pno, :origin, :first_ms, :last_ms, :events)
ON CONFLICT (pno, origin) DO UPDATE SET first_ms = min(first_ms, excluded.first_ms),
    last_ms = max(last_ms, excluded.last_ms), events = events + excluded.events;
-- name: stat_delete
DELETE FROM profile_stat WHERE pno = :pno;

-- name: identifier_add
INSERT INTO identifier (id, pno, kind, anchor, value, origin, source, seq, first_ms, last_ms)
VALUES (:id, :pno, :kind, :anchor, :value, :origin, :source, :seq, :ms, :ms);
-- name: identifier_get
SELECT pno, kind, anchor, origin, first_ms, last_ms, value FROM identifier WHERE id = :id;
-- name: identifiers_of
SELECT id, kind, value, first_ms, last_ms, source, origin, anchor FROM identifier WHERE pno = :pno ORDER BY kind, id;
-- name: identifier_kinds_of
SELECT kind, count(*) FROM identifier WHERE pno = :pno GROUP BY kind;
-- name: identifier_move
UPDATE identifier SET pno = :pno, anchor = 1, value = :value WHERE id = :id;
-- name: identifier_origin
UPDATE identifier SET origin = :origin WHERE id = :id;
-- name: identifier_seen
UPDATE identifier SET first_ms = min(first_ms, :ms), last_ms = max(last_ms, :ms) WHERE id = :id;
-- name: identifier_delete
DELETE FROM identifier WHERE id = :id;
-- name: identifier_origins_of
SELECT i.kind, min(i.origin, ifnull((SELECT min(c.origin) FROM confirmation c WHERE c.entity = 1 AND c.id = i.id), i.origin))
FROM identifier i WHERE i.pno = :pno;
-- name: identifiers_from
SELECT id, pno, kind, value FROM identifier WHERE id > :after ORDER BY id LIMIT 1000;
-- name: identifiers_count
SELECT count(*) FROM identifier;

-- name: confirmation_has
SELECT 1 FROM confirmation WHERE entity = :entity AND id = :id AND origin = :origin;
-- name: confirmation_add
INSERT OR IGNORE INTO confirmation (entity, id, origin) VALUES (:entity, :id, :origin);
-- name: confirmation_first
SELECT min(origin) FROM confirmation WHERE entity = :entity AND id = :id;
-- name: confirmation_drop
DELETE FROM confirmation WHERE entity = :entity AND id = :id AND origin = :origin;
-- name: confirmation_clear
DELETE FROM confirmation WHERE entity = :entity AND id = :id;
-- name: confirmation_copy
INSERT OR IGNORE INTO confirmation (entity, id, origin)
SELECT :to_entity, :to_id, origin FROM confirmation WHERE entity = :entity AND id = :id;

-- name: edge_add
INSERT INTO edge (id, a, b, state, evidence, kind, rules, at_ms, actor, source, seq, origin, reason)
VALUES (:id, :a, :b, :state, :evidence, :kind, :rules, :at_ms, :actor, :source, :seq, :origin, :reason);
-- name: edge_pair
SELECT id, state, origin FROM edge WHERE a = :a AND b = :b AND state <> 1 ORDER BY state;
-- name: edge_get
SELECT a, b, state, origin FROM edge WHERE id = :id;
-- name: edge_origin
UPDATE edge SET origin = :origin WHERE id = :id;
-- name: edge_end
UPDATE edge SET state = 1, ended_ms = :ms, ended_by = :actor, ended_reason = :reason WHERE id = :id;
-- name: edge_delete
DELETE FROM edge WHERE id = :id;
-- name: edges_live
SELECT a, b FROM edge WHERE state = 0 ORDER BY id;
-- name: edges_live_of
SELECT id, b FROM edge WHERE a = :pno AND state = 0;
-- name: edges_of
SELECT id, a, b, state, evidence, kind, rules, at_ms, actor, source, seq, reason, ended_ms, ended_by, ended_reason
FROM edge WHERE a = :pno OR b = :pno ORDER BY id;
-- name: edge_refused_count
SELECT (SELECT count(*) FROM (SELECT 1 FROM edge WHERE a = :a AND state = 2 LIMIT 100)),
    (SELECT count(*) FROM (SELECT 1 FROM edge WHERE b = :b AND state = 2 LIMIT 100));
-- name: edge_refused_drop
DELETE FROM edge WHERE a = :a AND b = :b AND state = 2;

-- name: never_link_add
INSERT OR IGNORE INTO never_link (a, b, at_ms, actor) VALUES (:a, :b, :at_ms, :actor);
-- name: never_link_of
SELECT b FROM never_link WHERE a = :pno UNION ALL SELECT a FROM never_link WHERE b = :pno;
-- name: never_links
SELECT a, b FROM never_link;
-- name: never_link_drop
DELETE FROM never_link WHERE a = :a AND b = :b;
-- name: never_link_forget
DELETE FROM never_link WHERE a = :pno OR b = :pno;

-- name: undeclared_set
INSERT INTO undeclared (scope, name, count, first_ms, last_ms, sources)
VALUES (:scope, :name, :count, :first_ms, :last_ms, :sources)
ON CONFLICT (scope, name) DO UPDATE SET count = excluded.count, first_ms = excluded.first_ms,
    last_ms = excluded.last_ms, sources = excluded.sources;
-- name: undeclared_all
SELECT scope, name, count, first_ms, last_ms, sources FROM undeclared ORDER BY scope, name LIMIT 4096;

-- name: forget_intents
SELECT pno, timeline FROM forget_intent ORDER BY pno LIMIT 1000;
-- name: forget_intent_add
INSERT INTO forget_intent (pno, timeline) VALUES (:pno, :timeline)
ON CONFLICT (pno) DO UPDATE SET timeline = max(timeline, excluded.timeline);
-- name: forget_intent_done
DELETE FROM forget_intent WHERE pno = :pno;
-- name: forgotten_add
INSERT OR IGNORE INTO forgotten (uuid, at_ms) VALUES (:uuid, :at_ms);
-- name: forgotten_has
SELECT 1 FROM forgotten WHERE uuid = :uuid;

-- name: trait_current_get
SELECT version, value FROM trait_current WHERE id = :id;
-- name: trait_current_set
INSERT INTO trait_current (id, version, value) VALUES (:id, :version, :value)
ON CONFLICT (id) DO UPDATE SET version = excluded.version, value = excluded.value;
-- name: trait_current_has
SELECT 1 FROM trait_current WHERE id = :id;
-- name: trait_current_delete
DELETE FROM trait_current WHERE id = :id;
-- name: trait_current_of
SELECT id, version, value FROM trait_current WHERE id BETWEEN :pno * 16 AND :pno * 16 + 15 ORDER BY id;
-- name: trait_history_add
INSERT INTO trait_history (id, pno, grp, value, origin, source, seq, at_ms)
VALUES (:id, :pno, :grp, :value, :origin, :source, :seq, :at_ms);
-- name: trait_history_of
SELECT id, grp, value, origin, source, seq, at_ms FROM trait_history WHERE pno = :pno ORDER BY grp, at_ms, seq, id;
-- name: trait_history_group
SELECT id, value, origin, source, seq, at_ms FROM trait_history WHERE pno = :pno AND grp = :grp ORDER BY at_ms, seq, id;
-- name: trait_history_old
SELECT id, value, source, seq, at_ms FROM trait_history WHERE pno = :pno AND grp = :grp AND origin = 0
ORDER BY at_ms, seq, id LIMIT :count;
-- name: trait_history_count
SELECT count(*) FROM trait_history WHERE pno = :pno AND grp = :grp AND origin = 0;
-- name: trait_history_get
SELECT value FROM trait_history WHERE id = :id;
-- name: trait_history_ages
SELECT pno, grp, min(at_ms), count(*) FROM trait_history WHERE pno BETWEEN :low AND :high GROUP BY pno, grp ORDER BY pno, grp;
-- name: trait_history_drop
DELETE FROM trait_history WHERE id = :id;
-- name: trait_history_forget
DELETE FROM trait_history WHERE pno = :pno;
-- name: trait_current_forget
DELETE FROM trait_current WHERE id BETWEEN :pno * 16 AND :pno * 16 + 15;

-- name: forget_confirmations
DELETE FROM confirmation WHERE (entity = 1 AND id IN (SELECT id FROM identifier WHERE pno = :pno))
    OR (entity = 2 AND id IN (SELECT id FROM edge WHERE a = :pno OR b = :pno));
-- name: forget_identifiers
DELETE FROM identifier WHERE pno = :pno;
-- name: forget_edges
DELETE FROM edge WHERE a = :pno OR b = :pno;

-- name: revert_traits
SELECT id, pno, grp FROM trait_history WHERE origin >= :low AND origin <= :high AND origin <> 0 LIMIT 500;
-- name: revert_stats
SELECT pno, origin FROM profile_stat WHERE origin >= :low AND origin <= :high AND origin <> 0 LIMIT 500;
-- name: revert_stat_drop
DELETE FROM profile_stat WHERE pno = :pno AND origin = :origin;
-- name: revert_confirmations
SELECT entity, id, origin FROM confirmation WHERE origin >= :low AND origin <= :high LIMIT 500;
-- name: revert_edges
SELECT id, a, state FROM edge WHERE origin >= :low AND origin <= :high AND origin <> 0 LIMIT 500;
-- name: revert_identifiers
SELECT id, pno, kind, anchor, value FROM identifier WHERE origin >= :low AND origin <= :high AND origin <> 0 LIMIT 500;
-- name: profiles_by_uuid_range
SELECT pno FROM profile WHERE uuid >= :low AND uuid <= :high LIMIT 50;
-- name: edges_evidence
SELECT a, b, evidence, state FROM edge WHERE state <> 1 ORDER BY id;
-- what people were promised (promise.c)
-- name: promise_add
INSERT INTO promise (at_ms, seq, kind, state, uuid, purpose, tags)
VALUES (:at_ms, :seq, :kind, :state, :uuid, :purpose, :tags);
-- name: promises_after
SELECT id, at_ms, seq, kind, state, uuid, purpose, tags FROM promise WHERE id > :id ORDER BY id LIMIT :limit;
-- name: promises_drop
DELETE FROM promise WHERE id <= :id;
-- name: promises_drop_old
DELETE FROM promise WHERE at_ms < :before_ms;
-- name: promise_last
SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'promise';
-- name: promises_waiting
SELECT count(*) FROM promise;
-- name: profiles_after
SELECT pno FROM profile WHERE pno > :pno ORDER BY pno LIMIT :limit;
-- name: next_pno_raise
UPDATE people_meta SET next_pno = max(next_pno, :next) WHERE id = 1;
-- name: copy_identifier
SELECT id, value FROM identifier WHERE pno = :pno LIMIT 1;
-- name: forgotten_newest
SELECT uuid FROM forgotten ORDER BY at_ms DESC LIMIT :limit;
-- name: copy_counts
SELECT (SELECT count(*) FROM profile), (SELECT coalesce(sum(orders), 0) FROM profile);
-- ranges of profiles (known.c)
-- name: trait_current_range
SELECT id, version, value FROM trait_current WHERE id BETWEEN :low AND :high ORDER BY id;
-- name: identifier_kinds_range
SELECT DISTINCT pno, kind FROM identifier WHERE pno BETWEEN :low AND :high ORDER BY pno, kind;
-- name: profile_ids_range
SELECT pno, uuid FROM profile WHERE pno BETWEEN :low AND :high ORDER BY pno;

-- Sealing rows anew (reseal.c): number of the row, then the place its value is bound to, then the value.
-- name: reseal_identifiers
SELECT id, 257, pno, id, 0, value FROM identifier WHERE id > :after ORDER BY id LIMIT :some;
-- name: reseal_identifier
UPDATE identifier SET value = :value WHERE id = :id;
-- name: reseal_identifier_count
SELECT count(*) FROM identifier;
-- name: reseal_currents
SELECT id, 259, id / 16, id, version, value FROM trait_current WHERE id > :after AND id % 16 <> 0 ORDER BY id LIMIT :some;
-- name: reseal_current
UPDATE trait_current SET value = :value WHERE id = :id;
-- name: reseal_current_count
SELECT count(*) FROM trait_current WHERE id % 16 <> 0;
-- name: reseal_histories
SELECT id, 258, pno, id, 0, value FROM trait_history WHERE id > :after AND grp <> 0 ORDER BY id LIMIT :some;
-- name: reseal_history
UPDATE trait_history SET value = :value WHERE id = :id;
-- name: reseal_history_count
SELECT count(*) FROM trait_history WHERE grp <> 0;
-- name: reseal_reasons
SELECT id, 260, a, id, 0, coalesce(reason, x'') FROM edge WHERE id > :after ORDER BY id LIMIT :some;
-- name: reseal_reason
UPDATE edge SET reason = :value WHERE id = :id;
-- name: reseal_ended_reasons
SELECT id, 260, a, id, 1, coalesce(ended_reason, x'') FROM edge WHERE id > :after ORDER BY id LIMIT :some;
-- name: reseal_ended_reason
UPDATE edge SET ended_reason = :value WHERE id = :id;
-- name: reseal_reason_count
SELECT count(*) FROM edge;
-- name: reseal_orders
SELECT id, 1330791506, CASE pno WHEN 0 THEN 17179869184 ELSE pno END, seq, 1, coalesce(extras, x'') FROM order_version
WHERE id > :after ORDER BY id LIMIT :some;
-- name: reseal_order
UPDATE order_version SET extras = :value WHERE id = :id;
-- name: reseal_order_count
SELECT count(*) FROM order_version;
