// SPDX-License-Identifier: Apache-2.0
// Printed by `custos spec ts`; do not edit.

export type ErrorCode =
  | "invalid"
  | "malformed"
  | "unknown_field"
  | "missing"
  | "unauthenticated"
  | "forbidden"
  | "refused"
  | "not_found"
  | "method_not_allowed"
  | "timeout"
  | "conflict"
  | "precondition_failed"
  | "too_large"
  | "busy"
  | "internal"
  | "out_of_memory"
  | "io"
  | "storage_full"
  | "corrupt"
  | "locked"
  | "version"
  | "key"
  | "erased"
  | "unavailable";

/** RFC 9457; content type application/problem+json. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  field?: string;
  request_id: string;
}

export type Permission =
  | "public"
  | "write_key"
  | "session"
  | "analytics_read"
  | "people_read"
  | "people_write"
  | "people_erase"
  | "people_export"
  | "sources_read"
  | "sources_write"
  | "import"
  | "quarantine"
  | "dictionary_read"
  | "dictionary_write"
  | "staff_read"
  | "staff_write"
  | "roles_write"
  | "tokens"
  | "approve"
  | "break_glass"
  | "audit_read"
  | "keys"
  | "backup"
  | "operate"
  | "segments_read"
  | "segments_write"
  | "sql"
  | "personalise"
  | "rights_read"
  | "rights_write"
  | "govern_read"
  | "govern_write"
  | "insight_write";

export interface CollectIdentifyAnswer {
  /** Always true: the call is stored durably. */
  success: boolean;
}

export interface CollectTrackAnswer {
  /** Always true: the call is stored durably. */
  success: boolean;
}

export interface CollectPageAnswer {
  /** Always true: the call is stored durably. */
  success: boolean;
}

export interface CollectScreenAnswer {
  /** Always true: the call is stored durably. */
  success: boolean;
}

export interface CollectGroupAnswer {
  /** Always true: the call is stored durably. */
  success: boolean;
}

export interface CollectAliasAnswer {
  /** Always true: the call is stored durably. */
  success: boolean;
}

export interface CollectBatchAnswer {
  /** Always true: what is counted below is stored durably. */
  success: boolean;
  /** Calls that were accepted. */
  accepted: number;
  /** Calls that went to quarantine; the first 1,000 are listed. */
  refused: Array<{
    /** Place of the call in the batch, from 0. */
    index: number;
    /** Name of the error. */
    code: string;
    /** JSON pointer of the member within the call. */
    field: string;
    /** What would be accepted. */
    text: string;
  }>;
}

export interface CollectBeaconAnswer {
  /** Always true: what is counted below is stored durably. */
  success: boolean;
  /** Calls that were accepted. */
  accepted: number;
  /** Calls that went to quarantine; the first 1,000 are listed. */
  refused: Array<{
    /** Place of the call in the batch, from 0. */
    index: number;
    /** Name of the error. */
    code: string;
    /** JSON pointer of the member within the call. */
    field: string;
    /** What would be accepted. */
    text: string;
  }>;
}

export interface CollectJitsuAnswer {
  /** Always true: the call is stored durably. */
  success: boolean;
}

export interface CollectJitsuBatchAnswer {
  /** Always true: what is counted below is stored durably. */
  success: boolean;
  /** Calls that were accepted. */
  accepted: number;
  /** Calls that went to quarantine; the first 1,000 are listed. */
  refused: Array<{
    /** Place of the call in the batch, from 0. */
    index: number;
    /** Name of the error. */
    code: string;
    /** JSON pointer of the member within the call. */
    field: string;
    /** What would be accepted. */
    text: string;
  }>;
}

export interface CollectJitsuServerAnswer {
  /** Always true: the call is stored durably. */
  success: boolean;
}

export interface CollectJitsuServerBatchAnswer {
  /** Always true: what is counted below is stored durably. */
  success: boolean;
  /** Calls that were accepted. */
  accepted: number;
  /** Calls that went to quarantine; the first 1,000 are listed. */
  refused: Array<{
    /** Place of the call in the batch, from 0. */
    index: number;
    /** Name of the error. */
    code: string;
    /** JSON pointer of the member within the call. */
    field: string;
    /** What would be accepted. */
    text: string;
  }>;
}

export interface CollectSettingsAnswer {
  /** Where the SDK sends to. */
  integrations: Record<string, unknown>;
  /** The SDK's own telemetry is off. */
  metrics: Record<string, unknown>;
}

export interface CollectSourceConfigAnswer {
  /** The source, without destinations. */
  source: Record<string, unknown>;
  /** When the source was made. */
  updatedAt: string;
}

export interface QuarantineListQuery {
  /** Only of this source. */
  source?: number;
  /** Only with this code. */
  code?: string;
  /** Only with this status; else all. */
  status?: "open" | "replayed" | "discarded";
  /** From the page before. */
  cursor?: string;
  /** Rows of a page. */
  limit?: number;
}

export interface QuarantineListAnswer {
  /** Newest first. */
  items: Array<{
    /** Number of the row. */
    id: number;
    /** When it came. */
    received: string;
    /** Number of the source it came from. */
    source: number;
    /** Why it was refused: an error code. */
    code: string;
    /** Where: a JSON pointer, or empty. */
    field: string;
    /** What would have been accepted. */
    text: string;
    /** Size of the event. */
    bytes: number;
    /** What became of it. */
    status: "open" | "replayed" | "discarded";
    /** Its number in the journal. */
    seq: number;
    /** Import it belongs to; 0: none. */
    import: number;
  }>;
  /** Cursor of the next page, or null. */
  next: string | null;
  /** Open rows by code. */
  counts: Array<{
    /** An error code. */
    code: string;
    /** Open rows with it. */
    count: number;
  }>;
}

export interface QuarantineGetAnswer {
  /** Number of the row. */
  id: number;
  /** When it came. */
  received: string;
  /** Number of the source it came from. */
  source: number;
  /** Why it was refused: an error code. */
  code: string;
  /** Where: a JSON pointer, or empty. */
  field: string;
  /** What would have been accepted. */
  text: string;
  /** Size of the event. */
  bytes: number;
  /** What became of it. */
  status: "open" | "replayed" | "discarded";
  /** Its number in the journal. */
  seq: number;
  /** Import it belongs to; 0: none. */
  import: number;
  /** The event as it came, with what the role does not see masked; null once discarded, or when it cannot be read and the role does not see all levels. */
  body: string | null;
  /** base64 when it is not valid UTF-8 text. */
  body_encoding: "text" | "base64";
  /** The least that a value of the body is shown: in full, masked, or hidden. */
  shown: "full" | "masked" | "hidden";
}

export interface QuarantineReplayAllBody {
  /** Only rows with this code. */
  code?: string;
  /** Only rows of this source. */
  source?: number;
}

export interface QuarantineReplayAllAnswer {
  /** Rows that passed and are in the journal. */
  replayed: number;
  /** Rows that still do not pass. */
  refused: number;
}

export interface QuarantineReplayBody {
  /** The event, repaired, as JSON text; absent: as it is. */
  body?: string;
}

export interface QuarantineReplayAnswer {
  /** Number of the row. */
  id: number;
  /** When it came. */
  received: string;
  /** Number of the source it came from. */
  source: number;
  /** Why it was refused: an error code. */
  code: string;
  /** Where: a JSON pointer, or empty. */
  field: string;
  /** What would have been accepted. */
  text: string;
  /** Size of the event. */
  bytes: number;
  /** What became of it. */
  status: "open" | "replayed" | "discarded";
  /** Its number in the journal. */
  seq: number;
  /** Import it belongs to; 0: none. */
  import: number;
  /** The event as it came, with what the role does not see masked; null once discarded, or when it cannot be read and the role does not see all levels. */
  body: string | null;
  /** base64 when it is not valid UTF-8 text. */
  body_encoding: "text" | "base64";
  /** The least that a value of the body is shown: in full, masked, or hidden. */
  shown: "full" | "masked" | "hidden";
}

export interface SourcesListAnswer {
  /** All sources, oldest first. */
  items: Array<{
    /** The source's number. */
    number: number;
    /** What the shop calls it. */
    name: string;
    /** http, import or sample. */
    kind: string;
    /** Whether its write key is accepted. */
    enabled: boolean;
    /** Whether its data is marked as sample data. */
    sample: boolean;
    /** The key clients send; it can only put data in. */
    write_key: string;
    /** When it was made. */
    created: string;
    /** When it last sent something, or null. */
    last_seen: string | null;
    /** Calls accepted. */
    accepted: number;
    /** Calls refused and kept in quarantine. */
    refused: number;
    /** The code of the last refusal, or null. */
    last_error: string | null;
    /** When that was, or null. */
    last_error_at: string | null;
  }>;
  /** Always null: all sources fit one answer. */
  next: string | null;
}

export interface SourcesCreateBody {
  /** What the shop calls this source, for instance "Web shop". */
  name: string;
  /** Marks everything that comes through this source as sample data. */
  sample?: boolean;
}

export interface SourcesCreateAnswer {
  /** The source's number. */
  number: number;
  /** What the shop calls it. */
  name: string;
  /** http, import or sample. */
  kind: string;
  /** Whether its write key is accepted. */
  enabled: boolean;
  /** Whether its data is marked as sample data. */
  sample: boolean;
  /** The key clients send; it can only put data in. */
  write_key: string;
  /** When it was made. */
  created: string;
  /** When it last sent something, or null. */
  last_seen: string | null;
  /** Calls accepted. */
  accepted: number;
  /** Calls refused and kept in quarantine. */
  refused: number;
  /** The code of the last refusal, or null. */
  last_error: string | null;
  /** When that was, or null. */
  last_error_at: string | null;
}

export interface SourcesUpdateBody {
  /** A new name. */
  name?: string;
  /** false: its write key is refused. */
  enabled?: boolean;
}

export interface SourcesUpdateAnswer {
  /** The source's number. */
  number: number;
  /** What the shop calls it. */
  name: string;
  /** http, import or sample. */
  kind: string;
  /** Whether its write key is accepted. */
  enabled: boolean;
  /** Whether its data is marked as sample data. */
  sample: boolean;
  /** The key clients send; it can only put data in. */
  write_key: string;
  /** When it was made. */
  created: string;
  /** When it last sent something, or null. */
  last_seen: string | null;
  /** Calls accepted. */
  accepted: number;
  /** Calls refused and kept in quarantine. */
  refused: number;
  /** The code of the last refusal, or null. */
  last_error: string | null;
  /** When that was, or null. */
  last_error_at: string | null;
}

export interface ImportsCreateQuery {
  /** What the rows are. */
  kind: "people" | "orders" | "events";
  /** A ready or saved map; without it columns are recognised or guessed. */
  map?: string;
  /** The file's name, for people. */
  name?: string;
  /** Only checks: counts and first faults, nothing is stored. */
  dry_run?: boolean;
  /** Of orders whose rows name none; without it the shop's. */
  currency?: string;
  /** How dates like 3/4/2026 are meant, where the file does not show it. */
  dates?: "dmy" | "mdy";
}

export interface ImportsCreateAnswer {
  /** The import's number. */
  number: number;
  /** What the rows are. */
  kind: "people" | "orders" | "events";
  /** The file's name. */
  name: string;
  /** The map in use; empty: guessed or given for this file. */
  map: string;
  /** uploaded, checking, ready, running, done, failed, reverting or reverted. */
  status: string;
  /** Whether it was only checked. */
  dry_run: boolean;
  /** Whether the file is still here. */
  upload: boolean;
  /** Of orders whose rows name none; empty: the shop's. */
  currency: string;
  /** How dates like 3/4/2026 are read: dmy, mdy or empty. */
  dates: string;
  /** Size of the upload. */
  bytes: number;
  /** Bytes of it read so far. */
  bytes_done: number;
  /** Rows read, without the header. */
  rows: number;
  /** Rows taken. */
  rows_ok: number;
  /** Rows refused; they can be downloaded with their reasons. */
  rows_bad: number;
  /** People, orders or events that are new. */
  created: number;
  /** People or orders that changed. */
  updated: number;
  /** People or orders that were known with the same values. */
  unchanged: number;
  /** Events that went to quarantine on the way. */
  quarantined: number;
  /** Rows a second, while it works. */
  rate: number;
  /** About how long it still takes, or null. */
  seconds_left: number | null;
  /** When the file came. */
  created_at: string;
  /** When the work began, or null. */
  started: string | null;
  /** When it ended, or null. */
  finished: string | null;
  /** Why it failed, as a code, or null. */
  error_code: string | null;
  /** Why it failed, or null. */
  error: string | null;
  /** csv or jsonl; null until the file was looked at. */
  format: string | null;
  /** Encoding of the text, as found, or null. */
  encoding: string | null;
  /** none, gzip or zstd, or null. */
  compression: string | null;
  /** What separates the cells of a CSV file, or null. */
  delimiter: string | null;
  /** Faults of whole rows. */
  fault_count: number;
  /** The first faults of whole rows. */
  faults: Array<{
    /** Row of the file; 1 is the header of a CSV file. */
    row: number;
    /** What is wrong, as a code. */
    code: string;
    /** What is wrong and what would be accepted. */
    text: string;
  }>;
  /** The file's columns. */
  columns: Array<{
    /** Name of the column in the file. */
    name: string;
    /** Where it goes; empty: left out. */
    field: string;
    /** A few values, masked. */
    samples_masked: Array<string>;
    /** Values that do not fit. */
    fault_count: number;
    /** The first of them. */
    faults: Array<{
      /** Row of the file; 1 is the header of a CSV file. */
      row: number;
      /** What is wrong, as a code. */
      code: string;
      /** What is wrong and what would be accepted. */
      text: string;
    }>;
  }>;
}

export interface ImportsListQuery {
  /** From `next` of the page before. */
  cursor?: string;
  /** At most this many, newest first. */
  limit?: number;
}

export interface ImportsListAnswer {
  /** Imports, newest first. */
  items: Array<{
    /** The import's number. */
    number: number;
    /** What the rows are. */
    kind: "people" | "orders" | "events";
    /** The file's name. */
    name: string;
    /** The map in use; empty: guessed or given for this file. */
    map: string;
    /** uploaded, checking, ready, running, done, failed, reverting or reverted. */
    status: string;
    /** Whether it was only checked. */
    dry_run: boolean;
    /** Whether the file is still here. */
    upload: boolean;
    /** Of orders whose rows name none; empty: the shop's. */
    currency: string;
    /** How dates like 3/4/2026 are read: dmy, mdy or empty. */
    dates: string;
    /** Size of the upload. */
    bytes: number;
    /** Bytes of it read so far. */
    bytes_done: number;
    /** Rows read, without the header. */
    rows: number;
    /** Rows taken. */
    rows_ok: number;
    /** Rows refused; they can be downloaded with their reasons. */
    rows_bad: number;
    /** People, orders or events that are new. */
    created: number;
    /** People or orders that changed. */
    updated: number;
    /** People or orders that were known with the same values. */
    unchanged: number;
    /** Events that went to quarantine on the way. */
    quarantined: number;
    /** Rows a second, while it works. */
    rate: number;
    /** About how long it still takes, or null. */
    seconds_left: number | null;
    /** When the file came. */
    created_at: string;
    /** When the work began, or null. */
    started: string | null;
    /** When it ended, or null. */
    finished: string | null;
    /** Why it failed, as a code, or null. */
    error_code: string | null;
    /** Why it failed, or null. */
    error: string | null;
    /** csv or jsonl; null until the file was looked at. */
    format: string | null;
    /** Encoding of the text, as found, or null. */
    encoding: string | null;
    /** none, gzip or zstd, or null. */
    compression: string | null;
    /** What separates the cells of a CSV file, or null. */
    delimiter: string | null;
    /** Faults of whole rows. */
    fault_count: number;
    /** The first faults of whole rows. */
    faults: Array<{
      /** Row of the file; 1 is the header of a CSV file. */
      row: number;
      /** What is wrong, as a code. */
      code: string;
      /** What is wrong and what would be accepted. */
      text: string;
    }>;
    /** The file's columns. */
    columns: Array<{
      /** Name of the column in the file. */
      name: string;
      /** Where it goes; empty: left out. */
      field: string;
      /** A few values, masked. */
      samples_masked: Array<string>;
      /** Values that do not fit. */
      fault_count: number;
      /** The first of them. */
      faults: Array<{
        /** Row of the file; 1 is the header of a CSV file. */
        row: number;
        /** What is wrong, as a code. */
        code: string;
        /** What is wrong and what would be accepted. */
        text: string;
      }>;
    }>;
  }>;
  /** Cursor of the next page, or null. */
  next: string | null;
}

export interface ImportsGetAnswer {
  /** The import's number. */
  number: number;
  /** What the rows are. */
  kind: "people" | "orders" | "events";
  /** The file's name. */
  name: string;
  /** The map in use; empty: guessed or given for this file. */
  map: string;
  /** uploaded, checking, ready, running, done, failed, reverting or reverted. */
  status: string;
  /** Whether it was only checked. */
  dry_run: boolean;
  /** Whether the file is still here. */
  upload: boolean;
  /** Of orders whose rows name none; empty: the shop's. */
  currency: string;
  /** How dates like 3/4/2026 are read: dmy, mdy or empty. */
  dates: string;
  /** Size of the upload. */
  bytes: number;
  /** Bytes of it read so far. */
  bytes_done: number;
  /** Rows read, without the header. */
  rows: number;
  /** Rows taken. */
  rows_ok: number;
  /** Rows refused; they can be downloaded with their reasons. */
  rows_bad: number;
  /** People, orders or events that are new. */
  created: number;
  /** People or orders that changed. */
  updated: number;
  /** People or orders that were known with the same values. */
  unchanged: number;
  /** Events that went to quarantine on the way. */
  quarantined: number;
  /** Rows a second, while it works. */
  rate: number;
  /** About how long it still takes, or null. */
  seconds_left: number | null;
  /** When the file came. */
  created_at: string;
  /** When the work began, or null. */
  started: string | null;
  /** When it ended, or null. */
  finished: string | null;
  /** Why it failed, as a code, or null. */
  error_code: string | null;
  /** Why it failed, or null. */
  error: string | null;
  /** csv or jsonl; null until the file was looked at. */
  format: string | null;
  /** Encoding of the text, as found, or null. */
  encoding: string | null;
  /** none, gzip or zstd, or null. */
  compression: string | null;
  /** What separates the cells of a CSV file, or null. */
  delimiter: string | null;
  /** Faults of whole rows. */
  fault_count: number;
  /** The first faults of whole rows. */
  faults: Array<{
    /** Row of the file; 1 is the header of a CSV file. */
    row: number;
    /** What is wrong, as a code. */
    code: string;
    /** What is wrong and what would be accepted. */
    text: string;
  }>;
  /** The file's columns. */
  columns: Array<{
    /** Name of the column in the file. */
    name: string;
    /** Where it goes; empty: left out. */
    field: string;
    /** A few values, masked. */
    samples_masked: Array<string>;
    /** Values that do not fit. */
    fault_count: number;
    /** The first of them. */
    faults: Array<{
      /** Row of the file; 1 is the header of a CSV file. */
      row: number;
      /** What is wrong, as a code. */
      code: string;
      /** What is wrong and what would be accepted. */
      text: string;
    }>;
  }>;
}

export interface ImportsStartBody {
  /** Columns and their fields; columns not named here are guessed. */
  mapping?: Array<{
    /** Name of the column in the file. */
    column: string;
    /** Where it goes; empty: left out. */
    field: string;
  }>;
  /** A ready or saved map instead. */
  map_name?: string;
}

export interface ImportsStartAnswer {
  /** The import's number. */
  number: number;
  /** What the rows are. */
  kind: "people" | "orders" | "events";
  /** The file's name. */
  name: string;
  /** The map in use; empty: guessed or given for this file. */
  map: string;
  /** uploaded, checking, ready, running, done, failed, reverting or reverted. */
  status: string;
  /** Whether it was only checked. */
  dry_run: boolean;
  /** Whether the file is still here. */
  upload: boolean;
  /** Of orders whose rows name none; empty: the shop's. */
  currency: string;
  /** How dates like 3/4/2026 are read: dmy, mdy or empty. */
  dates: string;
  /** Size of the upload. */
  bytes: number;
  /** Bytes of it read so far. */
  bytes_done: number;
  /** Rows read, without the header. */
  rows: number;
  /** Rows taken. */
  rows_ok: number;
  /** Rows refused; they can be downloaded with their reasons. */
  rows_bad: number;
  /** People, orders or events that are new. */
  created: number;
  /** People or orders that changed. */
  updated: number;
  /** People or orders that were known with the same values. */
  unchanged: number;
  /** Events that went to quarantine on the way. */
  quarantined: number;
  /** Rows a second, while it works. */
  rate: number;
  /** About how long it still takes, or null. */
  seconds_left: number | null;
  /** When the file came. */
  created_at: string;
  /** When the work began, or null. */
  started: string | null;
  /** When it ended, or null. */
  finished: string | null;
  /** Why it failed, as a code, or null. */
  error_code: string | null;
  /** Why it failed, or null. */
  error: string | null;
  /** csv or jsonl; null until the file was looked at. */
  format: string | null;
  /** Encoding of the text, as found, or null. */
  encoding: string | null;
  /** none, gzip or zstd, or null. */
  compression: string | null;
  /** What separates the cells of a CSV file, or null. */
  delimiter: string | null;
  /** Faults of whole rows. */
  fault_count: number;
  /** The first faults of whole rows. */
  faults: Array<{
    /** Row of the file; 1 is the header of a CSV file. */
    row: number;
    /** What is wrong, as a code. */
    code: string;
    /** What is wrong and what would be accepted. */
    text: string;
  }>;
  /** The file's columns. */
  columns: Array<{
    /** Name of the column in the file. */
    name: string;
    /** Where it goes; empty: left out. */
    field: string;
    /** A few values, masked. */
    samples_masked: Array<string>;
    /** Values that do not fit. */
    fault_count: number;
    /** The first of them. */
    faults: Array<{
      /** Row of the file; 1 is the header of a CSV file. */
      row: number;
      /** What is wrong, as a code. */
      code: string;
      /** What is wrong and what would be accepted. */
      text: string;
    }>;
  }>;
}

export interface ImportsRevertAnswer {
  /** The import's number. */
  number: number;
  /** What the rows are. */
  kind: "people" | "orders" | "events";
  /** The file's name. */
  name: string;
  /** The map in use; empty: guessed or given for this file. */
  map: string;
  /** uploaded, checking, ready, running, done, failed, reverting or reverted. */
  status: string;
  /** Whether it was only checked. */
  dry_run: boolean;
  /** Whether the file is still here. */
  upload: boolean;
  /** Of orders whose rows name none; empty: the shop's. */
  currency: string;
  /** How dates like 3/4/2026 are read: dmy, mdy or empty. */
  dates: string;
  /** Size of the upload. */
  bytes: number;
  /** Bytes of it read so far. */
  bytes_done: number;
  /** Rows read, without the header. */
  rows: number;
  /** Rows taken. */
  rows_ok: number;
  /** Rows refused; they can be downloaded with their reasons. */
  rows_bad: number;
  /** People, orders or events that are new. */
  created: number;
  /** People or orders that changed. */
  updated: number;
  /** People or orders that were known with the same values. */
  unchanged: number;
  /** Events that went to quarantine on the way. */
  quarantined: number;
  /** Rows a second, while it works. */
  rate: number;
  /** About how long it still takes, or null. */
  seconds_left: number | null;
  /** When the file came. */
  created_at: string;
  /** When the work began, or null. */
  started: string | null;
  /** When it ended, or null. */
  finished: string | null;
  /** Why it failed, as a code, or null. */
  error_code: string | null;
  /** Why it failed, or null. */
  error: string | null;
  /** csv or jsonl; null until the file was looked at. */
  format: string | null;
  /** Encoding of the text, as found, or null. */
  encoding: string | null;
  /** none, gzip or zstd, or null. */
  compression: string | null;
  /** What separates the cells of a CSV file, or null. */
  delimiter: string | null;
  /** Faults of whole rows. */
  fault_count: number;
  /** The first faults of whole rows. */
  faults: Array<{
    /** Row of the file; 1 is the header of a CSV file. */
    row: number;
    /** What is wrong, as a code. */
    code: string;
    /** What is wrong and what would be accepted. */
    text: string;
  }>;
  /** The file's columns. */
  columns: Array<{
    /** Name of the column in the file. */
    name: string;
    /** Where it goes; empty: left out. */
    field: string;
    /** A few values, masked. */
    samples_masked: Array<string>;
    /** Values that do not fit. */
    fault_count: number;
    /** The first of them. */
    faults: Array<{
      /** Row of the file; 1 is the header of a CSV file. */
      row: number;
      /** What is wrong, as a code. */
      code: string;
      /** What is wrong and what would be accepted. */
      text: string;
    }>;
  }>;
}

export interface ImportMapsListAnswer {
  /** Ready maps, then saved ones. */
  items: Array<{
    /** The map's name. */
    name: string;
    /** What the rows are. */
    kind: "people" | "orders" | "events";
    /** Whether it is part of the program. */
    builtin: boolean;
    /** What it is for. */
    doc: string;
    /** Columns and their fields. */
    columns: Array<{
      /** Name of the column in the file. */
      column: string;
      /** Where it goes; empty: left out. */
      field: string;
    }>;
  }>;
  /** Always null: all maps fit one answer. */
  next: string | null;
  /** What columns can be mapped to. */
  fields: Array<{
    /** The field; one that ends with a dot takes a name behind it. */
    field: string;
    /** Imports that have it. */
    kinds: Array<"people" | "orders" | "events">;
    /** What it is. */
    doc: string;
  }>;
}

export interface ImportMapsPutBody {
  /** What the rows are. */
  kind: "people" | "orders" | "events";
  /** Columns and their fields. */
  columns: Array<{
    /** Name of the column in the file. */
    column: string;
    /** Where it goes; empty: left out. */
    field: string;
  }>;
}

export interface ImportMapsPutAnswer {
  /** The map's name. */
  name: string;
  /** What the rows are. */
  kind: "people" | "orders" | "events";
  /** Whether it is part of the program. */
  builtin: boolean;
  /** What it is for. */
  doc: string;
  /** Columns and their fields. */
  columns: Array<{
    /** Name of the column in the file. */
    column: string;
    /** Where it goes; empty: left out. */
    field: string;
  }>;
}

export interface SampleGetAnswer {
  /** Whether there is sample data. */
  present: boolean;
  /** Calls accepted from sample sources. */
  events: number;
}

export interface SampleDeleteAnswer {
  /** Whether there is sample data. */
  present: boolean;
  /** Calls accepted from sample sources. */
  events: number;
}

export interface PeopleListQuery {
  /** Beginnings of words of name, e-mail address, phone number or id; small typing errors in names are forgiven. */
  q?: string;
  /** Which persons. */
  filter?: "all" | "known" | "anonymous" | "customers" | "sample";
  /** By what, highest first. */
  sort?: "last_seen" | "first_seen" | "revenue" | "orders";
  /** The `next` of the page before. */
  cursor?: string;
  /** Items on a page. */
  limit?: number;
}

export interface PeopleListAnswer {
  /** The page. */
  items: Array<{
    /** Id of the person. */
    id: string;
    /** Name, e-mail address or a made-up name of a visitor. */
    label: string;
    /** E-mail address, or null. */
    email: string | null;
    /** Country, or null. */
    country: string | null;
    /** The least that label, e-mail address and country are shown: in full, masked, or hidden. */
    shown: "full" | "masked" | "hidden";
    /** First event, or null. */
    first_seen: string | null;
    /** Last event, or null. */
    last_seen: string | null;
    /** Number of orders. */
    orders: number;
    /** Revenue in minor units of the shop's currency. */
    revenue: number;
    /** Number of events. */
    events: number;
    /** Has an identifier stronger than a visitor's, or contact fields. */
    known: boolean;
    /** Made of sample data alone. */
    sample: boolean;
  }>;
  /** Cursor of the next page, or null at the end. */
  next: string | null;
  /** Persons on all pages together. */
  total: number;
  /** State of the search index. */
  search: {
    /** Whether every stored person can be found by name. */
    ready: boolean;
    /** Profiles read so far. */
    indexed: number;
    /** Profiles to read. */
    total: number;
  };
}

export interface PeopleSearchBody {
  /** Beginnings of words of name, e-mail address, phone number or id; small typing errors in names are forgiven. */
  q?: string;
  /** Which persons. */
  filter?: "all" | "known" | "anonymous" | "customers" | "sample";
  /** By what, highest first. */
  sort?: "last_seen" | "first_seen" | "revenue" | "orders";
  /** The `next` of the page before. */
  cursor?: string;
  /** Items on a page. */
  limit?: number;
}

export interface PeopleSearchAnswer {
  /** The page. */
  items: Array<{
    /** Id of the person. */
    id: string;
    /** Name, e-mail address or a made-up name of a visitor. */
    label: string;
    /** E-mail address, or null. */
    email: string | null;
    /** Country, or null. */
    country: string | null;
    /** The least that label, e-mail address and country are shown: in full, masked, or hidden. */
    shown: "full" | "masked" | "hidden";
    /** First event, or null. */
    first_seen: string | null;
    /** Last event, or null. */
    last_seen: string | null;
    /** Number of orders. */
    orders: number;
    /** Revenue in minor units of the shop's currency. */
    revenue: number;
    /** Number of events. */
    events: number;
    /** Has an identifier stronger than a visitor's, or contact fields. */
    known: boolean;
    /** Made of sample data alone. */
    sample: boolean;
  }>;
  /** Cursor of the next page, or null at the end. */
  next: string | null;
  /** Persons on all pages together. */
  total: number;
  /** State of the search index. */
  search: {
    /** Whether every stored person can be found by name. */
    ready: boolean;
    /** Profiles read so far. */
    indexed: number;
    /** Profiles to read. */
    total: number;
  };
}

export interface PeopleLookupBody {
  /** Kind of identifier: email, phone, user_id ... */
  kind: string;
  /** Its value, in any spelling. */
  value: string;
}

export interface PeopleLookupAnswer {
  /** Id of the person. */
  id: string;
}

export interface PeopleShowAnswer {
  /** Id of the person: that of the oldest profile. */
  id: string;
  /** Name, e-mail address or a made-up name of a visitor. */
  label: string;
  /** Whether the label is shown in full, masked, or made up because it is hidden. */
  label_shown: "full" | "masked" | "hidden";
  /** Has an identifier stronger than a visitor's, or contact fields. */
  known: boolean;
  /** Made of sample data alone. */
  sample: boolean;
  /** First event, or null. */
  first_seen: string | null;
  /** Last event, or null. */
  last_seen: string | null;
  /** Number of events. */
  events: number;
  /** Sums of the orders in the shop's currency. */
  orders: {
    /** Orders that count: not cancelled. */
    count: number;
    /** Revenue in minor units, before refunds. */
    revenue: number;
    /** What was paid back, in minor units. */
    refunded: number;
    /** Revenue per order in minor units. */
    average: number;
    /** When the last order was placed, or null. */
    last: string | null;
  };
  /** The shop's currency (ISO 4217). */
  currency: string;
  /** What is known, newest per field. */
  traits: Array<{
    /** Name of the field, canonical when it is declared. */
    name: string;
    /** Its value, as far as the role sees its level; null when hidden. */
    value: unknown;
    /** Whether the value is shown in full, masked, or hidden. */
    shown: "full" | "masked" | "hidden";
    /** Protection level P0 to P4, or null when nobody declared the field. */
    level: string | null;
    /** Category of the data, or null. */
    category: string | null;
    /** Number of the source that said it. */
    source: number;
    /** When it was said. */
    at: string;
    /** Days since then. */
    age_days: number;
    /** Whether the dictionary has a row for it. */
    declared: boolean;
    /** What the dictionary says of it, or null. */
    doc: string | null;
  }>;
  /** What the person is recognised by. */
  identifiers: Array<{
    /** Kind of identifier. */
    kind: string;
    /** The value in its normal form, as far as the role sees it; null when hidden. */
    value: string | null;
    /** Whether the value is shown in full, masked, or hidden. */
    shown: "full" | "masked" | "hidden";
    /** First seen, to the day. */
    first_seen: string;
    /** Last seen, to the day. */
    last_seen: string;
    /** Number of the source that brought it. */
    source: number;
    /** The profile it belongs to. */
    profile: string;
  }>;
  /** The profiles that are one person. */
  profiles: Array<{
    /** Id of the profile; finds the person, too. */
    id: string;
    /** Its first event. */
    first_seen: string;
  }>;
  /** Why they are one, and what was ended. */
  merges: Array<{
    /** Number of the merge, for un-merge. */
    edge: number;
    /** One of the two profiles. */
    a: string;
    /** The other. */
    b: string;
    /** Kind of identifier that linked them, or null. */
    kind: string | null;
    /** What said that they are one person. */
    evidence: "event" | "alias" | "staff" | "import";
    /** When it was said. */
    at: string;
    /** "rules", "local" or "staff:" and a number. */
    actor: string;
    /** Whether it still joins them. */
    live: boolean;
    /** When it was ended, or null. */
    ended_at: string | null;
    /** Who ended it, or null. */
    ended_by: string | null;
    /** The reason staff gave, as far as the role sees level P3, or null. */
    reason: string | null;
    /** Whether the reason is shown in full, masked, or hidden. */
    reason_shown: "full" | "masked" | "hidden";
  }>;
  /** State per purpose. */
  consents: Array<{
    /** Name of the purpose. */
    purpose: string;
    /** The most restrictive of the person's profiles, now. */
    state: string;
    /** The legal basis the dictionary gives it. */
    basis: string;
    /** Since when, or null. */
    since: string | null;
    /** How it was said, or null. */
    method: string | null;
    /** Whether there is evidence. */
    proven: boolean;
    /** Whether the gate would let this purpose pass. */
    allowed: boolean;
    /** When the consent ends by itself, or null. */
    until: string | null;
    /** From when on the person may be asked again after a refusal, or null. */
    ask_again: string | null;
    /** What was said of one channel or one recipient alone. */
    parts: Array<{
      /** The one way of reaching the person, or empty. */
      channel: string;
      /** The one recipient, or empty. */
      recipient: string;
      /** What was said of it. */
      state: string;
      /** Since when. */
      since: string | null;
      /** Whether the gate would let this part pass. */
      allowed: boolean;
    }>;
  }>;
  /** Values shown only in outline. */
  masked: number;
  /** Values not shown at all: null, or left out when nobody declared them. */
  hidden: number;
  /** Whether it is shown unmasked for a stated reason; see people.break_glass. */
  break_glass: boolean;
}

export interface PeopleEventsQuery {
  /** The `next` of the page before. */
  cursor?: string;
  /** Items on a page. */
  limit?: number;
}

export interface PeopleEventsAnswer {
  /** The page, newest first. */
  items: Array<{
    /** Number of the event in the order of arrival. */
    seq: number;
    /** When it happened. */
    time: string;
    /** When it arrived, or null. */
    received: string | null;
    /** Name of the event. */
    event: string;
    /** Type of the call: track, page, identify ... */
    type: string;
    /** Number of the source. */
    source: number;
    /** What it adds to revenue in minor units, or null. */
    revenue: number | null;
    /** Its properties. */
    properties: Record<string, unknown>;
    /** Its context: device, page, campaign. */
    context: Record<string, unknown>;
    /** The least that a value of it is shown: in full, masked, or hidden. */
    shown: "full" | "masked" | "hidden";
    /** Values shown only in outline. */
    masked: number;
    /** Values not shown at all: null, or left out when nobody declared them. */
    hidden: number;
  }>;
  /** Cursor of the next page, or null at the end. */
  next: string | null;
}

export interface PeopleOrdersQuery {
  /** The `next` of the page before. */
  cursor?: string;
  /** Items on a page. */
  limit?: number;
}

export interface PeopleOrdersAnswer {
  /** The page, newest first. */
  items: Array<{
    /** The shop's number of the order, as far as the role sees it. */
    order_id: string | null;
    /** When it was placed. */
    placed: string;
    /** completed, partially_refunded, refunded or cancelled. */
    status: string;
    /** Whether it only gives money back for something bought before. */
    credit_note: boolean;
    /** What was charged, in minor units of the order's currency, or null. */
    total: number | null;
    /** Revenue in minor units, before refunds, 0 once cancelled: the revenue given, else the subtotal (after discounts), else total - shipping - tax, else the sum of the lines - discount. */
    revenue: number;
    /** Shipping, or null. */
    shipping: number | null;
    /** Tax, or null. */
    tax: number | null;
    /** Discount, or null. */
    discount: number | null;
    /** What was paid back. */
    refunded: number;
    /** Currency of the order (ISO 4217). */
    currency: string;
    /** Coupon, or null. */
    coupon: string | null;
    /** Number of the source. */
    source: number;
    /** What was bought. */
    lines: Array<{
      /** Product, or null. */
      product_id: string | null;
      /** Article number, or null. */
      sku: string | null;
      /** Name of the product, or null. */
      name: string | null;
      /** Category, or null. */
      category: string | null;
      /** Brand, or null. */
      brand: string | null;
      /** Variant, or null. */
      variant: string | null;
      /** Coupon of the line, or null. */
      coupon: string | null;
      /** How many. */
      quantity: number;
      /** Price of one in minor units, or null. */
      price: number | null;
      /** Price of one in ten-thousandths of the currency's unit, as exact as it was said, or null. */
      price_e4: number | null;
      /** Price of the line in minor units, or null. */
      total: number | null;
    }>;
  }>;
  /** Cursor of the next page, or null at the end. */
  next: string | null;
}

export interface PeopleHistoryQuery {
  /** Name of a field; without it, all of them. */
  field?: string;
}

export interface PeopleHistoryAnswer {
  /** Newest first. */
  items: Array<{
    /** Name of the field. */
    field: string;
    /** What it was set to, as far as the role sees it, or null. */
    value: unknown;
    /** Whether the value is shown in full, masked, or hidden. */
    shown: "full" | "masked" | "hidden";
    /** When it was said. */
    at: string;
    /** Number of the source that said it. */
    source: number;
    /** Number of the import, or null. */
    import: number | null;
    /** Set, or cleared. */
    action: "set" | "cleared";
  }>;
  /** Values shown only in outline. */
  masked: number;
  /** Values not shown at all: null, or left out when nobody declared them. */
  hidden: number;
  /** Always null: the list is whole. */
  next: string | null;
}

export interface PeopleMergeBody {
  /** The person that is the same. */
  other: string;
  /** Why; stored sealed. */
  reason?: string;
}

export interface PeopleMergeAnswer {
  /** Id of the person afterwards. */
  id: string;
  /** Number of the merge. */
  edge: number;
  /** Un-merge: id of the other person, the same when other evidence still joins them; null after a merge. */
  other: string | null;
}

export interface PeopleUnmergeBody {
  /** Number of the merge to end. */
  edge: number;
  /** Why; stored sealed. */
  reason?: string;
  /** Never join these two again, whatever events say. */
  never_link?: boolean;
}

export interface PeopleUnmergeAnswer {
  /** Id of the person afterwards. */
  id: string;
  /** Number of the merge. */
  edge: number;
  /** Un-merge: id of the other person, the same when other evidence still joins them; null after a merge. */
  other: string | null;
}

export interface PeopleDeleteQuery {
  /** Why; not stored: nothing of the person is. */
  reason?: string;
}

export interface PeopleRulesAnswer {
  /** Hash of the rules; each merge stores the one it was made under. */
  version: string;
  /** The rules. */
  identifiers: Array<{
    /** Kind of identifier; "*" stands for all others. */
    kind: string;
    /** 1 is the strongest. */
    priority: number;
    /** Different values one person may have. */
    limit: number;
    /** Whether the dictionary names the kind. */
    declared: boolean;
    /** What the dictionary says of it, or null. */
    doc: string | null;
  }>;
}

export interface PeopleRulesDryRunBody {
  /** The rules that would change. */
  identifiers: Array<{
    /** Kind of identifier. */
    kind: string;
    /** 1 is the strongest; decides for later events only. */
    priority?: number;
    /** Different values one person may have. */
    limit: number;
  }>;
}

export interface PeopleRulesDryRunAnswer {
  /** Persons now. */
  persons_before: number;
  /** Persons the other rules would make of the same evidence. */
  persons_after: number;
  /** Persons that would become part of another. */
  would_merge: number;
  /** Parts that would leave their person. */
  would_split: number;
  /** Links the other rules would refuse. */
  conflicts: number;
}

export interface PeopleUndeclaredAnswer {
  /** The names, most frequent first. */
  items: Array<{
    /** "person" for traits, else the event. */
    scope: string;
    /** The name; "#" and a hash when it does not look like one. */
    name: string;
    /** How often it came. */
    count: number;
    /** First time. */
    first_seen: string;
    /** Last time. */
    last_seen: string;
    /** Numbers of the sources that sent it. */
    sources: Array<number>;
  }>;
  /** Always null: the list is whole. */
  next: string | null;
}

export interface PeopleConsentBody {
  /** What the person said. */
  state: "granted" | "refused" | "withdrawn" | "requested" | "invalidated";
  /** How and when it was said; compulsory for a consent. Stored sealed. */
  evidence?: string;
  /** Language of what was shown, such as de. */
  language?: string;
  /** Number of the wording that was shown. */
  wording?: number;
  /** Form or page, with its version. */
  form?: string;
  /** What was pressed or signed. */
  button?: string;
  /** Where: shop, telephone, website ... */
  channel?: string;
  /** For which recipient, where that was asked. */
  recipient?: string;
  /** It was said of this way of reaching the person alone, such as sms. */
  only_channel?: string;
  /** It was said of this recipient alone. */
  only_recipient?: string;
}

export interface PeopleConsentAnswer {
  /** All purposes of the person. */
  consents: Array<{
    /** Name of the purpose. */
    purpose: string;
    /** The most restrictive of the person's profiles, now. */
    state: string;
    /** The legal basis the dictionary gives it. */
    basis: string;
    /** Since when, or null. */
    since: string | null;
    /** How it was said, or null. */
    method: string | null;
    /** Whether there is evidence. */
    proven: boolean;
    /** Whether the gate would let this purpose pass. */
    allowed: boolean;
    /** When the consent ends by itself, or null. */
    until: string | null;
    /** From when on the person may be asked again after a refusal, or null. */
    ask_again: string | null;
    /** What was said of one channel or one recipient alone. */
    parts: Array<{
      /** The one way of reaching the person, or empty. */
      channel: string;
      /** The one recipient, or empty. */
      recipient: string;
      /** What was said of it. */
      state: string;
      /** Since when. */
      since: string | null;
      /** Whether the gate would let this part pass. */
      allowed: boolean;
    }>;
  }>;
}

export interface ConsentsReceiptAnswer {
  /** The record (ISO/IEC TS 27560, DPV) in its canonical form. */
  document: unknown;
  /** That it is in the audit log: custos verify checks it without this server. */
  proof: unknown;
}

export interface PeopleConsentsQuery {
  /** `next` of the page before. */
  cursor?: string;
  /** Rows of a page; 100 unless said. */
  limit?: number;
}

export interface PeopleConsentsAnswer {
  /** How it stands, per purpose. */
  consents: Array<{
    /** Name of the purpose. */
    purpose: string;
    /** The most restrictive of the person's profiles, now. */
    state: string;
    /** The legal basis the dictionary gives it. */
    basis: string;
    /** Since when, or null. */
    since: string | null;
    /** How it was said, or null. */
    method: string | null;
    /** Whether there is evidence. */
    proven: boolean;
    /** Whether the gate would let this purpose pass. */
    allowed: boolean;
    /** When the consent ends by itself, or null. */
    until: string | null;
    /** From when on the person may be asked again after a refusal, or null. */
    ask_again: string | null;
    /** What was said of one channel or one recipient alone. */
    parts: Array<{
      /** The one way of reaching the person, or empty. */
      channel: string;
      /** The one recipient, or empty. */
      recipient: string;
      /** What was said of it. */
      state: string;
      /** Since when. */
      since: string | null;
      /** Whether the gate would let this part pass. */
      allowed: boolean;
    }>;
  }>;
  /** The records, newest first. */
  items: Array<{
    /** Id of the record. */
    record: string;
    /** The purpose. */
    purpose: string;
    /** The one way of reaching the person it was said of, or empty. */
    only_channel: string;
    /** The one recipient it was said of, or empty. */
    only_recipient: string;
    /** How it was said. */
    method: string;
    /** Language of what was shown, if known. */
    language: string;
    /** Form or page, if known. */
    form: string;
    /** What was pressed, if known. */
    button: string;
    /** Where, if known. */
    channel: string;
    /** For which recipient, where that was asked. */
    recipient: string;
    /** What was said. */
    state: string;
    /** client, person, staff, import, signal or rule. */
    said_by: string;
    /** When. */
    time: string;
    /** Until when it holds, or null. */
    until: string | null;
    /** Number of the wording that was shown; 0: not known. */
    wording: number;
    /** Version of the policy then. */
    policy: number;
    /** Whether evidence is kept, sealed. */
    evidence: boolean;
    /** Whether it is in the audit log already. */
    noted: boolean;
  }>;
  /** Cursor of the next page, or null. */
  next: string | null;
}

export interface ConsentsListQuery {
  /** `next` of the page before. */
  cursor?: number;
  /** Rows of a page; 100 unless said. */
  limit?: number;
  /** Of this purpose only. */
  purpose?: string;
  /** Only where this was said. */
  state?: "granted" | "refused" | "withdrawn" | "unproven" | "requested" | "reconfirmed" | "invalidated";
  /** Only what these said. */
  said_by?: "client" | "person" | "staff" | "import" | "signal" | "rule";
}

export interface ConsentsListAnswer {
  /** The records, last stored first. A page may be short, or empty, and still have a next one. */
  items: Array<{
    /** Whose. */
    person: string;
    /** The person's name, as far as the role sees it. */
    label: string;
    /** Id of the record. */
    record: string;
    /** The purpose. */
    purpose: string;
    /** The one way of reaching the person it was said of, or empty. */
    only_channel: string;
    /** The one recipient it was said of, or empty. */
    only_recipient: string;
    /** How it was said. */
    method: string;
    /** Language of what was shown, if known. */
    language: string;
    /** Form or page, if known. */
    form: string;
    /** What was pressed, if known. */
    button: string;
    /** Where, if known. */
    channel: string;
    /** For which recipient, where that was asked. */
    recipient: string;
    /** What was said. */
    state: string;
    /** client, person, staff, import, signal or rule. */
    said_by: string;
    /** When. */
    time: string;
    /** Until when it holds, or null. */
    until: string | null;
    /** Number of the wording that was shown; 0: not known. */
    wording: number;
    /** Version of the policy then. */
    policy: number;
    /** Whether evidence is kept, sealed. */
    evidence: boolean;
    /** Whether it is in the audit log already. */
    noted: boolean;
  }>;
  /** Cursor of the next page, or null. */
  next: string | null;
}

export interface PurposesListAnswer {
  /** The dictionary's purposes. */
  items: Array<{
    /** Name of the purpose. */
    name: string;
    /** What is done for it. */
    doc: string;
    /** The legal basis. */
    basis: string;
    /** How long a consent holds; 0: until withdrawn. */
    validity_days: number;
    /** Goes up with every material change; older consents are stale. */
    generation: number;
    /** Who receives data for it. */
    recipients: Array<string>;
    /** All texts, oldest first. */
    wordings: Array<{
      /** Its number, to be given with a statement. */
      number: number;
      /** Language. */
      language: string;
      /** Counts the texts in this language. */
      version: number;
      /** The text. */
      text: string;
      /** Its hash, as records and policies name it. */
      sha256: string;
      /** Since when. */
      made: string;
    }>;
    /** Profiles whose last word is a consent (also one that lapsed). */
    given: number;
    /** Profiles that refused. */
    refused: number;
    /** Profiles that withdrew. */
    withdrawn: number;
    /** Imported consents without evidence. */
    unproven: number;
    /** What was said, per day, 90 days. */
    days: Array<{
      /** The day, UTC. */
      day: string;
      /** Consents given or confirmed on that day. */
      given: number;
      /** Refusals on that day. */
      refused: number;
      /** Withdrawals on that day. */
      withdrawn: number;
    }>;
  }>;
}

export interface PurposesWordingsBody {
  /** The text shown to people, by language. */
  texts: Record<string, unknown>;
}

export interface PurposesWordingsAnswer {
  /** Name of the purpose. */
  name: string;
  /** What is done for it. */
  doc: string;
  /** The legal basis. */
  basis: string;
  /** How long a consent holds; 0: until withdrawn. */
  validity_days: number;
  /** Goes up with every material change; older consents are stale. */
  generation: number;
  /** Who receives data for it. */
  recipients: Array<string>;
  /** All texts, oldest first. */
  wordings: Array<{
    /** Its number, to be given with a statement. */
    number: number;
    /** Language. */
    language: string;
    /** Counts the texts in this language. */
    version: number;
    /** The text. */
    text: string;
    /** Its hash, as records and policies name it. */
    sha256: string;
    /** Since when. */
    made: string;
  }>;
  /** Profiles whose last word is a consent (also one that lapsed). */
  given: number;
  /** Profiles that refused. */
  refused: number;
  /** Profiles that withdrew. */
  withdrawn: number;
  /** Imported consents without evidence. */
  unproven: number;
  /** What was said, per day, 90 days. */
  days: Array<{
    /** The day, UTC. */
    day: string;
    /** Consents given or confirmed on that day. */
    given: number;
    /** Refusals on that day. */
    refused: number;
    /** Withdrawals on that day. */
    withdrawn: number;
  }>;
}

export interface PoliciesListQuery {
  /** From the page before. */
  cursor?: number;
}

export interface PoliciesListAnswer {
  /** Newest first. */
  items: Array<{
    /** Version. */
    version: number;
    /** Since when. */
    made: string;
    /** Whether consents rest on what changed. */
    material: boolean;
  }>;
  /** Cursor of the next page. */
  next: number | null;
}

export interface PoliciesGetQuery {
  /** Version to compare with; default the one before. */
  from?: number;
}

export interface PoliciesGetAnswer {
  /** Version. */
  version: number;
  /** Since when. */
  made: string;
  /** Version that it is compared with. */
  from: number;
  /** The policy in its canonical form. */
  document: unknown;
  /** What differs. */
  changes: Array<{
    /** The purpose. */
    purpose: string;
    /** What of it; purpose: it came or went. */
    attribute: string;
    /** Before. */
    before: unknown;
    /** After. */
    after: unknown;
    /** More is done than was consented to. */
    material: boolean;
  }>;
  /** Whether one of them is material. */
  material: boolean;
}

export interface ConsentModeQuery {
  /** The browser's own number. */
  anonymous_id: string;
  /** A source's write key; or the header X-Write-Key. */
  writeKey?: string;
}

export interface ConsentModeAnswer {
  /** Storage for advertising. */
  ad_storage: "granted" | "denied";
  /** Sending data of the person to Google for advertising. */
  ad_user_data: "granted" | "denied";
  /** Personalised advertising. */
  ad_personalization: "granted" | "denied";
  /** Storage for analytics. */
  analytics_storage: "granted" | "denied";
  /** Storage for functions of the site. */
  functionality_storage: "granted" | "denied";
  /** Storage for personalisation. */
  personalization_storage: "granted" | "denied";
  /** Storage for security. */
  security_storage: "granted" | "denied";
}

export interface ConsentGpcAnswer {
  /** Whether the signal is honoured. */
  gpc: boolean;
  /** Since when. */
  lastUpdate: string;
}

export interface ConsentStringsDecodeBody {
  /** A TC string, or a GPP string. */
  text: string;
}

export interface ConsentStringsDecodeAnswer {
  /** Which of the two it is. */
  kind: "tcf" | "gpp";
  /** What TCF 2.3 does not allow in it; then it says nothing. */
  faults: Array<string>;
  /** The TC string's fields. */
  tcf: unknown;
  /** The GPP string's sections. */
  sections: Array<{
    /** Number of the section. */
    id: number;
    /** Its name, or null when it is not understood. */
    name: string | null;
    /** As it stands in the string. */
    text: string;
    /** What it says, or null. */
    fields: unknown;
  }> | null;
  /** What it says of the shop's purposes. */
  purposes: Array<{
    /** A purpose of the dictionary. */
    purpose: string;
    /** What the string says of it. */
    says: "silent" | "granted" | "refused";
  }>;
}

export interface ConsentStringsEncodeBody {
  /** Which of the two to make. */
  kind: "tcf" | "gpp";
  /** Fields of a TC string, as decoding writes them. */
  tcf?: Record<string, unknown>;
  /** Sections of a GPP string, ascending. */
  sections?: Array<{
    /** tcfeuv2, usnat, usca, usva, usco, usut or usct. */
    name?: string;
    /** Or its number, for a section whose text is given. */
    id?: number;
    /** A section as it is. */
    text?: string;
    /** Or what it shall say, as decoding writes it. */
    fields?: Record<string, unknown>;
  }>;
  /** Purposes of the dictionary with true or false: they decide consents and opt-outs that are not given. */
  purposes?: Record<string, unknown>;
}

export interface ConsentStringsEncodeAnswer {
  /** The string. */
  text: string;
}

export interface SmsReplyAnswer {
  /** What to send back, or null. */
  reply: string | null;
}

export interface PeopleEraseBody {
  /** On what ground: gdpr-17(1)(b), ccpa-1798.105 ... */
  right?: string;
  /** Id of the request this answers: sent again, it gives the same certificate. */
  request?: string;
  /** When the person asked; default: now. */
  received?: string;
  /** By when the law wants an answer. */
  due?: string;
}

export interface PeopleEraseAnswer {
  /** The certificate in its canonical form. */
  document: unknown;
  /** That it was noted in the audit log: custos verify checks it without this server. */
  proof: unknown;
}

export interface ErasuresListQuery {
  /** From the page before. */
  cursor?: string;
  /** Rows of a page; 50 unless said. */
  limit?: number;
}

export interface ErasuresListAnswer {
  /** Newest first. */
  items: Array<{
    /** Id of the erasure. */
    id: string;
    /** On what ground. */
    right: string;
    /** When it was asked for. */
    received: string;
    /** By when the law wanted it. */
    due: string | null;
    /** When it began. */
    asked: string;
    /** When the certificate was made; null while it is under way. */
    issued: string | null;
  }>;
  /** Cursor of the next page. */
  next: string | null;
}

export interface ErasuresCertificateAnswer {
  /** The certificate in its canonical form. */
  document: unknown;
  /** That it was noted in the audit log: custos verify checks it without this server. */
  proof: unknown;
}

export interface RequestsListQuery {
  /** Only those in this state. */
  state?: "open" | "verifying" | "in_progress" | "waiting" | "fulfilled" | "denied" | "revoked" | "expired" | "duplicate";
  /** Only those that ask for this. */
  right?: "access" | "portability" | "rectification" | "erasure" | "restriction" | "objection" | "opt_out" | "limit" | "complaint";
  /** soon: three quarters of the term have run; late: it is over. */
  due?: "soon" | "late";
  /** Only this person's; then all at once, without a cursor. */
  person?: string;
  /** From the page before. */
  cursor?: string;
  /** Rows of a page. */
  limit?: number;
}

export interface RequestsListAnswer {
  /** Newest first. */
  items: Array<{
    /** Id of the request. */
    id: string;
    /** What is asked for. */
    right: "access" | "portability" | "rectification" | "erasure" | "restriction" | "objection" | "opt_out" | "limit" | "complaint";
    /** Under which law. */
    regime: "gdpr" | "uk" | "ccpa";
    /** Where it came in. */
    channel: "centre" | "staff" | "api" | "shopify" | "opendsr" | "drp" | "canary";
    /** How it stands. */
    state: "open" | "verifying" | "in_progress" | "waiting" | "fulfilled" | "denied" | "revoked" | "expired" | "duplicate";
    /** Code of the ground of a refusal, or of the rule that stopped or ended it; else empty. */
    reason: string;
    /** Whom it is about; null when nobody is known, or erased. */
    person: string | null;
    /** What the person is called, as far as the caller sees it. */
    label: string | null;
    /** When it came in. */
    received: string;
    /** The first moment at which the answer is too late. */
    due: string;
    /** By when its receipt has to be confirmed; null: not, or it was. */
    confirm_due: string | null;
    /** When it ended; null while it is open. */
    closed: string | null;
    /** Whether its term was extended. */
    extended: boolean;
    /** How much of the term has run (had, at its end), per mille. */
    used_permille: number;
    /** The request that goes on instead. */
    duplicate_of: string | null;
    /** Recipients that were told. */
    waiting_for: number;
  }>;
  /** Cursor of the next page. */
  next: string | null;
}

export interface RequestsCreateBody {
  /** What is asked for. */
  right: "access" | "portability" | "rectification" | "erasure" | "restriction" | "objection" | "opt_out" | "limit" | "complaint";
  /** Under which law; default: the setting rights_regime. */
  regime?: "gdpr" | "uk" | "ccpa";
  /** staff, or api for a token unless said. */
  channel?: "staff" | "api";
  /** Whom it is about, when that is known. */
  person?: string;
  /** The address it came from. Stored sealed. */
  email?: string;
  /** The number it came from, international. Stored sealed. */
  phone?: string;
  /** What the person wrote: text, or an object of fields to correct. Stored sealed. */
  detail?: unknown;
  /** Language of the letters, such as de. */
  language?: string;
  /** Of an objection; default: all direct marketing. */
  purpose?: string;
  /** When it came in; default: now. */
  received?: string;
  /** The caller's own name of it: sent again, it gives the same request. */
  reference?: string;
  /** The caller made sure already who asks, for instance by a sign-in. */
  verified?: boolean;
}

export interface RequestsCreateAnswer {
  /** Id of the request. */
  id: string;
  /** What is asked for. */
  right: "access" | "portability" | "rectification" | "erasure" | "restriction" | "objection" | "opt_out" | "limit" | "complaint";
  /** Under which law. */
  regime: "gdpr" | "uk" | "ccpa";
  /** Where it came in. */
  channel: "centre" | "staff" | "api" | "shopify" | "opendsr" | "drp" | "canary";
  /** How it stands. */
  state: "open" | "verifying" | "in_progress" | "waiting" | "fulfilled" | "denied" | "revoked" | "expired" | "duplicate";
  /** Code of the ground of a refusal, or of the rule that stopped or ended it; else empty. */
  reason: string;
  /** Whom it is about; null when nobody is known, or erased. */
  person: string | null;
  /** What the person is called, as far as the caller sees it. */
  label: string | null;
  /** When it came in. */
  received: string;
  /** The first moment at which the answer is too late. */
  due: string;
  /** By when its receipt has to be confirmed; null: not, or it was. */
  confirm_due: string | null;
  /** When it ended; null while it is open. */
  closed: string | null;
  /** Whether its term was extended. */
  extended: boolean;
  /** How much of the term has run (had, at its end), per mille. */
  used_permille: number;
  /** The request that goes on instead. */
  duplicate_of: string | null;
  /** Recipients that were told. */
  waiting_for: number;
}

export interface RequestsGroundsAnswer {
  /** All of them. */
  items: Array<{
    /** Its code. */
    code: string;
    /** Which rights it is a ground for. */
    rights: Array<"access" | "portability" | "rectification" | "erasure" | "restriction" | "objection" | "opt_out" | "limit" | "complaint">;
    /** Under which laws. */
    regimes: Array<"gdpr" | "uk" | "ccpa">;
    /** Where the law says so. */
    source: string;
    /** The sentence of the letter. */
    text: {
      /** In English. */
      en: string;
      /** In German. */
      de: string;
      /** In French. */
      fr: string;
    };
  }>;
  /** Always null. */
  next: string | null;
}

export interface RequestsFiguresQuery {
  /** Received from then on; default: a year before the end. */
  from?: string;
  /** Received before then; default: now. */
  to?: string;
}

export interface RequestsFiguresAnswer {
  /** Per right that was asked for. */
  rights: Array<{
    /** Which right. */
    right: "access" | "portability" | "rectification" | "erasure" | "restriction" | "objection" | "opt_out" | "limit" | "complaint";
    /** Requests received, without duplicates. */
    received: number;
    /** Of them, fulfilled. */
    fulfilled: number;
    /** Of them, refused. */
    denied: number;
    /** Of them, still open. */
    open: number;
    /** Median days from receipt to the answer; null: none was answered. */
    median_days: number | null;
  }>;
  /** When the oldest open request came in; null: none is open. */
  oldest_open: string | null;
  /** Its age in whole days. */
  oldest_open_days: number | null;
}

export interface RequestsShowAnswer {
  /** Id of the request. */
  id: string;
  /** What is asked for. */
  right: "access" | "portability" | "rectification" | "erasure" | "restriction" | "objection" | "opt_out" | "limit" | "complaint";
  /** Under which law. */
  regime: "gdpr" | "uk" | "ccpa";
  /** Where it came in. */
  channel: "centre" | "staff" | "api" | "shopify" | "opendsr" | "drp" | "canary";
  /** How it stands. */
  state: "open" | "verifying" | "in_progress" | "waiting" | "fulfilled" | "denied" | "revoked" | "expired" | "duplicate";
  /** Code of the ground of a refusal, or of the rule that stopped or ended it; else empty. */
  reason: string;
  /** Whom it is about; null when nobody is known, or erased. */
  person: string | null;
  /** What the person is called, as far as the caller sees it. */
  label: string | null;
  /** When it came in. */
  received: string;
  /** The first moment at which the answer is too late. */
  due: string;
  /** By when its receipt has to be confirmed; null: not, or it was. */
  confirm_due: string | null;
  /** When it ended; null while it is open. */
  closed: string | null;
  /** Whether its term was extended. */
  extended: boolean;
  /** How much of the term has run (had, at its end), per mille. */
  used_permille: number;
  /** The request that goes on instead. */
  duplicate_of: string | null;
  /** Recipients that were told. */
  waiting_for: number;
  /** Of an objection; empty: all direct marketing. */
  purpose: string;
  /** Of its letters; empty: English. */
  language: string;
  /** What the person wrote: text, or an object of fields; null: nothing, or erased. */
  detail: unknown;
  /** The address it came from. */
  asker: {
    /** As far as the caller sees it; null: none, or erased. */
    email: string | null;
    /** As far as the caller sees it; null: none, or erased. */
    phone: string | null;
  };
  /** Whether the person's data is held for a legal claim. */
  held: boolean;
  /** Whether the restriction it asked for is in force. */
  restricted: boolean;
  /** When that restriction ends, as announced. */
  lift_at: string | null;
  /** The clocks of the law that run for it. */
  clocks: Array<{
    /** Name of the clock. */
    name: string;
    /** What it is for. */
    doc: string;
    /** Where the law says so. */
    source: string;
    /** The first moment that is too late. */
    due: string;
    /** How much of it has run, per mille. */
    used_permille: number;
    /** Whether it ended before it was done. */
    over: boolean;
  }>;
  /** What happened, oldest first. */
  steps: Array<{
    /** When. */
    at: string;
    /** What happened: received, challenged, proved, executed, refused, extended, reminder, late ... */
    what: string;
    /** Who: person, custos, local, token, or staff and a number. */
    by: string;
    /** Code of a ground, a rule or a share of the term; else empty. */
    code: string;
    /** What was said of it; null: nothing, or it is erased. */
    note: string | null;
  }>;
  /** The letters, oldest first. */
  letters: Array<{
    /** When it was written. */
    at: string;
    /** received, verify, answer, refusal, extension or lift. */
    kind: string;
    /** Its language. */
    language: string;
    /** Its subject; null when it is erased. */
    subject: string | null;
    /** Its text; null when it is erased. */
    text: string | null;
    /** Whether it was handed over for sending; else somebody has to. */
    sent: boolean;
  }>;
  /** The rules of conflict that apply to it now. */
  rules: Array<{
    /** Name of the rule. */
    rule: string;
    /** What wins by it: request, hold, law or person. */
    won: string;
    /** Whether it stops the request. */
    stops: boolean;
    /** Why, with its source. */
    why: string;
  }>;
  /** The recipients that were told, and what they answered. */
  recipients: Array<{
    /** Its name. */
    name: string;
    /** What it is called. */
    title: string;
    /** How its order stands. */
    state: string;
    /** Since when. */
    at: string | null;
  }>;
  /** What can be done with it now. */
  acts: Array<"verify" | "challenge" | "execute" | "refuse" | "extend" | "confirm" | "revoke" | "reopen" | "hold" | "release" | "lift">;
}

export interface RequestsLetterQuery {
  /** Which letter. */
  kind: "received" | "verify" | "answer" | "refusal" | "extension" | "lift";
  /** Default: the request's. */
  language?: "en" | "de" | "fr";
  /** Of a refusal. */
  ground?: string;
}

export interface RequestsLetterAnswer {
  /** Its subject. */
  subject: string;
  /** Its text as it would go out now. */
  text: string;
}

export interface PeopleRequestsAnswer {
  /** Newest first, at most 200. */
  items: Array<{
    /** Id of the request. */
    id: string;
    /** What is asked for. */
    right: "access" | "portability" | "rectification" | "erasure" | "restriction" | "objection" | "opt_out" | "limit" | "complaint";
    /** Under which law. */
    regime: "gdpr" | "uk" | "ccpa";
    /** Where it came in. */
    channel: "centre" | "staff" | "api" | "shopify" | "opendsr" | "drp" | "canary";
    /** How it stands. */
    state: "open" | "verifying" | "in_progress" | "waiting" | "fulfilled" | "denied" | "revoked" | "expired" | "duplicate";
    /** Code of a ground or rule; else empty. */
    reason: string;
    /** Of an objection; else empty. */
    purpose: string;
    /** When it came in. */
    received: string;
    /** The first moment at which the answer is too late. */
    due: string;
    /** When it ended; null while it is open. */
    closed: string | null;
    /** Whether its term was extended. */
    extended: boolean;
    /** What the person wrote; null: nothing, or not for this role. */
    detail: unknown;
    /** The address it came from. */
    asker: {
      /** As far as the caller sees it; null: none, or erased. */
      email: string | null;
      /** As far as the caller sees it; null: none, or erased. */
      phone: string | null;
    };
  }>;
  /** Always null. */
  next: string | null;
}

export interface RequestsVerifyBody {
  /** How whoever asked showed who they are. */
  how?: "staff" | "code" | "link" | "token";
}

export interface RequestsVerifyAnswer {
  /** Id of the request. */
  id: string;
  /** What is asked for. */
  right: "access" | "portability" | "rectification" | "erasure" | "restriction" | "objection" | "opt_out" | "limit" | "complaint";
  /** Under which law. */
  regime: "gdpr" | "uk" | "ccpa";
  /** Where it came in. */
  channel: "centre" | "staff" | "api" | "shopify" | "opendsr" | "drp" | "canary";
  /** How it stands. */
  state: "open" | "verifying" | "in_progress" | "waiting" | "fulfilled" | "denied" | "revoked" | "expired" | "duplicate";
  /** Code of the ground of a refusal, or of the rule that stopped or ended it; else empty. */
  reason: string;
  /** Whom it is about; null when nobody is known, or erased. */
  person: string | null;
  /** What the person is called, as far as the caller sees it. */
  label: string | null;
  /** When it came in. */
  received: string;
  /** The first moment at which the answer is too late. */
  due: string;
  /** By when its receipt has to be confirmed; null: not, or it was. */
  confirm_due: string | null;
  /** When it ended; null while it is open. */
  closed: string | null;
  /** Whether its term was extended. */
  extended: boolean;
  /** How much of the term has run (had, at its end), per mille. */
  used_permille: number;
  /** The request that goes on instead. */
  duplicate_of: string | null;
  /** Recipients that were told. */
  waiting_for: number;
  /** Of an objection; empty: all direct marketing. */
  purpose: string;
  /** Of its letters; empty: English. */
  language: string;
  /** What the person wrote: text, or an object of fields; null: nothing, or erased. */
  detail: unknown;
  /** The address it came from. */
  asker: {
    /** As far as the caller sees it; null: none, or erased. */
    email: string | null;
    /** As far as the caller sees it; null: none, or erased. */
    phone: string | null;
  };
  /** Whether the person's data is held for a legal claim. */
  held: boolean;
  /** Whether the restriction it asked for is in force. */
  restricted: boolean;
  /** When that restriction ends, as announced. */
  lift_at: string | null;
  /** The clocks of the law that run for it. */
  clocks: Array<{
    /** Name of the clock. */
    name: string;
    /** What it is for. */
    doc: string;
    /** Where the law says so. */
    source: string;
    /** The first moment that is too late. */
    due: string;
    /** How much of it has run, per mille. */
    used_permille: number;
    /** Whether it ended before it was done. */
    over: boolean;
  }>;
  /** What happened, oldest first. */
  steps: Array<{
    /** When. */
    at: string;
    /** What happened: received, challenged, proved, executed, refused, extended, reminder, late ... */
    what: string;
    /** Who: person, custos, local, token, or staff and a number. */
    by: string;
    /** Code of a ground, a rule or a share of the term; else empty. */
    code: string;
    /** What was said of it; null: nothing, or it is erased. */
    note: string | null;
  }>;
  /** The letters, oldest first. */
  letters: Array<{
    /** When it was written. */
    at: string;
    /** received, verify, answer, refusal, extension or lift. */
    kind: string;
    /** Its language. */
    language: string;
    /** Its subject; null when it is erased. */
    subject: string | null;
    /** Its text; null when it is erased. */
    text: string | null;
    /** Whether it was handed over for sending; else somebody has to. */
    sent: boolean;
  }>;
  /** The rules of conflict that apply to it now. */
  rules: Array<{
    /** Name of the rule. */
    rule: string;
    /** What wins by it: request, hold, law or person. */
    won: string;
    /** Whether it stops the request. */
    stops: boolean;
    /** Why, with its source. */
    why: string;
  }>;
  /** The recipients that were told, and what they answered. */
  recipients: Array<{
    /** Its name. */
    name: string;
    /** What it is called. */
    title: string;
    /** How its order stands. */
    state: string;
    /** Since when. */
    at: string | null;
  }>;
  /** What can be done with it now. */
  acts: Array<"verify" | "challenge" | "execute" | "refuse" | "extend" | "confirm" | "revoke" | "reopen" | "hold" | "release" | "lift">;
}

export interface RequestsChallengeAnswer {
  /** Id of the request. */
  id: string;
  /** What is asked for. */
  right: "access" | "portability" | "rectification" | "erasure" | "restriction" | "objection" | "opt_out" | "limit" | "complaint";
  /** Under which law. */
  regime: "gdpr" | "uk" | "ccpa";
  /** Where it came in. */
  channel: "centre" | "staff" | "api" | "shopify" | "opendsr" | "drp" | "canary";
  /** How it stands. */
  state: "open" | "verifying" | "in_progress" | "waiting" | "fulfilled" | "denied" | "revoked" | "expired" | "duplicate";
  /** Code of the ground of a refusal, or of the rule that stopped or ended it; else empty. */
  reason: string;
  /** Whom it is about; null when nobody is known, or erased. */
  person: string | null;
  /** What the person is called, as far as the caller sees it. */
  label: string | null;
  /** When it came in. */
  received: string;
  /** The first moment at which the answer is too late. */
  due: string;
  /** By when its receipt has to be confirmed; null: not, or it was. */
  confirm_due: string | null;
  /** When it ended; null while it is open. */
  closed: string | null;
  /** Whether its term was extended. */
  extended: boolean;
  /** How much of the term has run (had, at its end), per mille. */
  used_permille: number;
  /** The request that goes on instead. */
  duplicate_of: string | null;
  /** Recipients that were told. */
  waiting_for: number;
  /** Of an objection; empty: all direct marketing. */
  purpose: string;
  /** Of its letters; empty: English. */
  language: string;
  /** What the person wrote: text, or an object of fields; null: nothing, or erased. */
  detail: unknown;
  /** The address it came from. */
  asker: {
    /** As far as the caller sees it; null: none, or erased. */
    email: string | null;
    /** As far as the caller sees it; null: none, or erased. */
    phone: string | null;
  };
  /** Whether the person's data is held for a legal claim. */
  held: boolean;
  /** Whether the restriction it asked for is in force. */
  restricted: boolean;
  /** When that restriction ends, as announced. */
  lift_at: string | null;
  /** The clocks of the law that run for it. */
  clocks: Array<{
    /** Name of the clock. */
    name: string;
    /** What it is for. */
    doc: string;
    /** Where the law says so. */
    source: string;
    /** The first moment that is too late. */
    due: string;
    /** How much of it has run, per mille. */
    used_permille: number;
    /** Whether it ended before it was done. */
    over: boolean;
  }>;
  /** What happened, oldest first. */
  steps: Array<{
    /** When. */
    at: string;
    /** What happened: received, challenged, proved, executed, refused, extended, reminder, late ... */
    what: string;
    /** Who: person, custos, local, token, or staff and a number. */
    by: string;
    /** Code of a ground, a rule or a share of the term; else empty. */
    code: string;
    /** What was said of it; null: nothing, or it is erased. */
    note: string | null;
  }>;
  /** The letters, oldest first. */
  letters: Array<{
    /** When it was written. */
    at: string;
    /** received, verify, answer, refusal, extension or lift. */
    kind: string;
    /** Its language. */
    language: string;
    /** Its subject; null when it is erased. */
    subject: string | null;
    /** Its text; null when it is erased. */
    text: string | null;
    /** Whether it was handed over for sending; else somebody has to. */
    sent: boolean;
  }>;
  /** The rules of conflict that apply to it now. */
  rules: Array<{
    /** Name of the rule. */
    rule: string;
    /** What wins by it: request, hold, law or person. */
    won: string;
    /** Whether it stops the request. */
    stops: boolean;
    /** Why, with its source. */
    why: string;
  }>;
  /** The recipients that were told, and what they answered. */
  recipients: Array<{
    /** Its name. */
    name: string;
    /** What it is called. */
    title: string;
    /** How its order stands. */
    state: string;
    /** Since when. */
    at: string | null;
  }>;
  /** What can be done with it now. */
  acts: Array<"verify" | "challenge" | "execute" | "refuse" | "extend" | "confirm" | "revoke" | "reopen" | "hold" | "release" | "lift">;
}

export interface RequestsExecuteBody {
  /** Of a rectification: the fields and their right values, when the person wrote in words. */
  values?: Record<string, unknown>;
  /** A sentence for the letter; the answer to a complaint. Stored sealed. */
  note?: string;
}

export interface RequestsExecuteAnswer {
  /** Id of the request. */
  id: string;
  /** What is asked for. */
  right: "access" | "portability" | "rectification" | "erasure" | "restriction" | "objection" | "opt_out" | "limit" | "complaint";
  /** Under which law. */
  regime: "gdpr" | "uk" | "ccpa";
  /** Where it came in. */
  channel: "centre" | "staff" | "api" | "shopify" | "opendsr" | "drp" | "canary";
  /** How it stands. */
  state: "open" | "verifying" | "in_progress" | "waiting" | "fulfilled" | "denied" | "revoked" | "expired" | "duplicate";
  /** Code of the ground of a refusal, or of the rule that stopped or ended it; else empty. */
  reason: string;
  /** Whom it is about; null when nobody is known, or erased. */
  person: string | null;
  /** What the person is called, as far as the caller sees it. */
  label: string | null;
  /** When it came in. */
  received: string;
  /** The first moment at which the answer is too late. */
  due: string;
  /** By when its receipt has to be confirmed; null: not, or it was. */
  confirm_due: string | null;
  /** When it ended; null while it is open. */
  closed: string | null;
  /** Whether its term was extended. */
  extended: boolean;
  /** How much of the term has run (had, at its end), per mille. */
  used_permille: number;
  /** The request that goes on instead. */
  duplicate_of: string | null;
  /** Recipients that were told. */
  waiting_for: number;
  /** Of an objection; empty: all direct marketing. */
  purpose: string;
  /** Of its letters; empty: English. */
  language: string;
  /** What the person wrote: text, or an object of fields; null: nothing, or erased. */
  detail: unknown;
  /** The address it came from. */
  asker: {
    /** As far as the caller sees it; null: none, or erased. */
    email: string | null;
    /** As far as the caller sees it; null: none, or erased. */
    phone: string | null;
  };
  /** Whether the person's data is held for a legal claim. */
  held: boolean;
  /** Whether the restriction it asked for is in force. */
  restricted: boolean;
  /** When that restriction ends, as announced. */
  lift_at: string | null;
  /** The clocks of the law that run for it. */
  clocks: Array<{
    /** Name of the clock. */
    name: string;
    /** What it is for. */
    doc: string;
    /** Where the law says so. */
    source: string;
    /** The first moment that is too late. */
    due: string;
    /** How much of it has run, per mille. */
    used_permille: number;
    /** Whether it ended before it was done. */
    over: boolean;
  }>;
  /** What happened, oldest first. */
  steps: Array<{
    /** When. */
    at: string;
    /** What happened: received, challenged, proved, executed, refused, extended, reminder, late ... */
    what: string;
    /** Who: person, custos, local, token, or staff and a number. */
    by: string;
    /** Code of a ground, a rule or a share of the term; else empty. */
    code: string;
    /** What was said of it; null: nothing, or it is erased. */
    note: string | null;
  }>;
  /** The letters, oldest first. */
  letters: Array<{
    /** When it was written. */
    at: string;
    /** received, verify, answer, refusal, extension or lift. */
    kind: string;
    /** Its language. */
    language: string;
    /** Its subject; null when it is erased. */
    subject: string | null;
    /** Its text; null when it is erased. */
    text: string | null;
    /** Whether it was handed over for sending; else somebody has to. */
    sent: boolean;
  }>;
  /** The rules of conflict that apply to it now. */
  rules: Array<{
    /** Name of the rule. */
    rule: string;
    /** What wins by it: request, hold, law or person. */
    won: string;
    /** Whether it stops the request. */
    stops: boolean;
    /** Why, with its source. */
    why: string;
  }>;
  /** The recipients that were told, and what they answered. */
  recipients: Array<{
    /** Its name. */
    name: string;
    /** What it is called. */
    title: string;
    /** How its order stands. */
    state: string;
    /** Since when. */
    at: string | null;
  }>;
  /** What can be done with it now. */
  acts: Array<"verify" | "challenge" | "execute" | "refuse" | "extend" | "confirm" | "revoke" | "reopen" | "hold" | "release" | "lift">;
}

export interface RequestsRefuseBody {
  /** A code of GET /v1/requests/grounds. */
  ground: string;
  /** A sentence for the letter. Stored sealed. */
  note?: string;
}

export interface RequestsRefuseAnswer {
  /** Id of the request. */
  id: string;
  /** What is asked for. */
  right: "access" | "portability" | "rectification" | "erasure" | "restriction" | "objection" | "opt_out" | "limit" | "complaint";
  /** Under which law. */
  regime: "gdpr" | "uk" | "ccpa";
  /** Where it came in. */
  channel: "centre" | "staff" | "api" | "shopify" | "opendsr" | "drp" | "canary";
  /** How it stands. */
  state: "open" | "verifying" | "in_progress" | "waiting" | "fulfilled" | "denied" | "revoked" | "expired" | "duplicate";
  /** Code of the ground of a refusal, or of the rule that stopped or ended it; else empty. */
  reason: string;
  /** Whom it is about; null when nobody is known, or erased. */
  person: string | null;
  /** What the person is called, as far as the caller sees it. */
  label: string | null;
  /** When it came in. */
  received: string;
  /** The first moment at which the answer is too late. */
  due: string;
  /** By when its receipt has to be confirmed; null: not, or it was. */
  confirm_due: string | null;
  /** When it ended; null while it is open. */
  closed: string | null;
  /** Whether its term was extended. */
  extended: boolean;
  /** How much of the term has run (had, at its end), per mille. */
  used_permille: number;
  /** The request that goes on instead. */
  duplicate_of: string | null;
  /** Recipients that were told. */
  waiting_for: number;
  /** Of an objection; empty: all direct marketing. */
  purpose: string;
  /** Of its letters; empty: English. */
  language: string;
  /** What the person wrote: text, or an object of fields; null: nothing, or erased. */
  detail: unknown;
  /** The address it came from. */
  asker: {
    /** As far as the caller sees it; null: none, or erased. */
    email: string | null;
    /** As far as the caller sees it; null: none, or erased. */
    phone: string | null;
  };
  /** Whether the person's data is held for a legal claim. */
  held: boolean;
  /** Whether the restriction it asked for is in force. */
  restricted: boolean;
  /** When that restriction ends, as announced. */
  lift_at: string | null;
  /** The clocks of the law that run for it. */
  clocks: Array<{
    /** Name of the clock. */
    name: string;
    /** What it is for. */
    doc: string;
    /** Where the law says so. */
    source: string;
    /** The first moment that is too late. */
    due: string;
    /** How much of it has run, per mille. */
    used_permille: number;
    /** Whether it ended before it was done. */
    over: boolean;
  }>;
  /** What happened, oldest first. */
  steps: Array<{
    /** When. */
    at: string;
    /** What happened: received, challenged, proved, executed, refused, extended, reminder, late ... */
    what: string;
    /** Who: person, custos, local, token, or staff and a number. */
    by: string;
    /** Code of a ground, a rule or a share of the term; else empty. */
    code: string;
    /** What was said of it; null: nothing, or it is erased. */
    note: string | null;
  }>;
  /** The letters, oldest first. */
  letters: Array<{
    /** When it was written. */
    at: string;
    /** received, verify, answer, refusal, extension or lift. */
    kind: string;
    /** Its language. */
    language: string;
    /** Its subject; null when it is erased. */
    subject: string | null;
    /** Its text; null when it is erased. */
    text: string | null;
    /** Whether it was handed over for sending; else somebody has to. */
    sent: boolean;
  }>;
  /** The rules of conflict that apply to it now. */
  rules: Array<{
    /** Name of the rule. */
    rule: string;
    /** What wins by it: request, hold, law or person. */
    won: string;
    /** Whether it stops the request. */
    stops: boolean;
    /** Why, with its source. */
    why: string;
  }>;
  /** The recipients that were told, and what they answered. */
  recipients: Array<{
    /** Its name. */
    name: string;
    /** What it is called. */
    title: string;
    /** How its order stands. */
    state: string;
    /** Since when. */
    at: string | null;
  }>;
  /** What can be done with it now. */
  acts: Array<"verify" | "challenge" | "execute" | "refuse" | "extend" | "confirm" | "revoke" | "reopen" | "hold" | "release" | "lift">;
}

export interface RequestsExtendBody {
  /** Why, in words; of an extension and the end of a restriction the person reads it. Stored sealed. */
  reason: string;
}

export interface RequestsExtendAnswer {
  /** Id of the request. */
  id: string;
  /** What is asked for. */
  right: "access" | "portability" | "rectification" | "erasure" | "restriction" | "objection" | "opt_out" | "limit" | "complaint";
  /** Under which law. */
  regime: "gdpr" | "uk" | "ccpa";
  /** Where it came in. */
  channel: "centre" | "staff" | "api" | "shopify" | "opendsr" | "drp" | "canary";
  /** How it stands. */
  state: "open" | "verifying" | "in_progress" | "waiting" | "fulfilled" | "denied" | "revoked" | "expired" | "duplicate";
  /** Code of the ground of a refusal, or of the rule that stopped or ended it; else empty. */
  reason: string;
  /** Whom it is about; null when nobody is known, or erased. */
  person: string | null;
  /** What the person is called, as far as the caller sees it. */
  label: string | null;
  /** When it came in. */
  received: string;
  /** The first moment at which the answer is too late. */
  due: string;
  /** By when its receipt has to be confirmed; null: not, or it was. */
  confirm_due: string | null;
  /** When it ended; null while it is open. */
  closed: string | null;
  /** Whether its term was extended. */
  extended: boolean;
  /** How much of the term has run (had, at its end), per mille. */
  used_permille: number;
  /** The request that goes on instead. */
  duplicate_of: string | null;
  /** Recipients that were told. */
  waiting_for: number;
  /** Of an objection; empty: all direct marketing. */
  purpose: string;
  /** Of its letters; empty: English. */
  language: string;
  /** What the person wrote: text, or an object of fields; null: nothing, or erased. */
  detail: unknown;
  /** The address it came from. */
  asker: {
    /** As far as the caller sees it; null: none, or erased. */
    email: string | null;
    /** As far as the caller sees it; null: none, or erased. */
    phone: string | null;
  };
  /** Whether the person's data is held for a legal claim. */
  held: boolean;
  /** Whether the restriction it asked for is in force. */
  restricted: boolean;
  /** When that restriction ends, as announced. */
  lift_at: string | null;
  /** The clocks of the law that run for it. */
  clocks: Array<{
    /** Name of the clock. */
    name: string;
    /** What it is for. */
    doc: string;
    /** Where the law says so. */
    source: string;
    /** The first moment that is too late. */
    due: string;
    /** How much of it has run, per mille. */
    used_permille: number;
    /** Whether it ended before it was done. */
    over: boolean;
  }>;
  /** What happened, oldest first. */
  steps: Array<{
    /** When. */
    at: string;
    /** What happened: received, challenged, proved, executed, refused, extended, reminder, late ... */
    what: string;
    /** Who: person, custos, local, token, or staff and a number. */
    by: string;
    /** Code of a ground, a rule or a share of the term; else empty. */
    code: string;
    /** What was said of it; null: nothing, or it is erased. */
    note: string | null;
  }>;
  /** The letters, oldest first. */
  letters: Array<{
    /** When it was written. */
    at: string;
    /** received, verify, answer, refusal, extension or lift. */
    kind: string;
    /** Its language. */
    language: string;
    /** Its subject; null when it is erased. */
    subject: string | null;
    /** Its text; null when it is erased. */
    text: string | null;
    /** Whether it was handed over for sending; else somebody has to. */
    sent: boolean;
  }>;
  /** The rules of conflict that apply to it now. */
  rules: Array<{
    /** Name of the rule. */
    rule: string;
    /** What wins by it: request, hold, law or person. */
    won: string;
    /** Whether it stops the request. */
    stops: boolean;
    /** Why, with its source. */
    why: string;
  }>;
  /** The recipients that were told, and what they answered. */
  recipients: Array<{
    /** Its name. */
    name: string;
    /** What it is called. */
    title: string;
    /** How its order stands. */
    state: string;
    /** Since when. */
    at: string | null;
  }>;
  /** What can be done with it now. */
  acts: Array<"verify" | "challenge" | "execute" | "refuse" | "extend" | "confirm" | "revoke" | "reopen" | "hold" | "release" | "lift">;
}

export interface RequestsConfirmAnswer {
  /** Id of the request. */
  id: string;
  /** What is asked for. */
  right: "access" | "portability" | "rectification" | "erasure" | "restriction" | "objection" | "opt_out" | "limit" | "complaint";
  /** Under which law. */
  regime: "gdpr" | "uk" | "ccpa";
  /** Where it came in. */
  channel: "centre" | "staff" | "api" | "shopify" | "opendsr" | "drp" | "canary";
  /** How it stands. */
  state: "open" | "verifying" | "in_progress" | "waiting" | "fulfilled" | "denied" | "revoked" | "expired" | "duplicate";
  /** Code of the ground of a refusal, or of the rule that stopped or ended it; else empty. */
  reason: string;
  /** Whom it is about; null when nobody is known, or erased. */
  person: string | null;
  /** What the person is called, as far as the caller sees it. */
  label: string | null;
  /** When it came in. */
  received: string;
  /** The first moment at which the answer is too late. */
  due: string;
  /** By when its receipt has to be confirmed; null: not, or it was. */
  confirm_due: string | null;
  /** When it ended; null while it is open. */
  closed: string | null;
  /** Whether its term was extended. */
  extended: boolean;
  /** How much of the term has run (had, at its end), per mille. */
  used_permille: number;
  /** The request that goes on instead. */
  duplicate_of: string | null;
  /** Recipients that were told. */
  waiting_for: number;
  /** Of an objection; empty: all direct marketing. */
  purpose: string;
  /** Of its letters; empty: English. */
  language: string;
  /** What the person wrote: text, or an object of fields; null: nothing, or erased. */
  detail: unknown;
  /** The address it came from. */
  asker: {
    /** As far as the caller sees it; null: none, or erased. */
    email: string | null;
    /** As far as the caller sees it; null: none, or erased. */
    phone: string | null;
  };
  /** Whether the person's data is held for a legal claim. */
  held: boolean;
  /** Whether the restriction it asked for is in force. */
  restricted: boolean;
  /** When that restriction ends, as announced. */
  lift_at: string | null;
  /** The clocks of the law that run for it. */
  clocks: Array<{
    /** Name of the clock. */
    name: string;
    /** What it is for. */
    doc: string;
    /** Where the law says so. */
    source: string;
    /** The first moment that is too late. */
    due: string;
    /** How much of it has run, per mille. */
    used_permille: number;
    /** Whether it ended before it was done. */
    over: boolean;
  }>;
  /** What happened, oldest first. */
  steps: Array<{
    /** When. */
    at: string;
    /** What happened: received, challenged, proved, executed, refused, extended, reminder, late ... */
    what: string;
    /** Who: person, custos, local, token, or staff and a number. */
    by: string;
    /** Code of a ground, a rule or a share of the term; else empty. */
    code: string;
    /** What was said of it; null: nothing, or it is erased. */
    note: string | null;
  }>;
  /** The letters, oldest first. */
  letters: Array<{
    /** When it was written. */
    at: string;
    /** received, verify, answer, refusal, extension or lift. */
    kind: string;
    /** Its language. */
    language: string;
    /** Its subject; null when it is erased. */
    subject: string | null;
    /** Its text; null when it is erased. */
    text: string | null;
    /** Whether it was handed over for sending; else somebody has to. */
    sent: boolean;
  }>;
  /** The rules of conflict that apply to it now. */
  rules: Array<{
    /** Name of the rule. */
    rule: string;
    /** What wins by it: request, hold, law or person. */
    won: string;
    /** Whether it stops the request. */
    stops: boolean;
    /** Why, with its source. */
    why: string;
  }>;
  /** The recipients that were told, and what they answered. */
  recipients: Array<{
    /** Its name. */
    name: string;
    /** What it is called. */
    title: string;
    /** How its order stands. */
    state: string;
    /** Since when. */
    at: string | null;
  }>;
  /** What can be done with it now. */
  acts: Array<"verify" | "challenge" | "execute" | "refuse" | "extend" | "confirm" | "revoke" | "reopen" | "hold" | "release" | "lift">;
}

export interface RequestsRevokeAnswer {
  /** Id of the request. */
  id: string;
  /** What is asked for. */
  right: "access" | "portability" | "rectification" | "erasure" | "restriction" | "objection" | "opt_out" | "limit" | "complaint";
  /** Under which law. */
  regime: "gdpr" | "uk" | "ccpa";
  /** Where it came in. */
  channel: "centre" | "staff" | "api" | "shopify" | "opendsr" | "drp" | "canary";
  /** How it stands. */
  state: "open" | "verifying" | "in_progress" | "waiting" | "fulfilled" | "denied" | "revoked" | "expired" | "duplicate";
  /** Code of the ground of a refusal, or of the rule that stopped or ended it; else empty. */
  reason: string;
  /** Whom it is about; null when nobody is known, or erased. */
  person: string | null;
  /** What the person is called, as far as the caller sees it. */
  label: string | null;
  /** When it came in. */
  received: string;
  /** The first moment at which the answer is too late. */
  due: string;
  /** By when its receipt has to be confirmed; null: not, or it was. */
  confirm_due: string | null;
  /** When it ended; null while it is open. */
  closed: string | null;
  /** Whether its term was extended. */
  extended: boolean;
  /** How much of the term has run (had, at its end), per mille. */
  used_permille: number;
  /** The request that goes on instead. */
  duplicate_of: string | null;
  /** Recipients that were told. */
  waiting_for: number;
  /** Of an objection; empty: all direct marketing. */
  purpose: string;
  /** Of its letters; empty: English. */
  language: string;
  /** What the person wrote: text, or an object of fields; null: nothing, or erased. */
  detail: unknown;
  /** The address it came from. */
  asker: {
    /** As far as the caller sees it; null: none, or erased. */
    email: string | null;
    /** As far as the caller sees it; null: none, or erased. */
    phone: string | null;
  };
  /** Whether the person's data is held for a legal claim. */
  held: boolean;
  /** Whether the restriction it asked for is in force. */
  restricted: boolean;
  /** When that restriction ends, as announced. */
  lift_at: string | null;
  /** The clocks of the law that run for it. */
  clocks: Array<{
    /** Name of the clock. */
    name: string;
    /** What it is for. */
    doc: string;
    /** Where the law says so. */
    source: string;
    /** The first moment that is too late. */
    due: string;
    /** How much of it has run, per mille. */
    used_permille: number;
    /** Whether it ended before it was done. */
    over: boolean;
  }>;
  /** What happened, oldest first. */
  steps: Array<{
    /** When. */
    at: string;
    /** What happened: received, challenged, proved, executed, refused, extended, reminder, late ... */
    what: string;
    /** Who: person, custos, local, token, or staff and a number. */
    by: string;
    /** Code of a ground, a rule or a share of the term; else empty. */
    code: string;
    /** What was said of it; null: nothing, or it is erased. */
    note: string | null;
  }>;
  /** The letters, oldest first. */
  letters: Array<{
    /** When it was written. */
    at: string;
    /** received, verify, answer, refusal, extension or lift. */
    kind: string;
    /** Its language. */
    language: string;
    /** Its subject; null when it is erased. */
    subject: string | null;
    /** Its text; null when it is erased. */
    text: string | null;
    /** Whether it was handed over for sending; else somebody has to. */
    sent: boolean;
  }>;
  /** The rules of conflict that apply to it now. */
  rules: Array<{
    /** Name of the rule. */
    rule: string;
    /** What wins by it: request, hold, law or person. */
    won: string;
    /** Whether it stops the request. */
    stops: boolean;
    /** Why, with its source. */
    why: string;
  }>;
  /** The recipients that were told, and what they answered. */
  recipients: Array<{
    /** Its name. */
    name: string;
    /** What it is called. */
    title: string;
    /** How its order stands. */
    state: string;
    /** Since when. */
    at: string | null;
  }>;
  /** What can be done with it now. */
  acts: Array<"verify" | "challenge" | "execute" | "refuse" | "extend" | "confirm" | "revoke" | "reopen" | "hold" | "release" | "lift">;
}

export interface RequestsReopenBody {
  /** Why, in words; of an extension and the end of a restriction the person reads it. Stored sealed. */
  reason: string;
}

export interface RequestsReopenAnswer {
  /** Id of the request. */
  id: string;
  /** What is asked for. */
  right: "access" | "portability" | "rectification" | "erasure" | "restriction" | "objection" | "opt_out" | "limit" | "complaint";
  /** Under which law. */
  regime: "gdpr" | "uk" | "ccpa";
  /** Where it came in. */
  channel: "centre" | "staff" | "api" | "shopify" | "opendsr" | "drp" | "canary";
  /** How it stands. */
  state: "open" | "verifying" | "in_progress" | "waiting" | "fulfilled" | "denied" | "revoked" | "expired" | "duplicate";
  /** Code of the ground of a refusal, or of the rule that stopped or ended it; else empty. */
  reason: string;
  /** Whom it is about; null when nobody is known, or erased. */
  person: string | null;
  /** What the person is called, as far as the caller sees it. */
  label: string | null;
  /** When it came in. */
  received: string;
  /** The first moment at which the answer is too late. */
  due: string;
  /** By when its receipt has to be confirmed; null: not, or it was. */
  confirm_due: string | null;
  /** When it ended; null while it is open. */
  closed: string | null;
  /** Whether its term was extended. */
  extended: boolean;
  /** How much of the term has run (had, at its end), per mille. */
  used_permille: number;
  /** The request that goes on instead. */
  duplicate_of: string | null;
  /** Recipients that were told. */
  waiting_for: number;
  /** Of an objection; empty: all direct marketing. */
  purpose: string;
  /** Of its letters; empty: English. */
  language: string;
  /** What the person wrote: text, or an object of fields; null: nothing, or erased. */
  detail: unknown;
  /** The address it came from. */
  asker: {
    /** As far as the caller sees it; null: none, or erased. */
    email: string | null;
    /** As far as the caller sees it; null: none, or erased. */
    phone: string | null;
  };
  /** Whether the person's data is held for a legal claim. */
  held: boolean;
  /** Whether the restriction it asked for is in force. */
  restricted: boolean;
  /** When that restriction ends, as announced. */
  lift_at: string | null;
  /** The clocks of the law that run for it. */
  clocks: Array<{
    /** Name of the clock. */
    name: string;
    /** What it is for. */
    doc: string;
    /** Where the law says so. */
    source: string;
    /** The first moment that is too late. */
    due: string;
    /** How much of it has run, per mille. */
    used_permille: number;
    /** Whether it ended before it was done. */
    over: boolean;
  }>;
  /** What happened, oldest first. */
  steps: Array<{
    /** When. */
    at: string;
    /** What happened: received, challenged, proved, executed, refused, extended, reminder, late ... */
    what: string;
    /** Who: person, custos, local, token, or staff and a number. */
    by: string;
    /** Code of a ground, a rule or a share of the term; else empty. */
    code: string;
    /** What was said of it; null: nothing, or it is erased. */
    note: string | null;
  }>;
  /** The letters, oldest first. */
  letters: Array<{
    /** When it was written. */
    at: string;
    /** received, verify, answer, refusal, extension or lift. */
    kind: string;
    /** Its language. */
    language: string;
    /** Its subject; null when it is erased. */
    subject: string | null;
    /** Its text; null when it is erased. */
    text: string | null;
    /** Whether it was handed over for sending; else somebody has to. */
    sent: boolean;
  }>;
  /** The rules of conflict that apply to it now. */
  rules: Array<{
    /** Name of the rule. */
    rule: string;
    /** What wins by it: request, hold, law or person. */
    won: string;
    /** Whether it stops the request. */
    stops: boolean;
    /** Why, with its source. */
    why: string;
  }>;
  /** The recipients that were told, and what they answered. */
  recipients: Array<{
    /** Its name. */
    name: string;
    /** What it is called. */
    title: string;
    /** How its order stands. */
    state: string;
    /** Since when. */
    at: string | null;
  }>;
  /** What can be done with it now. */
  acts: Array<"verify" | "challenge" | "execute" | "refuse" | "extend" | "confirm" | "revoke" | "reopen" | "hold" | "release" | "lift">;
}

export interface RequestsHoldBody {
  /** Why, in words; of an extension and the end of a restriction the person reads it. Stored sealed. */
  reason: string;
}

export interface RequestsHoldAnswer {
  /** Id of the request. */
  id: string;
  /** What is asked for. */
  right: "access" | "portability" | "rectification" | "erasure" | "restriction" | "objection" | "opt_out" | "limit" | "complaint";
  /** Under which law. */
  regime: "gdpr" | "uk" | "ccpa";
  /** Where it came in. */
  channel: "centre" | "staff" | "api" | "shopify" | "opendsr" | "drp" | "canary";
  /** How it stands. */
  state: "open" | "verifying" | "in_progress" | "waiting" | "fulfilled" | "denied" | "revoked" | "expired" | "duplicate";
  /** Code of the ground of a refusal, or of the rule that stopped or ended it; else empty. */
  reason: string;
  /** Whom it is about; null when nobody is known, or erased. */
  person: string | null;
  /** What the person is called, as far as the caller sees it. */
  label: string | null;
  /** When it came in. */
  received: string;
  /** The first moment at which the answer is too late. */
  due: string;
  /** By when its receipt has to be confirmed; null: not, or it was. */
  confirm_due: string | null;
  /** When it ended; null while it is open. */
  closed: string | null;
  /** Whether its term was extended. */
  extended: boolean;
  /** How much of the term has run (had, at its end), per mille. */
  used_permille: number;
  /** The request that goes on instead. */
  duplicate_of: string | null;
  /** Recipients that were told. */
  waiting_for: number;
  /** Of an objection; empty: all direct marketing. */
  purpose: string;
  /** Of its letters; empty: English. */
  language: string;
  /** What the person wrote: text, or an object of fields; null: nothing, or erased. */
  detail: unknown;
  /** The address it came from. */
  asker: {
    /** As far as the caller sees it; null: none, or erased. */
    email: string | null;
    /** As far as the caller sees it; null: none, or erased. */
    phone: string | null;
  };
  /** Whether the person's data is held for a legal claim. */
  held: boolean;
  /** Whether the restriction it asked for is in force. */
  restricted: boolean;
  /** When that restriction ends, as announced. */
  lift_at: string | null;
  /** The clocks of the law that run for it. */
  clocks: Array<{
    /** Name of the clock. */
    name: string;
    /** What it is for. */
    doc: string;
    /** Where the law says so. */
    source: string;
    /** The first moment that is too late. */
    due: string;
    /** How much of it has run, per mille. */
    used_permille: number;
    /** Whether it ended before it was done. */
    over: boolean;
  }>;
  /** What happened, oldest first. */
  steps: Array<{
    /** When. */
    at: string;
    /** What happened: received, challenged, proved, executed, refused, extended, reminder, late ... */
    what: string;
    /** Who: person, custos, local, token, or staff and a number. */
    by: string;
    /** Code of a ground, a rule or a share of the term; else empty. */
    code: string;
    /** What was said of it; null: nothing, or it is erased. */
    note: string | null;
  }>;
  /** The letters, oldest first. */
  letters: Array<{
    /** When it was written. */
    at: string;
    /** received, verify, answer, refusal, extension or lift. */
    kind: string;
    /** Its language. */
    language: string;
    /** Its subject; null when it is erased. */
    subject: string | null;
    /** Its text; null when it is erased. */
    text: string | null;
    /** Whether it was handed over for sending; else somebody has to. */
    sent: boolean;
  }>;
  /** The rules of conflict that apply to it now. */
  rules: Array<{
    /** Name of the rule. */
    rule: string;
    /** What wins by it: request, hold, law or person. */
    won: string;
    /** Whether it stops the request. */
    stops: boolean;
    /** Why, with its source. */
    why: string;
  }>;
  /** The recipients that were told, and what they answered. */
  recipients: Array<{
    /** Its name. */
    name: string;
    /** What it is called. */
    title: string;
    /** How its order stands. */
    state: string;
    /** Since when. */
    at: string | null;
  }>;
  /** What can be done with it now. */
  acts: Array<"verify" | "challenge" | "execute" | "refuse" | "extend" | "confirm" | "revoke" | "reopen" | "hold" | "release" | "lift">;
}

export interface RequestsReleaseBody {
  /** Why, in words; of an extension and the end of a restriction the person reads it. Stored sealed. */
  reason: string;
}

export interface RequestsReleaseAnswer {
  /** Id of the request. */
  id: string;
  /** What is asked for. */
  right: "access" | "portability" | "rectification" | "erasure" | "restriction" | "objection" | "opt_out" | "limit" | "complaint";
  /** Under which law. */
  regime: "gdpr" | "uk" | "ccpa";
  /** Where it came in. */
  channel: "centre" | "staff" | "api" | "shopify" | "opendsr" | "drp" | "canary";
  /** How it stands. */
  state: "open" | "verifying" | "in_progress" | "waiting" | "fulfilled" | "denied" | "revoked" | "expired" | "duplicate";
  /** Code of the ground of a refusal, or of the rule that stopped or ended it; else empty. */
  reason: string;
  /** Whom it is about; null when nobody is known, or erased. */
  person: string | null;
  /** What the person is called, as far as the caller sees it. */
  label: string | null;
  /** When it came in. */
  received: string;
  /** The first moment at which the answer is too late. */
  due: string;
  /** By when its receipt has to be confirmed; null: not, or it was. */
  confirm_due: string | null;
  /** When it ended; null while it is open. */
  closed: string | null;
  /** Whether its term was extended. */
  extended: boolean;
  /** How much of the term has run (had, at its end), per mille. */
  used_permille: number;
  /** The request that goes on instead. */
  duplicate_of: string | null;
  /** Recipients that were told. */
  waiting_for: number;
  /** Of an objection; empty: all direct marketing. */
  purpose: string;
  /** Of its letters; empty: English. */
  language: string;
  /** What the person wrote: text, or an object of fields; null: nothing, or erased. */
  detail: unknown;
  /** The address it came from. */
  asker: {
    /** As far as the caller sees it; null: none, or erased. */
    email: string | null;
    /** As far as the caller sees it; null: none, or erased. */
    phone: string | null;
  };
  /** Whether the person's data is held for a legal claim. */
  held: boolean;
  /** Whether the restriction it asked for is in force. */
  restricted: boolean;
  /** When that restriction ends, as announced. */
  lift_at: string | null;
  /** The clocks of the law that run for it. */
  clocks: Array<{
    /** Name of the clock. */
    name: string;
    /** What it is for. */
    doc: string;
    /** Where the law says so. */
    source: string;
    /** The first moment that is too late. */
    due: string;
    /** How much of it has run, per mille. */
    used_permille: number;
    /** Whether it ended before it was done. */
    over: boolean;
  }>;
  /** What happened, oldest first. */
  steps: Array<{
    /** When. */
    at: string;
    /** What happened: received, challenged, proved, executed, refused, extended, reminder, late ... */
    what: string;
    /** Who: person, custos, local, token, or staff and a number. */
    by: string;
    /** Code of a ground, a rule or a share of the term; else empty. */
    code: string;
    /** What was said of it; null: nothing, or it is erased. */
    note: string | null;
  }>;
  /** The letters, oldest first. */
  letters: Array<{
    /** When it was written. */
    at: string;
    /** received, verify, answer, refusal, extension or lift. */
    kind: string;
    /** Its language. */
    language: string;
    /** Its subject; null when it is erased. */
    subject: string | null;
    /** Its text; null when it is erased. */
    text: string | null;
    /** Whether it was handed over for sending; else somebody has to. */
    sent: boolean;
  }>;
  /** The rules of conflict that apply to it now. */
  rules: Array<{
    /** Name of the rule. */
    rule: string;
    /** What wins by it: request, hold, law or person. */
    won: string;
    /** Whether it stops the request. */
    stops: boolean;
    /** Why, with its source. */
    why: string;
  }>;
  /** The recipients that were told, and what they answered. */
  recipients: Array<{
    /** Its name. */
    name: string;
    /** What it is called. */
    title: string;
    /** How its order stands. */
    state: string;
    /** Since when. */
    at: string | null;
  }>;
  /** What can be done with it now. */
  acts: Array<"verify" | "challenge" | "execute" | "refuse" | "extend" | "confirm" | "revoke" | "reopen" | "hold" | "release" | "lift">;
}

export interface RequestsLiftBody {
  /** Why, in words; of an extension and the end of a restriction the person reads it. Stored sealed. */
  reason: string;
}

export interface RequestsLiftAnswer {
  /** Id of the request. */
  id: string;
  /** What is asked for. */
  right: "access" | "portability" | "rectification" | "erasure" | "restriction" | "objection" | "opt_out" | "limit" | "complaint";
  /** Under which law. */
  regime: "gdpr" | "uk" | "ccpa";
  /** Where it came in. */
  channel: "centre" | "staff" | "api" | "shopify" | "opendsr" | "drp" | "canary";
  /** How it stands. */
  state: "open" | "verifying" | "in_progress" | "waiting" | "fulfilled" | "denied" | "revoked" | "expired" | "duplicate";
  /** Code of the ground of a refusal, or of the rule that stopped or ended it; else empty. */
  reason: string;
  /** Whom it is about; null when nobody is known, or erased. */
  person: string | null;
  /** What the person is called, as far as the caller sees it. */
  label: string | null;
  /** When it came in. */
  received: string;
  /** The first moment at which the answer is too late. */
  due: string;
  /** By when its receipt has to be confirmed; null: not, or it was. */
  confirm_due: string | null;
  /** When it ended; null while it is open. */
  closed: string | null;
  /** Whether its term was extended. */
  extended: boolean;
  /** How much of the term has run (had, at its end), per mille. */
  used_permille: number;
  /** The request that goes on instead. */
  duplicate_of: string | null;
  /** Recipients that were told. */
  waiting_for: number;
  /** Of an objection; empty: all direct marketing. */
  purpose: string;
  /** Of its letters; empty: English. */
  language: string;
  /** What the person wrote: text, or an object of fields; null: nothing, or erased. */
  detail: unknown;
  /** The address it came from. */
  asker: {
    /** As far as the caller sees it; null: none, or erased. */
    email: string | null;
    /** As far as the caller sees it; null: none, or erased. */
    phone: string | null;
  };
  /** Whether the person's data is held for a legal claim. */
  held: boolean;
  /** Whether the restriction it asked for is in force. */
  restricted: boolean;
  /** When that restriction ends, as announced. */
  lift_at: string | null;
  /** The clocks of the law that run for it. */
  clocks: Array<{
    /** Name of the clock. */
    name: string;
    /** What it is for. */
    doc: string;
    /** Where the law says so. */
    source: string;
    /** The first moment that is too late. */
    due: string;
    /** How much of it has run, per mille. */
    used_permille: number;
    /** Whether it ended before it was done. */
    over: boolean;
  }>;
  /** What happened, oldest first. */
  steps: Array<{
    /** When. */
    at: string;
    /** What happened: received, challenged, proved, executed, refused, extended, reminder, late ... */
    what: string;
    /** Who: person, custos, local, token, or staff and a number. */
    by: string;
    /** Code of a ground, a rule or a share of the term; else empty. */
    code: string;
    /** What was said of it; null: nothing, or it is erased. */
    note: string | null;
  }>;
  /** The letters, oldest first. */
  letters: Array<{
    /** When it was written. */
    at: string;
    /** received, verify, answer, refusal, extension or lift. */
    kind: string;
    /** Its language. */
    language: string;
    /** Its subject; null when it is erased. */
    subject: string | null;
    /** Its text; null when it is erased. */
    text: string | null;
    /** Whether it was handed over for sending; else somebody has to. */
    sent: boolean;
  }>;
  /** The rules of conflict that apply to it now. */
  rules: Array<{
    /** Name of the rule. */
    rule: string;
    /** What wins by it: request, hold, law or person. */
    won: string;
    /** Whether it stops the request. */
    stops: boolean;
    /** Why, with its source. */
    why: string;
  }>;
  /** The recipients that were told, and what they answered. */
  recipients: Array<{
    /** Its name. */
    name: string;
    /** What it is called. */
    title: string;
    /** How its order stands. */
    state: string;
    /** Since when. */
    at: string | null;
  }>;
  /** What can be done with it now. */
  acts: Array<"verify" | "challenge" | "execute" | "refuse" | "extend" | "confirm" | "revoke" | "reopen" | "hold" | "release" | "lift">;
}

export interface RecipientsListAnswer {
  /** By name. */
  items: Array<{
    /** Its short name. */
    name: string;
    /** Its name, as people read it. */
    title: string;
    /** Processor, controller of its own, or joint controller. */
    role: "processor" | "controller" | "joint";
    /** Where it is. */
    country: string;
    /** Why data may go there. */
    safeguard: "none" | "adequacy" | "scc" | "bcr" | "derogation";
    /** What it gets data for. */
    purposes: Array<string>;
    /** Its privacy desk. */
    contact: string | null;
    /** Its site. */
    website: string | null;
    /** Since when there is a contract. */
    contract: string | null;
    /** When it ends. */
    contract_ends: string | null;
    /** Switched on. */
    enabled: boolean;
    /** Why no data may go there now: switched_off, no_contract, contract_over, no_safeguard; null: it may. */
    refusal: string | null;
    /** How it is told. */
    method: "none" | "opendsr" | "webhook" | "letter";
    /** Where it is told. */
    url: string | null;
    /** Domain of its certificate. */
    domain: string | null;
    /** What it knows people by. */
    identities: Array<string>;
    /** Days until it goes to staff. */
    answer_days: number;
    /** A key or token is stored. */
    has_secret: boolean;
    /** The key that was made just now; it is not shown again. */
    secret: string | null;
    /** Orders that are not done. */
    open: number;
    /** Those of them that staff has to see to. */
    escalated: number;
    /** Orders that are done. */
    done: number;
    /** When this row was changed last. */
    changed: string;
  }>;
  /** Always null: all are in one page. */
  next: string | null;
}

export interface RecipientsGetAnswer {
  /** Its short name. */
  name: string;
  /** Its name, as people read it. */
  title: string;
  /** Processor, controller of its own, or joint controller. */
  role: "processor" | "controller" | "joint";
  /** Where it is. */
  country: string;
  /** Why data may go there. */
  safeguard: "none" | "adequacy" | "scc" | "bcr" | "derogation";
  /** What it gets data for. */
  purposes: Array<string>;
  /** Its privacy desk. */
  contact: string | null;
  /** Its site. */
  website: string | null;
  /** Since when there is a contract. */
  contract: string | null;
  /** When it ends. */
  contract_ends: string | null;
  /** Switched on. */
  enabled: boolean;
  /** Why no data may go there now: switched_off, no_contract, contract_over, no_safeguard; null: it may. */
  refusal: string | null;
  /** How it is told. */
  method: "none" | "opendsr" | "webhook" | "letter";
  /** Where it is told. */
  url: string | null;
  /** Domain of its certificate. */
  domain: string | null;
  /** What it knows people by. */
  identities: Array<string>;
  /** Days until it goes to staff. */
  answer_days: number;
  /** A key or token is stored. */
  has_secret: boolean;
  /** The key that was made just now; it is not shown again. */
  secret: string | null;
  /** Orders that are not done. */
  open: number;
  /** Those of them that staff has to see to. */
  escalated: number;
  /** Orders that are done. */
  done: number;
  /** When this row was changed last. */
  changed: string;
}

export interface RecipientsPutBody {
  /** Its name, as people read it. */
  title: string;
  /** Whether it decides itself what the data is for. */
  role?: "processor" | "controller" | "joint";
  /** Where it is: ISO 3166-1 alpha-2. */
  country: string;
  /** Why data may go there, outside the EEA (GDPR 44-49). */
  safeguard?: "none" | "adequacy" | "scc" | "bcr" | "derogation";
  /** Purposes of the dictionary it gets data for; none: it gets everybody's. */
  purposes?: Array<string>;
  /** Its privacy desk. */
  contact?: string;
  /** Its site or privacy page. */
  website?: string;
  /** Since when there is a contract (GDPR 28). */
  contract?: string;
  /** When it ends; absent: open-ended. */
  contract_ends?: string;
  /** Whether it may get data at all. */
  enabled?: boolean;
  /** How it is told of erasures; none: staff tells it. */
  method?: "none" | "opendsr" | "webhook" | "letter";
  /** Address of its webhook, or above discovery and requests of its OpenDSR. */
  url?: string;
  /** Domain of its OpenDSR certificate; default: the host of url. */
  domain?: string;
  /** Kinds of identifiers it knows people by; default: email. */
  identities?: Array<string>;
  /** Days until an order without an answer goes to staff. */
  answer_days?: number;
  /** Key of the webhook, or token for its OpenDSR; absent: stays as it is. */
  secret?: string;
  /** Webhook: make a key and answer it, once. */
  new_secret?: boolean;
}

export interface RecipientsPutAnswer {
  /** Its short name. */
  name: string;
  /** Its name, as people read it. */
  title: string;
  /** Processor, controller of its own, or joint controller. */
  role: "processor" | "controller" | "joint";
  /** Where it is. */
  country: string;
  /** Why data may go there. */
  safeguard: "none" | "adequacy" | "scc" | "bcr" | "derogation";
  /** What it gets data for. */
  purposes: Array<string>;
  /** Its privacy desk. */
  contact: string | null;
  /** Its site. */
  website: string | null;
  /** Since when there is a contract. */
  contract: string | null;
  /** When it ends. */
  contract_ends: string | null;
  /** Switched on. */
  enabled: boolean;
  /** Why no data may go there now: switched_off, no_contract, contract_over, no_safeguard; null: it may. */
  refusal: string | null;
  /** How it is told. */
  method: "none" | "opendsr" | "webhook" | "letter";
  /** Where it is told. */
  url: string | null;
  /** Domain of its certificate. */
  domain: string | null;
  /** What it knows people by. */
  identities: Array<string>;
  /** Days until it goes to staff. */
  answer_days: number;
  /** A key or token is stored. */
  has_secret: boolean;
  /** The key that was made just now; it is not shown again. */
  secret: string | null;
  /** Orders that are not done. */
  open: number;
  /** Those of them that staff has to see to. */
  escalated: number;
  /** Orders that are done. */
  done: number;
  /** When this row was changed last. */
  changed: string;
}

export interface RecipientsOrdersQuery {
  /** Only those of this request. */
  request?: string;
  /** Only those in this state. */
  state?: "pending" | "sent" | "acknowledged" | "done" | "failed" | "escalated";
  /** From the page before. */
  cursor?: number;
  /** Rows of a page; 50 unless said. */
  limit?: number;
}

export interface RecipientsOrdersAnswer {
  /** Newest first. */
  items: Array<{
    /** The order's id; OpenDSR calls it subject_request_id. */
    id: string;
    /** The request it is about. */
    request: string;
    /** Who was told. */
    recipient: string;
    /** What it was told to do: erasure, restriction ... */
    right: string;
    /** How. */
    method: "none" | "opendsr" | "webhook" | "letter";
    /** How far it is. */
    state: "pending" | "sent" | "acknowledged" | "done" | "failed" | "escalated";
    /** When it was decided. */
    made: string;
    /** When it goes to staff without an answer. */
    due: string;
    /** When the recipient took it. */
    sent: string | null;
    /** When something was heard or tried last. */
    changed: string;
    /** When it is tried or asked again. */
    next: string | null;
    /** Tries that failed since. */
    tries: number;
    /** How often it was asked again. */
    reminders: number;
    /** What was wrong last: timeout, refused, signature, by_hand ... */
    fault: string | null;
    /** What staff wrote. */
    note: string | null;
  }>;
  /** Cursor of the next page. */
  next: string | null;
}

export interface RecipientsOrderDoneBody {
  /** How it is known: a letter, a call ... */
  note?: string;
}

export interface PrivacyDoorsListAnswer {
  /** By name. */
  items: Array<{
    /** Its name. */
    name: string;
    /** What they speak. */
    kind: "opendsr" | "drp" | "shopify";
    /** Who they are. */
    title: string;
    /** Whether they are heard. */
    enabled: boolean;
    /** Hosts that callbacks may go to, or the shop's domain. */
    hosts: Array<string>;
    /** A public key is stored. */
    has_key: boolean;
    /** A token is in force. */
    has_token: boolean;
    /** A secret is stored. */
    has_secret: boolean;
    /** The token that was made just now; it is not shown again. */
    token: string | null;
    /** Since when it is there. */
    made: string;
    /** When a signed message of it was taken last. */
    used: string | null;
    /** Requests that came through it. */
    requests: number;
    /** Notices of it that are open. */
    notices: number;
  }>;
  /** Always null: all are in one page. */
  next: string | null;
}

export interface PrivacyDoorsPutBody {
  /** What they speak: OpenDSR 2.0, the Data Rights Protocol, Shopify's webhooks. */
  kind: "opendsr" | "drp" | "shopify";
  /** Who they are, as people read it. */
  title: string;
  /** Whether they are heard. */
  enabled?: boolean;
  /** Hosts that callbacks may go to, none: any; Shopify: the shop's domain there. */
  hosts?: Array<string>;
  /** DRP: the agent's verify_key, base64. */
  key?: string;
  /** Shopify: the secret of the app that signs; absent: stays as it is. */
  secret?: string;
  /** OpenDSR: make the token they show, and answer it, once; the one before ends. */
  new_token?: boolean;
}

export interface PrivacyDoorsPutAnswer {
  /** Its name. */
  name: string;
  /** What they speak. */
  kind: "opendsr" | "drp" | "shopify";
  /** Who they are. */
  title: string;
  /** Whether they are heard. */
  enabled: boolean;
  /** Hosts that callbacks may go to, or the shop's domain. */
  hosts: Array<string>;
  /** A public key is stored. */
  has_key: boolean;
  /** A token is in force. */
  has_token: boolean;
  /** A secret is stored. */
  has_secret: boolean;
  /** The token that was made just now; it is not shown again. */
  token: string | null;
  /** Since when it is there. */
  made: string;
  /** When a signed message of it was taken last. */
  used: string | null;
  /** Requests that came through it. */
  requests: number;
  /** Notices of it that are open. */
  notices: number;
}

export interface PrivacyDoorsNoticesQuery {
  /** From the page before. */
  cursor?: number;
}

export interface PrivacyDoorsNoticesAnswer {
  /** Newest first. */
  items: Array<{
    /** Its number. */
    id: number;
    /** Who asks. */
    door: string;
    /** The shop's domain at Shopify. */
    shop: string;
    /** shop/redact: all data of that shop is to go. Nothing goes by itself. */
    topic: string;
    /** When it came in. */
    received: string;
    /** By when it has to be done. */
    due: string;
    /** When staff closed it. */
    done: string | null;
    /** Who closed it; 0: nobody, or the local operator. */
    staff: number;
    /** What was done. */
    note: string | null;
  }>;
  /** Cursor of the next page. */
  next: string | null;
}

export interface PrivacyDoorsNoticeDoneBody {
  /** What was done. */
  note: string;
}

export interface OpendsrDiscoveryAnswer {
  /** The version that is spoken. */
  api_version: string;
  /** How a person can be named. */
  supported_identities: Array<{
    /** What names a person: email, controller_customer_id ... */
    identity_type: string;
    /** Always raw: hashes of addresses cannot be looked up here. */
    identity_format: string;
  }>;
  /** What can be asked. */
  supported_subject_request_types: Array<string>;
  /** Where the certificate is that answers are signed under. */
  processor_certificate: string;
}

export interface OpendsrCreateAnswer {
  /** The controller's name here. */
  controller_id: string;
  /** By when the law wants it done. */
  expected_completion_time: string;
  /** When it came in. */
  received_time: string;
  /** The body as it came, base64; do not store it. */
  encoded_request: string;
  /** As the controller made it. */
  subject_request_id: string;
}

export interface OpendsrStatusAnswer {
  /** The controller's name here. */
  controller_id: string;
  /** By when the law wants it done. */
  expected_completion_time: string;
  /** As the controller made it. */
  subject_request_id: string;
  /** pending, in_progress, completed or cancelled. */
  request_status: string;
  /** The version that is spoken. */
  api_version: string;
}

export interface OpendsrCancelAnswer {
  /** The controller's name here. */
  controller_id: string;
  /** When the cancellation came in. */
  received_time: string;
  /** As the controller made it. */
  subject_request_id: string;
  /** The version that is spoken. */
  api_version: string;
}

export interface DrpExerciseAnswer {
  /** The request's id here. */
  request_id: string;
  /** When it came in. */
  received_at: string;
  /** By when the law wants an answer. */
  expected_by: string;
  /** The agent's own name of it. */
  agent_request_id: string | null;
  /** Why it takes longer. */
  processing_details: string | null;
  /** in_progress, fulfilled, denied, revoked or expired. */
  status: string;
  /** need_user_verification, no_match, claim_not_covered ... */
  reason: string | null;
  /** Where the person can show who they are. */
  user_verification_url: string | null;
}

export interface DrpStatusAnswer {
  /** The request's id here. */
  request_id: string;
  /** When it came in. */
  received_at: string;
  /** By when the law wants an answer. */
  expected_by: string;
  /** The agent's own name of it. */
  agent_request_id: string | null;
  /** Why it takes longer. */
  processing_details: string | null;
  /** in_progress, fulfilled, denied, revoked or expired. */
  status: string;
  /** need_user_verification, no_match, claim_not_covered ... */
  reason: string | null;
  /** Where the person can show who they are. */
  user_verification_url: string | null;
}

export interface DrpRevokeAnswer {
  /** The request's id here. */
  request_id: string;
  /** When it came in. */
  received_at: string;
  /** By when the law wants an answer. */
  expected_by: string;
  /** The agent's own name of it. */
  agent_request_id: string | null;
  /** Why it takes longer. */
  processing_details: string | null;
  /** in_progress, fulfilled, denied, revoked or expired. */
  status: string;
  /** need_user_verification, no_match, claim_not_covered ... */
  reason: string | null;
  /** Where the person can show who they are. */
  user_verification_url: string | null;
}

export interface DrpAgentSetupAnswer {
  /** As presented. */
  "agent-id": string;
  /** For Authorization: Bearer; the one before ends. */
  token: string;
}

export interface SegmentsListAnswer {
  /** The segments. */
  items: Array<{
    /** Name, as definitions refer to it. */
    name: string;
    /** What people call it. */
    title: string;
    /** What it is for. */
    doc: string;
    /** filling: people are being decided; broken: a change of the dictionary broke the definition. */
    state: "filling" | "live" | "broken";
    /** What to mend in a broken definition, or null. */
    fault: string | null;
    /** How far it is filled, per mille. */
    filled: number;
    /** Persons in it now. */
    size: number;
    /** Sizes over the last 30 days. */
    trend: Array<{
      /** When. */
      at: string;
      /** Persons then. */
      size: number;
    }>;
    /** It is shown among the personas. */
    persona: boolean;
    /** When it was made. */
    created: string;
    /** When its definition or description last changed. */
    changed: string;
    /** Counts changes; to be given with the next one. */
    version: number;
  }>;
  /** Cursor of the next page, or null. */
  next: string | null;
}

export interface SegmentsGetAnswer {
  /** Name, as definitions refer to it. */
  name: string;
  /** What people call it. */
  title: string;
  /** What it is for. */
  doc: string;
  /** filling: people are being decided; broken: a change of the dictionary broke the definition. */
  state: "filling" | "live" | "broken";
  /** What to mend in a broken definition, or null. */
  fault: string | null;
  /** How far it is filled, per mille. */
  filled: number;
  /** Persons in it now. */
  size: number;
  /** Sizes over the last 30 days. */
  trend: Array<{
    /** When. */
    at: string;
    /** Persons then. */
    size: number;
  }>;
  /** It is shown among the personas. */
  persona: boolean;
  /** When it was made. */
  created: string;
  /** When its definition or description last changed. */
  changed: string;
  /** Counts changes; to be given with the next one. */
  version: number;
  /** The definition as text. */
  text: string;
  /** The definition as JSON (docs/reference/segments.md); null when the text cannot be read any more. */
  definition: Record<string, unknown> | null;
  /** What staff wrote on the persona's card, or null. */
  card: Record<string, unknown> | null;
  /** Segments that ask for this one. */
  used_by: Array<string>;
  /** Segments that this one asks for. */
  uses: Array<string>;
}

export interface SegmentsPutBody {
  /** What people call it. */
  title: string;
  /** What it is for. */
  doc?: string;
  /** The definition as text; or `definition`. */
  text?: string;
  /** The definition as JSON; or `text`. */
  definition?: Record<string, unknown>;
  /** Show it among the personas. */
  persona?: boolean;
  /** What staff write on the persona's card, any members. */
  card?: Record<string, unknown>;
  /** The version that was read; 0 for a new segment. */
  version?: number;
}

export interface SegmentsPutAnswer {
  /** Name, as definitions refer to it. */
  name: string;
  /** What people call it. */
  title: string;
  /** What it is for. */
  doc: string;
  /** filling: people are being decided; broken: a change of the dictionary broke the definition. */
  state: "filling" | "live" | "broken";
  /** What to mend in a broken definition, or null. */
  fault: string | null;
  /** How far it is filled, per mille. */
  filled: number;
  /** Persons in it now. */
  size: number;
  /** Sizes over the last 30 days. */
  trend: Array<{
    /** When. */
    at: string;
    /** Persons then. */
    size: number;
  }>;
  /** It is shown among the personas. */
  persona: boolean;
  /** When it was made. */
  created: string;
  /** When its definition or description last changed. */
  changed: string;
  /** Counts changes; to be given with the next one. */
  version: number;
  /** The definition as text. */
  text: string;
  /** The definition as JSON (docs/reference/segments.md); null when the text cannot be read any more. */
  definition: Record<string, unknown> | null;
  /** What staff wrote on the persona's card, or null. */
  card: Record<string, unknown> | null;
  /** Segments that ask for this one. */
  used_by: Array<string>;
  /** Segments that this one asks for. */
  uses: Array<string>;
}

export interface SegmentsCheckBody {
  /** The definition as text; or `definition`. */
  text?: string;
  /** The definition as JSON; or `text`. */
  definition?: Record<string, unknown>;
}

export interface SegmentsCheckAnswer {
  /** It can be stored; there may be warnings. */
  ok: boolean;
  /** Faults and warnings. */
  faults: Array<{
    /** Where in the text, in bytes. */
    at: number;
    /** How many bytes; 0 when the definition came as JSON. */
    length: number;
    /** Where in the JSON, as a pointer; empty for a text. */
    path: string;
    /** It works, but surely not as meant. */
    warning: boolean;
    /** What is wrong and what would be accepted. */
    text: string;
  }>;
  /** The canonical text, or null. */
  text: string | null;
  /** The canonical JSON, or null. */
  definition: Record<string, unknown> | null;
}

export interface SegmentsCompleteBody {
  /** The text as far as it is written. */
  text: string;
  /** Where the writer is, in bytes. */
  cursor: number;
}

export interface SegmentsCompleteAnswer {
  /** First byte to be replaced. */
  from: number;
  /** One past the last. */
  to: number;
  /** What could stand there, the likeliest first. */
  items: Array<{
    /** What could stand there, quoted where it must be. */
    text: string;
    /** What it is. */
    kind: "field" | "event" | "property" | "segment" | "keyword" | "value";
    /** One sentence about it; may be empty. */
    doc: string;
  }>;
}

export interface SegmentsCatalogAnswer {
  /** What is known of people. */
  fields: Array<{
    /** Name of the field. */
    name: string;
    /** What it is compared with. */
    type: "text" | "number" | "time" | "boolean";
    /** What it says. */
    doc: string;
    /** The values it can have, or null. */
    options: Array<string> | null;
    /** Its level of protection. */
    level: "P0" | "P1" | "P2" | "P3" | "P4";
  }>;
  /** The declared events. */
  events: Array<{
    /** Name of the event. */
    name: string;
    /** When it happens. */
    doc: string;
    /** What can be tested of it. */
    properties: Array<{
      /** Name of the property. */
      name: string;
      /** What it is compared with. */
      type: "text" | "number" | "time" | "boolean";
      /** What it says. */
      doc: string;
    }>;
  }>;
  /** Names of all segments, stages included. */
  segments: Array<string>;
}

export interface SegmentsPreviewBody {
  /** The definition as text; or `definition`. */
  text?: string;
  /** The definition as JSON; or `text`. */
  definition?: Record<string, unknown>;
}

export interface SegmentsPreviewAnswer {
  /** How many it holds, or the estimate. */
  people: number;
  /** Everybody was looked at; else a stable sample. */
  whole: boolean;
  /** Lower end of the estimate's 95 % interval. */
  low: number;
  /** Upper end. */
  high: number;
  /** All persons there are. */
  total: number;
  /** How long it took, in milliseconds. */
  took_ms: number;
  /** Some of them. */
  sample: Array<{
    /** The person; null for one that was erased meanwhile. */
    id: string | null;
    /** What the person is called, as far as the caller sees it. */
    label: string;
    /** How much of it is shown. */
    shown: "full" | "masked" | "hidden";
  }>;
  /** For how many each clause holds. */
  clauses: Array<{
    /** Number of the clause, in reading order. */
    number: number;
    /** The clause. */
    text: string;
    /** Persons looked at for whom it holds. */
    people: number;
  }>;
  /** What those who are in it are like, or null. */
  breakdown: {
    /** By which field. */
    field: string;
    /** The most frequent values. */
    rows: Array<{
      /** A value; null: unknown. */
      value: string | null;
      /** Persons that have it; an estimate from up to 1,000 of those who are in it. */
      people: number;
    }>;
  } | null;
}

export interface SegmentsPeopleQuery {
  /** The `next` of the page before. */
  cursor?: string;
  /** How many at most. */
  limit?: number;
  /** Only persons that may be used for this purpose of the dictionary. */
  purpose?: string;
}

export interface SegmentsPeopleAnswer {
  /** Persons in it. */
  items: Array<{
    /** The person; null for one that was erased meanwhile. */
    id: string | null;
    /** What the person is called, as far as the caller sees it. */
    label: string;
    /** How much of it is shown. */
    shown: "full" | "masked" | "hidden";
    /** When the person last entered; null when that is not known. */
    since: string | null;
  }>;
  /** Cursor of the next page, or null. */
  next: string | null;
  /** With a purpose, on the first page: how many of the whole segment are held back and why. */
  held_back: {
    /** Persons of the segment that may not be used for the purpose. */
    count: number;
    /** Why. */
    reasons: Array<{
      /** Why: a reason of the gate. */
      reason: string;
      /** How many. */
      count: number;
    }>;
  } | null;
}

export interface SegmentsWhyQuery {
  /** As of when; default now. Events are taken as they are known now. */
  at?: string;
}

export interface SegmentsWhyAnswer {
  /** The person is in the segment at that moment. */
  in: boolean;
  /** Until when, if nothing new comes; null: for ever. */
  until: string | null;
  /** The clauses, in reading order. */
  nodes: Array<{
    /** Number of the clause, in reading order. */
    number: number;
    /** The clause. */
    text: string;
    /** It holds for the person at that moment. */
    holds: boolean;
    /** What was compared, or null. */
    measured: string | null;
    /** Since when, as far as it is known. */
    since: string | null;
    /** Until when, if nothing new comes; null: for ever. */
    until: string | null;
    /** The events that decided it. */
    events: Array<{
      /** Number of the event. */
      seq: number;
      /** When it happened. */
      time: string;
      /** Its name. */
      event: string;
    }>;
  }>;
}

export interface SegmentsHistoryQuery {
  /** The `next` of the page before. */
  cursor?: string;
  /** How many at most. */
  limit?: number;
  /** Only the moves of this person. */
  person?: string;
}

export interface SegmentsHistoryAnswer {
  /** Who entered and left, newest first. */
  items: Array<{
    /** The person; null for one that was erased meanwhile. */
    id: string | null;
    /** What the person is called, as far as the caller sees it. */
    label: string;
    /** How much of it is shown. */
    shown: "full" | "masked" | "hidden";
    /** When. */
    at: string;
    /** Entered; else left. */
    entered: boolean;
  }>;
  /** Cursor of the next page, or null. */
  next: string | null;
}

export interface SegmentsSizesQuery {
  /** From when; default 30 days before `to`. */
  from?: string;
  /** Until when; default now. */
  to?: string;
  /** How many intervals. */
  points?: number;
}

export interface SegmentsSizesAnswer {
  /** Sizes over time, oldest first. */
  items: Array<{
    /** End of the interval. */
    at: string;
    /** Persons then. */
    size: number;
    /** Persons that entered in the interval. */
    entered: number;
    /** Persons that left in the interval. */
    left: number;
  }>;
  /** Cursor of the next page, or null. */
  next: string | null;
}

export interface SegmentsOverlapQuery {
  /** Names of segments, with commas between them. */
  names: string;
}

export interface SegmentsOverlapAnswer {
  /** The segments asked for. */
  segments: Array<{
    /** Name of the segment. */
    name: string;
    /** Persons in it. */
    size: number;
  }>;
  /** Each two of them. */
  pairs: Array<{
    /** One segment. */
    a: string;
    /** The other. */
    b: string;
    /** Persons in both. */
    both: number;
  }>;
}

export interface SegmentsExportBody {
  /** What the file is for: a purpose of the dictionary. Who may not be used for it is not in the file. */
  purpose: string;
  /** csv, with formulas guarded, or jsonl. */
  format?: "csv" | "jsonl";
  /** The columns; default the id alone. */
  fields?: Array<string>;
}

export interface SegmentsOfPersonAnswer {
  /** The segments the person is in. */
  items: Array<{
    /** Name of the segment. */
    name: string;
    /** What people call it. */
    title: string;
    /** When the person last entered; null when that is not known. */
    since: string | null;
  }>;
  /** Cursor of the next page, or null. */
  next: string | null;
}

export interface PersonasListAnswer {
  /** The personas. */
  items: Array<{
    /** Name, as definitions refer to it. */
    name: string;
    /** What people call it. */
    title: string;
    /** What it is for. */
    doc: string;
    /** filling: people are being decided; broken: a change of the dictionary broke the definition. */
    state: "filling" | "live" | "broken";
    /** What to mend in a broken definition, or null. */
    fault: string | null;
    /** How far it is filled, per mille. */
    filled: number;
    /** Persons in it now. */
    size: number;
    /** Sizes over the last 30 days. */
    trend: Array<{
      /** When. */
      at: string;
      /** Persons then. */
      size: number;
    }>;
    /** It is shown among the personas. */
    persona: boolean;
    /** When it was made. */
    created: string;
    /** When its definition or description last changed. */
    changed: string;
    /** Counts changes; to be given with the next one. */
    version: number;
    /** What staff wrote on the card, or null. */
    notes: Record<string, unknown> | null;
    /** What its people are like; null while the segment is filling or broken. */
    card: {
      /** Countries, languages, stages and groups, the most frequent first. */
      who: Array<{
        /** What is counted: a field, or product, category, brand of what was bought. */
        field: string;
        /** The value. */
        value: string;
        /** The line as a sentence. */
        text: string;
        /** People looked at that have it. */
        people: number;
        /** Their share of those looked at. */
        share: number;
        /** The share of everybody. */
        overall: number;
        /** share / overall: 2 means twice as frequent; 0 when nobody else has it. */
        index: number;
      }>;
      /** Products, categories and brands, the most frequent first. */
      buys: Array<{
        /** What is counted: a field, or product, category, brand of what was bought. */
        field: string;
        /** The value. */
        value: string;
        /** The line as a sentence. */
        text: string;
        /** People looked at that have it. */
        people: number;
        /** Their share of those looked at. */
        share: number;
        /** The share of everybody. */
        overall: number;
        /** share / overall: 2 means twice as frequent; 0 when nobody else has it. */
        index: number;
      }>;
      /** What is more or less frequent than with everybody, the surest first. */
      differs: Array<{
        /** What is counted: a field, or product, category, brand of what was bought. */
        field: string;
        /** The value. */
        value: string;
        /** The line as a sentence. */
        text: string;
        /** People looked at that have it. */
        people: number;
        /** Their share of those looked at. */
        share: number;
        /** The share of everybody. */
        overall: number;
        /** share / overall: 2 means twice as frequent; 0 when nobody else has it. */
        index: number;
      }>;
      /** People looked at: all, or a stable sample. */
      looked_at: number;
      /** When; a card is kept for a quarter of an hour. */
      computed: string;
    } | null;
  }>;
  /** Cursor of the next page, or null. */
  next: string | null;
}

export interface EventsListQuery {
  /** Only events of this name. */
  event?: string;
  /** Only events at or after this time. */
  from?: string;
  /** Only events before this time. */
  to?: string;
  /** The `next` of the page before. */
  cursor?: string;
  /** How many at most. */
  limit?: number;
}

export interface EventsListAnswer {
  /** The events, newest first. */
  items: Array<{
    /** Number of the event. */
    seq: number;
    /** When it happened. */
    time: string;
    /** Its name. */
    event: string;
    /** Number of the source. */
    source: number;
    /** What it added to revenue, minor units, or null. */
    revenue: number | null;
    /** Whose it is; null: nobody's. */
    person: {
      /** The person. */
      id: string | null;
      /** What the person is called, as far as the caller sees it. */
      label: string;
      /** How much of it is shown. */
      shown: "full" | "masked" | "hidden";
    } | null;
    /** Its declared properties of P0 and P1, as far as the caller sees them. */
    properties: Record<string, unknown>;
  }>;
  /** Cursor of the next page, or null. */
  next: string | null;
}

export interface EventsKindsAnswer {
  /** The names, in the order they were first seen. */
  items: Array<{
    /** Name of the event. */
    name: string;
    /** How many there are. */
    count: number;
    /** Day of the last one, UTC. */
    last: string;
  }>;
  /** Cursor of the next page, or null. */
  next: string | null;
}

export interface EventsBreakdownQuery {
  /** Name of the event. */
  event: string;
  /** A declared text property; $context.… for one of the context; absent: all together. */
  property?: string;
  /** Only events at or after this time. */
  from?: string;
  /** Only events before this time. */
  to?: string;
}

export interface EventsBreakdownAnswer {
  /** The values, the most frequent first. */
  rows: Array<{
    /** A value; null: events without one; (other): the rest. */
    value: string | null;
    /** Persons. */
    people: number;
    /** Events. */
    events: number;
    /** What they added to revenue, minor units. */
    revenue: number;
  }>;
  /** Currency of the amounts. */
  currency: string;
}

export interface RfmGetAnswer {
  /** The eleven groups. */
  groups: Array<{
    /** Name of the group. */
    name: string;
    /** Who is in it. */
    doc: string;
    /** Lowest and highest class of recency. */
    recency: Array<number>;
    /** Lowest and highest class of frequency and monetary together: their mean, half rounded up. */
    frequency_monetary: Array<number>;
    /** Customers in it. */
    people: number;
    /** What they paid less refunds, minor units. */
    revenue: number;
  }>;
  /** Quantiles of type 7; a class begins one unit above its border. */
  borders: {
    /** Days since the last order, at 1/5 to 4/5 of the customers; empty without customers. */
    recency: Array<number>;
    /** Orders, the same. */
    frequency: Array<number>;
    /** Revenue less refunds in minor units, the same. */
    monetary: Array<number>;
  };
  /** When everybody was last scored; null before the first time. */
  computed: string | null;
  /** Persons with an order that counts. */
  customers: number;
  /** Currency of the amounts. */
  currency: string;
}

export interface RfmPutGroupsBody {
  /** Groups with other borders; the others stay. Together all must cover each of the 25 cells once. */
  groups: Array<{
    /** Name of the group. */
    name: string;
    /** Lowest and highest class of recency. */
    recency: Array<number>;
    /** Lowest and highest class of frequency and monetary together: their mean, half rounded up. */
    frequency_monetary: Array<number>;
  }>;
}

export interface RfmPutGroupsAnswer {
  /** The eleven groups. */
  groups: Array<{
    /** Name of the group. */
    name: string;
    /** Who is in it. */
    doc: string;
    /** Lowest and highest class of recency. */
    recency: Array<number>;
    /** Lowest and highest class of frequency and monetary together: their mean, half rounded up. */
    frequency_monetary: Array<number>;
    /** Customers in it. */
    people: number;
    /** What they paid less refunds, minor units. */
    revenue: number;
  }>;
  /** Quantiles of type 7; a class begins one unit above its border. */
  borders: {
    /** Days since the last order, at 1/5 to 4/5 of the customers; empty without customers. */
    recency: Array<number>;
    /** Orders, the same. */
    frequency: Array<number>;
    /** Revenue less refunds in minor units, the same. */
    monetary: Array<number>;
  };
  /** When everybody was last scored; null before the first time. */
  computed: string | null;
  /** Persons with an order that counts. */
  customers: number;
  /** Currency of the amounts. */
  currency: string;
}

export interface LifecycleGetAnswer {
  /** The stages in their order. */
  stages: Array<{
    /** Name of the stage, as the field lifecycle has it. */
    name: string;
    /** Who is in it. */
    doc: string;
    /** The rule in the language of segments. */
    rule: string;
    /** The segment of everybody for whom the rule holds, whatever holds before it. */
    segment: string;
    /** What the dictionary broke in the rule, or null. */
    fault: string | null;
    /** Persons whose stage it is. */
    people: number;
  }>;
}

export interface LifecyclePutBody {
  /** The stages in their order; the first whose rule holds is a person's stage. */
  stages: Array<{
    /** Name of the stage: small letters, digits, spaces and -. */
    name: string;
    /** Who is in it. */
    doc?: string;
    /** The rule in the language of segments. */
    rule: string;
  }>;
}

export interface LifecyclePutAnswer {
  /** The stages in their order. */
  stages: Array<{
    /** Name of the stage, as the field lifecycle has it. */
    name: string;
    /** Who is in it. */
    doc: string;
    /** The rule in the language of segments. */
    rule: string;
    /** The segment of everybody for whom the rule holds, whatever holds before it. */
    segment: string;
    /** What the dictionary broke in the rule, or null. */
    fault: string | null;
    /** Persons whose stage it is. */
    people: number;
  }>;
}

export interface PersonalizationGetQuery {
  /** What it is for: a purpose of the dictionary. */
  purpose?: string;
  /** Names of slots, with commas between them; default all. */
  slots?: string;
}

export interface PersonalizationGetAnswer {
  /** Segments the person is in. */
  segments: Array<string>;
  /** What is known of the person and may be used for the purpose, P0 and P1. */
  traits: Record<string, unknown>;
  /** Why segments and traits are withheld, or null. */
  withheld: string | null;
  /** What to show in each slot. */
  slots: Array<{
    /** Name of the slot. */
    slot: string;
    /** Which variant: a rule's, or fallback. */
    variant: string;
    /** Its content, as the slot has it. */
    content: Record<string, unknown>;
    /** rule, no_rule, held_out, unknown_person, not_ready, or why the gate refused the purpose. */
    reason: string;
    /** The segment of the rule; never told a browser. */
    segment: string | null;
    /** The person is in the slot's hold-out group. */
    held_out: boolean;
  }>;
}

export interface PersonalizationBrowserQuery {
  /** The browser's own number. */
  anonymous_id: string;
  /** Names of slots, with commas between them; default all. */
  slots?: string;
  /** A source's write key; or the header X-Write-Key. */
  writeKey?: string;
}

export interface PersonalizationBrowserAnswer {
  /** Segments the person is in. */
  segments: Array<string>;
  /** What is known of the person and may be used for the purpose, P0 and P1. */
  traits: Record<string, unknown>;
  /** Why segments and traits are withheld, or null. */
  withheld: string | null;
  /** What to show in each slot. */
  slots: Array<{
    /** Name of the slot. */
    slot: string;
    /** Which variant: a rule's, or fallback. */
    variant: string;
    /** Its content, as the slot has it. */
    content: Record<string, unknown>;
    /** rule, no_rule, held_out, unknown_person, not_ready, or why the gate refused the purpose. */
    reason: string;
    /** The segment of the rule; never told a browser. */
    segment: string | null;
    /** The person is in the slot's hold-out group. */
    held_out: boolean;
  }>;
}

export interface SlotsListAnswer {
  /** The slots. */
  items: Array<{
    /** Name, as pages refer to it. */
    name: string;
    /** What people call it. */
    title: string;
    /** The first that holds is shown. */
    rules: Array<{
      /** For who is in this segment. */
      segment: string;
      /** Name of the variant, for counting. */
      variant: string;
      /** What the page gets, any members. */
      content: Record<string, unknown>;
    }>;
    /** For everybody else, and the hold-out group. */
    fallback: Record<string, unknown>;
    /** Share of people who always get the fallback, per mille. */
    hold_out_permille: number;
    /** Browsers may ask for it with a source's write key. */
    public: boolean;
    /** Counts changes; to be given with the next one. */
    version: number;
    /** When it was made. */
    created: string;
    /** When it was last changed. */
    changed: string;
    /** Segments of its rules that are no more: nobody is in them. */
    missing: Array<string>;
  }>;
  /** Null: there are no more. */
  next: string | null;
}

export interface SlotsGetAnswer {
  /** Name, as pages refer to it. */
  name: string;
  /** What people call it. */
  title: string;
  /** The first that holds is shown. */
  rules: Array<{
    /** For who is in this segment. */
    segment: string;
    /** Name of the variant, for counting. */
    variant: string;
    /** What the page gets, any members. */
    content: Record<string, unknown>;
  }>;
  /** For everybody else, and the hold-out group. */
  fallback: Record<string, unknown>;
  /** Share of people who always get the fallback, per mille. */
  hold_out_permille: number;
  /** Browsers may ask for it with a source's write key. */
  public: boolean;
  /** Counts changes; to be given with the next one. */
  version: number;
  /** When it was made. */
  created: string;
  /** When it was last changed. */
  changed: string;
  /** Segments of its rules that are no more: nobody is in them. */
  missing: Array<string>;
}

export interface SlotsPutBody {
  /** What people call it. */
  title: string;
  /** The first that holds is shown. */
  rules: Array<{
    /** For who is in this segment. */
    segment: string;
    /** Name of the variant, for counting. */
    variant: string;
    /** What the page gets, any members. */
    content: Record<string, unknown>;
  }>;
  /** For everybody else, and the hold-out group. */
  fallback: Record<string, unknown>;
  /** Share of people who always get the fallback, per mille. */
  hold_out_permille?: number;
  /** Browsers may ask for it with a source's write key. */
  public?: boolean;
  /** The version that was read; 0 for a new slot. */
  version?: number;
}

export interface SlotsPutAnswer {
  /** Name, as pages refer to it. */
  name: string;
  /** What people call it. */
  title: string;
  /** The first that holds is shown. */
  rules: Array<{
    /** For who is in this segment. */
    segment: string;
    /** Name of the variant, for counting. */
    variant: string;
    /** What the page gets, any members. */
    content: Record<string, unknown>;
  }>;
  /** For everybody else, and the hold-out group. */
  fallback: Record<string, unknown>;
  /** Share of people who always get the fallback, per mille. */
  hold_out_permille: number;
  /** Browsers may ask for it with a source's write key. */
  public: boolean;
  /** Counts changes; to be given with the next one. */
  version: number;
  /** When it was made. */
  created: string;
  /** When it was last changed. */
  changed: string;
  /** Segments of its rules that are no more: nobody is in them. */
  missing: Array<string>;
}

export interface SlotsPreviewBody {
  /** The person as whom to look. */
  person: string;
}

export interface SlotsPreviewAnswer {
  /** Segments the person is in. */
  segments: Array<string>;
  /** What is known of the person and may be used for the purpose, P0 and P1. */
  traits: Record<string, unknown>;
  /** Why segments and traits are withheld, or null. */
  withheld: string | null;
  /** What to show in each slot. */
  slots: Array<{
    /** Name of the slot. */
    slot: string;
    /** Which variant: a rule's, or fallback. */
    variant: string;
    /** Its content, as the slot has it. */
    content: Record<string, unknown>;
    /** rule, no_rule, held_out, unknown_person, not_ready, or why the gate refused the purpose. */
    reason: string;
    /** The segment of the rule; never told a browser. */
    segment: string | null;
    /** The person is in the slot's hold-out group. */
    held_out: boolean;
  }>;
}

export interface EventsCountQuery {
  /** Only events of this name. */
  event?: string;
  /** Only events at or after this time. */
  from?: string;
  /** Only events before this time. */
  to?: string;
}

export interface EventsCountAnswer {
  /** Number of events. */
  count: number;
  /** What they added to revenue, minor units. */
  revenue: number;
  /** Currency of the amount. */
  currency: string;
}

export interface OrdersTotalsQuery {
  /** First day of placing, UTC; default the first there is. */
  from?: string;
  /** Last day of placing, UTC; default the last there is. */
  to?: string;
}

export interface OrdersTotalsAnswer {
  /** Orders placed, cancelled ones left out. */
  orders: number;
  /** Their revenue, minor units. */
  revenue: number;
  /** Refunded orders and credit notes. */
  refunds: number;
  /** What they gave back, minor units. */
  refunded: number;
  /** Cancelled orders. */
  cancelled: number;
  /** Currency of the amounts; orders in others are not in them. */
  currency: string;
}

export interface LiveQuery {
  /** Only events after this sequence number. */
  after?: number;
  /** At most this many, newest first. */
  limit?: number;
}

export interface LiveAnswer {
  /** Newest first. */
  items: Array<{
    /** Sequence number in the journal. */
    seq: number;
    /** When it came. */
    received: string;
    /** The event's name; null when it was refused. */
    event: string | null;
    /** The source's name. */
    source: string;
    /** Whose it is, or null. */
    person: {
      /** The person. */
      id: string;
      /** A name to show. */
      label: string;
      /** Whether the label is shown in full, masked, or made up because it is hidden. */
      shown: "full" | "masked" | "hidden";
    } | null;
    /** true: it went to quarantine. */
    refused: boolean;
  }>;
  /** To be given as `after` next time. */
  last: number;
}

export interface SqlSchemaAnswer {
  /** What can be asked. */
  tables: Array<{
    /** Name of the table. */
    name: string;
    /** What a row is. */
    doc: string;
    /** Its columns. */
    columns: Array<{
      /** Name of the column. */
      name: string;
      /** integer, real or text. */
      type: string;
      /** What it holds. */
      doc: string;
    }>;
  }>;
  /** Rows an answer may have at most. */
  rows_max: number;
  /** Rows a file may have at most. */
  export_rows_max: number;
}

export interface SqlAskBody {
  /** One SELECT. */
  sql: string;
  /** Rows of the answer at most; 1,000 unless said. */
  limit?: number;
  /** A name for this asking, to cancel it by. */
  id?: string;
}

export interface SqlAskAnswer {
  /** Names of the columns. */
  columns: Array<string>;
  /** The rows. */
  rows: Array<unknown>;
  /** There were more rows than the limit. */
  truncated: boolean;
  /** How long it took, in milliseconds. */
  took_ms: number;
  /** How much work it was, in operations of the SQL machine. */
  operations: number;
}

export interface SqlExportBody {
  /** One SELECT. */
  sql: string;
  /** Form of the file. */
  format: "csv" | "jsonl" | "parquet";
  /** A name for this asking, to cancel it by. */
  id?: string;
}

export interface SqlQueriesAnswer {
  /** By name. */
  items: Array<{
    /** Its name. */
    name: string;
    /** What it answers. */
    title: string;
    /** The question. */
    sql: string;
    /** Goes up with each change. */
    version: number;
    /** When it was changed last. */
    changed: string;
    /** Number of the member of staff; -1: the local operator. */
    by: number;
  }>;
}

export interface SqlKeepBody {
  /** What it answers, in a few words. */
  title: string;
  /** One SELECT. */
  sql: string;
  /** Version that was read; 0 for a new one. */
  version: number;
}

export interface SqlKeepAnswer {
  /** The version it has now. */
  version: number;
}

export interface InsightQueryQuery {
  /** csv: the answer's main table, with small groups hidden whoever asks; amounts of reports in whole units of the currency. */
  format?: "json" | "csv";
}

export interface InsightQueryBody {
  /** Kind of question; GET /v1/insight/kinds lists them. */
  kind: string;
  /** First day, of the shop's time zone; default: 29 days before the last. */
  from?: string;
  /** Last day; default: today. */
  to?: string;
  /** Only people who are in this segment now. */
  segment?: string;
  /** Only people who allow analytics; the answer says how many are left out. */
  consented?: boolean;
  /** Hide figures about small groups, as for an answer that leaves the house; always so for callers who may not see people. */
  shared?: boolean;
  /** The fields of the kind. */
  question?: Record<string, unknown>;
}

export interface InsightQueryAnswer {
  /** As asked. */
  kind: string;
  /** First day. */
  from: string;
  /** Last day. */
  to: string;
  /** Time zone of the days. */
  zone: string;
  /** Currency of amounts, which are in minor units. */
  currency: string;
  /** When the answer was worked out. */
  computed: string;
  /** What the kind answers; docs/reference/insight.md. */
  answer: Record<string, unknown>;
  /** false: damaged parts of the timeline were left out. */
  complete: boolean;
  /** People who are not counted because they do not allow analytics. */
  left_out: number;
  /** Figures about fewer people are hidden (null); 0: nothing is hidden. */
  small_group: number;
  /** How many groups are hidden. */
  hidden: number;
}

export interface InsightPeopleBody {
  /** Kind of question; GET /v1/insight/kinds lists them. */
  kind: string;
  /** First day, of the shop's time zone; default: 29 days before the last. */
  from?: string;
  /** Last day; default: today. */
  to?: string;
  /** Only people who are in this segment now. */
  segment?: string;
  /** Only people who allow analytics; the answer says how many are left out. */
  consented?: boolean;
  /** Hide figures about small groups, as for an answer that leaves the house; always so for callers who may not see people. */
  shared?: boolean;
  /** The fields of the kind. */
  question?: Record<string, unknown>;
  /** Which figure of the answer; each kind says what it takes. */
  pick: Record<string, unknown>;
  /** The `next` of the page before. */
  cursor?: string;
  /** How many at most. */
  limit?: number;
}

export interface InsightPeopleAnswer {
  /** The people of this page. */
  items: Array<{
    /** The person. */
    id: string;
    /** Name or address, as far as this role sees it. */
    label: string;
    /** How much of the label is shown. */
    shown: "full" | "masked" | "hidden";
  }>;
  /** How many there are in all. */
  people: number;
  /** Cursor of the next page; null: this is the last. */
  next: string | null;
}

export interface InsightKindsAnswer {
  /** The kinds. */
  items: Array<{
    /** To be given as `kind`. */
    name: string;
    /** What it answers. */
    doc: string;
    /** true: the people behind its figures can be listed (POST /v1/insight/people). */
    people: boolean;
  }>;
}

export interface InsightMetricsAnswer {
  /** The metrics. */
  items: Array<{
    /** To be given in `metrics`. */
    name: string;
    /** For people. */
    title: string;
    /** What it says. */
    doc: string;
    /** Of its values: whole numbers, minor units of the shop's currency, shares of 0 to 1, seconds, numbers with decimals. */
    unit: "count" | "money" | "share" | "seconds" | "number";
    /** Which direction is good. */
    good: "neither" | "up" | "down";
    /** What it is about. */
    of: "orders" | "visits" | "people" | "later";
    /** false: its place is kept for a later version. */
    available: boolean;
    /** Ways to count it; the first is the default. */
    variants: Array<{
      /** To be given behind a colon: `revenue:net`. */
      name: string;
      /** Who counts this way; empty: nobody in particular. */
      vendor: string;
      /** The formula in words. */
      formula: string;
      /** What is counted or added up. */
      numerator: string;
      /** What it is divided by; empty: by nothing. */
      denominator: string;
    }>;
  }>;
}

export interface InsightDimensionsAnswer {
  /** The dimensions. */
  items: Array<{
    /** To be given as `breakdown` or in `filters`. */
    name: string;
    /** For people. */
    title: string;
    /** What it is. */
    doc: string;
    /** Which metrics it divides; the others are null in its rows. */
    of: Array<"orders" | "visits" | "people" | "later">;
  }>;
}

export interface InsightValuesQuery {
  /** A dimension; GET /v1/insight/dimensions lists them. */
  dimension: string;
  /** Only values that contain this, whatever the case and accents. */
  q?: string;
  /** How many at most. */
  limit?: number;
}

export interface InsightValuesAnswer {
  /** Values, most often first. Callers who may not see people get only those that occur as often as a group is large. */
  items: Array<{
    /** As a filter takes it. */
    value: string;
    /** For people. */
    label: string;
    /** How many events, lines of orders or people have it; null: not counted. */
    count: number | null;
  }>;
}

export interface RatesListQuery {
  /** First day; default: 30 days before the last. */
  from?: string;
  /** Last day; default: today. */
  to?: string;
  /** The `next` of the answer before. */
  cursor?: string;
  /** Rates at most. */
  limit?: number;
}

export interface RatesListAnswer {
  /** By day, base and currency. */
  items: Array<{
    /** Day of the rate. */
    day: string;
    /** Currency of which one unit is meant. */
    base: string;
    /** The other currency. */
    currency: string;
    /** How many units of it one unit of the base is worth. */
    rate: number;
  }>;
  /** Cursor of what follows; null: nothing. */
  next: string | null;
}

export interface RatesPutAnswer {
  /** Rates that were stored. */
  rates: number;
  /** Day of the first. */
  from: string | null;
  /** Day of the last. */
  to: string | null;
}

export interface RatesDeleteQuery {
  /** First day. */
  from: string;
  /** Last day. */
  to: string;
}

export interface RatesDeleteAnswer {
  /** Rates that are gone. */
  deleted: number;
}

export interface SpendListQuery {
  /** First day; default: 30 days before the last. */
  from?: string;
  /** Last day; default: today. */
  to?: string;
  /** The `next` of the answer before. */
  cursor?: string;
  /** Rows at most. */
  limit?: number;
}

export interface SpendListAnswer {
  /** By day, channel and campaign. */
  items: Array<{
    /** Day of the cost. */
    day: string;
    /** Name of the channel. */
    channel: string;
    /** Campaign; empty: of none. */
    campaign: string;
    /** In minor units of the currency. */
    amount: number;
    /** Three letters of ISO 4217. */
    currency: string;
  }>;
  /** Cursor of what follows; null: nothing. */
  next: string | null;
}

export interface SpendPutQuery {
  /** Channel of the rows of a CSV file that name none. */
  channel?: string;
}

export interface SpendPutAnswer {
  /** Rows that were stored; those of the same day, channel and campaign are added up. */
  rows: number;
  /** Day of the first. */
  from: string | null;
  /** Day of the last. */
  to: string | null;
}

export interface SpendDeleteQuery {
  /** First day. */
  from: string;
  /** Last day. */
  to: string;
  /** Only of this channel. */
  channel?: string;
  /** Only of this campaign. */
  campaign?: string;
}

export interface SpendDeleteAnswer {
  /** Rows that are gone. */
  deleted: number;
}

export interface TargetsListAnswer {
  /** The targets, by title. */
  items: Array<{
    /** Its name. */
    name: string;
    /** What people call it. */
    title: string;
    /** The metric. */
    metric: string;
    /** Unit of its figures: count, money, share, seconds or number. */
    unit: string;
    /** As of a report. */
    filters: Array<{
      /** A dimension. */
      dimension: string;
      /** Its values. */
      in: Array<unknown>;
    }>;
    /** Segment, or null. */
    segment: string | null;
    /** Length of a period. */
    period: "day" | "week" | "month";
    /** What is watched. */
    kind: "target" | "above" | "below" | "unusual";
    /** The target or threshold. */
    value: number | null;
    /** Where alerts go. */
    tell: Array<string>;
    /** For the next change. */
    version: number;
    /** When it was looked at last. */
    checked: string | null;
    /** waiting: nothing can be said yet. */
    state: "waiting" | "good" | "bad";
    /** Figure of the period that runs. */
    current: number | null;
    /** Share of the target. */
    reached: number | null;
    /** Lower end of what is usual. */
    low: number | null;
    /** Upper end of what is usual. */
    high: number | null;
    /** Why it could not be looked at. */
    fault: string | null;
  }>;
}

export interface TargetsAlertsQuery {
  /** `next` of the page before. */
  cursor?: number;
  /** At most this many, newest first. */
  limit?: number;
}

export interface TargetsAlertsAnswer {
  /** The alerts, newest first. */
  items: Array<{
    /** Number of the alert. */
    id: number;
    /** When it was found. */
    at: string;
    /** Name of the target. */
    target: string;
    /** Title of the target then. */
    title: string;
    /** First day of the period it is about. */
    period: string;
    /** What happened, in a sentence. */
    words: string;
    /** The figure. */
    value: number | null;
    /** Lower end of what was usual. */
    low: number | null;
    /** Upper end of what was usual. */
    high: number | null;
    /** When somebody marked it as seen. */
    seen: string | null;
  }>;
  /** To be given as `cursor`, or null. */
  next: number | null;
}

export interface TargetsGetAnswer {
  /** Its name. */
  name: string;
  /** What people call it. */
  title: string;
  /** The metric. */
  metric: string;
  /** Unit of its figures: count, money, share, seconds or number. */
  unit: string;
  /** As of a report. */
  filters: Array<{
    /** A dimension. */
    dimension: string;
    /** Its values. */
    in: Array<unknown>;
  }>;
  /** Segment, or null. */
  segment: string | null;
  /** Length of a period. */
  period: "day" | "week" | "month";
  /** What is watched. */
  kind: "target" | "above" | "below" | "unusual";
  /** The target or threshold. */
  value: number | null;
  /** Where alerts go. */
  tell: Array<string>;
  /** For the next change. */
  version: number;
  /** When it was looked at last. */
  checked: string | null;
  /** waiting: nothing can be said yet. */
  state: "waiting" | "good" | "bad";
  /** Figure of the period that runs. */
  current: number | null;
  /** Share of the target. */
  reached: number | null;
  /** Lower end of what is usual. */
  low: number | null;
  /** Upper end of what is usual. */
  high: number | null;
  /** Why it could not be looked at. */
  fault: string | null;
}

export interface TargetsPutBody {
  /** What people call it. */
  title: string;
  /** A metric of GET /v1/insight/metrics, with a variant behind a colon. */
  metric: string;
  /** As of a report. */
  filters?: Array<unknown>;
  /** Only people who are in this segment. */
  segment?: string;
  /** Length of a period. */
  period: "day" | "week" | "month";
  /** target: to be reached in each period; above, below: thresholds; unusual: anything outside what its own past makes usual. */
  kind: "target" | "above" | "below" | "unusual";
  /** In the metric's unit: money in minor units, shares as 0.05. Not for unusual. */
  value?: number;
  /** Where alerts go; default: Today. "mail:me" is who makes it. */
  tell?: Array<string>;
  /** Of the row that was read; 0 makes a new one. */
  version: number;
}

export interface TargetsPutAnswer {
  /** Its name. */
  name: string;
  /** What people call it. */
  title: string;
  /** The metric. */
  metric: string;
  /** Unit of its figures: count, money, share, seconds or number. */
  unit: string;
  /** As of a report. */
  filters: Array<{
    /** A dimension. */
    dimension: string;
    /** Its values. */
    in: Array<unknown>;
  }>;
  /** Segment, or null. */
  segment: string | null;
  /** Length of a period. */
  period: "day" | "week" | "month";
  /** What is watched. */
  kind: "target" | "above" | "below" | "unusual";
  /** The target or threshold. */
  value: number | null;
  /** Where alerts go. */
  tell: Array<string>;
  /** For the next change. */
  version: number;
  /** When it was looked at last. */
  checked: string | null;
  /** waiting: nothing can be said yet. */
  state: "waiting" | "good" | "bad";
  /** Figure of the period that runs. */
  current: number | null;
  /** Share of the target. */
  reached: number | null;
  /** Lower end of what is usual. */
  low: number | null;
  /** Upper end of what is usual. */
  high: number | null;
  /** Why it could not be looked at. */
  fault: string | null;
}

export interface AnnotationsListQuery {
  /** First day. */
  from?: string;
  /** Last day. */
  to?: string;
}

export interface AnnotationsListAnswer {
  /** Notes, by day. */
  items: Array<{
    /** Number of the note. */
    id: number;
    /** First day. */
    day: string;
    /** Last day. */
    to: string;
    /** Of what kind it was. */
    kind: "campaign" | "outage" | "price" | "other";
    /** What happened. */
    title: string;
    /** When it was written. */
    made: string;
  }>;
}

export interface AnnotationsMakeBody {
  /** Day of the shop's zone. */
  day: string;
  /** Last day, when it lasted longer. */
  to?: string;
  /** Of what kind it was. */
  kind?: "campaign" | "outage" | "price" | "other";
  /** What happened; never somebody's name. */
  title: string;
}

export interface AnnotationsMakeAnswer {
  /** Number of the note. */
  id: number;
}

export interface InsightDrawBody {
  /** Kind of question; GET /v1/insight/kinds lists them. */
  kind: string;
  /** First day, of the shop's time zone; default: 29 days before today. */
  from?: string;
  /** Last day; default: today. */
  to?: string;
  /** Only people who are in this segment. */
  segment?: string;
  /** Only people who allow analytics. */
  consented?: boolean;
  /** As in a query; a picture hides small groups always. */
  shared?: boolean;
  /** The fields of the kind. */
  question?: Record<string, unknown>;
  /** How the answer is shown. */
  show: "number" | "line" | "area" | "bars" | "stacked" | "table" | "funnel" | "heat" | "flow";
  /** Of several figures, the one that is shown; default: the first. */
  metric?: string;
  /** Title of the picture; default: the kind. */
  title?: string;
  /** Colours for light and dark, or for light only. */
  scheme?: "both" | "light";
}

export interface DashboardsListAnswer {
  /** By name. */
  items: Array<{
    /** Its name. */
    name: string;
    /** What it is called. */
    title: string;
    /** What it is for. */
    doc: string;
    /** Its tiles, in order. */
    tiles: Array<{
      /** Name of the tile in its dashboard. */
      id: string;
      /** What stands above it. */
      title: string;
      /** The question, as of POST /v1/insight/query without its period. */
      query: Record<string, unknown>;
      /** How the answer is shown. */
      show: "number" | "line" | "area" | "bars" | "stacked" | "table" | "funnel" | "heat" | "flow";
      /** Columns of four that it takes. */
      width: number;
      /** Of several figures, the one that is shown; null: the first. */
      metric: string | null;
    }>;
    /** Days that it shows. */
    period: "today" | "yesterday" | "7d" | "30d" | "90d" | "12m" | "this_week" | "last_week" | "this_month" | "last_month" | "this_quarter" | "last_quarter" | "this_year" | "last_year";
    /** What reports are compared with. */
    compare: "none" | "previous" | "year";
    /** Goes up with each change. */
    version: number;
    /** When it was changed last. */
    changed: string;
    /** Number of the member of staff; -1: the local operator. */
    by: number;
  }>;
}

export interface DashboardsTemplatesAnswer {
  /** Dashboards to begin with. */
  items: Array<{
    /** Its name. */
    name: string;
    /** What it is called. */
    title: string;
    /** What it is for. */
    doc: string;
    /** Its tiles, in order. */
    tiles: Array<{
      /** Name of the tile in its dashboard. */
      id: string;
      /** What stands above it. */
      title: string;
      /** The question, as of POST /v1/insight/query without its period. */
      query: Record<string, unknown>;
      /** How the answer is shown. */
      show: "number" | "line" | "area" | "bars" | "stacked" | "table" | "funnel" | "heat" | "flow";
      /** Columns of four that it takes. */
      width: number;
      /** Of several figures, the one that is shown; null: the first. */
      metric: string | null;
    }>;
    /** Days that it shows. */
    period: "today" | "yesterday" | "7d" | "30d" | "90d" | "12m" | "this_week" | "last_week" | "this_month" | "last_month" | "this_quarter" | "last_quarter" | "this_year" | "last_year";
    /** What reports are compared with. */
    compare: "none" | "previous" | "year";
  }>;
}

export interface DashboardsGetAnswer {
  /** Its name. */
  name: string;
  /** What it is called. */
  title: string;
  /** What it is for. */
  doc: string;
  /** Its tiles, in order. */
  tiles: Array<{
    /** Name of the tile in its dashboard. */
    id: string;
    /** What stands above it. */
    title: string;
    /** The question, as of POST /v1/insight/query without its period. */
    query: Record<string, unknown>;
    /** How the answer is shown. */
    show: "number" | "line" | "area" | "bars" | "stacked" | "table" | "funnel" | "heat" | "flow";
    /** Columns of four that it takes. */
    width: number;
    /** Of several figures, the one that is shown; null: the first. */
    metric: string | null;
  }>;
  /** Days that it shows. */
  period: "today" | "yesterday" | "7d" | "30d" | "90d" | "12m" | "this_week" | "last_week" | "this_month" | "last_month" | "this_quarter" | "last_quarter" | "this_year" | "last_year";
  /** What reports are compared with. */
  compare: "none" | "previous" | "year";
  /** Goes up with each change. */
  version: number;
  /** When it was changed last. */
  changed: string;
  /** Number of the member of staff; -1: the local operator. */
  by: number;
}

export interface DashboardsPutBody {
  /** What it is called. */
  title: string;
  /** What it is for. */
  doc?: string;
  /** Its tiles, in order. */
  tiles: Array<{
    /** Name of the tile in its dashboard: small letters, digits, - and _. */
    id: string;
    /** What stands above it. */
    title: string;
    /** The question, as of POST /v1/insight/query without its period. */
    query: {
      /** Kind of question; GET /v1/insight/kinds lists them. */
      kind: string;
      /** Only people who are in this segment. */
      segment?: string;
      /** Only people who allow analytics. */
      consented?: boolean;
      /** Hide figures about small groups for every reader. */
      shared?: boolean;
      /** The fields of the kind. */
      question?: Record<string, unknown>;
    };
    /** How the answer is shown. */
    show: "number" | "line" | "area" | "bars" | "stacked" | "table" | "funnel" | "heat" | "flow";
    /** Columns of four that it takes; default: 2. */
    width?: number;
    /** Of several figures, the one that is shown; default: the first. */
    metric?: string;
  }>;
  /** Days that it shows, unless the reader chooses others. */
  period?: "today" | "yesterday" | "7d" | "30d" | "90d" | "12m" | "this_week" | "last_week" | "this_month" | "last_month" | "this_quarter" | "last_quarter" | "this_year" | "last_year";
  /** What reports are compared with. */
  compare?: "none" | "previous" | "year";
  /** Version that was read; 0 for a new one. */
  version: number;
}

export interface DashboardsPutAnswer {
  /** Goes up with each change. */
  version: number;
}

export interface DashboardsScheduleAnswer {
  /** How often. */
  every: "day" | "week" | "month";
  /** Hour of the shop's time zone. */
  hour: number;
  /** Who gets it; who no longer works here is left out. */
  to: Array<string>;
  /** When it is due next. */
  next: string;
  /** When it was handed over last; null: never. */
  sent: string | null;
  /** How that went: sent, no_reader, too_large; null: never. */
  outcome: string | null;
}

export interface DashboardsSchedulePutBody {
  /** Each day, each Monday, or each first of a month. */
  every: "day" | "week" | "month";
  /** Hour of the shop's time zone; default: 7. */
  hour?: number;
  /** Who gets it: members of staff only. */
  to: Array<string>;
}

export interface DashboardsSchedulePutAnswer {
  /** How often. */
  every: "day" | "week" | "month";
  /** Hour of the shop's time zone. */
  hour: number;
  /** Who gets it; who no longer works here is left out. */
  to: Array<string>;
  /** When it is due next. */
  next: string;
  /** When it was handed over last; null: never. */
  sent: string | null;
  /** How that went: sent, no_reader, too_large; null: never. */
  outcome: string | null;
}

export interface DashboardsSendAnswer {
  /** How many letters were taken. */
  letters: number;
}

export interface ViewsListAnswer {
  /** By name. */
  items: Array<{
    /** Its name. */
    name: string;
    /** What it is called. */
    title: string;
    /** The question. */
    query: Record<string, unknown>;
    /** How the answer is shown. */
    show: "number" | "line" | "area" | "bars" | "stacked" | "table" | "funnel" | "heat" | "flow";
    /** Goes up with each change. */
    version: number;
    /** When it was changed last. */
    changed: string;
    /** Number of the member of staff; -1: the local operator. */
    by: number;
  }>;
}

export interface ViewsGetAnswer {
  /** Its name. */
  name: string;
  /** What it is called. */
  title: string;
  /** The question. */
  query: Record<string, unknown>;
  /** How the answer is shown. */
  show: "number" | "line" | "area" | "bars" | "stacked" | "table" | "funnel" | "heat" | "flow";
  /** Goes up with each change. */
  version: number;
  /** When it was changed last. */
  changed: string;
  /** Number of the member of staff; -1: the local operator. */
  by: number;
}

export interface ViewsPutBody {
  /** What it is called. */
  title: string;
  /** The question, as of POST /v1/insight/query without its period. */
  query: {
    /** Kind of question; GET /v1/insight/kinds lists them. */
    kind: string;
    /** Only people who are in this segment. */
    segment?: string;
    /** Only people who allow analytics. */
    consented?: boolean;
    /** Hide figures about small groups for every reader. */
    shared?: boolean;
    /** The fields of the kind. */
    question?: Record<string, unknown>;
  };
  /** How the answer is shown. */
  show: "number" | "line" | "area" | "bars" | "stacked" | "table" | "funnel" | "heat" | "flow";
  /** Version that was read; 0 for a new one. */
  version: number;
}

export interface ViewsPutAnswer {
  /** Goes up with each change. */
  version: number;
}

export interface SharesMakeBody {
  /** How long the link works; default: 30 days. */
  days?: number;
}

export interface SharesMakeAnswer {
  /** Number of the link, to end it by. */
  id: number;
  /** The link. It is shown this once: only its hash is kept. */
  url: string;
  /** When it ends. */
  until: string;
}

export interface SharesListAnswer {
  /** The links that work, newest first. */
  items: Array<{
    /** Number of the link. */
    id: number;
    /** When it was made. */
    made: string;
    /** Number of the member of staff; -1: the local operator. */
    by: number;
    /** When it ends. */
    until: string;
  }>;
}

export interface LettersListQuery {
  /** Only letters in this state. */
  state?: "waiting" | "sent" | "failed" | "sink";
  /** From the page before. */
  cursor?: string;
  /** Rows of a page; 50 unless said. */
  limit?: number;
}

export interface LettersListAnswer {
  /** Newest first. */
  items: Array<{
    /** Id of the letter; its Message-ID begins with it. */
    id: string;
    /** What it is: privacy_link, request_received ... */
    kind: string;
    /** About whom; null: somebody without a record, or erased since. */
    person: string | null;
    /** When it was written. */
    at: string;
    /** waiting, sent, failed (given up), or sink (to an address ending in .invalid: composed and not sent). */
    state: "waiting" | "sent" | "failed" | "sink";
    /** How often it was tried. */
    tries: number;
    /** When a waiting one is tried again. */
    next_try: string | null;
    /** When it was sent or given up; its text was deleted then. */
    ended: string | null;
    /** Why the last try failed: mail_host and other names of settings, deferred, refused ...; empty: it did not. */
    fault: string;
  }>;
  /** Cursor of the next page. */
  next: string | null;
}

export interface LettersOfPersonAnswer {
  /** Newest first. */
  items: Array<{
    /** Id of the letter; its Message-ID begins with it. */
    id: string;
    /** What it is: privacy_link, request_received ... */
    kind: string;
    /** About whom; null: somebody without a record, or erased since. */
    person: string | null;
    /** When it was written. */
    at: string;
    /** waiting, sent, failed (given up), or sink (to an address ending in .invalid: composed and not sent). */
    state: "waiting" | "sent" | "failed" | "sink";
    /** How often it was tried. */
    tries: number;
    /** When a waiting one is tried again. */
    next_try: string | null;
    /** When it was sent or given up; its text was deleted then. */
    ended: string | null;
    /** Why the last try failed: mail_host and other names of settings, deferred, refused ...; empty: it did not. */
    fault: string;
  }>;
  /** Cursor of the next page. */
  next: string | null;
}

export interface LettersTestBody {
  /** Put it with the letters that wait, and answer at once; else it is handed over while you wait. */
  queued?: boolean;
}

export interface LettersTestAnswer {
  /** How long that took, milliseconds. */
  took_ms: number;
}

export interface SetupStateAnswer {
  /** true while there is no owner yet. */
  needed: boolean;
}

export interface SetupCreateBody {
  /** The token of the one-time set-up link. */
  token: string;
  /** The owner's e-mail address. */
  email: string;
  /** At least 15 characters of any kind; a sentence is a good password. */
  password: string;
}

export interface SetupCreateAnswer {
  /** Who is signed in. */
  staff: {
    /** The member of staff; 0 for the local operator. */
    id: number;
    /** The account's address; null for the local operator. */
    email: string | null;
    /** The role. */
    role: string;
  };
  /** To be sent as X-CSRF-Token with every change. */
  csrf: string;
  /** What this session may do. */
  permissions: Array<string>;
  /** What the work is for unless X-Custos-Purpose says another. */
  purpose: string;
  /** What X-Custos-Purpose may say. */
  purposes: Array<string>;
  /** How the account stands to the second factor. */
  second_factor: {
    /** Whether the role requires a second factor. */
    required: boolean;
    /** Whether one is set up. */
    enrolled: boolean;
    /** Until when an owner may do without; null: not at all. */
    postpone_until: string | null;
  };
  /** The shop. */
  shop: {
    /** The shop's name. */
    name: string;
    /** The shop's currency, ISO 4217. */
    currency: string;
    /** The shop's time zone, tz database name. */
    timezone: string;
  };
}

export interface SetupLinkBody {
  /** Only this address may use the link. */
  owner?: string;
}

export interface SetupLinkAnswer {
  /** The one-time link; it is shown only here. */
  link: string;
}

export interface SessionCreateBody {
  /** The address of the account. */
  email: string;
  /** Its password. */
  password: string;
}

export interface SessionCreateAnswer {
  /** Whether this was all, or a second factor is wanted. */
  state: "signed_in" | "second_factor";
  /** To be sent with the second factor, within 5 minutes, by this browser. */
  ticket: string | null;
  /** What is set up and asked for. */
  factors: Array<string>;
  /** Who is signed in. */
  staff: {
    /** The member of staff; 0 for the local operator. */
    id: number;
    /** The account's address; null for the local operator. */
    email: string | null;
    /** The role. */
    role: string;
  } | null;
  /** To be sent as X-CSRF-Token with every change. */
  csrf: string | null;
  /** What this session may do. */
  permissions: Array<string> | null;
  /** What the work is for unless X-Custos-Purpose says another. */
  purpose: string | null;
  /** What X-Custos-Purpose may say. */
  purposes: Array<string> | null;
  /** How the account stands to the second factor. */
  second_factor: {
    /** Whether the role requires a second factor. */
    required: boolean;
    /** Whether one is set up. */
    enrolled: boolean;
    /** Until when an owner may do without; null: not at all. */
    postpone_until: string | null;
  } | null;
  /** The shop. */
  shop: {
    /** The shop's name. */
    name: string;
    /** The shop's currency, ISO 4217. */
    currency: string;
    /** The shop's time zone, tz database name. */
    timezone: string;
  } | null;
}

export interface SessionSecondFactorBody {
  /** The ticket that signing in answered. */
  ticket: string;
  /** Which second factor. */
  factor: "totp" | "recovery" | "sms";
  /** Its code. */
  code: string;
}

export interface SessionSecondFactorAnswer {
  /** Who is signed in. */
  staff: {
    /** The member of staff; 0 for the local operator. */
    id: number;
    /** The account's address; null for the local operator. */
    email: string | null;
    /** The role. */
    role: string;
  };
  /** To be sent as X-CSRF-Token with every change. */
  csrf: string;
  /** What this session may do. */
  permissions: Array<string>;
  /** What the work is for unless X-Custos-Purpose says another. */
  purpose: string;
  /** What X-Custos-Purpose may say. */
  purposes: Array<string>;
  /** How the account stands to the second factor. */
  second_factor: {
    /** Whether the role requires a second factor. */
    required: boolean;
    /** Whether one is set up. */
    enrolled: boolean;
    /** Until when an owner may do without; null: not at all. */
    postpone_until: string | null;
  };
  /** The shop. */
  shop: {
    /** The shop's name. */
    name: string;
    /** The shop's currency, ISO 4217. */
    currency: string;
    /** The shop's time zone, tz database name. */
    timezone: string;
  };
}

export interface SessionReauthBody {
  /** The own password; or: */
  password?: string;
  /** a second factor */
  factor?: "totp" | "recovery" | "sms";
  /** and its code. */
  code?: string;
}

export interface SessionGetAnswer {
  /** Who is signed in. */
  staff: {
    /** The member of staff; 0 for the local operator. */
    id: number;
    /** The account's address; null for the local operator. */
    email: string | null;
    /** The role. */
    role: string;
  };
  /** To be sent as X-CSRF-Token with every change. */
  csrf: string;
  /** What this session may do. */
  permissions: Array<string>;
  /** What the work is for unless X-Custos-Purpose says another. */
  purpose: string;
  /** What X-Custos-Purpose may say. */
  purposes: Array<string>;
  /** How the account stands to the second factor. */
  second_factor: {
    /** Whether the role requires a second factor. */
    required: boolean;
    /** Whether one is set up. */
    enrolled: boolean;
    /** Until when an owner may do without; null: not at all. */
    postpone_until: string | null;
  };
  /** The shop. */
  shop: {
    /** The shop's name. */
    name: string;
    /** The shop's currency, ISO 4217. */
    currency: string;
    /** The shop's time zone, tz database name. */
    timezone: string;
  };
}

export interface SessionsListAnswer {
  /** The own sessions, the last used first. */
  items: Array<{
    /** Name of the session. */
    id: string;
    /** Whether it is this one. */
    current: boolean;
    /** When it began. */
    created: string;
    /** Last use, to the minute. */
    last: string;
    /** The address it began from, cut to its network; empty on this machine. */
    network: string;
    /** Browser and system, as the browser says. */
    browser: string;
    /** What proved it last. */
    factor: string;
  }>;
  /** Always null. */
  next: string | null;
}

export interface StaffListAnswer {
  /** Everybody who works here. */
  items: Array<{
    /** Number of the member of staff; never given twice. */
    id: number;
    /** Their address. */
    email: string;
    /** Their role. */
    role: string;
    /** Whether they may sign in. */
    state: "active" | "disabled";
    /** When the account was made. */
    created: string;
    /** When they signed in last, or null. */
    last_sign_in: string | null;
    /** Second factors they have set up. */
    factors: Array<string>;
    /** Whether it is the caller. */
    self: boolean;
  }>;
  /** Always null. */
  next: string | null;
}

export interface StaffUpdateBody {
  /** The new role. */
  role?: string;
  /** Whether they may sign in. */
  state?: "active" | "disabled";
}

export interface StaffUpdateAnswer {
  /** Number of the member of staff; never given twice. */
  id: number;
  /** Their address. */
  email: string;
  /** Their role. */
  role: string;
  /** Whether they may sign in. */
  state: "active" | "disabled";
  /** When the account was made. */
  created: string;
  /** When they signed in last, or null. */
  last_sign_in: string | null;
  /** Second factors they have set up. */
  factors: Array<string>;
  /** Whether it is the caller. */
  self: boolean;
}

export interface InvitationsListAnswer {
  /** Invitations nobody has accepted yet. */
  items: Array<{
    /** The invitation. */
    id: number;
    /** Who was invited. */
    email: string;
    /** The role they will have. */
    role: string;
    /** When the link was made. */
    created: string;
    /** Until when it works. */
    expires: string;
    /** The member of staff who made it; 0: the local operator. */
    invited_by: number;
  }>;
  /** Always null. */
  next: string | null;
}

export interface InvitationsCreateBody {
  /** Whom to invite. */
  email: string;
  /** The role they will have. */
  role: string;
}

export interface InvitationsCreateAnswer {
  /** The invitation; later the member of staff. */
  id: number;
  /** The one-time link to hand over; it is shown only here. */
  link: string;
  /** Until when it works. */
  expires: string;
}

export interface InvitationsCheckBody {
  /** The token of the link. */
  token: string;
}

export interface InvitationsCheckAnswer {
  /** Whom the invitation is for. */
  email: string;
  /** The role they will have. */
  role: string;
  /** Until when the link works. */
  expires: string;
}

export interface InvitationsAcceptBody {
  /** The token of the link. */
  token: string;
  /** At least 15 characters of any kind. */
  password: string;
}

export interface InvitationsAcceptAnswer {
  /** Who is signed in. */
  staff: {
    /** The member of staff; 0 for the local operator. */
    id: number;
    /** The account's address; null for the local operator. */
    email: string | null;
    /** The role. */
    role: string;
  };
  /** To be sent as X-CSRF-Token with every change. */
  csrf: string;
  /** What this session may do. */
  permissions: Array<string>;
  /** What the work is for unless X-Custos-Purpose says another. */
  purpose: string;
  /** What X-Custos-Purpose may say. */
  purposes: Array<string>;
  /** How the account stands to the second factor. */
  second_factor: {
    /** Whether the role requires a second factor. */
    required: boolean;
    /** Whether one is set up. */
    enrolled: boolean;
    /** Until when an owner may do without; null: not at all. */
    postpone_until: string | null;
  };
  /** The shop. */
  shop: {
    /** The shop's name. */
    name: string;
    /** The shop's currency, ISO 4217. */
    currency: string;
    /** The shop's time zone, tz database name. */
    timezone: string;
  };
}

export interface StaffResetLinkAnswer {
  /** The one-time link; it is shown only here. */
  link: string;
}

export interface PasswordResetBody {
  /** The token of the link. */
  token: string;
  /** At least 15 characters of any kind; 8 with a second factor. */
  password: string;
}

export interface PasswordResetAnswer {
  /** Whether this was all, or a second factor is wanted. */
  state: "signed_in" | "second_factor";
  /** To be sent with the second factor, within 5 minutes, by this browser. */
  ticket: string | null;
  /** What is set up and asked for. */
  factors: Array<string>;
  /** Who is signed in. */
  staff: {
    /** The member of staff; 0 for the local operator. */
    id: number;
    /** The account's address; null for the local operator. */
    email: string | null;
    /** The role. */
    role: string;
  } | null;
  /** To be sent as X-CSRF-Token with every change. */
  csrf: string | null;
  /** What this session may do. */
  permissions: Array<string> | null;
  /** What the work is for unless X-Custos-Purpose says another. */
  purpose: string | null;
  /** What X-Custos-Purpose may say. */
  purposes: Array<string> | null;
  /** How the account stands to the second factor. */
  second_factor: {
    /** Whether the role requires a second factor. */
    required: boolean;
    /** Whether one is set up. */
    enrolled: boolean;
    /** Until when an owner may do without; null: not at all. */
    postpone_until: string | null;
  } | null;
  /** The shop. */
  shop: {
    /** The shop's name. */
    name: string;
    /** The shop's currency, ISO 4217. */
    currency: string;
    /** The shop's time zone, tz database name. */
    timezone: string;
  } | null;
}

export interface PasswordStrengthBody {
  /** The password to judge; it is not kept. */
  password: string;
  /** Words it should not rest on, like an address. */
  context?: Array<string>;
}

export interface PasswordStrengthAnswer {
  /** 0: guessed at once; 4: beyond guessing. At most 1 when it is not accepted. */
  score: number;
  /** Whether it would be accepted: of this session's account, else of one without a second factor. */
  acceptable: boolean;
  /** What is wrong or could be better, or null. */
  reason: string | null;
}

export interface SecurityGetAnswer {
  /** The password. */
  password: {
    /** When it was set. */
    changed: string | null;
  };
  /** The authenticator app. */
  totp: {
    /** Since when, or null. */
    enrolled: string | null;
  };
  /** Recovery codes. */
  recovery_codes: {
    /** How many were not used yet. */
    left: number;
    /** When they were made, or null. */
    made: string | null;
  };
  /** Passkeys. */
  passkeys: Array<{
    /** The passkey. */
    id: number;
    /** What its owner calls it. */
    name: string;
    /** Since when. */
    created: string;
    /** When it signed in last, or null. */
    last_used: string | null;
  }>;
  /** Codes by text message. */
  sms: {
    /** The number's first and last digits, or null. */
    number: string | null;
  };
  /** How the account stands to the second factor. */
  second_factor: {
    /** Whether the role requires a second factor. */
    required: boolean;
    /** Whether one is set up. */
    enrolled: boolean;
    /** Until when an owner may do without; null: not at all. */
    postpone_until: string | null;
  };
}

export interface SecurityPasswordBody {
  /** The present password. */
  current: string;
  /** The new one: at least 15 characters of any kind; 8 with a second factor. */
  password: string;
}

export interface SecurityTotpAnswer {
  /** The seed in base 32, for typing; shown only here. */
  secret: string;
  /** The same as otpauth: address. */
  uri: string;
  /** The same as QR code: an SVG. */
  qr: string;
}

export interface SecurityTotpConfirmBody {
  /** What the app shows. */
  code: string;
}

export interface SecurityTotpConfirmAnswer {
  /** New recovery codes, shown only here; null when the old ones stay. */
  recovery_codes: Array<string> | null;
}

export interface SecurityRecoveryCodesAnswer {
  /** New recovery codes, shown only here; null when the old ones stay. */
  recovery_codes: Array<string> | null;
}

export interface TokensListAnswer {
  /** What a token of the caller can have. */
  available: Array<string>;
  /** The newest first; those of others only with staff_write. */
  items: Array<{
    /** The token's number, as the audit log has it. */
    id: number;
    /** What it is for. */
    name: string;
    /** Its first characters, to recognise it by. */
    prefix: string;
    /** What it may do at most. */
    permissions: Array<string>;
    /** When it was made. */
    created: string;
    /** When it ends or ended. */
    expires: string;
    /** The day it was used last; null: never. */
    last_used: string | null;
    /** The member of staff who made it. */
    made_by: number;
  }>;
  /** Always null: all are listed. */
  next: string | null;
}

export interface TokensCreateBody {
  /** What the token is for; no name of a person. */
  name: string;
  /** What it may do; at most what its maker may. */
  permissions: Array<string>;
  /** Days until it ends. */
  expires_days?: number;
}

export interface TokensCreateAnswer {
  /** The token's number. */
  id: number;
  /** The token: shown this once and stored nowhere. */
  token: string;
  /** When it ends. */
  expires: string;
}

export interface SessionPasskeyOptionsBody {
  /** The ticket of a sign-in that waits for its second factor; without it the passkey alone signs in. */
  ticket?: string;
}

export interface SessionPasskeyOptionsAnswer {
  /** To be sent with the credential. */
  ticket: string;
  /** PublicKeyCredentialRequestOptionsJSON of Web Authentication. */
  publicKey: Record<string, unknown>;
}

export interface SessionPasskeyBody {
  /** The ticket that came with the options. */
  ticket: string;
  /** What navigator.credentials.get() gave, as its toJSON() writes it. */
  credential: Record<string, unknown>;
}

export interface SessionPasskeyAnswer {
  /** Who is signed in. */
  staff: {
    /** The member of staff; 0 for the local operator. */
    id: number;
    /** The account's address; null for the local operator. */
    email: string | null;
    /** The role. */
    role: string;
  };
  /** To be sent as X-CSRF-Token with every change. */
  csrf: string;
  /** What this session may do. */
  permissions: Array<string>;
  /** What the work is for unless X-Custos-Purpose says another. */
  purpose: string;
  /** What X-Custos-Purpose may say. */
  purposes: Array<string>;
  /** How the account stands to the second factor. */
  second_factor: {
    /** Whether the role requires a second factor. */
    required: boolean;
    /** Whether one is set up. */
    enrolled: boolean;
    /** Until when an owner may do without; null: not at all. */
    postpone_until: string | null;
  };
  /** The shop. */
  shop: {
    /** The shop's name. */
    name: string;
    /** The shop's currency, ISO 4217. */
    currency: string;
    /** The shop's time zone, tz database name. */
    timezone: string;
  };
}

export interface SecurityPasskeyOptionsAnswer {
  /** PublicKeyCredentialCreationOptionsJSON of Web Authentication. */
  publicKey: Record<string, unknown>;
}

export interface SecurityPasskeyAddBody {
  /** What you call this passkey. */
  name: string;
  /** What navigator.credentials.create() gave, as its toJSON() writes it. */
  credential: Record<string, unknown>;
}

export interface SecurityPasskeyAddAnswer {
  /** The passkey's number. */
  id: number;
  /** Ten recovery codes, shown once, when there were none; else null. */
  recovery_codes: Array<string> | null;
}

export interface SessionSmsBody {
  /** The ticket of the sign-in that waits for its second factor. */
  ticket: string;
}

export interface SecuritySmsBody {
  /** The number with its country code. Whoever takes it over (SIM swap) gets the codes: a passkey or an app is safer. */
  number: string;
}

export interface SecuritySmsConfirmBody {
  /** The eight digits of the message. */
  code: string;
}

export interface OidcGetAnswer {
  /** Whether an identity provider is set up. */
  enabled: boolean;
  /** What it is called. */
  name: string | null;
}

export interface OidcCallbackQuery {
  /** The authorization code. */
  code?: string;
  /** What the sign-in began with. */
  state?: string;
  /** The provider that answers (RFC 9207). */
  iss?: string;
  /** Why the provider signed nobody in. */
  error?: string;
  /** The same in words; not read. */
  error_description?: string;
  /** A page about it; not read. */
  error_uri?: string;
  /** Sent by some providers; not read. */
  session_state?: string;
  /** Sent by some providers; not read. */
  scope?: string;
  /** Sent by some providers; not read. */
  authuser?: string;
  /** Sent by some providers; not read. */
  prompt?: string;
  /** Sent by some providers; not read. */
  hd?: string;
}

export interface AuditListQuery {
  /** Only entries at or after this time. */
  from?: string;
  /** Only entries before this time. */
  to?: string;
  /** Only what this member of staff did. */
  staff?: number;
  /** Only what was done with this API token. */
  token?: number;
  /** Only this act; ending in a dot: all below. */
  action?: string;
  /** Only what ended so. */
  outcome?: "attempt" | "done" | "refused" | "failed";
  /** `next` of the answer before. */
  cursor?: string;
  /** At most this many. */
  limit?: number;
}

export interface AuditListAnswer {
  /** Entries, newest first. */
  items: Array<{
    /** Place in the log, from 0; never changes. */
    index: number;
    /** When it was noted. */
    time: string;
    /** Who. */
    actor: {
      /** staff, token, local (the operator at the machine), person (at their own record), system, or nobody. */
      kind: string;
      /** Number of the member of staff or of the token; 0 for others. */
      id: number;
      /** The address of the member of staff, while there is one. */
      label: string | null;
    };
    /** In which role. */
    role: string | null;
    /** For which purpose. */
    purpose: string;
    /** Which act: the name of the route, command or job. */
    action: string;
    /** attempt (noted before it was done), done, refused or failed. */
    outcome: string;
    /** How many people's records it touched. */
    people: number;
    /** Names of what was read of them; never values. */
    fields: string | null;
    /** The caller's address cut to its network. */
    network: string | null;
    /** The same for all entries of one request. */
    request_id: string | null;
    /** Names and numbers that belong to the act. */
    detail: Record<string, unknown> | null;
    /** Whether masking was lifted for a stated reason. */
    break_glass: boolean;
  }>;
  /** Cursor of what follows; null at the end. */
  next: string | null;
}

export interface AuditPersonQuery {
  /** Only entries at or after this time. */
  from?: string;
  /** Only entries before this time. */
  to?: string;
  /** Only what this member of staff did. */
  staff?: number;
  /** Only what was done with this API token. */
  token?: number;
  /** Only this act; ending in a dot: all below. */
  action?: string;
  /** Only what ended so. */
  outcome?: "attempt" | "done" | "refused" | "failed";
  /** `next` of the answer before. */
  cursor?: string;
  /** At most this many. */
  limit?: number;
}

export interface AuditPersonAnswer {
  /** Entries, newest first. */
  items: Array<{
    /** Place in the log, from 0; never changes. */
    index: number;
    /** When it was noted. */
    time: string;
    /** Who. */
    actor: {
      /** staff, token, local (the operator at the machine), person (at their own record), system, or nobody. */
      kind: string;
      /** Number of the member of staff or of the token; 0 for others. */
      id: number;
      /** The address of the member of staff, while there is one. */
      label: string | null;
    };
    /** In which role. */
    role: string | null;
    /** For which purpose. */
    purpose: string;
    /** Which act: the name of the route, command or job. */
    action: string;
    /** attempt (noted before it was done), done, refused or failed. */
    outcome: string;
    /** How many people's records it touched. */
    people: number;
    /** Names of what was read of them; never values. */
    fields: string | null;
    /** The caller's address cut to its network. */
    network: string | null;
    /** The same for all entries of one request. */
    request_id: string | null;
    /** Names and numbers that belong to the act. */
    detail: Record<string, unknown> | null;
    /** Whether masking was lifted for a stated reason. */
    break_glass: boolean;
  }>;
  /** Cursor of what follows; null at the end. */
  next: string | null;
}

export interface AuditProofQuery {
  /** The entry that is to be proved. */
  index?: number;
  /** The size of the log it is in; default all. */
  size?: number;
  /** The smaller size, for a proof that nothing was changed since. */
  from_size?: number;
  /** The larger size; default all. */
  to_size?: number;
}

export interface AuditProofAnswer {
  /** inclusion or consistency. */
  kind: string;
  /** The entry's index, or the smaller size. */
  from: number;
  /** The size of the log the root belongs to. */
  size: number;
  /** The entry's leaf hash, or the root at the smaller size; hexadecimal. */
  hash: string;
  /** The root at that size, hexadecimal. */
  root: string;
  /** The proof, in the order of RFC 6962. */
  hashes: Array<string>;
}

export interface AuditVerifyAnswer {
  /** Whether every byte is as it was signed. */
  ok: boolean;
  /** Entries in the log. */
  size: number;
  /** Entries under the newest signature. */
  signed_size: number;
  /** Entries under the newest signature of a witness; 0: none. */
  cosigned_size: number;
  /** The root of all entries, hexadecimal. */
  root: string;
  /** The verifier key of that signature; keep it elsewhere, too. */
  key: string;
  /** How long it took, milliseconds. */
  ms: number;
  /** What is wrong; null when nothing is. */
  problem: string | null;
}

export interface AuditCosignBody {
  /** A checkpoint of this log with the line of a witness. */
  note: string;
}

export interface AlertsListQuery {
  /** Only open or only closed ones. */
  state?: "open" | "closed";
  /** `next` of the answer before. */
  cursor?: string;
  /** At most this many. */
  limit?: number;
}

export interface AlertsListAnswer {
  /** Alerts, newest first. */
  items: Array<{
    /** Number of the alert. */
    id: number;
    /** mass_read, night_export, decoy, break_glass, sign_in_failures or audit_failing. */
    kind: string;
    /** When it was raised. */
    raised: string;
    /** Whose acts it is about; null: nobody known. */
    staff: {
      /** staff, token, local (the operator at the machine), person (at their own record), system, or nobody. */
      kind: string;
      /** Number of the member of staff or of the token; 0 for others. */
      id: number;
      /** The address of the member of staff, while there is one. */
      label: string | null;
    } | null;
    /** Numbers that belong to it; entry: the entry of the audit log. */
    detail: Record<string, unknown>;
    /** open or closed. */
    state: string;
    /** When it was closed. */
    closed: string | null;
    /** Who closed it. */
    closed_by: {
      /** staff, token, local (the operator at the machine), person (at their own record), system, or nobody. */
      kind: string;
      /** Number of the member of staff or of the token; 0 for others. */
      id: number;
      /** The address of the member of staff, while there is one. */
      label: string | null;
    } | null;
    /** What was found out. */
    note: string | null;
  }>;
  /** Cursor of what follows; null at the end. */
  next: string | null;
}

export interface AlertsCloseBody {
  /** What was found out, for whoever asks later. */
  note: string;
}

export interface DecoysGetAnswer {
  /** How many decoys there are. */
  count: number;
}

export interface DecoysCreateBody {
  /** How many to make. */
  count: number;
  /** Domain of their e-mail addresses: best one that the shop owns and that takes no mail. */
  domain?: string;
}

export interface DecoysCreateAnswer {
  /** How many decoys there are. */
  count: number;
}

export interface BreachesListQuery {
  /** Only breaches in this state. */
  state?: "open" | "assessed" | "notified" | "no_risk" | "closed";
  /** `next` of the answer before. */
  cursor?: string;
  /** At most this many. */
  limit?: number;
}

export interface BreachesListAnswer {
  /** Breaches, newest first. */
  items: Array<{
    /** Number of the breach. */
    id: number;
    /** What it is called here. */
    title: string;
    /** account (somebody misused access), storage (a disk or backup got out), transmission, keys, loss (gone or changed), other. */
    kind: string;
    /** open, assessed, notified, no_risk or closed. */
    state: string;
    /** none, risk or high; null while it is not assessed. */
    risk: string | null;
    /** When it was recorded. */
    made: string;
    /** When it began. */
    began: string | null;
    /** When it ended. */
    ended: string | null;
    /** When it became known. */
    aware: string;
    /** 72 hours later: by then the authority is told. */
    due: string;
    /** How much of the 72 hours is used; stands still once the authority was told. */
    used_permille: number;
    /** Whether they are over. */
    over: boolean;
    /** When the authority was told. */
    authority_told: string | null;
    /** When the people were told. */
    people_told: string | null;
    /** When it was closed. */
    closed: string | null;
    /** People whose records were opened, as the log says. */
    people: number;
    /** Names in the log of people who are not here any more. */
    unknown: number;
  }>;
  /** Cursor of what follows; null at the end. */
  next: string | null;
}

export interface BreachesMakeBody {
  /** What it is called here. */
  title: string;
  /** account (somebody misused access), storage (a disk or backup got out), transmission, keys, loss (gone or changed), other. */
  kind: "account" | "storage" | "transmission" | "keys" | "loss" | "other";
  /** What happened (33(3)(a)). */
  facts?: string;
  /** What may follow from it (33(3)(c)). */
  effects?: string;
  /** What was done and is proposed, and what people can do (33(3)(d)). */
  measures?: string;
  /** Why the authority is told later than 72 hours (33(1)). */
  late_reason?: string;
  /** Why the authority or the people are not told. */
  reasons?: string;
  /** Of the people's rights and freedoms: none, risk (tell the authority), high (tell the people, too). */
  risk?: "none" | "risk" | "high";
  /** Whether keys got out, too; absent: not known. */
  keys_exposed?: boolean;
  /** When it became known: the clock runs from here; default now. */
  aware?: string;
  /** When the breach began. */
  began?: string;
  /** When it ended. */
  ended?: string;
}

export interface BreachesMakeAnswer {
  /** Number of the breach. */
  id: number;
  /** What it is called here. */
  title: string;
  /** account (somebody misused access), storage (a disk or backup got out), transmission, keys, loss (gone or changed), other. */
  kind: string;
  /** open, assessed, notified, no_risk or closed. */
  state: string;
  /** none, risk or high; null while it is not assessed. */
  risk: string | null;
  /** When it was recorded. */
  made: string;
  /** When it began. */
  began: string | null;
  /** When it ended. */
  ended: string | null;
  /** When it became known. */
  aware: string;
  /** 72 hours later: by then the authority is told. */
  due: string;
  /** How much of the 72 hours is used; stands still once the authority was told. */
  used_permille: number;
  /** Whether they are over. */
  over: boolean;
  /** When the authority was told. */
  authority_told: string | null;
  /** When the people were told. */
  people_told: string | null;
  /** When it was closed. */
  closed: string | null;
  /** People whose records were opened, as the log says. */
  people: number;
  /** Names in the log of people who are not here any more. */
  unknown: number;
  /** What happened. */
  facts: string | null;
  /** What may follow from it. */
  effects: string | null;
  /** What was done and is proposed. */
  measures: string | null;
  /** Why the authority is told late. */
  late_reason: string | null;
  /** Why somebody is not told. */
  reasons: string | null;
  /** Whether keys got out; null: not known. */
  keys_exposed: boolean | null;
  /** What was asked of the audit log, and what it said. */
  scope: {
    /** none, waiting (it is being asked), done or failed. */
    state: string;
    /** How far it is. */
    progress_permille: number;
    /** When the log was asked last. */
    done: string | null;
    /** Entries of the log that belong to it. */
    entries: number;
    /** Different names in them; a person may have several. */
    names: number;
    /** People who were found for them. */
    people: number;
    /** Names of people who are not here any more: erased since. */
    unknown: number;
    /** Records of those found, erased since. */
    erased: number;
    /** There were more than a million names: ask for less. */
    cut: boolean;
    /** What was asked. */
    queries: Array<{
      /** Entries at or after this time. */
      from: string | null;
      /** Entries before this time. */
      to: string | null;
      /** Whose acts; null: anybody's. */
      actor: {
        /** staff, token, local (the operator at the machine), person (at their own record), system, or nobody. */
        kind: string;
        /** Number of the member of staff or of the token; 0 for others. */
        id: number;
        /** The address of the member of staff, while there is one. */
        label: string | null;
      } | null;
      /** Which act; null: any. */
      action: string | null;
      /** Where one of these was read; null: any. */
      fields: string | null;
      /** any, one, or erased: somebody who was erased since. */
      person: string;
      /** Entries of the log it brought. */
      entries: number;
    }>;
  };
  /** What was opened, of how many. */
  data: Array<{
    /** A field, or a part of the record such as events, as the audit log names it. */
    field: string;
    /** Its data category, a fideslang key. */
    category: string;
    /** Its protection level, P0 to P4. */
    level: string;
    /** Of how many people it was opened. */
    people: number;
  }>;
  /** Whether encryption makes telling people needless. */
  exemption: {
    /** yes: what got out cannot be read, so people need not be told for that reason; no; unknown. */
    answer: string;
    /** Where the law says so. */
    source: string;
    /** What it was computed from. */
    checks: Array<{
      /** Name of the check. */
      name: string;
      /** Whether it speaks for the exemption. */
      speaks_for: boolean;
      /** What was found. */
      text: string;
    }>;
  };
  /** The letter that was sent to the people last. */
  mail: {
    /** sending, or done: all letters are with the mail queue. */
    state: string;
    /** Its language. */
    language: string;
    /** People to whom it is written. */
    queued: number;
    /** People without an address. */
    without: number;
    /** When it was asked for. */
    started: string;
    /** When the last one was handed over. */
    done: string | null;
  } | null;
  /** What is possible now: states, tell_authority, tell_people. */
  acts: Array<string>;
  /** Everything that was done, oldest first. */
  steps: Array<{
    /** When. */
    at: string;
    /** By whom. */
    by: {
      /** staff, token, local (the operator at the machine), person (at their own record), system, or nobody. */
      kind: string;
      /** Number of the member of staff or of the token; 0 for others. */
      id: number;
      /** The address of the member of staff, while there is one. */
      label: string | null;
    };
    /** made, changed, state, scope, scope_done, told_authority, mail, told_people or pack. */
    what: string;
    /** Names and numbers that belong to it. */
    detail: Record<string, unknown>;
    /** What was noted. */
    note: string | null;
  }>;
}

export interface BreachesShowAnswer {
  /** Number of the breach. */
  id: number;
  /** What it is called here. */
  title: string;
  /** account (somebody misused access), storage (a disk or backup got out), transmission, keys, loss (gone or changed), other. */
  kind: string;
  /** open, assessed, notified, no_risk or closed. */
  state: string;
  /** none, risk or high; null while it is not assessed. */
  risk: string | null;
  /** When it was recorded. */
  made: string;
  /** When it began. */
  began: string | null;
  /** When it ended. */
  ended: string | null;
  /** When it became known. */
  aware: string;
  /** 72 hours later: by then the authority is told. */
  due: string;
  /** How much of the 72 hours is used; stands still once the authority was told. */
  used_permille: number;
  /** Whether they are over. */
  over: boolean;
  /** When the authority was told. */
  authority_told: string | null;
  /** When the people were told. */
  people_told: string | null;
  /** When it was closed. */
  closed: string | null;
  /** People whose records were opened, as the log says. */
  people: number;
  /** Names in the log of people who are not here any more. */
  unknown: number;
  /** What happened. */
  facts: string | null;
  /** What may follow from it. */
  effects: string | null;
  /** What was done and is proposed. */
  measures: string | null;
  /** Why the authority is told late. */
  late_reason: string | null;
  /** Why somebody is not told. */
  reasons: string | null;
  /** Whether keys got out; null: not known. */
  keys_exposed: boolean | null;
  /** What was asked of the audit log, and what it said. */
  scope: {
    /** none, waiting (it is being asked), done or failed. */
    state: string;
    /** How far it is. */
    progress_permille: number;
    /** When the log was asked last. */
    done: string | null;
    /** Entries of the log that belong to it. */
    entries: number;
    /** Different names in them; a person may have several. */
    names: number;
    /** People who were found for them. */
    people: number;
    /** Names of people who are not here any more: erased since. */
    unknown: number;
    /** Records of those found, erased since. */
    erased: number;
    /** There were more than a million names: ask for less. */
    cut: boolean;
    /** What was asked. */
    queries: Array<{
      /** Entries at or after this time. */
      from: string | null;
      /** Entries before this time. */
      to: string | null;
      /** Whose acts; null: anybody's. */
      actor: {
        /** staff, token, local (the operator at the machine), person (at their own record), system, or nobody. */
        kind: string;
        /** Number of the member of staff or of the token; 0 for others. */
        id: number;
        /** The address of the member of staff, while there is one. */
        label: string | null;
      } | null;
      /** Which act; null: any. */
      action: string | null;
      /** Where one of these was read; null: any. */
      fields: string | null;
      /** any, one, or erased: somebody who was erased since. */
      person: string;
      /** Entries of the log it brought. */
      entries: number;
    }>;
  };
  /** What was opened, of how many. */
  data: Array<{
    /** A field, or a part of the record such as events, as the audit log names it. */
    field: string;
    /** Its data category, a fideslang key. */
    category: string;
    /** Its protection level, P0 to P4. */
    level: string;
    /** Of how many people it was opened. */
    people: number;
  }>;
  /** Whether encryption makes telling people needless. */
  exemption: {
    /** yes: what got out cannot be read, so people need not be told for that reason; no; unknown. */
    answer: string;
    /** Where the law says so. */
    source: string;
    /** What it was computed from. */
    checks: Array<{
      /** Name of the check. */
      name: string;
      /** Whether it speaks for the exemption. */
      speaks_for: boolean;
      /** What was found. */
      text: string;
    }>;
  };
  /** The letter that was sent to the people last. */
  mail: {
    /** sending, or done: all letters are with the mail queue. */
    state: string;
    /** Its language. */
    language: string;
    /** People to whom it is written. */
    queued: number;
    /** People without an address. */
    without: number;
    /** When it was asked for. */
    started: string;
    /** When the last one was handed over. */
    done: string | null;
  } | null;
  /** What is possible now: states, tell_authority, tell_people. */
  acts: Array<string>;
  /** Everything that was done, oldest first. */
  steps: Array<{
    /** When. */
    at: string;
    /** By whom. */
    by: {
      /** staff, token, local (the operator at the machine), person (at their own record), system, or nobody. */
      kind: string;
      /** Number of the member of staff or of the token; 0 for others. */
      id: number;
      /** The address of the member of staff, while there is one. */
      label: string | null;
    };
    /** made, changed, state, scope, scope_done, told_authority, mail, told_people or pack. */
    what: string;
    /** Names and numbers that belong to it. */
    detail: Record<string, unknown>;
    /** What was noted. */
    note: string | null;
  }>;
}

export interface BreachesChangeBody {
  /** What it is called here. */
  title?: string;
  /** account (somebody misused access), storage (a disk or backup got out), transmission, keys, loss (gone or changed), other. */
  kind?: "account" | "storage" | "transmission" | "keys" | "loss" | "other";
  /** What happened (33(3)(a)). */
  facts?: string;
  /** What may follow from it (33(3)(c)). */
  effects?: string;
  /** What was done and is proposed, and what people can do (33(3)(d)). */
  measures?: string;
  /** Why the authority is told later than 72 hours (33(1)). */
  late_reason?: string;
  /** Why the authority or the people are not told. */
  reasons?: string;
  /** Of the people's rights and freedoms: none, risk (tell the authority), high (tell the people, too). */
  risk?: "none" | "risk" | "high";
  /** Whether keys got out, too; absent: not known. */
  keys_exposed?: boolean;
  /** When it became known: the clock runs from here; default now. */
  aware?: string;
  /** When the breach began. */
  began?: string;
  /** When it ended. */
  ended?: string;
  /** The next state: open, assessed, notified, no_risk, closed. */
  state?: "open" | "assessed" | "notified" | "no_risk" | "closed";
  /** For the list of steps. */
  note?: string;
}

export interface BreachesChangeAnswer {
  /** Number of the breach. */
  id: number;
  /** What it is called here. */
  title: string;
  /** account (somebody misused access), storage (a disk or backup got out), transmission, keys, loss (gone or changed), other. */
  kind: string;
  /** open, assessed, notified, no_risk or closed. */
  state: string;
  /** none, risk or high; null while it is not assessed. */
  risk: string | null;
  /** When it was recorded. */
  made: string;
  /** When it began. */
  began: string | null;
  /** When it ended. */
  ended: string | null;
  /** When it became known. */
  aware: string;
  /** 72 hours later: by then the authority is told. */
  due: string;
  /** How much of the 72 hours is used; stands still once the authority was told. */
  used_permille: number;
  /** Whether they are over. */
  over: boolean;
  /** When the authority was told. */
  authority_told: string | null;
  /** When the people were told. */
  people_told: string | null;
  /** When it was closed. */
  closed: string | null;
  /** People whose records were opened, as the log says. */
  people: number;
  /** Names in the log of people who are not here any more. */
  unknown: number;
  /** What happened. */
  facts: string | null;
  /** What may follow from it. */
  effects: string | null;
  /** What was done and is proposed. */
  measures: string | null;
  /** Why the authority is told late. */
  late_reason: string | null;
  /** Why somebody is not told. */
  reasons: string | null;
  /** Whether keys got out; null: not known. */
  keys_exposed: boolean | null;
  /** What was asked of the audit log, and what it said. */
  scope: {
    /** none, waiting (it is being asked), done or failed. */
    state: string;
    /** How far it is. */
    progress_permille: number;
    /** When the log was asked last. */
    done: string | null;
    /** Entries of the log that belong to it. */
    entries: number;
    /** Different names in them; a person may have several. */
    names: number;
    /** People who were found for them. */
    people: number;
    /** Names of people who are not here any more: erased since. */
    unknown: number;
    /** Records of those found, erased since. */
    erased: number;
    /** There were more than a million names: ask for less. */
    cut: boolean;
    /** What was asked. */
    queries: Array<{
      /** Entries at or after this time. */
      from: string | null;
      /** Entries before this time. */
      to: string | null;
      /** Whose acts; null: anybody's. */
      actor: {
        /** staff, token, local (the operator at the machine), person (at their own record), system, or nobody. */
        kind: string;
        /** Number of the member of staff or of the token; 0 for others. */
        id: number;
        /** The address of the member of staff, while there is one. */
        label: string | null;
      } | null;
      /** Which act; null: any. */
      action: string | null;
      /** Where one of these was read; null: any. */
      fields: string | null;
      /** any, one, or erased: somebody who was erased since. */
      person: string;
      /** Entries of the log it brought. */
      entries: number;
    }>;
  };
  /** What was opened, of how many. */
  data: Array<{
    /** A field, or a part of the record such as events, as the audit log names it. */
    field: string;
    /** Its data category, a fideslang key. */
    category: string;
    /** Its protection level, P0 to P4. */
    level: string;
    /** Of how many people it was opened. */
    people: number;
  }>;
  /** Whether encryption makes telling people needless. */
  exemption: {
    /** yes: what got out cannot be read, so people need not be told for that reason; no; unknown. */
    answer: string;
    /** Where the law says so. */
    source: string;
    /** What it was computed from. */
    checks: Array<{
      /** Name of the check. */
      name: string;
      /** Whether it speaks for the exemption. */
      speaks_for: boolean;
      /** What was found. */
      text: string;
    }>;
  };
  /** The letter that was sent to the people last. */
  mail: {
    /** sending, or done: all letters are with the mail queue. */
    state: string;
    /** Its language. */
    language: string;
    /** People to whom it is written. */
    queued: number;
    /** People without an address. */
    without: number;
    /** When it was asked for. */
    started: string;
    /** When the last one was handed over. */
    done: string | null;
  } | null;
  /** What is possible now: states, tell_authority, tell_people. */
  acts: Array<string>;
  /** Everything that was done, oldest first. */
  steps: Array<{
    /** When. */
    at: string;
    /** By whom. */
    by: {
      /** staff, token, local (the operator at the machine), person (at their own record), system, or nobody. */
      kind: string;
      /** Number of the member of staff or of the token; 0 for others. */
      id: number;
      /** The address of the member of staff, while there is one. */
      label: string | null;
    };
    /** made, changed, state, scope, scope_done, told_authority, mail, told_people or pack. */
    what: string;
    /** Names and numbers that belong to it. */
    detail: Record<string, unknown>;
    /** What was noted. */
    note: string | null;
  }>;
}

export interface BreachesScopeBody {
  /** Entries of the log at or after this time. */
  from: string;
  /** Entries before this time; default now. */
  to?: string;
  /** Only what this member of staff did. */
  staff?: number;
  /** Only what was done with this API token. */
  token?: number;
  /** Only this act, such as people.show; ending in a dot: all below. */
  route?: string;
  /** Only where one of these was read, by commas: orders,events. */
  field?: string;
  /** Only about this person. */
  person?: string;
  /** Instead of the questions asked before; else in addition to them. */
  replace?: boolean;
}

export interface BreachesScopeAnswer {
  /** Number of the breach. */
  id: number;
  /** What it is called here. */
  title: string;
  /** account (somebody misused access), storage (a disk or backup got out), transmission, keys, loss (gone or changed), other. */
  kind: string;
  /** open, assessed, notified, no_risk or closed. */
  state: string;
  /** none, risk or high; null while it is not assessed. */
  risk: string | null;
  /** When it was recorded. */
  made: string;
  /** When it began. */
  began: string | null;
  /** When it ended. */
  ended: string | null;
  /** When it became known. */
  aware: string;
  /** 72 hours later: by then the authority is told. */
  due: string;
  /** How much of the 72 hours is used; stands still once the authority was told. */
  used_permille: number;
  /** Whether they are over. */
  over: boolean;
  /** When the authority was told. */
  authority_told: string | null;
  /** When the people were told. */
  people_told: string | null;
  /** When it was closed. */
  closed: string | null;
  /** People whose records were opened, as the log says. */
  people: number;
  /** Names in the log of people who are not here any more. */
  unknown: number;
  /** What happened. */
  facts: string | null;
  /** What may follow from it. */
  effects: string | null;
  /** What was done and is proposed. */
  measures: string | null;
  /** Why the authority is told late. */
  late_reason: string | null;
  /** Why somebody is not told. */
  reasons: string | null;
  /** Whether keys got out; null: not known. */
  keys_exposed: boolean | null;
  /** What was asked of the audit log, and what it said. */
  scope: {
    /** none, waiting (it is being asked), done or failed. */
    state: string;
    /** How far it is. */
    progress_permille: number;
    /** When the log was asked last. */
    done: string | null;
    /** Entries of the log that belong to it. */
    entries: number;
    /** Different names in them; a person may have several. */
    names: number;
    /** People who were found for them. */
    people: number;
    /** Names of people who are not here any more: erased since. */
    unknown: number;
    /** Records of those found, erased since. */
    erased: number;
    /** There were more than a million names: ask for less. */
    cut: boolean;
    /** What was asked. */
    queries: Array<{
      /** Entries at or after this time. */
      from: string | null;
      /** Entries before this time. */
      to: string | null;
      /** Whose acts; null: anybody's. */
      actor: {
        /** staff, token, local (the operator at the machine), person (at their own record), system, or nobody. */
        kind: string;
        /** Number of the member of staff or of the token; 0 for others. */
        id: number;
        /** The address of the member of staff, while there is one. */
        label: string | null;
      } | null;
      /** Which act; null: any. */
      action: string | null;
      /** Where one of these was read; null: any. */
      fields: string | null;
      /** any, one, or erased: somebody who was erased since. */
      person: string;
      /** Entries of the log it brought. */
      entries: number;
    }>;
  };
  /** What was opened, of how many. */
  data: Array<{
    /** A field, or a part of the record such as events, as the audit log names it. */
    field: string;
    /** Its data category, a fideslang key. */
    category: string;
    /** Its protection level, P0 to P4. */
    level: string;
    /** Of how many people it was opened. */
    people: number;
  }>;
  /** Whether encryption makes telling people needless. */
  exemption: {
    /** yes: what got out cannot be read, so people need not be told for that reason; no; unknown. */
    answer: string;
    /** Where the law says so. */
    source: string;
    /** What it was computed from. */
    checks: Array<{
      /** Name of the check. */
      name: string;
      /** Whether it speaks for the exemption. */
      speaks_for: boolean;
      /** What was found. */
      text: string;
    }>;
  };
  /** The letter that was sent to the people last. */
  mail: {
    /** sending, or done: all letters are with the mail queue. */
    state: string;
    /** Its language. */
    language: string;
    /** People to whom it is written. */
    queued: number;
    /** People without an address. */
    without: number;
    /** When it was asked for. */
    started: string;
    /** When the last one was handed over. */
    done: string | null;
  } | null;
  /** What is possible now: states, tell_authority, tell_people. */
  acts: Array<string>;
  /** Everything that was done, oldest first. */
  steps: Array<{
    /** When. */
    at: string;
    /** By whom. */
    by: {
      /** staff, token, local (the operator at the machine), person (at their own record), system, or nobody. */
      kind: string;
      /** Number of the member of staff or of the token; 0 for others. */
      id: number;
      /** The address of the member of staff, while there is one. */
      label: string | null;
    };
    /** made, changed, state, scope, scope_done, told_authority, mail, told_people or pack. */
    what: string;
    /** Names and numbers that belong to it. */
    detail: Record<string, unknown>;
    /** What was noted. */
    note: string | null;
  }>;
}

export interface BreachesAffectedQuery {
  /** `next` of the answer before. */
  cursor?: string;
  /** At most this many. */
  limit?: number;
}

export interface BreachesAffectedAnswer {
  /** People. */
  items: Array<{
    /** The person; null: erased a moment ago. */
    id: string | null;
    /** What the person is called, as far as the caller sees it. */
    label: string;
    /** Address to write to, as far as the caller sees it. */
    email: string | null;
    /** Number, likewise. */
    phone: string | null;
    /** full, masked or hidden. */
    shown: string;
    /** When the record was opened first. */
    first: string;
    /** And last. */
    last: string;
    /** How many entries of the log name the person. */
    acts: number;
    /** What was opened. */
    fields: Array<string>;
    /** Its data categories, one for each. */
    categories: Array<string>;
  }>;
  /** Cursor of what follows; null at the end. */
  next: string | null;
  /** Of the question to the log: none, waiting, done, failed. */
  state: string;
  /** How many there are. */
  people: number;
  /** Names of people who are not here any more. */
  unknown: number;
}

export interface BreachesLettersQuery {
  /** Of the letters. */
  language?: "en" | "de" | "fr";
}

export interface BreachesLettersAnswer {
  /** The letter to the authority and the one to the people. */
  items: Array<{
    /** authority or people. */
    kind: string;
    /** Its language. */
    language: string;
    /** Its subject. */
    subject: string;
    /** Its text; what is not known says so. */
    text: string;
  }>;
}

export interface BreachesSendBody {
  /** Of the letter. */
  language: "en" | "de" | "fr";
  /** Its subject. */
  subject: string;
  /** Its text: a draft, read and completed. */
  text: string;
}

export interface BreachesSendAnswer {
  /** Number of the breach. */
  id: number;
  /** What it is called here. */
  title: string;
  /** account (somebody misused access), storage (a disk or backup got out), transmission, keys, loss (gone or changed), other. */
  kind: string;
  /** open, assessed, notified, no_risk or closed. */
  state: string;
  /** none, risk or high; null while it is not assessed. */
  risk: string | null;
  /** When it was recorded. */
  made: string;
  /** When it began. */
  began: string | null;
  /** When it ended. */
  ended: string | null;
  /** When it became known. */
  aware: string;
  /** 72 hours later: by then the authority is told. */
  due: string;
  /** How much of the 72 hours is used; stands still once the authority was told. */
  used_permille: number;
  /** Whether they are over. */
  over: boolean;
  /** When the authority was told. */
  authority_told: string | null;
  /** When the people were told. */
  people_told: string | null;
  /** When it was closed. */
  closed: string | null;
  /** People whose records were opened, as the log says. */
  people: number;
  /** Names in the log of people who are not here any more. */
  unknown: number;
  /** What happened. */
  facts: string | null;
  /** What may follow from it. */
  effects: string | null;
  /** What was done and is proposed. */
  measures: string | null;
  /** Why the authority is told late. */
  late_reason: string | null;
  /** Why somebody is not told. */
  reasons: string | null;
  /** Whether keys got out; null: not known. */
  keys_exposed: boolean | null;
  /** What was asked of the audit log, and what it said. */
  scope: {
    /** none, waiting (it is being asked), done or failed. */
    state: string;
    /** How far it is. */
    progress_permille: number;
    /** When the log was asked last. */
    done: string | null;
    /** Entries of the log that belong to it. */
    entries: number;
    /** Different names in them; a person may have several. */
    names: number;
    /** People who were found for them. */
    people: number;
    /** Names of people who are not here any more: erased since. */
    unknown: number;
    /** Records of those found, erased since. */
    erased: number;
    /** There were more than a million names: ask for less. */
    cut: boolean;
    /** What was asked. */
    queries: Array<{
      /** Entries at or after this time. */
      from: string | null;
      /** Entries before this time. */
      to: string | null;
      /** Whose acts; null: anybody's. */
      actor: {
        /** staff, token, local (the operator at the machine), person (at their own record), system, or nobody. */
        kind: string;
        /** Number of the member of staff or of the token; 0 for others. */
        id: number;
        /** The address of the member of staff, while there is one. */
        label: string | null;
      } | null;
      /** Which act; null: any. */
      action: string | null;
      /** Where one of these was read; null: any. */
      fields: string | null;
      /** any, one, or erased: somebody who was erased since. */
      person: string;
      /** Entries of the log it brought. */
      entries: number;
    }>;
  };
  /** What was opened, of how many. */
  data: Array<{
    /** A field, or a part of the record such as events, as the audit log names it. */
    field: string;
    /** Its data category, a fideslang key. */
    category: string;
    /** Its protection level, P0 to P4. */
    level: string;
    /** Of how many people it was opened. */
    people: number;
  }>;
  /** Whether encryption makes telling people needless. */
  exemption: {
    /** yes: what got out cannot be read, so people need not be told for that reason; no; unknown. */
    answer: string;
    /** Where the law says so. */
    source: string;
    /** What it was computed from. */
    checks: Array<{
      /** Name of the check. */
      name: string;
      /** Whether it speaks for the exemption. */
      speaks_for: boolean;
      /** What was found. */
      text: string;
    }>;
  };
  /** The letter that was sent to the people last. */
  mail: {
    /** sending, or done: all letters are with the mail queue. */
    state: string;
    /** Its language. */
    language: string;
    /** People to whom it is written. */
    queued: number;
    /** People without an address. */
    without: number;
    /** When it was asked for. */
    started: string;
    /** When the last one was handed over. */
    done: string | null;
  } | null;
  /** What is possible now: states, tell_authority, tell_people. */
  acts: Array<string>;
  /** Everything that was done, oldest first. */
  steps: Array<{
    /** When. */
    at: string;
    /** By whom. */
    by: {
      /** staff, token, local (the operator at the machine), person (at their own record), system, or nobody. */
      kind: string;
      /** Number of the member of staff or of the token; 0 for others. */
      id: number;
      /** The address of the member of staff, while there is one. */
      label: string | null;
    };
    /** made, changed, state, scope, scope_done, told_authority, mail, told_people or pack. */
    what: string;
    /** Names and numbers that belong to it. */
    detail: Record<string, unknown>;
    /** What was noted. */
    note: string | null;
  }>;
}

export interface BreachesNotifiedBody {
  /** Who was told. */
  whom: "authority" | "people";
  /** When; default now. */
  at?: string;
  /** The authority's number, or how people were told. */
  reference?: string;
  /** How many people were told. */
  people?: number;
  /** For the list of steps. */
  note?: string;
}

export interface BreachesNotifiedAnswer {
  /** Number of the breach. */
  id: number;
  /** What it is called here. */
  title: string;
  /** account (somebody misused access), storage (a disk or backup got out), transmission, keys, loss (gone or changed), other. */
  kind: string;
  /** open, assessed, notified, no_risk or closed. */
  state: string;
  /** none, risk or high; null while it is not assessed. */
  risk: string | null;
  /** When it was recorded. */
  made: string;
  /** When it began. */
  began: string | null;
  /** When it ended. */
  ended: string | null;
  /** When it became known. */
  aware: string;
  /** 72 hours later: by then the authority is told. */
  due: string;
  /** How much of the 72 hours is used; stands still once the authority was told. */
  used_permille: number;
  /** Whether they are over. */
  over: boolean;
  /** When the authority was told. */
  authority_told: string | null;
  /** When the people were told. */
  people_told: string | null;
  /** When it was closed. */
  closed: string | null;
  /** People whose records were opened, as the log says. */
  people: number;
  /** Names in the log of people who are not here any more. */
  unknown: number;
  /** What happened. */
  facts: string | null;
  /** What may follow from it. */
  effects: string | null;
  /** What was done and is proposed. */
  measures: string | null;
  /** Why the authority is told late. */
  late_reason: string | null;
  /** Why somebody is not told. */
  reasons: string | null;
  /** Whether keys got out; null: not known. */
  keys_exposed: boolean | null;
  /** What was asked of the audit log, and what it said. */
  scope: {
    /** none, waiting (it is being asked), done or failed. */
    state: string;
    /** How far it is. */
    progress_permille: number;
    /** When the log was asked last. */
    done: string | null;
    /** Entries of the log that belong to it. */
    entries: number;
    /** Different names in them; a person may have several. */
    names: number;
    /** People who were found for them. */
    people: number;
    /** Names of people who are not here any more: erased since. */
    unknown: number;
    /** Records of those found, erased since. */
    erased: number;
    /** There were more than a million names: ask for less. */
    cut: boolean;
    /** What was asked. */
    queries: Array<{
      /** Entries at or after this time. */
      from: string | null;
      /** Entries before this time. */
      to: string | null;
      /** Whose acts; null: anybody's. */
      actor: {
        /** staff, token, local (the operator at the machine), person (at their own record), system, or nobody. */
        kind: string;
        /** Number of the member of staff or of the token; 0 for others. */
        id: number;
        /** The address of the member of staff, while there is one. */
        label: string | null;
      } | null;
      /** Which act; null: any. */
      action: string | null;
      /** Where one of these was read; null: any. */
      fields: string | null;
      /** any, one, or erased: somebody who was erased since. */
      person: string;
      /** Entries of the log it brought. */
      entries: number;
    }>;
  };
  /** What was opened, of how many. */
  data: Array<{
    /** A field, or a part of the record such as events, as the audit log names it. */
    field: string;
    /** Its data category, a fideslang key. */
    category: string;
    /** Its protection level, P0 to P4. */
    level: string;
    /** Of how many people it was opened. */
    people: number;
  }>;
  /** Whether encryption makes telling people needless. */
  exemption: {
    /** yes: what got out cannot be read, so people need not be told for that reason; no; unknown. */
    answer: string;
    /** Where the law says so. */
    source: string;
    /** What it was computed from. */
    checks: Array<{
      /** Name of the check. */
      name: string;
      /** Whether it speaks for the exemption. */
      speaks_for: boolean;
      /** What was found. */
      text: string;
    }>;
  };
  /** The letter that was sent to the people last. */
  mail: {
    /** sending, or done: all letters are with the mail queue. */
    state: string;
    /** Its language. */
    language: string;
    /** People to whom it is written. */
    queued: number;
    /** People without an address. */
    without: number;
    /** When it was asked for. */
    started: string;
    /** When the last one was handed over. */
    done: string | null;
  } | null;
  /** What is possible now: states, tell_authority, tell_people. */
  acts: Array<string>;
  /** Everything that was done, oldest first. */
  steps: Array<{
    /** When. */
    at: string;
    /** By whom. */
    by: {
      /** staff, token, local (the operator at the machine), person (at their own record), system, or nobody. */
      kind: string;
      /** Number of the member of staff or of the token; 0 for others. */
      id: number;
      /** The address of the member of staff, while there is one. */
      label: string | null;
    };
    /** made, changed, state, scope, scope_done, told_authority, mail, told_people or pack. */
    what: string;
    /** Names and numbers that belong to it. */
    detail: Record<string, unknown>;
    /** What was noted. */
    note: string | null;
  }>;
}

export interface RegistersProcessingQuery {
  /** As it was then; default now. */
  at?: string;
  /** json, csv (a row per purpose and category), html (to print). */
  format?: "json" | "csv" | "html";
}

export interface RegistersProcessingAnswer {
  /** When this version was made; null: as it is now. */
  version: string | null;
  /** The record (30(1)(a) to (g)). */
  record: {
    /** custos.processing/1. */
    type: string;
    /** Who answers for it (30(1)(a)); set on the transparency page. */
    controller: {
      /** Name. */
      name: string;
      /** Address. */
      address: string;
      /** Country. */
      country: string;
      /** E-mail address. */
      email: string;
      /** Telephone number. */
      phone: string;
      /** Web site. */
      website: string;
    };
    /** The data protection officer; empty texts: none. */
    officer: {
      /** Name. */
      name: string;
      /** Address. */
      address: string;
      /** Country. */
      country: string;
      /** E-mail address. */
      email: string;
      /** Telephone number. */
      phone: string;
      /** Web site. */
      website: string;
    };
    /** One row per purpose. */
    activities: Array<{
      /** The purpose. */
      name: string;
      /** What is done for it (30(1)(b)). */
      doc: string;
      /** The legal basis it rests on. */
      basis: string;
      /** How long a consent holds; 0: until withdrawn. */
      validity_days: number;
      /** Categories of people (30(1)(c)). */
      people: Array<string>;
      /** Categories of data with their time limits (30(1)(c), (f)). */
      data: Array<{
        /** Data category, a fideslang key. */
        name: string;
        /** The highest protection level in it. */
        level: string;
        /** Days until the last of it is removed; 0: kept as long as the person. */
        retention_days: number;
        /** Fields of it; of events as Event/field. */
        fields: Array<string>;
      }>;
      /** Who receives them, and transfers (30(1)(d), (e)). */
      recipients: Array<{
        /** Its name. */
        name: string;
        /** What it is called. */
        title: string;
        /** Whether it stands in the register of recipients; else only the dictionary names it. */
        registered: boolean;
        /** processor, controller or joint. */
        role: string;
        /** Where it is. */
        country: string;
        /** Whether that is outside the European Economic Area. */
        transfer: boolean;
        /** On what a transfer rests. */
        safeguard: string;
        /** Whether there is a contract (28). */
        contract: boolean;
      }>;
      /** What was assessed. */
      assessments: Array<{
        /** Its name. */
        name: string;
        /** dpia, lia or tia. */
        kind: string;
        /** How far it is. */
        state: string;
      }>;
      /** When somebody looked at this row last. */
      reviewed: string | null;
    }>;
    /** What really happens. */
    flows: {
      /** Sources that really deliver. */
      sources: Array<{
        /** The source. */
        name: string;
        /** Its kind. */
        kind: string;
        /** What it delivered within 30 days. */
        events: Array<string>;
      }>;
      /** What was really exported. */
      exports: Array<{
        /** Act and purpose. */
        name: string;
        /** The act. */
        action: string;
        /** For which purpose. */
        purpose: string;
        /** Fields that went out. */
        fields: Array<string>;
      }>;
    };
    /** Technical and organisational measures (30(1)(g)). */
    security: Array<{
      /** Its name. */
      name: string;
      /** What is done. */
      text: string;
    }>;
  };
  /** What really flows now, with counts. */
  live: {
    /** Sources that really deliver. */
    sources: Array<{
      /** The source. */
      name: string;
      /** Its kind. */
      kind: string;
      /** What it delivered. */
      events: Array<{
        /** The event. */
        name: string;
        /** How many within those days. */
        count: number;
        /** The newest. */
        last: string;
      }>;
    }>;
    /** What was really exported. */
    exports: Array<{
      /** Act and purpose. */
      name: string;
      /** The act. */
      action: string;
      /** For which purpose. */
      purpose: string;
      /** Fields that went out. */
      fields: Array<string>;
      /** How often. */
      count: number;
      /** Of how many people, added up. */
      people: number;
      /** First time. */
      first: string;
      /** Last time. */
      last: string;
    }>;
    /** Over how many days events are counted. */
    days: number;
    /** When they were counted last; null: not yet. */
    counted: string | null;
    /** There are more than are counted. */
    cut: boolean;
  };
}

export interface RegistersDiffQuery {
  /** The earlier time. */
  from: string;
  /** The later time; default now. */
  to?: string;
}

export interface RegistersDiffAnswer {
  /** When the version in force at the earlier time was made; null: as it is now. */
  from_version: string | null;
  /** The same of the later time. */
  to_version: string | null;
  /** What differs. */
  items: Array<{
    /** Where in the record: activities/analytics/basis. */
    row: string;
    /** What happened to it. */
    change: "added" | "removed" | "changed";
    /** What was there. */
    before: unknown;
    /** What is there. */
    after: unknown;
  }>;
}

export interface RegistersVersionsQuery {
  /** `next` of the answer before. */
  cursor?: string;
  /** At most this many. */
  limit?: number;
}

export interface RegistersVersionsAnswer {
  /** Versions, newest first. */
  items: Array<{
    /** Number of the version. */
    number: number;
    /** From when on it held. */
    made: string;
    /** Its size. */
    bytes: number;
  }>;
  /** Cursor of what follows; null at the end. */
  next: string | null;
}

export interface RegistersMapQuery {
  /** Only fields of this protection level and above. */
  level?: "P0" | "P1" | "P2" | "P3" | "P4";
}

export interface RegistersMapAnswer {
  /** What there is. */
  nodes: Array<{
    /** Kind and name: edges name nodes by it. */
    id: string;
    /** source, event, field, purpose or recipient. */
    kind: string;
    /** What it is called. */
    label: string;
    /** Of a field: its protection level. */
    level: string | null;
    /** Whether something really came or goes this way within 30 days; a recipient: whether it is registered and on. */
    live: boolean;
  }>;
  /** What goes where. */
  edges: Array<{
    /** A node. */
    from: string;
    /** A node. */
    to: string;
    /** From a source: events within 30 days; else null. */
    count: number | null;
  }>;
}

export interface RegistersDueQuery {
  /** What ends within so many days. */
  days?: number;
}

export interface RegistersDueAnswer {
  /** What is missing first, then by day. */
  items: Array<{
    /** contract, safeguard, recipient, assessment, review or breach. */
    what: string;
    /** The row it is about. */
    name: string;
    /** What it is called. */
    title: string;
    /** missing, overdue or soon. */
    state: string;
    /** Since or until when; null: never was. */
    due: string | null;
    /** What is to be done. */
    reason: string;
    /** Where the law says so. */
    source: string;
  }>;
}

export interface RegistersAssessmentsAnswer {
  /** Assessments, by name. */
  items: Array<{
    /** Its name. */
    name: string;
    /** dpia, lia or tia. */
    kind: string;
    /** What it is about. */
    title: string;
    /** The role or team that answers for it. */
    owner: string;
    /** How far it is. */
    state: string;
    /** What remains of the risk. */
    risk: string | null;
    /** The purposes it is about. */
    purposes: Array<string>;
    /** The recipient of a transfer. */
    recipient: string | null;
    /** What was decided, and why. */
    summary: string;
    /** When it is looked at again. */
    review: string | null;
    /** When it was approved or rejected. */
    decided: string | null;
    /** When it was begun. */
    made: string;
    /** When it was changed last. */
    changed: string;
    /** Who changed it last. */
    by: {
      /** staff, token, local (the operator at the machine), person (at their own record), system, or nobody. */
      kind: string;
      /** Number of the member of staff or of the token; 0 for others. */
      id: number;
      /** The address of the member of staff, while there is one. */
      label: string | null;
    };
  }>;
}

export interface RegistersAssessBody {
  /** dpia (impact, 35), lia (balancing of an interest, 6(1)(f)), tia (transfer, 46). */
  kind: "dpia" | "lia" | "tia";
  /** What it is about. */
  title: string;
  /** The role or team that answers for it; no person's name. */
  owner: string;
  /** draft, in_review, approved, rejected, retired. */
  state?: "draft" | "in_review" | "approved" | "rejected" | "retired";
  /** What remains of the risk: low, medium, high. */
  risk?: "low" | "medium" | "high";
  /** The purposes it is about. */
  purposes?: Array<string>;
  /** The recipient of a transfer. */
  recipient?: string;
  /** What was weighed, what follows, what was decided. */
  summary?: string;
  /** When it is looked at again. */
  review?: string;
}

export interface RegistersAssessAnswer {
  /** Its name. */
  name: string;
  /** dpia, lia or tia. */
  kind: string;
  /** What it is about. */
  title: string;
  /** The role or team that answers for it. */
  owner: string;
  /** How far it is. */
  state: string;
  /** What remains of the risk. */
  risk: string | null;
  /** The purposes it is about. */
  purposes: Array<string>;
  /** The recipient of a transfer. */
  recipient: string | null;
  /** What was decided, and why. */
  summary: string;
  /** When it is looked at again. */
  review: string | null;
  /** When it was approved or rejected. */
  decided: string | null;
  /** When it was begun. */
  made: string;
  /** When it was changed last. */
  changed: string;
  /** Who changed it last. */
  by: {
    /** staff, token, local (the operator at the machine), person (at their own record), system, or nobody. */
    kind: string;
    /** Number of the member of staff or of the token; 0 for others. */
    id: number;
    /** The address of the member of staff, while there is one. */
    label: string | null;
  };
}

export interface DictionaryGetAnswer {
  /** Hash of the effective rows. */
  version: string;
  /** dictionary.yaml as it is stored. */
  text: string;
  /** Rows of person fields. */
  persons: Array<{
    /** Name of the field; members of objects as address.city, elements of lists as products[].price. */
    name: string;
    /** What a value may be. */
    type: string;
    /** Least length, value or count. */
    min: number;
    /** Greatest length, value or count. */
    max: number;
    /** The accepted values of type enum. */
    options: Array<string>;
    /** Data category, a fideslang key. */
    category: string | null;
    /** Protection: P0 to P4; P2 and above is sealed. */
    level: string;
    /** Which sealed group holds the value. */
    group: string;
    /** What it may be used for. */
    purposes: Array<string>;
    /** Days until it is removed; 0: kept as long as the person. */
    retention_days: number;
    /** Whether values are taken; no: they are dropped, and those that are there are erased. */
    collect: string;
    /** The role that answers for it. */
    owner: string | null;
    /** Kind of identifier it also is, or null. */
    identifier: string | null;
    /** Other names under which it arrives. */
    aliases: Array<string>;
    /** Fields of the same event out of which it is worked out where no client sends it; else empty. */
    from: Array<string>;
    /** What is taken out of those fields; none: it is sent. */
    as: string;
    /** What it is. */
    doc: string | null;
  }>;
  /** Events with the rows of their properties. */
  events: Array<{
    /** Name of the event. */
    name: string;
    /** Other names of the same event. */
    aliases: Array<string>;
    /** Data category, a fideslang key. */
    category: string | null;
    /** What it may be used for. */
    purposes: Array<string>;
    /** Days until it is removed; 0: kept as long as the person. */
    retention_days: number;
    /** The role that answers for it. */
    owner: string | null;
    /** When it happens. */
    doc: string | null;
    /** Its properties. */
    fields: Array<{
      /** Name of the field; members of objects as address.city, elements of lists as products[].price. */
      name: string;
      /** What a value may be. */
      type: string;
      /** Least length, value or count. */
      min: number;
      /** Greatest length, value or count. */
      max: number;
      /** The accepted values of type enum. */
      options: Array<string>;
      /** Data category, a fideslang key. */
      category: string | null;
      /** Protection: P0 to P4; P2 and above is sealed. */
      level: string;
      /** Which sealed group holds the value. */
      group: string;
      /** What it may be used for. */
      purposes: Array<string>;
      /** Days until it is removed; 0: kept as long as the person. */
      retention_days: number;
      /** Whether values are taken; no: they are dropped, and those that are there are erased. */
      collect: string;
      /** The role that answers for it. */
      owner: string | null;
      /** Kind of identifier it also is, or null. */
      identifier: string | null;
      /** Other names under which it arrives. */
      aliases: Array<string>;
      /** Fields of the same event out of which it is worked out where no client sends it; else empty. */
      from: Array<string>;
      /** What is taken out of those fields; none: it is sent. */
      as: string;
      /** What it is. */
      doc: string | null;
    }>;
  }>;
  /** Purposes with their legal basis. */
  purposes: Array<{
    /** Name of the purpose. */
    name: string;
    /** The legal basis it rests on. */
    basis: string;
    /** Consent categories of banners that stand for it. */
    categories: Array<string>;
    /** Who receives data for it. */
    recipients: Array<string>;
    /** How many days a consent holds; 0: until withdrawn. */
    validity_days: number;
    /** What is done for it. */
    doc: string | null;
  }>;
  /** Identifier kinds with priority, limit and blocked values. */
  identifiers: Array<{
    /** Name of the kind. */
    kind: string;
    /** 1 is the strongest. */
    priority: number;
    /** How many values of it one person may have. */
    limit: number;
    /** Values that identify nobody. */
    blocked: Array<string>;
    /** What it is. */
    doc: string | null;
  }>;
}

export interface DictionaryCheckBody {
  /** The whole dictionary.yaml. */
  text: string;
}

export interface DictionaryCheckAnswer {
  /** Whether the text could be put in force. */
  ok: boolean;
  /** How many faults the text has. */
  error_count: number;
  /** What is wrong, with line, column and row; at most 50. */
  errors: Array<{
    /** Line of the text, from 1. */
    line: number;
    /** Column, from 1. */
    column: number;
    /** The row it stands in. */
    row: string;
    /** Name of the error. */
    code: string;
    /** What would be accepted. */
    text: string;
  }>;
  /** Rows added, removed and changed against the current dictionary. */
  diff: Array<{
    /** The row: section, event and name. */
    row: string;
    /** What happens to it. */
    change: "added" | "removed" | "changed";
    /** Attributes that differ. */
    attributes: Array<{
      /** The attribute. */
      name: string;
      /** Its value now; null in a new row. */
      before: unknown;
      /** Its value then; null in a row that goes. */
      after: unknown;
    }>;
  }>;
}

export interface DictionaryPutBody {
  /** The whole dictionary.yaml. */
  text: string;
  /** The version that was read before the change. */
  version: string;
}

export interface DictionaryPutAnswer {
  /** Hash of the effective rows. */
  version: string;
  /** dictionary.yaml as it is stored. */
  text: string;
  /** Rows of person fields. */
  persons: Array<{
    /** Name of the field; members of objects as address.city, elements of lists as products[].price. */
    name: string;
    /** What a value may be. */
    type: string;
    /** Least length, value or count. */
    min: number;
    /** Greatest length, value or count. */
    max: number;
    /** The accepted values of type enum. */
    options: Array<string>;
    /** Data category, a fideslang key. */
    category: string | null;
    /** Protection: P0 to P4; P2 and above is sealed. */
    level: string;
    /** Which sealed group holds the value. */
    group: string;
    /** What it may be used for. */
    purposes: Array<string>;
    /** Days until it is removed; 0: kept as long as the person. */
    retention_days: number;
    /** Whether values are taken; no: they are dropped, and those that are there are erased. */
    collect: string;
    /** The role that answers for it. */
    owner: string | null;
    /** Kind of identifier it also is, or null. */
    identifier: string | null;
    /** Other names under which it arrives. */
    aliases: Array<string>;
    /** Fields of the same event out of which it is worked out where no client sends it; else empty. */
    from: Array<string>;
    /** What is taken out of those fields; none: it is sent. */
    as: string;
    /** What it is. */
    doc: string | null;
  }>;
  /** Events with the rows of their properties. */
  events: Array<{
    /** Name of the event. */
    name: string;
    /** Other names of the same event. */
    aliases: Array<string>;
    /** Data category, a fideslang key. */
    category: string | null;
    /** What it may be used for. */
    purposes: Array<string>;
    /** Days until it is removed; 0: kept as long as the person. */
    retention_days: number;
    /** The role that answers for it. */
    owner: string | null;
    /** When it happens. */
    doc: string | null;
    /** Its properties. */
    fields: Array<{
      /** Name of the field; members of objects as address.city, elements of lists as products[].price. */
      name: string;
      /** What a value may be. */
      type: string;
      /** Least length, value or count. */
      min: number;
      /** Greatest length, value or count. */
      max: number;
      /** The accepted values of type enum. */
      options: Array<string>;
      /** Data category, a fideslang key. */
      category: string | null;
      /** Protection: P0 to P4; P2 and above is sealed. */
      level: string;
      /** Which sealed group holds the value. */
      group: string;
      /** What it may be used for. */
      purposes: Array<string>;
      /** Days until it is removed; 0: kept as long as the person. */
      retention_days: number;
      /** Whether values are taken; no: they are dropped, and those that are there are erased. */
      collect: string;
      /** The role that answers for it. */
      owner: string | null;
      /** Kind of identifier it also is, or null. */
      identifier: string | null;
      /** Other names under which it arrives. */
      aliases: Array<string>;
      /** Fields of the same event out of which it is worked out where no client sends it; else empty. */
      from: Array<string>;
      /** What is taken out of those fields; none: it is sent. */
      as: string;
      /** What it is. */
      doc: string | null;
    }>;
  }>;
  /** Purposes with their legal basis. */
  purposes: Array<{
    /** Name of the purpose. */
    name: string;
    /** The legal basis it rests on. */
    basis: string;
    /** Consent categories of banners that stand for it. */
    categories: Array<string>;
    /** Who receives data for it. */
    recipients: Array<string>;
    /** How many days a consent holds; 0: until withdrawn. */
    validity_days: number;
    /** What is done for it. */
    doc: string | null;
  }>;
  /** Identifier kinds with priority, limit and blocked values. */
  identifiers: Array<{
    /** Name of the kind. */
    kind: string;
    /** 1 is the strongest. */
    priority: number;
    /** How many values of it one person may have. */
    limit: number;
    /** Values that identify nobody. */
    blocked: Array<string>;
    /** What it is. */
    doc: string | null;
  }>;
}

export interface ProposalsListQuery {
  /** Only these. */
  state?: "waiting" | "applying" | "applied" | "rejected" | "withdrawn";
  /** From the page before. */
  cursor?: string;
  /** Rows of a page; 50 unless said. */
  limit?: number;
}

export interface ProposalsListAnswer {
  /** Newest first. */
  items: Array<{
    /** The proposal. */
    id: string;
    /** What became of it. */
    state: "waiting" | "applying" | "applied" | "rejected" | "withdrawn";
    /** How the change is said. */
    form: "rows" | "remove" | "text";
    /** Why; null when its author was removed. */
    why: string | null;
    /** Who proposed it; null: the local operator. */
    made_by: string | null;
    /** When. */
    made: string;
    /** Who decided. */
    decided_by: string | null;
    /** When. */
    decided: string | null;
    /** What who decided said. */
    note: string | null;
    /** Decided by who proposed it, there being nobody else. */
    own: boolean;
    /** The difference when it was proposed; once applied, as it was applied. */
    diff: Array<{
      /** The row, like persons/shoe_size. */
      row: string;
      /** What happens to it. */
      change: "added" | "removed" | "changed";
      /** Its attributes. */
      attributes: Array<{
        /** Name of the attribute. */
        name: string;
        /** What it said. */
        before: unknown;
        /** What it says. */
        after: unknown;
      }>;
    }>;
  }>;
  /** Cursor of the next page. */
  next: string | null;
}

export interface ProposalsMakeBody {
  /** Rows as they would stand in dictionary.yaml, laid over what is there. */
  yaml?: string;
  /** One row. */
  change?: {
    /** persons/shoe_size, events/Fitting Booked/branch. */
    row: string;
    /** Attributes that it gets; null takes the built-in one away. */
    set?: unknown;
    /** The shop's row goes; what is built in holds again. */
    remove?: boolean;
  };
  /** A field of persons that is not to be collected any more; its values are erased. */
  stop?: string;
  /** The whole dictionary.yaml. */
  text?: string;
  /** Number of an older version whose text holds again. */
  back_to?: number;
  /** Why; stored sealed, kept with the history. */
  why: string;
}

export interface ProposalsMakeAnswer {
  /** The proposal. */
  id: string;
  /** What became of it. */
  state: "waiting" | "applying" | "applied" | "rejected" | "withdrawn";
  /** How the change is said. */
  form: "rows" | "remove" | "text";
  /** Why; null when its author was removed. */
  why: string | null;
  /** Who proposed it; null: the local operator. */
  made_by: string | null;
  /** When. */
  made: string;
  /** Who decided. */
  decided_by: string | null;
  /** When. */
  decided: string | null;
  /** What who decided said. */
  note: string | null;
  /** Decided by who proposed it, there being nobody else. */
  own: boolean;
  /** The difference when it was proposed; once applied, as it was applied. */
  diff: Array<{
    /** The row, like persons/shoe_size. */
    row: string;
    /** What happens to it. */
    change: "added" | "removed" | "changed";
    /** Its attributes. */
    attributes: Array<{
      /** Name of the attribute. */
      name: string;
      /** What it said. */
      before: unknown;
      /** What it says. */
      after: unknown;
    }>;
  }>;
  /** The change itself: YAML of rows, the row to take out, or the whole text. */
  change: string;
  /** The dictionary changed since; the difference below is to the one in force. */
  stale: boolean;
  /** It can be laid over the dictionary in force. */
  ok: boolean;
  /** Why it cannot. */
  fault: string | null;
  /** What it would touch now. */
  touches: {
    /** Row by row. */
    rows: Array<{
      /** The row. */
      row: string;
      /** What happens to it. */
      change: "added" | "removed" | "changed";
      /** What names it. */
      used_in: Array<string>;
      /** Profiles with a value, as counted last. */
      filled: number | null;
      /** Profiles whose values would be erased, looked at now; null: none will. */
      erased_people: number | null;
      /** How many values, with the history. */
      erased_values: number | null;
      /** Everybody was looked at for that. */
      complete: boolean;
      /** How long it is kept changes: see its rule at GET /v1/retention afterwards. */
      retention: boolean;
    }>;
    /** material: consents that it touches become stale. */
    policy: "none" | "wording" | "material";
    /** What changes for the customers, per purpose. */
    policy_changes: unknown;
  } | null;
}

export interface ProposalsGetAnswer {
  /** The proposal. */
  id: string;
  /** What became of it. */
  state: "waiting" | "applying" | "applied" | "rejected" | "withdrawn";
  /** How the change is said. */
  form: "rows" | "remove" | "text";
  /** Why; null when its author was removed. */
  why: string | null;
  /** Who proposed it; null: the local operator. */
  made_by: string | null;
  /** When. */
  made: string;
  /** Who decided. */
  decided_by: string | null;
  /** When. */
  decided: string | null;
  /** What who decided said. */
  note: string | null;
  /** Decided by who proposed it, there being nobody else. */
  own: boolean;
  /** The difference when it was proposed; once applied, as it was applied. */
  diff: Array<{
    /** The row, like persons/shoe_size. */
    row: string;
    /** What happens to it. */
    change: "added" | "removed" | "changed";
    /** Its attributes. */
    attributes: Array<{
      /** Name of the attribute. */
      name: string;
      /** What it said. */
      before: unknown;
      /** What it says. */
      after: unknown;
    }>;
  }>;
  /** The change itself: YAML of rows, the row to take out, or the whole text. */
  change: string;
  /** The dictionary changed since; the difference below is to the one in force. */
  stale: boolean;
  /** It can be laid over the dictionary in force. */
  ok: boolean;
  /** Why it cannot. */
  fault: string | null;
  /** What it would touch now. */
  touches: {
    /** Row by row. */
    rows: Array<{
      /** The row. */
      row: string;
      /** What happens to it. */
      change: "added" | "removed" | "changed";
      /** What names it. */
      used_in: Array<string>;
      /** Profiles with a value, as counted last. */
      filled: number | null;
      /** Profiles whose values would be erased, looked at now; null: none will. */
      erased_people: number | null;
      /** How many values, with the history. */
      erased_values: number | null;
      /** Everybody was looked at for that. */
      complete: boolean;
      /** How long it is kept changes: see its rule at GET /v1/retention afterwards. */
      retention: boolean;
    }>;
    /** material: consents that it touches become stale. */
    policy: "none" | "wording" | "material";
    /** What changes for the customers, per purpose. */
    policy_changes: unknown;
  } | null;
}

export interface ProposalsApproveBody {
  /** What who decides says to it; stored sealed. */
  note?: string;
}

export interface ProposalsApproveAnswer {
  /** The proposal. */
  id: string;
  /** What became of it. */
  state: "waiting" | "applying" | "applied" | "rejected" | "withdrawn";
  /** How the change is said. */
  form: "rows" | "remove" | "text";
  /** Why; null when its author was removed. */
  why: string | null;
  /** Who proposed it; null: the local operator. */
  made_by: string | null;
  /** When. */
  made: string;
  /** Who decided. */
  decided_by: string | null;
  /** When. */
  decided: string | null;
  /** What who decided said. */
  note: string | null;
  /** Decided by who proposed it, there being nobody else. */
  own: boolean;
  /** The difference when it was proposed; once applied, as it was applied. */
  diff: Array<{
    /** The row, like persons/shoe_size. */
    row: string;
    /** What happens to it. */
    change: "added" | "removed" | "changed";
    /** Its attributes. */
    attributes: Array<{
      /** Name of the attribute. */
      name: string;
      /** What it said. */
      before: unknown;
      /** What it says. */
      after: unknown;
    }>;
  }>;
  /** The change itself: YAML of rows, the row to take out, or the whole text. */
  change: string;
  /** The dictionary changed since; the difference below is to the one in force. */
  stale: boolean;
  /** It can be laid over the dictionary in force. */
  ok: boolean;
  /** Why it cannot. */
  fault: string | null;
  /** What it would touch now. */
  touches: {
    /** Row by row. */
    rows: Array<{
      /** The row. */
      row: string;
      /** What happens to it. */
      change: "added" | "removed" | "changed";
      /** What names it. */
      used_in: Array<string>;
      /** Profiles with a value, as counted last. */
      filled: number | null;
      /** Profiles whose values would be erased, looked at now; null: none will. */
      erased_people: number | null;
      /** How many values, with the history. */
      erased_values: number | null;
      /** Everybody was looked at for that. */
      complete: boolean;
      /** How long it is kept changes: see its rule at GET /v1/retention afterwards. */
      retention: boolean;
    }>;
    /** material: consents that it touches become stale. */
    policy: "none" | "wording" | "material";
    /** What changes for the customers, per purpose. */
    policy_changes: unknown;
  } | null;
}

export interface ProposalsRejectBody {
  /** What who decides says to it; stored sealed. */
  note?: string;
}

export interface ProposalsRejectAnswer {
  /** The proposal. */
  id: string;
  /** What became of it. */
  state: "waiting" | "applying" | "applied" | "rejected" | "withdrawn";
  /** How the change is said. */
  form: "rows" | "remove" | "text";
  /** Why; null when its author was removed. */
  why: string | null;
  /** Who proposed it; null: the local operator. */
  made_by: string | null;
  /** When. */
  made: string;
  /** Who decided. */
  decided_by: string | null;
  /** When. */
  decided: string | null;
  /** What who decided said. */
  note: string | null;
  /** Decided by who proposed it, there being nobody else. */
  own: boolean;
  /** The difference when it was proposed; once applied, as it was applied. */
  diff: Array<{
    /** The row, like persons/shoe_size. */
    row: string;
    /** What happens to it. */
    change: "added" | "removed" | "changed";
    /** Its attributes. */
    attributes: Array<{
      /** Name of the attribute. */
      name: string;
      /** What it said. */
      before: unknown;
      /** What it says. */
      after: unknown;
    }>;
  }>;
  /** The change itself: YAML of rows, the row to take out, or the whole text. */
  change: string;
  /** The dictionary changed since; the difference below is to the one in force. */
  stale: boolean;
  /** It can be laid over the dictionary in force. */
  ok: boolean;
  /** Why it cannot. */
  fault: string | null;
  /** What it would touch now. */
  touches: {
    /** Row by row. */
    rows: Array<{
      /** The row. */
      row: string;
      /** What happens to it. */
      change: "added" | "removed" | "changed";
      /** What names it. */
      used_in: Array<string>;
      /** Profiles with a value, as counted last. */
      filled: number | null;
      /** Profiles whose values would be erased, looked at now; null: none will. */
      erased_people: number | null;
      /** How many values, with the history. */
      erased_values: number | null;
      /** Everybody was looked at for that. */
      complete: boolean;
      /** How long it is kept changes: see its rule at GET /v1/retention afterwards. */
      retention: boolean;
    }>;
    /** material: consents that it touches become stale. */
    policy: "none" | "wording" | "material";
    /** What changes for the customers, per purpose. */
    policy_changes: unknown;
  } | null;
}

export interface DictionaryHistoryQuery {
  /** Only versions in which this row, or a field of it, changed. */
  row?: string;
  /** From the page before. */
  cursor?: string;
  /** Rows of a page; 20 unless said. */
  limit?: number;
}

export interface DictionaryHistoryAnswer {
  /** Newest first. */
  items: Array<{
    /** Counts the versions from 1. */
    number: number;
    /** Hash of its rows, as GET /v1/dictionary says it. */
    version: string;
    /** Since when it was in force. */
    at: string;
    /** How: first, by a proposal, put directly, or the file (or the program) was changed. */
    way: "first" | "proposal" | "put" | "file";
    /** Who put it in force; null: the local operator, or nobody who signed in. */
    by: string | null;
    /** The proposal. */
    proposal: string | null;
    /** Why, as proposed. */
    why: string | null;
    /** Who proposed it. */
    proposed_by: string | null;
    /** Approved by who proposed it, there being nobody else. */
    own: boolean;
    /** What changed, at most 500 rows. */
    changes: Array<{
      /** The row, like persons/shoe_size. */
      row: string;
      /** What happens to it. */
      change: "added" | "removed" | "changed";
      /** Its attributes. */
      attributes: Array<{
        /** Name of the attribute. */
        name: string;
        /** What it said. */
        before: unknown;
        /** What it says. */
        after: unknown;
      }>;
    }>;
  }>;
  /** Cursor of the next page. */
  next: string | null;
}

export interface RetentionListAnswer {
  /** The rules: of the house, then of the dictionary. */
  items: Array<{
    /** Name of the rule. */
    name: string;
    /** What it is about. */
    kind: "events" | "fields" | "stopped" | "orders" | "people" | "moves" | "table";
    /** It follows from the dictionary; its time is changed there. */
    declared: boolean;
    /** Data category, a fideslang key. */
    category: string;
    /** What goes, in one sentence. */
    what: string;
    /** Events or fields of the dictionary. */
    covers: Array<string>;
    /** Days that it is kept; whole days in UTC. */
    keep_days: number;
    /** Fewer days are not accepted. */
    keep_min: number;
    /** By what right it is kept, or why it goes. */
    basis: string;
    /** The role that answers for it; several: they differ. */
    owner: string | null;
    /** Whether it runs. */
    on: boolean;
    /** When it runs again; null: it is off. */
    next_run: string | null;
    /** When its last run ended. */
    last_run: string | null;
    /** Rows (of people.*: people) older than their time, as counted last; null: never counted. */
    backlog: number | null;
    /** When it was counted. */
    backlog_at: string | null;
    /** When somebody last looked at what would go. */
    dry_run_at: string | null;
    /** For which time. */
    dry_run_days: number | null;
  }>;
  /** Always null: the list is whole. */
  next: string | null;
}

export interface RetentionReasonsAnswer {
  /** In the order in which they win. */
  items: Array<{
    /** Code of the reason. */
    reason: string;
    /** Where the law says so. */
    source: string;
    /** The reason, in one sentence. */
    doc: string;
  }>;
  /** Always null: the list is whole. */
  next: string | null;
}

export interface RetentionRunsQuery {
  /** Only of this rule. */
  rule?: string;
  /** From the page before. */
  cursor?: string;
  /** Rows of a page; 50 unless said. */
  limit?: number;
}

export interface RetentionRunsAnswer {
  /** Newest first. */
  items: Array<{
    /** The run. */
    id: string;
    /** Name of the rule. */
    rule: string;
    /** Days that were kept. */
    keep_days: number;
    /** What happened before goes; null: all of it. */
    before: string | null;
    /** When it began. */
    started: string;
    /** When it ended. */
    finished: string | null;
    /** Where it is; failed: the rule was changed or went meanwhile. */
    state: "running" | "done" | "failed";
    /** How far it is. */
    done: number;
    /** Of how much; 0: not known. */
    total: number;
    /** People who lost something. */
    people: number;
    /** Rows, values, orders or people that went. */
    rows: number;
    /** People who keep what is old: held, restricted, or kept for another reason. */
    spared: number;
    /** Why it was given up: changed, no_rule. */
    fault: string | null;
    /** Its certificate can be read. */
    certificate: boolean;
  }>;
  /** Cursor of the next page. */
  next: string | null;
}

export interface RetentionCertificateAnswer {
  /** The certificate in its canonical form. */
  document: unknown;
  /** That it was noted in the audit log: custos verify checks it without this server. */
  proof: unknown;
}

export interface RetentionPutBody {
  /** Whether it runs. */
  on?: boolean;
  /** Days that it is kept; of a declared rule only the declared number. */
  keep_days?: number;
}

export interface RetentionPutAnswer {
  /** Name of the rule. */
  name: string;
  /** What it is about. */
  kind: "events" | "fields" | "stopped" | "orders" | "people" | "moves" | "table";
  /** It follows from the dictionary; its time is changed there. */
  declared: boolean;
  /** Data category, a fideslang key. */
  category: string;
  /** What goes, in one sentence. */
  what: string;
  /** Events or fields of the dictionary. */
  covers: Array<string>;
  /** Days that it is kept; whole days in UTC. */
  keep_days: number;
  /** Fewer days are not accepted. */
  keep_min: number;
  /** By what right it is kept, or why it goes. */
  basis: string;
  /** The role that answers for it; several: they differ. */
  owner: string | null;
  /** Whether it runs. */
  on: boolean;
  /** When it runs again; null: it is off. */
  next_run: string | null;
  /** When its last run ended. */
  last_run: string | null;
  /** Rows (of people.*: people) older than their time, as counted last; null: never counted. */
  backlog: number | null;
  /** When it was counted. */
  backlog_at: string | null;
  /** When somebody last looked at what would go. */
  dry_run_at: string | null;
  /** For which time. */
  dry_run_days: number | null;
}

export interface RetentionDryRunBody {
  /** As if it were kept so many days; default: as it is. */
  keep_days?: number;
}

export interface RetentionDryRunAnswer {
  /** Name of the rule. */
  name: string;
  /** For this time. */
  keep_days: number;
  /** What happened before would go; null: all of it. */
  before: string | null;
  /** People who would lose something; 0 where rows belong to nobody. */
  people: number;
  /** Rows, values, orders or people that would go, before holds and restrictions. */
  rows: number;
  /** Everybody was looked at; else the counts are of those who were. */
  complete: boolean;
  /** Profile numbers looked at, where people are looked at one by one. */
  looked: number;
  /** Profile numbers that there are. */
  total: number;
  /** Some of the people. */
  sample: Array<string>;
  /** People whose time is over and who are kept, by reason. */
  kept: Array<{
    /** Code of the reason. */
    reason: string;
    /** Where the law says so. */
    source: string;
    /** The reason, in one sentence. */
    doc: string;
    /** How many people it keeps; the first reason that holds counts. */
    people: number;
  }>;
}

export interface RetentionRunAnswer {
  /** The run. */
  id: string;
  /** Name of the rule. */
  rule: string;
  /** Days that were kept. */
  keep_days: number;
  /** What happened before goes; null: all of it. */
  before: string | null;
  /** When it began. */
  started: string;
  /** When it ended. */
  finished: string | null;
  /** Where it is; failed: the rule was changed or went meanwhile. */
  state: "running" | "done" | "failed";
  /** How far it is. */
  done: number;
  /** Of how much; 0: not known. */
  total: number;
  /** People who lost something. */
  people: number;
  /** Rows, values, orders or people that went. */
  rows: number;
  /** People who keep what is old: held, restricted, or kept for another reason. */
  spared: number;
  /** Why it was given up: changed, no_rule. */
  fault: string | null;
  /** Its certificate can be read. */
  certificate: boolean;
}

export interface FieldsUsageQuery {
  /** Fields of persons, or events. */
  kind?: "field" | "event";
  /** Unused is what was not read for so many days; 90 unless said. */
  days?: number;
}

export interface FieldsUsageAnswer {
  /** In the dictionary's order. */
  items: Array<{
    /** The field of persons, or the event. */
    field: string;
    /** Which of the two. */
    kind: "field" | "event";
    /** Protection; null of an event. */
    level: string | null;
    /** Data category, a fideslang key. */
    category: string | null;
    /** The role that answers for it. */
    owner: string | null;
    /** Whether values are taken. */
    collected: boolean;
    /** What it may be used for. */
    purposes: Array<string>;
    /** What names it: segment:.., persona:.., slot:.., query:.., identifier:... */
    used_in: Array<string>;
    /** Of the profiles with any field, how many have it; null: not counted, or an event. */
    filled_permille: number | null;
    /** Profiles that have a value; of an event how many are stored. */
    filled: number | null;
    /** When that was counted. */
    counted: string | null;
    /** When a value last changed; of an event its last day. */
    last_written: string | null;
    /** When it was last shown to somebody; null: not since it is counted. */
    last_read: string | null;
    /** obsolete: nobody has it, or nothing new for a year; unknown: too early to say. */
    verdict: "used" | "unused" | "obsolete" | "unknown";
  }>;
  /** From when on readings are counted. */
  reads_counted_since: string | null;
  /** Always null: the list is whole. */
  next: string | null;
}

export interface FieldsUsageCountAnswer {
  /** It has begun, or begins within seconds. */
  counting: boolean;
}

export interface RolesListAnswer {
  /** All permissions. */
  permissions: Array<{
    /** Its name. */
    name: string;
    /** What it means. */
    doc: string;
  }>;
  /** All protection levels. */
  levels: Array<string>;
  /** All purposes of staff. */
  purposes: Array<{
    /** Its name. */
    name: string;
    /** What it means. */
    doc: string;
  }>;
  /** The roles: built-in ones first. */
  items: Array<{
    /** The role. */
    name: string;
    /** What it is for. */
    doc: string;
    /** Part of the program: it cannot be changed. */
    builtin: boolean;
    /** What it may do. */
    permissions: Array<string>;
    /** How much of each protection level it sees. */
    view: {
      /** Public values: always full. */
      P0: "full" | "mask" | "none";
      /** Internal values: always full. */
      P1: "full" | "mask" | "none";
      /** Personal values: names, addresses, numbers. */
      P2: "full" | "mask" | "none";
      /** Sensitive values, and everything nobody declared. */
      P3: "full" | "mask" | "none";
      /** Special categories. */
      P4: "full" | "mask" | "none";
    };
    /** What its work may be for; the first is the default. */
    purposes: Array<string>;
    /** Whether its holders need a second factor. */
    second_factor: "required" | "optional";
    /** How many members of staff and invitations have it. */
    staff: number;
  }>;
  /** Always null: the list is whole. */
  next: string | null;
}

export interface RolesCreateBody {
  /** Small letters, digits and "_"; never changes. */
  name: string;
  /** One sentence: what it is for. */
  doc: string;
  /** What it may do. */
  permissions: Array<string>;
  /** How much of each protection level it sees; what is not named from P2 on is not seen. */
  view: {
    /** Public values: always full. */
    P0?: "full" | "mask" | "none";
    /** Internal values: always full. */
    P1?: "full" | "mask" | "none";
    /** Personal values: names, addresses, numbers. */
    P2?: "full" | "mask" | "none";
    /** Sensitive values, and everything nobody declared. */
    P3?: "full" | "mask" | "none";
    /** Special categories. */
    P4?: "full" | "mask" | "none";
  };
  /** What its work may be for; the first is taken when a request names none. */
  purposes: Array<string>;
  /** Whether its holders need a second factor. */
  second_factor?: "required" | "optional";
}

export interface RolesCreateAnswer {
  /** The role. */
  name: string;
  /** What it is for. */
  doc: string;
  /** Part of the program: it cannot be changed. */
  builtin: boolean;
  /** What it may do. */
  permissions: Array<string>;
  /** How much of each protection level it sees. */
  view: {
    /** Public values: always full. */
    P0: "full" | "mask" | "none";
    /** Internal values: always full. */
    P1: "full" | "mask" | "none";
    /** Personal values: names, addresses, numbers. */
    P2: "full" | "mask" | "none";
    /** Sensitive values, and everything nobody declared. */
    P3: "full" | "mask" | "none";
    /** Special categories. */
    P4: "full" | "mask" | "none";
  };
  /** What its work may be for; the first is the default. */
  purposes: Array<string>;
  /** Whether its holders need a second factor. */
  second_factor: "required" | "optional";
  /** How many members of staff and invitations have it. */
  staff: number;
}

export interface RolesPutBody {
  /** One sentence: what it is for. */
  doc: string;
  /** What it may do. */
  permissions: Array<string>;
  /** How much of each protection level it sees; what is not named from P2 on is not seen. */
  view: {
    /** Public values: always full. */
    P0?: "full" | "mask" | "none";
    /** Internal values: always full. */
    P1?: "full" | "mask" | "none";
    /** Personal values: names, addresses, numbers. */
    P2?: "full" | "mask" | "none";
    /** Sensitive values, and everything nobody declared. */
    P3?: "full" | "mask" | "none";
    /** Special categories. */
    P4?: "full" | "mask" | "none";
  };
  /** What its work may be for; the first is taken when a request names none. */
  purposes: Array<string>;
  /** Whether its holders need a second factor. */
  second_factor?: "required" | "optional";
}

export interface RolesPutAnswer {
  /** The role. */
  name: string;
  /** What it is for. */
  doc: string;
  /** Part of the program: it cannot be changed. */
  builtin: boolean;
  /** What it may do. */
  permissions: Array<string>;
  /** How much of each protection level it sees. */
  view: {
    /** Public values: always full. */
    P0: "full" | "mask" | "none";
    /** Internal values: always full. */
    P1: "full" | "mask" | "none";
    /** Personal values: names, addresses, numbers. */
    P2: "full" | "mask" | "none";
    /** Sensitive values, and everything nobody declared. */
    P3: "full" | "mask" | "none";
    /** Special categories. */
    P4: "full" | "mask" | "none";
  };
  /** What its work may be for; the first is the default. */
  purposes: Array<string>;
  /** Whether its holders need a second factor. */
  second_factor: "required" | "optional";
  /** How many members of staff and invitations have it. */
  staff: number;
}

export interface ApprovalRulesListAnswer {
  /** The kinds. */
  items: Array<{
    /** The kind of act. */
    kind: string;
    /** What belongs to it. */
    doc: string;
    /** Whether a second member of staff has to approve; in force once two can. */
    on: boolean;
  }>;
  /** Always null: the list is whole. */
  next: string | null;
}

export interface ApprovalRulesPutBody {
  /** Whether a second member of staff has to approve. */
  on: boolean;
}

export interface ApprovalRulesPutAnswer {
  /** The kind of act. */
  kind: string;
  /** What belongs to it. */
  doc: string;
  /** Whether a second member of staff has to approve; in force once two can. */
  on: boolean;
}

export interface ApprovalsListAnswer {
  /** Newest first. */
  items: Array<{
    /** The approval; goes into the header X-Custos-Approval. */
    id: string;
    /** The kind of act. */
    kind: string;
    /** Why it is asked for; empty when its author was removed. */
    reason: string;
    /** The act: method and path. */
    target: string;
    /** Who asks. */
    asked_by: string | null;
    /** When. */
    asked: string;
    /** When it can be used no more. */
    expires: string;
    /** What became of it. */
    state: "waiting" | "approved" | "refused" | "used" | "expired";
    /** Who decided, or null. */
    decided_by: string | null;
    /** When, or null. */
    decided: string | null;
  }>;
  /** Always null: older ones are in the audit log. */
  next: string | null;
}

export interface ApprovalsAskBody {
  /** The kind of act, for the reader; that of the route counts. */
  kind?: string;
  /** Method and path of what was just refused: "POST /v1/keys/rotate". */
  target: string;
  /** Why; stored sealed, shown to those who decide. */
  reason: string;
}

export interface ApprovalsAskAnswer {
  /** The approval; goes into the header X-Custos-Approval. */
  id: string;
  /** The kind of act. */
  kind: string;
  /** Why it is asked for; empty when its author was removed. */
  reason: string;
  /** The act: method and path. */
  target: string;
  /** Who asks. */
  asked_by: string | null;
  /** When. */
  asked: string;
  /** When it can be used no more. */
  expires: string;
  /** What became of it. */
  state: "waiting" | "approved" | "refused" | "used" | "expired";
  /** Who decided, or null. */
  decided_by: string | null;
  /** When, or null. */
  decided: string | null;
}

export interface ApprovalsApproveAnswer {
  /** The approval; goes into the header X-Custos-Approval. */
  id: string;
  /** The kind of act. */
  kind: string;
  /** Why it is asked for; empty when its author was removed. */
  reason: string;
  /** The act: method and path. */
  target: string;
  /** Who asks. */
  asked_by: string | null;
  /** When. */
  asked: string;
  /** When it can be used no more. */
  expires: string;
  /** What became of it. */
  state: "waiting" | "approved" | "refused" | "used" | "expired";
  /** Who decided, or null. */
  decided_by: string | null;
  /** When, or null. */
  decided: string | null;
}

export interface ApprovalsRefuseAnswer {
  /** The approval; goes into the header X-Custos-Approval. */
  id: string;
  /** The kind of act. */
  kind: string;
  /** Why it is asked for; empty when its author was removed. */
  reason: string;
  /** The act: method and path. */
  target: string;
  /** Who asks. */
  asked_by: string | null;
  /** When. */
  asked: string;
  /** When it can be used no more. */
  expires: string;
  /** What became of it. */
  state: "waiting" | "approved" | "refused" | "used" | "expired";
  /** Who decided, or null. */
  decided_by: string | null;
  /** When, or null. */
  decided: string | null;
}

export interface AttentionAnswer {
  /** Most pressing first; only what the caller may see. */
  items: Array<{
    /** What it is, for programs. */
    kind: string;
    /** What it is, for people. */
    title: string;
    /** How many. */
    count: number;
    /** bad: it should be done today. */
    severity: "bad" | "warn" | "info";
    /** The page of the console where it is done. */
    link: string;
    /** Since when the oldest waits; of requests: when it is due. */
    since: string | null;
  }>;
}

export interface PeopleBreakGlassBody {
  /** Why it cannot wait; stored sealed, shown to those who read the audit log. */
  reason: string;
}

export interface PeopleBreakGlassAnswer {
  /** Until when this session sees this person unmasked. */
  until: string;
}

export interface PeopleUnmaskedAnswer {
  /** Newest first, per profile. */
  items: Array<{
    /** Who. */
    staff: string | null;
    /** When. */
    at: string;
    /** Until when. */
    until: string;
    /** The reason given; empty when its author was removed. */
    reason: string;
  }>;
  /** Always null. */
  next: string | null;
}

export interface PeopleArchiveQuery {
  /** Note the archive in the audit log and put the proof into it: then its bytes differ each time. */
  proof?: boolean;
}

export interface CentreStartQuery {
  /** en, de or fr; remembered. */
  language?: string;
  /** What was done just now, for a line on the page. */
  done?: string;
}

export interface CentreLinkQuery {
  /** en, de or fr; remembered. */
  language?: string;
  /** What was done just now, for a line on the page. */
  done?: string;
}

export interface CentreMeQuery {
  /** en, de or fr; remembered. */
  language?: string;
  /** What was done just now, for a line on the page. */
  done?: string;
}

export interface CentreDataQuery {
  /** en, de or fr; remembered. */
  language?: string;
  /** What was done just now, for a line on the page. */
  done?: string;
}

export interface CentreActivityQuery {
  /** en, de or fr; remembered. */
  language?: string;
  /** What was done just now, for a line on the page. */
  done?: string;
}

export interface CentreConsentsQuery {
  /** en, de or fr; remembered. */
  language?: string;
  /** What was done just now, for a line on the page. */
  done?: string;
}

export interface CentreAccessQuery {
  /** en, de or fr; remembered. */
  language?: string;
  /** What was done just now, for a line on the page. */
  done?: string;
}

export interface CentreRightsQuery {
  /** en, de or fr; remembered. */
  language?: string;
  /** What was done just now, for a line on the page. */
  done?: string;
}

export interface CentreErasePageQuery {
  /** en, de or fr; remembered. */
  language?: string;
  /** What was done just now, for a line on the page. */
  done?: string;
}

export interface CentreCorrectPageQuery {
  /** en, de or fr; remembered. */
  language?: string;
  /** What was done just now, for a line on the page. */
  done?: string;
}

export interface CentreReceiptQuery {
  /** en, de or fr; remembered. */
  language?: string;
  /** What was done just now, for a line on the page. */
  done?: string;
}

export interface CentreReceiptAnswer {
  /** The record of the consent in its canonical form. */
  document: unknown;
  /** That it is in the audit log: custos verify checks it without this server. */
  proof: unknown;
}

export interface CentreCertificateQuery {
  /** en, de or fr; remembered. */
  language?: string;
  /** What was done just now, for a line on the page. */
  done?: string;
}

export interface CentreCertificateAnswer {
  /** The certificate in its canonical form. */
  document: unknown;
  /** That it is in the audit log: custos verify checks it without this server. */
  proof: unknown;
}

export interface CentreUnsubscribePageQuery {
  /** en, de or fr; remembered. */
  language?: string;
  /** What was done just now, for a line on the page. */
  done?: string;
}

export interface PeoplePrivacyLinkBody {
  /** What the link opens. */
  purpose?: "visit";
}

export interface PeoplePrivacyLinkAnswer {
  /** The link: shown this once and stored nowhere. */
  url: string;
  /** Until when it works. */
  until: string;
}

export interface PeopleConsentRequestBody {
  /** Language of the letter. */
  language?: "en" | "de" | "fr";
  /** Form or page where the person signed up, with its version. */
  form?: string;
}

export interface PeopleConsentRequestAnswer {
  /** Until when the link in the letter works. */
  until: string;
}

export interface CanaryListAnswer {
  /** Whether it runs every day (setting canary_rights). */
  daily: boolean;
  /** Newest first. */
  runs: Array<{
    /** When it began. */
    at: string;
    /** Whether every step went as it should. */
    ok: boolean;
    /** How long all of it took, milliseconds. */
    took_ms: number;
    /** In order. */
    steps: Array<{
      /** created, consented, segmented, mailed, exported, withdrawn, erased, gone. */
      name: string;
      /** Whether it went as it should. */
      ok: boolean;
      /** How long it took, milliseconds. */
      took_ms: number;
      /** What was wrong, or why there was nothing to try; else empty. */
      fault: string;
    }>;
  }>;
}

export interface CanaryRunAnswer {
  /** Whether it runs every day (setting canary_rights). */
  daily: boolean;
  /** Newest first. */
  runs: Array<{
    /** When it began. */
    at: string;
    /** Whether every step went as it should. */
    ok: boolean;
    /** How long all of it took, milliseconds. */
    took_ms: number;
    /** In order. */
    steps: Array<{
      /** created, consented, segmented, mailed, exported, withdrawn, erased, gone. */
      name: string;
      /** Whether it went as it should. */
      ok: boolean;
      /** How long it took, milliseconds. */
      took_ms: number;
      /** What was wrong, or why there was nothing to try; else empty. */
      fault: string;
    }>;
  }>;
}

export interface BackupsListAnswer {
  /** Where backups go. */
  targets: Array<{
    /** Name of the target. */
    name: string;
    /** A folder, or a bucket of an S3-compatible store. */
    kind: "folder" | "s3";
    /** The folder, or s3://bucket/prefix. */
    place: string;
    /** Since when nothing gets there; null: all is well. */
    failing_since: string | null;
  }>;
  /** When, and how long they are kept. */
  schedule: {
    /** Hours between backups; 0: only on request. */
    every_hours: number;
    /** Backups that are kept. */
    keep: number;
    /** Days after which key backups are destroyed. */
    key_days: number;
    /** Days between drills; 0: none. */
    drill_days: number;
    /** Whether the journal is copied, too. */
    journal: boolean;
  };
  /** Nothing is under way. */
  idle: boolean;
  /** Bytes read of the backup under way, or of the last one. */
  progress: number;
  /** Backups, newest first. */
  items: Array<{
    /** The backup's id. */
    id: string;
    /** What it holds. */
    class: "data" | "keys" | "configuration";
    /** Where it is. */
    target: string;
    /** When it was begun. */
    started: string;
    /** When it ended. */
    finished: string | null;
    /** Bytes of the files in it. */
    bytes: number;
    /** Bytes that had to be stored anew. */
    sent: number;
    /** Files in it. */
    files: number;
    /** Pieces that were there already. */
    reused: number;
    /** How it went. */
    state: "running" | "done" | "failed";
    /** When every byte of it was last found right. */
    verified: string | null;
    /** What was wrong. */
    error: string | null;
  }>;
  /** Drills, newest first. */
  drills: Array<{
    /** Number of the drill. */
    id: number;
    /** When it was begun. */
    started: string;
    /** When it ended. */
    finished: string | null;
    /** The backup that was tried. */
    backup: string;
    /** How it went. */
    state: "running" | "passed" | "failed";
    /** What was counted, opened and found. */
    report: Record<string, unknown>;
  }>;
}

export interface BackupsMakeBody {
  /** What to back up. */
  class: "data" | "keys" | "configuration";
  /** Another place than the configured one; only over the local socket. */
  target?: string;
}

export interface BackupsMakeAnswer {
  /** The backup's id; empty for what is not about one. */
  id: string;
}

export interface BackupsVerifyQuery {
  /** Another place than the configured one; only over the local socket. */
  target?: string;
}

export interface BackupsVerifyAnswer {
  /** The backup's id; empty for what is not about one. */
  id: string;
}

export interface BackupsPruneQuery {
  /** Another place than the configured one; only over the local socket. */
  target?: string;
}

export interface BackupsPruneAnswer {
  /** The backup's id; empty for what is not about one. */
  id: string;
}

export interface BackupsDrillQuery {
  /** Another place than the configured one; only over the local socket. */
  target?: string;
}

export interface BackupsDrillAnswer {
  /** The backup's id; empty for what is not about one. */
  id: string;
}

export interface KeysGetAnswer {
  /** The root key. */
  root: {
    /** Where the root key comes from at start. */
    source: "file" | "passphrase" | "credential" | "shares";
    /** Recognises the root key and says nothing about it; hexadecimal. */
    fingerprint: string;
    /** Since when this root key is in force. */
    created: string;
    /** Whether a ratchet lies beside it: without one, old copies of the folder open people erased since. */
    ratchet: boolean;
  };
  /** Where keys are: in a process of their own, or in the server's. */
  process: "separate" | "inside";
  /** Counts the changes of the epoch root: each erasure is one. */
  epoch: number;
  /** The key trees. */
  trees: Array<{
    /** Whose keys: people, sources, staff, imports, nobody; vault: kept by law. */
    name: string;
    /** Keys there are. */
    subjects: number;
    /** Of them, restricted. */
    restricted: number;
    /** Numbers whose key was destroyed. */
    erased: number;
    /** Nodes of 64 entries. */
    nodes: number;
    /** Their size, sealed. */
    bytes: number;
  }>;
  /** Class keys. */
  classes: Array<{
    /** What is sealed with it. */
    name: string;
    /** Version of the class key for what is sealed now. */
    version: number;
    /** The cipher. */
    suite: string;
  }>;
  /** The key that signs the audit log. */
  signing: {
    /** Name and hash of the key that signs the audit log. */
    key_id: string | null;
  };
  /** The key under which identifiers are found (tags in index.db). */
  index: {
    /** Version of the key in force. */
    version: number;
  };
  /** The recovery kit. */
  recovery_kit: {
    /** When the last recovery kit was made; null: never. */
    made: string | null;
  };
  /** Key archives (backups of class keys). */
  archives: {
    /** After so many days a key archive is destroyed. */
    days: number;
    /** Archives that are kept. */
    count: number;
    /** When the oldest was made. */
    oldest: string | null;
    /** When the newest was made. */
    newest: string | null;
  };
  /** Other machines that hold these keys. */
  replicas: Array<{
    /** Its name. */
    name: string;
    /** Where it listens. */
    address: string;
    /** new: never answered; current; behind; ahead, other: refused, since it knows a later epoch than this folder, or another history. */
    state: "new" | "current" | "behind" | "ahead" | "other";
    /** The epoch it acknowledged last; 0: none. */
    epoch: number;
    /** How many epochs it lacks; every erasure is one. */
    behind: number;
    /** When it acknowledged last. */
    last_ack: string | null;
    /** When it was paired. */
    added: string;
  }>;
  /** Whether all replicas followed the erasures. */
  erasures: {
    /** complete: every replica acknowledged the last erasure; pending: not yet. */
    state: "complete" | "pending";
    /** The replicas that did not. */
    pending_on: Array<unknown>;
  };
  /** The last rotation of each kind. */
  rotations: Array<{
    /** What was rotated last. */
    kind: "nodes" | "root" | "class" | "index";
    /** running or done; of class and index by itself, also after a restart, of nodes when it is asked for again. */
    state: "running" | "done";
    /** Done so far: leaves of the tree; with kind class rows of the database, with kind index identifiers. */
    done: number;
    /** Of so many, at its start. */
    total: number;
    /** When it began. */
    started: string;
    /** When it ended. */
    finished: string | null;
  }>;
}

export interface KeysRotateBody {
  /** What to rotate: root, nodes, class, signing or index. */
  kind: "root" | "nodes" | "class" | "signing" | "index";
  /** With kind class: which. */
  class?: string;
}

export interface KeysRotateAnswer {
  /** What is rotated. */
  kind: "root" | "nodes" | "class" | "signing" | "index";
  /** running or done. */
  state: "running" | "done";
}

export interface KeysRecoveryKitAnswer {
  /** The kit's text, once: print it and lock it away; with it every key archive made from now on opens. */
  kit: string;
}

export interface KeyReplicasListAnswer {
  /** The line by which a replica knows this shop. */
  primary: string;
  /** The epoch now. */
  epoch: number;
  /** The replicas. */
  replicas: Array<{
    /** Its name. */
    name: string;
    /** Where it listens. */
    address: string;
    /** new: never answered; current; behind; ahead, other: refused, since it knows a later epoch than this folder, or another history. */
    state: "new" | "current" | "behind" | "ahead" | "other";
    /** The epoch it acknowledged last; 0: none. */
    epoch: number;
    /** How many epochs it lacks; every erasure is one. */
    behind: number;
    /** When it acknowledged last. */
    last_ack: string | null;
    /** When it was paired. */
    added: string;
  }>;
  /** Whether all replicas followed the erasures. */
  erasures: {
    /** complete: every replica acknowledged the last erasure; pending: not yet. */
    state: "complete" | "pending";
    /** The replicas that did not. */
    pending_on: Array<unknown>;
  };
}

export interface KeyReplicasAddBody {
  /** A name for it: letters, digits, '-', '_'. */
  name: string;
  /** Where it listens, as 10.0.0.7:7443. */
  address: string;
  /** The line that `custos keys replica init` printed on its machine. */
  key: string;
}

export interface KeyReplicasAddAnswer {
  /** Its name. */
  name: string;
  /** The line to give to `custos keys replica pair` on its machine. */
  primary: string;
}

export interface SelfAuditGetAnswer {
  /** When. */
  checked: string;
  /** One finding per check, the worst first. */
  items: Array<{
    /** The check's name. */
    id: string;
    /** How bad it is. */
    severity: "good" | "warning" | "danger";
    /** What was looked at. */
    title: string;
    /** What is so. */
    text: string;
    /** What to do about it; null when all is well. */
    mend: string | null;
  }>;
}

export interface TransparencyPageQuery {
  /** Instead of what the browser asks for. */
  language?: "en" | "de" | "fr";
}

export interface TransparencyVersionsPageQuery {
  /** Instead of what the browser asks for. */
  language?: "en" | "de" | "fr";
}

export interface TransparencyDiffQuery {
  /** Instead of what the browser asks for. */
  language?: "en" | "de" | "fr";
  /** The version before. */
  from: number;
  /** The version after. */
  to: number;
}

export interface TransparencyBadgesQuery {
  /** Instead of what the browser asks for. */
  language?: "en" | "de" | "fr";
}

export interface TransparencyBadgesAnswer {
  /** When. */
  measured: string;
  /** The facts. */
  items: Array<{
    /** Name of the fact. */
    name: string;
    /** What is measured, in words. */
    title: string;
    /** grey: nothing to say yet. */
    colour: "green" | "amber" | "red" | "grey";
    /** The measure, or null. */
    value: number | null;
    /** What it counts. */
    unit: "permille" | "days" | "bool";
    /** The measure in words. */
    text: string;
  }>;
}

export interface TransparencyBadgeQuery {
  /** Instead of what the browser asks for. */
  language?: "en" | "de" | "fr";
  /** One badge, by its name in badges.json; none: all in one. */
  name?: string;
}

export interface TransparencyTiltQuery {
  /** Instead of what the browser asks for. */
  language?: "en" | "de" | "fr";
  /** An older version. */
  version?: number;
}

export interface TransparencyTiltAnswer {
  /** Version, language, hash. */
  meta: unknown;
  /** Who is responsible. */
  controller: unknown;
  /** Whom to ask. */
  dataProtectionOfficer: unknown;
  /** What is collected, per category. */
  dataDisclosed: unknown;
  /** Transfers, with their safeguards. */
  thirdCountryTransfers: unknown;
  /** Access. */
  accessAndDataPortability: unknown;
  /** Where data comes from. */
  sources: unknown;
  /** A right. */
  rightToInformation: unknown;
  /** A right. */
  rightToRectificationOrDeletion: unknown;
  /** A right. */
  rightToDataPortability: unknown;
  /** A right. */
  rightToWithdrawConsent: unknown;
  /** A right. */
  rightToComplain: unknown;
  /** Decisions by machines. */
  automatedDecisionMaking: unknown;
  /** What is announced. */
  changesOfPurpose: unknown;
}

export interface TransparencyDpvQuery {
  /** Instead of what the browser asks for. */
  language?: "en" | "de" | "fr";
  /** An older version. */
  version?: number;
}

export interface TransparencyDpvAnswer {
  /** The vocabulary. */
  "@context": unknown;
  /** This version. */
  "@id": unknown;
  /** One handling of data per purpose. */
  "@graph": unknown;
}

export interface TransparencyVersionQuery {
  /** Instead of what the browser asks for. */
  language?: "en" | "de" | "fr";
}

export interface TransparencyProofAnswer {
  /** What was published. */
  document: unknown;
  /** That it stood in the signed log; custos verify checks it. */
  proof: unknown;
}

export interface TransparencyGetAnswer {
  /** Who is responsible. */
  controller: {
    /** Name. */
    name: string | null;
    /** Postal address. */
    address: string | null;
    /** Country, two letters (ISO 3166-1). */
    country: string | null;
    /** E-mail address. */
    email: string | null;
    /** Telephone number. */
    phone: string | null;
    /** Website, https://... */
    website: string | null;
  } | null;
  /** Who stands for them. */
  representative: {
    /** Name. */
    name: string | null;
    /** Postal address. */
    address: string | null;
    /** Country, two letters (ISO 3166-1). */
    country: string | null;
    /** E-mail address. */
    email: string | null;
    /** Telephone number. */
    phone: string | null;
    /** Website, https://... */
    website: string | null;
  } | null;
  /** Data protection officer. */
  officer: {
    /** Name. */
    name: string | null;
    /** Postal address. */
    address: string | null;
    /** Country, two letters (ISO 3166-1). */
    country: string | null;
    /** E-mail address. */
    email: string | null;
    /** Telephone number. */
    phone: string | null;
    /** Website, https://... */
    website: string | null;
  } | null;
  /** Supervisory authority. */
  authority: {
    /** Name. */
    name: string | null;
    /** Postal address. */
    address: string | null;
    /** Country, two letters (ISO 3166-1). */
    country: string | null;
    /** E-mail address. */
    email: string | null;
    /** Telephone number. */
    phone: string | null;
    /** Website, https://... */
    website: string | null;
  } | null;
  /** Introduction, by language. */
  texts: {
    /** In English. */
    en: string | null;
    /** In German. */
    de: string | null;
    /** In French. */
    fr: string | null;
  };
  /** Which decisions a machine makes alone, and how; none when empty. */
  automated: {
    /** In English. */
    en: string | null;
    /** In German. */
    de: string | null;
    /** In French. */
    fr: string | null;
  };
  /** How a legitimate interest was weighed: purpose, then language, then text. */
  balancing: Record<string, unknown>;
  /** Changes of purpose to come. */
  planned: Array<{
    /** From when on. */
    date: string;
    /** Which purposes it touches. */
    purposes: Array<string>;
    /** What changes, by language. */
    texts: {
      /** In English. */
      en: string | null;
      /** In German. */
      de: string | null;
      /** In French. */
      fr: string | null;
    };
  }>;
  /** What is shown; what is not said is. */
  shown: {
    /** Every data field and event. */
    fields: boolean;
    /** Roles and how many persons have them. */
    access: boolean;
    /** Steps of security. */
    security: boolean;
    /** Figures of requests. */
    statistics: boolean;
    /** The computed facts. */
    badges: boolean;
  };
  /** What has to be set before the page is public. */
  missing: Array<string>;
  /** Whether the page is public. */
  published: boolean;
  /** Where it is. */
  url: string;
  /** The facts, measured now. */
  badges: Array<{
    /** Name of the fact. */
    name: string;
    /** grey: nothing to say yet. */
    colour: "green" | "amber" | "red" | "grey";
    /** The measure, or null. */
    value: number | null;
    /** What it counts. */
    unit: "permille" | "days" | "bool";
    /** The measure in words. */
    text: string;
  }>;
  /** The version in force. */
  version: number | null;
  /** Since when. */
  made: string | null;
}

export interface TransparencyPutBody {
  /** Who is responsible. */
  controller?: {
    /** Name. */
    name?: string;
    /** Postal address. */
    address?: string;
    /** Country, two letters (ISO 3166-1). */
    country?: string;
    /** E-mail address. */
    email?: string;
    /** Telephone number. */
    phone?: string;
    /** Website, https://... */
    website?: string;
  };
  /** Who stands for them. */
  representative?: {
    /** Name. */
    name?: string;
    /** Postal address. */
    address?: string;
    /** Country, two letters (ISO 3166-1). */
    country?: string;
    /** E-mail address. */
    email?: string;
    /** Telephone number. */
    phone?: string;
    /** Website, https://... */
    website?: string;
  };
  /** Data protection officer. */
  officer?: {
    /** Name. */
    name?: string;
    /** Postal address. */
    address?: string;
    /** Country, two letters (ISO 3166-1). */
    country?: string;
    /** E-mail address. */
    email?: string;
    /** Telephone number. */
    phone?: string;
    /** Website, https://... */
    website?: string;
  };
  /** Supervisory authority. */
  authority?: {
    /** Name. */
    name?: string;
    /** Postal address. */
    address?: string;
    /** Country, two letters (ISO 3166-1). */
    country?: string;
    /** E-mail address. */
    email?: string;
    /** Telephone number. */
    phone?: string;
    /** Website, https://... */
    website?: string;
  };
  /** Introduction, by language. */
  texts?: {
    /** In English. */
    en?: string;
    /** In German. */
    de?: string;
    /** In French. */
    fr?: string;
  };
  /** Which decisions a machine makes alone, and how; none when empty. */
  automated?: {
    /** In English. */
    en?: string;
    /** In German. */
    de?: string;
    /** In French. */
    fr?: string;
  };
  /** How a legitimate interest was weighed: purpose, then language, then text. */
  balancing?: Record<string, unknown>;
  /** Changes of purpose to come. */
  planned?: Array<{
    /** From when on. */
    date: string;
    /** Which purposes it touches. */
    purposes?: Array<string>;
    /** What changes, by language. */
    texts: {
      /** In English. */
      en?: string;
      /** In German. */
      de?: string;
      /** In French. */
      fr?: string;
    };
  }>;
  /** What is shown; what is not said is. */
  shown?: {
    /** Every data field and event. */
    fields?: boolean;
    /** Roles and how many persons have them. */
    access?: boolean;
    /** Steps of security. */
    security?: boolean;
    /** Figures of requests. */
    statistics?: boolean;
    /** The computed facts. */
    badges?: boolean;
  };
}

export interface TransparencyPutAnswer {
  /** Who is responsible. */
  controller: {
    /** Name. */
    name: string | null;
    /** Postal address. */
    address: string | null;
    /** Country, two letters (ISO 3166-1). */
    country: string | null;
    /** E-mail address. */
    email: string | null;
    /** Telephone number. */
    phone: string | null;
    /** Website, https://... */
    website: string | null;
  } | null;
  /** Who stands for them. */
  representative: {
    /** Name. */
    name: string | null;
    /** Postal address. */
    address: string | null;
    /** Country, two letters (ISO 3166-1). */
    country: string | null;
    /** E-mail address. */
    email: string | null;
    /** Telephone number. */
    phone: string | null;
    /** Website, https://... */
    website: string | null;
  } | null;
  /** Data protection officer. */
  officer: {
    /** Name. */
    name: string | null;
    /** Postal address. */
    address: string | null;
    /** Country, two letters (ISO 3166-1). */
    country: string | null;
    /** E-mail address. */
    email: string | null;
    /** Telephone number. */
    phone: string | null;
    /** Website, https://... */
    website: string | null;
  } | null;
  /** Supervisory authority. */
  authority: {
    /** Name. */
    name: string | null;
    /** Postal address. */
    address: string | null;
    /** Country, two letters (ISO 3166-1). */
    country: string | null;
    /** E-mail address. */
    email: string | null;
    /** Telephone number. */
    phone: string | null;
    /** Website, https://... */
    website: string | null;
  } | null;
  /** Introduction, by language. */
  texts: {
    /** In English. */
    en: string | null;
    /** In German. */
    de: string | null;
    /** In French. */
    fr: string | null;
  };
  /** Which decisions a machine makes alone, and how; none when empty. */
  automated: {
    /** In English. */
    en: string | null;
    /** In German. */
    de: string | null;
    /** In French. */
    fr: string | null;
  };
  /** How a legitimate interest was weighed: purpose, then language, then text. */
  balancing: Record<string, unknown>;
  /** Changes of purpose to come. */
  planned: Array<{
    /** From when on. */
    date: string;
    /** Which purposes it touches. */
    purposes: Array<string>;
    /** What changes, by language. */
    texts: {
      /** In English. */
      en: string | null;
      /** In German. */
      de: string | null;
      /** In French. */
      fr: string | null;
    };
  }>;
  /** What is shown; what is not said is. */
  shown: {
    /** Every data field and event. */
    fields: boolean;
    /** Roles and how many persons have them. */
    access: boolean;
    /** Steps of security. */
    security: boolean;
    /** Figures of requests. */
    statistics: boolean;
    /** The computed facts. */
    badges: boolean;
  };
  /** What has to be set before the page is public. */
  missing: Array<string>;
  /** Whether the page is public. */
  published: boolean;
  /** Where it is. */
  url: string;
  /** The facts, measured now. */
  badges: Array<{
    /** Name of the fact. */
    name: string;
    /** grey: nothing to say yet. */
    colour: "green" | "amber" | "red" | "grey";
    /** The measure, or null. */
    value: number | null;
    /** What it counts. */
    unit: "permille" | "days" | "bool";
    /** The measure in words. */
    text: string;
  }>;
  /** The version in force. */
  version: number | null;
  /** Since when. */
  made: string | null;
}

export interface TransparencyVersionsQuery {
  /** From the page before. */
  cursor?: number;
  /** How many; default 50. */
  limit?: number;
}

export interface TransparencyVersionsAnswer {
  /** Newest first. */
  items: Array<{
    /** Version. */
    version: number;
    /** Since when. */
    made: string;
    /** How many things differ from the version before. */
    changes: number;
  }>;
  /** Cursor of the next page. */
  next: number | null;
}

export interface HealthLiveAnswer {
  /** live. */
  status: string;
}

export interface HealthReadyAnswer {
  /** ready; or, with status 503, not ready. */
  status: string;
  /** Why it is not ready, or null. */
  reason: string | null;
}

export interface VersionAnswer {
  /** Version of the program. */
  version: string;
}

export interface InsightReportQuestion {
  /** Figures; GET /v1/insight/metrics lists them. */
  metrics: Array<string>;
  /** Length of the periods of the series; weeks begin on Monday. */
  by?: "hour" | "day" | "week" | "month" | "total";
  /** Compare with as many days directly before, or with the same dates a year before. */
  compare?: "none" | "previous" | "year";
  /** A dimension whose values become rows. */
  breakdown?: string;
  /** Only what all of these hold of. */
  filters?: Array<{
    /** A dimension; GET /v1/insight/dimensions lists them. */
    dimension: string;
    /** Values of which one must hold; `(no visit)`: orders that lie in no visit. */
    in: Array<string>;
  }>;
  /** Rows of the breakdown at most; the rest is added up. */
  limit?: number;
}

export interface InsightReportAnswer {
  /** When each period begins. */
  periods: Array<string>;
  /** Those compared with. */
  previous_periods: Array<string>;
  /** How many of the last periods are not over. */
  partial: number;
  /** The figures, in the order asked. */
  metrics: Array<{
    /** The metric. */
    name: string;
    /** Its variant. */
    variant: string;
    /** Of its values. */
    unit: "count" | "money" | "share" | "seconds" | "number";
    /** Of the whole period; null: hidden, nothing to divide by, or not to be told with these filters. */
    value: number | null;
    /** Of the period compared with. */
    previous: number | null;
    /** (value - previous) / previous. */
    change: number | null;
    /** Is the change more than chance? */
    significance: {
      /** How often a change this large comes by chance; null: nothing is claimed. */
      p: number | null;
      /** The test; `none`: no test was made. */
      method: string;
      /** What it says, for people. */
      words: string;
    } | null;
    /** By `periods`. */
    series: Array<number | null>;
    /** By `previous_periods`. */
    previous_series: Array<number | null>;
  }>;
  /** Values of the breakdown, most first by the first metric. */
  rows: Array<{
    /** The value, as a filter takes it; empty: without one; `(hidden)`: of a small group. */
    value: string;
    /** For people. */
    label: string;
    /** In the order of `metrics`; null: hidden, or nothing to divide by, or not to be told by this breakdown. */
    values: Array<number | null>;
    /** Of the period compared with. */
    previous: Array<number | null>;
    /** Different people in it; guests count each order. null: hidden. */
    people: number | null;
  }>;
  /** Values that are not shown; null: more than could be kept apart (some 200,000). */
  rows_more: number | null;
  /** The values not shown, added up; people in two of them count twice. */
  other: {
    /** The value, as a filter takes it; empty: without one; `(hidden)`: of a small group. */
    value: string;
    /** For people. */
    label: string;
    /** In the order of `metrics`; null: hidden, or nothing to divide by, or not to be told by this breakdown. */
    values: Array<number | null>;
    /** Of the period compared with. */
    previous: Array<number | null>;
    /** Different people in it; guests count each order. null: hidden. */
    people: number | null;
  } | null;
  /** Orders of the period in a currency without a rate: in no amount. */
  no_rate: number;
}

export interface InsightCohortQuestion {
  /** What begins: an event's name, "*" for anything that a person does, or "order" for an order that counts. */
  start?: string;
  /** What counts as a return, likewise. */
  return?: string;
  /** Of the shop's zone; weeks begin on Monday. */
  period?: "day" | "week" | "month";
  /** bracket: in that period; rolling: in it or later; full: in each up to it; rolling_24h: blocks of 24 h, 7 d or 30 d from the person's own start. */
  mode?: "bracket" | "rolling" | "rolling_24h" | "full";
  /** first: in the cohort of the first start ever; every: in that of each period with a start. */
  entry?: "first" | "every";
  /** Columns, the cohort's own period included. */
  periods?: number;
  /** People who returned, their orders, revenue less refunds, or this by person of the cohort. */
  measure?: "people" | "orders" | "revenue" | "revenue_per_person";
  /** Up to and with each column. */
  cumulative?: boolean;
  /** Only people whose first visit on record was so. */
  acquired?: {
    /** What of the visit; GET /v1/insight/dimensions explains them. */
    dimension: "channel" | "source" | "medium" | "campaign" | "referrer" | "landing" | "device" | "country";
    /** One of these. */
    in: Array<string>;
  };
}

export interface InsightCohortAnswer {
  /** As asked. */
  period: "day" | "week" | "month";
  /** As asked. */
  mode: "bracket" | "rolling" | "rolling_24h" | "full";
  /** As asked. */
  measure: "people" | "orders" | "revenue" | "revenue_per_person";
  /** One for each period that the days touch. */
  cohorts: Array<{
    /** First day of its period. */
    from: string;
    /** People who began in it. */
    size: number | null;
    /** Columns; of people, column 0 is the size. */
    values: Array<number | null>;
    /** So many columns are over for the whole cohort; the next one may still grow. */
    complete: number;
  }>;
  /** Sum over cohorts whose column is complete. */
  total: Array<number | null>;
  /** People in these cohorts. */
  total_size: Array<number | null>;
  /** total / total_size: a share of people (0 to 1), or orders or minor units per person. */
  average: Array<number | null>;
  /** Orders without an exchange rate; their amounts are 0. */
  no_rate: number;
}

export interface InsightValueQuestion {
  /** Rows: the month of the first order, the channel of the first visit, the first product of the first order, or all in one. */
  by?: "month" | "channel" | "first_product" | "total";
  /** Months that the curves follow. */
  periods?: number;
  /** Rows of channels or products; the rest is one row. */
  limit?: number;
  /** Only people whose first visit on record was so. */
  acquired?: {
    /** What of the visit; GET /v1/insight/dimensions explains them. */
    dimension: "channel" | "source" | "medium" | "campaign" | "referrer" | "landing" | "device" | "country";
    /** One of these. */
    in: Array<string>;
  };
}

export interface InsightValueAnswer {
  /** As asked. */
  by: "month" | "channel" | "first_product" | "total";
  /** People whose first order lies in the days. */
  customers: number | null;
  /** Their orders, up to the last day. */
  orders: number | null;
  /** Of these, less refunds, minor units. */
  revenue: number | null;
  /** revenue / customers; null: no customer. */
  value_per_customer: number | null;
  /** orders / customers. */
  orders_per_customer: number | null;
  /** Customers with two orders or more. */
  repeat_customers: number | null;
  /** The rows. */
  curves: Array<{
    /** Month, channel or product; "(none)", "(other)". */
    value: string;
    /** To be shown. */
    label: string;
    /** Customers of the row. */
    customers: number | null;
    /** Revenue less refunds so far, minor units. */
    revenue: number | null;
    /** revenue / customers. */
    value_per_customer: number | null;
    /** By months since the first order. */
    cumulative: Array<number | null>;
    /** Denominators of `cumulative`. */
    observed: Array<number | null>;
    /** So many points are of all customers of the row. */
    complete: number;
  }>;
  /** So many values are in "(other)". */
  curves_more: number;
  /** What the best bring. */
  tops: Array<{
    /** 0.01, 0.05, 0.1, 0.2, 0.5. */
    share_of_customers: number;
    /** So many, rounded up. */
    customers: number | null;
    /** Theirs, minor units. */
    revenue: number | null;
    /** Of the revenue of all; more than 1 where others brought less than nothing; null: there is none. */
    share_of_revenue: number | null;
  }>;
  /** Orders without a person; null where the question is about some people only. */
  guests: {
    /** Orders of nobody known, in the days. */
    orders: number;
    /** Their revenue less refunds, in no other figure here. */
    revenue: number;
  } | null;
  /** Orders without an exchange rate; their amounts are 0. */
  no_rate: number;
}

export interface InsightChurnQuestion {
  /** N of the variant "segment". */
  days?: number;
  /** Rhythms until which a person is active. */
  active?: number;
  /** Rhythms until which a person is slowing. */
  slowing?: number;
  /** Rhythms until which a person is at risk; beyond: lost. */
  at_risk?: number;
  /** The shop's rhythm while nobody has come back. */
  fallback_days?: number;
  /** Only people whose first visit on record was so. */
  acquired?: {
    /** What of the visit; GET /v1/insight/dimensions explains them. */
    dimension: "channel" | "source" | "medium" | "campaign" | "referrer" | "landing" | "device" | "country";
    /** One of these. */
    in: Array<string>;
  };
}

export interface InsightChurnAnswer {
  /** People with an order that counts, up to the last day. */
  customers: number | null;
  /** active, slowing, at_risk, lost. */
  bands: Array<{
    /** To be given as `pick`. */
    name: "active" | "slowing" | "at_risk" | "lost";
    /** To be shown. */
    title: string;
    /** Customers in it. */
    people: number | null;
    /** What they brought in the last 365 days, less refunds, minor units. */
    revenue: number | null;
    /** The same of all days. */
    revenue_ever: number | null;
    /** The rule in words. */
    doc: string;
  }>;
  /** What those at risk brought in the last 365 days, minor units. */
  revenue_at_risk: number | null;
  /** How often people buy. */
  rhythm: {
    /** The shop's rhythm; null: nobody came back. */
    median_days: number | null;
    /** Customers with two purchase days or more. */
    repeat_customers: number | null;
    /** The shop's rhythm counts as so many own intervals. */
    weight: number;
    /** true: `fallback_days` stand in for the shop's rhythm. */
    fallback: boolean;
  };
  /** The model in words. */
  method: string;
  /** Published simple definitions. */
  variants: Array<{
    /** Name of the variant. */
    name: "segment";
    /** Who counts this way. */
    vendor: string;
    /** In words. */
    formula: string;
    /** N. */
    days: number;
    /** The denominator. */
    among: number | null;
    /** The numerator. */
    churned: number | null;
    /** churned / among; null: nobody ordered then. */
    share: number | null;
  }>;
  /** Orders without an exchange rate; their amounts are 0. */
  no_rate: number;
}

export interface InsightRfmMovementQuestion {
  /** Only people whose first visit on record was so. */
  acquired?: {
    /** What of the visit; GET /v1/insight/dimensions explains them. */
    dimension: "channel" | "source" | "medium" | "campaign" | "referrer" | "landing" | "device" | "country";
    /** One of these. */
    in: Array<string>;
  };
}

export interface InsightRfmMovementAnswer {
  /** The eleven groups; docs/explanation/rfm.md. */
  groups: Array<string>;
  /** Customers at the beginning. */
  customers_before: number | null;
  /** Customers at the end. */
  customers_after: number | null;
  /** From group to group; who stayed is there too. */
  moves: Array<{
    /** Group at the beginning; null: no customer yet. */
    from: string | null;
    /** Group at the end. */
    to: string | null;
    /** So many. */
    people: number | null;
  }>;
  /** Customers of each group at the beginning. */
  before: Array<number | null>;
  /** At the end. */
  after: Array<number | null>;
}

export interface InsightFunnelQuestion {
  /** 1 to 16 steps. */
  steps?: Array<{
    /** Name of the event; * is anything that a person does. */
    event: string;
    /** How it is called in the answer. */
    label?: string;
    /** Conditions; all must hold. */
    where?: Array<{
      /** Declared property of the event, of level P0 or P1; $context.<name> of any event. */
      property: string;
      /** How it is compared. Texts ignore case and accents; is_not also holds where there is no value. */
      op?: "is" | "is_not" | "contains" | "starts" | "ends" | "at_least" | "at_most" | "present";
      /** Any of these (is_not: none of these); one for at_least and at_most; nothing for present. */
      values?: Array<unknown>;
    }>;
  }>;
  /** Instead of steps. shop: Product Viewed, Product Added, Checkout Started, Order Completed; what the shop never sends is left out. */
  ready?: "shop";
  /** ordered: others may lie between; strict: nothing else that a person does may; any: whichever comes first. */
  order?: "ordered" | "strict" | "any";
  /** Seconds from the first to the last step, inclusive; default 7 days, of visits the whole visit. */
  window_s?: number;
  /** The same in milliseconds. */
  window_ms?: number;
  /** Who goes through: person (default), visit, or {"property": name}: a person's events with the same value of it. */
  by?: unknown;
  /** Properties of which all steps have the same value (product_id, order_id); the value that gets furthest counts. */
  same?: Array<string>;
  /** What must not happen between two steps. */
  exclude?: Array<{
    /** What must not happen; * is anything that a person does. */
    event: string;
    /** Conditions; all must hold. */
    where?: Array<{
      /** Declared property of the event, of level P0 or P1; $context.<name> of any event. */
      property: string;
      /** How it is compared. Texts ignore case and accents; is_not also holds where there is no value. */
      op?: "is" | "is_not" | "contains" | "starts" | "ends" | "at_least" | "at_most" | "present";
      /** Any of these (is_not: none of these); one for at_least and at_most; nothing for present. */
      values?: Array<unknown>;
    }>;
    /** After this step (from 1); default the first. */
    from_step?: number;
    /** And before this one; default the last. */
    to_step?: number;
  }>;
  /** What an excluded event ends: attempt (one may begin anew; Mixpanel), or person (out of the whole funnel; PostHog). */
  exclusion?: "attempt" | "person";
  /** Count every attempt: the next begins when one ended (Mixpanel's totals). */
  reentry?: boolean;
  /** each: every first step begins the window anew (ClickHouse, Mixpanel since 2019); never: only the first one does (Mixpanel before). */
  restart?: "each" | "never";
  /** window: who enters in the period has the whole window; period: later steps lie in the period too (PostHog). */
  finish?: "window" | "period";
  /** Modes of windowFunnel; default: strict_once where steps can be the same event, else none. */
  modes?: Array<"strict_order" | "strict_increase" | "strict_deduplication" | "strict_once" | "allow_reentry">;
  /** A dimension (channel, source, medium, campaign, referrer, landing, device, country), or {"property": name} of the first step. */
  breakdown?: unknown;
  /** Rows of the breakdown; the rest is added up as (other). */
  limit?: number;
  /** Also by the day, week or month of entering. */
  trend?: "day" | "week" | "month";
}

export interface InsightFunnelAnswer {
  /** What is counted. */
  unit: "person" | "visit" | "property" | "attempt";
  /** As asked. */
  order: "ordered" | "strict" | "any";
  /** Modes in force. */
  modes: Array<"strict_order" | "strict_increase" | "strict_deduplication" | "strict_once" | "allow_reentry">;
  /** The window in force, in seconds. */
  window_s: number;
  /** How many entered. */
  entered: number | null;
  /** How many reached the last step. */
  converted: number | null;
  /** converted / entered. */
  share: number | null;
  /** Who is in no figure because of what is excluded (exclusion: person). */
  excluded: number | null;
  /** From the first to the last step. */
  seconds: {
    /** Median. */
    median: number;
    /** Mean. */
    mean: number;
    /** 90 of 100 are faster (quantile of type 7). */
    p90: number;
  } | null;
  /** The same time, distributed. */
  histogram: Array<{
    /** Up to so many seconds, inclusive, and more than the bucket before. */
    upto_s: number;
    /** How many (of the unit). */
    people: number | null;
  }>;
  /** The steps, as asked. */
  steps: Array<{
    /** The event. */
    event: string;
    /** How it is called. */
    label: string;
    /** false: this event never came to this shop. */
    seen: boolean;
    /** How many got at least so far; in any order: did at least so many steps. null: hidden, or left out of a ready funnel. */
    reached: number | null;
    /** Different people among them. */
    people: number | null;
    /** Of those who entered. */
    share_of_first: number | null;
    /** Of those who reached the step before. */
    share_of_previous: number | null;
    /** Who reached the step before and not this one; null for the first. */
    dropped: number | null;
    /** From the step before to this one. */
    seconds: {
      /** Median. */
      median: number;
      /** Mean. */
      mean: number;
      /** 90 of 100 are faster (quantile of type 7). */
      p90: number;
    } | null;
    /** The same time, distributed. */
    histogram: Array<{
      /** Up to so many seconds, inclusive, and more than the bucket before. */
      upto_s: number;
      /** How many (of the unit). */
      people: number | null;
    }>;
  }>;
  /** The breakdown, most entrants first. */
  rows: Array<{
    /** The value; null: none, or the rest added up. */
    value: string | null;
    /** How it is called; (other): the rest added up; (none): without a value. */
    label: string;
    /** Per step. */
    reached: Array<number | null>;
  }>;
  /** Values that are added up in (other). */
  rows_more: number;
  /** By the period of entering. */
  trend: Array<{
    /** First day of the period. */
    from: string;
    /** Who did the first step in it; a person can enter in several periods. */
    entered: number | null;
    /** Who got to the last step by a chain that began in it. */
    converted: number | null;
    /** Not over yet: the period is cut, or the window still runs. */
    partial: boolean;
  }>;
  /** What one should know of this answer. */
  notes: Array<string>;
}

export interface InsightPathsQuestion {
  /** From where, the first time it happens in a visit; default: the visit's beginning (backward: its end). */
  start?: {
    /** Name of an event. */
    event?: string;
    /** Path of a page, such as /cart. */
    page?: string;
  };
  /** Where visits go from there, or where they came from. */
  direction?: "forward" | "backward";
  /** Stations are events, or pages by their path. */
  by?: "event" | "page";
  /** Stations after the start. */
  depth?: number;
  /** Stations shown at each depth; the rest is (other). */
  branches?: number;
  /** The same station several times in a row is one. */
  collapse?: boolean;
}

export interface InsightPathsAnswer {
  /** Visits with the start. */
  visits: number | null;
  /** Different people among them. */
  people: number | null;
  /** By depth; the first holds the start. */
  columns: Array<Array<{
    /** The event or path; (other): the rest added up; (none): pages without a path. */
    key: string;
    /** How it is called. */
    label: string;
    /** Visits that are here at this depth. */
    visits: number | null;
    /** Of them, those with nothing behind it (backward: before it). */
    ended: number | null;
  }>>;
  /** From one column to the next. */
  links: Array<{
    /** Of the station it leads to; the start is 0. */
    depth: number;
    /** Key in the column before. */
    from: string;
    /** Key in this column. */
    to: string;
    /** Visits that took it. */
    visits: number | null;
  }>;
  /** What one should know of this answer. */
  notes: Array<string>;
}

export interface InsightFrictionQuestion {
  /** A page is slow when its largest part (or, where only that was measured, the page) took longer to show. */
  slow_ms?: number;
  /** Rows of each list, the dearest first. */
  limit?: number;
}

export interface InsightFrictionAnswer {
  /** Where visits leave the checkout. */
  checkout: Array<{
    /** Checkout Started, Payment Info Entered, or a step as the shop names it; as visits reach them. */
    step: string | null;
    /** Visits that reached it. */
    visits: number | null;
    /** Of them without an order, and with no later step. */
    dropped: number | null;
    /** Share of the visits that ordered. */
    converted: number | null;
    /** Estimated amount; see method. null: hidden, or nothing to estimate it from. */
    lost: number | null;
  }>;
  /** Refused payments (Payment Failed). */
  payments: Array<{
    /** How it was to be paid. */
    method: string | null;
    /** Why, as the shop says it. */
    reason: string | null;
    /** Visits that met it. */
    visits: number | null;
    /** How often. */
    tries: number | null;
    /** Share of these visits that ordered all the same. */
    converted_with: number | null;
    /** Share of comparable visits that ordered. */
    converted_without: number | null;
    /** Estimated amount; see method. null: hidden, or nothing to estimate it from. */
    lost: number | null;
  }>;
  /** Refused coupons (Coupon Denied). */
  coupons: Array<{
    /** The coupon's code or number. */
    coupon: string | null;
    /** Why, as the shop says it. */
    reason: string | null;
    /** Visits that met it. */
    visits: number | null;
    /** How often. */
    tries: number | null;
    /** Share of these visits that ordered all the same. */
    converted_with: number | null;
    /** Share of comparable visits that ordered. */
    converted_without: number | null;
    /** Estimated amount; see method. null: hidden, or nothing to estimate it from. */
    lost: number | null;
  }>;
  /** Forms that were begun and not sent, by field. */
  forms: Array<{
    /** The form. */
    form: string | null;
    /** The field; null: before any field. */
    field: string | null;
    /** Visits that were in it. */
    started: number | null;
    /** Visits whose last field it was, with the form not sent and no order. */
    left: number | null;
  }>;
  /** Clicks again and again on the same place (Rage Click). */
  rage: Array<{
    /** Path of the page. */
    page: string | null;
    /** CSS selector of the element. */
    element: string | null;
    /** Visits that met it. */
    visits: number | null;
    /** How many clicks. */
    clicks: number | null;
  }>;
  /** Clicks on what does nothing (Dead Click). */
  dead: Array<{
    /** Path of the page. */
    page: string | null;
    /** CSS selector of the element. */
    element: string | null;
    /** Visits that met it. */
    visits: number | null;
    /** How many clicks. */
    clicks: number | null;
  }>;
  /** Pages with slow visits (Page Performance Measured). */
  slow: Array<{
    /** Path of the page. */
    page: string | null;
    /** Visits with a measurement of it. */
    visits: number | null;
    /** Of them slow ones. */
    visits_slow: number | null;
    /** Half of the measurements took at most so long. */
    median_ms: number | null;
    /** Three quarters took at most so long. */
    p75_ms: number | null;
    /** Share of the slow visits that ordered. */
    converted_slow: number | null;
    /** Share of the others that ordered. */
    converted_fast: number | null;
    /** Estimated amount; see method. null: hidden, or nothing to estimate it from. */
    lost: number | null;
  }>;
  /** Searches that found nothing (Products Searched with results 0). */
  searches: Array<{
    /** The search word (property term of Products Searched); null: hidden, or the shop keeps it sealed. */
    query: string | null;
    /** How often it was searched. */
    searches: number | null;
    /** Of them without a result. */
    none_found: number | null;
    /** Share of the visits with such a search that ordered. */
    converted_with: number | null;
    /** Share of the visits that ordered whose searches all found something. */
    converted_without: number | null;
    /** Estimated amount; see method. null: hidden, or nothing to estimate it from. */
    lost: number | null;
  }>;
  /** Visits that began in the period. */
  visits: number | null;
  /** Of them with an order. */
  visits_with_order: number | null;
  /** Revenue of the period's orders / orders. */
  average_order_value: number | null;
  /** Estimated amount, each visit once; null: hidden, or no orders to estimate it from. */
  lost_total: number | null;
  /** Rows that are not shown. */
  rows_more: number;
  /** How the estimate is made, with the counts it rests on. */
  method: string;
}

export interface InsightAttributionQuestion {
  /** Models; default: all. Rows come by the first one. */
  models?: Array<"first" | "last" | "last_non_direct" | "linear" | "position" | "time_decay" | "markov">;
  /** What orders are shared among. */
  by?: "channel" | "source" | "campaign";
  /** How long before an order a visit still counts as a touch. */
  lookback_days?: number;
  /** What is done to each path before: exposure (of the same several times in a row the first), unique (nothing), first (of each the first only), remove_if_last_and_not_all (direct visits at the end go), remove_if_not_all (direct visits go). */
  transform?: "none" | "exposure" | "unique" | "first" | "remove_if_last_and_not_all" | "remove_if_not_all";
  /** Of time_decay. */
  half_life_days?: number;
  /** Only so many of the last touches count; 0: all (at most 500). */
  steps_max?: number;
  /** Rows at most; the rest is added up. */
  limit?: number;
}

export interface InsightAttributionAnswer {
  /** Orders placed in the period that count. */
  orders: number | null;
  /** Their revenue before refunds, minor units. */
  revenue: number | null;
  /** Orders without a visit within the look-back, also those of guests: in no row. */
  unattributed: number | null;
  /** Their revenue. */
  unattributed_revenue: number | null;
  /** Orders in a currency without a rate: they are counted, their revenue is 0. */
  no_rate: number;
  /** Costs in a currency without a rate: in no figure. */
  spend_no_rate: number;
  /** Most orders by the first model first. */
  rows: Array<{
    /** Name of the channel, source or campaign; empty: none; (other): what is beyond the rows. */
    value: string;
    /** As people read it. */
    label: string;
    /** What it cost in the period, minor units; null by source, and where only some people are counted (costs are those of everybody). */
    spend: number | null;
    /** Visits that began in the period. */
    visits: number | null;
    /** As asked. */
    models: Array<{
      /** The model. */
      model: "first" | "last" | "last_non_direct" | "linear" | "position" | "time_decay" | "markov";
      /** Orders, in hundredths; all rows together are exactly the attributed ones. */
      orders: number | null;
      /** Revenue before refunds, minor units; all rows together are exactly that of the attributed orders. */
      revenue: number | null;
      /** Spend by orders; null without either. */
      cost_per_order: number | null;
      /** Revenue by spend; null without spend. */
      roas: number | null;
      /** Revenue less spend, by spend; null without spend. */
      roi: number | null;
    }>;
  }>;
  /** How many are added up in (other). */
  rows_more: number;
  /** How each figure is made, by its name. */
  formulas: Record<string, unknown>;
  /** Removal effects of the Markov model, where asked. */
  removal: Array<{
    /** As of the rows. */
    value: string;
    /** By which share orders fall without it. */
    effect: number | null;
  }>;
}

export interface InsightKinds {
  report: { question: InsightReportQuestion; answer: InsightReportAnswer };
  cohort: { question: InsightCohortQuestion; answer: InsightCohortAnswer };
  value: { question: InsightValueQuestion; answer: InsightValueAnswer };
  churn: { question: InsightChurnQuestion; answer: InsightChurnAnswer };
  rfm_movement: { question: InsightRfmMovementQuestion; answer: InsightRfmMovementAnswer };
  funnel: { question: InsightFunnelQuestion; answer: InsightFunnelAnswer };
  paths: { question: InsightPathsQuestion; answer: InsightPathsAnswer };
  friction: { question: InsightFrictionQuestion; answer: InsightFrictionAnswer };
  attribution: { question: InsightAttributionQuestion; answer: InsightAttributionAnswer };
}

/** What each route takes and gives. */
export interface Routes {
  /** Takes one identify call. */
  "collect.identify": {
    params: undefined;
    query: undefined;
    body: Blob | string;
    answer: CollectIdentifyAnswer;
  };
  /** Takes one track call. */
  "collect.track": {
    params: undefined;
    query: undefined;
    body: Blob | string;
    answer: CollectTrackAnswer;
  };
  /** Takes one page call. */
  "collect.page": {
    params: undefined;
    query: undefined;
    body: Blob | string;
    answer: CollectPageAnswer;
  };
  /** Takes one screen call. */
  "collect.screen": {
    params: undefined;
    query: undefined;
    body: Blob | string;
    answer: CollectScreenAnswer;
  };
  /** Takes one group call. */
  "collect.group": {
    params: undefined;
    query: undefined;
    body: Blob | string;
    answer: CollectGroupAnswer;
  };
  /** Takes one alias call. */
  "collect.alias": {
    params: undefined;
    query: undefined;
    body: Blob | string;
    answer: CollectAliasAnswer;
  };
  /** Takes up to 2,500 calls of any type. */
  "collect.batch": {
    params: undefined;
    query: undefined;
    body: Blob | string;
    answer: CollectBatchAnswer;
  };
  /** Takes a batch from navigator.sendBeacon; the write key is in the query. */
  "collect.beacon": {
    params: undefined;
    query: undefined;
    body: Blob | string;
    answer: CollectBeaconAnswer;
  };
  /** Takes one call of a Jitsu client. */
  "collect.jitsu": {
    params: { type: string | number };
    query: undefined;
    body: Blob | string;
    answer: CollectJitsuAnswer;
  };
  /** Takes a batch of a Jitsu client. */
  "collect.jitsu_batch": {
    params: undefined;
    query: undefined;
    body: Blob | string;
    answer: CollectJitsuBatchAnswer;
  };
  /** Takes one call of a Jitsu client on a server. */
  "collect.jitsu_server": {
    params: { type: string | number };
    query: undefined;
    body: Blob | string;
    answer: CollectJitsuServerAnswer;
  };
  /** Takes a batch of a Jitsu client on a server. */
  "collect.jitsu_server_batch": {
    params: undefined;
    query: undefined;
    body: Blob | string;
    answer: CollectJitsuServerBatchAnswer;
  };
  /** Takes one track call out of the query; answers a picture of one pixel. */
  "collect.pixel_track": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Takes one page call out of the query; answers a picture of one pixel. */
  "collect.pixel_page": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** The settings document analytics-next fetches first. */
  "collect.settings": {
    params: { write_key: string | number };
    query: undefined;
    body: undefined;
    answer: CollectSettingsAnswer;
  };
  /** The source document RudderStack's browser SDK fetches first. */
  "collect.source_config": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: CollectSourceConfigAnswer;
  };
  /** What was refused, newest first, with counts by reason. */
  "quarantine.list": {
    params: undefined;
    query: QuarantineListQuery;
    body: undefined;
    answer: QuarantineListAnswer;
  };
  /** One refused event with its body. */
  "quarantine.get": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: QuarantineGetAnswer;
  };
  /** Sends all open rows, or those of a code or source, through the checks again. */
  "quarantine.replay_all": {
    params: undefined;
    query: undefined;
    body: QuarantineReplayAllBody;
    answer: QuarantineReplayAllAnswer;
  };
  /** Sends one row through the checks again, repaired or as it is. */
  "quarantine.replay": {
    params: { id: string | number };
    query: undefined;
    body: QuarantineReplayBody;
    answer: QuarantineReplayAnswer;
  };
  /** Destroys the body of a row for good; the reason stays. */
  "quarantine.discard": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** All sources with write key, counters and last error. */
  "sources.list": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: SourcesListAnswer;
  };
  /** Makes a source and its write key. */
  "sources.create": {
    params: undefined;
    query: undefined;
    body: SourcesCreateBody;
    answer: SourcesCreateAnswer;
  };
  /** Renames, enables or disables a source. */
  "sources.update": {
    params: { number: string | number };
    query: undefined;
    body: SourcesUpdateBody;
    answer: SourcesUpdateAnswer;
  };
  /** Takes a file (CSV or JSON lines, also .gz and .zst) and checks or imports it. */
  "imports.create": {
    params: undefined;
    query: ImportsCreateQuery;
    body: Blob | string;
    answer: ImportsCreateAnswer;
  };
  /** All imports. */
  "imports.list": {
    params: undefined;
    query: ImportsListQuery;
    body: undefined;
    answer: ImportsListAnswer;
  };
  /** One import: progress, counts, columns and their first faults. */
  "imports.get": {
    params: { number: string | number };
    query: undefined;
    body: undefined;
    answer: ImportsGetAnswer;
  };
  /** Imports a file that was checked, perhaps with another mapping. */
  "imports.start": {
    params: { number: string | number };
    query: undefined;
    body: ImportsStartBody;
    answer: ImportsStartAnswer;
  };
  /** The refused rows as CSV, each with row number, code and reason. */
  "imports.bad_rows": {
    params: { number: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Takes back everything the import did. */
  "imports.revert": {
    params: { number: string | number };
    query: undefined;
    body: undefined;
    answer: ImportsRevertAnswer;
  };
  /** Forgets the file and its bad rows; what was imported stays. */
  "imports.forget": {
    params: { number: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** All maps, and the fields columns can be mapped to. */
  "import_maps.list": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: ImportMapsListAnswer;
  };
  /** Saves a map by name. */
  "import_maps.put": {
    params: { name: string | number };
    query: undefined;
    body: ImportMapsPutBody;
    answer: ImportMapsPutAnswer;
  };
  /** Deletes a saved map. */
  "import_maps.delete": {
    params: { name: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Whether sample data is among the shop's data. */
  "sample.get": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: SampleGetAnswer;
  };
  /** Removes all sample data: people, orders, consents and events. */
  "sample.delete": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: SampleDeleteAnswer;
  };
  /** One page of persons, sorted and filtered; merged persons once. */
  "people.list": {
    params: undefined;
    query: PeopleListQuery;
    body: undefined;
    answer: PeopleListAnswer;
  };
  /** The same with the search words in the body: personal values never stand in addresses. */
  "people.search": {
    params: undefined;
    query: undefined;
    body: PeopleSearchBody;
    answer: PeopleSearchAnswer;
  };
  /** Who has exactly this identifier? */
  "people.lookup": {
    params: undefined;
    query: undefined;
    body: PeopleLookupBody;
    answer: PeopleLookupAnswer;
  };
  /** Everything about one person but events and orders. */
  "people.show": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: PeopleShowAnswer;
  };
  /** The person's events, newest first. */
  "people.events": {
    params: { id: string | number };
    query: PeopleEventsQuery;
    body: undefined;
    answer: PeopleEventsAnswer;
  };
  /** The person's orders, newest first. */
  "people.orders": {
    params: { id: string | number };
    query: PeopleOrdersQuery;
    body: undefined;
    answer: PeopleOrdersAnswer;
  };
  /** What was ever said about a field, by whom and when. */
  "people.history": {
    params: { id: string | number };
    query: PeopleHistoryQuery;
    body: undefined;
    answer: PeopleHistoryAnswer;
  };
  /** Joins two persons by decision of staff. */
  "people.merge": {
    params: { id: string | number };
    query: undefined;
    body: PeopleMergeBody;
    answer: PeopleMergeAnswer;
  };
  /** Ends a merge: both persons are exactly what they were. */
  "people.unmerge": {
    params: { id: string | number };
    query: undefined;
    body: PeopleUnmergeBody;
    answer: PeopleUnmergeAnswer;
  };
  /** Deletes a person: rows, identifiers, events and keys. */
  "people.delete": {
    params: { id: string | number };
    query: PeopleDeleteQuery;
    body: undefined;
    answer: undefined;
  };
  /** The rules by which identifiers make persons. */
  "people.rules": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: PeopleRulesAnswer;
  };
  /** What other limits would make of the stored evidence; nothing is changed. */
  "people.rules_dry_run": {
    params: undefined;
    query: undefined;
    body: PeopleRulesDryRunBody;
    answer: PeopleRulesDryRunAnswer;
  };
  /** Names of fields that came without being declared. */
  "people.undeclared": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: PeopleUndeclaredAnswer;
  };
  /** Records what a person told the shop about one purpose, with the evidence. */
  "people.consent": {
    params: { id: string | number; purpose: string | number };
    query: undefined;
    body: PeopleConsentBody;
    answer: PeopleConsentAnswer;
  };
  /** The receipt of a consent, with its proof. */
  "consents.receipt": {
    params: { record: string | number };
    query: undefined;
    body: undefined;
    answer: ConsentsReceiptAnswer;
  };
  /** What a person consented to, and every record of it. */
  "people.consents": {
    params: { id: string | number };
    query: PeopleConsentsQuery;
    body: undefined;
    answer: PeopleConsentsAnswer;
  };
  /** The register of consents: every record of everybody. */
  "consents.list": {
    params: undefined;
    query: ConsentsListQuery;
    body: undefined;
    answer: ConsentsListAnswer;
  };
  /** Purposes with their wordings and how often they were consented to. */
  "purposes.list": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: PurposesListAnswer;
  };
  /** Sets the texts of a purpose; what differs becomes a new version. */
  "purposes.wordings": {
    params: { name: string | number };
    query: undefined;
    body: PurposesWordingsBody;
    answer: PurposesWordingsAnswer;
  };
  /** Versions of the policy, newest first. */
  "policies.list": {
    params: undefined;
    query: PoliciesListQuery;
    body: undefined;
    answer: PoliciesListAnswer;
  };
  /** A version of the policy and what differs from another. */
  "policies.get": {
    params: { version: string | number };
    query: PoliciesGetQuery;
    body: undefined;
    answer: PoliciesGetAnswer;
  };
  /** Signals of Google Consent Mode for one browser; denied unless consented. */
  "consent.mode": {
    params: undefined;
    query: ConsentModeQuery;
    body: undefined;
    answer: ConsentModeAnswer;
  };
  /** That Global Privacy Control is honoured. */
  "consent.gpc": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: ConsentGpcAnswer;
  };
  /** Reads a TC string (TCF 2.3) or a GPP string, and what it says of the shop's purposes. */
  "consent_strings.decode": {
    params: undefined;
    query: undefined;
    body: ConsentStringsDecodeBody;
    answer: ConsentStringsDecodeAnswer;
  };
  /** Makes a TC string or a GPP string. */
  "consent_strings.encode": {
    params: undefined;
    query: undefined;
    body: ConsentStringsEncodeBody;
    answer: ConsentStringsEncodeAnswer;
  };
  /** A person's answer to a text message, handed over by a gateway that shows the secret: {from, text, id} as JSON or form. STOP, START and HELP in three languages. */
  "sms.reply": {
    params: undefined;
    query: undefined;
    body: Blob | string;
    answer: SmsReplyAnswer;
  };
  /** The same from Twilio, which signs it (X-Twilio-Signature) and gets TwiML back. */
  "sms.reply_twilio": {
    params: undefined;
    query: undefined;
    body: Blob | string;
    answer: undefined;
  };
  /** Erases a person everywhere and answers the certificate. */
  "people.erase": {
    params: { id: string | number };
    query: undefined;
    body: PeopleEraseBody;
    answer: PeopleEraseAnswer;
  };
  /** Erasures, newest first; they name nobody. */
  "erasures.list": {
    params: undefined;
    query: ErasuresListQuery;
    body: undefined;
    answer: ErasuresListAnswer;
  };
  /** The certificate of an erasure, with a proof of now. */
  "erasures.certificate": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: ErasuresCertificateAnswer;
  };
  /** Requests of persons about their data, newest first. */
  "requests.list": {
    params: undefined;
    query: RequestsListQuery;
    body: undefined;
    answer: RequestsListAnswer;
  };
  /** Takes a request that came by letter, telephone or another program; the same one again gives the first. */
  "requests.create": {
    params: undefined;
    query: undefined;
    body: RequestsCreateBody;
    answer: RequestsCreateAnswer;
  };
  /** The grounds on which a request may be refused. */
  "requests.grounds": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: RequestsGroundsAnswer;
  };
  /** How many requests there were and how long they took. */
  "requests.figures": {
    params: undefined;
    query: RequestsFiguresQuery;
    body: undefined;
    answer: RequestsFiguresAnswer;
  };
  /** One request: its clocks, steps, letters, the rules that apply, and what can be done. */
  "requests.show": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: RequestsShowAnswer;
  };
  /** A letter as it would go out now. */
  "requests.letter": {
    params: { id: string | number };
    query: RequestsLetterQuery;
    body: undefined;
    answer: RequestsLetterAnswer;
  };
  /** The requests of one person, as they stand in the archive. */
  "people.requests": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: PeopleRequestsAnswer;
  };
  /** Notes that whoever asked showed who they are; what can go on by itself does. */
  "requests.verify": {
    params: { id: string | number };
    query: undefined;
    body: RequestsVerifyBody;
    answer: RequestsVerifyAnswer;
  };
  /** Sends the link by which the person shows that it is them, to the address of the record. */
  "requests.challenge": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: RequestsChallengeAnswer;
  };
  /** Does what was asked, and writes the answer. */
  "requests.execute": {
    params: { id: string | number };
    query: undefined;
    body: RequestsExecuteBody;
    answer: RequestsExecuteAnswer;
  };
  /** Refuses with a coded ground, and writes the letter. */
  "requests.refuse": {
    params: { id: string | number };
    query: undefined;
    body: RequestsRefuseBody;
    answer: RequestsRefuseAnswer;
  };
  /** Extends the term once, and tells the person why, within the first term. */
  "requests.extend": {
    params: { id: string | number };
    query: undefined;
    body: RequestsExtendBody;
    answer: RequestsExtendAnswer;
  };
  /** Confirms to the person that the request was received. */
  "requests.confirm": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: RequestsConfirmAnswer;
  };
  /** The person takes the request back. */
  "requests.revoke": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: RequestsRevokeAnswer;
  };
  /** Opens a refused, expired or duplicate request again. */
  "requests.reopen": {
    params: { id: string | number };
    query: undefined;
    body: RequestsReopenBody;
    answer: RequestsReopenAnswer;
  };
  /** The person's data is needed for a legal claim: nothing of it is erased until that is over. */
  "requests.hold": {
    params: { id: string | number };
    query: undefined;
    body: RequestsHoldBody;
    answer: RequestsHoldAnswer;
  };
  /** The data is no longer needed for a legal claim. */
  "requests.release": {
    params: { id: string | number };
    query: undefined;
    body: RequestsReleaseBody;
    answer: RequestsReleaseAnswer;
  };
  /** Ends a restriction in three days, and tells the person first. */
  "requests.lift": {
    params: { id: string | number };
    query: undefined;
    body: RequestsLiftBody;
    answer: RequestsLiftAnswer;
  };
  /** Who receives personal data. */
  "recipients.list": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: RecipientsListAnswer;
  };
  /** One recipient. */
  "recipients.get": {
    params: { name: string | number };
    query: undefined;
    body: undefined;
    answer: RecipientsGetAnswer;
  };
  /** Adds or changes a recipient. */
  "recipients.put": {
    params: { name: string | number };
    query: undefined;
    body: RecipientsPutBody;
    answer: RecipientsPutAnswer;
  };
  /** Removes a recipient that was never told anything. */
  "recipients.delete": {
    params: { name: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** What recipients were told of requests, and what they answered. */
  "recipients.orders": {
    params: undefined;
    query: RecipientsOrdersQuery;
    body: undefined;
    answer: RecipientsOrdersAnswer;
  };
  /** The recipient answered by another way: it is done. */
  "recipients.order_done": {
    params: { id: string | number };
    query: undefined;
    body: RecipientsOrderDoneBody;
    answer: undefined;
  };
  /** Tries or asks again at once. */
  "recipients.order_again": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** A processor says how far an OpenDSR request has come; signed under its certificate. */
  "opendsr.callback": {
    params: undefined;
    query: undefined;
    body: Blob | string;
    answer: undefined;
  };
  /** Who may bring requests of persons from outside. */
  "privacy_doors.list": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: PrivacyDoorsListAnswer;
  };
  /** Opens or changes a door: whoever stands behind it can ask for people's data to be removed. */
  "privacy_doors.put": {
    params: { name: string | number };
    query: undefined;
    body: PrivacyDoorsPutBody;
    answer: PrivacyDoorsPutAnswer;
  };
  /** Removes a door through which nothing came. */
  "privacy_doors.delete": {
    params: { name: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** What was asked that is no person's request. */
  "privacy_doors.notices": {
    params: undefined;
    query: PrivacyDoorsNoticesQuery;
    body: undefined;
    answer: PrivacyDoorsNoticesAnswer;
  };
  /** Closes a notice with what was done. */
  "privacy_doors.notice_done": {
    params: { id: string | number };
    query: undefined;
    body: PrivacyDoorsNoticeDoneBody;
    answer: undefined;
  };
  /** OpenDSR: what requests are taken here. */
  "opendsr.discovery": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: OpendsrDiscoveryAnswer;
  };
  /** OpenDSR: the certificate that answers and callbacks are signed under. */
  "opendsr.certificate": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** OpenDSR: a controller brings a request of a person; its door's token is needed. */
  "opendsr.create": {
    params: undefined;
    query: undefined;
    body: Blob | string;
    answer: OpendsrCreateAnswer;
  };
  /** OpenDSR: how far a request is. */
  "opendsr.status": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: OpendsrStatusAnswer;
  };
  /** OpenDSR: takes back a request that is pending. */
  "opendsr.cancel": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: OpendsrCancelAnswer;
  };
  /** Data Rights Protocol: an agent brings a signed request of a consumer. */
  "drp.exercise": {
    params: undefined;
    query: undefined;
    body: Blob | string;
    answer: DrpExerciseAnswer;
  };
  /** Data Rights Protocol: how far a request is. */
  "drp.status": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: DrpStatusAnswer;
  };
  /** Data Rights Protocol: takes a request back; signed. */
  "drp.revoke": {
    params: { id: string | number };
    query: undefined;
    body: Blob | string;
    answer: DrpRevokeAnswer;
  };
  /** Data Rights Protocol: a signed message is exchanged for a token. */
  "drp.agent_setup": {
    params: { id: string | number };
    query: undefined;
    body: Blob | string;
    answer: DrpAgentSetupAnswer;
  };
  /** Data Rights Protocol: whether a token is still good. */
  "drp.agent": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Shopify's privacy webhooks, signed by the secret of the shop's door. */
  "shopify.privacy": {
    params: undefined;
    query: undefined;
    body: Blob | string;
    answer: undefined;
  };
  /** All segments with their sizes. */
  "segments.list": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: SegmentsListAnswer;
  };
  /** One segment with its definition. */
  "segments.get": {
    params: { name: string | number };
    query: undefined;
    body: undefined;
    answer: SegmentsGetAnswer;
  };
  /** Makes a segment, or changes it. */
  "segments.put": {
    params: { name: string | number };
    query: undefined;
    body: SegmentsPutBody;
    answer: SegmentsPutAnswer;
  };
  /** Deletes a segment and its history. */
  "segments.delete": {
    params: { name: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** What is wrong with a definition, and its faces as text and JSON. */
  "segments.check": {
    params: undefined;
    query: undefined;
    body: SegmentsCheckBody;
    answer: SegmentsCheckAnswer;
  };
  /** What could stand at a place of a definition's text. */
  "segments.complete": {
    params: undefined;
    query: undefined;
    body: SegmentsCompleteBody;
    answer: SegmentsCompleteAnswer;
  };
  /** The fields, events and segments that definitions can ask for. */
  "segments.catalog": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: SegmentsCatalogAnswer;
  };
  /** How many people a definition would hold, and some of them; an estimate when not all could be looked at in time. */
  "segments.preview": {
    params: undefined;
    query: undefined;
    body: SegmentsPreviewBody;
    answer: SegmentsPreviewAnswer;
  };
  /** Who is in a segment. */
  "segments.people": {
    params: { name: string | number };
    query: SegmentsPeopleQuery;
    body: undefined;
    answer: SegmentsPeopleAnswer;
  };
  /** Why a person is in a segment or not, now or at an earlier moment: each clause and the events that decided it. */
  "segments.why": {
    params: { name: string | number; id: string | number };
    query: SegmentsWhyQuery;
    body: undefined;
    answer: SegmentsWhyAnswer;
  };
  /** Who entered and left, and when. */
  "segments.history": {
    params: { name: string | number };
    query: SegmentsHistoryQuery;
    body: undefined;
    answer: SegmentsHistoryAnswer;
  };
  /** How large a segment was over time. */
  "segments.sizes": {
    params: { name: string | number };
    query: SegmentsSizesQuery;
    body: undefined;
    answer: SegmentsSizesAnswer;
  };
  /** How many people segments have in common. */
  "segments.overlap": {
    params: undefined;
    query: SegmentsOverlapQuery;
    body: undefined;
    answer: SegmentsOverlapAnswer;
  };
  /** The people of a segment that may be used for a purpose, as a file; the header X-Custos-Held-Back says how many may not. */
  "segments.export": {
    params: { name: string | number };
    query: undefined;
    body: SegmentsExportBody;
    answer: undefined;
  };
  /** The segments a person is in. */
  "segments.of_person": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: SegmentsOfPersonAnswer;
  };
  /** The personas: segments with a card of who their people are, what they buy and how they differ. */
  "personas.list": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: PersonasListAnswer;
  };
  /** Events of everybody, newest first. */
  "events.list": {
    params: undefined;
    query: EventsListQuery;
    body: undefined;
    answer: EventsListAnswer;
  };
  /** The names of events that came, with how many. */
  "events.kinds": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: EventsKindsAnswer;
  };
  /** How many people, events and how much revenue for each value of a property. */
  "events.breakdown": {
    params: undefined;
    query: EventsBreakdownQuery;
    body: undefined;
    answer: EventsBreakdownAnswer;
  };
  /** The eleven groups by recency, frequency and monetary value, with borders and figures. */
  "rfm.get": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: RfmGetAnswer;
  };
  /** Gives groups other borders; everybody is grouped anew. */
  "rfm.put_groups": {
    params: undefined;
    query: undefined;
    body: RfmPutGroupsBody;
    answer: RfmPutGroupsAnswer;
  };
  /** The lifecycle stages in their order, with rules and counts. */
  "lifecycle.get": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: LifecycleGetAnswer;
  };
  /** Replaces the lifecycle stages; the first whose rule holds is a person's stage. */
  "lifecycle.put": {
    params: undefined;
    query: undefined;
    body: LifecyclePutBody;
    answer: LifecyclePutAnswer;
  };
  /** Segments, traits allowed for the purpose and chosen contents of one person, from memory. */
  "personalization.get": {
    params: { id: string | number };
    query: PersonalizationGetQuery;
    body: undefined;
    answer: PersonalizationGetAnswer;
  };
  /** Contents of public slots for a browser, by its own number; nothing else is told. */
  "personalization.browser": {
    params: undefined;
    query: PersonalizationBrowserQuery;
    body: undefined;
    answer: PersonalizationBrowserAnswer;
  };
  /** A small script that fills the slots of a page. */
  "personalization.script": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** All slots. */
  "slots.list": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: SlotsListAnswer;
  };
  /** One slot. */
  "slots.get": {
    params: { name: string | number };
    query: undefined;
    body: undefined;
    answer: SlotsGetAnswer;
  };
  /** Makes a slot, or changes it; it holds at once. */
  "slots.put": {
    params: { name: string | number };
    query: undefined;
    body: SlotsPutBody;
    answer: SlotsPutAnswer;
  };
  /** Deletes a slot. */
  "slots.delete": {
    params: { name: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** What a given person would be shown in a slot, and why. */
  "slots.preview": {
    params: { name: string | number };
    query: undefined;
    body: SlotsPreviewBody;
    answer: SlotsPreviewAnswer;
  };
  /** Number of events, by name and time. */
  "events.count": {
    params: undefined;
    query: EventsCountQuery;
    body: undefined;
    answer: EventsCountAnswer;
  };
  /** Orders, revenue and refunds of a period. */
  "orders.totals": {
    params: undefined;
    query: OrdersTotalsQuery;
    body: undefined;
    answer: OrdersTotalsAnswer;
  };
  /** The newest events, to see that data arrives. */
  "live": {
    params: undefined;
    query: LiveQuery;
    body: undefined;
    answer: LiveAnswer;
  };
  /** The tables and columns that can be asked for. */
  "sql.schema": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: SqlSchemaAnswer;
  };
  /** Answers one SELECT. Its purpose is X-Custos-Purpose, else the role's first. */
  "sql.ask": {
    params: undefined;
    query: undefined;
    body: SqlAskBody;
    answer: SqlAskAnswer;
  };
  /** The same as a file: CSV, lines of JSON, or Parquet. */
  "sql.export": {
    params: undefined;
    query: undefined;
    body: SqlExportBody;
    answer: undefined;
  };
  /** Ends a question that is being answered. */
  "sql.cancel": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Questions that were kept. */
  "sql.queries": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: SqlQueriesAnswer;
  };
  /** Keeps a question under a name. */
  "sql.keep": {
    params: { name: string | number };
    query: undefined;
    body: SqlKeepBody;
    answer: SqlKeepAnswer;
  };
  /** Forgets a kept question. */
  "sql.drop": {
    params: { name: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Any question about figures; the kind says which. */
  "insight.query": {
    params: undefined;
    query: InsightQueryQuery;
    body: InsightQueryBody;
    answer: InsightQueryAnswer;
  };
  /** The people behind one figure of an answer. */
  "insight.people": {
    params: undefined;
    query: undefined;
    body: InsightPeopleBody;
    answer: InsightPeopleAnswer;
  };
  /** The kinds of questions. */
  "insight.kinds": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: InsightKindsAnswer;
  };
  /** The catalogue of metrics: formulas, units and the variants of other vendors. */
  "insight.metrics": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: InsightMetricsAnswer;
  };
  /** By what figures can be broken down and filtered. */
  "insight.dimensions": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: InsightDimensionsAnswer;
  };
  /** The values of a dimension, for filters. */
  "insight.values": {
    params: undefined;
    query: InsightValuesQuery;
    body: undefined;
    answer: InsightValuesAnswer;
  };
  /** Exchange rates by day. */
  "rates.list": {
    params: undefined;
    query: RatesListQuery;
    body: undefined;
    answer: RatesListAnswer;
  };
  /** Stores exchange rates: JSON {"rows":[{"day","base","currency","rate"}]}, or the ECB's eurofxref CSV as it is. Orders in other currencies are converted anew. */
  "rates.put": {
    params: undefined;
    query: undefined;
    body: Blob | string;
    answer: RatesPutAnswer;
  };
  /** Deletes the rates of a range of days. */
  "rates.delete": {
    params: undefined;
    query: RatesDeleteQuery;
    body: undefined;
    answer: RatesDeleteAnswer;
  };
  /** What advertising cost, by day, channel and campaign. */
  "spend.list": {
    params: undefined;
    query: SpendListQuery;
    body: undefined;
    answer: SpendListAnswer;
  };
  /** Stores advertising costs: JSON {"rows":[{"day","channel","campaign","amount","currency"}]} with amounts in minor units, or a CSV file with such columns (decimal amounts), or an export of Google Ads or Meta Ads by day. The same day, channel and campaign again replaces. */
  "spend.put": {
    params: undefined;
    query: SpendPutQuery;
    body: Blob | string;
    answer: SpendPutAnswer;
  };
  /** Deletes advertising costs of a range of days. */
  "spend.delete": {
    params: undefined;
    query: SpendDeleteQuery;
    body: undefined;
    answer: SpendDeleteAnswer;
  };
  /** The targets and how they stand. */
  "targets.list": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: TargetsListAnswer;
  };
  /** What targets found. */
  "targets.alerts": {
    params: undefined;
    query: TargetsAlertsQuery;
    body: undefined;
    answer: TargetsAlertsAnswer;
  };
  /** Marks an alert as seen, for everybody. */
  "targets.seen": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** One target. */
  "targets.get": {
    params: { name: string | number };
    query: undefined;
    body: undefined;
    answer: TargetsGetAnswer;
  };
  /** Makes or changes a target, and looks at it at once. */
  "targets.put": {
    params: { name: string | number };
    query: undefined;
    body: TargetsPutBody;
    answer: TargetsPutAnswer;
  };
  /** Deletes a target; its alerts stay. */
  "targets.delete": {
    params: { name: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Notes on charts. */
  "annotations.list": {
    params: undefined;
    query: AnnotationsListQuery;
    body: undefined;
    answer: AnnotationsListAnswer;
  };
  /** Writes a note on a day. */
  "annotations.make": {
    params: undefined;
    query: undefined;
    body: AnnotationsMakeBody;
    answer: AnnotationsMakeAnswer;
  };
  /** Deletes a note. */
  "annotations.delete": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** A question's answer as a picture (SVG), with small groups hidden. */
  "insight.draw": {
    params: undefined;
    query: undefined;
    body: InsightDrawBody;
    answer: undefined;
  };
  /** The dashboards. */
  "dashboards.list": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: DashboardsListAnswer;
  };
  /** Dashboards to begin with: bodies for PUT. */
  "dashboards.templates": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: DashboardsTemplatesAnswer;
  };
  /** One dashboard: its questions, not their answers. */
  "dashboards.get": {
    params: { name: string | number };
    query: undefined;
    body: undefined;
    answer: DashboardsGetAnswer;
  };
  /** Keeps a dashboard; every question in it is checked first. */
  "dashboards.put": {
    params: { name: string | number };
    query: undefined;
    body: DashboardsPutBody;
    answer: DashboardsPutAnswer;
  };
  /** Forgets a dashboard, with its links and its schedule. */
  "dashboards.drop": {
    params: { name: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** When and to whom a dashboard is sent. */
  "dashboards.schedule": {
    params: { name: string | number };
    query: undefined;
    body: undefined;
    answer: DashboardsScheduleAnswer;
  };
  /** Sends a dashboard by mail, on a schedule, to members of staff. */
  "dashboards.schedule_put": {
    params: { name: string | number };
    query: undefined;
    body: DashboardsSchedulePutBody;
    answer: DashboardsSchedulePutAnswer;
  };
  /** Sends it no longer. */
  "dashboards.schedule_drop": {
    params: { name: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Sends a dashboard to who asks, now, by mail. */
  "dashboards.send": {
    params: { name: string | number };
    query: undefined;
    body: undefined;
    answer: DashboardsSendAnswer;
  };
  /** Saved views. */
  "views.list": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: ViewsListAnswer;
  };
  /** One saved view. */
  "views.get": {
    params: { name: string | number };
    query: undefined;
    body: undefined;
    answer: ViewsGetAnswer;
  };
  /** Keeps a question and how it is shown under a name. */
  "views.put": {
    params: { name: string | number };
    query: undefined;
    body: ViewsPutBody;
    answer: ViewsPutAnswer;
  };
  /** Forgets a saved view. */
  "views.drop": {
    params: { name: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Makes a link under which the dashboard can be read without signing in, with small groups hidden. */
  "shares.make": {
    params: { name: string | number };
    query: undefined;
    body: SharesMakeBody;
    answer: SharesMakeAnswer;
  };
  /** The links to a dashboard. */
  "shares.list": {
    params: { name: string | number };
    query: undefined;
    body: undefined;
    answer: SharesListAnswer;
  };
  /** Ends a link at once. */
  "shares.end": {
    params: { name: string | number; id: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** The style sheet of shared pages. */
  "shares.style": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** A shared dashboard as a page; the same 404 for every link that does not work. */
  "shares.read": {
    params: { token: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Letters to single persons, newest first: what waits, what was sent, what could not be. */
  "letters.list": {
    params: undefined;
    query: LettersListQuery;
    body: undefined;
    answer: LettersListAnswer;
  };
  /** Letters to one person: kinds and times, never the text. */
  "letters.of_person": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: LettersOfPersonAnswer;
  };
  /** Sends a letter to the caller's own address, now, and answers what the mail server said. */
  "letters.test": {
    params: undefined;
    query: undefined;
    body: LettersTestBody;
    answer: LettersTestAnswer;
  };
  /** Whether the shop still needs its owner. */
  "setup.state": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: SetupStateAnswer;
  };
  /** Makes the owner with the one-time set-up link and signs in. */
  "setup.create": {
    params: undefined;
    query: undefined;
    body: SetupCreateBody;
    answer: SetupCreateAnswer;
  };
  /** Makes a new set-up link while there is no owner; only for the local operator. */
  "setup.link": {
    params: undefined;
    query: undefined;
    body: SetupLinkBody;
    answer: SetupLinkAnswer;
  };
  /** Signs in: sets the session cookie (201), or answers a ticket for the second factor (200). */
  "session.create": {
    params: undefined;
    query: undefined;
    body: SessionCreateBody;
    answer: SessionCreateAnswer;
  };
  /** The second step of signing in. */
  "session.second_factor": {
    params: undefined;
    query: undefined;
    body: SessionSecondFactorBody;
    answer: SessionSecondFactorAnswer;
  };
  /** Proves again who sits there; dangerous acts are possible for 5 minutes. */
  "session.reauth": {
    params: undefined;
    query: undefined;
    body: SessionReauthBody;
    answer: undefined;
  };
  /** Who is signed in, and what they may do. */
  "session.get": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: SessionGetAnswer;
  };
  /** Signs out: ends the session. */
  "session.delete": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** The own sessions. */
  "sessions.list": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: SessionsListAnswer;
  };
  /** Ends one of the own sessions. */
  "sessions.delete": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Ends all other own sessions and forgets the browsers they came from. */
  "sessions.delete_others": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Who works here, with role and second factors. */
  "staff.list": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: StaffListAnswer;
  };
  /** Gives another role, disables or enables an account; ends its sessions. */
  "staff.update": {
    params: { id: string | number };
    query: undefined;
    body: StaffUpdateBody;
    answer: StaffUpdateAnswer;
  };
  /** Deletes an account for good. */
  "staff.delete": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Signs somebody out everywhere. */
  "staff.end_sessions": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Removes all second factors of somebody who lost them; ends their sessions. */
  "staff.remove_factors": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Open invitations. */
  "invitations.list": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: InvitationsListAnswer;
  };
  /** Invites somebody: answers the link to hand over. */
  "invitations.create": {
    params: undefined;
    query: undefined;
    body: InvitationsCreateBody;
    answer: InvitationsCreateAnswer;
  };
  /** Takes an invitation back. */
  "invitations.delete": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Whom an invitation's link is for. */
  "invitations.check": {
    params: undefined;
    query: undefined;
    body: InvitationsCheckBody;
    answer: InvitationsCheckAnswer;
  };
  /** Accepts an invitation with a password, and signs in. */
  "invitations.accept": {
    params: undefined;
    query: undefined;
    body: InvitationsAcceptBody;
    answer: InvitationsAcceptAnswer;
  };
  /** Makes a link by which somebody sets a new password; the older one ends. */
  "staff.reset_link": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: StaffResetLinkAnswer;
  };
  /** Sets a new password by a reset link; goes on like signing in, with the second factor. */
  "password.reset": {
    params: undefined;
    query: undefined;
    body: PasswordResetBody;
    answer: PasswordResetAnswer;
  };
  /** How good a password is, and why not better. */
  "password.strength": {
    params: undefined;
    query: undefined;
    body: PasswordStrengthBody;
    answer: PasswordStrengthAnswer;
  };
  /** The own password and factors. */
  "security.get": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: SecurityGetAnswer;
  };
  /** Sets a new password; ends the other sessions. */
  "security.password": {
    params: undefined;
    query: undefined;
    body: SecurityPasswordBody;
    answer: undefined;
  };
  /** Offers a seed for an authenticator app; in force once confirmed. */
  "security.totp": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: SecurityTotpAnswer;
  };
  /** Confirms the app by its first code; ends the other sessions. */
  "security.totp_confirm": {
    params: undefined;
    query: undefined;
    body: SecurityTotpConfirmBody;
    answer: SecurityTotpConfirmAnswer;
  };
  /** Removes the authenticator app; ends the other sessions. */
  "security.totp_delete": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Makes ten new recovery codes; the old ones end. */
  "security.recovery_codes": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: SecurityRecoveryCodesAnswer;
  };
  /** API tokens, with what they may do and the day of their last use. */
  "tokens.list": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: TokensListAnswer;
  };
  /** Makes an API token, for Authorization: Bearer; it is shown once. */
  "tokens.create": {
    params: undefined;
    query: undefined;
    body: TokensCreateBody;
    answer: TokensCreateAnswer;
  };
  /** Ends a token at once. */
  "tokens.delete": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** A challenge for a passkey: as second step of a sign-in, or alone. */
  "session.passkey_options": {
    params: undefined;
    query: undefined;
    body: SessionPasskeyOptionsBody;
    answer: SessionPasskeyOptionsAnswer;
  };
  /** Signs in with a passkey: sets the session cookie. */
  "session.passkey": {
    params: undefined;
    query: undefined;
    body: SessionPasskeyBody;
    answer: SessionPasskeyAnswer;
  };
  /** A challenge to make a passkey with. */
  "security.passkey_options": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: SecurityPasskeyOptionsAnswer;
  };
  /** Adds a passkey to the own account. */
  "security.passkey_add": {
    params: undefined;
    query: undefined;
    body: SecurityPasskeyAddBody;
    answer: SecurityPasskeyAddAnswer;
  };
  /** Removes a passkey from the own account. */
  "security.passkey_remove": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Sends a code by text message for a sign-in that waits for it. */
  "session.sms": {
    params: undefined;
    query: undefined;
    body: SessionSmsBody;
    answer: undefined;
  };
  /** Sends a code to a number, to use it as second factor; not for roles that give rights or hold keys. */
  "security.sms": {
    params: undefined;
    query: undefined;
    body: SecuritySmsBody;
    answer: undefined;
  };
  /** Enrols the number by the code sent to it. */
  "security.sms_confirm": {
    params: undefined;
    query: undefined;
    body: SecuritySmsConfirmBody;
    answer: undefined;
  };
  /** Removes the number. */
  "security.sms_remove": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Whether staff can sign in through an identity provider. */
  "oidc.get": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: OidcGetAnswer;
  };
  /** Sends the browser to the identity provider. */
  "oidc.start": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Where the identity provider sends the browser back to; signs in. */
  "oidc.callback": {
    params: undefined;
    query: OidcCallbackQuery;
    body: undefined;
    answer: undefined;
  };
  /** Searches the audit log, newest first. */
  "audit.list": {
    params: undefined;
    query: AuditListQuery;
    body: undefined;
    answer: AuditListAnswer;
  };
  /** Who looked at this person, and changed what, newest first. */
  "audit.person": {
    params: { id: string | number };
    query: AuditPersonQuery;
    body: undefined;
    answer: AuditPersonAnswer;
  };
  /** Size and root of the audit log, signed (a C2SP signed note): keep one, and nobody can rewrite what was before. */
  "audit.checkpoint": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Proves that an entry is in the log, or that a larger log continues a smaller one (RFC 6962). */
  "audit.proof": {
    params: undefined;
    query: AuditProofQuery;
    body: undefined;
    answer: AuditProofAnswer;
  };
  /** Reads the whole audit log and compares it with what was signed. */
  "audit.verify": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: AuditVerifyAnswer;
  };
  /** Keeps a checkpoint that a witness signed, too. */
  "audit.cosign": {
    params: undefined;
    query: undefined;
    body: AuditCosignBody;
    answer: undefined;
  };
  /** Alerts about what stands in the audit log, newest first. */
  "alerts.list": {
    params: undefined;
    query: AlertsListQuery;
    body: undefined;
    answer: AlertsListAnswer;
  };
  /** Closes an alert with a note. */
  "alerts.close": {
    params: { id: string | number };
    query: undefined;
    body: AlertsCloseBody;
    answer: undefined;
  };
  /** How many decoys are among the people. */
  "decoys.get": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: DecoysGetAnswer;
  };
  /** Makes decoys: people who do not exist; whoever opens one is told by an alert. */
  "decoys.create": {
    params: undefined;
    query: undefined;
    body: DecoysCreateBody;
    answer: DecoysCreateAnswer;
  };
  /** Removes all decoys. */
  "decoys.delete": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Every breach of personal data, newest first, with its 72-hour clock. */
  "breaches.list": {
    params: undefined;
    query: BreachesListQuery;
    body: undefined;
    answer: BreachesListAnswer;
  };
  /** Records a breach; its clock runs from the moment it became known. */
  "breaches.make": {
    params: undefined;
    query: undefined;
    body: BreachesMakeBody;
    answer: BreachesMakeAnswer;
  };
  /** One breach with everything known of it and every step taken. */
  "breaches.show": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: BreachesShowAnswer;
  };
  /** Adds what was found out, or moves a breach to its next state. */
  "breaches.change": {
    params: { id: string | number };
    query: undefined;
    body: BreachesChangeBody;
    answer: BreachesChangeAnswer;
  };
  /** Asks the audit log whose records belong to a breach; a large shop reads the progress with GET. */
  "breaches.scope": {
    params: { id: string | number };
    query: undefined;
    body: BreachesScopeBody;
    answer: BreachesScopeAnswer;
  };
  /** The people whose records were opened, with contact as far as the caller sees it. */
  "breaches.affected": {
    params: { id: string | number };
    query: BreachesAffectedQuery;
    body: undefined;
    answer: BreachesAffectedAnswer;
  };
  /** Drafts of the letters to the authority and to the people. */
  "breaches.letters": {
    params: { id: string | number };
    query: BreachesLettersQuery;
    body: undefined;
    answer: BreachesLettersAnswer;
  };
  /** Sends a letter to all people of a breach, through the shop's mail server. */
  "breaches.send": {
    params: { id: string | number };
    query: undefined;
    body: BreachesSendBody;
    answer: BreachesSendAnswer;
  };
  /** The evidence as one ZIP file, which custos verify checks. */
  "breaches.pack": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Notes that the authority or the people were told. */
  "breaches.notified": {
    params: { id: string | number };
    query: undefined;
    body: BreachesNotifiedBody;
    answer: BreachesNotifiedAnswer;
  };
  /** The record of processing (GDPR 30), made from what the program does. */
  "registers.processing": {
    params: undefined;
    query: RegistersProcessingQuery;
    body: undefined;
    answer: RegistersProcessingAnswer;
  };
  /** What differs in the record of processing between two times. */
  "registers.diff": {
    params: undefined;
    query: RegistersDiffQuery;
    body: undefined;
    answer: RegistersDiffAnswer;
  };
  /** When the record of processing changed. */
  "registers.versions": {
    params: undefined;
    query: RegistersVersionsQuery;
    body: undefined;
    answer: RegistersVersionsAnswer;
  };
  /** Notes that somebody looked at a purpose of the record and found it right. */
  "registers.reviewed": {
    params: { purpose: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Where data comes from and goes to, as nodes and edges. */
  "registers.map": {
    params: undefined;
    query: RegistersMapQuery;
    body: undefined;
    answer: RegistersMapAnswer;
  };
  /** Contracts, reviews and assessments that are missing, over, or end soon. */
  "registers.due": {
    params: undefined;
    query: RegistersDueQuery;
    body: undefined;
    answer: RegistersDueAnswer;
  };
  /** Impact assessments, balancings, transfer assessments. */
  "registers.assessments": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: RegistersAssessmentsAnswer;
  };
  /** Writes an assessment. */
  "registers.assess": {
    params: { name: string | number };
    query: undefined;
    body: RegistersAssessBody;
    answer: RegistersAssessAnswer;
  };
  /** Removes an assessment; what it was stays in the versions of the record. */
  "registers.assess_remove": {
    params: { name: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** The effective dictionary and the shop's own text. */
  "dictionary.get": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: DictionaryGetAnswer;
  };
  /** Checks a dictionary text and says what it would change. */
  "dictionary.check": {
    params: undefined;
    query: undefined;
    body: DictionaryCheckBody;
    answer: DictionaryCheckAnswer;
  };
  /** Puts a new dictionary in force. */
  "dictionary.put": {
    params: undefined;
    query: undefined;
    body: DictionaryPutBody;
    answer: DictionaryPutAnswer;
  };
  /** Changes of the dictionary that were proposed. */
  "proposals.list": {
    params: undefined;
    query: ProposalsListQuery;
    body: undefined;
    answer: ProposalsListAnswer;
  };
  /** Proposes a change of the dictionary; nothing changes yet. */
  "proposals.make": {
    params: undefined;
    query: undefined;
    body: ProposalsMakeBody;
    answer: ProposalsMakeAnswer;
  };
  /** A proposal, its difference and what it touches. */
  "proposals.get": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: ProposalsGetAnswer;
  };
  /** Puts somebody else's proposal in force; takes dictionary_write or approve. */
  "proposals.approve": {
    params: { id: string | number };
    query: undefined;
    body: ProposalsApproveBody;
    answer: ProposalsApproveAnswer;
  };
  /** Rejects a proposal, with dictionary_write or approve; one's own is withdrawn. */
  "proposals.reject": {
    params: { id: string | number };
    query: undefined;
    body: ProposalsRejectBody;
    answer: ProposalsRejectAnswer;
  };
  /** Every version of the dictionary: who, when, why, what changed. */
  "dictionary.history": {
    params: undefined;
    query: DictionaryHistoryQuery;
    body: undefined;
    answer: DictionaryHistoryAnswer;
  };
  /** What is kept how long, and what waits to be erased. */
  "retention.list": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: RetentionListAnswer;
  };
  /** Why somebody inactive may be kept nevertheless. */
  "retention.reasons": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: RetentionReasonsAnswer;
  };
  /** Runs of the rules, newest first. */
  "retention.runs": {
    params: undefined;
    query: RetentionRunsQuery;
    body: undefined;
    answer: RetentionRunsAnswer;
  };
  /** The certificate of a run, with a proof of now. */
  "retention.certificate": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: RetentionCertificateAnswer;
  };
  /** Switches a rule on or off, or changes its time; on or shorter only after a dry run. */
  "retention.put": {
    params: { name: string | number };
    query: undefined;
    body: RetentionPutBody;
    answer: RetentionPutAnswer;
  };
  /** Counts what a rule would take, and takes nothing. */
  "retention.dry_run": {
    params: { name: string | number };
    query: undefined;
    body: RetentionDryRunBody;
    answer: RetentionDryRunAnswer;
  };
  /** Runs a rule that is on, now. */
  "retention.run": {
    params: { name: string | number };
    query: undefined;
    body: undefined;
    answer: RetentionRunAnswer;
  };
  /** Which fields are filled, written, read and needed by something. */
  "fields.usage": {
    params: undefined;
    query: FieldsUsageQuery;
    body: undefined;
    answer: FieldsUsageAnswer;
  };
  /** Counts the fields anew, which else happens once a day. */
  "fields.usage_count": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: FieldsUsageCountAnswer;
  };
  /** The one table: what each role may do, see and work for. */
  "roles.list": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: RolesListAnswer;
  };
  /** Makes a role with at most one's own rights. */
  "roles.create": {
    params: undefined;
    query: undefined;
    body: RolesCreateBody;
    answer: RolesCreateAnswer;
  };
  /** Changes a role of the shop's own; it holds for its staff at once. */
  "roles.put": {
    params: { name: string | number };
    query: undefined;
    body: RolesPutBody;
    answer: RolesPutAnswer;
  };
  /** Removes a role that nobody has. */
  "roles.delete": {
    params: { name: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Which acts need a second member of staff. */
  "approval_rules.list": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: ApprovalRulesListAnswer;
  };
  /** Turns a rule on or off. */
  "approval_rules.put": {
    params: { kind: string | number };
    query: undefined;
    body: ApprovalRulesPutBody;
    answer: ApprovalRulesPutAnswer;
  };
  /** What was asked for: all for those who approve, else one's own. */
  "approvals.list": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: ApprovalsListAnswer;
  };
  /** Asks for an act that was just refused for want of an approval. */
  "approvals.ask": {
    params: undefined;
    query: undefined;
    body: ApprovalsAskBody;
    answer: ApprovalsAskAnswer;
  };
  /** Agrees to exactly that act, once; never by who asked. */
  "approvals.approve": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: ApprovalsApproveAnswer;
  };
  /** Refuses it; never by who asked. */
  "approvals.refuse": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: ApprovalsRefuseAnswer;
  };
  /** What needs a person now. */
  "attention": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: AttentionAnswer;
  };
  /** Shows this person unmasked to this session for 15 minutes, and raises an alarm. */
  "people.break_glass": {
    params: { id: string | number };
    query: undefined;
    body: PeopleBreakGlassBody;
    answer: PeopleBreakGlassAnswer;
  };
  /** Who saw this person unmasked in an emergency, and why. */
  "people.unmasked": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: PeopleUnmaskedAnswer;
  };
  /** Everything held about a person as one ZIP file: a page to read, JSON and CSV. */
  "people.archive": {
    params: { id: string | number };
    query: PeopleArchiveQuery;
    body: undefined;
    answer: undefined;
  };
  /** The front door: asks for an address to send a link to. */
  "centre.start": {
    params: undefined;
    query: CentreStartQuery;
    body: undefined;
    answer: undefined;
  };
  /** The style sheet of the privacy centre. */
  "centre.style": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Sends a link to an address that is known; the answer is the same when it is not. */
  "centre.ask_link": {
    params: undefined;
    query: undefined;
    body: Blob | string;
    answer: undefined;
  };
  /** What a link is for, with a button; changes nothing. */
  "centre.link": {
    params: { token: string | number };
    query: CentreLinkQuery;
    body: undefined;
    answer: undefined;
  };
  /** Redeems a link: begins a visit, confirms an address or a consent, or hands out an archive. */
  "centre.enter": {
    params: { token: string | number };
    query: undefined;
    body: Blob | string;
    answer: undefined;
  };
  /** The visitor's overview. */
  "centre.me": {
    params: undefined;
    query: CentreMeQuery;
    body: undefined;
    answer: undefined;
  };
  /** Everything held: values with source, age, purpose and recipients, and what was inferred. */
  "centre.data": {
    params: undefined;
    query: CentreDataQuery;
    body: undefined;
    answer: undefined;
  };
  /** Orders and the newest events. */
  "centre.activity": {
    params: undefined;
    query: CentreActivityQuery;
    body: undefined;
    answer: undefined;
  };
  /** What the data may be used for, with the wordings shown then and receipts. */
  "centre.consents": {
    params: undefined;
    query: CentreConsentsQuery;
    body: undefined;
    answer: undefined;
  };
  /** Who receives the data, and who looked. */
  "centre.access": {
    params: undefined;
    query: CentreAccessQuery;
    body: undefined;
    answer: undefined;
  };
  /** What the visitor can ask for, and what was asked before with its clocks. */
  "centre.rights": {
    params: undefined;
    query: CentreRightsQuery;
    body: undefined;
    answer: undefined;
  };
  /** Asks for the word that confirms an erasure. */
  "centre.erase_page": {
    params: undefined;
    query: CentreErasePageQuery;
    body: undefined;
    answer: undefined;
  };
  /** The form that corrects one value. */
  "centre.correct_page": {
    params: { field: string | number };
    query: CentreCorrectPageQuery;
    body: undefined;
    answer: undefined;
  };
  /** The receipt of one of the visitor's consents, as a file. */
  "centre.receipt": {
    params: { record: string | number };
    query: CentreReceiptQuery;
    body: undefined;
    answer: CentreReceiptAnswer;
  };
  /** Allows or forbids one purpose. */
  "centre.preference": {
    params: undefined;
    query: undefined;
    body: Blob | string;
    answer: undefined;
  };
  /** Takes every consent back. */
  "centre.withdraw": {
    params: undefined;
    query: undefined;
    body: Blob | string;
    answer: undefined;
  };
  /** Corrects one value. */
  "centre.correct": {
    params: { field: string | number };
    query: undefined;
    body: Blob | string;
    answer: undefined;
  };
  /** Asks for restriction, objects to direct marketing, complains. */
  "centre.ask": {
    params: undefined;
    query: undefined;
    body: Blob | string;
    answer: undefined;
  };
  /** Takes a request back that is still open. */
  "centre.revoke": {
    params: undefined;
    query: undefined;
    body: Blob | string;
    answer: undefined;
  };
  /** Everything held as one ZIP file. */
  "centre.archive": {
    params: undefined;
    query: undefined;
    body: Blob | string;
    answer: undefined;
  };
  /** Erases the visitor, who typed the word. */
  "centre.erase": {
    params: undefined;
    query: undefined;
    body: Blob | string;
    answer: undefined;
  };
  /** Ends the visit. */
  "centre.leave": {
    params: undefined;
    query: undefined;
    body: Blob | string;
    answer: undefined;
  };
  /** The certificate of an erasure, for who has its id; it names nobody. */
  "centre.certificate": {
    params: { id: string | number };
    query: CentreCertificateQuery;
    body: undefined;
    answer: CentreCertificateAnswer;
  };
  /** What a link in a message would end; changes nothing. */
  "centre.unsubscribe_page": {
    params: { token: string | number };
    query: CentreUnsubscribePageQuery;
    body: undefined;
    answer: undefined;
  };
  /** Ends it at once, without a cookie (RFC 8058). */
  "centre.unsubscribe": {
    params: { token: string | number };
    query: undefined;
    body: Blob | string;
    answer: undefined;
  };
  /** Makes a link to the privacy centre, to hand over by a channel that is known to be the person's. */
  "people.privacy_link": {
    params: { id: string | number };
    query: undefined;
    body: PeoplePrivacyLinkBody;
    answer: PeoplePrivacyLinkAnswer;
  };
  /** Double opt-in: asks the person by letter whether they consent to a purpose. */
  "people.consent_request": {
    params: { id: string | number; purpose: string | number };
    query: undefined;
    body: PeopleConsentRequestBody;
    answer: PeopleConsentRequestAnswer;
  };
  /** Runs of the canary of rights: a made-up person who consents, is written to, asks for everything and is erased. */
  "canary.list": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: CanaryListAnswer;
  };
  /** Runs the canary of rights now, some seconds, and answers that run. */
  "canary.run": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: CanaryRunAnswer;
  };
  /** Lists backups, where they go, and the drills that tried them. */
  "backups.list": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: BackupsListAnswer;
  };
  /** Makes a backup of one class; the list shows how it goes. */
  "backups.make": {
    params: undefined;
    query: undefined;
    body: BackupsMakeBody;
    answer: BackupsMakeAnswer;
  };
  /** Reads every byte of a backup and checks it; the list shows what was found. */
  "backups.verify": {
    params: { id: string | number };
    query: BackupsVerifyQuery;
    body: undefined;
    answer: BackupsVerifyAnswer;
  };
  /** Drops backups that are too old, and what no backup needs any more. */
  "backups.prune": {
    params: undefined;
    query: BackupsPruneQuery;
    body: undefined;
    answer: BackupsPruneAnswer;
  };
  /** Restores the newest data backup into a temporary folder and tries it out. */
  "backups.drill": {
    params: undefined;
    query: BackupsDrillQuery;
    body: undefined;
    answer: BackupsDrillAnswer;
  };
  /** What keys there are, how old, and what became of their rotation. */
  "keys.get": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: KeysGetAnswer;
  };
  /** Replaces keys while the shop works on: the root key, every node of the key tree, a class key, the signing key, the key of the index of identifiers. */
  "keys.rotate": {
    params: undefined;
    query: undefined;
    body: KeysRotateBody;
    answer: KeysRotateAnswer;
  };
  /** Makes a new recovery kit and shows it once. */
  "keys.recovery_kit": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: KeysRecoveryKitAnswer;
  };
  /** The key replicas, and how far each is. */
  "key_replicas.list": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: KeyReplicasListAnswer;
  };
  /** Adds a key replica, which is sent all keys as they are stored. */
  "key_replicas.add": {
    params: undefined;
    query: undefined;
    body: KeyReplicasAddBody;
    answer: KeyReplicasAddAnswer;
  };
  /** Removes a key replica: it is sent nothing more, and erasures do not wait for it. What it holds stays there. */
  "key_replicas.remove": {
    params: { name: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** What is unsafe in the running configuration, in words, and how to mend it. */
  "self_audit.get": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: SelfAuditGetAnswer;
  };
  /** What the shop does with personal data, as a page, from the running configuration. */
  "transparency.page": {
    params: undefined;
    query: TransparencyPageQuery;
    body: undefined;
    answer: undefined;
  };
  /** All versions of the page. */
  "transparency.versions_page": {
    params: undefined;
    query: TransparencyVersionsPageQuery;
    body: undefined;
    answer: undefined;
  };
  /** What differs between two versions, in words. */
  "transparency.diff": {
    params: undefined;
    query: TransparencyDiffQuery;
    body: undefined;
    answer: undefined;
  };
  /** The look of the page. */
  "transparency.style": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Facts that turn red by themselves. */
  "transparency.badges": {
    params: undefined;
    query: TransparencyBadgesQuery;
    body: undefined;
    answer: TransparencyBadgesAnswer;
  };
  /** One of the facts, or all, as a picture for other sites. */
  "transparency.badge": {
    params: undefined;
    query: TransparencyBadgeQuery;
    body: undefined;
    answer: undefined;
  };
  /** The page for machines: Transparency Information Language. */
  "transparency.tilt": {
    params: undefined;
    query: TransparencyTiltQuery;
    body: undefined;
    answer: TransparencyTiltAnswer;
  };
  /** The page for machines: Data Privacy Vocabulary as JSON-LD. */
  "transparency.dpv": {
    params: undefined;
    query: TransparencyDpvQuery;
    body: undefined;
    answer: TransparencyDpvAnswer;
  };
  /** A version of the page, as it was. */
  "transparency.version": {
    params: { version: string | number };
    query: TransparencyVersionQuery;
    body: undefined;
    answer: undefined;
  };
  /** A version with the proof that it stood in the signed log. */
  "transparency.proof": {
    params: { version: string | number };
    query: undefined;
    body: undefined;
    answer: TransparencyProofAnswer;
  };
  /** What the shop says of itself on the transparency page, and what is still missing. */
  "transparency.get": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: TransparencyGetAnswer;
  };
  /** Sets it, as a whole; what is not given is taken away. */
  "transparency.put": {
    params: undefined;
    query: undefined;
    body: TransparencyPutBody;
    answer: TransparencyPutAnswer;
  };
  /** Versions of the transparency page, newest first. */
  "transparency.versions": {
    params: undefined;
    query: TransparencyVersionsQuery;
    body: undefined;
    answer: TransparencyVersionsAnswer;
  };
  /** The process answers. */
  "health.live": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: HealthLiveAnswer;
  };
  /** Events are accepted, projected and can be read. */
  "health.ready": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: HealthReadyAnswer;
  };
  /** Prometheus text: rates, latencies, queue depths, lags, refusals. */
  "metrics": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** The version of the program. */
  "version": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: VersionAnswer;
  };
  /** Tells crawlers to keep out. */
  "robots": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** This API as OpenAPI 3.1. */
  "openapi": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** The console. */
  "console.page": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** The console on the set-up page; the token stands behind # and is never sent. */
  "console.setup": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** The console on the page of an invitation; the token stands behind # and is never sent. */
  "console.invite": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** The console on the page for a new password; the token stands behind # and is never sent. */
  "console.reset": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** A page that checks receipts and certificates in the browser alone; it can be saved and used offline. */
  "verify": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** A file of the console. */
  "console.asset": {
    params: { file: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
}

export type RouteName = keyof Routes;

export const routes = {
  "collect.identify": {
    method: "POST",
    path: "/v1/identify",
    permission: "write_key",
    query: {},
    body: {},
  },
  "collect.track": {
    method: "POST",
    path: "/v1/track",
    permission: "write_key",
    query: {},
    body: {},
  },
  "collect.page": {
    method: "POST",
    path: "/v1/page",
    permission: "write_key",
    query: {},
    body: {},
  },
  "collect.screen": {
    method: "POST",
    path: "/v1/screen",
    permission: "write_key",
    query: {},
    body: {},
  },
  "collect.group": {
    method: "POST",
    path: "/v1/group",
    permission: "write_key",
    query: {},
    body: {},
  },
  "collect.alias": {
    method: "POST",
    path: "/v1/alias",
    permission: "write_key",
    query: {},
    body: {},
  },
  "collect.batch": {
    method: "POST",
    path: "/v1/batch",
    permission: "write_key",
    query: {},
    body: {},
  },
  "collect.beacon": {
    method: "POST",
    path: "/beacon/v1/batch",
    permission: "write_key",
    query: {},
    body: {},
  },
  "collect.jitsu": {
    method: "POST",
    path: "/api/s/{type}",
    permission: "write_key",
    query: {},
    body: {},
  },
  "collect.jitsu_batch": {
    method: "POST",
    path: "/api/s/batch",
    permission: "write_key",
    query: {},
    body: {},
  },
  "collect.jitsu_server": {
    method: "POST",
    path: "/api/s/s2s/{type}",
    permission: "write_key",
    query: {},
    body: {},
  },
  "collect.jitsu_server_batch": {
    method: "POST",
    path: "/api/s/s2s/batch",
    permission: "write_key",
    query: {},
    body: {},
  },
  "collect.pixel_track": {
    method: "GET",
    path: "/pixel/v1/track",
    permission: "write_key",
    query: {},
    body: {},
  },
  "collect.pixel_page": {
    method: "GET",
    path: "/pixel/v1/page",
    permission: "write_key",
    query: {},
    body: {},
  },
  "collect.settings": {
    method: "GET",
    path: "/v1/projects/{write_key}/settings",
    permission: "write_key",
    query: {},
    body: {},
  },
  "collect.source_config": {
    method: "GET",
    path: "/sourceConfig",
    permission: "write_key",
    query: {},
    body: {},
  },
  "quarantine.list": {
    method: "GET",
    path: "/v1/quarantine",
    permission: "quarantine",
    query: {
      source: { type: "int", required: false, min: 0, max: 4294967295 },
      code: { type: "string", required: false, min: 1, max: 32 },
      status: { type: "enum", required: false, options: ["open", "replayed", "discarded"] },
      cursor: { type: "string", required: false, min: 1, max: 32 },
      limit: { type: "int", required: false, min: 1, max: 200, fallback: "50" },
    },
    body: {},
  },
  "quarantine.get": {
    method: "GET",
    path: "/v1/quarantine/{id}",
    permission: "quarantine",
    query: {},
    body: {},
  },
  "quarantine.replay_all": {
    method: "POST",
    path: "/v1/quarantine/replay",
    permission: "quarantine",
    query: {},
    body: {
      code: { type: "string", required: false, min: 1, max: 32 },
      source: { type: "int", required: false, min: 0, max: 4294967295 },
    },
  },
  "quarantine.replay": {
    method: "POST",
    path: "/v1/quarantine/{id}/replay",
    permission: "quarantine",
    query: {},
    body: {
      body: { type: "string", required: false, min: 2, max: 524288 },
    },
  },
  "quarantine.discard": {
    method: "DELETE",
    path: "/v1/quarantine/{id}",
    permission: "quarantine",
    query: {},
    body: {},
  },
  "sources.list": {
    method: "GET",
    path: "/v1/sources",
    permission: "sources_read",
    query: {},
    body: {},
  },
  "sources.create": {
    method: "POST",
    path: "/v1/sources",
    permission: "sources_write",
    query: {},
    body: {
      name: { type: "string", required: true, min: 1, max: 127 },
      sample: { type: "bool", required: false },
    },
  },
  "sources.update": {
    method: "PATCH",
    path: "/v1/sources/{number}",
    permission: "sources_write",
    query: {},
    body: {
      name: { type: "string", required: false, min: 1, max: 127 },
      enabled: { type: "bool", required: false },
    },
  },
  "imports.create": {
    method: "POST",
    path: "/v1/imports",
    permission: "import",
    query: {
      kind: { type: "enum", required: true, options: ["people", "orders", "events"] },
      map: { type: "string", required: false, min: 1, max: 63 },
      name: { type: "string", required: false, min: 0, max: 255 },
      dry_run: { type: "bool", required: false, fallback: "false" },
      currency: { type: "string", required: false, min: 3, max: 3 },
      dates: { type: "enum", required: false, options: ["dmy", "mdy"] },
    },
    body: {},
  },
  "imports.list": {
    method: "GET",
    path: "/v1/imports",
    permission: "import",
    query: {
      cursor: { type: "string", required: false, min: 1, max: 20 },
      limit: { type: "int", required: false, min: 1, max: 100, fallback: "50" },
    },
    body: {},
  },
  "imports.get": {
    method: "GET",
    path: "/v1/imports/{number}",
    permission: "import",
    query: {},
    body: {},
  },
  "imports.start": {
    method: "POST",
    path: "/v1/imports/{number}/start",
    permission: "import",
    query: {},
    body: {
      mapping: { type: "array", required: false, min: 0, max: 1000 },
      map_name: { type: "string", required: false, min: 1, max: 63 },
    },
  },
  "imports.bad_rows": {
    method: "GET",
    path: "/v1/imports/{number}/bad-rows",
    permission: "import",
    query: {},
    body: {},
  },
  "imports.revert": {
    method: "POST",
    path: "/v1/imports/{number}/revert",
    permission: "import",
    query: {},
    body: {},
  },
  "imports.forget": {
    method: "DELETE",
    path: "/v1/imports/{number}",
    permission: "import",
    query: {},
    body: {},
  },
  "import_maps.list": {
    method: "GET",
    path: "/v1/import-maps",
    permission: "import",
    query: {},
    body: {},
  },
  "import_maps.put": {
    method: "PUT",
    path: "/v1/import-maps/{name}",
    permission: "import",
    query: {},
    body: {
      kind: { type: "enum", required: true, options: ["people", "orders", "events"] },
      columns: { type: "array", required: true, min: 0, max: 1000 },
    },
  },
  "import_maps.delete": {
    method: "DELETE",
    path: "/v1/import-maps/{name}",
    permission: "import",
    query: {},
    body: {},
  },
  "sample.get": {
    method: "GET",
    path: "/v1/sample-data",
    permission: "analytics_read",
    query: {},
    body: {},
  },
  "sample.delete": {
    method: "DELETE",
    path: "/v1/sample-data",
    permission: "people_erase",
    query: {},
    body: {},
  },
  "people.list": {
    method: "GET",
    path: "/v1/people",
    permission: "people_read",
    query: {
      q: { type: "string", required: false, min: 0, max: 200 },
      filter: { type: "enum", required: false, fallback: "all", options: ["all", "known", "anonymous", "customers", "sample"] },
      sort: { type: "enum", required: false, fallback: "last_seen", options: ["last_seen", "first_seen", "revenue", "orders"] },
      cursor: { type: "string", required: false, min: 0, max: 200 },
      limit: { type: "int", required: false, min: 1, max: 200, fallback: "50" },
    },
    body: {},
  },
  "people.search": {
    method: "POST",
    path: "/v1/people/search",
    permission: "people_read",
    query: {},
    body: {
      q: { type: "string", required: false, min: 0, max: 200 },
      filter: { type: "enum", required: false, fallback: "all", options: ["all", "known", "anonymous", "customers", "sample"] },
      sort: { type: "enum", required: false, fallback: "last_seen", options: ["last_seen", "first_seen", "revenue", "orders"] },
      cursor: { type: "string", required: false, min: 0, max: 200 },
      limit: { type: "int", required: false, min: 1, max: 200, fallback: "50" },
    },
  },
  "people.lookup": {
    method: "POST",
    path: "/v1/people/lookup",
    permission: "people_read",
    query: {},
    body: {
      kind: { type: "string", required: true, min: 1, max: 64 },
      value: { type: "string", required: true, min: 1, max: 512 },
    },
  },
  "people.show": {
    method: "GET",
    path: "/v1/people/{id}",
    permission: "people_read",
    query: {},
    body: {},
  },
  "people.events": {
    method: "GET",
    path: "/v1/people/{id}/events",
    permission: "people_read",
    query: {
      cursor: { type: "string", required: false, min: 0, max: 200 },
      limit: { type: "int", required: false, min: 1, max: 200, fallback: "50" },
    },
    body: {},
  },
  "people.orders": {
    method: "GET",
    path: "/v1/people/{id}/orders",
    permission: "people_read",
    query: {
      cursor: { type: "string", required: false, min: 0, max: 200 },
      limit: { type: "int", required: false, min: 1, max: 200, fallback: "50" },
    },
    body: {},
  },
  "people.history": {
    method: "GET",
    path: "/v1/people/{id}/history",
    permission: "people_read",
    query: {
      field: { type: "string", required: false, min: 0, max: 512 },
    },
    body: {},
  },
  "people.merge": {
    method: "POST",
    path: "/v1/people/{id}/merge",
    permission: "people_write",
    query: {},
    body: {
      other: { type: "uuid", required: true },
      reason: { type: "string", required: false, min: 0, max: 1000 },
    },
  },
  "people.unmerge": {
    method: "POST",
    path: "/v1/people/{id}/unmerge",
    permission: "people_write",
    query: {},
    body: {
      edge: { type: "int", required: true },
      reason: { type: "string", required: false, min: 0, max: 1000 },
      never_link: { type: "bool", required: false },
    },
  },
  "people.delete": {
    method: "DELETE",
    path: "/v1/people/{id}",
    permission: "people_erase",
    query: {
      reason: { type: "string", required: false, min: 0, max: 1000 },
    },
    body: {},
  },
  "people.rules": {
    method: "GET",
    path: "/v1/identity-rules",
    permission: "dictionary_read",
    query: {},
    body: {},
  },
  "people.rules_dry_run": {
    method: "POST",
    path: "/v1/identity-rules/dry-run",
    permission: "dictionary_read",
    query: {},
    body: {
      identifiers: { type: "array", required: true, min: 0, max: 256 },
    },
  },
  "people.undeclared": {
    method: "GET",
    path: "/v1/dictionary/undeclared",
    permission: "dictionary_read",
    query: {},
    body: {},
  },
  "people.consent": {
    method: "PUT",
    path: "/v1/people/{id}/consents/{purpose}",
    permission: "people_write",
    query: {},
    body: {
      state: { type: "enum", required: true, options: ["granted", "refused", "withdrawn", "requested", "invalidated"] },
      evidence: { type: "string", required: false, min: 0, max: 8000 },
      language: { type: "string", required: false, min: 0, max: 20 },
      wording: { type: "int", required: false },
      form: { type: "string", required: false, min: 0, max: 100 },
      button: { type: "string", required: false, min: 0, max: 100 },
      channel: { type: "string", required: false, min: 0, max: 100 },
      recipient: { type: "string", required: false, min: 0, max: 100 },
      only_channel: { type: "string", required: false, min: 0, max: 40 },
      only_recipient: { type: "string", required: false, min: 0, max: 40 },
    },
  },
  "consents.receipt": {
    method: "GET",
    path: "/v1/consents/{record}/receipt",
    permission: "people_read",
    query: {},
    body: {},
  },
  "people.consents": {
    method: "GET",
    path: "/v1/people/{id}/consents",
    permission: "people_read",
    query: {
      cursor: { type: "string", required: false, min: 0, max: 47 },
      limit: { type: "int", required: false, min: 1, max: 500 },
    },
    body: {},
  },
  "consents.list": {
    method: "GET",
    path: "/v1/consents",
    permission: "people_read",
    query: {
      cursor: { type: "int", required: false },
      limit: { type: "int", required: false, min: 1, max: 500 },
      purpose: { type: "string", required: false, min: 0, max: 100 },
      state: { type: "enum", required: false, options: ["granted", "refused", "withdrawn", "unproven", "requested", "reconfirmed", "invalidated"] },
      said_by: { type: "enum", required: false, options: ["client", "person", "staff", "import", "signal", "rule"] },
    },
    body: {},
  },
  "purposes.list": {
    method: "GET",
    path: "/v1/purposes",
    permission: "dictionary_read",
    query: {},
    body: {},
  },
  "purposes.wordings": {
    method: "PUT",
    path: "/v1/purposes/{name}/wordings",
    permission: "dictionary_write",
    query: {},
    body: {
      texts: { type: "object", required: true, min: 0, max: 262144 },
    },
  },
  "policies.list": {
    method: "GET",
    path: "/v1/policies",
    permission: "dictionary_read",
    query: {
      cursor: { type: "int", required: false, min: 1, max: 4294967295 },
    },
    body: {},
  },
  "policies.get": {
    method: "GET",
    path: "/v1/policies/{version}",
    permission: "dictionary_read",
    query: {
      from: { type: "int", required: false, min: 1, max: 4294967295 },
    },
    body: {},
  },
  "consent.mode": {
    method: "GET",
    path: "/v1/consent-mode",
    permission: "write_key",
    query: {
      anonymous_id: { type: "string", required: true, min: 1, max: 200 },
      writeKey: { type: "string", required: false, min: 0, max: 64 },
    },
    body: {},
  },
  "consent.gpc": {
    method: "GET",
    path: "/.well-known/gpc.json",
    permission: "public",
    query: {},
    body: {},
  },
  "consent_strings.decode": {
    method: "POST",
    path: "/v1/consent-strings/decode",
    permission: "dictionary_read",
    query: {},
    body: {
      text: { type: "string", required: true, min: 1, max: 131072 },
    },
  },
  "consent_strings.encode": {
    method: "POST",
    path: "/v1/consent-strings/encode",
    permission: "dictionary_read",
    query: {},
    body: {
      kind: { type: "enum", required: true, options: ["tcf", "gpp"] },
      tcf: { type: "object", required: false, min: 0, max: 1048576 },
      sections: { type: "array", required: false, min: 0, max: 32 },
      purposes: { type: "object", required: false, min: 0, max: 65536 },
    },
  },
  "sms.reply": {
    method: "POST",
    path: "/v1/sms/replies",
    permission: "public",
    query: {},
    body: {},
  },
  "sms.reply_twilio": {
    method: "POST",
    path: "/v1/sms/replies/twilio",
    permission: "public",
    query: {},
    body: {},
  },
  "people.erase": {
    method: "POST",
    path: "/v1/people/{id}/erase",
    permission: "people_erase",
    query: {},
    body: {
      right: { type: "string", required: false, min: 1, max: 64, fallback: "gdpr-17(1)(b)" },
      request: { type: "uuid", required: false },
      received: { type: "time", required: false },
      due: { type: "time", required: false },
    },
  },
  "erasures.list": {
    method: "GET",
    path: "/v1/erasures",
    permission: "people_erase",
    query: {
      cursor: { type: "string", required: false, min: 0, max: 64 },
      limit: { type: "int", required: false, min: 1, max: 200 },
    },
    body: {},
  },
  "erasures.certificate": {
    method: "GET",
    path: "/v1/erasures/{id}/certificate",
    permission: "people_erase",
    query: {},
    body: {},
  },
  "requests.list": {
    method: "GET",
    path: "/v1/requests",
    permission: "rights_read",
    query: {
      state: { type: "enum", required: false, options: ["open", "verifying", "in_progress", "waiting", "fulfilled", "denied", "revoked", "expired", "duplicate"] },
      right: { type: "enum", required: false, options: ["access", "portability", "rectification", "erasure", "restriction", "objection", "opt_out", "limit", "complaint"] },
      due: { type: "enum", required: false, options: ["soon", "late"] },
      person: { type: "uuid", required: false },
      cursor: { type: "string", required: false, min: 0, max: 24 },
      limit: { type: "int", required: false, min: 1, max: 200, fallback: "50" },
    },
    body: {},
  },
  "requests.create": {
    method: "POST",
    path: "/v1/requests",
    permission: "rights_write",
    query: {},
    body: {
      right: { type: "enum", required: true, options: ["access", "portability", "rectification", "erasure", "restriction", "objection", "opt_out", "limit", "complaint"] },
      regime: { type: "enum", required: false, options: ["gdpr", "uk", "ccpa"] },
      channel: { type: "enum", required: false, options: ["staff", "api"] },
      person: { type: "uuid", required: false },
      email: { type: "string", required: false, min: 0, max: 254 },
      phone: { type: "string", required: false, min: 0, max: 40 },
      detail: { type: "any", required: false, min: 0, max: 4096 },
      language: { type: "string", required: false, min: 0, max: 20 },
      purpose: { type: "string", required: false, min: 0, max: 100 },
      received: { type: "time", required: false },
      reference: { type: "string", required: false, min: 0, max: 200 },
      verified: { type: "bool", required: false },
    },
  },
  "requests.grounds": {
    method: "GET",
    path: "/v1/requests/grounds",
    permission: "rights_read",
    query: {},
    body: {},
  },
  "requests.figures": {
    method: "GET",
    path: "/v1/requests/figures",
    permission: "rights_read",
    query: {
      from: { type: "time", required: false },
      to: { type: "time", required: false },
    },
    body: {},
  },
  "requests.show": {
    method: "GET",
    path: "/v1/requests/{id}",
    permission: "rights_read",
    query: {},
    body: {},
  },
  "requests.letter": {
    method: "GET",
    path: "/v1/requests/{id}/letter",
    permission: "rights_read",
    query: {
      kind: { type: "enum", required: true, options: ["received", "verify", "answer", "refusal", "extension", "lift"] },
      language: { type: "enum", required: false, options: ["en", "de", "fr"] },
      ground: { type: "string", required: false, min: 0, max: 60 },
    },
    body: {},
  },
  "people.requests": {
    method: "GET",
    path: "/v1/people/{id}/requests",
    permission: "people_read",
    query: {},
    body: {},
  },
  "requests.verify": {
    method: "POST",
    path: "/v1/requests/{id}/verify",
    permission: "rights_write",
    query: {},
    body: {
      how: { type: "enum", required: false, fallback: "staff", options: ["staff", "code", "link", "token"] },
    },
  },
  "requests.challenge": {
    method: "POST",
    path: "/v1/requests/{id}/challenge",
    permission: "rights_write",
    query: {},
    body: {},
  },
  "requests.execute": {
    method: "POST",
    path: "/v1/requests/{id}/execute",
    permission: "rights_write",
    query: {},
    body: {
      values: { type: "object", required: false, min: 0, max: 4096 },
      note: { type: "string", required: false, min: 0, max: 2000 },
    },
  },
  "requests.refuse": {
    method: "POST",
    path: "/v1/requests/{id}/refuse",
    permission: "rights_write",
    query: {},
    body: {
      ground: { type: "string", required: true, min: 1, max: 60 },
      note: { type: "string", required: false, min: 0, max: 2000 },
    },
  },
  "requests.extend": {
    method: "POST",
    path: "/v1/requests/{id}/extend",
    permission: "rights_write",
    query: {},
    body: {
      reason: { type: "string", required: true, min: 1, max: 2000 },
    },
  },
  "requests.confirm": {
    method: "POST",
    path: "/v1/requests/{id}/confirm",
    permission: "rights_write",
    query: {},
    body: {},
  },
  "requests.revoke": {
    method: "POST",
    path: "/v1/requests/{id}/revoke",
    permission: "rights_write",
    query: {},
    body: {},
  },
  "requests.reopen": {
    method: "POST",
    path: "/v1/requests/{id}/reopen",
    permission: "rights_write",
    query: {},
    body: {
      reason: { type: "string", required: true, min: 1, max: 2000 },
    },
  },
  "requests.hold": {
    method: "POST",
    path: "/v1/requests/{id}/hold",
    permission: "rights_write",
    query: {},
    body: {
      reason: { type: "string", required: true, min: 1, max: 2000 },
    },
  },
  "requests.release": {
    method: "POST",
    path: "/v1/requests/{id}/release",
    permission: "rights_write",
    query: {},
    body: {
      reason: { type: "string", required: true, min: 1, max: 2000 },
    },
  },
  "requests.lift": {
    method: "POST",
    path: "/v1/requests/{id}/lift",
    permission: "rights_write",
    query: {},
    body: {
      reason: { type: "string", required: true, min: 1, max: 2000 },
    },
  },
  "recipients.list": {
    method: "GET",
    path: "/v1/recipients",
    permission: "govern_read",
    query: {},
    body: {},
  },
  "recipients.get": {
    method: "GET",
    path: "/v1/recipients/{name}",
    permission: "govern_read",
    query: {},
    body: {},
  },
  "recipients.put": {
    method: "PUT",
    path: "/v1/recipients/{name}",
    permission: "govern_write",
    query: {},
    body: {
      title: { type: "string", required: true, min: 1, max: 200 },
      role: { type: "enum", required: false, fallback: "processor", options: ["processor", "controller", "joint"] },
      country: { type: "string", required: true, min: 2, max: 2 },
      safeguard: { type: "enum", required: false, fallback: "none", options: ["none", "adequacy", "scc", "bcr", "derogation"] },
      purposes: { type: "array", required: false, min: 0, max: 20 },
      contact: { type: "email", required: false },
      website: { type: "string", required: false, min: 0, max: 200 },
      contract: { type: "date", required: false },
      contract_ends: { type: "date", required: false },
      enabled: { type: "bool", required: false, fallback: "true" },
      method: { type: "enum", required: false, fallback: "none", options: ["none", "opendsr", "webhook", "letter"] },
      url: { type: "string", required: false, min: 0, max: 900 },
      domain: { type: "string", required: false, min: 0, max: 253 },
      identities: { type: "array", required: false, min: 0, max: 8 },
      answer_days: { type: "int", required: false, min: 1, max: 90, fallback: "14" },
      secret: { type: "string", required: false, min: 0, max: 500 },
      new_secret: { type: "bool", required: false },
    },
  },
  "recipients.delete": {
    method: "DELETE",
    path: "/v1/recipients/{name}",
    permission: "govern_write",
    query: {},
    body: {},
  },
  "recipients.orders": {
    method: "GET",
    path: "/v1/recipients/orders",
    permission: "rights_read",
    query: {
      request: { type: "uuid", required: false },
      state: { type: "enum", required: false, options: ["pending", "sent", "acknowledged", "done", "failed", "escalated"] },
      cursor: { type: "int", required: false },
      limit: { type: "int", required: false, min: 1, max: 200 },
    },
    body: {},
  },
  "recipients.order_done": {
    method: "POST",
    path: "/v1/recipients/orders/{id}/done",
    permission: "rights_write",
    query: {},
    body: {
      note: { type: "string", required: false, min: 0, max: 1000 },
    },
  },
  "recipients.order_again": {
    method: "POST",
    path: "/v1/recipients/orders/{id}/again",
    permission: "rights_write",
    query: {},
    body: {},
  },
  "opendsr.callback": {
    method: "POST",
    path: "/opendsr/v2/callbacks",
    permission: "public",
    query: {},
    body: {},
  },
  "privacy_doors.list": {
    method: "GET",
    path: "/v1/privacy-doors",
    permission: "govern_read",
    query: {},
    body: {},
  },
  "privacy_doors.put": {
    method: "PUT",
    path: "/v1/privacy-doors/{name}",
    permission: "govern_write",
    query: {},
    body: {
      kind: { type: "enum", required: true, options: ["opendsr", "drp", "shopify"] },
      title: { type: "string", required: true, min: 1, max: 200 },
      enabled: { type: "bool", required: false, fallback: "true" },
      hosts: { type: "array", required: false, min: 0, max: 20 },
      key: { type: "string", required: false, min: 0, max: 100 },
      secret: { type: "string", required: false, min: 0, max: 500 },
      new_token: { type: "bool", required: false },
    },
  },
  "privacy_doors.delete": {
    method: "DELETE",
    path: "/v1/privacy-doors/{name}",
    permission: "govern_write",
    query: {},
    body: {},
  },
  "privacy_doors.notices": {
    method: "GET",
    path: "/v1/privacy-doors/notices",
    permission: "rights_read",
    query: {
      cursor: { type: "int", required: false },
    },
    body: {},
  },
  "privacy_doors.notice_done": {
    method: "POST",
    path: "/v1/privacy-doors/notices/{id}/done",
    permission: "rights_write",
    query: {},
    body: {
      note: { type: "string", required: true, min: 1, max: 1000 },
    },
  },
  "opendsr.discovery": {
    method: "GET",
    path: "/opendsr/v2/discovery",
    permission: "public",
    query: {},
    body: {},
  },
  "opendsr.certificate": {
    method: "GET",
    path: "/opendsr/v2/certificate.pem",
    permission: "public",
    query: {},
    body: {},
  },
  "opendsr.create": {
    method: "POST",
    path: "/opendsr/v2/requests",
    permission: "public",
    query: {},
    body: {},
  },
  "opendsr.status": {
    method: "GET",
    path: "/opendsr/v2/requests/{id}",
    permission: "public",
    query: {},
    body: {},
  },
  "opendsr.cancel": {
    method: "DELETE",
    path: "/opendsr/v2/requests/{id}",
    permission: "public",
    query: {},
    body: {},
  },
  "drp.exercise": {
    method: "POST",
    path: "/drp/v1/data-rights-request",
    permission: "public",
    query: {},
    body: {},
  },
  "drp.status": {
    method: "GET",
    path: "/drp/v1/data-rights-request/{id}",
    permission: "public",
    query: {},
    body: {},
  },
  "drp.revoke": {
    method: "DELETE",
    path: "/drp/v1/data-rights-request/{id}",
    permission: "public",
    query: {},
    body: {},
  },
  "drp.agent_setup": {
    method: "POST",
    path: "/drp/v1/agent/{id}",
    permission: "public",
    query: {},
    body: {},
  },
  "drp.agent": {
    method: "GET",
    path: "/drp/v1/agent/{id}",
    permission: "public",
    query: {},
    body: {},
  },
  "shopify.privacy": {
    method: "POST",
    path: "/v1/shopify/privacy",
    permission: "public",
    query: {},
    body: {},
  },
  "segments.list": {
    method: "GET",
    path: "/v1/segments",
    permission: "segments_read",
    query: {},
    body: {},
  },
  "segments.get": {
    method: "GET",
    path: "/v1/segments/{name}",
    permission: "segments_read",
    query: {},
    body: {},
  },
  "segments.put": {
    method: "PUT",
    path: "/v1/segments/{name}",
    permission: "segments_write",
    query: {},
    body: {
      title: { type: "string", required: true, min: 1, max: 127 },
      doc: { type: "string", required: false, min: 0, max: 2000 },
      text: { type: "string", required: false, min: 1, max: 262144 },
      definition: { type: "object", required: false, min: 0, max: 4194304 },
      persona: { type: "bool", required: false },
      card: { type: "object", required: false, min: 0, max: 65536 },
      version: { type: "int", required: false, min: 0, max: 4294967295, fallback: "0" },
    },
  },
  "segments.delete": {
    method: "DELETE",
    path: "/v1/segments/{name}",
    permission: "segments_write",
    query: {},
    body: {},
  },
  "segments.check": {
    method: "POST",
    path: "/v1/segments/check",
    permission: "segments_read",
    query: {},
    body: {
      text: { type: "string", required: false, min: 1, max: 262144 },
      definition: { type: "object", required: false, min: 0, max: 4194304 },
    },
  },
  "segments.complete": {
    method: "POST",
    path: "/v1/segments/complete",
    permission: "segments_read",
    query: {},
    body: {
      text: { type: "string", required: true, min: 0, max: 262144 },
      cursor: { type: "int", required: true, min: 0, max: 262144 },
    },
  },
  "segments.catalog": {
    method: "GET",
    path: "/v1/segments/catalog",
    permission: "segments_read",
    query: {},
    body: {},
  },
  "segments.preview": {
    method: "POST",
    path: "/v1/segments/preview",
    permission: "segments_read",
    query: {},
    body: {
      text: { type: "string", required: false, min: 1, max: 262144 },
      definition: { type: "object", required: false, min: 0, max: 4194304 },
    },
  },
  "segments.people": {
    method: "GET",
    path: "/v1/segments/{name}/people",
    permission: "segments_read",
    query: {
      cursor: { type: "string", required: false, min: 0, max: 64 },
      limit: { type: "int", required: false, min: 1, max: 200, fallback: "50" },
      purpose: { type: "string", required: false, min: 1, max: 64 },
    },
    body: {},
  },
  "segments.why": {
    method: "GET",
    path: "/v1/segments/{name}/people/{id}/why",
    permission: "segments_read",
    query: {
      at: { type: "time", required: false },
    },
    body: {},
  },
  "segments.history": {
    method: "GET",
    path: "/v1/segments/{name}/history",
    permission: "segments_read",
    query: {
      cursor: { type: "string", required: false, min: 0, max: 64 },
      limit: { type: "int", required: false, min: 1, max: 200, fallback: "50" },
      person: { type: "uuid", required: false },
    },
    body: {},
  },
  "segments.sizes": {
    method: "GET",
    path: "/v1/segments/{name}/sizes",
    permission: "segments_read",
    query: {
      from: { type: "time", required: false },
      to: { type: "time", required: false },
      points: { type: "int", required: false, min: 1, max: 400, fallback: "30" },
    },
    body: {},
  },
  "segments.overlap": {
    method: "GET",
    path: "/v1/segments/overlap",
    permission: "segments_read",
    query: {
      names: { type: "string", required: true, min: 1, max: 900 },
    },
    body: {},
  },
  "segments.export": {
    method: "POST",
    path: "/v1/segments/{name}/export",
    permission: "people_export",
    query: {},
    body: {
      purpose: { type: "string", required: true, min: 1, max: 64 },
      format: { type: "enum", required: false, fallback: "csv", options: ["csv", "jsonl"] },
      fields: { type: "array", required: false, min: 1, max: 40 },
    },
  },
  "segments.of_person": {
    method: "GET",
    path: "/v1/people/{id}/segments",
    permission: "segments_read",
    query: {},
    body: {},
  },
  "personas.list": {
    method: "GET",
    path: "/v1/personas",
    permission: "segments_read",
    query: {},
    body: {},
  },
  "events.list": {
    method: "GET",
    path: "/v1/events",
    permission: "people_read",
    query: {
      event: { type: "string", required: false, min: 1, max: 255 },
      from: { type: "time", required: false },
      to: { type: "time", required: false },
      cursor: { type: "string", required: false, min: 0, max: 64 },
      limit: { type: "int", required: false, min: 1, max: 100, fallback: "50" },
    },
    body: {},
  },
  "events.kinds": {
    method: "GET",
    path: "/v1/events/kinds",
    permission: "analytics_read",
    query: {},
    body: {},
  },
  "events.breakdown": {
    method: "GET",
    path: "/v1/events/breakdown",
    permission: "analytics_read",
    query: {
      event: { type: "string", required: true, min: 1, max: 255 },
      property: { type: "string", required: false, min: 1, max: 255 },
      from: { type: "time", required: false },
      to: { type: "time", required: false },
    },
    body: {},
  },
  "rfm.get": {
    method: "GET",
    path: "/v1/rfm",
    permission: "segments_read",
    query: {},
    body: {},
  },
  "rfm.put_groups": {
    method: "PUT",
    path: "/v1/rfm/groups",
    permission: "segments_write",
    query: {},
    body: {
      groups: { type: "array", required: true, min: 0, max: 11 },
    },
  },
  "lifecycle.get": {
    method: "GET",
    path: "/v1/lifecycle",
    permission: "segments_read",
    query: {},
    body: {},
  },
  "lifecycle.put": {
    method: "PUT",
    path: "/v1/lifecycle",
    permission: "segments_write",
    query: {},
    body: {
      stages: { type: "array", required: true, min: 1, max: 12 },
    },
  },
  "personalization.get": {
    method: "GET",
    path: "/v1/people/{id}/personalization",
    permission: "personalise",
    query: {
      purpose: { type: "string", required: false, min: 1, max: 64, fallback: "personalisation" },
      slots: { type: "string", required: false, min: 0, max: 4000 },
    },
    body: {},
  },
  "personalization.browser": {
    method: "GET",
    path: "/v1/personalization",
    permission: "write_key",
    query: {
      anonymous_id: { type: "string", required: true, min: 1, max: 200 },
      slots: { type: "string", required: false, min: 0, max: 4000 },
      writeKey: { type: "string", required: false, min: 0, max: 64 },
    },
    body: {},
  },
  "personalization.script": {
    method: "GET",
    path: "/personalise.js",
    permission: "public",
    query: {},
    body: {},
  },
  "slots.list": {
    method: "GET",
    path: "/v1/slots",
    permission: "segments_read",
    query: {},
    body: {},
  },
  "slots.get": {
    method: "GET",
    path: "/v1/slots/{name}",
    permission: "segments_read",
    query: {},
    body: {},
  },
  "slots.put": {
    method: "PUT",
    path: "/v1/slots/{name}",
    permission: "segments_write",
    query: {},
    body: {
      title: { type: "string", required: true, min: 1, max: 127 },
      rules: { type: "array", required: true, min: 0, max: 50 },
      fallback: { type: "object", required: true, min: 0, max: 16384 },
      hold_out_permille: { type: "int", required: false, min: 0, max: 1000, fallback: "0" },
      public: { type: "bool", required: false },
      version: { type: "int", required: false, min: 0, max: 4294967295, fallback: "0" },
    },
  },
  "slots.delete": {
    method: "DELETE",
    path: "/v1/slots/{name}",
    permission: "segments_write",
    query: {},
    body: {},
  },
  "slots.preview": {
    method: "POST",
    path: "/v1/slots/{name}/preview",
    permission: "segments_read",
    query: {},
    body: {
      person: { type: "uuid", required: true },
    },
  },
  "events.count": {
    method: "GET",
    path: "/v1/events/count",
    permission: "analytics_read",
    query: {
      event: { type: "string", required: false, min: 1, max: 255 },
      from: { type: "time", required: false },
      to: { type: "time", required: false },
    },
    body: {},
  },
  "orders.totals": {
    method: "GET",
    path: "/v1/orders/totals",
    permission: "analytics_read",
    query: {
      from: { type: "date", required: false },
      to: { type: "date", required: false },
    },
    body: {},
  },
  "live": {
    method: "GET",
    path: "/v1/live",
    permission: "people_read",
    query: {
      after: { type: "int", required: false, fallback: "0" },
      limit: { type: "int", required: false, min: 1, max: 100, fallback: "20" },
    },
    body: {},
  },
  "sql.schema": {
    method: "GET",
    path: "/v1/sql/schema",
    permission: "sql",
    query: {},
    body: {},
  },
  "sql.ask": {
    method: "POST",
    path: "/v1/sql",
    permission: "sql",
    query: {},
    body: {
      sql: { type: "string", required: true, min: 1, max: 65535 },
      limit: { type: "int", required: false, min: 1, max: 10000 },
      id: { type: "string", required: false, min: 1, max: 40 },
    },
  },
  "sql.export": {
    method: "POST",
    path: "/v1/sql/export",
    permission: "sql",
    query: {},
    body: {
      sql: { type: "string", required: true, min: 1, max: 65535 },
      format: { type: "enum", required: true, options: ["csv", "jsonl", "parquet"] },
      id: { type: "string", required: false, min: 1, max: 40 },
    },
  },
  "sql.cancel": {
    method: "DELETE",
    path: "/v1/sql/running/{id}",
    permission: "sql",
    query: {},
    body: {},
  },
  "sql.queries": {
    method: "GET",
    path: "/v1/sql/queries",
    permission: "sql",
    query: {},
    body: {},
  },
  "sql.keep": {
    method: "PUT",
    path: "/v1/sql/queries/{name}",
    permission: "sql",
    query: {},
    body: {
      title: { type: "string", required: true, min: 1, max: 200 },
      sql: { type: "string", required: true, min: 1, max: 65535 },
      version: { type: "int", required: true, min: 0, max: 2147483647 },
    },
  },
  "sql.drop": {
    method: "DELETE",
    path: "/v1/sql/queries/{name}",
    permission: "sql",
    query: {},
    body: {},
  },
  "insight.query": {
    method: "POST",
    path: "/v1/insight/query",
    permission: "analytics_read",
    query: {
      format: { type: "enum", required: false, fallback: "json", options: ["json", "csv"] },
    },
    body: {
      kind: { type: "string", required: true, min: 1, max: 40 },
      from: { type: "date", required: false },
      to: { type: "date", required: false },
      segment: { type: "string", required: false, min: 1, max: 63 },
      consented: { type: "bool", required: false, fallback: "false" },
      shared: { type: "bool", required: false, fallback: "false" },
      question: { type: "object", required: false, min: 0, max: 65536 },
    },
  },
  "insight.people": {
    method: "POST",
    path: "/v1/insight/people",
    permission: "people_read",
    query: {},
    body: {
      kind: { type: "string", required: true, min: 1, max: 40 },
      from: { type: "date", required: false },
      to: { type: "date", required: false },
      segment: { type: "string", required: false, min: 1, max: 63 },
      consented: { type: "bool", required: false, fallback: "false" },
      shared: { type: "bool", required: false, fallback: "false" },
      question: { type: "object", required: false, min: 0, max: 65536 },
      pick: { type: "object", required: true, min: 0, max: 4096 },
      cursor: { type: "string", required: false, min: 0, max: 64 },
      limit: { type: "int", required: false, min: 1, max: 200, fallback: "50" },
    },
  },
  "insight.kinds": {
    method: "GET",
    path: "/v1/insight/kinds",
    permission: "analytics_read",
    query: {},
    body: {},
  },
  "insight.metrics": {
    method: "GET",
    path: "/v1/insight/metrics",
    permission: "analytics_read",
    query: {},
    body: {},
  },
  "insight.dimensions": {
    method: "GET",
    path: "/v1/insight/dimensions",
    permission: "analytics_read",
    query: {},
    body: {},
  },
  "insight.values": {
    method: "GET",
    path: "/v1/insight/values",
    permission: "analytics_read",
    query: {
      dimension: { type: "string", required: true, min: 1, max: 40 },
      q: { type: "string", required: false, min: 0, max: 200 },
      limit: { type: "int", required: false, min: 1, max: 100, fallback: "20" },
    },
    body: {},
  },
  "rates.list": {
    method: "GET",
    path: "/v1/rates",
    permission: "analytics_read",
    query: {
      from: { type: "date", required: false },
      to: { type: "date", required: false },
      cursor: { type: "string", required: false, min: 0, max: 40 },
      limit: { type: "int", required: false, min: 1, max: 1000, fallback: "200" },
    },
    body: {},
  },
  "rates.put": {
    method: "PUT",
    path: "/v1/rates",
    permission: "insight_write",
    query: {},
    body: {},
  },
  "rates.delete": {
    method: "DELETE",
    path: "/v1/rates",
    permission: "insight_write",
    query: {
      from: { type: "date", required: true },
      to: { type: "date", required: true },
    },
    body: {},
  },
  "spend.list": {
    method: "GET",
    path: "/v1/spend",
    permission: "analytics_read",
    query: {
      from: { type: "date", required: false },
      to: { type: "date", required: false },
      cursor: { type: "string", required: false, min: 0, max: 900 },
      limit: { type: "int", required: false, min: 1, max: 1000, fallback: "200" },
    },
    body: {},
  },
  "spend.put": {
    method: "PUT",
    path: "/v1/spend",
    permission: "insight_write",
    query: {
      channel: { type: "string", required: false, min: 1, max: 40 },
    },
    body: {},
  },
  "spend.delete": {
    method: "DELETE",
    path: "/v1/spend",
    permission: "insight_write",
    query: {
      from: { type: "date", required: true },
      to: { type: "date", required: true },
      channel: { type: "string", required: false, min: 1, max: 40 },
      campaign: { type: "string", required: false, min: 1, max: 800 },
    },
    body: {},
  },
  "targets.list": {
    method: "GET",
    path: "/v1/targets",
    permission: "analytics_read",
    query: {},
    body: {},
  },
  "targets.alerts": {
    method: "GET",
    path: "/v1/targets/alerts",
    permission: "analytics_read",
    query: {
      cursor: { type: "int", required: false },
      limit: { type: "int", required: false, min: 1, max: 200, fallback: "50" },
    },
    body: {},
  },
  "targets.seen": {
    method: "POST",
    path: "/v1/targets/alerts/{id}/seen",
    permission: "analytics_read",
    query: {},
    body: {},
  },
  "targets.get": {
    method: "GET",
    path: "/v1/targets/{name}",
    permission: "analytics_read",
    query: {},
    body: {},
  },
  "targets.put": {
    method: "PUT",
    path: "/v1/targets/{name}",
    permission: "insight_write",
    query: {},
    body: {
      title: { type: "string", required: true, min: 1, max: 120 },
      metric: { type: "string", required: true, min: 1, max: 80 },
      filters: { type: "array", required: false, min: 0, max: 8 },
      segment: { type: "string", required: false, min: 0, max: 63 },
      period: { type: "enum", required: true, options: ["day", "week", "month"] },
      kind: { type: "enum", required: true, options: ["target", "above", "below", "unusual"] },
      value: { type: "number", required: false, min: -1000000000000000, max: 1000000000000000 },
      tell: { type: "array", required: false, min: 0, max: 8 },
      version: { type: "int", required: true },
    },
  },
  "targets.delete": {
    method: "DELETE",
    path: "/v1/targets/{name}",
    permission: "insight_write",
    query: {},
    body: {},
  },
  "annotations.list": {
    method: "GET",
    path: "/v1/annotations",
    permission: "analytics_read",
    query: {
      from: { type: "date", required: false },
      to: { type: "date", required: false },
    },
    body: {},
  },
  "annotations.make": {
    method: "POST",
    path: "/v1/annotations",
    permission: "insight_write",
    query: {},
    body: {
      day: { type: "date", required: true },
      to: { type: "date", required: false },
      kind: { type: "enum", required: false, fallback: "other", options: ["campaign", "outage", "price", "other"] },
      title: { type: "string", required: true, min: 1, max: 120 },
    },
  },
  "annotations.delete": {
    method: "DELETE",
    path: "/v1/annotations/{id}",
    permission: "insight_write",
    query: {},
    body: {},
  },
  "insight.draw": {
    method: "POST",
    path: "/v1/insight/draw",
    permission: "analytics_read",
    query: {},
    body: {
      kind: { type: "string", required: true, min: 1, max: 40 },
      from: { type: "date", required: false },
      to: { type: "date", required: false },
      segment: { type: "string", required: false, min: 1, max: 63 },
      consented: { type: "bool", required: false },
      shared: { type: "bool", required: false },
      question: { type: "object", required: false, min: 0, max: 8192 },
      show: { type: "enum", required: true, options: ["number", "line", "area", "bars", "stacked", "table", "funnel", "heat", "flow"] },
      metric: { type: "string", required: false, min: 1, max: 80 },
      title: { type: "string", required: false, min: 1, max: 200 },
      scheme: { type: "enum", required: false, fallback: "both", options: ["both", "light"] },
    },
  },
  "dashboards.list": {
    method: "GET",
    path: "/v1/dashboards",
    permission: "analytics_read",
    query: {},
    body: {},
  },
  "dashboards.templates": {
    method: "GET",
    path: "/v1/dashboards/templates",
    permission: "analytics_read",
    query: {},
    body: {},
  },
  "dashboards.get": {
    method: "GET",
    path: "/v1/dashboards/{name}",
    permission: "analytics_read",
    query: {},
    body: {},
  },
  "dashboards.put": {
    method: "PUT",
    path: "/v1/dashboards/{name}",
    permission: "insight_write",
    query: {},
    body: {
      title: { type: "string", required: true, min: 1, max: 200 },
      doc: { type: "string", required: false, min: 0, max: 1000 },
      tiles: { type: "array", required: true, min: 0, max: 24 },
      period: { type: "enum", required: false, fallback: "30d", options: ["today", "yesterday", "7d", "30d", "90d", "12m", "this_week", "last_week", "this_month", "last_month", "this_quarter", "last_quarter", "this_year", "last_year"] },
      compare: { type: "enum", required: false, fallback: "previous", options: ["none", "previous", "year"] },
      version: { type: "int", required: true, min: 0, max: 2147483647 },
    },
  },
  "dashboards.drop": {
    method: "DELETE",
    path: "/v1/dashboards/{name}",
    permission: "insight_write",
    query: {},
    body: {},
  },
  "dashboards.schedule": {
    method: "GET",
    path: "/v1/dashboards/{name}/schedule",
    permission: "insight_write",
    query: {},
    body: {},
  },
  "dashboards.schedule_put": {
    method: "PUT",
    path: "/v1/dashboards/{name}/schedule",
    permission: "insight_write",
    query: {},
    body: {
      every: { type: "enum", required: true, options: ["day", "week", "month"] },
      hour: { type: "int", required: false, min: 0, max: 23 },
      to: { type: "array", required: true, min: 1, max: 50 },
    },
  },
  "dashboards.schedule_drop": {
    method: "DELETE",
    path: "/v1/dashboards/{name}/schedule",
    permission: "insight_write",
    query: {},
    body: {},
  },
  "dashboards.send": {
    method: "POST",
    path: "/v1/dashboards/{name}/send",
    permission: "analytics_read",
    query: {},
    body: {},
  },
  "views.list": {
    method: "GET",
    path: "/v1/views",
    permission: "analytics_read",
    query: {},
    body: {},
  },
  "views.get": {
    method: "GET",
    path: "/v1/views/{name}",
    permission: "analytics_read",
    query: {},
    body: {},
  },
  "views.put": {
    method: "PUT",
    path: "/v1/views/{name}",
    permission: "insight_write",
    query: {},
    body: {
      title: { type: "string", required: true, min: 1, max: 200 },
      query: { type: "object", required: true, min: 0, max: 9216 },
      show: { type: "enum", required: true, options: ["number", "line", "area", "bars", "stacked", "table", "funnel", "heat", "flow"] },
      version: { type: "int", required: true, min: 0, max: 2147483647 },
    },
  },
  "views.drop": {
    method: "DELETE",
    path: "/v1/views/{name}",
    permission: "insight_write",
    query: {},
    body: {},
  },
  "shares.make": {
    method: "POST",
    path: "/v1/dashboards/{name}/shares",
    permission: "insight_write",
    query: {},
    body: {
      days: { type: "int", required: false, min: 1, max: 366 },
    },
  },
  "shares.list": {
    method: "GET",
    path: "/v1/dashboards/{name}/shares",
    permission: "insight_write",
    query: {},
    body: {},
  },
  "shares.end": {
    method: "DELETE",
    path: "/v1/dashboards/{name}/shares/{id}",
    permission: "insight_write",
    query: {},
    body: {},
  },
  "shares.style": {
    method: "GET",
    path: "/shared/style.css",
    permission: "public",
    query: {},
    body: {},
  },
  "shares.read": {
    method: "GET",
    path: "/shared/{token}",
    permission: "public",
    query: {},
    body: {},
  },
  "letters.list": {
    method: "GET",
    path: "/v1/letters",
    permission: "rights_read",
    query: {
      state: { type: "enum", required: false, options: ["waiting", "sent", "failed", "sink"] },
      cursor: { type: "string", required: false, min: 0, max: 64 },
      limit: { type: "int", required: false, min: 1, max: 200 },
    },
    body: {},
  },
  "letters.of_person": {
    method: "GET",
    path: "/v1/people/{id}/letters",
    permission: "people_read",
    query: {},
    body: {},
  },
  "letters.test": {
    method: "POST",
    path: "/v1/letters/test",
    permission: "operate",
    query: {},
    body: {
      queued: { type: "bool", required: false, fallback: "false" },
    },
  },
  "setup.state": {
    method: "GET",
    path: "/v1/setup",
    permission: "public",
    query: {},
    body: {},
  },
  "setup.create": {
    method: "POST",
    path: "/v1/setup",
    permission: "public",
    query: {},
    body: {
      token: { type: "string", required: true, min: 1, max: 80 },
      email: { type: "email", required: true, min: 0, max: 254 },
      password: { type: "string", required: true, min: 1, max: 256 },
    },
  },
  "setup.link": {
    method: "POST",
    path: "/v1/setup/link",
    permission: "staff_write",
    query: {},
    body: {
      owner: { type: "email", required: false, min: 0, max: 254 },
    },
  },
  "session.create": {
    method: "POST",
    path: "/v1/session",
    permission: "public",
    query: {},
    body: {
      email: { type: "string", required: true, min: 1, max: 254 },
      password: { type: "string", required: true, min: 1, max: 256 },
    },
  },
  "session.second_factor": {
    method: "POST",
    path: "/v1/session/second-factor",
    permission: "public",
    query: {},
    body: {
      ticket: { type: "string", required: true, min: 1, max: 80 },
      factor: { type: "enum", required: true, options: ["totp", "recovery", "sms"] },
      code: { type: "string", required: true, min: 1, max: 64 },
    },
  },
  "session.reauth": {
    method: "POST",
    path: "/v1/session/reauth",
    permission: "session",
    query: {},
    body: {
      password: { type: "string", required: false, min: 1, max: 256 },
      factor: { type: "enum", required: false, options: ["totp", "recovery", "sms"] },
      code: { type: "string", required: false, min: 1, max: 64 },
    },
  },
  "session.get": {
    method: "GET",
    path: "/v1/session",
    permission: "session",
    query: {},
    body: {},
  },
  "session.delete": {
    method: "DELETE",
    path: "/v1/session",
    permission: "session",
    query: {},
    body: {},
  },
  "sessions.list": {
    method: "GET",
    path: "/v1/sessions",
    permission: "session",
    query: {},
    body: {},
  },
  "sessions.delete": {
    method: "DELETE",
    path: "/v1/sessions/{id}",
    permission: "session",
    query: {},
    body: {},
  },
  "sessions.delete_others": {
    method: "DELETE",
    path: "/v1/sessions",
    permission: "session",
    query: {},
    body: {},
  },
  "staff.list": {
    method: "GET",
    path: "/v1/staff",
    permission: "staff_read",
    query: {},
    body: {},
  },
  "staff.update": {
    method: "PATCH",
    path: "/v1/staff/{id}",
    permission: "staff_write",
    query: {},
    body: {
      role: { type: "string", required: false, min: 1, max: 31 },
      state: { type: "enum", required: false, options: ["active", "disabled"] },
    },
  },
  "staff.delete": {
    method: "DELETE",
    path: "/v1/staff/{id}",
    permission: "staff_write",
    query: {},
    body: {},
  },
  "staff.end_sessions": {
    method: "DELETE",
    path: "/v1/staff/{id}/sessions",
    permission: "staff_write",
    query: {},
    body: {},
  },
  "staff.remove_factors": {
    method: "DELETE",
    path: "/v1/staff/{id}/factors",
    permission: "staff_write",
    query: {},
    body: {},
  },
  "invitations.list": {
    method: "GET",
    path: "/v1/invitations",
    permission: "staff_read",
    query: {},
    body: {},
  },
  "invitations.create": {
    method: "POST",
    path: "/v1/invitations",
    permission: "staff_write",
    query: {},
    body: {
      email: { type: "email", required: true, min: 0, max: 254 },
      role: { type: "string", required: true, min: 1, max: 31 },
    },
  },
  "invitations.delete": {
    method: "DELETE",
    path: "/v1/invitations/{id}",
    permission: "staff_write",
    query: {},
    body: {},
  },
  "invitations.check": {
    method: "POST",
    path: "/v1/invitations/check",
    permission: "public",
    query: {},
    body: {
      token: { type: "string", required: true, min: 1, max: 80 },
    },
  },
  "invitations.accept": {
    method: "POST",
    path: "/v1/invitations/accept",
    permission: "public",
    query: {},
    body: {
      token: { type: "string", required: true, min: 1, max: 80 },
      password: { type: "string", required: true, min: 1, max: 256 },
    },
  },
  "staff.reset_link": {
    method: "POST",
    path: "/v1/staff/{id}/reset-link",
    permission: "staff_write",
    query: {},
    body: {},
  },
  "password.reset": {
    method: "POST",
    path: "/v1/password-reset",
    permission: "public",
    query: {},
    body: {
      token: { type: "string", required: true, min: 1, max: 80 },
      password: { type: "string", required: true, min: 1, max: 256 },
    },
  },
  "password.strength": {
    method: "POST",
    path: "/v1/password-strength",
    permission: "public",
    query: {},
    body: {
      password: { type: "string", required: true, min: 0, max: 1024 },
      context: { type: "array", required: false, min: 0, max: 8 },
    },
  },
  "security.get": {
    method: "GET",
    path: "/v1/security",
    permission: "session",
    query: {},
    body: {},
  },
  "security.password": {
    method: "PUT",
    path: "/v1/security/password",
    permission: "session",
    query: {},
    body: {
      current: { type: "string", required: true, min: 1, max: 256 },
      password: { type: "string", required: true, min: 1, max: 256 },
    },
  },
  "security.totp": {
    method: "POST",
    path: "/v1/security/totp",
    permission: "session",
    query: {},
    body: {},
  },
  "security.totp_confirm": {
    method: "POST",
    path: "/v1/security/totp/confirm",
    permission: "session",
    query: {},
    body: {
      code: { type: "string", required: true, min: 1, max: 16 },
    },
  },
  "security.totp_delete": {
    method: "DELETE",
    path: "/v1/security/totp",
    permission: "session",
    query: {},
    body: {},
  },
  "security.recovery_codes": {
    method: "POST",
    path: "/v1/security/recovery-codes",
    permission: "session",
    query: {},
    body: {},
  },
  "tokens.list": {
    method: "GET",
    path: "/v1/tokens",
    permission: "tokens",
    query: {},
    body: {},
  },
  "tokens.create": {
    method: "POST",
    path: "/v1/tokens",
    permission: "tokens",
    query: {},
    body: {
      name: { type: "string", required: true, min: 1, max: 80 },
      permissions: { type: "array", required: true, min: 0, max: 34 },
      expires_days: { type: "int", required: false, min: 1, max: 400, fallback: "90" },
    },
  },
  "tokens.delete": {
    method: "DELETE",
    path: "/v1/tokens/{id}",
    permission: "tokens",
    query: {},
    body: {},
  },
  "session.passkey_options": {
    method: "POST",
    path: "/v1/session/passkey/options",
    permission: "public",
    query: {},
    body: {
      ticket: { type: "string", required: false, min: 1, max: 80 },
    },
  },
  "session.passkey": {
    method: "POST",
    path: "/v1/session/passkey",
    permission: "public",
    query: {},
    body: {
      ticket: { type: "string", required: true, min: 1, max: 80 },
      credential: { type: "object", required: true, min: 0, max: 65536 },
    },
  },
  "security.passkey_options": {
    method: "POST",
    path: "/v1/security/passkeys/options",
    permission: "session",
    query: {},
    body: {},
  },
  "security.passkey_add": {
    method: "POST",
    path: "/v1/security/passkeys",
    permission: "session",
    query: {},
    body: {
      name: { type: "string", required: true, min: 1, max: 80 },
      credential: { type: "object", required: true, min: 0, max: 65536 },
    },
  },
  "security.passkey_remove": {
    method: "DELETE",
    path: "/v1/security/passkeys/{id}",
    permission: "session",
    query: {},
    body: {},
  },
  "session.sms": {
    method: "POST",
    path: "/v1/session/sms",
    permission: "public",
    query: {},
    body: {
      ticket: { type: "string", required: true, min: 1, max: 80 },
    },
  },
  "security.sms": {
    method: "POST",
    path: "/v1/security/sms",
    permission: "session",
    query: {},
    body: {
      number: { type: "string", required: true, min: 5, max: 32 },
    },
  },
  "security.sms_confirm": {
    method: "POST",
    path: "/v1/security/sms/confirm",
    permission: "session",
    query: {},
    body: {
      code: { type: "string", required: true, min: 8, max: 8 },
    },
  },
  "security.sms_remove": {
    method: "DELETE",
    path: "/v1/security/sms",
    permission: "session",
    query: {},
    body: {},
  },
  "oidc.get": {
    method: "GET",
    path: "/v1/oidc",
    permission: "public",
    query: {},
    body: {},
  },
  "oidc.start": {
    method: "GET",
    path: "/v1/oidc/start",
    permission: "public",
    query: {},
    body: {},
  },
  "oidc.callback": {
    method: "GET",
    path: "/v1/oidc/callback",
    permission: "public",
    query: {
      code: { type: "string", required: false, min: 0, max: 4096 },
      state: { type: "string", required: false, min: 0, max: 256 },
      iss: { type: "string", required: false, min: 0, max: 1024 },
      error: { type: "string", required: false, min: 0, max: 256 },
      error_description: { type: "string", required: false, min: 0, max: 4096 },
      error_uri: { type: "string", required: false, min: 0, max: 4096 },
      session_state: { type: "string", required: false, min: 0, max: 1024 },
      scope: { type: "string", required: false, min: 0, max: 4096 },
      authuser: { type: "string", required: false, min: 0, max: 256 },
      prompt: { type: "string", required: false, min: 0, max: 256 },
      hd: { type: "string", required: false, min: 0, max: 256 },
    },
    body: {},
  },
  "audit.list": {
    method: "GET",
    path: "/v1/audit",
    permission: "audit_read",
    query: {
      from: { type: "time", required: false },
      to: { type: "time", required: false },
      staff: { type: "int", required: false },
      token: { type: "int", required: false },
      action: { type: "string", required: false, min: 1, max: 63 },
      outcome: { type: "enum", required: false, options: ["attempt", "done", "refused", "failed"] },
      cursor: { type: "string", required: false, min: 1, max: 20 },
      limit: { type: "int", required: false, min: 1, max: 200, fallback: "50" },
    },
    body: {},
  },
  "audit.person": {
    method: "GET",
    path: "/v1/people/{id}/audit",
    permission: "audit_read",
    query: {
      from: { type: "time", required: false },
      to: { type: "time", required: false },
      staff: { type: "int", required: false },
      token: { type: "int", required: false },
      action: { type: "string", required: false, min: 1, max: 63 },
      outcome: { type: "enum", required: false, options: ["attempt", "done", "refused", "failed"] },
      cursor: { type: "string", required: false, min: 1, max: 20 },
      limit: { type: "int", required: false, min: 1, max: 200, fallback: "50" },
    },
    body: {},
  },
  "audit.checkpoint": {
    method: "GET",
    path: "/v1/audit/checkpoint",
    permission: "public",
    query: {},
    body: {},
  },
  "audit.proof": {
    method: "GET",
    path: "/v1/audit/proof",
    permission: "audit_read",
    query: {
      index: { type: "int", required: false },
      size: { type: "int", required: false },
      from_size: { type: "int", required: false },
      to_size: { type: "int", required: false },
    },
    body: {},
  },
  "audit.verify": {
    method: "POST",
    path: "/v1/audit/verify",
    permission: "audit_read",
    query: {},
    body: {},
  },
  "audit.cosign": {
    method: "POST",
    path: "/v1/audit/cosignatures",
    permission: "audit_read",
    query: {},
    body: {
      note: { type: "string", required: true, min: 1, max: 16384 },
    },
  },
  "alerts.list": {
    method: "GET",
    path: "/v1/alerts",
    permission: "audit_read",
    query: {
      state: { type: "enum", required: false, options: ["open", "closed"] },
      cursor: { type: "string", required: false, min: 1, max: 20 },
      limit: { type: "int", required: false, min: 1, max: 200, fallback: "50" },
    },
    body: {},
  },
  "alerts.close": {
    method: "POST",
    path: "/v1/alerts/{id}/close",
    permission: "audit_read",
    query: {},
    body: {
      note: { type: "string", required: true, min: 1, max: 2000 },
    },
  },
  "decoys.get": {
    method: "GET",
    path: "/v1/decoys",
    permission: "audit_read",
    query: {},
    body: {},
  },
  "decoys.create": {
    method: "POST",
    path: "/v1/decoys",
    permission: "staff_write",
    query: {},
    body: {
      count: { type: "int", required: true, min: 1, max: 200 },
      domain: { type: "string", required: false, min: 3, max: 128, fallback: "example.com" },
    },
  },
  "decoys.delete": {
    method: "DELETE",
    path: "/v1/decoys",
    permission: "staff_write",
    query: {},
    body: {},
  },
  "breaches.list": {
    method: "GET",
    path: "/v1/breaches",
    permission: "govern_read",
    query: {
      state: { type: "enum", required: false, options: ["open", "assessed", "notified", "no_risk", "closed"] },
      cursor: { type: "string", required: false, min: 1, max: 20 },
      limit: { type: "int", required: false, min: 1, max: 200, fallback: "50" },
    },
    body: {},
  },
  "breaches.make": {
    method: "POST",
    path: "/v1/breaches",
    permission: "govern_write",
    query: {},
    body: {
      title: { type: "string", required: true, min: 1, max: 200 },
      kind: { type: "enum", required: true, options: ["account", "storage", "transmission", "keys", "loss", "other"] },
      facts: { type: "string", required: false, min: 0, max: 8000 },
      effects: { type: "string", required: false, min: 0, max: 8000 },
      measures: { type: "string", required: false, min: 0, max: 8000 },
      late_reason: { type: "string", required: false, min: 0, max: 8000 },
      reasons: { type: "string", required: false, min: 0, max: 8000 },
      risk: { type: "enum", required: false, options: ["none", "risk", "high"] },
      keys_exposed: { type: "bool", required: false },
      aware: { type: "time", required: false },
      began: { type: "time", required: false },
      ended: { type: "time", required: false },
    },
  },
  "breaches.show": {
    method: "GET",
    path: "/v1/breaches/{id}",
    permission: "govern_read",
    query: {},
    body: {},
  },
  "breaches.change": {
    method: "PATCH",
    path: "/v1/breaches/{id}",
    permission: "govern_write",
    query: {},
    body: {
      title: { type: "string", required: false, min: 1, max: 200 },
      kind: { type: "enum", required: false, options: ["account", "storage", "transmission", "keys", "loss", "other"] },
      facts: { type: "string", required: false, min: 0, max: 8000 },
      effects: { type: "string", required: false, min: 0, max: 8000 },
      measures: { type: "string", required: false, min: 0, max: 8000 },
      late_reason: { type: "string", required: false, min: 0, max: 8000 },
      reasons: { type: "string", required: false, min: 0, max: 8000 },
      risk: { type: "enum", required: false, options: ["none", "risk", "high"] },
      keys_exposed: { type: "bool", required: false },
      aware: { type: "time", required: false },
      began: { type: "time", required: false },
      ended: { type: "time", required: false },
      state: { type: "enum", required: false, options: ["open", "assessed", "notified", "no_risk", "closed"] },
      note: { type: "string", required: false, min: 0, max: 4000 },
    },
  },
  "breaches.scope": {
    method: "POST",
    path: "/v1/breaches/{id}/scope",
    permission: "govern_write",
    query: {},
    body: {
      from: { type: "time", required: true },
      to: { type: "time", required: false },
      staff: { type: "int", required: false },
      token: { type: "int", required: false },
      route: { type: "string", required: false, min: 1, max: 63 },
      field: { type: "string", required: false, min: 1, max: 255 },
      person: { type: "uuid", required: false },
      replace: { type: "bool", required: false },
    },
  },
  "breaches.affected": {
    method: "GET",
    path: "/v1/breaches/{id}/affected",
    permission: "govern_read",
    query: {
      cursor: { type: "string", required: false, min: 1, max: 20 },
      limit: { type: "int", required: false, min: 1, max: 200, fallback: "50" },
    },
    body: {},
  },
  "breaches.letters": {
    method: "GET",
    path: "/v1/breaches/{id}/letters",
    permission: "govern_read",
    query: {
      language: { type: "enum", required: false, fallback: "en", options: ["en", "de", "fr"] },
    },
    body: {},
  },
  "breaches.send": {
    method: "POST",
    path: "/v1/breaches/{id}/letters/send",
    permission: "govern_write",
    query: {},
    body: {
      language: { type: "enum", required: true, options: ["en", "de", "fr"] },
      subject: { type: "string", required: true, min: 1, max: 300 },
      text: { type: "string", required: true, min: 1, max: 8000 },
    },
  },
  "breaches.pack": {
    method: "GET",
    path: "/v1/breaches/{id}/pack",
    permission: "govern_read",
    query: {},
    body: {},
  },
  "breaches.notified": {
    method: "POST",
    path: "/v1/breaches/{id}/notified",
    permission: "govern_write",
    query: {},
    body: {
      whom: { type: "enum", required: true, options: ["authority", "people"] },
      at: { type: "time", required: false },
      reference: { type: "string", required: false, min: 0, max: 100 },
      people: { type: "int", required: false },
      note: { type: "string", required: false, min: 0, max: 4000 },
    },
  },
  "registers.processing": {
    method: "GET",
    path: "/v1/registers/processing",
    permission: "govern_read",
    query: {
      at: { type: "time", required: false },
      format: { type: "enum", required: false, fallback: "json", options: ["json", "csv", "html"] },
    },
    body: {},
  },
  "registers.diff": {
    method: "GET",
    path: "/v1/registers/processing/diff",
    permission: "govern_read",
    query: {
      from: { type: "time", required: true },
      to: { type: "time", required: false },
    },
    body: {},
  },
  "registers.versions": {
    method: "GET",
    path: "/v1/registers/processing/versions",
    permission: "govern_read",
    query: {
      cursor: { type: "string", required: false, min: 1, max: 20 },
      limit: { type: "int", required: false, min: 1, max: 200, fallback: "50" },
    },
    body: {},
  },
  "registers.reviewed": {
    method: "POST",
    path: "/v1/registers/processing/{purpose}/reviewed",
    permission: "govern_write",
    query: {},
    body: {},
  },
  "registers.map": {
    method: "GET",
    path: "/v1/registers/data-map",
    permission: "govern_read",
    query: {
      level: { type: "enum", required: false, fallback: "P0", options: ["P0", "P1", "P2", "P3", "P4"] },
    },
    body: {},
  },
  "registers.due": {
    method: "GET",
    path: "/v1/registers/due",
    permission: "govern_read",
    query: {
      days: { type: "int", required: false, min: 0, max: 3650, fallback: "30" },
    },
    body: {},
  },
  "registers.assessments": {
    method: "GET",
    path: "/v1/registers/assessments",
    permission: "govern_read",
    query: {},
    body: {},
  },
  "registers.assess": {
    method: "PUT",
    path: "/v1/registers/assessments/{name}",
    permission: "govern_write",
    query: {},
    body: {
      kind: { type: "enum", required: true, options: ["dpia", "lia", "tia"] },
      title: { type: "string", required: true, min: 1, max: 200 },
      owner: { type: "string", required: true, min: 1, max: 64 },
      state: { type: "enum", required: false, fallback: "draft", options: ["draft", "in_review", "approved", "rejected", "retired"] },
      risk: { type: "enum", required: false, options: ["low", "medium", "high"] },
      purposes: { type: "array", required: false, min: 0, max: 200 },
      recipient: { type: "string", required: false, min: 0, max: 64 },
      summary: { type: "string", required: false, min: 0, max: 16000 },
      review: { type: "time", required: false },
    },
  },
  "registers.assess_remove": {
    method: "DELETE",
    path: "/v1/registers/assessments/{name}",
    permission: "govern_write",
    query: {},
    body: {},
  },
  "dictionary.get": {
    method: "GET",
    path: "/v1/dictionary",
    permission: "dictionary_read",
    query: {},
    body: {},
  },
  "dictionary.check": {
    method: "POST",
    path: "/v1/dictionary/check",
    permission: "dictionary_read",
    query: {},
    body: {
      text: { type: "string", required: true, min: 0, max: 1048576 },
    },
  },
  "dictionary.put": {
    method: "PUT",
    path: "/v1/dictionary",
    permission: "dictionary_write",
    query: {},
    body: {
      text: { type: "string", required: true, min: 0, max: 1048576 },
      version: { type: "string", required: true, min: 16, max: 16 },
    },
  },
  "proposals.list": {
    method: "GET",
    path: "/v1/dictionary/proposals",
    permission: "dictionary_read",
    query: {
      state: { type: "enum", required: false, options: ["waiting", "applying", "applied", "rejected", "withdrawn"] },
      cursor: { type: "string", required: false, min: 0, max: 36 },
      limit: { type: "int", required: false, min: 1, max: 100 },
    },
    body: {},
  },
  "proposals.make": {
    method: "POST",
    path: "/v1/dictionary/proposals",
    permission: "dictionary_write",
    query: {},
    body: {
      yaml: { type: "string", required: false, min: 3, max: 1048576 },
      change: { type: "object", required: false, min: 0, max: 1048576 },
      stop: { type: "string", required: false, min: 1, max: 255 },
      text: { type: "string", required: false, min: 0, max: 1048576 },
      back_to: { type: "int", required: false, min: 1, max: 2147483647 },
      why: { type: "string", required: true, min: 3, max: 2000 },
    },
  },
  "proposals.get": {
    method: "GET",
    path: "/v1/dictionary/proposals/{id}",
    permission: "dictionary_read",
    query: {},
    body: {},
  },
  "proposals.approve": {
    method: "POST",
    path: "/v1/dictionary/proposals/{id}/approve",
    permission: "dictionary_read",
    query: {},
    body: {
      note: { type: "string", required: false, min: 0, max: 2000 },
    },
  },
  "proposals.reject": {
    method: "POST",
    path: "/v1/dictionary/proposals/{id}/reject",
    permission: "dictionary_read",
    query: {},
    body: {
      note: { type: "string", required: false, min: 0, max: 2000 },
    },
  },
  "dictionary.history": {
    method: "GET",
    path: "/v1/dictionary/history",
    permission: "dictionary_read",
    query: {
      row: { type: "string", required: false, min: 0, max: 300 },
      cursor: { type: "string", required: false, min: 0, max: 20 },
      limit: { type: "int", required: false, min: 1, max: 100 },
    },
    body: {},
  },
  "retention.list": {
    method: "GET",
    path: "/v1/retention",
    permission: "govern_read",
    query: {},
    body: {},
  },
  "retention.reasons": {
    method: "GET",
    path: "/v1/retention/reasons",
    permission: "govern_read",
    query: {},
    body: {},
  },
  "retention.runs": {
    method: "GET",
    path: "/v1/retention/runs",
    permission: "govern_read",
    query: {
      rule: { type: "string", required: false, min: 0, max: 140 },
      cursor: { type: "string", required: false, min: 0, max: 36 },
      limit: { type: "int", required: false, min: 1, max: 200 },
    },
    body: {},
  },
  "retention.certificate": {
    method: "GET",
    path: "/v1/retention/runs/{id}/certificate",
    permission: "govern_read",
    query: {},
    body: {},
  },
  "retention.put": {
    method: "PUT",
    path: "/v1/retention/{name}",
    permission: "govern_write",
    query: {},
    body: {
      on: { type: "bool", required: false },
      keep_days: { type: "int", required: false, min: 0, max: 36500 },
    },
  },
  "retention.dry_run": {
    method: "POST",
    path: "/v1/retention/{name}/dry-run",
    permission: "govern_write",
    query: {},
    body: {
      keep_days: { type: "int", required: false, min: 0, max: 36500 },
    },
  },
  "retention.run": {
    method: "POST",
    path: "/v1/retention/{name}/run",
    permission: "govern_write",
    query: {},
    body: {},
  },
  "fields.usage": {
    method: "GET",
    path: "/v1/fields/usage",
    permission: "dictionary_read",
    query: {
      kind: { type: "enum", required: false, fallback: "field", options: ["field", "event"] },
      days: { type: "int", required: false, min: 0, max: 3650 },
    },
    body: {},
  },
  "fields.usage_count": {
    method: "POST",
    path: "/v1/fields/usage",
    permission: "govern_write",
    query: {},
    body: {},
  },
  "roles.list": {
    method: "GET",
    path: "/v1/roles",
    permission: "staff_read",
    query: {},
    body: {},
  },
  "roles.create": {
    method: "POST",
    path: "/v1/roles",
    permission: "roles_write",
    query: {},
    body: {
      name: { type: "string", required: true, min: 2, max: 31 },
      doc: { type: "string", required: true, min: 1, max: 240 },
      permissions: { type: "array", required: true, min: 0, max: 34 },
      view: { type: "object", required: true, min: 0, max: 256 },
      purposes: { type: "array", required: true, min: 0, max: 16 },
      second_factor: { type: "enum", required: false, fallback: "required", options: ["required", "optional"] },
    },
  },
  "roles.put": {
    method: "PUT",
    path: "/v1/roles/{name}",
    permission: "roles_write",
    query: {},
    body: {
      doc: { type: "string", required: true, min: 1, max: 240 },
      permissions: { type: "array", required: true, min: 0, max: 34 },
      view: { type: "object", required: true, min: 0, max: 256 },
      purposes: { type: "array", required: true, min: 0, max: 16 },
      second_factor: { type: "enum", required: false, fallback: "required", options: ["required", "optional"] },
    },
  },
  "roles.delete": {
    method: "DELETE",
    path: "/v1/roles/{name}",
    permission: "roles_write",
    query: {},
    body: {},
  },
  "approval_rules.list": {
    method: "GET",
    path: "/v1/approval-rules",
    permission: "staff_read",
    query: {},
    body: {},
  },
  "approval_rules.put": {
    method: "PUT",
    path: "/v1/approval-rules/{kind}",
    permission: "roles_write",
    query: {},
    body: {
      on: { type: "bool", required: true },
    },
  },
  "approvals.list": {
    method: "GET",
    path: "/v1/approvals",
    permission: "session",
    query: {},
    body: {},
  },
  "approvals.ask": {
    method: "POST",
    path: "/v1/approvals",
    permission: "session",
    query: {},
    body: {
      kind: { type: "string", required: false, min: 0, max: 31 },
      target: { type: "string", required: true, min: 3, max: 299 },
      reason: { type: "string", required: true, min: 3, max: 1000 },
    },
  },
  "approvals.approve": {
    method: "POST",
    path: "/v1/approvals/{id}/approve",
    permission: "approve",
    query: {},
    body: {},
  },
  "approvals.refuse": {
    method: "POST",
    path: "/v1/approvals/{id}/refuse",
    permission: "approve",
    query: {},
    body: {},
  },
  "attention": {
    method: "GET",
    path: "/v1/attention",
    permission: "session",
    query: {},
    body: {},
  },
  "people.break_glass": {
    method: "POST",
    path: "/v1/people/{id}/break-glass",
    permission: "break_glass",
    query: {},
    body: {
      reason: { type: "string", required: true, min: 10, max: 1000 },
    },
  },
  "people.unmasked": {
    method: "GET",
    path: "/v1/people/{id}/break-glass",
    permission: "audit_read",
    query: {},
    body: {},
  },
  "people.archive": {
    method: "GET",
    path: "/v1/people/{id}/archive",
    permission: "people_export",
    query: {
      proof: { type: "bool", required: false },
    },
    body: {},
  },
  "centre.start": {
    method: "GET",
    path: "/privacy",
    permission: "public",
    query: {
      language: { type: "string", required: false, min: 0, max: 8 },
      done: { type: "string", required: false, min: 0, max: 20 },
    },
    body: {},
  },
  "centre.style": {
    method: "GET",
    path: "/privacy/style.css",
    permission: "public",
    query: {},
    body: {},
  },
  "centre.ask_link": {
    method: "POST",
    path: "/privacy/link",
    permission: "public",
    query: {},
    body: {},
  },
  "centre.link": {
    method: "GET",
    path: "/privacy/l/{token}",
    permission: "public",
    query: {
      language: { type: "string", required: false, min: 0, max: 8 },
      done: { type: "string", required: false, min: 0, max: 20 },
    },
    body: {},
  },
  "centre.enter": {
    method: "POST",
    path: "/privacy/l/{token}",
    permission: "public",
    query: {},
    body: {},
  },
  "centre.me": {
    method: "GET",
    path: "/privacy/me",
    permission: "public",
    query: {
      language: { type: "string", required: false, min: 0, max: 8 },
      done: { type: "string", required: false, min: 0, max: 20 },
    },
    body: {},
  },
  "centre.data": {
    method: "GET",
    path: "/privacy/me/data",
    permission: "public",
    query: {
      language: { type: "string", required: false, min: 0, max: 8 },
      done: { type: "string", required: false, min: 0, max: 20 },
    },
    body: {},
  },
  "centre.activity": {
    method: "GET",
    path: "/privacy/me/activity",
    permission: "public",
    query: {
      language: { type: "string", required: false, min: 0, max: 8 },
      done: { type: "string", required: false, min: 0, max: 20 },
    },
    body: {},
  },
  "centre.consents": {
    method: "GET",
    path: "/privacy/me/consents",
    permission: "public",
    query: {
      language: { type: "string", required: false, min: 0, max: 8 },
      done: { type: "string", required: false, min: 0, max: 20 },
    },
    body: {},
  },
  "centre.access": {
    method: "GET",
    path: "/privacy/me/access",
    permission: "public",
    query: {
      language: { type: "string", required: false, min: 0, max: 8 },
      done: { type: "string", required: false, min: 0, max: 20 },
    },
    body: {},
  },
  "centre.rights": {
    method: "GET",
    path: "/privacy/me/rights",
    permission: "public",
    query: {
      language: { type: "string", required: false, min: 0, max: 8 },
      done: { type: "string", required: false, min: 0, max: 20 },
    },
    body: {},
  },
  "centre.erase_page": {
    method: "GET",
    path: "/privacy/me/erase",
    permission: "public",
    query: {
      language: { type: "string", required: false, min: 0, max: 8 },
      done: { type: "string", required: false, min: 0, max: 20 },
    },
    body: {},
  },
  "centre.correct_page": {
    method: "GET",
    path: "/privacy/me/correct/{field}",
    permission: "public",
    query: {
      language: { type: "string", required: false, min: 0, max: 8 },
      done: { type: "string", required: false, min: 0, max: 20 },
    },
    body: {},
  },
  "centre.receipt": {
    method: "GET",
    path: "/privacy/me/receipt/{record}",
    permission: "public",
    query: {
      language: { type: "string", required: false, min: 0, max: 8 },
      done: { type: "string", required: false, min: 0, max: 20 },
    },
    body: {},
  },
  "centre.preference": {
    method: "POST",
    path: "/privacy/me/preference",
    permission: "public",
    query: {},
    body: {},
  },
  "centre.withdraw": {
    method: "POST",
    path: "/privacy/me/withdraw",
    permission: "public",
    query: {},
    body: {},
  },
  "centre.correct": {
    method: "POST",
    path: "/privacy/me/correct/{field}",
    permission: "public",
    query: {},
    body: {},
  },
  "centre.ask": {
    method: "POST",
    path: "/privacy/me/ask",
    permission: "public",
    query: {},
    body: {},
  },
  "centre.revoke": {
    method: "POST",
    path: "/privacy/me/revoke",
    permission: "public",
    query: {},
    body: {},
  },
  "centre.archive": {
    method: "POST",
    path: "/privacy/me/archive",
    permission: "public",
    query: {},
    body: {},
  },
  "centre.erase": {
    method: "POST",
    path: "/privacy/me/erase",
    permission: "public",
    query: {},
    body: {},
  },
  "centre.leave": {
    method: "POST",
    path: "/privacy/me/leave",
    permission: "public",
    query: {},
    body: {},
  },
  "centre.certificate": {
    method: "GET",
    path: "/privacy/certificate/{id}",
    permission: "public",
    query: {
      language: { type: "string", required: false, min: 0, max: 8 },
      done: { type: "string", required: false, min: 0, max: 20 },
    },
    body: {},
  },
  "centre.unsubscribe_page": {
    method: "GET",
    path: "/u/{token}",
    permission: "public",
    query: {
      language: { type: "string", required: false, min: 0, max: 8 },
      done: { type: "string", required: false, min: 0, max: 20 },
    },
    body: {},
  },
  "centre.unsubscribe": {
    method: "POST",
    path: "/u/{token}",
    permission: "public",
    query: {},
    body: {},
  },
  "people.privacy_link": {
    method: "POST",
    path: "/v1/people/{id}/privacy-link",
    permission: "rights_write",
    query: {},
    body: {
      purpose: { type: "enum", required: false, fallback: "visit", options: ["visit"] },
    },
  },
  "people.consent_request": {
    method: "POST",
    path: "/v1/people/{id}/consents/{purpose}/request",
    permission: "people_write",
    query: {},
    body: {
      language: { type: "enum", required: false, fallback: "en", options: ["en", "de", "fr"] },
      form: { type: "string", required: false, min: 0, max: 100 },
    },
  },
  "canary.list": {
    method: "GET",
    path: "/v1/canary",
    permission: "govern_read",
    query: {},
    body: {},
  },
  "canary.run": {
    method: "POST",
    path: "/v1/canary/run",
    permission: "govern_write",
    query: {},
    body: {},
  },
  "backups.list": {
    method: "GET",
    path: "/v1/backups",
    permission: "backup",
    query: {},
    body: {},
  },
  "backups.make": {
    method: "POST",
    path: "/v1/backups",
    permission: "backup",
    query: {},
    body: {
      class: { type: "enum", required: true, options: ["data", "keys", "configuration"] },
      target: { type: "string", required: false, min: 1, max: 1023 },
    },
  },
  "backups.verify": {
    method: "POST",
    path: "/v1/backups/{id}/verify",
    permission: "backup",
    query: {
      target: { type: "string", required: false, min: 1, max: 1023 },
    },
    body: {},
  },
  "backups.prune": {
    method: "POST",
    path: "/v1/backups/prune",
    permission: "backup",
    query: {
      target: { type: "string", required: false, min: 1, max: 1023 },
    },
    body: {},
  },
  "backups.drill": {
    method: "POST",
    path: "/v1/backups/drill",
    permission: "backup",
    query: {
      target: { type: "string", required: false, min: 1, max: 1023 },
    },
    body: {},
  },
  "keys.get": {
    method: "GET",
    path: "/v1/keys",
    permission: "keys",
    query: {},
    body: {},
  },
  "keys.rotate": {
    method: "POST",
    path: "/v1/keys/rotate",
    permission: "keys",
    query: {},
    body: {
      kind: { type: "enum", required: true, options: ["root", "nodes", "class", "signing", "index"] },
      class: { type: "string", required: false, min: 0, max: 15 },
    },
  },
  "keys.recovery_kit": {
    method: "POST",
    path: "/v1/keys/recovery-kit",
    permission: "keys",
    query: {},
    body: {},
  },
  "key_replicas.list": {
    method: "GET",
    path: "/v1/keys/replicas",
    permission: "keys",
    query: {},
    body: {},
  },
  "key_replicas.add": {
    method: "POST",
    path: "/v1/keys/replicas",
    permission: "keys",
    query: {},
    body: {
      name: { type: "string", required: true, min: 1, max: 31 },
      address: { type: "string", required: true, min: 3, max: 127 },
      key: { type: "string", required: true, min: 1, max: 128 },
    },
  },
  "key_replicas.remove": {
    method: "DELETE",
    path: "/v1/keys/replicas/{name}",
    permission: "keys",
    query: {},
    body: {},
  },
  "self_audit.get": {
    method: "GET",
    path: "/v1/self-audit",
    permission: "operate",
    query: {},
    body: {},
  },
  "transparency.page": {
    method: "GET",
    path: "/transparency",
    permission: "public",
    query: {
      language: { type: "enum", required: false, options: ["en", "de", "fr"] },
    },
    body: {},
  },
  "transparency.versions_page": {
    method: "GET",
    path: "/transparency/versions",
    permission: "public",
    query: {
      language: { type: "enum", required: false, options: ["en", "de", "fr"] },
    },
    body: {},
  },
  "transparency.diff": {
    method: "GET",
    path: "/transparency/diff",
    permission: "public",
    query: {
      language: { type: "enum", required: false, options: ["en", "de", "fr"] },
      from: { type: "int", required: true, min: 1, max: 4294967295 },
      to: { type: "int", required: true, min: 1, max: 4294967295 },
    },
    body: {},
  },
  "transparency.style": {
    method: "GET",
    path: "/transparency/style.css",
    permission: "public",
    query: {},
    body: {},
  },
  "transparency.badges": {
    method: "GET",
    path: "/transparency/badges.json",
    permission: "public",
    query: {
      language: { type: "enum", required: false, options: ["en", "de", "fr"] },
    },
    body: {},
  },
  "transparency.badge": {
    method: "GET",
    path: "/transparency/badge.svg",
    permission: "public",
    query: {
      language: { type: "enum", required: false, options: ["en", "de", "fr"] },
      name: { type: "string", required: false, min: 0, max: 40 },
    },
    body: {},
  },
  "transparency.tilt": {
    method: "GET",
    path: "/transparency.json",
    permission: "public",
    query: {
      language: { type: "enum", required: false, options: ["en", "de", "fr"] },
      version: { type: "int", required: false, min: 1, max: 4294967295 },
    },
    body: {},
  },
  "transparency.dpv": {
    method: "GET",
    path: "/transparency.jsonld",
    permission: "public",
    query: {
      language: { type: "enum", required: false, options: ["en", "de", "fr"] },
      version: { type: "int", required: false, min: 1, max: 4294967295 },
    },
    body: {},
  },
  "transparency.version": {
    method: "GET",
    path: "/transparency/{version}",
    permission: "public",
    query: {
      language: { type: "enum", required: false, options: ["en", "de", "fr"] },
    },
    body: {},
  },
  "transparency.proof": {
    method: "GET",
    path: "/transparency/{version}/proof.json",
    permission: "public",
    query: {},
    body: {},
  },
  "transparency.get": {
    method: "GET",
    path: "/v1/transparency",
    permission: "govern_read",
    query: {},
    body: {},
  },
  "transparency.put": {
    method: "PUT",
    path: "/v1/transparency",
    permission: "govern_write",
    query: {},
    body: {
      controller: { type: "object", required: false, min: 0, max: 4096 },
      representative: { type: "object", required: false, min: 0, max: 4096 },
      officer: { type: "object", required: false, min: 0, max: 4096 },
      authority: { type: "object", required: false, min: 0, max: 4096 },
      texts: { type: "object", required: false, min: 0, max: 16384 },
      automated: { type: "object", required: false, min: 0, max: 16384 },
      balancing: { type: "object", required: false, min: 0, max: 65536 },
      planned: { type: "array", required: false, min: 0, max: 50 },
      shown: { type: "object", required: false, min: 0, max: 1024 },
    },
  },
  "transparency.versions": {
    method: "GET",
    path: "/v1/transparency/versions",
    permission: "govern_read",
    query: {
      cursor: { type: "int", required: false, min: 1, max: 4294967295 },
      limit: { type: "int", required: false, min: 1, max: 200 },
    },
    body: {},
  },
  "health.live": {
    method: "GET",
    path: "/health/live",
    permission: "public",
    query: {},
    body: {},
  },
  "health.ready": {
    method: "GET",
    path: "/health/ready",
    permission: "public",
    query: {},
    body: {},
  },
  "metrics": {
    method: "GET",
    path: "/metrics",
    permission: "public",
    query: {},
    body: {},
  },
  "version": {
    method: "GET",
    path: "/version",
    permission: "public",
    query: {},
    body: {},
  },
  "robots": {
    method: "GET",
    path: "/robots.txt",
    permission: "public",
    query: {},
    body: {},
  },
  "openapi": {
    method: "GET",
    path: "/v1/openapi.json",
    permission: "public",
    query: {},
    body: {},
  },
  "console.page": {
    method: "GET",
    path: "/",
    permission: "public",
    query: {},
    body: {},
  },
  "console.setup": {
    method: "GET",
    path: "/setup",
    permission: "public",
    query: {},
    body: {},
  },
  "console.invite": {
    method: "GET",
    path: "/invite",
    permission: "public",
    query: {},
    body: {},
  },
  "console.reset": {
    method: "GET",
    path: "/reset",
    permission: "public",
    query: {},
    body: {},
  },
  "verify": {
    method: "GET",
    path: "/verify",
    permission: "public",
    query: {},
    body: {},
  },
  "console.asset": {
    method: "GET",
    path: "/assets/{file}",
    permission: "public",
    query: {},
    body: {},
  },
} as const;
