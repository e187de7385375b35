/**
 * A Vega-Lite specification as SVG and PNG, without a browser or a canvas.
 *
 * PNG: the SVG drawn by resvg at twice its size, with the two weights of the font that this package depends on and no others, so that the picture does not
 * change from machine to machine.
 */
import { createRequire } from 'node:module';
import type { TopLevelSpec } from 'vega-lite';
import { textWidth } from './text-width.js';
import { config, font } from './theme.js';

export interface Picture {
  readonly svg: string;
  readonly png: Uint8Array;
}

const require = createRequire(import.meta.url);
const fontFiles = (): string[] =>
  ['400Regular/Inter_400Regular.ttf', '600SemiBold/Inter_600SemiBold.ttf'].map((file) =>
    require.resolve(`@expo-google-fonts/inter/${file}`),
  );

/** Neighbouring tiles of a map must not show the paper between them. */
const seamless = '.mark-rect path { shape-rendering: crispEdges }';

/** Libraries of several megabytes: loaded when a picture is drawn. */
export async function render(spec: TopLevelSpec): Promise<Picture> {
  const [{ compile }, { parse, textMetrics, View }, { renderAsync }] = await Promise.all([
    import('vega-lite'),
    import('vega'),
    import('@resvg/resvg-js'),
  ]);
  textMetrics.width = ({ fontSize = 11 }, text) => textWidth(String(text ?? ''), fontSize);
  const view = new View(parse(compile(spec, { config }).spec), { renderer: 'none' });
  const svg = (await view.toSVG()).replace(/<svg[^>]*>/, (tag) => `${tag}<style>${seamless}</style>`);
  view.finalize();
  const image = await renderAsync(svg, {
    font: { loadSystemFonts: false, fontFiles: fontFiles(), defaultFontFamily: font },
    fitTo: { mode: 'zoom', value: 2 },
  });
  return { svg, png: image.asPng() };
}
