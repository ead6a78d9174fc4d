import { after, before } from 'node:test';
import { factsOfFirstStart, factsOfImage } from './facts/first-start.ts';
import { factsOfLimits } from './facts/limits.ts';
import { factsOfMoney } from './facts/money.ts';
import { factsOfStayingUp } from './facts/staying-up.ts';
import { factsOfTls } from './facts/tls.ts';
import { startCluster, type Cluster } from './support/cluster.ts';

/** One cluster, in this order: what a person who starts it would see, and then what its operators do to it. */
let started: Cluster;
const cluster = (): Cluster => started;

before(async () => {
  started = await startCluster();
});

after(() => started.project.remove());

factsOfFirstStart(cluster);
factsOfImage(cluster);
factsOfMoney(cluster);
factsOfLimits(cluster);
factsOfStayingUp(cluster);
factsOfTls(cluster);
