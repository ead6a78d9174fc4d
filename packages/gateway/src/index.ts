export { connectStore } from './connect-store.ts';
export { startGateway, type GatewayNode } from './start-gateway.ts';
export type { GatewayOptions, GatewayStore } from './build-node.ts';
