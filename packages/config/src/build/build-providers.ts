import { Secret, type Credential } from '@tollgate/core';
import type { ProviderConfig } from '../config.ts';
import type { ConfigFile } from '../schema/config-file.ts';
import { addNote, addProblem, blankToUndefined, noteLiteralSecret, type Report } from './report.ts';
import { baseUrlFault } from './web-address.ts';

type ProviderFile = ConfigFile['providers'][string];

interface TypeFacts {
  /** Its answers may say what they cost. */
  readonly reportsCost: boolean;
  /** Of a type that has no address of its own. */
  readonly addressExample?: string;
}

const factsOf: Readonly<Record<ProviderFile['type'], TypeFacts>> = {
  openrouter: { reportsCost: true },
  openai: { reportsCost: false },
  anthropic: { reportsCost: false },
  gemini: { reportsCost: false },
  azure: { reportsCost: false, addressExample: 'https://my-resource.openai.azure.com/openai/v1' },
  'openai-compatible': { reportsCost: true, addressExample: 'http://127.0.0.1:11434/v1' },
};

/** A dated version and the v1 API, which has none, exclude each other. */
function checkApiVersion(
  type: ProviderFile['type'],
  baseUrl: string | undefined,
  report: (fault: string) => void,
): void {
  if (type !== 'azure') report(`is for type \`azure\` alone: leave it out for type \`${type}\``);
  else if (baseUrl !== undefined && /\/v1\/*$/.test(baseUrl)) {
    report('goes with a `base_url` that ends in `/openai`; the v1 API has no versions');
  }
}

/** All providers by name. One without a key is kept, marked unusable, and noted. */
export const buildProviders = (file: ConfigFile, report: Report): ReadonlyMap<string, ProviderConfig> =>
  new Map(Object.entries(file.providers).map(([name, provider]) => [name, buildProvider(name, provider, report)]));

function buildProvider(name: string, provider: ProviderFile, report: Report): ProviderConfig {
  const path = ['providers', name];
  const baseUrl = blankToUndefined(provider.base_url);
  const { reportsCost, addressExample } = factsOf[provider.type];
  if (baseUrl !== undefined) {
    const fault = baseUrlFault(baseUrl);
    if (fault !== undefined) addProblem(report, [...path, 'base_url'], fault);
  } else if (addressExample !== undefined) {
    addProblem(report, path, `needs a \`base_url\`, such as \`${addressExample}\``);
  }
  const apiVersion = blankToUndefined(provider.api_version);
  if (apiVersion !== undefined)
    checkApiVersion(provider.type, baseUrl, (fault) => addProblem(report, [...path, 'api_version'], fault));
  if (provider.charge === 'reported' && !reportsCost) {
    addProblem(report, [...path, 'charge'], `type \`${provider.type}\` reports no cost: write \`computed\``);
  }
  const credentials = buildCredentials(name, provider, report);
  return {
    name,
    type: provider.type,
    baseUrl,
    apiVersion,
    credentials,
    usable: credentials.length > 0,
    charge: provider.charge ?? (provider.type === 'openrouter' ? 'reported' : 'computed'),
    onDisconnect: provider.on_disconnect,
  };
}

interface WrittenCredential {
  readonly name: string;
  readonly apiKey: string | undefined;
  readonly path: readonly (string | number)[];
}

function buildCredentials(name: string, provider: ProviderFile, report: Report): readonly Credential[] {
  const written = writtenCredentials(name, provider, report);
  const filled = written.flatMap(({ name: credential, apiKey, path }) => {
    if (apiKey === undefined) return [];
    noteLiteralSecret(report, path);
    return [{ name: credential, secret: new Secret(apiKey) }];
  });
  if (filled.length > 0) {
    for (const { apiKey, path } of written) {
      if (apiKey === undefined) addNote(report, path, 'the key is empty, so that this credential is left out');
    }
    return filled;
  }
  if (provider.type === 'openai-compatible') return [{ name: 'default', secret: new Secret('') }];
  addNote(report, ['providers', name], 'has no key, so that it is left out of routing');
  return [];
}

function writtenCredentials(name: string, provider: ProviderFile, report: Report): readonly WrittenCredential[] {
  const path = ['providers', name];
  if (provider.credentials === undefined) {
    return [{ name: 'default', apiKey: blankToUndefined(provider.api_key), path: [...path, 'api_key'] }];
  }
  if (provider.api_key !== undefined) {
    addProblem(report, [...path, 'api_key'], 'stands beside `credentials`: keep one of them');
  }
  const names = new Set<string>();
  for (const [index, credential] of provider.credentials.entries()) {
    if (names.has(credential.name)) {
      addProblem(report, [...path, 'credentials', index, 'name'], `\`${credential.name}\` stands twice: names differ`);
    }
    names.add(credential.name);
  }
  return provider.credentials.map(({ name: credential, api_key: apiKey }, index) => ({
    name: credential,
    apiKey: blankToUndefined(apiKey),
    path: [...path, 'credentials', index, 'api_key'],
  }));
}
