-- SPDX-License-Identifier: Apache-2.0
-- The register of recipients, and the orders to them. States of an order: recipient_private.h; 4 is done.

-- name: each
SELECT id, name, title, role, country, safeguard, purposes, contact, website, contract_ms, contract_ends_ms, enabled, method, url,
    domain, identities, answer_days, secret IS NOT NULL, changed_ms, made_ms FROM recipient ORDER BY name LIMIT 500;
-- name: by_name
SELECT id, name, title, role, country, safeguard, purposes, contact, website, contract_ms, contract_ends_ms, enabled, method, url,
    domain, identities, answer_days, secret IS NOT NULL, changed_ms, made_ms FROM recipient WHERE name = :name;
-- name: by_id
SELECT id, name, title, role, country, safeguard, purposes, contact, website, contract_ms, contract_ends_ms, enabled, method, url,
    domain, identities, answer_days, secret IS NOT NULL, changed_ms, made_ms FROM recipient WHERE id = :id;
-- name: by_domain
SELECT id, name, title, role, country, safeguard, purposes, contact, website, contract_ms, contract_ends_ms, enabled, method, url,
    domain, identities, answer_days, secret IS NOT NULL, changed_ms, made_ms FROM recipient
WHERE domain = :domain AND method = 'opendsr' ORDER BY id LIMIT 1;
-- name: put
INSERT INTO recipient (name, title, role, country, safeguard, purposes, contact, website, contract_ms, contract_ends_ms, enabled,
    method, url, domain, identities, answer_days, certificate_ms, made_ms, changed_ms)
VALUES (:name, :title, :role, :country, :safeguard, :purposes, :contact, :website, :contract_ms, :contract_ends_ms, :enabled,
    :method, :url, :domain, :identities, :answer_days, 0, :now_ms, :now_ms)
ON CONFLICT (name) DO UPDATE SET title = :title, role = :role, country = :country, safeguard = :safeguard, purposes = :purposes,
    contact = :contact, website = :website, contract_ms = :contract_ms, contract_ends_ms = :contract_ends_ms, enabled = :enabled,
    certificate = CASE WHEN url = :url AND domain = :domain THEN certificate END,
    method = :method, url = :url, domain = :domain, identities = :identities, answer_days = :answer_days, changed_ms = :now_ms;
-- name: secret_set
UPDATE recipient SET secret = :secret WHERE id = :id;
-- name: secret_get
SELECT secret FROM recipient WHERE id = :id;
-- name: certificate_set
UPDATE recipient SET certificate = :certificate, certificate_ms = :now_ms WHERE id = :id;
-- name: certificate_tried
UPDATE recipient SET certificate_ms = :now_ms WHERE id = :id;
-- name: certificate_get
SELECT certificate, certificate_ms FROM recipient WHERE id = :id;
-- name: remove
DELETE FROM recipient WHERE id = :id;
-- name: was_told
SELECT count(*) FROM recipient_order WHERE recipient = :id;
-- name: counts
SELECT sum(state <> 4), sum(state = 6), sum(state = 4) FROM recipient_order WHERE recipient = :id;
-- name: consented
SELECT 1 FROM consent_evidence WHERE pno = :pno AND purpose = :purpose AND state IN (1, 6) LIMIT 1;

-- name: cursor_get
SELECT evidence, (SELECT ifnull(max(id), 0) FROM consent_evidence) FROM recipient_cursor WHERE id = 1;
-- name: cursor_set
UPDATE recipient_cursor SET evidence = :evidence WHERE id = 1;
-- name: withdrawals
SELECT id, pno, purpose, received_ms FROM consent_evidence
WHERE id > :after AND state IN (2, 3) AND sample = 0 AND method <> 'request' ORDER BY id LIMIT 32;
-- name: consent_newest
SELECT id, record FROM consent_evidence WHERE pno = :pno AND purpose = :purpose AND state IN (1, 6) AND record IS NOT NULL
ORDER BY id DESC LIMIT 1;
-- name: states_of
SELECT state FROM consent_state WHERE pno = :pno AND purpose = :purpose;

-- name: order_has
SELECT 1 FROM recipient_order WHERE request = :request AND recipient = :recipient AND "right" = :right;
-- name: order_add
INSERT INTO recipient_order (uuid, request, recipient, "right", state, made_ms, due_ms, next_ms, tries, reminders, sent_ms,
    changed_ms, fault, told)
VALUES (:uuid, :request, :recipient, :right, 1, :now_ms, :due_ms, :now_ms, 0, 0, 0, :now_ms, '', 0);
-- name: order_identifiers
UPDATE recipient_order SET identifiers = :identifiers WHERE id = :id;
-- name: order_get
SELECT id, uuid, request, recipient, "right", state, made_ms, due_ms, next_ms, tries, reminders, sent_ms, changed_ms, fault,
    identifiers FROM recipient_order WHERE id = :id;
-- name: order_by_uuid
SELECT id, uuid, request, recipient, "right", state, made_ms, due_ms, next_ms, tries, reminders, sent_ms, changed_ms, fault,
    identifiers FROM recipient_order WHERE uuid = :uuid;
-- name: orders_due
SELECT id FROM recipient_order WHERE state <> 4 AND next_ms <= :now_ms ORDER BY next_ms, id LIMIT 16;
-- name: orders_ending
SELECT id, request, changed_ms FROM recipient_order WHERE state = 4 AND told = 0 ORDER BY id LIMIT 64;
-- name: orders_open_of
SELECT count(*) FROM recipient_order WHERE request = :request AND state <> 4;
-- name: order_set
UPDATE recipient_order SET state = :state, next_ms = :next_ms, tries = :tries, reminders = :reminders, sent_ms = :sent_ms,
    changed_ms = :now_ms, fault = :fault WHERE id = :id AND state <> 4;
-- name: order_note
UPDATE recipient_order SET note = :note WHERE id = :id;
-- name: order_end
UPDATE recipient_order SET identifiers = NULL WHERE id = :id;
-- name: order_told
UPDATE recipient_order SET told = 1 WHERE id = :id;
-- name: orders_purge
DELETE FROM recipient_order WHERE state = 4 AND told = 1 AND made_ms < :before_ms;
-- name: orders_list
SELECT o.id, o.uuid, o.request, r.name, o."right", o.state, o.made_ms, o.due_ms, o.tries, o.reminders, o.sent_ms, o.changed_ms,
    o.fault, o.note, r.method, o.next_ms FROM recipient_order o JOIN recipient r ON r.id = o.recipient
WHERE o.id < :before AND (:request IS NULL OR o.request = :request) AND (:state = 0 OR o.state = :state)
ORDER BY o.id DESC LIMIT :limit;
-- name: orders_of
SELECT r.name, r.title, o.state, o.changed_ms FROM recipient_order o JOIN recipient r ON r.id = o.recipient
WHERE o.request = :request ORDER BY r.name, o.id LIMIT 500;
