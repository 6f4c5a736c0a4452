import {
  createOrder,
  encodeInstrumentId,
  type OrderDomain,
  signOrder,
  type SignOrderParameters,
} from "../../offchain/sdk/index.js";

type Signer = Parameters<typeof signOrder>[0];

/** Somebody who trades: an account, and what signs for it. */
export type Party = { readonly signer: Signer; readonly address: string; readonly account: bigint };

export type Trade = {
  readonly buyer: Party;
  readonly seller: Party;
  readonly instrument: bigint;
  readonly lots: bigint;
  readonly priceWad: bigint;
  readonly nowSeconds: number;
  /** Makes otherwise equal trades differ. */
  readonly salt: bigint;
};

export type PerpTrade = Omit<Trade, "instrument"> & { readonly asset: bigint };

const DAY_SECONDS = 86_400;

/** Both sides' signed orders over a perpetual, as the exchange settles them. */
export function signedPerpTrade({ asset, ...trade }: PerpTrade, domain: OrderDomain) {
  return signedTrade({ ...trade, instrument: encodeInstrumentId({ kind: "perpetual", asset }) }, domain);
}

/** Both sides' signed orders over one instrument, as the exchange settles them. */
export async function signedTrade(trade: Trade, domain: OrderDomain) {
  const { buyer, seller, instrument, lots, priceWad, nowSeconds, salt } = trade;
  const signed = async (owner: Party, side: bigint) => {
    const order: SignOrderParameters["order"] = createOrder({
      account: owner.account,
      legs: [{ instrument, lots: side, limitPriceWad: priceWad }],
      units: lots,
      maxFeeBps: 100n,
      nonce: 0n,
      salt,
      expiry: BigInt(nowSeconds + DAY_SECONDS),
      reduceOnly: false,
      signer: owner.address,
    });
    return { order: { ...order, legs: [...order.legs] }, signature: await signOrder(owner.signer, { order, domain }) };
  };
  const [maker, taker] = [await signed(seller, -1n), await signed(buyer, 1n)];
  return {
    maker: maker.order,
    makerSignature: maker.signature,
    taker: taker.order,
    takerSignature: taker.signature,
    units: lots,
  };
}
