import Anthropic from '@anthropic-ai/sdk';
import OpenAI, { AzureOpenAI } from 'openai';
import { startProviderSimulator, type ProviderSimulator } from '@tollgate/provider-simulator';
import { listedName, type Difference } from '../compatibility/differences.ts';
import { kindSections, type ProbedKind } from '../compatibility/provider-kinds.ts';
import { simulatorConfig } from '../support/simulator-config.ts';
import { startTestGateway } from '../support/test-gateway.ts';

export interface Clients {
  readonly openai: OpenAI;
  readonly anthropic: Anthropic;
  /** Before the provider's name of a model. */
  readonly prefix: string;
}

/** The official SDKs, unchanged, with a provider itself and with a gateway before another one of the same kind. */
export interface BothWays {
  direct(kind: ProbedKind): Clients;
  through(kind: ProbedKind): Clients;
  /** Azure's API of a dated version, by the SDK's own client of it, and through the gateway. */
  readonly dated: { direct(): Clients; through(): Clients };
  /** Ends everything, once; then all is in the books. */
  stop(): Promise<Books>;
}

/** What the gateway wrote of its requests, and what the provider behind it answered. */
export interface Books {
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  readonly ledger: ReturnType<ProviderSimulator['ledger']>;
}

/** What the parts of official-sdks.test.ts share. */
export interface SdkRun {
  /** Once the tests run. */
  ways(): BothWays;
  /** Differences that were met. */
  readonly seen: Set<Difference>;
}

/** Each way has a simulator of its own, because a provider's prompt cache answers the second asker otherwise. */
export async function startBothWays(): Promise<BothWays> {
  const alone = await startProviderSimulator({ port: 0 });
  const behind = await startProviderSimulator({ port: 0 });
  const sections = kindSections(behind.url);
  const gateway = await startTestGateway({
    config: simulatorConfig(behind.url, {
      providers: `${sections.providers}
  azure-dated: { type: azure, base_url: "${behind.url}/azure/openai", api_version: ${apiVersion}, api_key: sk-simulated }`,
      models: `${sections.models}
  "azure-dated/*": { targets: [ { provider: azure-dated, model: "*" } ] }
  ${listedName}: { targets: [ { provider: openai, model: gpt-4o-mini } ] }`,
      tiers: '{ pro: { models: ["*"] } }',
      routing: '{ retry: { attempts: 1 } }',
      pricing: '{}',
    }),
  });
  const stop = async (): Promise<Books> => {
    await gateway.stop();
    await alone.stop();
    await behind.stop();
    const lines = gateway
      .logText()
      .split('\n')
      .filter((line) => line.includes('"endpoint":'));
    return { lines: lines.map((line) => JSON.parse(line)), ledger: behind.ledger() };
  };
  let stopped: Promise<Books> | undefined;
  return {
    direct: ({ basePath }) => ({
      ...sdks({
        apiKey: 'sk-simulated',
        openaiUrl: alone.url + basePath,
        anthropicUrl: alone.url + basePath.replace(/\/v1$/, ''),
      }),
      prefix: '',
    }),
    through: ({ kind }) => ({
      ...sdks({ apiKey: gateway.key, openaiUrl: `${gateway.url}/v1`, anthropicUrl: gateway.url }),
      prefix: `${kind}/`,
    }),
    dated: {
      direct: () => {
        const { anthropic } = sdks({ apiKey: 'none', openaiUrl: alone.url, anthropicUrl: alone.url });
        const endpoint = `${alone.url}/azure`;
        const openai = new AzureOpenAI({ endpoint, apiVersion, apiKey: 'sk-simulated', maxRetries: 0 });
        return { openai, anthropic, prefix: '' };
      },
      through: () => ({
        ...sdks({ apiKey: gateway.key, openaiUrl: `${gateway.url}/v1`, anthropicUrl: gateway.url }),
        prefix: 'azure-dated/',
      }),
    },
    stop: () => (stopped ??= stop()),
  };
}

const apiVersion = '2024-10-21';

function sdks(at: {
  readonly apiKey: string;
  readonly openaiUrl: string;
  readonly anthropicUrl: string;
}): Pick<Clients, 'openai' | 'anthropic'> {
  const settings = { apiKey: at.apiKey, maxRetries: 0, logLevel: 'off' } as const;
  return {
    openai: new OpenAI({ ...settings, baseURL: at.openaiUrl }),
    anthropic: new Anthropic({ ...settings, baseURL: at.anthropicUrl }),
  };
}
