import { balancerConformance, type BalancerName, balancers, loadBalancer } from "./mod.ts";

for (const name of Object.keys(balancers) as BalancerName[]) {
  const make = await loadBalancer(name);
  for (const { name: what, run } of balancerConformance(make)) Deno.test(`${name} ${what}`, run);
}
