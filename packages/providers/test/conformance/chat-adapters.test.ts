import { openaiCompatibleAdapter } from '../../src/openai-compatible/adapter.ts';
import { openaiAdapter } from '../../src/openai/adapter.ts';
import { openrouterAdapter } from '../../src/openrouter/adapter.ts';
import { testAdapter } from './adapter-conformance.ts';
import { compatibleFixtures, openaiFixtures, openrouterFixtures } from './chat-fixtures.ts';

testAdapter('openai-compatible', openaiCompatibleAdapter, compatibleFixtures);
testAdapter('openai', openaiAdapter, openaiFixtures);
testAdapter('openrouter', openrouterAdapter, openrouterFixtures);
