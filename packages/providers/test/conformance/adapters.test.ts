import { ManualClock } from '@tollgate/testkit';
import { createAnthropicAdapter } from '../../src/anthropic/adapter.ts';
import { createChatOverResponses } from '../../src/chat-over-responses/adapter.ts';
import { openaiCompatibleAdapter, plainDialect } from '../../src/openai-compatible/adapter.ts';
import { openaiAdapter } from '../../src/openai/adapter.ts';
import { openrouterAdapter } from '../../src/openrouter/adapter.ts';
import { testAdapter } from './adapter-conformance.ts';
import { anthropicFixtures } from './anthropic-fixtures.ts';
import { responsesFixtures } from './responses-fixtures.ts';
import { compatibleFixtures, openaiFixtures, openrouterFixtures } from './chat-fixtures.ts';

testAdapter('openai-compatible', openaiCompatibleAdapter, compatibleFixtures);
testAdapter('openai', openaiAdapter, openaiFixtures);
testAdapter('openrouter', openrouterAdapter, openrouterFixtures);
testAdapter('anthropic', createAnthropicAdapter({ clock: new ManualClock() }), anthropicFixtures);
testAdapter('chat over responses', createChatOverResponses(plainDialect), responsesFixtures);
