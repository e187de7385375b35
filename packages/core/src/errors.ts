/**
 * Errors with a code and three sentences: what we got, what was expected, what to try. Tests match the code, never the words.
 *
 * The brand is a registered symbol, so that `isFokkerError` holds across duplicate installs, where `instanceof` does not.
 */

/** Every code with its meaning and the exit code of a command that ends in it (2 usage, 65 config or incompatible parts, 70 internal, 74 file). */
export const errorCodes = {
  E_CAPABILITY: { exit: 65, meaning: 'a part needs something the process does not provide' },
  E_UNKNOWN_ID: { exit: 65, meaning: 'no part of this kind has this id' },
  E_DUPLICATE_ID: { exit: 65, meaning: 'two plugins define the same part' },
  E_PARAMETERS: { exit: 65, meaning: 'parameters or options do not fit their schema' },
  E_FORMULA: { exit: 65, meaning: 'a formula that cannot be read, names something unknown, or is too large' },
  E_CONFIG: { exit: 65, meaning: 'the experiment file is not a valid configuration' },
  E_INCOMPATIBLE: { exit: 65, meaning: 'parts that do not fit each other' },
  E_WEIGHT: {
    exit: 65,
    meaning:
      'a weight reads more than the objective allows: the start state, which would bias the minimiser, or the state where it would have to be differentiated',
  },
  E_ACTIVATION: { exit: 65, meaning: 'an activation without the derivatives the objective needs' },
  E_CONTRACT: { exit: 65, meaning: 'a part that does not keep its contract' },
  E_PLUGIN: { exit: 65, meaning: 'a plugin cannot be loaded' },
  E_PLUGIN_VERSION: { exit: 65, meaning: 'a plugin written for another API version' },
  E_SHAPE: { exit: 65, meaning: 'an array of the wrong shape' },
  E_NOT_FINITE: { exit: 65, meaning: 'NaN or infinity where a number was expected' },
  E_TIME: { exit: 65, meaning: 'a time outside the span, or in the wrong order' },
  E_COVARIANCE: { exit: 65, meaning: 'a covariance that is not positive definite' },
  E_PARITY: { exit: 65, meaning: 'entropy production of degenerate noise without a parity convention' },
  E_SCHEDULE: { exit: 65, meaning: 'a schedule that breaks its invariants' },
  E_DATA: { exit: 65, meaning: 'a data set that cannot be used' },
  E_USAGE: { exit: 2, meaning: 'a command called with the wrong words' },
  E_FILE: { exit: 74, meaning: 'a file that cannot be read or written' },
  E_FORMAT: { exit: 74, meaning: 'a file whose content is not what its name says' },
  E_RUN: { exit: 74, meaning: 'a folder that is not a run, or lacks what was asked of it' },
  E_DEVICE: { exit: 65, meaning: 'a device that is not available here' },
  E_TRACE_READ: { exit: 65, meaning: 'a step that reads the numbers of a tensor while it is compiled' },
  E_TRACE_RANDOM: { exit: 65, meaning: 'a step that draws random numbers, which would be the same at every step' },
  E_TRACE_CAPTURE: { exit: 65, meaning: 'a step that uses a tensor or variable which is not among its inputs' },
  E_TRACE_CONSTANT: { exit: 65, meaning: 'a step that brings a large array of its own' },
  E_TRACE_OPERATION: { exit: 65, meaning: 'a step with an operation that cannot be compiled' },
  E_DIVERGED: { exit: 65, meaning: 'training or simulation left the finite numbers' },
  E_WORKER: { exit: 70, meaning: 'a worker thread that died' },
  E_INTERRUPTED: { exit: 130, meaning: 'stopped on request, after saving' },
  E_INTERNAL: { exit: 70, meaning: 'a defect of Fokker' },
} as const satisfies Record<string, { exit: number; meaning: string }>;

export type ErrorCode = keyof typeof errorCodes;

export interface ErrorDetails {
  /** One line: what went wrong with what. */
  readonly summary: string;
  readonly got: string;
  readonly expected: string;
  readonly tryThis: readonly string[];
  /** Where in a config file: `examples/active-swimmer.yaml:7:7`. */
  readonly where?: string | undefined;
  /** Which option of the part it is about, for who knows where that stands. */
  readonly option?: readonly (string | number)[] | undefined;
  readonly cause?: unknown;
}

const brand = Symbol.for('fokker/error');

export class FokkerError extends Error {
  readonly [brand] = true;
  readonly got: string;
  readonly expected: string;
  readonly tryThis: readonly string[];
  readonly where: string | undefined;
  readonly option: readonly (string | number)[] | undefined;

  constructor(
    readonly code: ErrorCode,
    details: ErrorDetails,
  ) {
    super(`${code}  ${details.summary}`, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'FokkerError';
    this.got = details.got;
    this.expected = details.expected;
    this.tryThis = details.tryThis;
    this.where = details.where;
    this.option = details.option;
  }

  /** The whole message, a labelled line a fact. */
  override toString(): string {
    const lines = [this.message, ...factLines(this)];
    if (this.where !== undefined) lines.push(`  config    ${this.where}`);
    return lines.join('\n');
  }
}

const factLines = ({ got, expected, tryThis }: Pick<ErrorDetails, 'got' | 'expected' | 'tryThis'>): string[] => [
  `  got       ${got}`,
  `  expected  ${expected}`,
  ...tryThis.map((line, i) => `${i === 0 ? '  try       ' : '            '}${line}`),
];

export const isFokkerError = (error: unknown): error is FokkerError =>
  typeof error === 'object' && error !== null && brand in error;

/** What goes well enough to finish, but could go better: said beside a result, never thrown. */
export const hintCodes = {
  H_ACCEPTANCE: 'chains that accept too few of their moves, or nearly all',
} as const;

export interface Hint extends Pick<ErrorDetails, 'summary' | 'got' | 'expected' | 'tryThis'> {
  readonly code: keyof typeof hintCodes;
}

/** As an error reads. */
export const hintText = (hint: Hint): string => [`${hint.code}  ${hint.summary}`, ...factLines(hint)].join('\n');

/** Throws; the return type lets callers write `return fail(…)`. */
export const fail = (code: ErrorCode, details: ErrorDetails): never => {
  throw new FokkerError(code, details);
};
