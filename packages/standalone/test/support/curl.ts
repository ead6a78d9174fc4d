import { parseArgs } from 'node:util';

/** Does what the printed commands ask of curl, on a machine that has none: `curl [-N] URL -H … -d …`. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    header: { type: 'string', short: 'H', multiple: true, default: [] },
    data: { type: 'string', short: 'd' },
    'no-buffer': { type: 'boolean', short: 'N' },
  },
});
const [url = ''] = positionals;
const headers = values.header.map((line): [string, string] => {
  const [name = '', ...value] = line.split(':');
  return [name, value.join(':').trim()];
});
const response = await fetch(url, {
  method: values.data === undefined ? 'GET' : 'POST',
  headers,
  ...(values.data === undefined ? {} : { body: values.data }),
});
process.stdout.write(await response.text());
