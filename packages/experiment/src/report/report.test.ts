import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Batch } from '@fokker/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { arrows } from './figures/arrows.js';
import { excess } from './figures/calibration.js';
import { figuresOf, type ReportInput, scorePoints, writeReport } from './index.js';
import { render } from './render.js';

const wave = (n: number, d: number, phase: number): Batch => ({
  data: Float64Array.from({ length: n * d }, (_, i) => 2 * Math.sin(1.3 * i + phase) + Math.cos(0.7 * i * i)),
  n,
  d,
});
const zeroed = (y: Batch): Batch => ({ ...y, data: y.data.map((x) => -x) });

const inputOf = (d: number): ReportInput => {
  const reference = [1, 0.5].map((t) => ({ t, y: wave(300, d, t) }));
  const points = scorePoints(reference[0]!.y);
  return {
    title: 'a <run> & "more"',
    facts: [{ name: 'Process', value: 'x < y' }],
    config: 'process:\n  id: <b>\n',
    metrics: [1, 2, 3].map((step) => ({
      step: 100 * step,
      loss: 5 / step ** 2,
      heldOut: { loss: 5.5 / step ** 2, error: 0.1 },
      bands: [
        { from: 0, to: 1, loss: 1 / step },
        { from: 1, to: 2, loss: step === 2 ? null : 2 / step },
      ],
    })),
    evaluation: {
      samples: ['reverse', 'control-gaussian'].map((method, k) => ({
        method,
        lost: { count: 2 * k, of: 300 },
        ...(k === 0 && { acceptance: { proposed: 400, accepted: 230 } }),
        times: [0.5, 1].map((t) => ({ t, metrics: { slicedW2: { value: 0.03 + k, floor: 0.02 } } })),
      })),
      score: {
        relative: ['fisherError'],
        times: [{ t: 1, errors: { fisherError: { value: 0.02, low: -0.01, high: 0.05 } } }],
      },
    },
    reference,
    samples: [{ method: 'reverse', frames: [0.5, 1].map((t) => ({ t, y: wave(300, d, t + 1) })) }],
    scores: [{ t: 1, points, model: zeroed(points), reference: zeroed(points) }],
  };
};

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fokker-report-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const names = ['densities', 'distances', 'score-field', 'score-error', 'loss', 'loss-by-time', 'calibration'];

