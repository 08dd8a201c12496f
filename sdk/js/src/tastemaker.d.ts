/**
 * The client's face: what it is told, what it asks and what it answers.
 *
 * Names in `snake_case` are those of the HTTP interface; a test compares them with its OpenAPI
 * document. Everything else is the client's own.
 */

/** Makes a client. It starts no timer and touches no storage before it has something to do. */
export function createClient(options: ClientOptions): Client;

export interface ClientOptions {
  /** The server, such as `https://recommend.shop.example`. */
  host: string;
  /** A publishable key in pages; a secret one on servers only. */
  key: string;
  /** The visitor's id, where the shop has one of its own. Otherwise the client makes one. */
  visitorId?: string;
  /** What the visitor answered so far. What is not named is unsaid. */
  consent?: Consent;
  /**
   * Whether silence allows the client to store an id. `denied` unless the shop says otherwise; the
   * browser's Global Privacy Control makes it `denied` always.
   */
  consentDefault?: Answer;
  /** The market, where the shop has several. */
  market?: string;
  /** How many events are sent at once without waiting for more; 20. */
  flushAt?: number;
  /** How long an event waits for others, in milliseconds; 500. */
  flushAfterMs?: number;
  /** How long a decision may take before its fallback is shown, in milliseconds; 400. */
  decisionTimeoutMs?: number;
  /** Told of every batch that the server took. */
  onDelivered?: (messages: readonly Message[], answer: IngestAnswer) => void;
  /** Told of whatever was refused, dropped or could not be reached. Nothing is thrown at the page. */
  onError?: (error: ClientError) => void;
  /** What the client needs of its surroundings; tests replace it. */
  ambient?: Partial<Ambient>;
}

export interface Client {
  /** The visitor's id at the moment: a stored one, or one that lives as long as the page. */
  readonly visitorId: string;
  /** The position up to which the server is known to have this visitor's events. */
  readonly position: string | undefined;

  /** Something happened. Answers the message id. */
  track(event: string, properties?: Properties): string;
  /** A page was looked at. Nothing is read from the page itself. Answers the message id. */
  page(name?: string, properties?: Properties): string;
  /**
   * The shopper logged in. With a publishable key the server believes it only with the signature that
   * your server made. Without permission to be personal nothing is sent, and `undefined` is answered.
   */
  identify(userId: string, traits?: Properties, signature?: string): string | undefined;
  /**
   * The visitor answered a question of consent. The server keeps the answer for good; the client forgets
   * it with the page, so say it again in `ClientOptions.consent`. `undefined` when there was nobody to
   * tell the server about: a no of somebody of whom nothing is known.
   */
  setConsent(consent: Consent): string | undefined;

  /** What to show. Never rejects: without an answer in time it is the fallback. */
  decide(request: DecisionRequest, options?: DecideOptions): Promise<Decision>;
  /** Why something was shown, and what became of it; with a secret key. Rejects with a `ClientError`. */
  explain(decisionId: string): Promise<ExplainedDecision>;

  /**
   * Reports what can be seen and what is clicked below `root`, now and when it changes.
   *
   * A list carries `data-decision`, each product in it `data-product` and, unless their order is the
   * decision's, `data-rank`. Answers a function that ends it.
   */
  watch(root?: ParentNode): () => void;

  /** Sends what waits. Resolves when the server has it, or has been tried once. */
  flush(): Promise<void>;
  /** Ends timers and listeners, and sends what waits as a page does that is left. */
  close(): void;
}

export type Properties = Record<string, unknown>;
export type Answer = "given" | "denied";
export type Purpose = "measurement" | "personalization" | "marketing" | "sharing";
export type Consent = Partial<Record<Purpose, Answer>>;

export interface DecideOptions {
  /** Product ids, or a whole decision, to show when there is no answer in time. */
  fallback?: readonly string[] | Decision;
  /** In place of the client's `decisionTimeoutMs`. */
  timeoutMs?: number;
  /** Whether to send what waits first, so that the decision has seen it; `false`. */
  afterEvents?: boolean;
}

