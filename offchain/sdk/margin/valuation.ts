/** At which prices a book is tested: `Valuation` of `contracts/risk/Book.sol`. */
export const VALUATIONS = ["union", "intersection", "markInitial", "markMaintenance"] as const;
export type Valuation = (typeof VALUATIONS)[number];

/** Whether a valuation belongs to initial margin. */
export const isInitial = (valuation: Valuation): boolean => valuation === "union" || valuation === "markInitial";
