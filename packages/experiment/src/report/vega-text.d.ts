/** A public object of the library that its types leave out: what it measures text with. */
import 'vega';

declare module 'vega' {
  const textMetrics: { width(item: { fontSize?: number }, text: unknown): number };
}