/** A message of Segment's HTTP interface. */
export interface Message {
  type: "track" | "page" | "identify";
  messageId: string;
  anonymousId: string;
  timestamp: string;
  userId?: string;
  event?: string;
  name?: string;
  properties?: Properties;
  traits?: Properties;
  context: MessageContext;
}

export interface MessageContext {
  library: { name: string; version: string };
  consent: { categoryPreferences: Partial<Record<Purpose, boolean>> };
  market?: string;
  user_signature?: string;
}

/** The body of `POST /v1/decisions`. */
export interface DecisionRequest {
  placement: string;
  visitor_id?: string;
  user_id?: string;
  user_signature?: string;
  context?: DecisionContext;
  count?: number;
  filter?: string;
  exclude?: string[];
  consent?: Record<string, string>;
  after?: string;
  deadline_ms?: number;
}

export interface DecisionContext {
  product_ids?: string[];
  cart_product_ids?: string[];
  recent_product_ids?: string[];
  category?: string[];
  market?: string;
}

/** The answer of `POST /v1/decisions`. */
export interface Decision {
  /** Empty when the client showed its own fallback: nothing was decided, so nothing is reported of it. */
  decision_id: string;
  placement: string;
  products: ShownProduct[];
  /** What was missing; `unreachable` when the server was. */
  fallback?: string | null;
  versions: Record<string, string>;
  position: string;
  behind: number;
}

export interface ShownProduct {
  product_id: string;
  rank: number;
  score: number;
  generator: string;
  reason: Reason;
}

export interface Reason {
  kind: string;
  text: string;
  evidence_product_ids: string[];
}

/** The answer of `GET /v1/decisions/{id}`. */
export interface ExplainedDecision {
  decision_id: string;
  decide_time: string;
  placement: string;
  products: ShownProduct[];
  fallback?: string | null;
  propensity: number;
  versions: Record<string, string>;
  position: string;
  serial: number;
  anchor_product_ids: string[];
  took_micros: number;
  outcomes: Outcome[];
}

export interface Outcome {
  kind: string;
  join: string;
  product_id?: string | null;
  time: string;
  position: string;
}

/** The answer of `POST /v1/batch`. */
export interface IngestAnswer {
  success: boolean;
  accepted: number;
  duplicates: number;
  rejected: Rejection[];
  position: string;
}

export interface Rejection {
  code: string;
  field: string;
  value: string;
  remedy: string;
  index?: number | null;
  line?: number | null;
}

/** Why something did not work. */
export class ClientError extends Error {
  /** `EVENTS_DROPPED`, `UNREACHABLE`, `TIMED_OUT`, `EVENT_TOO_LARGE`, or a code of the server's. */
  readonly code: string;
  /** The status of the answer; 0 without one. */
  readonly status: number;
  /** What the server refused of a batch. */
  readonly rejected: readonly Rejection[];
}

/** What the client needs of its surroundings. */
export interface Ambient {
  fetch: typeof globalThis.fetch;
  /** The time in milliseconds since 1970. */
  now: () => number;
  /** A number from 0 to below 1. */
  random: () => number;
  /** 32 hexadecimal digits that nobody guesses. */
  randomId: () => string;
  setTimer: (run: () => void, afterMs: number) => unknown;
  clearTimer: (timer: unknown) => void;
  /** Where something may be kept between pages; absent in Node. */
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length"> | undefined;
  document: Document | undefined;
  /** The window, for `pagehide` and `online`. */
  window: Pick<Window, "addEventListener" | "removeEventListener"> | undefined;
  sendBeacon: ((url: string, body: Blob) => boolean) | undefined;
  /** Whether the browser sends Global Privacy Control. */
  privacyControl: boolean;
}
