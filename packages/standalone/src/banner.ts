export interface BannerFacts {
  readonly publicPort: number;
  readonly operatorPort: number;
  readonly key: string;
  readonly keyNote: string;
  /** A model that the key may ask for; undefined where config has none. */
  readonly model: string | undefined;
  /** Where state lives. */
  readonly state: string;
  /** Who answers. */
  readonly providers: string;
}

/** What a person needs after the start: the address, a key, and something to paste. */
export function banner(facts: BannerFacts): string {
  const address = `http://127.0.0.1:${facts.publicPort}`;
  const rows = [
    ['address', `${address}/v1`],
    ['key', `${facts.key}  (${facts.keyNote})`],
    ['metrics', `http://127.0.0.1:${facts.operatorPort}/metrics`],
    ['state', facts.state],
    ['providers', facts.providers],
  ];
  const table = rows.map(([name = '', value]) => `  ${name.padEnd(9)}  ${value}`).join('\n');
  const examples =
    facts.model === undefined
      ? '  config.yaml has no model that this key may use yet.'
      : `${curl(facts, address, false)}\n\n  …and streamed:\n\n${curl(facts, address, true)}`;
  return `\nTollgate is ready.\n\n${table}\n\nTry it:\n\n${examples}\n`;
}

function curl({ key, model }: BannerFacts, address: string, stream: boolean): string {
  const body = {
    model,
    ...(stream ? { stream } : {}),
    messages: [{ role: 'user', content: 'Say hello to Tollgate' }],
  };
  return [
    `  curl ${stream ? '-N ' : ''}${address}/v1/chat/completions`,
    `    -H 'Authorization: Bearer ${key}'`,
    `    -H 'Content-Type: application/json'`,
    `    -d '${JSON.stringify(body)}'`,
  ].join(' \\\n');
}
