/** What an error carries beside its message. */
export interface StropErrorOptions {
  /** More about it, for programs: the core's error object, an HTTP status, a path. Holds no keys. */
  details?: Readonly<Record<string, unknown>>;
  /** What led to it. */
  cause?: unknown;
}

/** Every error that Strop raises on purpose. `code` is stable, the message says what happened and what to do. */
export class StropError extends Error {
  /** Stable, in snake_case, for `switch`. */
  readonly code: string;
  /** More about it, for programs. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, options: StropErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.className;
    this.code = code;
    this.details = options.details ?? {};
  }

  /** The class's name as a text, so that it survives minifiers. @internal */
  protected static readonly className: string = 'StropError';
}

/** A signature, a program file, a row or an option is not what it has to be. The message names the place. */
export class InputError extends StropError {
  protected static override readonly className: string = 'InputError';
}

/** A signature cannot be read. `details.column` is where, from 1. */
export class SignatureError extends InputError {
  protected static override readonly className: string = 'SignatureError';
}

/** The model's reply cannot become the outputs. The message says what is missing and quotes the reply. */
export class AdapterParseError extends StropError {
  protected static override readonly className: string = 'AdapterParseError';
  /** The reply as it came. */
  readonly reply: string;

  constructor(message: string, reply: string, options: StropErrorOptions = {}) {
    super('adapter_parse', message, options);
    this.reply = reply;
  }
}

/** There is no model to ask, or an option contradicts another. */
export class ConfigurationError extends StropError {
  protected static override readonly className: string = 'ConfigurationError';
}

/** Something was used after `[Symbol.dispose]()`. */
export class DisposedError extends StropError {
  protected static override readonly className: string = 'DisposedError';
}

/** The WebAssembly core could not be loaded, is not loaded yet, or has crashed. */
export class CoreError extends StropError {
  protected static override readonly className: string = 'CoreError';
}

/** A metric threw or gave something that is no score. */
export class MetricError extends StropError {
  protected static override readonly className: string = 'MetricError';
}

/** A program's own code threw while it ran a row. */
export class ProgramError extends StropError {
  protected static override readonly className: string = 'ProgramError';
}

/** A cache or a journal could not be read or written. */
export class StoreError extends StropError {
  protected static override readonly className: string = 'StoreError';
}

/** A run ended because of an error, or without any program worth keeping. */
export class RunError extends StropError {
  protected static override readonly className: string = 'RunError';
}

/** What an {@link LMError} carries. */
export interface LMErrorOptions extends StropErrorOptions {
  /** The HTTP status, if there was an answer. */
  status?: number;
  /** How long the server asked to wait, in milliseconds. */
  retryAfter?: number;
}

/** A model could not be asked. Whether asking again helps is `transient`. */
export class LMError extends StropError {
  protected static override readonly className: string = 'LMError';
  /** Whether the same request may succeed later. */
  readonly transient: boolean;
  /** The HTTP status, if there was an answer. */
  readonly status: number | undefined;
  /** How long the server asked to wait, in milliseconds. */
  readonly retryAfter: number | undefined;

  constructor(code: string, message: string, transient: boolean, options: LMErrorOptions = {}) {
    super(code, message, options);
    this.transient = transient;
    this.status = options.status;
    this.retryAfter = options.retryAfter;
  }
}

/** The server does not accept the key: 401 or 403. */
export class LMAuthError extends LMError {
  protected static override readonly className: string = 'LMAuthError';
  constructor(message: string, options?: LMErrorOptions) {
    super('lm_auth', message, false, options);
  }
}

/** The account has no credit: 402, or a 429 that names the quota. */
export class LMBillingError extends LMError {
  protected static override readonly className: string = 'LMBillingError';
  constructor(message: string, options?: LMErrorOptions) {
    super('lm_billing', message, false, options);
  }
}

/** Too many requests: 429. */
export class LMRateLimitError extends LMError {
  protected static override readonly className: string = 'LMRateLimitError';
  constructor(message: string, options?: LMErrorOptions) {
    super('lm_rate_limit', message, true, options);
  }
}

/** The request is refused as it is: 400, 404, 422. */
export class LMBadRequestError extends LMError {
  protected static override readonly className: string = 'LMBadRequestError';
  constructor(message: string, options?: LMErrorOptions, code = 'lm_bad_request') {
    super(code, message, false, options);
  }
}

/** The request holds what the model or its server cannot take: tools, images, several answers. It was not sent. */
export class LMUnsupportedError extends LMBadRequestError {
  protected static override readonly className: string = 'LMUnsupportedError';
  constructor(message: string, options?: LMErrorOptions) {
    super(message, options, 'lm_unsupported');
  }
}

/** The server has refused what was asked, or to go on with its answer, for its content. */
export class LMContentFilterError extends LMBadRequestError {
  protected static override readonly className: string = 'LMContentFilterError';
  constructor(message: string, options?: LMErrorOptions) {
    super(message, options, 'lm_content_filter');
  }
}

/** The prompt does not fit into the model's context. */
export class LMContextWindowError extends LMBadRequestError {
  protected static override readonly className: string = 'LMContextWindowError';
  constructor(message: string, options?: LMErrorOptions) {
    super(message, options, 'lm_context_window');
  }
}

/** The server is in trouble: 5xx. */
export class LMOverloadedError extends LMError {
  protected static override readonly className: string = 'LMOverloadedError';
  constructor(message: string, options?: LMErrorOptions) {
    super('lm_overloaded', message, true, options);
  }
}

/** No connection, or one that broke. */
export class LMNetworkError extends LMError {
  protected static override readonly className: string = 'LMNetworkError';
  constructor(message: string, options?: LMErrorOptions) {
    super('lm_network', message, true, options);
  }
}

/** No answer in time. */
export class LMTimeoutError extends LMError {
  protected static override readonly className: string = 'LMTimeoutError';
  constructor(message: string, options?: LMErrorOptions) {
    super('lm_timeout', message, true, options);
  }
}

/** The caller's AbortSignal ended the call. */
export class LMAbortedError extends LMError {
  protected static override readonly className: string = 'LMAbortedError';
  constructor(message = 'The call was aborted.', options?: LMErrorOptions) {
    super('lm_aborted', message, false, options);
  }
}

/** Text of any origin, shortened and escaped for an error message. @internal */
export function quote(text: string, most = 400): string {
  return JSON.stringify(text.length > most ? `${text.slice(0, most)}…` : text);
}

/** What is known of a thrown thing, which may be anything. @internal */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
}

/** The core's error object as an error. @internal */
export function coreFailure(text: string, reply?: string): StropError {
  let error: { code?: string; message?: string; [key: string]: unknown };
  try {
    error = JSON.parse(text);
  } catch (cause) {
    return new CoreError('core_protocol', `The core gave an error that is no JSON: ${quote(text)}.`, { cause });
  }
  const { code = 'internal', message: said = 'The core failed without a message.', ...details } = error;
  const message = said.replace(/^program\.signature: /, '');
  if (code === 'adapter_parse') return new AdapterParseError(message, reply ?? '', { details });
  const column = /^column (\d+)/.exec(message)?.[1];
  if (column || code.includes('signature')) {
    return new SignatureError(code, message, { details: column ? { ...details, column: Number(column) } : details });
  }
  if (code === 'internal') return new CoreError(code, message, { details });
  return new InputError(code, message, { details });
}
