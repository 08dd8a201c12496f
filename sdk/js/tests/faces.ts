/** The face as a shop's own TypeScript uses it; only compiled. */

import { createClient } from "tastemaker";

const client = createClient({ host: "https://recommend.shop.example", key: "tmp_1", consent: { personalization: "given" } });

export async function shelf(): Promise<string[]> {
  client.track("Product Viewed", { product_id: "TENT-2" });
  const decision = await client.decide({ placement: "home", count: 8 }, { fallback: ["TENT-2"] });
  return decision.products.map((it) => it.product_id);
}

export function mistakes(): void {
  // @ts-expect-error A decision is for a placement.
  void client.decide({ count: 8 });
  // @ts-expect-error An answer is `given` or `denied`.
  client.setConsent({ personalization: true });
  // @ts-expect-error The id is the client's to know.
  client.visitorId = "me";
}
