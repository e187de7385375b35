/** Pictures for scripts: what is drawn is what was given. */
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Batch } from '@fokker/core';
import { describe, expect, test } from 'vitest';
import { logarithmic } from './figures/figure.js';
import { curvePictures, densityPictures, drawPicture, render, sampleMaps } from './pictures.js';

const cloud = (n: number): Batch => ({
  data: Float64Array.from({ length: 2 * n }, (_, k) => Math.sin(k * k)),
  n,
  d: 2,
});

test('curves: a colour a name, dashes for the second version, nothing that a logarithm does not take', async () => {
  const points = [1, 2, 3].map((x) => [x, 10 ** -x] as const);
  const { svg } = await render(
    curvePictures([
      {
        title: 'Against the step',
        x: 'step',
        y: 'loss − its minimum',
        logarithmic: true,
        curves: [
          { name: 'LCSS', points },
          { name: 'DSM', points: [...points, [4, 0], [5, -1]], dashed: true },
        ],
      },
    ]),
  );
  for (const text of ['LCSS', 'DSM', 'Against the step', 'loss − its minimum']) expect(svg).toContain(text);
  expect(svg).toContain('stroke-dasharray="4,3"');
  expect(svg).not.toContain('NaN');
});

test('samples side by side: a row a time, named columns and coordinates', async () => {
  const found = [cloud(400), cloud(500)];
  const rows = [1, 3].map((t) => ({ t, simulation: cloud(300), found }));
  const { svg } = await render(sampleMaps(['local-DSM', 'ISM'], rows, ['x', 'v']));
  for (const text of ['Simulation', 'local-DSM', 'ISM', 't = 1', 't = 3']) expect(svg).toContain(`>${text}<`);
});

test('rows of densities go into files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fokker-pictures-'));
  const unit = { from: 0, to: 1 };
  const row = { panels: [{ title: 'even', grid: new Float64Array(64).fill(1) }], largest: 2 };
  await drawPicture(join(folder, 'even'), densityPictures([row, row], 8, [unit, unit]));
  expect((await readdir(folder)).sort()).toEqual(['even.png', 'even.svg']);
});

describe('a logarithmic axis', () => {
  test.each([
    [[1, 2], 3],
    [[0.1, 30], 3],
    [[1e-8, 1e4], 5],
  ])('of %j has from %i to 14 ticks, all inside', (values, least) => {
    const { axis, scale } = logarithmic(values);
    expect(axis.values.length).toBeGreaterThanOrEqual(least);
    expect(axis.values.length).toBeLessThanOrEqual(14);
    for (const tick of axis.values) {
      expect(tick).toBeGreaterThanOrEqual(scale.domain[0]!);
      expect(tick).toBeLessThanOrEqual(scale.domain[1]!);
    }
  });
});
