import { openRedisBench } from './bench.ts';
import { booksTests } from './books.ts';
import { propertyTests } from './properties.ts';
import { conformance } from './suite.ts';

conformance('redis', openRedisBench);
propertyTests('redis', openRedisBench, 20);
booksTests('redis', openRedisBench, 10);
