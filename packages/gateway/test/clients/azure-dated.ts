import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { probedKinds } from '../compatibility/provider-kinds.ts';
import type { SdkRun } from './both-ways.ts';
import { calledEndpoints } from './called-endpoints.ts';
import { compareCall } from './compare-call.ts';
import { transcriptions, translations } from './relayed-calls.ts';

/** The SDK's client of it puts the deployment into the path for JSON alone. */
const endpoints = ['chat_completions', 'completions', 'embeddings', 'images_generations', 'audio_speech'] as const;

/** Azure's API of a dated version, where the deployment stands in the path. */
export function describeAzureDated({ ways, seen }: SdkRun): void {
  describe("Azure's API of a dated version by the SDK", () => {
    for (const endpoint of endpoints) {
      it(`${endpoint} gives what the deployment gives directly`, async () => {
        const { dated } = ways();
        const kind = probedKinds.find(({ kind: name }) => name === 'azure') ?? assert.fail();
        const { calls, modelOf } = calledEndpoints[endpoint];
        const clients = { itself: dated.direct(), gateway: dated.through() };
        const compared = { ...clients, endpoint, kind, model: modelOf(kind), seen };
        await Promise.all(calls.map((call) => compareCall(compared, call)));
      });
    }

    it('recordings are heard by the deployment that the model names', async () => {
      const clients = ways().dated.through();
      const model = `${clients.prefix}whisper-1`;
      const [[transcribed], [translated]] = [transcriptions, translations];
      assert.partialDeepStrictEqual(await transcribed?.run(clients, model), { text: 'hi' });
      assert.match(JSON.stringify(await translated?.run(clients, model)), /seconds of audio/);
    });
  });
}
