/** What the script of a gateway node gives to whoever runs it. */
export interface GatewayExports {
  /** Starts the node that the variables describe, for as long as the process lives. */
  readonly runNode: (variables: NodeJS.ProcessEnv) => void;
  /** Has a node do once what nodes do, so that its code is compiled. */
  readonly exerciseNode: () => Promise<void>;
}

export function gatewayExports(exported: unknown): GatewayExports {
  if (isGatewayExports(exported)) return exported;
  throw new Error('this is not the script of a gateway node');
}

const isGatewayExports = (exported: unknown): exported is GatewayExports =>
  typeof exported === 'object' && exported !== null && 'runNode' in exported && 'exerciseNode' in exported;
