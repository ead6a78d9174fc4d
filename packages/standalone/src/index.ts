export { atSimulator, hasUsableProvider } from './provide-providers.ts';
export { startStandalone, type Standalone, type StandaloneOptions } from './start-standalone.ts';
