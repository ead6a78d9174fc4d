import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listedName } from '../compatibility/differences.ts';
import { probedKinds, type ProbedKind } from '../compatibility/provider-kinds.ts';
import { startBothWays, type BothWays, type SdkRun } from './both-ways.ts';
import { calledEndpoints, listModels } from './called-endpoints.ts';
import { both, compareCall } from './compare-call.ts';
import { failing } from './conversation-calls.ts';

/** Comes last: providers that failed are left alone for a while. */
export function describeGatewaysOwn({ ways, seen }: SdkRun): void {
  describe('what is not the provider’s to answer', () => {
    const kinds = probedKinds.filter(({ speaks }) => speaks.length > 0);

    it('models are listed to either SDK as config.yaml names them', async () => {
      const list = (kind: ProbedKind): Promise<void> =>
        compareCall({ endpoint: 'models', kind, model: kind.kind, ...both(ways(), kind), seen }, listModels);
      await Promise.all(kinds.map(list));
      const { openai, anthropic } = ways().through(kinds[0] ?? assert.fail());
      assert.equal((await openai.models.retrieve(listedName)).id, listedName);
      assert.equal((await anthropic.models.retrieve(listedName)).type, 'model');
    });

    it('what else the SDKs have is no path or no method here, and goes to no provider', async () => {
      const { openai, anthropic } = ways().through(kinds[0] ?? assert.fail());
      const others: readonly (() => Promise<unknown>)[] = [
        () => openai.files.list(),
        () => openai.batches.list(),
        () => openai.chat.completions.list(),
        () => openai.fineTuning.jobs.list(),
        () => openai.vectorStores.list(),
        () => openai.conversations.create({}),
        () => openai.responses.inputTokens.count({ model: 'openai/gpt-4o-mini', input: 'hello' }),
        () => openai.images.edit({ model: 'openai/gpt-image-1', prompt: 'x', image: new File(['x'], 'a.png') }),
        () => anthropic.messages.batches.list(),
        () => anthropic.beta.files.list(),
      ];
      for (const other of others) await assert.rejects(other, { message: /^40[45] / }, other.toString());
    });

    it('a failure of the provider is told as the gateway’s', async () => {
      for (const fault of ['500', '503', '529', '408', '429']) {
        await Promise.all(kinds.map((kind) => compareFailure(ways(), kind, fault)));
      }
    });

    it('and so is a key or an account that the provider refuses', async () => {
      const others = await startBothWays();
      try {
        await Promise.all(kinds.map((kind, index) => compareFailure(others, kind, index % 2 === 0 ? '401' : '402')));
      } finally {
        await others.stop();
      }
    });

    const compareFailure = (at: BothWays, kind: ProbedKind, fault: string): Promise<void> => {
      const endpoint = kind.kind === 'anthropic' ? 'messages' : 'chat_completions';
      const model = calledEndpoints[endpoint].modelOf(kind);
      return compareCall({ endpoint, kind, model, ...both(at, kind), seen, fails: true }, failing(fault));
    };
  });
}
