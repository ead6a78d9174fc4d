export { atSimulator, hasUsableProvider } from './simulated-providers.ts';
export { startStandalone, type Standalone, type StandaloneOptions } from './start-standalone.ts';
