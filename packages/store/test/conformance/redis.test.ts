import { openRedisBench } from './bench.ts';
import { propertyTests } from './properties.ts';
import { conformance } from './suite.ts';

conformance('redis', openRedisBench);
propertyTests('redis', openRedisBench, 20);
