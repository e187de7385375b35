import { parseOptions, zeros } from '@fokker/core';
import { assertAllClose, processContract } from '@fokker/core/testing';
import { describe, expect, test } from 'vitest';
import { brownianGyrator, gyratorCovariance, gyratorEntropyProduction } from './brownian-gyrator.js';
import { rotationEntropyProduction, rotationOu } from './rotation-ou.js';
import { batchOf, fieldAt, made } from './testing/paths.js';

const gyrator = { k1: 2, k2: 1, u: -0.8, T1: 0.3, T2: 1.4 };

describe('linear processes with a current', () => {
  test.each(processContract(brownianGyrator, gyrator))('gyrator: $name', ({ run }) => run());
  test.each(processContract(rotationOu, { a: 0.6, omega: -3, temperature: 2 }))('rotation: $name', ({ run }) => run());

  test('their closed-form laws are those found from the matrices', () => {
    for (const sde of [made(brownianGyrator, gyrator), made(rotationOu)]) {
      const far = new Float64Array(4);
      sde.transition!.root(Float64Array.of(0), Float64Array.of(60), far); // e^{-60 · 0.5} of the start is left
      const [y, own] = [batchOf(2, 0.7, -1.1), zeros(1, 2)];
      sde.stationary!.score!(y, own);
      const [a, , b, c] = far;
      const Sigma = [a! * a!, a! * b!, b! * b! + c! * c!];
      const det = Sigma[0]! * Sigma[2]! - Sigma[1]! ** 2;
      const score = [(-Sigma[2]! * 0.7 - Sigma[1]! * 1.1) / det, (Sigma[1]! * 0.7 + Sigma[0]! * 1.1) / det];
      assertAllClose('score', own.data, score, { rtol: 1e-10 });
    }
  });

  test('entropy production is E uᵀD⁻¹u of the current velocity u = f − D s, D = ½Q', () => {
    const cases = [
      {
        sde: made(brownianGyrator, gyrator),
        D: [0.3, 1.4],
        rate: gyratorEntropyProduction(gyrator),
        Sigma: gyratorCovariance(gyrator),
      },
      {
        sde: made(rotationOu),
        D: [0.5, 0.5],
        rate: rotationEntropyProduction({ a: 1, omega: 2 }),
        Sigma: [
          [0.5, 0],
          [0, 0.5],
        ],
      },
    ];
    for (const { sde, D, rate, Sigma } of cases) {
      // u = M y: its columns from the unit vectors
      const columns = [
        [1, 0],
        [0, 1],
      ].map((e) => {
        const s = zeros(1, 2);
        sde.stationary!.score!(batchOf(2, ...e), s);
        return fieldAt(sde.drift, e).map((f, j) => f - D[j]! * s.data[j]!);
      });
      let sum = 0;
      for (let i = 0; i < 2; i++) {
        for (let j = 0; j < 2; j++)
          for (let k = 0; k < 2; k++) sum += (columns[j]![i]! * columns[k]![i]! * Sigma[j]![k]!) / D[i]!;
      }
      assertAllClose('entropy production', sum, rate, { rtol: 1e-12 });
    }
  });

  test('equal temperatures: no current; a trap that does not hold is refused', () => {
    expect(gyratorEntropyProduction({ ...gyrator, T1: 1, T2: 1 })).toBe(0);
    expect(() => parseOptions('sde', brownianGyrator, { u: 1 })).toThrow(
      expect.objectContaining({ code: 'E_PARAMETERS' }),
    );
  });
});
