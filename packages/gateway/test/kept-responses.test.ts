import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import OpenAI from 'openai';
import { startProviderSimulator, type ProviderSimulator } from '@tollgate/provider-simulator';
import { simulatorConfig } from './support/simulator-config.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

let simulator: ProviderSimulator;
let gateway: TestGateway;
let owner: OpenAI;
let colleague: OpenAI;
let stranger: OpenAI;

before(async () => {
  simulator = await startProviderSimulator({ port: 0, keepBodies: true });
  gateway = await startTestGateway({ config: simulatorConfig(simulator.url) });
  const clientOf = (apiKey: string): OpenAI => new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
  owner = clientOf(gateway.key);
  colleague = clientOf((await gateway.createKey()).key);
  stranger = clientOf((await gateway.createKey({ tenant: 'globex' })).key);
});

after(async () => {
  await simulator.stop();
  await gateway.stop();
});

const model = 'sim-openai';
const notFound = { status: 404, code: 'response_not_found' };

describe('a response that its provider keeps', () => {
  it("is there for its tenant's keys, and for nobody else", async () => {
    const made = await owner.responses.create({ model, input: 'hello' });
    assert.equal((await owner.responses.retrieve(made.id)).id, made.id);
    assert.equal((await colleague.responses.retrieve(made.id)).id, made.id);
    await assert.rejects(stranger.responses.retrieve(made.id), notFound);
    await assert.rejects(stranger.responses.inputItems.list(made.id), notFound);
    await assert.rejects(stranger.responses.delete(made.id), notFound);
    await assert.rejects(stranger.responses.cancel(made.id), notFound);
    await assert.rejects(stranger.responses.create({ model, input: 'x', previous_response_id: made.id }), notFound);
  });

  it('is gone on from, streamed ones too', async () => {
    const first = await owner.responses.stream({ model, input: 'hello' }).finalResponse();
    const second = await owner.responses.create({ model, input: 'and again', previous_response_id: first.id });
    assert.equal(second.previous_response_id, first.id);
    const items = await owner.responses.inputItems.list(second.id, { limit: 10, order: 'asc' });
    assert.ok(items.data.length > 0);
  });

  it('costs nothing when it is looked at, and is one request', async () => {
    const made = await owner.responses.create({ model, input: 'hello' });
    const { response } = await owner.responses.retrieve(made.id).withResponse();
    const line = await gateway.requestLine(response);
    assert.deepEqual(
      [line['endpoint'], line['model'], line['outcome'], line['cost_usd'], line['input_tokens']],
      ['stored_responses', model, 'completed', '0', 0],
    );
    assert.equal(response.headers.get('x-tollgate-target'), 'openai/gpt-4o-mini');
  });

  it('is deleted at the provider', async () => {
    const made = await owner.responses.create({ model, input: 'hello' });
    await owner.responses.delete(made.id);
    await assert.rejects(owner.responses.retrieve(made.id), { status: 404 });
  });

  it('is none where the caller asked that it be not kept', async () => {
    const made = await owner.responses.create({ model, input: 'hello', store: false });
    await assert.rejects(owner.responses.retrieve(made.id), notFound);
  });

  it('cannot be gone on from where the provider keeps none, and the refusal says what to do', async () => {
    const call = owner.responses.create({ model: 'sim-anthropic', input: 'x', previous_response_id: 'resp_1' });
    await assert.rejects(call, (error: unknown) => {
      assert.ok(error instanceof OpenAI.BadRequestError);
      assert.equal(error.param, 'previous_response_id');
      assert.match(error.message, /send the whole conversation/);
      return true;
    });
  });

  it('is asked for by its id alone: what else an address could say is refused', async () => {
    const made = await owner.responses.create({ model, input: 'hello' });
    const get = (path: string) =>
      fetch(`${gateway.url}/v1/responses/${path}`, { headers: { authorization: `Bearer ${gateway.key}` } });
    assert.equal((await get(`${made.id}?stream=true`)).status, 400);
    assert.equal((await get(`..%2F..%2Fmodels`)).status, 404);
    assert.equal((await get(`${made.id}/other`)).status, 404);
  });
});

