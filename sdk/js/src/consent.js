/**
 * What the visitor allows, and what follows for the client itself.
 *
 * ```text
 * an answer ──▶ Global Privacy Control ──▶ the shop's default ──▶ may the client be personal?
 *               (a no to the unsaid)
 * ```
 *
 * The client stores nothing and names nobody until personalization is given. What the server makes of an
 * answer is its own matter: it has the same rules and sees the browser's signal itself.
 */

/** @typedef {import("./tastemaker.d.ts").Consent} Answers */
/** @typedef {import("./tastemaker.d.ts").Answer} Answer */
/** @typedef {import("./tastemaker.d.ts").Purpose} Purpose */

/** @type {readonly Purpose[]} */
const PURPOSES = ["measurement", "personalization", "marketing", "sharing"];

export class Consent {
  /** @type {Answers} */
  #answers;
  /** @type {Answer} */
  #unsaid;

  /**
   * @param {Answers} answers
   * @param {{ unsaid: Answer, privacyControl: boolean }} rules
   */
  constructor(answers, { unsaid, privacyControl }) {
    this.#answers = {};
    this.#unsaid = privacyControl ? "denied" : unsaid;
    this.add(answers);
  }

  /** Takes answers over; what they do not name stays.
   * @param {Answers} answers */
  add(answers) {
    for (const purpose of PURPOSES) {
      const answer = answers[purpose];
      if (answer === "given" || answer === "denied") this.#answers[purpose] = answer;
    }
  }

  /** Whether the visitor may be followed: an id stored, a name sent. */
  get isPersonal() {
    return (this.#answers.personalization ?? this.#unsaid) === "given";
  }

  /** Whether anything may be counted. */
  get isMeasured() {
    return this.#answers.measurement !== "denied";
  }

  /** The answers as events carry them. Silence stays silence, but a no that follows from it is said. */
  get preferences() {
    /** @type {Partial<Record<Purpose, boolean>>} */
    const preferences = {};
    for (const purpose of PURPOSES) {
      const answer = this.#answers[purpose];
      if (answer) preferences[purpose] = answer === "given";
    }
    if (!this.isPersonal) preferences.personalization = false;
    return preferences;
  }

  /** The answers as decisions carry them. */
  get answers() {
    const said = Object.entries(this.preferences);
    return Object.fromEntries(said.map(([purpose, it]) => [purpose, it ? "given" : "denied"]));
  }
}

/** Only what is a purpose and an answer, as the event `Consent Changed` takes them.
 * @param {Answers} answers */
export function purposesOf(answers) {
  const said = PURPOSES.filter((it) => answers[it] === "given" || answers[it] === "denied");
  return Object.fromEntries(said.map((it) => [it, answers[it]]));
}
