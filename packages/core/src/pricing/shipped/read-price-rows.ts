import type { PriceSpec, RateCardSpec, RatesSpec } from '../price.ts';

/**
 * Reads a shipped table: one model a line, USD per million tokens, `-` where the provider has no price
 * of its own for the class. Columns:
 *
 *     model  input  output  cache-read  cache-write  1h-cache-write  context-window  max-output
 *
 * Indented lines say more of the model above them:
 *
 *     also NAME …                    further names at the same price (dated snapshots, aliases)
 *     audio INPUT OUTPUT             rates of audio tokens
 *     unit RATE                      for a million characters, seconds or searches
 *     above TOKENS RATES…            rates of the whole request once its input exceeds TOKENS
 *     flex RATES…                    rates at that service tier, here `flex`
 *     flex above TOKENS RATES…       both
 *
 * Throws a RangeError for a line that is none of these.
 */
export function readPriceRows(text: string): Readonly<Record<string, PriceSpec>> {
  const specs: Record<string, PriceSpec> = {};
  for (const block of text.trim().split(/\n(?=\S)/)) {
    const [head = '', ...more] = block.split('\n');
    const { names, spec } = readModel(head, more);
    for (const name of names) {
      if (specs[name] !== undefined) throw new RangeError(`shipped price stands twice: ${name}`);
      specs[name] = spec;
    }
  }
  return specs;
}

interface ModelRows {
  readonly names: readonly string[];
  readonly spec: PriceSpec;
}

function readModel(head: string, more: readonly string[]): ModelRows {
  const [name = '', ...cells] = head.split(/\s+/);
  const first: ModelRows = {
    names: [name],
    spec: { ...readRates(cells), context_window: count(cells[5]), max_output: count(cells[6]) },
  };
  return more.map((line) => line.trim().split(/\s+/)).reduce(addRow, first);
}

function addRow(model: ModelRows, [word = '', ...cells]: readonly string[]): ModelRows {
  const { names, spec } = model;
  if (word === 'also') return { names: [...names, ...cells], spec };
  if (word === 'audio') {
    return { names, spec: { ...spec, input_audio: amount(cells[0]), output_audio: amount(cells[1]) } };
  }
  if (word === 'unit') return { names, spec: { ...spec, unit: amount(cells[0]) } };
  if (word === 'above') return { names, spec: addLongInput(spec, cells) };
  const tier = spec.service_tiers?.[word];
  const card = cells[0] === 'above' && tier !== undefined ? addLongInput(tier, cells.slice(1)) : readRates(cells);
  return { names, spec: { ...spec, service_tiers: { ...spec.service_tiers, [word]: card } } };
}

function addLongInput<Card extends RateCardSpec>(card: Card, [tokens, ...cells]: readonly string[]): Card {
  const inputTokens = count(tokens);
  if (inputTokens === undefined) throw new RangeError(`shipped price has no token count after \`above\`: ${tokens}`);
  return { ...card, above: [...(card.above ?? []), { input_tokens: inputTokens, ...readRates(cells) }] };
}

function readRates(cells: readonly string[]): RatesSpec {
  const [input, output] = [amount(cells[0]), amount(cells[1])];
  if (input === undefined || output === undefined)
    throw new RangeError(`shipped price lacks rates: ${cells.join(' ')}`);
  return {
    input,
    output,
    cache_read: amount(cells[2]),
    cache_write: amount(cells[3]),
    cache_write_1h: amount(cells[4]),
  };
}

function amount(cell: string | undefined): string | undefined {
  if (cell === undefined || cell === '-') return undefined;
  if (!/^\d+(\.\d+)?$/.test(cell)) throw new RangeError(`shipped price is no amount: ${cell}`);
  return cell;
}

function count(cell: string | undefined): number | undefined {
  if (cell === undefined || cell === '-') return undefined;
  if (!/^\d[\d_]*$/.test(cell)) throw new RangeError(`shipped price has no count: ${cell}`);
  return Number(cell.replaceAll('_', ''));
}
