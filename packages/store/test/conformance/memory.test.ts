import { openMemoryBench } from './bench.ts';
import { propertyTests } from './properties.ts';
import { conformance } from './suite.ts';

conformance('memory', openMemoryBench);
propertyTests('memory', openMemoryBench, 300);