describe.each([1, 2, 3])('of states in %i dimensions', (d) => {
  test('writes the page and every figure twice, quietly', async () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const paths = await writeReport(inputOf(d), directory);
    expect(warned.mock.calls).toEqual([]);
    warned.mockRestore();
    expect(paths[0]).toBe(join(directory, 'report.html'));
    const files = ['report.html', ...names.flatMap((name) => [`${name}.png`, `${name}.svg`])].sort();
    expect((await readdir(directory)).sort()).toEqual(files);
    expect(paths.map((path) => path.slice(directory.length + 1)).sort()).toEqual(files);
    for (const name of names) {
      const png = await readFile(join(directory, `${name}.png`));
      expect([...png.subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
      expect(await readFile(join(directory, `${name}.svg`), 'utf8')).not.toContain('NaN');
    }
  });
});

describe('the page', () => {
  test('holds everything itself, fetches nothing, and shows text as text', async () => {
    await writeReport(inputOf(2), directory);
    const html = await readFile(join(directory, 'report.html'), 'utf8');
    expect(html.match(/<svg/g)).toHaveLength(names.length);
    expect(html).not.toMatch(/<script|<link|<img|@import|url\(\s*['"]?http|\ssrc=/);
    expect(html).toContain('a &lt;run&gt; &amp; &quot;more&quot;');
    expect(html).toContain('id: &lt;b&gt;');
    expect(html).toContain('x &lt; y');
  });

  test('names lost paths, and gives distances beside their floor', async () => {
    await writeReport(inputOf(2), directory);
    const html = await readFile(join(directory, 'report.html'), 'utf8');
    expect(html).toContain('2 of 300 (Control: Gaussian)');
    expect(html).toContain('57.5 % of moves accepted');
    expect(html).toContain('<b>1.5</b><small>0.03</small>');
    expect(html).toContain('<b>2 %</b>');
  });
});

describe('figures appear where their data is', () => {
  const bare: ReportInput = { title: 'bare', facts: [], metrics: [], reference: [], samples: [] };
  test('none without data: the page alone', async () => {
    expect(figuresOf(bare)).toEqual([]);
    expect(await writeReport(bare, directory)).toEqual([join(directory, 'report.html')]);
  });
  test.each([
    ['loss', { metrics: inputOf(2).metrics.map(({ step, loss }) => ({ step, loss })) }],
    ['densities,calibration', { reference: inputOf(2).reference, samples: inputOf(2).samples }],
    ['score-field', { scores: inputOf(2).scores! }],
  ])('%s', (name, part) => {
    expect(figuresOf({ ...bare, ...part }).map((figure) => figure.name)).toEqual(name.split(','));
  });
  test.each([1, 2, 3])('of a journey in %i dimensions: animation, trajectories, densities over time', async (d) => {
    const frames = [0, 0.5, 1].map((t) => ({ t, y: wave(50, d, t) }));
    const figures = figuresOf({ ...bare, journey: { simulated: frames, reversed: frames } });
    expect(figures.map((figure) => figure.name)).toEqual(['reverse-process', 'trajectories', 'density-over-time']);
    const [animation, ...others] = figures;
    for (const figure of others) expect((await render(figure.spec)).svg).toContain('<path');
    const { svg } = await render(animation!.spec);
    const moving = animation!.finish!(svg);
    expect(moving.match(/<animateTransform/g)).toHaveLength(50);
    // ends where it was drawn: the places of Vega and ours are the same to the pixel
    const places = (text: string): number[][] =>
      [...text.matchAll(/aria-roledescription="circle"[^>]*translate\(([^)]*)\)/g)].map(([, place]) =>
        place!.split(',').map(Number),
      );
    const [drawn, ours] = [places(svg), places(moving)];
    expect(ours).toHaveLength(50);
    ours.forEach((place, i) => {
      place.forEach((x, k) => {
        expect(Math.abs(x - drawn[i]![k]!)).toBeLessThan(0.06);
      });
    });
    expect(moving).toContain('t = 0.5');
  });

  test('calibration is flat for a sample of itself, and counts what lies below', () => {
    const y = wave(400, 1, 0);
    expect(excess(y, y, 0).every(({ d }) => d === 0)).toBe(true);
    const lower = { ...y, data: y.data.map((x) => x - 100) };
    expect(excess(lower, y, 0)[29]!.d).toBeCloseTo(0.5, 2);
  });

  test('of physical quantities: curves with bands, arrows over a density', async () => {
    const text = { title: 'x', caption: 'y', across: 'a', up: 'b' };
    const range = { from: 0, to: 1 };
    const panel = {
      title: 't',
      ranges: [range, range] as const,
      cells: 2,
      density: [1, 0, 0.5, 1],
      arrows: [1, 0, 0, 0, 0, 1, -1, -1],
    };
    const series = [
      { name: 'found', points: [0, 1].map((x) => ({ x, y: x, low: x - 1, high: x + 1 })) },
      { name: 'expected', points: [{ x: 0, y: 1 }], expected: true },
    ];
    const figures = figuresOf({
      ...bare,
      physics: [
        { kind: 'lines', name: 'curves', series, ...text },
        { kind: 'field', name: 'field', panels: [panel], ...text },
      ],
    });
    expect(figures.map(({ name }) => name)).toEqual(['curves', 'field']);
    const [curves, field] = await Promise.all(figures.map(({ spec }) => render(spec)));
    expect(curves!.svg).toContain('expected');
    expect(field!.svg.match(/triangle/g)?.length ?? field!.svg.match(/aria-hidden/g)!.length).toBeGreaterThan(0);
  });

  test('losses below zero, or not finite, are no obstacle', async () => {
    const metrics = [1, Number.NaN, -2, 3].map((loss, i) => ({ step: i + 1, loss }));
    await expect(writeReport({ ...bare, metrics }, directory)).resolves.toHaveLength(3);
  });
});

test('text is drawn into PNG with the font that comes along', async () => {
  const spec = (title: string) => ({ title, data: { values: [{}] }, mark: 'point' as const });
  const [some, more] = await Promise.all([render(spec('i')), render(spec('Simulation and score'))]);
  expect(more.png.length).toBeGreaterThan(some.png.length + 500);
});

test('a folder that cannot be written is E_FILE', async () => {
  const path = join(directory, 'file');
  await writeFile(path, '');
  await expect(writeReport(inputOf(2), path)).rejects.toThrow(expect.objectContaining({ code: 'E_FILE' }));
});

describe('score arrows', () => {
  const range = { from: -1, to: 1 };
  const points: Batch = { data: Float64Array.from([0, 0, 0.5, 0, 0, 5, 0.5, 0.5]), n: 4, d: 2 };
  const model: Batch = { data: Float64Array.from([1, 0, 0, -3, 1, 1, Number.NaN, 0]), n: 4, d: 2 };

  test('point along the score, centred, shorter than the grid is wide; others are left out', () => {
    const found = arrows({ t: 1, points, model }, [range, range], () => true);
    expect(found.map(({ angle }) => angle)).toEqual([90, 180]);
    for (const [i, { x, y, x2, y2 }] of found.entries()) {
      expect([(x + x2) / 2, (y + y2) / 2]).toEqual([expect.closeTo(0.5 * i, 12), expect.closeTo(0, 12)]);
      expect(Math.hypot(x2 - x, y2 - y)).toBeLessThan(0.5);
    }
  });

  test('on a grid inside the picture', () => {
    const y = wave(300, 3, 0);
    expect(scorePoints(y, [0, 2])).toMatchObject({ n: 225, d: 2 });
    expect(scorePoints(wave(300, 1, 0))).toMatchObject({ n: 61, d: 1 });
  });
});
