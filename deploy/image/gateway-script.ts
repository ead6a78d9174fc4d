/** What `bin/gateway.cjs` in the image is made of: gateway-exports.ts says what each is for. */
export { runNode } from '../../packages/gateway/src/run-node.ts';
export { exerciseNode } from './exercise-node.ts';
