import { UsageError } from '../core/errors.ts';

/** An amount of a resource, as Kubernetes writes it: `250m`, `0.5`, `128Mi`, `1G`, `1e3`. */
export type Quantity = string | number;

/** The suffixes of a quantity: multiples and fractions of one. */
const suffixes: Readonly<Record<string, { readonly times?: bigint; readonly by?: bigint }>> = {
  n: { by: 10n ** 9n },
  u: { by: 10n ** 6n },
  m: { by: 10n ** 3n },
  k: { times: 10n ** 3n },
  M: { times: 10n ** 6n },
  G: { times: 10n ** 9n },
  T: { times: 10n ** 12n },
  P: { times: 10n ** 15n },
  E: { times: 10n ** 18n },
  Ki: { times: 2n ** 10n },
  Mi: { times: 2n ** 20n },
  Gi: { times: 2n ** 30n },
  Ti: { times: 2n ** 40n },
  Pi: { times: 2n ** 50n },
  Ei: { times: 2n ** 60n },
};

const notation =
  /^\+?(?<whole>\d*)(?:\.(?<fraction>\d*))?(?:[eE](?<exponent>[+-]?\d{1,3})|(?<suffix>[numkMGTPE]|[KMGTPE]i))?$/;

/**
 * Converts a quantity to a whole number of units, and rounds up as Kubernetes does. `quantityToScalar` of
 * `@kubernetes/client-node` does not support a fraction before a suffix, such as `0.5Gi`.
 *
 * @param perOne how many units make one: 1000 for thousandths
 * @throws UsageError for a text that is not a quantity, or that is negative
 */
export function quantityIn(quantity: Quantity, perOne = 1n): number {
  const { whole = '', fraction = '', exponent = '0', suffix = '' } = notation.exec(String(quantity))?.groups ?? {};
  if (whole + fraction === '') {
    throw new UsageError({
      ja: `「${quantity}」はリソースの量ではありません。250m、0.5、128Mi、1G のように指定してください。`,
      en: `'${quantity}' is not a valid quantity. Give one such as 250m, 0.5, 128Mi or 1G.`,
    });
  }
  const { times = 1n, by = 1n } = suffixes[suffix] ?? {};
  const power = BigInt(exponent);
  const numerator = BigInt(whole + fraction) * times * perOne * (power > 0n ? 10n ** power : 1n);
  const denominator = 10n ** BigInt(fraction.length) * by * (power < 0n ? 10n ** -power : 1n);
  return Number((numerator + denominator - 1n) / denominator);
}
