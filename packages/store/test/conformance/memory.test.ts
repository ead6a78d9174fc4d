import { openMemoryBench } from './bench.ts';
import { booksTests } from './books.ts';
import { propertyTests } from './properties.ts';
import { conformance } from './suite.ts';

conformance('memory', openMemoryBench);
propertyTests('memory', openMemoryBench, 300);
booksTests('memory', openMemoryBench, 100);
