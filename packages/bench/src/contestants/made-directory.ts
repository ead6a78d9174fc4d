import { join } from 'node:path';

/** For what is installed or built on demand; kept between runs, and ignored by git. */
export const madeDirectory = join(import.meta.dirname, '..', '..', '.contestants');

export const repositoryRoot = join(import.meta.dirname, '..', '..', '..', '..');
