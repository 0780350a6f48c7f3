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
  | "sources_read"
  | "sources_write"
  | "import"
  | "quarantine"
  | "dictionary_read"
  | "dictionary_write"
  | "operate";

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
  /** The event as it came; null once discarded. */
  body: string | null;
  /** base64 when it is not valid UTF-8 text. */
  body_encoding: "text" | "base64";
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
  /** The event as it came; null once discarded. */
  body: string | null;
  /** base64 when it is not valid UTF-8 text. */
  body_encoding: "text" | "base64";
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
    /** Its value. */
    value: unknown;
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
    /** The value in its normal form. */
    value: string;
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
    /** The reason staff gave, or null. */
    reason: string | null;
  }>;
  /** State per purpose. */
  consents: Array<{
    /** Name of the purpose. */
    purpose: string;
    /** The most restrictive of the person's profiles. */
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
  }>;
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
    /** The shop's number of the order. */
    order_id: string;
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
    /** What it was set to, or null. */
    value: unknown;
    /** When it was said. */
    at: string;
    /** Number of the source that said it. */
    source: number;
    /** Number of the import, or null. */
    import: number | null;
    /** Set, or cleared. */
    action: "set" | "cleared";
  }>;
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
  state: "granted" | "refused" | "withdrawn";
  /** How and when it was said; compulsory for a consent. Stored sealed. */
  evidence?: string;
}

export interface PeopleConsentAnswer {
  /** All purposes of the person. */
  consents: Array<{
    /** Name of the purpose. */
    purpose: string;
    /** The most restrictive of the person's profiles. */
    state: "unknown" | "granted" | "refused" | "withdrawn" | "unproven";
    /** The legal basis the dictionary gives it. */
    basis: "consent" | "contract" | "legal_obligation" | "legitimate_interest";
    /** Since when, or null. */
    since: string | null;
    /** How it was said, or null. */
    method: string | null;
    /** Whether there is evidence. */
    proven: boolean;
    /** Whether the gate would let this purpose pass. */
    allowed: boolean;
  }>;
}

export interface TodayQuery {
  /** Length of the period in days; it ends today. */
  days?: number;
}

export interface TodayAnswer {
  /** First day of the period. */
  from: string;
  /** Last day of the period. */
  to: string;
  /** Currency of all amounts. */
  currency: string;
  /** The five numbers. */
  numbers: {
    /** Revenue of orders placed in the period, minor units; cancelled orders left out. */
    revenue: {
      /** In the period. */
      value: number;
      /** In the period of the same length before. */
      previous: number;
      /** (value - previous) / previous, or null. */
      change: number | null;
    };
    /** Number of those orders. */
    orders: {
      /** In the period. */
      value: number;
      /** In the period of the same length before. */
      previous: number;
      /** (value - previous) / previous, or null. */
      change: number | null;
    };
    /** Revenue / orders, minor units. */
    average_order_value: {
      /** In the period. */
      value: number;
      /** In the period of the same length before. */
      previous: number;
      /** (value - previous) / previous, or null. */
      change: number | null;
    };
    /** Persons with at least one event in the period; merged profiles count once. */
    active_customers: {
      /** In the period. */
      value: number;
      /** In the period of the same length before. */
      previous: number;
      /** (value - previous) / previous, or null. */
      change: number | null;
    };
    /** Persons first seen in the period. */
    new_customers: {
      /** In the period. */
      value: number;
      /** In the period of the same length before. */
      previous: number;
      /** (value - previous) / previous, or null. */
      change: number | null;
    };
  };
  /** The same by day. */
  series: {
    /** The days, YYYY-MM-DD, UTC. */
    days: Array<string>;
    /** Revenue per day, minor units. */
    revenue: Array<number>;
    /** Orders per day. */
    orders: Array<number>;
    /** Per day, minor units. */
    average_order_value: Array<number>;
    /** Per day. */
    active_customers: Array<number>;
    /** Per day. */
    new_customers: Array<number>;
  };
  /** false: no event has come yet. */
  has_data: boolean;
  /** true: sample data is among it. */
  sample: boolean;
  /** When the newest event since start came, or null. */
  last_event: string | null;
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
    /** The event's name. */
    event: string;
    /** The source's name. */
    source: string;
    /** Whose it is, or null. */
    person: {
      /** The person. */
      id: string;
      /** A name to show. */
      label: string;
    } | null;
    /** true: it went to quarantine. */
    refused: boolean;
  }>;
  /** To be given as `after` next time. */
  last: number;
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
  /** 15 to 256 characters of any kind; a sentence is a good password. */
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

export interface SessionCreateBody {
  /** The address of the account. */
  email: string;
  /** Its password. */
  password: string;
}

export interface SessionCreateAnswer {
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
    /** The role that answers for it. */
    owner: string | null;
    /** Kind of identifier it also is, or null. */
    identifier: string | null;
    /** Other names under which it arrives. */
    aliases: Array<string>;
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
      /** The role that answers for it. */
      owner: string | null;
      /** Kind of identifier it also is, or null. */
      identifier: string | null;
      /** Other names under which it arrives. */
      aliases: Array<string>;
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
    /** The role that answers for it. */
    owner: string | null;
    /** Kind of identifier it also is, or null. */
    identifier: string | null;
    /** Other names under which it arrives. */
    aliases: Array<string>;
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
      /** The role that answers for it. */
      owner: string | null;
      /** Kind of identifier it also is, or null. */
      identifier: string | null;
      /** Other names under which it arrives. */
      aliases: Array<string>;
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
  /** The shop's five numbers with their change and daily series. */
  "today": {
    params: undefined;
    query: TodayQuery;
    body: undefined;
    answer: TodayAnswer;
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
  /** Signs in: sets the session cookie. */
  "session.create": {
    params: undefined;
    query: undefined;
    body: SessionCreateBody;
    answer: SessionCreateAnswer;
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
      state: { type: "enum", required: true, options: ["granted", "refused", "withdrawn"] },
      evidence: { type: "string", required: false, min: 0, max: 8000 },
    },
  },
  "today": {
    method: "GET",
    path: "/v1/today",
    permission: "analytics_read",
    query: {
      days: { type: "int", required: false, min: 1, max: 366, fallback: "30" },
    },
    body: {},
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
      password: { type: "string", required: true, min: 15, max: 256 },
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
  "console.asset": {
    method: "GET",
    path: "/assets/{file}",
    permission: "public",
    query: {},
    body: {},
  },
} as const;