/** The items of a finished answer, as references to them. */
const referencesTo = ({ output }: OpenAI.Responses.Response): OpenAI.Responses.ResponseInputItem[] =>
  output.map(({ id }) => ({ type: 'item_reference', id: id ?? '' }));

const user = (content: string): OpenAI.Responses.ResponseInputItem => ({ role: 'user', content });

describe('items of an answer that its provider keeps', () => {
  for (const streamed of [false, true]) {
    it(`are referred to by keys of their tenant, and by nobody else, ${streamed ? 'streamed' : 'whole'}`, async () => {
      const asked = { model, input: 'hello' };
      const made = streamed ? await owner.responses.stream(asked).finalResponse() : await owner.responses.create(asked);
      const references = referencesTo(made);
      assert.ok(references.length > 0);
      for (const type of ['item_reference', undefined, null] as const) {
        const items = references.map((reference) => ({ ...reference, type })) as typeof references;
        const again = { model, input: [user('hello'), ...items, user('and again')] };
        await assert.rejects(stranger.responses.create(again), { ...notFound, param: 'input' }, String(type));
        if (type === 'item_reference') assert.equal((await colleague.responses.create(again)).status, 'completed');
      }
    });
  }

  it('cost what they cost at the provider, whose context they lengthen', async () => {
    const long = await owner.responses.create({ model, input: `echo ${'word '.repeat(400)}` });
    const again = await owner.responses.create({ model, input: [...referencesTo(long), user('short')] });
    assert.ok((again.usage?.input_tokens ?? 0) > (long.usage?.output_tokens ?? 0));
  });

  it('of reasoning that is not sent along are looked up too', async () => {
    const reasoning: OpenAI.Responses.ResponseInputItem = { type: 'reasoning', id: 'rs_of_somebody', summary: [] };
    const call = { model, input: [reasoning, user('hello')] };
    await assert.rejects(owner.responses.create(call), { ...notFound, param: 'input' });
  });

  it('of answers that are not kept, or are of providers that keep none, have to be sent themselves', async () => {
    const unkept = await owner.responses.create({ model, input: 'hello', store: false });
    const call = (of: string) => owner.responses.create({ model: of, input: [...referencesTo(unkept), user('hello')] });
    await assert.rejects(call(model), { ...notFound, param: 'input' });
    await assert.rejects(call('sim-anthropic'), { status: 400, param: 'input' });
  });
});

describe('a credential of several', () => {
  it('that made a response is the one that it is found with', async () => {
    const gatewayOfTwo = await startTestGateway({
      config: simulatorConfig(simulator.url, {
        providers: `
  openai: { type: openai, base_url: "${simulator.url}/openai/v1", credentials: [ { name: a, api_key: sk-one }, { name: b, api_key: sk-two } ] }`,
        pricing: '{}',
        tiers: '\n  pro: { requests_per_minute: 100, models: ["*"] }',
        models: `
  ${model}: { targets: [ { provider: openai, model: gpt-4o-mini } ] }`,
      }),
    });
    try {
      const { shard, tenant } = (await gatewayOfTwo.createKey()).record;
      const place = { model, provider: 'openai', providerModel: 'gpt-4o-mini', credential: 'b' };
      await gatewayOfTwo.store.responses.note({ shard, tenant, responseId: 'resp_of_b' }, place);
      const response = await fetch(`${gatewayOfTwo.url}/v1/responses/resp_of_b`, {
        headers: { authorization: `Bearer ${gatewayOfTwo.key}` },
      });
      assert.equal(response.status, 404, 'the simulator has none of that id');
      const [event] = (await gatewayOfTwo.store.books.events(shard, undefined)).events;
      assert.match(event?.text ?? '', /"credential":"b"/);
    } finally {
      await gatewayOfTwo.stop();
    }
  });
});
