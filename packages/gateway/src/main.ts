import { runNode } from './run-node.ts';

runNode(process.env);
