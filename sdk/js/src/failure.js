/** Why something did not work, in one form for the page and for the server's problem documents. */

/** @typedef {import("./tastemaker.d.ts").Rejection} Rejection */

export class ClientError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {{ status?: number, rejected?: readonly Rejection[], cause?: unknown }} [more]
   */
  constructor(code, message, more = {}) {
    super(message, { cause: more.cause });
    this.name = "ClientError";
    this.code = code;
    this.status = more.status ?? 0;
    this.rejected = more.rejected ?? [];
  }
}

/**
 * The error in an answer that refuses. A proxy's page is no problem document; then only the status is
 * known.
 *
 * @param {Response} answer
 * @returns {Promise<ClientError>}
 */
export async function refusalIn(answer) {
  const { status } = answer;
  const problem = await answer.json().catch(() => null);
  const code = typeof problem?.code === "string" ? problem.code : `HTTP_${status}`;
  const words = [problem?.detail, problem?.remedy].filter((it) => typeof it === "string");
  const message = words.join("; ") || `the server answered ${status}`;
  return new ClientError(code, message, { status, rejected: problem?.errors ?? [] });
}
