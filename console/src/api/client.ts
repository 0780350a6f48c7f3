// SPDX-License-Identifier: Apache-2.0
// The only place that talks to the server. One function per HTTP method, problems as ApiError, the
// CSRF token on everything but GET, one hook for "the session has ended". Two refusals are questions:
// "prove that it is you" and "a colleague has to agree". They are asked here, once for all pages, and
// the call is repeated. No personal value is ever put into a URL: look-ups by value are POST bodies.

import type { Problem } from './types';

export class ApiError extends Error {
    readonly status: number; // 0: no answer came
    readonly code: string;
    readonly title: string;
    readonly detail: string;
    readonly field: string;
    readonly requestId: string;
    readonly retryAfter: number | null; // seconds
    readonly problem: Problem; // as it came: some refusals say more (the faults of a definition)

    constructor(problem: Problem, retryAfter: number | null = null) {
        super(problem.detail || problem.title || problem.code || String(problem.status));
        this.status = problem.status;
        this.code = problem.code ?? '';
        this.title = problem.title ?? '';
        this.detail = problem.detail ?? '';
        this.field = problem.field ?? '';
        this.requestId = problem.request_id ?? '';
        this.retryAfter = retryAfter;
        this.problem = problem;
    }
}

// The person decided against it; no error to show.
export class Cancelled extends Error {}

export interface Act {
    method: string;
    path: string;
    refusal: ApiError;
    tried: string | null; // an approval that was not for this act
}
interface Questions {
    prove: () => Promise<boolean>;                  // false: decided against it
    approve: (act: Act) => Promise<string | null>;  // the approval's id
}

let csrf = '';
let onSessionEnd: () => void = () => {};
let questions: Questions | null = null;

export function whenAsked(answers: Questions): void {
    questions = answers;
}

export function setCsrf(token: string): void {
    csrf = token;
}
export function whenSessionEnds(callback: () => void): void {
    onSessionEnd = callback;
}

export type Query = Record<string, string | number | boolean | null | undefined>;

export function withQuery(path: string, query?: Query): string {
    const parts = new URLSearchParams();
    for (const [name, value] of Object.entries(query ?? {})) {
        if (value !== undefined && value !== null && value !== '') parts.set(name, String(value));
    }
    const text = parts.toString();
    return text ? `${path}?${text}` : path;
}

export interface CallOptions {
    signal?: AbortSignal;
    quiet401?: boolean; // the caller deals with a missing session itself
    ifMatch?: string;
    purpose?: string; // other than the session's own
    file?: boolean; // the answer is a Download
    text?: boolean; // the body is sent as it is: a CSV file
    plain?: boolean; // refusals are not asked about: the call is part of such a question, or may fail in silence
}

export interface Download {
    blob: Blob;
    name: string;
    header: (name: string) => string | null;
}

const QUESTIONS_MAX = 4; // a proof, an approval, and each once more when it came too late

async function call<T>(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<T> {
    let approval: string | null = null;
    for (let asked = 0; ; asked++) {
        try {
            return await once<T>(method, path, body, options, approval);
        } catch (error) {
            if (!(error instanceof ApiError) || error.status !== 403 || options.plain || !questions || asked >= QUESTIONS_MAX) throw error;
            const about = error.field.replace(/^\//, '');
            if (about === 'reauth') {
                if (!(await questions.prove())) throw new Cancelled();
            } else if (about === 'approval') {
                approval = await questions.approve({ method, path, refusal: error, tried: approval });
                if (!approval) throw new Cancelled();
            } else {
                throw error;
            }
        }
    }
}

async function once<T>(method: string, path: string, body: unknown, options: CallOptions, approval: string | null): Promise<T> {
    const headers: Record<string, string> = { Accept: options.file ? '*/*' : 'application/json' };
    if (method !== 'GET') headers['X-CSRF-Token'] = csrf;
    if (body !== undefined) headers['Content-Type'] = options.text ? 'text/csv' : 'application/json';
    if (options.ifMatch) headers['If-Match'] = options.ifMatch;
    if (options.purpose) headers['X-Custos-Purpose'] = options.purpose;
    if (approval) headers['X-Custos-Approval'] = approval;
    let response: Response;
    try {
        response = await fetch(path, {
            method,
            headers,
            body: body === undefined ? null : options.text ? String(body) : JSON.stringify(body),
            credentials: 'same-origin',
            cache: 'no-store',
            redirect: 'error',
            signal: options.signal ?? null,
        });
    } catch (cause) {
        if (options.signal?.aborted) throw cause;
        throw new ApiError({ status: 0, code: 'offline' });
    }
    if (options.file && response.ok) return (await fileOf(response)) as T;
    return answer<T>(response.status, await response.text(), (name) => response.headers.get(name), options);
}

async function fileOf(response: Response): Promise<Download> {
    const name = /filename="?([^";]+)/.exec(response.headers.get('Content-Disposition') ?? '')?.[1] ?? '';
    return { blob: await response.blob(), name, header: (h) => response.headers.get(h) };
}

function answer<T>(
    status: number, text: string, header: (name: string) => string | null, options: CallOptions,
): T {
    let value: unknown;
    const type = header('Content-Type') ?? '';
    if (text && /json/.test(type)) {
        try {
            value = JSON.parse(text);
        } catch {
            throw new ApiError({ status, code: 'unreadable' });
        }
    }
    if (status >= 200 && status < 300) return value as T;
    if (status === 401 && !options.quiet401) onSessionEnd();
    const wait = Number.parseInt(header('Retry-After') ?? '', 10);
    const problem = (value && typeof value === 'object' ? value : {}) as Problem;
    throw new ApiError({ ...problem, status }, Number.isFinite(wait) ? wait : null);
}

export const api = {
    get: <T>(path: string, options?: CallOptions) => call<T>('GET', path, undefined, options),
    post: <T>(path: string, body?: unknown, options?: CallOptions) => call<T>('POST', path, body ?? {}, options),
    put: <T>(path: string, body: unknown, options?: CallOptions) => call<T>('PUT', path, body, options),
    putText: <T>(path: string, text: string) => call<T>('PUT', path, text, { text: true }),
    patch: <T>(path: string, body: unknown, options?: CallOptions) => call<T>('PATCH', path, body, options),
    file: (path: string, body: unknown, options?: CallOptions) => call<Download>('POST', path, body, { ...options, file: true }),
    download: (path: string, options?: CallOptions) => call<Download>('GET', path, undefined, { ...options, file: true }),
    delete: <T>(path: string, options?: CallOptions) => call<T>('DELETE', path, undefined, options),
};

// A file as the request's body, with progress: fetch cannot report how much was sent.
export function upload<T>(
    path: string, file: Blob, onProgress: (sent: number, total: number) => void, signal?: AbortSignal,
): Promise<T> {
    return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.open('POST', path);
        request.setRequestHeader('Accept', 'application/json');
        request.setRequestHeader('Content-Type', 'application/octet-stream');
        request.setRequestHeader('X-CSRF-Token', csrf);
        request.upload.onprogress = (event) => onProgress(event.loaded, event.total || file.size);
        request.onload = () => {
            try {
                resolve(answer<T>(request.status, request.responseText, (n) => request.getResponseHeader(n), {}));
            } catch (error) {
                reject(error);
            }
        };
        request.onerror = () => reject(new ApiError({ status: 0, code: 'offline' }));
        request.onabort = () => reject(new DOMException('Aborted', 'AbortError'));
        signal?.addEventListener('abort', () => request.abort(), { once: true });
        request.send(file);
    });
}

export const segment = encodeURIComponent;
