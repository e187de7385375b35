/** The tokens of a formula, taken one after the other; refusals point at them. */
import { unexpected } from './mistakes.js';
import { type Reason, refuse, type Source } from './refusal.js';
import { type Token, tokensOf } from './tokens.js';

export class TokenReader {
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(private readonly source: Source) {
    this.tokens = tokensOf(source);
  }

  peek(): Token {
    return this.tokens[this.at]!;
  }
  /** The last token, the end, stays. */
  take(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.at += 1;
    return token;
  }
  sees(symbol: string): boolean {
    const { kind, text } = this.peek();
    return kind === 'symbol' && text === symbol;
  }
  takes(symbol: string): boolean {
    const found = this.sees(symbol);
    if (found) this.at += 1;
    return found;
  }
  demand(symbol: string): void {
    if (!this.takes(symbol)) this.refuse(this.peek(), unexpected(this.peek(), `'${symbol}'`));
  }
  refuse(token: Token, reason: Reason): never {
    return refuse(this.source, token.at, reason);
  }
}
