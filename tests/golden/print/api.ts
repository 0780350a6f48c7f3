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

export interface PeopleListQuery {
  /** Name | or part of it. */
  q?: string;
  /** Order. */
  sort?: "last_seen" | "revenue";
  /** How many. */
  limit?: number;
  /** Only known people. */
  known?: boolean;
}

export interface PeopleListAnswer {
  /** The people. */
  items: Array<{
    /** The id. */
    id: string;
    /** The name * / as shown. */
    label: string | null;
    /** An option. */
    sort: "last_seen" | "revenue" | null;
    /** Orders. */
    orders: Array<{
      /** Minor units. */
      total: number;
      /** When. */
      placed: string;
    }>;
    /** Words. */
    tags: Array<string>;
    /** Anything. */
    properties: Record<string, unknown>;
    /** Any value. */
    value: unknown;
    /** A name that is no identifier. */
    "2nd-name": string;
  }>;
  /** Cursor of the next page. */
  next: string | null;
}

export interface PeopleGetAnswer {
  /** The id. */
  id: string;
  /** The name * / as shown. */
  label: string | null;
  /** An option. */
  sort: "last_seen" | "revenue" | null;
  /** Orders. */
  orders: Array<{
    /** Minor units. */
    total: number;
    /** When. */
    placed: string;
  }>;
  /** Words. */
  tags: Array<string>;
  /** Anything. */
  properties: Record<string, unknown>;
  /** Any value. */
  value: unknown;
  /** A name that is no identifier. */
  "2nd-name": string;
}

export interface PeopleCreateBody {
  /** The address. */
  email: string;
  /** At least 15 bytes. */
  password: string;
  /** A share. */
  share?: number;
  /** First day. */
  since?: string;
  /** Columns. */
  columns?: Array<string>;
  /** Where. */
  address?: Record<string, unknown>;
  /** Orders. */
  orders?: Array<{
    /** Minor units. */
    total?: number;
    /** When. */
    placed?: string;
  }>;
  /** Anything. */
  any?: unknown;
}

export interface PeopleCreateAnswer {
  /** The id. */
  id: string;
  /** The name * / as shown. */
  label: string | null;
  /** An option. */
  sort: "last_seen" | "revenue" | null;
  /** Orders. */
  orders: Array<{
    /** Minor units. */
    total: number;
    /** When. */
    placed: string;
  }>;
  /** Words. */
  tags: Array<string>;
  /** Anything. */
  properties: Record<string, unknown>;
  /** Any value. */
  value: unknown;
  /** A name that is no identifier. */
  "2nd-name": string;
}

export interface InsightBusyDaysQuestion {
  /** Length of a period. */
  by?: "day" | "week";
}

export interface InsightBusyDaysAnswer {
  /** Orders; null: too few people. */
  orders: number | null;
}

export interface InsightKinds {
  busy_days: { question: InsightBusyDaysQuestion; answer: InsightBusyDaysAnswer };
}

/** What each route takes and gives. */
export interface Routes {
  /** Lists people. */
  "people.list": {
    params: undefined;
    query: PeopleListQuery;
    body: undefined;
    answer: PeopleListAnswer;
  };
  /** Shows one person. */
  "people.get": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: PeopleGetAnswer;
  };
  /** Makes a person. */
  "people.create": {
    params: undefined;
    query: undefined;
    body: PeopleCreateBody;
    answer: PeopleCreateAnswer;
  };
  /** Deletes a person. */
  "people.delete": {
    params: { id: string | number };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Takes one event. */
  "track": {
    params: undefined;
    query: undefined;
    body: Blob | string;
    answer: undefined;
  };
  /** Takes a file. */
  "imports.upload": {
    params: { kind: string | number; name: string | number };
    query: undefined;
    body: Blob | string;
    answer: undefined;
  };
  /** Is the process there? */
  "health.live": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
}

export type RouteName = keyof Routes;

export const routes = {
  "people.list": {
    method: "GET",
    path: "/v1/people",
    permission: "people_read",
    query: {
      q: { type: "string", required: false, min: 0, max: 200 },
      sort: { type: "enum", required: false, fallback: "last_seen", options: ["last_seen", "revenue"] },
      limit: { type: "int", required: false, min: 1, max: 200, fallback: "50" },
      known: { type: "bool", required: false, fallback: "false" },
    },
    body: {},
  },
  "people.get": {
    method: "GET",
    path: "/v1/people/{id}",
    permission: "people_read",
    query: {},
    body: {},
  },
  "people.create": {
    method: "POST",
    path: "/v1/people",
    permission: "people_write",
    query: {},
    body: {
      email: { type: "email", required: true },
      password: { type: "string", required: true, min: 15, max: 256 },
      share: { type: "number", required: false, min: 0, max: 1, fallback: "0.5" },
      since: { type: "date", required: false },
      columns: { type: "array", required: false, min: 1, max: 10 },
      address: { type: "object", required: false, min: 0, max: 1000 },
      orders: { type: "array", required: false, min: 0, max: 2 },
      any: { type: "any", required: false, min: 0, max: 1000 },
    },
  },
  "people.delete": {
    method: "DELETE",
    path: "/v1/people/{id}",
    permission: "people_erase",
    query: {},
    body: {},
  },
  "track": {
    method: "POST",
    path: "/v1/track",
    permission: "write_key",
    query: {},
    body: {},
  },
  "imports.upload": {
    method: "POST",
    path: "/v1/imports/{kind}/{name}",
    permission: "import",
    query: {},
    body: {},
  },
  "health.live": {
    method: "GET",
    path: "/health/live",
    permission: "public",
    query: {},
    body: {},
  },
} as const;
